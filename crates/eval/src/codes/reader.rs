//! The code readers that are measured, ours and others, behind one trait.
//!
//! Each is used as its makers mean it to be used for getting the most out of a photo. None of them knows the truth.

use anyhow::{Context as _, Result};
use scantrail_core::raster::Raster;
use scantrail_core::units::{Point, Quad};
use scantrail_sheets::find::{CodeFinder, Effort};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use zxingcpp::{BarcodeFormat, BarcodeReader, Binarizer, ImageFormat, ImageView, TextMode};

/// The longest our second stage may take, as in the product.
const OUR_LIMIT: Duration = Duration::from_secs(4);

/// A code as a reader sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Code {
    pub(crate) text: String,
    /// Corners in pixels, in the reader's order; `None` if it does not say.
    pub(crate) corners: Option<[[f64; 2]; 4]>,
    /// Modules to a side; `None` if it does not say.
    pub(crate) modules: Option<u32>,
}

impl Code {
    /// The corners as a quad.
    pub(crate) fn quad(&self) -> Option<Quad> {
        self.corners.map(|corners| Quad(corners.map(|[x, y]| Point { x, y })))
    }
}

/// What reads codes; made once, used for many pictures.
pub(crate) trait Reader {
    /// All QR codes in a grey picture.
    fn read(&mut self, picture: &Raster) -> Result<Vec<Code>>;

    /// The milliseconds the last reading took, where the whole call is not the reading.
    fn own_milliseconds(&self) -> Option<f64> {
        None
    }
}

/// Which readers there are; the words are for the command line and the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Name {
    /// `sheets::find` as it looks at a picture.
    Thorough,
    /// `sheets::find` as it looks at a page from the feeder.
    Quick,
    /// zxing-cpp in full size, with nothing of ours around it.
    ZxingCpp,
    #[cfg(feature = "peers")]
    Rxing,
    #[cfg(feature = "peers")]
    Rqrr,
    /// The program of the zbar project, when it is installed.
    Zbarimg,
}

impl Name {
    /// The word for tables and the command line.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Thorough => "thorough",
            Self::Quick => "quick",
            Self::ZxingCpp => "zxing-cpp",
            #[cfg(feature = "peers")]
            Self::Rxing => "rxing",
            #[cfg(feature = "peers")]
            Self::Rqrr => "rqrr",
            Self::Zbarimg => "zbarimg",
        }
    }

    /// Whether it is ours.
    pub(crate) fn is_ours(self) -> bool {
        matches!(self, Self::Thorough | Self::Quick)
    }

    /// Whether it can be used on this machine.
    pub(crate) fn is_here(self) -> bool {
        self != Self::Zbarimg || super::zbar::is_installed()
    }

    /// A new reader.
    pub(crate) fn make(self) -> Result<Box<dyn Reader>> {
        Ok(match self {
            Self::Thorough => Box::new(Ours(CodeFinder::new(), Effort::Thorough)),
            Self::Quick => Box::new(Ours(CodeFinder::new(), Effort::Quick)),
            Self::ZxingCpp => Box::new(Zxing::new()),
            #[cfg(feature = "peers")]
            Self::Rxing => Box::new(super::peers::Rxing),
            #[cfg(feature = "peers")]
            Self::Rqrr => Box::new(super::peers::Rqrr),
            Self::Zbarimg => Box::new(super::zbar::Zbarimg::new()?),
        })
    }
}

struct Ours(CodeFinder, Effort);

impl Reader for Ours {
    fn read(&mut self, picture: &Raster) -> Result<Vec<Code>> {
        let found = self.0.find(picture, self.1, OUR_LIMIT).context("our finder failed")?;
        let code = |code: scantrail_sheets::find::FoundCode| Code {
            corners: Some(code.corners.0.map(|p| [p.x, p.y])),
            text: code.text,
            modules: None,
        };
        Ok(found.into_iter().map(code).collect())
    }
}

struct Zxing(BarcodeReader);

impl Zxing {
    fn new() -> Self {
        let reader = zxingcpp::read()
            .formats([BarcodeFormat::QRCodeModel2])
            .try_harder(true)
            .try_downscale(true)
            .try_rotate(true)
            .try_invert(true)
            .binarizer(Binarizer::LocalAverage)
            .text_mode(TextMode::Plain);
        Self(reader)
    }
}

impl Reader for Zxing {
    fn read(&mut self, picture: &Raster) -> Result<Vec<Code>> {
        let view = ImageView::from_slice(picture.samples(), picture.width(), picture.height(), ImageFormat::Lum)?;
        let code = |code: &zxingcpp::Barcode| {
            let p = code.position();
            let corners = [p.top_left, p.top_right, p.bottom_right, p.bottom_left];
            Code {
                // As our finder does it, so that the texts can be compared.
                text: String::from_utf8_lossy(&code.bytes()).into_owned(),
                corners: Some(corners.map(|p| [f64::from(p.x) + 0.5, f64::from(p.y) + 0.5])),
                modules: code.extra_with_key("Version").parse().ok().map(modules),
            }
        };
        Ok(self.0.from(view)?.iter().filter(|code| code.is_valid()).map(code).collect())
    }
}

/// Modules to a side of a version (ISO/IEC 18004, 6.3.2).
pub(crate) fn modules(version: u32) -> u32 {
    17 + 4 * version
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::ValueEnum as _;

    #[test]
    fn a_reader_answers_to_its_word() {
        for &name in Name::value_variants() {
            assert_eq!(Name::from_str(name.word(), false), Ok(name));
        }
        assert_eq!(modules(1), 21);
    }
}
