//! JSON that people can read and that stays small: one line per field down to the third level, one line per thing
//! below it. A page has hundreds of words; each is one line.

use serde_json::ser::Formatter;
use std::io::{self, Write};

/// Levels that are written over several lines.
const OPEN_LEVELS: usize = 3;

/// The layout, as serde's writer drives it.
#[derive(Default)]
pub(super) struct Layout {
    level: usize,
    filled: bool,
}

impl Layout {
    fn begin<W: Write + ?Sized>(&mut self, to: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.level += 1;
        self.filled = false;
        to.write_all(bracket)
    }

    fn end<W: Write + ?Sized>(&mut self, to: &mut W, bracket: &[u8]) -> io::Result<()> {
        let open = self.level <= OPEN_LEVELS;
        self.level -= 1;
        if open && self.filled {
            self.new_line(to)?;
        }
        to.write_all(bracket)
    }

    fn separate<W: Write + ?Sized>(&mut self, to: &mut W, comma: &[u8]) -> io::Result<()> {
        to.write_all(comma)?;
        if self.level <= OPEN_LEVELS { self.new_line(to) } else { Ok(()) }
    }

    fn new_line<W: Write + ?Sized>(&self, to: &mut W) -> io::Result<()> {
        to.write_all(b"\n")?;
        (0..self.level).try_for_each(|_| to.write_all(b" "))
    }
}

/// A comma before all but the first.
fn comma(first: bool) -> &'static [u8] {
    if first { b"" } else { b"," }
}

impl Formatter for Layout {
    fn begin_array<W: Write + ?Sized>(&mut self, to: &mut W) -> io::Result<()> {
        self.begin(to, b"[")
    }

    fn end_array<W: Write + ?Sized>(&mut self, to: &mut W) -> io::Result<()> {
        self.end(to, b"]")
    }

    fn begin_array_value<W: Write + ?Sized>(&mut self, to: &mut W, first: bool) -> io::Result<()> {
        self.separate(to, comma(first))
    }

    fn end_array_value<W: Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }

    fn begin_object<W: Write + ?Sized>(&mut self, to: &mut W) -> io::Result<()> {
        self.begin(to, b"{")
    }

    fn end_object<W: Write + ?Sized>(&mut self, to: &mut W) -> io::Result<()> {
        self.end(to, b"}")
    }

    fn begin_object_key<W: Write + ?Sized>(&mut self, to: &mut W, first: bool) -> io::Result<()> {
        self.separate(to, comma(first))
    }

    fn begin_object_value<W: Write + ?Sized>(&mut self, to: &mut W) -> io::Result<()> {
        to.write_all(if self.level <= OPEN_LEVELS { b": " } else { b":" })
    }

    fn end_object_value<W: Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }
}
