//! A checkpoint on paper: kept in a drawer, it is outside of every machine.

use super::checkpoint::Signed;
use crate::engine::Engine;
use crate::error::DaemonError;
use scantrail_sheets::draw::{FontBook, Notice, draw_notice};

/// The page as PDF: what it is, the text, and a code with the same text.
pub(super) fn printed(engine: &Engine, signed: &Signed) -> Result<Vec<u8>, DaemonError> {
    let fonts = FontBook::from_dirs(&engine.config.fonts)
        .map_err(|source| DaemonError::inside("the fonts for the page cannot be read", source))?;
    let checkpoint = &signed.checkpoint;
    let at = checkpoint.time.clone().unwrap_or_default();
    let mut lines = vec![
        format!("{} events, signed {at}", checkpoint.size),
        String::new(),
        "Keep this page where nobody can exchange it. Whatever stood in the log when it was".to_owned(),
        "signed can be shown to be unchanged, or found to be changed, for as long as it exists:".to_owned(),
        String::new(),
        "scan the code, save its text as FILE, and run: scantrail verify --checkpoint FILE".to_owned(),
        String::new(),
        "It holds no name and tells nothing about any child.".to_owned(),
        String::new(),
    ];
    lines.extend(signed.note.lines().flat_map(pieces));
    lines.extend([String::new(), "The key that signed it:".to_owned()]);
    lines.extend(pieces(&signed.key.to_string()));
    let notice = Notice { title: "Checkpoint".into(), lines, code: signed.note.clone() };
    Ok(draw_notice(&notice, &fonts)?)
}

/// A line in pieces that fit beside each other's margins.
fn pieces(line: &str) -> Vec<String> {
    /// Characters that fit across the page at the size they are printed in.
    const ACROSS: usize = 72;
    let symbols: Vec<char> = line.chars().collect();
    symbols.chunks(ACROSS).map(|piece| piece.iter().collect()).collect()
}
