//! Is a PDF page nothing but one JPEG? Then that JPEG is the original, byte for byte, and drawing it would only lose.
//!
//! Scanners write such pages, often with an invisible layer of recognised text. Anything else that could leave a mark
//! makes the page a drawing: it is better to draw a page needlessly than to drop a mark on it.

use crate::{Refusal, refuse};
use hayro_syntax::content::ops::TypedInstruction as Op;
use hayro_syntax::object::{Array, Dict, Name, Number, Object, Rect, Stream};
use hayro_syntax::page::{Page, Rotation};
use scantrail_capture::files::jpeg::header;
use scantrail_capture::files::{Wholeness, wholeness};
use scantrail_core::units::Turn;
use scantrail_core::vocabulary::Media;
use std::io::Cursor;

/// How far a picture may miss the edge of the page, as a part of the page's side: scanners round to whole points.
const TOLERANCE: f64 = 0.02;

/// What a page is made of.
pub(crate) enum Kind {
    /// One JPEG over the whole page.
    OneJpeg(Found),
    /// Anything else; with the resolution of the finest picture on it.
    Drawing { picture_dpi: Option<f64> },
}

/// The JPEG that is a page.
pub(crate) struct Found {
    pub(crate) bytes: Vec<u8>,
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Along the stored rows and columns.
    pub(crate) dpi: (f64, f64),
    pub(crate) turn: Turn,
}

/// The length of one unit of the page in points, 1 unless the page says otherwise.
pub(crate) fn user_unit(page: &Page<'_>) -> f64 {
    let unit = page.raw().get::<Number>("UserUnit").map_or(1.0, |unit| unit.as_f64());
    if unit.is_finite() && unit > 0.0 { unit } else { 1.0 }
}

/// Looks at everything a page does. An error if its content cannot be read.
pub(crate) fn look_at(page: &Page<'_>) -> Result<Kind, Refusal> {
    if page.raw().contains_key("Contents") && page.page_stream().is_none() {
        return refuse("its content cannot be read");
    }
    let survey = Survey::of(page);
    let picture_dpi = survey.pictures.iter().map(|placed| placed.dpi(page)).map(|(x, y)| x.max(y)).reduce(f64::max);
    let drawing = Kind::Drawing { picture_dpi: picture_dpi.filter(|dpi| dpi.is_finite()) };
    let [placed] = survey.pictures.as_slice() else { return Ok(drawing) };
    if survey.leaves_other_marks || has_annotations(page) || page.xref().has_optional_content_groups() {
        return Ok(drawing);
    }
    let (Some(turn), true) = (placed.turn(page), placed.covers(page)) else { return Ok(drawing) };
    match as_jpeg(&placed.stream)? {
        Some((bytes, width, height)) => Ok(Kind::OneJpeg(Found { bytes, width, height, dpi: placed.dpi(page), turn })),
        None => Ok(drawing),
    }
}

/// Links leave no mark; anything else may.
fn has_annotations(page: &Page<'_>) -> bool {
    let Some(annotations) = page.raw().get::<Array<'_>>("Annots") else { return page.raw().contains_key("Annots") };
    annotations
        .iter::<Dict<'_>>()
        .any(|note| note.get::<Name<'_>>("Subtype").is_none_or(|kind| kind.as_ref() != b"Link"))
}

/// Points of a page are moved by such a matrix: `x' = a x + c y + e`, `y' = b x + d y + f` (ISO 32000-1, 8.3.3).
#[derive(Debug, Clone, Copy)]
struct Matrix([f64; 6]);

impl Matrix {
    const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// First `self`, then `outer`.
    fn then(self, outer: Self) -> Self {
        let [a, b, c, d, e, f] = self.0;
        let [oa, ob, oc, od, oe, of] = outer.0;
        Self([
            a * oa + b * oc,
            a * ob + b * od,
            c * oa + d * oc,
            c * ob + d * od,
            e * oa + f * oc + oe,
            e * ob + f * od + of,
        ])
    }

    fn apply(self, x: f64, y: f64) -> (f64, f64) {
        let [a, b, c, d, e, f] = self.0;
        (a * x + c * y + e, b * x + d * y + f)
    }

    /// Left, bottom, right, top of a rectangle once it is moved.
    fn bounds(self, x0: f64, y0: f64, x1: f64, y1: f64) -> [f64; 4] {
        let corners = [self.apply(x0, y0), self.apply(x1, y0), self.apply(x1, y1), self.apply(x0, y1)];
        let (xs, ys) = (corners.map(|corner| corner.0), corners.map(|corner| corner.1));
        let least = |values: [f64; 4]| values.into_iter().fold(f64::INFINITY, f64::min);
        let most = |values: [f64; 4]| values.into_iter().fold(f64::NEG_INFINITY, f64::max);
        [least(xs), least(ys), most(xs), most(ys)]
    }
}

/// A picture and where it lies: the unit square, moved.
struct Placed<'a> {
    stream: Stream<'a>,
    place: Matrix,
}

impl Placed<'_> {
    /// Dots per inch along the stored rows and columns.
    fn dpi(&self, page: &Page<'_>) -> (f64, f64) {
        let [a, b, c, d, ..] = self.place.0;
        let pixels = |key| f64::from(self.stream.dict().get::<u32>(key).unwrap_or(0));
        let inches = |x: f64, y: f64| x.hypot(y) * user_unit(page) / 72.0;
        (pixels("Width") / inches(a, b), pixels("Height") / inches(c, d))
    }

    /// The turn of the stored picture, which the page undoes; `None` if it lies askew or is mirrored.
    fn turn(&self, page: &Page<'_>) -> Option<Turn> {
        let [a, b, c, d, ..] = self.place.0;
        let size = a.hypot(b).max(c.hypot(d));
        let straight = |x: f64| x.abs() < size * 1e-3;
        let aligned = straight(b) && straight(c) || straight(a) && straight(d);
        if !aligned || a * d - b * c <= 0.0 {
            return None;
        }
        let counter_clockwise = (b.atan2(a).to_degrees() / 90.0).round() as i32 * 90;
        let shown_clockwise = match page.rotation() {
            Rotation::None => 0,
            Rotation::Horizontal => 90,
            Rotation::Flipped => 180,
            Rotation::FlippedHorizontal => 270,
        };
        // To be shown, the picture is turned clockwise by the page's rotation less the matrix's; it holds the opposite.
        Turn::from_degrees(counter_clockwise - shown_clockwise)
    }

    /// Whether it fills the page, no less and no more.
    fn covers(&self, page: &Page<'_>) -> bool {
        let shown = page.intersected_crop_box();
        let [left, bottom, right, top] = self.place.bounds(0.0, 0.0, 1.0, 1.0);
        let (along, up) = (shown.width() * TOLERANCE, shown.height() * TOLERANCE);
        (left - shown.x0).abs() <= along
            && (right - shown.x1).abs() <= along
            && (bottom - shown.y0).abs() <= up
            && (top - shown.y1).abs() <= up
    }
}

/// What can be saved and restored, as far as it matters here.
#[derive(Clone, Copy)]
struct State {
    matrix: Matrix,
    /// Text rendering mode 3: neither filled nor stroked.
    text_is_invisible: bool,
}

/// Everything a page's content does.
struct Survey<'a> {
    pictures: Vec<Placed<'a>>,
    leaves_other_marks: bool,
}

impl<'a> Survey<'a> {
    fn of(page: &'a Page<'a>) -> Self {
        let mut survey = Self { pictures: vec![], leaves_other_marks: false };
        let mut state = State { matrix: Matrix::IDENTITY, text_is_invisible: false };
        let mut saved: Vec<State> = Vec::new();
        let mut path: Vec<[f64; 4]> = Vec::new();
        let mut operations = page.typed_operations();
        while let Some(operation) = operations.next() {
            match operation {
                Op::SaveState(_) => saved.push(state),
                Op::RestoreState(_) => state = saved.pop().unwrap_or(state),
                Op::Transform(t) => {
                    let inner = Matrix([t.0, t.1, t.2, t.3, t.4, t.5].map(|number| number.as_f64()));
                    state.matrix = inner.then(state.matrix);
                }
                Op::XObject(object) => match page.resources().get_x_object(object.0) {
                    Some(stream) if is_picture(&stream) => {
                        survey.pictures.push(Placed { stream, place: state.matrix });
                    }
                    _ => survey.leaves_other_marks = true,
                },
                Op::RectPath(r) => {
                    let [x, y, w, h] = [r.0, r.1, r.2, r.3].map(|number| number.as_f64());
                    path.push(state.matrix.bounds(x, y, x + w, y + h));
                }
                // A clip that leaves the page as it is does nothing.
                Op::ClipNonZero(_) | Op::ClipEvenOdd(_) => {
                    let whole = matches!(path.as_slice(), [only] if contains(only, &page.intersected_crop_box()));
                    survey.leaves_other_marks |= !whole;
                }
                Op::EndPath(_) => path.clear(),
                Op::TextRenderingMode(mode) => state.text_is_invisible = mode.0.as_i64() == 3,
                Op::TextFont(font) => survey.leaves_other_marks |= is_drawn_font(page, font.0),
                Op::ShowText(_) | Op::ShowTexts(_) | Op::NextLineAndShowText(_) | Op::ShowTextWithParameters(_) => {
                    survey.leaves_other_marks |= !state.text_is_invisible;
                }
                other => survey.leaves_other_marks |= !leaves_no_mark(&other),
            }
        }
        survey
    }
}

fn contains(outer: &[f64; 4], page: &Rect) -> bool {
    let (along, up) = (page.width() * TOLERANCE, page.height() * TOLERANCE);
    let [left, bottom, right, top] = outer;
    *left <= page.x0 + along && *bottom <= page.y0 + up && *right >= page.x1 - along && *top >= page.y1 - up
}

fn is_picture(stream: &Stream<'_>) -> bool {
    stream.dict().get::<Name<'_>>("Subtype").is_some_and(|kind| kind.as_ref() == b"Image")
}

/// Glyphs of Type 3 fonts are drawings, which the text rendering mode does not hide (ISO 32000-1, 9.3.6).
fn is_drawn_font(page: &Page<'_>, name: &Name<'_>) -> bool {
    let kind = page.resources().get_font(name).and_then(|font| font.get::<Name<'_>>("Subtype"));
    kind.is_none_or(|kind| kind.as_ref() == b"Type3")
}

/// Operators that set something up for marks but make none themselves.
fn leaves_no_mark(operation: &Op<'_, '_>) -> bool {
    matches!(
        operation,
        Op::LineWidth(_)
            | Op::LineCap(_)
            | Op::LineJoin(_)
            | Op::MiterLimit(_)
            | Op::DashPattern(_)
            | Op::RenderingIntent(_)
            | Op::FlatnessTolerance(_)
            | Op::ColorSpaceStroke(_)
            | Op::ColorSpaceNonStroke(_)
            | Op::StrokeColor(_)
            | Op::NonStrokeColor(_)
            | Op::StrokeColorDeviceGray(_)
            | Op::NonStrokeColorDeviceGray(_)
            | Op::StrokeColorDeviceRgb(_)
            | Op::NonStrokeColorDeviceRgb(_)
            | Op::StrokeColorCmyk(_)
            | Op::NonStrokeColorCmyk(_)
            | Op::CharacterSpacing(_)
            | Op::WordSpacing(_)
            | Op::HorizontalScaling(_)
            | Op::TextLeading(_)
            | Op::TextRise(_)
            | Op::BeginText(_)
            | Op::EndText(_)
            | Op::NextLine(_)
            | Op::NextLineAndSetLeading(_)
            | Op::SetTextMatrix(_)
            | Op::NextLineUsingLeading(_)
            | Op::MarkedContentPoint(_)
            | Op::MarkedContentPointWithProperties(_)
            | Op::BeginMarkedContent(_)
            | Op::BeginMarkedContentWithProperties(_)
            | Op::EndMarkedContent(_)
            | Op::BeginCompatibility(_)
            | Op::EndCompatibility(_)
    )
}

/// The stream as a file of its own, with width and height, if a JPEG reader sees in it what a PDF reader sees.
fn as_jpeg(stream: &Stream<'_>) -> Result<Option<(Vec<u8>, u32, u32)>, Refusal> {
    let dict = stream.dict();
    let altering = ["SMask", "Mask", "Decode", "DecodeParms", "ImageMask", "OC"];
    if !is_plain_jpeg(dict) || altering.iter().any(|key| dict.contains_key(key)) {
        return Ok(None);
    }
    let bytes = stream.raw_data().into_owned();
    if wholeness(&mut Cursor::new(&bytes), Media::Jpeg).ok() != Some(Wholeness::Whole) {
        return refuse("the JPEG on it is broken or cut off");
    }
    let Some(found) = header(&bytes) else { return refuse("the JPEG on it has no readable header") };
    let same_size = dict.get::<u32>("Width") == Some(found.width) && dict.get::<u32>("Height") == Some(found.height);
    let same_colours = colours(dict) == Some(found.components) && matches!(found.components, 1 | 3);
    Ok((same_size && same_colours).then_some((bytes, found.width, found.height)))
}

/// JPEG and nothing around it.
fn is_plain_jpeg(dict: &Dict<'_>) -> bool {
    let dct = |name: &Name<'_>| name.as_ref() == b"DCTDecode";
    match dict.get::<Object<'_>>("Filter") {
        Some(Object::Name(name)) => dct(&name),
        Some(Object::Array(names)) => {
            let names: Vec<Name<'_>> = names.iter().collect();
            matches!(names.as_slice(), [only] if dct(only))
        }
        _ => false,
    }
}

/// How many components the picture's colour space has, for those in which a JPEG looks the same on its own.
fn colours(dict: &Dict<'_>) -> Option<u8> {
    match dict.get::<Object<'_>>("ColorSpace")? {
        Object::Name(name) => match name.as_ref() {
            b"DeviceGray" | b"CalGray" => Some(1),
            b"DeviceRGB" | b"CalRGB" => Some(3),
            _ => None,
        },
        Object::Array(array) => {
            let mut parts = array.iter::<Object<'_>>();
            let Object::Name(family) = parts.next()? else { return None };
            match (family.as_ref(), parts.next()) {
                (b"ICCBased", Some(Object::Stream(profile))) => profile.dict().get::<u8>("N"),
                (b"CalGray", _) => Some(1),
                (b"CalRGB", _) => Some(3),
                _ => None,
            }
        }
        _ => None,
    }
}
