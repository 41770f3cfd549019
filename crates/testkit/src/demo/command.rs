//! The `scantrail` command as a person would type it.

use serde_json::Value;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// A command did not do what was wanted.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// It could not be started.
    #[error("`{program}` cannot be started")]
    Start {
        /// The program.
        program: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// It said that it failed.
    #[error("`{command}` ended with {code:?}: {stderr}")]
    Exit {
        /// What was typed.
        command: String,
        /// Its exit code.
        code: Option<i32>,
        /// What it said.
        stderr: String,
    },
    /// Its answer is not what the interface promises.
    #[error("`{command}` answered what cannot be understood: {answer}")]
    Answer {
        /// What was typed.
        command: String,
        /// What came.
        answer: String,
    },
}

/// The command with its configuration.
#[derive(Debug, Clone)]
pub struct Scantrail {
    program: PathBuf,
    config: PathBuf,
}

impl Scantrail {
    /// `program` with `--config config`.
    pub fn new(program: &Path, config: &Path) -> Self {
        Self { program: program.to_owned(), config: config.to_owned() }
    }

    /// The command with its configuration, ready for more arguments.
    pub fn command<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("--config").arg(&self.config).args(args);
        command.env_remove("SCANTRAIL_LOG").stdin(Stdio::null());
        command
    }

    /// Runs it to its end, whatever that is.
    pub fn run<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Result<Output, Failed> {
        let mut command = self.command(args);
        command.output().map_err(|source| Failed::Start { program: self.program.clone(), source })
    }

    /// Runs it to a good end; gives what it wrote to stdout.
    pub fn good<S: AsRef<OsStr> + Clone>(&self, args: &[S]) -> Result<String, Failed> {
        let output = self.run(args.iter().cloned())?;
        if !output.status.success() {
            return Err(Failed::Exit {
                command: typed(args),
                code: output.status.code(),
                stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            });
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Runs it with `--json` and reads the answer.
    pub fn json<S: AsRef<OsStr> + Clone>(&self, args: &[S]) -> Result<Value, Failed> {
        let mut with_json: Vec<std::ffi::OsString> = args.iter().map(|arg| arg.as_ref().to_owned()).collect();
        with_json.push("--json".into());
        let answer = self.good(&with_json)?;
        serde_json::from_str(&answer).map_err(|_| Failed::Answer { command: typed(args), answer })
    }

    /// Starts it and lets it run.
    pub fn start<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Result<Child, Failed> {
        let mut command = self.command(args);
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        command.spawn().map_err(|source| Failed::Start { program: self.program.clone(), source })
    }
}

fn typed<S: AsRef<OsStr>>(args: &[S]) -> String {
    let words: Vec<String> = args.iter().map(|arg| arg.as_ref().to_string_lossy().into_owned()).collect();
    format!("scantrail {}", words.join(" "))
}
