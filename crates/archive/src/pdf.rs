//! The copy people open: PDF/A-2b, each page a picture as it is with its words on top, unseen.
//!
//! The JPEG is passed through byte by byte. Text is placed word by word in rendering mode 3 with a font of empty
//! glyphs, so that it can be searched, marked and copied. The same input gives the same bytes: no clock, and the file
//! id is a digest of the content. Sources: ISO 32000-1, ISO 19005-2.
//!
//! [`searchable`] makes the copy of one capture; a [`Document`] takes page after page of several pieces and holds one
//! of them in memory at a time. [`embedded_pages`] takes a copy apart again.
//!
//! Words are shown in the order they are given, left to right: text of scripts that run the other way can be found,
//! but some viewers mark it in reverse.

mod document;
mod embedded;
mod font;
mod jpeg;
mod metadata;
mod objects;
mod outline;
mod text;

pub use document::{Document, MOST_BYTES};
pub use embedded::{EmbeddedPage, embedded_jpegs, embedded_pages};

use jpeg::Frame;
use scantrail_core::ports::Word;
use scantrail_core::units::Resolution;
use std::io;

/// Shortest and longest side of a page in points (ISO 19005-2, 6.1.13).
const PAGE_SIDE: (f32, f32) = (3.0, 14_400.0);

/// Why a picture cannot become a page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// Not a JPEG, or one that breaks off before its size is told.
    #[error("the picture is not a whole JPEG: {0}")]
    NotAJpeg(&'static str),
    /// A JPEG that PDF cannot show as it is.
    #[error("PDF cannot show this JPEG as it is: {0}")]
    Unsupported(&'static str),
}

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// A picture cannot become a page.
    #[error(transparent)]
    Picture(#[from] PictureError),
    /// More than one file can hold.
    #[error("one PDF holds no more than {MOST_BYTES} bytes")]
    TooLarge,
    /// The place it is written to failed.
    #[error("the PDF cannot be written")]
    Output(#[source] io::Error),
}

/// How large a page is shown and printed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PageSize {
    /// So many pixels to the inch.
    At(Resolution),
    /// Width and height in points, 72 to the inch: those of a page that was made before.
    Points(f32, f32),
}

impl PageSize {
    /// Dots per inch, across and down, of a picture of so many pixels that is shown at this size.
    pub fn dots_per_inch(&self, (width, height): (u32, u32)) -> [u16; 2] {
        let of =
            |pixels: u32, points: f32| (pixels as f32 * 72.0 / points.max(1.0)).round().clamp(1.0, 65_535.0) as u16;
        match *self {
            Self::At(resolution) => [resolution.x.get(), resolution.y.get()],
            Self::Points(across, down) => [of(width, across), of(height, down)],
        }
    }
}

/// The picture of a page.
#[derive(Debug, Clone, Copy)]
pub struct PageImage<'a> {
    /// Baseline or progressive JPEG, 8 bits, grey or colour (sRGB), upright.
    pub jpeg: &'a [u8],
    /// Sizes that no viewer opens become the nearest that they do.
    pub size: PageSize,
}

/// A page of a copy.
#[derive(Debug, Clone, Copy)]
pub struct PdfPage<'a> {
    /// What it shows.
    pub image: PageImage<'a>,
    /// What was read on it, in pixels of the picture; words without a visible letter are left out.
    pub words: &'a [Word],
}

/// The pages as a PDF file, in the order given. `title` is shown by viewers and may be empty.
///
/// A list without pages gives a file without pages, which no reader opens: callers have one at least.
pub fn searchable(pages: &[PdfPage<'_>], title: &str) -> Result<Vec<u8>, PdfError> {
    let pictures: usize = pages.iter().map(|page| page.image.jpeg.len()).sum();
    let mut document = Document::begin(Vec::with_capacity(pictures + 16 * 1024), title)?;
    for page in pages {
        document.page(page)?;
    }
    document.finish()
}

/// Width and height of a JPEG in pixels, as its header tells them.
pub fn pixels(jpeg: &[u8]) -> Result<(u32, u32), PictureError> {
    let frame = jpeg::frame(jpeg)?;
    Ok((u32::from(frame.width), u32::from(frame.height)))
}

/// A page in points.
#[derive(Debug, Clone, Copy)]
struct Points {
    width: f32,
    height: f32,
}

impl Points {
    fn of(frame: Frame, size: PageSize) -> Self {
        let (width, height) = match size {
            PageSize::At(resolution) => (
                f32::from(frame.width) * 72.0 / f32::from(resolution.x.get()),
                f32::from(frame.height) * 72.0 / f32::from(resolution.y.get()),
            ),
            PageSize::Points(width, height) => (width, height),
        };
        // A wrong resolution must not make a page that no viewer opens.
        let shrink = (PAGE_SIDE.1 / width.max(height)).min(1.0);
        let grow = (PAGE_SIDE.0 / width.min(height)).max(1.0);
        let fit = |side: f32| (side * shrink * grow).clamp(PAGE_SIDE.0, PAGE_SIDE.1);
        Self { width: fit(width), height: fit(height) }
    }

    /// Points per pixel, across and down.
    fn scale(self, frame: Frame) -> (f32, f32) {
        (self.width / f32::from(frame.width), self.height / f32::from(frame.height))
    }
}
