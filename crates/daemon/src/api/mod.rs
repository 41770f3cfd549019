//! What can be asked of an open data folder, and what it answers: the same whether the command works on the data
//! itself or asks a running daemon through its socket.
//!
//! These shapes are the `--json` output of the command, so they are a contract. Each area has a file: what can be
//! asked, what comes back.

mod backup;
mod batches;
mod deletion;
mod documents;
mod export;
mod import;
mod ledger;
mod looking;
mod rebuild;
mod reconcile;
mod review;
mod roster;
mod sheets;

pub use backup::{
    BackupAsked, BackupReply, BackupStatus, HeardReply, RestoreReply, SnapshotReply, TriedReply, UnheardReply,
};
pub use batches::{
    BatchAnswer, BatchReply, BatchRequest, CountsReply, DecidedReply, Degrees, FileReply, PageReply, RunReply,
};
pub use deletion::{
    ApprovalReply, CertificateReply, DeletedPage, DeletionAnswer, DeletionReply, DeletionRequest, DueReply,
    LegalHoldReply, ProposedWork, RuleDue,
};
pub use documents::{DocumentPiece, DocumentReply, DocumentRequest, LeftOut, TextFormat, TextReply};
pub use export::{ExportReply, ExportRequest, OriginalsWord, Receipt, ReceiptFile, ReceiptPage, SharedWord};
pub use import::{ImportPackReply, ImportPackRequest, ImportedPiece, PackFor};
pub use ledger::{
    CheckpointReply, KeyReply, LedgerAnswer, LedgerReply, LedgerRequest, LedgerStatus, Outside, PageProof, Printed,
    ProofReply, ProvedConsistency, ProvedEvent,
};
pub use looking::{
    Depth, HitReply, PieceReply, QueueReply, SnippetWord, StatusReply, TrailReply, TroubleReply, VerifyReply,
};
pub use rebuild::RebuildReply;
pub use reconcile::{AttendanceReply, ReconcileReply, ReconcileRequest};
pub use review::{DecisionLine, DecisionReply, HandedOn, HoldReply, ReachWord, ReviewAnswer, ReviewRequest, SeenOn};
pub use roster::{
    CalendarReply, ClassReply, HalfTermReply, ImportGroup, ImportReply, ImportRequest, KeptMapping, ListOf,
    NewIdentity, NewIdentityReply, NewPupil, PupilFullReply, PupilReply, RollOverLine, RollOverReply, RosterAnswer,
    RosterRequest, SealedIdentityReply, SealedReply, TeacherReply,
};
pub use sheets::{
    CardWord, EdgesWord, FontWarning, PrintedFor, SheetLine, SheetStory, SheetsAnswer, SheetsReply, SheetsRequest,
    SheetsWanted, SidesWord, Whom,
};

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// One thing asked for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each mirrors the command of the same name; its arguments are explained there")]
pub enum Request {
    Scan {
        device: String,
        profile: Option<String>,
        class: Option<String>,
        subject: Option<String>,
        title: Option<String>,
        resume: Option<String>,
        options: Vec<(String, String)>,
        stack: Vec<PathBuf>,
        dpi: Option<u16>,
        language: Option<String>,
    },
    Ingest {
        paths: Vec<PathBuf>,
        resume: Option<String>,
        flow: String,
        shows: String,
        items: Option<u32>,
        mat: Option<PathBuf>,
        class: Option<String>,
        subject: Option<String>,
        title: Option<String>,
        language: Option<String>,
    },
    Reread {
        pages: Vec<String>,
        batch: Option<String>,
        language: Option<String>,
    },
    Roster(RosterRequest),
    Sheets(SheetsRequest),
    Batch(BatchRequest),
    Review(ReviewRequest),
    Reconcile(ReconcileRequest),
    Deletion(DeletionRequest),
    Search {
        words: String,
        pupil: Option<String>,
        class: String,
        subject: String,
        from: Option<String>,
        to: Option<String>,
        shows: Option<String>,
        skip: u32,
    },
    Trail {
        pupil: String,
    },
    Pdf(DocumentRequest),
    Export(ExportRequest),
    /// Whoever asked for a pack has it whole.
    HandedOver {
        export: String,
    },
    Backup(BackupAsked),
    ImportPack(ImportPackRequest),
    Text {
        page: String,
        format: TextFormat,
    },
    Verify {
        depth: Depth,
        checkpoints: Vec<Outside>,
    },
    Ledger(LedgerRequest),
    Status,
}

/// Whether to change anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DryRun {
    /// Say what would change.
    Yes,
    /// Change it.
    No,
}

/// What is heard on the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "progress", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the fields say what the variant names")]
pub enum Progress {
    BatchOpened { batch: String },
    Scanning { side: u32 },
    Captured { side: u32 },
    Taken { name: String, captures: u32 },
    Quarantined { name: String, why: String },
    Waiting { accounted_for: u64, captured: u64, queue: QueueReply },
    Checked { files: u64, of: u64 },
    Rebuilt { folders: u64, of: u64 },
    Indexing { left: u64 },
    CheckedEvents { events: u64, of: u64 },
    BackedUp { files: u64, of: u64 },
    Purging { snapshots: u64, of: u64 },
}

/// Hears progress.
pub trait Report {
    /// One step.
    fn say(&mut self, progress: Progress);
}

/// Hears nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Report for Silent {
    fn say(&mut self, _: Progress) {}
}

/// What comes back.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "answer", content = "value", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each mirrors the request of the same name")]
pub enum Reply {
    /// The batches that were taken in.
    TakenIn(Vec<BatchReply>),
    Batch(BatchAnswer),
    Roster(RosterAnswer),
    Sheets(SheetsAnswer),
    Review(ReviewAnswer),
    Reconcile(ReconcileReply),
    Deletion(DeletionAnswer),
    Hits(Vec<HitReply>),
    Trail(TrailReply),
    /// How many pages were read again.
    Reread {
        pages: u64,
    },
    /// The bytes of the PDF follow.
    Pdf(DocumentReply),
    /// The bytes of the pack follow.
    Export(ExportReply),
    HandedOver,
    Backup(BackupReply),
    ImportPack(ImportPackReply),
    Text(TextReply),
    Verify(VerifyReply),
    Ledger(LedgerAnswer),
    Status(Box<StatusReply>),
}
