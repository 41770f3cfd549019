//! A reader of handwriting behind the [`Recogniser`] port: one network finds lines of writing, another reads each.
//!
//! It is for pages on which Tesseract finds nothing. What it reads is good enough to search for, not to be shown as the
//! text of a page. It needs two model files ([`Models`]), which are not part of the program.
//!
//! Figures here and below are those of `examples/measure-handwriting`: F1 of the words on 36 painted pages, a third of
//! them on plain paper, on feint and on dark lines. Rulings are left where they are: the networks do not mind them
//! (F1 .905; .895 when they were taken off first).

mod alphabet;
mod ctc;
mod detect;
mod models;
mod network;
mod order;
mod planes;
mod region;
mod regions;

pub use models::{ModelFile, ModelState, Models, ModelsMissing, model_files, status};

use crate::{LEAST_SIDE, TIME_LIMIT};
use alphabet::Alphabet;
use ctc::LineWord;
use network::Network;
use planes::{LINE_HEIGHT, Planes};
use region::Region;
use rten::ThreadPool;
use scantrail_core::ports::{Completeness, ReadError, Reading, Recogniser, Word};
use scantrail_core::raster::Raster;
use scantrail_core::units::Confidence;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Words that the network is less sure of are left out. Up to here that costs nothing (F1 .905 with .5, .6 and .7), and
/// on 20 paintings without a word 3 are seen instead of 7 with .5.
const LEAST_CONFIDENCE: f32 = 0.6;
/// A line is seen at least this wide, in pixels of the network; shorter ones have grey beside them.
const LEAST_WIDTH: usize = 320;
/// No line is wider than this many times its height; what is, was never one line of writing.
const WIDEST: f32 = 60.0;

/// Both networks, warm, for one thread.
#[derive(Debug)]
pub struct HandwritingReader {
    finds: Network,
    reads: Network,
    alphabet: Arc<Alphabet>,
    planes: Planes,
    time_limit: Duration,
}

impl HandwritingReader {
    /// Loads the networks. They take about 50 MB; while a page is read, about 200 MB more.
    pub fn load(models: &Models) -> Result<Self, ReadError> {
        let thread = one_thread();
        let finds = Network::load(models.detector()?, Arc::clone(&thread))?;
        let reads = Network::load(models.recogniser()?, thread)?;
        let list = reads.note("character").ok_or_else(|| ReadError::Engine("the model has no letters".to_owned()))?;
        let alphabet = Arc::new(Alphabet::new(list));
        Ok(Self { finds, reads, alphabet, planes: Planes::default(), time_limit: TIME_LIMIT })
    }

    /// Another reader with the same networks, which are not loaded again: several threads take one each.
    #[must_use]
    pub fn for_another_thread(&self) -> Self {
        let thread = one_thread();
        Self {
            finds: self.finds.on(Arc::clone(&thread)),
            reads: self.reads.on(thread),
            alphabet: Arc::clone(&self.alphabet),
            planes: Planes::default(),
            time_limit: self.time_limit,
        }
    }

    /// Reads each page for about `limit`; what was read by then is returned as partial.
    ///
    /// The clock is looked at before lines are searched for and before each line is read. The search takes about a
    /// second, a line up to a tenth, and neither is interrupted.
    #[must_use]
    pub fn with_time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// The words of one strip, those that are sure enough.
    fn read_strip(&mut self, page: &Raster, strip: &Region) -> Result<Vec<(LineWord, f32)>, ReadError> {
        let shape = (strip.width() / strip.height()).min(WIDEST);
        let content = ((shape * LINE_HEIGHT as f32).round() as usize).max(1);
        let width = content.max(LEAST_WIDTH);
        let picture = self.planes.line(page, strip, content, width);
        let steps = self.reads.run::<3>((width, LINE_HEIGHT), picture)?;
        let [_, count, classes] = steps.shape;
        if classes != self.alphabet.classes() || count == 0 {
            return Err(ReadError::Engine(format!("a line has the shape {:?}", steps.shape)));
        }
        // A step is so many pixels of the page wide.
        let step = width as f32 / count as f32 * strip.width() / content as f32;
        let words = ctc::words(&steps.values, &self.alphabet);
        Ok(words.into_iter().filter(|word| word.confidence >= LEAST_CONFIDENCE).map(|word| (word, step)).collect())
    }
}

impl Recogniser for HandwritingReader {
    fn read(&mut self, page: &Raster) -> Result<Reading, ReadError> {
        if page.width() < LEAST_SIDE || page.height() < LEAST_SIDE {
            return Ok(Reading::default());
        }
        let limit = Limit::new(self.time_limit);
        if limit.is_over() {
            return Ok(Reading { words: Vec::new(), completeness: Completeness::Partial });
        }
        let strips = detect::strips(&self.finds, &mut self.planes, page)?;
        let mut reading = Reading::default();
        for lines in order::blocks(&strips) {
            let block = reading.words.last().map_or(0, |word: &Word| word.block + 1);
            for line in lines {
                let number = reading.words.last().map_or(0, |word: &Word| word.line + 1);
                for strip in line.into_iter().map(|i| &strips[i]) {
                    if limit.is_over() {
                        reading.completeness = Completeness::Partial;
                        return Ok(reading);
                    }
                    let words = self.read_strip(page, strip)?;
                    reading.words.extend(words.into_iter().map(|(word, step)| Word {
                        place: strip.part(
                            strip.left + word.from * step,
                            (strip.left + word.to * step).min(strip.right),
                            (page.width(), page.height()),
                        ),
                        confidence: Confidence::new(word.confidence),
                        text: word.text,
                        line: number,
                        block,
                    }));
                }
            }
        }
        Ok(reading)
    }

    fn name(&self) -> String {
        "PP-OCRv6 small".to_owned()
    }
}

fn one_thread() -> Arc<ThreadPool> {
    Arc::new(ThreadPool::with_num_threads(1))
}

/// When to stop reading a page.
struct Limit {
    started: Instant,
    limit: Duration,
}

#[expect(clippy::disallowed_methods, reason = "ends a reading that takes too long; no time is kept")]
impl Limit {
    fn new(limit: Duration) -> Self {
        Self { started: Instant::now(), limit }
    }

    fn is_over(&self) -> bool {
        self.started.elapsed() >= self.limit
    }
}
