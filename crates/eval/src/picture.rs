//! Pictures from files, and quarter turns of pictures and points. It must not know what is looked for in them.

use anyhow::{Context as _, Result};
use image::GrayImage;
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::{Point, Quad, Turn};
use std::path::{Path, PathBuf};

/// What is taken for a picture, by the end of its name.
const PICTURES: [&str; 3] = ["png", "jpg", "jpeg"];

/// The pictures in a folder, sorted by name; other files are passed over.
pub(crate) fn in_folder(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = entries(folder)?;
    files.retain(|path| {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_lowercase();
        PICTURES.contains(&ending.as_str())
    });
    Ok(files)
}

/// Everything in a folder, sorted by name.
pub(crate) fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let unread = || format!("cannot list {}", folder.display());
    let entries = std::fs::read_dir(folder).with_context(unread)?;
    let mut paths = entries.map(|e| Ok(e?.path())).collect::<std::io::Result<Vec<_>>>().with_context(unread)?;
    paths.sort();
    Ok(paths)
}

/// A picture in grey, as stored: no turn that its metadata ask for is carried out.
pub(crate) fn grey(path: &Path) -> Result<Raster> {
    let unread = || format!("cannot read the picture {}", path.display());
    // By its first bytes: names do not always say what is in a file.
    let reader = image::ImageReader::open(path).and_then(image::ImageReader::with_guessed_format);
    let picture = reader.with_context(unread)?.decode().with_context(unread)?;
    let grey = if picture.color().has_alpha() { on_white(&picture) } else { picture.to_luma8() };
    raster(grey)
}

fn on_white(picture: &image::DynamicImage) -> GrayImage {
    let grey = picture.to_luma_alpha8();
    GrayImage::from_fn(grey.width(), grey.height(), |x, y| {
        let [value, alpha] = grey.get_pixel(x, y).0.map(u32::from);
        image::Luma([((value * alpha + 255 * (255 - alpha)) / 255) as u8])
    })
}

fn raster(grey: GrayImage) -> Result<Raster> {
    let (width, height) = (grey.width(), grey.height());
    Raster::new(width, height, Channels::Grey, grey.into_raw()).context("a picture has no pixels")
}

/// Writes a picture as PGM or PPM, which every other tool reads without a codec's help.
pub(crate) fn write_pnm(file: &Path, picture: &Raster) -> Result<()> {
    let kind = if picture.channels() == Channels::Grey { "P5" } else { "P6" };
    let mut bytes = format!("{kind}\n{} {}\n255\n", picture.width(), picture.height()).into_bytes();
    bytes.extend_from_slice(picture.samples());
    #[expect(clippy::disallowed_methods, reason = "a throw-away picture handed to another tool")]
    std::fs::write(file, bytes).with_context(|| format!("cannot write {}", file.display()))
}

/// A grey picture turned clockwise.
pub(crate) fn turned(picture: &Raster, turn: Turn) -> Raster {
    let image = GrayImage::from_raw(picture.width(), picture.height(), picture.samples().to_vec())
        .expect("a grey raster has a sample for each pixel");
    let image = match turn {
        Turn::None => image,
        Turn::Quarter => image::imageops::rotate90(&image),
        Turn::Half => image::imageops::rotate180(&image),
        Turn::ThreeQuarters => image::imageops::rotate270(&image),
    };
    raster(image).expect("a turn keeps every pixel")
}

/// Where the corners lie once a picture of this size is turned clockwise.
pub(crate) fn turned_quad(quad: &Quad, (width, height): (u32, u32), turn: Turn) -> Quad {
    let (w, h) = (f64::from(width), f64::from(height));
    Quad(quad.0.map(|Point { x, y }| match turn {
        Turn::None => Point { x, y },
        Turn::Quarter => Point { x: h - y, y: x },
        Turn::Half => Point { x: w - x, y: h - y },
        Turn::ThreeQuarters => Point { x: y, y: w - x },
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_where_its_pixel_went() {
        let mut samples = vec![0; 15];
        samples[5 + 3] = 200;
        let picture = Raster::new(5, 3, Channels::Grey, samples).unwrap();
        let marked = Quad([Point { x: 3.5, y: 1.5 }; 4]);
        for turn in Turn::ALL {
            let (after, at) = (turned(&picture, turn), turned_quad(&marked, (5, 3), turn).0[0]);
            assert_eq!(after.row(at.y as u32)[at.x as usize], 200, "{turn:?}");
        }
    }
}
