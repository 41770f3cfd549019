//! Signed notes (C2SP `signed-note`): a text, an empty line, and a line for each signature. Ed25519 (RFC 8032) only.
//!
//! ```text
//! scantrail/9c0d4e21b7a35f60
//! 1234
//! <root>
//!
//! — scantrail/9c0d4e21b7a35f60 <base64 of four bytes that name the key, and the signature>
//! ```
//! Whoever has the [`VerifyingKey`] as one line of text can check it, with this program or with any other that reads
//! signed notes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::{Signature, Signer as _};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::str::FromStr;

/// The kind of key, as C2SP numbers them: Ed25519.
const ED25519: u8 = 1;
/// What a signature line begins with: an em dash and a blank.
const MARK: &str = "\u{2014} ";
/// What a written signing key begins with.
const PRIVATE: &str = "PRIVATE+KEY+";
/// Bytes that name a key in a signature line.
const ID: usize = 4;

/// Why a key or a note is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadNote {
    /// The text is no key.
    #[error("this is no key as signed notes have them (`name+hash+key`)")]
    Key,
    /// The text is no signed note.
    #[error("this is no signed note: a text, an empty line, signatures that begin with a dash")]
    Shape,
    /// Nobody signed it with this key.
    #[error("it is not signed by `{wanted}`, but by {found}")]
    Stranger {
        /// The name of the key that should have signed.
        wanted: String,
        /// The names of those that did.
        found: String,
    },
    /// The signature is not one for this text.
    #[error("its signature does not fit: the text was changed after it was signed")]
    Signature,
}

/// The key that signs. Written as text it is a secret.
#[derive(Clone)]
pub struct SigningKey {
    name: String,
    key: ed25519_dalek::SigningKey,
}

/// What checks signatures; no secret.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifyingKey {
    name: String,
    key: ed25519_dalek::VerifyingKey,
}

/// A name that a key may have: no blank, no plus.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_graphic() && c != '+')
}

fn id(name: &str, key: &ed25519_dalek::VerifyingKey) -> [u8; ID] {
    let hash =
        Sha256::new().chain_update(name).chain_update(b"\n").chain_update([ED25519]).chain_update(key.as_bytes());
    let hash: [u8; 32] = hash.finalize().into();
    [hash[0], hash[1], hash[2], hash[3]]
}

fn hex(id: [u8; ID]) -> String {
    format!("{:08x}", u32::from_be_bytes(id))
}

/// Takes `name+hash+base64(kind, key)` apart.
fn key_parts(text: &str) -> Option<(&str, &str, [u8; 32])> {
    // Only the key itself may have a plus in it.
    let (name, rest) = text.trim_end_matches('\n').split_once('+')?;
    let (hash, key) = rest.split_once('+')?;
    let bytes = BASE64.decode(key).ok()?;
    let (kind, key) = bytes.split_first()?;
    (*kind == ED25519 && is_name(name)).then_some((name, hash, key.try_into().ok()?))
}

impl SigningKey {
    /// From random bytes. The name is no secret and says nothing about a school; it has neither blank nor plus.
    pub fn new(name: &str, random: [u8; 32]) -> Result<Self, BadNote> {
        if !is_name(name) {
            return Err(BadNote::Key);
        }
        Ok(Self { name: name.to_owned(), key: ed25519_dalek::SigningKey::from_bytes(&random) })
    }

    /// The key as one line of text: a secret.
    pub fn to_secret_text(&self) -> String {
        let id = hex(id(&self.name, &self.key.verifying_key()));
        let bytes = [&[ED25519][..], &self.key.to_bytes()].concat();
        format!("{PRIVATE}{}+{id}+{}\n", self.name, BASE64.encode(bytes))
    }

    /// Reads what [`Self::to_secret_text`] writes.
    pub fn from_secret_text(text: &str) -> Result<Self, BadNote> {
        let (name, hash, seed) = text.strip_prefix(PRIVATE).and_then(key_parts).ok_or(BadNote::Key)?;
        let key = Self::new(name, seed)?;
        if hash == hex(id(name, &key.key.verifying_key())) { Ok(key) } else { Err(BadNote::Key) }
    }

    /// What checks its signatures.
    pub fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey { name: self.name.clone(), key: self.key.verifying_key() }
    }

    /// The text, which ends with a line feed, with a signature below it.
    pub fn sign(&self, text: &str) -> String {
        let signature = self.key.sign(text.as_bytes());
        let bytes = [&id(&self.name, &self.key.verifying_key())[..], &signature.to_bytes()].concat();
        format!("{text}\n{MARK}{} {}\n", self.name, BASE64.encode(bytes))
    }
}

/// A secret shows itself nowhere by accident.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.name)
    }
}

impl fmt::Display for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&[ED25519][..], self.key.as_bytes()].concat();
        write!(f, "{}+{}+{}", self.name, hex(id(&self.name, &self.key)), BASE64.encode(bytes))
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({self})")
    }
}

impl FromStr for VerifyingKey {
    type Err = BadNote;

    fn from_str(text: &str) -> Result<Self, BadNote> {
        let (name, hash, bytes) = key_parts(text.trim()).ok_or(BadNote::Key)?;
        let key = ed25519_dalek::VerifyingKey::from_bytes(&bytes).map_err(|_| BadNote::Key)?;
        if hash == hex(id(name, &key)) { Ok(Self { name: name.to_owned(), key }) } else { Err(BadNote::Key) }
    }
}

impl VerifyingKey {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text of a note that this key signed. Signatures of others below it are passed over, as the format wants.
    pub fn open<'a>(&self, note: &'a str) -> Result<&'a str, BadNote> {
        let (text, signatures) = parts(note).ok_or(BadNote::Shape)?;
        let mut strangers = Vec::new();
        for line in signatures.lines() {
            let (name, signature) =
                line.strip_prefix(MARK).and_then(|rest| rest.split_once(' ')).ok_or(BadNote::Shape)?;
            let bytes = BASE64.decode(signature).map_err(|_| BadNote::Shape)?;
            let Some((by, signature)) = bytes.split_first_chunk::<ID>() else { return Err(BadNote::Shape) };
            if (name, *by) != (&self.name, id(&self.name, &self.key)) {
                strangers.push(format!("`{name}` ({})", hex(*by)));
                continue;
            }
            let signature = Signature::from_slice(signature).map_err(|_| BadNote::Shape)?;
            // Strict: no second signature for the same text can be made up without the key.
            return match self.key.verify_strict(text.as_bytes(), &signature) {
                Ok(()) => Ok(text),
                Err(_) => Err(BadNote::Signature),
            };
        }
        Err(BadNote::Stranger { wanted: self.to_string(), found: strangers.join(", ") })
    }
}

/// The text with its line feed, and the lines of signatures; `None` if the note has not both.
pub(crate) fn parts(note: &str) -> Option<(&str, &str)> {
    let at = note.rfind("\n\n")?;
    let (text, signatures) = (&note[..=at], &note[at + 2..]);
    (!signatures.is_empty() && note.ends_with('\n')).then_some((text, signatures))
}

/// A note that went through a mail, a clipboard or a telephone's camera: line ends as they were signed, nothing round it.
pub fn mended(note: &str) -> String {
    let note = note.replace("\r\n", "\n");
    format!("{}\n", note.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the Go package that the format comes from (golang.org/x/mod/sumdb/note).
    const SECRET: &str = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    const PUBLIC: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const TEXT: &str =
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    const SIGNATURE: &str = "\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    #[test]
    fn the_known_note_is_made_and_opened() {
        let key = SigningKey::from_secret_text(SECRET).unwrap();
        assert_eq!(key.verifying_key().to_string(), PUBLIC);
        assert_eq!(key.to_secret_text().trim_end(), SECRET);
        let note = key.sign(TEXT);
        assert_eq!(note, format!("{TEXT}\n{SIGNATURE}"));
        let public: VerifyingKey = PUBLIC.parse().unwrap();
        assert_eq!(public.open(&note), Ok(TEXT));
    }

    #[test]
    fn what_is_not_signed_by_this_key_is_not_believed() {
        let key = SigningKey::new("scantrail/1", [1; 32]).unwrap();
        let same_name = SigningKey::new("scantrail/1", [2; 32]).unwrap();
        let note = key.sign(TEXT);
        let open = |note: &str| key.verifying_key().open(note).map(str::len);
        assert_eq!(open(&note), Ok(TEXT.len()));
        assert_eq!(open(&note.replace("answer", "anzwer")), Err(BadNote::Signature));
        assert!(matches!(open(&same_name.sign(TEXT)), Err(BadNote::Stranger { .. })));
        for bad in ["", TEXT, "a\n\nb\n", "a\n\n\u{2014} x\n", note.trim_end(), "a\n\n\u{2014} x AAA=\n"] {
            assert_eq!(open(bad), Err(BadNote::Shape), "{bad:?}");
        }
        // A witness may sign below us, or above.
        let line = note.rsplit_once("\n\n").unwrap().1;
        for together in [format!("{TEXT}\n{SIGNATURE}{line}"), format!("{note}{SIGNATURE}")] {
            assert_eq!(open(&together), Ok(TEXT.len()));
        }
    }

    #[test]
    fn a_note_that_travelled_is_mended_and_a_changed_one_is_not() {
        let key = SigningKey::from_secret_text(SECRET).unwrap();
        let note = key.sign(TEXT);
        for travelled in [note.replace('\n', "\r\n"), note.trim_end().to_owned(), format!("\u{feff}\n {note}\r\n\n")] {
            assert_eq!(mended(&travelled), note);
        }
        assert!(key.verifying_key().open(&mended(&note.replace("problem,\n", "problem, "))).is_err());
    }

    #[test]
    fn a_mistyped_key_is_none() {
        for bad in ["", "x", "a+b+c", &PUBLIC.replace("c74", "c75"), &PUBLIC.replace("+AR", "+AS")] {
            assert!(bad.parse::<VerifyingKey>().is_err(), "{bad}");
        }
        assert_eq!(SigningKey::new("a b", [0; 32]).unwrap_err(), BadNote::Key);
        assert_eq!(SigningKey::from_secret_text(PUBLIC).unwrap_err(), BadNote::Key);
        assert_eq!(format!("{:?}", SigningKey::from_secret_text(SECRET).unwrap()), "SigningKey(PeterNeumann)");
    }
}
