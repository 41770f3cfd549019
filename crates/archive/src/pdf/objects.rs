//! A PDF file that is written object by object: nothing that was written is kept but where it lies.
//!
//! Source: ISO 32000-1, 7.5. It must not know what the objects mean.

use super::{MOST_BYTES, PdfError};
use pdf_writer::{Chunk, Ref};
use scantrail_core::units::Digest;
use sha2::{Digest as _, Sha256};
use std::io::Write;

/// Version, and four bytes by which programs see that the file is not text.
const HEADER: &[u8] = b"%PDF-1.7\n%\x80\x80\x80\x80\n\n";

/// The file so far. The end of the file tells the place of every object, so every number that was given out must have
/// been written by then.
pub(super) struct Objects<W> {
    out: W,
    at: u64,
    most: u64,
    /// Where each object begins, the first being number 1; 0 until it is written.
    places: Vec<u64>,
    digest: Sha256,
}

impl<W: Write> Objects<W> {
    pub(super) fn begin(out: W) -> Result<Self, PdfError> {
        Self::within(MOST_BYTES, out)
    }

    /// A file of no more than `most` bytes.
    fn within(most: u64, out: W) -> Result<Self, PdfError> {
        let mut objects = Self { out, at: 0, most, places: Vec::new(), digest: Sha256::new() };
        objects.put(HEADER)?;
        Ok(objects)
    }

    /// A number for an object that is written later.
    pub(super) fn number(&mut self) -> Ref {
        self.places.push(0);
        Ref::new(self.places.len() as i32)
    }

    /// Writes one object: `draw` draws it, once, under the number it is given for.
    pub(super) fn write(&mut self, number: Ref, draw: impl FnOnce(&mut Chunk)) -> Result<(), PdfError> {
        let mut chunk = Chunk::new();
        draw(&mut chunk);
        debug_assert!(chunk.refs().eq([number]), "one object at a time, under its own number");
        self.places[number.get() as usize - 1] = self.at;
        self.told(chunk.as_bytes())
    }

    /// Writes an object with a stream that is too large to be copied on the way. `entries` are those of its dictionary
    /// but the length.
    pub(super) fn write_stream(&mut self, number: Ref, entries: &str, data: &[u8]) -> Result<(), PdfError> {
        self.places[number.get() as usize - 1] = self.at;
        self.told(format!("{} 0 obj\n<< /Length {} {entries} >>\nstream\n", number.get(), data.len()).as_bytes())?;
        self.told(data)?;
        self.told(b"\nendstream\nendobj\n\n")
    }

    /// Writes what the digest of the content covers.
    fn told(&mut self, bytes: &[u8]) -> Result<(), PdfError> {
        self.digest.update(bytes);
        self.put(bytes)
    }

    /// Writes where everything lies, and gives back what was written to.
    pub(super) fn finish(mut self, catalog: Ref, info: Option<Ref>) -> Result<W, PdfError> {
        debug_assert!(self.places.iter().all(|&place| place > 0), "every number is an object");
        let table = self.at;
        let size = self.places.len() + 1;
        self.put(format!("xref\n0 {size}\n0000000000 65535 f\r\n").as_bytes())?;
        for place in std::mem::take(&mut self.places) {
            self.put(format!("{place:010} 00000 n\r\n").as_bytes())?;
        }
        let info = info.map_or_else(String::new, |info| format!(" /Info {} 0 R", info.get()));
        // Names this content, and is the same for the same content: never a clock.
        let digest = Digest(self.digest.finalize_reset().into()).to_string();
        let (id, root) = (&digest[..32], catalog.get());
        let end = format!(
            "trailer\n<< /Size {size} /Root {root} 0 R{info} /ID [<{id}> <{id}>] >>\nstartxref\n{table}\n%%EOF\n"
        );
        self.put(end.as_bytes())?;
        self.out.flush().map_err(PdfError::Output)?;
        Ok(self.out)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), PdfError> {
        let after = self.at + bytes.len() as u64;
        if after > self.most {
            return Err(PdfError::TooLarge);
        }
        self.out.write_all(bytes).map_err(PdfError::Output)?;
        self.at = after;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Error, ErrorKind};

    fn file(most: u64) -> Result<Vec<u8>, PdfError> {
        let mut objects = Objects::within(most, Vec::new())?;
        let (catalog, page) = (objects.number(), objects.number());
        objects.write(page, |chunk| {
            chunk.page(page);
        })?;
        objects.write(catalog, |chunk| {
            chunk.indirect(catalog).dict();
        })?;
        objects.finish(catalog, None)
    }

    #[test]
    fn every_object_lies_where_the_table_says() {
        let file = file(MOST_BYTES).unwrap();
        let text = String::from_utf8_lossy(&file).replace("%\u{fffd}\u{fffd}\u{fffd}\u{fffd}", "%1234");
        let table: usize = text.rsplit("startxref\n").next().unwrap().lines().next().unwrap().parse().unwrap();
        assert!(text[table..].starts_with("xref\n0 3\n"), "{text}");
        for (number, line) in (1..).zip(text[table..].lines().skip(3).take(2)) {
            let place: usize = line[..10].parse().unwrap();
            assert!(text[place..].starts_with(&format!("{number} 0 obj")), "{line}: {text}");
        }
    }

    #[test]
    fn a_file_may_be_as_large_as_it_may_and_not_a_byte_larger() {
        let size = file(MOST_BYTES).unwrap().len() as u64;
        assert!(file(size).is_ok());
        assert!(matches!(file(size - 1), Err(PdfError::TooLarge)));
    }

    /// A disk with no room left.
    struct Full;

    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(Error::from(ErrorKind::StorageFull))
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_disk_that_fails_is_told() {
        let failed = Objects::begin(Full).err();
        assert!(matches!(failed, Some(PdfError::Output(error)) if error.kind() == ErrorKind::StorageFull));
    }
}
