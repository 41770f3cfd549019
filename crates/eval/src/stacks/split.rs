//! Splits other schools' stacks by a pattern for their codes: a school is made whose pupils' admission numbers are what
//! the codes say, each stack is taken in by the program, and its runs are shown beside the pages that carry codes.

use crate::disk::write_file;
use anyhow::{Context as _, Result};
use scantrail_testkit::demo::Scantrail;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write;
use std::path::{Path, PathBuf};

/// A stack and the text of the code on each of its pages.
pub(super) struct Stack {
    pub(super) file: PathBuf,
    pub(super) codes: Vec<Option<String>>,
}

/// Takes every stack in and says how it was split; fails when a page went to somebody else than its sheets say.
pub(super) fn split(program: &Path, pattern: &str, stacks: &[Stack]) -> Result<()> {
    let folder = tempfile::tempdir().context("a temporary folder could not be made")?;
    let scantrail = school(program, folder.path(), pattern, stacks)?;
    let mut wrong = 0;
    let mut told = Vec::new();
    for stack in stacks {
        let name = stack.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let answer = scantrail.json(&["ingest", &stack.file.to_string_lossy()])?;
        let runs = answer[0]["runs"].as_array().cloned().unwrap_or_default();
        let (mut filed, mut held) = (0, 0);
        for page in runs.iter().filter_map(|run| run["pages"].as_array()).flatten() {
            let side = page["side"].as_u64().unwrap_or_default() as usize;
            // The last code before a page, its own included, says whose it is.
            let truth = stack.codes[..side.min(stack.codes.len())].iter().rev().flatten().next();
            match page["pupils"][0].as_str() {
                None => held += 1,
                Some(id) => {
                    filed += 1;
                    let pupil = scantrail.json(&["pupils", "show", id])?;
                    let name = pupil["name"].as_str().or_else(|| pupil["pupil"]["name"].as_str()).unwrap_or_default();
                    wrong += usize::from(truth.map(|text| format!("Number, {text}")).as_deref() != Some(name));
                }
            }
        }
        let covered = runs.iter().filter(|run| run["pupil"].is_object()).count();
        let said = stack.codes.iter().flatten().count();
        told.push(format!(
            "{name}: {} pages, {said} with a code, {covered} runs by a code, {filed} pages filed, {held} held",
            stack.codes.len()
        ));
        for reason in runs.iter().filter_map(|run| run["reason"].as_str()).collect::<BTreeSet<_>>() {
            told.push(format!("  held because: {reason}"));
        }
    }
    for line in told {
        std::io::stdout().write_all(format!("{line}\n").as_bytes())?;
    }
    anyhow::ensure!(wrong == 0, "{wrong} pages went to somebody else than their sheets say");
    std::io::stdout().write_all(b"pages that went to somebody else than their sheets say: 0\n")?;
    Ok(())
}

/// A school whose pupils have what the codes say as admission numbers.
fn school(program: &Path, folder: &Path, pattern: &str, stacks: &[Stack]) -> Result<Scantrail> {
    let config = folder.join("scantrail.toml");
    let scantrail = Scantrail::new(program, &config);
    scantrail.good(&["init", &folder.to_string_lossy(), "--school", "Elsewhere"])?;
    let mut text = std::fs::read_to_string(&config).context("the configuration cannot be read")?;
    writeln!(text, "\n[[own_code]]\npattern = '{pattern}'\nnames = \"admission-number\"\nacts_as = \"cover\"")?;
    let text = text.replacen("[reading]\n", "[reading]\nlanguage = \"none\"\n", 1);
    write_file(&config, text.as_bytes())?;
    let pattern = regex::Regex::new(&format!("^(?:{pattern})$")).context("no pattern")?;
    let number = |text: &String| {
        let groups = pattern.captures(text)?;
        Some(groups.name("number").or_else(|| groups.get(1)).map_or(text.as_str(), |group| group.as_str()).to_owned())
    };
    let mut list = String::from("Surname,Forename,Class,Adno\n");
    let texts: BTreeSet<&String> = stacks.iter().flat_map(|stack| stack.codes.iter().flatten()).collect();
    for text in texts {
        if let Some(number) = number(text) {
            writeln!(list, "Number,\"{text}\",1A,\"{number}\"")?;
        }
    }
    let path = folder.join("pupils.csv");
    write_file(&path, list.as_bytes())?;
    scantrail.good(&["pupils", "import", &path.to_string_lossy()])?;
    Ok(scantrail)
}
