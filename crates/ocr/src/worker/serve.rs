//! The worker's side: one engine, one page after the other, until nobody asks any more.

use super::wire::{Answer, Greeting, Question, to_line};
use crate::TesseractReader;
use std::io::{self, BufRead, Write};

/// Loads the engine, greets, and answers until the input ends.
pub fn serve(language: &str, input: &mut impl BufRead, output: &mut impl Write) -> io::Result<()> {
    let mut say = |line: Vec<u8>| output.write_all(&line).and_then(|()| output.flush());
    let mut reader = match TesseractReader::new(language) {
        Ok(reader) => reader,
        Err(error) => return say(to_line(&Greeting::Fault(error.into()))?),
    };
    say(to_line(&Greeting::Ready(reader.engine_name()))?)?;
    while let Some((question, page)) = Question::read(input)? {
        let answer = Answer::from(reader.read_as_it_is(&page, question.dpi, question.limit()));
        say(to_line(&answer)?)?;
    }
    Ok(())
}
