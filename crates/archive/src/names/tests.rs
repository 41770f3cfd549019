//! The rules for names, as examples and as laws.

use super::*;
use proptest::prelude::*;
use scantrail_core::ids::{BatchId, PageId};
use scantrail_core::jiff::civil::{Date, date};
use scantrail_core::school_year::SchoolYear;
use std::path::Path;

fn amara() -> PagePlace {
    PagePlace {
        pupil: "7F3A19".parse().unwrap(),
        folder: pupil_folder("Okafor, Amara", "7F3A19".parse().unwrap()),
        year: SchoolYear::parse("2026-27").unwrap(),
        subject: "Maths".into(),
        date: date(2026, 11, 21),
        title: "Fractions".into(),
        position: 1,
        page: "k3f9x2ab".parse().unwrap(),
    }
}

#[test]
fn names_are_made_safe() {
    let table = [
        ("Fractions", "Fractions"),
        ("  What is 1/2 of 50%? ", "What is 1-2 of 50"),
        ("a\u{0}b\tc\r\nd", "ab c d"),
        ("..hidden.", "hidden"),
        ("con", "_con"),
        ("NUL.txt", "_NUL.txt"),
        ("Com7", "_Com7"),
        ("Company", "Company"),
        ("../../etc/passwd", "-..-etc-passwd"),
        ("Zoe\u{308}", "Zoë"),
        ("right\u{202e}fdp.exe", "rightfdp.exe"),
        (" \u{200d}.. ", "other"),
        ("", "other"),
    ];
    for (text, name) in table {
        assert_eq!(safe_name(text, MAX_NAME, "other"), name, "{text:?}");
    }
}

#[test]
fn a_long_name_is_cut_between_signs() {
    // A base with marks that no single character exists for, a skin tone, a family, a flag.
    for sign in ["q\u{323}\u{307}", "👍🏽", "👨\u{200d}👩\u{200d}👧", "🇬🇧"] {
        let name = safe_name(&sign.repeat(60), MAX_NAME, "other");
        assert!(name.len() <= MAX_NAME && name.len() > MAX_NAME - sign.len(), "{name}");
        assert_eq!(name.replace(sign, ""), "", "{name}");
    }
}

#[test]
fn a_pupils_folder_is_found_by_its_id() {
    let id: PupilId = "7F3A19".parse().unwrap();
    assert_eq!(pupil_folder("Okafor, Amara", id), "Okafor, Amara (7F3A19)");
    assert_eq!(pupil_folder("///", id), "--- (7F3A19)");
    assert_eq!(pupil_folder("", id), "Pupil (7F3A19)");
    assert_eq!(pupil_of_folder("Evil (ABCDEF) (7F3A19)"), Some(id));
    for wrong in ["Okafor, Amara", "Okafor (7F3A1)", "Okafor (7f3a19)", "(7F3A19)", "x (7F3A19) y"] {
        assert_eq!(pupil_of_folder(wrong), None, "{wrong}");
    }
}

#[test]
fn files_of_a_page_lie_where_the_contract_says() {
    let place = amara();
    let bag = "Pupils/Okafor, Amara (7F3A19)/2026-27";
    assert_eq!(place.bag().as_str(), bag);
    assert_eq!(place.copy("pdf").as_str(), format!("{bag}/data/Maths/2026-11-21 Fractions/p01 [k3f9x2ab].pdf"));
    assert_eq!(place.original("jpg").to_string(), format!("{bag}/data/_originals/k3f9x2ab.jpg"));
    assert_eq!(place.sidecar().as_str(), format!("{bag}/audit/pages/k3f9x2ab.json"));
    let untitled = PagePlace { title: String::new(), subject: " ".into(), ..place.clone() };
    assert_eq!(untitled.copy("pdf").as_str(), format!("{bag}/data/General/2026-11-21/p01 [k3f9x2ab].pdf"));
    let sly = PagePlace { subject: "_Originals".into(), ..place };
    assert!(sly.copy("pdf").as_str().contains("/data/_Originals work/"));
}

#[test]
fn held_pages_and_sheets_have_their_places() {
    let held = HeldPlace {
        date: date(2026, 11, 21),
        batch: "ba7ch001".parse().unwrap(),
        position: 7,
        page: "k3f9x2ab".parse().unwrap(),
    };
    assert_eq!(held.unidentified("jpg").to_string(), "Unidentified/2026-11-21/ba7ch001/07 [k3f9x2ab].jpg");
    assert_eq!(held.unidentified_sidecar().as_str(), "Unidentified/2026-11-21/ba7ch001/07 [k3f9x2ab].json");
    assert_eq!(held.control("png").to_string(), ".trail/control/ba7ch001/07 [k3f9x2ab].png");
    assert_eq!(held.control_sidecar().as_str(), ".trail/control/ba7ch001/07 [k3f9x2ab].json");
    assert_eq!(held.quarantine("tif").to_string(), ".trail/quarantine/ba7ch001/07 [k3f9x2ab].tif");
}

#[test]
fn paths_that_could_leave_their_folder_are_refused() {
    for wrong in ["", "/etc", "a/../b", "..", "a//b", "a/", "./a", "a\\b", "a\nb", "e\u{301}", "x/.scantrail-1-2.part"]
    {
        assert!(TrailPath::new(wrong).is_err(), "{wrong:?}");
    }
    let bag = TrailPath::new("Pupils/x/2026-27").unwrap();
    let file = TrailPath::new("data/y.pdf").unwrap();
    assert_eq!(file.below(&bag).within(&bag), Some(file.clone()));
    assert_eq!(file.within(&bag), None);
    assert_eq!(TrailPath::new("Pupils/x/2026-27b/z").unwrap().within(&bag), None);
    assert_eq!((file.file_name(), file.parent().unwrap().as_str()), ("y.pdf", "data"));
}

#[test]
fn redacted_paths_keep_ids_and_lose_names() {
    let path = amara().copy("pdf");
    let shown = redacted(Path::new("/srv").join(path.as_str()).as_path());
    assert_eq!(shown, "/srv/Pupils/… (7F3A19)/2026-27/data/…/…/p01 [k3f9x2ab].pdf");
    assert_eq!(format!("{path:?}"), "TrailPath(Pupils/… (7F3A19)/2026-27/data/…/…/p01 [k3f9x2ab].pdf)");
    assert_eq!(redacted(Path::new("Pupils/Okafor, Amara")), "Pupils/…");
}

fn any_place() -> impl Strategy<Value = PagePlace> {
    (any::<(u64, u64, u32)>(), ".*", ".*", ".*", -700i32..700).prop_map(|(n, listed_name, subject, title, day)| {
        let date: Date = date(2026, 11, 21) + scantrail_core::jiff::Span::new().days(day);
        PagePlace {
            pupil: PupilId::from_random(n.0),
            folder: pupil_folder(&listed_name, PupilId::from_random(n.0)),
            year: SchoolYear::of(date),
            subject,
            date,
            title,
            position: n.2,
            page: PageId::from_random(n.1),
        }
    })
}

proptest! {
    #[test]
    fn every_name_is_safe(text in ".*", limit in 1usize..200) {
        let name = safe_name(&text, limit, "x");
        prop_assert!(!name.is_empty());
        prop_assert!(name.len() <= limit.min(MAX_NAME));
        prop_assert!(unicode_normalization::is_nfc(&name));
        let refused = |c: char| c.is_control() || "<>:\"/\\|?*%".contains(c);
        prop_assert!(!name.contains(refused), "{:?}", name);
        prop_assert!(!name.starts_with(['.', ' ']) && !name.ends_with(['.', ' ']), "{:?}", name);
        prop_assert!(!is_reserved(&name));
    }

    #[test]
    fn no_device_of_windows_is_a_name(name in "(con|PRN|Aux|nul|com[0-9]|LPT[1-3])([. ]{0,2}[a-z]{0,3})", limit in 4usize..20) {
        prop_assert!(!is_reserved(&safe_name(&name, limit, "x")), "{:?}", name);
    }

    #[test]
    fn a_safe_name_stays_as_it_is(text in ".*", limit in 1usize..200) {
        let name = safe_name(&text, limit, "x");
        prop_assert_eq!(safe_name(&name, limit, "x"), name);
    }

    #[test]
    fn every_place_is_a_path_below_its_bag_that_windows_can_open(place in any_place()) {
        let copy = place.copy("pdf");
        for path in [&copy, place.original("jpg").as_path(), &place.sidecar()] {
            prop_assert!(TrailPath::new(path.as_str()).is_ok());
            prop_assert!(path.within(&place.bag()).is_some());
            prop_assert!(path.as_str().chars().count() <= 225);
        }
        prop_assert_eq!(copy.as_str().split('/').count(), 7);
        let folder = place.trail();
        prop_assert_eq!(pupil_of_folder(folder.file_name()), Some(place.pupil));
        let shown = redacted(Path::new(copy.as_str()));
        prop_assert!(shown.ends_with(&format!("/data/…/…/{}", copy.file_name())), "{}", shown);
    }

    #[test]
    fn places_of_different_pages_differ(place in any_place(), other: u64) {
        let page = PageId::from_random(other);
        prop_assume!(page != place.page);
        let other = PagePlace { page, ..place.clone() };
        prop_assert_ne!(place.copy("pdf"), other.copy("pdf"));
        prop_assert_ne!(place.original("jpg"), other.original("jpg"));
        let held = |page| HeldPlace { date: place.date, batch: BatchId::from_random(1), position: 1, page };
        prop_assert_ne!(held(place.page).unidentified("jpg"), held(page).unidentified("jpg"));
    }
}
