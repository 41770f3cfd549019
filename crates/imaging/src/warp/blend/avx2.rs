//! The step with 256-bit instructions: sixteen samples in 16-bit lanes. Line by line what [`super::mix`] does.
//!
//! No address is ever handed to the processor here: vectors are made from arrays and turned back into arrays.

use super::{BLOCK, Lanes, ROUND, Ramp};
use fearless_simd::x86::Avx2;
use fearless_simd::{SimdInto, kernel, u8x16, u8x32, u16x16};
use std::arch::x86_64::{
    __m128i, __m256i, _mm256_add_epi16, _mm256_and_si256, _mm256_castsi256_si128, _mm256_cvtepu8_epi16,
    _mm256_mulhi_epi16, _mm256_mullo_epi16, _mm256_packus_epi16, _mm256_permute4x64_epi64, _mm256_set1_epi16,
    _mm256_slli_epi16, _mm256_srli_epi16, _mm256_sub_epi16,
};

impl Lanes for Avx2 {
    #[inline(always)]
    fn squares(self, [p, q, r, s]: [&[u8; BLOCK]; 4], columns: &[u16; BLOCK], x: Ramp, y: Ramp) -> [u8; BLOCK] {
        let load = |samples: &[u8; BLOCK]| -> __m128i {
            let vector: u8x16<Self> = (*samples).simd_into(self);
            vector.into()
        };
        let columns: u16x16<Self> = (*columns).simd_into(self);
        let mixed: u8x16<Self> =
            squares(self, load(p), load(q), load(r), load(s), columns.into(), x, y).simd_into(self);
        mixed.into()
    }

    #[inline(always)]
    fn pairs(self, [a, b]: [&[[u8; 2]; BLOCK]; 2], columns: &[u16; BLOCK], x: Ramp, y: Ramp) -> [u8; BLOCK] {
        let load = |pairs: &[[u8; 2]; BLOCK]| -> __m256i {
            let bytes: [u8; 2 * BLOCK] = *pairs.as_flattened().first_chunk().expect("twice as many bytes as pairs");
            let vector: u8x32<Self> = bytes.simd_into(self);
            vector.into()
        };
        let columns: u16x16<Self> = (*columns).simd_into(self);
        let mixed: u8x16<Self> = pairs(self, load(a), load(b), columns.into(), x, y).simd_into(self);
        mixed.into()
    }
}

kernel!(
    #[inline(always)]
    fn squares(
        avx2: Avx2,
        p: __m128i,
        q: __m128i,
        r: __m128i,
        s: __m128i,
        columns: __m256i,
        x: Ramp,
        y: Ramp,
    ) -> __m128i {
        mix(
            avx2,
            _mm256_cvtepu8_epi16(p),
            _mm256_cvtepu8_epi16(q),
            _mm256_cvtepu8_epi16(r),
            _mm256_cvtepu8_epi16(s),
            weights(avx2, columns, x),
            weights(avx2, columns, y),
        )
    }
);

kernel!(
    #[inline(always)]
    fn pairs(avx2: Avx2, above: __m256i, below: __m256i, columns: __m256i, x: Ramp, y: Ramp) -> __m128i {
        let low = _mm256_set1_epi16(255);
        mix(
            avx2,
            _mm256_and_si256(above, low),
            _mm256_srli_epi16::<8>(above),
            _mm256_and_si256(below, low),
            _mm256_srli_epi16::<8>(below),
            weights(avx2, columns, x),
            weights(avx2, columns, y),
        )
    }
);

kernel!(
    /// Fractions of 15 bits.
    #[inline(always)]
    fn weights(avx2: Avx2, columns: __m256i, ramp: Ramp) -> __m256i {
        let grown = _mm256_mullo_epi16(columns, _mm256_set1_epi16(ramp.step as i16));
        _mm256_srli_epi16::<1>(_mm256_add_epi16(_mm256_set1_epi16(ramp.start as i16), grown))
    }
);

kernel!(
    #[inline(always)]
    fn mix(avx2: Avx2, p: __m256i, q: __m256i, r: __m256i, s: __m256i, wx: __m256i, wy: __m256i) -> __m128i {
        let left = _mm256_add_epi16(
            _mm256_slli_epi16::<6>(p),
            _mm256_mulhi_epi16(_mm256_slli_epi16::<7>(_mm256_sub_epi16(r, p)), wy),
        );
        let right = _mm256_add_epi16(
            _mm256_slli_epi16::<6>(q),
            _mm256_mulhi_epi16(_mm256_slli_epi16::<7>(_mm256_sub_epi16(s, q)), wy),
        );
        let step = _mm256_slli_epi16::<1>(_mm256_sub_epi16(right, left));
        let value = _mm256_add_epi16(left, _mm256_mulhi_epi16(step, wx));
        let levels = _mm256_srli_epi16::<6>(_mm256_add_epi16(value, _mm256_set1_epi16(ROUND)));
        // Each half packs its eight samples twice; the second quarter of the result lies in the upper half.
        let packed = _mm256_packus_epi16(levels, levels);
        _mm256_castsi256_si128(_mm256_permute4x64_epi64::<0b00_00_10_00>(packed))
    }
);
