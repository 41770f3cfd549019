//! The rates as a picture: one small diagram for each condition, read at the bottom, recognised above, unseen on top.
//! Written by hand as SVG. It must not know how a rate was measured.

use super::subject::Kind;
use super::{Cell, Row};
use std::fmt::Write as _;

/// Width and height of a diagram's plane.
const PLANE: (f64, f64) = (150.0, 84.0);
/// From diagram to diagram.
const PITCH: (f64, f64) = (206.0, 142.0);
/// Diagrams beside each other: one for each strength.
const COLUMNS: usize = 3;
/// Space on the left for what the rows are, and above for titles.
const LEFT: f64 = 46.0;
const TOP: f64 = 58.0;

/// Colours that stay apart for most eyes and in grey.
const READ: &str = "#2a7f62";
const RECOGNISED: &str = "#e0b040";
const UNSEEN: &str = "#b5342d";

/// All tables, one below the other.
pub(super) fn svg(measured: &[(Kind, Vec<Row>)], sizes: &[f64]) -> String {
    let lines = |rows: &[Row]| rows.chunk_by(|a, b| a.condition.name == b.condition.name).count() as f64;
    let heights: Vec<f64> = measured.iter().map(|(_, rows)| TOP + PITCH.1 * lines(rows)).collect();
    let (width, height) = (LEFT + PITCH.0 * COLUMNS as f64, heights.iter().sum::<f64>() + 10.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" font-family=\"sans-serif\" font-size=\"10\" fill=\"#222\">\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n"
    );
    let mut top = 0.0;
    for ((kind, rows), height) in measured.iter().zip(&heights) {
        table(&mut svg, *kind, rows, sizes, top);
        top += height;
    }
    svg + "</svg>\n"
}

fn table(svg: &mut String, kind: Kind, rows: &[Row], sizes: &[f64], top: f64) {
    let title = match kind {
        Kind::Cover => "Covers through a feeder",
        Kind::Card => "Cards beside work",
    };
    text(svg, (LEFT, top + 22.0), "font-size=\"15\" font-weight=\"bold\"", title);
    let mut legend = vec![(READ, "a code was read")];
    if kind == Kind::Cover {
        legend.push((RECOGNISED, "only the frame was recognised"));
    }
    legend.push((UNSEEN, "unseen"));
    let mut x = LEFT;
    for (colour, what) in legend {
        _ = writeln!(svg, "<rect x=\"{x}\" y=\"{}\" width=\"9\" height=\"9\" fill=\"{colour}\"/>", top + 32.0);
        text(svg, (x + 13.0, top + 40.0), "", what);
        x += 34.0 + 5.4 * what.len() as f64;
    }
    text(svg, (x, top + 40.0), "fill=\"#777\"", "share of sheets over pixels to a module of the largest code");
    let lines = rows.chunk_by(|a, b| a.condition.name == b.condition.name);
    for (line, y) in lines.zip((0..).map(|n| top + TOP + PITCH.1 * f64::from(n))) {
        for (row, x) in line.iter().zip((0..).map(|n| LEFT + PITCH.0 * f64::from(n))) {
            diagram(svg, row, sizes, (x, y));
        }
    }
}

fn diagram(svg: &mut String, row: &Row, sizes: &[f64], (left, top): (f64, f64)) {
    let (width, height) = PLANE;
    text(svg, (left, top + 10.0), "font-weight=\"bold\"", &row.name());
    let floor = top + 16.0 + height;
    // Sizes lie as far apart as their ratios.
    let (first, last) = (sizes[0].ln(), sizes[sizes.len() - 1].ln());
    let x = |size: f64| left + width * (size.ln() - first) / (last - first);
    let y = |share: f64| floor - height * share;
    let share = |of: fn(&Cell) -> u32| -> Vec<f64> {
        row.cells.iter().map(|cell| f64::from(of(cell)) / f64::from(cell.all.max(1))).collect()
    };
    _ = writeln!(
        svg,
        "<rect x=\"{left}\" y=\"{:.1}\" width=\"{width}\" height=\"{height}\" fill=\"{UNSEEN}\"/>",
        floor - height
    );
    for (shares, colour) in [(share(|cell| cell.read + cell.recognised), RECOGNISED), (share(|cell| cell.read), READ)] {
        let along = sizes.iter().zip(&shares).map(|(&size, &share)| format!("{:.1},{:.1}", x(size), y(share)));
        let edge = along.collect::<Vec<_>>().join(" ");
        let (right, left) = (x(sizes[sizes.len() - 1]), x(sizes[0]));
        _ = writeln!(svg, "<polygon points=\"{left:.1},{floor:.1} {edge} {right:.1},{floor:.1}\" fill=\"{colour}\"/>");
    }
    for &size in sizes {
        let at = x(size);
        _ = writeln!(svg, "<path d=\"M{at:.1} {floor:.1}v3\" stroke=\"#222\"/>");
        text(svg, (at, floor + 13.0), "text-anchor=\"middle\" font-size=\"8\"", &size.to_string());
    }
    for (share, label) in [(0.0, "0"), (0.5, "50"), (1.0, "100 %")] {
        text(svg, (left - 4.0, y(share) + 3.0), "text-anchor=\"end\" font-size=\"8\"", label);
    }
}

fn text(svg: &mut String, (x, y): (f64, f64), style: &str, text: &str) {
    let safe = text.replace('&', "&amp;").replace('<', "&lt;");
    _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" {style}>{safe}</text>");
}

#[cfg(test)]
mod tests {
    use super::super::condition::CONDITIONS;
    use super::*;

    #[test]
    fn every_row_has_its_diagram_and_the_text_is_xml() {
        let cell = |read, recognised| Cell { all: 4, read, recognised, wrong: 0 };
        let row = |at: usize| Row {
            condition: &CONDITIONS[at],
            strength: CONDITIONS[at].strengths[0],
            cells: vec![cell(0, 1), cell(2, 1), cell(4, 0)],
        };
        let rows = [row(0), row(1)];
        let drawn = svg(&[(Kind::Cover, rows.into()), (Kind::Card, vec![row(1)])], &[2.0, 4.0, 8.0]);
        assert_eq!(drawn.matches("<polygon").count(), 2 * 3);
        assert_eq!(drawn.matches("tilted 20°").count(), 2);
        assert_eq!(drawn.matches('<').count(), drawn.matches('>').count());
        assert!(drawn.starts_with("<svg ") && drawn.ends_with("</svg>\n"));
        // Half of the covers were read at 4 pixels, in the middle of the plane.
        assert!(drawn.contains(&format!("{:.1},{:.1}", LEFT + 75.0, TOP + 16.0 + PLANE.1 / 2.0)), "{drawn}");
    }
}
