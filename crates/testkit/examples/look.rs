//! Paints a sample of everything into a folder, for looking at: `cargo run -p scantrail-testkit --example look -- DIR`.

#![expect(clippy::disallowed_methods, reason = "for development: it writes no school data")]

use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::{Angle, Dpi, Length};
use scantrail_testkit::effects::photo::{Shot, photograph};
use scantrail_testkit::effects::scanner::{Edge, Feed, feed};
use scantrail_testkit::paint::{Holes, PageKind, PageSpec, Paper, back_of, keyword, paint, whiteboard};
use scantrail_testkit::seed::Seed;
use std::path::Path;

fn save(dir: &Path, name: &str, raster: &Raster) {
    let colour = match raster.channels() {
        Channels::Grey => image::ExtendedColorType::L8,
        Channels::Rgb => image::ExtendedColorType::Rgb8,
    };
    let path = dir.join(name);
    image::save_buffer(&path, raster.samples(), raster.width(), raster.height(), colour)
        .unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()));
}

fn main() {
    let dir = std::env::args().nth(1).expect("usage: look DIR");
    let dir = Path::new(&dir);
    std::fs::create_dir_all(dir).expect("the folder can be made");
    let roster = scantrail_testkit::school::School::hillside().csv();
    std::io::Write::write_all(
        &mut std::fs::File::create_new(dir.join("hillside.csv")).expect("a new folder"),
        roster.as_bytes(),
    )
    .expect("the roster can be written");
    let dpi = Dpi::new(150).expect("150 is not zero");
    for (number, kind) in (0..).zip(PageKind::ALL) {
        for seed in 0..2 {
            let mut spec = PageSpec::new(kind, Seed(seed * 10 + 3), dpi);
            spec.keyword = Some(keyword(number));
            spec.name = Some("Zoé".into());
            if seed == 1 {
                spec.paper = Paper::Yellow;
                spec.holes = Holes::Two;
            }
            let painted = paint(&spec);
            save(dir, &format!("page-{kind:?}-{seed}.png"), &painted.raster);
            if seed == 0 && kind != PageKind::Blank {
                save(dir, &format!("back-of-{kind:?}.png"), &back_of(&spec, &painted.raster, Seed(1)).raster);
                let how = Feed {
                    skew: Angle::from_degrees(1.7),
                    bars: vec![(Edge::Left, Length::from_mm(2))],
                    shadows: vec![(Edge::Top, Length::from_mm(4))],
                    noise: 3.0,
                    ..Feed::default()
                };
                save(dir, &format!("fed-{kind:?}.png"), &feed(&painted.raster, &how, Seed(2)).raster);
            }
        }
    }
    let scene =
        whiteboard(Seed(4), Some(&keyword(9)), Some(&paint(&PageSpec::new(PageKind::Painting, Seed(1), dpi)).raster));
    save(dir, "board-flat.png", &scene.raster);
    save(dir, "board-photo.png", &photograph(&scene.raster, &Shot::handheld(Seed(5)), Seed(6)).raster);
}
