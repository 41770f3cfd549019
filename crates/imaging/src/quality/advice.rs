//! One plain sentence for the person at the machine. It must not know how anything was measured.

use super::Quality;

/// Edges wider than this share of the writing's height blur it. Of five prints blurred step by step, Tesseract read 82 %
/// of the words and more up to 0.19 (but for one at 79 %), and 57 % and less from 0.22 up.
const SOFT_OF_HEIGHT: f32 = 0.2;
/// More soft tiles than this share of those with ink: where the size of the writing is known, a page with fewer was
/// still read (77 % of the words at 0.29, 51 % at 0.34)…
const SOFT_TILES: f32 = 0.3;
/// …and where it is not, 4 % at 0.18.
const SOFT_TILES_UNSIZED: f32 = 0.15;
/// A reflection over this share of the page hides a line or more.
const GLARE: f32 = 0.004;
/// More of the page lost in black than this was not lit.
const CRUSHED: f32 = 0.3;
/// Writing lower than this, in pixels of the capture, is misread: of three prints made smaller step by step, Tesseract
/// read 97 % of the words from 8 pixels up, 76 and 59 % at 7, 41 % and less at 6.
const LEAST_HEIGHT_PX: f32 = 7.5;

/// What the operator may do about a capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Advice {
    /// The lower part is missing.
    Incomplete,
    /// Out of focus, or moved.
    Soft,
    /// A lamp is mirrored.
    Glare,
    /// Large parts are black.
    Dark,
    /// A finger reaches into the page.
    Finger,
    /// Too few pixels for the size of the writing.
    TooSmall,
}

impl Advice {
    /// All of them, the worst first.
    pub const ALL: [Self; 6] = [Self::Incomplete, Self::Soft, Self::Glare, Self::Dark, Self::Finger, Self::TooSmall];

    /// The sentence.
    pub fn text(self) -> &'static str {
        match self {
            Self::Incomplete => "please capture again: the lower part of the page is missing",
            Self::Soft => "please capture again: the page is out of focus or was moved",
            Self::Glare => "please capture again: a lamp or window is mirrored on the page",
            Self::Dark => "please capture again with more light: parts of the page are black",
            Self::Finger => "please capture again: a finger reaches into the page",
            Self::TooSmall => "please capture again closer, or with a higher resolution: the writing is too small",
        }
    }
}

/// The worst first.
pub(super) fn on(quality: &Quality) -> Option<Advice> {
    let soft = quality.sharpness.is_some_and(|s| {
        let of_writing = match quality.text_px {
            Some(height) => s.edge_px > SOFT_OF_HEIGHT * height || s.soft_share > SOFT_TILES,
            None => s.soft_share > SOFT_TILES_UNSIZED,
        };
        s.edge_px > super::SHARP_PX && of_writing
    });
    let small = quality.text_px.is_some_and(|height| height < LEAST_HEIGHT_PX);
    let said = [
        (quality.suspicion.is_some(), Advice::Incomplete),
        (soft, Advice::Soft),
        (quality.glare > GLARE, Advice::Glare),
        (quality.crushed > CRUSHED, Advice::Dark),
        (quality.fingers > 0, Advice::Finger),
        (small, Advice::TooSmall),
    ];
    said.into_iter().find(|(holds, _)| *holds).map(|(_, advice)| advice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quality::Sharpness;

    #[test]
    fn what_is_soft_depends_on_the_size_of_the_writing() {
        let said = |edge_px: f32, soft_share: f32, text_px: Option<f32>| {
            let sharpness = Some(Sharpness { score: 0.5, edge_px, soft_share });
            let rest =
                Quality { sharpness, glare: 0.0, crushed: 0.0, blown: 0.0, text_px, fingers: 0, suspicion: None };
            rest.advice()
        };
        for (edge, share, height, wanted) in [
            (3.9, 0.04, Some(24.0), None),
            (5.9, 0.2, Some(60.0), None),
            (3.2, 0.0, Some(12.0), Some(Advice::Soft)),
            (4.7, 0.34, Some(30.0), Some(Advice::Soft)),
            (4.7, 0.34, None, Some(Advice::Soft)),
            (3.9, 0.05, None, None),
            (1.9, 0.5, None, None),
            (1.2, 0.0, Some(7.0), Some(Advice::TooSmall)),
            (1.2, 0.0, Some(8.0), None),
        ] {
            assert_eq!(said(edge, share, height), wanted, "{edge} {share} {height:?}");
        }
    }
}
