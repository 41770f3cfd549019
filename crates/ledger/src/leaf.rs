//! What anybody may see of an event: when, what, in which batch, to which page, and a commitment to all the rest.
//!
//! The bytes are text, so that a stranger can make them with `printf` and check a proof with `sha256sum`:
//!
//! ```text
//! scantrail-leaf/1
//! seq 17
//! at 2026-11-21T10:11:12.5Z
//! kind captured
//! batch 4hq1c2de
//! page k3f9m0aa
//! commitment 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
//! ```
//! An event about no page or no batch has `-` there. Every line ends with a line feed, the last one too.

use crate::tree::{Hash, leaf_hash};

/// A field of an event is none that a leaf can hold: it is empty, or has blanks, line ends or other than ASCII in it.
/// No program of ours writes such a field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the field `{name}` is not a plain word")]
pub struct BadField {
    /// Which.
    pub name: &'static str,
}

/// One event as it stands in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf<'a> {
    /// The number of the event, from 1.
    pub seq: u64,
    /// When, RFC 3339.
    pub at: &'a str,
    /// What happened: a word.
    pub kind: &'a str,
    /// In which batch.
    pub batch: Option<&'a str>,
    /// To which page.
    pub page: Option<&'a str>,
    /// To pupil, data and the digest of the original: see [`crate::commitment`].
    pub commitment: Hash,
}

impl Leaf<'_> {
    /// The bytes that are hashed.
    pub fn to_bytes(&self) -> Result<Vec<u8>, BadField> {
        let Self { seq, at, kind, batch, page, commitment } = self;
        let (at, kind) = (plain("at", at)?, plain("kind", kind)?);
        let (batch, page) = (plain("batch", batch.unwrap_or(NONE))?, plain("page", page.unwrap_or(NONE))?);
        let text = format!(
            "scantrail-leaf/1\nseq {seq}\nat {at}\nkind {kind}\nbatch {batch}\npage {page}\ncommitment {commitment}\n"
        );
        Ok(text.into_bytes())
    }

    /// Its place in the tree.
    pub fn hash(&self) -> Result<Hash, BadField> {
        Ok(leaf_hash(&self.to_bytes()?))
    }
}

/// What stands for nothing. No id is written like this.
pub(crate) const NONE: &str = "-";

/// A word of visible ASCII: nothing that could be taken for the next field.
pub(crate) fn plain<'a>(name: &'static str, text: &'a str) -> Result<&'a str, BadField> {
    let sound = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    if sound { Ok(text) } else { Err(BadField { name }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf() -> Leaf<'static> {
        Leaf {
            seq: 17,
            at: "2026-11-21T10:11:12.5Z",
            kind: "captured",
            batch: Some("4hq1c2de"),
            page: None,
            commitment: Hash([7; 32]),
        }
    }

    #[test]
    fn its_bytes_never_change() {
        let expected = format!(
            "scantrail-leaf/1\nseq 17\nat 2026-11-21T10:11:12.5Z\nkind captured\nbatch 4hq1c2de\npage -\ncommitment {}\n",
            "07".repeat(32)
        );
        assert_eq!(String::from_utf8(leaf().to_bytes().unwrap()).unwrap(), expected);
        // Made with: printf '\0scantrail-leaf/1\nseq 17\n…' | sha256sum
        assert_eq!(
            leaf().hash().unwrap().to_string(),
            "961f2ad0fd75a0b2fd13f463bb7b0af7abdc5c9c40166767abfe326be47c49fb"
        );
    }

    #[test]
    fn every_field_counts() {
        let changed = [
            Leaf { seq: 18, ..leaf() },
            Leaf { at: "2026-11-21T10:11:12.6Z", ..leaf() },
            Leaf { kind: "filed", ..leaf() },
            Leaf { batch: None, ..leaf() },
            Leaf { batch: None, page: Some("4hq1c2de"), ..leaf() },
            Leaf { page: Some("k3f9m0aa"), ..leaf() },
            Leaf { commitment: Hash([8; 32]), ..leaf() },
        ];
        for (at, other) in changed.iter().enumerate() {
            assert_ne!(other.hash(), leaf().hash(), "{other:?}");
            assert!(changed[..at].iter().all(|before| before.hash() != other.hash()), "{other:?}");
        }
    }

    #[test]
    fn a_field_cannot_pretend_to_be_two() {
        for bad in ["", "a b", "captured\nbatch x", "é", "\u{0}"] {
            assert_eq!(Leaf { kind: bad, ..leaf() }.hash(), Err(BadField { name: "kind" }), "{bad:?}");
            assert_eq!(Leaf { page: Some(bad), ..leaf() }.hash(), Err(BadField { name: "page" }), "{bad:?}");
        }
    }
}
