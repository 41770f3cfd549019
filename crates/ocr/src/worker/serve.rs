//! The worker's side: one engine, one page after the other, until nobody asks any more.

use super::Engine;
use super::wire::{Answer, Greeting, Question, to_line};
use crate::TesseractReader;
use crate::engine::Scripts;
use crate::handwriting::{HandwritingReader, Models};
use scantrail_core::ports::{ReadError, Recogniser as _};
use scantrail_core::raster::Raster;
use std::io::{self, BufRead, Write};

/// Loads the engine, greets, and answers until the input ends.
pub fn serve(engine: &Engine, input: &mut impl BufRead, output: &mut impl Write) -> io::Result<()> {
    let mut say = |line: Vec<u8>| output.write_all(&line).and_then(|()| output.flush());
    if *engine == Engine::Installed {
        return say(to_line(&Greeting::Installed(crate::engine::installed()))?);
    }
    let mut loaded = match Loaded::new(engine) {
        Ok(loaded) => loaded,
        Err(error) => return say(to_line(&Greeting::Fault(error.into()))?),
    };
    say(to_line(&Greeting::Ready(loaded.name()))?)?;
    while let Some((question, page)) = Question::read(input)? {
        say(to_line(&loaded.answer(&question, &page))?)?;
    }
    Ok(())
}

enum Loaded {
    Print(TesseractReader),
    Script(Scripts),
    Handwriting(Box<HandwritingReader>),
}

impl Loaded {
    fn new(engine: &Engine) -> Result<Self, ReadError> {
        Ok(match engine {
            Engine::Print { language } => Self::Print(TesseractReader::new(language)?),
            Engine::Script => Self::Script(Scripts::new()?),
            Engine::Installed => return Err(ReadError::Engine("it was to list models, not to read".to_owned())),
            Engine::Handwriting { models } => {
                let models = Models::find(models).map_err(|missing| ReadError::Engine(missing.to_string()))?;
                Self::Handwriting(Box::new(HandwritingReader::load(&models)?))
            }
        })
    }

    fn name(&self) -> String {
        match self {
            Self::Print(reader) => reader.engine_name(),
            Self::Script(_) => String::new(),
            Self::Handwriting(reader) => reader.name(),
        }
    }

    fn answer(&mut self, question: &Question, page: &Raster) -> Answer {
        match self {
            Self::Print(reader) => reader.read_as_it_is(page, question.dpi, question.limit()).into(),
            // A page is looked at once and for a fixed time.
            Self::Script(scripts) => scripts.of(page, question.dpi).map_or_else(Answer::from, Answer::Script),
            // Its own limit is the one that a question has.
            Self::Handwriting(reader) => reader.read(page).into(),
        }
    }
}
