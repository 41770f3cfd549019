//! Quarter turns: whole pixels change their places, no value changes.

use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::Turn;

/// Turns a picture back by the quarter turn found in it; no pixel value changes.
#[must_use]
pub fn turn_back(input: &Raster, turn: Turn) -> Raster {
    match input.channels() {
        Channels::Grey => turned::<1>(input, turn),
        Channels::Rgb => turned::<3>(input, turn),
    }
}

fn turned<const C: usize>(input: &Raster, turn: Turn) -> Raster {
    let (w, h) = (input.width() as usize, input.height() as usize);
    let (pixels, rest) = input.samples().as_chunks::<C>();
    debug_assert!(rest.is_empty());
    let out: Vec<[u8; C]> = match turn {
        Turn::None => return input.clone(),
        Turn::Half => pixels.iter().rev().copied().collect(),
        Turn::Quarter => transposed(pixels, w, h, |x, y| (w - 1 - x) * h + y),
        Turn::ThreeQuarters => transposed(pixels, w, h, |x, y| x * h + (h - 1 - y)),
    };
    let (width, height) = if turn == Turn::Half { (w, h) } else { (h, w) };
    let turned = Raster::new(width as u32, height as u32, input.channels(), out.into_flattened())
        .expect("turning keeps the number of pixels");
    let resolution = input.resolution().map(|mut r| {
        if turn != Turn::Half {
            std::mem::swap(&mut r.x, &mut r.y);
        }
        r
    });
    turned.with_resolution(resolution)
}

/// Moves pixels block by block, so that both sides of the transposition stay in the cache.
fn transposed<const C: usize>(
    pixels: &[[u8; C]],
    w: usize,
    h: usize,
    to: impl Fn(usize, usize) -> usize,
) -> Vec<[u8; C]> {
    const BLOCK: usize = 32;
    let mut out = vec![[0; C]; pixels.len()];
    for y0 in (0..h).step_by(BLOCK) {
        for x0 in (0..w).step_by(BLOCK) {
            for y in y0..(y0 + BLOCK).min(h) {
                for x in x0..(x0 + BLOCK).min(w) {
                    out[to(x, y)] = pixels[y * w + x];
                }
            }
        }
    }
    out
}
