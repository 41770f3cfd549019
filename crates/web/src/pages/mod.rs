//! One module per page: its handlers first, then what they show.
//!
//! A handler parses ids, asks the desk once where it can, and hands the answer to a function that only draws.

pub(crate) mod batch;
pub(crate) mod batches;
pub(crate) mod document;
pub(crate) mod hold;
pub(crate) mod now;
pub(crate) mod page;
pub(crate) mod pupils;
pub(crate) mod review;
pub(crate) mod search;
pub(crate) mod sheets;
pub(crate) mod trail;

use crate::problem::Problem;
use maud::Markup;
use std::str::FromStr;

/// A page, or why there is none.
pub(crate) type Shown = Result<Markup, Problem>;

/// An id out of an address; what is not an id leads nowhere.
pub(crate) fn id<T: FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}
