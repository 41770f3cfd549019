//! Names that no font here can write: found before drawing, so that one pupil does not cost a class its sheets.

use super::fonts::{FontBook, Weight};
use super::{DrawError, Owner, Sheet, Unwritten, text};

/// The sheets with every name and class that cannot be written taken out, and whose they were.
pub(super) fn writable(book: &FontBook, sheets: &[Sheet]) -> Result<(Vec<Sheet>, Vec<Unwritten>), DrawError> {
    let mut writable = sheets.to_vec();
    let mut unwritten: Vec<Unwritten> = Vec::new();
    for owner in writable.iter_mut().filter_map(owner_mut) {
        for (words, weight) in [(&mut owner.name, Weight::Bold), (&mut owner.class, Weight::Regular)] {
            *words = text::clean(words);
            match text::shape(book, words, weight) {
                Ok(_) => {}
                Err(DrawError::MissingGlyph { script, package, .. }) => {
                    words.clear();
                    let new = Unwritten { pupil: owner.pupil, script, package };
                    if !unwritten.contains(&new) {
                        unwritten.push(new);
                    }
                }
                Err(other) => return Err(other),
            }
        }
    }
    Ok((writable, unwritten))
}

fn owner_mut(sheet: &mut Sheet) -> Option<&mut Owner> {
    match sheet {
        Sheet::Cover { owner, .. } | Sheet::Card { owner, .. } | Sheet::Sticker { owner, .. } => Some(owner),
        _ => None,
    }
}
