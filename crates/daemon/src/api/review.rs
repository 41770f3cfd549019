//! The queue and people's decisions: asked for and answered.

use super::batches::PageReply;
use super::roster::PupilReply;
use serde::{Deserialize, Serialize};

/// One thing asked of the queue.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "review-do", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each mirrors the command of the same name; its arguments are explained there")]
pub enum ReviewRequest {
    List,
    Show {
        page: String,
    },
    Assign {
        pages: Vec<String>,
        pupils: Vec<String>,
        reach: ReachWord,
        reason: String,
    },
    /// Filed pages are another pupil's.
    Move {
        pages: Vec<String>,
        pupils: Vec<String>,
        reason: String,
    },
    Discard {
        pages: Vec<String>,
        reach: ReachWord,
        reason: String,
    },
    Recall {
        pages: Vec<String>,
        reach: ReachWord,
        reason: String,
    },
    Name {
        sheet: String,
        pupil: String,
        reason: String,
    },
    Undo {
        decision: Option<i64>,
    },
    Decisions {
        limit: u32,
    },
}

/// What comes back of the queue.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "review", content = "value", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each mirrors the request of the same name")]
pub enum ReviewAnswer {
    List(Vec<HoldReply>),
    One(Box<HoldReply>),
    Decision(DecisionReply),
    Decisions(Vec<DecisionLine>),
}

/// How far a decision reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReachWord {
    /// One page.
    Page,
    /// Every held page of its run.
    Run,
}

/// A page that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldReply {
    /// The page.
    pub page: PageReply,
    /// Its batch.
    pub batch: String,
    /// Its run in the batch.
    pub run: Option<u32>,
    /// Why: the word.
    pub reason: String,
    /// Why: the sentence.
    pub sentence: String,
    /// Whose it may be: the first of the candidates.
    pub suggestion: Option<PupilReply>,
    /// Everybody whose it may be; of a group's picture, each of them.
    pub candidates: Vec<PupilReply>,
    /// The page before it in the batch and whose that is.
    pub before: Option<PageReply>,
    /// The page after it.
    pub after: Option<PageReply>,
}

/// A decision that was taken or undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionReply {
    /// Its number, to undo it by.
    pub decision: i64,
    /// `assign`, `move`, `discard`, `recall`, `confirm`, `shift`, `split`, `join`, `absent`, `name`.
    pub kind: String,
    /// Whether it was taken back.
    pub undone: bool,
    /// The pages it is about, as they are now.
    pub pages: Vec<PageReply>,
    /// Of filed pages that were moved: who had been handed them while they lay in the wrong trail.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub handed_on: Vec<HandedOn>,
    /// Of filed pages that were moved: when somebody had looked at them before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<SeenOn>,
}

/// A look at a page. By whom is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenOn {
    /// The page.
    pub page: String,
    /// The day, on the machine's clock.
    pub day: String,
    /// `picture` on the site, handed out as `document`, or its `words`.
    pub how: String,
}

/// A page that was handed over with a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedOn {
    /// The page.
    pub page: String,
    /// When, RFC 3339.
    pub at: String,
    /// To whom, in the words of whoever did it.
    pub to: String,
    /// Of whose pack it was a part.
    pub pupil: String,
    /// Whether it surely was: the making of a pack that broke off may have left a part of it outside.
    pub certain: bool,
}

/// A decision, in a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionLine {
    /// Its number, to undo it by.
    pub decision: i64,
    /// RFC 3339.
    pub at: String,
    /// `assign`, `move`, `discard`, `recall`, `confirm`, `shift`, `split`, `join`, `absent`, `name`.
    pub kind: String,
    /// The batch it is about; none for a word about a sheet.
    pub batch: Option<String>,
    /// Why, in the person's words.
    pub reason: String,
    /// When it was taken back, RFC 3339.
    pub undone_at: Option<String>,
    /// The pages it is about.
    pub pages: Vec<String>,
}
