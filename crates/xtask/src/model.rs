//! `cargo xtask model`: as many sequences of the model as is wished. They are one test of `tests/`, which hears from here
//! how many, how long, and of which seed.

use crate::command;
use crate::judges;
use crate::packages::Need;
use crate::progress::Progress;
use crate::setup;
use crate::workspace::Workspace;
use anyhow::{Context as _, Result, bail};

/// The test, as its runner names it.
const TEST: &str = "model::whatever_happens_in_whatever_order_each_page_is_where_it_belongs";

/// What can be asked for, and the variable the test hears it by.
const ASKED: [(&str, &str); 4] = [
    ("--sequences", "SCANTRAIL_MODEL_SEQUENCES"),
    ("--seed", "SCANTRAIL_MODEL_SEED"),
    ("--first", "SCANTRAIL_MODEL_FIRST"),
    ("--steps", "SCANTRAIL_MODEL_STEPS"),
];

/// Builds everything and plays; an error when a sequence went wrong.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> Result<()> {
    let asked = read(arguments)?;
    let mut progress = Progress::new(4);
    progress.step("system packages", || setup::packages(&Need::ALL))?;
    let judges = progress.step("judges", || judges::prepare(workspace))?;
    let models = crate::models::usual_folder(workspace);
    let workspace = &workspace.with(judges, models);
    // All of it, as `cargo xtask test` does: the same features, so that nothing is compiled twice.
    let words = ["build", "--workspace", "--all-targets", "--locked"];
    progress.step("programs and tests, built", || command::run(&mut workspace.cargo(&words)))?;
    let words = ["test", "--workspace", "--locked", "--test", "end_to_end", "--", "--exact", TEST, "--nocapture"];
    let mut play = workspace.cargo(&words);
    play.envs(asked.into_iter().map(|(variable, number)| (variable, number.to_string())));
    progress.step("sequences", || command::run(&mut play))
}

/// The variables for these arguments.
fn read(arguments: &[&str]) -> Result<Vec<(&'static str, u64)>> {
    let mut asked = Vec::new();
    for pair in arguments.chunks(2) {
        let variable = ASKED.iter().find(|(argument, _)| *argument == pair[0]).map(|(_, variable)| *variable);
        let Some(variable) = variable else { bail!("unknown argument `{}`; see `cargo xtask help`", pair[0]) };
        let value = pair.get(1).with_context(|| format!("{} needs a number", pair[0]))?;
        asked.push((variable, value.parse().with_context(|| format!("`{value}` is no number for {}", pair[0]))?));
    }
    Ok(asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_become_variables_and_others_are_refused() {
        let asked = read(&["--sequences", "500", "--seed", "7"]).unwrap();
        assert_eq!(asked, [("SCANTRAIL_MODEL_SEQUENCES", 500), ("SCANTRAIL_MODEL_SEED", 7)]);
        assert!(read(&[]).unwrap().is_empty());
        for (wrong, why) in [(["--seeds", "7"], "unknown argument"), (["--seed", "many"], "is no number")] {
            assert!(read(&wrong).unwrap_err().to_string().contains(why));
        }
        assert!(read(&["--seed"]).unwrap_err().to_string().contains("needs a number"));
    }
}
