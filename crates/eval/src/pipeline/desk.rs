//! A running daemon as its neighbours reach it: a line of JSON through its socket, a page of its site. It must not know
//! what is asked.

use super::school::School;
use anyhow::{Context as _, Result, bail};
use scantrail_testkit::demo::site;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

/// Where a daemon is reached.
#[derive(Debug, Clone)]
pub(super) struct Desk {
    socket: PathBuf,
    url: String,
}

impl Desk {
    pub(super) fn of(school: &School) -> Self {
        Self { socket: school.data.join(".trail").join("socket"), url: school.daemon.url().to_owned() }
    }

    /// Asks, hears what is said on the way, gives the answer's value.
    pub(super) fn ask(&self, request: &Value, mut hear: impl FnMut(&Value)) -> Result<Value> {
        let mut stream = UnixStream::connect(&self.socket).context("the daemon does not listen")?;
        writeln!(stream, "{request}").context("the daemon does not listen")?;
        for line in BufReader::new(stream).lines() {
            let mut line: Value = serde_json::from_str(&line.context("the daemon went away")?)?;
            match line.as_object().and_then(|object| object.keys().next()).map(String::as_str) {
                Some("progress") => hear(&line["progress"]),
                Some("reply") => return Ok(line["reply"]["value"].take()),
                _ => bail!("the daemon says {line}"),
            }
        }
        bail!("the daemon went away without an answer")
    }

    /// A batch as `batch show --json` has it.
    pub(super) fn batch(&self, id: &str) -> Result<Value> {
        let request = json!({"do": "batch", "batch-do": "show", "batch": id});
        Ok(self.ask(&request, |_| {})?["value"].take())
    }

    /// How many pages wait to be looked at and to be read.
    pub(super) fn waiting(&self) -> Result<(u64, u64)> {
        let status = self.ask(&json!({"do": "status"}), |_| {})?;
        let count = |stage: &str| status["queue"][stage].as_u64().with_context(|| format!("no queue in {status}"));
        Ok((count("look")?, count("read")?))
    }

    /// What lies at a path of the site, as text.
    pub(super) fn page(&self, path: &str) -> Result<String> {
        Ok(String::from_utf8_lossy(&self.get(path)?).into_owned())
    }

    /// The same as bytes.
    pub(super) fn get(&self, path: &str) -> Result<Vec<u8>> {
        Ok(site::get(&self.url, path)?)
    }
}
