//! The data folder: where everything lies, and the lock that keeps it to one process.

use crate::durable::{self, Access, Dir, Temp};
use crate::names::TrailPath;
use crate::space::Space;
use crate::{DiskError, Operation};
use rustix::fs::{self, CWD, FallocateFlags, FlockOperation, Mode, OFlags};
use rustix::io::Errno;
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// The folder nobody but the daemon looks into.
const PRIVATE: &str = ".trail";
/// Folders of a data folder, in the order they are made.
const FOLDERS: [&str; 6] =
    [".trail/spool", ".trail/quarantine", ".trail/control", ".trail/ledger", "Pupils", "Unidentified"];
/// Permissions of the private folder.
const PRIVATE_MODE: Mode = Mode::from_raw_mode(0o700);

/// Why a data folder could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Nobody made it one.
    #[error("`{}` is not a data folder", .path.display())]
    NotADataFolder {
        /// The folder.
        path: PathBuf,
    },
    /// Another process works on it.
    #[error("`{}` is in use by {}", .path.display(), holder(*.pid))]
    InUse {
        /// The folder.
        path: PathBuf,
        /// The process, if it has written its number.
        pid: Option<u32>,
    },
    /// The disk refused.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

fn holder(pid: Option<u32>) -> String {
    pid.map_or_else(|| "another process".to_owned(), |pid| format!("process {pid}"))
}

/// Where things lie below a data folder. Pure: knows names, touches nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    root: PathBuf,
}

impl Layout {
    /// The layout of the data folder at `root`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The data folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where a path of the catalogue lies.
    pub fn locate(&self, path: &TrailPath) -> PathBuf {
        self.root.join(path.as_str())
    }

    /// `.trail`, for the daemon alone.
    pub fn private(&self) -> PathBuf {
        self.root.join(PRIVATE)
    }

    /// The SQLite file.
    pub fn catalogue(&self) -> PathBuf {
        self.private().join("catalogue.db")
    }

    /// Originals that are not filed yet.
    pub fn spool(&self) -> PathBuf {
        self.private().join("spool")
    }

    /// Bytes that are no sound image.
    pub fn quarantine(&self) -> PathBuf {
        self.private().join("quarantine")
    }

    /// Captures of cover and control sheets.
    pub fn control(&self) -> PathBuf {
        self.private().join("control")
    }

    /// The append-only record of events.
    pub fn ledger(&self) -> PathBuf {
        self.private().join("ledger")
    }

    /// The register: rows of the catalogue in files, for the day when it is gone.
    pub fn register(&self) -> PathBuf {
        self.private().join("register")
    }

    /// What was deleted, for whoever restores a backup from before.
    pub fn tombstones(&self) -> PathBuf {
        self.private().join("tombstones.jsonl")
    }

    /// A part of the register.
    pub fn register_part(&self, part: &str) -> PathBuf {
        self.register().join(format!("{part}.jsonl"))
    }

    /// Room kept for the hour when there is none.
    pub fn reserve(&self) -> PathBuf {
        self.private().join("reserve.bin")
    }

    /// The trails.
    pub fn pupils(&self) -> PathBuf {
        self.root.join("Pupils")
    }

    /// Pages of held runs.
    pub fn unidentified(&self) -> PathBuf {
        self.root.join("Unidentified")
    }

    pub(crate) fn lock(&self) -> PathBuf {
        self.private().join("lock")
    }
}

/// A data folder held by this process; the lock goes with the value.
#[derive(Debug)]
pub struct DataFolder {
    layout: Layout,
    lock: File,
}

impl DataFolder {
    /// Makes what is missing of a data folder, and opens it. Doing it again changes nothing.
    pub fn create(root: &Path) -> Result<Self, FolderError> {
        let layout = Layout::new(root);
        durable::make_folder(&layout.private())?;
        protect(&layout.private())?;
        for folder in FOLDERS {
            durable::make_folder(&root.join(folder))?;
        }
        Self::open(root)
    }

    /// Opens a data folder that exists, and locks it.
    pub fn open(root: &Path) -> Result<Self, FolderError> {
        let layout = Layout::new(root);
        if Dir::open(&layout.private())?.is_none() {
            return Err(FolderError::NotADataFolder { path: root.to_owned() });
        }
        let lock = lock(&layout)?;
        // A folder made by a process that died at once, or by a restore, may not be durable or may be missing.
        protect(&layout.private())?;
        for folder in FOLDERS {
            durable::make_folder(&root.join(folder))?;
        }
        Ok(Self { layout, lock })
    }

    /// Where things lie.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The file that is locked.
    pub(crate) fn lock(&self) -> &File {
        &self.lock
    }

    /// What room is left.
    pub fn space(&self) -> Result<Space, DiskError> {
        Space::of(self.layout.root())
    }

    /// Sets `bytes` of room aside, once; done again it is a look.
    pub fn keep_reserve(&self, bytes: u64) -> Result<(), DiskError> {
        let path = self.layout.reserve();
        let (dir, name) = Dir::make_parent(&path)?;
        if let Some(file) = dir.open_file(&name)?
            && file.metadata().map_err(DiskError::std(Operation::Read, &path))?.len() >= bytes
        {
            return Ok(());
        }
        let mut temp = Temp::create(&dir)?;
        match fs::fallocate(&temp.file, FallocateFlags::empty(), 0, bytes) {
            Ok(()) => {}
            Err(Errno::NOTSUP | Errno::NOSYS) => drop(temp.fill(&mut io::repeat(0).take(bytes))?),
            Err(errno) => return Err(DiskError::io(Operation::Write, &path)(errno)),
        }
        temp.settle(Access::Private.mode())?;
        temp.place_over(&name)
    }

    /// Gives the reserve back to the file system, so that what is under way can be recorded on a full disk.
    pub fn release_reserve(&self) -> Result<(), DiskError> {
        durable::remove(&self.layout.reserve())
    }

    /// Removes temporary files of a dead process everywhere; says how many.
    pub fn sweep(&self) -> Result<usize, DiskError> {
        durable::sweep_all(self.layout.root())
    }
}

fn protect(private: &Path) -> Result<(), DiskError> {
    fs::chmod(private, PRIVATE_MODE).map_err(DiskError::io(Operation::Protect, private))
}

fn lock(layout: &Layout) -> Result<File, FolderError> {
    let path = layout.lock();
    let failed = || DiskError::io(Operation::Lock, &path);
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let fd = fs::openat(CWD, &path, flags, Access::Private.mode()).map_err(failed())?;
    let mut file = File::from(fd);
    match fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {}
        Err(Errno::WOULDBLOCK) => {
            let mut text = String::new();
            // The number is a courtesy: without it the message is still right.
            let pid = file.read_to_string(&mut text).ok().and_then(|_| text.trim().parse().ok());
            return Err(FolderError::InUse { path: layout.root().to_owned(), pid });
        }
        Err(errno) => return Err(failed()(errno).into()),
    }
    note_holder(&mut file).map_err(DiskError::std(Operation::Lock, &path))?;
    Ok(file)
}

/// Writes our number into the lock. On a full disk the lock still holds, only the number is missing.
fn note_holder(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    match file.write_all(format!("{}\n", std::process::id()).as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::StorageFull => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_data_folder_is_made_once_and_opened_often() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("school");
        assert!(matches!(DataFolder::open(&root), Err(FolderError::NotADataFolder { .. })));
        drop(DataFolder::create(&root).unwrap());
        drop(DataFolder::create(&root).unwrap());
        let data = DataFolder::open(&root).unwrap();
        let mode = data.layout().private().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        for folder in FOLDERS {
            assert!(root.join(folder).is_dir(), "{folder}");
        }
    }

    #[test]
    fn a_second_opener_is_told_who_has_it() {
        let dir = tempfile::tempdir().unwrap();
        let first = DataFolder::create(dir.path()).unwrap();
        let second = DataFolder::open(dir.path());
        let me = Some(std::process::id());
        assert!(matches!(&second, Err(FolderError::InUse { pid, .. }) if *pid == me), "{second:?}");
        drop(first);
        DataFolder::open(dir.path()).unwrap();
    }

    #[test]
    fn the_reserve_takes_room_and_gives_it_back() {
        let dir = tempfile::tempdir().unwrap();
        let data = DataFolder::create(dir.path()).unwrap();
        let blocks = || {
            use std::os::unix::fs::MetadataExt as _;
            data.layout().reserve().metadata().map(|m| m.blocks() * 512).ok()
        };
        for bytes in [100_000, 100_000, 300_000, 100_000] {
            data.keep_reserve(bytes).unwrap();
            assert!(blocks().unwrap() >= bytes, "the room is really taken");
        }
        data.release_reserve().unwrap();
        data.release_reserve().unwrap();
        assert_eq!(blocks(), None);
    }
}
