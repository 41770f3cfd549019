//! Where the built programs are, and small schools to try things on.

use scantrail_core::units::Dpi;
use scantrail_testkit::demo::Stage;
use std::path::PathBuf;
use tempfile::TempDir;

/// The `scantrail` program that was built with these tests.
pub(crate) fn program() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows where it is");
    let debug = test.parent().and_then(|deps| deps.parent()).expect("tests lie in target/debug/deps");
    let program = debug.join("scantrail");
    assert!(program.is_file(), "{} is not built: run `cargo xtask test`", program.display());
    program
}

/// A school in a folder of its own; gone when dropped.
pub(crate) struct World {
    pub(crate) stage: Stage,
    _folder: TempDir,
}

/// A school whose scanner works at `dpi`.
pub(crate) fn school(dpi: u16) -> World {
    let folder = tempfile::Builder::new().prefix("school-").tempdir().expect("a temporary folder");
    let dpi = Dpi::new(dpi).expect("a resolution");
    let stage = Stage::set(&program(), folder.path(), dpi).expect("the stage is set");
    World { stage, _folder: folder }
}

/// The folder with the outside judges: `bagit.py` and the PDF/A validator.
pub(crate) fn judges() -> PathBuf {
    let folder = std::env::var_os("SCANTRAIL_JUDGES").expect("SCANTRAIL_JUDGES is set by `cargo xtask test`");
    PathBuf::from(folder).join("bin").join("python3")
}
