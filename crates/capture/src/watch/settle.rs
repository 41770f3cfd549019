//! One file of a watched folder: is it still the same, and is anybody writing to it?

use std::fs::{File, Metadata};
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// What makes a file the same file with the same content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileKey {
    device: u64,
    inode: u64,
    size: u64,
    changed: (i64, i64),
}

impl FileKey {
    /// The key of a file as the system describes it.
    pub fn of(metadata: &Metadata) -> Self {
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            size: metadata.size(),
            changed: (metadata.mtime(), metadata.mtime_nsec()),
        }
    }

    /// Bytes.
    pub fn size(&self) -> u64 {
        self.size
    }
}

/// Whether somebody on this machine has a file open for writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writers {
    /// Nobody has: the system granted a read lease.
    None,
    /// Somebody has.
    Some,
    /// The system cannot say: the file system knows no leases (remote ones mostly), or the file is another user's and
    /// we lack `CAP_LEASE`. Only time can tell then.
    Unknown,
}

/// Opens a file for reading without following a link and without waiting for anybody.
pub(super) fn open(path: &Path) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags};
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
    let file: OwnedFd = rustix::fs::open(path, flags, Mode::empty())?;
    Ok(File::from(file))
}

/// Which signal tells of a broken lease (linux/include/uapi/asm-generic/fcntl.h; the libc crate lacks it).
const F_SETSIG: libc::c_int = 10;

/// Asks whether anybody writes to a file opened for reading, by taking a read lease and giving it back at once
/// (fcntl(2), "Leases"): it is granted only while nobody has the file open for writing.
pub fn writers(file: &File) -> io::Result<Writers> {
    // Should somebody open the file for writing in the moment we hold the lease, we are sent a signal. SIGIO, the
    // default, would end the program; SIGURG is passed over unless somebody asks for it.
    fcntl(file, F_SETSIG, libc::SIGURG)?;
    match fcntl(file, libc::F_SETLEASE, libc::F_RDLCK) {
        Ok(()) => {
            fcntl(file, libc::F_SETLEASE, libc::F_UNLCK)?;
            Ok(Writers::None)
        }
        Err(error) => match error.raw_os_error() {
            Some(libc::EAGAIN) => Ok(Writers::Some),
            Some(libc::EACCES | libc::EPERM | libc::EINVAL | libc::ENOLCK | libc::EOPNOTSUPP) => Ok(Writers::Unknown),
            _ => Err(error),
        },
    }
}

#[expect(unsafe_code, reason = "no safe wrapper knows leases")]
fn fcntl(file: &File, command: libc::c_int, argument: libc::c_int) -> io::Result<()> {
    // SAFETY: the descriptor is open for as long as `file` is borrowed, and the three commands used here (F_SETSIG,
    // F_SETLEASE with F_RDLCK or F_UNLCK) take an int by value: no memory of ours is read or written.
    let result = unsafe { libc::fcntl(file.as_raw_fd(), command, argument) };
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// File systems whose changes may be made by other machines (magic numbers of statfs(2) and linux/magic.h). FUSE counts
/// as one: behind it are sshfs, rclone and the like.
const REMOTE: [u32; 9] = [
    0x6969,      // NFS
    0x517B,      // SMB
    0xFE53_4D42, // SMB2
    0xFF53_4D42, // CIFS
    0x6573_5546, // FUSE
    0x0102_1997, // 9P
    0x00C3_6400, // Ceph
    0x5346_414F, // AFS
    0x7375_7245, // Coda
];

/// Whether a folder lies on another machine.
pub(super) fn is_remote(folder: &Path) -> io::Result<bool> {
    let kind = rustix::fs::statfs(folder)?.f_type;
    // The width and sign of the field differ between machines; the magic numbers have 32 bits.
    Ok(REMOTE.contains(&(kind as u32)))
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "files of a test, not school data")]
mod tests {
    use super::*;
    use std::fs::OpenOptions;

    #[test]
    fn a_lease_tells_whether_somebody_writes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jpg");
        let writer = OpenOptions::new().create_new(true).write(true).open(&path).unwrap();
        let reader = open(&path).unwrap();
        assert_eq!(writers(&reader).unwrap(), Writers::Some);
        drop(writer);
        assert_eq!(writers(&reader).unwrap(), Writers::None);
        // Given back: opening for writing does not wait, and nobody is ended by a signal.
        let _writer = OpenOptions::new().append(true).open(&path).unwrap();
        assert_eq!(writers(&reader).unwrap(), Writers::Some);
    }

    #[test]
    fn links_and_pipes_are_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/etc/hostname", folder.path().join("link.jpg")).unwrap();
        assert!(open(&folder.path().join("link.jpg")).is_err());
    }
}
