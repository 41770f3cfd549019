//! Where a filed PDF says a word stands, there it stood in the capture: through the viewer's own reading of the file,
//! back through the map in the record, against what the painter knows.

use crate::judges;
use crate::world::school;
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::{Angle, Dpi, Point, Resolution, Turn};
use scantrail_testkit::demo::Stage;
use scantrail_testkit::effects::photo::{Shot, photograph};
use scantrail_testkit::effects::scanner::{Feed, feed};
use scantrail_testkit::geometry::Placement;
use scantrail_testkit::jpeg;
use scantrail_testkit::paint::{PageKind, PageSpec, Painted, Word, paint};
use scantrail_testkit::paper::printed;
use scantrail_testkit::seed::Seed;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

const DPI: u16 = 200;
/// How far the sides of a word may lie from their places along the line, as a share of its height: nine words of ten,
/// and any word, for now and then the engine itself draws a box into the word beside it. Six pixels are 0.15.
const ALONG: f64 = 0.12;
const ALONG_FOR_ANY: f64 = 0.5;
/// How far the middle of a word may lie across its line, and how far all middles may lie on the whole.
const ACROSS: f64 = 0.45;
const ACROSS_ON_THE_WHOLE: f64 = 0.08;
/// So many words of a page at least are compared.
const ENOUGH: usize = 20;

fn dpi() -> Dpi {
    Dpi::new(DPI).unwrap()
}

fn worksheet(seed: u64) -> Painted {
    paint(&PageSpec::new(PageKind::Worksheet, Seed(seed), dpi()))
}

/// A capture, and where the words of each of its pages stand in it.
struct Capture {
    raster: Raster,
    pages: Vec<Vec<Word>>,
}

/// A sheet that went through the feeder askew and upside down, a shadow along its edge.
fn fed() -> Capture {
    let page = worksheet(11);
    let how = Feed { skew: Angle::from_degrees(1.8), turn: Turn::Half, noise: 2.0, ..Feed::default() };
    let scanned = feed(&page.raster, &how, Seed(1));
    Capture { pages: vec![page.truth.placed(&scanned.placement).words], raster: scanned.raster }
}

/// A sheet photographed from aside, the light falling off to one corner.
fn photographed() -> Capture {
    let page = worksheet(12);
    let shot = Shot {
        size: (2400, 3000),
        corners: [(0.13, 0.08), (0.88, 0.11), (0.92, 0.93), (0.08, 0.90)],
        light: [1.0, 0.86, 0.78, 0.92],
        blur: 1,
        noise: 2.0,
        ..Shot::default()
    };
    let photo = photograph(&page.raster, &shot, Seed(2));
    Capture { pages: vec![page.truth.placed(&photo.placement).words], raster: photo.raster }
}

/// Two pages of a book lying open on the glass, the gutter in shadow.
fn open_book() -> Capture {
    let (left, right) = (worksheet(13), worksheet(15));
    let (page, height) = (left.raster.width(), left.raster.height());
    let samples = (0..height).flat_map(|y| {
        let row = left.raster.row(y).iter().chain(right.raster.row(y));
        row.enumerate().map(move |(at, &v)| {
            let near = (at as f64 / 3.0 - f64::from(page)).abs() / (12.0 * f64::from(DPI) / 25.4);
            (f64::from(v) * (0.6 + 0.4 * near.min(1.0))) as u8
        })
    });
    let resolution = Some(Resolution::square(dpi()));
    let raster = Raster::new(2 * page, height, Channels::Rgb, samples.collect()).unwrap().with_resolution(resolution);
    let beside = right.truth.placed(&Placement::shift(f64::from(page), 0.0)).words;
    Capture { raster, pages: vec![left.truth.words, beside] }
}

/// Takes a pupil's stack in; gives the records of its captures, without the cover.
fn filed(stage: &Stage, captures: &[Capture]) -> Vec<Value> {
    let folder = stage.folder.join("stack");
    std::fs::create_dir(&folder).unwrap();
    let pdf = stage.folder.join("cover.pdf");
    let pupil = stage.class_4b[0]["id"].as_str().unwrap();
    stage.scantrail.good(&["sheets", "cover", "--pupil", pupil, "--out", pdf.to_str().unwrap()]).unwrap();
    let cover = printed(&std::fs::read(&pdf).unwrap(), 0, dpi()).unwrap();
    for (at, raster) in std::iter::once(&cover).chain(captures.iter().map(|capture| &capture.raster)).enumerate() {
        std::fs::write(folder.join(format!("{at}.jpg")), jpeg::encode(raster, 93).unwrap()).unwrap();
    }
    let answer = stage.scantrail.json(&["ingest", folder.to_str().unwrap(), "--subject", "English"]).unwrap();
    assert_eq!(answer[0]["counts"]["filed"], captures.len(), "{answer}");
    let records = judges::files(&stage.data().join("Pupils"), &|name| name.ends_with(".json") && name != ".pupil.json");
    let read = |path: &std::path::PathBuf| serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let mut records: Vec<Value> = records.iter().map(read).filter(|record: &Value| record["role"] == "work").collect();
    records.sort_by_key(|record| record["capture"]["sequence"].as_u64());
    records
}

/// A box of `pdftotext -bbox` in shares of its page: left, top, right, bottom.
struct Seen {
    text: String,
    sides: [f64; 4],
}

/// The words of each page of a PDF, as a viewer finds them.
fn seen(pdf: &Path) -> Vec<Vec<Seen>> {
    let run = Command::new("pdftotext").arg("-bbox").arg(pdf).arg("-").output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let mut pages: Vec<Vec<Seen>> = Vec::new();
    let mut size = (1.0, 1.0);
    for line in String::from_utf8(run.stdout).unwrap().lines().map(str::trim) {
        let number = |name: &str| -> f64 {
            line.split_once(&format!("{name}=\"")).unwrap().1.split_once('"').unwrap().0.parse().unwrap()
        };
        if line.starts_with("<page ") {
            size = (number("width"), number("height"));
            pages.push(Vec::new());
        } else if line.starts_with("<word ") {
            let text = line.split_once('>').unwrap().1.split_once('<').unwrap().0.replace("&amp;", "&");
            let sides =
                [number("xMin") / size.0, number("yMin") / size.1, number("xMax") / size.0, number("yMax") / size.1];
            pages.last_mut().unwrap().push(Seen { text, sides });
        }
    }
    pages
}

/// Width and height in pixels of each picture in a PDF.
fn sizes(pdf: &Path) -> Vec<(f64, f64)> {
    let run = Command::new("pdfimages").arg("-list").arg(pdf).output().unwrap();
    let text = String::from_utf8(run.stdout).unwrap();
    let rows = text.lines().skip(2).map(|row| row.split_whitespace().collect::<Vec<_>>());
    rows.map(|row| (row[3].parse().unwrap(), row[4].parse().unwrap())).collect()
}

/// The way back from the copy to the capture, out of the record.
fn way_back(geometry: &Value) -> [[f64; 3]; 3] {
    let m: [[f64; 3]; 3] = serde_json::from_value(geometry["to_copy"].clone()).expect("a plane map");
    // The adjugate: a projective map has no scale.
    let minor = |r: usize, c: usize| {
        let at = |i: usize, j: usize| m[(r + i) % 3][(c + j) % 3];
        at(1, 1) * at(2, 2) - at(1, 2) * at(2, 1)
    };
    std::array::from_fn(|r| std::array::from_fn(|c| minor(c, r)))
}

fn map(m: &[[f64; 3]; 3], x: f64, y: f64) -> Point {
    let [a, b, w] = [0, 1, 2].map(|row| m[row][0] * x + m[row][1] * y + m[row][2]);
    Point { x: a / w, y: b / w }
}

/// Words that stand on a page once, by their text.
fn once<T>(words: Vec<(String, T)>) -> BTreeMap<String, T> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (text, _) in &words {
        *counts.entry(text.clone()).or_default() += 1;
    }
    words.into_iter().filter(|(text, _)| counts[text] == 1 && text.chars().count() > 2).collect()
}

/// How far a word lies from its place in the capture, as shares of the height of its line.
#[derive(Debug)]
struct Stray {
    #[expect(dead_code, reason = "told when a test fails")]
    text: String,
    /// Along the line: the side that is farther off.
    along: f64,
    /// Across it, downwards positive: the middle of the word against the middle of its line, which is where a viewer
    /// puts it. "no" stands lower in its line and "it's" higher, so a single word tells little.
    across: f64,
}

fn strays(truth: &[Word], found: &[Seen], (width, height): (f64, f64), back: &[[f64; 3]; 3]) -> Vec<Stray> {
    let found = once(found.iter().map(|seen| (seen.text.clone(), seen.sides)).collect());
    let truth = once(truth.iter().map(|word| (word.text.clone(), word.quad)).collect());
    let mut strays = Vec::new();
    for (text, quad) in truth {
        let Some([x0, y0, x1, y1]) = found.get(&text) else { continue };
        let at = |x: f64, y: f64| map(back, x * width, y * height);
        let middle = f64::midpoint(*y0, *y1);
        let (left, right, top, bottom) = (at(*x0, middle), at(*x1, middle), at(*x0, *y0), at(*x0, *y1));
        let tall = (bottom.x - top.x).hypot(bottom.y - top.y);
        let wide = (right.x - left.x).hypot(right.y - left.y);
        let (ux, uy) = ((right.x - left.x) / wide, (right.y - left.y) / wide);
        let side =
            |a: usize, b: usize| (f64::midpoint(quad.0[a].x, quad.0[b].x), f64::midpoint(quad.0[a].y, quad.0[b].y));
        let off = |is: Point, (x, y): (f64, f64)| {
            let (dx, dy) = ((is.x - x) / tall, (is.y - y) / tall);
            (dx * ux + dy * uy, dy * ux - dx * uy)
        };
        let (l, r) = (off(left, side(0, 3)), off(right, side(1, 2)));
        strays.push(Stray { text, along: l.0.abs().max(r.0.abs()), across: f64::midpoint(l.1, r.1) });
    }
    strays.sort_by(|a, b| a.along.total_cmp(&b.along));
    strays
}

/// Whether the words lie where they stood.
fn fit(strays: &[Stray]) -> bool {
    let across = strays.iter().map(|stray| stray.across).sum::<f64>() / strays.len() as f64;
    let any = |stray: &Stray| stray.along < ALONG_FOR_ANY && stray.across.abs() < ACROSS;
    let nine_of_ten = strays[strays.len() * 9 / 10].along < ALONG;
    nine_of_ten && strays.iter().all(any) && across.abs() < ACROSS_ON_THE_WHOLE
}

#[test]
fn words_of_a_filed_pdf_lie_where_they_stood_in_the_capture() {
    let world = school(DPI);
    let captures = [fed(), photographed(), open_book()];
    let records = filed(&world.stage, &captures);
    assert_eq!(records.len(), captures.len());
    for (capture, record) in captures.iter().zip(&records) {
        let pdf = world.stage.data().join(record["copy"]["path"].as_str().unwrap());
        let (pages, sizes) = (seen(&pdf), sizes(&pdf));
        let further = record["further"].as_array().map_or(&[][..], Vec::as_slice);
        let geometries: Vec<&Value> = std::iter::once(record).chain(further).map(|page| &page["geometry"]).collect();
        assert_eq!((pages.len(), sizes.len(), geometries.len()), (capture.pages.len(), pages.len(), pages.len()));
        for (at, truth) in capture.pages.iter().enumerate() {
            let back = way_back(geometries[at]);
            let strays = strays(truth, &pages[at], sizes[at], &back);
            assert!(strays.len() >= ENOUGH, "{} words of page {at} of {}", strays.len(), record["page"]);
            assert!(fit(&strays), "page {at} of {}: {strays:?}", record["page"]);
            // The map is needed: without it the same words lie elsewhere. The left page of the book lies where it lay.
            let none = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
            let stays = capture.pages.len() == 2 && at == 0;
            assert!(stays || !fit(&self::strays(truth, &pages[at], sizes[at], &none)), "page {at} needs no map");
            // And a few pixels would be seen.
            let six = |row: usize, column: usize| if row < 2 { 6.0 * back[2][column] } else { 0.0 };
            let shifted = std::array::from_fn(|r| std::array::from_fn(|c| back[r][c] + six(r, c)));
            assert!(!fit(&self::strays(truth, &pages[at], sizes[at], &shifted)), "six pixels off are not seen");
        }
    }
    let relit: Vec<bool> = records.iter().map(|record| record["geometry"]["relit"] == true).collect();
    assert!(relit[1], "the photograph's light was evened: {relit:?}");
}
