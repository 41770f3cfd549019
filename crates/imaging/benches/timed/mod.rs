//! Times of kernels, each with its ratio to copying the bytes of the page it works on: ratios can be compared between
//! machines, and between a busy and an idle one.

use criterion::BenchmarkGroup;
use criterion::measurement::{Measurement, WallTime};
use std::hint::black_box;

/// Seconds of the middle one of all samples; `None` if the bench was filtered out.
pub(crate) fn seconds<R>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    copying: Option<f64>,
    mut kernel: impl FnMut() -> R,
) -> Option<f64> {
    let mut all = Vec::new();
    group.bench_function(name, |bencher| {
        bencher.iter_custom(|times| {
            let start = WallTime.start();
            for _ in 0..times {
                black_box(kernel());
            }
            let took = WallTime.end(start);
            all.push(took.as_secs_f64() / times as f64);
            took
        });
    });
    all.sort_by(f64::total_cmp);
    let (best, middle) = (*all.first()?, all[all.len() / 2]);
    let ratio = copying.map_or(String::new(), |copying| format!(", {:.1} × copying the page", middle / copying));
    report(&format!("{:>28.2} ms in the middle, {:.2} ms at best{ratio}", middle * 1e3, best * 1e3));
    Some(middle)
}

#[expect(clippy::print_stdout, reason = "a bench talks to the person who runs it")]
fn report(line: &str) {
    println!("{line}");
}
