//! What can go wrong with a network scanner, as data.

use std::time::Duration;

/// What happens when a certain page is asked for. Each strikes once (`Busy`: as often as it says), then is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PageFault {
    /// The sheet sticks: the job is aborted and the feeder reports a jam until [`super::VirtualScanner::repair`].
    Jam,
    /// The same with an open cover.
    DoorOpen,
    /// No answer at all until [`super::VirtualScanner::repair`]; then the page comes.
    Hang,
    /// The connection breaks after half of the announced bytes. The sheet has gone through.
    Cut,
    /// The first half of a JPEG, announced as if it were all.
    HalfJpeg,
    /// Text announced as `image/jpeg`.
    NotAnImage,
    /// "503 Service Unavailable" this many times, then the page.
    Busy(u32),
    /// "410 Gone": the scanner has forgotten the job. The sheet stays on the stack.
    Gone,
    /// "No more pages" although sheets remain, and the sensor agrees until the next job.
    ClaimsEmpty,
    /// A sheet only a third as tall.
    ShortPage,
    /// A sheet only two thirds as wide.
    OddWidth,
    /// The page takes this long.
    Slow(Duration),
}

/// What happens when a job is asked for, until [`super::VirtualScanner::repair`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JobFault {
    /// "503 Service Unavailable".
    Busy,
    /// "409 Conflict".
    Conflict,
}
