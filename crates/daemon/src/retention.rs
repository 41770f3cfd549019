//! What the school's retention rules say is due. Pure but for the list of pages: it decides nothing and deletes nothing.

use crate::engine::Engine;
use crate::error::DaemonError;
use crate::places;
use scantrail_catalogue::{Keepable, KeptOf};
use scantrail_config::{Records, Retention, Since};
use scantrail_core::ids::PageId;
use scantrail_core::jiff::ToSpan as _;
use scantrail_core::jiff::civil::Date;
use scantrail_core::school_year::SchoolYear;
use scantrail_core::state::PageState;

/// For each rule the pages that are due by it on a day. The first rule that is about a page counts.
pub(crate) fn due(engine: &Engine, on: Date) -> Result<Vec<(&Retention, Vec<PageId>)>, DaemonError> {
    let rules = &engine.config.retention;
    let mut due: Vec<(&Retention, Vec<PageId>)> = rules.iter().map(|rule| (rule, Vec::new())).collect();
    if rules.is_empty() {
        return Ok(due);
    }
    for page in engine.catalogue.keepable()? {
        let about = |(rule, _): &&mut (&Retention, Vec<PageId>)| is_about(rule, &page);
        if let Some((rule, pages)) = due.iter_mut().find(about)
            && let Some(end) = end(rule, &page)?
            && end < on
        {
            pages.push(page.page);
        }
    }
    Ok(due)
}

/// A rule in words.
pub(crate) fn sentence(rule: &Retention) -> String {
    let what = match rule.records {
        Records::Work => "Filed work",
        Records::Held => "Pages nobody is known of",
        Records::Discarded => "Pages that were thrown away or set aside",
    };
    let subject = rule.subject.as_ref().map(|subject| format!(" in {subject}")).unwrap_or_default();
    let since = match rule.since {
        Since::YearEnd => "the end of its school year",
        Since::Leaving => "the pupil left",
        Since::Birth => "the pupil was born",
        Since::Arrival => "it came in",
    };
    let months = match rule.months {
        1 => "1 month".to_owned(),
        months if months % 12 == 0 && months > 12 => format!("{} years", months / 12),
        months => format!("{months} months"),
    };
    format!("{what}{subject}: {months} after {since}.")
}

fn is_about(rule: &Retention, page: &Keepable) -> bool {
    let state = match rule.records {
        Records::Work => page.state == PageState::Filed,
        Records::Held => page.state == PageState::Held,
        Records::Discarded => matches!(page.state, PageState::Discarded | PageState::Quarantined),
    };
    let same = |subject: &String| subject.to_lowercase() == page.subject.to_lowercase();
    state && rule.subject.as_ref().is_none_or(same)
}

/// The last day a page is kept; none if what the rule counts from has not happened or is not known. A group's page is
/// kept until it is due for the last of its pupils.
fn end(rule: &Retention, page: &Keepable) -> Result<Option<Date>, DaemonError> {
    let latest = |of: fn(&KeptOf) -> &Option<String>| -> Result<Option<Date>, DaemonError> {
        let dates = page.pupils.iter().map(|pupil| of(pupil).as_deref().map(places::date).transpose());
        let dates: Option<Vec<Date>> = dates.collect::<Result<Vec<_>, _>>()?.into_iter().collect();
        Ok(dates.and_then(|dates| dates.into_iter().max()))
    };
    let from = match rule.since {
        Since::YearEnd => page.year.as_deref().and_then(SchoolYear::parse).and_then(SchoolYear::last_day),
        Since::Leaving => latest(|pupil| &pupil.left_on)?,
        Since::Birth => latest(|pupil| &pupil.born)?,
        Since::Arrival => Some(places::date(page.received_at.get(..10).unwrap_or_default())?),
    };
    // A date beyond what a calendar can hold is never reached.
    Ok(from.and_then(|from| from.checked_add(i32::from(rule.months).months()).ok()))
}
