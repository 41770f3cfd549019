//! A pack taken in: the work of a pupil who came from another school.
//!
//! The bag is looked at whole before anything of it is touched. Each piece becomes a batch with the date, subject and title
//! it had, through the same spool and the same stages as everything else; its original bytes are kept, and so are its
//! records, as they came. Whose it is says a person, never a name in the pack. Every file is written down with where it
//! came from before it is taken, so a pack that is taken in twice, or whose taking in was cut off, doubles nothing.

mod contents;

use crate::api::{
    DryRun, ImportPackReply, ImportPackRequest, ImportedPiece, LeftOut, NewPupil, PackFor, Progress, Report,
};
use crate::decide::{self, Reach};
use crate::engine::Engine;
use crate::error::{DaemonError, Exit};
use crate::intake::files;
use crate::waiting::accounted_for;
use crate::{queries, review, roster};
use contents::{Contents, Group, Taken};
use scantrail_archive::bag;
use scantrail_archive::durable::{self, Access};
use scantrail_archive::outside;
use scantrail_archive::spool::CaptureKey;
use scantrail_catalogue::{BatchContext, CatalogueError, NewBatch, Scene, Sides};
use scantrail_core::evidence::BatchEnd;
use scantrail_core::ids::{BatchId, PupilId};
use scantrail_core::ports::Clock as _;
use scantrail_core::roster::Pupil;
use scantrail_core::state::PageState;
use scantrail_core::vocabulary::{Flow, SourceKind};
use std::fs::File;
use std::path::Path;

/// Takes a pack in, or says what would come.
pub(crate) fn take_in(
    engine: &Engine,
    request: &ImportPackRequest,
    report: &mut dyn Report,
) -> Result<ImportPackReply, DaemonError> {
    let path = &request.path;
    if !path.is_dir() {
        return Err(DaemonError::not_found(format!("there is no folder `{}`", path.display()))
            .with_hint("a locked pack is opened first: scantrail open-pack FILE --out DIR"));
    }
    let checked = bag::check(path)?;
    if let [first, ..] = checked.problems.as_slice() {
        return Err(DaemonError::Refused {
            what: format!("the pack is not sound: {first} ({} problems)", checked.problems.len()),
            hint: Some("nothing of it was taken in; ask for it again".into()),
            exit: Exit::Storage,
        });
    }
    let Contents { school, name, groups, mut left_out } = contents::read(path, &checked, engine.clock.today())?;
    let mut pieces = Vec::with_capacity(groups.len());
    for group in &groups {
        let mut known = 0;
        for file in &group.files {
            known += u64::from(here(engine, file)? != Here::No);
        }
        let (date, subject, title) = (group.date.to_string(), group.subject.clone(), group.title.clone());
        pieces.push(ImportedPiece { date, subject, title, files: group.files.len() as u64 - known, known });
    }
    let known = pieces.iter().any(|piece| piece.known > 0);
    let wanted = whose(engine, &request.whose, name.as_deref(), request.dry_run, known)?;
    let mut batches = Vec::new();
    if let (DryRun::No, Some(pupil)) = (request.dry_run, &wanted) {
        engine.room_for_more()?;
        for group in &groups {
            batches.extend(piece(engine, path, group, pupil.id, &mut left_out, report)?);
        }
    }
    Ok(ImportPackReply {
        school,
        name,
        pupil: wanted.as_ref().map(queries::pupil_reply),
        pieces,
        left_out,
        batches: batches.iter().map(BatchId::to_string).collect(),
    })
}

/// For whom it is; `None` in a dry run in which nobody said.
fn whose(
    engine: &Engine,
    said: &PackFor,
    name: Option<&str>,
    dry_run: DryRun,
    known: bool,
) -> Result<Option<Pupil>, DaemonError> {
    match (said, dry_run) {
        (PackFor::Pupil(text), _) => queries::find_pupil(engine, text).map(Some),
        (PackFor::Nobody | PackFor::NewPupil, DryRun::Yes) => Ok(None),
        (PackFor::Nobody, DryRun::No) => Err(DaemonError::usage("say for whom: --pupil WHO, or --new-pupil")),
        (PackFor::NewPupil, DryRun::No) if known => {
            Err(DaemonError::usage("some of this pack is here already, so its pupil is not new")
                .with_hint("say who it is, with --pupil WHO"))
        }
        (PackFor::NewPupil, DryRun::No) => {
            let name = name.ok_or_else(|| {
                DaemonError::usage("the pack does not say whose work it is")
                    .with_hint("add the pupil first, and name them with --pupil WHO")
            })?;
            let (surname, forename) = name.split_once(", ").unwrap_or((name, ""));
            let new = NewPupil { surname: surname.to_owned(), forename: forename.to_owned(), ..NewPupil::default() };
            Ok(Some(roster::add_new(engine, &new)?))
        }
    }
}

/// Whether a file of a pack is here already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Here {
    No,
    /// It came in a pack before, into this batch.
    In(BatchId),
    /// The pack was made here.
    AsItself,
}

fn here(engine: &Engine, file: &Taken) -> Result<Here, DaemonError> {
    if let Some(batch) = engine.catalogue.came_from(&file.source)? {
        return Ok(Here::In(batch));
    }
    let Some(page) = file.page else { return Ok(Here::No) };
    match engine.catalogue.page(page) {
        Ok(_) => Ok(Here::AsItself),
        Err(CatalogueError::NotFound { .. }) => Ok(Here::No),
        Err(error) => Err(error.into()),
    }
}

/// Takes one piece in; gives its batch, if any of it was not here yet.
fn piece(
    engine: &Engine,
    pack: &Path,
    group: &Group,
    pupil: PupilId,
    left_out: &mut Vec<LeftOut>,
    report: &mut dyn Report,
) -> Result<Option<BatchId>, DaemonError> {
    let mut batch = None;
    for file in &group.files {
        match here(engine, file)? {
            Here::No => {}
            // Of this school's own pack, or decided about long ago.
            Here::AsItself => continue,
            Here::In(known) => {
                // Taken before a crash came: what still waits of it goes the same way.
                give(engine, known, pupil, report)?;
                continue;
            }
        }
        let path = pack.join(&file.path);
        let media = match files::inspect(&path)? {
            Ok(media) => media,
            Err(why) => {
                left_out.push(LeftOut { page: file.path.clone(), why });
                continue;
            }
        };
        let id = match batch {
            Some(id) => id,
            None => *batch.insert(open(engine, group)?),
        };
        keep_record(engine, pack, id, file.record.as_deref())?;
        let key = CaptureKey { batch: id, sequence: files::spool_sequence(media, engine.catalogue.captures_in(id)?) };
        let delivery = files::expect(engine, id, Path::new(&file.source), key, media)?;
        let outside = |source| DaemonError::Outside { doing: "read", path: path.clone(), source };
        let spooled = engine.spool.receive(key, media, &mut File::open(&path).map_err(outside)?)?;
        files::finish(engine, &delivery, &spooled, report)?;
    }
    let Some(id) = batch else { return Ok(None) };
    engine.catalogue.end_batch(id, BatchEnd::Normal, engine.now())?;
    engine.bell.ring();
    report.say(Progress::BatchOpened { batch: id.to_string() });
    accounted_for(engine, id, report)?;
    give(engine, id, pupil, report)?;
    Ok(Some(id))
}

/// The pages of a batch that wait are this pupil's: a person said so of the whole pack.
fn give(engine: &Engine, batch: BatchId, pupil: PupilId, report: &mut dyn Report) -> Result<(), DaemonError> {
    let pages = engine.catalogue.pages_in(batch)?;
    let held: Vec<_> = pages.iter().filter(|page| page.state == PageState::Held).map(|page| page.id).collect();
    if held.is_empty() {
        return Ok(());
    }
    let decision = decide::assign(engine, &held, &[pupil], Reach::Page, "came in a pack")?;
    review::decided(engine, decision, report).map(drop)
}

fn open(engine: &Engine, group: &Group) -> Result<BatchId, DaemonError> {
    let id = BatchId::from_random(engine.random());
    let new = NewBatch {
        id,
        source_kind: SourceKind::Pack,
        source: group.from.clone(),
        flow: if group.pictures { Flow::Pictures } else { Flow::Stack },
        sides: Sides::One,
        scene: Scene::UNSAID,
        context: BatchContext {
            class: String::new(),
            subject: group.subject.clone(),
            title: group.title.clone(),
            work_date: group.date.to_string(),
        },
    };
    engine.catalogue.open_batch(&new, engine.now())?;
    Ok(id)
}

/// Keeps what the pack tells of a page and of itself as it came: how the page came to the other school.
fn keep_record(engine: &Engine, pack: &Path, batch: BatchId, record: Option<&str>) -> Result<(), DaemonError> {
    let folder = engine.layout().private().join("packs").join(batch.to_string());
    for name in ["bag-info.txt", "pack.json"].into_iter().chain(record) {
        if let Some(bytes) = outside::read(&pack.join(name))? {
            let name = name.rsplit('/').next().unwrap_or(name);
            durable::write_new(&folder.join(name), &bytes, Access::Private)?;
        }
    }
    Ok(())
}
