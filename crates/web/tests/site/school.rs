//! The sample school: twelve pupils, four batches, two pages that nobody can place yet.

use crate::paint::Motif;
use scantrail_core::ids::{BatchId, PageId, PieceId, PupilId};
use scantrail_core::jiff::civil::{Date, DateTime, date};
use scantrail_web::view::{Decision, Event, PupilName};

/// Places in [`School::pupils`].
pub(crate) const EVANS: usize = 3;
pub(crate) const AMARA: usize = 7;
pub(crate) const CHIDI: usize = 9;

/// Places in [`BATCHES`].
pub(crate) const FRACTIONS: usize = 0;
pub(crate) const HILLS: usize = 1;
pub(crate) const ROMANS: usize = 2;
pub(crate) const EARLIER: usize = 3;

/// Title, source, day and hour of each batch.
pub(crate) const BATCHES: [(&str, &str, Date, i8); 4] = [
    ("4B · Maths · Fractions", "Feeder of the Canon in the office", date(2026, 11, 19), 14),
    ("4B · Art · A morning in the hills", "Overhead camera in the art room", date(2026, 11, 20), 11),
    ("4B · History · Roman roads", "Feeder of the Canon in the office", date(2026, 11, 21), 9),
    ("Taken in from last year", "Files", date(2026, 9, 4), 8),
];

/// Where a page is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Spot {
    Cover,
    Control,
    UnderWay,
    Filed,
    Held(String),
    Discarded,
}

#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) id: PageId,
    pub(crate) motif: Motif,
    pub(crate) batch: usize,
    pub(crate) run: u32,
    pub(crate) pupil: Option<usize>,
    pub(crate) piece: Option<usize>,
    pub(crate) spot: Spot,
}

#[derive(Debug, Clone)]
pub(crate) struct Piece {
    pub(crate) id: PieceId,
    pub(crate) title: String,
    pub(crate) subject: String,
    pub(crate) date: Date,
}

/// A decision and the page as it was before.
pub(crate) type Decided = (Decision, Page);

#[derive(Default)]
pub(crate) struct School {
    pub(crate) pupils: Vec<PupilName>,
    pub(crate) pages: Vec<Page>,
    pub(crate) pieces: Vec<Piece>,
    pub(crate) decided: Vec<Decided>,
    pub(crate) events: Vec<Event>,
}

pub(crate) fn batch_id(batch: usize) -> BatchId {
    BatchId::from_random(0x51_7a30 + 0x9e37_79b9 * batch as u64)
}

pub(crate) fn began(batch: usize) -> DateTime {
    let (_, _, day, hour) = BATCHES[batch];
    day.at(hour, 5, 0, 0)
}

impl School {
    pub(crate) fn sample() -> Self {
        let mut school = Self::default();
        let names = "Bennett Tom,Castellanos Inés,Dahl Freya,Evans Rhys,Farooq Zainab,Grünwald Max,Hassan Yusuf,\
                     Okafor Amara,O’Brien Niamh,Okoye Chidi,Price Megan,Tanaka Zoë";
        for (i, name) in names.split(',').enumerate() {
            let (surname, forename) = name.split_once(' ').unwrap();
            school.add_pupil(surname, forename, if i < 10 { "4B" } else { "5A" });
        }
        school.fractions();
        school.hills();
        school.romans();
        school.earlier();
        school.happened();
        school
    }

    pub(crate) fn add_pupil(&mut self, surname: &str, forename: &str, class: &str) -> usize {
        let place = self.pupils.len();
        self.pupils.push(PupilName {
            id: PupilId::from_random(0x1f3a_55c3 * (place as u64 + 3)),
            spoken: format!("{forename} {surname}"),
            listed: format!("{surname}, {forename}"),
            class: class.to_owned(),
            birthday: Some(format!("{} March", place % 28 + 1)),
        });
        place
    }

    fn add(&mut self, batch: usize, run: u32, motif: Motif, pupil: Option<usize>, spot: Spot) -> usize {
        let place = self.pages.len();
        let id = PageId::from_random(0x3c6e_f372_fe94 * (place as u64 + 5));
        self.pages.push(Page { id, motif, batch, run, pupil, piece: None, spot });
        place
    }

    pub(crate) fn add_piece(&mut self, pupil: usize, batch: usize, what: (&str, &str, Date), motifs: &[Motif]) {
        let place = self.pieces.len();
        let id = PieceId::from_random(0x9e37_79b9_7f4a * (place as u64 + 7));
        let (subject, title, date) = what;
        self.pieces.push(Piece { id, title: title.to_owned(), subject: subject.to_owned(), date });
        let run = self.pages.iter().filter(|page| page.batch == batch).map(|page| page.run).max().unwrap_or(0) + 1;
        if batch == FRACTIONS {
            self.add(batch, run, Motif::Cover, Some(pupil), Spot::Cover);
        }
        for &motif in motifs {
            let page = self.add(batch, run, motif, Some(pupil), Spot::Filed);
            self.pages[page].piece = Some(place);
        }
    }

    fn fractions(&mut self) {
        use Motif::{Blank, Writing};
        self.add(FRACTIONS, 0, Motif::Control, None, Spot::Control);
        for pupil in [0, 1, 2, EVANS, 4, 6, 7, CHIDI] {
            if pupil == EVANS {
                self.add(FRACTIONS, 4, Motif::Cover, None, Spot::Cover);
                let why = "The cover sheet before this page could not be read, so nobody knows whose it is.";
                for motif in [Writing, Writing, Blank] {
                    self.add(FRACTIONS, 4, motif, None, Spot::Held(why.to_owned()));
                }
            } else {
                let motifs = [Writing, Blank, Writing, Blank];
                self.add_piece(pupil, FRACTIONS, ("Maths", "Fractions", date(2026, 11, 19)), &motifs);
            }
        }
        self.add(FRACTIONS, 99, Motif::Control, None, Spot::Control);
    }

    fn hills(&mut self) {
        for pupil in [1, AMARA, CHIDI] {
            let what = ("Art", "A morning in the hills", date(2026, 11, 20));
            self.add_piece(pupil, HILLS, what, &[Motif::Painting]);
        }
        let why =
            "No card lies beside this picture. The card of Chidi Okoye was in the picture before, 40 minutes ago.";
        self.add(HILLS, 9, Motif::Painting, None, Spot::Held(why.to_owned()));
    }

    fn romans(&mut self) {
        for pupil in [0, 1, 2] {
            self.add_piece(pupil, ROMANS, ("History", "Roman roads", date(2026, 11, 21)), &[Motif::Writing; 2]);
        }
        for _ in 0..7 {
            self.add(ROMANS, 9, Motif::Writing, None, Spot::UnderWay);
        }
    }

    /// On purpose not in order of date.
    fn earlier(&mut self) {
        let models = [Motif::Model; 4];
        self.add_piece(AMARA, EARLIER, ("DT", "A house with a red roof", date(2026, 6, 30)), &models);
        self.add_piece(AMARA, EARLIER, ("English", "My first day", date(2025, 9, 9)), &[Motif::Writing; 2]);
        self.add_piece(AMARA, EARLIER, ("Art", "Sun over the moor", date(2026, 2, 12)), &[Motif::Painting]);
    }

    fn happened(&mut self) {
        let words = [
            (9, 41, "7 pages of Roman roads came in", ROMANS),
            (9, 38, "3 runs of Roman roads were filed", ROMANS),
            (9, 5, "A batch began: Roman roads", ROMANS),
        ];
        for (hour, minute, words, batch) in words {
            let at = date(2026, 11, 21).at(hour, minute, 0, 0);
            self.events.push(Event { at, words: words.to_owned(), page: None, batch: Some(batch_id(batch)) });
        }
    }

    pub(crate) fn held(&self) -> Vec<usize> {
        (0..self.pages.len()).filter(|&page| matches!(self.pages[page].spot, Spot::Held(_))).collect()
    }
}
