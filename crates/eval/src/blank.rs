//! Are marked pages taken for blank, and are blank ones found? Painted sheets with the least marks, beside rules of thumb
//! that other programs use, and what our judge of content says of every picture below DIR.

mod kinds;
mod paint;

use crate::picture;
use crate::table::{Table, percent};
use anyhow::Result;
use paint::{Dice, MARKS, Sheet, mark};
use scantrail_core::raster::Raster;
use scantrail_imaging::blank::{Blankness, judge};
use std::io::Write as _;
use std::path::PathBuf;

/// A ghost's darkness as a share of the other side's.
const THROUGH: (f64, f64) = (0.05, 0.3);

/// What to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Pictures of other people: `skew` for other sides, `skew`, `ocr` and `pages` for kinds
    #[arg(long)]
    data: PathBuf,
    /// Marked sheets to paint; a third as many blank ones
    #[arg(long, default_value_t = 2000)]
    count: usize,
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// One way to say whether a page is blank; the other side is given to all.
struct Judge {
    name: &'static str,
    is_blank: fn(&Raster, &Raster) -> bool,
}

const JUDGES: [Judge; 5] = [
    Judge {
        name: "ours, other side known",
        is_blank: |page, back| judge(page, Some(back)).verdict == Blankness::Blank,
    },
    Judge { name: "ours", is_blank: |page, _| judge(page, None).verdict == Blankness::Blank },
    Judge {
        name: "white coverage (as NAPS2: luma < 178, 0.25 %)",
        is_blank: |page, _| share_below(page, 178) < 0.0025,
    },
    Judge { name: "deviation (as ImageMagick users: σ < 2 %)", is_blank: |page, _| deviation(page) < 0.02 * 255.0 },
    Judge { name: "ink share (Otsu-free: luma < 200, 1 %)", is_blank: |page, _| share_below(page, 200) < 0.01 },
];

/// Measures and prints.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let mut backs: Vec<Sheet> = Vec::new();
    for path in picture::in_folder(&arguments.data.join("skew"))? {
        backs.push(Sheet::of_picture(&picture::grey(&path)?));
    }
    writeln!(std::io::stdout(), "{}", marked(arguments, &backs).text())?;
    writeln!(std::io::stdout(), "{}", empty(arguments, &backs).text())?;
    writeln!(std::io::stdout(), "{}", kinds::table(&arguments.data)?.text())?;
    Ok(())
}

/// Sheets with one mark: how many each judge calls blank.
fn marked(arguments: &Arguments, backs: &[Sheet]) -> Table {
    let mut wrong = vec![[0usize; JUDGES.len()]; MARKS.len()];
    let mut painted = [0usize; MARKS.len()];
    for i in 0..arguments.count {
        let mut dice = Dice::new(arguments.seed.wrapping_mul(1_000_003) + i as u64);
        let which = i % MARKS.len();
        let mut sheet = Sheet::bare();
        mark(&mut sheet, &mut dice, MARKS[which]);
        let back = other_side(&mut sheet, &mut dice, backs, 0.5);
        let (page, back) = (sheet.scanned(&mut dice), back.scanned(&mut dice));
        painted[which] += 1;
        for (count, judge) in wrong[which].iter_mut().zip(&JUDGES) {
            *count += usize::from((judge.is_blank)(&page, &back));
        }
    }
    let mut heading = vec!["called blank, of marked", "sheets"];
    heading.extend(JUDGES.iter().map(|judge| judge.name));
    let mut table = Table::new(&heading);
    for ((name, wrong), painted) in MARKS.iter().zip(&wrong).zip(painted) {
        table.row(row(name, painted, wrong.iter().map(ToString::to_string)));
    }
    let all = (0..JUDGES.len()).map(|j| wrong.iter().map(|w| w[j]).sum::<usize>().to_string());
    table.row(row("all", painted.iter().sum(), all));
    table
}

/// Sheets without a mark, with and without bleed-through: how many each judge finds.
fn empty(arguments: &Arguments, backs: &[Sheet]) -> Table {
    let mut heading = vec!["blanks found, %", "sheets"];
    heading.extend(JUDGES.iter().map(|judge| judge.name));
    let mut table = Table::new(&heading);
    for (name, through) in [("nothing shows through", 0.0), ("the other side shows through", 1.0)] {
        let count = (arguments.count / 6).max(1);
        let mut found = [0usize; JUDGES.len()];
        for i in 0..count {
            let mut dice = Dice::new(arguments.seed.wrapping_mul(2_000_003) + i as u64);
            let mut sheet = Sheet::bare();
            let back = other_side(&mut sheet, &mut dice, backs, through);
            let (page, back) = (sheet.scanned(&mut dice), back.scanned(&mut dice));
            for (found, judge) in found.iter_mut().zip(&JUDGES) {
                *found += usize::from((judge.is_blank)(&page, &back));
            }
        }
        table.row(row(name, count, found.iter().map(|&found| percent(found, count))));
    }
    table
}

/// The other side, real or written; with a chance of `through` it shows.
fn other_side(sheet: &mut Sheet, dice: &mut Dice, backs: &[Sheet], through: f64) -> Sheet {
    let real = !backs.is_empty() && dice.chance(0.5);
    let back = if real { backs[dice.below(backs.len())].clone() } else { Sheet::written(dice) };
    let share = dice.between(THROUGH.0, THROUGH.1) as f32;
    let off = (dice.below(17) as i64 - 8, dice.below(17) as i64 - 8);
    if dice.chance(through) {
        sheet.bleed(&back, share, off);
    }
    back
}

fn row(name: &str, count: usize, cells: impl Iterator<Item = String>) -> Vec<String> {
    [name.to_owned(), count.to_string()].into_iter().chain(cells).collect()
}

fn share_below(page: &Raster, level: u8) -> f64 {
    let grey = page.to_grey();
    grey.samples().iter().filter(|&&v| v < level).count() as f64 / grey.samples().len() as f64
}

fn deviation(page: &Raster) -> f64 {
    let grey = page.to_grey();
    let n = grey.samples().len() as f64;
    let mean = grey.samples().iter().map(|&v| f64::from(v)).sum::<f64>() / n;
    (grey.samples().iter().map(|&v| (f64::from(v) - mean).powi(2)).sum::<f64>() / n).sqrt()
}
