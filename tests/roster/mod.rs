//! The roster from the outside. Every name is invented.

mod lists;
mod names;
mod year;

use crate::world::program;
use scantrail_core::units::Dpi;
use scantrail_testkit::jpeg;
use scantrail_testkit::paint::{PageKind, PageSpec, paint};
use scantrail_testkit::seed::Seed;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A data folder with nothing but a roster.
struct Office {
    folder: TempDir,
}

impl Office {
    fn open() -> Self {
        let office = Self { folder: tempfile::Builder::new().prefix("office-").tempdir().unwrap() };
        let made = Command::new(program()).arg("init").arg(office.data()).args(["--school", "Hillside"]).output();
        assert!(made.unwrap().status.success());
        office
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.arg("--config").arg(self.data().join("scantrail.toml")).arg("--json").args(args).env("NO_COLOR", "1");
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// The answer of a command that must do well.
    fn good(&self, args: &[&str]) -> Value {
        let output = self.run(args);
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// What a command says that must fail with this code.
    fn bad(&self, code: i32, args: &[&str]) -> String {
        let output = self.run(args);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{args:?}: {told}");
        told
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Imports a list that must be taken.
    fn import(&self, text: &str) -> Value {
        self.good(&["pupils", "import", &self.file("list.csv", text)])
    }

    /// Two pages of a pupil's work, filed by a person's hand.
    fn work_of(&self, pupil: &str) {
        let folder = self.folder.path().join(format!("work-{pupil}"));
        std::fs::create_dir(&folder).unwrap();
        for number in 0..2 {
            let spec = PageSpec::new(PageKind::Worksheet, Seed(number), Dpi::new(100).unwrap());
            let bytes = jpeg::encode(&paint(&spec).raster, 80).unwrap();
            std::fs::write(folder.join(format!("{number}.jpg")), bytes).unwrap();
        }
        let batches = self.good(&["ingest", folder.to_str().unwrap(), "--subject", "Maths", "--title", "Fractions"]);
        for batch in batches.as_array().unwrap() {
            for run in batch["runs"].as_array().unwrap() {
                let page = run["pages"][0]["id"].as_str().unwrap();
                self.good(&["review", "assign", page, pupil, "--run", "--reason", "in the child's own hand"]);
            }
        }
        self.clean();
    }

    fn clean(&self) {
        let verified = self.good(&["verify"]);
        assert_eq!(verified["problems"].as_array().unwrap().len(), 0, "{verified}");
    }

    fn id(&self, name: &str) -> String {
        self.good(&["pupils", "show", name])["id"].as_str().unwrap().to_owned()
    }

    /// The folders of trails.
    fn trails(&self) -> Vec<String> {
        let entries = self.data().join("Pupils").read_dir().unwrap();
        let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

const LIST: &str = "Surname,Forename,Class,Year,UPN,Adno,DOB\n\
    Okafor,Amélie,4B,4,H801200001001,0042,04/03/2018\n\
    Mohammed,Ali,4B,4,,0043,05/06/2018\n\
    Mohammed,Ali,4B,4,,0044,07/08/2018\n\
    Jones,Sam,6A,6,R674123101121,0045,01/02/2016\n";

fn group<'a>(reply: &'a Value, kind: &str) -> Vec<&'a str> {
    let groups = reply["groups"].as_array().unwrap();
    let found = groups.iter().find(|group| group["kind"] == kind);
    let lines = found.map(|group| group["lines"].as_array().unwrap());
    lines.into_iter().flatten().map(|line| line.as_str().unwrap()).collect()
}

/// Files below a folder that hold a text in their names or in their bytes, private ones too.
fn holding(folder: &Path, text: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut rest = vec![folder.to_owned()];
    while let Some(folder) = rest.pop() {
        for entry in folder.read_dir().unwrap() {
            let path = entry.unwrap().path();
            let named = path.file_name().unwrap().to_string_lossy().contains(text);
            if path.is_dir() {
                rest.push(path.clone());
            }
            let bytes = if path.is_file() { std::fs::read(&path).unwrap() } else { Vec::new() };
            if named || bytes.windows(text.len()).any(|window| window == text.as_bytes()) {
                found.push(path);
            }
        }
    }
    found
}
