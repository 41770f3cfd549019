//! One plain sentence for the person at the machine. It must not know how anything was measured.

use super::Quality;

/// More soft tiles than this share of those with ink, and a page should be captured again.
const SOFT_TILES: f32 = 0.05;
/// A reflection over this share of the page hides a line or more.
const GLARE: f32 = 0.004;
/// More of the page lost in black than this was not lit.
const CRUSHED: f32 = 0.3;
/// Writing lower than this, in pixels of the capture, can hardly be read by a machine: an x-height of 10 pixels, and
/// groups of letters measure 1.3 times as much.
const LEAST_HEIGHT_PX: f32 = 13.0;

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
    let soft = quality.sharpness.is_some_and(|s| s.soft_share > SOFT_TILES && s.edge_px > super::SHARP_PX);
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
