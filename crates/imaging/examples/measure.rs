#![allow(warnings)]
use prepare::*;
use scantrail_core::{raster::*, units::*};
use scantrail_imaging::*;
fn load(p: &str) -> Raster {
    let i = image::load_from_memory(&std::fs::read(p).unwrap()).unwrap().to_rgb8();
    Raster::new(i.width(), i.height(), Channels::Rgb, i.into_raw()).unwrap()
}
struct Rng(u64);
impl Rng {
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let mut r = Rng(0x1234567);
    if a[1] == "page" {
        for p in &a[2..] {
            let im = load(p);
            let t = std::time::Instant::now();
            let pr = prepare(&im, &Hints { exif_turn: Turn::None, code_turn: None, origin: Origin::Flatbed });
            let ms = t.elapsed().as_secs_f64() * 1e3;
            println!(
                "{:26.26} {}x{} {:?} skew {:.2} c{:.2} {:?} un {:.2} | crop {:?} {:?} | blank {:?} | sharp {:?} | {:?} -> {}x{} {ms:.0}ms",
                p.rsplit('/').next().unwrap(),
                im.width(),
                im.height(),
                pr.content,
                pr.skew.angle.degrees(),
                pr.skew.confidence.get(),
                pr.skew.verdict,
                pr.skew.unevenness,
                pr.crop.declined,
                pr.crop.edge_angle.map(|a| a.degrees()),
                pr.blank,
                pr.sharpness.map(|s| (s.score, s.edge_px, s.soft_share)),
                pr.warnings,
                pr.raster.width(),
                pr.raster.height()
            );
        }
        return;
    }
    if a[1] == "time" {
        let im = load(&a[2]);
        for g in [im.to_grey(), im.clone()] {
            let n = 9;
            let mut best = [f64::MAX; 6];
            for _ in 0..n {
                let t = |i: usize, f: &mut dyn FnMut(), best: &mut [f64; 6]| {
                    let s = std::time::Instant::now();
                    f();
                    best[i] = best[i].min(s.elapsed().as_secs_f64() * 1e3);
                };
                t(
                    0,
                    &mut || {
                        std::hint::black_box(deskew::measure(&g));
                    },
                    &mut best,
                );
                let m = affine::Affine::rotation(Angle::from_degrees(1.5), Point { x: 1000.0, y: 1500.0 });
                let c = warp::Canvas { width: g.width(), height: g.height(), fill: [255; 3] };
                t(
                    1,
                    &mut || {
                        std::hint::black_box(warp::warp(&g, &m, c));
                    },
                    &mut best,
                );
                t(
                    2,
                    &mut || {
                        std::hint::black_box(warp::turn_back(&g, Turn::Quarter));
                    },
                    &mut best,
                );
                t(
                    3,
                    &mut || {
                        std::hint::black_box(prepare(
                            &g,
                            &Hints { exif_turn: Turn::None, code_turn: None, origin: Origin::Flatbed },
                        ));
                    },
                    &mut best,
                );
                t(
                    4,
                    &mut || {
                        std::hint::black_box(encode::encode_jpeg(&g, 85, encode::Chroma::Halved).unwrap());
                    },
                    &mut best,
                );
                t(
                    5,
                    &mut || {
                        std::hint::black_box(encode::preview(&g, 400));
                    },
                    &mut best,
                );
            }
            println!(
                "{}x{} {:?} best ms: skew {:.1} warp {:.1} quarter {:.1} prepare {:.1} jpeg {:.1} preview {:.1}",
                g.width(),
                g.height(),
                g.channels(),
                best[0],
                best[1],
                best[2],
                best[3],
                best[4],
                best[5]
            );
        }
        return;
    }
    let turns: usize = a[1].parse().unwrap();
    let (mut errs, mut n, mut base_err, mut ms_all) = (vec![], 0, vec![], vec![]);
    for p in &a[2..] {
        let im = load(p).to_grey();
        let base = deskew::measure(&im);
        let b = base.angle.degrees();
        let mut acc = 0;
        let mut line = vec![];
        for _ in 0..turns {
            let deg = r.next() * 30.0 - 15.0;
            let (w, h) = (im.width(), im.height());
            let c = Point { x: w as f64 / 2.0, y: h as f64 / 2.0 };
            let mut s = warp::warp(
                &im,
                &affine::Affine::rotation(Angle::from_degrees(deg), c),
                warp::Canvas { width: w, height: h, fill: [255; 3] },
            )
            .into_samples();
            for (i, v) in s.iter_mut().enumerate() {
                let x = (i % w as usize) as f64 / w as f64;
                let n = (r.next() + r.next() + r.next() - 1.5) * 12.0;
                *v = ((*v as f64) * (0.93 - 0.15 * x) + n).clamp(0.0, 255.0) as u8;
            }
            let out = Raster::new(w, h, Channels::Grey, s).unwrap();
            let t = std::time::Instant::now();
            let k = deskew::measure(&out);
            ms_all.push(t.elapsed().as_secs_f64() * 1e3);
            n += 1;
            let e = k.angle.degrees() - deg;
            if k.verdict == deskew::Verdict::Measured {
                acc += 1;
                errs.push(e.abs());
                base_err.push((e - b).abs());
                line.push(format!("{e:+.3}"));
            } else {
                line.push(format!("{:?}({e:+.2})", k.verdict));
            }
        }
        println!(
            "{:28.28} base {b:+.3} {:?} un {:.2} conf {:.2} accepted {acc}/{turns}: {}",
            p.rsplit('/').next().unwrap(),
            base.verdict,
            base.unevenness,
            base.confidence.get(),
            line.join(" ")
        );
    }
    let st = |v: &mut Vec<f64>| {
        v.sort_by(|a, b| a.total_cmp(b));
        let m = v.iter().sum::<f64>() / v.len() as f64;
        format!(
            "mean {m:.4} within0.1 {:.3} worst {:.3}",
            v.iter().filter(|&&x| x <= 0.1).count() as f64 / v.len() as f64,
            v.last().unwrap()
        )
    };
    ms_all.sort_by(|a, b| a.total_cmp(b));
    println!(
        "accepted {}/{} = {:.3} | vs turn: {} | vs turn + own skew of the original: {} | ms median {:.1} best {:.1}",
        errs.len(),
        n,
        errs.len() as f64 / n as f64,
        st(&mut errs),
        st(&mut base_err),
        ms_all[ms_all.len() / 2],
        ms_all[0]
    );
}
