//! Small pieces of page that many pages share: pictures, states, sums, dates.
//!
//! It must not know an address of its own beyond those of pages and pictures.

use crate::desk::PreviewSize;
use crate::view::{Account, BatchLine, PagePreview, PupilName, State, Tone};
use maud::{Markup, html};
use scantrail_core::ids::PageId;
use scantrail_core::jiff::civil::{Date, DateTime};

/// `1 page`, `2 pages`.
pub(crate) fn count(n: u64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// `21 November 2026`.
pub(crate) fn date(date: Date) -> Markup {
    html! { time datetime=(date) { (date.strftime("%-d %B %Y")) } }
}

/// `21 Nov 2026`, where there is little room.
pub(crate) fn short_date(date: Date) -> Markup {
    html! { time datetime=(date) { (date.strftime("%-d %b %Y")) } }
}

/// `Sat 21 November 2026, 14:05`.
pub(crate) fn moment(at: DateTime) -> Markup {
    html! { time datetime=(at) { (at.strftime("%a %-d %B %Y, %H:%M")) } }
}

/// `14:05`, with the day on hovering.
pub(crate) fn clock(at: DateTime) -> Markup {
    html! { time datetime=(at) title=(at.strftime("%a %-d %B %Y")) { (at.strftime("%H:%M")) } }
}

/// A state as a coloured word; the colour says nothing that the word does not.
pub(crate) fn chip(state: &State) -> Markup {
    html! { span.chip.(tone(state.tone)) { (state.words) } }
}

/// The class a tone has in the style sheet.
pub(crate) fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Settled => "settled",
        Tone::Busy => "busy",
        Tone::Asking => "asking",
        Tone::Alarm => "alarm",
    }
}

/// What is odd, each in a line.
pub(crate) fn alarms(words: &[String]) -> Markup {
    html! {
        @if !words.is_empty() {
            ul.alarms { @for alarm in words { li { (alarm) } } }
        }
    }
}

/// A page's picture without a link.
pub(crate) fn image(page: PageId, size: PreviewSize, alt: &str) -> Markup {
    html! { img.sheet src={ "/preview/" (page) "/" (size) } alt=(alt) loading="lazy" decoding="async"; }
}

/// The picture a page is about, as large as it goes; a click shows it alone.
pub(crate) fn big_picture(preview: &PagePreview) -> Markup {
    let large = format!("/preview/{}/{}", preview.page, PreviewSize::Large);
    html! {
        figure.big {
            a href=(large) title="The picture alone" { img.sheet src=(large) alt=(preview.caption); }
        }
    }
}

/// A page's picture with its caption, leading to the page.
pub(crate) fn picture(preview: &PagePreview, size: PreviewSize) -> Markup {
    html! {
        a.picture href={ "/page/" (preview.page) } {
            (image(preview.page, size, &preview.caption))
            span.caption {
                (preview.caption)
                @for note in &preview.notes { " " span.note { (note) } }
            }
        }
    }
}

/// A few pictures of a batch, fanned out.
pub(crate) fn peek(batch: &BatchLine) -> Markup {
    html! {
        a.peek href={ "/batch/" (batch.id) } tabindex="-1" aria-hidden="true" {
            @for preview in &batch.pictures { (image(preview.page, PreviewSize::Small, "")) }
        }
    }
}

/// A pupil's name, leading to the trail.
pub(crate) fn pupil(pupil: &PupilName) -> Markup {
    html! { a href={ "/trail/" (pupil.id) } { (pupil.spoken) } }
}

/// Title and subject of a piece, whichever of them there are.
pub(crate) fn piece_title(title: &str, subject: &str) -> String {
    match (title.is_empty(), subject.is_empty()) {
        (false, _) => title.to_owned(),
        (true, false) => subject.to_owned(),
        (true, true) => "Untitled work".to_owned(),
    }
}

/// What became of the captures, as a bar and as a sum: `42 captures in = 36 filed + 4 covers + 2 waiting`.
pub(crate) fn sum(account: &Account) -> Markup {
    let addends = addends(account);
    let accounted = account.accounted();
    let drawn: Vec<(&'static str, u64)> = addends.iter().map(|&(class, n, _)| (class, n)).collect();
    html! {
        div.sum {
            (bar(&drawn, account.captured.max(accounted)))
            p {
                strong { (account.captured) } " " (if account.captured == 1 { "capture in" } else { "captures in" }) " "
                span.sign { "=" }
                @if accounted == 0 { " 0" }
                @for (i, (class, n, word)) in addends.iter().enumerate() {
                    @if i > 0 { " " span.sign { "+" } }
                    " " span.addend { i.dot.(class) {} strong { (n) } " " (word) }
                }
            }
            @if accounted != account.captured {
                p.alarm role="alert" {
                    (count(accounted.abs_diff(account.captured), "capture is", "captures are"))
                    (if accounted < account.captured { " not accounted for." } else { " accounted for more than once." })
                    " Please tell your technician; keep the paper until this is settled."
                }
            }
        }
    }
}

/// The addends that are not zero: class, number, word.
fn addends(account: &Account) -> Vec<(&'static str, u64, &'static str)> {
    let plural = |n: u64, one: &'static str, many: &'static str| if n == 1 { one } else { many };
    [
        ("filed", account.filed, "filed"),
        ("held", account.held, "waiting for a person"),
        ("under-way", account.under_way, "under way"),
        ("cover", account.cover, plural(account.cover, "cover sheet", "cover sheets")),
        ("control", account.control, plural(account.control, "control sheet", "control sheets")),
        ("quarantined", account.quarantined, "not readable"),
        ("discarded", account.discarded, "discarded"),
    ]
    .into_iter()
    .filter(|(_, n, _)| *n > 0)
    .collect()
}

/// A drawing of parts of a whole, each by its class in the style sheet; words beside it say the same.
pub(crate) fn bar(parts: &[(&'static str, u64)], whole: u64) -> Markup {
    let begins = parts.iter().scan(0, |at, (_, n)| Some(std::mem::replace(at, *at + n)));
    html! {
        svg.bar viewBox={ "0 0 " (whole.max(1)) " 1" } preserveAspectRatio="none" aria-hidden="true" {
            @for ((class, n), x) in parts.iter().zip(begins) {
                rect.(class) x=(x) y="0" width=(n) height="1" {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_names_every_place_that_holds_something() {
        let account = Account { captured: 8, filed: 5, cover: 1, held: 2, ..Account::default() };
        let shown = sum(&account).into_string();
        for part in ["<strong>8</strong> captures in", "<strong>5</strong> filed", "<strong>1</strong> cover sheet"] {
            assert!(shown.contains(part), "{part} in {shown}");
        }
        assert!(!shown.contains("discarded") && !shown.contains("accounted for"), "{shown}");
    }

    #[test]
    fn a_sum_that_does_not_come_out_is_an_alarm() {
        let lost = Account { captured: 8, filed: 7, ..Account::default() };
        assert!(sum(&lost).into_string().contains("1 capture is not accounted for"));
        let doubled = Account { captured: 8, filed: 10, ..Account::default() };
        assert!(sum(&doubled).into_string().contains("2 captures are accounted for more than once"));
    }
}
