//! Words, times and captions that several pages share.

use crate::engine::Engine;
use crate::error::DaemonError;
use scantrail_catalogue::{Batch, Event, Page};
use scantrail_core::evidence::Look;
use scantrail_core::ids::PupilId;
use scantrail_core::jiff::Timestamp;
use scantrail_core::jiff::civil::DateTime;
use scantrail_core::jiff::tz::TimeZone;
use scantrail_core::state::PageState;
use scantrail_core::vocabulary::{Role, SourceKind};
use scantrail_imaging::quality::Advice;
use scantrail_web::view::{PagePreview, PupilName, State, Tone};

/// A time of the catalogue on the school's clock.
pub(crate) fn local(text: &str) -> Result<DateTime, DaemonError> {
    let at: Timestamp = text.parse().map_err(|source: scantrail_core::jiff::Error| {
        DaemonError::inside("the catalogue holds a time that cannot be read", source)
    })?;
    Ok(at.to_zoned(TimeZone::system()).datetime())
}

/// `4B · Maths · Fractions`, or where the batch came from.
pub(crate) fn batch_title(batch: &Batch) -> String {
    let context = &batch.opened.context;
    let parts: Vec<&str> = [&context.class, &context.subject, &context.title]
        .into_iter()
        .map(String::as_str)
        .filter(|text| !text.is_empty())
        .collect();
    if parts.is_empty() { source_words(batch.opened.source_kind).to_owned() } else { parts.join(" · ") }
}

pub(crate) fn source_words(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Feeder => "Scanner feeder",
        SourceKind::Flatbed => "Scanner glass",
        SourceKind::Camera => "Camera",
        SourceKind::Folder => "Watched folder",
        SourceKind::Files => "Files",
        SourceKind::Pack => "Pack of another school",
    }
}

/// A page as a picture with its caption and marks.
pub(crate) fn preview(engine: &Engine, page: &Page) -> Result<PagePreview, DaemonError> {
    let caption = match (page.role, page.position()) {
        (Some(Role::Cover), _) => "cover".to_owned(),
        (Some(Role::Control), _) => "control sheet".to_owned(),
        (_, Some(position)) => format!("page {position}"),
        (_, None) => format!("side {}", page.sequence + 1),
    };
    // Under a picture only what asks for another capture; the rest stands on the page's own page.
    let again = |warning: &&String| Advice::ALL.iter().any(|advice| advice.text() == warning.as_str());
    let work = page.role != Some(Role::Cover) && page.role != Some(Role::Control);
    let mut notes: Vec<String> = page.warnings.iter().filter(|_| work).filter(again).cloned().collect();
    if page.look == Some(Look::Blank) {
        notes.push("looks blank".to_owned());
    }
    if !engine.catalogue.same_bytes(page.id)?.is_empty() {
        notes.push("possible duplicate".to_owned());
    }
    Ok(PagePreview { page: page.id, caption, notes })
}

/// Where a page is, in words.
pub(crate) fn page_state(page: &Page) -> State {
    let (words, tone) = match page.state {
        PageState::Received => ("received, waiting to be looked at".to_owned(), Tone::Busy),
        PageState::Identified | PageState::Prepared => ("being read".to_owned(), Tone::Busy),
        PageState::Read => ("read, waiting for its batch".to_owned(), Tone::Busy),
        PageState::Filing | PageState::Moving => ("being filed".to_owned(), Tone::Busy),
        PageState::Filed => ("filed".to_owned(), Tone::Settled),
        PageState::Held => {
            (crate::queries::sentence(page.reason.as_deref().unwrap_or("waiting for a person")), Tone::Asking)
        }
        PageState::Discarded => ("discarded; it can be brought back".to_owned(), Tone::Settled),
        PageState::Quarantined => {
            (format!("not a sound image: {}", page.reason.as_deref().unwrap_or("unknown")), Tone::Alarm)
        }
        PageState::Deleting => ("being deleted".to_owned(), Tone::Busy),
        PageState::Deleted => ("deleted".to_owned(), Tone::Settled),
    };
    State { words, tone }
}

/// A pupil as the pages name them.
pub(crate) fn named(engine: &Engine, pupil: PupilId) -> Result<PupilName, DaemonError> {
    Ok(PupilName::from(&engine.catalogue.pupil(pupil)?))
}

/// What an event means to a person; `None` for steps that only a programmer would miss.
pub(crate) fn event_words(event: &Event) -> Option<&'static str> {
    Some(match event.kind.as_str() {
        "batch-opened" => "a batch began",
        "batch-interrupted" => "a batch broke off",
        "batch-receiving" => "a batch was taken up again",
        "batch-ended" => "a batch is complete",
        "batch-understood" => "a batch was understood",
        "captured" => "a page came in",
        "moving" | "held" if event.data.contains("read again") => "its words were looked for again",
        "filed" => "a page was filed",
        "exported" => "a page was handed over",
        "held" => "a page waits for a person",
        "discarded" => "a page was discarded",
        "quarantined" => "a capture was set aside",
        "delivery-quarantined" => "a file was set aside",
        "pupil-added" => "a pupil was added",
        "sheet-made" => "a sheet was made",
        _ => return None,
    })
}
