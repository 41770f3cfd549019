//! Whose a page is.

use crate::ids::PupilId;

/// The pupils whose work a page is: one, or the pupils of a group. Never empty; each once, in order of their ids.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Owners(Vec<PupilId>);

impl Owners {
    /// One pupil's.
    pub fn one(pupil: PupilId) -> Self {
        Self(vec![pupil])
    }

    /// These pupils'; `None` if there are none.
    pub fn of(pupils: impl IntoIterator<Item = PupilId>) -> Option<Self> {
        let mut pupils: Vec<PupilId> = pupils.into_iter().collect();
        pupils.sort_unstable();
        pupils.dedup();
        (!pupils.is_empty()).then_some(Self(pupils))
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = PupilId> + '_ {
        self.0.iter().copied()
    }

    /// Whether this pupil is one of them.
    pub fn has(&self, pupil: PupilId) -> bool {
        self.0.contains(&pupil)
    }

    /// The only one; `None` for a group.
    pub fn only(&self) -> Option<PupilId> {
        match self.0.as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }
}
