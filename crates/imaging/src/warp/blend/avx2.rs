//! The step with 256-bit instructions: sixteen samples in 16-bit lanes. Line by line what [`super::mix`] does.
//!
//! No address is ever handed to the processor here: vectors are made from arrays and turned back into arrays.

#![expect(
    clippy::inline_always,
    reason = "what is not inlined into the function compiled for the processor at hand is compiled for any processor"
)]

use super::{BLOCK, Lanes, ROUND, Ramp};
use fearless_simd::x86::Avx2;
use fearless_simd::{SimdInto, kernel, u8x16, u16x16, u32x8};
use std::arch::x86_64::{
    __m128i, __m256i, _mm_setr_epi8, _mm_shuffle_epi8, _mm256_add_epi16, _mm256_add_epi32, _mm256_and_si256,
    _mm256_castsi256_si128, _mm256_cvtepu8_epi16, _mm256_min_epu32, _mm256_mulhi_epi16, _mm256_mullo_epi16,
    _mm256_mullo_epi32, _mm256_packus_epi16, _mm256_permute4x64_epi64, _mm256_set1_epi16, _mm256_set1_epi32,
    _mm256_setr_epi32, _mm256_slli_epi16, _mm256_srli_epi16, _mm256_srli_epi32, _mm256_sub_epi16,
};

impl Lanes for Avx2 {
    #[inline(always)]
    fn squares(self, corners: [&[u8; BLOCK]; 4], columns: &[u16; BLOCK], x: Ramp, y: Ramp) -> [u8; BLOCK] {
        let columns: u16x16<Self> = (*columns).simd_into(self);
        let mixed: u8x16<Self> = squares(self, load(self, corners), columns.into(), x, y).simd_into(self);
        mixed.into()
    }

    #[inline(always)]
    fn quads(self, corners: [&[u8; BLOCK]; 4], columns: &[u16; BLOCK], x: Ramp, y: Ramp) -> [u8; BLOCK] {
        let columns: u16x16<Self> = (*columns).simd_into(self);
        let wide = squares(self, load(self, corners), columns.into(), x, y);
        let close: u8x16<Self> = without_fourths(self, wide).simd_into(self);
        close.into()
    }

    #[inline(always)]
    fn pairs(self, [a, b]: [&[u16; BLOCK]; 2], columns: &[u16; BLOCK], x: Ramp, y: Ramp) -> [u8; BLOCK] {
        let a: u16x16<Self> = (*a).simd_into(self);
        let b: u16x16<Self> = (*b).simd_into(self);
        let columns: u16x16<Self> = (*columns).simd_into(self);
        let mixed: u8x16<Self> = pairs(self, a.into(), b.into(), columns.into(), x, y).simd_into(self);
        mixed.into()
    }

    #[inline(always)]
    fn offsets(self, x: (u32, u32), y: (u32, u32), row: u32, pixel: u32, last: u32) -> [u32; BLOCK] {
        let mut offsets = [0; BLOCK];
        for (first, half) in [0, 8].into_iter().zip(offsets.as_chunks_mut::<8>().0) {
            let eight: u32x8<Self> = offsets_from(self, first, x, y, row, pixel, last).simd_into(self);
            *half = eight.into();
        }
        offsets
    }
}

#[inline(always)]
fn load(avx2: Avx2, corners: [&[u8; BLOCK]; 4]) -> [__m128i; 4] {
    corners.map(
        #[inline(always)]
        |samples| {
            let vector: u8x16<Avx2> = (*samples).simd_into(avx2);
            vector.into()
        },
    )
}

kernel!(
    /// Leaves out every fourth sample.
    #[inline(always)]
    fn without_fourths(avx2: Avx2, wide: __m128i) -> __m128i {
        _mm_shuffle_epi8(wide, _mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1))
    }
);

kernel!(
    #[inline(always)]
    fn squares(avx2: Avx2, corners: [__m128i; 4], columns: __m256i, x: Ramp, y: Ramp) -> __m128i {
        let [p, q, r, s] = corners;
        mix(
            avx2,
            [_mm256_cvtepu8_epi16(p), _mm256_cvtepu8_epi16(q), _mm256_cvtepu8_epi16(r), _mm256_cvtepu8_epi16(s)],
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
            [
                _mm256_and_si256(above, low),
                _mm256_srli_epi16::<8>(above),
                _mm256_and_si256(below, low),
                _mm256_srli_epi16::<8>(below),
            ],
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
    fn mix(avx2: Avx2, corners: [__m256i; 4], wx: __m256i, wy: __m256i) -> __m128i {
        let [p, q, r, s] = corners;
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

kernel!(
    /// Eight offsets from step `first` on.
    #[inline(always)]
    fn offsets_from(avx2: Avx2, first: i32, x: (u32, u32), y: (u32, u32), row: u32, pixel: u32, last: u32) -> __m256i {
        let all = |v: u32| _mm256_set1_epi32(v as i32);
        let steps = _mm256_add_epi32(_mm256_set1_epi32(first), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
        let steps = _mm256_min_epu32(steps, all(last));
        let column = _mm256_srli_epi32::<16>(_mm256_add_epi32(all(x.0), _mm256_mullo_epi32(steps, all(x.1))));
        let line = _mm256_srli_epi32::<16>(_mm256_add_epi32(all(y.0), _mm256_mullo_epi32(steps, all(y.1))));
        _mm256_add_epi32(_mm256_mullo_epi32(line, all(row)), _mm256_mullo_epi32(column, all(pixel)))
    }
);
