//! Three-dimensional work under a camera: cut out with a margin, colour untouched, never turned; and several views of
//! it on one sheet.
//!
//! It knows no mat of its own: [`items`] says what lies there. In doubt the whole picture is kept.

mod contact;

use crate::finding::{Finding, Sure};
use crate::geometry::affine::Affine;
use crate::geometry::bounds;
use crate::geometry::transform::Transform;
use crate::items::{self, ItemsDecline, KnownCode, MatModel};
pub use contact::contact_sheet;
use scantrail_core::raster::Raster;
use scantrail_core::units::Point;

/// Room left around the work, as a share of its longer side.
const MARGIN: f64 = 0.05;
/// More than this outside the crop may be a part of the work: a square of 15 mm.
pub(crate) const MOST_OUTSIDE_MM2: f64 = 225.0;
/// Below this share of surely different pixels an outline is a guess.
const LEAST_CONFIDENCE: f32 = 0.3;

/// What to keep of a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Cut {
    /// From the input to the cut: moved by whole pixels, so that every pixel stays as it is.
    pub transform: Transform,
    /// Columns and rows.
    pub canvas: (u32, u32),
    /// How many parts lie in it.
    pub parts: usize,
}

impl Cut {
    /// All of the picture: what to do when [`find`] declines.
    pub fn whole(input: &Raster) -> Self {
        Self { transform: Transform::identity(), canvas: (input.width(), input.height()), parts: 0 }
    }
}

/// Why the whole picture is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ObjectDecline {
    /// Nothing was told from the mat.
    #[error(transparent)]
    Items(#[from] ItemsDecline),
    /// Only cards lie there.
    #[error("only a card lies there")]
    NoWork,
    /// The work runs out of the picture.
    #[error("the work runs out of the picture")]
    CutOff,
    /// The outline is not sure.
    #[error("the outline of the work is not sure")]
    Unsure,
}

/// The box around everything on the mat but cards, with a margin of 5 %.
pub fn find(input: &Raster, mat: Option<&MatModel>, known: &[KnownCode]) -> Finding<Cut, ObjectDecline> {
    let Sure { value: found, confidence } = items::find(input, mat, known, None)?;
    if found.items.is_empty() {
        return Err(ObjectDecline::NoWork);
    }
    if found.items.iter().any(|item| !item.cut_off.is_empty()) {
        return Err(ObjectDecline::CutOff);
    }
    if confidence.get() < LEAST_CONFIDENCE || found.outside_mm2 > MOST_OUTSIDE_MM2 {
        return Err(ObjectDecline::Unsure);
    }
    let all: Vec<Point> = found.items.iter().flat_map(|item| item.outline.iter().copied()).collect();
    let [l, t, r, b] = bounds(&all);
    let margin = MARGIN * (r - l).max(b - t);
    let (w, h) = (f64::from(input.width()), f64::from(input.height()));
    let (l, t) = ((l - margin).floor().max(0.0), (t - margin).floor().max(0.0));
    let (r, b) = ((r + margin).ceil().min(w), (b + margin).ceil().min(h));
    let value = Cut {
        transform: Affine::translation(-l, -t).into(),
        canvas: ((r - l).max(1.0) as u32, (b - t).max(1.0) as u32),
        parts: found.items.len(),
    };
    Ok(Sure { value, confidence })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::items::{Lump, Table};

    #[test]
    fn work_is_cut_out_with_a_margin_and_no_pixel_changes() {
        let table = Table::grey(7).with(Lump::clay((300.0, 220.0), 60.0));
        let picture = table.paint();
        let cut = find(&picture, None, &[]).expect("clay on a plain mat").value;
        let from = cut.transform.map_back(Point::default());
        assert_eq!((from.x.fract(), from.y.fract()), (0.0, 0.0), "whole pixels");
        for (truth, found) in [(240.0, from.x), (160.0, from.y)] {
            assert!((3.0..14.0).contains(&(truth - found)), "a margin of 5 %: {truth} {found}");
        }
        assert!((f64::from(cut.canvas.0) - 132.0).abs() < 8.0, "{:?}", cut.canvas);
    }

    #[test]
    fn in_doubt_the_whole_picture_is_kept() {
        let over_the_frame = Table::grey(8).with(Lump::clay((10.0, 220.0), 60.0)).paint();
        assert_eq!(find(&over_the_frame, None, &[]), Err(ObjectDecline::CutOff));
        let nothing = Table::grey(9).paint();
        assert_eq!(find(&nothing, None, &[]), Err(ItemsDecline::Nothing.into()));
        assert_eq!(Cut::whole(&nothing).canvas, (nothing.width(), nothing.height()));
    }
}
