//! Frames: a prefix with two lengths, a JSON header, a binary body.
//!
//! ```text
//! "SCTR" │ u32 LE: bytes of the header │ u32 LE: bytes of the body │ header │ body
//! ```
//!
//! The bounds are checked before anything is allocated, and nothing is allocated for bytes that have not come. This
//! module must not know what a header says.

use serde::Serialize;

/// How every frame begins.
const MAGIC: [u8; 4] = *b"SCTR";

/// Bytes before the header.
pub const PREFIX: usize = 12;

/// Most bytes of a header: a few thousand devices.
pub const MAX_HEADER: usize = 1 << 20;

/// Most bytes of a body: A3 at 1200 dpi in 8-bit colour, uncompressed, is 835 MB.
pub const MAX_BODY: usize = 1 << 30;

/// One frame, split but not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// JSON, if the other side is sane.
    pub header: Vec<u8>,
    /// The page, or nothing.
    pub body: Vec<u8>,
}

/// The stream is not, or no longer, a sequence of frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// A frame does not begin as it must.
    #[error("bytes that are not a frame")]
    Magic,
    /// A header longer than [`MAX_HEADER`].
    #[error("a header of {0} bytes is too long")]
    Header(usize),
    /// A body longer than [`MAX_BODY`].
    #[error("a body of {0} bytes is too long")]
    Body(usize),
}

/// Writes a message and its body as one frame.
pub(super) fn encode(message: &impl Serialize, body: &[u8]) -> Vec<u8> {
    let header = serde_json::to_vec(message).expect("messages have text keys and no failing serialisers");
    debug_assert!(header.len() <= MAX_HEADER && body.len() <= MAX_BODY);
    let mut bytes = Vec::with_capacity(PREFIX + header.len() + body.len());
    bytes.extend_from_slice(&MAGIC);
    bytes.extend_from_slice(&(header.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&(body.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&header);
    bytes.extend_from_slice(body);
    bytes
}

/// Cuts a stream of bytes into frames, however it arrives.
#[derive(Debug, Default)]
pub struct Splitter {
    pending: Vec<u8>,
}

impl Splitter {
    /// Takes what has arrived.
    pub fn push(&mut self, bytes: &[u8]) {
        self.pending.extend_from_slice(bytes);
    }

    /// Whether a frame has begun and not ended.
    pub fn is_mid_frame(&self) -> bool {
        !self.pending.is_empty()
    }

    /// The next whole frame; `None` until more has arrived. After an error the stream is of no use.
    pub fn next_frame(&mut self) -> Result<Option<Frame>, FrameError> {
        let begun = self.pending.len().min(MAGIC.len());
        if self.pending[..begun] != MAGIC[..begun] {
            return Err(FrameError::Magic);
        }
        let (Some(header), Some(body)) = (self.length_at(4), self.length_at(8)) else { return Ok(None) };
        if header > MAX_HEADER {
            return Err(FrameError::Header(header));
        }
        if body > MAX_BODY {
            return Err(FrameError::Body(body));
        }
        if self.pending.len() < PREFIX + header + body {
            return Ok(None);
        }
        let rest = self.pending.split_off(PREFIX + header + body);
        let mut frame = std::mem::replace(&mut self.pending, rest);
        let body = frame.split_off(PREFIX + header);
        frame.drain(..PREFIX);
        Ok(Some(Frame { header: frame, body }))
    }

    fn length_at(&self, at: usize) -> Option<usize> {
        let bytes = self.pending.get(at..at + 4)?;
        Some(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lies_about_lengths_are_refused_before_the_bytes_come() {
        let prefix = |header: u32, body: u32| {
            let mut splitter = Splitter::default();
            splitter.push(&[&MAGIC[..], &header.to_le_bytes(), &body.to_le_bytes()].concat());
            splitter.next_frame()
        };
        assert_eq!(prefix(u32::MAX, 0), Err(FrameError::Header(u32::MAX as usize)));
        assert_eq!(prefix(0, u32::MAX), Err(FrameError::Body(u32::MAX as usize)));
        assert_eq!(prefix(5, 5), Ok(None));
        let mut noise = Splitter::default();
        noise.push(b"f");
        assert_eq!(noise.next_frame(), Err(FrameError::Magic));
    }

    proptest! {
        #[test]
        fn any_cutting_gives_the_same_frames(
            frames in proptest::collection::vec((".{0,20}", proptest::collection::vec(any::<u8>(), 0..50)), 0..6),
            cuts in proptest::collection::vec(1usize..40, 1..40),
        ) {
            let stream: Vec<u8> = frames.iter().flat_map(|(text, body)| encode(text, body)).collect();
            let mut splitter = Splitter::default();
            let mut found = Vec::new();
            let mut rest = &stream[..];
            let mut cut = cuts.iter().cycle();
            while !rest.is_empty() {
                let (now, later) = rest.split_at(rest.len().min(*cut.next().unwrap()));
                splitter.push(now);
                rest = later;
                while let Some(frame) = splitter.next_frame().unwrap() {
                    let text: String = serde_json::from_slice(&frame.header).unwrap();
                    found.push((text, frame.body));
                }
            }
            prop_assert!(!splitter.is_mid_frame());
            prop_assert_eq!(found, frames);
        }

        #[test]
        fn garbage_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300), keep_magic: bool) {
            let mut splitter = Splitter::default();
            if keep_magic {
                splitter.push(&MAGIC);
            }
            splitter.push(&bytes);
            while let Ok(Some(frame)) = splitter.next_frame() {
                let _ = crate::protocol::FromWorker::parse(&frame);
                let _ = crate::protocol::ToWorker::parse(&frame);
            }
        }
    }
}
