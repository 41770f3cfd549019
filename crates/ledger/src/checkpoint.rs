//! Checkpoints (C2SP `tlog-checkpoint`): how many events the log has and the root over them, signed. 200 bytes and no
//! personal data, so that they can be mailed, printed and pinned to a wall.
//!
//! ```text
//! scantrail/9c0d4e21b7a35f60                          the log
//! 1234                                                leaves
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=        root
//! time 2026-11-21T18:00:00Z                           when it was signed, by this machine's clock
//!
//! — scantrail/9c0d4e21b7a35f60 …
//! ```

use crate::note::{BadNote, SigningKey, VerifyingKey, parts};
use crate::tree::Hash;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

/// A tree at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log: the name of its key.
    pub origin: String,
    /// How many leaves.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// When it was signed, RFC 3339, if it says so.
    pub time: Option<String>,
}

/// Why a checkpoint is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadCheckpoint {
    /// The signature.
    #[error(transparent)]
    Note(#[from] BadNote),
    /// What is signed is no checkpoint.
    #[error("this is signed, but it is no checkpoint: the log, a number of leaves, a root")]
    Shape,
}

impl Checkpoint {
    /// As text, without a signature.
    fn to_text(&self) -> String {
        let Self { origin, size, root, time } = self;
        let time = time.as_ref().map(|time| format!("time {time}\n")).unwrap_or_default();
        format!("{origin}\n{size}\n{}\n{time}", BASE64.encode(root.0))
    }

    /// As a signed note.
    pub fn sign(&self, key: &SigningKey) -> String {
        key.sign(&self.to_text())
    }

    /// From a note that `key` signed.
    pub fn open(note: &str, key: &VerifyingKey) -> Result<Self, BadCheckpoint> {
        let found = Self::from_text(key.open(note)?).ok_or(BadCheckpoint::Shape)?;
        if found.origin == key.name() { Ok(found) } else { Err(BadCheckpoint::Shape) }
    }

    /// What a note says, whoever signed it: to be shown, never to be believed.
    pub fn unchecked(note: &str) -> Option<Self> {
        Self::from_text(parts(note)?.0)
    }

    fn from_text(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
        let number: u64 = size.parse().ok()?;
        // One way of writing each number, and no tree that no disk holds.
        if origin.is_empty() || number.to_string() != size || number > MOST_LEAVES {
            return None;
        }
        let root = Hash::from_slice(&BASE64.decode(root).ok()?)?;
        let time = lines.find_map(|line| line.strip_prefix("time ")).map(str::to_owned);
        Some(Self { origin: origin.to_owned(), size: number, root, time })
    }
}

/// More leaves than any log has: sums of sizes stay far within 64 bits.
const MOST_LEAVES: u64 = 1 << 48;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::empty_root;
    use proptest::prelude::*;

    fn checkpoint() -> Checkpoint {
        let time = Some("2026-11-21T18:00:00Z".to_owned());
        Checkpoint { origin: "scantrail/1".into(), size: 1234, root: empty_root(), time }
    }

    #[test]
    fn it_comes_back_as_it_was_signed() {
        let key = SigningKey::new("scantrail/1", [1; 32]).unwrap();
        let note = checkpoint().sign(&key);
        assert_eq!(Checkpoint::open(&note, &key.verifying_key()), Ok(checkpoint()));
        assert_eq!(Checkpoint::unchecked(&note), Some(checkpoint()));
        assert!(
            note.starts_with("scantrail/1\n1234\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\ntime 2026-"),
            "{note}"
        );
        assert!(note.len() < 300, "{}", note.len());
    }

    #[test]
    fn what_is_signed_and_no_checkpoint_is_refused() {
        let key = SigningKey::new("scantrail/1", [1; 32]).unwrap();
        let root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        for bad in [
            "scantrail/1\n".to_owned(),
            format!("scantrail/1\n01\n{root}\n"),
            format!("scantrail/1\n-1\n{root}\n"),
            format!("scantrail/1\n281474976710657\n{root}\n"),
            "scantrail/1\n1\nAAAA\n".to_owned(),
            format!("scantrail/2\n1\n{root}\n"),
            format!("\n1\n{root}\n"),
        ] {
            assert_eq!(Checkpoint::open(&key.sign(&bad), &key.verifying_key()), Err(BadCheckpoint::Shape), "{bad:?}");
        }
        let other = SigningKey::new("scantrail/1", [2; 32]).unwrap();
        let note = checkpoint().sign(&other);
        assert!(matches!(Checkpoint::open(&note, &key.verifying_key()), Err(BadCheckpoint::Note(_))));
    }

    proptest! {
        #[test]
        fn whatever_text_comes_it_is_refused_or_read_the_same_again(
            lines in proptest::collection::vec("[\\PC]{0,40}|scantrail/1|1234|47DEQpj8HBSa\\+/TImW\\+5JCeuQeRkm5NMpJWZG3hSuFU=|", 0..8)
        ) {
            let text = lines.join("\n");
            let key = SigningKey::new("scantrail/1", [1; 32]).unwrap();
            prop_assert!(Checkpoint::open(&text, &key.verifying_key()).is_err(), "nobody signed it");
            let note = key.sign(&format!("{text}\n"));
            if let Ok(read) = Checkpoint::open(&note, &key.verifying_key()) {
                prop_assert_eq!(Checkpoint::open(&read.sign(&key), &key.verifying_key()), Ok(read));
            }
        }
    }
}
