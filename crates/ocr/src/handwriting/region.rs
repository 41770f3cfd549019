//! Where a line of writing lies: a strip that may rise or fall a little from left to right.

use scantrail_core::ports::TextBox;

/// A strip between two upright sides; its upper and lower edge lean by `slope`. Pixels, y down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Region {
    pub(super) left: f32,
    pub(super) right: f32,
    /// Upper and lower edge in the middle between left and right.
    pub(super) top: f32,
    pub(super) bottom: f32,
    /// How far the edges come down for each pixel to the right.
    pub(super) slope: f32,
}

impl Region {
    pub(super) fn width(&self) -> f32 {
        self.right - self.left
    }

    pub(super) fn height(&self) -> f32 {
        self.bottom - self.top
    }

    pub(super) fn middle(&self) -> f32 {
        f32::midpoint(self.top, self.bottom)
    }

    /// How far the edges lie below where they are in the middle.
    pub(super) fn drop_at(&self, x: f32) -> f32 {
        (x - f32::midpoint(self.left, self.right)) * self.slope
    }

    /// Wider by `across` on either side and taller by `down` above and below.
    pub(super) fn grown(&self, across: f32, down: f32) -> Self {
        Self {
            left: self.left - across,
            right: self.right + across,
            top: self.top - down,
            bottom: self.bottom + down,
            ..*self
        }
    }

    /// The same in a picture whose pixels are `across` and `down` times as many.
    pub(super) fn scaled(&self, across: f32, down: f32) -> Self {
        Self {
            left: self.left * across,
            right: self.right * across,
            top: self.top * down,
            bottom: self.bottom * down,
            slope: self.slope * down / across,
        }
    }

    /// The upright box round the part between `from` and `to`, inside a page of this size and never empty.
    pub(super) fn part(&self, from: f32, to: f32, page: (u32, u32)) -> TextBox {
        let (a, b) = (self.drop_at(from), self.drop_at(to));
        let low = |v: f32, side: u32| (v.floor().max(0.0) as u32).min(side - 1);
        let high = |v: f32, side: u32| (v.ceil().max(0.0) as u32).min(side);
        let (x0, y0) = (low(from, page.0), low(self.top + a.min(b), page.1));
        let (x1, y1) = (high(to, page.0), high(self.bottom + a.max(b), page.1));
        TextBox { x0, y0, x1: x1.max(x0 + 1), y1: y1.max(y0 + 1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_box_of_a_part_follows_the_slope_and_stays_on_the_page() {
        let region = Region { left: 0.0, right: 100.0, top: 40.0, bottom: 50.0, slope: 0.1 };
        assert_eq!(region.part(0.0, 10.0, (200, 200)), TextBox { x0: 0, y0: 35, x1: 10, y1: 46 });
        assert_eq!(region.part(90.0, 100.0, (200, 200)), TextBox { x0: 90, y0: 44, x1: 100, y1: 55 });
        assert_eq!(region.part(-5.0, 500.0, (200, 48)), TextBox { x0: 0, y0: 34, x1: 200, y1: 48 });
        assert_eq!(region.part(300.0, 310.0, (200, 200)), TextBox { x0: 199, y0: 65, x1: 200, y1: 76 });
    }
}
