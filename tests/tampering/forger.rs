//! Whoever tampers: has the disk, a database tool, and knows how the log is computed.

use super::{Scene, judges};
use rusqlite::{Connection, params};
use scantrail_core::units::Digest;
use scantrail_ledger::tiles::{Partial, Tile, due};
use scantrail_ledger::{Checkpoint, Fields, Frontier, Leaf, Secret, SigningKey};
use std::path::{Path, PathBuf};
use std::process::Command;

pub(super) struct Forger<'s> {
    scene: &'s Scene,
    pub(super) data: &'s Path,
}

impl<'s> Forger<'s> {
    pub(super) fn new(scene: &'s Scene) -> Self {
        Self { scene, data: &scene.data }
    }

    /// The database, with everything switched off that stands in the way.
    pub(super) fn db(&self) -> Connection {
        let db = Connection::open(self.data.join(".trail/catalogue.db")).unwrap();
        db.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
        let mut triggers = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").unwrap();
        let names: Vec<String> = triggers.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        drop(triggers);
        for name in names {
            db.execute_batch(&format!("DROP TRIGGER {name}")).unwrap();
        }
        db
    }

    pub(super) fn sql(&self, change: &str) {
        self.db().execute_batch(change).unwrap();
    }

    fn files(&self, part: &str, ending: &str) -> Vec<PathBuf> {
        let mut files = judges::files(&self.data.join("Pupils"), &|name| name.ends_with(ending));
        files.retain(|path| path.to_str().unwrap().contains(part));
        files
    }

    /// Originals in the order in which they came: the first three are the first pupil's and were there before anything
    /// left the machine; the last one is the other's, and came after.
    pub(super) fn originals(&self) -> Vec<PathBuf> {
        let db = Connection::open(self.data.join(".trail/catalogue.db")).unwrap();
        let query =
            "SELECT path FROM file JOIN page ON page.id = file.page WHERE file.role = 'original' AND bag IS NOT NULL
                     ORDER BY page.number";
        let mut paths = db.prepare(query).unwrap();
        let paths = paths.query_map([], |row| row.get::<_, String>(0)).unwrap();
        paths.map(|path| self.data.join(path.unwrap())).collect()
    }

    pub(super) fn copies(&self) -> Vec<PathBuf> {
        self.files("/data/", ".pdf")
    }

    pub(super) fn sidecars(&self) -> Vec<PathBuf> {
        self.files("/audit/pages/", ".json")
    }

    pub(super) fn manifests(&self) -> Vec<PathBuf> {
        self.files("/manifest-", ".txt")
    }

    /// The id of the page of an original.
    pub(super) fn page(&self, original: usize) -> String {
        self.originals()[original].file_stem().unwrap().to_str().unwrap().to_owned()
    }

    /// A path as the catalogue writes it.
    pub(super) fn relative(&self, path: &Path) -> String {
        path.strip_prefix(self.data).unwrap().to_str().unwrap().to_owned()
    }

    /// The bag a file lies in.
    pub(super) fn bag(file: &Path) -> PathBuf {
        file.ancestors().find(|folder| folder.join("bagit.txt").is_file()).unwrap().to_owned()
    }

    pub(super) fn write(path: &Path, bytes: &[u8]) {
        if path.is_file() {
            std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o640)).unwrap();
        }
        std::fs::write(path, bytes).unwrap();
    }

    pub(super) fn swap(one: &Path, two: &Path) {
        let (first, second) = (std::fs::read(one).unwrap(), std::fs::read(two).unwrap());
        Self::write(one, &second);
        Self::write(two, &first);
    }

    /// Makes manifests of a bag right again for what lies in it, as `sha256sum` does; lines of files that are gone go.
    pub(super) fn reseal(bag: &Path) {
        for manifest in ["manifest-sha256.txt", "tagmanifest-sha256.txt"] {
            let text = std::fs::read_to_string(bag.join(manifest)).unwrap();
            let names =
                text.lines().map(|line| line.split_once("  ").unwrap().1).filter(|name| bag.join(name).is_file());
            let lines: Vec<String> = names.map(|name| format!("{}  {name}\n", sha256(&bag.join(name)))).collect();
            Self::write(&bag.join(manifest), lines.concat().as_bytes());
        }
    }

    /// Puts other bytes in place of the first original, and makes sidecar, manifests and the row of the file right.
    pub(super) fn replace_original(&self) -> Digest {
        let (original, page) = (&self.originals()[0], self.page(0));
        let before = sha256(original);
        let mut bytes = std::fs::read(original).unwrap();
        bytes.extend(b"another drawing");
        Self::write(original, &bytes);
        let after = sha256(original);
        let sidecar = self.sidecars().into_iter().find(|path| path.to_str().unwrap().contains(&page)).unwrap();
        let told = std::fs::read_to_string(&sidecar).unwrap();
        assert!(told.contains(&before), "{told}");
        let size = |bytes: usize| format!("\"bytes\": {bytes}");
        let told = told.replace(&before, &after).replace(&size(bytes.len() - 15), &size(bytes.len()));
        Self::write(&sidecar, told.as_bytes());
        Self::reseal(&Self::bag(original));
        let db = self.db();
        for path in [original, &sidecar] {
            let values = params![self.relative(path), sha256(path), path.metadata().unwrap().len() as i64];
            db.execute("UPDATE file SET digest = ?2, bytes = ?3 WHERE path = ?1", values).unwrap();
        }
        Digest::from_hex(&after).unwrap()
    }

    /// The first page with its files, sidecar, rows: gone, and manifests right. Its events stay.
    pub(super) fn remove_page(&self) -> String {
        let page = self.page(0);
        let bag = Self::bag(&self.originals()[0]);
        let db = self.db();
        let mut paths = db.prepare("SELECT path FROM file WHERE page = ?1").unwrap();
        for path in paths.query_map([&page], |row| row.get::<_, String>(0)).unwrap() {
            std::fs::remove_file(self.data.join(path.unwrap())).unwrap();
        }
        drop(paths);
        for table in ["file", "owner", "code", "own_code_seen", "decision_page"] {
            db.execute(&format!("DELETE FROM {table} WHERE page = ?1"), [&page]).unwrap();
        }
        let words = "DELETE FROM page_text WHERE rowid = (SELECT number FROM page WHERE id = ?1)";
        db.execute(words, [&page]).unwrap();
        db.execute("DELETE FROM capture WHERE id = (SELECT capture FROM page WHERE id = ?1)", [&page]).unwrap();
        db.execute("DELETE FROM page WHERE id = ?1", [&page]).unwrap();
        self.oxum(&bag);
        Self::reseal(&bag);
        page
    }

    /// The first page, gone by the rule: the deletion in the log, then its key and what was personal, then the files. The
    /// log is computed anew, which gives the same leaves as before and new ones for what was added.
    pub(super) fn delete_by_rule(&self) -> String {
        let page = self.page(0);
        let bag = Self::bag(&self.originals()[0]);
        let add = |kind: &str| {
            format!(
                "INSERT INTO event (at, kind, batch, page, data) SELECT '2030-01-01T00:00:00Z', '{kind}', batch, id, '{{}}'
                 FROM page WHERE id = '{page}';"
            )
        };
        self.sql(&format!("{}{}", add("deleting"), add("deleted")));
        self.forge_log();
        let db = self.db();
        let mut paths = db.prepare("SELECT path FROM file WHERE page = ?1").unwrap();
        for path in paths.query_map([&page], |row| row.get::<_, String>(0)).unwrap() {
            std::fs::remove_file(self.data.join(path.unwrap())).unwrap();
        }
        drop(paths);
        drop(db);
        self.sql(&format!(
            "DELETE FROM ledger_key WHERE of = 'page {page}';
             UPDATE event SET pupil = NULL, data = '{{}}' WHERE page = '{page}';
             DELETE FROM file WHERE page = '{page}'; DELETE FROM owner WHERE page = '{page}';
             UPDATE page SET state = 'deleted' WHERE id = '{page}';"
        ));
        self.oxum(&bag);
        self.register();
        page
    }

    /// Lets the program itself write the register anew, so that it says what the catalogue says now.
    pub(super) fn register(&self) {
        self.sql("UPDATE register_part SET marks = marks + 1");
    }

    /// Lets the program itself write the manifests of a bag anew.
    pub(super) fn oxum(&self, bag: &Path) {
        let path = self.relative(bag);
        self.db().execute("UPDATE bag SET dirty = dirty + 1 WHERE path = ?1", [path]).unwrap();
    }

    /// Computes the whole log anew for the events as they stand in the database now: commitments, leaves, tree.
    pub(super) fn forge_log(&self) {
        let db = self.db();
        db.execute_batch("DELETE FROM leaf; DELETE FROM tree;").unwrap();
        let mut tree = Frontier::default();
        let mut events = db
            .prepare(
                "SELECT seq, at, kind, event.batch, page, pupil, data, capture.digest, ledger_key.number, ledger_key.key
                 FROM event LEFT JOIN page ON page.id = page LEFT JOIN capture ON capture.id = page.capture
                 JOIN ledger_key ON of = coalesce('page ' || page, 'pupil ' || pupil, 'batch ' || event.batch, 'school')
                 ORDER BY seq",
            )
            .unwrap();
        let mut rows = events.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let text = |at: usize| row.get::<_, Option<String>>(at).unwrap();
            let (seq, key): (i64, i64) = (row.get(0).unwrap(), row.get(8).unwrap());
            let (at, kind, data) = (text(1).unwrap(), text(2).unwrap(), text(6).unwrap());
            let (batch, page, pupil) = (text(3), text(4), text(5));
            let original = text(7).map(|hex| Digest::from_hex(&hex).unwrap());
            let secret = Secret::new(row.get(9).unwrap());
            let fields = Fields { seq: seq.unsigned_abs(), pupil: pupil.as_deref(), original, data: &data };
            let commitment = fields.commit(&secret).unwrap();
            let (batch, page) = (batch.as_deref(), page.as_deref());
            let leaf = Leaf { seq: seq.unsigned_abs(), at: &at, kind: &kind, batch, page, commitment };
            let number = tree.size() as i64;
            db.execute("INSERT INTO leaf VALUES (?1, ?2, ?3, ?4)", params![number, seq, key, commitment.0]).unwrap();
            for node in tree.append(leaf.hash().unwrap()) {
                let values = params![node.level, node.index as i64, node.hash.0];
                db.execute("INSERT INTO tree VALUES (?1, ?2, ?3)", values).unwrap();
            }
        }
    }

    /// Removes tiles and kept checkpoints, so that the program makes new ones of the forged log and signs them with its
    /// own key.
    pub(super) fn sign_again(&self) {
        self.forget_checkpoints();
        std::fs::remove_dir_all(self.data.join(".trail/ledger/tile")).unwrap();
        self.sql("DELETE FROM checkpoint; UPDATE ledger_tiles SET size = 0;");
        self.scene.good(&["ledger", "checkpoint"]);
    }

    pub(super) fn forget_checkpoints(&self) {
        std::fs::remove_dir_all(self.data.join(".trail/ledger/checkpoints")).unwrap();
    }

    /// Another school's key: its secret text and its line.
    pub(super) fn other_key() -> (String, String) {
        let key = SigningKey::new("scantrail/0000000000000001", [7; 32]).unwrap();
        (key.to_secret_text(), key.verifying_key().to_string())
    }

    /// Puts another key in place of the folder's own, and signs the newest checkpoint with it.
    pub(super) fn swap_key(&self) {
        let (secret, line) = Self::other_key();
        let ledger = self.data.join(".trail/ledger");
        Self::write(&ledger.join("key"), secret.as_bytes());
        Self::write(&ledger.join("key.pub"), format!("{line}\n").as_bytes());
        let newest = self.checkpoints().pop().unwrap();
        let says = Checkpoint::unchecked(&std::fs::read_to_string(&newest).unwrap()).unwrap();
        let key = SigningKey::from_secret_text(&secret).unwrap();
        let forged = Checkpoint { origin: "scantrail/0000000000000001".into(), ..says }.sign(&key);
        Self::write(&newest, forged.as_bytes());
        self.db()
            .execute("UPDATE checkpoint SET note = ?1 WHERE size = (SELECT max(size) FROM checkpoint)", [forged])
            .unwrap();
    }

    fn checkpoints(&self) -> Vec<PathBuf> {
        let folder = self.data.join(".trail/ledger/checkpoints");
        let mut files: Vec<PathBuf> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files
    }

    /// The first tile of the leaves' hashes, a whole one.
    pub(super) fn tile(&self) -> PathBuf {
        let tile = self.tiles()[0];
        assert_eq!((tile.level, tile.width), (0, 256));
        self.data.join(".trail/ledger").join(tile.path())
    }

    /// The tile of the next level.
    pub(super) fn higher_tile(&self) -> PathBuf {
        let tile = *self.tiles().last().unwrap();
        assert_eq!(tile.level, 1);
        self.data.join(".trail/ledger").join(tile.path())
    }

    /// The leaves beside the last tile.
    pub(super) fn entries(&self) -> PathBuf {
        let tile = self.tiles()[1];
        self.data.join(".trail/ledger").join(tile.entries_path())
    }

    fn tiles(&self) -> Vec<Tile> {
        let size: i64 = self.db().query_row("SELECT max(number) + 1 FROM leaf", [], |row| row.get(0)).unwrap();
        due(0, size as u64, Partial::Too)
    }

    /// Rolls a part of the folder back to the older copy.
    pub(super) fn roll_back(&self, part: &str) {
        let (old, new) = (self.scene.folder.join("older").join(part), self.data.join(part));
        if old.is_dir() {
            std::fs::remove_dir_all(&new).unwrap();
            super::copy(&old, &new);
        } else {
            for ending in ["", "-wal", "-shm"] {
                let name = |path: &Path| PathBuf::from(format!("{}{ending}", path.display()));
                drop(std::fs::remove_file(name(&new)));
                if name(&old).is_file() {
                    std::fs::copy(name(&old), name(&new)).unwrap();
                }
            }
        }
    }
}

fn sha256(path: &Path) -> String {
    let output = Command::new("sha256sum").arg("-b").arg(path).output().unwrap();
    assert!(output.status.success());
    // A name with a backslash or a line end would be escaped; ours have neither.
    String::from_utf8(output.stdout).unwrap().split(' ').next().unwrap().to_owned()
}
