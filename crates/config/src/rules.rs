//! What a single value may be.

use scantrail_core::units::Dpi;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::{Component, Path, PathBuf};
use toml::de::DeValue;

/// Why a value will not do.
pub(crate) struct Wrong {
    pub(crate) found: String,
    pub(crate) allowed: String,
}

impl Wrong {
    pub(crate) fn new(found: impl Into<String>, allowed: impl Into<String>) -> Self {
        Self { found: found.into(), allowed: allowed.into() }
    }

    /// A value of another kind than wanted.
    pub(crate) fn kind(value: &DeValue<'_>, allowed: &str) -> Self {
        let article = if value.is_array() || value.is_integer() { "an" } else { "a" };
        Self::new(format!("is {article} {}", value.type_str()), allowed)
    }
}

/// A text that is not empty.
pub(crate) fn text(value: &DeValue<'_>) -> Result<String, Wrong> {
    let allowed = "a text in quotation marks, not empty";
    let text = value.as_str().ok_or_else(|| Wrong::kind(value, allowed))?.trim();
    if text.is_empty() || text.chars().any(char::is_control) {
        return Err(Wrong::new(format!("{text:?} says nothing or has control characters in it"), allowed));
    }
    Ok(text.to_owned())
}

/// A path; a relative one starts at the folder of the file.
pub(crate) fn path(base: &Path) -> impl Fn(&DeValue<'_>) -> Result<PathBuf, Wrong> {
    move |value| {
        let path = base.join(text(value)?);
        if path.components().any(|part| part == Component::ParentDir) {
            return Err(Wrong::new(format!("`{}` goes back up with `..`", path.display()), "a path without `..`"));
        }
        // Written out again: `/srv/./a//b` and `/srv/a/b` must compare as one folder.
        Ok(path.components().filter(|part| *part != Component::CurDir).collect())
    }
}

/// A regular expression.
pub(crate) fn pattern(value: &DeValue<'_>) -> Result<String, Wrong> {
    let text = text(value)?;
    match regex::Regex::new(&text) {
        Ok(_) => Ok(text),
        Err(error) => {
            let why = error.to_string();
            let why = why.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            Err(Wrong::new(
                format!("is no regular expression: {why}"),
                "a regular expression in single quotation marks",
            ))
        }
    }
}

/// Several of something; at least one.
pub(crate) fn list<T>(
    rule: impl Fn(&DeValue<'_>) -> Result<T, Wrong>,
) -> impl Fn(&DeValue<'_>) -> Result<Vec<T>, Wrong> {
    move |value| {
        let items = value.as_array().ok_or_else(|| Wrong::kind(value, "a list in square brackets"))?;
        if items.is_empty() {
            return Err(Wrong::new("is an empty list", "at least one entry"));
        }
        items.iter().map(|item| rule(item.get_ref())).collect()
    }
}

/// One of several words.
pub(crate) fn one_of<T: Copy>(words: &[(&'static str, T)]) -> impl Fn(&DeValue<'_>) -> Result<T, Wrong> {
    move |value| {
        let allowed = words.iter().map(|(word, _)| format!("\"{word}\"")).collect::<Vec<_>>().join(", ");
        let given = value.as_str().ok_or_else(|| Wrong::kind(value, &allowed))?;
        let found = words.iter().find(|(word, _)| *word == given).map(|(_, meaning)| *meaning);
        found.ok_or_else(|| Wrong::new(format!("\"{given}\" is none of the choices"), allowed))
    }
}

/// A whole number within bounds.
pub(crate) fn whole(bounds: RangeInclusive<u32>) -> impl Fn(&DeValue<'_>) -> Result<u32, Wrong> {
    move |value| {
        let allowed = format!("a whole number from {} to {}", bounds.start(), bounds.end());
        let digits = value.as_integer().ok_or_else(|| Wrong::kind(value, &allowed))?;
        let number = i128::from_str_radix(digits.as_str(), digits.radix()).ok();
        let number = number.and_then(|number| u32::try_from(number).ok()).filter(|number| bounds.contains(number));
        number.ok_or_else(|| Wrong::new(format!("{} is out of bounds", digits.as_str()), allowed))
    }
}

/// true or false, each with a meaning.
pub(crate) fn either<T: Copy>(when_true: T, when_false: T) -> impl Fn(&DeValue<'_>) -> Result<T, Wrong> {
    move |value| match value.as_bool() {
        Some(true) => Ok(when_true),
        Some(false) => Ok(when_false),
        None => Err(Wrong::kind(value, "true, false")),
    }
}

/// Dots per inch that scanners can do and codes can be read at.
pub(crate) fn dpi(value: &DeValue<'_>) -> Result<Dpi, Wrong> {
    let number = whole(100..=1200)(value)?;
    let dpi = u16::try_from(number).ok().and_then(Dpi::new);
    Ok(dpi.expect("a number from 100 to 1200 is not zero and fits"))
}

/// An address of this machine that no other machine can reach.
pub(crate) fn loopback(value: &DeValue<'_>) -> Result<SocketAddr, Wrong> {
    let allowed = "a loopback address with a port, \"127.0.0.1:7878\" or \"[::1]:7878\"";
    let given = value.as_str().ok_or_else(|| Wrong::kind(value, allowed))?;
    let address: SocketAddr =
        given.parse().map_err(|_| Wrong::new(format!("\"{given}\" is not an address with a port"), allowed))?;
    if !address.ip().is_loopback() {
        let why = "children's work would cross the network unencrypted, open to anyone on it";
        return Err(Wrong::new(format!("\"{given}\" can be reached from other machines: {why}"), allowed));
    }
    Ok(address)
}

/// Whether a text is the name of a language model, as `scantrail.toml` takes it; why not, in words.
pub fn check_language(name: &str) -> Result<(), String> {
    language(&DeValue::String(name.into())).map(drop).map_err(|wrong| format!("{}; {}", wrong.found, wrong.allowed))
}

/// The name of a language model of the text engine: `eng`, `deu`, `eng+fra`, `script/Latin`.
pub(crate) fn language(value: &DeValue<'_>) -> Result<String, Wrong> {
    let given = text(value)?;
    let sound = |part: &str| part.len() >= 3 && part.chars().all(|c| c.is_ascii_alphanumeric() || "_/".contains(c));
    if given.split('+').all(sound) && !given.starts_with('/') {
        return Ok(given);
    }
    let allowed = "a name that `tesseract --list-langs` prints, or several joined with `+`";
    Err(Wrong::new(format!("\"{given}\" is not the name of a language model"), allowed))
}
