//! From the rows of SANE to the rows of PNG (SANE standard 1.06, section 3.2; PNG specification, section 7.2).
//!
//! | SANE | PNG |
//! |---|---|
//! | 1 bit grey, 1 is black | 8 bits, 0 and 255 |
//! | 1 bit colour, 1 is full, a byte of red, of green, of blue for each eight pixels | 8 bits, 0 and 255 |
//! | 8 bits | the same |
//! | 16 bits, native byte order | 16 bits, big-endian |
//!
//! Bytes behind the last pixel of a row are cut off.

use sane_rs::{FrameFormat, Parameters};

/// Wider pages do not exist: a metre at 9600 dpi has fewer pixels.
const WIDEST: usize = 400_000;

/// What a pixel has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Channels {
    /// One sample; 1 bit means black.
    Grey,
    /// One sample of a colour; 1 bit means full.
    OneColour,
    /// Three samples.
    Rgb,
}

/// Bits of a sample as they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    One,
    Eight,
    Sixteen,
}

impl Depth {
    /// Bytes of a sample as it leaves.
    pub(crate) fn bytes(self) -> usize {
        if self == Self::Sixteen { 2 } else { 1 }
    }
}

/// The shape of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) channels: Channels,
    pub(crate) depth: Depth,
    pub(crate) width: usize,
    pub(crate) bytes_per_line: usize,
}

impl Layout {
    /// Checks what a backend announces.
    pub(crate) fn of(parameters: &Parameters) -> Result<Self, String> {
        let channels = match parameters.format {
            FrameFormat::Grey => Channels::Grey,
            FrameFormat::Rgb => Channels::Rgb,
            FrameFormat::Red | FrameFormat::Green | FrameFormat::Blue => Channels::OneColour,
            FrameFormat::Other(number) => return Err(format!("a frame of the unknown format {number}")),
        };
        let depth = match parameters.depth {
            1 => Depth::One,
            8 => Depth::Eight,
            16 => Depth::Sixteen,
            other => return Err(format!("samples of {other} bits")),
        };
        let width = usize::try_from(parameters.pixels_per_line).ok().filter(|width| (1..=WIDEST).contains(width));
        let width = width.ok_or_else(|| format!("rows of {} pixels", parameters.pixels_per_line))?;
        let bytes_per_line = usize::try_from(parameters.bytes_per_line).unwrap_or(0);
        let layout = Self { channels, depth, width, bytes_per_line };
        if bytes_per_line < layout.bytes_needed() || bytes_per_line > 16 * WIDEST {
            return Err(format!("rows of {width} pixels in {} bytes", parameters.bytes_per_line));
        }
        Ok(layout)
    }

    /// Samples of a pixel.
    pub(crate) fn samples_per_pixel(&self) -> usize {
        if self.channels == Channels::Rgb { 3 } else { 1 }
    }

    /// Bytes that the pixels of a row need as they come.
    fn bytes_needed(&self) -> usize {
        match self.depth {
            Depth::One => self.width.div_ceil(8) * self.samples_per_pixel(),
            Depth::Eight | Depth::Sixteen => self.row_bytes(),
        }
    }

    /// Bytes of a pixel as it leaves.
    pub(crate) fn pixel_bytes(&self) -> usize {
        self.samples_per_pixel() * self.depth.bytes()
    }

    /// Bytes of a row as it leaves.
    pub(crate) fn row_bytes(&self) -> usize {
        self.width * self.pixel_bytes()
    }

    /// Turns a row of `bytes_per_line` bytes into samples as PNG has them.
    pub(crate) fn samples(&self, raw: &[u8], out: &mut Vec<u8>) {
        out.clear();
        match self.depth {
            Depth::Eight => out.extend_from_slice(&raw[..self.row_bytes()]),
            Depth::Sixteen => out.extend(
                raw[..self.row_bytes()]
                    .chunks_exact(2)
                    .flat_map(|pair| u16::from_ne_bytes([pair[0], pair[1]]).to_be_bytes()),
            ),
            Depth::One => {
                let samples = self.samples_per_pixel();
                let flip = if self.channels == Channels::Grey { 0xff } else { 0 };
                out.extend((0..self.width).flat_map(|x| {
                    (0..samples).map(move |channel| {
                        let byte = raw[x / 8 * samples + channel] ^ flip;
                        if byte >> (7 - x % 8) & 1 == 1 { 255 } else { 0 }
                    })
                }));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(format: FrameFormat, depth: i32, pixels: i32, bytes: i32) -> Parameters {
        Parameters { format, last_frame: true, bytes_per_line: bytes, pixels_per_line: pixels, lines: 1, depth }
    }

    fn samples(format: FrameFormat, depth: i32, pixels: i32, raw: &[u8]) -> Vec<u8> {
        let layout = Layout::of(&parameters(format, depth, pixels, raw.len() as i32)).unwrap();
        let mut out = vec![99];
        layout.samples(raw, &mut out);
        out
    }

    #[test]
    fn rows_are_converted_and_padding_is_cut() {
        let cases = [
            (
                FrameFormat::Grey,
                1,
                10,
                vec![0b1000_0001, 0b0111_1111, 0xff],
                vec![0, 255, 255, 255, 255, 255, 255, 0, 255, 0],
            ),
            (FrameFormat::Rgb, 1, 2, vec![0b1000_0000, 0b0100_0000, 0b1100_0000], vec![255, 0, 255, 0, 255, 255]),
            (FrameFormat::Red, 1, 2, vec![0b1000_0000], vec![255, 0]),
            (FrameFormat::Grey, 8, 2, vec![1, 2, 3], vec![1, 2]),
            (FrameFormat::Rgb, 8, 1, vec![1, 2, 3, 4], vec![1, 2, 3]),
        ];
        for (format, depth, pixels, raw, wanted) in cases {
            assert_eq!(samples(format, depth, pixels, &raw), wanted, "{format:?} {depth}");
        }
        let native: Vec<u8> = [0x1234u16, 0xfedc].iter().flat_map(|sample| sample.to_ne_bytes()).collect();
        assert_eq!(samples(FrameFormat::Grey, 16, 2, &native), [0x12, 0x34, 0xfe, 0xdc]);
    }

    #[test]
    fn impossible_rows_are_refused() {
        for (format, depth, pixels, bytes) in [
            (FrameFormat::Grey, 8, 0, 10),
            (FrameFormat::Grey, 8, -5, 10),
            (FrameFormat::Grey, 8, i32::MAX, i32::MAX),
            (FrameFormat::Grey, 8, 11, 10),
            (FrameFormat::Rgb, 16, 2, 11),
            (FrameFormat::Rgb, 1, 9, 5),
            (FrameFormat::Grey, 8, 1, i32::MAX),
            (FrameFormat::Grey, 8, 1, -1),
            (FrameFormat::Grey, 12, 1, 10),
            (FrameFormat::Other(11), 8, 1, 10),
        ] {
            assert!(
                Layout::of(&parameters(format, depth, pixels, bytes)).is_err(),
                "{format:?} {depth} {pixels} {bytes}"
            );
        }
    }
}
