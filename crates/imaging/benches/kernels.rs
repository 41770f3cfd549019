//! The pixel kernels on an A4 page at 300 dpi, each with its ratio to copying the same bytes.
//!
//! `cargo bench -p scantrail-imaging --bench kernels`

mod painted;
mod timed;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion};
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::{Angle, Point, Quad, Turn};
use scantrail_imaging::encode::{Chroma, encode_jpeg, preview};
use scantrail_imaging::geometry::affine::Affine;
use scantrail_imaging::geometry::outline;
use scantrail_imaging::geometry::projective::Projective;
use scantrail_imaging::geometry::transform::Transform;
use scantrail_imaging::quality::sharpness;
use scantrail_imaging::shade::{self, Style};
use scantrail_imaging::warp::{Canvas, render, turn_back};
use timed::seconds;

fn main() {
    let mut criterion = Criterion::default().sample_size(10).without_plots().configure_from_args();
    for (name, channels) in [("grey", Channels::Grey), ("colour", Channels::Rgb)] {
        bench(&mut criterion.benchmark_group(name), &painted::page(channels, 0.0));
    }
    criterion.final_summary();
}

fn bench(group: &mut BenchmarkGroup<'_, WallTime>, page: &Raster) {
    let (w, h) = painted::A4;
    let canvas = Canvas { width: w, height: h, fill: [255; 3] };
    let mut copy = page.samples().to_vec();
    let copying = seconds(group, "copy", None, || copy.copy_from_slice(page.samples()));
    let centre = Point { x: f64::from(w) / 2.0, y: f64::from(h) / 2.0 };
    for degrees in [0.3, 1.5, 5.0, 15.0] {
        let turn = Transform::from(Affine::rotation(Angle::from_degrees(degrees), centre));
        seconds(group, &format!("turn by {degrees}°"), copying, || render(page, &turn, canvas, &[]));
    }
    let seen = Quad([(60.0, 40.0), (2400.0, 90.0), (2450.0, 3450.0), (20.0, 3400.0)].map(|(x, y)| Point { x, y }));
    let flat = Projective::between(&seen, &outline(w, h)).expect("the corners are convex");
    seconds(group, "perspective", copying, || render(page, &flat.into(), canvas, &seen.0));
    let halving = Transform::from(Projective::scaling(0.5, 0.5));
    let half = Canvas { width: w / 2, height: h / 2, ..canvas };
    seconds(group, "to half the size", copying, || render(page, &halving, half, &[]));
    for turn in [Turn::Quarter, Turn::Half] {
        seconds(group, &format!("{turn:?} turn"), copying, || turn_back(page, turn));
    }
    seconds(group, "preview of 877", copying, || preview(page, 877));
    seconds(group, "sharpness", copying, || sharpness(page));
    let dim = painted::dimmed(page);
    seconds(group, "light: measured", copying, || shade::measure(&dim, Style::Page));
    let light = shade::measure(&dim, Style::Page).expect("paper, darker towards a corner").value;
    let mut relit = Some(dim.clone());
    // In place: what is done to a page does not depend on its light.
    seconds(group, "light: taken out", copying, || {
        relit = relit.take().map(|page| light.apply(page));
    });
    seconds(group, "jpeg 85", copying, || encode_jpeg(page, 85, Chroma::Halved).expect("a plain page"));
}
