//! The states of a page and the one function that moves it between them.
//!
//! ```text
//!             ┌────────────── retry (bounded, backoff) ──────────────┐
//! received ─→ identified ─→ prepared ─→ read ─→ filing(intent) ─→ filed ─→ (moving ─→ filed) ─→ deleting ─→ deleted
//!     │            │            │          │          │
//!     └──────┬─────┴────────────┴──────────┴──────────┘
//!         held{stage, reason} ──person decides──→ back in line, or discarded{reason} (reversible)
//!     quarantined{reason}: not an image, incomplete, bomb, unreadable
//! ```
//!
//! The catalogue stores a state only after [`apply`] has allowed it, in the transaction that records the event.

use std::fmt;

macro_rules! table_words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// Every value, in the order of the journey.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word used in files, tables and `--json`.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The value a word stands for.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.word())
            }
        }
    };
}

table_words!(
    /// Where a page is on its way.
    PageState {
        /// Durable and catalogued; nothing is known about it yet.
        Received = "received",
        /// Codes were looked for.
        Identified = "identified",
        /// Straightened and cropped, or left as it is.
        Prepared = "prepared",
        /// Words were looked for; waits for its batch to be understood.
        Read = "read",
        /// Its place is decided and written down; the files are on their way there.
        Filing = "filing",
        /// In its trail.
        Filed = "filed",
        /// On its way from one place to another.
        Moving = "moving",
        /// Waits for a person.
        Held = "held",
        /// Thrown away by a person's or a sheet's word; can be brought back.
        Discarded = "discarded",
        /// Its bytes are not a sound image.
        Quarantined = "quarantined",
        /// Its deletion is decided and written down.
        Deleting = "deleting",
        /// Gone; a tombstone remains.
        Deleted = "deleted",
    }
);

table_words!(
    /// What happens to a page.
    PageEvent {
        /// Codes were looked for.
        Identify = "identify",
        /// Straightened and cropped, or left as it is.
        Prepare = "prepare",
        /// Words were looked for.
        Read = "read",
        /// A derivative was lost or is out of date: look again from the original.
        Redo = "redo",
        /// Its place in a trail is decided.
        Place = "place",
        /// Its files are durable at their place.
        Arrive = "arrive",
        /// It must wait for a person.
        Hold = "hold",
        /// A person takes it back from where it is.
        Recall = "recall",
        /// It goes to another place.
        Move = "move",
        /// Its words were looked for again: its copy and its record are written anew.
        Reread = "reread",
        /// It is thrown away.
        Discard = "discard",
        /// A discarded page is brought back.
        Restore = "restore",
        /// Its bytes are not a sound image.
        Quarantine = "quarantine",
        /// Its deletion is decided.
        Condemn = "condemn",
        /// It is gone.
        Vanish = "vanish",
    }
);

impl PageState {
    /// Whether the page is, or will be, in a trail or before a person: neither thrown away nor unsound nor deleted.
    pub fn is_at_hand(self) -> bool {
        !matches!(self, Self::Discarded | Self::Quarantined | Self::Deleting | Self::Deleted)
    }
}

/// A page in this state cannot have that happen to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a page that is {state} cannot take the step `{event}`")]
pub struct IllegalTransition {
    /// Where the page is.
    pub state: PageState,
    /// What was tried.
    pub event: PageEvent,
}

/// The state after `event`, if a page in `state` may take that step.
pub fn apply(state: PageState, event: PageEvent) -> Result<PageState, IllegalTransition> {
    use PageEvent as E;
    use PageState as S;
    Ok(match (state, event) {
        (S::Received, E::Identify) => S::Identified,
        (S::Identified, E::Prepare) => S::Prepared,
        (S::Prepared, E::Read) => S::Read,
        (S::Identified | S::Prepared | S::Read, E::Redo) => S::Received,
        (S::Read | S::Held, E::Place) => S::Filing,
        (S::Filing | S::Moving, E::Arrive) => S::Filed,
        (S::Received | S::Identified | S::Prepared | S::Read, E::Hold) => S::Held,
        (S::Filed, E::Recall) => S::Held,
        (S::Filed, E::Move | E::Reread) => S::Moving,
        (S::Held, E::Reread) => S::Held,
        (S::Read | S::Held, E::Discard) => S::Discarded,
        (S::Discarded, E::Restore) => S::Held,
        (S::Received | S::Identified | S::Prepared, E::Quarantine) => S::Quarantined,
        (S::Filed | S::Held | S::Discarded | S::Quarantined, E::Condemn) => S::Deleting,
        // Deleted before, and here again from an older backup that was made while it was on its way.
        (S::Received | S::Identified | S::Prepared | S::Read | S::Filing | S::Moving, E::Condemn) => S::Deleting,
        (S::Deleting, E::Vanish) => S::Deleted,
        (state, event) => return Err(IllegalTransition { state, event }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write as _;

    #[test]
    fn the_whole_table() {
        let mut table = String::new();
        for &state in PageState::ALL {
            for &event in PageEvent::ALL {
                if let Ok(next) = apply(state, event) {
                    writeln!(table, "{state:<12} {event:<10} → {next}").expect("a string takes everything");
                }
            }
        }
        insta::assert_snapshot!(table);
    }

    #[test]
    fn every_state_but_the_last_has_a_way_out() {
        for &state in PageState::ALL {
            let ways = PageEvent::ALL.iter().filter(|&&event| apply(state, event).is_ok()).count();
            assert_eq!(ways == 0, state == PageState::Deleted, "{state}");
        }
    }

    #[test]
    fn words_name_one_state_each() {
        for &state in PageState::ALL {
            assert_eq!(PageState::from_word(state.word()), Some(state));
        }
        assert_eq!(PageState::from_word("scanned"), None);
    }
}
