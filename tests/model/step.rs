//! What may happen in a school, by lot. Whatever a step is about is a number; which page, pupil or proposal that is turns
//! out when the step is taken: a list that shrinks stays one that can be played.

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use scantrail_testkit::crash::kill::Kill;

/// A number of something among what there is when the step is taken.
pub(super) type Lot = usize;

/// What lies on top of work.
#[derive(Debug, Clone, Copy)]
pub(super) enum Lid {
    /// The cover of that pupil.
    Cover(Lot),
    /// An unnamed cover: it is of nobody.
    Nobodys,
}

/// A stack of paper: pages that no cover came before, then covers with pages behind each.
#[derive(Debug, Clone)]
pub(super) struct Stack {
    pub(super) loose: usize,
    pub(super) runs: Vec<(Lid, usize)>,
}

/// One thing that happens.
#[derive(Debug, Clone)]
pub(super) enum Deed {
    /// A stack is taken in.
    TakeIn(Stack),
    /// The very files of an earlier stack are taken in again.
    Again(Lot),
    /// A file is dropped into the watched folder: a cover, or a page.
    Drop(Option<Lot>),
    /// A page is said to be these pupils'.
    Assign(Lot, Vec<Lot>),
    /// A page is thrown away.
    Discard(Lot),
    /// A page is taken back from where it is.
    Recall(Lot),
    /// A decision is taken back.
    Undo(Lot),
    /// Pages are moved to a pupil's trail.
    Move(Vec<Lot>, Lot),
    /// A pupil gets another surname.
    Rename(Lot, Lot),
    /// A page is read.
    Read(Lot),
    /// Pages are proposed for deletion.
    Propose(Vec<Lot>),
    /// Pages are deleted: one person proposes, two approve.
    Delete(Vec<Lot>),
    /// Somebody approves.
    Approve(Lot, Lot),
    /// A proposal is withdrawn.
    Withdraw(Lot),
    /// A legal hold on a pupil.
    KeepPupil(Lot),
    /// A legal hold on a page.
    KeepPage(Lot),
    /// A legal hold is lifted.
    Lift(Lot),
    /// A pupil's year is handed over.
    Export(Lot),
    /// A checkpoint is kept elsewhere.
    Checkpoint,
    /// Everything is copied to another disk.
    Backup,
    /// The catalogue is built again.
    Rebuild,
    /// The daemon is started, or stopped.
    Switch,
    /// The daemon is killed and started again.
    KillDaemon,
}

/// A deed, and whether the program is killed at it.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) deed: Deed,
    pub(super) kill: Option<Crash>,
}

/// The program is killed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Crash {
    /// At this call, when the command does the work itself.
    pub(super) at: Kill,
    /// After so many milliseconds, when the daemon does it.
    pub(super) after_ms: u64,
    /// Whether an interrupted batch is gone on with, or ended as it is.
    pub(super) go_on: bool,
}

/// This share of all steps is struck.
const CRASHES: f64 = 0.3;

const ANY: std::ops::Range<Lot> = 0..64;

fn stack() -> impl Strategy<Value = Stack> {
    let lid = prop_oneof![5 => ANY.prop_map(Lid::Cover), 1 => Just(Lid::Nobodys)];
    (0..=2usize, vec((lid, 1..=2usize), 0..=2))
        .prop_map(|(loose, runs)| Stack { loose: if runs.is_empty() { loose.max(1) } else { loose }, runs })
}

fn deed() -> impl Strategy<Value = Deed> {
    let some = |most| vec(ANY, 1..=most);
    prop_oneof![
        10 => stack().prop_map(Deed::TakeIn),
        4 => ANY.prop_map(Deed::Again),
        2 => weighted(0.5, ANY).prop_map(Deed::Drop),
        12 => (ANY, some(2)).prop_map(|(page, pupils)| Deed::Assign(page, pupils)),
        4 => ANY.prop_map(Deed::Discard),
        4 => ANY.prop_map(Deed::Recall),
        9 => ANY.prop_map(Deed::Undo),
        12 => (some(3), ANY).prop_map(|(pages, to)| Deed::Move(pages, to)),
        6 => (ANY, ANY).prop_map(|(pupil, name)| Deed::Rename(pupil, name)),
        3 => ANY.prop_map(Deed::Read),
        5 => some(3).prop_map(Deed::Propose),
        10 => some(3).prop_map(Deed::Delete),
        10 => (ANY, ANY).prop_map(|(which, who)| Deed::Approve(which, who)),
        2 => ANY.prop_map(Deed::Withdraw),
        3 => ANY.prop_map(Deed::KeepPupil),
        2 => ANY.prop_map(Deed::KeepPage),
        4 => ANY.prop_map(Deed::Lift),
        4 => ANY.prop_map(Deed::Export),
        3 => Just(Deed::Checkpoint),
        2 => Just(Deed::Backup),
        2 => Just(Deed::Rebuild),
        3 => Just(Deed::Switch),
        1 => Just(Deed::KillDaemon),
    ]
}

fn crash() -> impl Strategy<Value = Crash> {
    // What the program does most often as it changes a disk is struck most often, and as deep as commands go.
    let at = prop_oneof![
        6 => (Just("pwrite64"), 1..=100usize),
        5 => (Just("fsync"), 1..=30usize),
        4 => (Just("renameat"), 1..=10usize),
        3 => (Just("write"), 1..=10usize),
        2 => (Just("renameat2"), 1..=2usize),
        2 => (Just("unlinkat"), 1..=6usize),
        1 => (Just("mkdirat"), 1..=2usize),
        1 => (Just("unlink"), 1..=2usize),
        1 => (Just("fchmod"), 1..=8usize),
        1 => (Just("ftruncate"), 1..=3usize),
    ];
    (at, 0..=150u64, any::<bool>()).prop_map(|((call, number), after_ms, go_on)| Crash {
        at: Kill { call, number },
        after_ms,
        go_on,
    })
}

/// So many steps; the first brings paper. Each may be left out: that makes a list short without moving the others.
pub(super) fn steps(length: usize) -> impl Strategy<Value = Vec<Step>> {
    let step = |deed| (deed, weighted(CRASHES, crash())).prop_map(|(deed, kill)| Step { deed, kill });
    let first = step(stack().prop_map(Deed::TakeIn).boxed());
    let rest = vec(weighted(0.99, step(deed().boxed())), length.saturating_sub(1));
    (first, rest).prop_map(|(first, rest)| std::iter::once(first).chain(rest.into_iter().flatten()).collect())
}
