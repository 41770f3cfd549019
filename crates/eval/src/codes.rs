//! `codes`: rates and times of reading codes, ours beside other people's, per set of pictures and at all four turns.
//!
//! A set is a folder below `DIR/qr`. Every reader works in a process of its own under a time cap, so that none of them
//! can spoil the measuring of the others. A code counts when its text is right or, where only its place is known, when
//! something was read there; the sets say which.

#[cfg(feature = "peers")]
mod peers;
mod reader;
mod report;
mod score;
mod truth;
mod worker;
mod zbar;

use crate::picture;
use anyhow::{Result, bail};
use clap::ValueEnum as _;
use reader::Name;
use report::{Report, Tally};
use scantrail_core::units::Turn;
use score::Modules;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;
use truth::Truth;
use worker::{Answer, Worker};

/// Rates and times of reading codes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The folder with the pictures; each folder in its folder `qr` is a set.
    #[arg(long)]
    data: PathBuf,
    /// Only sets whose name contains this.
    #[arg(long)]
    set: Option<String>,
    /// Only these readers; all that are here if none is named.
    #[arg(long)]
    reader: Vec<Name>,
    /// Seconds a reader may take over one picture.
    #[arg(long, default_value_t = 20)]
    cap: u64,
    /// One line of JSON for each reader and set instead of tables.
    #[arg(long)]
    json: bool,
    /// Also name the pictures that `thorough` does not read whole.
    #[arg(long)]
    missed: bool,
}

/// Arguments of the hidden subcommand that a worker is.
#[derive(Debug, clap::Args)]
pub(crate) struct ReaderArguments {
    name: Name,
}

/// Is a reader: answers requests on its input until that ends.
pub(crate) fn serve(arguments: &ReaderArguments) -> Result<()> {
    worker::serve(arguments.name)
}

/// Pictures of one kind, with the truth about each.
struct Set {
    name: String,
    pictures: Vec<(PathBuf, Truth)>,
}

impl Set {
    fn load(folder: &Path) -> Result<Self> {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let pictures = picture::in_folder(folder)?.into_iter();
        let pictures = pictures.map(|path| Truth::of(&path).map(|truth| (path, truth)));
        Ok(Self { name, pictures: pictures.collect::<Result<_>>()? })
    }

    /// Codes to read, over all turns.
    fn codes(&self) -> usize {
        Turn::ALL.len() * self.pictures.iter().map(|(_, truth)| truth.count()).sum::<usize>()
    }
}

/// Measures and prints.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let asked: Vec<Name> = match arguments.reader.as_slice() {
        [] => Name::value_variants().to_vec(),
        named => named.to_vec(),
    };
    let (names, absent): (Vec<Name>, Vec<Name>) = asked.into_iter().partition(|name| name.is_here());
    for name in absent {
        eprintln!("{} is not installed and is left out", name.word());
    }
    let folders = picture::entries(&arguments.data.join("qr"))?.into_iter().filter(|path| path.is_dir());
    let sets = folders.map(|folder| Set::load(&folder)).collect::<Result<Vec<_>>>()?;
    let wanted = |set: &&Set| arguments.set.as_ref().is_none_or(|part| set.name.contains(part.as_str()));
    let sets: Vec<&Set> = sets.iter().filter(|set| !set.pictures.is_empty()).filter(wanted).collect();
    if sets.is_empty() {
        bail!("no set of pictures below {}", arguments.data.join("qr").display());
    }
    let mut workers: Vec<Worker> =
        names.iter().map(|&name| Worker::new(name, Duration::from_secs(arguments.cap))).collect();
    let mut verdicts = Vec::new();
    for set in sets {
        let tallies = measure(set, &names, &mut workers)?;
        let report = Report { set: &set.name, pictures: set.pictures.len(), codes: set.codes(), tallies: &tallies };
        write!(std::io::stdout(), "{}", if arguments.json { report.lines() } else { report.table() })?;
        if arguments.missed {
            for tally in tallies.iter().filter(|tally| tally.name == Name::Thorough) {
                eprintln!("{}: not read whole: {}", set.name, tally.missed.join(" "));
            }
        }
        verdicts.push(report.verdict());
    }
    if !arguments.json {
        writeln!(std::io::stdout(), "{}", verdicts.join("\n"))?;
    }
    Ok(())
}

fn measure(set: &Set, names: &[Name], workers: &mut [Worker]) -> Result<Vec<Tally>> {
    let mut tallies: Vec<Tally> = names.iter().map(|&name| Tally::new(name)).collect();
    for (path, truth) in &set.pictures {
        let upright = picture::grey(path)?;
        let size = (upright.width(), upright.height());
        for turn in Turn::ALL {
            let answers = workers.iter_mut().map(|worker| worker.read(path, turn)).collect::<Result<Vec<Answer>>>()?;
            let truth = match truth {
                Truth::Places(quads) => {
                    Truth::Places(quads.iter().map(|quad| picture::turned_quad(quad, size, turn)).collect())
                }
                same => same.clone(),
            };
            let modules = modules(&answers);
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            for (tally, answer) in tallies.iter_mut().zip(&answers) {
                tally.add(answer, &truth, &modules, &format!("{stem}@{}", turn.degrees()));
            }
        }
    }
    Ok(tallies)
}

/// How many modules the symbols that say a text have, as far as any reader told.
fn modules(answers: &[Answer]) -> Modules {
    let codes = answers.iter().flat_map(|answer| match answer {
        Answer::Codes { codes, .. } => codes.as_slice(),
        _ => &[],
    });
    codes.filter_map(|code| Some((code.text.clone(), code.modules?))).collect()
}
