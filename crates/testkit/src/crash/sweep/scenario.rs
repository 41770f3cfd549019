//! What the program is doing when it is struck. A scenario more is a line more.

use super::super::paper::School;
use super::super::workload::Word;
use std::path::Path;

/// Which school it begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Base {
    /// As it was prepared.
    Prepared,
    /// A stack was taken in and the program killed before anything of it was filed.
    Interrupted,
}

/// How the program is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// A command, to its end.
    Command,
    /// The daemon with sheets in a watched folder, until all are taken in and it is asked to stop.
    Watch,
}

/// Whether the stack that is to be taken in must be there afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Brings {
    /// There is none.
    Nothing,
    /// If the command said so.
    WhenItEndsWell,
    /// It lay in a watched folder, or was in already: it is somewhere, whatever happened.
    Whatever,
}

/// One thing the program does.
#[derive(Debug)]
pub struct Scenario {
    /// How it is called.
    pub name: &'static str,
    pub(super) base: Base,
    pub(super) way: Way,
    pub(super) brings: Brings,
    /// What is typed; given the folder with the sheets to be taken in, and one for anything else.
    pub(super) words: fn(&School, &Path, &Path) -> Vec<String>,
    /// What somebody may rely on after it ended well.
    pub(super) promise: fn(&School) -> Vec<Word>,
    /// The paper that may be gone afterwards, and is gone if it ended well.
    pub(super) takes_away: fn(&School) -> Option<String>,
    /// What a person does first when it did not end well; must succeed.
    pub(super) mended_by: &'static [&'static str],
    /// What must succeed afterwards, without faults; given the folder for anything else.
    pub(super) afterwards: fn(&Path) -> Vec<Vec<String>>,
}

fn typed(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

const NOTHING: fn(&School) -> Vec<Word> = |_| Vec::new();

const NOBODY: fn(&School) -> Option<String> = |_| None;
/// By nothing: it recovers when it is started.
const ITSELF: &[&str] = &[];
const NO_MORE: fn(&Path) -> Vec<Vec<String>> = |_| Vec::new();

/// All of them; the first takes a stack in.
pub static SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "take in",
        base: Base::Prepared,
        way: Way::Command,
        brings: Brings::WhenItEndsWell,
        words: |_, stack, _| typed(&["ingest", &stack.to_string_lossy(), "--subject", "History"]),
        promise: NOTHING,
        takes_away: NOBODY,
        mended_by: ITSELF,
        afterwards: NO_MORE,
    },
    Scenario {
        name: "file what waits",
        base: Base::Interrupted,
        way: Way::Command,
        brings: Brings::Whatever,
        words: |_, _, _| typed(&["verify", "--quick"]),
        promise: NOTHING,
        takes_away: NOBODY,
        mended_by: ITSELF,
        afterwards: NO_MORE,
    },
    Scenario {
        name: "assign",
        base: Base::Prepared,
        way: Way::Command,
        brings: Brings::Nothing,
        words: |school, _, _| typed(&["review", "assign", &school.held, &school.pupils[2]]),
        promise: |school| vec![Word::Assigned { page: school.held.clone(), pupil: school.pupils[2].clone() }],
        takes_away: NOBODY,
        mended_by: ITSELF,
        afterwards: NO_MORE,
    },
    Scenario {
        name: "assign to a group",
        base: Base::Prepared,
        way: Way::Command,
        brings: Brings::Nothing,
        words: |school, _, _| typed(&["review", "assign", &school.held, &school.pupils[2], &school.pupils[3]]),
        promise: |school| vec![Word::Assigned { page: school.held.clone(), pupil: school.pupils[3].clone() }],
        takes_away: NOBODY,
        mended_by: ITSELF,
        afterwards: NO_MORE,
    },
    Scenario {
        name: "reassign",
        base: Base::Prepared,
        way: Way::Command,
        brings: Brings::Nothing,
        words: |school, _, _| typed(&["review", "assign", &school.filed, &school.pupils[3], "--reason", "wrong pupil"]),
        promise: |school| vec![Word::Assigned { page: school.filed.clone(), pupil: school.pupils[3].clone() }],
        takes_away: NOBODY,
        mended_by: ITSELF,
        afterwards: NO_MORE,
    },
    Scenario {
        name: "undo",
        base: Base::Prepared,
        way: Way::Command,
        brings: Brings::Nothing,
        words: |_, _, _| typed(&["review", "undo"]),
        promise: NOTHING,
        takes_away: NOBODY,
        mended_by: ITSELF,
        afterwards: NO_MORE,
    },
    Scenario {
        name: "discard",
        base: Base::Prepared,
        way: Way::Command,
        brings: Brings::Nothing,
        words: |school, _, _| typed(&["review", "discard", &school.held, "--reason", "a blotter"]),
        promise: NOTHING,
        takes_away: NOBODY,
        mended_by: ITSELF,
        afterwards: NO_MORE,
    },
    Scenario {
        name: "rename",
        base: Base::Prepared,
        way: Way::Command,
        brings: Brings::Nothing,
        words: |school, _, _| typed(&["pupils", "rename", &school.pupils[0], "--surname", "Aldermaston"]),
        promise: |school| vec![Word::Named { pupil: school.pupils[0].clone(), surname: "Aldermaston".into() }],
        takes_away: NOBODY,
        mended_by: ITSELF,
        afterwards: NO_MORE,
    },
    Scenario {
        name: "move",
        base: Base::Prepared,
        way: Way::Command,
        brings: Brings::Nothing,
        words: |school, _, _| typed(&["move", &school.filed, "--to", &school.pupils[2], "--reason", "wrong pupil"]),
        promise: |school| vec![Word::Assigned { page: school.filed.clone(), pupil: school.pupils[2].clone() }],
        takes_away: NOBODY,
        mended_by: ITSELF,
        afterwards: NO_MORE,
    },
    Scenario {
        name: "delete",
        base: Base::Prepared,
        way: Way::Command,
        brings: Brings::Nothing,
        words: |_, _, _| typed(&["delete", "approve", "1", "--as", "the second"]),
        promise: NOTHING,
        takes_away: |school| Some(school.condemned.clone()),
        mended_by: ITSELF,
        afterwards: NO_MORE,
    },
    Scenario {
        name: "back up",
        base: Base::Prepared,
        way: Way::Command,
        brings: Brings::Nothing,
        words: |_, _, more| typed(&["backup", &more.join("disk").to_string_lossy()]),
        promise: NOTHING,
        takes_away: NOBODY,
        mended_by: ITSELF,
        afterwards: |more| {
            let disk = more.join("disk").to_string_lossy().into_owned();
            vec![typed(&["backup", &disk]), typed(&["restore", &disk, "--dry-run"])]
        },
    },
    Scenario {
        name: "read again",
        base: Base::Prepared,
        way: Way::Command,
        brings: Brings::Nothing,
        words: |school, _, _| typed(&["reread", &school.filed]),
        promise: NOTHING,
        takes_away: NOBODY,
        mended_by: ITSELF,
        afterwards: NO_MORE,
    },
    Scenario {
        name: "hand over",
        base: Base::Prepared,
        way: Way::Command,
        brings: Brings::Nothing,
        words: |school, _, more| {
            typed(&["export", &school.pupils[0], "--out", &more.join("packs").to_string_lossy(), "--to", "the family"])
        },
        promise: NOTHING,
        takes_away: NOBODY,
        mended_by: ITSELF,
        afterwards: NO_MORE,
    },
    Scenario {
        name: "sign the log",
        base: Base::Prepared,
        way: Way::Command,
        brings: Brings::Nothing,
        words: |_, _, more| typed(&["ledger", "checkpoint", "--out", &more.join("kept.note").to_string_lossy()]),
        promise: NOTHING,
        takes_away: NOBODY,
        mended_by: ITSELF,
        afterwards: |_| vec![typed(&["ledger", "checkpoint"]), typed(&["ledger", "verify"])],
    },
    Scenario {
        name: "build again",
        base: Base::Prepared,
        way: Way::Command,
        brings: Brings::Nothing,
        words: |_, _, _| typed(&["rebuild"]),
        promise: NOTHING,
        takes_away: NOBODY,
        mended_by: &["rebuild"],
        afterwards: NO_MORE,
    },
    Scenario {
        name: "watch",
        base: Base::Prepared,
        way: Way::Watch,
        brings: Brings::Whatever,
        words: |_, _, _| typed(&["serve"]),
        promise: NOTHING,
        takes_away: NOBODY,
        mended_by: ITSELF,
        afterwards: NO_MORE,
    },
];
