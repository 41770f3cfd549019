//! A small copy of a picture, and what on it is ink: darker than the paper around it.

use scantrail_core::raster::{Channels, Raster};

/// The shorter side of the copy is at most this long: 4 mm of bar on A4 are then 7 pixels.
const SHORT_SIDE: f64 = 400.0;
/// The longer side of the copy is at most this long, for strips.
const LONG_SIDE: f64 = 1000.0;
/// Paper is measured in tiles of this many pixels: wider than any bar, so that every tile shows some paper.
const TILE: usize = 24;
/// Ink is darker than this share of the paper around it: toner is below a half even on a poor copy, grey words and
/// coloured paper are above.
const INK: f32 = 0.66;

/// Which pixels of the small copy are ink.
pub(super) struct Ink {
    pub(super) width: usize,
    pub(super) height: usize,
    mask: Vec<bool>,
    scale: (f64, f64),
}

impl Ink {
    pub(super) fn of(picture: &Raster) -> Self {
        let (w, h) = (f64::from(picture.width()), f64::from(picture.height()));
        let factor = (w.min(h) / SHORT_SIDE).max(w.max(h) / LONG_SIDE).max(1.0);
        let (width, height) = ((w / factor) as usize, (h / factor) as usize);
        let (width, height) = (width.max(1), height.max(1));
        let small = shrink(picture, width, height);
        let mask = mask(&small, width, height);
        Self { width, height, mask, scale: (w / width as f64, h / height as f64) }
    }

    /// Pixels of the input to a pixel of the copy, across and down.
    pub(super) fn scale(&self) -> (f64, f64) {
        self.scale
    }

    /// Whether a pixel is ink; `None` outside the picture.
    pub(super) fn at(&self, x: f64, y: f64) -> Option<bool> {
        let inside = x >= 0.0 && y >= 0.0 && x < self.width as f64 && y < self.height as f64;
        inside.then(|| self.mask[y as usize * self.width + x as usize])
    }

    /// All connected shapes of ink (eight neighbours).
    pub(super) fn shapes(&self) -> Vec<Shape> {
        let mut seen = vec![false; self.mask.len()];
        let mut shapes = Vec::new();
        let mut stack = Vec::new();
        for start in 0..self.mask.len() {
            if !self.mask[start] || seen[start] {
                continue;
            }
            seen[start] = true;
            stack.push(start);
            let mut sums = Sums::default();
            while let Some(at) = stack.pop() {
                let (x, y) = (at % self.width, at / self.width);
                sums.add(x as f64, y as f64);
                for ny in y.saturating_sub(1)..(y + 2).min(self.height) {
                    for nx in x.saturating_sub(1)..(x + 2).min(self.width) {
                        let next = ny * self.width + nx;
                        if self.mask[next] && !seen[next] {
                            seen[next] = true;
                            stack.push(next);
                        }
                    }
                }
            }
            shapes.push(sums.shape());
        }
        shapes
    }
}

/// A connected shape, as the rectangle that has its second moments.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    /// The centre; pixel centres lie at halves.
    pub(super) centre: (f64, f64),
    pub(super) length: f64,
    pub(super) thickness: f64,
    /// Of the long axis, radians, −π/2 to π/2.
    pub(super) angle: f64,
    /// Pixels over the area of the rectangle; 1 for a solid bar.
    pub(super) solidity: f64,
}

#[derive(Default)]
struct Sums {
    n: f64,
    x: f64,
    y: f64,
    xx: f64,
    xy: f64,
    yy: f64,
}

impl Sums {
    fn add(&mut self, x: f64, y: f64) {
        self.n += 1.0;
        self.x += x;
        self.y += y;
        self.xx += x * x;
        self.xy += x * y;
        self.yy += y * y;
    }

    fn shape(&self) -> Shape {
        let (mx, my) = (self.x / self.n, self.y / self.n);
        let (xx, xy, yy) = (self.xx / self.n - mx * mx, self.xy / self.n - mx * my, self.yy / self.n - my * my);
        let (mean, apart) = (f64::midpoint(xx, yy), ((xx - yy) / 2.0).hypot(xy));
        // A row of n pixels has the variance (n² − 1) / 12.
        let side = |variance: f64| (12.0 * variance.max(0.0) + 1.0).sqrt();
        let (length, thickness) = (side(mean + apart), side(mean - apart));
        Shape {
            centre: (mx + 0.5, my + 0.5),
            length,
            thickness,
            angle: (2.0 * xy).atan2(xx - yy) / 2.0,
            solidity: self.n / (length * thickness),
        }
    }
}

/// Grey means of the pixels that fall into each pixel of the copy.
fn shrink(picture: &Raster, width: usize, height: usize) -> Vec<f32> {
    let channels = picture.channels().count();
    // Green alone is close to grey, and ink is dark in all three.
    let chosen = match picture.channels() {
        Channels::Grey => 0,
        Channels::Rgb => 1,
    };
    let edges = |to: usize, from: u32| -> Vec<usize> { (0..=to).map(|i| i * from as usize / to).collect() };
    let (columns, rows) = (edges(width, picture.width()), edges(height, picture.height()));
    let mut small = Vec::with_capacity(width * height);
    let mut sums = vec![0u32; picture.width() as usize * channels];
    for row in rows.windows(2) {
        // Down first, whole rows at a time, which the processor does in one sweep; then across.
        sums.fill(0);
        for y in row[0]..row[1] {
            for (sum, &sample) in sums.iter_mut().zip(picture.row(y as u32)) {
                *sum += u32::from(sample);
            }
        }
        let tall = row[1] - row[0];
        small.extend(columns.windows(2).map(|c| {
            let sum: u32 = (c[0]..c[1]).map(|x| sums[x * channels + chosen]).sum();
            sum as f32 / ((c[1] - c[0]) * tall) as f32
        }));
    }
    small
}

/// Ink by the brightest spot of each tile and its neighbours.
fn mask(small: &[f32], width: usize, height: usize) -> Vec<bool> {
    let (columns, rows) = (width.div_ceil(TILE), height.div_ceil(TILE));
    let mut brightest = vec![0f32; columns * rows];
    for (line, y) in small.chunks_exact(width).zip(0..) {
        for (&v, x) in line.iter().zip(0..) {
            let tile = &mut brightest[(y / TILE) * columns + x / TILE];
            *tile = tile.max(v);
        }
    }
    let paper = |x: usize, y: usize| {
        let (tx, ty) = (x / TILE, y / TILE);
        let mut sum = 0.0;
        let mut count = 0.0;
        for ny in ty.saturating_sub(1)..(ty + 2).min(rows) {
            for nx in tx.saturating_sub(1)..(tx + 2).min(columns) {
                sum += brightest[ny * columns + nx];
                count += 1.0;
            }
        }
        sum / count
    };
    let papers: Vec<f32> = (0..rows)
        .flat_map(|ty| (0..columns).map(move |tx| (tx, ty)))
        .map(|(tx, ty)| paper(tx * TILE, ty * TILE))
        .collect();
    let mut mask = Vec::with_capacity(small.len());
    for (line, y) in small.chunks_exact(width).zip(0usize..) {
        mask.extend(line.iter().zip(0usize..).map(|(&v, x)| v < INK * papers[(y / TILE) * columns + x / TILE]));
    }
    mask
}
