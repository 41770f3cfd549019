//! Plain loops compiled twice: once for any processor, once with the 256-bit instructions of the one at hand.
//!
//! What runs inside is ordinary code and gives the same bits either way: nothing is reordered and no product is fused
//! with a sum. It must not know what is computed.

/// Runs `kernel` with the widest instructions there are. Mark it `#[inline(always)]`, and keep what it calls small: what
/// is not inlined into it is compiled for any processor.
#[expect(clippy::inline_always, reason = "compiled together with its kernel for the processor at hand")]
#[inline(always)]
pub(crate) fn wide<R>(kernel: impl FnOnce() -> R) -> R {
    #[cfg(target_arch = "x86_64")]
    if let Some(avx2) = fearless_simd::Level::new().as_avx2() {
        use fearless_simd::Simd;
        return avx2.vectorize(kernel);
    }
    kernel()
}
