//! A new catalogue, from the register and the folders.
//!
//! ```text
//! register files ─→ rows ─┐
//! folders: manifests,     ├─→ catalogue.rebuilt ─→ the old one set aside ─→ catalogue.db ─→ recovery, index
//!   records beside pages ─┘
//! ```
//! The folders are right where the two differ, for the register is behind by seconds. What only the folders know, because
//! the register is gone too, is taken from the records: then decisions stand as they came out, and what lay in no record
//! (sheets that were printed, classes, runs) is gone. Nothing is deleted: the old catalogue is kept beside the new one.

mod folders;

use crate::api::{Progress, RebuildReply, Report};
use crate::error::{DaemonError, Exit};
use crate::session::Session;
use crate::waiting::at_rest;
use crate::world::{SystemClock, SystemEntropy};
use folders::Folders;
use scantrail_archive::backup::Tombstone;
use scantrail_archive::durable;
use scantrail_archive::folder::{DataFolder, Layout};
use scantrail_archive::trails;
use scantrail_catalogue::{Builder, Catalogue, CatalogueError, School};
use scantrail_config::Config;
use scantrail_core::gone::Gone;
use scantrail_core::jiff::tz::TimeZone;
use scantrail_core::ports::{Clock as _, Entropy as _};
use scantrail_sheets::payload::SchoolKey;
use serde_json::json;
use std::path::{Path, PathBuf};

/// How the names of catalogues begin that were set aside.
pub(crate) const SET_ASIDE: &str = "catalogue.set-aside";

/// What SQLite lays beside a catalogue.
const BESIDE: [&str; 3] = ["", "-wal", "-shm"];
/// The same of one that is set aside.
const ASIDE: [&str; 3] = [".db", ".db-wal", ".db-shm"];

/// Builds the catalogue of a data folder again. Nobody else may work on the folder. With `dry_run` it says what would
/// come and leaves everything as it is.
pub fn rebuild(config: Config, dry_run: bool, report: &mut dyn Report) -> Result<RebuildReply, DaemonError> {
    let folder = DataFolder::open(&config.data)?;
    let layout = folder.layout().clone();
    // It may lie on a disk of its own, behind a link.
    let real = real_path(&layout.catalogue());
    let scratch = real.with_file_name("catalogue.rebuilt");
    remove(&scratch)?;
    let mut reply = RebuildReply { dry_run, ..RebuildReply::default() };
    from_register(&layout, &scratch, &mut reply)?;
    let catalogue = Catalogue::open(&scratch)?;
    let without_a_log = catalogue.recent_events(1)?.is_empty();
    let history = (without_a_log && !dry_run).then(stamp);
    know_the_school(&catalogue, &config, &mut reply)?;
    Folders::new(&catalogue, &layout, &mut reply, report, history.clone()).take_over()?;
    let data = json!({"pages": reply.pages, "rows": reply.rows, "salvaged": reply.salvaged});
    reply.adrift = catalogue.told_all(SystemClock.now(), &data)?;
    // What was deleted may be younger than the register.
    if let Some(text) = durable::read(&layout.tombstones())? {
        let stones = Tombstone::read(&String::from_utf8_lossy(&text))
            .map_err(|source| DaemonError::inside("the list of deletions cannot be read", source))?;
        let gone: Vec<Gone> = stones.iter().map(|stone| stone.gone).collect();
        catalogue.delete_again(&gone, SystemClock.now())?;
    }
    if reply.pages == 0 && reply.rows == 0 {
        drop(catalogue);
        remove(&scratch)?;
        return Err(DaemonError::Refused {
            what: "there is nothing here a catalogue could be built from".into(),
            hint: Some("is this the right folder, and is its disk there? see `data` in the configuration".into()),
            exit: Exit::NotFound,
        });
    }
    catalogue.close()?;
    if dry_run {
        remove(&scratch)?;
        return Ok(reply);
    }
    // Not before it is sure that there is something to go on with.
    if history.is_some() {
        begin_a_log(&layout, &mut reply)?;
    }
    reply.set_aside = set_aside(&real)?;
    let Some(written) = durable::measure(&scratch)? else {
        return Err(DaemonError::Inside { what: "the new catalogue has vanished".into(), source: None });
    };
    durable::move_file(&scratch, &real, written.digest)?;
    drop(folder);
    tracing::info!(pages = reply.pages, rows = reply.rows, salvaged = reply.salvaged, "catalogue built again");
    // Finishes what the register was behind by, and puts the words into the index.
    let session = Session::open(config)?;
    let engine = session.engine();
    crate::waiting::indexed(engine, report)?;
    at_rest(engine)?;
    report.say(Progress::Rebuilt { folders: reply.trails, of: reply.trails });
    Ok(reply)
}

/// Opens the catalogue that is there. Where pages lie and no catalogue, an empty one would know nothing of them, so none
/// is made.
pub(crate) fn open(layout: &Layout) -> Result<Catalogue, DaemonError> {
    let path = layout.catalogue();
    let build = "set it aside and build a new one from the folders with: scantrail rebuild";
    let refused = |what: &str, hint: &str| DaemonError::Refused {
        what: what.to_owned(),
        hint: Some(hint.to_owned()),
        exit: Exit::Storage,
    };
    let is_there =
        path.try_exists().map_err(|source| DaemonError::Outside { doing: "read", path: path.clone(), source })?;
    if !is_there && has_pages(layout)? {
        return Err(refused(
            "pages lie here, but the catalogue is gone",
            "build it from the folders with: scantrail rebuild",
        ));
    }
    match Catalogue::open(&path) {
        Err(error) if error.is_damaged() => Err(refused(&format!("the catalogue is damaged: {error}"), build)),
        other => Ok(other?),
    }
}

fn has_pages(layout: &Layout) -> Result<bool, DaemonError> {
    Ok(!trails::register_parts(&layout.register())?.is_empty() || !trails::folders(layout.root())?.is_empty())
}

/// The rows that are in the register, parts of older schemas first.
fn from_register(layout: &Layout, scratch: &Path, reply: &mut RebuildReply) -> Result<(), DaemonError> {
    let mut parts = Vec::new();
    for part in trails::register_parts(&layout.register())? {
        match text_of(layout, &part)?.and_then(|text| Builder::schema_of(&text)) {
            Some(schema) => parts.push((schema, part)),
            None => reply
                .notes
                .push(format!("`{part}` of the register cannot be read; its pages are taken from their records")),
        }
    }
    parts.sort();
    let mut builder = Builder::new(scratch)?;
    for (_, part) in &parts {
        let Some(text) = text_of(layout, part)? else { continue };
        let loaded = builder.load(&text)?;
        reply.rows += loaded.rows;
        reply.notes.extend(loaded.refused.iter().map(|why| format!("`{part}` of the register, {why}")));
    }
    reply.parts = parts.len() as u64;
    reply.notes.extend(builder.finish()?);
    Ok(())
}

fn text_of(layout: &Layout, part: &str) -> Result<Option<String>, DaemonError> {
    let bytes = durable::read(&layout.register_part(part))?;
    Ok(bytes.and_then(|bytes| String::from_utf8(bytes).ok()))
}

/// Without the register nobody knows the key that the school's sheets carry.
fn know_the_school(catalogue: &Catalogue, config: &Config, reply: &mut RebuildReply) -> Result<(), DaemonError> {
    match catalogue.school() {
        Ok(_) => Ok(()),
        Err(CatalogueError::NotFound { .. }) => {
            let key = SchoolKey::from_random(SystemEntropy.random()).to_string();
            catalogue.set_school(&School { name: config.school.clone(), key })?;
            let note =
                "the school's key is not in the register: sheets printed before are no longer known; print new ones";
            reply.notes.push(note.to_owned());
            let note = "LEGAL HOLDS, proposals of deletion and what was handed over are not known any more: put the holds again now";
            reply.notes.push(note.to_owned());
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

/// Without the register nobody knows the log of events; a new one begins with a key of its own, and what was signed of the
/// old one is kept.
fn begin_a_log(layout: &Layout, reply: &mut RebuildReply) -> Result<(), DaemonError> {
    let aside = free_name(&layout.private().join("ledger.set-aside"), &[""])?;
    durable::rename_folder(&layout.ledger(), &aside)?;
    durable::make_folder(&layout.ledger())?;
    let note = format!(
        "the log of events is not in the register: a new one begins; what was signed of the old one is in {}",
        aside.display()
    );
    reply.notes.push(note);
    Ok(())
}

/// The time as a name may have it.
fn stamp() -> String {
    SystemClock.now().to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H%M%SZ").to_string()
}

/// Where the catalogue lies, or is to lie.
fn real_path(path: &Path) -> PathBuf {
    // An error says that it is no link, or not there at all.
    path.read_link().map_or_else(|_| path.to_owned(), |target| path.with_file_name(target))
}

/// Gives the catalogue that is there another name, under which it is kept.
fn set_aside(old: &Path) -> Result<Option<PathBuf>, DaemonError> {
    let aside = free_name(&old.with_file_name(SET_ASIDE), &ASIDE)?;
    let mut moved = None;
    for (end, aside_end) in BESIDE.iter().zip(ASIDE) {
        let (from, to) = (with(old, end), with(&aside, aside_end));
        if let Some(written) = durable::measure(&from)? {
            durable::move_file(&from, &to, written.digest)?;
            moved.get_or_insert_with(|| with(&aside, ASIDE[0]));
        }
    }
    Ok(moved)
}

/// `NAME-TIME`, or `NAME-TIME-2` and so on: one that nothing has with any of these ends. Somebody may build twice within a
/// second, after a crash for instance.
fn free_name(name: &Path, ends: &[&str]) -> Result<PathBuf, DaemonError> {
    let stamped = with(name, &format!("-{}", stamp()));
    let (mut free, mut number) = (stamped.clone(), 1);
    loop {
        let mut taken = false;
        for end in ends {
            let path = with(&free, end);
            taken |= path.try_exists().map_err(|source| DaemonError::Outside {
                doing: "read",
                path: path.clone(),
                source,
            })?;
        }
        if !taken {
            return Ok(free);
        }
        number += 1;
        free = with(&stamped, &format!("-{number}"));
    }
}

fn remove(path: &Path) -> Result<(), DaemonError> {
    Ok(BESIDE.iter().try_for_each(|end| durable::remove(&with(path, end)))?)
}

fn with(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}
