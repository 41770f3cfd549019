//! The forms of the page of sheets. It must not know what becomes of them.

use super::icons;
use crate::parts;
use crate::view::SheetsView;
use maud::{Markup, html};

pub(super) fn body(view: &SheetsView, token: &str) -> Markup {
    html! {
        h1 { "Sheets" }
        p.lead { "Print at 100 %, not “fit to page”. The PDF has fronts and backs, for a printer that turns the paper at its "
            "long edge." }
        div.prints {
            (covers(view, token))
            (cards(view, token))
            (stickers(view, token))
            (start(view, token))
            (control(token))
            (unnamed(token))
            (self_test(token))
        }
    }
}

/// One kind of sheet: its picture, what it is for, its form.
fn kind(what: &str, icon: &Markup, title: &str, purpose: &str, token: &str, inside: &Markup) -> Markup {
    html! {
        section.card.print aria-labelledby={ "print-" (what) } {
            (icon)
            div {
                h2 id={ "print-" (what) } { (title) }
                p.quiet { (purpose) }
                form method="post" action="/sheets" {
                    input type="hidden" name="token" value=(token);
                    input type="hidden" name="what" value=(what);
                    (inside)
                }
            }
        }
    }
}

/// A button for each class: one click prints it.
fn covers(view: &SheetsView, token: &str) -> Markup {
    let inside = html! {
        @if view.classes.is_empty() { p { "There are no pupils yet; import a list first." } }
        @else {
            div.class-buttons role="group" aria-label="Print the covers of a class" {
                @for size in &view.classes {
                    button.main name="class" value=(size.class) {
                        (size.class) " " span.tally { (parts::count(size.pupils, "cover", "covers")) }
                    }
                }
            }
        }
        details {
            summary { "Only some of them" }
            div.row {
                label { "Only names and classes changed since " input type="date" name="since"; }
                (one_sided())
            }
            p.quiet { "Choose, then press the class above." }
            div.row { (one_pupil()) button { "Print this pupil’s cover" } }
        }
    };
    let purpose = "On top of each pupil’s work in a stack. Kept for years: a cover printed again has the same code.";
    kind("covers", &icons::cover(), "Cover sheets", purpose, token, &inside)
}

fn cards(view: &SheetsView, token: &str) -> Markup {
    let inside = html! {
        div.row {
            (class_chooser(view, Empty::Nobody))
            (one_pupil())
            label { "Where they will lie "
                select name="place" {
                    option value="mat" { "on the mat of an overhead camera" }
                    option value="desk" { "on a desk, near the camera" }
                }
            }
        }
        div.row { button { "Print cards" } (one_sided()) }
    };
    let purpose = "85 × 54 mm, to laminate (matt) and lay beside a painting, a model or a whiteboard. Ten to a page, with \
                   marks where to cut.";
    kind("cards", &icons::card(), "Cards", purpose, token, &inside)
}

fn stickers(view: &SheetsView, token: &str) -> Markup {
    let inside = html! {
        div.row {
            (class_chooser(view, Empty::Nobody))
            (one_pupil())
        }
        div.row {
            label { "Labels "
                select name="layout" {
                    @for layout in &view.layouts { option value=(layout.name) { (layout.packet) } }
                }
            }
            label { "Used on the first sheet " input type="number" name="skip" value="0" min="0" max="39"; }
            button { "Print stickers" }
        }
    };
    kind(
        "stickers",
        &icons::labels(),
        "Stickers",
        "For the covers of exercise books, on sheets of labels.",
        token,
        &inside,
    )
}

fn start(view: &SheetsView, token: &str) -> Markup {
    let inside = html! {
        div.row {
            (class_chooser(view, Empty::NoClass))
            label { "Subject " input name="subject" maxlength="60"; }
            label { "Title " input name="title" maxlength="80"; }
            label { "Date " input type="date" name="date"; }
        }
        div.row { button { "Print a start sheet" } (one_sided()) }
    };
    let purpose = "On top of the whole stack: says for every page behind it which class, subject and day it is from.";
    kind("start", &icons::sign(icons::Sign::Start), "Start sheet", purpose, token, &inside)
}

fn control(token: &str) -> Markup {
    let inside = html! {
        fieldset.row {
            legend.unseen { "Which" }
            @for (name, words) in [("end", "End"), ("separator", "Separator"), ("discard", "Discard")] {
                label.tick { input type="checkbox" name=(name) checked; (words) }
            }
        }
        div.row {
            label { "Of each " input type="number" name="copies" value="1" min="1" max="200"; }
            button { "Print control sheets" }
            (one_sided())
        }
    };
    let purpose = "End: under the stack, shows that nothing is missing. Separator: what follows is nobody’s. Discard: what \
                   follows is thrown away.";
    kind("control", &icons::sign(icons::Sign::End), "End, separator, discard", purpose, token, &inside)
}

fn unnamed(token: &str) -> Markup {
    let inside = html! {
        div.row {
            label { "How many " input type="number" name="count" value="10" min="1" max="200"; }
            button { "Print unnamed covers" }
            (one_sided())
        }
    };
    let purpose = "For the pupil who came yesterday: say later, on the screen, whose work lay under it.";
    kind("unnamed", &icons::sign(icons::Sign::Unnamed), "Unnamed covers", purpose, token, &inside)
}

fn self_test(token: &str) -> Markup {
    let inside = html! { div.row { button { "Print the self-test" } (one_sided()) } };
    let purpose = "Measures printer and scanner. Scan it like a pupil’s work, then: scantrail sheets score IMAGE.";
    kind("self-test", &icons::self_test(), "Self-test", purpose, token, &inside)
}

/// What the chooser of a class says when none is chosen.
#[derive(Clone, Copy)]
enum Empty {
    Nobody,
    NoClass,
}

fn class_chooser(view: &SheetsView, empty: Empty) -> Markup {
    let nothing = match empty {
        Empty::Nobody => "choose",
        Empty::NoClass => "none",
    };
    html! {
        label { "Class "
            select name="class" {
                option value="" { (nothing) }
                @for size in &view.classes { option value=(size.class) { (size.class) " (" (size.pupils) ")" } }
            }
        }
    }
}

fn one_pupil() -> Markup {
    html! {
        label { "or one pupil "
            input name="pupil" maxlength="80" autocomplete="off" placeholder="name or short code";
        }
    }
}

fn one_sided() -> Markup {
    html! { label.tick { input type="checkbox" name="one-sided"; "fronts only" } }
}

/// What to know before printing; the same form goes on.
pub(super) fn warned(warnings: &[String], fields: &[(String, String)]) -> Markup {
    html! {
        h1 { "Before you print" }
        p.lead { "Some names cannot be written with the fonts on this machine. Their sheets have a line to write the name \
                  on by hand; the codes work." }
        (parts::alarms(warnings))
        form.row method="post" action="/sheets" {
            @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
            input type="hidden" name="anyway" value="yes";
            button.main { "Print all the same" }
            a.button href="/sheets" { "Back" }
        }
    }
}
