//! The school's own dates: one `[[calendar]]` table for each school year.

use crate::rules::{Wrong, text};
use crate::section::Section;
use scantrail_core::calendar::{Calendar, Days, HalfTerm, YearDates};
use scantrail_core::jiff::civil::Date;
use scantrail_core::school_year::SchoolYear;
use toml::de::DeValue;

/// Walks every year. A year with a fault is left out; the file is refused all the same.
pub(crate) fn calendar(sections: Vec<Section<'_>>) -> Calendar {
    let mut years: Vec<YearDates> = Vec::new();
    for mut section in sections {
        let year = section.required("year", "a school year, e.g. \"2026-27\"", school_year);
        let half_terms = HalfTerm::ALL.map(|half| {
            let what = "its first and last school day, e.g. [\"2026-09-02\", \"2026-10-23\"]";
            section.required(half.key(), what, days)
        });
        if let Some(year) = year.filter(|year| years.iter().any(|other| other.year() == *year)) {
            section.fault("year", Wrong::new(format!("{year} stands there twice"), "one table for each year"));
        }
        if let (Some(year), [Some(a), Some(b), Some(c), Some(d), Some(e), Some(f)]) = (year, half_terms) {
            match YearDates::set(year, [a, b, c, d, e, f]) {
                Ok(dates) => years.push(dates),
                Err(faults) => {
                    for (half, fault) in faults {
                        let allowed = "half-terms in order, without overlap, within 1 September to 31 August";
                        section.fault(half.key(), Wrong::new(fault.to_string(), allowed));
                    }
                }
            }
        }
        section.finish();
    }
    Calendar::new(years)
}

fn school_year(value: &DeValue<'_>) -> Result<SchoolYear, Wrong> {
    let given = text(value)?;
    let wrong = || Wrong::new(format!("\"{given}\" is no school year"), "both calendar years, e.g. \"2026-27\"");
    SchoolYear::parse(&given).ok_or_else(wrong)
}

fn days(value: &DeValue<'_>) -> Result<Days, Wrong> {
    let allowed = "a list of two dates, the first and the last school day";
    let items = value.as_array().ok_or_else(|| Wrong::kind(value, allowed))?;
    match items.iter().collect::<Vec<_>>()[..] {
        [first, last] => Ok(Days { first: date(first.get_ref())?, last: date(last.get_ref())? }),
        _ => Err(Wrong::new(format!("is a list of {}", items.len()), allowed)),
    }
}

/// `"2026-09-02"`, or the same without quotation marks.
fn date(value: &DeValue<'_>) -> Result<Date, Wrong> {
    let given = match value {
        DeValue::Datetime(date) => date.to_string(),
        other => text(other)?,
    };
    given.parse().map_err(|_| Wrong::new(format!("`{given}` is no date"), "a date like \"2026-09-02\""))
}
