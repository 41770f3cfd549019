//! Common Transfer Files of several years, and XML that means harm. Every name and number is invented.

use scantrail_core::jiff::civil::date;
use scantrail_roster::{Form, List, Mapping, RosterError};

fn read_list(bytes: &[u8]) -> Result<List, RosterError> {
    scantrail_roster::read_list(bytes, &Mapping::default())
}

fn file(pupils: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<CTfile>\n<Header><CTFversion>24.0</CTFversion></Header>\n\
         <CTFpupilData>\n{pupils}\n</CTFpupilData>\n</CTfile>\n"
    )
}

/// As a school's system writes it, with much that a trail has no use for.
const FULL: &str = r"<Pupil>
  <UPN>H801200001001</UPN><UniqueLearnerNumber>1234567890</UniqueLearnerNumber>
  <Surname>Okafor</Surname><Forename>Amara Grace</Forename><DOB>2018-03-04</DOB><Sex>F</Sex>
  <BasicDetails>
    <FormerUPN>G80120000101A</FormerUPN><PreferredSurname>O&apos;Kafor &amp; Co</PreferredSurname>
    <PreferredForename><![CDATA[Amara]]></PreferredForename><MiddleNames>Grace</MiddleNames>
    <NCyearActual>4</NCyearActual><Ethnicity>BAFR</Ethnicity><Language>ENG</Language><EnteredSchool>2022-09-01</EnteredSchool>
  </BasicDetails>
  <FSMhistory><FSMreviewDate>2026-07-01</FSMreviewDate></FSMhistory>
  <SEN><SENhistory><SENprovision>K</SENprovision></SENhistory></SEN>
  <Address><Postcode>ZZ99 9ZZ</Postcode></Address>
  <Contacts><Contact><Surname>Elsewhere</Surname><Forename>Not The Pupil</Forename></Contact></Contacts>
  <Attendance><YearData><Year>2026</Year></YearData></Attendance>
</Pupil>";

#[test]
fn only_what_a_trail_needs_is_read() {
    let list = read_list(file(FULL).as_bytes()).unwrap();
    let [pupil] = &list.pupils[..] else { panic!("one pupil: {list:?}") };
    let d = &pupil.details;
    assert_eq!((d.surname.as_str(), d.forename.as_str()), ("O'Kafor & Co", "Amara"));
    assert_eq!((d.upn.as_str(), d.former_upn.as_str()), ("H801200001001", "G80120000101A"));
    assert_eq!((d.year_group.as_str(), d.class.as_str(), d.born), ("4", "", Some(date(2018, 3, 4))));
    assert_eq!((pupil.line, list.problems.len()), (5, 0));
    assert_eq!(list.form, Form::Transfer { version: "24.0".into() });
    assert_eq!(
        list.not_read,
        [
            "Address",
            "Attendance",
            "Contacts",
            "EnteredSchool",
            "Ethnicity",
            "FSMhistory",
            "Language",
            "MiddleNames",
            "SEN",
            "Sex",
            "UniqueLearnerNumber"
        ]
    );
    let kept = format!("{:?}", list.pupils);
    for secret in ["BAFR", "ZZ99", "Elsewhere", "1234567890"] {
        assert!(!kept.contains(secret), "{secret} was read");
    }
}

#[test]
fn versions_differ_and_are_read_alike() {
    let old = "<Pupil><UPN>B801200005001</UPN><Surname>Ade</Surname><Forename>Bo</Forename><DOB>2017-01-02</DOB>\
               <Gender>M</Gender></Pupil>";
    for text in [
        file(old),
        file(old).replace("<CTfile>", "<CTfile xmlns=\"urn:example\">"),
        file(old).replace("CTfile>", "CTFILE>").replace("Pupil>", "PUPIL>").replace("<Gender>M</Gender>", "<New/>"),
        file(old).replace("CTfile>", "c:CTfile>").replace("<c:CTfile>", "<c:CTfile xmlns:c=\"urn:example\">"),
        file(old).replace('\n', "\r\n"),
    ] {
        let list = read_list(text.as_bytes()).unwrap();
        let d = &list.pupils[0].details;
        assert_eq!((d.surname.as_str(), d.upn.as_str(), d.former_upn.as_str()), ("Ade", "B801200005001", ""));
        assert_eq!(list.pupils[0].line, 5, "{text}");
    }
    let wide: Vec<u8> = [0xFEFF].into_iter().chain(file(old).encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(read_list(&wide).unwrap().pupils.len(), 1);
    let latin: Vec<u8> =
        file(&old.replace("Ade", "\u{c9}lan")).chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    assert_eq!(read_list(&latin).unwrap().pupils[0].details.surname, "\u{c9}lan");
}

#[test]
fn odd_pupils_are_told_with_their_lines() {
    let list = read_list(
        file(
            "<Pupil><UPN>Z801200001001</UPN><Surname>Ade</Surname><Forename>Bo</Forename><DOB>soon</DOB></Pupil>\n\
             <Pupil><UPN>H801200001001</UPN></Pupil>",
        )
        .as_bytes(),
    )
    .unwrap();
    let told: Vec<String> = list.problems.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    line 5: `soon` is not a date of birth; write 2016-03-04 or 04/03/2016
    line 5: UPN `Z801200001001`: the check letter is `Z` but these digits give `H`: something is mistyped
    line 6: no name, so the row was left out
    ");
}

#[test]
fn xml_that_means_harm_or_something_else_is_refused() {
    let bomb = "<!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;\">]><CTfile>&lol2;</CTfile>";
    let outside = "<?xml version=\"1.0\"?>\n<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><CTfile/>";
    let deep = format!("<CTfile>{}", "<a>".repeat(2_000_000));
    let messages: Vec<String> = [
        bomb,
        outside,
        &file("<Pupil><Surname>&own;</Surname></Pupil>"),
        &deep,
        &file("<Pupil><Surname>Ade</Forename></Pupil>"),
        &file(FULL)[..900],
        "<html><body>Sign in</body></html>",
        &file(""),
        "<",
        &format!("<CTfile>{}</CTfile>", " ".repeat(16 << 20)),
    ]
    .into_iter()
    .map(|text| read_list(text.as_bytes()).unwrap_err().to_string())
    .collect();
    insta::assert_snapshot!(messages.join("\n"));
}

proptest::proptest! {
    #[test]
    fn arbitrary_xml_never_panics(text in "[<>&;/a-zCTfilePup \\n\"!\\[\\]?-]{0,200}") {
        let _: Result<List, RosterError> = read_list(format!("<{text}").as_bytes());
        let _: Result<List, RosterError> = read_list(file(&text).as_bytes());
    }
}
