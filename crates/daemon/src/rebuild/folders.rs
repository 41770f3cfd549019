//! What the folders tell, taken into the new catalogue, a pupil's folder at a time.

use crate::api::{Progress, RebuildReply, Report};
use crate::error::DaemonError;
use crate::understand::stored;
use scantrail_archive::durable::{self, Access};
use scantrail_archive::folder::Layout;
use scantrail_archive::names::TrailPath;
use scantrail_archive::sidecar::{Identified, PageRecord, PupilRecord};
use scantrail_archive::trails::{self, Kind, ToldBag, ToldFile};
use scantrail_catalogue::{Catalogue, FileRole, FileRow, FileState, NewDecision, PieceRow, ToldPage, ToldTrail, Was};
use scantrail_core::ids::{BatchId, PageId, PupilId};
use scantrail_core::interpret::{HoldReason, Owners, Word};
use scantrail_core::jiff::Timestamp;
use scantrail_core::jiff::tz::TimeZone;
use scantrail_core::ports::Clock as _;
use scantrail_core::roster::{Pupil, PupilDetails, Standing};
use scantrail_core::state::PageState;
use scantrail_core::units::{Dpi, Resolution, Turn};
use scantrail_core::vocabulary::Role;
use std::collections::{BTreeMap, BTreeSet};

/// Where pages lie that are in no trail.
const UNIDENTIFIED: &str = "Unidentified";
const CONTROL: &str = ".trail/control";

pub(super) struct Folders<'a> {
    catalogue: &'a Catalogue,
    layout: &'a Layout,
    reply: &'a mut RebuildReply,
    report: &'a mut dyn Report,
    /// Pages that only their records knew, by batch: whose they are, nobody's, or unknown.
    salvaged: BTreeMap<BatchId, BTreeMap<PageId, (Vec<PupilId>, PageState)>>,
    seen: BTreeSet<PageId>,
    /// If nobody knows what happened before: the end of the name under which each bag's events are kept.
    history: Option<String>,
}

impl<'a> Folders<'a> {
    pub(super) fn new(
        catalogue: &'a Catalogue,
        layout: &'a Layout,
        reply: &'a mut RebuildReply,
        report: &'a mut dyn Report,
        history: Option<String>,
    ) -> Self {
        Self { catalogue, layout, reply, report, salvaged: BTreeMap::new(), seen: BTreeSet::new(), history }
    }

    pub(super) fn take_over(mut self) -> Result<(), DaemonError> {
        let root = self.layout.root();
        let folders = trails::folders(root)?;
        // Every pupil first: a group's page names pupils whose folders come later.
        let mut years = Vec::with_capacity(folders.len());
        for (at, folder) in folders.iter().enumerate() {
            self.report.say(Progress::Rebuilt { folders: at as u64, of: folders.len() as u64 });
            let Some(mut told) = trails::trail(root, folder)? else {
                self.reply.notes.push("a folder below Pupils has no id in its name and is left alone".to_owned());
                continue;
            };
            self.reply.trails += 1;
            self.reply.notes.append(&mut told.notes);
            let bags = told.bags.iter().map(|bag| (bag.path.as_str().to_owned(), bag.year.to_string(), bag.behind));
            let trail =
                ToldTrail { pupil: pupil(told.pupil, told.record), folder: folder.clone(), bags: bags.collect() };
            if self.catalogue.told_trail(&trail)? {
                self.reply.notes.push(format!("pupil {} is known from the folder alone", told.pupil));
            }
            let rows: Vec<FileRow> = told.file.iter().map(|file| row(file, None)).collect();
            self.catalogue.told_files(&rows)?;
            years.push(folder);
        }
        for folder in years {
            let Some(told) = trails::trail(root, folder)? else { continue };
            for bag in &told.bags {
                self.bag(told.pupil, bag)?;
            }
        }
        for folder in [UNIDENTIFIED, CONTROL] {
            let files = trails::outside(root, folder, &mut self.reply.notes)?;
            self.files(&files, None, folder)?;
        }
        self.decisions()?;
        self.reply.pages = self.seen.len() as u64;
        Ok(())
    }

    fn bag(&mut self, pupil: PupilId, bag: &ToldBag) -> Result<(), DaemonError> {
        self.reply.bags += 1;
        self.files(&bag.files, Some((pupil, bag)), "")?;
        self.keep_history(bag)
    }

    /// What lies in a bag is all that is left of its history: the next sealing must not write over it.
    fn keep_history(&self, bag: &ToldBag) -> Result<(), DaemonError> {
        let Some(end) = &self.history else { return Ok(()) };
        for (name, begins, ends) in crate::record::HISTORY {
            let told = TrailPath::new(name).expect("a constant path is sound").below(&bag.path);
            let Some(text) = durable::read(&self.layout.locate(&told))? else { continue };
            let name = format!("{begins}{end}{ends}");
            let kept = TrailPath::new(name).expect("a time is a safe name").below(&bag.path);
            let written = durable::write_new(&self.layout.locate(&kept), &text, Access::Shared)?;
            let row = FileRow {
                path: kept.as_str().to_owned(),
                page: None,
                bag: Some(bag.path.as_str().to_owned()),
                role: FileRole::Tag,
                state: FileState::Present,
                digest: Some(written.digest),
                bytes: written.bytes,
            };
            self.catalogue.told_files(&[row])?;
        }
        Ok(self.catalogue.bag_is_behind(bag.path.as_str())?)
    }

    fn files(&mut self, files: &[ToldFile], bag: Option<(PupilId, &ToldBag)>, folder: &str) -> Result<(), DaemonError> {
        for file in files {
            let Some(record) = &file.record else { continue };
            self.seen.insert(record.page);
            let told = told(record, bag, folder);
            match self.catalogue.told_page(&told, crate::world::SystemClock.now())? {
                Was::Known => {}
                Was::Otherwise => {
                    self.reply.otherwise += 1;
                    tracing::info!(page_id = %record.page, "the folder told otherwise than the register");
                }
                Was::Unknown => {
                    self.reply.salvaged += 1;
                    let batch = self.salvaged.entry(record.capture.batch).or_default();
                    batch.insert(record.page, (record.pupils.clone(), told.state));
                }
            }
        }
        let path = bag.map(|(_, bag)| &bag.path);
        let mut rows = Vec::with_capacity(files.len());
        for file in files {
            match file.page {
                Some(page) if !self.catalogue.knows_page(page)? => {
                    self.reply.notes.push(format!("files of page {page} lie there, but no record that can be read"));
                }
                _ => rows.push(row(file, path)),
            }
        }
        self.reply.files += rows.len() as u64;
        let twice = self.catalogue.told_files(&rows)?;
        if twice > 0 {
            self.reply.notes.push(format!("{twice} files are named by two records"));
        }
        Ok(())
    }

    /// What came out of decisions and covers that nobody knows any more stands as if a person had said it: otherwise the
    /// next decision about such a batch would take its pages back from their trails.
    fn decisions(&mut self) -> Result<(), DaemonError> {
        for (batch, pages) in &self.salvaged {
            let mut groups: BTreeMap<&[PupilId], Vec<PageId>> = BTreeMap::new();
            let mut nobodys = Vec::new();
            for (page, (pupils, state)) in pages {
                match state {
                    PageState::Discarded => nobodys.push(*page),
                    _ if pupils.is_empty() => {}
                    _ => groups.entry(pupils).or_default().push(*page),
                }
            }
            let mut words: Vec<Word> = Vec::new();
            for (pupils, pages) in groups {
                words.extend(Owners::of(pupils.to_vec()).map(|pupils| Word::Theirs { pages, pupils }));
            }
            if !nobodys.is_empty() {
                words.push(Word::Nobodys { pages: nobodys });
            }
            let decision = NewDecision {
                kind: "found".to_owned(),
                batch: Some(*batch),
                sheet: None,
                words: stored::write_words(&words)?,
                reason: "found so in the folders when the catalogue was built again".to_owned(),
                pages: pages.keys().copied().collect(),
            };
            self.catalogue.decide(&decision, &[], crate::world::SystemClock.now())?;
        }
        Ok(())
    }
}

fn row(file: &ToldFile, bag: Option<&TrailPath>) -> FileRow {
    FileRow {
        path: file.path.as_str().to_owned(),
        page: file.page,
        bag: bag.map(|bag| bag.as_str().to_owned()),
        role: match file.kind {
            Kind::Original => FileRole::Original,
            Kind::Copy => FileRole::Page,
            Kind::Sidecar => FileRole::Sidecar,
            Kind::Tag => FileRole::Tag,
        },
        state: FileState::Present,
        digest: Some(file.digest),
        bytes: file.bytes,
    }
}

/// Whose folder it is, from its record, or only by its id.
fn pupil(id: PupilId, record: Option<PupilRecord>) -> Pupil {
    let Some(record) = record.filter(|record| record.id == id) else {
        let details = PupilDetails { surname: format!("Pupil {id}"), ..PupilDetails::default() };
        return Pupil { id, details, standing: Standing::Current };
    };
    let PupilRecord { surname, forename, class, year_group, upn, former_upn, admission_number, born, standing, .. } =
        record;
    let details = PupilDetails { surname, forename, class, year_group, upn, former_upn, admission_number, born };
    Pupil { id, details, standing }
}

fn told(record: &PageRecord, bag: Option<(PupilId, &ToldBag)>, folder: &str) -> ToldPage {
    let capture = &record.capture;
    let owner = bag.map(|(pupil, bag)| (pupil, piece(record, pupil, bag)));
    let state = match (bag, folder) {
        (Some(_), _) => PageState::Filed,
        (None, UNIDENTIFIED) => PageState::Held,
        // Control sheets are at their place; work that lies beside them was thrown away.
        (None, _) if record.hold.is_none() && record.role != Role::Work => PageState::Filed,
        (None, _) => PageState::Discarded,
    };
    let geometry = record.geometry.as_ref();
    let dpi = geometry.and_then(|geometry| geometry.dpi);
    let resolution = dpi.and_then(|[x, y]| Some(Resolution { x: Dpi::new(x)?, y: Dpi::new(y)? }));
    let work = record.piece.as_ref().map_or_else(
        || [String::new(), String::new(), String::new(), day(capture.received)],
        |piece| [piece.class.clone(), piece.subject.clone(), piece.title.clone(), piece.date.to_string()],
    );
    ToldPage {
        id: record.page,
        batch: capture.batch,
        capture: capture.id,
        sequence: capture.sequence.saturating_sub(1),
        source_kind: capture.source,
        source: capture.device.clone(),
        side: record.side,
        media: record.original.media,
        digest: record.original.sha256,
        bytes: record.original.bytes,
        resolution,
        received_at: capture.received.to_string(),
        state,
        role: record.role,
        content: record.content,
        turn: geometry.and_then(|geometry| Turn::from_degrees(geometry.turn.into())).unwrap_or_default(),
        skew: geometry.map(|geometry| geometry.skew).filter(|skew| *skew != 0.0),
        identified: record.identified.as_ref().map(identified),
        reason: record.hold.as_ref().map(|words| reason(words)),
        warnings: record.warnings.clone(),
        parts: 1 + record.further.len() as u32,
        pupils: record.pupils.clone(),
        owner,
        work,
        // Held and discarded pages have none in their folder, and get one when they are filed.
        copy: record.copy.as_ref().map(|copy| copy.sha256).or(record.geometry.as_ref().map(|_| record.original.sha256)),
        location: record.original.path.as_path().as_str().to_owned(),
    }
}

fn piece(record: &PageRecord, pupil: PupilId, bag: &ToldBag) -> Option<(PieceRow, u32)> {
    let piece = record.piece.as_ref()?;
    let inside = record.copy.as_ref().and_then(|copy| copy.path.within(&bag.path));
    let folder = inside.as_ref().and_then(|path| path.as_str().strip_prefix("data/")?.rsplit_once('/'));
    let row = PieceRow {
        id: piece.id,
        pupil,
        year: bag.year.to_string(),
        subject: piece.subject.clone(),
        title: piece.title.clone(),
        work_date: piece.date.to_string(),
        batch: record.capture.batch,
        anchor: record.page,
        folder: folder
            .map_or_else(|| format!("{}/{} {}", piece.subject, piece.date, piece.title), |(f, _)| f.to_owned()),
    };
    Some((row, record.position))
}

fn identified(how: &Identified) -> String {
    match how {
        Identified::Sheet { kind, sheet, .. } => format!("{}:{sheet}", kind.word()),
        Identified::Person { .. } => "person".to_owned(),
    }
}

/// The word for a reason that is told in a sentence; the sentence itself if it is none of ours.
fn reason(sentence: &str) -> String {
    let known = HoldReason::ALL.iter().find(|reason| reason.sentence() == sentence);
    known.map_or_else(|| sentence.to_owned(), |reason| reason.word().to_owned())
}

fn day(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).date().to_string()
}
