//! What a list changes, in words, each change in the group it belongs to.

use crate::api::ImportGroup;
use scantrail_core::ids::PupilId;
use scantrail_core::roster::{Change, Conflict, ListedPupil, Pupil, PupilDetails, Standing};

/// Kinds of change and their titles, in the order in which they are shown.
const KINDS: [(&str, &str); 7] = [
    ("added", "new"),
    ("returned", "back at the school"),
    ("renamed", "renamed; the folder of the trail follows"),
    ("moved", "in another class"),
    ("changed", "other details"),
    ("missing", "not on the list: candidates for leaving, until somebody decides"),
    ("conflict", "conflicts; nothing is changed for them"),
];

/// The changes in groups; a group without any is left out.
pub(super) fn groups(roster: &[Pupil], changes: &[Change]) -> Vec<ImportGroup> {
    let told: Vec<(&str, String)> = changes.iter().filter_map(|change| tell(roster, change)).collect();
    let group = |(kind, title): &(&str, &str)| ImportGroup {
        kind: (*kind).to_owned(),
        title: (*title).to_owned(),
        lines: told.iter().filter(|(of, _)| of == kind).map(|(_, line)| line.clone()).collect(),
    };
    KINDS.iter().map(group).filter(|group| !group.lines.is_empty()).collect()
}

fn tell(roster: &[Pupil], change: &Change) -> Option<(&'static str, String)> {
    Some(match change {
        Change::Unchanged(_) => return None,
        Change::Added(listed) => {
            ("added", format!("{} ({})", listed.details.listed_name(), or_none(&listed.details.class)))
        }
        Change::Updated { before, listed } => updated(before, &listed.details),
        Change::Missing(id) => {
            let pupil = find(roster, *id);
            ("missing", format!("{} ({})", pupil.details.listed_name(), or_none(&pupil.details.class)))
        }
        Change::Conflict { listed, why } => ("conflict", conflict(roster, listed, why)),
    })
}

fn updated(pupil: &Pupil, now: &PupilDetails) -> (&'static str, String) {
    let before = &pupil.details;
    let mut parts = Vec::new();
    let mut kind = None;
    let mut say = |of: &'static str, words: String| {
        kind.get_or_insert(of);
        parts.push(words);
    };
    match pupil.standing {
        Standing::Left => say("returned", "had left and is on the list again".to_owned()),
        Standing::LeaverCandidate => say("returned", "was missing and is on the list again".to_owned()),
        Standing::Current => {}
    }
    if before.listed_name() != now.listed_name() {
        say("renamed", format!("renamed from {}", before.listed_name()));
    }
    if before.class != now.class {
        say("moved", format!("moves from {} to {}", or_none(&before.class), or_none(&now.class)));
    }
    if before.year_group != now.year_group {
        say("changed", format!("year {} becomes {}", or_none(&before.year_group), or_none(&now.year_group)));
    }
    let details = [
        (before.upn != now.upn, "the UPN changes"),
        (before.former_upn != now.former_upn, "a former UPN is noted"),
        (before.admission_number != now.admission_number, "the admission number changes"),
        (before.born != now.born, "the date of birth changes"),
    ];
    for (_, words) in details.into_iter().filter(|(differs, _)| *differs) {
        say("changed", words.to_owned());
    }
    (kind.unwrap_or("changed"), format!("{}: {}", now.listed_name(), parts.join("; ")))
}

fn find(roster: &[Pupil], id: PupilId) -> &Pupil {
    roster.iter().find(|pupil| pupil.id == id).expect("the comparison names pupils of this roster")
}

fn or_none(text: &str) -> &str {
    if text.is_empty() { "no class" } else { text }
}

fn conflict(roster: &[Pupil], listed: &ListedPupil, why: &Conflict) -> String {
    let words = match why {
        Conflict::MatchedTwice(id) => format!("an earlier row is the same pupil, {id}"),
        Conflict::NumbersDisagree(ids) => {
            let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
            format!("its numbers belong to different pupils, {}", ids.join(" and "))
        }
        Conflict::UnknownId(id) => format!("there is no pupil {id}"),
        Conflict::PerhapsSame(id) => {
            let class = &find(roster, *id).details.class;
            format!("perhaps the same child as {id} in {}, but the numbers differ", or_none(class))
        }
        // Neither the name of the row nor whose it is: side by side they would undo the sealing.
        Conflict::Sealed(_) => {
            return format!(
                "line {}: the row does not fit what the school holds now; ask whoever keeps the pupil records",
                listed.line
            );
        }
    };
    format!("line {}: {}: {words}", listed.line, listed.details.listed_name())
}
