//! Outside judges: `bagit.py`, `sha256sum`, `qpdf`, and the PDF/A validator of `pikepdf`.

use crate::world;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Says on stderr what is wrong with each file that is not sound PDF/A-2b.
const PDFA: &str = "\
import sys
from pikepdf import pdfa
bad = 0
for path in sys.argv[1:]:
    report = pdfa.validate_written(path, '2b')
    if not report.passed:
        bad += 1
        print(path, report.summary(), file=sys.stderr)
sys.exit(1 if bad else 0)
";

/// Prints bookmarks, the document's own words about itself, and the labels of its pages.
const ABOUT: &str = "\
import sys, pikepdf
pdf = pikepdf.open(sys.argv[1])
def told(items):
    for item in items:
        print(item.title)
        told(item.children)
with pdf.open_outline() as outline:
    told(outline.root)
print(dict(pdf.docinfo), pdf.Root.Metadata.read_bytes().decode(), [page.label for page in pdf.pages])
";

/// Validates every bag and every searchable page below a data folder.
pub(crate) fn all_bags_and_pages(data: &Path) {
    all_bags(data);
    let pages: Vec<PathBuf> = files(data, &|name| name.ends_with(".pdf"));
    assert!(!pages.is_empty(), "there are searchable pages to judge");
    let judge = Command::new(world::judges()).args(["-c", PDFA]).args(sample(&pages)).output().expect("pikepdf runs");
    assert!(judge.status.success(), "PDF/A: {}", String::from_utf8_lossy(&judge.stderr));
    for page in &pages {
        let judge = Command::new("qpdf").arg("--check").arg(page).output().expect("qpdf runs");
        assert!(judge.status.success(), "qpdf: {}", String::from_utf8_lossy(&judge.stderr));
    }
}

/// Validates one PDF: its claim of PDF/A-2b, and its structure.
pub(crate) fn pdf(file: &Path) {
    let judge = Command::new(world::judges()).args(["-c", PDFA]).arg(file).output().expect("pikepdf runs");
    assert!(judge.status.success(), "PDF/A: {}", String::from_utf8_lossy(&judge.stderr));
    let judge = Command::new("qpdf").arg("--check").arg(file).output().expect("qpdf runs");
    assert!(judge.status.success(), "qpdf: {}", String::from_utf8_lossy(&judge.stderr));
}

/// Everything a PDF tells beside its pages: bookmarks, titles, labels.
pub(crate) fn about(file: &Path) -> String {
    let judge = Command::new(world::judges()).args(["-c", ABOUT]).arg(file).output().expect("pikepdf runs");
    assert!(judge.status.success(), "{}", String::from_utf8_lossy(&judge.stderr));
    String::from_utf8_lossy(&judge.stdout).into_owned()
}

/// Validates every bag below a data folder.
pub(crate) fn all_bags(data: &Path) {
    let bags = bags(data);
    assert!(!bags.is_empty(), "there are bags to judge");
    let output = Command::new(world::judges())
        .args(["-m", "bagit", "--validate", "--quiet"])
        .args(&bags)
        .output()
        .expect("bagit.py runs");
    assert!(output.status.success(), "bagit.py: {}", String::from_utf8_lossy(&output.stderr));
    for bag in &bags {
        for manifest in ["manifest-sha256.txt", "tagmanifest-sha256.txt"] {
            let status =
                Command::new("sha256sum").args(["--strict", "--quiet", "-c", manifest]).current_dir(bag).status();
            assert!(status.expect("sha256sum runs").success(), "{} of {}", manifest, bag.display());
        }
    }
}

/// Every tenth page, the first and the last among them: the validator is slow and the pages are made alike.
fn sample(pages: &[PathBuf]) -> Vec<PathBuf> {
    let mut sample: Vec<PathBuf> = pages.iter().step_by(10).cloned().collect();
    sample.extend(pages.last().cloned());
    sample
}

/// Every bag below a data folder.
pub(crate) fn bags(data: &Path) -> Vec<PathBuf> {
    files(data, &|name| name == "bagit.txt").iter().filter_map(|path| path.parent().map(Path::to_owned)).collect()
}

/// Every file below a folder whose name fits, private folders left out.
pub(crate) fn files(folder: &Path, fits: &dyn Fn(&str) -> bool) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut rest = vec![folder.to_owned()];
    while let Some(folder) = rest.pop() {
        for entry in folder.read_dir().expect("a folder that can be read") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            if path.is_dir() && name != ".trail" {
                rest.push(path);
            } else if path.is_file() && fits(&name) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Changes one bit in the middle of a file, as no program of ours does.
pub(crate) fn flip_a_bit(file: &Path) {
    let mut bytes = std::fs::read(file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::set_permissions(file, std::os::unix::fs::PermissionsExt::from_mode(0o640)).unwrap();
    std::fs::write(file, bytes).unwrap();
}
