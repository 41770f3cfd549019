//! What people say a picture shows: papers on a mat, a piece of work in three dimensions, a whiteboard; and the back of a
//! sheet on which nothing is but its front, shining through.

use crate::judges;
use crate::world::{program, school};
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::{Dpi, Resolution};
use scantrail_testkit::demo::Stage;
use scantrail_testkit::escl::Sheet;
use scantrail_testkit::jpeg;
use scantrail_testkit::paint::{PageKind, PageSpec, keyword, paint};
use scantrail_testkit::paper::printed;
use scantrail_testkit::seed::Seed;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Of everything on the mat: 3.9 pixels to the millimetre.
const DPI: u16 = 100;
/// A dark blue mat.
const MAT: [u8; 3] = [52, 66, 92];

fn dpi() -> Dpi {
    Dpi::new(DPI).unwrap()
}

fn worksheet(number: u32, dpi: u16) -> Raster {
    let mut spec = PageSpec::new(PageKind::Worksheet, Seed(u64::from(number)), Dpi::new(dpi).unwrap());
    spec.keyword = Some(keyword(number));
    paint(&spec).raster
}

/// A pupil's card, cut out of the sheet it was printed on.
fn card(stage: &Stage, pupil: &str) -> Raster {
    let pdf = stage.folder.join("card.pdf");
    stage.scantrail.good(&["sheets", "card", "--pupil", pupil, "--out", pdf.to_str().unwrap()]).unwrap();
    let sheet = printed(&std::fs::read(&pdf).unwrap(), 0, dpi()).unwrap();
    let dark = |x: u32, y: u32| sheet.row(y)[3 * x as usize] < 128;
    let inked = |y: u32| (0..sheet.width()).any(|x| dark(x, y));
    let top = (0..sheet.height()).find(|&y| inked(y)).unwrap();
    let left = (0..sheet.width()).find(|&x| (0..sheet.height()).any(|y| dark(x, y))).unwrap();
    // 85 × 54 mm from its upper left corner on.
    let (width, height) = (335, 213);
    let rows = (top..top + height).flat_map(|y| &sheet.row(y)[3 * left as usize..3 * (left + width) as usize]);
    Raster::new(width, height, Channels::Rgb, rows.copied().collect()).unwrap()
}

/// A mat seen from above, with these things on it.
fn mat(things: &[(&Raster, u32, u32)]) -> Raster {
    let (width, height) = (2100u32, 1600u32);
    let mut samples: Vec<u8> = (0..width * height)
        .flat_map(|i| {
            // A little of the cloth's grain: a camera sees no two pixels alike.
            let grain = (i.wrapping_mul(2_654_435_761) >> 29) as u8;
            MAT.map(|v| v + grain)
        })
        .collect();
    for (thing, left, top) in things {
        for y in 0..thing.height() {
            let at = 3 * ((top + y) * width + left) as usize;
            samples[at..at + 3 * thing.width() as usize].copy_from_slice(thing.row(y));
        }
    }
    let resolution = Some(Resolution::square(dpi()));
    Raster::new(width, height, Channels::Rgb, samples).unwrap().with_resolution(resolution)
}

/// A ball of clay on its own ground, as wide as high.
fn clay(side: u32, colour: [u8; 3]) -> Raster {
    let middle = f64::from(side) / 2.0;
    let pixel = |i: u32| {
        let (x, y) = (f64::from(i % side) - middle, f64::from(i / side) - middle);
        let lit = 1.0 - 0.3 * (x + y) / f64::from(side);
        if x.hypot(y) < middle { colour.map(|v| (f64::from(v) * lit).min(255.0) as u8) } else { MAT.map(|v| v + 4) }
    };
    Raster::new(side, side, Channels::Rgb, (0..side * side).flat_map(pixel).collect()).unwrap()
}

fn save(raster: &Raster, path: &Path) -> PathBuf {
    std::fs::write(path, jpeg::encode(raster, 92).unwrap()).unwrap();
    path.to_owned()
}

fn picture(path: &Path) -> Raster {
    jpeg::decode(&std::fs::read(path).unwrap()).unwrap()
}

/// `inspect --json` over several files, a line each.
fn inspect(images: &[PathBuf], more: &[&str]) -> Vec<Value> {
    let run = Command::new(program()).args(["inspect", "--json"]).args(more).args(images).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let lines = String::from_utf8(run.stdout).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn papers_on_a_mat_become_pages_of_the_pupil_whose_card_lies_there() {
    let world = school(150);
    let stage = &world.stage;
    let pupil = stage.class_4b[0]["id"].as_str().unwrap();
    let (a, b, card) = (worksheet(61, DPI), worksheet(62, DPI), card(stage, pupil));
    let scene = mat(&[(&a, 60, 320), (&b, 980, 340), (&card, 600, 50)]);
    let scene = save(&scene, &stage.folder.join("mat.jpg"));
    let empty = save(&mat(&[]), &stage.folder.join("empty.jpg"));
    let arguments = ["ingest", scene.to_str().unwrap(), "--shows", "papers", "--items", "2", "--mat"];
    let arguments = [&arguments[..], &[empty.to_str().unwrap(), "--subject", "Art"]].concat();
    let answer = stage.scantrail.json(&arguments).unwrap();
    assert_eq!(answer[0]["counts"]["filed"], 1, "{answer}");
    for (number, on_page) in [(61, 1), (62, 2)] {
        let hits = stage.scantrail.json(&["search", &keyword(number)]).unwrap();
        assert_eq!(hits.as_array().unwrap().len(), 1, "{}: {hits}", keyword(number));
        assert_eq!(hits[0]["copy_page"], on_page, "{hits}");
    }
    judges::all_bags_and_pages(&stage.data());
    let out = stage.folder.join("mat.pdf");
    let handed_on = stage.scantrail.json(&["pdf", "--pupil", pupil, "--out", out.to_str().unwrap()]).unwrap();
    assert_eq!(handed_on["pages"], 2, "{handed_on}");
    judges::pdf(&out);
    // The same without the picture of the empty mat, and with a count that cannot be met: the whole comes behind.
    let seen = inspect(std::slice::from_ref(&scene), &["--shows", "papers"]);
    assert_eq!(seen[0]["pages"].as_array().unwrap().len(), 2, "{}", seen[0]["pages"]);
    let seen = inspect(&[scene], &["--shows", "papers", "--items", "3"]);
    assert_eq!(seen[0]["pages"][2]["bounds"], "whole", "{}", seen[0]["pages"]);
    assert!(seen[0]["warnings"].to_string().contains("another number of papers"), "{}", seen[0]["warnings"]);
}

#[test]
fn what_nobody_would_heed_is_refused() {
    for (more, why) in [
        (&["--shows", "board", "--items", "2"][..], "only papers on a mat can be counted"),
        (&["--shows", "object", "--items", "2"], "only papers on a mat can be counted"),
        (&["--shows", "board", "--mat", "empty.jpg"], "an empty mat goes with papers or an object"),
    ] {
        let run = Command::new(program()).args(["inspect", "picture.jpg"]).args(more).output().unwrap();
        let said = String::from_utf8_lossy(&run.stderr);
        assert!(run.status.code() == Some(2) && said.contains(why), "{:?} {said}", run.status);
    }
}

#[test]
fn files_of_one_name_in_two_folders_are_both_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let page = worksheet(71, DPI);
    let files = ["a", "b"].map(|name| {
        let folder = folder.path().join(name);
        std::fs::create_dir(&folder).unwrap();
        save(&page, &folder.join("page.jpg"))
    });
    inspect(&files, &["--out", out.to_str().unwrap()]);
    let mut names: Vec<_> = std::fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["page.jpg-2.prepared.jpg", "page.jpg.prepared.jpg"]);
}

#[test]
fn views_of_an_object_are_cut_out_and_laid_on_one_sheet() {
    let folder = tempfile::tempdir().unwrap();
    let colours = [[170, 90, 60], [70, 150, 80], [190, 170, 60]];
    let views: Vec<PathBuf> = (0..3)
        .map(|n| {
            let ball = clay(420, colours[n]);
            save(&mat(&[(&ball, 500 + 150 * n as u32, 500)]), &folder.path().join(format!("view {n}.jpg")))
        })
        .collect();
    let seen = inspect(&views, &["--shows", "object", "--out", folder.path().to_str().unwrap()]);
    for (seen, n) in seen.iter().zip(0..) {
        assert_eq!((&seen["kind"], &seen["pages"][0]["bounds"]), (&"object".into(), &"mat".into()), "{seen}");
        let cut = picture(&folder.path().join(format!("view {n}.jpg.prepared.jpg")));
        // The ball and a margin of 5 % on each side.
        assert!((440..500).contains(&cut.width()) && (440..500).contains(&cut.height()), "{cut:?}");
    }
    let sheet = picture(&folder.path().join("contact-sheet.jpg"));
    assert_eq!(sheet.width(), sheet.height(), "two by two");
}

#[test]
fn a_board_is_made_white() {
    let folder = tempfile::tempdir().unwrap();
    let board = save(&worksheet(71, 150), &folder.path().join("board.jpg"));
    let seen = inspect(&[board], &["--shows", "board"]);
    assert_eq!((&seen[0]["kind"], &seen[0]["pages"][0]["relit"]), (&"board".into(), &true.into()), "{}", seen[0]);
}

/// The back of a thin sheet: its front, mirrored and faint.
fn shone_through(front: &Raster) -> Raster {
    let mirrored = (0..front.height()).flat_map(|y| front.row(y).chunks_exact(3).rev().flatten());
    let faint = mirrored.map(|&v| 246 - (246 - v.min(246)) / 9).collect();
    let back = Raster::new(front.width(), front.height(), Channels::Rgb, faint).unwrap();
    back.with_resolution(front.resolution())
}

#[test]
fn a_back_on_which_only_its_front_shines_through_is_blank() {
    let world = school(150);
    let stage = &world.stage;
    let pdf = stage.folder.join("cover.pdf");
    let pupil = stage.class_4b[0]["id"].as_str().unwrap();
    stage.scantrail.good(&["sheets", "cover", "--pupil", pupil, "--out", pdf.to_str().unwrap()]).unwrap();
    let cover = printed(&std::fs::read(&pdf).unwrap(), 0, Dpi::new(150).unwrap()).unwrap();
    let bare = paint(&PageSpec::new(PageKind::Blank, Seed(1), Dpi::new(150).unwrap())).raster;
    let (front, other) = (worksheet(81, 150), worksheet(82, 150));
    let bytes = |raster: &Raster| jpeg::encode(raster, 92).unwrap();
    let sheet = |front: &Raster, back: &Raster| Sheet { front: bytes(front), back: bytes(back) };
    let through = shone_through(&front);
    // A sheet whose back is its own front, shining through; and one on whose back stands another's faint writing.
    let stack = vec![sheet(&cover, &bare), sheet(&front, &through), sheet(&other, &through)];
    stage.scanner.load(stack).unwrap();
    let device = stage.office_scanner().unwrap();
    let answer = stage.scantrail.json(&["scan", "--device", &device, "--subject", "Maths"]).unwrap();
    let batch = stage.scantrail.json(&["batch", "show", answer[0]["id"].as_str().unwrap()]).unwrap();
    let pages = batch["runs"].as_array().unwrap().iter().flat_map(|run| run["pages"].as_array().unwrap());
    let contents: Vec<&str> = pages.map(|page| page["content"].as_str().unwrap_or("")).collect();
    assert_eq!(contents[3], "blank", "{contents:?}");
    assert_ne!(contents[5], "blank", "faint writing that is not on the front: {contents:?}");
    assert_eq!(batch["counts"]["filed"], 4, "marked, never dropped: {}", batch["counts"]);
}
