//! Takes one untrusted file on standard input, locks itself down, answers on standard output, and ends.
//!
//! The order is the point: the bytes are only carried into memory, then every door is shut ([`lockdown`]), and only
//! then is the first byte looked at. What a hostile file can win is this process, which may compute and write to one
//! pipe. The words spoken are in `scantrail_capture::decode::wire`.
//!
//! This program must not open a file, know a pupil or outlive its parent.

mod density;
mod jpeg;
mod lockdown;
mod pages;
mod pdf;
mod pdf_page;
mod picture;
mod png_file;
mod self_test;
mod tiff_file;

use scantrail_capture::decode::wire::{Answer, Request, Task};
use std::io::{self, Read, Write};
use std::process::ExitCode;

/// Why a file is refused, in words for the person who sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal(pub(crate) String);

/// A refusal with a fixed reason.
pub(crate) fn refuse<T>(why: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal(why.into()))
}

/// What the functions that answer with pages say each page to.
pub(crate) type Say<'a> = dyn FnMut(Answer) -> Result<(), Refusal> + 'a;

fn main() -> ExitCode {
    if let Some(test) = self_test::asked_for() {
        return self_test::run(&test);
    }
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            // Without a greeting the parent knows that this program could not run; the words are for a person.
            let _nobody_listens = writeln!(io::stderr(), "scantrail-decode-worker: {why}");
            ExitCode::FAILURE
        }
    }
}

fn serve() -> Result<(), String> {
    let mut input = io::stdin().lock();
    let request = Request::read(&mut input).map_err(|error| format!("cannot read the request: {error}"))?;
    if request.length > request.bounds.bytes {
        return Err("the request announces more than it allows".into());
    }
    let mut file = Vec::new();
    let read = input.by_ref().take(request.length).read_to_end(&mut file);
    read.map_err(|error| format!("cannot read the file: {error}"))?;
    if file.len() as u64 != request.length {
        return Err("the request ends too early".into());
    }
    // One allocation for all output, made before memory is limited.
    let mut output = io::BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let confinement = lockdown::shut(&request.bounds)?;
    let gone = |error: io::Error| format!("cannot answer: {error}");
    confinement.write(&mut output).and_then(|()| output.flush()).map_err(gone)?;
    let last = match answer(&request, file, &mut |answer| {
        answer.write(&mut output).map_err(|error| Refusal(format!("the answer could not be written: {error}")))
    }) {
        Ok(()) => Answer::Done,
        Err(Refusal(why)) => Answer::Refused(why),
    };
    last.write(&mut output).and_then(|()| output.flush()).map_err(gone)
}

fn answer(request: &Request, file: Vec<u8>, say: &mut Say<'_>) -> Result<(), Refusal> {
    match request.task {
        Task::Greet => Ok(()),
        Task::Pixels => say(picture::decode(&file, request.media, &request.bounds)?.into_answer()),
        Task::Pages => pages::take_apart(file, request.media, &request.bounds, say),
    }
}
