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

/// All groups of set pixels that touch at a side or a corner, in the order of their first pixels; the mask is used up.
///
/// Rows are taken as runs of set pixels, and a run joins the runs it touches in the row above: masks are mostly empty, and
/// a run costs as much as a pixel.
pub(crate) fn components(mask: &mut [bool], width: usize) -> Vec<Component> {
    let mut groups = Groups::default();
    // The runs of the row above and of this one: first column, one after the last, group.
    let (mut above, mut here): (Vec<Run>, Vec<Run>) = (Vec::new(), Vec::new());
    for (y, row) in mask.chunks_exact_mut(width.max(1)).enumerate() {
        here.clear();
        let mut before = 0;
        let mut from = 0;
        while let Some(first) = position(&row[from..], true) {
            let left = from + first;
            let end = position(&row[left..], false).map_or(width, |n| left + n);
            row[left..end].fill(false);
            let mut run = Run { left, end, group: None };
            // A run that ends before this one can touch none that comes later.
            while above.get(before).is_some_and(|r| r.end < left) {
                before += 1;
            }
            for touched in above[before..].iter().take_while(|r| r.left <= end) {
                run.group = Some(groups.join(run.group, touched.group));
            }
            groups.add(&mut run, y);
            here.push(run);
            from = end;
        }
        std::mem::swap(&mut above, &mut here);
    }
    groups.finish()
}

/// Where the first pixel of a kind is; long stretches of the other kind are passed eight at a time.
fn position(row: &[bool], set: bool) -> Option<usize> {
    let (eights, rest) = row.as_chunks::<8>();
    let skipped = 8 * eights.iter().take_while(|eight| **eight == [!set; 8]).count();
    debug_assert!(skipped + rest.len() <= row.len());
    row[skipped..].iter().position(|&v| v == set).map(|at| skipped + at)
}

/// Set pixels side by side in one row.
#[derive(Debug, Clone, Copy)]
struct Run {
    left: usize,
    /// One after the last.
    end: usize,
    group: Option<usize>,
}

/// Groups while they are found; those that turn out to be one lead to the one that was first.
#[derive(Debug, Default)]
struct Groups {
    found: Vec<Component>,
    same_as: Vec<usize>,
}

impl Groups {
    fn root(&mut self, mut i: usize) -> usize {
        while self.same_as[i] != i {
            self.same_as[i] = self.same_as[self.same_as[i]];
            i = self.same_as[i];
        }
        i
    }

    /// The group of a run that touches `other`, too.
    fn join(&mut self, own: Option<usize>, other: Option<usize>) -> usize {
        let other = self.root(other.expect("every run of the row above has a group"));
        let Some(own) = own.map(|own| self.root(own)) else { return other };
        let (first, second) = (own.min(other), own.max(other));
        if first != second {
            let joined = self.found[second];
            self.found[first].include(&joined);
            self.same_as[second] = first;
        }
        first
    }

    fn add(&mut self, run: &mut Run, y: usize) {
        let piece = Component { left: run.left, top: y, right: run.end - 1, bottom: y, area: run.end - run.left };
        if let Some(group) = run.group {
            self.found[group].include(&piece);
        } else {
            run.group = Some(self.found.len());
            self.same_as.push(self.found.len());
            self.found.push(piece);
        }
    }

    fn finish(self) -> Vec<Component> {
        let all = self.found.into_iter().zip(self.same_as).enumerate();
        all.filter(|&(i, (_, same_as))| i == same_as).map(|(_, (group, _))| group).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Dice;
    use proptest::prelude::*;

    /// What [`components`] must find: pixel by pixel, each group flooded from its first pixel.
    fn flooded(mask: &mut [bool], width: usize) -> Vec<Component> {
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

    proptest! {
        #[test]
        fn runs_find_what_flooding_finds(
            width in 1usize..70, height in 0usize..40, seed in any::<u64>(), share in 0.02..0.98,
        ) {
            let mut dice = Dice::new(seed);
            let mask: Vec<bool> = (0..width * height).map(|_| dice.roll() < share).collect();
            let (mut a, mut b) = (mask.clone(), mask);
            prop_assert_eq!(components(&mut a, width), flooded(&mut b, width));
            prop_assert_eq!(a, b, "the mask is used up");
        }
    }

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
