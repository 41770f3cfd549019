//! The system's own tools as calls: each failure tells what was typed and what it said.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// How often something is looked at that is about to happen, and how many looks are enough: a minute.
const LOOK_EVERY: Duration = Duration::from_millis(10);
const LOOKS: u32 = 6_000;

/// The harness itself could not go on. What the program under test did wrong is a value, never this.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// Something this machine lacks.
    #[error("{what}; {hint}")]
    Missing {
        /// What.
        what: String,
        /// What to do.
        hint: &'static str,
    },
    /// A tool failed.
    #[error("`{line}` ended with {code:?}: {said}")]
    Tool {
        /// What was typed.
        line: String,
        /// Its exit code.
        code: Option<i32>,
        /// What it wrote to its error stream.
        said: String,
    },
    /// A file of the harness could not be used.
    #[error("cannot use `{}`", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The program under test did not do what every part of the harness stands on.
    #[error("{0}")]
    Program(String),
}

impl From<crate::demo::Failed> for Trouble {
    fn from(failed: crate::demo::Failed) -> Self {
        Self::Program(failed.to_string())
    }
}

/// Says which file it was about.
pub(super) fn at<T>(path: &Path, result: std::io::Result<T>) -> Result<T, Trouble> {
    result.map_err(|source| Trouble::File { path: path.to_owned(), source })
}

/// A file of the harness, never of a school.
#[expect(clippy::disallowed_methods, reason = "files of the harness, not school data")]
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), Trouble> {
    at(path, std::fs::write(path, bytes))
}

pub(super) fn make_folder(path: &Path) -> Result<(), Trouble> {
    at(path, std::fs::create_dir_all(path))
}

/// Runs a tool to a good end; gives what it wrote.
pub(super) fn run(command: &mut Command) -> Result<String, Trouble> {
    let line = line(command);
    let output = command.stdin(Stdio::null()).output().map_err(|error| Trouble::Missing {
        what: format!("`{}` cannot be started: {error}", command.get_program().display()),
        hint: "run `cargo xtask setup`",
    })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(Trouble::Tool { line, code: output.status.code(), said });
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// `program ARGS…`, run to a good end.
pub(super) fn tool(program: &str, args: &[&dyn AsRef<std::ffi::OsStr>]) -> Result<String, Trouble> {
    let mut command = Command::new(program);
    for arg in args {
        command.arg(arg.as_ref());
    }
    run(&mut command)
}

fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

/// Waits until something is so; `what` stands in the error when it never is.
pub(super) fn wait_until(what: &str, mut is_so: impl FnMut() -> Result<bool, Trouble>) -> Result<(), Trouble> {
    for _ in 0..LOOKS {
        if is_so()? {
            return Ok(());
        }
        std::thread::sleep(LOOK_EVERY);
    }
    Err(Trouble::Program(format!("waited for a minute in vain: {what}")))
}

/// What the harness cannot do without: root, FUSE and loop devices.
pub(super) fn check_machine() -> Result<(), Trouble> {
    use std::os::unix::fs::MetadataExt as _;
    let process = Path::new("/proc/self");
    if at(process, process.metadata())?.uid() != 0 {
        return Err(Trouble::Missing {
            what: "file systems can only be mounted by root".into(),
            hint: "run these tests as root, as continuous integration does",
        });
    }
    for device in ["/dev/fuse", "/dev/loop-control"] {
        if !Path::new(device).try_exists().unwrap_or(false) {
            return Err(Trouble::Missing {
                what: format!("this machine has no `{device}`"),
                hint: "load the kernel modules `fuse` and `loop`, and give a container both devices",
            });
        }
    }
    Ok(())
}
