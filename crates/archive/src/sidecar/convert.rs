//! Between the shapes of a record and the words of the core.

use super::{PupilRecord, ReadWord, Reading};
use scantrail_core::ports::{self, Completeness, TextBox, Word};
use scantrail_core::roster::{Pupil, PupilDetails};
use scantrail_core::units::Confidence;

impl Reading {
    /// The record of a reading.
    pub fn new(engine: String, reading: &ports::Reading) -> Self {
        let word = |word: &Word| {
            let TextBox { x0, y0, x1, y1 } = word.place;
            ReadWord {
                t: word.text.clone(),
                b: [x0, y0, x1, y1],
                c: word.confidence.get(),
                l: word.line,
                k: word.block,
            }
        };
        let partial = reading.completeness == Completeness::Partial;
        Self { engine, partial, words: reading.words.iter().map(word).collect() }
    }

    /// The reading again.
    pub fn to_reading(&self) -> ports::Reading {
        let word = |word: &ReadWord| {
            let [x0, y0, x1, y1] = word.b;
            let place = TextBox { x0, y0, x1, y1 };
            Word { text: word.t.clone(), place, confidence: Confidence::new(word.c), line: word.l, block: word.k }
        };
        let completeness = if self.partial { Completeness::Partial } else { Completeness::Whole };
        ports::Reading { words: self.words.iter().map(word).collect(), completeness }
    }
}

impl From<Pupil> for PupilRecord {
    fn from(pupil: Pupil) -> Self {
        let PupilDetails { surname, forename, class, year_group, upn, former_upn, admission_number, born } =
            pupil.details;
        let (id, standing) = (pupil.id, pupil.standing);
        Self { id, surname, forename, class, year_group, upn, former_upn, admission_number, born, standing }
    }
}

impl From<PupilRecord> for Pupil {
    fn from(record: PupilRecord) -> Self {
        let PupilRecord { id, surname, forename, class, year_group, upn, former_upn, admission_number, born, standing } =
            record;
        let details = PupilDetails { surname, forename, class, year_group, upn, former_upn, admission_number, born };
        Self { id, details, standing }
    }
}
