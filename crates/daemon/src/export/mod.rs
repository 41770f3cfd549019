//! A pupil's year as a pack for another school, a family or a court: the bag as it is filed, with what must not leave the
//! school taken out.
//!
//! Every file is compared with its digest before it goes in, and the pack is made whole before anything of it is handed
//! over: one damaged page stops all of it. Nobody else's name or id is in it, nor the place where a photo was taken. That it
//! is about to leave is written down before its first byte does; that it was handed over, when whoever asked has it whole.

mod record;
mod select;

use crate::api::{ExportReply, ExportRequest, LeftOut, OriginalsWord, Receipt, ReceiptFile, ReceiptPage};
use crate::engine::Engine;
use crate::error::{DaemonError, Exit};
use crate::index::{self, Kind, Places};
use crate::{filing, verify};
use scantrail_archive::bag::{self, BagContents, BagFile, BagInfo};
use scantrail_archive::durable::{self, Written};
use scantrail_archive::index::{IndexPage, NAME, picture_path};
use scantrail_archive::located::{Located, without_place};
use scantrail_archive::names::{TrailPath, safe_name};
use scantrail_archive::pack::PackWriter;
use scantrail_catalogue::{FileRow, NewExport};
use scantrail_core::ids::ExportId;
use scantrail_core::ports::Clock as _;
use scantrail_core::units::Digest;
use select::{Chosen, Selection};
use std::fs::File;
use std::io::{BufWriter, Seek as _};

/// Bytes of the name of a pack's folder: with the paths in it below what Windows programs can open.
const FOLDER: usize = 80;
/// What the pack says of itself.
const ABOUT: &str = "pack.json";
/// Its events.
const EVENTS: &str = "audit/events.jsonl";

/// A pack that was made: a tar, to be read from its beginning.
pub(crate) struct Made {
    pub(crate) reply: ExportReply,
    pub(crate) content: File,
}

/// A pack being made.
struct Making<'a> {
    engine: &'a Engine,
    pack: PackWriter<BufWriter<File>>,
    payload: Vec<BagFile>,
    tags: Vec<BagFile>,
    places: Places,
    left_out: Vec<LeftOut>,
}

/// Makes the pack that is asked for.
pub(crate) fn make(engine: &Engine, request: &ExportRequest) -> Result<Made, DaemonError> {
    let _filing_rests = verify::paused(engine)?;
    let Selection { pupil, year, bag, pages, left_out } = select::select(engine, request)?;
    let bytes: u64 = pages.iter().flat_map(Chosen::files).map(|file| file.bytes).sum();
    engine.room_for(bytes)?;
    let scratch = durable::scratch(&engine.layout().private().join("work"))?;
    let listed = pupil.details.listed_name();
    let folder = safe_name(&format!("{listed} ({}) {year}", pupil.id), FOLDER, "Pack");
    let pack = PackWriter::begin(BufWriter::new(scratch), &folder);
    let mut making = Making { engine, pack, payload: Vec::new(), tags: Vec::new(), places: Places::new(), left_out };
    let mut told = Vec::with_capacity(pages.len());
    for chosen in &pages {
        told.push(making.page(chosen, &bag, request.originals)?);
    }
    let id = ExportId::from_random(engine.random());
    let at = engine.now();
    let events = record::events(engine, bag.as_str(), pupil.id, &pages)?;
    making.tag(&constant(EVENTS), &events)?;
    let page = IndexPage {
        who: pupil.details.spoken_name(),
        school: engine.config.school.clone(),
        year,
        notes: notes(&told, &making.left_out, request.originals),
        pieces: index::pieces(engine, &pupil, year, &making.places)?,
    };
    making.tag(&constant(NAME), page.to_html().as_bytes())?;
    let mut receipt = Receipt {
        export: id.to_string(),
        at: at.to_string(),
        school: engine.config.school.clone(),
        pupil: pupil.id.to_string(),
        name: listed.clone(),
        year: year.to_string(),
        to: request.to.trim().to_owned(),
        tagmanifest_sha256: String::new(),
        pages: told,
    };
    let about = record::about(&receipt, &making.left_out)?;
    making.tag(&constant(ABOUT), &about)?;
    let school = engine.config.school.clone();
    let info = BagInfo { school, pupil: pupil.id, listed_name: listed, year, sealed_on: engine.clock.today() };
    let digest = making.seal(&info)?;
    receipt.tagmanifest_sha256 = digest.to_string();
    let files = (making.payload.len() + making.tags.len() + bag::OWN_FILES.len()) as u64;
    let left_out = making.left_out;
    let failed = |source| DaemonError::Outside { doing: "write", path: engine.layout().private(), source };
    let mut content = making.pack.finish()?.into_inner().map_err(|error| failed(error.into_error()))?;
    let bytes = content.stream_position().map_err(failed)?;
    content.rewind().map_err(failed)?;
    let pages: Vec<_> = pages.iter().map(|chosen| chosen.page.id).collect();
    let (to_whom, year) = (receipt.to.clone(), receipt.year.clone());
    tracing::info!(export_id = %id, pupil_id = %pupil.id, pages = pages.len(), bytes, "made as a pack");
    engine.catalogue.export_begun(&NewExport { id, pupil: pupil.id, year, to_whom, digest, pages }, at)?;
    Ok(Made { reply: ExportReply { receipt, folder, files, bytes, left_out }, content })
}

/// Whoever asked for a pack has it whole.
pub(crate) fn ended(engine: &Engine, export: &str) -> Result<(), DaemonError> {
    let id: ExportId = export.parse().map_err(|_| DaemonError::usage(format!("`{export}` is no pack's id")))?;
    engine.catalogue.exported(id, engine.now())?;
    tracing::info!(export_id = %id, "handed over");
    Ok(())
}

impl Making<'_> {
    fn add(&mut self, path: &TrailPath, bytes: &[u8]) -> Result<BagFile, DaemonError> {
        let Written { digest, bytes: length } = Written::of(bytes);
        self.pack.add(path, length, &mut &*bytes)?;
        Ok(BagFile { path: path.clone(), digest, bytes: length })
    }

    fn tag(&mut self, path: &TrailPath, bytes: &[u8]) -> Result<(), DaemonError> {
        let file = self.add(path, bytes)?;
        self.tags.push(file);
        Ok(())
    }

    fn payload(&mut self, path: &TrailPath, bytes: &[u8]) -> Result<ReceiptFile, DaemonError> {
        let file = self.add(path, bytes)?;
        let told = ReceiptFile { path: path.as_str().to_owned(), sha256: file.digest.to_string(), bytes: file.bytes };
        self.payload.push(file);
        Ok(told)
    }

    /// The files of one page, each as it was filed.
    fn page(&mut self, chosen: &Chosen, bag: &TrailPath, wanted: OriginalsWord) -> Result<ReceiptPage, DaemonError> {
        let page = &chosen.page;
        let (mut copy, mut original, mut captured) = (None, None, None);
        if let Some(file) = &chosen.copy {
            let path = inside(&file.path, bag)?;
            copy = Some(self.payload(&path, &sound(self.engine, file)?)?);
            self.places.insert((page.id, Kind::Copy), path);
        }
        if let Some(file) = chosen.original.as_ref().filter(|_| wanted != OriginalsWord::LeftOut) {
            let bytes = sound(self.engine, file)?;
            let path = inside(&file.path, bag)?;
            let found = match wanted {
                OriginalsWord::AsTheyAre => Located::Clean,
                _ => without_place(page.media, &bytes),
            };
            let handed = match found {
                Located::Clean => Some(bytes),
                Located::Stripped(stripped) => {
                    captured = file.digest.map(|digest| digest.to_string());
                    Some(stripped)
                }
                Located::Unknown => {
                    let why = "its original may carry the place where it was taken, and is of a kind from which that \
                               cannot be taken out; its copy is in the pack";
                    self.left_out.push(LeftOut { page: page.id.to_string(), why: why.into() });
                    None
                }
            };
            if let Some(bytes) = handed {
                original = Some(self.payload(&path, &bytes)?);
                self.places.insert((page.id, Kind::Original), path);
            }
        }
        if let Some(file) = &chosen.picture {
            let path = picture_path(page.id);
            self.tag(&path, &sound(self.engine, file)?)?;
            self.places.insert((page.id, Kind::Picture), path);
        }
        let text = record::of_page(&sound(self.engine, &chosen.sidecar)?, chosen, bag)?;
        self.tag(&inside(&chosen.sidecar.path, bag)?, text.as_bytes())?;
        Ok(ReceiptPage {
            page: page.id.to_string(),
            date: chosen.piece.work_date.clone(),
            subject: chosen.piece.subject.clone(),
            title: chosen.piece.title.clone(),
            position: chosen.position,
            shared: page.owners.len() > 1,
            copy,
            original,
            captured_sha256: captured,
        })
    }

    /// Adds the files that make it a bag; gives the digest of the last, which covers all.
    fn seal(&mut self, info: &BagInfo) -> Result<Digest, DaemonError> {
        let texts = bag::texts(&BagContents { payload: &self.payload, tags: &self.tags, info })?;
        let mut last = None;
        for (file, text) in texts {
            self.add(&file.path, text.as_bytes())?;
            last = Some(file.digest);
        }
        last.ok_or_else(|| DaemonError::Inside { what: "a bag without a manifest".into(), source: None })
    }
}

fn constant(path: &str) -> TrailPath {
    TrailPath::new(path).expect("a constant path is sound")
}

fn inside(path: &str, bag: &TrailPath) -> Result<TrailPath, DaemonError> {
    let found = TrailPath::new(path).ok().and_then(|path| path.within(bag));
    found.ok_or_else(|| DaemonError::Inside { what: "the catalogue holds a file outside its bag".into(), source: None })
}

/// The bytes of a file, if they are those that were filed.
fn sound(engine: &Engine, file: &FileRow) -> Result<Vec<u8>, DaemonError> {
    let bytes = durable::read(&filing::locate(engine, &file.path)?)?;
    let page = file.page.map(|page| page.to_string()).unwrap_or_default();
    let what = file.role.word();
    let refused = |why: &str| DaemonError::Refused {
        what: format!("the {what} file of page {page} {why}"),
        hint: Some("nothing was handed over; see what else is damaged with: scantrail verify".into()),
        exit: Exit::Storage,
    };
    match bytes {
        Some(bytes) if Some(Written::of(&bytes).digest) == file.digest => Ok(bytes),
        Some(_) => Err(refused("is not what was filed: its bytes have changed")),
        None => Err(refused("is not where it was filed")),
    }
}

/// What whoever opens the pack should know.
fn notes(pages: &[ReceiptPage], left_out: &[LeftOut], originals: OriginalsWord) -> Vec<String> {
    let mut notes = Vec::new();
    let changed = pages.iter().filter(|page| page.captured_sha256.is_some()).count();
    match (originals, changed) {
        (OriginalsWord::LeftOut, _) => notes.push("The captures themselves are not in this pack.".to_owned()),
        (OriginalsWord::AsTheyAre, _) => notes.push(
            "The captures are in this pack with every byte, and photos may tell where they were taken.".to_owned(),
        ),
        (_, 0) => {}
        (_, changed) => notes.push(format!(
            "{changed} of the captures may have told where they were taken. They are in this pack without that, their \
             pixels unchanged; `pack.json` has the digests of both."
        )),
    }
    if pages.iter().any(|page| page.shared) {
        notes.push("Pages made together with others are among them. Nobody else is named in the records.".to_owned());
    }
    if !left_out.is_empty() {
        let files =
            if left_out.len() == 1 { "One thing is".to_owned() } else { format!("{} things are", left_out.len()) };
        notes.push(format!("{files} left out; `pack.json` says what and why."));
    }
    notes
}
