//! Commitments: what is personal in an event, bound to the log without being told there.
//!
//! `HMAC-SHA256(key, fields)` with a random key (the scheme "commit with a key" of Goldreich, *Foundations of
//! Cryptography* I, 4.4.1: HMAC hides as long as the key is secret and binds because SHA-256 has no known collisions).
//! The digest of the original is among the fields: without the key nobody can tell by it whose page this is, even with a
//! picture of the page at hand. Once the key is destroyed, nobody can tell at all.

use crate::leaf::{BadField, NONE, plain};
use crate::tree::Hash;
use hmac::{Hmac, Mac as _};
use scantrail_core::units::Digest;
use sha2::Sha256;
use std::fmt;

/// The key that the commitments of one page (or pupil, batch, school) are made with: 32 random bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Secret([u8; 32]);

impl Secret {
    /// From random bytes.
    pub fn new(random: [u8; 32]) -> Self {
        Self(random)
    }

    /// From as many bytes as a key has.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The bytes: for the catalogue, and for a proof that is meant to be opened.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// A key shows itself nowhere by accident.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What is personal in an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fields<'a> {
    /// The number of the event, from 1.
    pub seq: u64,
    /// For which pupil.
    pub pupil: Option<&'a str>,
    /// The digest of the page's original.
    pub original: Option<Digest>,
    /// More, a JSON object in one line.
    pub data: &'a str,
}

impl Fields<'_> {
    /// The bytes that are committed to; `data` last, for it may hold anything but a line end.
    pub fn to_bytes(&self) -> Result<Vec<u8>, BadField> {
        let Self { seq, pupil, original, data } = self;
        let pupil = plain("pupil", pupil.unwrap_or(NONE))?;
        let original = original.map_or_else(|| NONE.to_owned(), |digest| digest.to_string());
        if data.contains('\n') {
            return Err(BadField { name: "data" });
        }
        Ok(format!("scantrail-fields/1\nseq {seq}\npupil {pupil}\noriginal {original}\ndata {data}\n").into_bytes())
    }

    /// The commitment to them.
    pub fn commit(&self, key: &Secret) -> Result<Hash, BadField> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&key.0).expect("HMAC takes keys of any length");
        mac.update(&self.to_bytes()?);
        Ok(Hash(mac.finalize().into_bytes().into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields() -> Fields<'static> {
        Fields { seq: 17, pupil: Some("7F3A19"), original: Some(Digest([1; 32])), data: r#"{"run":0}"# }
    }

    #[test]
    fn a_commitment_is_to_all_fields_and_under_one_key() {
        let key = Secret::new([9; 32]);
        let changed = [
            Fields { seq: 18, ..fields() },
            Fields { pupil: None, ..fields() },
            Fields { pupil: Some("7F3A18"), ..fields() },
            Fields { original: None, ..fields() },
            Fields { original: Some(Digest([2; 32])), ..fields() },
            Fields { data: r#"{"run":1}"#, ..fields() },
        ];
        let made = fields().commit(&key).unwrap();
        assert_eq!(fields().commit(&key), Ok(made));
        for other in changed {
            assert_ne!(other.commit(&key).unwrap(), made, "{other:?}");
        }
        assert_ne!(fields().commit(&Secret::new([8; 32])).unwrap(), made);
    }

    #[test]
    fn its_bytes_never_change() {
        let expected =
            format!("scantrail-fields/1\nseq 17\npupil 7F3A19\noriginal {}\ndata {{\"run\":0}}\n", "01".repeat(32));
        assert_eq!(String::from_utf8(fields().to_bytes().unwrap()).unwrap(), expected);
        // Made with: printf '…' | openssl dgst -sha256 -mac HMAC -macopt hexkey:0909…
        assert_eq!(
            fields().commit(&Secret::new([9; 32])).unwrap().to_string(),
            "0f9b8f7ba75b59dd8773d794eedb168d0279f6d83ff22b6be0656534f7e4353f"
        );
        assert_eq!(Fields { pupil: Some("A\noriginal -"), ..fields() }.to_bytes(), Err(BadField { name: "pupil" }));
        assert_eq!(Fields { data: "{\n}", ..fields() }.to_bytes(), Err(BadField { name: "data" }));
    }

    #[test]
    fn a_key_is_not_shown() {
        assert_eq!(format!("{:?}", Secret::new([0xab; 32])), "Secret(…)");
    }
}
