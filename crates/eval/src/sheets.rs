//! `sheets`: rates of reading our own covers and cards, by size and by what happened to them.
//!
//! Sheets are drawn by the product, laid down as a printer would, spoilt, and looked at as the product looks
//! (`pipeline::look`). Of a cover it is also told how often it was recognised without any code, and how often it went
//! unseen altogether: that is the dangerous case, for then the pages behind it go on under another name.

mod condition;
mod plane;
mod plot;
mod subject;

use crate::clock::{Times, timed};
use crate::table::{Table, figure};
use anyhow::{Context as _, Result};
use condition::{CONDITIONS, Condition, capture};
use scantrail_core::vocabulary::Flow;
use scantrail_pipeline::look;
use scantrail_sheets::find::CodeFinder;
use scantrail_testkit::seed::Seed;
use serde_json::json;
use std::io::Write as _;
use std::path::PathBuf;
use subject::{Kind, Press, Subject};

/// Pixels to a module of the largest code: from a card at the far end of a desk to a page at 150 dpi. On a cover 8 is
/// 100 dpi and 12 is 150 dpi.
const SIZES: [f64; 7] = [2.0, 2.5, 3.0, 4.0, 6.0, 8.0, 12.0];

/// Rates of reading our own sheets.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Sheets in each cell of the tables, each spoilt in a way of its own.
    #[arg(long, default_value_t = 6)]
    seeds: u64,
    /// Only conditions whose name contains this.
    #[arg(long)]
    condition: Option<String>,
    /// Where to draw the rates as SVG.
    #[arg(long)]
    plot: Option<PathBuf>,
    /// One line of JSON for each cell instead of tables.
    #[arg(long)]
    json: bool,
    /// A folder for the pictures of covers that went unseen.
    #[arg(long)]
    keep: Option<PathBuf>,
}

/// What came of the sheets of one kind, spoilt in one way, at one size.
#[derive(Debug, Clone, Default)]
struct Cell {
    all: u32,
    /// A code was read and said whose it is.
    read: u32,
    /// No code was read, but the frame was found.
    recognised: u32,
    /// A code of ours was read and said something else.
    wrong: u32,
}

impl Cell {
    /// Neither read nor recognised.
    fn unseen(&self) -> u32 {
        self.all - self.read - self.recognised
    }

    fn add(&mut self, other: &Self) {
        self.all += other.all;
        self.read += other.read;
        self.recognised += other.recognised;
        self.wrong += other.wrong;
    }
}

/// One condition at one strength: a cell for each size.
struct Row {
    condition: &'static Condition,
    strength: f64,
    cells: Vec<Cell>,
}

impl Row {
    fn name(&self) -> String {
        match self.condition.strengths {
            [_] => self.condition.name.to_owned(),
            _ => format!("{} {}{}", self.condition.name, self.strength, self.condition.unit),
        }
    }
}

/// Measures and prints.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let mut finder = CodeFinder::new();
    let press = Press::new()?;
    let mut measured = Vec::new();
    for kind in [Kind::Cover, Kind::Card] {
        let subjects = (0..arguments.seeds).map(|seed| press.subject(kind, Seed(seed))).collect::<Result<Vec<_>>>()?;
        let mut times = Times::default();
        let wanted = |c: &&Condition| arguments.condition.as_ref().is_none_or(|part| c.name.contains(part.as_str()));
        let mut rows = Vec::new();
        for condition in CONDITIONS.iter().filter(wanted) {
            for &strength in condition.strengths {
                let cells = SIZES
                    .map(|size| cell(&subjects, (condition, strength), size, (&mut finder, &mut times), arguments));
                let row = Row { condition, strength, cells: cells.into_iter().collect::<Result<_>>()? };
                if arguments.json {
                    write!(std::io::stdout(), "{}", lines(kind, &row))?;
                }
                rows.push(row);
            }
        }
        if !arguments.json {
            write!(std::io::stdout(), "{}", table(kind, &rows, arguments.seeds, &times))?;
        }
        measured.push((kind, rows));
    }
    if let Some(path) = &arguments.plot {
        let svg = plot::svg(&measured, &SIZES);
        #[expect(clippy::disallowed_methods, reason = "a figure that can be drawn again")]
        std::fs::write(path, svg).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

fn cell(
    subjects: &[Subject],
    (condition, strength): (&Condition, f64),
    size: f64,
    (finder, times): (&mut CodeFinder, &mut Times),
    arguments: &Arguments,
) -> Result<Cell> {
    let mut cell = Cell::default();
    for (subject, seed) in subjects.iter().zip(0..) {
        let picture = capture(subject, (condition.harm, strength), size, Seed(seed));
        let flow = match subject.kind {
            Kind::Cover => Flow::Stack,
            Kind::Card => Flow::Pictures,
        };
        let (seen, milliseconds) = timed(|| look(&picture, flow, finder));
        let seen = seen.context("a picture could not be looked at")?;
        times.add(milliseconds);
        let is_read = seen.ours().any(|payload| payload.sheet == subject.sheet);
        let is_recognised = !is_read && subject.kind == Kind::Cover && seen.frame.is_some();
        cell.all += 1;
        cell.read += u32::from(is_read);
        cell.recognised += u32::from(is_recognised);
        cell.wrong += u32::from(seen.ours().any(|payload| payload.sheet != subject.sheet));
        if let Some(folder) = arguments.keep.as_ref().filter(|_| !is_read && !is_recognised) {
            let name = format!("{:?}-{}-{strength}-{size}-{seed}.png", subject.kind, condition.name);
            let path = folder.join(name.replace(' ', "-"));
            let color = image::ExtendedColorType::L8;
            image::save_buffer(&path, picture.samples(), picture.width(), picture.height(), color)
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
    }
    Ok(cell)
}

fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::Cover => "covers from the feeder: read / recognised by the frame / UNSEEN, of each",
        Kind::Card => "cards beside work: read, of each",
    }
}

fn table(kind: Kind, rows: &[Row], seeds: u64, times: &Times) -> String {
    let heading = format!("{} {seeds}", title(kind));
    let sizes = SIZES.map(|size| format!("{size} px"));
    let mut table = Table::new(&[&[heading.as_str()], sizes.each_ref().map(String::as_str).as_slice()].concat());
    let mut sums = vec![Cell::default(); SIZES.len()];
    let text = |cell: &Cell| {
        let wrong = if cell.wrong > 0 { format!(" {} WRONG", cell.wrong) } else { String::new() };
        match kind {
            Kind::Cover => format!("{}/{}/{}{wrong}", cell.read, cell.recognised, cell.unseen()),
            Kind::Card => format!("{}{wrong}", cell.read),
        }
    };
    for row in rows {
        table.row([format!("  {}", row.name())].into_iter().chain(row.cells.iter().map(text)).collect());
        sums.iter_mut().zip(&row.cells).for_each(|(sum, cell)| sum.add(cell));
    }
    table.row(["  all".to_owned()].into_iter().chain(sums.iter().map(text)).collect());
    let wrong: u32 = sums.iter().map(|cell| cell.wrong).sum();
    let (median, worst) = (figure(times.median(), 0), figure(times.worst(), 0));
    format!("{}wrong reads: {wrong}; {median} ms a picture, at most {worst}\n\n", table.text())
}

fn lines(kind: Kind, row: &Row) -> String {
    let line = |(cell, size): (&Cell, &f64)| {
        let value = json!({
            "sheet": format!("{kind:?}").to_lowercase(),
            "condition": row.condition.name,
            "strength": row.strength,
            "pixels_to_a_module": size,
            "all": cell.all,
            "read": cell.read,
            "recognised": cell.recognised,
            "unseen": cell.unseen(),
            "wrong": cell.wrong,
        });
        format!("{value}\n")
    };
    row.cells.iter().zip(&SIZES).map(line).collect()
}
