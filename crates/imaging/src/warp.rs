//! Moving pixels: exact quarter turns, and one bilinear resampling for everything else.
//!
//! [`render`] takes a page's pixels from the original through the whole [`Transform`]. Rows of the page are cut into
//! segments along which the source moves evenly, and those are fetched with vector instructions where the processor has
//! them (`walk`, `blend`). [`reference`](mod@reference) says slowly what the result must be, to one grey level.
//!
//! A transform that shrinks clearly would skip source pixels: the input is then first averaged down, to just the scale at
//! which the page looks at it most closely.

mod back;
mod blend;
pub mod reference;
mod shrink;
mod spans;
mod turn;
mod walk;

pub use turn::turn_back;

use crate::geometry::affine::Affine;
use crate::geometry::transform::Transform;
use back::Back;
use blend::{Lanes, Plain};
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::{Point, Turn};
use spans::Spans;
use walk::{OVERRUN, Source};

/// Size and background of a resampled picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Canvas {
    /// Columns, at least 1.
    pub width: u32,
    /// Rows, at least 1.
    pub height: u32,
    /// What stands where the input has no pixel: red, green, blue (grey pictures use green).
    pub fill: [u8; 3],
}

/// Pictures with longer sides are left to the reference: their coordinates do not fit the fast arithmetic.
const LONGEST_SIDE: u32 = 65_535;

/// Resamples `input` through `transform` (input to page) onto `canvas`, bilinearly.
///
/// What lies outside the input, outside the polygon `keep` (in pixels of the input, any shape, even–odd; empty keeps
/// all), or behind the camera, is filled. Half a pixel beyond the edge still repeats the edge. The resolution is carried
/// over.
#[must_use]
pub fn render(input: &Raster, transform: &Transform, canvas: Canvas, keep: &[Point]) -> Raster {
    render_by(input, transform, canvas, keep, Variant::Best)
}

/// Which instructions to use. All give the same pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Variant {
    /// The best this processor has.
    Best,
    /// Those every processor has.
    #[cfg_attr(not(test), expect(dead_code, reason = "what `Best` falls back to is chosen by hand in tests alone"))]
    Plain,
}

fn render_by(input: &Raster, transform: &Transform, canvas: Canvas, keep: &[Point], variant: Variant) -> Raster {
    if input.width().max(input.height()) > LONGEST_SIDE || u32::try_from(input.samples().len()).is_err() {
        return reference::render(input, transform, canvas, keep);
    }
    let mut back = Back::new(transform);
    // Spans are found from the transform itself, before the input is changed below.
    let spans = Spans::new(transform, canvas, keep);
    let shrunk = shrink::before(input, &mut back, canvas);
    let turn = back.nearest_turn(canvas);
    let input = shrunk.as_ref().unwrap_or(input);
    if turn == Turn::None {
        return with_lanes(input, &back, canvas, &spans, variant);
    }
    // Whole pixels change their places, so that rows of the page run along rows of the source.
    back.after(Affine::turning_back(turn, input.width(), input.height()));
    with_lanes(&turn_back(input, turn), &back, canvas, &spans, variant)
}

fn with_lanes(input: &Raster, back: &Back<'_>, canvas: Canvas, spans: &Spans<'_>, variant: Variant) -> Raster {
    #[cfg(target_arch = "x86_64")]
    if let Some(avx2) = fearless_simd::Level::new().as_avx2().filter(|_| variant == Variant::Best) {
        use fearless_simd::Simd;
        return avx2.vectorize(
            #[inline(always)]
            || in_channels(input, back, canvas, spans, avx2),
        );
    }
    in_channels(input, back, canvas, spans, Plain)
}

#[expect(clippy::inline_always, reason = "compiled together with its caller for the processor at hand")]
#[inline(always)]
fn in_channels<L: Lanes>(input: &Raster, back: &Back<'_>, canvas: Canvas, spans: &Spans<'_>, lanes: L) -> Raster {
    let samples = match input.channels() {
        Channels::Grey => rows::<1, L>(input, back, canvas, spans, lanes, [canvas.fill[1]]),
        Channels::Rgb => rows::<3, L>(input, back, canvas, spans, lanes, canvas.fill),
    };
    Raster::new(canvas.width, canvas.height, input.channels(), samples)
        .expect("every row of the canvas was written")
        .with_resolution(input.resolution())
}

#[expect(clippy::inline_always, reason = "compiled together with its caller for the processor at hand")]
#[inline(always)]
fn rows<const C: usize, L: Lanes>(
    input: &Raster,
    back: &Back<'_>,
    canvas: Canvas,
    spans: &Spans<'_>,
    lanes: L,
    fill: [u8; C],
) -> Vec<u8> {
    let (width, height) = (input.width() as usize, input.height() as usize);
    let source = Source::<C, L> { samples: input.samples(), width, height, lanes };
    let width = canvas.width as usize;
    let mut row = vec![0; width * C + OVERRUN];
    let mut out = Vec::with_capacity(width * canvas.height as usize * C);
    let (mut kept, mut pieces) = (Vec::new(), Vec::new());
    for y in 0..canvas.height {
        spans.of_row(y, &mut kept);
        for span in kept.iter().cloned() {
            back.pieces(y, span, |piece| pieces.push(piece));
        }
        source.touch(pieces.iter().filter_map(|piece| Some((piece.line?, piece.count))));
        // From left to right: each piece may write a little beyond itself.
        let mut done = 0;
        for piece in pieces.drain(..) {
            row[done * C..piece.from * C].as_chunks_mut::<C>().0.fill(fill);
            let row = &mut row[piece.from * C..];
            match piece.line {
                Some(line) => source.segment(row, piece.count, line, fill),
                None => row[..piece.count * C].as_chunks_mut::<C>().0.fill(fill),
            }
            done = piece.from + piece.count;
        }
        row[done * C..width * C].as_chunks_mut::<C>().0.fill(fill);
        out.extend_from_slice(&row[..width * C]);
    }
    out
}

#[cfg(test)]
#[path = "warp_tests.rs"]
mod tests;
