//! One page from JPEG bytes to JPEG bytes: decoded, measured, resampled once, encoded. And each part by itself.
//!
//! `cargo bench -p scantrail-imaging --bench page`

mod painted;

use criterion::Criterion;
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::{Dpi, Resolution, Turn};
use scantrail_imaging::deskew;
use scantrail_imaging::encode::{Chroma, encode_jpeg};
use scantrail_imaging::orientation::KnownTurn;
use scantrail_imaging::prepare::{Hints, Origin, Scene, prepare};
use scantrail_imaging::quality::{flat_tail, sharpness};

/// The quality pages are filed with.
const QUALITY: u8 = 85;
const UNTOLD: KnownTurn = KnownTurn { exif: Turn::None, code: None, neighbours: None };
const HINTS: Hints<'_> = Hints { turn: UNTOLD, origin: Origin::Flatbed, codes: Vec::new(), scene: Scene::Unsaid };

fn main() {
    let mut criterion = Criterion::default().sample_size(10).without_plots().configure_from_args();
    for (name, channels) in [("grey", Channels::Grey), ("colour", Channels::Rgb)] {
        let jpeg = encoded(&painted::page(channels, 1.5));
        let page = decoded(&jpeg, channels);
        let prepared = prepare(&page, &HINTS).first().raster.clone();
        assert!(prepared != page, "the page is turned, so it must have been resampled");
        let mut group = criterion.benchmark_group(name);
        group.bench_function("whole page", |b| {
            b.iter(|| encoded(&prepare(&decoded(&jpeg, channels), &HINTS).first().raster));
        });
        group.bench_function("decode", |b| b.iter(|| decoded(&jpeg, channels)));
        group.bench_function("prepare", |b| b.iter(|| prepare(&page, &HINTS)));
        group.bench_function("of it: deskew and survey", |b| b.iter(|| deskew::measure(&page)));
        group.bench_function("of it: sharpness", |b| b.iter(|| sharpness(&page)));
        group.bench_function("of it: flat tail", |b| b.iter(|| flat_tail(&page)));
        group.bench_function("encode", |b| b.iter(|| encoded(&prepared)));
    }
    criterion.final_summary();
}

fn decoded(jpeg: &[u8], channels: Channels) -> Raster {
    let format = match channels {
        Channels::Grey => turbojpeg::PixelFormat::GRAY,
        Channels::Rgb => turbojpeg::PixelFormat::RGB,
    };
    let image = turbojpeg::decompress(jpeg, format).expect("made by our own encoder");
    Raster::new(image.width as u32, image.height as u32, channels, image.pixels)
        .expect("rows without padding")
        .with_resolution(Some(Resolution::square(Dpi::SCAN)))
}

fn encoded(page: &Raster) -> Vec<u8> {
    encode_jpeg(page, QUALITY, Chroma::Halved).expect("a plain page")
}
