//! JPEG: markers and segments (ITU-T T.81, annex B).

use super::{Fault, take};
use std::io::{BufRead, BufReader, Read, Seek};

const SOI: u8 = 0xD8;
const EOI: u8 = 0xD9;
const SOS: u8 = 0xDA;

/// What stands before the picture: the parts of a JPEG that can be told without decoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// 1 grey, 3 colour, 4 for printing.
    pub components: u8,
    /// JFIF density in dots per inch, if it is given in a unit of length.
    pub density: Option<(u16, u16)>,
}

/// Reads the header of a JPEG; `None` if there is none.
pub fn header(bytes: &[u8]) -> Option<Header> {
    let mut rest = bytes.strip_prefix(&[0xFF, SOI])?;
    let mut density = None;
    loop {
        let (marker, segment, behind) = next_segment(rest)?;
        match marker {
            0xE0 if segment.starts_with(b"JFIF\0") => density = jfif_density(segment),
            marker if is_frame(marker) => {
                let &[_, h1, h0, w1, w0, components, ..] = segment else { return None };
                let (width, height) =
                    (u32::from(u16::from_be_bytes([w1, w0])), u32::from(u16::from_be_bytes([h1, h0])));
                return (width > 0 && height > 0).then_some(Header { width, height, components, density });
            }
            SOS | EOI => return None,
            _ => {}
        }
        rest = behind;
    }
}

/// Marker, content and what follows; fill bytes before the marker are passed over.
fn next_segment(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let mut rest = bytes.strip_prefix(&[0xFF])?;
    while let [0xFF, behind @ ..] = rest {
        rest = behind;
    }
    let (&[marker, l1, l0], rest) = rest.split_first_chunk()?;
    let (segment, behind) = rest.split_at_checked(usize::from(u16::from_be_bytes([l1, l0])).checked_sub(2)?)?;
    Some((marker, segment, behind))
}

/// A start of frame: C0 to CF without the tables that share the range.
fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xC0..=0xCF) && !matches!(marker, 0xC4 | 0xC8 | 0xCC)
}

fn jfif_density(segment: &[u8]) -> Option<(u16, u16)> {
    let &[_, _, _, _, _, _, _, unit, x1, x0, y1, y0, ..] = segment else { return None };
    let (x, y) = (u16::from_be_bytes([x1, x0]), u16::from_be_bytes([y1, y0]));
    match unit {
        1 => Some((x, y)),
        // Per centimetre.
        2 => Some((per_inch(x), per_inch(y))),
        _ => None,
    }
}

fn per_inch(per_centimetre: u16) -> u16 {
    (f64::from(per_centimetre) * 2.54).round() as u16
}

/// Walks from the first marker to the end-of-image marker; what follows that is not looked at.
pub(super) fn walk<R: Read + Seek>(reader: &mut R) -> Result<(), Fault> {
    let mut reader = BufReader::with_capacity(1 << 16, reader);
    if take(&mut reader)? != [0xFF, SOI] {
        return Err(Fault::Broken("does not begin as a JPEG"));
    }
    let (mut frame, mut scan) = (false, false);
    let mut marker = marker(&mut reader)?;
    loop {
        match marker {
            EOI if frame && scan => return Ok(()),
            EOI => return Err(Fault::Broken("holds no picture")),
            // Restart markers and TEM stand alone.
            0x01 | 0xD0..=0xD7 => {}
            0x00 | SOI => return Err(Fault::Broken("has a broken structure")),
            _ => skip_segment(&mut reader)?,
        }
        frame |= is_frame(marker);
        scan |= marker == SOS;
        marker = if marker == SOS { end_of_scan(&mut reader)? } else { self::marker(&mut reader)? };
    }
}

fn marker(reader: &mut impl Read) -> Result<u8, Fault> {
    let [mut byte] = take(reader)?;
    if byte != 0xFF {
        return Err(Fault::Broken("has a broken structure"));
    }
    while byte == 0xFF {
        [byte] = take(reader)?;
    }
    Ok(byte)
}

fn skip_segment<R: Read + Seek>(reader: &mut BufReader<R>) -> Result<(), Fault> {
    let length = u16::from_be_bytes(take(reader)?);
    if length < 2 {
        return Err(Fault::Broken("has a broken structure"));
    }
    Ok(reader.seek_relative(i64::from(length) - 2)?)
}

/// Reads coded data up to the next marker that is not part of it, and returns that.
fn end_of_scan(reader: &mut impl BufRead) -> Result<u8, Fault> {
    let mut after_ff = false;
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Err(Fault::Broken("ends in the middle of the picture"));
        }
        let length = buffer.len();
        for (at, &byte) in buffer.iter().enumerate() {
            match (after_ff, byte) {
                // A stuffed zero, a restart marker; neither ends the data.
                (true, 0x00 | 0xD0..=0xD7) => after_ff = false,
                (_, 0xFF) => after_ff = true,
                (true, marker) => {
                    reader.consume(at + 1);
                    return Ok(marker);
                }
                (false, _) => {}
            }
        }
        reader.consume(length);
    }
}
