//! Where the time of a page goes, as a picture: a bar for each contestant, and ours again, wide enough to see its parts.
//! Written by hand as SVG. It must not know how a figure was measured.

use super::run::Run;
use std::fmt::Write as _;

/// The plane that the bars lie in, and the room around it.
const WIDTH: f64 = 560.0;
const LEFT: f64 = 150.0;
const RIGHT: f64 = 90.0;
const BAR: f64 = 22.0;
const PITCH: f64 = 32.0;
const TOP: f64 = 50.0;
/// Narrower parts have no label of their own beside the legend.
const LABELLED: f64 = 34.0;

/// Colours that stay apart for most eyes and in grey, for parts by their order.
const COLOURS: [&str; 10] =
    ["#274b6d", "#4f8fc0", "#7fb2cc", "#2a7f62", "#c9821f", "#b5342d", "#7d5ba6", "#c58fb0", "#8a8a5c", "#b4b4b4"];
/// A bar whose parts are not known.
const WHOLE: &str = "#a09080";

/// A contestant's name and its rounds; ours is the first.
pub(super) type Bar<'a> = (&'a str, &'a Run);

/// Bars of processor milliseconds a page.
pub(super) fn svg(bars: &[Bar<'_>]) -> String {
    let Some(((_, ours), _)) = bars.split_first() else { return String::new() };
    let names: Vec<&str> = ours.parts.iter().map(|(name, _)| *name).collect();
    let (width, wide) = (LEFT + WIDTH + RIGHT, PITCH * bars.len() as f64);
    let second = TOP + wide + 56.0;
    let height = second + BAR + 40.0 + 16.0 * names.len().div_ceil(4) as f64;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" font-family=\"sans-serif\" font-size=\"10\" fill=\"#222\">\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n"
    );
    text(&mut svg, (12.0, 22.0), "font-size=\"15\" font-weight=\"bold\"", "Where a page's processor time goes");
    text(&mut svg, (12.0, 38.0), "fill=\"#777\"", "milliseconds of all processes together, divided by pages");
    let longest = bars.iter().map(|(_, run)| run.cpu_a_page()).fold(0.0, f64::max);
    for (bar, y) in bars.iter().zip((0..).map(|n| TOP + PITCH * f64::from(n))) {
        draw(&mut svg, *bar, &names, y, longest);
    }
    text(&mut svg, (12.0, second - 8.0), "font-weight=\"bold\"", "ours again, to its own scale");
    draw(&mut svg, bars[0], &names, second, ours.cpu_a_page());
    for (at, (name, seconds)) in ours.parts.iter().enumerate() {
        let (x, y) = (12.0 + 195.0 * (at % 4) as f64, second + BAR + 24.0 + 16.0 * (at / 4) as f64);
        _ = writeln!(svg, "<rect x=\"{x}\" y=\"{y}\" width=\"9\" height=\"9\" fill=\"{}\"/>", COLOURS[at % 10]);
        let each = seconds / ours.pages.max(1) as f64 * 1e3;
        text(&mut svg, (x + 13.0, y + 8.0), "", &format!("{name}: {each:.0} ms"));
    }
    svg + "</svg>\n"
}

fn draw(svg: &mut String, (name, run): Bar<'_>, known: &[&str], y: f64, longest: f64) {
    text(svg, (LEFT - 8.0, y + 15.0), "text-anchor=\"end\"", name);
    let scale = WIDTH / longest.max(1e-9) / run.pages.max(1) as f64;
    let whole = [("", run.cpu_s)];
    let parts: &[(&str, f64)] = if run.parts.is_empty() { &whole } else { &run.parts };
    let mut x = LEFT;
    for (part, seconds) in parts {
        // The rest may come out a little below nothing: ticks are coarse.
        let length = (seconds * scale).max(0.0);
        let colour = known.iter().position(|name| name == part).map_or(WHOLE, |at| COLOURS[at % 10]);
        _ = writeln!(
            svg,
            "<rect x=\"{x:.1}\" y=\"{y}\" width=\"{length:.1}\" height=\"{BAR}\" fill=\"{colour}\" stroke=\"#fff\" \
             stroke-width=\"0.5\"/>"
        );
        if length >= LABELLED && !part.is_empty() {
            let style = "text-anchor=\"middle\" fill=\"#fff\" font-size=\"8\"";
            text(svg, (x + length / 2.0, y + 14.0), style, part);
        }
        x += length;
    }
    text(svg, (x + 6.0, y + 15.0), "font-weight=\"bold\"", &format!("{:.0} ms", run.cpu_a_page() * 1e3));
}

fn text(svg: &mut String, (x, y): (f64, f64), style: &str, text: &str) {
    let safe = text.replace('&', "&amp;").replace('<', "&lt;");
    _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" {style}>{safe}</text>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_their_figures_and_parts_have_one_colour_everywhere() {
        let run =
            |cpu_s, parts: &[(&'static str, f64)]| Run { pages: 10, cpu_s, parts: parts.into(), ..Run::default() };
        let ours = run(5.0, &[("decode", 1.0), ("read print", 4.0)]);
        let bare = run(10.0, &[("decode", 0.5), ("read print", 9.5)]);
        let theirs = run(20.0, &[]);
        let drawn = svg(&[("ours", &ours), ("bare & warm", &bare), ("theirs", &theirs)]);
        let wide = |share: f64| format!("width=\"{:.1}\" height=\"{BAR}\"", WIDTH * share);
        for share in [0.05, 0.2, 0.025, 0.475, 1.0, 0.2, 0.8] {
            assert!(drawn.contains(&wide(share)), "{share}: {drawn}");
        }
        let colour = |at: usize| drawn.matches(&format!("fill=\"{}\" stroke", COLOURS[at])).count();
        assert_eq!((colour(0), colour(1), drawn.matches(WHOLE).count()), (3, 3, 1));
        assert!(drawn.contains("decode: 100 ms") && drawn.contains("bare &amp; warm"), "{drawn}");
        assert_eq!(drawn.matches('<').count(), drawn.matches('>').count());
    }
}
