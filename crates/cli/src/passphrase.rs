//! A passphrase from where nobody else reads it: a file, stdin, or a person at a terminal, who does not see it either.

use crate::args::Passphrase;
use crate::run::missing;
use anyhow::{Context as _, Result};
use rustix::termios::{LocalModes, OptionalActions, isatty, tcgetattr, tcsetattr};
use scantrail_daemon::DaemonError;
use std::io::{BufRead as _, Write as _};

/// The passphrase that is there; `None` if nobody said where.
pub(crate) fn given(from: &Passphrase) -> Result<Option<String>> {
    let line = if let Some(file) = &from.passphrase_file {
        std::fs::read_to_string(file).map_err(|source| missing(file, source))?
    } else if from.passphrase_stdin {
        typed()?
    } else {
        return Ok(None);
    };
    let passphrase = line.lines().next().unwrap_or_default().to_owned();
    if passphrase.is_empty() {
        return Err(DaemonError::usage("the passphrase is empty").into());
    }
    Ok(Some(passphrase))
}

/// As [`given`], asked for where nobody said.
pub(crate) fn needed(from: &Passphrase) -> Result<String> {
    match given(from)? {
        Some(passphrase) => Ok(passphrase),
        None => given(&Passphrase { passphrase_file: None, passphrase_stdin: true })?
            .ok_or_else(|| DaemonError::usage("there is no passphrase").into()),
    }
}

/// A line of stdin; a terminal does not show it.
fn typed() -> Result<String> {
    let stdin = std::io::stdin().lock();
    let mut line = String::new();
    if !isatty(&stdin) {
        let mut stdin = stdin;
        stdin.read_line(&mut line).context("cannot read the passphrase")?;
        return Ok(line);
    }
    let shown = tcgetattr(&stdin).context("cannot ask for the passphrase")?;
    let mut hidden = shown.clone();
    hidden.local_modes.remove(LocalModes::ECHO);
    drop(write!(std::io::stderr(), "passphrase: "));
    tcsetattr(&stdin, OptionalActions::Flush, &hidden).context("cannot ask for the passphrase")?;
    let mut stdin = stdin;
    let read = stdin.read_line(&mut line);
    tcsetattr(&stdin, OptionalActions::Flush, &shown).context("cannot show what is typed again")?;
    drop(writeln!(std::io::stderr()));
    read.context("cannot read the passphrase")?;
    Ok(line)
}
