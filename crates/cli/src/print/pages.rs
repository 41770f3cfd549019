//! Answers about pages: batches with their runs, holds, trails, hits.

use super::tables::{columns, sum};
use super::words::{self, count, when};
use scantrail_daemon::api::{
    BatchReply, DecidedReply, DecisionReply, HitReply, HoldReply, PageReply, PupilReply, RunReply, TrailReply,
};
use std::collections::BTreeMap;
use std::fmt::Write as _;

fn named(pupil: Option<&PupilReply>) -> String {
    pupil.map_or_else(|| "nobody yet".to_owned(), |p| format!("{} ({}, {})", p.name, p.id, p.class))
}

pub(crate) fn batch(batch: &BatchReply) -> String {
    let mut text = format!("batch {}, {}, from {}\n", batch.id, batch.state, batch.source);
    let about: Vec<&str> = [&batch.class, &batch.subject, &batch.title]
        .into_iter()
        .map(String::as_str)
        .filter(|t| !t.is_empty())
        .collect();
    if !about.is_empty() {
        writeln!(text, "{}", about.join(", ")).expect("a string takes everything");
    }
    if let Some(trouble) = &batch.trouble {
        writeln!(text, "interrupted: {trouble}").expect("a string takes everything");
    }
    writeln!(text, "{}", sum(&batch.counts)).expect("a string takes everything");
    for alarm in &batch.alarms {
        writeln!(text, "note: {alarm}").expect("a string takes everything");
    }
    if let Some(twins) = twins(batch) {
        writeln!(text, "note: {twins}").expect("a string takes everything");
    }
    for file in batch.files.iter().filter(|file| file.why.is_some()) {
        let why = file.why.as_deref().unwrap_or_default();
        writeln!(text, "file {}: {}: {why}", file.name, file.state).expect("a string takes everything");
    }
    if batch.so_far {
        text.push_str("so far, while it is being read:\n");
    }
    let rows: Vec<Vec<String>> = batch
        .runs
        .iter()
        .map(|run| {
            let work = run.pages.iter().filter(|page| page.role.as_deref() == Some("work"));
            let (blank, written): (Vec<&PageReply>, Vec<&PageReply>) =
                work.partition(|page| page.look.as_deref() == Some("blank"));
            vec![
                run.number.to_string(),
                sides(&run.pages),
                run.opening.clone(),
                format!("{} written, {} blank", written.len(), blank.len()),
                whose(run),
                if batch.so_far { to_come(run) } else { outcome(run) },
            ]
        })
        .collect();
    text.push_str(&columns(&rows));
    text
}

/// Pages of work that lie somewhere else as well, byte for byte: the same files may have been taken in twice.
pub(crate) fn twins(batch: &BatchReply) -> Option<String> {
    let work = batch.runs.iter().flat_map(|run| &run.pages).filter(|page| page.role.as_deref() == Some("work"));
    let twins: Vec<&PageReply> = work.filter(|page| !page.possible_duplicates.is_empty()).collect();
    let first = twins.first()?;
    let pages = count(twins.len() as u64, "page is", "pages are");
    let (page, other) = (&first.id, &first.possible_duplicates[0]);
    Some(format!(
        "{pages} here already, byte for byte ({page} is {other}): taken in twice? \
         If so: scantrail review discard PAGE,… --run --reason TEXT"
    ))
}

/// The sides of the batch a run takes, counted from 1.
fn sides(pages: &[PageReply]) -> String {
    match (pages.first(), pages.last()) {
        (Some(first), Some(last)) if first.side == last.side => format!("side {}", first.side),
        (Some(first), Some(last)) => format!("sides {}–{}", first.side, last.side),
        _ => String::new(),
    }
}

/// Whose a run is: whose its pages are, or whose it may be.
fn whose(run: &RunReply) -> String {
    let names = |pupils: &[PupilReply]| pupils.iter().map(|p| named(Some(p))).collect::<Vec<_>>().join(" and ");
    match (run.owners.as_slice(), run.candidates.as_slice()) {
        ([], []) => named(run.pupil.as_ref()),
        ([], candidates) => format!("perhaps {}", names(candidates)),
        (owners, _) => names(owners),
    }
}

/// What became of a run: where its pages are, and why they wait.
fn outcome(run: &RunReply) -> String {
    let held = run.pages.iter().filter(|page| page.state == "held").count();
    let discarded = run.pages.iter().filter(|page| page.state == "discarded").count();
    match (held, discarded, run.verdict.as_str()) {
        (0, 0, "nothing") => "sheets of ours".to_owned(),
        (0, 0, _) => "filed".to_owned(),
        (0, _, _) => format!("{discarded} discarded"),
        _ => run.sentence.clone().unwrap_or_else(|| format!("{held} held")),
    }
}

/// What a run that is still being read looks like.
fn to_come(run: &RunReply) -> String {
    run.sentence.clone().unwrap_or_else(|| "being read".to_owned())
}

/// A decision about a batch, and the batch with it.
pub(crate) fn decided(decided: &DecidedReply) -> String {
    let id = decided.decision;
    let pages = count(decided.pages.into(), "page", "pages");
    format!("{}{pages} concerned; undo with: scantrail review undo {id}\n", batch(&decided.batch))
}

pub(crate) fn holds(holds: &[HoldReply]) -> String {
    if holds.is_empty() {
        return "nothing waits\n".to_owned();
    }
    let rows: Vec<Vec<String>> = holds
        .iter()
        .map(|hold| {
            vec![
                hold.page.id.clone(),
                format!("batch {} side {}", hold.batch, hold.page.side),
                hold.page.look.clone().unwrap_or_default(),
                hold.sentence.clone(),
                hold.suggestion.as_ref().map(|p| format!("perhaps {}", named(Some(p)))).unwrap_or_default(),
            ]
        })
        .collect();
    let mut text = columns(&rows);
    text.push_str("next: scantrail review assign PAGE PUPIL [--run]\n");
    text
}

pub(crate) fn hold(hold: &HoldReply) -> String {
    let mut text = format!("page {}, batch {} side {}\n{}\n", hold.page.id, hold.batch, hold.page.side, hold.sentence);
    for (label, page) in [("before it", &hold.before), ("after it", &hold.after)] {
        if let Some(page) = page {
            let whose = page.pupil.clone().unwrap_or_else(|| page.state.clone());
            let role = page.role.clone().unwrap_or_default();
            writeln!(text, "{label}: {} ({role}), {whose}", page.id).expect("a string takes everything");
        }
    }
    if let Some(pupil) = &hold.suggestion {
        writeln!(text, "perhaps {}", named(Some(pupil))).expect("a string takes everything");
    }
    for file in &hold.page.files {
        writeln!(text, "{file}").expect("a string takes everything");
    }
    text
}

/// A decision; where only some pages were asked for, the others took new places in their pieces.
pub(crate) fn decision(decision: &DecisionReply, asked: Option<&[String]>) -> String {
    let mut text = String::new();
    let was_asked = |page: &String| asked.is_none_or(|asked| asked.contains(page));
    let others = decision.pages.iter().filter(|page| !was_asked(&page.id)).count();
    for page in decision.pages.iter().filter(|page| was_asked(&page.id)) {
        let shown = page.files.iter().find(|file| is_pdf(file)).or(page.files.first());
        writeln!(text, "{}  {}  {}", page.id, page.state, shown.map_or("", String::as_str))
            .expect("a string takes everything");
    }
    if others > 0 {
        let pages = count(
            others as u64,
            "other page of these pieces has a new place in it",
            "other pages of these pieces have new places in them",
        );
        writeln!(text, "{pages}").expect("a string takes everything");
    }
    for one in decision.handed_on.iter().filter(|one| was_asked(&one.page)) {
        let to = if one.to.is_empty() { "somebody who was not named" } else { &one.to };
        let was = if one.certain { "was handed" } else { "may have been handed (it was begun and did not end)" };
        writeln!(text, "page {} {was} to {to} on {}, with a pack of pupil {}", one.page, when(&one.at), one.pupil)
            .expect("a string takes everything");
    }
    let mut looks: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for one in decision.seen.iter().filter(|one| was_asked(&one.page)) {
        looks.entry((&one.page, &one.how)).or_default().push(&one.day);
    }
    for ((page, how), days) in looks {
        let how = match how {
            "picture" => "was looked at on the site",
            "document" => "was handed out as a document",
            _ => "had its words handed out",
        };
        writeln!(text, "page {page} {how} on {}; by whom is not known", days.join(", "))
            .expect("a string takes everything");
    }
    let id = decision.decision;
    if decision.undone {
        writeln!(text, "decision {id} was taken back").expect("a string takes everything");
    } else {
        writeln!(text, "undo with: scantrail review undo {id}").expect("a string takes everything");
    }
    text
}

pub(crate) fn hits(hits: &[HitReply]) -> String {
    if hits.is_empty() {
        return "no page fits: all the words must occur on it, and whatever the search is narrowed to\n".to_owned();
    }
    let mut text = String::new();
    for hit in hits {
        let whose = if hit.pupil.is_some() { named(hit.pupil.as_ref()) } else { hit.state.clone() };
        let how = match (hit.near, hit.guessed) {
            (false, false) => "",
            (true, false) => "  (similar)",
            (false, true) => "  (handwriting, guessed)",
            (true, true) => "  (similar; handwriting, guessed)",
        };
        writeln!(text, "{}  {whose}{how}\n  {}", hit.page, hit.snippet).expect("a string takes everything");
        if let Some(file) = &hit.file {
            writeln!(text, "  {file}").expect("a string takes everything");
        }
    }
    text
}

pub(crate) fn trail(trail: &TrailReply) -> String {
    let mut text = format!("{}\n{}\n", named(Some(&trail.pupil)), trail.folder);
    for piece in &trail.pieces {
        let subject = if piece.subject.is_empty() { "General" } else { &piece.subject };
        let blank = piece.pages.iter().filter(|page| page.look.as_deref() == Some("blank")).count();
        let (id, date, title, pages) = (&piece.id, &piece.date, &piece.title, piece.pages.len());
        let pages = words::pages(pages);
        writeln!(text, "{date}  {subject}  {title}  {pages} ({blank} blank)  [{id}]")
            .expect("a string takes everything");
        let ids: Vec<&str> = piece.pages.iter().map(|page| page.id.as_str()).collect();
        for line in ids.chunks(8) {
            writeln!(text, "            {}", line.join(" ")).expect("a string takes everything");
        }
    }
    if trail.pieces.is_empty() {
        text.push_str("nothing is filed yet\n");
    }
    for sentence in &trail.moved_away {
        writeln!(text, "{sentence}").expect("a string takes everything");
    }
    text
}

fn is_pdf(file: &str) -> bool {
    std::path::Path::new(file).extension().is_some_and(|extension| extension == "pdf")
}
