//! Deletion, retention and legal holds: asked for and answered.

use super::backup::HeardReply;
use super::roster::PupilReply;
use serde::{Deserialize, Serialize};

/// One thing asked about deletion.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "deletion-do", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each mirrors the command of the same name; its arguments are explained there")]
pub enum DeletionRequest {
    Due { on: Option<String> },
    ProposeDue { on: Option<String>, rule: String, account: String },
    Propose { pages: Vec<String>, pupil: Option<String>, reason: String, account: String },
    ProposeRecord { pupil: String, reason: String, account: String },
    Show { deletion: i64 },
    Certificate { deletion: i64 },
    List,
    Approve { deletion: i64, account: String },
    Withdraw { deletion: i64, account: String },
    Hold { pupil: Option<String>, page: Option<String>, reason: String, account: String },
    Lift { hold: i64, reason: String, account: String },
    Holds,
}

/// What comes back.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "deletion", content = "value", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each mirrors the request of the same name")]
pub enum DeletionAnswer {
    Due(DueReply),
    One(Box<DeletionReply>),
    Certificate(CertificateReply),
    List(Vec<DeletionReply>),
    Holds(Vec<LegalHoldReply>),
}

/// What the rules say is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueReply {
    /// On which day, ISO.
    pub on: String,
    /// Rule by rule, as configured.
    pub rules: Vec<RuleDue>,
}

/// What one rule says is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleDue {
    /// Its name.
    pub rule: String,
    /// What it says, in words.
    pub says: String,
    /// The pages.
    pub pages: Vec<String>,
    /// Whose they are: how many pupils.
    pub pupils: u64,
    /// Ids of pupils whose own record is due.
    pub records: Vec<String>,
    /// Pages that are due and that a legal hold keeps.
    pub kept_by_hold: u64,
}

/// A deletion: a proposal, and later the certificate that it was carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletionReply {
    /// Its number.
    pub deletion: i64,
    /// `proposed`, `withdrawn`, `approved`, `done`.
    pub state: String,
    /// RFC 3339.
    pub proposed_at: String,
    /// Who proposed it.
    pub proposed_by: String,
    /// The retention rule; empty if a person asked.
    pub rule: String,
    /// Why.
    pub reason: String,
    /// Who approved.
    pub approvals: Vec<ApprovalReply>,
    /// How many have to.
    pub approvals_needed: u64,
    /// When it was withdrawn or done, RFC 3339.
    pub ended_at: Option<String>,
    /// Who withdrew it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn_by: Option<String>,
    /// Files removed, or to be removed once it is approved: 0 until then.
    pub files: u64,
    /// Bytes of them.
    pub bytes: u64,
    /// The pages.
    pub pages: Vec<DeletedPage>,
    /// Ids of pupils whose own record is erased: name, date of birth, numbers, classes.
    pub records: Vec<String>,
    /// Legal holds that keep any of it as things are; none once it is decided.
    pub kept_by: Vec<LegalHoldReply>,
    /// Every folder that was ever backed up to, and whether it has heard; empty until it is done.
    pub backups: Vec<HeardReply>,
    /// Whether deleted text is still in the free space of the catalogue: it leaves by itself, a little later.
    pub scrub_due: bool,
}

/// The certificate of a deletion that was carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateReply {
    /// The deletion as JSON: the certificate for machines.
    pub json: String,
    /// A page for people, with the digest of the JSON on it.
    pub pdf: Vec<u8>,
}

/// An approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalReply {
    /// Whose.
    pub account: String,
    /// RFC 3339.
    pub at: String,
}

/// A page of a deletion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletedPage {
    /// Its id.
    pub page: String,
    /// `filed` … `deleted`.
    pub state: String,
    /// When it came in, RFC 3339.
    pub received: String,
    /// Ids of its pupils; none once it is deleted.
    pub pupils: Vec<String>,
    /// What it is, for whoever is to approve: only while that is open. A certificate names nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub work: Option<ProposedWork>,
}

/// What a page is that is proposed for deletion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposedWork {
    /// Whose.
    pub pupils: Vec<PupilReply>,
    /// When it was made, ISO; empty of a cover.
    pub date: String,
    /// May be empty.
    pub subject: String,
    /// May be empty; of a cover, that it is one.
    pub title: String,
}

/// A legal hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegalHoldReply {
    /// Its number.
    pub hold: i64,
    /// RFC 3339.
    pub since: String,
    /// The pupil whose pages it keeps.
    pub pupil: Option<PupilReply>,
    /// The page it keeps.
    pub page: Option<String>,
    /// Why.
    pub reason: String,
    /// Who put it there.
    pub account: String,
    /// When it was lifted, RFC 3339.
    pub lifted_at: Option<String>,
    /// Who lifted it.
    pub lifted_by: Option<String>,
    /// Why.
    pub lifted_for: Option<String>,
}
