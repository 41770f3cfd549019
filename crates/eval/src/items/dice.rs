//! Repeatable chance. It must not know what is decided by it.

/// A repeatable source of numbers (xorshift64*, S. Vigna, 2016, DOI 10.1145/2845077).
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        let mut dice = Self(seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        for _ in 0..8 {
            dice.roll();
        }
        dice
    }

    /// Evenly in 0..1.
    pub(crate) fn roll(&mut self) -> f32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 40) as f32 / (1u64 << 24) as f32
    }

    /// Evenly between two numbers.
    pub(crate) fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.roll()
    }

    /// Evenly among the numbers below `n`.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        ((self.roll() * n as f32) as usize).min(n.saturating_sub(1))
    }

    /// About normal, with a standard deviation of 1.
    pub(crate) fn normal(&mut self) -> f32 {
        (self.roll() + self.roll() + self.roll() + self.roll() - 2.0) * 1.732
    }

    /// A number in 0..1 that depends on its two arguments alone.
    pub(crate) fn hash(a: i64, b: i64) -> f32 {
        let mut v = (a as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (b as u64).wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
        v ^= v >> 29;
        v = v.wrapping_mul(0xBF58_476D_1CE4_E5B9);
        v ^= v >> 32;
        (v >> 40) as f32 / (1u64 << 24) as f32
    }
}
