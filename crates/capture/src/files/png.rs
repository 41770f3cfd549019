//! PNG: a signature and chunks up to `IEND` (W3C PNG, section 5).

use super::{Fault, take};
use std::io::{Read, Seek, SeekFrom};

const SIGNATURE: [u8; 8] = [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A];

/// Walks from chunk to chunk; the checksums are left to the decoder.
pub(super) fn walk<R: Read + Seek>(reader: &mut R, length: u64) -> Result<(), Fault> {
    if take(reader)? != SIGNATURE {
        return Err(Fault::Broken("does not begin as a PNG"));
    }
    let mut at = SIGNATURE.len() as u64;
    let mut picture = false;
    loop {
        let size = u32::from_be_bytes(take(reader)?);
        let kind: [u8; 4] = take(reader)?;
        at += 12 + u64::from(size);
        if at > length {
            return Err(Fault::Broken("ends in the middle of the picture"));
        }
        match &kind {
            b"IEND" if picture => return Ok(()),
            b"IEND" => return Err(Fault::Broken("holds no picture")),
            b"IDAT" => picture = true,
            kind if !kind.iter().all(u8::is_ascii_alphabetic) => return Err(Fault::Broken("has a broken structure")),
            _ => {}
        }
        reader.seek(SeekFrom::Start(at))?;
    }
}
