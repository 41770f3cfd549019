//! Work handed over: the page that shows a year, and packs that leave the school.

use crate::judges;
use crate::world::{World, school};
use scantrail_core::raster::Raster;
use scantrail_core::units::Dpi;
use scantrail_testkit::demo::Stage;
use scantrail_testkit::jpeg;
use scantrail_testkit::paint::{PageKind, PageSpec, paint};
use scantrail_testkit::paper::printed;
use scantrail_testkit::seed::Seed;
use serde_json::Value;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const DPI: u16 = 150;

fn worksheet(number: u64) -> Raster {
    paint(&PageSpec::new(PageKind::Worksheet, Seed(number), Dpi::new(DPI).unwrap())).raster
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

/// What a phone writes into a photo: a little-endian EXIF with a place, and the place again as text.
const PLACE: &[u8] = b"51.5033N-0.1196W";

fn with_place(jpeg: &[u8]) -> Vec<u8> {
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x25\x88\x04\0\x01\0\0\0\x1a\0\0\0\0\0\0\0".to_vec();
    exif.extend(PLACE);
    let mut segment = vec![0xff, 0xe1];
    segment.extend(((exif.len() + 2) as u16).to_be_bytes());
    segment.extend(exif);
    [&jpeg[..2], &segment, &jpeg[2..]].concat()
}

fn holds(file: &Path, text: &[u8]) -> bool {
    std::fs::read(file).unwrap().windows(text.len()).any(|window| window == text)
}

/// Two pages of the first pupil, of which the second is the third's as well; and a photo with a place of the first's.
struct Class {
    world: World,
    pages: Vec<String>,
    photo: String,
}

impl Class {
    fn new() -> Self {
        let world = school(DPI);
        let stage = &world.stage;
        let folder = stage.folder.join("stack");
        std::fs::create_dir(&folder).unwrap();
        for (at, sheet) in [cover(stage, 0), worksheet(1), worksheet(2)].iter().enumerate() {
            save(sheet, &folder.join(format!("{at}.jpg")));
        }
        let ingest = ["ingest", folder.to_str().unwrap(), "--subject", "Maths", "--title", "Fractions <1> & \"more\""];
        let batch = stage.scantrail.json(&ingest).unwrap()[0]["id"].as_str().unwrap().to_owned();
        let shown = stage.scantrail.json(&["batch", "show", &batch]).unwrap();
        let runs = shown["runs"].as_array().unwrap();
        let work = runs.iter().flat_map(|run| run["pages"].as_array().unwrap()).filter(|page| page["role"] == "work");
        let pages: Vec<String> = work.map(|page| page["id"].as_str().unwrap().to_owned()).collect();
        let (first, third) = (id(stage, 0), id(stage, 2));
        stage.scantrail.good(&["review", "assign", &pages[1], &first, &third, "--reason", "together"]).unwrap();
        let painting = paint(&PageSpec::new(PageKind::Painting, Seed(3), Dpi::new(DPI).unwrap())).raster;
        let file = stage.folder.join("painting.jpg");
        std::fs::write(&file, with_place(&jpeg::encode(&painting, 90).unwrap())).unwrap();
        let came = stage.scantrail.json(&["ingest", file.to_str().unwrap(), "--pictures", "--subject", "Art"]).unwrap();
        let photo = came[0]["runs"][0]["pages"][0]["id"].as_str().unwrap().to_owned();
        stage.scantrail.good(&["review", "assign", &photo, &first, "--reason", "signed"]).unwrap();
        Self { world, pages, photo }
    }

    fn stage(&self) -> &Stage {
        &self.world.stage
    }

    fn bag(&self, pupil: usize) -> PathBuf {
        let own = format!("({})", id(self.stage(), pupil));
        let bags = judges::bags(&self.stage().data());
        bags.into_iter().find(|bag| bag.to_string_lossy().contains(&own)).expect("the pupil has a bag")
    }

    /// Runs `scantrail export`; its answer, or its exit code and what it said.
    fn export(&self, pupil: usize, out: &str, more: &[&str]) -> Result<Value, (i32, String)> {
        let (pupil, out) = (id(self.stage(), pupil), self.stage().folder.join(out));
        let typed = [&["export", &pupil, "--out", out.to_str().unwrap(), "--json"], more].concat();
        let run = self.stage().scantrail.run(&typed).unwrap();
        if run.status.success() {
            return Ok(serde_json::from_slice(&run.stdout).unwrap());
        }
        Err((run.status.code().unwrap(), String::from_utf8_lossy(&run.stderr).into_owned()))
    }
}

/// Everything in a pack that somebody else could be found in.
fn names_nobody_else(pack: &Path, stage: &Stage, whose: usize) {
    for file in judges::files(pack, &|name| !name.ends_with(".jpg") && !name.ends_with(".pdf")) {
        for (other, pupil) in stage.class_4b.iter().enumerate().filter(|(other, _)| *other != whose) {
            let name = pupil["name"].as_str().unwrap();
            assert!(!holds(&file, id(stage, other).as_bytes()), "{} names {other}", file.display());
            assert!(!holds(&file, name.as_bytes()), "{} names {name}", file.display());
        }
    }
}

#[test]
fn a_year_is_a_page_of_pictures_that_stays_as_it_is() {
    let class = Class::new();
    let stage = class.stage();
    let bag = class.bag(0);
    let html = std::fs::read_to_string(bag.join("index.html")).unwrap();
    assert!(html.contains("Fractions &lt;1&gt; &amp; &quot;more&quot;") && !html.contains("Fractions <1>"), "{html}");
    for page in class.pages.iter().chain([&class.photo]) {
        let picture = format!("index/{page}.jpg");
        assert!(html.contains(&format!("src=\"{picture}\"")), "{html}");
        assert!(bag.join(&picture).metadata().unwrap().len() < 60_000, "small");
        let manifest = std::fs::read_to_string(bag.join("tagmanifest-sha256.txt")).unwrap();
        assert!(manifest.contains(&picture) && manifest.contains("  index.html"), "{manifest}");
    }
    assert!(html.contains("made together with others"));
    // Every link leads to a file that is there.
    for attribute in ["href=\"", "src=\""] {
        for link in html.split(attribute).skip(1).map(|rest| rest.split('"').next().unwrap()) {
            let decoded = link.replace("%20", " ").replace("%5B", "[").replace("%5D", "]").replace("%26", "&");
            assert!(link.starts_with('#') || bag.join(&decoded).is_file(), "{link}");
        }
    }
    // In a browser, from the disk: every picture is drawn.
    let drawn = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--window-size=1200,1400"])
        .arg(format!("--user-data-dir={}", stage.folder.join("profile").display()))
        .arg(format!("--screenshot={}", stage.folder.join("index.png").display()))
        .arg(bag.join("index.html"))
        .output()
        .expect("chromium runs");
    assert!(stage.folder.join("index.png").is_file(), "{}", String::from_utf8_lossy(&drawn.stderr));
    assert!(!String::from_utf8_lossy(&drawn.stderr).contains("Content Security Policy"), "nothing was refused");
    judges::all_bags(&stage.data());
    // Sealed again for another reason, it is byte for byte the same; a page that leaves takes its picture along.
    let before = |name: &str| std::fs::metadata(bag.join(name)).unwrap().modified().unwrap();
    let (page, picture) = (before("index.html"), before(&format!("index/{}.jpg", class.photo)));
    stage.scantrail.good(&["reread", &class.pages[0]]).unwrap();
    assert_eq!((page, picture), (before("index.html"), before(&format!("index/{}.jpg", class.photo))));
    stage.scantrail.good(&["review", "assign", &class.photo, &id(stage, 1), "--reason", "wrong pupil"]).unwrap();
    assert!(!bag.join(format!("index/{}.jpg", class.photo)).try_exists().unwrap());
    assert!(class.bag(1).join(format!("index/{}.jpg", class.photo)).is_file());
    assert!(!std::fs::read_to_string(bag.join("index.html")).unwrap().contains(&class.photo));
    // Without the previews, pictures are made from the copies.
    std::fs::remove_dir_all(stage.data().join(".trail/previews")).unwrap();
    stage.scantrail.good(&["review", "assign", &class.photo, &id(stage, 0), "--reason", "right after all"]).unwrap();
    assert!(bag.join(format!("index/{}.jpg", class.photo)).is_file());
    judges::all_bags(&stage.data());
    assert_eq!(stage.scantrail.json(&["verify"]).unwrap()["problems"], Value::Array(vec![]));
}

#[test]
fn a_pack_is_a_bag_without_places_and_without_anybody_else() {
    let class = Class::new();
    let stage = class.stage();
    let answer = class.export(0, "out", &["--to", "Valley School"]).unwrap();
    let pack = PathBuf::from(answer["path"].as_str().unwrap());
    judges::all_bags(&pack);
    names_nobody_else(&pack, stage, 0);
    let pages = answer["receipt"]["pages"].as_array().unwrap();
    assert_eq!(pages.len(), 3, "{answer}");
    assert_eq!(pages.iter().filter(|page| page["shared"] == true).count(), 1);
    for file in judges::files(&pack, &|_| true) {
        assert!(!holds(&file, PLACE), "{} tells the place", file.display());
    }
    // What is in it is what was filed, but for the photo with a place.
    let bag = class.bag(0);
    for page in pages {
        let original = page["original"]["path"].as_str().unwrap();
        let same = std::fs::read(pack.join(original)).unwrap() == std::fs::read(bag.join(original)).unwrap();
        assert_eq!(same, page["page"] != class.photo.as_str(), "{page}");
        assert_eq!(page["captured_sha256"].is_string(), !same);
        let copy = page["copy"]["path"].as_str().unwrap();
        assert!(std::fs::read(pack.join(copy)).unwrap() == std::fs::read(bag.join(copy)).unwrap());
    }
    // Two receipts, beside it; the text can be read and signed.
    let text = std::fs::read_to_string(answer["receipts"][1].as_str().unwrap()).unwrap();
    assert!(text.contains("Valley School") && text.contains(answer["receipt"]["tagmanifest_sha256"].as_str().unwrap()));
    assert!(!holds(&pack.join("pack.json"), b"Valley School"), "to whom is the school's own affair");
    // Nothing is overwritten.
    let (code, said) = class.export(0, "out", &[]).unwrap_err();
    assert!(code == 2 && said.contains("is there already"), "{said}");
    // Narrowed and widened.
    let bare = class.export(0, "bare", &["--without-originals", "--without-shared"]).unwrap();
    assert_eq!(bare["receipt"]["pages"].as_array().unwrap().len(), 2);
    assert_eq!(bare["left_out"].as_array().unwrap().len(), 1, "{bare}");
    let bare = PathBuf::from(bare["path"].as_str().unwrap());
    assert!(!bare.join("data/_originals").try_exists().unwrap());
    judges::all_bags(&bare);
    let court = class.export(0, "court", &["--originals-as-they-are"]).unwrap();
    let court = PathBuf::from(court["path"].as_str().unwrap());
    assert!(holds(&court.join(format!("data/_originals/{}.jpg", class.photo)), PLACE));
    // It was written down.
    let events = Command::new("sqlite3")
        .arg(stage.data().join(".trail/catalogue.db"))
        .arg(format!("SELECT count(*) FROM event WHERE kind = 'exported' AND page = '{}'", class.photo))
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&events.stdout).trim(), "3", "each that came where it was asked for");
    // The one for which there was no room was begun: told where it matters, counted nowhere.
    let moved =
        stage.scantrail.json(&["move", &class.photo, "--to", &id(stage, 1), "--reason", "signed by another"]).unwrap();
    let certain = |certain: bool| {
        let handed = moved["handed_on"].as_array().unwrap();
        handed.iter().filter(|one| one["certain"] == certain).count()
    };
    assert_eq!((certain(true), certain(false)), (3, 1), "{moved}");
    stage.scantrail.good(&["review", "undo", &moved["decision"].as_i64().unwrap().to_string()]).unwrap();
    // A damaged page stops all of it.
    let copy = bag.join(pages[0]["copy"]["path"].as_str().unwrap());
    judges::flip_a_bit(&copy);
    let (code, said) = class.export(0, "damaged", &[]).unwrap_err();
    assert!(code == 7 && said.contains("is not what was filed"), "{code} {said}");
    assert!(std::fs::read_dir(stage.folder.join("damaged")).unwrap().next().is_none(), "nothing is half exported");
}

#[test]
fn a_receipt_tells_the_digests_of_what_was_handed_over() {
    let class = Class::new();
    let answer = class.export(0, "out", &[]).unwrap();
    let pack = PathBuf::from(answer["path"].as_str().unwrap());
    let sum = |path: &Path| {
        let sum = Command::new("sha256sum").arg(path).output().unwrap().stdout;
        String::from_utf8(sum).unwrap()[..64].to_owned()
    };
    assert_eq!(answer["receipt"]["tagmanifest_sha256"], sum(&pack.join("tagmanifest-sha256.txt")));
    let text = std::fs::read_to_string(answer["receipts"][1].as_str().unwrap()).unwrap();
    assert!(text.contains(&sum(&pack.join("tagmanifest-sha256.txt"))), "{text}");
    for page in answer["receipt"]["pages"].as_array().unwrap() {
        for file in ["copy", "original"] {
            let told = sum(&pack.join(page[file]["path"].as_str().unwrap()));
            assert!(page[file]["sha256"] == told && text.contains(&told), "{page}");
        }
    }
}

#[test]
fn a_locked_pack_opens_with_its_passphrase_and_with_no_other() {
    let class = Class::new();
    let stage = class.stage();
    let answer = class.export(0, "locked", &["--encrypt"]).unwrap();
    let file = answer["path"].as_str().unwrap();
    let passphrase = answer["passphrase"].as_str().unwrap();
    assert!(passphrase.split('-').count() == 6, "{passphrase}");
    assert!(!file.contains(stage.class_4b[0]["name"].as_str().unwrap()), "files go astray");
    let open = |typed: &str, out: &str| {
        let mut run = stage
            .scantrail
            .command(["open-pack", file, "--passphrase-stdin", "--out", stage.folder.join(out).to_str().unwrap()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        writeln!(run.stdin.take().unwrap(), "{typed}").unwrap();
        run.wait_with_output().unwrap()
    };
    let wrong = open("lusab-babad-gutih-tugad-lusab-babad", "wrong");
    assert_eq!(wrong.status.code(), Some(2), "{}", String::from_utf8_lossy(&wrong.stderr));
    assert!(std::fs::read_dir(stage.folder.join("wrong")).unwrap().next().is_none());
    let right = open(passphrase, "right");
    assert!(right.status.success(), "{}", String::from_utf8_lossy(&right.stderr));
    let pack = stage.folder.join("right");
    judges::all_bags(&pack);
    names_nobody_else(&pack, stage, 0);
    // Another program opens it too.
    let tar = Command::new(crate::world::judges())
        .args(["-c", "import sys, pyrage; sys.stdout.buffer.write(pyrage.passphrase.decrypt(open(sys.argv[1], 'rb').read(), sys.argv[2]))"])
        .args([file, passphrase])
        .output()
        .unwrap();
    assert!(tar.status.success(), "{}", String::from_utf8_lossy(&tar.stderr));
    let mut list = Command::new("tar").args(["-t"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    list.stdin.take().unwrap().write_all(&tar.stdout).unwrap();
    let list = String::from_utf8(list.wait_with_output().unwrap().stdout).unwrap();
    assert!(list.contains("/bagit.txt") && list.contains("/index.html"), "{list}");
}

#[test]
fn a_pack_is_taken_in_elsewhere_once_with_its_dates_and_records() {
    let class = Class::new();
    let answer = class.export(0, "out", &[]).unwrap();
    let pack = answer["path"].as_str().unwrap();
    // At home it is known.
    let own = id(class.stage(), 0);
    let home = class.stage().scantrail.json(&["import-pack", pack, "--pupil", &own]).unwrap();
    assert!(home["batches"] == Value::Array(vec![]), "{home}");
    let other = school(DPI);
    let stage = &other.stage;
    let pupil = id(stage, 4);
    let looked = stage.scantrail.json(&["import-pack", pack, "--dry-run"]).unwrap();
    assert_eq!(looked["pieces"].as_array().unwrap().len(), 2, "{looked}");
    assert!(looked["pupil"].is_null() && looked["batches"] == Value::Array(vec![]), "{looked}");
    let run = stage.scantrail.run(["import-pack", pack]).unwrap();
    assert!(run.status.code() == Some(2) && String::from_utf8_lossy(&run.stderr).contains("say for whom"));
    let came = stage.scantrail.json(&["import-pack", pack, "--pupil", &pupil]).unwrap();
    assert_eq!(came["left_out"], Value::Array(vec![]), "{came}");
    let trail = stage.scantrail.json(&["trail", &pupil]).unwrap();
    let told = |trail: &Value| -> Vec<(Value, Value, Value, usize)> {
        let pieces = trail["pieces"].as_array().unwrap().iter();
        let told = pieces.map(|piece| {
            let pages = piece["pages"].as_array().unwrap().len();
            (piece["date"].clone(), piece["subject"].clone(), piece["title"].clone(), pages)
        });
        let mut told: Vec<_> = told.collect();
        told.sort_by_key(|piece| piece.1.to_string());
        told
    };
    let before = class.stage().scantrail.json(&["trail", &own]).unwrap();
    assert_eq!(told(&trail), told(&before), "dates, subjects, titles and pages as they were");
    // The bytes of the pack, and its records as they came.
    let originals = |folder: &Path| -> Vec<Vec<u8>> {
        let files = judges::files(folder, &|_| true).into_iter();
        let files = files.filter(|path| path.to_string_lossy().contains("/data/_originals/"));
        let mut bytes: Vec<Vec<u8>> = files.map(|path| std::fs::read(path).unwrap()).collect();
        bytes.sort();
        bytes
    };
    assert!(originals(&stage.data().join("Pupils")) == originals(Path::new(pack)));
    let kept = judges::files(&stage.data().join(".trail/packs"), &|name| name == format!("{}.json", class.photo));
    let record = Path::new(pack).join(format!("audit/pages/{}.json", class.photo));
    assert!(kept.len() == 1 && std::fs::read(&kept[0]).unwrap() == std::fs::read(record).unwrap());
    judges::all_bags(&stage.data());
    // Twice is once.
    let again = stage.scantrail.json(&["import-pack", pack, "--pupil", &pupil]).unwrap();
    assert!(again["batches"] == Value::Array(vec![]), "{again}");
    assert!(again["pieces"].as_array().unwrap().iter().all(|piece| piece["files"] == 0), "{again}");
    assert_eq!(told(&stage.scantrail.json(&["trail", &pupil]).unwrap()), told(&before));
    assert_eq!(stage.scantrail.json(&["verify"]).unwrap()["problems"], Value::Array(vec![]));
    // One that was changed on the way is refused whole.
    let page = judges::files(&Path::new(pack).join("data"), &|_| true);
    judges::flip_a_bit(&page[0]);
    let run = stage.scantrail.run(["import-pack", pack, "--pupil", &id(stage, 5)]).unwrap();
    assert!(run.status.code() == Some(7) && String::from_utf8_lossy(&run.stderr).contains("is not sound"));
}
