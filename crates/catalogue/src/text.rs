//! Full text: the words of every read page, found by their beginnings, as phrases, and in spite of a reader's slips.
//!
//! ```text
//! a page's words ─→ fold ─→ index (page_text, term)
//! what is typed  ─→ query (fold) ─→ tiers: exact, one slip, two slips ─→ search ─→ hits
//!                                          near: which terms are a slip away
//! ```
//!
//! Nothing here knows where on the page a word stands; the page's record does.

mod fold;
mod hits;
mod index;
mod near;
mod query;
mod search;
#[cfg(test)]
mod tests;

pub use hits::{Found, Hit, Hits, How, Reader, Total};
pub use index::PageText;
pub(crate) use index::{index, remove};
pub use query::Query;
