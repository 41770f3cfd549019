//! The ledger: asked for and answered. Checkpoints, keys and proofs travel as the texts that people keep.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// One thing asked about the ledger.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "ledger-do", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each mirrors the command of the same name; its arguments are explained there")]
pub enum LedgerRequest {
    Key,
    Checkpoint { print: Printed },
    Prove { page: String, checkpoints: Vec<Outside> },
    Verify { checkpoints: Vec<Outside>, key: Option<String> },
}

/// Whether a page to print is wanted as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Printed {
    /// As PDF.
    Yes,
    /// Not.
    No,
}

/// A checkpoint that was kept outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outside {
    /// Where it comes from, for a person.
    pub name: String,
    /// Its text.
    pub note: String,
}

impl Outside {
    /// A checkpoint as somebody kept it: what a mail or a telephone does to the ends of lines is undone.
    pub fn new(name: impl Into<String>, text: &str) -> Self {
        Self { name: name.into(), note: scantrail_ledger::note::mended(text) }
    }
}

/// What comes back about the ledger.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "ledger", content = "value", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each mirrors the request of the same name")]
pub enum LedgerAnswer {
    Key(KeyReply),
    Checkpoint(CheckpointReply),
    Proof(PageProof),
    Verified(LedgerReply),
}

/// The key that signs checkpoints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyReply {
    /// The line that checks signatures: no secret.
    pub key: String,
}

/// A checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckpointReply {
    /// How many events it covers.
    pub events: u64,
    /// The root over them, 64 hexadecimal digits.
    pub root: String,
    /// When it was signed, RFC 3339.
    pub at: String,
    /// The signed text.
    pub note: String,
    /// The line that checks its signature.
    pub key: String,
    /// Where it is kept.
    pub file: PathBuf,
    /// When it was put into the folder `copy_to`.
    pub copied_at: Option<String>,
    /// When the command `hook` took it.
    pub hooked_at: Option<String>,
    /// Why it could not be handed on.
    pub trouble: Option<String>,
    /// The page to print, if it was wanted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pdf: Vec<u8>,
}

/// What checking the log found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LedgerReply {
    /// Events in the log.
    pub events: u64,
    /// Checkpoints it was held against.
    pub checkpoints: u64,
    /// The newest of them that came from outside the data folder: how many events it covers.
    pub outside: Option<u64>,
    /// What those from outside say that is so, a sentence each.
    pub confirmed: Vec<String>,
    /// Every problem in words; empty is clean.
    pub problems: Vec<String>,
}

/// How the ledger stands, for the status.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LedgerStatus {
    /// Events in the log.
    pub events: u64,
    /// When the last checkpoint was signed.
    pub last_checkpoint: Option<String>,
    /// When a checkpoint was last handed outside.
    pub handed_on: Option<String>,
    /// Why the last one could not be.
    pub trouble: Option<String>,
}

/// A proof about one page that needs nothing else to be checked but, if somebody has one, a checkpoint from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageProof {
    /// `page-proof/1`.
    pub scantrail: String,
    /// The page.
    pub page: String,
    /// The digest of its original, 64 hexadecimal digits; none once the page is deleted.
    pub original_sha256: Option<String>,
    /// The key of its commitments, 64 hexadecimal digits; none once the page is deleted.
    pub key: Option<String>,
    /// The line that checks signatures.
    pub verifier: String,
    /// The checkpoint that all of it is proved against.
    pub checkpoint: String,
    /// What happened to the page, oldest first.
    pub events: Vec<ProvedEvent>,
    /// That other checkpoints are of the same log.
    #[serde(default)]
    pub consistency: Vec<ProvedConsistency>,
}

/// An event of a page, with its place in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProvedEvent {
    /// Its number.
    pub seq: u64,
    /// When, RFC 3339.
    pub at: String,
    /// What.
    pub kind: String,
    /// In which batch.
    pub batch: Option<String>,
    /// For which pupil; not known once the page is deleted.
    pub pupil: Option<String>,
    /// More; `{}` once the page is deleted.
    pub data: String,
    /// 64 hexadecimal digits.
    pub commitment: String,
    /// Its place in the tree, from 0.
    pub leaf: u64,
    /// The inclusion proof, from the leaf upwards; 64 hexadecimal digits each.
    pub path: Vec<String>,
}

/// That the tree of another checkpoint is the beginning of this one's, or this one's of that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProvedConsistency {
    /// Events of the other checkpoint.
    pub events: u64,
    /// Its root, 64 hexadecimal digits.
    pub root: String,
    /// The consistency proof; 64 hexadecimal digits each.
    pub path: Vec<String>,
}

/// What a proof proves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProofReply {
    /// The page.
    pub page: String,
    /// Events of the checkpoint.
    pub events: u64,
    /// When that was signed, as it says itself.
    pub signed_at: Option<String>,
    /// What is proved, a sentence each.
    pub proved: Vec<String>,
    /// What is not, and has to be believed.
    pub not_proved: Vec<String>,
    /// What is wrong; empty if the proof holds.
    pub problems: Vec<String>,
}
