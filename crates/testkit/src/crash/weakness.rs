//! What is taken away from the program to see that the cuts have teeth: calls that make something durable are answered and
//! not carried out. It is done from outside, by `strace`, so that nothing of it is in the program.

use super::tools::{Trouble, at};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How many temporary files of one process are named: more than a day makes.
const TEMPORARY_FILES: usize = 1_000;

/// What is taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weakness {
    /// Nothing.
    None,
    /// What comes into the spool is not made durable, its name is.
    NoFileSync,
    /// No folder is made durable: a file is, under a name that is not.
    NoFolderSync,
    /// The catalogue's log is not made durable at a commit, as with `synchronous = NORMAL`.
    LaxCatalogue,
}

impl Weakness {
    /// All that must be found out.
    pub const ALL: [Self; 3] = [Self::NoFileSync, Self::NoFolderSync, Self::LaxCatalogue];

    /// How it is called.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::NoFileSync => "no-file-sync",
            Self::NoFolderSync => "no-folder-sync",
            Self::LaxCatalogue => "lax-catalogue",
        }
    }

    /// The one that is called so.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::None].into_iter().chain(Self::ALL).find(|weakness| weakness.word() == word)
    }

    /// The program's command, weakened: everything of the school lies below `root` but perhaps the catalogue.
    pub(super) fn inflict(self, command: Command, root: &Path, catalogue: &Path) -> Result<Command, Trouble> {
        let only: Vec<OsString> = match self {
            Self::None => return Ok(command),
            Self::NoFileSync => {
                // `$$` is the number of the process that becomes the program: temporary files are named after it.
                let spool = root.join("school/.trail/spool");
                let name = |number| format!("{}/.scantrail-$$-{number}.part", spool.display()).into();
                (0..TEMPORARY_FILES).map(name).collect()
            }
            Self::NoFolderSync => folders_below(root)?.into_iter().map(PathBuf::into_os_string).collect(),
            Self::LaxCatalogue => {
                let mut log = catalogue.as_os_str().to_owned();
                log.push("-wal");
                vec![log]
            }
        };
        let mut weak = Command::new("sh");
        weak.arg("-c").arg(script(&only)).arg("weakened").arg(command.get_program()).args(command.get_args());
        for (key, value) in command.get_envs() {
            match value {
                Some(value) => weak.env(key, value),
                None => weak.env_remove(key),
            };
        }
        Ok(weak)
    }
}

/// `-D` leaves the program in the place of the shell, so that who started it has it as a child.
fn script(only: &[OsString]) -> OsString {
    let calls = "fsync,fdatasync";
    let mut script =
        OsString::from(format!("exec strace -D -f -qq -o /dev/null -e trace={calls} -e inject={calls}:retval=0"));
    for path in only {
        script.push(" -P \"");
        script.push(path);
        script.push("\"");
    }
    script.push(" \"$@\"");
    script
}

fn folders_below(root: &Path) -> Result<Vec<PathBuf>, Trouble> {
    let mut found = vec![root.to_owned()];
    let mut next = 0;
    while let Some(folder) = found.get(next).cloned() {
        for entry in at(&folder, folder.read_dir())? {
            let path = at(&folder, entry)?.path();
            if path.is_dir() && !path.ends_with("lost+found") {
                found.push(path);
            }
        }
        next += 1;
    }
    Ok(found)
}
