//! Rows in, PNG out, while the scanner is still reading: A4 at 600 dpi in colour is 100 MB of rows.
//!
//! PNG wants its height first. A page whose height was not announced is collected first; one that came out shorter
//! or longer than announced is written anew with the rows that came, which is rare. No row that came whole is lost.

use crate::pixels::{Depth, Layout};
use png::{BitDepth, ColorType, Compression, Encoder, PixelDimensions, StreamWriter, Unit};
use scantrail_capture::protocol::MAX_BODY;
use scantrail_core::vocabulary::Suspicion;
use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

/// Most bytes of rows held for one page.
const MAX_ROWS_BYTES: usize = 2 << 30;

/// A page as it is handed over.
pub(crate) struct Page {
    pub(crate) png: Vec<u8>,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) dpi: Option<(u16, u16)>,
    pub(crate) suspicion: Option<Suspicion>,
}

/// A page being written.
pub(crate) struct Sheet {
    layout: Layout,
    dpi: Option<(u16, u16)>,
    announced: Option<u32>,
    stream: Option<Stream>,
    rows: u32,
    partial: Vec<u8>,
    samples: Vec<u8>,
    /// Rows that have no place in the stream.
    beyond: Vec<u8>,
    tail: FlatTail,
}

struct Stream {
    writer: StreamWriter<'static, Shared>,
    bytes: Shared,
}

/// Where the encoder writes to: it does not give its writer back.
#[derive(Clone, Default)]
struct Shared(Rc<RefCell<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether so many bytes may be held.
pub(crate) fn within_limit(bytes: usize) -> Result<(), String> {
    if bytes > MAX_ROWS_BYTES { Err(format!("a page of more than {MAX_ROWS_BYTES} bytes")) } else { Ok(()) }
}

impl Sheet {
    /// A page of rows like these; `announced` rows of them, if that is known.
    pub(crate) fn new(layout: Layout, announced: Option<u32>, dpi: Option<(u16, u16)>) -> Result<Self, String> {
        let stream = match announced {
            Some(rows) if rows > 0 => {
                within_limit(layout.row_bytes().saturating_mul(rows as usize))?;
                Some(Stream::new(&layout, rows, dpi)?)
            }
            _ => None,
        };
        Ok(Self {
            layout,
            dpi,
            announced,
            stream,
            rows: 0,
            partial: Vec::new(),
            samples: Vec::new(),
            beyond: Vec::new(),
            tail: FlatTail::new(layout.pixel_bytes()),
        })
    }

    /// Takes bytes as the scanner gives them, cut anywhere.
    pub(crate) fn push(&mut self, mut bytes: &[u8]) -> Result<(), String> {
        let line = self.layout.bytes_per_line;
        if !self.partial.is_empty() {
            let (head, rest) = bytes.split_at(bytes.len().min(line - self.partial.len()));
            self.partial.extend_from_slice(head);
            bytes = rest;
            if self.partial.len() < line {
                return Ok(());
            }
            let row = std::mem::take(&mut self.partial);
            self.push_row(&row)?;
        }
        let mut rows = bytes.chunks_exact(line);
        for row in &mut rows {
            self.push_row(row)?;
        }
        self.partial.extend_from_slice(rows.remainder());
        Ok(())
    }

    fn push_row(&mut self, raw: &[u8]) -> Result<(), String> {
        let mut samples = std::mem::take(&mut self.samples);
        self.layout.samples(raw, &mut samples);
        let pushed = self.push_samples(&samples);
        self.samples = samples;
        pushed
    }

    /// Takes one row as PNG has it.
    pub(crate) fn push_samples(&mut self, row: &[u8]) -> Result<(), String> {
        self.tail.push(row);
        match &mut self.stream {
            Some(stream) if Some(self.rows) < self.announced => stream.write(row)?,
            _ => {
                self.beyond.extend_from_slice(row);
                within_limit(self.beyond.len())?;
            }
        }
        self.rows += 1;
        Ok(())
    }

    /// Ends the page with the rows that came. A row that was cut off is none.
    pub(crate) fn finish(mut self) -> Result<Page, String> {
        if self.rows == 0 {
            return Err("a page of less than one row".into());
        }
        let short = Some(self.rows) < self.announced || !self.partial.is_empty();
        let flat = self.tail.is_suspicious(self.rows);
        let suspicion = match (short, flat) {
            (true, _) => Some(Suspicion::ShortRead),
            (false, true) => Some(Suspicion::FlatTail),
            (false, false) => None,
        };
        let png = match self.stream.take() {
            Some(stream) if Some(self.rows) == self.announced => stream.finish()?,
            stream => self.write_anew(stream)?,
        };
        if png.len() > MAX_BODY {
            return Err(format!("a page of {} bytes", png.len()));
        }
        Ok(Page { png, width: self.layout.width as u32, height: self.rows, dpi: self.dpi, suspicion })
    }

    /// Writes a page whose height has turned out to be another.
    fn write_anew(&self, stream: Option<Stream>) -> Result<Vec<u8>, String> {
        let row_bytes = self.layout.row_bytes();
        let mut anew = Stream::new(&self.layout, self.rows, self.dpi)?;
        if let (Some(mut stream), Some(announced)) = (stream, self.announced) {
            for _ in self.rows..announced {
                stream.write(&vec![0; row_bytes])?;
            }
            let streamed = decode(&stream.finish()?)?;
            anew.write(&streamed[..row_bytes * announced.min(self.rows) as usize])?;
        }
        anew.write(&self.beyond)?;
        anew.finish()
    }
}

impl Stream {
    fn new(layout: &Layout, rows: u32, dpi: Option<(u16, u16)>) -> Result<Self, String> {
        let bytes = Shared::default();
        let mut encoder = Encoder::new(bytes.clone(), layout.width as u32, rows);
        encoder.set_color(if layout.samples_per_pixel() == 3 { ColorType::Rgb } else { ColorType::Grayscale });
        encoder.set_depth(if layout.depth == Depth::Sixteen { BitDepth::Sixteen } else { BitDepth::Eight });
        encoder.set_compression(Compression::Fast);
        let per_metre = |dpi: u16| (f64::from(dpi) / 0.0254).round() as u32;
        encoder.set_pixel_dims(dpi.map(|(x, y)| PixelDimensions {
            xppu: per_metre(x),
            yppu: per_metre(y),
            unit: Unit::Meter,
        }));
        let header = encoder.write_header().map_err(|error| error.to_string())?;
        let writer = header.into_stream_writer_with_size(64 * 1024).map_err(|error| error.to_string())?;
        Ok(Self { writer, bytes })
    }

    fn write(&mut self, rows: &[u8]) -> Result<(), String> {
        self.writer.write_all(rows).map_err(|error| error.to_string())
    }

    fn finish(self) -> Result<Vec<u8>, String> {
        self.writer.finish().map_err(|error| error.to_string())?;
        Ok(self.bytes.0.take())
    }
}

fn decode(png: &[u8]) -> Result<Vec<u8>, String> {
    let mut reader = png::Decoder::new(io::Cursor::new(png)).read_info().map_err(|error| error.to_string())?;
    let mut pixels = vec![0; reader.output_buffer_size().ok_or("a page too large for this machine")?];
    reader.next_frame(&mut pixels).map_err(|error| error.to_string())?;
    Ok(pixels)
}

/// Watches for a lower part of one exact colour: what a JPEG decoder makes of a transfer that broke off.
struct FlatTail {
    pixel_bytes: usize,
    colour: Vec<u8>,
    rows: u32,
}

/// Fewer rows than one in so many may be a printed bar at the foot of a page.
const TAIL_PART: u32 = 10;

/// Paper: every sample at least this, of 255. Scanners clip blank paper to exact white, so that proves nothing; a
/// decoder that runs out of data paints mid grey.
const PAPER: u8 = 250;

impl FlatTail {
    fn new(pixel_bytes: usize) -> Self {
        Self { pixel_bytes, colour: Vec::new(), rows: 0 }
    }

    fn push(&mut self, row: &[u8]) {
        let flat = row[self.pixel_bytes..] == row[..row.len() - self.pixel_bytes];
        let colour = &row[..self.pixel_bytes];
        if flat && self.rows > 0 && self.colour == colour {
            self.rows += 1;
        } else if flat {
            self.colour = colour.to_vec();
            self.rows = 1;
        } else {
            self.rows = 0;
        }
    }

    fn is_suspicious(&self, rows: u32) -> bool {
        self.rows > 0 && self.rows >= rows.div_ceil(TAIL_PART) && self.colour.iter().any(|sample| *sample < PAPER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixels::Channels;

    const WIDTH: usize = 7;

    /// Grey rows with two bytes of padding.
    fn layout() -> Layout {
        Layout { channels: Channels::Grey, depth: Depth::Eight, width: WIDTH, bytes_per_line: WIDTH + 2 }
    }

    fn row(number: u8) -> Vec<u8> {
        (0..WIDTH as u8).map(|x| x * 10 + number).chain([0xee, 0xee]).collect()
    }

    /// Pushes so many bytes of 20 rows, in crumbs, and compares what comes out with what went in.
    fn scan(announced: Option<u32>, bytes: usize) -> Result<Page, String> {
        let raw: Vec<u8> = (0..20).flat_map(row).take(bytes).collect();
        let mut sheet = Sheet::new(layout(), announced, Some((300, 150)))?;
        for crumb in raw.chunks(5) {
            sheet.push(crumb)?;
        }
        let page = sheet.finish()?;
        let wanted: Vec<u8> = raw.chunks_exact(WIDTH + 2).flat_map(|row| &row[..WIDTH]).copied().collect();
        assert_eq!(decode(&page.png).unwrap(), wanted);
        assert_eq!(page.height as usize, wanted.len() / WIDTH);
        Ok(page)
    }

    #[test]
    fn whatever_height_comes_is_the_height_of_the_page() {
        let line = WIDTH + 2;
        assert_eq!(scan(Some(20), 20 * line).unwrap().suspicion, None);
        assert_eq!(scan(None, 20 * line).unwrap().suspicion, None, "unknown height");
        assert_eq!(scan(Some(0), 20 * line).unwrap().suspicion, None, "a height of none is an unknown one");
        assert_eq!(scan(Some(12), 20 * line).unwrap().suspicion, None, "longer than announced");
        assert_eq!(scan(Some(20), 12 * line).unwrap().suspicion, Some(Suspicion::ShortRead));
        assert_eq!(scan(Some(20), 20 * line - 1).unwrap().suspicion, Some(Suspicion::ShortRead));
        assert!(scan(Some(20), line - 1).is_err());
    }

    #[test]
    fn resolution_is_written_into_the_page() {
        let page = scan(Some(20), 20 * (WIDTH + 2)).unwrap();
        let reader = png::Decoder::new(io::Cursor::new(&page.png)).read_info().unwrap();
        let dims = reader.info().pixel_dims.unwrap();
        assert_eq!((dims.xppu, dims.yppu), (11_811, 5_906));
    }

    #[test]
    fn a_flat_tail_is_noticed_unless_it_is_paper() {
        let tail = |rows: &[[u8; 3]]| {
            let mut tail = FlatTail::new(1);
            for row in rows {
                tail.push(row);
            }
            tail.is_suspicious(rows.len() as u32)
        };
        let page = [1, 2, 3];
        assert!(tail(&[page, page, [128; 3], [128; 3]]));
        assert!(tail(&[[0; 3]; 4]), "all of one colour that is not paper");
        assert!(!tail(&[page, page, [255; 3], [255; 3]]));
        assert!(!tail(&[page, [128; 3], [128; 3], page]));
        assert!(!tail(&[page, [128; 3], [255; 3], [255; 3]]));
        let mut long = [page; 40];
        long[37..].fill([128; 3]);
        assert!(!tail(&long), "three rows of forty are a printed bar");
    }

    #[test]
    fn absurd_sizes_are_refused() {
        let wide = Layout { width: 300_000, bytes_per_line: 300_000, ..layout() };
        assert!(Sheet::new(wide, Some(1_000_000), None).is_err());
    }
}
