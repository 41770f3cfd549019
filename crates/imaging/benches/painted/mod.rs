//! Pages painted by code: A4 at 300 dpi, lines of something like print, paper grain.

use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::{Dpi, Resolution};

/// A4 at 300 dpi.
pub(crate) const A4: (u32, u32) = (2480, 3508);

/// A page of print, turned clockwise by `degrees`, in grey or in colour.
pub(crate) fn page(channels: Channels, degrees: f64) -> Raster {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (cx, cy) = (f64::from(A4.0) / 2.0, f64::from(A4.1) / 2.0);
    let mut samples = Vec::with_capacity((A4.0 * A4.1) as usize * channels.count());
    for y in 0..A4.1 {
        for x in 0..A4.0 {
            let (dx, dy) = (f64::from(x) - cx, f64::from(y) - cy);
            let ink = is_ink(cos * dx + sin * dy + cx, cos * dy - sin * dx + cy);
            let grain = ((x.wrapping_mul(7) + y.wrapping_mul(13)) ^ x.wrapping_mul(y)) % 7;
            let level = if ink { 40 } else { 230 } + grain as u8;
            match channels {
                Channels::Grey => samples.push(level),
                Channels::Rgb => samples.extend([level, level - 2, level - 9]),
            }
        }
    }
    let page = Raster::new(A4.0, A4.1, channels, samples).expect("one sample for each pixel and channel");
    page.with_resolution(Some(Resolution::square(Dpi::SCAN)))
}

/// Stems and bars in lines 5 mm apart, with blanks between the words.
fn is_ink(x: f64, y: f64) -> bool {
    let (w, h) = (f64::from(A4.0), f64::from(A4.1));
    if x < 230.0 || y < 230.0 || x > w - 230.0 || y > h - 230.0 {
        return false;
    }
    let (column, line) = ((x / 22.0) as u32, (y / 58.0) as u32);
    let kind = (column.wrapping_mul(0x9E37_79B1) ^ line.wrapping_mul(0x85EB_CA77)) >> 24;
    let (u, v) = (x % 22.0, y % 58.0);
    let body = v < 24.0 && !kind.is_multiple_of(5);
    body && (u < 5.0 || v < 4.0 && kind & 64 != 0 || v > 19.0 && kind & 128 != 0)
}

/// The same page in the light of a lamp that stands at its top left.
#[allow(dead_code, reason = "not every bench needs it")]
pub(crate) fn dimmed(page: &Raster) -> Raster {
    let (stride, height) = (page.row(0).len(), page.height() as usize);
    let samples = page.samples().iter().enumerate().map(|(i, &v)| {
        let away = (i % stride) as f32 / stride as f32 * ((i / stride) as f32 / height as f32);
        (f32::from(v) * (1.0 - 0.25 * away)) as u8
    });
    Raster::new(page.width(), page.height(), page.channels(), samples.collect())
        .expect("as many samples as before")
        .with_resolution(page.resolution())
}
