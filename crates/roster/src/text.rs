//! Bytes of a list to text: which encoding, and is it text at all.

use crate::problem::RosterError;
use encoding_rs::{UTF_8, WINDOWS_1252};

/// The largest list that is read. A school of 5 000 pupils has about 1 MB.
const LARGEST: usize = 16 << 20;

/// How the list was written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// With or without a byte order mark.
    Utf8,
    /// With a byte order mark; what spreadsheets call "Unicode text".
    Utf16,
    /// What spreadsheets on Windows call "CSV". Taken when the bytes are not UTF-8.
    Windows1252,
}

/// The text with line ends as `\n`.
pub(crate) fn to_text(bytes: &[u8]) -> Result<(String, Encoding), RosterError> {
    if bytes.len() > LARGEST {
        return Err(RosterError::TooLarge { bytes: bytes.len(), allowed: LARGEST });
    }
    // A zip archive, or an OLE container: .xlsx/.ods, or .xls.
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Err(RosterError::Workbook);
    }
    let (text, encoding) = match encoding_rs::Encoding::for_bom(bytes) {
        Some((found, mark)) => {
            let (text, _) = found.decode_without_bom_handling(&bytes[mark..]);
            (text, if found == UTF_8 { Encoding::Utf8 } else { Encoding::Utf16 })
        }
        None => match UTF_8.decode_without_bom_handling_and_without_replacement(bytes) {
            Some(text) => (text, Encoding::Utf8),
            None => (WINDOWS_1252.decode_without_bom_handling(bytes).0, Encoding::Windows1252),
        },
    };
    if text.contains('\0') {
        return Err(RosterError::NotText);
    }
    Ok((text.replace("\r\n", "\n").replace('\r', "\n"), encoding))
}
