//! Work handed on: one PDF of several pieces, and the words of a page for other programs.

use crate::judges;
use crate::world::{World, school};
use scantrail_core::raster::Raster;
use scantrail_core::units::Dpi;
use scantrail_testkit::demo::{Daemon, Stage};
use scantrail_testkit::jpeg;
use scantrail_testkit::paint::{PageKind, PageSpec, keyword, paint};
use scantrail_testkit::paper::printed;
use scantrail_testkit::seed::Seed;
use serde_json::Value;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;

const DPI: u16 = 150;

fn worksheet(number: u32) -> Raster {
    let mut spec = PageSpec::new(PageKind::Worksheet, Seed(u64::from(number)), Dpi::new(DPI).unwrap());
    spec.keyword = Some(keyword(number));
    paint(&spec).raster
}

fn save(raster: &Raster, path: &Path) {
    std::fs::write(path, jpeg::encode(raster, 90).unwrap()).unwrap();
}

fn id(stage: &Stage, pupil: usize) -> String {
    stage.class_4b[pupil]["id"].as_str().unwrap().to_owned()
}

fn cover(stage: &Stage, pupil: usize) -> Raster {
    let pdf = stage.folder.join("cover.pdf");
    stage.scantrail.good(&["sheets", "cover", "--pupil", &id(stage, pupil), "--out", pdf.to_str().unwrap()]).unwrap();
    printed(&std::fs::read(&pdf).unwrap(), 0, Dpi::new(DPI).unwrap()).unwrap()
}

/// A class whose stack was scanned: three pages of the first pupil, of which one is the third's as well; one of the
/// second's; a painting of the first's; a page of nobody's.
struct Class {
    world: World,
    /// The three pages of the first, and that of the second.
    pages: Vec<String>,
    painting: String,
    held: String,
}

impl Class {
    fn new() -> Self {
        let world = school(DPI);
        let stage = &world.stage;
        let folder = stage.folder.join("stack");
        std::fs::create_dir(&folder).unwrap();
        let stack = [cover(stage, 0), worksheet(1), worksheet(2), worksheet(3), cover(stage, 1), worksheet(4)];
        for (at, sheet) in stack.iter().enumerate() {
            save(sheet, &folder.join(format!("{at}.jpg")));
        }
        let ingest = ["ingest", folder.to_str().unwrap(), "--subject", "Maths", "--title", "Fractions"];
        let batch = stage.scantrail.json(&ingest).unwrap()[0]["id"].as_str().unwrap().to_owned();
        let shown = stage.scantrail.json(&["batch", "show", &batch]).unwrap();
        let runs = shown["runs"].as_array().unwrap();
        let work = runs.iter().flat_map(|run| run["pages"].as_array().unwrap()).filter(|page| page["role"] == "work");
        let pages: Vec<String> = work.map(|page| page["id"].as_str().unwrap().to_owned()).collect();
        stage
            .scantrail
            .good(&["review", "assign", &pages[2], &id(stage, 0), &id(stage, 2), "--reason", "together"])
            .unwrap();
        let painting = paint(&PageSpec::new(PageKind::Painting, Seed(3), Dpi::new(DPI).unwrap())).raster;
        let [painting, held] = [("painting.jpg", &painting), ("nobody.jpg", &worksheet(5))].map(|(name, raster)| {
            let file = stage.folder.join(name);
            save(raster, &file);
            let came =
                stage.scantrail.json(&["ingest", file.to_str().unwrap(), "--pictures", "--subject", "Art"]).unwrap();
            came[0]["runs"][0]["pages"][0]["id"].as_str().unwrap().to_owned()
        });
        stage
            .scantrail
            .good(&["review", "assign", &painting, &id(stage, 0), "--reason", "signed on the back"])
            .unwrap();
        Self { world, pages, painting, held }
    }

    fn stage(&self) -> &Stage {
        &self.world.stage
    }

    fn pieces(&self, pupil: usize) -> Vec<String> {
        let trail = self.stage().scantrail.json(&["trail", &id(self.stage(), pupil)]).unwrap();
        trail["pieces"].as_array().unwrap().iter().map(|piece| piece["id"].as_str().unwrap().to_owned()).collect()
    }

    /// Runs `scantrail pdf … --out NAME`; its answer, or its exit code and what it said.
    fn pdf(&self, what: &[&str], name: &str) -> Result<Value, (i32, String)> {
        let out = self.out(name);
        let typed = [&["pdf"], what, &["--json", "--out", out.to_str().unwrap()]].concat();
        let run = self.stage().scantrail.run(&typed).unwrap();
        if run.status.success() {
            return Ok(serde_json::from_slice(&run.stdout).unwrap());
        }
        Err((run.status.code().unwrap(), String::from_utf8_lossy(&run.stderr).into_owned()))
    }

    fn out(&self, name: &str) -> PathBuf {
        self.stage().folder.join(name)
    }

    /// The copy people open of a page in a pupil's trail, `None` for any.
    fn copy(&self, page: &str, pupil: usize) -> PathBuf {
        let (own, of) = (format!("({})", id(self.stage(), pupil)), format!("[{page}]."));
        let fits = |path: &PathBuf| {
            let path = path.to_string_lossy();
            path.contains(&own) && path.contains("/data/") && !path.contains("_originals")
        };
        judges::files(&self.stage().data(), &|name| name.contains(&of)).into_iter().find(fits).unwrap()
    }
}

/// The pictures of a file, byte for byte, in order.
fn pictures(file: &Path) -> Vec<Vec<u8>> {
    if file.extension().unwrap() == "jpg" {
        return vec![std::fs::read(file).unwrap()];
    }
    let folder = tempfile::tempdir().unwrap();
    let run = Command::new("pdfimages").arg("-all").arg(file).arg(folder.path().join("p")).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    judges::files(folder.path(), &|_| true).iter().map(|path| std::fs::read(path).unwrap()).collect()
}

fn told(program: &str, arguments: &[&str], file: &Path) -> String {
    let run = Command::new(program).args(arguments).arg(file).arg("-").output().unwrap();
    String::from_utf8_lossy(&run.stdout).into_owned()
}

#[test]
fn all_work_of_a_pupil_is_one_sound_pdf_that_names_nobody() {
    let class = Class::new();
    let stage = class.stage();
    let first = id(stage, 0);
    assert!(class.copy(&class.painting, 0).extension().unwrap() == "jpg", "a picture is among it");
    let answer = class.pdf(&["--pupil", &first], "all.pdf").unwrap();
    let out = class.out("all.pdf");
    assert_eq!((&answer["pages"], &answer["left_out"]), (&4.into(), &Value::Array(vec![])), "{answer}");
    assert_eq!(answer["bytes"].as_u64().unwrap(), std::fs::metadata(&out).unwrap().len());
    assert_eq!(answer["file"].as_str(), out.to_str());
    let counts: Vec<&Value> = answer["pieces"].as_array().unwrap().iter().map(|piece| &piece["pages"]).collect();
    assert_eq!(counts.len(), 2, "{answer}");
    judges::pdf(&out);
    let copies = [&class.pages[0], &class.pages[1], &class.pages[2], &class.painting].map(|page| class.copy(page, 0));
    let filed: Vec<Vec<u8>> = copies.iter().flat_map(|copy| pictures(copy)).collect();
    let mut handed_on = pictures(&out);
    if answer["pieces"][0]["pages"] == 1 {
        handed_on.rotate_left(1);
    }
    assert!(handed_on == filed, "every picture as it is filed");
    // In the order of the pages, and not a word that is not on them.
    let text = told("pdftotext", &[], &out);
    let places: Vec<usize> = (1..=3).map(|number| text.find(&keyword(number)).expect("a word of each page")).collect();
    assert!(places.is_sorted() && !text.contains(&keyword(4)) && !text.contains(&keyword(5)), "{places:?}");
    let about = judges::about(&out);
    assert!(about.contains("· Maths · Fractions") && about.contains("2 pieces of work"), "{about}");
    for pupil in &stage.class_4b {
        for part in pupil["name"].as_str().unwrap().split([',', ' ']).filter(|part| part.chars().count() > 3) {
            assert!(!about.contains(part), "{part} in {about}");
        }
    }
    // A group's page asked for by itself is the same page in whichever trail, and of one pupil if that is said.
    for whose in [0, 2] {
        let name = format!("group-{whose}.pdf");
        class.pdf(&[&class.pages[2], "--pupil", &id(stage, whose)], &name).unwrap();
        assert_eq!(pictures(&class.out(&name)), pictures(&class.copy(&class.pages[2], whose)));
    }
    // Narrowed.
    let only = |more: &[&str], name| class.pdf(&[&["--pupil", &first], more].concat(), name).unwrap()["pages"].clone();
    assert_eq!(only(&["--subject", "art"], "art.pdf"), 1);
    assert_eq!(only(&["--from", "2020-01-01", "--subject", "Maths"], "maths.pdf"), 3);
    let nothing = class.pdf(&["--pupil", &first, "--to", "2020-01-01"], "none.pdf").unwrap_err();
    assert_eq!(nothing.0, 4, "{}", nothing.1);
}

#[test]
fn what_may_not_be_handed_on_is_refused_in_words_and_leaves_no_file() {
    let class = Class::new();
    let stage = class.stage();
    let (first, second) = (id(stage, 0), id(stage, 1));
    let (own, others) = (class.pieces(0), class.pieces(1));
    let cover = judges::files(&stage.data(), &|name| name.ends_with(".json"))
        .iter()
        .map(|path| serde_json::from_slice::<Value>(&std::fs::read(path).unwrap()).unwrap())
        .find(|record| record["role"] == "cover")
        .unwrap();
    let refusals: [(&[&str], &str); 8] = [
        (&[&own[0], &others[0]], "belong to different pupils"),
        (&[&class.pages[0], "--pupil", &second], "is not in the trail of pupil"),
        (&[&others[0], "--pupil", &first], "is not in the trail of pupil"),
        (&[&class.held], "waits for a person"),
        (&[cover["page"].as_str().unwrap()], "is a cover sheet"),
        (&["00000000"], "neither a piece nor a page"),
        (&["Fractions"], "is not the id of a piece or a page"),
        (&["--pupil", &first, "--from", "yesterday"], "is not a date"),
    ];
    for (what, why) in refusals {
        let (code, said) = class.pdf(what, "no.pdf").unwrap_err();
        assert!(said.contains(why) && matches!(code, 2 | 4), "{what:?}: {code} {said}");
    }
    // A page that was moved takes its piece along, and one that was recalled waits.
    stage.scantrail.good(&["review", "assign", &class.pages[3], &first, "--reason", "wrong cover"]).unwrap();
    let (_, said) = class.pdf(&[&others[0]], "no.pdf").unwrap_err();
    assert!(said.contains("its pages were moved elsewhere"), "{said}");
    let (_, said) = class.pdf(&[&class.pages[3], "--pupil", &second], "no.pdf").unwrap_err();
    assert!(said.contains("put it elsewhere"), "{said}");
    stage.scantrail.good(&["review", "recall", &class.pages[3]]).unwrap();
    let (_, said) = class.pdf(&[&class.pages[3]], "no.pdf").unwrap_err();
    assert!(said.contains("waits for a person"), "{said}");
    stage.scantrail.good(&["review", "discard", &class.pages[3], "--reason", "a shopping list"]).unwrap();
    let (_, said) = class.pdf(&[&class.pages[3]], "no.pdf").unwrap_err();
    assert!(said.contains("was discarded: a shopping list"), "{said}");
    // What is there is never overwritten.
    let there = class.out("there.pdf");
    std::fs::write(&there, "mine").unwrap();
    let (code, said) = class.pdf(&["--pupil", &first], "there.pdf").unwrap_err();
    assert!(code == 2 && said.contains("is there already"), "{said}");
    assert_eq!(std::fs::read(&there).unwrap(), b"mine");
    let (_, said) = class.pdf(&["--pupil", &first], "no/such/folder.pdf").unwrap_err();
    assert!(said.contains("there is no folder"), "{said}");
    // A copy or a record that is not what was filed stops the whole.
    let copy = class.copy(&class.pages[1], 0);
    let sound = std::fs::read(&copy).unwrap();
    let mut altered = sound.clone();
    altered[sound.len() / 2] ^= 1;
    std::fs::write(&copy, &altered).unwrap();
    let (code, said) = class.pdf(&["--pupil", &first], "no.pdf").unwrap_err();
    assert!(code == 7 && said.contains("is not what was filed") && said.contains(&class.pages[1]), "{code} {said}");
    assert!(stage.scantrail.run(["text", &class.pages[1]]).unwrap().status.code() == Some(7));
    class.pdf(&[&class.pages[0]], "other.pdf").unwrap();
    std::fs::remove_file(&copy).unwrap();
    let (code, said) = class.pdf(&["--pupil", &first], "no.pdf").unwrap_err();
    assert!(code == 7 && said.contains("is not where it was filed"), "{code} {said}");
    std::fs::write(&copy, &sound).unwrap();
    class.pdf(&["--pupil", &first], "whole.pdf").unwrap();
    assert!(!class.out("no.pdf").try_exists().unwrap());
}

/// An answer of the site: its head and its body.
fn get(url: &str, path: &str) -> (String, Vec<u8>) {
    let host = url.trim_start_matches("http://").trim_end_matches('/');
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    (String::from_utf8_lossy(&answer[..end]).into_owned(), answer[end + 4..].to_vec())
}

#[test]
fn a_running_daemon_hands_on_the_same_bytes_to_commands_and_browsers() {
    let class = Class::new();
    let stage = class.stage();
    let first = id(stage, 0);
    class.pdf(&["--pupil", &first], "alone.pdf").unwrap();
    let page = &class.pages[0];
    let alone = stage.scantrail.good(&["text", page, "--format", "alto"]).unwrap();
    let mut daemon = Daemon::start(&stage.scantrail).unwrap();
    class.pdf(&["--pupil", &first], "asked.pdf").unwrap();
    let pdf = std::fs::read(class.out("alone.pdf")).unwrap();
    assert!(std::fs::read(class.out("asked.pdf")).unwrap() == pdf);
    assert_eq!(stage.scantrail.good(&["text", page, "--format", "alto"]).unwrap(), alone);
    let (code, said) = class.pdf(&[&class.held], "no.pdf").unwrap_err();
    assert!(code == 2 && said.contains("waits for a person") && !class.out("no.pdf").try_exists().unwrap(), "{said}");
    let (head, body) = get(daemon.url(), &format!("/trail/{first}/pdf"));
    assert!(head.starts_with("HTTP/1.1 200") && body == pdf, "{head}");
    assert!(head.contains(&format!("filename=\"trail-{first}.pdf\"")), "{head}");
    let piece = &class.pieces(0)[0];
    let (head, body) = get(daemon.url(), &format!("/piece/{piece}/pdf"));
    class.pdf(&[piece], "piece.pdf").unwrap();
    assert!(head.starts_with("HTTP/1.1 200") && body == std::fs::read(class.out("piece.pdf")).unwrap(), "{head}");
    let (trail, _) = get(daemon.url(), &format!("/trail/{first}"));
    assert!(trail.starts_with("HTTP/1.1 200"));
    // What is not what was filed gets to nobody.
    std::fs::write(class.copy(page, 0), "nothing").unwrap();
    let (head, _) = get(daemon.url(), &format!("/trail/{first}/pdf"));
    assert!(!head.starts_with("HTTP/1.1 200"), "{head}");
    daemon.stop().unwrap();
    let left = judges::files(&stage.data().join(".trail/work"), &|name| name.starts_with(".scantrail-"));
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn words_of_filed_and_held_pages_are_told_in_every_format() {
    let class = Class::new();
    let stage = class.stage();
    for (page, state, number) in [(&class.pages[0], "filed", 1), (&class.held, "held", 5)] {
        let text = stage.scantrail.good(&["text", page]).unwrap();
        assert!(text.contains(&keyword(number)) && text.ends_with('\n'), "{text}");
        assert!(text.contains("\n\n"), "blocks stand apart: {text}");
        let told = stage.scantrail.json(&["text", page, "--format", "hocr"]).unwrap();
        assert_eq!((&told["state"], &told["format"], &told["pages"]), (&state.into(), &"hocr".into(), &1.into()));
        let words = told["words"].as_u64().unwrap() as usize;
        assert!(words > 20, "{words}");
        assert_eq!(told["text"].as_str().unwrap().matches("\"ocrx_word\"").count(), words);
        let out = class.out(&format!("{page}.xml"));
        stage.scantrail.good(&["text", page, "--format", "alto", "--out", out.to_str().unwrap()]).unwrap();
        let alto = std::fs::read_to_string(&out).unwrap();
        assert_eq!(alto.matches("<String ").count(), words);
        assert!(alto.matches("<TextBlock ").count() > 1 && alto.contains(" LANG=\"eng\""), "{alto}");
        let again = stage.scantrail.run(["text", page, "--out", out.to_str().unwrap()]).unwrap();
        assert_eq!(again.status.code(), Some(2));
        assert_eq!(std::fs::read_to_string(&out).unwrap(), alto);
    }
}
