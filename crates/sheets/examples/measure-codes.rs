//! Measures reading on folders of pictures: `cargo run -p scantrail-sheets --example measure-codes -- FOLDER…`.
//!
//! Every picture is read upright and at three quarter turns, by the first stage alone, by `Quick` and by `Thorough`.
//! A `NAME.txt` beside a picture is what its code says; without one, any reading counts. Also says in how many
//! pictures a sheet of ours was seen, and in how many a payload of ours was read: on other people's pictures both must
//! be none.
#![expect(clippy::disallowed_methods, reason = "a measurement needs a clock")]
#![expect(clippy::print_stdout, reason = "a measurement prints")]

use scantrail_core::raster::{Channels, Raster};
use scantrail_sheets::find::{CodeFinder, Effort, FoundCode};
use scantrail_sheets::frame::find_frame;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const LIMIT: Duration = Duration::from_secs(30);

#[derive(Default)]
struct Tally {
    reads: [u32; 3],
    times: [Vec<f64>; 4],
    ours: u32,
    frames: Vec<(PathBuf, f32)>,
    all: u32,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut finder = CodeFinder::new();
    for folder in std::env::args().skip(1).map(PathBuf::from) {
        let mut tally = Tally::default();
        let mut files = std::fs::read_dir(&folder)?.map(|e| Ok(e?.path())).collect::<std::io::Result<Vec<_>>>()?;
        files.sort();
        for file in files {
            // What is not a picture (truth files, other formats) is passed over.
            if let Ok(picture) = image::open(&file) {
                measure(&mut finder, &file, &picture.to_luma8(), &mut tally)?;
            }
        }
        report(&folder, tally);
    }
    Ok(())
}

fn measure(
    finder: &mut CodeFinder,
    file: &Path,
    picture: &image::GrayImage,
    tally: &mut Tally,
) -> Result<(), Box<dyn Error>> {
    let truth = std::fs::read_to_string(file.with_extension("txt")).ok().filter(|t| !t.starts_with('#'));
    let right = |codes: &[FoundCode]| match &truth {
        Some(truth) => codes.iter().any(|code| code.text.trim() == truth.trim()),
        None => !codes.is_empty(),
    };
    let turns = [
        picture.clone(),
        image::imageops::rotate90(picture),
        image::imageops::rotate180(picture),
        image::imageops::rotate270(picture),
    ];
    for grey in turns {
        let raster = Raster::new(grey.width(), grey.height(), Channels::Grey, grey.into_raw())?;
        tally.all += 1;
        let looks = [(Effort::Thorough, Duration::ZERO), (Effort::Quick, LIMIT), (Effort::Thorough, LIMIT)];
        for (i, (effort, limit)) in looks.into_iter().enumerate() {
            let start = Instant::now();
            let codes = finder.find(&raster, effort, limit)?;
            tally.times[i].push(start.elapsed().as_secs_f64() * 1e3);
            tally.reads[i] += u32::from(right(&codes));
            tally.ours += u32::from(codes.iter().any(|code| code.payload.is_ok()));
        }
        let start = Instant::now();
        let frame = find_frame(&raster);
        tally.times[3].push(start.elapsed().as_secs_f64() * 1e3);
        tally.frames.extend(frame.map(|frame| (file.to_path_buf(), frame.confidence.get())));
    }
    Ok(())
}

fn report(folder: &Path, mut tally: Tally) {
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut line = format!("{name:<20} {:>4}", tally.all);
    for (i, what) in ["first", "quick", "thorough", "frame"].into_iter().enumerate() {
        tally.times[i].sort_by(f64::total_cmp);
        let times = &tally.times[i];
        let median = times.get(times.len() / 2).copied().unwrap_or_default();
        let worst = times.last().copied().unwrap_or_default();
        let rate = tally.reads.get(i).map(|&n| format!("{:5.1} %", 100.0 * f64::from(n) / f64::from(tally.all)));
        line = format!("{line}  {what} {} {median:.0}/{worst:.0} ms", rate.unwrap_or_default());
    }
    println!("{line}  ours {}  sheets {:?}", tally.ours, tally.frames);
}
