//! Decoded pixels: the one shape in which images cross between crates.

use crate::units::Resolution;
use std::fmt;

/// How many samples a pixel has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Channels {
    /// One sample: 0 black … 255 white.
    Grey,
    /// Three samples: red, green, blue, sRGB.
    Rgb,
}

impl Channels {
    /// Samples per pixel.
    pub fn count(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::Rgb => 3,
        }
    }
}

/// The number of samples does not fit the width, height and channels.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{width}×{height} {channels:?} needs other than {samples} samples")]
pub struct BadRaster {
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Samples per pixel.
    pub channels: Channels,
    /// Samples given.
    pub samples: usize,
}

/// 8-bit pixels, rows top to bottom, no padding between rows; width and height are at least 1.
#[derive(Clone, PartialEq, Eq)]
pub struct Raster {
    width: u32,
    height: u32,
    channels: Channels,
    samples: Vec<u8>,
    resolution: Option<Resolution>,
}

impl Raster {
    /// Checks that `samples` holds exactly `width × height × channels` values and neither side is zero.
    pub fn new(width: u32, height: u32, channels: Channels, samples: Vec<u8>) -> Result<Self, BadRaster> {
        let wanted = (width as usize).checked_mul(height as usize).and_then(|n| n.checked_mul(channels.count()));
        if width == 0 || height == 0 || wanted != Some(samples.len()) {
            return Err(BadRaster { width, height, channels, samples: samples.len() });
        }
        Ok(Self { width, height, channels, samples, resolution: None })
    }

    /// The same pixels with a known resolution.
    #[must_use]
    pub fn with_resolution(mut self, resolution: Option<Resolution>) -> Self {
        self.resolution = resolution;
        self
    }

    /// Columns.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Rows.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Grey or colour.
    pub fn channels(&self) -> Channels {
        self.channels
    }

    /// All samples, row by row.
    pub fn samples(&self) -> &[u8] {
        &self.samples
    }

    /// Gives the samples away.
    pub fn into_samples(self) -> Vec<u8> {
        self.samples
    }

    /// Dots per inch, if the source said so.
    pub fn resolution(&self) -> Option<Resolution> {
        self.resolution
    }

    /// One row of samples; `y` must be below the height.
    pub fn row(&self, y: u32) -> &[u8] {
        let stride = self.width as usize * self.channels.count();
        &self.samples[y as usize * stride..][..stride]
    }

    /// The same picture in grey (Rec. 601 weights, as JPEG has them).
    #[must_use]
    pub fn to_grey(&self) -> Self {
        let samples = match self.channels {
            Channels::Grey => self.samples.clone(),
            Channels::Rgb => self
                .samples
                .chunks_exact(3)
                .map(|p| ((u32::from(p[0]) * 77 + u32::from(p[1]) * 150 + u32::from(p[2]) * 29) >> 8) as u8)
                .collect(),
        };
        Self { channels: Channels::Grey, samples, ..*self }
    }
}

impl fmt::Debug for Raster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Raster({}×{} {:?})", self.width, self.height, self.channels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_raster_is_never_ragged() {
        assert!(Raster::new(2, 2, Channels::Grey, vec![0; 4]).is_ok());
        assert!(Raster::new(2, 2, Channels::Rgb, vec![0; 4]).is_err());
        assert!(Raster::new(0, 2, Channels::Grey, vec![]).is_err());
    }

    #[test]
    fn grey_keeps_black_and_white() {
        let colour = Raster::new(2, 1, Channels::Rgb, vec![0, 0, 0, 255, 255, 255]).unwrap();
        assert_eq!(colour.to_grey().samples(), [0, 255]);
    }
}
