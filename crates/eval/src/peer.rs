//! Other people's programs in Python, behind one line of JSON each way. It must not know what they measure.
//!
//! `cargo xtask eval` installs them in a folder of their own and names its Python in `SCANTRAIL_EVAL_PYTHON`; without
//! it the one in the path is asked, and a script that misses its packages says so instead of measuring.

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// Names the Python that has the packages.
const PYTHON: &str = "SCANTRAIL_EVAL_PYTHON";

/// Somebody's program: the one beside that Python, if it is there, else the one in the path.
pub(crate) fn program(name: &str) -> Command {
    let beside = std::env::var_os(PYTHON)
        .and_then(|python| Some(Path::new(&python).parent()?.join(name)))
        .filter(|program| program.try_exists().unwrap_or(false));
    beside.map_or_else(|| Command::new(name), Command::new)
}

/// Whether other people's tools are measured beside ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Company {
    Alone,
    Peers,
}

/// A running script: it reads a line, answers a line. It ends with its input.
#[derive(Debug)]
pub(crate) struct Peer {
    child: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    /// What the script said first: the names and versions of what it can measure with.
    pub(crate) greeting: Value,
}

impl Peer {
    /// Starts a script and waits for its greeting.
    pub(crate) fn start(script: &str) -> Result<Self> {
        let python = std::env::var_os(PYTHON).unwrap_or_else(|| "python3".into());
        let mut child = Command::new(python)
            .args(["-c", script])
            .env("OMP_NUM_THREADS", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start python3")?;
        let questions = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().context("a script has no output")?);
        let mut peer = Self { child, questions, answers, greeting: Value::Null };
        peer.greeting = peer.answer()?;
        Ok(peer)
    }

    /// The script, if its packages are there; otherwise it is said that only ours is measured.
    pub(crate) fn at_hand(script: &str) -> Option<Self> {
        Self::start(script).inspect_err(|error| eprintln!("only ours is measured: {error}")).ok()
    }

    /// The recipes that the script's greeting lists.
    pub(crate) fn recipes(&self) -> Vec<String> {
        serde_json::from_value(self.greeting["recipes"].clone()).unwrap_or_default()
    }

    /// Asks one question.
    pub(crate) fn ask(&mut self, question: &Value) -> Result<Value> {
        let pipe = self.questions.as_mut().context("a script's input is closed")?;
        writeln!(pipe, "{question}").and_then(|()| pipe.flush()).context("a script does not listen any more")?;
        self.answer()
    }

    fn answer(&mut self) -> Result<Value> {
        let mut line = String::new();
        let read = self.answers.read_line(&mut line).context("a script's answer cannot be read")?;
        ensure!(read > 0, "a script ended without an answer; its own words stand above");
        serde_json::from_str(&line).with_context(|| format!("a script answered `{}`", line.trim_end()))
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.questions.take());
        // It ends with its input; its result was read already.
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_script_answers_line_by_line_and_says_when_it_cannot() {
        let script = "import sys, json\nprint(json.dumps({'double': '1'}), flush=True)\n\
                      for line in sys.stdin:\n    n = json.loads(line)['n']\n    print(json.dumps(2 * n), flush=True)";
        let mut peer = Peer::start(script).unwrap();
        assert_eq!(peer.greeting, json!({"double": "1"}));
        assert_eq!(peer.ask(&json!({"n": 21})).unwrap(), json!(42));
        assert!(Peer::start("raise SystemExit(3)").is_err());
    }
}
