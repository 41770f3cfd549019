//! Where the project lies, what cargo knows about it, and cargo itself as a command.

use crate::command;
use anyhow::{Context as _, Result};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The project as cargo describes it.
#[derive(Debug)]
pub(crate) struct Workspace {
    /// The folder of the root `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Where cargo builds; everything made here goes below it.
    pub(crate) target: PathBuf,
    /// The answer of `cargo metadata --no-deps`.
    pub(crate) metadata: Value,
    /// The Python environment of the judges, once it is there.
    judges: Option<PathBuf>,
    /// The folder of the models that read handwriting, once they are there.
    models: Option<PathBuf>,
}

impl Workspace {
    /// Asks cargo, from wherever inside the project we were called.
    pub(crate) fn find() -> Result<Self> {
        let mut ask = Command::new(cargo_program());
        ask.args(["metadata", "--no-deps", "--format-version", "1"]);
        let metadata: Value =
            serde_json::from_str(&command::output(&mut ask)?).context("cargo metadata is not JSON")?;
        let folder = |key: &str| {
            let text = metadata[key].as_str().with_context(|| format!("cargo metadata has no `{key}`"))?;
            anyhow::Ok(PathBuf::from(text))
        };
        let (root, target) = (folder("workspace_root")?, folder("target_directory")?);
        Ok(Self { root, target, metadata, judges: None, models: None })
    }

    /// The same project, whose tests find the judges and the models.
    pub(crate) fn with(&self, judges: PathBuf, models: PathBuf) -> Self {
        let (root, target, metadata) = (self.root.clone(), self.target.clone(), self.metadata.clone());
        Self { root, target, metadata, judges: Some(judges), models: Some(models) }
    }

    /// What cargo knows about every crate by other people that a build on Linux takes in.
    pub(crate) fn metadata_with_dependencies(&self) -> Result<Value> {
        let words = ["metadata", "--format-version", "1", "--locked", "--filter-platform", "x86_64-unknown-linux-gnu"];
        let answer = command::output(&mut self.cargo(&words))?;
        serde_json::from_str(&answer).context("cargo metadata is not JSON")
    }

    /// `cargo WORDS…` in the root of the project.
    pub(crate) fn cargo(&self, words: &[&str]) -> Command {
        let mut command = self.program(Path::new(&cargo_program()));
        command.args(words);
        // A machine that builds once has no use for what speeds up the second time.
        if std::env::var_os("CI").is_some() {
            command.env("CARGO_INCREMENTAL", "0");
        }
        command
    }

    /// A program in the root of the project, with the environment that our programs and tests expect.
    pub(crate) fn program(&self, path: &Path) -> Command {
        let mut command = Command::new(path);
        // Tesseract's own threads only slow it down; parallelism is by page.
        command.current_dir(&self.root).env("OMP_THREAD_LIMIT", "1");
        if let Some(judges) = &self.judges {
            command.env("SCANTRAIL_JUDGES", judges);
        }
        if let Some(models) = &self.models {
            command.env("SCANTRAIL_MODELS", models);
        }
        command
    }
}

/// The cargo that runs us, so that a toolchain chosen by `cargo +NAME xtask` stays chosen.
fn cargo_program() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_project_is_found_from_a_folder_inside_it() {
        let workspace = Workspace::find().unwrap();
        assert!(workspace.root.join("crates/xtask/Cargo.toml").is_file());
        let packages = workspace.metadata["packages"].as_array().unwrap();
        assert!(packages.iter().any(|package| package["name"] == "xtask"));
    }

    #[test]
    fn programs_hear_where_the_judges_and_the_models_are() {
        let workspace = Workspace::find().unwrap().with("target/judges".into(), "target/models".into());
        let command = workspace.cargo(&["build"]);
        let environment: Vec<_> = command.get_envs().filter_map(|(key, value)| Some((key, value?))).collect();
        assert!(environment.contains(&("SCANTRAIL_JUDGES".as_ref(), "target/judges".as_ref())), "{environment:?}");
        assert!(environment.contains(&("SCANTRAIL_MODELS".as_ref(), "target/models".as_ref())), "{environment:?}");
        assert!(environment.contains(&("OMP_THREAD_LIMIT".as_ref(), "1".as_ref())), "{environment:?}");
    }
}
