//! What the school's retention rules say is due. Pure but for the list of pages: it decides nothing and deletes nothing.

use crate::engine::Engine;
use crate::error::DaemonError;
use crate::places;
use scantrail_catalogue::{Keepable, KeptOf};
use scantrail_config::{Records, Retention, Since};
use scantrail_core::ids::{PageId, PupilId};
use scantrail_core::jiff::ToSpan as _;
use scantrail_core::jiff::civil::Date;
use scantrail_core::school_year::SchoolYear;
use scantrail_core::state::PageState;

/// What is due by one rule.
pub(crate) struct Due<'a> {
    pub(crate) rule: &'a Retention,
    pub(crate) pages: Vec<PageId>,
    /// Pupils whose own record is due: only those of whom nothing else is left.
    pub(crate) pupils: Vec<PupilId>,
}

/// For each rule what is due by it on a day. The first rule that is about a page, or about pupils' records, counts.
pub(crate) fn due(engine: &Engine, on: Date) -> Result<Vec<Due<'_>>, DaemonError> {
    let rules = &engine.config.retention;
    let mut due: Vec<Due<'_>> = rules.iter().map(|rule| Due { rule, pages: vec![], pupils: vec![] }).collect();
    if rules.is_empty() {
        return Ok(due);
    }
    for page in engine.catalogue.keepable()? {
        if let Some(found) = due.iter_mut().find(|found| is_about(found.rule, &page))
            && let Some(end) = end(found.rule, &page)?
            && end < on
        {
            found.pages.push(page.page);
        }
    }
    if let Some(found) = due.iter_mut().find(|found| found.rule.records == Records::Pupil) {
        for (pupil, of) in engine.catalogue.erasable_pupils()? {
            let from = match found.rule.since {
                Since::Birth => of.born,
                _ => of.left_on,
            };
            let from = from.as_deref().map(places::date).transpose()?;
            if after(from, found.rule.months).is_some_and(|end| end < on) {
                found.pupils.push(pupil);
            }
        }
    }
    Ok(due)
}

/// The day so many months later. A date beyond what a calendar can hold is never reached.
fn after(from: Option<Date>, months: u16) -> Option<Date> {
    from.and_then(|from| from.checked_add(i32::from(months).months()).ok())
}

/// A rule in words.
pub(crate) fn sentence(rule: &Retention) -> String {
    let what = match rule.records {
        Records::Work => "Filed work",
        Records::Held => "Pages nobody is known of",
        Records::Discarded => "Pages that were thrown away or set aside",
        Records::Pupil => "The record of a pupil of whom no work is left",
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
        Records::Pupil => false,
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
    Ok(after(from, rule.months))
}
