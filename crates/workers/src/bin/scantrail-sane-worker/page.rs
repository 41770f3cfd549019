//! Reads the frames of one page and makes them a [`Page`].
//!
//! The end of a frame proves nothing: a page is whole only if nobody cancelled and all announced bytes came.

use crate::faults;
use crate::link::Link;
use crate::pixels::{Channels, Layout};
use crate::sheet::{self, Page, Sheet};
use crate::watchdog::Watchdog;
use sane_rs::{Device, FrameFormat, Parameters, Read, Status};
use scantrail_capture::protocol::WorkerFault;

/// Bytes asked for at a time.
const CHUNK: usize = 256 * 1024;

/// What came of reading a page.
pub(crate) enum PageRead {
    /// A page, perhaps a suspicious one.
    Whole(Page),
    /// There was none.
    Nothing,
    /// The parent cancelled; whatever came is worth nothing.
    Cancelled,
}

/// What came of reading a frame.
#[derive(Clone, Copy)]
enum FrameRead {
    Whole,
    Nothing,
    Cancelled,
}

/// Reads the page that was just started; `dpi` is what the device was set to.
pub(crate) fn read(
    device: &mut Device<'_>,
    dpi: Option<(u16, u16)>,
    link: &Link,
    watchdog: &Watchdog,
) -> Result<PageRead, WorkerFault> {
    let parameters = announced(device, watchdog)?;
    if let FrameFormat::Grey | FrameFormat::Rgb = parameters.format {
        let mut sheet = Sheet::new(layout(&parameters)?, rows(&parameters), dpi).map_err(io)?;
        let frame = read_frame(device, link, watchdog, |bytes| sheet.push(bytes))?;
        return done(frame, || sheet.finish());
    }
    let mut planes = Planes::default();
    let mut parameters = parameters;
    loop {
        let shape = layout(&parameters)?;
        let plane = planes.place(parameters.format, shape)?;
        match read_frame(device, link, watchdog, |bytes| {
            plane.extend_from_slice(bytes);
            sheet::within_limit(plane.len())
        })? {
            FrameRead::Whole => {}
            FrameRead::Nothing => return Ok(PageRead::Nothing),
            FrameRead::Cancelled => return Ok(PageRead::Cancelled),
        }
        if parameters.last_frame || planes.are_complete() {
            return done(FrameRead::Whole, || planes.merge(rows(&parameters), dpi));
        }
        watchdog.during(|| device.start()).map_err(|error| faults::of(&error))?;
        parameters = announced(device, watchdog)?;
    }
}

fn done(frame: FrameRead, page: impl FnOnce() -> Result<Page, String>) -> Result<PageRead, WorkerFault> {
    Ok(match frame {
        FrameRead::Whole => PageRead::Whole(page().map_err(io)?),
        FrameRead::Nothing => PageRead::Nothing,
        FrameRead::Cancelled => PageRead::Cancelled,
    })
}

/// Reads one frame to its end.
fn read_frame(
    device: &mut Device<'_>,
    link: &Link,
    watchdog: &Watchdog,
    mut take: impl FnMut(&[u8]) -> Result<(), String>,
) -> Result<FrameRead, WorkerFault> {
    let mut buffer = vec![0; CHUNK];
    let mut total = 0;
    loop {
        let read = watchdog.during(|| device.read(&mut buffer));
        if link.is_cancelled() {
            return Ok(FrameRead::Cancelled);
        }
        match read {
            // A read of nothing is allowed, and no progress: no heartbeat, or the watchdogs would sleep.
            Ok(Read::Bytes(0)) => std::thread::yield_now(),
            Ok(Read::Bytes(count)) => {
                take(&buffer[..count]).map_err(io)?;
                total += count as u64;
                link.beat(total);
            }
            Ok(Read::End) if total == 0 => return Err(io("a page ended without a single byte".into())),
            Ok(Read::End) => return Ok(FrameRead::Whole),
            Err(error) if error.status() == Some(Status::NoDocuments) && total == 0 => return Ok(FrameRead::Nothing),
            Err(error) => return Err(faults::of(&error)),
        }
    }
}

fn announced(device: &Device<'_>, watchdog: &Watchdog) -> Result<Parameters, WorkerFault> {
    watchdog.during(|| device.parameters()).map_err(|error| faults::of(&error))
}

fn layout(parameters: &Parameters) -> Result<Layout, WorkerFault> {
    Layout::of(parameters).map_err(io)
}

/// How many rows are announced; `None` if the device does not know.
fn rows(parameters: &Parameters) -> Option<u32> {
    u32::try_from(parameters.lines).ok()
}

fn io(message: String) -> WorkerFault {
    WorkerFault::Io { message }
}

/// The frames of a scanner that takes one colour at a time, in any order.
#[derive(Default)]
struct Planes {
    layout: Option<Layout>,
    channels: [Vec<u8>; 3],
}

impl Planes {
    /// Where the next frame goes.
    fn place(&mut self, format: FrameFormat, layout: Layout) -> Result<&mut Vec<u8>, WorkerFault> {
        let index = match format {
            FrameFormat::Red => 0,
            FrameFormat::Green => 1,
            FrameFormat::Blue => 2,
            FrameFormat::Grey | FrameFormat::Rgb | FrameFormat::Other(_) => {
                return Err(io(format!("a frame that belongs to no page ({format:?})")));
            }
        };
        if *self.layout.get_or_insert(layout) != layout {
            return Err(io("frames of one page that differ in size".into()));
        }
        let plane = &mut self.channels[index];
        if !plane.is_empty() {
            return Err(io("the same frame of a page twice".into()));
        }
        Ok(plane)
    }

    fn are_complete(&self) -> bool {
        self.channels.iter().all(|plane| !plane.is_empty())
    }

    /// Interleaves the three frames, as many rows as the shortest has.
    fn merge(&self, announced: Option<u32>, dpi: Option<(u16, u16)>) -> Result<Page, String> {
        let layout = self.layout.ok_or("a page without frames")?;
        if !self.are_complete() {
            return Err("a page without one of its colours".into());
        }
        let merged = Layout { channels: Channels::Rgb, ..layout };
        let mut sheet = Sheet::new(merged, announced, dpi)?;
        let [red, green, blue] = self.channels.each_ref().map(|plane| plane.chunks_exact(layout.bytes_per_line));
        let mut planes = [Vec::new(), Vec::new(), Vec::new()];
        let mut row = Vec::new();
        for ((red, green), blue) in red.zip(green).zip(blue) {
            for (raw, samples) in [red, green, blue].into_iter().zip(&mut planes) {
                layout.samples(raw, samples);
            }
            row.clear();
            let bytes = layout.depth.bytes();
            for at in (0..planes[0].len()).step_by(bytes) {
                for plane in &planes {
                    row.extend_from_slice(&plane[at..at + bytes]);
                }
            }
            sheet.push_samples(&row)?;
        }
        sheet.finish()
    }
}
