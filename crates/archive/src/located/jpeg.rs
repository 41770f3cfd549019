//! JPEG (ITU-T T.81, annex B): segments up to the scan, and what may hide behind the end of the picture.

use super::{Located, Place, Said, exif};

const EXIF: &[u8] = b"Exif\0\0";
const SOS: u8 = 0xda;
const EOI: u8 = 0xd9;
const COMMENT: u8 = 0xfe;

/// `None` if it is no JPEG as far as its segments go.
pub(super) fn without_place(bytes: &[u8]) -> Option<Located> {
    if bytes.get(..2)? != [0xff, 0xd8] {
        return None;
    }
    let (mut kept, mut turn, mut place) = (vec![0xff, 0xd8], 1, Place::None);
    let mut at = 2;
    let scan = loop {
        let (marker, from) = marker(bytes, at)?;
        if marker == SOS {
            break from - 2;
        }
        let length = usize::from(u16::from_be_bytes(bytes.get(from..from + 2)?.try_into().ok()?));
        let content = bytes.get(from + 2..from.checked_add(length)?)?;
        match kind(marker, content) {
            Segment::Needed => {
                kept.extend([0xff, marker]);
                kept.extend(&bytes[from..from + length]);
            }
            Segment::Exif(said) => {
                if said.place == Place::Possible {
                    place = Place::Possible;
                }
                turn = said.turn;
            }
            Segment::Anything => place = Place::Possible,
        }
        at = from + length;
    };
    let end = end_of_picture(bytes, scan)?;
    if bytes[end..].iter().any(|byte| *byte != 0) {
        // A second picture with metadata of its own, as phones write them.
        place = Place::Possible;
    }
    if place == Place::None {
        return Some(Located::Clean);
    }
    let mut stripped = kept[..2].to_vec();
    if let Some(tiff) = exif::turning(turn) {
        stripped.extend([0xff, 0xe1]);
        stripped.extend(((2 + EXIF.len() + tiff.len()) as u16).to_be_bytes());
        stripped.extend(EXIF);
        stripped.extend(tiff);
    }
    stripped.extend(&kept[2..]);
    stripped.extend(&bytes[scan..end]);
    Some(Located::Stripped(stripped))
}

/// What a segment is for.
enum Segment {
    /// To look right.
    Needed,
    Exif(Said),
    /// Texts and data of any content.
    Anything,
}

fn kind(marker: u8, content: &[u8]) -> Segment {
    match marker {
        0xe1 if content.starts_with(EXIF) => Segment::Exif(exif::said(&content[EXIF.len()..])),
        0xe0 if content.starts_with(b"JFIF\0") => Segment::Needed,
        0xe2 if content.starts_with(b"ICC_PROFILE\0") => Segment::Needed,
        0xee if content.starts_with(b"Adobe") => Segment::Needed,
        0xe0..=0xef | COMMENT => Segment::Anything,
        _ => Segment::Needed,
    }
}

/// The marker at `at` and where its content begins; fill bytes before it are passed over.
fn marker(bytes: &[u8], mut at: usize) -> Option<(u8, usize)> {
    if *bytes.get(at)? != 0xff {
        return None;
    }
    while *bytes.get(at)? == 0xff {
        at += 1;
    }
    Some((*bytes.get(at)?, at + 1))
}

/// Just behind the end marker: scans hold no marker but restarts and what belongs to the next scan.
fn end_of_picture(bytes: &[u8], scan: usize) -> Option<usize> {
    let mut at = scan;
    loop {
        let (found, from) = marker(bytes, at)?;
        if found == EOI {
            return Some(from);
        }
        let length = usize::from(u16::from_be_bytes(bytes.get(from..from + 2)?.try_into().ok()?));
        at = from.checked_add(length)?;
        if found == SOS {
            // Entropy-coded bytes: 0xFF is followed by 0 or a restart there.
            while *bytes.get(at)? != 0xff || matches!(*bytes.get(at + 1)?, 0 | 0xd0..=0xd7 | 0xff) {
                at += 1;
            }
        }
    }
}
