//! A catalogue as large as a school's after many years: what filing a page costs as it grows, what a page takes in its
//! file, and how long searches take.
//!
//! `cargo run --release -p scantrail-catalogue --example large -- --pages 150000 [--queries 500] [--folder FOLDER]
//! [--way whole|light] [--keep FILE]`
//!
//! Pages go the way of the daemon's, through the public interface: captured, prepared, read, understood by batches of
//! sixty, settled. Every step is durable by itself, so the disk has its say; `--folder /dev/shm` leaves it out. The
//! light way writes what searching looks at straight into the tables. A catalogue that is kept is searched again by the
//! next run with the same file; that of a data folder in which nobody is enrolled yet will do.

mod light;
mod text;

use scantrail_catalogue::{
    BatchContext, Catalogue, CatalogueError, FileRole, Findings, NewBatch, NewCapture, Ownership, PageOwner, PageText,
    PieceRow, Place, Placed, PlannedFile, Query, Scene, Sides, Understanding,
};
use scantrail_core::evidence::{BatchEnd, Look};
use scantrail_core::ids::{BatchId, CaptureId, PageId, PieceId, PupilId};
use scantrail_core::jiff::{Timestamp, ToSpan, civil};
use scantrail_core::roster::{Pupil, PupilDetails, Standing};
use scantrail_core::state::PageEvent;
use scantrail_core::units::{Digest, Turn};
use scantrail_core::vocabulary::{Content, Flow, Media, Role, Side, SourceKind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use text::{Language, Random};

const PUPILS: u64 = 500;
const IN_A_CLASS: u64 = 25;
const IN_A_BATCH: u64 = 60;
const OF_A_PUPIL: u64 = 2;
const WORDS: usize = 120;
const VOCABULARY: usize = 60_000;
const SUBJECTS: [&str; 6] = ["Maths", "English", "Science", "History", "Art", "French"];
const CONTENTS: [Content; 5] = [Content::Text, Content::Text, Content::Lined, Content::Lined, Content::Picture];

/// What filing took since it was last told.
struct Spent {
    slice: u64,
    told: u64,
    all: Duration,
    computing: Duration,
}

impl Spent {
    /// Tells what each tenth of the pages takes.
    fn begin(pages: u64) -> Self {
        say("    pages    pages/s   ms a page   of processor, ms");
        Self { slice: (pages / 10).max(1), told: 0, all: Duration::ZERO, computing: computing() }
    }

    /// Takes the time for the pages up to `done` in.
    fn told(&mut self, time: Duration, done: u64) {
        self.all += time;
        if done - self.told >= self.slice {
            let n = (done - self.told) as f64;
            let ms = |time: Duration| time.as_secs_f64() * 1e3 / n;
            let (all, computed) = (ms(self.all), ms(computing().saturating_sub(self.computing)));
            say(&format!("{done:>9} {:>10.0} {all:>11.3} {computed:>18.3}", 1e3 / all));
            *self = Self { slice: self.slice, told: done, all: Duration::ZERO, computing: computing() };
        }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (mut pages, mut queries, mut folder) = (150_000_u64, 500_u64, std::env::temp_dir());
    let (mut way, mut keep) = ("whole".to_owned(), None);
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{name} needs a value"))?;
        match name.as_str() {
            "--pages" => pages = value.parse()?,
            "--queries" => queries = value.parse()?,
            "--folder" => folder = value.into(),
            "--way" => way = value,
            "--keep" => keep = Some(PathBuf::from(value)),
            _ => return Err(format!("there is no option {name}").into()),
        }
    }
    let folder = tempfile::tempdir_in(folder)?;
    let path = keep.clone().unwrap_or_else(|| folder.path().join("catalogue.db"));
    let catalogue = Catalogue::open(&path)?;
    let there = !catalogue.pupils()?.is_empty();
    let mut random = Random(1);
    let language = Language::new(VOCABULARY, &mut random);
    if !there {
        enrol(&catalogue)?;
        match way.as_str() {
            "whole" => fill(&catalogue, pages, &language, &mut random)?,
            "light" => light::fill(&path, pages, &language, &mut random)?,
            _ => return Err(format!("there is no way {way}").into()),
        }
        // There are no folders to seal.
        for bag in catalogue.dirty_bags()? {
            catalogue.bag_sealed(&bag.path, bag.marks, &[])?;
        }
    }
    let bytes = std::fs::metadata(&path)?.len();
    say(&format!("file: {} MB, {} bytes a page", bytes >> 20, bytes / pages.max(1)));
    sizes(&path, pages)?;
    ask(&catalogue, pages, queries, &language, &mut random)?;
    if keep.is_none() {
        take_out(&catalogue, pages)?;
    }
    Ok(())
}

fn enrol(catalogue: &Catalogue) -> Result<(), CatalogueError> {
    let pupils: Vec<(Pupil, String)> = (0..PUPILS)
        .map(|n| {
            let details = PupilDetails {
                surname: format!("Surname{n}"),
                class: format!("{}A", n / IN_A_CLASS),
                ..PupilDetails::default()
            };
            (Pupil { id: pupil(n), details, standing: Standing::Current }, folder_of(n))
        })
        .collect();
    catalogue.put_pupils(&pupils, &[], Timestamp::UNIX_EPOCH)
}

fn pupil(n: u64) -> PupilId {
    PupilId::from_random(n + 1)
}

fn folder_of(n: u64) -> String {
    format!("Surname{n} ({})", pupil(n))
}

/// Files pages batch by batch.
fn fill(catalogue: &Catalogue, pages: u64, language: &Language, random: &mut Random) -> Result<(), CatalogueError> {
    let mut spent = Spent::begin(pages);
    for first in (0..pages).step_by(IN_A_BATCH as usize) {
        let texts: Vec<(String, String)> = (first..pages.min(first + IN_A_BATCH))
            .map(|n| {
                let text = language.page(WORDS, random);
                if n.is_multiple_of(5) { (String::new(), text) } else { (text, String::new()) }
            })
            .collect();
        let start = now();
        batch(catalogue, first, &texts)?;
        spent.told(start.elapsed(), first + texts.len() as u64);
    }
    Ok(())
}

/// One batch from its opening to its pages' last files.
fn batch(catalogue: &Catalogue, first: u64, texts: &[(String, String)]) -> Result<(), CatalogueError> {
    let number = first / IN_A_BATCH;
    let (id, at) = (BatchId::from_random(number + 1), Timestamp::UNIX_EPOCH);
    let date = civil::date(2020, 9, 1).saturating_add((number as i64 / 10).days());
    let subject = SUBJECTS[number as usize % SUBJECTS.len()].to_owned();
    let context = BatchContext { work_date: date.to_string(), subject: subject.clone(), ..BatchContext::default() };
    catalogue.open_batch(
        &NewBatch {
            id,
            source_kind: SourceKind::Feeder,
            source: "large".into(),
            flow: Flow::Stack,
            sides: Sides::One,
            scene: Scene::UNSAID,
            context,
        },
        at,
    )?;
    let (mut pieces, mut fates) = (Vec::new(), Vec::new());
    for (place, (words, guessed)) in (0..).zip(texts) {
        let n = first + place;
        let page = page(n);
        catalogue.record_capture(&capture(id, n, place as u32), at)?;
        catalogue.page_prepared(page, &findings(n), at)?;
        catalogue.page_read(page, digest(n), None, PageText { words, guessed }, at)?;
        let owner = (number * 30 + place / OF_A_PUPIL) % PUPILS;
        let piece = PieceId::from_random(first + place / OF_A_PUPIL + 1);
        if place % OF_A_PUPIL == 0 {
            pieces.push(PieceRow {
                id: piece,
                pupil: pupil(owner),
                year: "2026-27".into(),
                subject: subject.clone(),
                title: "Work".into(),
                work_date: date.to_string(),
                batch: id,
                anchor: page,
                folder: format!("{date} {subject}"),
            });
        }
        fates.push(fate(n, owner, (piece, (place % OF_A_PUPIL) as u32 + 1)));
    }
    catalogue.end_batch(id, BatchEnd::Normal, at)?;
    let runs = vec![];
    let settled: Vec<(PageId, Vec<Placed>)> = fates.iter().map(|fate| (fate.page, placed(fate))).collect();
    catalogue.understand(&Understanding { batch: id, runs, pieces, pages: fates, alarms: "[]".into() }, "{}", at)?;
    for (page, placed) in settled {
        catalogue.page_settled(page, &placed, at)?;
        catalogue.files_left(page)?;
    }
    Ok(())
}

fn page(n: u64) -> PageId {
    PageId::from_random(n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 8)
}

fn digest(n: u64) -> Digest {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&n.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    Digest(bytes)
}

fn capture(batch: BatchId, n: u64, sequence: u32) -> NewCapture {
    NewCapture {
        id: CaptureId::from_random(n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 8),
        page: page(n),
        batch,
        sequence,
        side: Side::Single,
        media: Media::Jpeg,
        digest: digest(n),
        bytes: 1_400_000,
        resolution: None,
        suspicion: None,
        turn: None,
        settings: r#"{"mode":"Color","resolution":300,"source":"ADF"}"#.into(),
        location: format!(".trail/spool/{batch}/{sequence:04}.jpg"),
    }
}

fn findings(n: u64) -> Findings {
    Findings {
        codes: vec![],
        look: Look::Page,
        content: CONTENTS[n as usize % CONTENTS.len()],
        turn: Turn::None,
        skew: None,
        suspicion: None,
        paper_mm: Some((210, 297)),
        moment: None,
        own_codes: vec![],
        derivative: digest(n + 1),
        notes: Digest([8; 32]),
        parts: 1,
        warnings: vec![],
    }
}

fn fate(n: u64, owner: u64, piece: (PieceId, u32)) -> Ownership {
    let year = format!("Pupils/{}/2026-27", folder_of(owner));
    let file =
        |role, path: String| PlannedFile { path, role, bag: Some((year.clone(), pupil(owner), "2026-27".into())) };
    let name = page(n);
    Ownership {
        page: name,
        run: (n % IN_A_BATCH / OF_A_PUPIL) as u32,
        role: Role::Work,
        events: vec![PageEvent::Place],
        owners: vec![PageOwner { pupil: pupil(owner), piece: Some(piece) }],
        identified: Some("cover".into()),
        reason: None,
        place: Some(Place {
            files: vec![
                file(FileRole::Original, format!("{year}/data/_originals/{name}.jpg")),
                file(FileRole::Page, format!("{year}/data/Work/{name}.pdf")),
                file(FileRole::Sidecar, format!("{year}/audit/pages/{name}.json")),
            ],
        }),
    }
}

fn placed(fate: &Ownership) -> Vec<Placed> {
    let files = fate.place.iter().flat_map(|place| &place.files);
    files.map(|file| Placed { path: file.path.clone(), digest: digest(7), bytes: 100 }).collect()
}

/// What the parts of the search take in the file.
fn sizes(path: &Path, pages: u64) -> Result<(), rusqlite::Error> {
    let c = rusqlite::Connection::open(path)?;
    let mut statement = c.prepare(
        "SELECT name, sum(pgsize) AS bytes FROM dbstat WHERE aggregate = TRUE AND (name LIKE 'page_text%' OR name = 'term')
         GROUP BY name ORDER BY bytes DESC",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))?;
    for row in rows {
        let (name, bytes) = row?;
        say(&format!("  {name}: {} bytes a page", bytes as u64 / pages.max(1)));
    }
    let terms: i64 = c.query_row("SELECT count(*) FROM term", [], |row| row.get(0))?;
    say(&format!("  terms: {terms}"));
    Ok(())
}

/// A kind of search and how one is made.
type Kind = (&'static str, fn(&Language, &mut Random) -> Query);

/// A word that people would look for: not one of the commonest.
fn telling(language: &Language, random: &mut Random) -> String {
    loop {
        let word = language.word(random);
        if word.len() > 3 && (0..100).all(|rank| language.ranked(rank) != word) {
            return word.to_owned();
        }
    }
}

fn words(words: String) -> Query {
    Query { words, limit: 50, ..Query::default() }
}

const KINDS: [Kind; 11] = [
    ("one word", |l, r| words(telling(l, r))),
    ("two words", |l, r| words(format!("{} {}", telling(l, r), telling(l, r)))),
    ("a beginning of 2 letters", |l, r| words(telling(l, r)[..2].to_owned())),
    ("a beginning of 4 letters", |l, r| words(telling(l, r)[..4].to_owned())),
    ("a phrase with a common word", |l, r| words(format!("\"{} {}\"", l.ranked(r.below(20) as usize), telling(l, r)))),
    ("a word without another", |l, r| words(format!("{} -{}", telling(l, r), l.ranked(r.below(50) as usize)))),
    ("a word of one pupil", |l, r| Query { pupil: Some(pupil(r.below(PUPILS))), ..words(telling(l, r)) }),
    ("a word of a class, a subject", |l, r| Query {
        class: format!("{}A", r.below(PUPILS / IN_A_CLASS)),
        subject: "Maths".into(),
        ..words(telling(l, r))
    }),
    ("a word with a slip", |l, r| words(text::slip(&telling(l, r), r))),
    ("a word that is nowhere", |_, r| words(format!("zzqx{}vv", (b'a' + r.below(26) as u8) as char).repeat(2))),
    ("the commonest words", |l, r| words(l.ranked(r.below(20) as usize).to_owned())),
];

fn ask(
    catalogue: &Catalogue,
    pages: u64,
    queries: u64,
    language: &Language,
    random: &mut Random,
) -> Result<(), CatalogueError> {
    say(&format!("searches in {pages} pages         p50 ms   p95 ms   max ms   hits (mean of counts)"));
    let mut all = Vec::new();
    for (name, make) in KINDS {
        let (mut times, mut hits) = (Vec::new(), 0);
        let n = (queries / KINDS.len() as u64).max(1);
        for _ in 0..n {
            let query = make(language, random);
            let start = now();
            let found = catalogue.search(&query)?;
            times.push(start.elapsed());
            hits += u64::from(found.total.count);
        }
        all.extend_from_slice(&times);
        tell(name, &mut times, hits as f64 / n as f64);
    }
    tell("all", &mut all, f64::NAN);
    Ok(())
}

fn tell(name: &str, times: &mut [Duration], hits: f64) {
    times.sort();
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize].as_secs_f64() * 1e3;
    say(&format!("{name:<32} {:>8.2} {:>8.2} {:>8.2} {hits:>8.1}", at(0.5), at(0.95), at(1.0)));
}

/// What it costs to take a page's words out again.
fn take_out(catalogue: &Catalogue, pages: u64) -> Result<(), CatalogueError> {
    let mut times = Vec::new();
    for n in (0..pages).step_by((pages as usize / 50).max(1)) {
        let start = now();
        catalogue.remove_text(page(n))?;
        times.push(start.elapsed());
    }
    tell("a page's words taken out", &mut times, f64::NAN);
    Ok(())
}

/// Processor time of this program so far, in hundredths of a second: what the disk and other programs do not change.
/// Zero where the system does not tell.
fn computing() -> Duration {
    let told = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // After the name in brackets: utime and stime are the 12th and 13th.
    let fields = told.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    Duration::from_millis(fields.filter_map(|field| field.parse::<u64>().ok()).sum::<u64>() * 10)
}

#[expect(clippy::disallowed_methods, reason = "this program measures")]
fn now() -> Instant {
    Instant::now()
}

#[expect(clippy::print_stdout, reason = "the figures are what this program is for")]
fn say(line: &str) {
    println!("{line}");
}
