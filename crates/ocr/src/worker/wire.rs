//! What a reading worker is asked and what it answers: a line of JSON each way, and the pixels of the page behind the
//! question. It must not know how anything is read.

use scantrail_core::ports::{Completeness, ReadError, Reading, TextBox, Word};
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::Confidence;
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead, Read as _};
use std::time::Duration;

/// No page has more pixels: A3 at 600 dpi.
const MOST_PIXELS: u64 = 100_000_000;

/// What a worker says first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Greeting {
    /// It is ready; the engine's name.
    Ready(String),
    /// It does not read, but tells which models are there.
    Installed(Vec<String>),
    /// It cannot read.
    Fault(Fault),
}

/// A page to be read; `width × height` grey samples follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Question {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) dpi: u16,
    /// Milliseconds after which the engine itself stops.
    pub(super) limit: u64,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Answer {
    Read {
        words: Vec<Found>,
        partial: bool,
    },
    /// The script of the page and how sure that is; none where there are too few letters to tell.
    Script(Option<(String, f32)>),
    Fault(Fault),
}

/// A word: text, box, confidence, line, block.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Found(String, [u32; 4], f32, u32, u32);

/// Why nothing was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Fault {
    NoModel(String),
    Engine(String),
}

impl Question {
    pub(super) fn new(page: &Raster, dpi: u16, limit: Duration) -> Self {
        let limit = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX);
        Self { width: page.width(), height: page.height(), dpi, limit }
    }

    /// The next question and its page; `None` at the end of the input.
    pub(super) fn read(input: &mut impl BufRead) -> io::Result<Option<(Self, Raster)>> {
        let Some(question) = line::<Self>(input)? else { return Ok(None) };
        let bytes = u64::from(question.width) * u64::from(question.height);
        if bytes > MOST_PIXELS {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a page of too many pixels"));
        }
        let mut samples = Vec::with_capacity(bytes as usize);
        input.take(bytes).read_to_end(&mut samples)?;
        let page = Raster::new(question.width, question.height, Channels::Grey, samples)
            .map_err(|error| io::Error::new(io::ErrorKind::UnexpectedEof, error.to_string()))?;
        Ok(Some((question, page)))
    }

    /// How long the engine may take.
    pub(super) fn limit(&self) -> Duration {
        Duration::from_millis(self.limit)
    }
}

impl From<Result<Reading, ReadError>> for Answer {
    fn from(result: Result<Reading, ReadError>) -> Self {
        let found = |word: Word| {
            let TextBox { x0, y0, x1, y1 } = word.place;
            Found(word.text, [x0, y0, x1, y1], word.confidence.get(), word.line, word.block)
        };
        match result {
            Ok(reading) => Self::Read {
                words: reading.words.into_iter().map(found).collect(),
                partial: reading.completeness == Completeness::Partial,
            },
            Err(error) => Self::Fault(error.into()),
        }
    }
}

impl From<ReadError> for Answer {
    fn from(error: ReadError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<Answer> for Result<Reading, ReadError> {
    fn from(answer: Answer) -> Self {
        let word = |Found(text, [x0, y0, x1, y1], confidence, line, block)| Word {
            text,
            place: TextBox { x0, y0, x1, y1 },
            confidence: Confidence::new(confidence),
            line,
            block,
        };
        match answer {
            Answer::Read { words, partial } => Ok(Reading {
                words: words.into_iter().map(word).collect(),
                completeness: if partial { Completeness::Partial } else { Completeness::Whole },
            }),
            Answer::Script(_) => Err(ReadError::Engine("it was asked for words and told a script".to_owned())),
            Answer::Fault(fault) => Err(fault.into()),
        }
    }
}

impl From<ReadError> for Fault {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::NoModel(language) => Self::NoModel(language),
            ReadError::Cancelled => Self::Engine("cancelled".to_owned()),
            ReadError::Engine(what) => Self::Engine(what),
        }
    }
}

impl From<Fault> for ReadError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::NoModel(language) => Self::NoModel(language),
            Fault::Engine(what) => Self::Engine(what),
        }
    }
}

/// One value as a line.
pub(super) fn to_line(value: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    Ok(line)
}

fn line<T: for<'a> Deserialize<'a>>(input: &mut impl BufRead) -> io::Result<Option<T>> {
    let mut line = Vec::new();
    if input.read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    Ok(Some(serde_json::from_slice(&line)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_carries_its_page() {
        let page = Raster::new(3, 2, Channels::Grey, vec![1, 2, 3, 4, 5, 6]).unwrap();
        let question = Question::new(&page, 200, Duration::from_secs(3));
        let mut bytes = to_line(&question).unwrap();
        bytes.extend_from_slice(page.samples());
        bytes.extend_from_slice(&to_line(&question).unwrap());
        let mut input = bytes.as_slice();
        assert_eq!(Question::read(&mut input).unwrap(), Some((question, page)));
        assert!(Question::read(&mut input).is_err(), "the second page is missing");
        assert_eq!(Question::read(&mut input).unwrap(), None);
        let huge = Question { width: 1 << 20, height: 1 << 20, ..question };
        assert!(Question::read(&mut to_line(&huge).unwrap().as_slice()).is_err());
    }

    #[test]
    fn answers_come_back_as_they_were() {
        let place = TextBox { x0: 1, y0: 2, x1: 30, y1: 14 };
        let word = Word { text: "\"naïve\"".into(), place, confidence: Confidence::new(0.5), line: 7, block: 2 };
        let reading = Reading { words: vec![word], completeness: Completeness::Partial };
        for result in [Ok(reading), Err(ReadError::NoModel("xyz".into())), Err(ReadError::Engine("why".into()))] {
            let line = to_line(&Answer::from(result.clone())).unwrap();
            let answer: Answer = serde_json::from_slice(&line).unwrap();
            assert_eq!(Result::from(answer), result);
        }
    }
}
