//! Where a path leads: through links and up again, also where nothing is yet.

use crate::error::DaemonError;
use std::path::{Component, Path, PathBuf};

/// The place a path names, with no link and no `..` in it. What is not there yet is taken as it is written.
pub(crate) fn real(path: &Path) -> Result<PathBuf, DaemonError> {
    let unseen = |source| DaemonError::Outside { doing: "find", path: path.to_owned(), source };
    let mut real = PathBuf::new();
    for part in std::path::absolute(path).map_err(unseen)?.components() {
        match part {
            Component::ParentDir => drop(real.pop()),
            part => real.push(part),
        }
        match real.canonicalize() {
            Ok(there) => real = there,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(unseen(error)),
        }
    }
    Ok(real)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "files of a test, not school data")]
    fn links_and_steps_upwards_are_followed() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::create_dir_all(root.join("school/desk")).unwrap();
        std::os::unix::fs::symlink(root.join("school"), root.join("link")).unwrap();
        for (path, leads) in [
            ("link/inside", "school/inside"),
            ("school/../disk", "disk"),
            ("none/../school/inside", "school/inside"),
            ("school/desk/../../disk/none", "disk/none"),
        ] {
            assert_eq!(real(&root.join(path)).unwrap(), root.join(leads), "{path}");
        }
    }
}
