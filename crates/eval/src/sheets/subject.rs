//! What is laid down: a cover as it goes through a feeder, a card beside a child's work on a desk. Drawn by the product
//! itself; all people in it are invented.

use anyhow::{Context as _, Result};
use rand::Rng as _;
use scantrail_core::ids::{PupilId, SheetId};
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::Dpi;
use scantrail_sheets::draw::{FontBook, Owner, PrintOut, Sheet, Sides, draw_pdf};
use scantrail_sheets::payload::SchoolKey;
use scantrail_testkit::paint::{PageKind, PageSpec, paint};
use scantrail_testkit::paper::printed;
use scantrail_testkit::seed::Seed;

/// Pixels to a millimetre on the table.
pub(super) const PER_MM: f64 = 10.0;
/// The same as dots to an inch.
const DPI: u16 = 254;

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Cover,
    Card,
}

/// A rectangle in millimetres: left, top, width, height.
pub(super) type Area = [f64; 4];

/// A flat scene in grey, [`PER_MM`] pixels to a millimetre.
pub(super) struct Subject {
    pub(super) kind: Kind,
    pub(super) scene: Raster,
    pub(super) sheet: SheetId,
    /// The sheet or card itself, within the scene.
    pub(super) area: Area,
    /// A module of its largest code, in millimetres.
    pub(super) module: f64,
    /// What lies around the scene: the backing of a feeder or a desk.
    pub(super) around: f32,
}

/// The first card on its page of A4 (`sheets::draw::small`), in millimetres.
const CARD: Area = [20.0, 13.5, 85.0, 54.0];
/// A desk with an A4 sheet on the left and room for a card on the right, in millimetres.
const DESK: (usize, usize) = (320, 300);
/// How light the desk is.
const DESK_GREY: u8 = 126;
/// Side of the largest code over its modules: 50 mm of a cover's version 2, 40 mm of a card's version 1.
const MODULES: [(Kind, f64); 2] = [(Kind::Cover, 50.0 / 25.0), (Kind::Card, 40.0 / 21.0)];

/// Draws with the fonts of this machine.
pub(super) struct Press {
    fonts: FontBook,
}

impl Press {
    pub(super) fn new() -> Result<Self> {
        Ok(Self { fonts: FontBook::from_dirs(&FontBook::system_dirs()).context("no fonts to draw with")? })
    }

    /// A new subject; the seed decides whose it is and where a card lies.
    pub(super) fn subject(&self, kind: Kind, seed: Seed) -> Result<Subject> {
        let sheet = SheetId::from_random(seed.child(1).0);
        let owner = Owner {
            pupil: PupilId::from_random(seed.child(2).0),
            name: "Amara Okafor".to_owned(),
            class: "4B".to_owned(),
        };
        let drawn = match kind {
            Kind::Cover => Sheet::Cover { sheet, owner },
            Kind::Card => Sheet::Card { sheet, owner },
        };
        let print_out = PrintOut {
            title: "Sheets to measure".to_owned(),
            school: SchoolKey::from_random(0x2d5a),
            school_name: "Hollybrook Primary School".to_owned(),
            year: "2026/27".to_owned(),
            sides: Sides::Front,
        };
        let pdf = draw_pdf(&[drawn], &print_out, &self.fonts).context("the sheet cannot be drawn")?;
        let dpi = Dpi::new(DPI).context("a resolution of nothing")?;
        let page = printed(&pdf, 0, dpi).context("the sheet cannot be laid down")?.to_grey();
        let module = MODULES.iter().find(|(of, _)| *of == kind).map_or(2.0, |(_, module)| *module);
        Ok(match kind {
            Kind::Cover => {
                let area = [0.0, 0.0, f64::from(page.width()) / PER_MM, f64::from(page.height()) / PER_MM];
                Subject { kind, scene: page, sheet, area, module, around: 236.0 }
            }
            Kind::Card => {
                let work = paint(&PageSpec::new(PageKind::Worksheet, seed.child(3), dpi)).raster.to_grey();
                let mut rng = seed.child(4).rng();
                let at = (rng.random_range(222.0..230.0), rng.random_range(20.0..220.0));
                let scene = desk(&work, &page, at)?;
                let area = [at.0, at.1, CARD[2], CARD[3]];
                Subject { kind, scene, sheet, area, module, around: f32::from(DESK_GREY) }
            }
        })
    }
}

/// The desk with the work and a card cut from its page.
fn desk(work: &Raster, cards: &Raster, at: (f64, f64)) -> Result<Raster> {
    let px = |mm: f64| (mm * PER_MM) as usize;
    let (width, height) = (px(DESK.0 as f64), px(DESK.1 as f64));
    let mut samples = vec![DESK_GREY; width * height];
    let mut lay = |from: &Raster, [x, y, w, h]: Area, (left, top): (f64, f64)| {
        for row in 0..px(h).min(height - px(top)) {
            let Some(source) = from.samples().chunks_exact(from.width() as usize).nth(px(y) + row) else { break };
            let start = (px(top) + row) * width + px(left);
            let long = px(w).min(width - px(left)).min(source.len() - px(x));
            samples[start..start + long].copy_from_slice(&source[px(x)..px(x) + long]);
        }
    };
    lay(work, [0.0, 0.0, 210.0, 297.0], (5.0, 2.0));
    lay(cards, CARD, at);
    Raster::new(width as u32, height as u32, Channels::Grey, samples).context("the desk has no pixels")
}
