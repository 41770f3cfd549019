//! Papers and things on a mat, as the operator said: a page for each paper, or one picture of the thing.

use super::frame::{Bounds, Frame, Subject};
use super::places::Places;
use super::{Mat, Warning};
use crate::finding::Sure;
use crate::geometry::affine::Affine;
use crate::geometry::transform::Transform;
use crate::items::{self, Count, Form, Item, Items, KnownCode};
use crate::object::{self, MOST_OUTSIDE_MM2, ObjectDecline};
use scantrail_core::raster::Raster;
use scantrail_core::units::{Dpi, Point, Resolution};

/// A page for each paper; where there is doubt whether all were found, the whole picture behind them.
pub(super) fn papers(input: &Raster, codes: &[KnownCode], mat: &Mat<'_>, whole: &Frame) -> Places {
    let kept = Frame { subject: Subject::Kept, ..whole.clone() };
    let found = items::find(input, mat.empty, codes, mat.expected);
    let Some(Sure { value: found, .. }) = found.ok().filter(|found| !found.value.items.is_empty()) else {
        return Places { warnings: vec![Warning::MatUnclear], ..Places::one(kept) };
    };
    let mut frames: Vec<Frame> = found.items.iter().map(|item| paper(item, &found, whole)).collect();
    let mut warnings = Vec::new();
    warnings.extend(matches!(found.count, Count::Differs { .. }).then_some(Warning::OtherCount));
    warnings.extend((found.outside_mm2 > MOST_OUTSIDE_MM2).then_some(Warning::BesidePages));
    if !warnings.is_empty() {
        frames.push(kept);
    }
    warnings.extend(found.items.iter().any(|item| !item.cut_off.is_empty()).then_some(Warning::CutOff));
    warnings.extend(found.items.iter().any(|item| !item.touches.is_empty()).then_some(Warning::Touching));
    Places { frames, gutter: None, warnings }
}

fn paper(item: &Item, found: &Items, whole: &Frame) -> Frame {
    let (width, height) = item.canvas;
    let dpi = Dpi::new((found.per_mm * 25.4).round().clamp(1.0, 4_800.0) as u16).unwrap_or(Dpi::SCAN);
    Frame {
        subject: if matches!(item.form, Form::Object) { Subject::Object } else { Subject::Paper },
        flat: item.transform.clone().then(Affine::turning_back(whole.turn, width, height)),
        outline: Some(corners(&item.transform, item.canvas)),
        bounds: Bounds::Mat,
        confidence: item.confidence,
        edge_angle: None,
        resolution: Some(Resolution::square(dpi)),
        ..whole.clone()
    }
}

/// Where the corners of a cut lie in the input.
fn corners(transform: &Transform, (width, height): (u32, u32)) -> Vec<Point> {
    let corners = [(0, 0), (width, 0), (width, height), (0, height)];
    corners.map(|(x, y)| transform.map_back(Point { x: f64::from(x), y: f64::from(y) })).to_vec()
}

/// The thing with a margin around it, or the whole picture.
pub(super) fn object(input: &Raster, codes: &[KnownCode], mat: &Mat<'_>, whole: Frame) -> Places {
    let whole = Frame { subject: Subject::Object, ..whole };
    match object::find(input, mat.empty, codes) {
        Ok(Sure { value: cut, confidence }) => {
            let (width, height) = cut.canvas;
            Places::one(Frame {
                flat: cut.transform.clone().then(Affine::turning_back(whole.turn, width, height)),
                outline: Some(corners(&cut.transform, cut.canvas)),
                bounds: Bounds::Mat,
                confidence,
                ..whole
            })
        }
        Err(ObjectDecline::CutOff) => Places { warnings: vec![Warning::CutOff], ..Places::one(whole) },
        Err(ObjectDecline::Items(_) | ObjectDecline::NoWork | ObjectDecline::Unsure) => {
            Places { warnings: vec![Warning::MatUnclear], ..Places::one(whole) }
        }
    }
}
