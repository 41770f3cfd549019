//! What is true about a picture: a text beside it, the corners of its symbols, or that there is nothing to read.

use anyhow::{Context as _, Result, bail};
use scantrail_core::units::{Point, Quad};
use std::path::Path;

/// A folder of this name holds pictures without any code.
const NEGATIVES: &str = "negatives";
/// How a file of corner points begins.
const POINTS: &str = "# list of hand selected 2D points";

/// What is true about a picture.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Truth {
    /// One code says this.
    Text(String),
    /// Codes lie here, whatever they say; corners in no particular order or direction.
    Places(Vec<Quad>),
    /// Nothing may be read.
    Nothing,
}

impl Truth {
    /// The truth about a picture: `NAME.txt` beside it; in the folder of negatives there is none.
    pub(crate) fn of(picture: &Path) -> Result<Self> {
        if picture.parent().and_then(Path::file_name).is_some_and(|name| name == NEGATIVES) {
            return Ok(Self::Nothing);
        }
        let file = picture.with_extension("txt");
        let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        match text.strip_prefix(POINTS) {
            Some(points) => places(points).with_context(|| format!("{} is not understood", file.display())),
            None => Ok(Self::Text(text.trim().to_owned())),
        }
    }

    /// How many codes there are to read.
    pub(crate) fn count(&self) -> usize {
        match self {
            Self::Text(_) => 1,
            Self::Places(quads) => quads.len(),
            Self::Nothing => 0,
        }
    }
}

/// Points by fours: after the word `SETS` one symbol to a line, without it one point to a line.
fn places(points: &str) -> Result<Truth> {
    let numbers = points.split_whitespace().filter(|word| *word != "SETS");
    let numbers = numbers.map(str::parse).collect::<Result<Vec<f64>, _>>().context("a coordinate is not a number")?;
    if numbers.is_empty() || !numbers.len().is_multiple_of(8) {
        bail!("{} coordinates are not four points to a symbol", numbers.len());
    }
    let quad = |n: &[f64]| Quad(std::array::from_fn(|i| Point { x: n[2 * i], y: n[2 * i + 1] }));
    Ok(Truth::Places(numbers.chunks_exact(8).map(quad).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_read_in_both_forms() {
        let Truth::Places(one) = places("\n1 2\n3 4\n5 6\n7 8.50\n").unwrap() else { panic!() };
        assert_eq!(one, [Quad([(1.0, 2.0), (3.0, 4.0), (5.0, 6.0), (7.0, 8.5)].map(|(x, y)| Point { x, y }))]);
        let Truth::Places(two) = places("\nSETS\n1 2 3 4 5 6 7 8\n1 2 3 4 5 6 7 8\n").unwrap() else { panic!() };
        assert_eq!(two.len(), 2);
        assert!(places("\n1 2\n3 4\n").is_err());
        assert!(places("\nSETS\n").is_err());
        assert!(places("\n1 2 3 4 5 6 7 eight\n").is_err());
    }
}
