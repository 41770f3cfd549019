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

/// What shows through of `back`, `share` of its darkness, mirrored about the page's middle and shifted.
fn ghost_of(back: Scene, share: f64, shift: f64) -> Scene {
    use crate::testing::{A4, PAPER, mm};
    Box::new(move |x, y| {
        let at = |dx: f64, dy: f64| back(f64::from(A4.0) - x + mm(shift) + dx, y + mm(shift / 2.0) + dy);
        let soft = [(-1.5, 0.0), (1.5, 0.0), (0.0, 1.5)];
        let mean = soft.iter().map(|&(dx, dy)| at(dx, dy)).sum::<f64>() / soft.len() as f64;
        PAPER - share * (PAPER - mean)
    })
}

fn with_back(front: &Scene, back: &Scene) -> BlankEvidence {
    let capture = Capture::default();
    judge(&capture.of(front), Some(&capture.of(back)))
}

#[test]
fn the_other_side_shining_through_is_not_a_mark() {
    for (share, shift) in [(0.06, 2.0), (0.1, -3.0)] {
        let (front, back) = (ghost_of(text(20.0, 40.0), share, shift), text(20.0, 40.0));
        let alone = judge(&Capture::default().of(&front), None);
        assert_eq!(alone.verdict, Blankness::Marked, "without the other side nobody can tell: {alone:?}");
        let seen = with_back(&front, &back);
        assert_eq!(seen.verdict, Blankness::Blank, "{share} shifted by {shift} mm: {seen:?}");
    }
    // As dark as pencil: pencil might hide in it.
    let dark = with_back(&ghost_of(text(20.0, 40.0), 0.3, 0.0), &text(20.0, 40.0));
    assert_eq!(dark.verdict, Blankness::Marked, "{dark:?}");
}

#[test]
fn pencil_across_a_ghost_is_still_a_mark() {
    for level in [150.0, 180.0] {
        let pencil = stroke((70.0, 140.0), (95.0, 150.0), 0.6, level);
        let front = over(pencil, ghost_of(text(20.0, 40.0), 0.1, 1.0));
        let seen = with_back(&front, &text(20.0, 40.0));
        assert_eq!(seen.verdict, Blankness::Marked, "pencil of {level}: {seen:?}");
    }
}

#[test]
fn an_unrelated_or_empty_back_changes_nothing() {
    let faint = stroke((90.0, 140.0), (98.0, 146.0), 0.5, 226.0);
    for back in [empty(), text(20.0, 40.0), ruled(8.0, 190.0, Squared::No)] {
        assert_eq!(with_back(&faint, &back).verdict, Blankness::Marked);
        assert_eq!(with_back(&empty(), &back).verdict, Blankness::Blank);
    }
    // The same print on both sides is print.
    assert_eq!(with_back(&ghost_of(text(20.0, 40.0), 1.0, 0.0), &text(20.0, 40.0)).verdict, Blankness::Marked);
}
