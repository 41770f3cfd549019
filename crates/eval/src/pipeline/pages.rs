//! A stack as an office scans it: A4 at 300 dpi, a third real print, a third worksheets, a third pages of exercise
//! books; grey and colour, JPEG and PNG, a little crooked. It must not know who reads it.

use crate::disk::write_file;
use crate::picture;
use anyhow::{Context as _, Result, ensure};
use rand::Rng as _;
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::{Angle, Dpi, Resolution};
use scantrail_testkit::effects::scanner::{Feed, feed};
use scantrail_testkit::jpeg;
use scantrail_testkit::paint::{PageKind, PageSpec, paint};
use scantrail_testkit::seed::Seed;
use std::path::{Path, PathBuf};

/// What a scanner is set to for reading.
pub(super) const DPI: u16 = 300;
/// A4 at that resolution.
const A4: (u32, u32) = (2480, 3508);
/// Paper around a picture that is smaller than a sheet: 15 mm.
const MARGIN: u32 = 177;
const PAPER: u8 = 250;
/// What scanners write for documents.
const QUALITY: u8 = 90;
/// Standard deviation of a scanner's noise, in grey levels.
const NOISE: f32 = 2.0;
/// Every so many pages come as PNG, the others as JPEG.
const PNG_EVERY: usize = 4;

/// The real pages below `DIR/ocr`, each on a sheet.
pub(super) fn real(folder: &Path) -> Result<Vec<Raster>> {
    let mut pages = Vec::new();
    for file in picture::entries(folder)? {
        if file.extension().is_none_or(|ending| ending != "txt") {
            pages.push(on_a_sheet(&picture::grey(&file)?)?);
        }
    }
    ensure!(!pages.is_empty(), "there is no page in {}", folder.display());
    Ok(pages)
}

/// A picture again and again until the sheet is full; once, if it fills it.
fn on_a_sheet(picture: &Raster) -> Result<Raster> {
    let (width, height) = (A4.0 as usize, A4.1 as usize);
    let mut samples = vec![PAPER; width * height];
    let (wide, tall) = (picture.width() as usize, picture.height() as usize);
    let margin = |sheet: usize, of: usize| (MARGIN as usize).min(sheet.saturating_sub(of) / 2);
    let (left, top) = (margin(width, wide), margin(height, tall));
    let fits = |sheet: usize, of: usize, from: usize| ((sheet - 2 * from) / of).max(1);
    for row in 0..fits(height, tall, top) {
        for column in 0..fits(width, wide, left) {
            let (x, y) = (left + column * wide, top + row * tall);
            for line in 0..tall.min(height - y) {
                let at = (y + line) * width + x;
                let there = wide.min(width - x);
                samples[at..at + there].copy_from_slice(&picture.row(line as u32)[..there]);
            }
        }
    }
    Ok(Raster::new(A4.0, A4.1, Channels::Grey, samples)?.with_resolution(resolution()))
}

fn resolution() -> Option<Resolution> {
    Dpi::new(DPI).map(Resolution::square)
}

/// Lays `count` pages into a folder; their names sort as they lie. No two rounds have the same bytes.
pub(super) fn lay(folder: &Path, real: &[Raster], count: usize, round: u64) -> Result<Vec<PathBuf>> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let next = std::sync::atomic::AtomicUsize::new(0);
    let work = || -> Result<Vec<PathBuf>> {
        let mut made = Vec::new();
        loop {
            let number = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            if number >= count {
                return Ok(made);
            }
            let raster = scanned(real, number, Seed(round).child(number as u64));
            let ending = if (number + 1).is_multiple_of(PNG_EVERY) { "png" } else { "jpg" };
            let file = folder.join(format!("{:03}.{ending}", number + 1));
            save(&file, &raster)?;
            made.push(file);
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut files: Vec<PathBuf> = std::thread::scope(|scope| {
        let painters: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let each = painters.into_iter().map(|painter| painter.join().expect("painting does not panic"));
        each.collect::<Result<Vec<_>>>().map(|files| files.concat())
    })?;
    files.sort();
    Ok(files)
}

/// One page as it comes out of the feeder.
fn scanned(real: &[Raster], number: usize, seed: Seed) -> Raster {
    let kind = match number % 6 {
        0 | 3 => None,
        1 | 4 => Some(PageKind::Worksheet),
        2 => Some(PageKind::Ruled),
        _ => Some(PageKind::Squared),
    };
    let page = match kind {
        None => real[number / 3 % real.len()].clone(),
        Some(kind) => paint(&PageSpec::new(kind, seed.child(1), Dpi::new(DPI).expect("not zero"))).raster,
    };
    let page = if number.is_multiple_of(2) { page.to_grey() } else { in_colour(page) };
    let skew = Angle::from_degrees(seed.child(2).rng().random_range(-1.5..1.5));
    let how = Feed { skew, noise: NOISE, ..Feed::default() };
    feed(&page, &how, seed.child(3)).raster
}

fn in_colour(page: Raster) -> Raster {
    if page.channels() == Channels::Rgb {
        return page;
    }
    let samples = page.samples().iter().flat_map(|&grey| [grey; 3]).collect();
    let raster = Raster::new(page.width(), page.height(), Channels::Rgb, samples).expect("three samples to a pixel");
    raster.with_resolution(page.resolution())
}

/// Writes a page with its resolution, as PNG or JPEG by its name.
pub(super) fn save(file: &Path, page: &Raster) -> Result<()> {
    let bytes = match file.extension().and_then(|ending| ending.to_str()) {
        Some("png") => png(page)?,
        _ => jpeg::encode(page, QUALITY).map_err(|error| anyhow::anyhow!("{error}"))?,
    };
    write_file(file, &bytes)
}

fn png(page: &Raster) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, page.width(), page.height());
    encoder.set_color(if page.channels() == Channels::Grey { png::ColorType::Grayscale } else { png::ColorType::Rgb });
    encoder.set_compression(png::Compression::Fast);
    // PNG tells pixels to the metre.
    let to_the_metre = |dpi: Dpi| (f64::from(dpi.get()) / 0.0254).round() as u32;
    if let Some(known) = page.resolution() {
        let (xppu, yppu) = (to_the_metre(known.x), to_the_metre(known.y));
        encoder.set_pixel_dims(Some(png::PixelDimensions { xppu, yppu, unit: png::Unit::Meter }));
    }
    let mut writer = encoder.write_header().context("a PNG cannot be begun")?;
    writer.write_image_data(page.samples()).context("a PNG cannot be written")?;
    writer.finish().context("a PNG cannot be ended")?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_has_every_kind_in_grey_and_colour_as_files_that_know_their_resolution() {
        let folder = tempfile::tempdir().unwrap();
        let small = Raster::new(300, 200, Channels::Grey, vec![10; 60_000]).unwrap();
        let real = [on_a_sheet(&small).unwrap()];
        let dark: usize = real[0].samples().iter().map(|&v| usize::from(v == 10)).sum();
        assert_eq!(dark, 7 * 15 * 60_000, "the sheet is full of whole pictures");
        let files = lay(folder.path(), &real, 4, 1).unwrap();
        let names: Vec<_> = files.iter().map(|file| file.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(names, ["001.jpg", "002.jpg", "003.jpg", "004.png"]);
        let jpegs: Vec<Raster> = files[..3].iter().map(|f| jpeg::decode(&std::fs::read(f).unwrap()).unwrap()).collect();
        let channels: Vec<_> = jpegs.iter().map(Raster::channels).collect();
        assert_eq!(channels, [Channels::Grey, Channels::Rgb, Channels::Grey]);
        assert!(jpegs.iter().all(|page| page.resolution() == resolution() && (page.width(), page.height()) == A4));
        let decoder = png::Decoder::new(std::io::Cursor::new(std::fs::read(&files[3]).unwrap()));
        let reader = decoder.read_info().unwrap();
        let dims = reader.info().pixel_dims.unwrap();
        assert_eq!((dims.xppu, dims.yppu, reader.info().width), (11_811, 11_811, A4.0));
        let again = lay(&folder.path().join("again"), &real, 1, 2).unwrap();
        assert_ne!(std::fs::read(&again[0]).unwrap(), std::fs::read(&files[0]).unwrap(), "another round, other bytes");
    }
}
