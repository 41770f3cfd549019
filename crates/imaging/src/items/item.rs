//! One item: what its outline says about its shape, and how it is cut out. It knows no mat.

use super::shape::{Line, Rectangle, area, hull, simplified, smallest_rectangle};
use crate::geometry::affine::Affine;
use crate::geometry::bounds;
use crate::geometry::transform::Transform;
use scantrail_core::units::{Angle, Confidence, Point, Quad};

/// Room left around an item.
const MARGIN_MM: f64 = 5.0;
/// A flat sheet fills its rectangle to this share: curled corners and torn holes leave 0.95, an ellipse fills 0.79.
const SHEET_FILL: f64 = 0.94;
/// The shorter side of the least sheet: a sticker. Pencils and rulers are objects.
const SHEET_SIDE_MM: f64 = 25.0;
/// Points further from a side than this (working pixels) do not belong to it.
const SIDE_REACH: f64 = 1.5;
/// The corners of a sheet are left out when its sides are fitted: this share at both ends.
const CORNER: f64 = 0.12;
/// How near the outline comes to a sheet's corners, in millimetres: a corner of a box rounded by 7 mm stays 2.9 mm
/// away, a dog-eared one may be further off.
const CORNER_MM: f64 = 2.5;
/// The sides of a sheet run in its rectangle's directions, to this many degrees.
const SIDE_TURN: f64 = 3.0;
/// How closely an outline follows the pixels (working pixels).
const OUTLINE_REACH: f64 = 0.75;
/// A sheet is straightened up to this turn. Beyond it nobody can say which side is meant to be up.
const MOST_TURN: f64 = 30.0;

/// A side of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The upper one.
    Top,
    /// The right one.
    Right,
    /// The lower one.
    Bottom,
    /// The left one.
    Left,
}

/// What an outline looks like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Form {
    /// Four straight sides: a sheet of paper, a photo, a card. Its corners in input pixels, clockwise from the top
    /// left one of the sheet turned back.
    Sheet(Quad),
    /// Anything else; it is never turned.
    Object,
}

/// One thing on the mat; all points in input pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Its outline, clockwise. Of something partly covered, what is seen.
    pub outline: Vec<Point>,
    /// The smallest rectangle around the outline.
    pub rectangle: Rectangle,
    /// Sheet or object.
    pub form: Form,
    /// From the input to its own crop: moved, and a sheet straightened.
    pub transform: Transform,
    /// Columns and rows of the crop, margin included.
    pub canvas: (u32, u32),
    /// The sides of the picture at which it is cut off.
    pub cut_off: Vec<Side>,
    /// Other items that it touches or overlaps, by their place in the list.
    pub touches: Vec<usize>,
    /// How sure the outline is.
    pub confidence: Confidence,
}

/// What is known of an item before it is cut out, in working pixels.
pub(super) struct Draft {
    pub(super) outline: Vec<Point>,
    /// Specks beside it that belong into its crop.
    pub(super) beside: Vec<Point>,
    pub(super) cut_off: Vec<Side>,
    pub(super) touches: Vec<usize>,
    pub(super) confidence: f32,
}

/// The picture's measures that turn working pixels into input pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    /// Input pixels per working pixel.
    pub(super) factor: f64,
    /// Working pixels per millimetre.
    pub(super) per_mm: f64,
    /// Width and height of the input.
    pub(super) size: (u32, u32),
}

impl Draft {
    pub(super) fn finished(self, frame: &Frame) -> Item {
        let up = |p: Point| Point { x: p.x * frame.factor, y: p.y * frame.factor };
        let hull = hull(&self.outline);
        let around = smallest_rectangle(&hull);
        let sheet = sheet(&self.outline, &around, frame.per_mm);
        let margin = MARGIN_MM * frame.per_mm * frame.factor;
        let (form, rectangle, outline) = if let Some((quad, rectangle)) = sheet {
            let quad = Quad(quad.0.map(up));
            (Form::Sheet(quad), rectangle.scaled(frame.factor), quad.0.to_vec())
        } else {
            let outline = simplified(&self.outline, OUTLINE_REACH).into_iter().map(up).collect();
            (Form::Object, around.scaled(frame.factor), outline)
        };
        let all: Vec<Point> = self.outline.iter().chain(&self.beside).copied().map(up).collect();
        let turn = match form {
            Form::Sheet(_) if rectangle.turn.degrees().abs() <= MOST_TURN => rectangle.turn,
            _ => Angle::from_degrees(0.0),
        };
        let (transform, canvas) = cut_out(&all, turn, margin, frame.size);
        Item {
            outline,
            rectangle,
            form,
            transform,
            canvas,
            cut_off: self.cut_off,
            touches: self.touches,
            confidence: Confidence::new(self.confidence),
        }
    }
}

/// The crop around some points turned back by `turn`, with a margin. An unturned crop ends at the picture's frame and
/// moves by whole pixels, so that no pixel of it is resampled.
fn cut_out(points: &[Point], turn: Angle, margin: f64, size: (u32, u32)) -> (Transform, (u32, u32)) {
    let back = Affine::rotation(Angle::from_degrees(-turn.degrees()), Point::default());
    let turned: Vec<Point> = points.iter().map(|p| back.map_forward(*p)).collect();
    let [mut l, mut t, mut r, mut b] = bounds(&turned);
    (l, t, r, b) = ((l - margin).floor(), (t - margin).floor(), (r + margin).ceil(), (b + margin).ceil());
    if turn.degrees() == 0.0 {
        (l, t, r, b) = (l.max(0.0), t.max(0.0), r.min(f64::from(size.0)), b.min(f64::from(size.1)));
    }
    let canvas = ((r - l).max(1.0) as u32, (b - t).max(1.0) as u32);
    (Transform::from(back.then(&Affine::translation(-l, -t))), canvas)
}

/// The four sides of a sheet, fitted to the outline, if it is one.
fn sheet(outline: &[Point], around: &Rectangle, per_mm: f64) -> Option<(Quad, Rectangle)> {
    let fill = area(outline) / around.area().max(1e-9);
    if fill < SHEET_FILL || around.size.0.min(around.size.1) < SHEET_SIDE_MM * per_mm {
        return None;
    }
    let corners = around.corners().0;
    let mut sides = Vec::with_capacity(4);
    for k in 0..4 {
        let (a, b) = (corners[k], corners[(k + 1) % 4]);
        let side = Line::between(a, b);
        let length = super::shape::distance(a, b);
        let along = |p: &Point| (p.x - a.x) * side.along.x + (p.y - a.y) * side.along.y;
        // The rectangle stands on the outermost points; the side itself lies a little inside it.
        let reach = 0.04 * length.max(20.0 * SIDE_REACH);
        let near: Vec<Point> = dense(outline)
            .into_iter()
            .filter(|p| (CORNER * length..=(1.0 - CORNER) * length).contains(&along(p)) && side.away(*p).abs() <= reach)
            .collect();
        let line = Line::fitted(&near, SIDE_REACH)?;
        let sine = side.along.x * line.along.y - side.along.y * line.along.x;
        if sine.abs() > SIDE_TURN.to_radians().sin() {
            return None;
        }
        sides.push(line);
    }
    let corner = |k: usize| sides[(k + 3) % 4].crossing(&sides[k]);
    let quad = Quad([corner(0)?, corner(1)?, corner(2)?, corner(3)?]);
    let points = dense(outline);
    let blunt = |c: &Point| points.iter().all(|p| super::shape::distance(*p, *c) > CORNER_MM * per_mm);
    // Rounded corners are those of a box or a phone; a sheet may have lost one.
    if quad.0.iter().filter(|c| blunt(c)).count() > 1 {
        return None;
    }
    // Top and bottom say the turn: they are the two that the rectangle calls so.
    let [p0, p1, p2, p3] = quad.0;
    let direction = (p1.y - p0.y + p2.y - p3.y).atan2(p1.x - p0.x + p2.x - p3.x);
    Some((quad, super::shape::rectangle_along(&quad.0, direction)))
}

/// Points along an outline about every pixel: a simplified one has only corners.
fn dense(outline: &[Point]) -> Vec<Point> {
    let mut points = Vec::new();
    for (a, b) in outline.iter().zip(outline.iter().cycle().skip(1)) {
        let steps = super::shape::distance(*a, *b).ceil().max(1.0);
        for s in 0..steps as usize {
            let t = s as f64 / steps;
            points.push(Point { x: a.x + t * (b.x - a.x), y: a.y + t * (b.y - a.y) });
        }
    }
    points
}
