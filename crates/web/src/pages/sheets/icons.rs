//! Small drawings of the sheets, so that one is recognised before it is read.

use maud::{Markup, html};

/// What a control sheet has above its word.
#[derive(Clone, Copy)]
pub(super) enum Sign {
    Start,
    End,
    Unnamed,
}

/// Upright paper, 42 × 59, with the bars and corner codes of our sheets and something in its middle.
fn paper(inside: &Markup) -> Markup {
    html! {
        svg.print-icon viewBox="0 0 42 59.4" aria-hidden="true" {
            rect.paper x="0.3" y="0.3" width="41.4" height="58.8" rx="0.8" {}
            @for (x, y) in [(3.0, 3.0), (34.0, 3.0), (3.0, 51.4), (34.0, 51.4)] { (code(x, y, 5.0)) }
            g.ink {
                @for (x, w) in [(9.6, 12.0), (22.8, 2.4), (26.4, 6.0)] {
                    rect x=(x) y="3" width=(w) height="0.8" {}
                    rect x=(x) y="55.6" width=(w) height="0.8" {}
                }
                @for (y, h) in [(9.6, 22.2), (33.0, 4.4), (38.6, 11.2)] {
                    rect x="3" y=(y) width="0.8" height=(h) {}
                    rect x="38.2" y=(y) width="0.8" height=(h) {}
                }
            }
            (inside)
        }
    }
}

/// A code as one sees it from far away: three squares and a sprinkle.
fn code(x: f64, y: f64, side: f64) -> Markup {
    let unit = side / 7.0;
    let dots =
        [(3.4, 0.4), (3.4, 2.2), (4.6, 3.4), (5.8, 4.6), (3.0, 5.2), (4.4, 6.0), (6.0, 6.2), (0.6, 3.6), (1.8, 3.4)];
    html! {
        g.ink transform={ "translate(" (x) " " (y) ")" } {
            @for (a, b) in [(0.0, 0.0), (4.6, 0.0), (0.0, 4.6)] {
                rect x=(a * unit) y=(b * unit) width=(2.4 * unit) height=(2.4 * unit) {}
            }
            @for (a, b) in dots { rect x=(a * unit) y=(b * unit) width=(0.8 * unit) height=(0.8 * unit) {} }
        }
    }
}

fn line(x: f64, y: f64, w: f64, h: f64) -> Markup {
    html! { rect.word x=(x) y=(y) width=(w) height=(h) rx="0.5" {} }
}

pub(super) fn cover() -> Markup {
    paper(
        &html! { (line(9.0, 14.0, 24.0, 3.2)) (line(17.0, 19.0, 8.0, 1.6)) (code(16.0, 24.7, 10.0)) (line(14.0, 38.0, 14.0, 2.2)) },
    )
}

pub(super) fn sign(sign: Sign) -> Markup {
    paper(&html! {
        circle.ring cx="21" cy="13.4" r="3.4" {}
        @match sign {
            Sign::Start => path.ink d="M20 11.6 L20 15.2 L23 13.4 Z" {},
            Sign::End => rect.ink x="19.7" y="12.1" width="2.6" height="2.6" {},
            Sign::Unnamed => text.ink x="21" y="15.3" text-anchor="middle" font-size="5.4" font-weight="700" { "?" },
        }
        (line(13.0, 19.0, 16.0, 2.6))
        (code(16.0, 24.7, 10.0))
    })
}

pub(super) fn card() -> Markup {
    html! {
        svg.print-icon viewBox="0 0 42 27" aria-hidden="true" {
            rect.paper x="0.3" y="0.3" width="41.4" height="26.4" rx="1.6" {}
            (code(3.5, 3.5, 20.0))
            (line(27.0, 6.0, 12.0, 2.4)) (line(27.0, 10.0, 8.0, 2.4)) (line(27.0, 14.4, 5.0, 1.4)) (line(27.0, 19.0, 9.0, 1.8))
        }
    }
}

pub(super) fn labels() -> Markup {
    html! {
        svg.print-icon viewBox="0 0 42 59.4" aria-hidden="true" {
            rect.paper x="0.3" y="0.3" width="41.4" height="58.8" rx="0.8" {}
            @for row in 0..7 {
                @for column in 0..3 {
                    @let (x, y) = (1.6 + 13.1 * f64::from(column), 3.2 + 7.6 * f64::from(row));
                    rect.label x=(x) y=(y) width="12.6" height="7.2" rx="0.9" {}
                    (code(x + 1.1, y + 1.1, 5.0))
                    (line(x + 7.2, y + 1.8, 4.4, 1.0)) (line(x + 7.2, y + 4.2, 3.2, 0.8))
                }
            }
        }
    }
}

pub(super) fn self_test() -> Markup {
    html! {
        svg.print-icon viewBox="0 0 42 59.4" aria-hidden="true" {
            rect.paper x="0.3" y="0.3" width="41.4" height="58.8" rx="0.8" {}
            @for (x, y) in [(3.0, 3.0), (34.0, 3.0), (3.0, 51.4), (34.0, 51.4)] { (code(x, y, 5.0)) }
            (code(6.0, 13.8, 4.2)) (code(13.0, 14.8, 3.2)) (code(19.0, 15.6, 2.4)) (code(24.0, 16.2, 1.8))
            g.ink {
                @for step in 0..8 {
                    rect x=(6.0 + 3.4 * f64::from(step)) y="22" width="3.2" height="3"
                        fill-opacity=(1.0 - 0.125 * f64::from(step)) {}
                }
                rect x="6" y="33" width="5.6" height="5.6" transform="rotate(5 8.8 35.8)" {}
                @for step in 0..5 {
                    rect x="16" y=(33.0 + 1.4 * f64::from(step)) width="20" height="0.3"
                        fill-opacity=(0.8 - 0.15 * f64::from(step)) {}
                }
                @for tick in 0..16 { rect x=(6.0 + 2.0 * f64::from(tick)) y="48" width="0.25" height="1.2" {} }
            }
        }
    }
}
