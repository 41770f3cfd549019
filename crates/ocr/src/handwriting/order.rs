//! In which order strips of writing are read: column after column, in each from top to bottom, on a line from left to
//! right.
//!
//! Knows nothing of what is written.

use super::region::Region;

/// Two strips stand on one line if they overlap by this share of the lower one's height.
const SAME_LINE: f32 = 0.5;
/// Strips one above the other may overlap sideways by this share of the narrower one and still stand on one line.
const BESIDE: f32 = 0.3;
/// A column has at least this many strips,
const COLUMN_STRIPS: usize = 3;
/// and at least this share of the width of what is divided: numbers in a margin are no column.
const COLUMN_WIDTH: f32 = 0.25;
/// Beside a gutter there are at most this many strips across it for each strip in a column.
const ACROSS: f32 = 0.25;
/// A gutter is at least as wide as this share of a strip's usual height.
const GUTTER: f32 = 0.5;

/// Blocks of lines in reading order, each line as the numbers of its strips. A column is a block, and so is what lies
/// across two columns.
pub(super) fn blocks(strips: &[Region]) -> Vec<Vec<Vec<usize>>> {
    let mut blocks = Vec::new();
    read((0..strips.len()).collect(), strips, &mut blocks);
    blocks
}

fn read(block: Vec<usize>, strips: &[Region], blocks: &mut Vec<Vec<Vec<usize>>>) {
    let Some(gutter) = gutter(&block, strips) else {
        blocks.push(rows(block, strips));
        return;
    };
    // What lies across the gutter, a heading for instance, divides the columns above from those below.
    let (mut across, mut beside): (Vec<_>, Vec<_>) = block.into_iter().partition(|&i| gutter.is_crossed_by(&strips[i]));
    across.sort_by(|&a, &b| strips[a].middle().total_cmp(&strips[b].middle()));
    for divider in across.into_iter().map(Some).chain([None]) {
        let end = divider.map_or(f32::MAX, |i| strips[i].middle());
        let (above, below): (Vec<_>, Vec<_>) = beside.into_iter().partition(|&i| strips[i].middle() <= end);
        let (left, right): (Vec<_>, Vec<_>) = above.into_iter().partition(|&i| strips[i].right <= gutter.at);
        for column in [left, right] {
            if !column.is_empty() {
                read(column, strips, blocks);
            }
        }
        blocks.extend(divider.map(|i| vec![vec![i]]));
        beside = below;
    }
}

/// An upright line between two columns.
#[derive(Debug, Clone, Copy)]
struct Gutter {
    at: f32,
    across: usize,
    width: f32,
}

impl Gutter {
    fn is_crossed_by(self, strip: &Region) -> bool {
        strip.left < self.at && self.at < strip.right
    }
}

fn gutter(block: &[usize], strips: &[Region]) -> Option<Gutter> {
    let candidates = block.iter().filter_map(|&i| gutter_after(strips[i].right, block, strips));
    candidates.min_by(|a, b| a.across.cmp(&b.across).then(b.width.total_cmp(&a.width)))
}

/// A gutter that begins where a strip ends, if it divides columns.
fn gutter_after(edge: f32, block: &[usize], strips: &[Region]) -> Option<Gutter> {
    let all = || block.iter().map(|&i| &strips[i]);
    let left = || all().filter(|strip| strip.right <= edge);
    let begin = all().filter(|strip| strip.left >= edge).map(|strip| strip.left).fold(f32::MAX, f32::min);
    let right = || all().filter(|strip| strip.left >= begin);
    let (lefts, rights) = (left().count(), right().count());
    let across = block.len() - lefts - rights;
    if lefts.min(rights) < COLUMN_STRIPS || across as f32 > ACROSS * (lefts + rights) as f32 {
        return None;
    }
    let extent = |strips: &mut dyn Iterator<Item = (f32, f32)>| {
        strips.fold((f32::MAX, f32::MIN), |(low, high), (from, to)| (low.min(from), high.max(to)))
    };
    let wide = |(from, to): (f32, f32)| to - from;
    let total = wide(extent(&mut all().map(|strip| (strip.left, strip.right))));
    let narrower = wide(extent(&mut left().map(|strip| (strip.left, strip.right))))
        .min(wide(extent(&mut right().map(|strip| (strip.left, strip.right)))));
    let (a, b) = (
        extent(&mut left().map(|strip| (strip.top, strip.bottom))),
        extent(&mut right().map(|strip| (strip.top, strip.bottom))),
    );
    // Columns stand beside each other, not one above the other.
    let together = a.1.min(b.1) - a.0.max(b.0);
    let are_beside = together > 0.5 * wide(a).min(wide(b));
    let width = begin - edge;
    let usual = all().map(Region::height).sum::<f32>() / block.len() as f32;
    let divides = narrower >= COLUMN_WIDTH * total && are_beside && width >= GUTTER * usual;
    divides.then_some(Gutter { at: edge + width / 2.0, across, width })
}

/// The lines of one column.
fn rows(mut column: Vec<usize>, strips: &[Region]) -> Vec<Vec<usize>> {
    column.sort_by(|&a, &b| strips[a].middle().total_cmp(&strips[b].middle()));
    let mut rows: Vec<Vec<usize>> = Vec::new();
    for i in column {
        let fits = |row: &Vec<usize>| {
            let overlaps: Option<Vec<f32>> = row.iter().map(|&j| beside(&strips[i], &strips[j])).collect();
            overlaps.map(|all| all.into_iter().fold(0.0, f32::max)).filter(|&share| share >= SAME_LINE)
        };
        let best = rows.iter().enumerate().filter_map(|(n, row)| Some((n, fits(row)?)));
        match best.max_by(|a, b| a.1.total_cmp(&b.1)) {
            Some((n, _)) => rows[n].push(i),
            None => rows.push(vec![i]),
        }
    }
    for row in &mut rows {
        row.sort_by(|&a, &b| strips[a].left.total_cmp(&strips[b].left));
    }
    let height = |row: &Vec<usize>| row.iter().map(|&i| strips[i].middle()).sum::<f32>() / row.len() as f32;
    rows.sort_by(|a, b| height(a).total_cmp(&height(b)));
    rows
}

/// The share of the lower strip's height at which both stand; nothing if one lies above the other.
fn beside(a: &Region, b: &Region) -> Option<f32> {
    let sideways = a.right.min(b.right) - a.left.max(b.left);
    if sideways > BESIDE * a.width().min(b.width()) {
        return None;
    }
    // Compared where they meet, so that a line that drifts stays one line.
    let (left, right) = if a.left < b.left { (a, b) } else { (b, a) };
    let (l, r) = (left.course.at(left.right), right.course.at(right.left));
    let upright = (left.bottom + l).min(right.bottom + r) - (left.top + l).max(right.top + r);
    Some(upright / a.height().min(b.height()))
}

#[cfg(test)]
mod tests {
    use super::super::region::Course;
    use super::*;

    fn lines(strips: &[Region]) -> Vec<Vec<usize>> {
        blocks(strips).concat()
    }

    fn strip(left: u16, right: u16, top: u16) -> Region {
        let [left, right, top] = [left, right, top].map(f32::from);
        Region { left, right, top, bottom: top + 20.0, course: Course::default() }
    }

    #[test]
    fn a_page_of_lines_is_read_from_top_to_bottom_and_each_line_from_left_to_right() {
        let strips = [
            strip(300, 500, 62),
            strip(0, 500, 100),
            strip(0, 500, 20),
            strip(0, 280, 58),
            strip(0, 30, 141),
            strip(50, 500, 140),
        ];
        assert_eq!(lines(&strips), [vec![2], vec![3, 0], vec![1], vec![4, 5]]);
        assert_eq!(lines(&[]), [[0usize; 0]; 0]);
    }

    #[test]
    fn columns_are_read_one_after_the_other_and_a_heading_before_both() {
        // A heading, two columns of three, a line across, two columns of three. Rights stand a little higher.
        let mut strips = vec![strip(0, 400, 10), strip(0, 400, 200)];
        for (first, count) in [(50, 3), (240, 3)] {
            for i in 0..count {
                strips.push(strip(0, 180, first + i * 40));
                strips.push(strip(220, 400, first + i * 40 - 4));
            }
        }
        let order: Vec<usize> = lines(&strips).concat();
        assert_eq!(order, [0, 2, 4, 6, 3, 5, 7, 1, 8, 10, 12, 9, 11, 13]);
        let sizes: Vec<usize> = blocks(&strips).iter().map(Vec::len).collect();
        assert_eq!(sizes, [1, 3, 3, 1, 3, 3], "a heading and a column are a block each");
    }

    #[test]
    fn numbers_in_the_margin_are_no_column() {
        let strips: Vec<_> = (0..5).flat_map(|i| [strip(0, 20, 40 * i), strip(40, 300 + 20 * i, 40 * i + 3)]).collect();
        let wanted: Vec<Vec<usize>> = (0..5).map(|i| vec![2 * i, 2 * i + 1]).collect();
        assert_eq!(lines(&strips), wanted);
    }

    #[test]
    fn lines_that_drift_into_each_other_stay_apart() {
        // Two lines in two strips each, which come down by 24 pixels from left to right: more than their height.
        let half = |left: f32, top: f32| {
            let course = Course { from: left, pitch: 195.0, drops: vec![-6.0, 6.0] };
            Region { left, right: left + 195.0, top, bottom: top + 20.0, course }
        };
        let strips = [half(200.0, 46.0), half(0.0, 34.0), half(200.0, 22.0), half(0.0, 10.0)];
        assert_eq!(lines(&strips), [vec![3, 2], vec![1, 0]]);
    }
}
