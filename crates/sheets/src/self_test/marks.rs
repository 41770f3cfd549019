//! The ladder of codes, and how near to the edges of the paper anything is left.

use super::plan::{Edge, Rung, STEPS, ladder, step};
use super::view::View;
use super::{Item, Judged};
use crate::layout::Area;

/// The largest module, in millimetres, that has to be read: the smallest code we print has 0.9.
const MODULE_NEEDED: f64 = 0.6;
/// Our codes and bars begin 15 mm from the edges of the paper; a print at 95 % or a shift takes some of it.
const MOST_LOST: u8 = 10;

pub(super) fn items(view: &View<'_>) -> Vec<Item> {
    vec![modules(view), margins(view)]
}

fn modules(view: &View<'_>) -> Item {
    let read = |rung: &Rung| {
        let (x, y) = rung.area.centre();
        view.middles.iter().any(|&((mx, my), _)| (mx - x).hypot(my - y) < rung.area.w / 3.0)
    };
    let smallest = ladder().iter().filter(|rung| read(rung)).map(|rung| rung.module).reduce(f64::min);
    let value = smallest.map_or_else(|| "none".to_owned(), |module| format!("{module:.2} mm"));
    Item::new("smallest-code", smallest.unwrap_or(0.0), value, format!("modules of {MODULE_NEEDED} mm or smaller")).judged(
        Judged::by(smallest.is_some_and(|module| module <= MODULE_NEEDED)),
        "Small codes cannot be read. Set the scanner to 300 dpi and its default sharpness, clean the glass, and print \
         at normal quality.",
    )
}

fn margins(view: &View<'_>) -> Item {
    let lost = Edge::ALL.map(|edge| (edge, STEPS.rev().take_while(|&distance| is_there(view, edge, distance)).last()));
    let named =
        |seen: Option<u8>| seen.map_or_else(|| format!("over {}", STEPS.end()), |distance| distance.to_string());
    let value = lost.map(|(edge, seen)| format!("{} {}", edge.word(), named(seen))).join(", ");
    let worst = lost.map(|(_, seen)| seen.unwrap_or(STEPS.end() + 1)).into_iter().max().unwrap_or_default();
    let cut: Vec<&str> = lost
        .iter()
        .filter(|(_, seen)| seen.is_none_or(|distance| distance > MOST_LOST))
        .map(|(edge, _)| edge.word())
        .collect();
    Item::new("margins", f64::from(worst), format!("{value} mm"), format!("marks {MOST_LOST} mm from every edge")).judged(
        Judged::by(cut.is_empty()),
        format!(
            "The page is cut off or empty at the {}. Set printer and scanner to A4, lay the paper against the stop, and \
             switch off cropping.",
            cut.join(" and the ")
        ),
    )
}

/// Whether a step is darker than the paper on both of its sides: a black border of the scanner is not.
fn is_there(view: &View<'_>, edge: Edge, distance: u8) -> bool {
    const DARKER: f64 = 40.0;
    /// From a step to the paper it is compared with, in millimetres.
    const INWARDS: f64 = 1.6;
    let mark = step(edge, distance);
    let (dx, dy) = match edge {
        Edge::Top => (0.0, INWARDS),
        Edge::Bottom => (0.0, -INWARDS),
        Edge::Left => (INWARDS, 0.0),
        Edge::Right => (-INWARDS, 0.0),
    };
    // The ends of a step are left out: a stretched print moves them.
    let trim = |a: Area| {
        if a.w > a.h { Area::new(a.x + 1.0, a.y, a.w - 2.0, a.h) } else { Area::new(a.x, a.y + 1.0, a.w, a.h - 2.0) }
    };
    let beside = |way: f64| view.mean(trim(Area { x: mark.x + way * dx, y: mark.y + way * dy, ..mark }));
    let Some((mark, inner)) = view.mean(trim(mark)).zip(beside(1.0)) else { return false };
    // The outer side of the outermost steps may lie outside the picture.
    inner - mark >= DARKER && beside(-1.0).is_none_or(|outer| outer - mark >= DARKER)
}
