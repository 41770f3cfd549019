//! Blank is what carries nothing; a faint stroke is something.

use super::*;
use crate::testing::{Capture, Scene, Squared, disc, empty, over, ruled, stroke, text};

fn looked_at(scene: &Scene, capture: Capture) -> BlankEvidence {
    look(&Survey::new(&capture.of(scene)), capture.degrees.to_radians().tan())
}

#[test]
fn paper_ruling_and_holes_are_blank() {
    let holes = || over(disc((12.0, 108.0), 6.0, 40.0), disc((12.0, 188.0), 6.0, 40.0));
    let cases: [(&str, Scene); 6] = [
        ("paper", empty()),
        ("ruled", ruled(8.0, 190.0, Squared::No)),
        ("faintly ruled", ruled(8.0, 222.0, Squared::No)),
        ("squared", ruled(5.0, 190.0, Squared::Yes)),
        ("punched", holes()),
        ("ruled and punched", over(holes(), ruled(10.0, 185.0, Squared::No))),
    ];
    for (name, scene) in cases {
        for capture in [Capture::default(), Capture { noise: 4.0, shading: 0.15, ..Capture::default() }] {
            let evidence = looked_at(&scene, capture);
            assert_eq!(evidence.verdict, Blankness::Blank, "{name}: {evidence:?}");
        }
    }
}

#[test]
fn turned_ruling_is_still_ruling() {
    let evidence = looked_at(&ruled(8.0, 190.0, Squared::No), Capture { degrees: 1.4, ..Capture::default() });
    assert!(evidence.ruled_lines >= LEAST_LINES, "{evidence:?}");
    assert_eq!(evidence.verdict, Blankness::Blank, "{evidence:?}");
}

#[test]
fn faint_pencil_is_content() {
    // 12 grey levels below the paper, half a millimetre wide, a centimetre long: one stroke of a hard pencil.
    let faint = || stroke((90.0, 140.0), (98.0, 146.0), 0.5, 226.0);
    let cases: [(&str, Scene); 5] = [
        ("on plain paper", faint()),
        ("on ruled paper", over(faint(), ruled(8.0, 190.0, Squared::No))),
        ("on squared paper", over(faint(), ruled(5.0, 190.0, Squared::Yes))),
        ("a name at the top", stroke((20.0, 12.0), (26.0, 10.0), 0.6, 200.0)),
        ("one line of a drawing", stroke((30.0, 100.0), (180.0, 100.0), 0.5, 220.0)),
    ];
    for (name, scene) in cases {
        let evidence = looked_at(&scene, Capture::default());
        assert_eq!(evidence.verdict, Blankness::Marked, "{name}: {evidence:?}");
        assert!(evidence.marks >= 1);
    }
}

#[test]
fn marks_that_look_like_holes_but_are_not_count() {
    let single = disc((12.0, 108.0), 6.0, 40.0);
    let inside = over(disc((80.0, 108.0), 6.0, 40.0), disc((80.0, 188.0), 6.0, 40.0));
    for scene in [single, inside] {
        assert_eq!(looked_at(&scene, Capture::default()).verdict, Blankness::Marked);
    }
}

#[test]
fn print_and_dust() {
    assert_eq!(looked_at(&text(20.0, 60.0), Capture::default()).verdict, Blankness::Marked);
    let dust = over(disc((50.0, 60.0), 0.5, 90.0), disc((120.0, 200.0), 0.4, 60.0));
    assert_eq!(looked_at(&dust, Capture::default()).verdict, Blankness::Blank);
}
