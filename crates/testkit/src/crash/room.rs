//! A folder in memory for one run of the harness, and everything mounted in it: gone afterwards, however the run ends.

use super::tools::{self, Trouble, at, make_folder, tool};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

static NEXT: AtomicU32 = AtomicU32::new(0);

/// How a room's folder is called: with the number of the process, so that what a killed one left can be told. Short: the
/// daemon's socket lies below it, and the path of a socket must not be longer than 107 bytes.
const PREFIX: &str = "cr-";

/// Memory for images and copies of a data folder: what is not used takes nothing.
const SIZE: &str = "size=8G,mode=0700";

/// A file system in memory at a folder of its own.
#[derive(Debug)]
pub struct Room {
    path: PathBuf,
}

impl Room {
    /// Makes a room below `base`, after clearing away those of processes that are gone.
    pub fn new(base: &Path) -> Result<Self, Trouble> {
        tools::check_machine()?;
        make_folder(base)?;
        let base = at(base, base.canonicalize())?;
        clear_leftovers(&base)?;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = base.join(format!("{PREFIX}{}-{number}", std::process::id()));
        make_folder(&path)?;
        tool("mount", &[&"-t", &"tmpfs", &"-o", &SIZE, &"scantrail-tests", &path])?;
        Ok(Self { path })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A folder in it, made.
    pub fn folder(&self, name: &str) -> Result<PathBuf, Trouble> {
        let path = self.path.join(name);
        make_folder(&path)?;
        Ok(path)
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        clear(&self.path);
    }
}

/// A file system from an image or device, mounted; unmounted when dropped.
#[derive(Debug)]
pub struct Mounted {
    at: PathBuf,
}

impl Mounted {
    /// Mounts `what` (an image through a loop device of its own, or a device) at a folder, which is made.
    pub fn new(what: &Path, folder: &Path, options: &str) -> Result<Self, Trouble> {
        make_folder(folder)?;
        tool("mount", &[&"-o", &options, &what, &folder])?;
        Ok(Self { at: folder.to_owned() })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.at
    }

    /// Mounts it with other options, as `mount -o remount` does.
    pub fn remount(&self, options: &str) -> Result<(), Trouble> {
        tool("mount", &[&"-o", &format!("remount,{options}"), &self.at]).map(drop)
    }

    /// Takes it away from under whoever uses it: the folder is what it was before, open files stay open.
    pub fn vanish(self) -> Result<(), Trouble> {
        tool("umount", &[&"--lazy", &self.at]).map(drop)
    }

    /// Unmounts it; an error when somebody still uses it.
    pub fn unmount(self) -> Result<(), Trouble> {
        let done = tool("umount", &[&self.at]).map(drop);
        if done.is_ok() {
            std::mem::forget(self);
        }
        done
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        // Somebody who died a moment ago may still hold it; then it goes when the last file of it is closed.
        if tool("umount", &[&self.at]).is_err() {
            drop(tool("umount", &[&"--lazy", &self.at]));
        }
    }
}

/// Unmounts everything below a folder, the last mounted first, frees its loop devices, and removes it.
fn clear(path: &Path) {
    let below = |text: &str| Path::new(text).starts_with(path);
    for _ in 0..2 {
        let mounts = std::fs::read_to_string("/proc/self/mounts").unwrap_or_default();
        let mut points: Vec<&str> = mounts.lines().filter_map(|line| line.split(' ').nth(1)).collect();
        points.reverse();
        // The room itself last: it is the first of those that are mounted there.
        for point in points.into_iter().filter(|point| below(point)) {
            drop(tool("umount", &[&"--lazy", &point]));
        }
        let loops = tool("losetup", &[&"--list", &"--noheadings", &"--output", &"NAME,BACK-FILE"]).unwrap_or_default();
        for line in loops.lines() {
            if let Some((name, file)) = line.trim().split_once(' ')
                && below(file.trim())
            {
                drop(tool("losetup", &[&"--detach", &name]));
            }
        }
    }
    // Only an empty folder is left; one that is not is somebody's to look at.
    drop(std::fs::remove_dir(path));
}

/// Rooms of processes that no longer run.
fn clear_leftovers(base: &Path) -> Result<(), Trouble> {
    for entry in at(base, base.read_dir())? {
        let entry = at(base, entry)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let owner = name.strip_prefix(PREFIX).and_then(|rest| rest.split('-').next()?.parse::<u32>().ok());
        if owner.is_some_and(|pid| !Path::new(&format!("/proc/{pid}")).is_dir()) {
            clear(&entry.path());
        }
    }
    Ok(())
}
