//! Lists as schools' systems write them, and lists gone wrong. Every name is invented.

use proptest::prelude::*;
use scantrail_core::jiff::civil::date;
use scantrail_roster::{Consequence, Encoding, Form, List, Mapping, RosterError};
use std::fmt::Write as _;

fn read_list(bytes: &[u8]) -> Result<List, RosterError> {
    scantrail_roster::read_list(bytes, &Mapping::default())
}

fn mapping(entries: &[&str]) -> Mapping {
    let mut mapping = Mapping::default();
    for entry in entries {
        let (field, header) = Mapping::entry(entry).expect("a sound entry");
        mapping.set(field, header);
    }
    mapping
}

fn table(list: &List) -> String {
    let mut text = format!("{:?} {:?}, not read {:?}\n", list.encoding, list.form, list.not_read);
    for pupil in &list.pupils {
        let d = &pupil.details;
        let id = pupil.id.map(|id| id.to_string()).unwrap_or_default();
        let born = d.born.map(|b| b.to_string()).unwrap_or_default();
        let cells =
            [&id, &d.surname, &d.forename, &d.class, &d.year_group, &d.upn, &d.former_upn, &d.admission_number, &born];
        writeln!(text, "{:>2} {}", pupil.line, cells.map(String::as_str).join("|")).expect("a String takes any text");
    }
    for problem in &list.problems {
        let mark = match problem.problem.consequence() {
            Consequence::Warning => "?",
            Consequence::LeftOut => "!",
        };
        writeln!(text, "{mark} {problem}").expect("a String takes any text");
    }
    text
}

#[test]
fn a_sound_list() {
    let list = read_list(
        "Surname,Forename,Reg Group,NC Year,UPN,Adno,DOB,Meal\n\
         Okafor,Amara,4B,4,H801200001001,000417,04/03/2018,packed\n\
         \"O'Brien-Nguyễn\",Zoë,4B,4,G80120000101A,000418,2018-11-30,\n"
            .as_bytes(),
    )
    .unwrap();
    insta::assert_snapshot!(table(&list));
}

#[test]
fn the_name_a_pupil_is_called_by_comes_before_the_legal_one() {
    let list = read_list(
        b"Legal Surname;Legal Forename;Preferred Surname;Preferred Forename;Class\n\
          Marchetti;Giuseppina;;Pina;5A\n\
          Ade;Bo;Cole;;5A\n",
    )
    .unwrap();
    insta::assert_snapshot!(table(&list));
}

#[test]
fn encodings_and_separators_do_not_matter() {
    let text = "Surname\tFirst Name\tD.O.B.\r\nBjörk\tÉlodie\t1/2/2017\r\n";
    let utf16: Vec<u8> = [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let big_endian: Vec<u8> = [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
    let windows: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let with_mark = [b"\xEF\xBB\xBF".as_slice(), text.as_bytes()].concat();
    let old_mac = text.replace("\r\n", "\r");
    for (bytes, encoding) in [
        (text.as_bytes(), Encoding::Utf8),
        (&with_mark, Encoding::Utf8),
        (&utf16, Encoding::Utf16),
        (&big_endian, Encoding::Utf16),
        (&windows, Encoding::Windows1252),
        (old_mac.as_bytes(), Encoding::Utf8),
    ] {
        let list = read_list(bytes).unwrap();
        assert_eq!((list.encoding, list.form, list.problems.len()), (encoding, Form::Table { separator: '\t' }, 0));
        let details = &list.pupils[0].details;
        assert_eq!((details.surname.as_str(), details.forename.as_str()), ("Björk", "Élodie"));
        assert_eq!((details.born, list.pupils[0].line), (Some(date(2017, 2, 1)), 2));
    }
}

#[test]
fn a_title_above_the_header_is_passed_over_and_lines_still_count() {
    let list = read_list(
        b"Whole school list,,\n\nName,Class,Scantrail ID\n\"Okafor, Amara\",4B,7F3A19\n,,\n\"Two\nlines, Amy\",4B,\nLi,4C,\n",
    )
    .unwrap();
    insta::assert_snapshot!(table(&list));
}

#[test]
fn every_fault_of_a_row_is_told_with_its_line() {
    let list = read_list(
        b"Surname,Forename,Class,UPN,DOB,Admission No,Scantrail ID\n\
          Ade,Bo,4B,Z801200001001,04/13/2018,7,\n\
          ,,4B,H801200001001,,8,\n\
          Madonna,,4B,,,9,\n\
          Cox,Dee,4B,H801200001001,,7,\n\
          Eze, Fay, Gia,4B,,,10,x\n\
          Hall,Ivy,4B,h801200001001,,11,not-ours\n\
          Hall,Ivy,4B,h801200001001,,12,\n",
    )
    .unwrap();
    insta::assert_snapshot!(table(&list));
}

#[test]
fn lists_that_cannot_be_read_say_what_to_do() {
    let messages: Vec<String> = [
        b"PK\x03\x04 and so on".as_slice(),
        b"a\0b,c\n",
        b"",
        b" \n\n",
        b"Surname,Class\nAde,4B\n",
        b"Vorname;Klasse\nBo;4B\n",
        b"Surname,Forename,Class,class\nAde,Bo,4B,4C\n",
        b"Surname,Forename\n",
        &vec![b'a'; (16 << 20) + 1],
    ]
    .into_iter()
    .map(|bytes| read_list(bytes).unwrap_err().to_string())
    .collect();
    insta::assert_snapshot!(messages.join("\n"));
}

#[test]
fn leading_zeros_are_kept() {
    let list = read_list(b"Surname,Forename,Adno,Year\nAde,Bo,000042,04\n").unwrap();
    assert_eq!(list.pupils[0].details.admission_number, "000042");
    assert_eq!(list.pupils[0].details.year_group, "04");
}

#[test]
fn headers_are_known_however_they_are_written() {
    for header in ["REG. GROUP", "reg_group", "RegGroup", " Reg  Group ", "Reg-Group", "Form/Class", "Réг"] {
        let list = read_list(format!("Surname,Forename,{header}\nAde,Bo,4B\n").as_bytes()).unwrap();
        let known = list.pupils[0].details.class == "4B";
        assert_eq!(known, header != "Réг", "{header}");
        assert_eq!(list.not_read.is_empty(), known, "{header}");
    }
    let list = read_list(b"Surname;Forename;D.O.B. (dd/mm/yyyy)\nAde;Bo;04.03.2018\n").unwrap();
    assert_eq!(list.pupils[0].details.born, Some(date(2018, 3, 4)));
}

#[test]
fn a_school_says_what_its_columns_hold() {
    let bytes = b"Nachname;Vorname;Klasse;Class;Surname\nAde;Bo;4B;house;spare\n";
    let list = scantrail_roster::read_list(bytes, &mapping(&["surname=nachname", "forename=VORNAME", "class=Klasse"]));
    insta::assert_snapshot!(table(&list.unwrap()));
    let list = scantrail_roster::read_list(b"Surname,Forename,Form\nAde,Bo,4B\n", &mapping(&["class="])).unwrap();
    assert_eq!((list.pupils[0].details.class.as_str(), list.not_read), ("", vec!["Form".to_owned()]));
    let both = mapping(&["class=Group", "year=Group"]);
    let list = scantrail_roster::read_list(b"Surname,Forename,Group\nAde,Bo,4\n", &both).unwrap();
    assert_eq!((list.pupils[0].details.class.as_str(), list.pupils[0].details.year_group.as_str()), ("4", "4"));
}

#[test]
fn a_mapping_that_does_not_fit_the_list_is_told() {
    let error = scantrail_roster::read_list(b"Surname,Forename\nAde,Bo\n", &mapping(&["class=Klasse"])).unwrap_err();
    insta::assert_snapshot!(error, @"the mapping takes the class from the column `Klasse`, which this list has not; the headers found are `Surname`, `Forename`");
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _: Result<List, RosterError> = read_list(&bytes);
    }

    #[test]
    fn arbitrary_rows_never_panic_and_none_is_lost(rows in proptest::collection::vec("[ -~äΩ\"]{1,40}", 1..20)) {
        // Quotes may join lines, so the count holds for rows without them.
        let rows: Vec<String> = rows.into_iter().map(|row| row.replace('"', "")).collect();
        let full = rows.iter().filter(|row| !row.split(',').all(|cell| cell.trim().is_empty())).count();
        let text = format!("Surname,Forename,UPN,DOB,Scantrail ID\n{}\n", rows.join("\n"));
        if let Ok(list) = read_list(text.as_bytes()) {
            let left_out = list.problems.iter().filter(|p| p.problem.consequence() == Consequence::LeftOut).count();
            prop_assert_eq!(list.pupils.len() + left_out, full);
        }
    }
}
