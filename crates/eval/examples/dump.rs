//! Temporary.
#![allow(missing_docs, clippy::all, clippy::disallowed_methods)]
use scantrail_core::ports::Decoded;
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::{Dpi, Resolution, Turn};
use scantrail_core::vocabulary::Flow;
use scantrail_imaging::prepare::{Origin, Scene};
use scantrail_pipeline::{Circumstances, Stopwatch, Tools, see};
use scantrail_sheets::find::CodeFinder;
use scantrail_testkit::effects::photo::{Shot, photograph};
use scantrail_testkit::effects::scanner::{Feed, feed};
use scantrail_testkit::paint::{PageKind, PageSpec, paint, printed};
use scantrail_testkit::seed::Seed;
struct No;
impl Stopwatch for No {
    fn milliseconds(&self) -> f64 {
        0.0
    }
}
fn save(f: String, p: &Raster) {
    let kind = if p.channels() == Channels::Grey { image::ColorType::L8 } else { image::ColorType::Rgb8 };
    image::save_buffer(f, p.samples(), p.width(), p.height(), kind).unwrap();
}
fn main() {
    let mut finder = CodeFinder::new();
    let dir = std::env::args().nth(1).unwrap();
    let n: u64 = std::env::args().nth(2).unwrap().parse().unwrap();
    for i in 0..n {
        for pt in [5, 6, 7, 8, 10] {
            let page = printed(Seed(i), Dpi::new(300).unwrap(), f64::from(pt));
            let print = page.truth.words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ");
            let known = Dpi::new(300).map(Resolution::square);
            let r = feed(&page.raster, &Feed::default(), Seed(i)).raster.with_resolution(known);
            let name = format!("pt{pt:02}_");
            std::fs::write(format!("{dir}/{name}{i:02}.txt"), &print).unwrap();
            save(format!("{dir}/{name}{i:02}.bare.png"), &r);
            if i > 3 {
                continue;
            }
            let input = Decoded { raster: r, exif_turn: Turn::None, moment: None };
            let came = Circumstances {
                flow: Flow::Stack,
                origin: Origin::Feeder,
                neighbours: None,
                scene: Scene::Unsaid,
                other_side: None,
            };
            let seen = see(&input, came, &mut Tools { finder: &mut finder, watch: &No }).unwrap();
            let p = &seen.first().prepared;
            println!(
                "{name}{i:02} {:?} {:?} {:?} skew {:?}",
                p.raster.resolution(),
                seen.content,
                p.turn,
                p.skew.angle.degrees()
            );
            save(format!("{dir}/{name}{i:02}.prep.png"), &p.raster);
        }
        let spec = PageSpec::new(PageKind::Worksheet, Seed(700 + i), Dpi::new(300).unwrap());
        let page = paint(&spec);
        let print = page.truth.words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ");
        let known = Dpi::new(300).map(Resolution::square);
        let scanned = feed(&page.raster, &Feed::default(), Seed(i)).raster.with_resolution(known);
        let photo = photograph(&page.raster, &Shot::handheld(Seed(i)), Seed(i)).raster;
        for (name, r, origin) in [("scan", scanned, Origin::Feeder), ("phone", photo, Origin::Photo)] {
            std::fs::write(format!("{dir}/{name}{i:02}.txt"), &print).unwrap();
            save(format!("{dir}/{name}{i:02}.bare.png"), &r);
            let input = Decoded { raster: r, exif_turn: Turn::None, moment: None };
            let came =
                Circumstances { flow: Flow::Stack, origin, neighbours: None, scene: Scene::Unsaid, other_side: None };
            let seen = see(&input, came, &mut Tools { finder: &mut finder, watch: &No }).unwrap();
            let p = &seen.first().prepared;
            println!(
                "{name}{i:02} {:?} {:?} {:?} skew {:?}",
                p.raster.resolution(),
                seen.content,
                p.turn,
                p.skew.angle.degrees()
            );
            save(format!("{dir}/{name}{i:02}.prep.png"), &p.raster);
        }
    }
}
