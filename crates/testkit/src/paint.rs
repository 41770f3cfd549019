//! Pages of primary school work, painted from a seed, with the exact truth about what stands on them.
//!
//! The same [`PageSpec`] always gives the same pixels. Pages come flat, straight and clean; [`crate::effects`] is what
//! scanners and cameras do to them.

mod back;
mod exercise;
mod hand;
mod keyword;
mod picture;
mod print;
mod text;
mod texts;
mod whiteboard;
mod worksheet;

pub use back::back_of;
pub use hand::{Rulings, handwritten};
pub use keyword::keyword;
pub use print::printed;
pub use text::page_of_text;
pub use whiteboard::{WhiteboardScene, whiteboard};

use crate::canvas::{Canvas, Colour, Style};
use crate::fonts::{Face, HANDS};
use crate::geometry::{A4_MM, Placement};
use crate::seed::{Seed, pick};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use scantrail_core::raster::Raster;
use scantrail_core::units::{Dpi, Quad};
use scantrail_core::vocabulary::Content;

/// What kind of page is painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PageKind {
    /// A printed sheet: title, name line, questions or sums, answers in handwriting.
    Worksheet,
    /// A page of an exercise book with feint lines and a margin.
    Ruled,
    /// A page of a maths book with squares.
    Squared,
    /// A painting without any text.
    Painting,
    /// Nothing but paper.
    Blank,
}

impl PageKind {
    /// Every kind, in order.
    pub const ALL: [Self; 5] = [Self::Worksheet, Self::Ruled, Self::Squared, Self::Painting, Self::Blank];

    /// What the pipeline should take the page for.
    pub fn content(self) -> Content {
        match self {
            Self::Worksheet => Content::Text,
            Self::Ruled | Self::Squared => Content::Lined,
            Self::Painting => Content::Picture,
            Self::Blank => Content::Blank,
        }
    }
}

/// The colour of the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Paper {
    /// Copier paper.
    White,
    /// Sugar paper, off-white.
    Cream,
    /// Pale yellow, as dyslexic pupils are often given.
    Yellow,
    /// Pale green.
    Green,
    /// Pale blue.
    Blue,
    /// Pale pink.
    Pink,
}

impl Paper {
    pub(crate) fn colour(self) -> Colour {
        match self {
            Self::White => [249, 249, 247],
            Self::Cream => [246, 240, 222],
            Self::Yellow => [250, 240, 170],
            Self::Green => [208, 236, 205],
            Self::Blue => [203, 226, 243],
            Self::Pink => [247, 212, 220],
        }
    }
}

/// What the pupil wrote with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pen {
    /// Ordinary pencil.
    Pencil,
    /// Pencil so light that a careless threshold loses it.
    FaintPencil,
    /// Blue handwriting pen.
    Blue,
    /// Black handwriting pen.
    Black,
}

/// Which side of its sheet a page is: holes lie left on a front and right on a back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Leaf {
    /// The front.
    Front,
    /// The back.
    Back,
}

/// Punched holes along one long edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holes {
    /// Not punched.
    None,
    /// Two, 80 mm apart (ISO 838).
    Two,
    /// Four, 80 mm apart.
    Four,
}

/// Which page to paint. Made by [`PageSpec::new`]; every field may be changed before painting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageSpec {
    /// The kind of page.
    pub kind: PageKind,
    /// Decides texts, sums, hand and stray.
    pub seed: Seed,
    /// 75 to 300 is meant; text below 100 cannot be read.
    pub dpi: Dpi,
    /// Paper colour.
    pub paper: Paper,
    /// What the pupil wrote with.
    pub pen: Pen,
    /// Punched holes.
    pub holes: Holes,
    /// Which side of its sheet the page is.
    pub leaf: Leaf,
    /// Who writes a name on the worksheet; left out where no hand of ours has the letters.
    pub name: Option<String>,
    /// A word printed on the page that search can look for; paintings and blank pages never show one.
    pub keyword: Option<String>,
}

impl PageSpec {
    /// A front on white paper in pencil or pen, without holes, name or keyword.
    pub fn new(kind: PageKind, seed: Seed, dpi: Dpi) -> Self {
        let pens = [Pen::Pencil, Pen::Blue, Pen::Pencil, Pen::Black];
        let pen = *pick(&pens, &mut seed.child(0).rng());
        Self {
            kind,
            seed,
            dpi,
            paper: Paper::White,
            pen,
            holes: Holes::None,
            leaf: Leaf::Front,
            name: None,
            keyword: None,
        }
    }
}

/// A word as it stands on a page, with the punctuation that touches it.
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    /// The word.
    pub text: String,
    /// Where, in pixels of the picture it belongs to; corners clockwise from the top left of the word.
    pub quad: Quad,
}

/// What is true about a painted page.
#[derive(Debug, Clone, PartialEq)]
pub struct PageTruth {
    /// What was painted.
    pub kind: PageKind,
    /// Every word, in reading order.
    pub words: Vec<Word>,
    /// The word that was asked for, if it was printed.
    pub keyword: Option<String>,
}

impl PageTruth {
    /// The same truth for the picture that `placement` makes of the page.
    #[must_use]
    pub fn placed(&self, placement: &Placement) -> Self {
        Self { words: placed_words(&self.words, placement), ..self.clone() }
    }
}

/// Words carried along by a placement.
pub(crate) fn placed_words(words: &[Word], placement: &Placement) -> Vec<Word> {
    words.iter().map(|word| Word { text: word.text.clone(), quad: placement.map_quad(&word.quad) }).collect()
}

/// A page and the truth about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Painted {
    /// A4, upright, RGB, with its resolution.
    pub raster: Raster,
    /// What stands on it.
    pub truth: PageTruth,
}

/// Paints a page.
pub fn paint(spec: &PageSpec) -> Painted {
    let mut easel = Easel::new(spec);
    match spec.kind {
        PageKind::Worksheet => worksheet::paint(&mut easel),
        PageKind::Ruled => exercise::paint_ruled(&mut easel),
        PageKind::Squared => exercise::paint_squared(&mut easel),
        PageKind::Painting => picture::paint(&mut easel),
        PageKind::Blank => back::paint_specks(&mut easel),
    }
    easel.finish()
}

/// A canvas with what the painters of the kinds share: one hand, one source of chance, and the list of words.
struct Easel<'a> {
    spec: &'a PageSpec,
    canvas: Canvas,
    rng: ChaCha8Rng,
    hand: Style,
    words: Vec<Word>,
}

impl<'a> Easel<'a> {
    fn new(spec: &'a PageSpec) -> Self {
        let mut rng = spec.seed.child(1).rng();
        let face = *pick(&HANDS, &mut rng);
        let hand = handwriting(face, spec.pen, rng.random_range(6.2..7.2));
        let canvas = Canvas::new(A4_MM, spec.dpi, spec.paper.colour());
        Self { spec, canvas, rng, hand, words: Vec::new() }
    }

    /// The page with its holes, and what stands on it.
    fn finish(mut self) -> Painted {
        let spec = self.spec;
        punch(&mut self.canvas, spec.holes, spec.leaf);
        let keyword = spec.keyword.clone().filter(|keyword| self.words.iter().any(|word| &word.text == keyword));
        let truth = PageTruth { kind: spec.kind, words: self.words, keyword };
        Painted { raster: self.canvas.into_raster(), truth }
    }

    fn write(&mut self, text: &str, at: (f64, f64), style: &Style) -> f64 {
        let (words, end) = self.canvas.write(text, at, style, &mut self.rng);
        self.words.extend(words);
        end
    }

    fn write_lines(&mut self, text: &str, at: (f64, f64), room: (f64, f64, usize), style: &Style) -> f64 {
        let (words, end) = self.canvas.write_lines(text, at, room, style, &mut self.rng);
        self.words.extend(words);
        end
    }

    /// A printed slip with the learning objective and the keyword, as teachers glue them into books.
    fn slip(&mut self, objective: &str, at: (f64, f64)) {
        use crate::geometry::MmRect;
        let rect = MmRect { x: at.0, y: at.1, width: 118.0, height: 17.0 };
        self.canvas.fill(rect, [253, 253, 253]);
        self.canvas.frame(rect, 0.3, [150, 150, 150]);
        let print = Style::print(Face::Print, 4.6);
        self.write(&format!("LO: {objective}"), (at.0 + 3.0, at.1 + 6.6), &print);
        if let Some(keyword) = &self.spec.keyword {
            let text = format!("Word of the day: {keyword}");
            self.write(&text, (at.0 + 3.0, at.1 + 13.6), &Style::print(Face::PrintBold, 4.8));
        }
    }
}

fn punch(canvas: &mut Canvas, holes: Holes, leaf: Leaf) {
    let (width, height) = A4_MM;
    let x = if leaf == Leaf::Front { HOLE_FROM_EDGE } else { width - HOLE_FROM_EDGE };
    let offsets: &[f64] = match holes {
        Holes::None => &[],
        Holes::Two => &[-40.0, 40.0],
        Holes::Four => &[-120.0, -40.0, 40.0, 120.0],
    };
    for offset in offsets {
        // What the scanner sees through the hole is its own dark backing.
        canvas.ellipse((x, height / 2.0 + offset), (3.0, 3.0), [70, 70, 72], 1.0);
        canvas.ellipse((x + 0.15, height / 2.0 + offset + 0.15), (2.75, 2.75), [48, 48, 50], 1.0);
    }
}

/// ISO 838, in millimetres from the edge to the middle of a hole.
const HOLE_FROM_EDGE: f64 = 12.0;

fn handwriting(face: Face, pen: Pen, size: f64) -> Style {
    let (colour, strength, grain) = match pen {
        Pen::Pencil => ([84, 84, 88], 0.92, 0.35),
        Pen::FaintPencil => ([150, 150, 152], 0.6, 0.45),
        Pen::Blue => ([32, 50, 138], 0.96, 0.06),
        Pen::Black => ([30, 30, 34], 0.96, 0.05),
    };
    Style { face, size, colour, strength, wobble: 0.022, grain, passes: 1 }
}

#[cfg(test)]
mod tests;
