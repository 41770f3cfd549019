//! `scantrail-eval`: measures what the product sees against truth, side by side with other tools.
//!
//! One subcommand for each thing that is measured, one module for each subcommand; `cargo xtask eval` builds and runs
//! it. For development only: nothing depends on it, and it never touches a school's data folder.

#![expect(clippy::disallowed_methods, reason = "for development: it writes no school data")]

mod batches;
mod blank;
mod clock;
mod codes;
mod deskew;
mod disk;
mod filing;
mod items;
mod ocr;
mod outline;
mod peer;
mod picture;
mod pipeline;
mod process;
mod shade;
mod sheets;
mod split;
mod stacks;
mod strangers;
mod table;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Measures readings against truth, side by side with other tools.
#[derive(Debug, Parser)]
#[command(name = "scantrail-eval", version)]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Seeded class batches with faults, through the whole program: pages filed right, wrong, held.
    Batches(batches::Arguments),
    /// Marked sheets called blank, blanks found, and what pictures below DIR are taken for.
    Blank(blank::Arguments),
    /// Rates and times of reading codes, per set of pictures below DIR/qr.
    Codes(codes::Arguments),
    /// The small turn of upright pages below DIR and of painted ones, after they were turned by known angles.
    Deskew(deskew::Arguments),
    /// What keeping a page costs, beside `dd`: milliseconds and flushes; in a school that is there already, too.
    Filing(filing::Arguments),
    /// Several things on painted mats told apart, beside OpenCV's recipes; sheets show the pictures in DIR.
    Items(items::Arguments),
    /// How much text is read, and what it costs, beside tesseract and ocrmypdf.
    Ocr(ocr::Arguments),
    /// Corners of pages in photos composed from the pictures below DIR and in real ones, beside OpenCV's recipes.
    Outline(outline::Arguments),
    /// The whole way from files to filed pages, beside ocrmypdf and the bare engine; or how long identity and preview take
    /// while reading is behind.
    Pipeline(pipeline::Arguments),
    /// Uneven light taken out of painted pages, beside OpenCV's recipes; artwork in DIR/pages/art is left alone.
    Shade(shade::Arguments),
    /// Rates of reading our own covers and cards, by size and by what happened to them.
    Sheets(sheets::Arguments),
    /// Two pages in one capture: gutters found on composed spreads, and what must not be split, below DIR and painted.
    Split(split::Arguments),
    /// What the codes of scanned stacks say, page by page, for every PDF in DIR/batches.
    Stacks(stacks::Arguments),
    /// Other people's pictures below DIR, in which nothing may be taken for a sheet of ours.
    Strangers(strangers::Arguments),
    /// One code reader that answers requests, for `codes`: it may be killed.
    #[command(hide = true)]
    Reader(codes::ReaderArguments),
    /// One reader in a process of its own, for `ocr`: its memory is that of its process.
    #[command(hide = true)]
    TextReader(ocr::ReaderArguments),
    /// The bare engine over files, for `pipeline`: its memory is that of its process.
    #[command(hide = true)]
    Bare(pipeline::BareArguments),
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            error.chain().skip(1).for_each(|cause| eprintln!("caused by: {cause}"));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<()> {
    match arguments.what {
        What::Batches(arguments) => batches::run(&arguments),
        What::Blank(arguments) => blank::run(&arguments),
        What::Codes(arguments) => codes::run(&arguments),
        What::Deskew(arguments) => deskew::run(&arguments),
        What::Filing(arguments) => filing::run(&arguments),
        What::Items(arguments) => items::run(&arguments),
        What::Ocr(arguments) => ocr::run(&arguments),
        What::Outline(arguments) => outline::run(&arguments),
        What::Pipeline(arguments) => pipeline::run(&arguments),
        What::TextReader(arguments) => ocr::serve_reader(&arguments),
        What::Bare(arguments) => pipeline::serve_bare(&arguments),
        What::Shade(arguments) => shade::run(&arguments),
        What::Sheets(arguments) => sheets::run(&arguments),
        What::Split(arguments) => split::run(&arguments),
        What::Stacks(arguments) => stacks::run(&arguments),
        What::Strangers(arguments) => strangers::run(&arguments),
        What::Reader(arguments) => codes::serve(&arguments),
    }
}
