//! One page from JPEG bytes to JPEG bytes: decoded, measured, resampled once, encoded. And each part by itself.
//!
//! `cargo bench -p scantrail-imaging --bench page`

mod painted;
mod timed;

use criterion::Criterion;
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::{Dpi, Resolution, Turn};
use scantrail_imaging::deskew;
use scantrail_imaging::encode::{Chroma, encode_jpeg};
use scantrail_imaging::orientation::KnownTurn;
use scantrail_imaging::prepare::{Hints, Origin, Scene, prepare};
use scantrail_imaging::quality::{flat_tail, sharpness};
use scantrail_imaging::split;
use scantrail_imaging::warp::{Canvas, render};
use std::hint::black_box;
use timed::seconds;

/// The quality pages are filed with.
const QUALITY: u8 = 85;
const UNTOLD: KnownTurn = KnownTurn { exif: Turn::None, code: None, neighbours: None };
const HINTS: Hints<'_> = Hints { turn: UNTOLD, origin: Origin::Feeder, codes: Vec::new(), scene: Scene::Unsaid };

fn main() {
    let mut criterion = Criterion::default().sample_size(10).without_plots().configure_from_args();
    for (name, channels) in [("grey", Channels::Grey), ("colour", Channels::Rgb)] {
        let jpeg = encoded(&painted::page(channels, 1.5));
        let page = decoded(&jpeg, channels);
        let first = prepare(&page, &HINTS).first().clone();
        let prepared = first.raster;
        assert!(prepared != page, "the page is turned, so it must have been resampled");
        let (turn, canvas) = (first.transform, canvas(&prepared));
        let mut group = criterion.benchmark_group(name);
        let mut copy = page.samples().to_vec();
        let copying = seconds(&mut group, "copy the page once", None, || copy.copy_from_slice(page.samples()));
        let mut row = |name: &str, part: &mut dyn FnMut()| seconds(&mut group, name, copying, part);
        row("whole page", &mut || done(encoded(&prepare(&decoded(&jpeg, channels), &HINTS).first().raster)));
        row("decode", &mut || done(decoded(&jpeg, channels)));
        row("prepare", &mut || done(prepare(&page, &HINTS)));
        row("of it: deskew and survey", &mut || done(deskew::measure(&page)));
        row("of it: split and survey", &mut || done(split::find(&page)));
        row("of it: sharpness", &mut || done(sharpness(&page)));
        row("of it: flat tail", &mut || done(flat_tail(&page)));
        row("of it: the one resampling", &mut || done(render(&page, &turn, canvas, &[])));
        row("encode", &mut || done(encoded(&prepared)));
    }
    criterion.final_summary();
}

fn done<R>(result: R) {
    black_box(result);
}

fn canvas(of: &Raster) -> Canvas {
    Canvas { width: of.width(), height: of.height(), fill: [255; 3] }
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
