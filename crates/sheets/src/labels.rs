//! The label sheets stickers are printed on: a layout is a row of a table.
//!
//! Every layout is for A4. The names are those on the packets; many makers sell the same layout under other numbers.
//! This file must not know what stands on a sticker.

use crate::layout::Area;

/// How the labels lie on a sheet of A4, in millimetres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LabelSheet {
    /// The name it is asked for by, lower case.
    pub name: &'static str,
    /// Columns by rows: another name for it.
    pub grid: &'static str,
    /// What to look for on the packet.
    pub packet: &'static str,
    /// Labels across.
    pub columns: usize,
    /// Labels down.
    pub rows: usize,
    /// The upper left label.
    pub first: Area,
    /// From the left edge of a label to that of the next, and from upper edge to upper edge.
    pub pitch: (f64, f64),
}

/// The layouts that schools buy most; the first is the default.
pub static LABEL_SHEETS: [LabelSheet; 4] = [
    LabelSheet {
        name: "l7160",
        grid: "3x7",
        packet: "21 labels of 63.5 × 38.1 mm (Avery L7160)",
        columns: 3,
        rows: 7,
        first: Area::new(7.21, 15.15, 63.5, 38.1),
        pitch: (66.04, 38.1),
    },
    LabelSheet {
        name: "l7163",
        grid: "2x7",
        packet: "14 labels of 99.1 × 38.1 mm (Avery L7163)",
        columns: 2,
        rows: 7,
        first: Area::new(4.63, 15.15, 99.1, 38.1),
        pitch: (101.64, 38.1),
    },
    LabelSheet {
        name: "3474",
        grid: "3x8",
        packet: "24 labels of 70 × 37 mm, to the edges (Avery 3474)",
        columns: 3,
        rows: 8,
        first: Area::new(0.0, 0.5, 70.0, 37.0),
        pitch: (70.0, 37.0),
    },
    LabelSheet {
        name: "3651",
        grid: "4x10",
        packet: "40 labels of 52.5 × 29.7 mm, to the edges (Avery 3651)",
        columns: 4,
        rows: 10,
        first: Area::new(0.0, 0.0, 52.5, 29.7),
        pitch: (52.5, 29.7),
    },
];

/// The largest code on a sticker, in millimetres.
const LARGEST_CODE: f64 = 25.0;
/// Modules across a sticker's code with its quiet zones; without them 21.
const WITH_QUIET: f64 = 29.0;

impl LabelSheet {
    /// The layout with this name or grid, whatever the case.
    pub fn named(name: &str) -> Option<&'static Self> {
        LABEL_SHEETS.iter().find(|sheet| sheet.name.eq_ignore_ascii_case(name) || sheet.grid.eq_ignore_ascii_case(name))
    }

    /// Labels on a sheet.
    pub fn per_page(&self) -> usize {
        self.columns * self.rows
    }

    /// The label in a column and row, counted from 0 at the upper left.
    pub fn cell(&self, column: usize, row: usize) -> Area {
        let (dx, dy) = (self.pitch.0 * column as f64, self.pitch.1 * row as f64);
        Area { x: self.first.x + dx, y: self.first.y + dy, ..self.first }
    }

    /// Side of the code on one label: as large as its quiet zones and a millimetre for a crooked feed allow.
    pub fn code_side(&self) -> f64 {
        let room = (self.first.h - 1.0) * (WITH_QUIET - 8.0) / WITH_QUIET;
        ((room * 2.0).floor() / 2.0).min(LARGEST_CODE)
    }
}

impl Default for &LabelSheet {
    fn default() -> Self {
        &LABEL_SHEETS[0]
    }
}

/// All layouts in one line, for messages: `l7160 (3x7), …`.
pub fn known_layouts() -> String {
    LABEL_SHEETS.iter().map(|sheet| format!("{} ({})", sheet.name, sheet.grid)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::PAGE;

    #[test]
    fn layouts_lie_in_the_middle_of_the_paper() {
        for sheet in &LABEL_SHEETS {
            let last = sheet.cell(sheet.columns - 1, sheet.rows - 1);
            assert!(sheet.first.x >= 0.0 && last.x + last.w < PAGE.w + 0.01, "{} is too wide", sheet.name);
            assert!((sheet.first.x - (PAGE.w - last.x - last.w)).abs() < 0.1, "{} across", sheet.name);
            assert!((sheet.first.y - (PAGE.h - last.y - last.h)).abs() < 0.1, "{} down", sheet.name);
            assert!(sheet.pitch.0 >= sheet.first.w && sheet.pitch.1 >= sheet.first.h, "{} overlaps", sheet.name);
            assert_eq!(sheet.grid, format!("{}x{}", sheet.columns, sheet.rows));
        }
    }

    #[test]
    fn codes_keep_modules_that_a_camera_resolves() {
        for sheet in &LABEL_SHEETS {
            assert!(sheet.code_side() / 21.0 >= 0.9, "{}: {} mm", sheet.name, sheet.code_side());
        }
    }

    #[test]
    fn layouts_are_found_by_either_name() {
        assert_eq!(LabelSheet::named("L7160").map(LabelSheet::per_page), Some(21));
        assert_eq!(LabelSheet::named("4x10").map(LabelSheet::per_page), Some(40));
        assert_eq!(LabelSheet::named("l9999"), None);
        assert!(known_layouts().contains("3474 (3x8)"));
    }
}
