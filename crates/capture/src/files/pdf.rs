//! PDF: the trailer at the end (ISO 32000-1, 7.5.5). Whether the pages are sound is for the decoder to say.

use super::{Fault, HEAD, sniff};
use scantrail_core::vocabulary::Media;
use std::io::{Read, Seek, SeekFrom};

/// `%%EOF` must stand within so many bytes of the end; some copiers pad their files with blanks.
const TAIL: u64 = 4096;

/// Looks for `startxref`, an offset inside the file, and `%%EOF` behind it.
pub(super) fn look<R: Read + Seek>(reader: &mut R, length: u64) -> Result<(), Fault> {
    let mut head = Vec::new();
    reader.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
    if sniff(&head) != Some(Media::Pdf) {
        return Err(Fault::Broken("does not begin as a PDF"));
    }
    reader.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    let mut tail = Vec::new();
    reader.take(TAIL).read_to_end(&mut tail)?;
    let end = last(&tail, b"%%EOF").ok_or(Fault::Broken("has no end mark"))?;
    let start = last(&tail[..end], b"startxref").ok_or(Fault::Broken("has no table of contents"))?;
    let digits: Vec<u8> = tail[start + b"startxref".len()..end]
        .iter()
        .copied()
        .skip_while(u8::is_ascii_whitespace)
        .take_while(u8::is_ascii_digit)
        .take(20)
        .collect();
    let offset = std::str::from_utf8(&digits).ok().and_then(|digits| digits.parse::<u64>().ok());
    match offset {
        Some(offset) if offset < length => Ok(()),
        Some(_) => Err(Fault::Broken("is shorter than it says")),
        None => Err(Fault::Broken("has no table of contents")),
    }
}

fn last(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).rposition(|window| window == wanted)
}
