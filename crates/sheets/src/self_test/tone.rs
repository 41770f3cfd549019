//! Black, white, the greys between, colours, and strokes as faint as a pencil's.

use super::plan::{Stroke, colours, greys, strokes};
use super::view::View;
use super::{Item, Judged};
use crate::layout::Area;

/// Grey levels, 0 black … 255 white.
const DARKEST_WHITE: f64 = 200.0;
const LIGHTEST_BLACK: f64 = 90.0;
/// Two neighbouring patches are told apart when they differ by this.
const TOLD_APART: f64 = 6.0;
/// Of the eight steps between nine patches; ink spreads, so the darkest two may run together.
const STEPS_NEEDED: usize = 6;
/// Of the five strokes; the faintest is fainter than a hard pencil.
const STROKES_NEEDED: usize = 4;

pub(super) fn items(view: &View<'_>) -> Vec<Item> {
    let levels: Option<Vec<f64>> = greys().iter().map(|patch| view.mean(inner(patch.area))).collect();
    let mut items = Vec::new();
    match levels {
        Some(levels) => items.extend(greys_items(&levels)),
        None => items.push(cut_off("white")),
    }
    items.push(colour(view));
    items.push(faint(view));
    items
}

/// The middle of a patch: its edges belong to its neighbours.
fn inner(area: Area) -> Area {
    const RIM: f64 = 2.5;
    Area::new(area.x + RIM, area.y + RIM, area.w - 2.0 * RIM, area.h - 2.0 * RIM)
}

fn cut_off(name: &'static str) -> Item {
    Item::new(name, 0.0, "not in the picture".to_owned(), "the whole sheet")
        .judged(Judged::Beyond, "A part of the sheet is cut off. Set the scanner to A4 and switch off cropping.")
}

/// `levels` from black to the bare paper.
fn greys_items(levels: &[f64]) -> Vec<Item> {
    let (black, white) = (levels[0], levels[levels.len() - 1]);
    let apart: Vec<bool> = levels.windows(2).map(|pair| pair[1] - pair[0] >= TOLD_APART).collect();
    let steps = apart.iter().filter(|&&apart| apart).count();
    let middle = levels.iter().filter(|&&level| level > black + 12.0 && level < white - 12.0).count();
    let lightest = &apart[apart.len() - 2..];
    let change = if middle < 2 {
        "There is only black and white. Scan in grey or colour, not in “text”, “lineart” or “fax” mode."
    } else if lightest.contains(&false) {
        "Light greys turn white, and pencil with them. Lower the brightness, and switch off “background removal” and \
         “text” mode."
    } else {
        "Dark greys run together. Raise the brightness or lower the contrast of the scanner; if the print looks \
         smeared, set it to normal quality."
    };
    vec![
        Item::new("white", white, format!("{white:.0} of 255"), format!("at least {DARKEST_WHITE:.0}")).judged(
            Judged::by(white >= DARKEST_WHITE),
            "The paper looks grey. Raise the brightness of the scanner, clean its glass and its white strip.",
        ),
        Item::new("black", black, format!("{black:.0} of 255"), format!("at most {LIGHTEST_BLACK:.0}")).judged(
            Judged::by(black <= LIGHTEST_BLACK),
            "Black looks pale. Switch off toner saving, change the toner or ink, or lower the brightness of the scanner.",
        ),
        Item::new("greys", steps as f64, format!("{steps} of 8 steps"), format!("at least {STEPS_NEEDED}, all light ones"))
            .judged(Judged::by(steps >= STEPS_NEEDED && !lightest.contains(&false) && middle >= 2), change),
    ]
}

fn colour(view: &View<'_>) -> Item {
    /// A patch with less between its strongest and weakest channel has no colour.
    const COLOURLESS: f64 = 24.0;
    let patches = colours();
    let all = patches.len();
    let limit = format!("all {all} as printed");
    let seen: Vec<_> = patches.iter().map(|patch| (patch, view.colour(inner(patch.area)))).collect();
    let spread = |rgb: [f64; 3]| rgb.iter().copied().fold(0.0, f64::max) - rgb.iter().copied().fold(255.0, f64::min);
    if seen.iter().all(|(_, rgb)| rgb.is_none_or(|rgb| spread(rgb) < COLOURLESS)) {
        return Item::new("colour", 0.0, "no colour".to_owned(), limit).noted(
            "There is no colour: the printer or the scanner works in grey. That does for writing; for pictures, choose \
             colour.",
        );
    }
    let wrong: Vec<&str> = seen
        .iter()
        .filter(|(patch, rgb)| !rgb.is_some_and(|rgb| is_like(rgb, patch.rgb)))
        .map(|(p, _)| p.name)
        .collect();
    let right = all - wrong.len();
    Item::new("colour", right as f64, format!("{right} of {all} right"), limit).judged(
        Judged::by(wrong.is_empty()),
        format!(
            "Some colours are wrong: {}. Check the printer’s inks with its own test page, then the scanner.",
            wrong.join(", ")
        ),
    )
}

/// Whether the channels are in the printed order, where the print makes a clear difference between them.
fn is_like(seen: [f64; 3], printed: [u8; 3]) -> bool {
    const CLEAR: f64 = 60.0;
    const SEEN: f64 = 8.0;
    [(0, 1), (1, 2), (2, 0)].into_iter().all(|(a, b)| {
        let wanted = f64::from(printed[a]) - f64::from(printed[b]);
        let found = seen[a] - seen[b];
        wanted.abs() < CLEAR || found * wanted.signum() >= SEEN
    })
}

fn faint(view: &View<'_>) -> Item {
    let all = strokes();
    let seen = all.iter().take_while(|stroke| is_seen(view, stroke)).count();
    Item::new(
        "faint-strokes",
        seen as f64,
        format!("{seen} of {} seen", all.len()),
        format!("at least {STROKES_NEEDED}"),
    )
    .judged(
        Judged::by(seen >= STROKES_NEEDED),
        "Faint strokes are lost, and pencil would be. Lower the brightness or contrast of the scanner, and switch \
             off “background removal”, “text” mode and toner saving.",
    )
}

/// Whether a stroke stands out from the paper on both of its sides, more than the paper does from itself.
fn is_seen(view: &View<'_>, stroke: &Stroke) -> bool {
    /// Grey levels that a person sees as a line.
    const VISIBLE: f64 = 5.0;
    /// Times the roughness of the paper.
    const STANDING_OUT: f64 = 3.0;
    let row = |offset: f64| view.mean(Area { y: stroke.area.y + offset, ..stroke.area });
    let paper: Option<Vec<f64>> = [-1.8, -1.4, -1.0, 1.0, 1.4, 1.8].into_iter().map(row).collect();
    let (Some(paper), Some(line)) = (paper, row(0.0)) else { return false };
    let mean = paper.iter().sum::<f64>() / paper.len() as f64;
    let roughness = (paper.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / paper.len() as f64).sqrt();
    mean - line >= VISIBLE.max(STANDING_OUT * roughness)
}
