//! Connected groups of pixels in a mask.

/// The extent of one group, in working pixels; `right` and `bottom` inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Component {
    pub(crate) left: usize,
    pub(crate) top: usize,
    pub(crate) right: usize,
    pub(crate) bottom: usize,
    pub(crate) area: usize,
}

impl Component {
    pub(crate) fn width(&self) -> usize {
        self.right - self.left + 1
    }

    pub(crate) fn height(&self) -> usize {
        self.bottom - self.top + 1
    }

    /// Grows over another group.
    pub(crate) fn include(&mut self, other: &Self) {
        (self.left, self.right) = (self.left.min(other.left), self.right.max(other.right));
        (self.top, self.bottom) = (self.top.min(other.top), self.bottom.max(other.bottom));
        self.area += other.area;
    }

    /// Rows become columns.
    pub(crate) fn transposed(&self) -> Self {
        Self { left: self.top, top: self.left, right: self.bottom, bottom: self.right, area: self.area }
    }

    pub(crate) fn long_side(&self) -> usize {
        self.width().max(self.height())
    }
}

/// All groups of set pixels that touch at a side or a corner; the mask is used up.
pub(crate) fn components(mask: &mut [bool], width: usize) -> Vec<Component> {
    let height = mask.len() / width.max(1);
    let mut found = Vec::new();
    let mut open = Vec::new();
    for start in 0..mask.len() {
        if !std::mem::take(&mut mask[start]) {
            continue;
        }
        let (x, y) = (start % width, start / width);
        let mut c = Component { left: x, top: y, right: x, bottom: y, area: 0 };
        open.push((x, y));
        while let Some((x, y)) = open.pop() {
            c.area += 1;
            (c.left, c.right) = (c.left.min(x), c.right.max(x));
            (c.top, c.bottom) = (c.top.min(y), c.bottom.max(y));
            for ny in y.saturating_sub(1)..(y + 2).min(height) {
                for nx in x.saturating_sub(1)..(x + 2).min(width) {
                    if std::mem::take(&mut mask[ny * width + nx]) {
                        open.push((nx, ny));
                    }
                }
            }
        }
        found.push(c);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_join() {
        let rows = ["#....", ".#..#", "....#"];
        let mut mask: Vec<bool> = rows.iter().flat_map(|r| r.chars().map(|c| c == '#')).collect();
        let found = components(&mut mask, 5);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].area, found[0].width(), found[0].height()), (2, 2, 2));
        assert_eq!((found[1].left, found[1].bottom), (4, 2));
        assert!(components(&mut mask, 5).is_empty(), "the mask is used up");
    }
}
