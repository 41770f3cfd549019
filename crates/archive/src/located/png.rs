//! PNG (ISO/IEC 15948): chunks; those of texts and metadata may tell anything.

use super::{Located, Place, exif};

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Chunks that a picture needs to look right; of the others, those that begin with a small letter may be left out.
const NEEDED: [&[u8; 4]; 10] =
    [b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"sBIT", b"bKGD", b"tRNS", b"pHYs", b"hIST"];

/// `None` if it is no PNG as far as its chunks go.
pub(super) fn without_place(bytes: &[u8]) -> Option<Located> {
    if !bytes.starts_with(SIGNATURE) {
        return None;
    }
    let (mut kept, mut turn, mut place) = (SIGNATURE.to_vec(), 1, Place::None);
    let mut header_ends = kept.len();
    let mut at = SIGNATURE.len();
    loop {
        let length = u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize;
        let name: &[u8; 4] = bytes.get(at + 4..at + 8)?.try_into().ok()?;
        let end = at.checked_add(12)?.checked_add(length)?;
        let content = bytes.get(at + 8..end - 4)?;
        match name {
            b"eXIf" => {
                let said = exif::said(content);
                turn = said.turn;
                if said.place == Place::Possible {
                    place = Place::Possible;
                }
            }
            // Small letters: not needed by everybody, and not known here.
            name if name[0].is_ascii_lowercase() && !NEEDED.contains(&name) => {
                if name != b"tIME" {
                    place = Place::Possible;
                }
            }
            _ => kept.extend(&bytes[at..end]),
        }
        if name == b"IHDR" {
            header_ends = kept.len();
        }
        at = end;
        if name == b"IEND" {
            break;
        }
    }
    if bytes[at..].iter().any(|byte| *byte != 0) {
        place = Place::Possible;
    }
    if place == Place::None {
        return Some(Located::Clean);
    }
    if let Some(tiff) = exif::turning(turn) {
        let chunk = chunk(*b"eXIf", &tiff);
        kept.splice(header_ends..header_ends, chunk);
    }
    Some(Located::Stripped(kept))
}

fn chunk(name: [u8; 4], content: &[u8]) -> Vec<u8> {
    let mut chunk = (content.len() as u32).to_be_bytes().to_vec();
    chunk.extend(name);
    chunk.extend(content);
    let sum = crc(&chunk[4..]);
    chunk.extend(sum.to_be_bytes());
    chunk
}

/// The sum of a chunk (ISO/IEC 15948, annex D).
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
    })
}
