//! Which model files the reader of handwriting takes, and whether a folder holds them.
//!
//! The list is `models.txt` beside the sources, which `cargo xtask models` reads as well; nothing else knows a name, a
//! size or a digest. A file that differs by one byte is refused: nobody has measured what it reads. Nothing is fetched
//! here.

use scantrail_core::ports::ReadError;
use scantrail_core::units::Digest;
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

const LIST: &str = include_str!("../../models.txt");

/// One model as it was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModelFile {
    /// The name of the file in the folder.
    pub name: &'static str,
    /// Its length.
    pub bytes: u64,
    /// SHA-256 of its content.
    pub digest: Digest,
}

/// What the folder has of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModelState {
    /// The very file.
    Present,
    /// No such file.
    Missing,
    /// A file of that name with other content: cut short, altered, or another version.
    Changed,
    /// The system does not let us read it, and why.
    Unreadable(String),
}

impl fmt::Display for ModelState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Present => f.write_str("present"),
            Self::Missing => f.write_str("missing"),
            Self::Changed => f.write_str("changed"),
            Self::Unreadable(why) => write!(f, "unreadable ({why})"),
        }
    }
}

/// The models are not all there as they should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the models that read handwriting are not in {}: {}; fetch them with `cargo xtask models --out {}`",
    folder.display(), listed(faults), folder.display()
)]
pub struct ModelsMissing {
    /// Where they were looked for.
    pub folder: PathBuf,
    /// Each file that cannot be used; never [`ModelState::Present`].
    pub faults: Vec<(ModelFile, ModelState)>,
}

fn listed(faults: &[(ModelFile, ModelState)]) -> String {
    let fault = |(file, state): &(ModelFile, ModelState)| format!("{} is {state}", file.name);
    faults.iter().map(fault).collect::<Vec<_>>().join(", ")
}

/// A folder in which every model was found unchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Models {
    folder: PathBuf,
}

impl Models {
    /// Looks for every file of the list in `folder` and reads each to its end (31 MB in all).
    pub fn find(folder: &Path) -> Result<Self, ModelsMissing> {
        let faults: Vec<_> = status(folder).into_iter().filter(|(_, state)| *state != ModelState::Present).collect();
        if faults.is_empty() {
            Ok(Self { folder: folder.to_owned() })
        } else {
            Err(ModelsMissing { folder: folder.to_owned(), faults })
        }
    }

    /// The network that finds lines of writing.
    pub(super) fn detector(&self) -> Result<Vec<u8>, ReadError> {
        self.content(0)
    }

    /// The network that reads a line.
    pub(super) fn recogniser(&self) -> Result<Vec<u8>, ReadError> {
        self.content(1)
    }

    /// Checked once more, because a file may have been replaced since it was found.
    fn content(&self, index: usize) -> Result<Vec<u8>, ReadError> {
        let file = model_files()[index];
        let path = self.folder.join(file.name);
        let engine = |what: String| ReadError::Engine(format!("the model {}: {what}", path.display()));
        let content = std::fs::read(&path).map_err(|error| engine(error.to_string()))?;
        if Digest(Sha256::digest(&content).into()) == file.digest {
            Ok(content)
        } else {
            Err(engine("changed since it was found".to_owned()))
        }
    }
}

/// What `folder` has of every model of the list.
pub fn status(folder: &Path) -> [(ModelFile, ModelState); 2] {
    model_files().map(|file| (file, state(&folder.join(file.name), &file)))
}

/// The list: the model that finds lines, then the one that reads them.
pub fn model_files() -> [ModelFile; 2] {
    let mut lines = LIST.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let mut words = line.split(' ');
        let mut word = || words.next().expect("a line of the list has three words");
        ModelFile {
            name: word(),
            bytes: word().parse().expect("the list has a length in bytes"),
            digest: Digest::from_hex(word()).expect("the list has a digest"),
        }
    });
    [(); 2].map(|()| lines.next().expect("the list has two files"))
}

fn state(path: &Path, file: &ModelFile) -> ModelState {
    match digest(path, file.bytes) {
        Ok(Some(digest)) if digest == file.digest => ModelState::Present,
        Ok(_) => ModelState::Changed,
        Err(error) if error.kind() == ErrorKind::NotFound => ModelState::Missing,
        Err(error) => ModelState::Unreadable(error.to_string()),
    }
}

/// Nothing if the length is another: then the content need not be read.
fn digest(path: &Path, bytes: u64) -> io::Result<Option<Digest>> {
    let mut file = File::open(path)?;
    if file.metadata()?.len() != bytes {
        return Ok(None);
    }
    let mut sum = Sha256::new();
    let mut part = vec![0; 1 << 16];
    loop {
        match file.read(&mut part)? {
            0 => return Ok(Some(Digest(sum.finalize().into()))),
            read => sum.update(&part[..read]),
        }
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "files of a test, not school data")]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_whole() {
        let [finds, reads] = model_files();
        assert!(finds.name.contains("_det_") && reads.name.contains("_rec_"));
        assert!(finds.bytes > 1_000_000 && reads.bytes > 1_000_000 && finds.digest != reads.digest);
        assert_eq!(LIST.lines().filter(|line| !line.starts_with('#')).count(), 2);
    }

    #[test]
    fn an_empty_folder_and_no_folder_lack_every_file_and_say_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        for place in [folder.path().to_owned(), folder.path().join("none")] {
            let error = Models::find(&place).unwrap_err();
            assert!(error.faults.iter().all(|(_, state)| *state == ModelState::Missing) && error.faults.len() == 2);
            let text = error.to_string();
            let hint = format!("fetch them with `cargo xtask models --out {}`", place.display());
            for part in [&hint, "PP-OCRv6_det_small.onnx is missing", "PP-OCRv6_rec_small.onnx is missing"] {
                assert!(text.contains(part), "{text}");
            }
        }
    }

    #[test]
    fn what_cannot_be_read_is_not_called_missing() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(model_files()[0].name)).unwrap();
        let states = status(folder.path());
        // A folder can be opened; its length is not that of the model.
        assert_eq!((&states[0].1, &states[1].1), (&ModelState::Changed, &ModelState::Missing));
        let loop_to_itself = folder.path().join(model_files()[1].name);
        std::os::unix::fs::symlink(&loop_to_itself, &loop_to_itself).unwrap();
        assert!(matches!(status(folder.path())[1].1, ModelState::Unreadable(_)));
    }
}
