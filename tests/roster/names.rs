//! Names that change with the trail, crash or no crash, and identities that are sealed.

use super::{LIST, Office, group, holding};
use crate::judges;
use crate::world::{judges as python, program};
use std::process::Command;

#[test]
fn a_renamed_pupil_keeps_the_trail() {
    let office = Office::open();
    office.import(LIST);
    let id = office.id("amelie");
    office.work_of(&id);
    assert_eq!(office.trails(), [format!("Okafor, Amélie ({id})")]);
    office.good(&["pupils", "rename", &id, "--surname", "Brown"]);
    office.clean();
    assert_eq!(office.trails(), [format!("Brown, Amélie ({id})")]);
    judges::all_bags_and_pages(&office.data());
    assert!(holding(&office.data().join("Pupils"), "Okafor").is_empty(), "the old name is nowhere in the trail");
    // An import renames just so, and what is filed next goes into the same folder.
    office.import(&LIST.replace("Okafor,Amélie", "Stone,Amy"));
    office.good(&["pupils", "rename", &id, "--forename", "Amelia"]);
    office.clean();
    assert_eq!(office.trails(), [format!("Stone, Amelia ({id})")]);
    let pages = office.good(&["trail", &id])["pieces"].to_string();
    assert!(pages.contains("Stone, Amelia") && !pages.contains("Brown"), "{pages}");
}

#[test]
fn a_folder_that_cannot_get_its_name_is_told_and_tried_again() {
    let office = Office::open();
    office.import(LIST);
    let id = office.id("amelie");
    office.work_of(&id);
    let taken = office.data().join("Pupils").join(format!("Brown, Amélie ({id})"));
    std::fs::create_dir(&taken).unwrap();
    let told = office.bad(7, &["pupils", "rename", &id, "--surname", "Brown"]);
    assert!(told.contains("could not get its new name"), "{told}");
    assert_eq!(office.good(&["pupils", "show", &id])["name"], "Brown, Amélie", "the name itself is kept");
    std::fs::remove_dir(&taken).unwrap();
    office.good(&["pupils", "rename", &id, "--forename", "Amy"]);
    office.clean();
    assert_eq!(office.trails(), [format!("Brown, Amy ({id})")]);
}

/// SIGKILL at one system call after the other while a trail is renamed: the next command finishes it.
#[test]
fn a_rename_survives_a_crash_at_any_step() {
    let office = Office::open();
    office.import(LIST);
    let id = office.id("amelie");
    office.work_of(&id);
    let mut deaths = 0;
    for (call, step) in [("renameat2", 1), ("renameat", 1), ("fsync", 3), ("pwrite64", 5)] {
        for attempt in 0..8 {
            let surname = format!("Name{call}{attempt}");
            let when = 1 + attempt * step;
            let output = Command::new("strace")
                .args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={call}")])
                .args(["-e", &format!("inject={call}:signal=KILL:when={when}")])
                .arg(program())
                .arg("--config")
                .arg(office.data().join("scantrail.toml"))
                .args(["pupils", "rename", &id, "--surname", &surname])
                .output()
                .expect("strace is installed");
            deaths += usize::from(!output.status.success());
            // Whatever was written down is finished by the next command that waits for it.
            office.good(&["pupils", "rename", &id, "--forename", "Amélie"]);
            office.clean();
            let name = office.good(&["pupils", "show", &id])["name"].as_str().unwrap().to_owned();
            assert_eq!(office.trails(), [format!("{name} ({id})")], "{call} {when}");
            let old = office.good(&["pupils", "show", &id])["surname"].as_str().unwrap().to_owned();
            assert!(old == surname || !output.status.success(), "a rename that was told done is done");
        }
    }
    assert!(deaths >= 12, "only {deaths} of the attempts died: the test has no teeth");
    judges::all_bags_and_pages(&office.data());
    assert!(holding(&office.data().join("Pupils"), "Okafor").is_empty());
}

/// Empties the table of sealed identities in the catalogue, as SQLite does it with deleted text overwritten.
const UNSEAL: &str = "\
import sqlite3, sys
c = sqlite3.connect(sys.argv[1])
c.execute('PRAGMA secure_delete = ON')
print(c.execute('SELECT count(*) FROM sealed_identity').fetchone()[0])
c.execute('DELETE FROM sealed_identity')
c.commit()
c.execute('PRAGMA wal_checkpoint(TRUNCATE)')
c.close()
";

#[test]
fn a_new_identity_leaves_the_old_one_nowhere_people_look() {
    let office = Office::open();
    office.import(&LIST.replace("Jones,Sam", "Quillfeather,Peregrine"));
    let id = office.id("quillfeather");
    office.work_of(&id);
    let out = office.folder.path().join("cover.pdf");
    office.good(&["sheets", "cover", "--pupil", &id, "--out", out.to_str().unwrap()]);
    let new = ["--surname", "Fox", "--forename", "Robin", "--upn", "B801200005001"];
    let reply = office.good(&[&["pupils", "new-identity", &id][..], &new].concat());
    assert_eq!(reply["pupil"]["name"], "Fox, Robin");
    assert!(!reply.to_string().contains("Quill"), "{reply}");
    office.clean();
    judges::all_bags_and_pages(&office.data());
    assert_eq!(office.trails(), [format!("Fox, Robin ({id})")]);
    for args in [
        &["pupils", "list"][..],
        &["pupils", "show", &id],
        &["pupils", "find", "fox"],
        &["trail", &id],
        &["status"],
        &["batches"],
        &["classes", "show", "6A"],
    ] {
        let told = office.good(args).to_string();
        assert!(!told.contains("Quill") && !told.contains("Peregrine") && !told.contains("R674123101121"), "{told}");
    }
    office.bad(4, &["pupils", "show", "quillfeather"]);
    assert_eq!(office.good(&["search", "quillfeather"]).as_array().unwrap().len(), 0);

    for secret in ["Quillfeather", "Peregrine", "R674123101121"] {
        let private = office.data().join(".trail");
        let sealed = [private.join("catalogue.db"), private.join("register/school.jsonl")];
        let told = format!("{secret} is sealed in the catalogue and what it can be built from again, nowhere else");
        assert_eq!(holding(&office.data(), secret), sealed, "{told}");
    }
    a_list_cannot_bring_it_back(&office);
    the_seal_is_opened_with_a_reason(&office, &id);

    let catalogue = office.data().join(".trail").join("catalogue.db");
    let sealed = Command::new(python()).args(["-c", UNSEAL]).arg(&catalogue).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&sealed.stdout).trim(), "1", "{}", String::from_utf8_lossy(&sealed.stderr));
    for secret in ["Quillfeather", "Peregrine", "R674123101121"] {
        let mut left = holding(&office.data(), secret);
        left.retain(|path| !path.ends_with(".trail/register/school.jsonl"));
        assert!(left.is_empty(), "{secret} is in no free page and in no journal: {left:?}");
    }
}

fn a_list_cannot_bring_it_back(office: &Office) {
    let stale = office.file("stale.csv", LIST.replace("Jones,Sam", "Quillfeather,Peregrine"));
    let reply = office.good(&["pupils", "import", &stale]);
    assert_eq!(
        group(&reply, "conflict"),
        ["line 5: the row does not fit what the school holds now; ask whoever keeps the pupil records"]
    );
    assert_eq!((&reply["missing"], &reply["added"]), (&0.into(), &0.into()));
    assert!(!reply.to_string().contains("Quill"), "{reply}");
    let fresh = LIST.replace("Jones,Sam,6A,6,R674123101121", "Fox,Robin,6A,6,B801200005001");
    assert_eq!(office.import(&fresh)["unchanged"], 4, "the new number is the key");
}

fn the_seal_is_opened_with_a_reason(office: &Office, id: &str) {
    office.bad(2, &["pupils", "sealed", id]);
    office.bad(2, &["pupils", "sealed", id, "--reason", " "]);
    let sealed = office.good(&["pupils", "sealed", id, "--reason", "court order"]);
    assert_eq!(sealed["identities"][0]["surname"], "Quillfeather");
    assert_eq!(sealed["identities"][0]["upn"], "R674123101121");
}
