//! Openings, closings and alarms in the words that are kept and shown.

use scantrail_core::evidence::BatchEnd;
use scantrail_core::ids::PupilId;
use scantrail_core::interpret::{Alarm, Closing, Opening};
use scantrail_core::sheet::SheetKind;
use serde_json::json;

pub(super) fn opening(opening: Opening) -> &'static str {
    match opening {
        Opening::BatchStart => "the start of the batch",
        Opening::Cover { .. } => "a cover sheet",
        Opening::Card { .. } => "a card in the picture",
        Opening::Control { kind: SheetKind::Start, .. } => "a start sheet",
        Opening::Control { kind: SheetKind::End, .. } => "an end sheet",
        Opening::Control { kind: SheetKind::Separator, .. } => "a separator sheet",
        Opening::Control { kind: SheetKind::Unnamed, .. } => "an unnamed cover sheet",
        Opening::Control { kind: SheetKind::Discard, .. } => "a discard sheet",
        Opening::Control { .. } => "a sheet of ours",
        Opening::UnreadSheet => "a cover sheet that cannot be read",
        Opening::Unseen => "a capture that cannot be opened",
        Opening::Contradiction => "a sheet with contradicting codes",
        Opening::Stranger(_) => "a cover sheet that does not count here",
        Opening::CardInStack { .. } => "a card or sticker",
        Opening::SeveralCards => "several cards in the picture",
        Opening::Inherited | Opening::NoCard => "a picture without a card",
        Opening::Person => "a person's word",
    }
}

pub(super) fn closing(closing: Closing) -> &'static str {
    match closing {
        Closing::ReadBoundary => "a sheet that was read",
        Closing::UnreadSheet => "a cover sheet that cannot be read",
        Closing::Doubtful => "something that may have been a cover sheet",
        Closing::BatchEnd(BatchEnd::Normal) => "the end of the batch",
        Closing::BatchEnd(BatchEnd::CutShort) => "the batch breaking off",
        Closing::Alone => "it stands alone",
    }
}

pub(super) fn alarm(alarm: &Alarm) -> serde_json::Value {
    let ids = |pupils: &[PupilId]| pupils.iter().map(PupilId::to_string).collect::<Vec<_>>();
    match alarm {
        Alarm::Shifted => json!({"alarm": "shifted"}),
        Alarm::OddSides => json!({"alarm": "odd-sides"}),
        Alarm::ManyEmpty(pupils) => json!({"alarm": "many-empty", "pupils": ids(pupils)}),
        Alarm::SameCoverTwice(pupil) => json!({"alarm": "same-cover-twice", "pupils": ids(&[*pupil])}),
        Alarm::TooLong { run, sides } => json!({"alarm": "too-long", "run": run, "sides": sides}),
        Alarm::OtherClass(pupil) => json!({"alarm": "other-class", "pupils": ids(&[*pupil])}),
        Alarm::Hiding { run, why } => json!({"alarm": "hiding", "run": run, "why": why.word()}),
        Alarm::Missing(pupils) => json!({"alarm": "missing", "pupils": ids(pupils)}),
    }
}
