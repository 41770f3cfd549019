//! What was deleted for good, by its id: all that remains of it.

use crate::ids::{PageId, PupilId};

/// Something that was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gone {
    /// A page, with everything made from it.
    Page(PageId),
    /// A pupil's own record: name, date of birth, numbers, classes.
    Pupil(PupilId),
}
