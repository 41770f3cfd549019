//! Finding codes in pixels: a fast reader first, a patient one where it can earn its keep.
//!
//! The first stage reads QR codes and nothing else. Pages are looked at in half size first, which costs a third and
//! loses nothing as long as it finds a code of ours; otherwise in full size. The second stage is slower, knows glare
//! and covering better, and is young; where every card counts it looks at changed copies too, with both readers. It
//! runs on a thread of its own, under a time limit, and whatever happens to it costs nothing but its own findings. This
//! module must not know what a sheet or a pupil is for.

mod copies;
mod second;

use crate::geometry::{Attitude, centre, contains, grow, is_mirrored};
use crate::layout::{DESK_CARD_CODE, MAT_CARD_CODE, code_area};
use crate::payload::{NotOurs, Payload};
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::sheet::SheetKind;
use scantrail_core::units::{Point, Quad};
use std::borrow::Cow;
use std::time::Duration;
use zxingcpp::{BarcodeFormat, BarcodeReader, Binarizer, ImageFormat, ImageView, TextMode};

/// How hard to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effort {
    /// For feeder pages: the second stage runs only when the first saw a code that it could not read, and read no code
    /// of ours.
    Quick,
    /// For pictures, where every card counts, and for pages that look like a sheet: full size always, and the second
    /// stage with all its looks whenever no code of ours was read or a code was seen and not read.
    Thorough,
}

/// A code that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundCode {
    /// What it says; bytes that are not UTF-8 are replaced. Not for log lines.
    pub text: String,
    /// What it says, if it is ours.
    pub payload: Result<Payload, NotOurs>,
    /// The corners of the symbol without its quiet zone, in pixels of the input, from the symbol's own top left
    /// clockwise (anticlockwise if it is mirrored).
    pub corners: Quad,
    /// Modules along a side, if the reader tells.
    pub modules: Option<u32>,
}

impl FoundCode {
    /// The side of the symbol as it was printed, in millimetres: known for our sheets and cards, not for labels, whose
    /// codes are as large as the label allows. A print at 95 % is smaller by as much.
    pub fn printed_side(&self) -> Option<f64> {
        let payload = self.payload.as_ref().ok()?;
        match (payload.kind, self.modules) {
            (SheetKind::Card, Some(25)) => Some(MAT_CARD_CODE),
            (SheetKind::Card, Some(21)) => Some(DESK_CARD_CODE),
            (SheetKind::Card | SheetKind::Sticker, _) => None,
            _ => Some(code_area(payload.place).w),
        }
    }

    /// How the symbol lies in the picture.
    pub fn attitude(&self) -> Attitude {
        Attitude::of(&self.corners)
    }
}

/// Codes could not be looked for.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// The reader did not take the picture.
    #[error("the code reader refused a picture of {width}×{height}: {reason}")]
    Refused {
        /// Columns.
        width: u32,
        /// Rows.
        height: u32,
        /// What the reader said.
        reason: String,
    },
}

/// Above this many pixels a half-size look comes first: below, a small code could lose too much, and little is saved.
const BIG: u64 = 1_000_000;

/// Reads codes; make one per thread (the reader cannot be sent) and keep it.
pub struct CodeFinder {
    reader: BarcodeReader,
    second: second::SecondStage,
}

impl Default for CodeFinder {
    fn default() -> Self {
        Self::new()
    }
}

/// What was seen, by one look or by several.
#[derive(Clone, Default)]
struct Look {
    codes: Vec<FoundCode>,
    /// Symbols that were seen but could not be read.
    unread: Vec<Quad>,
}

impl Look {
    fn has_ours(&self) -> bool {
        self.codes.iter().any(|code| code.payload.is_ok())
    }

    /// Whether there may be more to read: no code of ours, or symbols that were seen and not read.
    fn is_wanting(&self) -> bool {
        !self.has_ours() || !self.unread.is_empty()
    }

    /// Takes over what another look saw and this one did not.
    fn add(&mut self, other: Look) {
        for code in other.codes {
            let known =
                self.codes.iter().any(|c| c.text == code.text && contains(&grow(&c.corners), centre(&code.corners)));
            if !known {
                self.codes.push(code);
            }
        }
        self.unread.extend(other.unread);
        let codes = &self.codes;
        self.unread.retain(|seen| !codes.iter().any(|c| contains(&grow(&c.corners), centre(seen))));
    }
}

impl CodeFinder {
    /// A finder with its readers.
    pub fn new() -> Self {
        Self { reader: first_reader(), second: second::SecondStage::default() }
    }

    /// All codes in the picture, ours and others. `limit` is the longest the second stage may take; at zero it is not
    /// begun. That it was cut short or failed is logged and otherwise like not having found anything.
    pub fn find(&mut self, picture: &Raster, effort: Effort, limit: Duration) -> Result<Vec<FoundCode>, FindError> {
        let grey = Grey::of(picture);
        let big = grey.pixels() > BIG && grey.width.min(grey.height) >= 2;
        let half = big.then(|| grey.half());
        let mut seen = match &half {
            Some(half) => look(&self.reader, half, 2.0)?,
            None => Look::default(),
        };
        if half.is_none() || !seen.has_ours() || effort == Effort::Thorough {
            seen.add(look(&self.reader, &grey, 1.0)?);
        }
        let (wanted, looks) = match effort {
            Effort::Quick => (!seen.has_ours() && !seen.unread.is_empty(), second::PLAIN),
            Effort::Thorough => (seen.is_wanting(), second::EVERY),
        };
        if wanted && !limit.is_zero() {
            seen = self.second.find(seen, grey, half, looks, limit);
        }
        Ok(seen.codes)
    }
}

fn first_reader() -> BarcodeReader {
    zxingcpp::read()
        // `QRCode` would include Micro QR, which reads digits out of nothing.
        .formats([BarcodeFormat::QRCodeModel2])
        .try_harder(true)
        // Codes that fill the picture are found only in smaller copies of it.
        .try_downscale(true)
        .try_rotate(false)
        .try_invert(false)
        .return_errors(true)
        .binarizer(Binarizer::LocalAverage)
        .text_mode(TextMode::Plain)
}

/// One look of the first reader; corners are multiplied by `scale`.
fn look(reader: &BarcodeReader, grey: &Grey<'_>, scale: f64) -> Result<Look, FindError> {
    let refused = |error: zxingcpp::Error| FindError::Refused {
        width: grey.width,
        height: grey.height,
        reason: error.to_string(),
    };
    let view = ImageView::from_slice(&grey.samples, grey.width, grey.height, ImageFormat::Lum).map_err(refused)?;
    let mut look = Look::default();
    for seen in reader.from(view).map_err(refused)? {
        let position = seen.position();
        let corners = [position.top_left, position.top_right, position.bottom_right, position.bottom_left];
        // The reader names the pixel a corner falls into: half a pixel more is its centre.
        let corners =
            Quad(corners.map(|p| Point { x: (f64::from(p.x) + 0.5) * scale, y: (f64::from(p.y) + 0.5) * scale }));
        if seen.is_valid() {
            // Version 1 has 21 modules, each further one 4 more (ISO/IEC 18004, 5.3.1).
            let version: Option<u32> = seen.extra_with_key("Version").parse().ok();
            let modules = version.map(|version| 17 + 4 * version);
            look.codes.push(FoundCode { modules, ..found(&seen.bytes(), corners, seen.is_mirrored()) });
        } else {
            look.unread.push(corners);
        }
    }
    Ok(look)
}

fn found(bytes: &[u8], corners: Quad, mirrored: bool) -> FoundCode {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let payload = match Payload::parse(&text) {
        Ok(_) if mirrored || is_mirrored(&corners) => Err(NotOurs::Mirrored),
        payload => payload,
    };
    FoundCode { text, payload, corners, modules: None }
}

/// Grey pixels, borrowed where the picture is grey already.
struct Grey<'a> {
    width: u32,
    height: u32,
    samples: Cow<'a, [u8]>,
}

impl<'a> Grey<'a> {
    fn of(picture: &'a Raster) -> Self {
        let samples = match picture.channels() {
            Channels::Grey => Cow::Borrowed(picture.samples()),
            Channels::Rgb => Cow::Owned(picture.to_grey().into_samples()),
        };
        Self { width: picture.width(), height: picture.height(), samples }
    }

    /// The same, owned.
    fn into_owned(self) -> Grey<'static> {
        Grey { width: self.width, height: self.height, samples: Cow::Owned(self.samples.into_owned()) }
    }

    fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    /// Means of 2 × 2 pixels; an odd last row or column is left out.
    fn half(&self) -> Grey<'static> {
        let (width, height) = (self.width as usize / 2, self.height as usize / 2);
        let mut samples = Vec::with_capacity(width * height);
        for rows in self.samples.chunks_exact(2 * self.width as usize).take(height) {
            let (upper, lower) = rows.split_at(self.width as usize);
            let pairs = upper.chunks_exact(2).zip(lower.chunks_exact(2));
            samples.extend(
                pairs.map(|(a, b)| {
                    ((u16::from(a[0]) + u16::from(a[1]) + u16::from(b[0]) + u16::from(b[1]) + 2) / 4) as u8
                }),
            );
        }
        Grey { width: width as u32, height: height as u32, samples: Cow::Owned(samples) }
    }
}
