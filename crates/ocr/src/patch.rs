//! Connected patches of a mask.

/// Moves the connected patch that holds `start` from `open` into `patch`; corners connect.
pub(crate) fn take_patch(open: &mut [bool], (width, height): (usize, usize), start: usize, patch: &mut Vec<usize>) {
    patch.clear();
    patch.push(start);
    open[start] = false;
    let mut next = 0;
    while let Some(&at) = patch.get(next) {
        next += 1;
        let (x, y) = (at % width, at / width);
        for ny in y.saturating_sub(1)..(y + 2).min(height) {
            for nx in x.saturating_sub(1)..(x + 2).min(width) {
                let neighbour = ny * width + nx;
                if open[neighbour] {
                    open[neighbour] = false;
                    patch.push(neighbour);
                }
            }
        }
    }
}
