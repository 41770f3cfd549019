//! What was written to the devices, in order, and what of it is still there after a power cut.
//!
//! A disk may keep anything in its memory until it is told to flush, and write it in any order. So of the writes that
//! no later flush of the same device covered each block of 4096 bytes is there or not, by lot.

use super::tools::{Trouble, at};
use rand::Rng;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

/// What a disk writes whole or not at all.
const BLOCK: usize = 4096;

/// Number of the device, kind, offset, length.
const HEAD: usize = 1 + 1 + 8 + 4;

/// Every write and flush of one run, in order.
#[derive(Debug)]
pub struct Log {
    raw: Vec<u8>,
    steps: Vec<Step>,
}

/// One record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Step {
    device: u8,
    what: What,
    /// The length of the log when it had happened.
    end: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Write { offset: u64, from: usize, to: usize },
    Flush,
}

impl Log {
    /// Reads a log.
    pub fn read(path: &Path) -> Result<Self, Trouble> {
        Self::parse(at(path, std::fs::read(path))?)
    }

    fn parse(raw: Vec<u8>) -> Result<Self, Trouble> {
        let unsound = || Trouble::Program("the log of the block devices is not sound".into());
        let mut steps = Vec::new();
        let mut here = 0;
        while here < raw.len() {
            let head = raw.get(here..here + HEAD).ok_or_else(unsound)?;
            let offset = u64::from_le_bytes(head[2..10].try_into().map_err(|_| unsound())?);
            let length = u32::from_le_bytes(head[10..14].try_into().map_err(|_| unsound())?) as usize;
            let (from, to) = (here + HEAD, here + HEAD + length);
            let what = match head[1] {
                b'W' if to <= raw.len() => What::Write { offset, from, to },
                b'F' if length == 0 => What::Flush,
                _ => return Err(unsound()),
            };
            steps.push(Step { device: head[0], what, end: to as u64 });
            here = to;
        }
        Ok(Self { raw, steps })
    }

    /// How many records there are: a cut is a number up to this.
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether nothing was written at all.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// How many flushes there are.
    pub fn flushes(&self) -> usize {
        self.steps.iter().filter(|step| step.what == What::Flush).count()
    }

    /// How many bytes the log has: the clock by which acknowledgements are noted.
    pub fn bytes(&self) -> u64 {
        self.raw.len() as u64
    }

    /// The time of a cut before record `cut`: what was acknowledged up to then must have survived.
    pub fn time(&self, cut: usize) -> u64 {
        cut.checked_sub(1).and_then(|last| self.steps.get(last)).map_or(0, |step| step.end)
    }

    /// The first cut at or after a time.
    pub fn cut_at(&self, time: u64) -> usize {
        self.steps.partition_point(|step| step.end <= time)
    }

    /// Does to an image of `device` what it would hold after a power cut before record `cut`.
    pub fn replay(&self, device: u8, cut: usize, image: &Path, lot: &mut impl Rng) -> Result<(), Trouble> {
        let file = at(image, std::fs::OpenOptions::new().write(true).open(image))?;
        let own = || self.steps[..cut].iter().enumerate().filter(|(_, step)| step.device == device);
        let safe = own().filter(|(_, step)| step.what == What::Flush).map(|(at, _)| at).next_back().unwrap_or(0);
        for (number, step) in own() {
            let What::Write { offset, from, to } = step.what else { continue };
            let bytes = &self.raw[from..to];
            if number < safe {
                at(image, file.write_all_at(bytes, offset))?;
                continue;
            }
            for (block, start) in bytes.chunks(BLOCK).zip((offset..).step_by(BLOCK)) {
                if lot.random_bool(0.5) {
                    at(image, file.write_all_at(block, start))?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    fn record(device: u8, kind: u8, offset: u64, bytes: &[u8]) -> Vec<u8> {
        let mut record = vec![device, kind];
        record.extend(offset.to_le_bytes());
        record.extend((bytes.len() as u32).to_le_bytes());
        record.extend(bytes);
        record
    }

    fn log(records: &[Vec<u8>]) -> Log {
        Log::parse(records.concat()).unwrap()
    }

    fn image_after(log: &Log, cut: usize, seed: u64) -> Vec<u8> {
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().set_len(8 * BLOCK as u64).unwrap();
        log.replay(0, cut, file.path(), &mut Seed(seed).rng()).unwrap();
        std::fs::read(file.path()).unwrap()
    }

    #[test]
    fn what_a_flush_covered_is_there_and_the_rest_by_lot() {
        let block = |fill: u8| vec![fill; BLOCK];
        let log = log(&[
            record(0, b'W', 0, &block(1)),
            record(1, b'F', 0, b""),
            record(0, b'W', BLOCK as u64, &block(2)),
            record(0, b'F', 0, b""),
            record(0, b'W', 2 * BLOCK as u64, &[block(3), block(4)].concat()),
        ]);
        let mut seen = std::collections::BTreeSet::new();
        for seed in 0..64 {
            let image = image_after(&log, 5, seed);
            assert_eq!((image[0], image[BLOCK]), (1, 2), "flushed");
            seen.insert((image[2 * BLOCK], image[3 * BLOCK]));
            let early = image_after(&log, 3, seed);
            assert_eq!(early[2 * BLOCK], 0, "a cut is a cut");
        }
        assert_eq!(seen.len(), 4, "each block for itself: {seen:?}");
        // The flush of another device covers nothing.
        assert!((0..64).any(|seed| image_after(&log, 2, seed)[0] == 0));
    }

    #[test]
    fn time_is_the_length_of_the_log() {
        let log = log(&[record(0, b'W', 0, b"abc"), record(0, b'F', 0, b"")]);
        assert_eq!((log.time(0), log.time(1), log.time(2)), (0, 17, 31));
        assert_eq!(log.bytes(), 31);
        assert_eq!((log.cut_at(0), log.cut_at(16), log.cut_at(17), log.cut_at(31)), (0, 0, 1, 2));
        assert!(Log::parse(vec![0, b'W', 1]).is_err(), "a torn log is refused");
    }
}
