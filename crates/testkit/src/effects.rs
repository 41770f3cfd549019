//! What machines and hands do to a page on its way to us, with the exact truth about it.

pub mod hand;
pub mod photo;
pub mod scanner;

use crate::seed::Seed;
use rand::Rng;

/// Grey-level noise, drawn once and read from random places: fast, and the same for the same seed.
struct Noise {
    levels: Vec<i16>,
}

const NOISE_LEVELS: usize = 1 << 15;

impl Noise {
    /// Roughly normal with the given standard deviation in grey levels.
    fn new(deviation: f32, seed: Seed) -> Self {
        let mut rng = seed.rng();
        let levels = (0..NOISE_LEVELS)
            .map(|_| {
                // Irwin–Hall: twelve uniform numbers have variance one.
                let sum: f32 = (0..12).map(|_| rng.random::<f32>()).sum();
                ((sum - 6.0) * deviation).round() as i16
            })
            .collect();
        Self { levels }
    }

    /// Disturbs samples in place, `stride` samples to a row.
    fn disturb(&self, samples: &mut [u8], stride: usize, seed: Seed) {
        let mut rng = seed.rng();
        for row in samples.chunks_mut(stride) {
            let mut rest = row;
            while !rest.is_empty() {
                let run = rest.len().min(1024);
                let start = rng.random_range(0..NOISE_LEVELS - run);
                let (now, later) = rest.split_at_mut(run);
                for (sample, level) in now.iter_mut().zip(&self.levels[start..]) {
                    *sample = (i16::from(*sample) + level).clamp(0, 255) as u8;
                }
                rest = later;
            }
        }
    }
}
