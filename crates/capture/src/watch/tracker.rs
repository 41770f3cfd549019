//! What is known of the files in one folder, and what one look at it changes.
//!
//! ```text
//!            key differs ┌───────────┐ quiet, nobody writes, whole     Taken: forgotten
//!   seen ──────────────→ │  waiting  │ ───────────────────────→ told ─ Later: waiting
//!     ↑                  └───────────┘ ─────────────────────→ broken   Leave: told, never again with this key
//!     └─ gone: forgotten        given up: still broken
//! ```
//!
//! Time is a value here; nothing sleeps and nothing reads a clock.

use super::settle::{FileKey, Writers, open, writers};
use crate::files::{self, HEAD, Wholeness, is_ignored, media_of, natural_order};
use scantrail_core::vocabulary::Media;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long things may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// How long a file must stay as it is before it may count as whole.
    pub quiet: Duration,
    /// How long a file that stays as it is may be broken before it is called so.
    pub give_up: Duration,
}

/// What a look at the folder finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A whole file that nobody writes to. Claim it by renaming it away, then compare its key again.
    Settled {
        /// Where it is.
        path: PathBuf,
        /// What it is.
        media: Media,
        /// What makes it the same file.
        key: FileKey,
    },
    /// A file that stays as it is and cannot be taken.
    Broken {
        /// Where it is.
        path: PathBuf,
        /// What makes it the same file.
        key: FileKey,
        /// Why, in words that follow the name of the file.
        reason: String,
    },
    /// Nothing is under way in the folder any more, after something was told: a drop has ended.
    Calm,
    /// The folder cannot be read; told once per outage.
    Unreachable {
        /// Why.
        reason: String,
    },
    /// It can be read again.
    Reachable,
}

/// What the one who was told of a file did with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It is gone from the folder; another file may take its name, even its inode.
    Taken,
    /// It stays where it is; do not offer it again while it stays as it is.
    Leave,
    /// It could not be dealt with now; offer it again.
    Later,
}

/// Files of one folder.
#[derive(Debug)]
pub struct Tracker {
    folder: PathBuf,
    patience: Patience,
    known: BTreeMap<FileKey, Known>,
    reached: bool,
    told_since_calm: bool,
}

#[derive(Debug, Clone)]
struct Known {
    path: PathBuf,
    /// When it was first seen like this.
    since: Duration,
    /// When to look at it next; `None` once it was told.
    next: Option<Duration>,
}

/// What is to be said about one file after a look.
enum Verdict {
    Ready(Media),
    /// Broken for as long as our patience lasts.
    Hopeless(String),
    NotYet,
    Gone,
}

impl Tracker {
    /// Knows nothing yet.
    pub fn new(folder: PathBuf, patience: Patience) -> Self {
        Self { folder, patience, known: BTreeMap::new(), reached: true, told_since_calm: false }
    }

    /// Whether the folder could be read at the last look.
    pub fn reached(&self) -> bool {
        self.reached
    }

    /// When the next look is worth while, on the clock of [`Tracker::look`]; `None` if nothing waits.
    pub fn due(&self) -> Option<Duration> {
        self.known.values().filter_map(|file| file.next).min()
    }

    /// Looks at every file of the folder and tells what is ready. `now` is any clock that does not go back.
    pub fn look(&mut self, now: Duration, tell: &mut dyn FnMut(Found) -> Answer) {
        match self.list(now) {
            Ok(()) => {
                if !std::mem::replace(&mut self.reached, true) {
                    tell(Found::Reachable);
                }
            }
            Err(error) => {
                // What is known stays known: a share that comes back must not look like new files.
                if std::mem::replace(&mut self.reached, false) {
                    tell(Found::Unreachable { reason: error.to_string() });
                }
                return;
            }
        }
        let mut due: Vec<(FileKey, Known)> = self
            .known
            .iter()
            .filter(|(_, file)| file.next.is_some_and(|next| next <= now))
            .map(|(key, file)| (*key, file.clone()))
            .collect();
        due.sort_by(|(_, a), (_, b)| natural_order(&name_of(&a.path), &name_of(&b.path)));
        for (key, file) in due {
            self.consider(now, key, &file, tell);
        }
        if self.told_since_calm && self.known.values().all(|file| file.next.is_none()) {
            self.told_since_calm = false;
            tell(Found::Calm);
        }
    }

    /// Brings what is known in line with the folder.
    fn list(&mut self, now: Duration) -> io::Result<()> {
        let mut present: BTreeMap<FileKey, PathBuf> = BTreeMap::new();
        for entry in std::fs::read_dir(&self.folder)? {
            let entry = entry?;
            if is_ignored(&entry.file_name().to_string_lossy()) {
                continue;
            }
            match entry.metadata() {
                // Of a link to the same file, the first name counts; the other is found when that is gone.
                Ok(metadata) if metadata.is_file() => {
                    let path = entry.path();
                    let first = present.entry(FileKey::of(&metadata)).or_insert_with(|| path.clone());
                    if path < *first {
                        *first = path;
                    }
                }
                Ok(_) => {}
                // Claimed or renamed by somebody in this moment.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        self.known.retain(|key, _| present.contains_key(key));
        for (key, path) in present {
            let next = Some(now + self.patience.quiet);
            self.known.entry(key).or_insert(Known { path: PathBuf::new(), since: now, next }).path = path;
        }
        Ok(())
    }

    fn consider(&mut self, now: Duration, key: FileKey, file: &Known, tell: &mut dyn FnMut(Found) -> Answer) {
        let still = now.saturating_sub(file.since);
        let path = file.path.clone();
        let told = match self.judge(&path, key, still) {
            Verdict::Ready(media) => tell(Found::Settled { path, media, key }),
            Verdict::Hopeless(reason) => tell(Found::Broken { path, key, reason }),
            Verdict::Gone => return,
            Verdict::NotYet => {
                // Ever more rarely, and just when patience ends: a large broken file is not read every second.
                let pause = still.max(self.patience.quiet);
                let next = if still < self.patience.give_up {
                    (now + pause).min(file.since + self.patience.give_up)
                } else {
                    now + pause.min(self.patience.give_up)
                };
                self.set_next(key, Some(next));
                return;
            }
        };
        match told {
            Answer::Taken => {
                self.known.remove(&key);
            }
            Answer::Leave => self.set_next(key, None),
            Answer::Later => {
                self.set_next(key, Some(now + self.patience.quiet));
                return;
            }
        }
        self.told_since_calm = true;
    }

    fn set_next(&mut self, key: FileKey, next: Option<Duration>) {
        if let Some(file) = self.known.get_mut(&key) {
            file.next = next;
        }
    }

    /// A file that has been still for so long.
    fn judge(&self, path: &Path, key: FileKey, still: Duration) -> Verdict {
        match examine(path, key) {
            Ok(Examined::Whole(media)) => Verdict::Ready(media),
            Ok(Examined::Unfit(reason)) if still >= self.patience.give_up => Verdict::Hopeless(reason),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Verdict::Gone,
            Err(error) if still >= self.patience.give_up => Verdict::Hopeless(format!("cannot be read: {error}")),
            // An error too: another user's rights may still be on their way, as after an upload.
            Ok(Examined::Unfit(_) | Examined::Busy) | Err(_) => Verdict::NotYet,
        }
    }
}

enum Examined {
    Whole(Media),
    /// As it is, it cannot be taken.
    Unfit(String),
    /// Somebody writes to it, or it changed while we looked.
    Busy,
}

fn examine(path: &Path, key: FileKey) -> io::Result<Examined> {
    let file = open(path)?;
    if is_busy(&file, key)? {
        return Ok(Examined::Busy);
    }
    let mut reader = BufReader::with_capacity(1 << 16, &file);
    let mut head = Vec::with_capacity(HEAD);
    reader.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
    let verdict = if head.is_empty() {
        Examined::Unfit("is empty".into())
    } else {
        match media_of(&name_of(path), &head) {
            Err(foreign) => Examined::Unfit(foreign.to_string()),
            Ok(media) => match files::wholeness(&mut reader, media)? {
                Wholeness::Whole => Examined::Whole(media),
                Wholeness::Broken(why) => Examined::Unfit(why.into()),
            },
        }
    };
    // Somebody may have opened it while we read.
    if is_busy(&file, key)? { Ok(Examined::Busy) } else { Ok(verdict) }
}

fn is_busy(file: &File, key: FileKey) -> io::Result<bool> {
    Ok(FileKey::of(&file.metadata()?) != key || writers(file)? == Writers::Some)
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
