//! Pictures without the place where they were taken.
//!
//! A phone writes the place of a photo into it: of a child's kitchen table, if the work was done at home. It stays in the
//! original and gets into nothing that is handed over. Only what surely carries no place is called clean: metadata that we
//! do not understand whole, and makers' own notes, count as if they carried one. The pixels stay byte for byte as they
//! are; of the metadata only what a picture needs to look right is kept: its turn, its colours, its size on paper.
//!
//! It must not know what the pixels show.

mod exif;
mod jpeg;
mod png;

use scantrail_core::vocabulary::Media;

/// What was found in a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Located {
    /// It carries no place.
    Clean,
    /// It may carry one; the same picture without it.
    Stripped(Vec<u8>),
    /// It may carry one, and it could not be taken out: the file is of no form we know.
    Unknown,
}

/// Looks for a place in a picture and takes it out.
pub fn without_place(media: Media, bytes: &[u8]) -> Located {
    let found = match media {
        Media::Jpeg => jpeg::without_place(bytes),
        Media::Png => png::without_place(bytes),
        Media::Tiff | Media::Pdf => None,
    };
    found.unwrap_or(Located::Unknown)
}

/// What metadata says, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Said {
    /// Whether it may tell a place.
    place: Place,
    /// How the picture is to be turned, 1 to 8 as EXIF counts; 1 is as it lies.
    turn: u16,
}

/// Whether something tells a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    None,
    Possible,
}

#[cfg(test)]
mod tests;
