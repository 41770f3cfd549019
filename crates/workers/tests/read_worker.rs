//! The reading worker: the same words as in this process, and whatever happens to it costs one page at most.

#![expect(clippy::unwrap_used, reason = "a test ends where something is missing")]

use scantrail_core::ports::{Completeness, ReadError, Recogniser};
use scantrail_core::raster::Raster;
use scantrail_core::units::Dpi;
use scantrail_ocr::{Cancel, Engine, Limits, ReadingWorker, TesseractReader};
use scantrail_testkit::paint::{PageKind, PageSpec, paint};
use scantrail_testkit::seed::Seed;
use std::path::PathBuf;
use std::time::Duration;

fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_scantrail-read-worker"))
}

fn print(language: &str) -> Engine {
    Engine::Print { language: language.to_owned() }
}

fn worksheet() -> Raster {
    paint(&PageSpec::new(PageKind::Worksheet, Seed(5), Dpi::new(200).unwrap())).raster
}

fn worker(limits: Limits) -> ReadingWorker {
    ReadingWorker::new(program(), print("eng"), limits, Cancel::default()).unwrap()
}

#[test]
fn it_reads_what_the_engine_reads_page_after_page() {
    let page = worksheet();
    let here = TesseractReader::new("eng").unwrap().read(&page).unwrap();
    assert!(here.words.len() > 20, "a worksheet has words: {}", here.words.len());
    let mut worker = worker(Limits::default());
    assert!(worker.name().starts_with("tesseract ") && worker.name().ends_with(" eng"), "{}", worker.name());
    let first = worker.process();
    assert_eq!(worker.read(&page).unwrap(), here);
    assert_eq!(worker.read(&page).unwrap(), here);
    assert_eq!(worker.process(), first, "it stays warm");
}

#[test]
fn a_page_that_takes_too_long_is_given_up_and_the_next_is_read() {
    let page = worksheet();
    let mut worker = worker(Limits { soft: Duration::from_mins(1), hard: Duration::from_millis(20) });
    let first = worker.process().unwrap();
    let given_up = worker.read(&page).unwrap();
    assert_eq!((given_up.words.len(), given_up.completeness), (0, Completeness::Partial));
    assert!(worker.process().is_none() && !alive(first), "it was killed and waited for");
    let small = Raster::new(40, 40, page.channels(), vec![255; 40 * 40 * page.channels().count()]).unwrap();
    let mut worker = worker.with_limits(Limits::default());
    assert_eq!(worker.read(&small).unwrap().words, []);
    assert!(worker.read(&page).unwrap().words.len() > 20);
}

#[test]
fn a_worker_that_died_between_pages_costs_nothing() {
    let page = worksheet();
    let mut worker = worker(Limits::default());
    let first = worker.process().unwrap();
    kill(first);
    let reading = worker.read(&page).unwrap();
    assert!(reading.words.len() > 20 && reading.completeness == Completeness::Whole);
    assert_ne!(worker.process(), Some(first));
}

#[test]
fn what_is_cancelled_is_not_taken_for_read() {
    let cancel = Cancel::default();
    let mut worker = ReadingWorker::new(program(), print("eng"), Limits::default(), cancel.clone()).unwrap();
    cancel.cancel();
    assert_eq!(worker.read(&worksheet()), Err(ReadError::Cancelled));
}

#[test]
fn a_language_that_is_not_installed_is_named() {
    let missing = ReadingWorker::new(program(), print("xxx"), Limits::default(), Cancel::default());
    assert_eq!(missing.err(), Some(ReadError::NoModel("xxx".into())));
    let no_program = ReadingWorker::new("/nowhere/worker".into(), print("eng"), Limits::default(), Cancel::default());
    assert!(matches!(no_program.err(), Some(ReadError::Engine(why)) if why.contains("cannot run")));
}

fn alive(process: u32) -> bool {
    std::path::Path::new(&format!("/proc/{process}")).try_exists().unwrap()
}

fn kill(process: u32) {
    let process = rustix::process::Pid::from_raw(i32::try_from(process).unwrap()).unwrap();
    rustix::process::kill_process(process, rustix::process::Signal::KILL).unwrap();
}

#[test]
fn handwriting_is_read_by_a_worker_of_its_own() {
    let models = std::env::var_os("SCANTRAIL_MODELS").expect("SCANTRAIL_MODELS is set by `cargo xtask test`");
    let hand = |models: &std::path::Path| Engine::Handwriting { models: models.to_owned() };
    let ready = hand(std::path::Path::new(&models));
    let mut worker = ReadingWorker::cold(program(), ready, Limits::default(), Cancel::default());
    assert_eq!(worker.process(), None, "it costs nothing until it is needed");
    let page = paint(&PageSpec::new(PageKind::Ruled, Seed(8), Dpi::new(200).unwrap()));
    let reading = worker.read(&page.raster).unwrap();
    assert!(reading.words.len() * 3 > page.truth.words.len(), "{} words", reading.words.len());
    assert!(worker.process().is_some() && worker.name().starts_with("PP-OCR"), "{}", worker.name());
    let nowhere = ReadingWorker::new(program(), hand("/nowhere".as_ref()), Limits::default(), Cancel::default());
    assert!(matches!(nowhere.err(), Some(ReadError::Engine(why)) if why.contains("missing")));
}
