//! EXIF (CIPA DC-008), only to see whether it tells a place and how the picture is turned.

use super::{Place, Said};

/// Directories and where they are pointed at.
const EXIF: u16 = 0x8769;
const INTEROPERABILITY: u16 = 0xa005;
const GPS: u16 = 0x8825;
/// A maker's own notes: whatever is in them.
const MAKER_NOTE: u16 = 0x927c;
/// Another picture's metadata inside, XMP, IPTC, Photoshop, comments: texts of any content.
const TEXTS: [u16; 6] = [0x02bc, 0x83bb, 0x8649, 0x9286, 0x010e, 0x9c9c];
const ORIENTATION: u16 = 0x0112;

/// No picture has so many directories; a loop would.
const MOST_DIRECTORIES: usize = 8;

/// What the TIFF structure says; of anything that is not as it should be, that a place is possible.
pub(super) fn said(tiff: &[u8]) -> Said {
    let mut turn = 1;
    let place = match walk(tiff, &mut turn) {
        Some(Place::None) => Place::None,
        Some(Place::Possible) | None => Place::Possible,
    };
    Said { place, turn }
}

/// `None` where the structure is broken.
fn walk(tiff: &[u8], turn: &mut u16) -> Option<Place> {
    let little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let bytes: [u8; 2] = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let long = |at: usize| {
        let bytes: [u8; 4] = tiff.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) } as usize)
    };
    let mut ahead = vec![long(4)?];
    let mut seen = 0;
    while let Some(directory) = ahead.pop() {
        seen += 1;
        if seen > MOST_DIRECTORIES {
            return None;
        }
        let count = usize::from(short(directory)?);
        for entry in 0..count {
            let at = directory.checked_add(2 + entry * 12)?;
            match short(at)? {
                GPS | MAKER_NOTE => return turned(turn, &short, &long),
                tag if TEXTS.contains(&tag) && long(at + 4)? > 4 => return turned(turn, &short, &long),
                EXIF | INTEROPERABILITY => ahead.push(long(at + 8)?),
                ORIENTATION => *turn = short(at + 8)?,
                _ => {}
            }
        }
        let next = long(directory.checked_add(2 + count * 12)?)?;
        if next != 0 {
            ahead.push(next);
        }
    }
    Some(Place::None)
}

/// A place is possible: the turn is still looked for, in the first directory.
fn turned(
    turn: &mut u16,
    short: &dyn Fn(usize) -> Option<u16>,
    long: &dyn Fn(usize) -> Option<usize>,
) -> Option<Place> {
    let directory = long(4)?;
    for entry in 0..usize::from(short(directory)?) {
        let at = directory.checked_add(2 + entry * 12)?;
        if short(at)? == ORIENTATION {
            *turn = short(at + 8)?;
        }
    }
    Some(Place::Possible)
}

/// The smallest EXIF that turns a picture; `None` if it lies as it is.
pub(super) fn turning(turn: u16) -> Option<Vec<u8>> {
    if !(2..=8).contains(&turn) {
        return None;
    }
    let mut tiff = b"MM\0*\0\0\0\x08\0\x01".to_vec();
    tiff.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1]);
    tiff.extend(turn.to_be_bytes());
    tiff.extend([0, 0, 0, 0, 0, 0]);
    Some(tiff)
}
