//! From a payload to the dark and light modules of its QR symbol.

use crate::payload::Payload;
use qrcodegen::{QrCode, QrCodeEcc, QrSegment, Version};

/// How much of a symbol may be lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// About a quarter: 21 modules for a payload.
    Q,
    /// About a third: 25 modules for a payload.
    H,
}

/// Modules along a side of the largest symbol of a text: 600 bytes.
const MOST_MODULES: i32 = 101;

/// The modules of a symbol, without its quiet zone.
pub(super) struct Symbol(QrCode);

impl Symbol {
    pub(super) fn new(payload: &Payload, level: Level) -> Self {
        let (ecc, version) = match level {
            Level::Q => (QrCodeEcc::Quartile, Version::new(1)),
            Level::H => (QrCodeEcc::High, Version::new(2)),
        };
        let segment = QrSegment::make_alphanumeric(&payload.encode());
        // A boosted level or another mask would make the same payload look different from one release to the next.
        let code = QrCode::encode_segments_advanced(&[segment], ecc, version, version, None, false)
            .expect("sixteen alphanumeric characters fit version 1 at level Q and version 2 at level H");
        Self(code)
    }

    /// The symbol of any text, a seventh of which may be lost; `None` if it is too long.
    pub(super) fn of_text(text: &str) -> Option<Self> {
        QrCode::encode_text(text, QrCodeEcc::Medium).ok().filter(|code| code.size() <= MOST_MODULES).map(Self)
    }

    /// Modules along a side.
    pub(super) fn size(&self) -> i32 {
        self.0.size()
    }

    /// Runs of dark modules in reading order: row, first column, count.
    pub(super) fn dark_runs(&self) -> Vec<(i32, i32, i32)> {
        let mut runs = Vec::new();
        for y in 0..self.size() {
            let mut x = 0;
            while x < self.size() {
                let length = (x..self.size()).take_while(|&at| self.0.get_module(at, y)).count() as i32;
                if length > 0 {
                    runs.push((y, x, length));
                }
                x += length.max(1);
            }
        }
        runs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use scantrail_core::sheet::{CodePlace, SheetKind};

    #[test]
    fn payloads_fill_the_smallest_symbols() {
        let payload = Payload {
            school: "7QX".parse().unwrap(),
            kind: SheetKind::Cover,
            sheet: "4K9Z2M".parse().unwrap(),
            place: CodePlace::Middle,
        };
        assert_eq!(Symbol::new(&payload, Level::Q).size(), 21);
        let big = Symbol::new(&payload, Level::H);
        assert_eq!(big.size(), 25);
        let dark: i32 = big.dark_runs().iter().map(|&(_, _, length)| length).sum();
        assert!((250..375).contains(&dark), "{dark}");
    }
}
