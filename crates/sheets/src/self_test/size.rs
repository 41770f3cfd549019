//! Resolution, true size, proportions, skew, flatness: what the placement of the sheet itself says.

use super::view::View;
use super::{Item, Judged};
use crate::layout::PAGE;
use scantrail_core::raster::Raster;
use scantrail_core::units::Turn;

/// Below this, pencil and small print suffer; a print at 95 % on a scanner of 200 dpi still passes.
const FEWEST_DPI: f64 = 185.0;
/// A card laid beside work gives its true size; an error of this share is what a ruler would not notice.
const SIZE_OFF: f64 = 0.015;
/// Between width and height.
const PROPORTION_OFF: f64 = 0.01;
/// In degrees. More can be straightened, but corners of the work begin to be cut off.
const MOST_SKEW: f64 = 1.0;
/// In millimetres, between a disc and its place on a flat sheet.
const MOST_BENT: f64 = 0.6;

pub(super) fn items(view: &View<'_>, picture: &Raster) -> Vec<Item> {
    let (across, down) = view.mapping.per_mm();
    let mut items = vec![codes(view), resolution(across, down)];
    items.push(proportions(across, down));
    items.push(true_size(view, picture));
    // Plus zero: there is no turn by minus nothing.
    let skew = (view.attitude().rest.degrees() * 100.0).round() / 100.0 + 0.0;
    items.push(Item::new("skew", skew, format!("{skew:.2}°"), format!("at most {MOST_SKEW:.0}° either way")).judged(
        Judged::by(skew.abs() <= MOST_SKEW),
        "The sheet went in crooked. Push the guides of the feeder against the stack, or lay the sheet against the \
             corner of the glass.",
    ));
    let bent = view.residual;
    items.push(Item::new("flatness", bent, format!("{bent:.2} mm"), format!("at most {MOST_BENT} mm")).judged(
        Judged::by(bent <= MOST_BENT),
        "Marks are not where they should be: the sheet was not flat, slipped in the feeder, or was photographed at \
             an angle. Scan it again flat; if it stays, clean the rollers.",
    ));
    items
}

fn codes(view: &View<'_>) -> Item {
    let read = view.corners_read;
    Item::new("corner-codes", read as f64, format!("{read} of 4 read"), "all 4").judged(
        Judged::by(read == 4),
        "A corner code could not be read. See that no corner is cut off, folded or smeared, and clean the glass.",
    )
}

fn resolution(across: f64, down: f64) -> Item {
    let (x, y) = (across * 25.4, down * 25.4);
    let value = format!("{x:.0} × {y:.0} dots to a printed inch");
    Item::new("resolution", x.min(y), value, "at least 200 dpi").judged(
        Judged::by(x.min(y) >= FEWEST_DPI),
        "There are too few pixels for pencil and small print. Set the scanner to 300 dpi.",
    )
}

fn proportions(across: f64, down: f64) -> Item {
    let off = across / down - 1.0;
    let value = if off.abs() < 0.0005 {
        "even".to_owned()
    } else if off < 0.0 {
        format!("stretched {:.1} % down", (1.0 / (1.0 + off) - 1.0) * 100.0)
    } else {
        format!("stretched {:.1} % across", off * 100.0)
    };
    let limit = format!("within {:.0} %", PROPORTION_OFF * 100.0);
    Item::new("proportions", off * 100.0, value, limit).judged(
        Judged::by(off.abs() <= PROPORTION_OFF),
        "Width and height are not in proportion. The paper slips or drags in the feeder: clean the rollers; and see \
         that the scanner uses the same dpi in both directions.",
    )
}

/// How large the sheet was printed, from the resolution that the picture claims or from the paper's edges.
fn true_size(view: &View<'_>, picture: &Raster) -> Item {
    let Some((dpi_x, dpi_y)) = scanner_dpi(view, picture) else {
        return Item::new("print-size", 0.0, "unknown".to_owned(), "100 %").noted(
            "The picture does not say its resolution and does not show a whole page, so the size of the print is not \
             known. Scan to PDF, TIFF or JPEG with a resolution.",
        );
    };
    let (across, down) = view.mapping.per_mm();
    let (x, y) = (across * 25.4 / dpi_x, down * 25.4 / dpi_y);
    // A slipping feeder is told by the proportions; here the better axis speaks.
    let share = if (x - 1.0).abs() < (y - 1.0).abs() { x } else { y };
    let percent = share * 100.0;
    let change = if share < 1.0 {
        format!(
            "The sheet was printed at {percent:.0} %. Choose “actual size” or “100 %” in the print window, not “fit to \
             page”."
        )
    } else {
        format!("The sheet was printed at {percent:.0} %. Choose “actual size” or “100 %” in the print window.")
    };
    let value = format!("{percent:.1} %");
    Item::new("print-size", percent, value, format!("100 % within {:.1} %", SIZE_OFF * 100.0))
        .judged(Judged::by((share - 1.0).abs() <= SIZE_OFF), change)
}

/// Dots to an inch of the scanner, along the sheet's width and height: what the picture claims, unless the whole page
/// is in the picture and contradicts it.
fn scanner_dpi(view: &View<'_>, picture: &Raster) -> Option<(f64, f64)> {
    /// How much a scan of a whole page may differ from A4, as a share.
    const NEARLY: f64 = 0.02;
    /// A claim further away than this is not the scanner's.
    const CLAIM_OFF: f64 = 0.08;
    let sideways = matches!(view.attitude().turn, Turn::Quarter | Turn::ThreeQuarters);
    let swap = |(x, y): (f64, f64)| if sideways { (y, x) } else { (x, y) };
    let (width, height) = swap((f64::from(picture.width()), f64::from(picture.height())));
    let whole_page = (height * PAGE.w / (width * PAGE.h) - 1.0).abs() < NEARLY;
    let by_paper = whole_page.then(|| (width * 25.4 / PAGE.w, height * 25.4 / PAGE.h));
    let claimed = picture.resolution().map(|r| swap((f64::from(r.x.get()), f64::from(r.y.get()))));
    match (claimed, by_paper) {
        (Some(claimed), Some(by_paper)) if (claimed.0 / by_paper.0 - 1.0).abs() > CLAIM_OFF => Some(by_paper),
        (Some(claimed), _) => Some(claimed),
        (None, by_paper) => by_paper,
    }
}
