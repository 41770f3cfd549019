//! The table: what is done, who finds it, in which words; or why nobody can.

use super::forger::Forger;
use super::judges::flip_a_bit;

/// Who finds it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// Files against catalogue and manifests: what `verify` did before there was a log.
    Files,
    /// The log in the data folder itself.
    Log,
    /// The log against a checkpoint that was kept elsewhere, and nothing else.
    Outside,
    /// Nobody; the words say why.
    Never,
}

/// One way to change something by hand.
pub(super) struct Way {
    pub(super) what: &'static str,
    pub(super) found: Found,
    pub(super) words: &'static str,
    pub(super) done: fn(&Forger<'_>),
}

const fn way(what: &'static str, found: Found, words: &'static str, done: fn(&Forger<'_>)) -> Way {
    Way { what, found, words, done }
}

/// The last event of a kind that is in the first batch, and so in the outside checkpoint.
const EARLY: &str = "SELECT min(seq) FROM event WHERE kind = 'filed'";
/// One that came after it.
const LATE: &str = "SELECT max(seq) FROM event WHERE kind = 'filed'";

pub(super) const WAYS: &[Way] = &[
    // Files.
    way("flip a bit in an original", Found::Files, "was changed (sha256", |f| flip_a_bit(&f.originals()[0])),
    way("flip a bit in a searchable copy", Found::Files, "was changed (sha256", |f| flip_a_bit(&f.copies()[0])),
    way("flip a bit in the record beside a page", Found::Files, "was changed (sha256", |f| {
        flip_a_bit(&f.sidecars()[0]);
    }),
    way("change a digest in a manifest", Found::Files, "has another digest for", |f| {
        let manifest = &f.manifests()[0];
        let text = std::fs::read_to_string(manifest).unwrap();
        let digit = if text.starts_with('0') { "1" } else { "0" };
        Forger::write(manifest, format!("{digit}{}", &text[1..]).as_bytes());
    }),
    way("swap two originals", Found::Files, "are recorded", |f| Forger::swap(&f.originals()[0], &f.originals()[1])),
    way("swap two originals and repair the manifests", Found::Files, "are recorded", |f| {
        Forger::swap(&f.originals()[0], &f.originals()[1]);
        Forger::reseal(&Forger::bag(&f.originals()[0]));
    }),
    way("add a file to a bag", Found::Files, "is not known", |f| {
        Forger::write(&f.originals()[0].with_file_name("new.jpg"), b"x");
    }),
    way("rename a pupil’s folder", Found::Files, "is missing", |f| {
        let bag = Forger::bag(&f.originals()[0]);
        let folder = bag.parent().unwrap();
        std::fs::rename(folder, folder.with_file_name("Somebody Else (7F3A19)")).unwrap();
    }),
    way(
        "put a page into another child’s bag, with manifests that `bagit` calls valid",
        Found::Files,
        "is missing",
        |f| {
            let originals = f.originals();
            let (from, to) = (Forger::bag(&originals[0]), Forger::bag(originals.last().unwrap()));
            let name = originals[0].strip_prefix(&from).unwrap();
            std::fs::rename(&originals[0], to.join(name)).unwrap();
            Forger::reseal(&from);
            let line = format!("{}  {}\n", "0".repeat(64), name.display());
            let manifest = to.join("manifest-sha256.txt");
            let text = std::fs::read_to_string(&manifest).unwrap();
            Forger::write(&manifest, format!("{text}{line}").as_bytes());
            Forger::reseal(&to);
        },
    ),
    // Files and catalogue together.
    way(
        "replace an original, and repair record, manifests and the row of the file",
        Found::Log,
        "in the trail is not the one that was captured",
        |f| {
            f.replace_original();
        },
    ),
    way(
        "the same, and the row of the capture as well",
        Found::Log,
        "was changed after it was recorded: the pupil, its details, or the digest of the original",
        |f| {
            let digest = f.replace_original();
            f.sql(&format!(
                "UPDATE capture SET digest = '{digest}' WHERE id = (SELECT capture FROM page WHERE id = '{}')",
                f.page(0)
            ));
        },
    ),
    way(
        "give a page to another pupil in the catalogue",
        Found::Log,
        "is given to another pupil than the log says",
        |f| {
            f.sql(&format!(
            "UPDATE owner SET pupil = (SELECT max(pupil) FROM bag WHERE pupil <> owner.pupil), piece = NULL WHERE page = '{}'",
            f.page(0)
        ));
        },
    ),
    way(
        "put a page into another child’s bag on the disk and in the catalogue",
        Found::Log,
        "is given to another pupil than the log says",
        |f| {
            let originals = f.originals();
            let (page, from, to) = (f.page(0), Forger::bag(&originals[0]), Forger::bag(originals.last().unwrap()));
            let (old, new) = (f.relative(&from), f.relative(&to));
            let db = f.db();
            let mut paths = db.prepare("SELECT path FROM file WHERE page = ?1").unwrap();
            for path in paths.query_map([&page], |row| row.get::<_, String>(0)).unwrap() {
                let path = path.unwrap();
                let there = f.data.join(path.replace(&old, &new));
                std::fs::create_dir_all(there.parent().unwrap()).unwrap();
                std::fs::rename(f.data.join(&path), there).unwrap();
            }
            drop(paths);
            drop(db);
            f.sql(&format!(
                "UPDATE file SET path = replace(path, '{old}', '{new}'), bag = '{new}' WHERE page = '{page}';
                 UPDATE owner SET pupil = (SELECT pupil FROM bag WHERE path = '{new}') WHERE page = '{page}';
                 UPDATE capture SET location = replace(location, '{old}', '{new}')
                 WHERE id = (SELECT capture FROM page WHERE id = '{page}');"
            ));
            f.oxum(&from);
            f.oxum(&to);
        },
    ),
    way("remove a page everywhere but from the log", Found::Log, "is in the log and not in the catalogue", |f| {
        f.remove_page();
    }),
    way(
        "call a page deleted, and remove its files",
        Found::Log,
        "is said to be deleted, and by the log it is filed",
        |f| {
            let page = f.page(0);
            let bag = Forger::bag(&f.originals()[0]);
            let db = f.db();
            let mut paths = db.prepare("SELECT path FROM file WHERE page = ?1").unwrap();
            for path in paths.query_map([&page], |row| row.get::<_, String>(0)).unwrap() {
                std::fs::remove_file(f.data.join(path.unwrap())).unwrap();
            }
            drop(paths);
            db.execute("DELETE FROM file WHERE page = ?1", [&page]).unwrap();
            db.execute("UPDATE page SET state = 'deleted' WHERE id = ?1", [&page]).unwrap();
            drop(db);
            f.oxum(&bag);
        },
    ),
    way(
        "destroy the key of a page and blank its events",
        Found::Log,
        "is gone, and no deletion stands in the log",
        |f| {
            let page = f.page(0);
            f.sql(&format!(
            "DELETE FROM ledger_key WHERE of = 'page {page}'; UPDATE event SET pupil = NULL, data = '{{}}' WHERE page = '{page}'"
        ));
        },
    ),
    // Events.
    way("change when something happened", Found::Log, "was changed after it was recorded", |f| {
        f.sql(&format!("UPDATE event SET at = '2020-01-01T00:00:00Z' WHERE seq = ({EARLY})"));
    }),
    way("change what happened", Found::Log, "was changed after it was recorded", |f| {
        f.sql(&format!("UPDATE event SET kind = 'held' WHERE seq = ({EARLY})"));
    }),
    way("change to whom it happened", Found::Log, "was changed after it was recorded: the pupil, its details", |f| {
        f.sql(&format!(
            "UPDATE event SET pupil = (SELECT max(pupil) FROM bag WHERE pupil <> event.pupil) WHERE seq = ({EARLY})"
        ));
    }),
    way("delete an event", Found::Log, "was removed: its leaf is still in the log", |f| {
        f.sql(&format!("DELETE FROM event WHERE seq = ({EARLY})"));
    }),
    way("delete an event and its leaf", Found::Log, "of the log is missing", |f| {
        f.sql(&format!("DELETE FROM leaf WHERE event = ({EARLY}); DELETE FROM event WHERE seq = ({EARLY})"));
    }),
    way("put an event in", Found::Log, "was put in by hand", |f| {
        f.sql("INSERT INTO event (at, kind, data) VALUES ('2026-11-21T10:00:00Z', 'undone', '{}')");
    }),
    way("renumber the events", Found::Log, "was put in by hand", |f| f.sql("UPDATE event SET seq = seq + 100000")),
    way("drop the last events with their leaves", Found::Log, "events were dropped from its end", |f| {
        f.sql(
            "DELETE FROM leaf WHERE number > (SELECT max(number) - 5 FROM leaf);
             DELETE FROM event WHERE seq NOT IN (SELECT event FROM leaf);
             DELETE FROM tree WHERE (place + 1) << level > (SELECT max(number) + 1 FROM leaf)",
        );
    }),
    // The log itself.
    way("change an event and compute leaves and tree anew", Found::Log, "the log is not the one that", |f| {
        f.sql(&format!("UPDATE event SET at = '2020-01-01T00:00:00Z' WHERE seq = ({EARLY})"));
        f.forge_log();
    }),
    way("the same, and remove every kept checkpoint", Found::Log, "is another in the log’s tile", |f| {
        f.sql(&format!("UPDATE event SET at = '2020-01-01T00:00:00Z' WHERE seq = ({EARLY}); DELETE FROM checkpoint"));
        f.forge_log();
        f.forget_checkpoints();
    }),
    way("remove the kept checkpoints", Found::Log, "is not kept any more as it was signed", |f| {
        std::fs::remove_dir_all(f.data.join(".trail/ledger/checkpoints")).unwrap();
    }),
    way("flip a bit in a tile", Found::Log, "is another in the log’s tile", |f| flip_a_bit(&f.tile())),
    way("flip a bit in a tile of a higher level", Found::Log, "is not that of its leaves", |f| {
        flip_a_bit(&f.higher_tile());
    }),
    way("flip a bit in the leaves beside a tile", Found::Log, "is another in the log’s leaves", |f| {
        flip_a_bit(&f.entries());
    }),
    way("remove the tiles", Found::Log, "of the log’s tiles are missing", |f| {
        std::fs::remove_dir_all(f.data.join(".trail/ledger/tile")).unwrap();
    }),
    way("exchange the key and sign again with the new one", Found::Log, "is not the one the log names", |f| {
        f.swap_key();
    }),
    way("roll the catalogue back to an older copy", Found::Log, "was rolled back", |f| {
        f.roll_back(".trail/catalogue.db");
    }),
    way("roll back catalogue and log together", Found::Files, "is not known", |f| {
        f.roll_back(".trail/catalogue.db");
        f.roll_back(".trail/ledger");
    }),
    // What only a witness elsewhere can tell.
    way(
        "change an event, compute the whole log anew, remove checkpoints and tiles, sign again with the folder’s key",
        Found::Outside,
        "the log is not the one that the checkpoint",
        |f| {
            f.sql(&format!("UPDATE event SET at = '2020-01-01T00:00:00Z' WHERE seq = ({EARLY})"));
            f.forge_log();
            f.sign_again();
        },
    ),
    way("remove a page, its events too, and write the whole log anew", Found::Outside, "some of its first", |f| {
        let page = f.remove_page();
        f.sql(&format!("DELETE FROM event WHERE page = '{page}'"));
        f.forge_log();
        f.sign_again();
    }),
    way("roll the whole data folder back", Found::Outside, "are left: the catalogue was rolled back", |f| {
        for part in ["Pupils", "Unidentified", ".trail"] {
            f.roll_back(part);
        }
    }),
    // What nobody can tell.
    way(
        "the same to what happened after the last checkpoint that left the machine",
        Found::Never,
        "nothing outside has seen it yet; checkpoints leave daily, or whenever you say so",
        |f| {
            f.sql(&format!("UPDATE event SET at = '2030-01-01T00:00:00Z' WHERE seq = ({LATE})"));
            f.forge_log();
            f.sign_again();
        },
    ),
    way("change a pupil’s name in the catalogue", Found::Files, "the catalogue was changed by something else", |f| {
        f.sql("UPDATE pupil SET forename = 'Somebody' WHERE id = (SELECT max(pupil) FROM bag)");
    }),
    way(
        "the same, and have the program write the register anew",
        Found::Never,
        "names, reasons and titles are not in the log, not even committed to: they may change, and must be forgotten",
        |f| {
            f.sql("UPDATE pupil SET forename = 'Somebody' WHERE id = (SELECT max(pupil) FROM bag)");
            f.register();
        },
    ),
    way(
        "change the words that a page is found by",
        Found::Never,
        "they are a reader’s guess and are made again from the page; the page and its record are protected",
        |f| f.sql("UPDATE page_text SET words = 'other words'"),
    ),
    way(
        "change the reason somebody gave for a decision",
        Found::Files,
        "the catalogue was changed by something else",
        |f| {
            f.sql(
                "INSERT INTO decision (id, at, kind, words, reason, undone_at) VALUES
                 (900, '2026-11-21T10:00:00Z', 'assign', '[]', 'other reason', '2026-11-21T10:00:00Z')",
            );
        },
    ),
    way(
        "change the title of a piece in the catalogue",
        Found::Files,
        "the catalogue was changed by something else",
        |f| f.sql("UPDATE piece SET title = 'Other title'"),
    ),
];
