//! What a technician would ask first: whether all that the program needs is on this machine, and what to do if not. It
//! changes nothing and needs no open data folder.

use crate::error::DaemonError;
use crate::{languages, models, socket};
use scantrail_archive::folder::Layout;
use scantrail_archive::health::is_read_only;
use scantrail_archive::space::Space;
use scantrail_capture::decode::{Limits, SandboxedDecoder};
use scantrail_config::{Config, NO_READING};
use scantrail_ocr::ReadingWorker;
use scantrail_sheets::draw::FontBook;
use serde::Serialize;
use std::collections::BTreeSet;
use std::os::unix::net::UnixStream;

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// What.
    pub what: &'static str,
    /// How it is.
    pub state: Health,
    /// What was found, in words.
    pub found: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// As it should be.
    Well,
    /// The program works without it, and does less.
    Less,
    /// The program does not work like this.
    Broken,
}

impl Checked {
    fn well(what: &'static str, found: impl Into<String>) -> Self {
        Self { what, state: Health::Well, found: found.into(), hint: None }
    }

    fn less(what: &'static str, found: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { what, state: Health::Less, found: found.into(), hint: Some(hint.into()) }
    }

    fn broken(what: &'static str, found: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { what, state: Health::Broken, found: found.into(), hint: Some(hint.into()) }
    }
}

/// Looks at everything, in the order in which a technician would.
pub fn doctor(config: &Config) -> Vec<Checked> {
    let mut checked = vec![data(config), daemon(config), decoder()];
    checked.push(match crate::engine::Engine::scanners(config) {
        Ok(_) => Checked::well("scanners", "the program that drives them is there; `scantrail devices` lists them"),
        Err(error) => Checked::broken("scanners", error.to_string(), REINSTALL),
    });
    checked.extend(reading(config));
    checked.push(handwriting(config));
    checked.push(fonts(config));
    checked
}

/// Programs belong together and lie in one folder.
const REINSTALL: &str = "install all programs of scantrail into one folder";

fn data(config: &Config) -> Checked {
    const WHAT: &str = "data folder";
    let layout = Layout::new(&config.data);
    if !layout.private().try_exists().unwrap_or(false) {
        let found = format!("{} is no data folder", config.data.display());
        return Checked::broken(WHAT, found, "make one with: scantrail init DIR --school NAME");
    }
    match Space::of(&config.data) {
        Err(error) => Checked::broken(WHAT, error.to_string(), "see that the disk is there and can be read"),
        Ok(space) => {
            let gigabytes = space.free_bytes as f64 / 1e9;
            let found = format!("{}, {gigabytes:.1} GB free", config.data.display());
            if is_read_only(&config.data).unwrap_or(false) {
                return Checked::broken(
                    WHAT,
                    format!("{found}, but it can only be read"),
                    "look at `dmesg`, check the disk, mount it writable",
                );
            }
            if space.free_bytes < config.storage.high_water_bytes {
                return Checked::broken(WHAT, found, "make room: nothing new is taken in until there is more");
            }
            Checked::well(WHAT, found)
        }
    }
}

fn daemon(config: &Config) -> Checked {
    const WHAT: &str = "daemon";
    if UnixStream::connect(socket::path(&config.data)).is_ok() {
        return Checked::well(WHAT, format!("answers; the page is at http://{}/", config.listen));
    }
    let hint = "start it with: scantrail serve; commands work without it, watched folders and the page do not";
    Checked::less(WHAT, "does not run", hint)
}

fn decoder() -> Checked {
    const WHAT: &str = "decoder";
    match SandboxedDecoder::beside_this_program(Limits::default()) {
        Ok(_) => Checked::well(WHAT, "is there"),
        Err(error) => Checked::broken(WHAT, error.to_string(), REINSTALL),
    }
}

/// Every language that the configuration names.
fn reading(config: &Config) -> Vec<Checked> {
    const WHAT: &str = "languages";
    let reading = &config.reading;
    let named = reading.languages.iter().map(|one| one.model.as_str()).chain([reading.language.as_str()]);
    let wanted: BTreeSet<&str> = named.flat_map(|name| name.split('+')).filter(|name| *name != NO_READING).collect();
    let installed = ReadingWorker::program().and_then(|program| ReadingWorker::installed(&program));
    let installed = match installed {
        Ok(installed) => installed,
        Err(error) => return vec![Checked::broken("text engine", error.to_string(), REINSTALL)],
    };
    let mut checked = Vec::new();
    for name in &wanted {
        let missing = languages::missing(name, &installed);
        if !missing.is_empty() {
            let found = format!("there is no model for {name}");
            checked.push(if *name == reading.language {
                Checked::broken(WHAT, found, languages::install(&missing))
            } else {
                Checked::less(WHAT, found, languages::install(&missing))
            });
        }
    }
    let list = |names: Vec<&str>| if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    let read = wanted.into_iter().filter(|name| languages::missing(name, &installed).is_empty()).collect();
    let there = languages::readers(&installed).collect();
    checked.push(Checked::well(WHAT, format!("read: {}; installed: {}", list(read), list(there))));
    if !installed.iter().any(|name| name == "osd") {
        let found = "the model that tells scripts apart is missing";
        checked.push(Checked::less("scripts", found, languages::install(&["osd"])));
    }
    checked
}

fn handwriting(config: &Config) -> Checked {
    const WHAT: &str = "handwriting";
    let folder = &config.reading.models;
    let absent: Vec<String> = models::models(folder)
        .into_iter()
        .filter(|model| !model.present)
        .map(|model| format!("{} is {}", model.name, model.state))
        .collect();
    if absent.is_empty() {
        return Checked::well(WHAT, format!("both models are in {}", folder.display()));
    }
    let hint =
        format!("pages are not found by handwriting; fetch them with: cargo xtask models --out {}", folder.display());
    Checked::less(WHAT, format!("in {}: {}", folder.display(), absent.join(", ")), hint)
}

fn fonts(config: &Config) -> Checked {
    const WHAT: &str = "fonts";
    match FontBook::from_dirs(&config.fonts) {
        Ok(_) => Checked::well(WHAT, "there are fonts to print sheets with; names without letters are reported then"),
        Err(error) => {
            let found = DaemonError::inside("sheets cannot be printed", error).to_string();
            Checked::less(WHAT, found, "install them with: apt install fonts-noto-core")
        }
    }
}
