//! Reproducible chance: the same seed gives the same pixels, on every machine and in every order of painting.
//!
//! Each part of a picture draws from its own child seed, so that a change in one part leaves the others as they were.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Where the chance of a picture comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Seed(pub u64);

impl Seed {
    /// A seed for part number `part` of what this seed stands for.
    #[must_use]
    pub fn child(self, part: u64) -> Self {
        // SplitMix64 finaliser (Steele, Lea, Flood 2014, DOI 10.1145/2660193.2660195).
        let mut z = self.0 ^ part.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        Self(z ^ (z >> 31))
    }

    /// A generator that starts at this seed.
    pub fn rng(self) -> ChaCha8Rng {
        ChaCha8Rng::seed_from_u64(self.0)
    }
}

/// One of several; there must be at least one.
pub(crate) fn pick<'a, T>(of: &'a [T], rng: &mut ChaCha8Rng) -> &'a T {
    &of[rng.random_range(0..of.len())]
}
