//! TIFF: a chain of directories, each naming where the strips or tiles of one image lie (TIFF 6.0, section 2; `BigTIFF`).

use super::{Fault, take};
use std::io::{Read, Seek, SeekFrom};

/// One image of a TIFF file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Image {
    /// Where its directory begins, in bytes from the start.
    pub directory: u64,
    /// Whether it is a picture of its own or a small copy of another.
    pub purpose: Purpose,
}

/// What an image of a TIFF file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A page.
    Page,
    /// A reduced copy of another image (`NewSubfileType`, bit 0).
    Preview,
}

/// Directories beyond this are a loop or an attack, not a stack of paper.
const MOST_IMAGES: usize = 20_000;
/// Entries of one directory; real ones have fewer than 100.
const MOST_ENTRIES: u64 = 4096;
/// Strips or tiles of one image: one per row of the largest page.
const MOST_PIECES: u64 = 1 << 17;

const NEW_SUBFILE_TYPE: u16 = 254;
const STRIP_OFFSETS: u16 = 273;
const STRIP_BYTES: u16 = 279;
const TILE_OFFSETS: u16 = 324;
const TILE_BYTES: u16 = 325;

/// The images in order. An error if a directory, a value or a piece of a picture lies outside of the file.
pub fn images<R: Read + Seek>(reader: &mut R, length: u64) -> Result<Vec<Image>, Fault> {
    reader.seek(SeekFrom::Start(0))?;
    let mut file = File { reader, length, layout: Layout::default() };
    let mut next = file.header()?;
    let mut images: Vec<Image> = Vec::new();
    while next != 0 {
        if images.len() == MOST_IMAGES || images.iter().any(|image| image.directory == next) {
            return Err(Fault::Broken("has a list of pages without an end"));
        }
        let (image, following) = file.directory(next)?;
        images.push(image);
        next = following;
    }
    if images.is_empty() {
        return Err(Fault::Broken("holds no picture"));
    }
    Ok(images)
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Order {
    #[default]
    Little,
    Big,
}

/// How numbers are written: byte order, and 4 or 8 bytes per offset.
#[derive(Debug, Clone, Copy, Default)]
struct Layout {
    order: Order,
    big: bool,
}

struct File<'r, R> {
    reader: &'r mut R,
    length: u64,
    layout: Layout,
}

/// One entry of a directory: where its values stand.
struct Entry {
    tag: u16,
    /// Bytes of one value; 0 for types that hold no numbers we need.
    size: u64,
    count: u64,
    at: u64,
}

impl<R: Read + Seek> File<'_, R> {
    /// Where the first directory is.
    fn header(&mut self) -> Result<u64, Fault> {
        let start: [u8; 4] = take(self.reader)?;
        (self.layout.order, self.layout.big) = match start {
            [b'I', b'I', 42, 0] => (Order::Little, false),
            [b'I', b'I', 43, 0] => (Order::Little, true),
            [b'M', b'M', 0, 42] => (Order::Big, false),
            [b'M', b'M', 0, 43] => (Order::Big, true),
            _ => return Err(Fault::Broken("does not begin as a TIFF")),
        };
        if self.layout.big && (self.number(2)?, self.number(2)?) != (8, 0) {
            return Err(Fault::Broken("has a broken structure"));
        }
        self.number(self.offset_size())
    }

    fn offset_size(&self) -> u64 {
        if self.layout.big { 8 } else { 4 }
    }

    /// The next unsigned number of 1, 2, 4 or 8 bytes.
    fn number(&mut self, size: u64) -> Result<u64, Fault> {
        let mut bytes = [0; 8];
        let used = &mut bytes[..size as usize];
        self.reader.read_exact(used)?;
        Ok(match self.layout.order {
            Order::Little => u64::from_le_bytes(bytes),
            Order::Big => {
                bytes.rotate_right(8 - size as usize);
                u64::from_be_bytes(bytes)
            }
        })
    }

    fn go_to(&mut self, at: u64) -> Result<(), Fault> {
        if at >= self.length {
            return Err(Fault::Broken("is shorter than it says"));
        }
        self.reader.seek(SeekFrom::Start(at))?;
        Ok(())
    }

    /// Reads one directory, checks that its picture lies in the file, and says where the next one is (0: nowhere).
    fn directory(&mut self, at: u64) -> Result<(Image, u64), Fault> {
        self.go_to(at)?;
        let count = self.number(if self.layout.big { 8 } else { 2 })?;
        if count == 0 || count > MOST_ENTRIES {
            return Err(Fault::Broken("has a broken structure"));
        }
        let entries = (0..count).map(|_| self.entry()).collect::<Result<Vec<_>, _>>()?;
        let next = self.number(self.offset_size())?;
        let pieces =
            [(STRIP_OFFSETS, STRIP_BYTES), (TILE_OFFSETS, TILE_BYTES)].into_iter().find_map(|(place, size)| {
                let find = |tag| entries.iter().find(|entry| entry.tag == tag);
                Some((find(place)?, find(size)?))
            });
        let subfile = entries.iter().find(|entry| entry.tag == NEW_SUBFILE_TYPE);
        let bits = subfile.map(|entry| self.values(entry)).transpose()?.and_then(|v| v.first().copied()).unwrap_or(0);
        let purpose = if bits & 1 == 1 { Purpose::Preview } else { Purpose::Page };
        match (pieces, purpose) {
            (Some((places, sizes)), _) => self.check_pieces(places, sizes)?,
            // Cameras and Photoshop keep previews as a JPEG of its own, without strips.
            (None, Purpose::Preview) => {}
            (None, Purpose::Page) => return Err(Fault::Broken("holds no picture")),
        }
        Ok((Image { directory: at, purpose }, next))
    }

    fn entry(&mut self) -> Result<Entry, Fault> {
        let tag = self.number(2)? as u16;
        let kind = self.number(2)?;
        let count = self.number(self.offset_size())?;
        // BYTE, SHORT, LONG, LONG8, and the other types by their length.
        let size = match kind {
            1 | 2 | 6 | 7 => 1,
            3 | 8 => 2,
            4 | 9 | 11 | 13 => 4,
            5 | 10 | 12 | 16 | 17 | 18 => 8,
            _ => 0,
        };
        let here = self.reader.stream_position()?;
        let written = self.number(self.offset_size())?;
        let bytes = count.checked_mul(size).ok_or(Fault::Broken("has a broken structure"))?;
        let at = if bytes <= self.offset_size() { here } else { written };
        if at.checked_add(bytes).is_none_or(|end| end > self.length) {
            return Err(Fault::Broken("is shorter than it says"));
        }
        Ok(Entry { tag, size, count, at })
    }

    /// The numbers of an entry.
    fn values(&mut self, entry: &Entry) -> Result<Vec<u64>, Fault> {
        if entry.size == 0 || entry.count == 0 || entry.count > MOST_PIECES {
            return Err(Fault::Broken("has a broken structure"));
        }
        self.go_to(entry.at)?;
        (0..entry.count).map(|_| self.number(entry.size)).collect()
    }

    fn check_pieces(&mut self, places: &Entry, sizes: &Entry) -> Result<(), Fault> {
        let (places, sizes) = (self.values(places)?, self.values(sizes)?);
        if places.len() != sizes.len() {
            return Err(Fault::Broken("has a broken structure"));
        }
        let inside = |(place, size): (&u64, &u64)| place.checked_add(*size).is_some_and(|end| end <= self.length);
        let written = places.iter().any(|place| *place > 0) && sizes.iter().any(|size| *size > 0);
        if written && places.iter().zip(&sizes).all(inside) {
            Ok(())
        } else {
            Err(Fault::Broken("ends in the middle of the picture"))
        }
    }
}
