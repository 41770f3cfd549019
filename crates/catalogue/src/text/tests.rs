//! Searching, on a real catalogue: what is found, in which order, with what slips, and what is gone when it is gone.

mod again;
mod deleting;
mod filters;
mod older;
mod slips;
mod typed;

use crate::*;
use scantrail_core::evidence::Look;
use scantrail_core::ids::{BatchId, CaptureId, PageId, PieceId, PupilId};
use scantrail_core::jiff::Timestamp;
use scantrail_core::roster::{Pupil, PupilDetails, Standing};
use scantrail_core::state::PageEvent;
use scantrail_core::units::{Digest, Turn};
use scantrail_core::vocabulary::{Content, Flow, Media, Role, Side, SourceKind};
use std::path::PathBuf;
use tempfile::TempDir;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

/// A catalogue with two pupils, 1 of class 4B and 2 of class 5A, and one batch.
struct Kept {
    catalogue: Catalogue,
    folder: TempDir,
}

fn batch() -> BatchId {
    BatchId::from_random(1)
}

fn page(n: u64) -> PageId {
    PageId::from_random(n)
}

fn pupil(n: u64) -> PupilId {
    PupilId::from_random(n)
}

fn capture(n: u64) -> NewCapture {
    NewCapture {
        id: CaptureId::from_random(n + 100),
        page: page(n),
        batch: batch(),
        sequence: n as u32,
        side: Side::Single,
        media: Media::Png,
        digest: Digest([n as u8; 32]),
        bytes: 9,
        resolution: None,
        suspicion: None,
        turn: None,
        settings: "{}".into(),
        location: format!(".trail/spool/{n}"),
    }
}

impl Kept {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let catalogue = Catalogue::open(&folder.path().join("catalogue.db")).unwrap();
        let one = |n: u64, class: &str| {
            let details =
                PupilDetails { surname: format!("Pupil {n}"), class: class.into(), ..PupilDetails::default() };
            (Pupil { id: pupil(n), details, standing: Standing::Current }, format!("Pupil {n}"))
        };
        catalogue.put_pupils(&[one(1, "4B"), one(2, "5A")], &[], NOW).unwrap();
        let new = NewBatch {
            id: batch(),
            source_kind: SourceKind::Feeder,
            source: "test".into(),
            flow: Flow::Stack,
            sides: Sides::One,
            scene: Scene::UNSAID,
            context: BatchContext { work_date: "2026-11-21".into(), ..BatchContext::default() },
        };
        catalogue.open_batch(&new, NOW).unwrap();
        Self { catalogue, folder }
    }

    fn database(&self) -> PathBuf {
        self.folder.path().join("catalogue.db")
    }

    /// A page that was read and is on its way to nobody in particular.
    fn read(&self, n: u64, text: PageText<'_>) {
        self.read_as(n, text, Content::Text);
        self.fate(n, &[], PageEvent::Place);
    }

    fn read_as(&self, n: u64, text: PageText<'_>, content: Content) {
        self.catalogue.record_capture(&capture(n), NOW).unwrap();
        let findings = Findings {
            codes: vec![],
            look: Look::Page,
            content,
            turn: Turn::None,
            skew: None,
            suspicion: None,
            paper_mm: None,
            moment: None,
            own_codes: vec![],
            derivative: Digest([9; 32]),
            notes: Digest([8; 32]),
            parts: 1,
            warnings: vec![],
        };
        self.catalogue.page_prepared(page(n), &findings, NOW).unwrap();
        self.catalogue.page_read(page(n), Digest([8; 32]), None, text, NOW).unwrap();
    }

    /// Lets one thing happen to a page that belongs to these pupils, each with a piece in that subject of that date.
    fn fate(&self, n: u64, pieces: &[(u64, &str, &str)], event: PageEvent) {
        let piece = |owner: u64| PieceId::from_random(n * 10 + owner);
        let rows = pieces.iter().map(|(owner, subject, date)| PieceRow {
            id: piece(*owner),
            pupil: pupil(*owner),
            year: "2026-27".into(),
            subject: (*subject).into(),
            title: String::new(),
            work_date: (*date).into(),
            batch: batch(),
            anchor: page(n),
            folder: "f".into(),
        });
        let file = PlannedFile { path: format!("originals/{n}.png"), role: FileRole::Original, bag: None };
        let fate = Ownership {
            page: page(n),
            run: 0,
            role: Role::Work,
            events: vec![event],
            owners: pieces
                .iter()
                .map(|(owner, ..)| PageOwner { pupil: pupil(*owner), piece: Some((piece(*owner), 1)) })
                .collect(),
            identified: None,
            reason: None,
            place: (event == PageEvent::Place).then(|| Place { files: vec![file] }),
        };
        let (runs, pieces, alarms) = (vec![], rows.collect(), "[]".into());
        let understanding = Understanding { batch: batch(), runs, pieces, pages: vec![fate], alarms };
        let decision = NewDecision {
            kind: "assign".into(),
            batch: Some(batch()),
            sheet: None,
            words: "[]".into(),
            reason: String::new(),
            pages: vec![page(n)],
        };
        self.catalogue.decide(&decision, &[understanding], NOW).unwrap();
    }

    fn find(&self, words: &str) -> Vec<Hit> {
        self.search(&Query { words: words.into(), ..asked() }).hits
    }

    fn search(&self, query: &Query) -> Hits {
        self.catalogue.search(query).unwrap()
    }

    /// The numbers of the pages that are found, in order.
    fn pages(&self, words: &str) -> Vec<u64> {
        numbers(&self.find(words))
    }
}

fn asked() -> Query {
    Query { limit: 20, ..Query::default() }
}

fn numbers(hits: &[Hit]) -> Vec<u64> {
    hits.iter().map(|hit| hit.page.number()).collect()
}
