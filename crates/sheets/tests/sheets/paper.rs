//! A printer and a scanner made of arithmetic: sheets to pixels, and what happens to pixels in schools.

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use scantrail_core::ids::{PupilId, SheetId};
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::{Point, Turn};
use scantrail_sheets::draw::{FontBook, Owner, PrintOut, Sheet, Sides, draw_pdf};
use scantrail_sheets::layout::Area;
use scantrail_sheets::payload::SchoolKey;

pub(crate) fn print_out(sides: Sides) -> PrintOut {
    PrintOut {
        title: "Sheets under test".to_owned(),
        school: SchoolKey::from_random(0x2d5a),
        school_name: "Hollybrook Primary School".to_owned(),
        year: "2026/27".to_owned(),
        sides,
    }
}

pub(crate) fn owner(name: &str) -> Owner {
    Owner { pupil: PupilId::from_random(0x0fed_cba9), name: name.to_owned(), class: "4B".to_owned() }
}

pub(crate) fn cover() -> Sheet {
    Sheet::Cover { sheet: SheetId::from_random(0x1234_5678), owner: owner("Amara Okafor") }
}

pub(crate) fn draw(sheets: &[Sheet]) -> Vec<u8> {
    let fonts = FontBook::from_dirs(&FontBook::system_dirs()).unwrap();
    draw_pdf(sheets, &print_out(Sides::Front), &fonts).unwrap()
}

/// Every page of a PDF in grey.
pub(crate) fn rasterise(pdf: &[u8], dpi: f32) -> Vec<Raster> {
    let pdf = Pdf::new(pdf.to_vec()).unwrap();
    let cache = RenderCache::new();
    let scale = dpi / 72.0;
    let settings = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
    pdf.pages()
        .iter()
        .map(|page| {
            let drawn = render(page, &cache, &InterpreterSettings::default(), &RenderSettings::default(), &settings);
            let (width, height) = (u32::from(drawn.width()), u32::from(drawn.height()));
            let samples = drawn.data_as_u8_slice().chunks_exact(4).map(|p| p[1]).collect();
            Raster::new(width, height, Channels::Grey, samples).unwrap()
        })
        .collect()
}

/// The first page of one sheet.
pub(crate) fn scanned(sheet: &Sheet, dpi: f32) -> Raster {
    rasterise(&draw(std::slice::from_ref(sheet)), dpi).remove(0)
}

/// A picture with the same size whose pixels are made from their places.
pub(crate) fn made(width: u32, height: u32, pixel: impl Fn(u32, u32) -> u8) -> Raster {
    let samples = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| pixel(x, y)).collect();
    Raster::new(width, height, Channels::Grey, samples).unwrap()
}

fn at(picture: &Raster, x: u32, y: u32) -> u8 {
    picture.samples()[(y * picture.width() + x) as usize]
}

/// The content turned clockwise.
pub(crate) fn turned(picture: &Raster, turn: Turn) -> Raster {
    let (w, h) = (picture.width(), picture.height());
    match turn {
        Turn::None => picture.clone(),
        Turn::Quarter => made(h, w, |x, y| at(picture, y, h - 1 - x)),
        Turn::Half => made(w, h, |x, y| at(picture, w - 1 - x, h - 1 - y)),
        Turn::ThreeQuarters => made(h, w, |x, y| at(picture, w - 1 - y, x)),
    }
}

/// Mirrored left to right, as seen through the paper.
pub(crate) fn mirrored(picture: &Raster) -> Raster {
    made(picture.width(), picture.height(), |x, y| at(picture, picture.width() - 1 - x, y))
}

/// Turned by some degrees clockwise about the middle and made smaller or larger; paper beyond the edge is white.
pub(crate) fn askew(picture: &Raster, degrees: f64, scale: f64) -> Raster {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (mx, my) = (f64::from(picture.width()) / 2.0, f64::from(picture.height()) / 2.0);
    made(picture.width(), picture.height(), |x, y| {
        let (dx, dy) = ((f64::from(x) + 0.5 - mx) / scale, (f64::from(y) + 0.5 - my) / scale);
        sample(picture, cos * dx + sin * dy + mx, -sin * dx + cos * dy + my)
    })
}

/// Where [`askew`] takes a point.
pub(crate) fn askew_point(picture: &Raster, degrees: f64, scale: f64, (x, y): (f64, f64)) -> Point {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (mx, my) = (f64::from(picture.width()) / 2.0, f64::from(picture.height()) / 2.0);
    let (dx, dy) = ((x - mx) * scale, (y - my) * scale);
    Point { x: cos * dx - sin * dy + mx, y: sin * dx + cos * dy + my }
}

/// Seen aslant: magnified by the third number, with depth growing by the first two across and down the picture.
pub(crate) fn aslant(picture: &Raster, (across, down, scale): (f64, f64, f64)) -> Raster {
    let (w, h) = (f64::from(picture.width()), f64::from(picture.height()));
    made(picture.width(), picture.height(), |x, y| {
        let (u, v) = ((f64::from(x) + 0.5) / w - 0.5, (f64::from(y) + 0.5) / h - 0.5);
        let near = scale * (1.0 + across * u + down * v);
        sample(picture, (u / near + 0.5) * w, (v / near + 0.5) * h)
    })
}

fn sample(picture: &Raster, x: f64, y: f64) -> u8 {
    let (x, y) = (x - 0.5, y - 0.5);
    let get = |x: f64, y: f64| {
        let inside = x >= 0.0 && y >= 0.0 && x < f64::from(picture.width()) && y < f64::from(picture.height());
        if inside { f64::from(at(picture, x as u32, y as u32)) } else { 255.0 }
    };
    let (x0, y0) = (x.floor(), y.floor());
    let (fx, fy) = (x - x0, y - y0);
    let upper = get(x0, y0) * (1.0 - fx) + get(x0 + 1.0, y0) * fx;
    let lower = get(x0, y0 + 1.0) * (1.0 - fx) + get(x0 + 1.0, y0 + 1.0) * fx;
    (upper * (1.0 - fy) + lower * fy).round() as u8
}

/// A number of chance for a place: the same every time.
pub(crate) fn chance(x: u32, y: u32, seed: u32) -> f64 {
    let mut v = x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca6b) ^ seed.wrapping_mul(0xc2b2_ae35);
    v ^= v >> 15;
    v = v.wrapping_mul(0x2c1b_3c6d);
    v ^= v >> 12;
    v = v.wrapping_mul(0x297a_2d39);
    v ^= v >> 15;
    f64::from(v) / f64::from(u32::MAX)
}

/// A weak scanner: grey paper, faded ink, noise of ± `noise` levels, light falling off to one side.
pub(crate) fn weak(picture: &Raster, noise: f64) -> Raster {
    made(picture.width(), picture.height(), |x, y| {
        let light = 0.95 - 0.2 * f64::from(x) / f64::from(picture.width());
        let value = 45.0 + 0.8 * f64::from(at(picture, x, y));
        (value * light + noise * (2.0 * chance(x, y, 1) - 1.0)).clamp(0.0, 255.0) as u8
    })
}

/// Black and white only.
pub(crate) fn one_bit(picture: &Raster) -> Raster {
    made(picture.width(), picture.height(), |x, y| if at(picture, x, y) < 128 { 0 } else { 255 })
}

/// A bad photocopy: soft, contrasty, specks of toner and of paper.
pub(crate) fn photocopied(picture: &Raster) -> Raster {
    let soft = askew(picture, 0.3, 0.98);
    made(picture.width(), picture.height(), |x, y| match chance(x / 2, y / 2, 3) {
        c if c < 0.004 => 20,
        c if c > 0.985 => 240,
        _ => (f64::from(at(&soft, x, y)) * 1.6 - 60.0).clamp(25.0, 240.0) as u8,
    })
}

/// Through JPEG at a quality.
pub(crate) fn jpeg(picture: &Raster, quality: u8) -> Raster {
    let mut bytes = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, quality)
        .encode(picture.samples(), picture.width(), picture.height(), image::ExtendedColorType::L8)
        .unwrap();
    let grey = image::load_from_memory(&bytes).unwrap().to_luma8();
    Raster::new(grey.width(), grey.height(), Channels::Grey, grey.into_raw()).unwrap()
}

/// The same picture with three samples to a pixel.
pub(crate) fn coloured(picture: &Raster) -> Raster {
    let samples = picture.samples().iter().flat_map(|&v| [v, v.saturating_sub(8), v.saturating_sub(30)]).collect();
    Raster::new(picture.width(), picture.height(), Channels::Rgb, samples).unwrap()
}

/// Paints areas, given in millimetres on upright A4, by their places.
pub(crate) fn painted(picture: &Raster, areas: &[Area], paint: impl Fn(u32, u32) -> u8) -> Raster {
    let per_mm = f64::from(picture.width()) / 210.0;
    made(picture.width(), picture.height(), |x, y| {
        let (mx, my) = (f64::from(x) / per_mm, f64::from(y) / per_mm);
        let hit = areas.iter().any(|a| mx >= a.x && my >= a.y && mx < a.x + a.w && my < a.y + a.h);
        if hit { paint(x, y) } else { at(picture, x, y) }
    })
}
