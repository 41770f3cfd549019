//! Colour to grey, sixteen pixels at a time.

/// Pixels of one step.
pub(super) const BLOCK: usize = 16;

/// Rec. 601 in 1/256; the sum of three products stays below 2¹⁶.
pub(super) fn of([r, g, b]: [u8; 3]) -> u16 {
    (u16::from(r) * 77 + u16::from(g) * 150 + u16::from(b) * 29) >> 8
}

/// [`of`] for each pixel.
pub(super) fn block(pixels: &[u8; BLOCK * 3]) -> [u16; BLOCK] {
    let mut greys = [0; BLOCK];
    greys.iter_mut().zip(pixels.as_chunks().0).for_each(|(grey, pixel)| *grey = of(*pixel));
    greys
}

/// The same with 256-bit instructions. No compiler of today finds these shuffles by itself.
#[cfg(target_arch = "x86_64")]
#[expect(clippy::inline_always, reason = "compiled together with its caller for the processor at hand")]
pub(super) mod avx2 {
    use super::BLOCK;
    use fearless_simd::x86::Avx2;
    use fearless_simd::{SimdInto, kernel, u8x16, u16x16};
    use std::arch::x86_64::{
        __m128i, __m256i, _mm_or_si128, _mm_setr_epi8, _mm_shuffle_epi8, _mm256_add_epi16, _mm256_cvtepu8_epi16,
        _mm256_mullo_epi16, _mm256_set1_epi16, _mm256_srli_epi16,
    };

    #[inline(always)]
    pub(in super::super) fn block(avx2: Avx2, pixels: &[u8; BLOCK * 3]) -> [u16; BLOCK] {
        let [a, b, c] = *pixels.as_chunks::<BLOCK>().0 else { unreachable!("three times sixteen samples") };
        let a: u8x16<Avx2> = a.simd_into(avx2);
        let b: u8x16<Avx2> = b.simd_into(avx2);
        let c: u8x16<Avx2> = c.simd_into(avx2);
        let greys: u16x16<Avx2> = greys(avx2, a.into(), b.into(), c.into()).simd_into(avx2);
        greys.into()
    }

    kernel!(
        #[inline(always)]
        fn greys(avx2: Avx2, a: __m128i, b: __m128i, c: __m128i) -> __m256i {
            // Red lies in bytes 0, 3, 6 … of the 48, green in 1, 4, 7 …, blue in 2, 5, 8 …
            let red = _mm_or_si128(
                _mm_or_si128(
                    _mm_shuffle_epi8(a, _mm_setr_epi8(0, 3, 6, 9, 12, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1)),
                    _mm_shuffle_epi8(b, _mm_setr_epi8(-1, -1, -1, -1, -1, -1, 2, 5, 8, 11, 14, -1, -1, -1, -1, -1)),
                ),
                _mm_shuffle_epi8(c, _mm_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1, 4, 7, 10, 13)),
            );
            let green = _mm_or_si128(
                _mm_or_si128(
                    _mm_shuffle_epi8(a, _mm_setr_epi8(1, 4, 7, 10, 13, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1)),
                    _mm_shuffle_epi8(b, _mm_setr_epi8(-1, -1, -1, -1, -1, 0, 3, 6, 9, 12, 15, -1, -1, -1, -1, -1)),
                ),
                _mm_shuffle_epi8(c, _mm_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 2, 5, 8, 11, 14)),
            );
            let blue = _mm_or_si128(
                _mm_or_si128(
                    _mm_shuffle_epi8(a, _mm_setr_epi8(2, 5, 8, 11, 14, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1)),
                    _mm_shuffle_epi8(b, _mm_setr_epi8(-1, -1, -1, -1, -1, 1, 4, 7, 10, 13, -1, -1, -1, -1, -1, -1)),
                ),
                _mm_shuffle_epi8(c, _mm_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 3, 6, 9, 12, 15)),
            );
            let times = |samples: __m128i, weight: i16| {
                _mm256_mullo_epi16(_mm256_cvtepu8_epi16(samples), _mm256_set1_epi16(weight))
            };
            let sum = _mm256_add_epi16(_mm256_add_epi16(times(red, 77), times(green, 150)), times(blue, 29));
            _mm256_srli_epi16::<8>(sum)
        }
    );
}
