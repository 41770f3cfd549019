//! Where a line of writing lies: a strip that may rise, fall and bend from left to right, as hands drift.

use scantrail_core::ports::TextBox;

/// A strip between two upright sides, as high everywhere. Pixels, y down.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Region {
    pub(super) left: f32,
    pub(super) right: f32,
    /// Upper and lower edge where the course is 0.
    pub(super) top: f32,
    pub(super) bottom: f32,
    /// How far the edges lie below `top` and `bottom`.
    pub(super) course: Course,
}

/// How far a line lies below its usual height: one value for each pixel of the map from `from` on, `pitch` pixels of the
/// page apart. Before the first and after the last it goes on as there; without values it is straight.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Course {
    pub(super) from: f32,
    pub(super) pitch: f32,
    pub(super) drops: Vec<f32>,
}

impl Course {
    pub(super) fn at(&self, x: f32) -> f32 {
        let Some(last) = self.drops.len().checked_sub(1) else { return 0.0 };
        let place = ((x - self.from) / self.pitch).clamp(0.0, last as f32);
        let (before, share) = (place as usize, place.fract());
        self.drops[before] * (1.0 - share) + self.drops[(before + 1).min(last)] * share
    }

    /// The least and the greatest drop between two places.
    fn span(&self, from: f32, to: f32) -> (f32, f32) {
        let inside = (0..self.drops.len()).filter(|&i| (from..to).contains(&(self.from + i as f32 * self.pitch)));
        let drops = inside.map(|i| self.drops[i]).chain([self.at(from), self.at(to)]);
        drops.fold((f32::MAX, f32::MIN), |(low, high), drop| (low.min(drop), high.max(drop)))
    }
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

    /// Everything between the highest and the lowest place of the strip: upper and lower end.
    pub(super) fn extent(&self) -> (f32, f32) {
        let (low, high) = self.course.span(self.left, self.right);
        (self.top + low, self.bottom + high)
    }

    /// Wider by `across` on either side and taller by `down` above and below.
    pub(super) fn grown(&self, across: f32, down: f32) -> Self {
        Self {
            left: self.left - across,
            right: self.right + across,
            top: self.top - down,
            bottom: self.bottom + down,
            course: self.course.clone(),
        }
    }

    /// The same in a picture whose pixels are `across` and `down` times as many.
    pub(super) fn scaled(&self, across: f32, down: f32) -> Self {
        Self {
            left: self.left * across,
            right: self.right * across,
            top: self.top * down,
            bottom: self.bottom * down,
            course: Course {
                from: self.course.from * across,
                pitch: self.course.pitch * across,
                drops: self.course.drops.iter().map(|drop| drop * down).collect(),
            },
        }
    }

    /// The upright box round the part between `from` and `to`, inside a page of this size and never empty.
    pub(super) fn part(&self, from: f32, to: f32, page: (u32, u32)) -> TextBox {
        let (highest, lowest) = self.course.span(from, to);
        let low = |v: f32, side: u32| (v.floor().max(0.0) as u32).min(side - 1);
        let high = |v: f32, side: u32| (v.ceil().max(0.0) as u32).min(side);
        let (x0, y0) = (low(from, page.0), low(self.top + highest, page.1));
        let (x1, y1) = (high(to, page.0), high(self.bottom + lowest, page.1));
        TextBox { x0, y0, x1: x1.max(x0 + 1), y1: y1.max(y0 + 1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_box_of_a_part_follows_the_course_and_stays_on_the_page() {
        let course = Course { from: 0.0, pitch: 100.0, drops: vec![-5.0, 5.0] };
        let region = Region { left: 0.0, right: 100.0, top: 40.0, bottom: 50.0, course };
        assert_eq!(region.part(0.0, 10.0, (200, 200)), TextBox { x0: 0, y0: 35, x1: 10, y1: 46 });
        assert_eq!(region.part(90.0, 100.0, (200, 200)), TextBox { x0: 90, y0: 44, x1: 100, y1: 55 });
        assert_eq!(region.part(-5.0, 500.0, (200, 48)), TextBox { x0: 0, y0: 35, x1: 200, y1: 48 });
        assert_eq!(region.part(300.0, 310.0, (200, 200)), TextBox { x0: 199, y0: 45, x1: 200, y1: 55 });
    }
}
