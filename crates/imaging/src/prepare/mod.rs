//! From a capture to derivatives: the pages in it found and measured, each resampled once.

mod frame;
mod layout;
mod on_mat;
mod places;
mod scene;
mod warning;

pub use frame::Bounds;
pub use scene::{Mat, Scene};
pub use warning::Warning;

use crate::blank::{self, BlankEvidence};
use crate::curl;
use crate::deskew::{self, Skew, SkewDecline, SkewSource, UNEVEN_DEG, Verdict};
use crate::finding::Sure;
use crate::geometry::transform::Transform;
use crate::items::KnownCode;
use crate::kind;
use crate::orientation::{KnownTurn, TurnSource, orientation};
use crate::quality::{self, Quality};
use crate::shade::{self, Light, Style};
use crate::survey::Survey;
use crate::warp::{Canvas, render, turn_back};
use frame::{Frame, Subject};
use places::Places;
use scantrail_core::raster::Raster;
use scantrail_core::units::{Angle, Confidence, Point, Quad, Turn};
use scantrail_core::vocabulary::Content;

/// So sure it must be that a photo without a page in it shows writing.
const PLAIN_KIND: f32 = 0.6;

/// Where the pixels came from, as far as that decides what may be done to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A document feeder: backing around the sheet.
    Feeder,
    /// The glass of a scanner.
    Flatbed,
    /// A camera: paper lies on a table or hangs on a wall, seen at an angle.
    Photo,
    /// A file that does not say: a scan or a photo.
    Unknown,
}

/// What is known before looking at the pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct Hints<'a> {
    /// What is known about which way up the pixels are stored.
    pub turn: KnownTurn,
    /// Where the pixels came from.
    pub origin: Origin,
    /// Our own codes in the picture: those of known printed size give a photographed page its size, and a card on a mat
    /// is no work.
    pub codes: Vec<KnownCode>,
    /// What the operator says it shows.
    pub scene: Scene<'a>,
}

/// A capture made ready: what it shows, page by page.
#[derive(Debug, Clone, PartialEq)]
pub struct Preparation {
    /// The pages found in it, in reading order; at least one. Most captures show one page, an open book two, a mat
    /// several papers.
    pub parts: Vec<Prepared>,
    /// Where the gutter of an open book runs, from its top to its foot, in pixels of the input.
    pub gutter: Option<[Point; 2]>,
    /// What it shows.
    pub content: Content,
    /// How good the capture is.
    pub quality: Quality,
    /// What a person should know of the capture as a whole.
    pub warnings: Vec<Warning>,
}

impl Preparation {
    /// The first page: of most captures the only one.
    pub fn first(&self) -> &Prepared {
        self.parts.first().expect("every capture shows one page at least")
    }

    /// Every warning once, those of the capture first.
    pub fn all_warnings(&self) -> Vec<Warning> {
        let mut all = self.warnings.clone();
        for warning in self.parts.iter().flat_map(|part| &part.warnings) {
            if !all.contains(warning) {
                all.push(*warning);
            }
        }
        all
    }
}

/// A page made ready to be read and filed, and the evidence for everything done to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepared {
    /// Upright, straight, cropped.
    pub raster: Raster,
    /// From points of the input to points of `raster`.
    pub transform: Transform,
    /// The quarter turn found and taken back.
    pub turn: Turn,
    /// What told it.
    pub turned_by: TurnSource,
    /// The small turn found; taken back as far as [`Skew::applied`] says.
    pub skew: Skew,
    /// The outline of the page in the input, clockwise; none if it is the whole capture.
    pub outline: Option<Vec<Point>>,
    /// What told the outline, and how sure it is.
    pub bounds: Sure<Bounds>,
    /// How sure the curve of the paper is that was taken back; none if it lay flat, or that is not certain.
    pub curl: Option<Confidence>,
    /// The light that was taken out; none if it was left as it was.
    pub light: Option<Sure<Light>>,
    /// Whether it is blank; pictures are never looked at.
    pub blank: Option<BlankEvidence>,
    /// What a person should know.
    pub warnings: Vec<Warning>,
}

impl Prepared {
    /// The corners of the page in the input, clockwise from its top left; none if it is the whole capture or has other
    /// than four corners.
    pub fn corners(&self) -> Option<Quad> {
        let corners: [Point; 4] = self.outline.as_deref()?.try_into().ok()?;
        Some(Quad(corners))
    }

    /// Whether uneven light was taken out.
    pub fn relit(&self) -> bool {
        self.light.is_some()
    }
}

/// Measures a capture and makes the derivative of every page in it, each with one resampling at most.
pub fn prepare(input: &Raster, hints: &Hints) -> Preparation {
    let turn = orientation(hints.turn);
    let survey = Survey::new(input);
    let quality = quality::of(input, &survey);
    let mut warnings = Vec::new();
    warnings.extend(quality.advice().map(Warning::Again));
    let Places { frames, gutter, warnings: found } = places::find(input, hints, turn, &survey);
    warnings.extend(found);
    let (parts, contents): (Vec<_>, Vec<_>) =
        frames.iter().map(|frame| page(input, hints.origin, frame, &survey)).unzip();
    // What is kept beside the pages says nothing of what they show.
    let told = contents.iter().zip(&frames).filter(|(_, frame)| frame.subject != Subject::Kept);
    let told: Vec<Content> = told.map(|(&content, _)| content).collect();
    Preparation { parts, gutter, content: foremost(&told), quality, warnings }
}

/// What a capture shows whose pages show these: artwork is artwork even beside text, and only nothing is blank.
fn foremost(contents: &[Content]) -> Content {
    let order = [Content::Object, Content::Picture, Content::Board, Content::Lined, Content::Text, Content::Blank];
    order.into_iter().find(|content| contents.contains(content)).unwrap_or(Content::Picture)
}

/// One page, from its place in the capture to its derivative.
fn page(input: &Raster, origin: Origin, frame: &Frame, of_capture: &Survey) -> (Prepared, Content) {
    match frame.subject {
        Subject::Paper => {}
        Subject::Object => return (cut_out(input, frame, of_capture), Content::Object),
        Subject::Board => return (board(input, frame, of_capture), Content::Board),
        Subject::Kept => return (only_turned(input, frame), Content::Picture),
    }
    // What is not flattened and not cut in two is measured where it lies.
    if matches!(frame.bounds, Bounds::Whole | Bounds::Backing) {
        let kind = kind::of(of_capture, origin);
        // A photo in which no page was found may show anything: writing needs the more proof.
        let anything = origin == Origin::Photo && frame.bounds == Bounds::Whole;
        let proven = !anything || (kind.value.content != Content::Picture && kind.confidence.get() >= PLAIN_KIND);
        return if of_capture.is_picture() || !proven {
            let bent = if of_capture.is_picture() { None } else { bent(input, frame, origin) };
            bent.unwrap_or_else(|| (only_turned(input, frame), Content::Picture))
        } else {
            let content = kind.value.content;
            let page = straightened(input, frame, of_capture, &Transform::identity(), content);
            (uncurled(input, frame, origin, page, content), content)
        };
    }
    let (small, to_small) = frame.working(input);
    let survey = Survey::new(&small);
    let content = kind::of(&survey, origin).value.content;
    if survey.is_picture() {
        return (as_it_lies(input, frame, &survey, &to_small), Content::Picture);
    }
    let page = straightened(input, frame, &survey, &to_small, content);
    let page = uncurled(input, frame, origin, page, content);
    // A scanner's light is even; a camera's is not, nor is it where paper bends.
    (if content == Content::Picture { page } else { relit(page, Style::Page) }, content)
}

/// Takes uneven light out, where it is sure what is paper or board.
fn relit(page: Prepared, style: Style) -> Prepared {
    let Ok(light) = shade::measure(&page.raster, style) else { return page };
    let resolution = page.raster.resolution();
    let raster = light.value.apply(page.raster).with_resolution(resolution);
    Prepared { raster, light: Some(light), ..page }
}

/// Work in three dimensions: moved by whole pixels and turned by quarters, so that no pixel changes its value.
fn cut_out(input: &Raster, frame: &Frame, survey: &Survey) -> Prepared {
    if frame.outline.is_none() {
        return only_turned(input, frame);
    }
    as_it_lies(input, frame, survey, &Transform::identity())
}

/// A whiteboard: seen from the front if its edges were found, and white.
fn board(input: &Raster, frame: &Frame, survey: &Survey) -> Prepared {
    relit(cut_out(input, frame, survey), Style::Board)
}

/// A whole photo that shows writing once it is laid flat: lines that bend look like a drawing before.
fn bent(input: &Raster, frame: &Frame, origin: Origin) -> Option<(Prepared, Content)> {
    let upright = turn_back(input, frame.turn);
    let Sure { value, confidence } = curl::find(&upright).ok()?;
    let frame = Frame { flat: frame.flat.clone().then_curl(value), ..frame.clone() };
    let (small, to_small) = frame.working(input);
    let survey = Survey::new(&small);
    let kind = kind::of(&survey, origin);
    let writing = matches!(kind.value.content, Content::Text | Content::Lined) && kind.confidence.get() >= PLAIN_KIND;
    writing.then(|| {
        let page = straightened(input, &frame, &survey, &to_small, kind.value.content);
        (relit(Prepared { curl: Some(confidence), ..page }, Style::Page), kind.value.content)
    })
}

/// Lays a curved page flat, if a camera saw it or it is the side of an open book, and if its lines get straighter by it.
fn uncurled(input: &Raster, frame: &Frame, origin: Origin, page: Prepared, content: Content) -> Prepared {
    let may_bend = origin == Origin::Photo || frame.bounds == Bounds::Gutter;
    if !may_bend || !matches!(content, Content::Text | Content::Lined) {
        return page;
    }
    let Ok(Sure { value, confidence }) = curl::find(&page.raster) else { return page };
    let transform = page.transform.clone().then_curl(value);
    let canvas = Canvas { width: page.raster.width(), height: page.raster.height(), fill: [255; 3] };
    let keep = frame.outline.as_deref().unwrap_or_default();
    let raster = render(input, &transform, canvas, keep).with_resolution(page.raster.resolution());
    Prepared { raster, transform, curl: Some(confidence), ..page }
}

fn only_turned(input: &Raster, frame: &Frame) -> Prepared {
    unmeasured(frame, turn_back(input, frame.turn), frame.flat.clone())
}

/// A picture in its place: cut out and seen from the front, nothing else.
fn as_it_lies(input: &Raster, frame: &Frame, survey: &Survey, to_survey: &Transform) -> Prepared {
    let (raster, transform, _) = frame.finish(input, Angle::default(), survey, to_survey);
    Prepared {
        outline: frame.outline.clone(),
        bounds: Sure { value: frame.bounds, confidence: frame.confidence },
        ..unmeasured(frame, raster, transform)
    }
}

fn unmeasured(frame: &Frame, raster: Raster, transform: Transform) -> Prepared {
    Prepared {
        raster,
        transform,
        turn: frame.turn,
        turned_by: frame.turned_by,
        skew: Skew::declined(SkewDecline::Picture),
        outline: None,
        bounds: Sure { value: Bounds::Whole, confidence: Confidence::CERTAIN },
        curl: None,
        light: None,
        blank: None,
        warnings: Vec::new(),
    }
}

fn straightened(input: &Raster, frame: &Frame, survey: &Survey, to_survey: &Transform, content: Content) -> Prepared {
    let mut warnings = Vec::new();
    let measured = deskew::measure_in(survey).or_edges(survey, frame.edge_angle, frame.confidence);
    // What may be a drawing is turned by the paper it is on, never by its own lines.
    let by_paper = matches!(measured.source, SkewSource::Ruling | SkewSource::Edge);
    let skew = if content != Content::Picture || by_paper {
        measured
    } else {
        Skew { verdict: Verdict::Declined(SkewDecline::Picture), ..measured }
    };
    let blank = blank::look(survey, skew.angle.radians().tan());
    if skew.unevenness > UNEVEN_DEG && !matches!(content, Content::Blank | Content::Picture) {
        warnings.push(Warning::Uneven);
    }
    let (raster, transform, enlarged) = frame.finish(input, skew.applied(), survey, to_survey);
    warnings.extend(enlarged);
    Prepared {
        raster,
        transform,
        turn: frame.turn,
        turned_by: frame.turned_by,
        skew,
        outline: frame.outline.clone(),
        bounds: Sure { value: frame.bounds, confidence: frame.confidence },
        curl: None,
        light: None,
        blank: Some(blank),
        warnings,
    }
}

#[cfg(test)]
mod scene_tests;
#[cfg(test)]
mod tests;
