//! What the daemon and the decoder worker say to each other: one request in, a greeting and a few answers out.
//!
//! The worker reads hostile files, so its answers are not trusted either: every length is checked against a bound
//! that the reader sets before anything is allocated. Numbers are little-endian.

use scantrail_core::evidence::Moment;
use scantrail_core::raster::Channels;
use scantrail_core::units::{Dpi, Resolution, Turn};
use scantrail_core::vocabulary::Media;
use std::io::{self, Read, Write};

/// First bytes of a request; the digit is the version of the protocol.
const REQUEST: [u8; 4] = *b"SDQ2";
/// First bytes of the answers.
const GREETING: [u8; 4] = *b"SDA2";
/// The longest reason, in bytes.
const LONGEST_REASON: usize = 1000;

/// What the worker is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Only lock down and say how well.
    Greet,
    /// Decode the first image.
    Pixels,
    /// Take the file apart into page originals.
    Pages,
}

/// What the worker must not exceed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes of the file.
    pub bytes: u64,
    /// Pixels of one picture.
    pub pixels: u64,
    /// Pages of one file.
    pub pages: u32,
    /// Seconds of processor time.
    pub seconds: u32,
}

/// One request; the bytes of the file follow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// What to do.
    pub task: Task,
    /// What the bytes are said to be.
    pub media: Media,
    /// What is too much.
    pub bounds: Bounds,
    /// How many bytes follow.
    pub length: u64,
}

/// How well the worker is locked down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confinement {
    /// System calls are filtered and Landlock denies files and network.
    Full,
    /// System calls are filtered, Landlock is partly enforced: an older kernel.
    PartLandlock,
    /// System calls are filtered; this kernel has no Landlock.
    NoLandlock,
}

/// A page of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The original, or that the file itself is it.
    pub content: PageContent,
    /// Dots per inch, if the file says so.
    pub resolution: Option<Resolution>,
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// The turn the file says the content has.
    pub turn: Turn,
}

/// Where the original bytes of a page are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageContent {
    /// The file is the page.
    TheFile,
    /// These bytes.
    Bytes(Media, Vec<u8>),
}

/// What the worker says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The decoded picture.
    Pixels {
        /// Columns.
        width: u32,
        /// Rows.
        height: u32,
        /// Samples per pixel.
        channels: Channels,
        /// Dots per inch, if the file says so.
        resolution: Option<Resolution>,
        /// The turn the file says the content has.
        turn: Turn,
        /// When and by what it was taken, if the file says so.
        moment: Option<Moment>,
        /// Rows without padding.
        samples: Vec<u8>,
    },
    /// The next page.
    Page(Page),
    /// The file is at fault.
    Refused(String),
    /// Everything was said.
    Done,
}

impl Request {
    /// Writes the request, without the file.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(&REQUEST)?;
        let task = match self.task {
            Task::Greet => 0,
            Task::Pixels => 1,
            Task::Pages => 2,
        };
        out.write_all(&[task, media_number(self.media)])?;
        out.write_all(&self.bounds.bytes.to_le_bytes())?;
        out.write_all(&self.bounds.pixels.to_le_bytes())?;
        out.write_all(&self.bounds.pages.to_le_bytes())?;
        out.write_all(&self.bounds.seconds.to_le_bytes())?;
        out.write_all(&self.length.to_le_bytes())
    }

    /// Reads a request, without the file.
    pub fn read(from: &mut impl Read) -> io::Result<Self> {
        expect(from, REQUEST)?;
        let [task, media] = take(from)?;
        let task = match task {
            0 => Task::Greet,
            1 => Task::Pixels,
            2 => Task::Pages,
            _ => return Err(garbled("no such task")),
        };
        let media = media_of(media)?;
        let bounds = Bounds {
            bytes: u64::from_le_bytes(take(from)?),
            pixels: u64::from_le_bytes(take(from)?),
            pages: u32::from_le_bytes(take(from)?),
            seconds: u32::from_le_bytes(take(from)?),
        };
        Ok(Self { task, media, bounds, length: u64::from_le_bytes(take(from)?) })
    }
}

impl Confinement {
    /// Writes the greeting.
    pub fn write(self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(&GREETING)?;
        out.write_all(&[self as u8])
    }

    /// Reads the greeting.
    pub fn read(from: &mut impl Read) -> io::Result<Self> {
        expect(from, GREETING)?;
        let [found] = take(from)?;
        let known = [Self::Full, Self::PartLandlock, Self::NoLandlock];
        known.into_iter().find(|known| *known as u8 == found).ok_or_else(|| garbled("no such confinement"))
    }
}

impl Answer {
    /// Writes the answer.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        match self {
            Self::Pixels { width, height, channels, resolution, turn, moment, samples } => {
                out.write_all(&[1, channels.count() as u8])?;
                write_shape(out, *width, *height, *resolution, *turn)?;
                write_moment(out, *moment)?;
                write_bytes(out, samples)
            }
            Self::Page(page) => {
                let (media, bytes) = match &page.content {
                    PageContent::TheFile => (0, [].as_slice()),
                    PageContent::Bytes(media, bytes) => (media_number(*media), bytes.as_slice()),
                };
                out.write_all(&[2, media])?;
                write_shape(out, page.width, page.height, page.resolution, page.turn)?;
                write_bytes(out, bytes)
            }
            Self::Refused(reason) => {
                let end = (0..=LONGEST_REASON.min(reason.len())).rev().find(|&end| reason.is_char_boundary(end));
                out.write_all(&[3])?;
                write_bytes(out, &reason.as_bytes()[..end.unwrap_or(0)])
            }
            Self::Done => out.write_all(&[4]),
        }
    }

    /// Reads an answer; one with more than `most` bytes of content is an error.
    pub fn read(from: &mut impl Read, most: u64) -> io::Result<Self> {
        let [kind] = take(from)?;
        match kind {
            1 => {
                let channels = match take(from)? {
                    [1] => Channels::Grey,
                    [3] => Channels::Rgb,
                    _ => return Err(garbled("no such channels")),
                };
                let (width, height, resolution, turn) = read_shape(from)?;
                let moment = read_moment(from)?;
                let samples = read_bytes(from, most)?;
                Ok(Self::Pixels { width, height, channels, resolution, turn, moment, samples })
            }
            2 => {
                let [media] = take(from)?;
                let (width, height, resolution, turn) = read_shape(from)?;
                let bytes = read_bytes(from, most)?;
                let content = match media {
                    0 => PageContent::TheFile,
                    media => PageContent::Bytes(media_of(media)?, bytes),
                };
                Ok(Self::Page(Page { content, resolution, width, height, turn }))
            }
            3 => {
                let reason = read_bytes(from, LONGEST_REASON as u64)?;
                // A reason is shown to people: whatever a hostile file made of it, it stays one line of text.
                let reason = String::from_utf8_lossy(&reason).replace(char::is_control, " ");
                Ok(Self::Refused(reason))
            }
            4 => Ok(Self::Done),
            _ => Err(garbled("no such answer")),
        }
    }
}

type Shape = (u32, u32, Option<Resolution>, Turn);

fn write_shape(out: &mut impl Write, w: u32, h: u32, resolution: Option<Resolution>, turn: Turn) -> io::Result<()> {
    out.write_all(&w.to_le_bytes())?;
    out.write_all(&h.to_le_bytes())?;
    let (x, y) = resolution.map_or((0, 0), |r| (r.x.get(), r.y.get()));
    out.write_all(&x.to_le_bytes())?;
    out.write_all(&y.to_le_bytes())?;
    out.write_all(&[turn as u8])
}

fn read_shape(from: &mut impl Read) -> io::Result<Shape> {
    let (width, height) = (u32::from_le_bytes(take(from)?), u32::from_le_bytes(take(from)?));
    let (x, y) = (Dpi::new(u16::from_le_bytes(take(from)?)), Dpi::new(u16::from_le_bytes(take(from)?)));
    let resolution = x.zip(y).map(|(x, y)| Resolution { x, y });
    let [turn] = take(from)?;
    let turn = Turn::ALL.get(usize::from(turn)).ok_or_else(|| garbled("no such turn"))?;
    Ok((width, height, resolution, *turn))
}

fn write_moment(out: &mut impl Write, moment: Option<Moment>) -> io::Result<()> {
    let Some(moment) = moment else { return out.write_all(&[0]) };
    out.write_all(&[1])?;
    out.write_all(&moment.seconds.to_le_bytes())?;
    out.write_all(&moment.device.to_le_bytes())
}

fn read_moment(from: &mut impl Read) -> io::Result<Option<Moment>> {
    match take(from)? {
        [0] => Ok(None),
        [1] => {
            let seconds = i64::from_le_bytes(take(from)?);
            Ok(Some(Moment { seconds, device: u64::from_le_bytes(take(from)?) }))
        }
        _ => Err(garbled("neither a moment nor none")),
    }
}

fn write_bytes(out: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    out.write_all(&(bytes.len() as u64).to_le_bytes())?;
    out.write_all(bytes)
}

fn read_bytes(from: &mut impl Read, most: u64) -> io::Result<Vec<u8>> {
    let length = u64::from_le_bytes(take(from)?);
    if length > most {
        return Err(garbled("more bytes than were asked for"));
    }
    // Room is only promised here; it is taken as the bytes come.
    let mut bytes = Vec::with_capacity(length as usize);
    from.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == length { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

fn expect(from: &mut impl Read, wanted: [u8; 4]) -> io::Result<()> {
    if take(from)? == wanted { Ok(()) } else { Err(garbled("another protocol, or another version of it")) }
}

fn take<const N: usize>(from: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn garbled(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// 1 and up; 0 stands for "the file itself".
fn media_number(media: Media) -> u8 {
    media as u8 + 1
}

fn media_of(number: u8) -> io::Result<Media> {
    Media::ALL.iter().copied().find(|media| media_number(*media) == number).ok_or_else(|| garbled("no such media"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    #[test]
    fn answers_come_out_as_they_went_in() {
        let resolution = Some(Resolution::square(Dpi::SCAN));
        let page = |content| Answer::Page(Page { content, resolution, width: 7, height: 9, turn: Turn::Quarter });
        let samples = vec![1, 2, 3, 4, 5, 6];
        let pixels = Answer::Pixels {
            width: 2,
            height: 1,
            channels: Channels::Rgb,
            resolution: None,
            turn: Turn::Half,
            moment: Some(Moment { seconds: -3, device: 9 }),
            samples,
        };
        let refused = Answer::Refused("no".into());
        let bytes = page(PageContent::Bytes(Media::Png, vec![1, 2]));
        for answer in [pixels, page(PageContent::TheFile), bytes, refused, Answer::Done] {
            let mut written = Vec::new();
            answer.write(&mut written).unwrap();
            assert_eq!(Answer::read(&mut Cursor::new(&written), 6).unwrap(), answer);
            for length in 0..written.len() {
                assert!(Answer::read(&mut Cursor::new(&written[..length]), 6).is_err(), "cut to {length}");
            }
        }
    }

    #[test]
    fn a_request_comes_out_as_it_went_in() {
        let bounds = Bounds { bytes: 1, pixels: 2, pages: 3, seconds: 4 };
        for media in Media::ALL {
            for task in [Task::Greet, Task::Pixels, Task::Pages] {
                let request = Request { task, media: *media, bounds, length: 5 };
                let mut written = Vec::new();
                request.write(&mut written).unwrap();
                assert_eq!(Request::read(&mut Cursor::new(&written)).unwrap(), request);
            }
        }
    }

    #[test]
    fn an_answer_larger_than_asked_for_is_not_read() {
        // 2^60 bytes announced: an allocation of that size would end the daemon.
        let mut written = vec![3];
        written.extend((1_u64 << 60).to_le_bytes());
        assert_eq!(Answer::read(&mut Cursor::new(&written), 10).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn reasons_are_cut_between_letters_and_keep_to_one_line() {
        let mut written = Vec::new();
        Answer::Refused("é".repeat(600) + "\n").write(&mut written).unwrap();
        let Answer::Refused(reason) = Answer::read(&mut Cursor::new(&written), 0).unwrap() else { panic!() };
        assert_eq!(reason, "é".repeat(500));
        let mut written = Vec::new();
        Answer::Refused("a\nb\x1b[2J".into()).write(&mut written).unwrap();
        assert_eq!(Answer::read(&mut Cursor::new(&written), 0).unwrap(), Answer::Refused("a b [2J".into()));
    }

    #[test]
    fn garbled_answers_are_errors() {
        for bytes in [[0; 40], [1; 40], [2; 40], [3; 40], [5; 40], [255; 40]] {
            assert!(Answer::read(&mut Cursor::new(bytes), 10).is_err());
            assert!(Confinement::read(&mut Cursor::new(bytes)).is_err());
            assert!(Request::read(&mut Cursor::new(bytes)).is_err());
        }
    }
}
