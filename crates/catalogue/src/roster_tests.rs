//! The roster in the catalogue: names that change with everything that hangs on them, seals, classes, roll-overs.

use crate::*;
use rusqlite::Connection;
use scantrail_core::ids::{BatchId, PupilId};
use scantrail_core::jiff::Timestamp;
use scantrail_core::jiff::civil::date;
use scantrail_core::roster::{Pupil, PupilDetails, Standing, Step};
use tempfile::TempDir;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn pupil(n: u64, surname: &str, class: &str) -> Pupil {
    let details =
        PupilDetails { surname: surname.into(), class: class.into(), upn: format!("U{n}"), ..PupilDetails::default() };
    Pupil { id: PupilId::from_random(n), details, standing: Standing::Current }
}

fn with_folder(pupil: &Pupil) -> (Pupil, String) {
    (pupil.clone(), format!("{} ({})", pupil.details.surname, pupil.id))
}

fn school(pupils: &[Pupil]) -> (Catalogue, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let catalogue = Catalogue::open(&folder.path().join("catalogue.db")).unwrap();
    let added: Vec<_> = pupils.iter().map(with_folder).collect();
    catalogue.put_pupils(&added, &[], NOW).unwrap();
    (catalogue, folder)
}

fn sql(folder: &TempDir) -> Connection {
    Connection::open(folder.path().join("catalogue.db")).unwrap()
}

#[test]
fn a_folder_that_moved_takes_every_path_along_and_no_other() {
    let (catalogue, folder) = school(&[pupil(1, "Ade", "4B"), pupil(2, "Ade", "4B")]);
    let (one, two) = (PupilId::from_random(1), PupilId::from_random(2));
    let batch = BatchId::from_random(1);
    sql(&folder)
        .execute_batch(&format!(
            "INSERT INTO batch (id, source_kind, source, flow, sides, state, opened_at, class, subject, title, work_date)
                 VALUES ('{batch}', 'files', '', 'stack', 'one', 'ended', '', '', '', '', '');
             INSERT INTO capture (id, batch, sequence, side, media, digest, bytes, received_at, location) VALUES
                 ('c1', '{batch}', 0, 'single', 'png', '', 1, '', 'Pupils/Ade ({one})/2026-27/data/o.png'),
                 ('c2', '{batch}', 1, 'single', 'png', '', 1, '', 'Pupils/Ade ({one})!/o.png');
             INSERT INTO bag VALUES ('Pupils/Ade ({one})/2026-27', '{one}', '2026-27', 0),
                 ('Pupils/Ade ({two})/2026-27', '{two}', '2026-27', 0);
             INSERT INTO file VALUES
                 ('Pupils/Ade ({one})/.pupil.json', NULL, NULL, 'tag', 'present', NULL, 1),
                 ('Pupils/Ade ({one})/2026-27/data/o.png', NULL, 'Pupils/Ade ({one})/2026-27', 'original', 'planned', NULL, 1),
                 ('Pupils/Ade ({two})/2026-27/data/o.png', NULL, 'Pupils/Ade ({two})/2026-27', 'original', 'leaving', NULL, 1);"
        ))
        .unwrap();
    catalogue.put_pupils(&[], &[with_folder(&pupil(1, "Brown", "4B"))], NOW).unwrap();
    assert_eq!(catalogue.pupil_folder(one).unwrap(), format!("Ade ({one})"), "planned is not done");
    let planned = catalogue.renamings().unwrap();
    assert_eq!((planned.len(), planned[0].to.clone(), planned[0].moved), (1, format!("Brown ({one})"), false));
    catalogue.folder_moved(&planned[0]).unwrap();
    catalogue.folder_moved(&planned[0]).unwrap();
    let paths: Vec<String> = catalogue.all_files().unwrap().into_iter().map(|file| file.path).collect();
    assert_eq!(
        paths,
        [
            format!("Pupils/Ade ({two})/2026-27/data/o.png"),
            format!("Pupils/Brown ({one})/.pupil.json"),
            format!("Pupils/Brown ({one})/2026-27/data/o.png"),
        ]
    );
    let dirty: Vec<i64> = {
        let c = sql(&folder);
        let mut s = c.prepare("SELECT dirty > 0 FROM bag ORDER BY path").unwrap();
        s.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    };
    assert_eq!(dirty, [0, 1], "only the bags of the renamed are sealed again");
    let elsewhere: String =
        sql(&folder).query_row("SELECT location FROM capture WHERE id = 'c2'", [], |row| row.get(0)).unwrap();
    assert_eq!(elsewhere, format!("Pupils/Ade ({one})!/o.png"), "a longer name is another folder");
    catalogue.renamed(&planned[0]).unwrap();
    assert!(catalogue.renamings().unwrap().is_empty());
}

#[test]
fn names_that_change_twice_are_done_in_order_and_back_again_is_nothing_lost() {
    let (catalogue, _folder) = school(&[pupil(1, "Ade", "4B")]);
    for name in ["Brown", "Brown", "Cole", "Ade"] {
        catalogue.put_pupils(&[], &[with_folder(&pupil(1, name, "4B"))], NOW).unwrap();
    }
    let planned = catalogue.renamings().unwrap();
    let names: Vec<String> = planned.iter().map(|r| format!("{}>{}", &r.from[..3], &r.to[..3])).collect();
    assert_eq!(names, ["Ade>Bro", "Bro>Col", "Col>Ade"]);
}

#[test]
fn what_is_sealed_is_read_only_with_a_trace() {
    let (catalogue, folder) = school(&[pupil(1, "Quillfeather", "4B")]);
    catalogue.new_identity(&pupil(1, "Fox", "4B"), "Fox", NOW).unwrap();
    let id = PupilId::from_random(1);
    let looks = || -> i64 {
        sql(&folder)
            .query_row("SELECT count(*) FROM event WHERE kind = 'sealed-identity-seen'", [], |r| r.get(0))
            .unwrap()
    };
    assert_eq!((catalogue.sealed_identities().unwrap().len(), looks()), (1, 0));
    let found = catalogue.look_at_sealed(id, "court order", NOW).unwrap();
    assert_eq!((found[0].1.details.surname.as_str(), looks()), ("Quillfeather", 1));
    let events = catalogue.recent_events(10).unwrap();
    assert!(!format!("{events:?}").contains("Quill") && !format!("{events:?}").contains("court"), "{events:?}");
    assert_eq!(catalogue.scrub().unwrap(), Scrubbed::Anew);
}

#[test]
fn a_roll_over_is_taken_back_exactly_and_only_while_nothing_else_changed() {
    let before = [pupil(1, "Ade", "4B"), pupil(2, "Cox", "6A")];
    let (catalogue, _folder) = school(&before);
    let step = |n: usize, class: &str, standing| {
        let mut after = before[n].clone();
        after.details.class = class.into();
        after.standing = standing;
        Step { before: before[n].clone(), after }
    };
    let steps = [step(0, "5B", Standing::Current), step(1, "6A", Standing::Left)];
    catalogue.roll_over(&steps, date(2027, 7, 23), NOW).unwrap();
    assert_eq!(catalogue.left_on(before[1].id).unwrap(), Some(date(2027, 7, 23)));
    assert_eq!(catalogue.undo_roll_over(NOW).unwrap(), 2);
    assert_eq!(catalogue.pupils().unwrap(), before);
    assert_eq!(catalogue.left_on(before[1].id).unwrap(), None);
    assert!(matches!(catalogue.undo_roll_over(NOW), Err(CatalogueError::NotFound { .. })));
    catalogue.roll_over(&steps, date(2027, 7, 23), NOW).unwrap();
    catalogue.set_class_year("5B", "5", NOW).unwrap();
    assert!(matches!(catalogue.undo_roll_over(NOW), Err(CatalogueError::Refused { .. })));
}

#[test]
fn a_class_is_there_when_pupils_are_in_it_or_it_was_written_down() {
    let (catalogue, _folder) = school(&[pupil(1, "Ade", "4B")]);
    catalogue.set_class_year("Oak", "3", NOW).unwrap();
    let teaching = Teaching { teacher: "Ms Hart".into(), from: date(2026, 9, 1), until: None };
    catalogue.add_teacher("4B", &teaching, NOW).unwrap();
    let names: Vec<(String, u64)> = catalogue.classes().unwrap().into_iter().map(|c| (c.name, c.pupils)).collect();
    assert_eq!(names, [("4B".to_owned(), 1), ("Oak".to_owned(), 0)]);
    catalogue.remove_teacher("4B", "Ms Hart", date(2026, 12, 18), NOW).unwrap();
    let kept = &catalogue.classes().unwrap()[0].teachers[0];
    assert!(kept.on(date(2026, 12, 18)) && !kept.on(date(2026, 12, 19)) && !kept.on(date(2026, 8, 31)));
    let again = catalogue.remove_teacher("4B", "Ms Hart", date(2027, 1, 1), NOW);
    assert!(matches!(again, Err(CatalogueError::NotFound { .. })));
}
