//! What a frame looks like before its bytes are read (SANE standard 1.06, section 4.3.8).

/// What the samples of a frame mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FrameFormat {
    /// One grey channel. At one bit per sample, 1 is black.
    Grey,
    /// Red, green and blue, interleaved.
    Rgb,
    /// The red channel of three frames.
    Red,
    /// The green channel of three frames.
    Green,
    /// The blue channel of three frames.
    Blue,
    /// A number the standard does not define.
    Other(i32),
}

impl FrameFormat {
    pub(crate) fn from_raw(raw: i32) -> Self {
        match raw {
            0 => Self::Grey,
            1 => Self::Rgb,
            2 => Self::Red,
            3 => Self::Green,
            4 => Self::Blue,
            other => Self::Other(other),
        }
    }
}

/// The shape of a frame. Certain only between [`crate::Device::start`] and the end of the frame.
///
/// The numbers are the backend's: nothing here has been checked to be positive or consistent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Parameters {
    /// What the samples mean.
    pub format: FrameFormat,
    /// Whether this is the only or the last frame of the page.
    pub last_frame: bool,
    /// Bytes of one row, which may be more than the pixels need.
    pub bytes_per_line: i32,
    /// Pixels of one row.
    pub pixels_per_line: i32,
    /// Rows; negative if the device does not know beforehand.
    pub lines: i32,
    /// Bits per sample: 1, 8 or 16 (native byte order).
    pub depth: i32,
}

impl Parameters {
    /// How many bytes a whole frame has; `None` if its height is not known or the numbers make no sense.
    pub fn total_bytes(&self) -> Option<usize> {
        let lines = usize::try_from(self.lines).ok()?;
        usize::try_from(self.bytes_per_line).ok()?.checked_mul(lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_height_has_no_total() {
        let mut parameters = Parameters {
            format: FrameFormat::Grey,
            last_frame: true,
            bytes_per_line: 10,
            pixels_per_line: 10,
            lines: 7,
            depth: 8,
        };
        assert_eq!(parameters.total_bytes(), Some(70));
        parameters.lines = -1;
        assert_eq!(parameters.total_bytes(), None);
    }
}
