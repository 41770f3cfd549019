//! The model: a school lives by lot, with crashes in the midst of what it does, beside a simple school in memory. After every
//! step both must be the same: each page once, at its place, its original byte for byte; what was deleted nowhere.
//!
//! `cargo xtask model` plays as many sequences as is wished. A sequence is made of a seed and its number, so each can be
//! played again by itself; one that goes wrong is made as short as it can be, and told step by step.

mod act;
mod census;
mod crash;
mod examine;
mod found;
mod play;
mod school;
mod step;
mod truth;

use crate::world;
use play::{Sums, play};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use school::School;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// As many as continuous integration plays, and how long each is.
const SEQUENCES: usize = 36;
const STEPS: usize = 12;
const SEED: u64 = 1;
/// A sequence that went wrong is played so often again, at most, to make it short.
const SHORTENINGS: u64 = 60;

/// A number from `cargo xtask model`, or the usual one.
fn asked(name: &str, usual: u64) -> u64 {
    let variable = format!("SCANTRAIL_MODEL_{name}");
    std::env::var(&variable).map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{variable}: `{text}`")))
}

/// Plays one sequence; one that goes wrong is made short and told.
fn sequence(school: &School, seed: u64, number: u64, steps: usize) -> Result<Sums, String> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes[8..16].copy_from_slice(&number.to_le_bytes());
    let max_shrink_iters = asked("SHORTENINGS", SHORTENINGS) as u32;
    let config = Config { cases: 1, failure_persistence: None, max_shrink_iters, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let sums = Mutex::new(Sums::default());
    let result = runner.run(&step::steps(steps), |steps| {
        let (played, story) = play(school, &steps).map_err(TestCaseError::fail)?;
        if asked("TELL", 0) != 0 {
            eprintln!("sequence {number} of seed {seed}:\n{story}");
        }
        *sums.lock().unwrap() = played;
        Ok(())
    });
    match result {
        Ok(()) => Ok(sums.into_inner().unwrap()),
        Err(TestError::Fail(story, _)) => Err(format!("sequence {number} of seed {seed} goes wrong:\n{story}")),
        Err(TestError::Abort(why)) => Err(format!("sequence {number} of seed {seed} was given up: {why}")),
    }
}

#[test]
fn whatever_happens_in_whatever_order_each_page_is_where_it_belongs() {
    let school = School::make(&world::program());
    let (first, count) = (asked("FIRST", 0), asked("SEQUENCES", SEQUENCES as u64));
    let (seed, steps) = (asked("SEED", SEED), asked("STEPS", STEPS as u64) as usize);
    let (next, lanes) = (AtomicUsize::new(0), std::thread::available_parallelism().map_or(1, usize::from));
    let one = || {
        let (mut sums, mut wrong) = (Vec::new(), Vec::new());
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed) as u64;
            if number >= count {
                return (sums, wrong);
            }
            match sequence(&school, seed, first + number, steps) {
                Ok(played) => sums.push(played),
                Err(story) => {
                    eprintln!("{story}");
                    wrong.push(story);
                }
            }
            if (number + 1).is_multiple_of(20) {
                eprintln!("{} of {count} sequences", number + 1);
            }
        }
    };
    let lanes: Vec<_> = std::thread::scope(|scope| {
        let lanes: Vec<_> = (0..lanes).map(|_| scope.spawn(one)).collect();
        lanes.into_iter().map(|lane| lane.join().expect("a lane ends")).collect()
    });
    let sums: Vec<Sums> = lanes.iter().flat_map(|lane| lane.0.clone()).collect();
    let wrong: Vec<&String> = lanes.iter().flat_map(|lane| &lane.1).collect();
    let sum = |of: fn(&Sums) -> usize| sums.iter().map(of).sum::<usize>();
    eprintln!(
        "{} sequences of seed {seed}: {} steps, {} of them refused, {} crashes, {} pages, {} of them deleted; {} went wrong",
        sums.len() + wrong.len(),
        sum(|s| s.steps),
        sum(|s| s.refused),
        sum(|s| s.kills),
        sum(|s| s.pages),
        sum(|s| s.deleted),
        wrong.len()
    );
    assert!(wrong.is_empty(), "{} of {count} sequences went wrong; the stories are above", wrong.len());
    if count >= SEQUENCES as u64 {
        // A model in which nothing happens would find nothing.
        assert!(sum(|s| s.kills) > 20 && sum(|s| s.deleted) > 10 && sum(|s| s.refused) > 20, "{sums:?}");
    }
}
