//! Lists of every kind, shown before they change anything; and pupils found again.

use super::{LIST, Office, group};
use serde_json::Value;
use std::fmt::Write as _;

#[test]
fn a_list_is_shown_in_groups_before_it_changes_anything() {
    let office = Office::open();
    office.import(LIST);
    let sam = office.id("sam jones");
    office.good(&["pupils", "leave", &sam, "--date", "2026-10-01"]);
    let next = "Surname,Forename,Class,Year,UPN,Adno,DOB\n\
        Brown,Amélie,4B,4,H801200001001,0042,04/03/2018\n\
        Mohammed,Ali,4C,4,,0043,05/06/2018\n\
        Jones,Sam,6A,6,R674123101121,0045,01/02/2016\n\
        Lee,Kim,4B,4,Z801200001001,0046,2018-09-09\n\
        Lee,Kit,4B,4,H801200001001,0043,2018-09-10\n";
    let list = office.file("next.csv", next);
    let dry = office.good(&["pupils", "import", &list, "--dry-run"]);
    assert_eq!(group(&dry, "added"), ["Lee, Kim (4B)"]);
    assert_eq!(group(&dry, "renamed"), ["Brown, Amélie: renamed from Okafor, Amélie"]);
    assert_eq!(group(&dry, "moved"), ["Mohammed, Ali: moves from 4B to 4C"]);
    assert_eq!(group(&dry, "returned"), ["Jones, Sam: had left and is on the list again"]);
    assert_eq!(group(&dry, "missing"), ["Mohammed, Ali (4B)"]);
    assert!(
        group(&dry, "conflict")[0].starts_with("line 6: Lee, Kit: its numbers belong to different pupils"),
        "{dry}"
    );
    assert!(dry["warnings"][0].as_str().unwrap().starts_with("line 5: UPN `Z801200001001`"), "{dry}");
    assert_eq!(office.good(&["pupils", "show", &sam])["standing"], "left", "a dry run changes nothing");
    assert_eq!(office.good(&["pupils", "show", &sam])["left_on"], "2026-10-01");
    office.good(&["pupils", "import", &list]);
    assert_eq!(office.good(&["pupils", "show", &sam])["standing"], "current");
    assert_eq!(office.good(&["pupils", "show", &sam])["left_on"], Value::Null);
    assert_eq!(office.good(&["pupils", "list", "--class", "4C"])[0]["name"], "Mohammed, Ali");
}

#[test]
fn a_mapping_is_kept_and_forgotten() {
    let office = Office::open();
    let list = office.file("liste.csv", "Nachname;Vorname;Klasse\nAde;Bo;4B\n");
    let told = office.bad(2, &["pupils", "import", &list]);
    assert!(told.contains("--map surname="), "{told}");
    let map = ["--map", "surname=Nachname", "--map", "forename=vorname", "--map", "class=Klasse"];
    let dry = [&["pupils", "import", &list, "--dry-run"][..], &map].concat();
    assert_eq!(office.good(&dry)["added"], 1);
    office.bad(2, &["pupils", "import", &list]);
    office.good(&[&["pupils", "import", &list][..], &map].concat());
    assert_eq!(office.good(&["pupils", "import", &list])["unchanged"], 1, "the mapping is used again");
    let english = office.file("english.csv", "Surname,Forename,Class\nAde,Bo,4B\n");
    let told = office.bad(2, &["pupils", "import", &english]);
    assert!(told.contains("Nachname") && told.contains("--forget-mapping"), "{told}");
    assert_eq!(office.good(&["pupils", "import", &english, "--forget-mapping"])["unchanged"], 1);
    assert_eq!(office.good(&["pupils", "import", &english])["unchanged"], 1, "it stays forgotten");
    let told = office.bad(2, &["pupils", "import", &english, "--map", "shoe=Schuh"]);
    assert!(told.contains("the fields are"), "{told}");
}

#[test]
fn the_wrong_file_does_not_empty_the_school() {
    let office = Office::open();
    let mut text = "Surname,Forename,Class,Adno\n".to_owned();
    for n in 0..12 {
        writeln!(text, "Pupil,No{n},{},{n:04}", if n < 6 { "4B" } else { "5C" }).unwrap();
    }
    office.import(&text);
    let head = |n: usize| text.lines().take(n + 1).collect::<Vec<_>>().join("\n");
    let short = office.file("short.csv", head(5));
    let told = office.bad(2, &["pupils", "import", &short]);
    assert!(told.contains("7 of the school's 12 pupils") && told.contains("--allow-leavers 7"), "{told}");
    let dry = office.good(&["pupils", "import", &short, "--dry-run"]);
    assert!(dry["refused"].as_str().unwrap().contains("--class NAME"), "{dry}");
    office.bad(2, &["pupils", "import", &short, "--allow-leavers", "6"]);
    assert_eq!(office.good(&["pupils", "import", &short, "--partial"])["missing"], 0);
    let told = office.bad(2, &["pupils", "import", &short, "--class", "5C"]);
    assert!(told.contains("this is no list of 5C, but of 4B"), "{told}");
    assert_eq!(office.good(&["pupils", "import", &short, "--class", "4b"])["missing"], 1);
    assert_eq!(office.good(&["pupils", "import", &short, "--allow-leavers", "6"])["missing"], 6, "six more");
    let standing = |word: &str| {
        let pupils = office.good(&["pupils", "list"]);
        pupils.as_array().unwrap().iter().filter(|pupil| pupil["standing"] == word).count()
    };
    assert_eq!((standing("current"), standing("leaver-candidate"), standing("left")), (5, 7, 0));
    let back = office.good(&["pupils", "import", &office.file("all.csv", &text)]);
    assert_eq!((group(&back, "returned").len(), standing("current")), (7, 12));
}

#[test]
fn a_transfer_file_is_known_by_its_content() {
    let office = Office::open();
    office.import(LIST);
    let pupil = |upn: &str, former: &str, surname: &str, forename: &str| {
        format!(
            "<Pupil><UPN>{upn}</UPN><Surname>{surname}</Surname><Forename>{forename}</Forename><DOB>2018-03-04</DOB>\
             <Sex>F</Sex><BasicDetails><FormerUPN>{former}</FormerUPN><NCyearActual>4</NCyearActual>\
             <Ethnicity>WBRI</Ethnicity></BasicDetails></Pupil>"
        )
    };
    let text = format!(
        "<CTfile><Header><CTFversion>24.0</CTFversion></Header><CTFpupilData>{}{}</CTFpupilData></CTfile>",
        pupil("B801200005001", "H801200001001", "Okafor", "Amélie"),
        pupil("G80120000101A", "", "Newcomer", "Noor"),
    );
    // The name says nothing: it is recognised by what is in it.
    let file = office.file("export.csv", &text);
    let told = office.bad(2, &["pupils", "import", &file]);
    assert!(told.contains("3 of the school's 4 pupils"), "{told}");
    let reply = office.good(&["pupils", "import", &file, "--partial"]);
    assert_eq!((&reply["form"], &reply["added"], &reply["changed"]), (&"transfer".into(), &1.into(), &1.into()));
    let notes = reply["notes"].to_string();
    assert!(notes.contains("Ethnicity, Sex") && notes.contains("on purpose"), "{notes}");
    let amelie = office.good(&["pupils", "show", "amelie"]);
    assert_eq!((&amelie["upn"], &amelie["former_upn"]), (&"B801200005001".into(), &"H801200001001".into()));
    assert_eq!(amelie["class"], "4B", "the file knows no classes, so the class stays");
    assert_eq!(office.good(&["pupils", "show", "noor"])["class"], "");
    let bomb = office.file("bomb.xml", "<!DOCTYPE a [<!ENTITY b \"c\">]><CTfile>&b;</CTfile>");
    assert!(office.bad(2, &["pupils", "import", &bomb]).contains("document type declaration"));
}

#[test]
fn pupils_are_found_as_people_type_and_namesakes_told_apart() {
    let office = Office::open();
    office.import(LIST);
    for typed in ["amelie", "OKA", "am oka", "Okafor, Amélie"] {
        let found = office.good(&["pupils", "find", typed]);
        assert_eq!(found[0]["name"], "Okafor, Amélie", "{typed}");
    }
    assert_eq!(office.good(&["pupils", "find", "xyz"]).as_array().unwrap().len(), 0);
    let told = office.bad(2, &["pupils", "show", "mohammed"]);
    assert!(told.contains("Mohammed, Ali, 4B, born 5 June") && told.contains("born 7 August"), "{told}");
    office.good(&[
        "pupils",
        "add",
        "--surname",
        "O'Brien",
        "--forename",
        "Łucja",
        "--class",
        "4B",
        "--born",
        "2018-01-02",
    ]);
    assert_eq!(office.good(&["pupils", "show", "obrien lucja"])["date_of_birth"], "2018-01-02");
    let told = office.bad(2, &["pupils", "add", "--surname", "Twin", "--admission-number", "0042"]);
    assert!(told.contains("has one of these numbers already"), "{told}");
    office.bad(2, &["pupils", "leave", "obrien", "--date", "2999-01-01"]);
    office.good(&["pupils", "class", "obrien", "4C"]);
    assert_eq!(office.good(&["pupils", "show", "obrien"])["class"], "4C");
}
