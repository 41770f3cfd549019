//! Writing is proved by rows; what is not proved is a picture.

use super::*;
use crate::testing::{Capture, Scene, Squared, disc, empty, over, painting, ruled, stroke, text};

fn kind(scene: &Scene, capture: Capture) -> Kind {
    classify(&capture.of(scene), Origin::Feeder).value
}

/// A house, a sun and a fence, drawn with one pencil: much paper, thin strokes, nothing in rows.
fn drawing() -> Scene {
    let lines = [
        ((60.0, 120.0), (150.0, 118.0)),
        ((60.0, 120.0), (62.0, 220.0)),
        ((150.0, 118.0), (148.0, 222.0)),
        ((62.0, 220.0), (148.0, 222.0)),
        ((55.0, 124.0), (104.0, 66.0)),
        ((104.0, 66.0), (156.0, 122.0)),
        ((90.0, 222.0), (92.0, 170.0)),
        ((92.0, 170.0), (116.0, 171.0)),
        ((116.0, 171.0), (115.0, 222.0)),
        ((20.0, 262.0), (190.0, 255.0)),
        ((170.0, 30.0), (182.0, 55.0)),
        ((160.0, 50.0), (190.0, 38.0)),
    ];
    lines.into_iter().fold(empty(), |scene, (a, b)| over(scene, stroke(a, b, 0.7, 120.0)))
}

#[test]
fn print_is_text_at_any_small_turn() {
    for degrees in [-12.0, -3.0, 0.0, 0.7, 9.0] {
        let kind = kind(&text(20.0, 40.0), Capture::turned(degrees));
        assert_eq!((kind.content, kind.reason), (Content::Text, KindReason::Rows), "{degrees}: {kind:?}");
        assert!(kind.rows > 20, "{kind:?}");
    }
}

#[test]
fn writing_on_ruled_paper_is_lined_and_empty_paper_is_blank() {
    let written = over(text(30.0, 60.0), ruled(8.0, 190.0, Squared::No));
    assert_eq!(kind(&written, Capture::default()).content, Content::Lined);
    for scene in [empty(), ruled(8.0, 190.0, Squared::No), ruled(5.0, 190.0, Squared::Yes)] {
        assert_eq!(kind(&scene, Capture::default()).content, Content::Blank);
    }
}

#[test]
fn a_pencil_drawing_on_white_paper_is_a_picture() {
    for degrees in [0.0, 4.0] {
        let kind = kind(&drawing(), Capture::turned(degrees));
        assert_eq!((kind.content, kind.reason), (Content::Picture, KindReason::NoRows), "{kind:?}");
    }
}

#[test]
fn a_title_does_not_make_a_drawing_text() {
    let title: Scene = {
        let text = text(20.0, 40.0);
        Box::new(move |x, y| if y < crate::testing::mm(30.0) { text(x, y) } else { crate::testing::PAPER })
    };
    let kind = kind(&over(title, drawing()), Capture::default());
    assert_eq!(kind.content, Content::Picture, "{kind:?}");
}

#[test]
fn paintings_and_dark_sheets_are_pictures() {
    assert_eq!(kind(&painting(3), Capture::default()).content, Content::Picture);
    let chalk: Scene = {
        let text = text(20.0, 20.0);
        Box::new(move |x, y| 255.0 - text(x, y))
    };
    assert_eq!(kind(&chalk, Capture::default()).reason, KindReason::DarkSheet);
    let poster = disc((105.0, 150.0), 120.0, 90.0);
    assert_eq!(kind(&poster, Capture::default()).content, Content::Picture);
}

#[test]
fn nothing_is_too_small_or_too_flat_to_look_at() {
    use scantrail_core::raster::Channels;
    for (w, h) in [(1, 1), (1, 3000), (3000, 1), (40, 50)] {
        for level in [0, 128, 255] {
            let input = Raster::new(w, h, Channels::Rgb, vec![level; (w * h * 3) as usize]).unwrap();
            let kind = classify(&input, Origin::Unknown);
            assert_ne!(kind.value.content, Content::Text, "{w}×{h} of {level}");
        }
    }
}
