//! What the names mean that backends give to sources and modes: each has its own (`ADF`, `ADF Duplex`, `Automatic
//! Document Feeder(left aligned,Duplex)`, `24bit Color[Fast]`, `True Gray`, …).

use scantrail_capture::protocol::Colour;

/// What a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Glass,
    Feeder,
    FeederDuplex,
    /// Slides, cards, backs only: nothing we take paper from.
    Other,
}

/// What a mode is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shade {
    Colour,
    Grey,
    /// Black and white only, or something unknown: never chosen, because faint pencil is content.
    Other,
}

/// Tells what a source is from its name.
pub(crate) fn place(name: &str) -> Place {
    let name = name.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if says(&["transparen", "tpu", "tma", "negative", "slide", "film", "card"]) {
        Place::Other
    } else if says(&["duplex", "both sides", "two-sided", "2-sided", "front and back"]) {
        Place::FeederDuplex
    } else if says(&["back"]) {
        Place::Other
    } else if says(&["adf", "feed", "front"]) {
        Place::Feeder
    } else if says(&["flatbed", "platen", "glass", "document table", "normal", "reflective"]) || name == "fb" {
        Place::Glass
    } else {
        Place::Other
    }
}

fn shade(name: &str) -> Shade {
    let name = name.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let black_and_white =
        ["lineart", "line art", "halftone", "binary", "black & white", "black and white", "diffusion"];
    if says(&black_and_white) || says(&["threshold", "1-bit", "1 bit", "infrared"]) {
        Shade::Other
    } else if says(&["color", "colour", "rgb"]) {
        Shade::Colour
    } else if says(&["gray", "grey"]) {
        Shade::Grey
    } else {
        Shade::Other
    }
}

/// The first source of that kind.
pub(crate) fn choose_source(names: &[String], wanted: Place) -> Option<&String> {
    names.iter().find(|name| place(name) == wanted)
}

/// The mode for a colour. A device without greys gives colour: nothing is lost.
pub(crate) fn choose_mode(names: &[String], wanted: Colour) -> Option<&String> {
    let first = |shade_wanted| names.iter().find(|name| shade(name) == shade_wanted);
    match wanted {
        Colour::Colour => first(Shade::Colour),
        Colour::Grey => first(Shade::Grey).or_else(|| first(Shade::Colour)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_of_many_backends() {
        for (name, meaning) in [
            ("Flatbed", Place::Glass),
            ("FlatBed", Place::Glass),
            ("Document Table", Place::Glass),
            ("Normal", Place::Glass),
            ("FB", Place::Glass),
            ("ADF", Place::Feeder),
            ("ADF Front", Place::Feeder),
            ("Automatic Document Feeder", Place::Feeder),
            ("Automatic Document Feeder(left aligned)", Place::Feeder),
            ("Automatic Document Feeder(left aligned,Duplex)", Place::FeederDuplex),
            ("ADF Duplex", Place::FeederDuplex),
            ("Duplex", Place::FeederDuplex),
            ("ADF Back", Place::Other),
            ("Card Front", Place::Other),
            ("Transparency Adapter", Place::Other),
            ("Negative", Place::Other),
            ("Auto", Place::Other),
        ] {
            assert_eq!(place(name), meaning, "{name}");
        }
    }

    #[test]
    fn modes_of_many_backends() {
        let names = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        for (offered, colour, grey) in [
            (names(&["Lineart", "Gray", "Color"]), "Color", "Gray"),
            (names(&["Black & White", "True Gray", "24bit Color[Fast]"]), "24bit Color[Fast]", "True Gray"),
            (
                names(&["Color Lineart", "Color Halftone", "Gray[Error Diffusion]", "Grayscale", "RGB"]),
                "RGB",
                "Grayscale",
            ),
            (names(&["Binary", "Full Colour"]), "Full Colour", "Full Colour"),
        ] {
            assert_eq!(choose_mode(&offered, Colour::Colour).unwrap(), colour);
            assert_eq!(choose_mode(&offered, Colour::Grey).unwrap(), grey);
        }
        assert_eq!(choose_mode(&names(&["Lineart", "Gray"]), Colour::Colour), None);
        assert_eq!(choose_mode(&names(&["Lineart"]), Colour::Grey), None);
    }
}
