//! What a file is and whether it is all there, told from its bytes alone, before anything decodes it.
//!
//! Two questions are answered for files that other people's programs write: which kind of file ([`media_of`]; content
//! decides and the name must agree), and whether its structure runs to its end ([`wholeness`]). Both are total: any
//! bytes give an answer, no bytes give a panic, and only a reader that cannot be read gives an error.
//!
//! This module must not know a folder, a clock or a pixel.

pub mod jpeg;
mod names;
mod pdf;
mod png;
pub mod tiff;

pub use names::{is_ignored, natural_order};

use scantrail_core::vocabulary::Media;
use std::io::{self, Read, Seek, SeekFrom};

/// How many bytes from the start [`sniff`] looks at.
pub const HEAD: usize = 1024;

/// Whether the structure of a file runs to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wholeness {
    /// It does.
    Whole,
    /// It does not, or not yet; why, in words that follow the name of a file.
    Broken(&'static str),
}

/// Why a file cannot be taken, whatever its structure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Foreign {
    /// A kind that is known and not read.
    #[error("is {what}, which cannot be read here; {instead}")]
    NotTaken {
        /// The kind, with its article.
        what: &'static str,
        /// What to do.
        instead: &'static str,
    },
    /// None of the kinds that are read.
    #[error("is not a JPEG, PNG, TIFF or PDF file")]
    Unknown,
    /// Content and name contradict each other: renamed by hand, or made to deceive.
    #[error("is called `.{extension}` but holds a {found} file")]
    NameDisagrees {
        /// The ending of the name.
        extension: String,
        /// What the content is, as an ending.
        found: &'static str,
    },
}

/// The kind of file that begins with these bytes.
pub fn sniff(head: &[u8]) -> Option<Media> {
    // ISO 32000-1, annex H, note 13: readers accept the header anywhere in the first 1024 bytes.
    let pdf = || head[..head.len().min(HEAD)].windows(5).any(|window| window == b"%PDF-");
    match head {
        [0xFF, 0xD8, 0xFF, ..] => Some(Media::Jpeg),
        [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Some(Media::Png),
        [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => Some(Media::Tiff),
        _ => pdf().then_some(Media::Pdf),
    }
}

/// The kind of a file, from its first bytes; the ending of its name, if it has one, must agree.
pub fn media_of(name: &str, head: &[u8]) -> Result<Media, Foreign> {
    let Some(found) = sniff(head) else { return Err(foreign(head)) };
    let Some((_, extension)) = name.rsplit_once('.') else { return Ok(found) };
    let agrees = match extension.to_ascii_lowercase().as_str() {
        "jpg" | "jpeg" | "jpe" | "jfif" => found == Media::Jpeg,
        "png" => found == Media::Png,
        "tif" | "tiff" => found == Media::Tiff,
        "pdf" => found == Media::Pdf,
        _ => false,
    };
    if agrees {
        Ok(found)
    } else {
        Err(Foreign::NameDisagrees { extension: extension.to_owned(), found: found.word() })
    }
}

fn foreign(head: &[u8]) -> Foreign {
    let instead = "set the camera to JPEG (on an iPad: Settings, Camera, Formats, Most Compatible)";
    match head {
        [_, _, _, _, b'f', b't', b'y', b'p', b'h' | b'm', b'e' | b'i', b'i' | b'f' | b'v', ..] => {
            Foreign::NotTaken { what: "a HEIC picture", instead }
        }
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => {
            Foreign::NotTaken { what: "a film", instead: "only still pictures and PDF files are filed" }
        }
        [b'P', b'K', 3, 4, ..] => {
            Foreign::NotTaken { what: "an archive or an office document", instead: "save or print it as PDF" }
        }
        _ => Foreign::Unknown,
    }
}

/// Follows the structure of a file to its end; the reader may stand anywhere.
pub fn wholeness<R: Read + Seek>(reader: &mut R, media: Media) -> io::Result<Wholeness> {
    let length = reader.seek(SeekFrom::End(0))?;
    if length == 0 {
        return Ok(Wholeness::Broken("is empty"));
    }
    reader.seek(SeekFrom::Start(0))?;
    let verdict = match media {
        Media::Jpeg => jpeg::walk(reader),
        Media::Png => png::walk(reader, length),
        Media::Tiff => tiff::images(reader, length).map(drop),
        Media::Pdf => pdf::look(reader, length),
    };
    match verdict {
        Ok(()) => Ok(Wholeness::Whole),
        Err(Fault::Broken(why)) => Ok(Wholeness::Broken(why)),
        Err(Fault::Io(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
            Ok(Wholeness::Broken("ends too early"))
        }
        Err(Fault::Io(error)) => Err(error),
    }
}

/// Why a walk through a file stopped before its end.
#[derive(Debug)]
pub enum Fault {
    /// The structure is wrong.
    Broken(&'static str),
    /// The reader failed; an unexpected end of file means that the structure is cut off.
    Io(io::Error),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// The next `N` bytes.
fn take<const N: usize>(reader: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    reader.read_exact(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
