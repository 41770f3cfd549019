//! Names of files: which are nobody's work, and in which order people mean them.

use std::cmp::Ordering;

/// Whether a file of this name is left alone: hidden, a trace of another system, or a transfer under way.
pub fn is_ignored(name: &str) -> bool {
    let name = name.to_lowercase();
    let partial = [".part", ".partial", ".crdownload", ".download", ".tmp", ".temp", ".filepart", ".swp"];
    name.starts_with('.')
        || name.starts_with("~$")
        || name.ends_with('~')
        || matches!(name.as_str(), "thumbs.db" | "ehthumbs.db" | "desktop.ini" | "@eadir" | "__macosx" | "#recycle")
        || partial.iter().any(|ending| name.ends_with(ending))
}

/// `scan 2.jpg` before `scan 10.jpg`: runs of digits compare as numbers, letters without their case.
pub fn natural_order(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    loop {
        let order = match (left.chars().next(), right.chars().next()) {
            (None, None) => return a.cmp(b),
            (x, y) if x.is_none() || y.is_none() => return x.cmp(&y),
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let (number, behind) = digits(left);
                let (other, other_behind) = digits(right);
                (left, right) = (behind, other_behind);
                number.len().cmp(&other.len()).then_with(|| number.cmp(other))
            }
            (Some(x), Some(y)) => {
                (left, right) = (&left[x.len_utf8()..], &right[y.len_utf8()..]);
                x.to_lowercase().cmp(y.to_lowercase())
            }
            _ => Ordering::Equal,
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// The digits a text begins with, without leading zeros, and the rest.
fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    (text[..end].trim_start_matches('0'), &text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_count_numbers() {
        let mut names = ["b 10.jpg", "B 2.jpg", "a.jpg", "b 02.png", "b.jpg", "b 10", "é1", "b 1/9.jpg"];
        names.sort_by(|a, b| natural_order(a, b));
        assert_eq!(names, ["a.jpg", "b 1/9.jpg", "B 2.jpg", "b 02.png", "b 10", "b 10.jpg", "b.jpg", "é1"]);
    }

    #[test]
    fn traces_of_systems_are_ignored_and_work_is_not() {
        for name in ["._a.jpg", ".DS_Store", "Thumbs.db", "@eaDir", "a.jpg.part", "a.crdownload", "A.TMP", "~$a.pdf"] {
            assert!(is_ignored(name), "{name}");
        }
        for name in ["a.jpg", "SCN_0001.pdf", "part.jpg", "tmp.png", "~a.jpg", "noextension"] {
            assert!(!is_ignored(name), "{name}");
        }
    }
}
