//! Every Debian package the project needs, with what for and why: the one list of them.
//!
//! Names are those of Debian 12. A package goes only when its line goes.

/// What a package is needed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// To compile the workspace.
    Build,
    /// To run Scantrail: an installed daemon needs these and no others.
    Run,
    /// To run the tests.
    Test,
}

impl Need {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Build, Self::Run, Self::Test];
}

/// One system package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Package {
    pub(crate) name: &'static str,
    pub(crate) need: Need,
    pub(crate) why: &'static str,
}

const fn build(name: &'static str, why: &'static str) -> Package {
    Package { name, need: Need::Build, why }
}

const fn run(name: &'static str, why: &'static str) -> Package {
    Package { name, need: Need::Run, why }
}

const fn test(name: &'static str, why: &'static str) -> Package {
    Package { name, need: Need::Test, why }
}

/// The list.
pub(crate) const PACKAGES: &[Package] = &[
    build("build-essential", "C and C++ compiler for SQLite, libjpeg-turbo and zxing-cpp, which are built from source"),
    build("cmake", "builds libjpeg-turbo and zxing-cpp"),
    build("nasm", "assembles the fast parts of libjpeg-turbo"),
    build("pkg-config", "finds Tesseract and Leptonica"),
    build("clang", "headers for the generator of the Tesseract bindings"),
    build("libclang-dev", "the generator of the Tesseract bindings reads C with it"),
    build("libsane-dev", "the scanner library, to link the scan worker with"),
    build("libtesseract-dev", "the text recognition library"),
    build("libleptonica-dev", "the pictures of the text recognition library"),
    run("libsane1", "the scanner library with its drivers and udev rules"),
    run("sane-utils", "scanimage and saned, to look at a scanner without Scantrail"),
    run("sane-airscan", "driverless network and USB scanners (eSCL, WSD)"),
    run("tesseract-ocr", "text recognition and its page orientation data"),
    run("tesseract-ocr-eng", "English for text recognition"),
    run("fonts-noto-core", "names in most scripts on the printed sheets"),
    run("fonts-noto-cjk", "names in Chinese, Japanese and Korean on the printed sheets"),
    test("tesseract-ocr-deu", "a second language, for pages that are read in another than most"),
    test("tesseract-ocr-rus", "a second script, for pages in another than most"),
    test("fonts-dejavu-core", "a font that looks the same everywhere, for pages painted by tests"),
    test("chromium", "looks at the web pages as a person would"),
    test("poppler-utils", "pdftotext, pdfimages and pdftoppm judge the searchable copies and the sheets"),
    test("qpdf", "judges the structure of every PDF we write"),
    test("strace", "shows system calls and injects faults into them"),
    test("nbdkit", "a block device of our own: its every write is logged, and power cuts are replayed from the log"),
    test("nbdkit-plugin-python", "what that block device does, as a script"),
    test("libnbd-bin", "nbdfuse, which shows that block device as a file"),
    test("dosfstools", "makes a FAT volume, the file system of sticks, to back up to"),
    test("exfatprogs", "makes an exFAT volume, where the kernel knows no FAT"),
    test("exfat-fuse", "mounts that exFAT volume"),
    test("fuse3", "mounts what nbdfuse shows"),
    test("xfsprogs", "makes the xfs that power cuts are tried on"),
    test("btrfs-progs", "makes the btrfs that power cuts are tried on"),
    test("sqlite3", "reads the catalogue with eyes other than ours"),
    test("python3-venv", "the environment of the judges written in Python"),
    test("systemd", "systemd-analyze judges the service unit"),
    test("udev", "udevadm judges the device rules, from Debian 13 on"),
    test("git", "tidy asks it which files belong to the project"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_package_stands_once_and_says_why() {
        let names: BTreeSet<_> = PACKAGES.iter().map(|package| package.name).collect();
        assert_eq!(names.len(), PACKAGES.len(), "a package stands twice");
        for package in PACKAGES {
            assert!(package.why.len() > 15, "{} does not say why", package.name);
            // What a Debian package name may look like; it goes to a command line of root.
            let fine = |symbol: char| symbol.is_ascii_lowercase() || symbol.is_ascii_digit() || "+-.".contains(symbol);
            assert!(package.name.starts_with(|c: char| c.is_ascii_lowercase()) && package.name.chars().all(fine));
        }
    }

    #[test]
    fn each_need_has_packages() {
        for need in Need::ALL {
            assert!(PACKAGES.iter().any(|package| package.need == need), "{need:?}");
        }
    }
}
