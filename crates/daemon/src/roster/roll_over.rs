//! The step into the next school year: shown first, taken at once, taken back while nothing else has changed.

use crate::api::{DryRun, RollOverLine, RollOverReply};
use crate::engine::{Engine, lock};
use crate::error::DaemonError;
use scantrail_core::ports::Clock as _;
use scantrail_core::roster::{RollOverFault, Standing, Step, derive_moves, roll_over as steps_of};
use scantrail_roster::read_plan;
use std::collections::BTreeMap;

/// Plans the roll-over and, unless this is a dry run, takes it.
pub(super) fn roll_over(engine: &Engine, plan: Option<&[u8]>, dry_run: DryRun) -> Result<RollOverReply, DaemonError> {
    let _one_at_a_time = lock(&engine.deciding);
    let roster = engine.catalogue.pupils()?;
    let moves = match plan {
        Some(bytes) => read_plan(bytes).map_err(|source| {
            DaemonError::usage(format!("the plan cannot be used: {source}"))
                .with_hint("a plan is a table with the columns class and to; in `to` stands a class, or `leaves`")
        })?,
        None => derive_moves(&roster).map_err(|faults| refused(&faults))?,
    };
    let steps = steps_of(&roster, &moves).map_err(|faults| refused(&faults))?;
    if steps.is_empty() {
        return Err(DaemonError::usage("there is nobody to roll over"));
    }
    if dry_run == DryRun::No {
        engine.catalogue.roll_over(&steps, engine.clock.today(), engine.now())?;
        engine.bell.ring();
        tracing::info!(pupils = steps.len(), "rolled over into the next school year");
    }
    Ok(reply(&steps, dry_run))
}

/// Takes the last roll-over back; says how many pupils it was.
pub(super) fn undo(engine: &Engine) -> Result<u64, DaemonError> {
    let _one_at_a_time = lock(&engine.deciding);
    let pupils = engine.catalogue.undo_roll_over(engine.now())?;
    engine.bell.ring();
    tracing::info!(pupils, "the roll-over was taken back");
    Ok(pupils)
}

fn refused(faults: &[RollOverFault]) -> DaemonError {
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    DaemonError::usage(format!("the classes cannot be rolled over; nothing was changed: {}", told.join("; ")))
        .with_hint(
            "say where each class goes in a table with the columns class and to, and give it with --plan FILE.csv",
        )
}

fn reply(steps: &[Step], dry_run: DryRun) -> RollOverReply {
    let mut classes: BTreeMap<(&str, &str, Option<&str>, &str), u64> = BTreeMap::new();
    for step in steps {
        let (from, to) = (&step.before.details, &step.after.details);
        let goes = (step.after.standing != Standing::Left).then_some(to.class.as_str());
        let year = if goes.is_some() { to.year_group.as_str() } else { "" };
        *classes.entry((&from.class, &from.year_group, goes, year)).or_default() += 1;
    }
    let leavers = steps.iter().filter(|step| step.after.standing == Standing::Left).count() as u64;
    let lines = classes.into_iter().map(|((class, year_group, to, to_year_group), pupils)| RollOverLine {
        class: class.to_owned(),
        year_group: year_group.to_owned(),
        to: to.map(str::to_owned),
        to_year_group: to_year_group.to_owned(),
        pupils,
    });
    RollOverReply {
        dry_run: dry_run == DryRun::Yes,
        classes: lines.collect(),
        pupils: steps.len() as u64 - leavers,
        leavers,
    }
}
