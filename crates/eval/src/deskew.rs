//! `deskew`: the small turn of pages, ours beside other people's, on upright pages turned by known angles.
//!
//! Scans are rarely quite upright themselves. How each one lies is voted on first by several tools at several small
//! turns; their middle is added to the turn that was made. Painted pages lie exactly.

mod hand;
mod report;
mod subject;
mod tools;
mod turn;

use crate::peer::Company;
use anyhow::Result;
use report::Case;
use scantrail_testkit::seed::Seed;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;
use tools::{OURS, Tools};
use turn::Turned;

/// Votes further apart than this are said: such a page has no one turn.
const APART_DEG: f64 = 0.15;
/// Votes further apart than this tell nothing: a photo, or a picture of something else than a page.
const UNKNOWN_DEG: f64 = 0.5;

/// Errors and times of measuring the small turn of a page.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Upright pages, with all folders below; pictures in folders called `art` must never be turned.
    #[arg(long)]
    data: PathBuf,
    /// Decides every turn, backing, shading and noise.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Captured pages altogether.
    #[arg(long, default_value_t = 160)]
    count: usize,
    /// Ours only: quick, and scans then lie as ours says.
    #[arg(long)]
    alone: bool,
    /// One line for each page: how it lies, ours' error, or why ours declined.
    #[arg(long)]
    each: bool,
    /// Also writes every captured page into this folder, its turn in its name.
    #[arg(long)]
    keep: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let seed = Seed(arguments.seed);
    let subjects = subject::all(&arguments.data, seed.child(0))?;
    let mut tools = Tools::start(if arguments.alone { Company::Alone } else { Company::Peers })?;
    let mut out = std::io::stdout().lock();
    for (name, version) in tools.others() {
        writeln!(out, "{name}: {version}")?;
    }
    let mut cases = BTreeMap::new();
    for (index, subject) in subjects.iter().enumerate() {
        let numbers = (index..arguments.count).step_by(subjects.len());
        if numbers.len() == 0 {
            break;
        }
        let upright = subject.upright()?;
        let (own, apart) = tools.own_turn(subject, &upright, seed.child(1))?;
        if apart > UNKNOWN_DEG {
            writeln!(out, "{}: left out, nobody knows how it lies: the votes are {apart:.2}° apart", subject.name)?;
            continue;
        }
        if apart > APART_DEG {
            writeln!(out, "{}: its own turn is {own:.2}°, the votes lie {apart:.2}° apart", subject.name)?;
        }
        for number in numbers {
            let part = seed.child(2).child(number as u64);
            let turned = Turned::throw(part);
            let page = turned.of(&upright, part.child(0));
            let truth = turned.degrees + own;
            if let Some(folder) = &arguments.keep {
                let file = folder.join(format!("{number:04}_{}_{truth:+.4}.pgm", subject.name));
                crate::picture::write_pnm(&file, &page)?;
            }
            let answers = tools.ask(&page)?;
            let case = Case { kind: subject.kind, name: subject.name.clone(), truth, answers };
            if arguments.each {
                writeln!(out, "{number:>4} {}", case.line())?;
            }
            cases.insert(number, case);
        }
    }
    let cases: Vec<Case> = cases.into_values().collect();
    let others = tools.others().into_iter().map(|(name, _)| name);
    let names: Vec<String> = [OURS.to_owned()].into_iter().chain(others).collect();
    write!(out, "\n{}", report::text(&cases, &names))?;
    Ok(())
}
