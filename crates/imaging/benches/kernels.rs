//! The pixel kernels on an A4 page at 300 dpi, each with its ratio to copying the same bytes.
//!
//! `cargo bench -p scantrail-imaging --bench kernels`

mod painted;

use criterion::measurement::{Measurement, WallTime};
use criterion::{BenchmarkGroup, Criterion};
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::{Angle, Point, Quad, Turn};
use scantrail_imaging::encode::{Chroma, encode_jpeg, preview};
use scantrail_imaging::geometry::affine::Affine;
use scantrail_imaging::geometry::outline;
use scantrail_imaging::geometry::projective::Projective;
use scantrail_imaging::geometry::transform::Transform;
use scantrail_imaging::warp::{Canvas, render, turn_back};
use std::hint::black_box;

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
    seconds(group, "jpeg 85", copying, || encode_jpeg(page, 85, Chroma::Halved).expect("a plain page"));
}

/// Seconds of the quickest sample; `None` if the bench was filtered out.
fn seconds<R>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    copying: Option<f64>,
    mut kernel: impl FnMut() -> R,
) -> Option<f64> {
    let mut best = f64::INFINITY;
    group.bench_function(name, |bencher| {
        bencher.iter_custom(|times| {
            let start = WallTime.start();
            for _ in 0..times {
                black_box(kernel());
            }
            let took = WallTime.end(start);
            best = best.min(took.as_secs_f64() / times as f64);
            took
        });
    });
    if let Some(copying) = copying.filter(|_| best.is_finite()) {
        report(&format!("{:>28.2} ms at best, {:.1} times copying the same bytes", best * 1e3, best / copying));
    }
    best.is_finite().then_some(best)
}

#[expect(clippy::print_stdout, reason = "a bench talks to the person who runs it")]
fn report(line: &str) {
    println!("{line}");
}
