//! Records written, read, and refused.

use super::*;
use proptest::prelude::*;
use scantrail_core::jiff::civil::date;
use scantrail_core::ports;
use scantrail_core::roster::{Pupil, PupilDetails, Standing};
use scantrail_core::sheet::SheetKind;
use scantrail_core::units::{Confidence, Digest, Point};
use scantrail_core::vocabulary::{Content, Media, Role, Side, SourceKind};

fn record() -> PageRecord {
    let bag = "Pupils/Okafor, Amara (7F3A19)/2026-27";
    PageRecord {
        page: "k3f9x2ab".parse().unwrap(),
        role: Role::Work,
        capture: Capture {
            id: "cap0000017".parse().unwrap(),
            batch: "ba7ch001".parse().unwrap(),
            sequence: 17,
            source: SourceKind::Feeder,
            device: "Example 3000".into(),
            received: "2026-11-21T10:15:00Z".parse().unwrap(),
        },
        original: Original {
            path: format!("{bag}/data/_originals/k3f9x2ab.jpg").parse().unwrap(),
            media: Media::Jpeg,
            sha256: Digest([0xab; 32]),
            bytes: 1_400_000,
        },
        copy: Some(Copy {
            path: format!("{bag}/data/Maths/2026-11-21 Fractions/p01 [k3f9x2ab].pdf").parse().unwrap(),
            sha256: Digest([0xcd; 32]),
            bytes: 420_000,
        }),
        pupils: vec!["7F3A19".parse().unwrap()],
        identified: Some(Identified::Sheet {
            kind: SheetKind::Cover,
            sheet: "ABC123".parse().unwrap(),
            seen_on: "k3f9x2aa".parse().unwrap(),
        }),
        hold: None,
        piece: Some(PieceRecord {
            id: "p1ece001".parse().unwrap(),
            subject: "Maths".into(),
            title: "Fractions".into(),
            class: "4B".into(),
            date: date(2026, 11, 21),
        }),
        run: Some(3),
        position: 1,
        side: Side::Front,
        content: Content::Lined,
        geometry: Some(Geometry {
            width: 2480,
            height: 3508,
            dpi: Some([300, 300]),
            turn: 180,
            skew: -1.83,
            skew_confidence: 0.97,
            outline: Some(
                [(0.5, 0.0), (2480.0, 1.0), (2479.0, 3508.0), (0.0, 3507.25)].map(|(x, y)| Point { x, y }).to_vec(),
            ),
            to_copy: None,
            relit: false,
        }),
        recipes: Recipes { identify: 1, prepare: 2, read: 3 },
        earlier: vec![EarlierCopy {
            sha256: Digest([9; 32]),
            recipes: Recipes { identify: 1, prepare: 1, read: 1 },
            engine: Some("tesseract 5.3.0 eng".into()),
            until: "2026-10-01T08:00:00Z".parse().unwrap(),
        }],
        reading: Some(Reading {
            engine: "tesseract 5.3.0 eng".into(),
            partial: false,
            words: vec![ReadWord { t: "½ 😀\"\n".into(), b: [1, 2, 30, 40], c: 0.93, l: 0, k: 0 }],
        }),
        guessed: None,
        further: vec![],
        warnings: vec!["the lower edge is dark".into()],
    }
}

fn pupil() -> Pupil {
    let details = PupilDetails {
        surname: "Okafor".into(),
        forename: "Amara".into(),
        class: "4B".into(),
        year_group: "4".into(),
        upn: "U1".into(),
        former_upn: String::new(),
        admission_number: "0042".into(),
        born: Some(date(2018, 3, 4)),
    };
    Pupil { id: "7F3A19".parse().unwrap(), details, standing: Standing::Current }
}

#[test]
fn a_page_record_is_this_text() {
    insta::assert_snapshot!(record().to_json());
}

#[test]
fn a_pupil_record_is_this_text() {
    insta::assert_snapshot!(PupilRecord::from(pupil()).to_json());
}

#[test]
fn records_are_read_as_they_were_written() {
    let full = record();
    assert_eq!(PageRecord::from_json(full.to_json().as_bytes()).unwrap(), full);
    let mut book = full.clone();
    let geometry = Geometry {
        to_copy: Some([[1.0, 0.02, -1240.0], [-0.02, 1.0, 3.5], [0.0, 1e-6, 1.0]]),
        relit: true,
        ..book.geometry.clone().unwrap()
    };
    book.guessed = book.reading.clone();
    book.further.push(FurtherPage { geometry, reading: book.reading.clone(), guessed: book.guessed.clone() });
    assert_eq!(PageRecord::from_json(book.to_json().as_bytes()).unwrap(), book);
    let bare = PageRecord {
        copy: None,
        pupils: vec![],
        identified: Some(Identified::Person { account: "a7".into(), at: full.capture.received }),
        hold: Some("no cover sheet before it".into()),
        piece: None,
        run: None,
        geometry: None,
        reading: None,
        ..full
    };
    assert_eq!(PageRecord::from_json(bare.to_json().as_bytes()).unwrap(), bare);
    for details in [pupil().details, PupilDetails::default()] {
        let pupil = Pupil { details, ..pupil() };
        let text = PupilRecord::from(pupil.clone()).to_json();
        assert_eq!(Pupil::from(PupilRecord::from_json(text.as_bytes()).unwrap()), pupil);
    }
}

#[test]
fn readings_become_records_and_back() {
    let word = ports::Word {
        text: "sum".into(),
        place: ports::TextBox { x0: 1, y0: 2, x1: 3, y1: 4 },
        confidence: Confidence::new(0.5),
        line: 7,
        block: 3,
    };
    for completeness in [ports::Completeness::Whole, ports::Completeness::Partial] {
        let reading = ports::Reading { words: vec![word.clone()], completeness };
        assert_eq!(Reading::new("engine".into(), &reading).to_reading(), reading);
    }
}

#[test]
fn blocks_are_written_only_where_they_tell_something_and_older_records_have_none() {
    let mut new = record();
    let words = &mut new.reading.as_mut().unwrap().words;
    words.push(ReadWord { k: 1, ..words[0].clone() });
    let text = new.to_json();
    assert_eq!(text.matches("\"k\":").count(), 1, "{text}");
    let older = text.replace(",\"k\":1", "");
    assert_ne!(older, text);
    new.reading.as_mut().unwrap().words[1].k = 0;
    assert_eq!(PageRecord::from_json(older.as_bytes()).unwrap(), new);
}

#[test]
fn what_cannot_be_trusted_is_refused_without_being_quoted() {
    let text = record().to_json();
    let newer = text.replacen("\"schema\": 1", "\"schema\": 2", 1).replace("\"page\"", "\"leaf\"");
    assert!(matches!(PageRecord::from_json(newer.as_bytes()), Err(SidecarError::Newer { found: 2 })));
    let wrong = [
        text.replacen("k3f9x2ab", "nobody", 1),
        text.replace("Pupils/Okafor", "../Okafor"),
        text.replace("\"feeder\"", "\"Okafor\""),
        text.replace("\"schema\": 1", "\"schema\": \"Okafor\""),
        text[..text.len() / 2].to_owned(),
        String::new(),
    ];
    for text in wrong {
        let error = PageRecord::from_json(text.as_bytes()).unwrap_err();
        assert!(matches!(error, SidecarError::Malformed { .. }), "{text}");
        assert!(!error.to_string().contains("Okafor") && std::error::Error::source(&error).is_none());
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
        let _ = PageRecord::from_json(&bytes);
        let _ = PupilRecord::from_json(&bytes);
    }

    #[test]
    fn measurements_survive(skew: f64, skew_confidence: f32, c: f32, t: String) {
        prop_assume!(skew.is_finite() && skew_confidence.is_finite() && c.is_finite());
        let mut record = record();
        let geometry = Geometry { skew, skew_confidence, ..record.geometry.unwrap() };
        record.geometry = Some(geometry);
        record.reading = Some(Reading { engine: t.clone(), partial: true, words: vec![ReadWord { t, b: [0; 4], c, l: 0, k: 0 }] });
        prop_assert_eq!(PageRecord::from_json(record.to_json().as_bytes()).unwrap(), record);
    }
}

#[test]
fn a_record_follows_its_folder_and_back() {
    let path = |text: &str| -> crate::names::TrailPath { text.parse().unwrap() };
    let (from, to) = (path("Pupils/Okafor, Amara (7F3A19)"), path("Pupils/Brown, Amara (7F3A19)"));
    let moved = record().moved(&from, &to).unwrap();
    assert_eq!(moved.original.path.to_string(), "Pupils/Brown, Amara (7F3A19)/2026-27/data/_originals/k3f9x2ab.jpg");
    assert!(!moved.to_json().contains("Okafor"));
    assert_eq!(moved.moved(&to, &from).unwrap().to_json(), record().to_json(), "and back to the very same bytes");
    assert_eq!(moved.moved(&from, &to), None, "a record of another folder stays");
}
