//! A block device of our own making: everything written to it and every flush stands in a log, and it can be made slow
//! or dead while a file system is on it.

use super::room::Mounted;
use super::tools::{self, Trouble, at, make_folder, tool, wait_until, write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// What nbdkit runs.
const PLUGIN: &str = include_str!("plugin.py");

/// A file system that a power cut must not harm us on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileSystem {
    /// The usual one.
    Ext4,
    /// Common on servers.
    Xfs,
    /// Copies on write.
    Btrfs,
}

impl FileSystem {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Ext4, Self::Xfs, Self::Btrfs];

    /// As `mount -t` knows it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ext4 => "ext4",
            Self::Xfs => "xfs",
            Self::Btrfs => "btrfs",
        }
    }

    /// The one that is called so.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fs| fs.word() == word)
    }

    /// The smallest image, in megabytes, that `mkfs` accepts and a small school fits into.
    fn megabytes(self) -> u64 {
        match self {
            Self::Ext4 => 160,
            Self::Xfs => 320,
            Self::Btrfs => 288,
        }
    }

    /// How it is mounted while its writes are logged: what is not synced may stay in memory for long, as it would under
    /// load. The usual five seconds of ext4 would make much durable by themselves that was never asked to be.
    pub fn patient(self) -> &'static str {
        match self {
            Self::Ext4 | Self::Btrfs => "commit=600",
            // It has no such option; its log is written after 30 seconds.
            Self::Xfs => "noatime",
        }
    }

    /// Makes one in a new sparse file.
    pub fn make(self, image: &Path) -> Result<(), Trouble> {
        make_image(image, self.megabytes())?;
        match self {
            Self::Ext4 => tool("mkfs.ext4", &[&"-q", &"-F", &"-T", &"small", &image]),
            Self::Xfs => tool("mkfs.xfs", &[&"-q", &"-f", &image]),
            Self::Btrfs => tool("mkfs.btrfs", &[&"-q", &"-f", &image]),
        }
        .map(drop)
    }
}

/// An empty sparse file of so many megabytes.
#[expect(clippy::disallowed_methods, reason = "an image of the harness, not school data")]
pub fn make_image(image: &Path, megabytes: u64) -> Result<(), Trouble> {
    at(image, std::fs::File::create(image).and_then(|file| file.set_len(megabytes << 20)))
}

/// A logged block device; taken down when dropped.
#[derive(Debug)]
pub struct Device {
    folder: PathBuf,
    mood: PathBuf,
    server: Child,
    fuse: Child,
    block: String,
}

impl Device {
    /// Serves `image` as a block device, its writes noted in `log` under `number`; `folder` is for what it needs itself.
    pub fn serve(image: &Path, log: &Path, number: u8, folder: &Path) -> Result<Self, Trouble> {
        tools::check_machine()?;
        make_folder(folder)?;
        let (script, socket, mood) = (folder.join("plugin.py"), folder.join("s"), folder.join("mood"));
        write(&script, PLUGIN.as_bytes())?;
        let server = start(
            Command::new("nbdkit")
                .args(["--foreground", "--exit-with-parent", "--unix"])
                .arg(&socket)
                .arg("python")
                .arg(setting("script", &script))
                .arg(setting("image", image))
                .arg(setting("log", log))
                .arg(setting("mood", &mood))
                .arg(format!("device={number}"))
                .current_dir(folder),
        )?;
        let mut server = Guard(Some(server));
        wait_until("nbdkit to open its socket", || Ok(socket.try_exists().unwrap_or(false)))?;
        let mount = folder.join("fuse");
        make_folder(&mount)?;
        // Relative paths: the name of a socket must not be longer than 107 bytes.
        let show = || start(Command::new("nbdfuse").args(["fuse/disk", "--unix", "s"]).current_dir(folder));
        let mut fuse = Guard(Some(show()?));
        let disk = mount.join("disk");
        wait_until("nbdfuse to show the disk", || {
            // The socket is there a moment before anybody listens; who came too early has ended.
            if let Some(ended) = &mut fuse.0
                && at(&mount, ended.try_wait())?.is_some()
            {
                *ended = show()?;
            }
            Ok(disk.try_exists().unwrap_or(false))
        })?;
        let block = tool("losetup", &[&"--find", &"--show", &disk])?.trim().to_owned();
        let (Some(server), Some(fuse)) = (server.0.take(), fuse.0.take()) else {
            return Err(Trouble::Program("a guard lost its process".into()));
        };
        Ok(Self { folder: folder.to_owned(), mood, server, fuse, block })
    }

    /// The block device.
    pub fn block(&self) -> &Path {
        Path::new(&self.block)
    }

    /// Mounts what is on it.
    pub fn mount(&self, folder: &Path, options: &str) -> Result<Mounted, Trouble> {
        Mounted::new(self.block(), folder, options)
    }

    /// Every request takes so many seconds from now on.
    pub fn slow_down(&self, seconds: f64) -> Result<(), Trouble> {
        write(&self.mood, format!("slow {seconds}").as_bytes())
    }

    /// Every request fails from now on.
    pub fn die(&self) -> Result<(), Trouble> {
        write(&self.mood, b"dead")
    }

    /// It is well again.
    pub fn recover(&self) -> Result<(), Trouble> {
        at(&self.mood, std::fs::remove_file(&self.mood))
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        drop(tool("losetup", &[&"--detach", &self.block]));
        let mount = self.folder.join("fuse");
        if tool("umount", &[&mount]).is_err() {
            drop(tool("umount", &[&"--lazy", &mount]));
        }
        for child in [&mut self.fuse, &mut self.server] {
            // It may have ended by itself; either way it is gone now.
            drop(child.kill());
            drop(child.wait());
        }
    }
}

fn setting(name: &str, path: &Path) -> std::ffi::OsString {
    let mut word = std::ffi::OsString::from(format!("{name}="));
    word.push(path);
    word
}

fn start(command: &mut Command) -> Result<Child, Trouble> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().map_err(|error| Trouble::Missing {
        what: format!("`{}` cannot be started: {error}", command.get_program().display()),
        hint: "run `cargo xtask setup`",
    })
}

/// Kills a process that nobody took over.
struct Guard(Option<Child>);

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            drop(child.kill());
            drop(child.wait());
        }
    }
}
