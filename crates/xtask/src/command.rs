//! Running other programs, so that a failure always names the whole command line.
//!
//! Knows nothing of what the programs are for.

use anyhow::{Context as _, Result, bail};
use std::io::{BufRead as _, BufReader};
use std::process::{Command, ExitStatus, Stdio};

/// The command as a person would type it, for messages only.
pub(crate) fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// Runs to the end with our own input and output; any other exit code than 0 is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = status(command)?;
    if !status.success() {
        bail!("`{}` ended with {status}", line(command));
    }
    Ok(())
}

/// Runs to the end with our own input and output and gives the exit status; only not starting is an error.
pub(crate) fn status(command: &mut Command) -> Result<ExitStatus> {
    command.status().with_context(|| format!("could not start `{}`", line(command)))
}

/// Runs silently and says whether it could be started and ended well.
pub(crate) fn works(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Runs to the end and gives its standard output; any other exit code than 0 is an error that quotes its complaint.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let (status, stdout, stderr) = capture(command)?;
    if !status.success() {
        bail!("`{}` ended with {status}: {}", line(command), stderr.trim());
    }
    Ok(stdout)
}

/// Runs to the end and gives status, standard output and standard error, whatever the exit code.
pub(crate) fn capture(command: &mut Command) -> Result<(ExitStatus, String, String)> {
    let output =
        command.stdin(Stdio::null()).output().with_context(|| format!("could not start `{}`", line(command)))?;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok((output.status, text(output.stdout), text(output.stderr)))
}

/// Which of a program's two streams to read along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stream {
    Stdout,
    Stderr,
}

/// Runs to the end, shows one stream line by line as it comes and hands each line to `see`; the other stream is ours.
pub(crate) fn read_along(command: &mut Command, stream: Stream, mut see: impl FnMut(&str)) -> Result<ExitStatus> {
    match stream {
        Stream::Stdout => command.stdout(Stdio::piped()),
        Stream::Stderr => command.stderr(Stdio::piped()),
    };
    let mut child = command.spawn().with_context(|| format!("could not start `{}`", line(command)))?;
    let pipe: Box<dyn std::io::Read> = match stream {
        Stream::Stdout => Box::new(child.stdout.take().expect("stdout was asked to be a pipe")),
        Stream::Stderr => Box::new(child.stderr.take().expect("stderr was asked to be a pipe")),
    };
    // Bytes, not text: a test may print anything, and one odd byte must not end the reading.
    for bytes in BufReader::new(pipe).split(b'\n') {
        let bytes = bytes.with_context(|| format!("could not read what `{}` says", line(command)))?;
        let text = String::from_utf8_lossy(&bytes);
        eprintln!("{text}");
        see(&text);
    }
    child.wait().with_context(|| format!("could not wait for `{}`", line(command)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_failure_names_the_command_and_quotes_its_complaint() {
        let error = output(&mut shell("echo no such thing >&2; exit 3")).unwrap_err().to_string();
        assert!(error.contains("sh -c echo no such thing"), "{error}");
        assert!(error.contains("exit status: 3: no such thing"), "{error}");
        assert!(run(&mut Command::new("no-such-program")).unwrap_err().to_string().contains("no-such-program"));
    }

    #[test]
    fn the_chosen_stream_is_read_along_line_by_line_even_when_it_is_not_text() {
        let mut seen = Vec::new();
        let script = "echo one >&2; printf 'a\\377b\\n' >&2; printf last >&2; exit 4";
        let status = read_along(&mut shell(script), Stream::Stderr, |line| seen.push(line.to_owned())).unwrap();
        assert_eq!(status.code(), Some(4));
        assert_eq!(seen, ["one", "a\u{fffd}b", "last"]);
    }

    #[test]
    fn a_program_that_is_missing_or_fails_does_not_work() {
        assert!(works(&mut shell("exit 0")));
        assert!(!works(&mut shell("exit 1")));
        assert!(!works(&mut Command::new("no-such-program")));
    }
}
