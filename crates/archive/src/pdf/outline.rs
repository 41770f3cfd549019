//! The ways into a document of several pieces: bookmarks, and the numbers people call its pages by.

use super::PdfError;
use super::objects::Objects;
use pdf_writer::types::NumberingStyle;
use pdf_writer::writers::Catalog;
use pdf_writer::{Finish as _, Ref, TextStr};
use std::io::Write;

/// A piece: its pages are those from `first` up to the next piece's first.
pub(super) struct Piece {
    pub(super) title: String,
    /// Counted from 0 over the document.
    pub(super) first: usize,
}

/// What stands before the number of a page: nothing in a single piece, else the number of its piece.
fn prefix(pieces: &[Piece], piece: usize) -> String {
    if pieces.len() > 1 { format!("{}.", piece + 1) } else { String::new() }
}

/// How pages are called: counted from 1 in each piece.
pub(super) fn label(catalog: &mut Catalog<'_>, pieces: &[Piece]) {
    if pieces.is_empty() {
        return;
    }
    let mut labels = catalog.insert(pdf_writer::Name(b"PageLabels")).dict();
    let mut numbers = labels.insert(pdf_writer::Name(b"Nums")).array();
    for (at, piece) in pieces.iter().enumerate() {
        numbers.item(piece.first as i32);
        let mut label = numbers.push().start::<pdf_writer::writers::PageLabel<'_>>();
        label.style(NumberingStyle::Arabic).offset(1);
        let prefix = prefix(pieces, at);
        if !prefix.is_empty() {
            label.prefix(TextStr(&prefix));
        }
        label.finish();
    }
}

/// Writes the bookmarks: one for each piece, below it one for each of its pages if it has several. Gives their root.
pub(super) fn write<W: Write>(out: &mut Objects<W>, pieces: &[Piece], pages: &[Ref]) -> Result<Option<Ref>, PdfError> {
    if pieces.is_empty() {
        return Ok(None);
    }
    let root = out.number();
    let items: Vec<Ref> = pieces.iter().map(|_| out.number()).collect();
    out.write(root, |chunk| {
        chunk.outline(root).first(items[0]).last(items[items.len() - 1]).count(items.len() as i32);
    })?;
    for (at, piece) in pieces.iter().enumerate() {
        let end = pieces.get(at + 1).map_or(pages.len(), |next| next.first);
        let own = &pages[piece.first..end];
        let below: Vec<Ref> = if own.len() > 1 { own.iter().map(|_| out.number()).collect() } else { Vec::new() };
        out.write(items[at], |chunk| {
            let mut item = chunk.outline_item(items[at]);
            item.title(TextStr(&piece.title)).parent(root);
            item.dest().page(own[0]).fit();
            let near = |at: Option<usize>| at.and_then(|at| items.get(at)).copied();
            near(at.checked_sub(1)).map(|before| item.prev(before));
            near(at.checked_add(1)).map(|after| item.next(after));
            if let (Some(&first), Some(&last)) = (below.first(), below.last()) {
                // Negative: the pages are folded away until somebody asks.
                item.first(first).last(last).count(-(below.len() as i32));
            }
        })?;
        for (number, &item) in below.iter().enumerate() {
            out.write(item, |chunk| {
                let title = format!("page {}{}", prefix(pieces, at), number + 1);
                let mut entry = chunk.outline_item(item);
                entry.title(TextStr(&title)).parent(items[at]);
                entry.dest().page(own[number]).fit();
                let near = |at: Option<usize>| at.and_then(|at| below.get(at)).copied();
                near(number.checked_sub(1)).map(|before| entry.prev(before));
                near(number.checked_add(1)).map(|after| entry.next(after));
            })?;
        }
    }
    Ok(Some(root))
}
