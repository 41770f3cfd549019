//! Writes the demonstration batch with plain white covers into a folder: `time cargo run -p scantrail-testkit --example
//! batch -- DIR [DPI]`.

#![expect(clippy::disallowed_methods, reason = "for development: it writes no school data")]

use scantrail_core::raster::Raster;
use scantrail_core::units::Dpi;
use scantrail_core::vocabulary::Side;
use scantrail_testkit::geometry::MmRect;
use scantrail_testkit::paint::{PageKind, PageSpec, paint};
use scantrail_testkit::scenario::{Covers, demonstration};
use scantrail_testkit::school::School;
use scantrail_testkit::seed::Seed;
use std::io::Write as _;

struct Blank(Dpi, School);

impl Covers for Blank {
    fn cover(&self, pupil: usize, _: Side) -> Raster {
        paint(&PageSpec::new(PageKind::Blank, Seed(pupil as u64), self.0)).raster
    }

    fn code_areas(&self, _: Side) -> Vec<MmRect> {
        vec![MmRect { x: 80.0, y: 120.0, width: 50.0, height: 50.0 }]
    }

    fn name(&self, pupil: usize) -> Option<String> {
        Some(self.1.class("4B")[pupil].forename.clone())
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let dir = std::path::PathBuf::from(arguments.next().expect("usage: batch DIR [DPI]"));
    let dpi = arguments.next().map_or(200, |text| text.parse().expect("the resolution is a number"));
    let dpi = Dpi::new(dpi).expect("the resolution is not zero");
    std::fs::create_dir_all(&dir).expect("the folder can be made");
    let covers = Blank(dpi, School::hillside());
    let batch = demonstration(Seed(2026), dpi, 30, &covers).expect("the batch can be made");
    for (number, sheet) in batch.iter().enumerate() {
        for (side, name) in [(&sheet.front, "front"), (&sheet.back, "back")] {
            let path = dir.join(format!("{number:03}-{name}.jpg"));
            std::fs::File::create_new(&path)
                .and_then(|mut file| file.write_all(&side.jpeg))
                .unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()));
        }
    }
}
