//! Soft shadows of things on a mat, on a coarse grid. They must not know colours.

use super::dice::Dice;
use super::scene::{SIZE, WIDE};
use super::things::Thing;

/// Cells per millimetre.
const FINE: f32 = 1.5;

/// How much light each thing takes away around it.
pub(crate) struct Shadows {
    width: usize,
    height: usize,
    /// One field for each thing, 0..1.
    fields: Vec<Vec<f32>>,
    strength: f32,
}

impl Shadows {
    /// Light comes from `towards`, at about 45°.
    pub(crate) fn cast(things: &[Thing], towards: [f32; 2], dice: &mut Dice) -> Self {
        let (width, height) = ((WIDE * FINE) as usize, (WIDE * SIZE.1 as f32 / SIZE.0 as f32 * FINE) as usize);
        let strength = dice.between(0.25, 0.6);
        let slant = dice.between(0.3, 0.8);
        let lamp = dice.between(0.12, 0.35);
        let field = |thing: &Thing| {
            let mut field = vec![0.0f32; width * height];
            for (i, v) in field.iter_mut().enumerate() {
                let (x, y) = ((i % width) as f32 / FINE, (i / width) as f32 / FINE);
                let under = |t: f32| {
                    let away = t * thing.height * slant;
                    thing.covers(x + towards[0] * away, y + towards[1] * away)
                };
                *v = f32::from(u8::from([0.0, 0.25, 0.5, 0.75, 1.0].into_iter().any(under)));
            }
            // The fringe is wide where the edge is high and the lamp is large.
            let radius = ((thing.height * lamp * FINE) as usize).max(1);
            (0..3).for_each(|_| blur(&mut field, width, height, radius));
            field
        };
        Self { width, height, fields: things.iter().map(field).collect(), strength }
    }

    /// The share of the light at a place on the mat (`top` is `None`) or on the thing `top`: only what lies later, and
    /// so higher, darkens it.
    pub(crate) fn light(&self, x: f32, y: f32, top: Option<usize>) -> f32 {
        let first = top.map_or(0, |k| k + 1);
        let (u, v) = ((x * FINE).max(0.0), (y * FINE).max(0.0));
        let (x0, y0) = ((u as usize).min(self.width - 2), (v as usize).min(self.height - 2));
        let (wx, wy) = ((u - x0 as f32).min(1.0), (v - y0 as f32).min(1.0));
        let at = |field: &[f32]| {
            let cell = |x: usize, y: usize| field[y * self.width + x];
            let top = cell(x0, y0) + (cell(x0 + 1, y0) - cell(x0, y0)) * wx;
            let bottom = cell(x0, y0 + 1) + (cell(x0 + 1, y0 + 1) - cell(x0, y0 + 1)) * wx;
            top + (bottom - top) * wy
        };
        let deepest = self.fields.iter().skip(first).map(|f| at(f)).fold(0.0, f32::max);
        1.0 - self.strength * deepest
    }
}

fn blur(field: &mut [f32], width: usize, height: usize, radius: usize) {
    for vertical in [false, true] {
        let (lines, length, step, stride) =
            if vertical { (width, height, width, 1) } else { (height, width, 1, width) };
        let mut line = vec![0.0; length];
        for n in 0..lines {
            let start = n * stride;
            (0..length).for_each(|i| line[i] = field[start + i * step]);
            let mut sum: f32 = line[..radius.min(length)].iter().sum();
            for i in 0..length {
                if i + radius < length {
                    sum += line[i + radius];
                }
                if i > radius {
                    sum -= line[i - radius - 1];
                }
                field[start + i * step] = sum / (2 * radius + 1) as f32;
            }
        }
    }
}
