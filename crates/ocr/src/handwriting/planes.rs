//! Pixels as the networks take them: three planes, blue, green and red, −1 black … 1 white.

use super::region::Region;
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use scantrail_core::raster::{Channels, Raster};

/// Height of a line as the network that reads takes it, in its pixels.
pub(super) const LINE_HEIGHT: usize = 48;

/// Makes planes of pages; keeps the room that resizing needs.
#[derive(Debug, Default)]
pub(super) struct Planes {
    resizer: Resizer,
}

/// Where in the page something was taken from, in pixels that may be broken.
#[derive(Debug, Clone, Copy)]
struct Cut {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
}

impl Cut {
    /// What of these columns and rows lies on the page; at least a pixel.
    fn on(page: &Raster, across: (f32, f32), down: (f32, f32)) -> Self {
        let side = |(from, to): (f32, f32), length: u32| {
            let length = f64::from(length);
            let from = f64::from(from).clamp(0.0, length - 1.0);
            (from, f64::from(to).clamp(from + 1.0, length) - from)
        };
        let ((left, width), (top, height)) = (side(across, page.width()), side(down, page.height()));
        Self { left, top, width, height }
    }
}

impl Planes {
    /// The whole page in this size.
    pub(super) fn page(&mut self, page: &Raster, (width, height): (usize, usize)) -> Vec<f32> {
        let whole = Cut { left: 0.0, top: 0.0, width: page.width().into(), height: page.height().into() };
        let samples = self.resized(page, whole, (width, height));
        let pixels = page.channels().count();
        let mut planes = vec![0.0; 3 * width * height];
        for (channel, plane) in planes.chunks_exact_mut(width * height).enumerate() {
            for (value, pixel) in plane.iter_mut().zip(samples.chunks_exact(pixels)) {
                *value = normal(sample(pixel, channel));
            }
        }
        planes
    }

    /// A strip of the page, made level and [`LINE_HEIGHT`] high, at the left of a picture `width` wide; what is left
    /// over at the right is middle grey, as the network was taught. `region` in pixels of the page.
    pub(super) fn line(&mut self, page: &Raster, region: &Region, content: usize, width: usize) -> Vec<f32> {
        let scale = LINE_HEIGHT as f32 / region.height();
        // The strip bends: all of it is cut out, and each column takes its part.
        let (top, bottom) = region.extent();
        let cut = Cut::on(page, (region.left, region.right), (top, bottom));
        let tall = (cut.height as f32 * scale).round().max(1.0) as usize;
        let above = cut.top as f32;
        let samples = self.resized(page, cut, (content, tall));
        let pixel = page.channels().count();
        let mut planes = vec![0.0; 3 * width * LINE_HEIGHT];
        for x in 0..content.min(width) {
            let place = region.left + (x as f32 + 0.5) / content as f32 * region.width();
            let first = (region.top + region.course.at(place) - above) * scale;
            for y in 0..LINE_HEIGHT {
                // Beyond the edge of the page it looks like the edge.
                let at = (first + y as f32).clamp(0.0, (tall - 1) as f32);
                let (upper, share) = (at as usize, at.fract());
                let lower = (upper + 1).min(tall - 1);
                for channel in 0..3 {
                    let value = |y: usize| f32::from(sample(&samples[(y * content + x) * pixel..][..pixel], channel));
                    let mixed = value(upper) * (1.0 - share) + value(lower) * share;
                    planes[(channel * LINE_HEIGHT + y) * width + x] = mixed / 127.5 - 1.0;
                }
            }
        }
        planes
    }

    fn resized(&mut self, page: &Raster, cut: Cut, (width, height): (usize, usize)) -> Vec<u8> {
        let kind = match page.channels() {
            Channels::Grey => PixelType::U8,
            Channels::Rgb => PixelType::U8x3,
        };
        let source = ImageRef::new(page.width(), page.height(), page.samples(), kind)
            .expect("a raster holds exactly its pixels");
        let mut target = Image::new(width as u32, height as u32, kind);
        let options = ResizeOptions::new()
            .resize_alg(ResizeAlg::Convolution(FilterType::Bilinear))
            .crop(cut.left, cut.top, cut.width, cut.height);
        self.resizer.resize(&source, &mut target, &options).expect("the cut lies on the page, the pixels are alike");
        target.into_vec()
    }
}

/// Blue, green, red; a grey pixel is the same in all.
fn sample(pixel: &[u8], channel: usize) -> u8 {
    if pixel.len() == 3 { pixel[2 - channel] } else { pixel[0] }
}

fn normal(sample: u8) -> f32 {
    f32::from(sample) / 127.5 - 1.0
}

#[cfg(test)]
mod tests {
    use super::super::region::Course;
    use super::*;

    /// A dark band that comes down by one pixel in ten, on a white page.
    fn leaning() -> Raster {
        let samples = (0..200u32 * 200).map(|i| (i % 200, i / 200));
        let dark = |(x, y): (u32, u32)| (90 + x / 10..100 + x / 10).contains(&y);
        Raster::new(200, 200, Channels::Grey, samples.map(|at| if dark(at) { 0 } else { 255 }).collect()).unwrap()
    }

    #[test]
    fn a_leaning_strip_is_made_level() {
        let course = Course { from: 0.0, pitch: 200.0, drops: vec![-10.0, 10.0] };
        let region = Region { left: 0.0, right: 200.0, top: 96.0, bottom: 114.0, course };
        let planes = Planes::default().line(&leaning(), &region, 320, 400);
        let row = |y: usize| &planes[y * 400..][..320];
        let mean = |y: usize| row(y).iter().sum::<f32>() / 320.0;
        assert!(mean(23) < -0.95 && mean(2) > 0.9 && mean(46) > 0.9, "{} {} {}", mean(2), mean(23), mean(46));
        assert!(planes[320..400].iter().all(|&v| v == 0.0), "beside the line it is middle grey");
    }

    #[test]
    fn colours_come_blue_first() {
        let page = Raster::new(1, 1, Channels::Rgb, vec![255, 0, 51]).unwrap();
        let planes = Planes::default().page(&page, (1, 1));
        let off = planes.iter().zip([-0.6, -1.0, 1.0]).map(|(value, wanted)| (value - wanted).abs());
        assert!(off.fold(0.0, f32::max) < 1e-6, "{planes:?}");
    }
}
