//! Painted sheets in colour: papers without a mark, and the least marks a person would miss. Truth is how they were made.

use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::{Dpi, Resolution};

/// Sheets are painted at this resolution: the judge works at 75 dpi.
const DPI: f64 = 100.0;
/// A4 at [`DPI`].
pub(super) const SIZE: (usize, usize) = (827, 1169);

/// A repeatable source of numbers (xorshift64).
#[derive(Debug)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// Evenly between two numbers.
    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        low + (high - low) * ((self.0 >> 11) as f64 / (1u64 << 53) as f64)
    }

    pub(super) fn below(&mut self, count: usize) -> usize {
        (self.between(0.0, count as f64) as usize).min(count - 1)
    }

    pub(super) fn chance(&mut self, share: f64) -> bool {
        self.between(0.0, 1.0) < share
    }
}

/// What lies on the paper, as light that is left: 1 is bare paper; three colours.
#[derive(Debug, Clone)]
pub(super) struct Sheet {
    left: Vec<[f32; 3]>,
}

impl Sheet {
    pub(super) fn bare() -> Self {
        Self { left: vec![[1.0; 3]; SIZE.0 * SIZE.1] }
    }

    fn cover(&mut self, x: i64, y: i64, ink: [f32; 3], share: f32) {
        if x >= 0 && y >= 0 && (x as usize) < SIZE.0 && (y as usize) < SIZE.1 {
            let pixel = &mut self.left[y as usize * SIZE.0 + x as usize];
            for (p, ink) in pixel.iter_mut().zip(ink) {
                *p = p.min(1.0 - (1.0 - ink) * share);
            }
        }
    }

    /// A stroke between two points, `width` wide, all in millimetres.
    pub(super) fn stroke(&mut self, from: (f64, f64), to: (f64, f64), width: f64, ink: [f32; 3]) {
        let mm = DPI / 25.4;
        let (ax, ay, bx, by) = (from.0 * mm, from.1 * mm, to.0 * mm, to.1 * mm);
        let reach = width * mm / 2.0;
        let (dx, dy) = (bx - ax, by - ay);
        let length = (dx * dx + dy * dy).max(1e-9);
        let (x0, x1) = (ax.min(bx) - reach - 1.0, ax.max(bx) + reach + 1.0);
        let (y0, y1) = (ay.min(by) - reach - 1.0, ay.max(by) + reach + 1.0);
        for y in y0 as i64..=y1 as i64 {
            for x in x0 as i64..=x1 as i64 {
                let (px, py) = (x as f64 + 0.5, y as f64 + 0.5);
                let t = (((px - ax) * dx + (py - ay) * dy) / length).clamp(0.0, 1.0);
                let away = (px - ax - t * dx).hypot(py - ay - t * dy);
                let share = (reach + 0.5 - away).clamp(0.0, (2.0 * reach).min(1.0));
                self.cover(x, y, ink, share as f32);
            }
        }
    }

    /// Joined letters from a place to the right, as a quick hand writes a word.
    pub(super) fn word(&mut self, dice: &mut Dice, at: (f64, f64), (length, height): (f64, f64), ink: [f32; 3]) {
        let mut last = at;
        while last.0 < at.0 + length {
            let up = at.1 - dice.between(0.5, 1.0) * height;
            let next = (last.0 + dice.between(0.3, 0.8) * height, if last.1 < at.1 - 0.3 * height { at.1 } else { up });
            self.stroke(last, next, 0.5, ink);
            last = next;
        }
    }

    /// A page of words: the other side of a sheet.
    pub(super) fn written(dice: &mut Dice) -> Self {
        let mut sheet = Self::bare();
        let ink = [dice.between(0.1, 0.4) as f32; 3];
        let lines = 4 + dice.below(22);
        for line in 0..lines {
            let (mut x, y) = (20.0, 30.0 + 10.0 * line as f64);
            while x < 175.0 {
                let length = dice.between(6.0, 20.0);
                sheet.word(dice, (x, y), (length, 3.0), ink);
                x += length + 6.0;
            }
        }
        sheet
    }

    /// A real page as the other side: its brightness, fitted to the sheet.
    pub(super) fn of_picture(picture: &Raster) -> Self {
        let mut sheet = Self::bare();
        let (w, h) = (picture.width() as usize, picture.height() as usize);
        for y in 0..SIZE.1 {
            // Mean over the source's pixels below this one.
            let rows = y * h / SIZE.1..((y + 1) * h / SIZE.1).max(y * h / SIZE.1 + 1);
            for x in 0..SIZE.0 {
                let columns = x * w / SIZE.0..((x + 1) * w / SIZE.0).max(x * w / SIZE.0 + 1);
                let cell = rows.clone().flat_map(|y| picture.row(y as u32)[columns.clone()].iter());
                let (sum, count) = cell.fold((0u32, 0u32), |(s, n), &v| (s + u32::from(v), n + 1));
                sheet.left[y * SIZE.0 + x] = [sum as f32 / (255.0 * count as f32); 3];
            }
        }
        sheet
    }

    /// Lets `share` of the other side's ink show through: mirrored, softened, off by some pixels.
    pub(super) fn bleed(&mut self, back: &Self, share: f32, (dx, dy): (i64, i64)) {
        let (w, h) = (SIZE.0 as i64, SIZE.1 as i64);
        let darkness = |x: i64, y: i64| {
            let inside = (0..w).contains(&x) && (0..h).contains(&y);
            if inside { 1.0 - back.left[(y * w + x) as usize][1] } else { 0.0 }
        };
        for y in 0..h {
            for x in 0..w {
                let (bx, by) = (w - 1 - x + dx, y + dy);
                let near = (-1..=1).flat_map(|i| (-1..=1).map(move |j| (i, j)));
                let soft = near.map(|(i, j)| darkness(bx + i, by + j)).sum::<f32>() / 9.0;
                self.cover(x, y, [1.0 - share * soft; 3], 1.0);
            }
        }
    }

    /// Every pixel to the paper's colour, with ruling, holes, dust, light and noise of a scan.
    pub(super) fn scanned(mut self, dice: &mut Dice) -> Raster {
        self.rule(dice);
        self.wear(dice);
        let papers =
            [[245.0; 3], [238.0, 236.0, 228.0], [250.0, 244.0, 200.0], [205.0, 225.0, 240.0], [245.0, 210.0, 215.0]];
        let paper: [f64; 3] = papers[dice.below(papers.len())];
        let (shade, noise) = (dice.between(0.0, 0.1), dice.between(0.5, 3.5));
        let mut samples = Vec::with_capacity(self.left.len() * 3);
        for (i, left) in self.left.iter().enumerate() {
            let light = 1.0 - shade * (i % SIZE.0) as f64 / SIZE.0 as f64;
            let grain = (dice.between(-1.0, 1.0) + dice.between(-1.0, 1.0)) * 1.22 * noise;
            for (paper, &left) in paper.iter().zip(left) {
                samples.push((paper * f64::from(left) * light + grain).round().clamp(0.0, 255.0) as u8);
            }
        }
        let raster =
            Raster::new(SIZE.0 as u32, SIZE.1 as u32, Channels::Rgb, samples).expect("three samples per pixel");
        raster.with_resolution(Dpi::new(DPI as u16).map(Resolution::square))
    }

    fn rule(&mut self, dice: &mut Dice) {
        let ink = [dice.between(0.65, 0.9) as f32, dice.between(0.75, 0.92) as f32, 0.95];
        let (kind, slant) = (dice.below(3), dice.between(-2.0, 2.0));
        let pitch = if kind == 2 { 5.0 } else { dice.between(7.0, 10.0) };
        if kind == 0 {
            return;
        }
        for k in 0..(300.0 / pitch) as usize {
            let at = pitch * (k as f64 + 0.7);
            self.stroke((-5.0, at - slant / 2.0), (215.0, at + slant / 2.0), 0.3, ink);
            if kind == 2 {
                self.stroke((at + slant / 2.0, -5.0), (at - slant / 2.0, 302.0), 0.3, ink);
            }
        }
    }

    fn wear(&mut self, dice: &mut Dice) {
        if dice.chance(0.3) {
            for y in [108.0, 188.0] {
                self.stroke((12.0, y), (12.01, y), 6.0, [0.2; 3]);
            }
        }
        for _ in 0..dice.below(6) {
            let (x, y) = (dice.between(5.0, 205.0), dice.between(5.0, 290.0));
            self.stroke((x, y), (x + 0.1, y), dice.between(0.3, 0.8), [0.5; 3]);
        }
        if dice.chance(0.15) {
            let fold = dice.between(4.0, 9.0);
            self.stroke((-2.0, fold), (fold, -2.0), fold, [0.6; 3]);
        }
    }
}

/// The least marks: each of them is content.
pub(super) const MARKS: [&str; 7] =
    ["pencil word", "tick", "red correction", "page number", "highlighter", "erased trace", "one stroke"];

/// Puts one mark on a sheet.
pub(super) fn mark(sheet: &mut Sheet, dice: &mut Dice, which: &str) {
    let at = (dice.between(15.0, 160.0), dice.between(20.0, 275.0));
    let grey = |v: f64| [v as f32; 3];
    match which {
        "pencil word" => {
            let (length, ink) = (dice.between(10.0, 30.0), grey(dice.between(0.5, 0.85)));
            sheet.word(dice, at, (length, 3.0), ink);
        }
        "tick" | "red correction" => {
            let size = dice.between(5.0, 10.0);
            let ink = if which == "tick" { grey(0.5) } else { [0.85, 0.25, 0.3] };
            sheet.stroke(at, (at.0 + 0.3 * size, at.1 + 0.4 * size), 0.6, ink);
            sheet.stroke((at.0 + 0.3 * size, at.1 + 0.4 * size), (at.0 + size, at.1 - 0.6 * size), 0.6, ink);
        }
        "page number" => {
            let (x, y) = (105.0, 283.0);
            for digit in [0.0, 3.2] {
                sheet.stroke((x + digit, y), (x + digit, y - 4.0), 0.5, grey(0.2));
                sheet.stroke((x + digit, y - 4.0), (x + digit + 1.8, y - 3.2), 0.5, grey(0.2));
            }
        }
        "highlighter" => sheet.stroke(at, (at.0 + dice.between(15.0, 40.0), at.1), 4.5, [1.0, 0.98, 0.55]),
        "erased trace" => {
            let ink = grey(dice.between(0.9, 0.95));
            sheet.word(dice, at, (25.0, 4.0), ink);
        }
        _ => {
            let to = (at.0 + dice.between(6.0, 30.0), at.1 + dice.between(-8.0, 8.0));
            sheet.stroke(at, to, 0.5, grey(dice.between(0.6, 0.88)));
        }
    }
}
