//! A page of words with a code of any text: for what is kept on paper. It is no sheet: it has none of the marks by which
//! a sheet is known, and its code is foreign to everything that reads sheets.

use super::canvas::{Align, INK, Style};
use super::fonts::{FontBook, Weight};
use super::symbol::Symbol;
use super::{DrawError, empty, finished, side};
use crate::layout::{Area, PAGE};

/// What is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Large, at the top.
    pub title: String,
    /// Below it, in order; longer ones are made smaller. About thirty fit.
    pub lines: Vec<String>,
    /// What the code says: at most 600 bytes.
    pub code: String,
}

/// White round everything, in millimetres.
const MARGIN: f64 = 22.0;
/// Between two lines.
const STEP: f64 = 5.6;
/// A side of the code: its modules are 1.1 mm and more, which any telephone reads.
const CODE: f64 = 85.0;

/// Draws a notice on one page of A4.
pub fn draw_notice(notice: &Notice, fonts: &FontBook) -> Result<Vec<u8>, DrawError> {
    let symbol = Symbol::of_text(&notice.code)
        .ok_or_else(|| DrawError::Pdf { reason: "the text is too long for a code".into() })?;
    let mut document = empty(&notice.title);
    side(&mut document, fonts, |canvas| {
        let style = |weight, size, grey| Style { weight, size, grey, align: Align::Start };
        canvas.text(&notice.title, (MARGIN, 32.0), style(Weight::Bold, 26.0, INK))?;
        for (at, line) in notice.lines.iter().enumerate().filter(|(_, line)| !line.is_empty()) {
            let y = 46.0 + STEP * at as f64;
            canvas.text_within(line, (MARGIN, y), PAGE.w - 2.0 * MARGIN, style(Weight::Regular, 10.5, INK))?;
        }
        canvas.symbol(&symbol, Area::new(PAGE.w - MARGIN - CODE, PAGE.h - MARGIN - CODE, CODE, CODE));
        Ok(())
    })?;
    finished(document)
}
