//! What the folders tell, taken into a catalogue that was built from its register: files and bags, and pages that the
//! register does not know or knows elsewhere. The folders are right: disk first, catalogue second.

use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing, corrupt};
use crate::events::{About, record};
use crate::files::FileRow;
use crate::pages;
use crate::runs::{self, PieceRow};
use rusqlite::{OptionalExtension as _, Transaction, params};
use scantrail_core::ids::{BatchId, CaptureId, PageId, PupilId};
use scantrail_core::jiff::Timestamp;
use scantrail_core::roster::Pupil;
use scantrail_core::state::PageState;
use scantrail_core::units::{Digest, Resolution, Turn};
use scantrail_core::vocabulary::{Content, Media, Role, Side, SourceKind};
use serde_json::json;

const DOING: &str = "taking over what the folders tell";

/// A pupil's folder with its bags: path, year, and whether its manifests are behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldTrail {
    /// Whose, from the record in the folder; only looked at if the pupil is not known.
    pub pupil: Pupil,
    /// The folder's name.
    pub folder: String,
    /// Its bags.
    pub bags: Vec<(String, String, bool)>,
}

/// A page, as the record beside it tells.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields carry the names of the types that explain them, or of a page's")]
pub struct ToldPage {
    pub id: PageId,
    pub batch: BatchId,
    pub capture: CaptureId,
    pub sequence: u32,
    pub source_kind: SourceKind,
    pub source: String,
    pub side: Side,
    pub media: Media,
    pub digest: Digest,
    pub bytes: u64,
    pub resolution: Option<Resolution>,
    pub received_at: String,
    pub state: PageState,
    pub role: Role,
    pub content: Content,
    pub turn: Turn,
    pub skew: Option<f64>,
    pub identified: Option<String>,
    pub reason: Option<String>,
    pub warnings: Vec<String>,
    pub parts: u32,
    /// Every pupil whose page it is.
    pub pupils: Vec<PupilId>,
    /// Whose trail the record lies in, and the piece and position there.
    pub owner: Option<(PupilId, Option<(PieceRow, u32)>)>,
    /// Class, subject, title and date of its piece.
    pub work: [String; 4],
    /// Digest of its copy, if it has one: what it was made from is gone with the work folder, but a page that had a copy
    /// is to have one wherever it goes.
    pub copy: Option<Digest>,
    /// Where its original lies.
    pub location: String,
}

/// What a page was to the catalogue before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Was {
    /// Known as it is.
    Known,
    /// Known elsewhere or otherwise; it is now as the folder tells.
    Otherwise,
    /// Not known.
    Unknown,
}

impl Catalogue {
    /// Takes over a pupil's folder. `true` if nobody knew the pupil.
    pub fn told_trail(&self, told: &ToldTrail) -> Result<bool, CatalogueError> {
        self.write(|tx| {
            let id = told.pupil.id.to_string();
            let known: bool = tx
                .query_row("SELECT EXISTS (SELECT 1 FROM pupil WHERE id = ?1)", [&id], |row| row.get(0))
                .doing(DOING)?;
            if known {
                tx.execute("UPDATE pupil SET folder = ?2 WHERE id = ?1 AND folder <> ?2", params![id, told.folder])
                    .doing(DOING)?;
            } else {
                crate::pupils::insert(tx, &told.pupil, &told.folder)?;
            }
            for (path, year, behind) in &told.bags {
                tx.execute(
                    "INSERT INTO bag (path, pupil, year, dirty) VALUES (?1, ?2, ?3, ?4)",
                    params![path, id, year, behind],
                )
                .doing(DOING)?;
            }
            Ok(!known)
        })
    }

    /// Takes over files; their pages are known by now. Says how many were taken over before.
    pub fn told_files(&self, files: &[FileRow]) -> Result<u64, CatalogueError> {
        self.write(|tx| {
            let mut before = 0;
            for file in files {
                let new = tx
                    .prepare_cached(
                        "INSERT INTO file (path, page, bag, role, state, digest, bytes)
                         VALUES (?1, ?2, ?3, ?4, 'present', ?5, ?6) ON CONFLICT (path) DO NOTHING",
                    )
                    .doing(DOING)?
                    .execute(params![
                        file.path,
                        file.page.map(|id| id.to_string()),
                        file.bag,
                        file.role.word(),
                        file.digest.map(|digest| digest.to_string()),
                        file.bytes as i64
                    ])
                    .doing(DOING)?;
                before += u64::from(new == 0);
            }
            Ok(before)
        })
    }

    /// A bag's manifests do not name all that lies in it.
    pub fn bag_is_behind(&self, path: &str) -> Result<(), CatalogueError> {
        self.write(|tx| {
            tx.execute("UPDATE bag SET dirty = dirty + 1 WHERE path = ?1", [path]).doing(DOING)?;
            Ok(())
        })
    }

    /// Whether a page is known.
    pub fn knows_page(&self, id: PageId) -> Result<bool, CatalogueError> {
        self.read(|c| {
            c.prepare_cached("SELECT EXISTS (SELECT 1 FROM page WHERE id = ?1)")
                .doing(DOING)?
                .query_row([id.to_string()], |row| row.get(0))
                .doing(DOING)
        })
    }

    /// Takes over a page from its record.
    pub fn told_page(&self, told: &ToldPage, at: Timestamp) -> Result<Was, CatalogueError> {
        self.write(|tx| {
            let id = told.id.to_string();
            let state: Option<String> = tx
                .prepare_cached("SELECT state FROM page WHERE id = ?1")
                .doing(DOING)?
                .query_row([&id], |row| row.get(0))
                .optional()
                .doing(DOING)?;
            let mut was = match state {
                None => {
                    insert(tx, told)?;
                    Was::Unknown
                }
                Some(word) => {
                    let state = PageState::from_word(&word).ok_or_else(|| corrupt("a page state", &word))?;
                    if matches!(state, PageState::Deleting | PageState::Deleted) {
                        // Two people said that it goes; that not all of it is gone yet brings it back for nobody.
                        return Ok(Was::Known);
                    }
                    if state == told.state { Was::Known } else { Was::Otherwise }
                }
            };
            if owner(tx, told)? && was == Was::Known {
                was = Was::Otherwise;
            }
            if was == Was::Otherwise {
                tx.execute(
                    "UPDATE page SET state = ?2, role = ?3, identified = ?4, reason = ?5 WHERE id = ?1",
                    params![id, told.state.word(), told.role.word(), told.identified, told.reason],
                )
                .doing(DOING)?;
                tx.execute(
                    "UPDATE capture SET location = ?2 WHERE id = ?1",
                    params![told.capture.to_string(), told.location],
                )
                .doing(DOING)?;
            }
            if was != Was::Known {
                // The log is told too: of what lies there, not of how it came there.
                let about =
                    About { batch: Some(told.batch), page: Some(told.id), pupil: pages::one(tx, told.id)?.pupil() };
                record(tx, at, told.state.word(), about, &json!({"found": true}))?;
            }
            Ok(was)
        })
    }

    /// What is left to do once every folder has told: pages on their way to nowhere are understood again, words are put
    /// into the index again. Says how many pages were on their way.
    pub fn told_all(&self, at: Timestamp, data: &serde_json::Value) -> Result<u64, CatalogueError> {
        self.write(|tx| {
            let condemned = "SELECT id FROM page WHERE state IN ('deleting', 'deleted')";
            tx.execute(
                &format!(
                    "UPDATE bag SET dirty = dirty + 1 WHERE path IN (SELECT bag FROM file WHERE page IN ({condemned}))"
                ),
                [],
            )
            .doing(DOING)?;
            tx.execute(&format!("UPDATE file SET state = 'leaving' WHERE page IN ({condemned})"), []).doing(DOING)?;
            // Their plans lay in the files' rows, which were not in the register.
            let adrift = pages::select(
                tx,
                "WHERE page.state IN ('filing', 'moving') OR (page.state IN ('filed', 'held', 'discarded')
                 AND capture.location LIKE '.trail/spool/%'
                 AND NOT EXISTS (SELECT 1 FROM file WHERE file.page = page.id AND file.role = 'original'))",
                &[],
            )?;
            for page in &adrift {
                tx.execute("UPDATE page SET state = 'read' WHERE id = ?1", [page.id.to_string()]).doing(DOING)?;
                let about = About { batch: Some(page.batch), page: Some(page.id), pupil: page.pupil() };
                record(tx, at, "read", about, &json!({"found": true}))?;
            }
            tx.execute(
                "UPDATE batch SET state = 'ended' WHERE state = 'understood'
                 AND EXISTS (SELECT 1 FROM page WHERE page.batch = batch.id AND page.state = 'read')",
                [],
            )
            .doing(DOING)?;
            tx.execute(
                "UPDATE capture SET location = coalesce((SELECT file.path FROM file JOIN page ON page.id = file.page
                 WHERE page.capture = capture.id AND file.role = 'original' AND file.state = 'present'
                 ORDER BY file.path LIMIT 1), location)
                 WHERE location NOT IN (SELECT path FROM file WHERE role = 'original')",
                [],
            )
            .doing(DOING)?;
            tx.execute(
                "INSERT INTO text_due (page) SELECT number FROM page WHERE look = 'page'
                 AND state NOT IN ('received', 'identified', 'prepared', 'quarantined', 'deleting', 'deleted')
                 ON CONFLICT DO NOTHING",
                [],
            )
            .doing(DOING)?;
            // A small picture is made again only when the copy it shows becomes another.
            tx.execute(
                "UPDATE file SET made_from = (SELECT copy.digest FROM file AS copy WHERE copy.role = 'page'
                 AND copy.bag = file.bag AND copy.page = replace(substr(file.path, length(file.bag) + 8), '.jpg', ''))
                 WHERE role = 'tag' AND substr(path, length(bag) + 1, 7) = '/index/'",
                [],
            )
            .doing(DOING)?;
            record(tx, at, "rebuilt", About::default(), data)?;
            Ok(adrift.len() as u64)
        })
    }
}

fn insert(tx: &Transaction<'_>, told: &ToldPage) -> Result<(), CatalogueError> {
    let (batch, capture) = (told.batch.to_string(), told.capture.to_string());
    let [class, subject, title, date] = &told.work;
    tx.execute(
        "INSERT INTO batch (id, source_kind, source, flow, sides, state, opened_at, ended_at, class, subject, title,
         work_date) VALUES (?1, ?2, ?3, 'stack', 'one', 'understood', ?4, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (id) DO NOTHING",
        params![batch, told.source_kind.word(), told.source, told.received_at, class, subject, title, date],
    )
    .doing(DOING)?;
    tx.execute(
        "INSERT INTO capture (id, batch, sequence, side, media, digest, bytes, dpi_x, dpi_y, received_at, location)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        params![
            capture,
            batch,
            told.sequence,
            told.side.word(),
            told.media.word(),
            told.digest.to_string(),
            told.bytes as i64,
            told.resolution.map(|r| r.x.get()),
            told.resolution.map(|r| r.y.get()),
            told.received_at,
            told.location
        ],
    )
    .doing(DOING)?;
    tx.execute(
        "INSERT INTO page (id, capture, batch, state, look, content, turn, skew, role, identified, reason, warnings,
         parts, derivative) VALUES (?1, ?2, ?3, ?4, 'page', ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        params![
            told.id.to_string(),
            capture,
            batch,
            told.state.word(),
            told.content.word(),
            told.turn.degrees(),
            told.skew,
            told.role.word(),
            told.identified,
            told.reason,
            json!(told.warnings).to_string(),
            told.parts,
            told.copy.map(|digest| digest.to_string())
        ],
    )
    .doing(DOING)?;
    Ok(())
}

/// Makes the page the owner's in whose trail it lies, and nobody's whom its record does not name. Says whether that
/// changed anything.
fn owner(tx: &Transaction<'_>, told: &ToldPage) -> Result<bool, CatalogueError> {
    let id = told.id.to_string();
    let named: Vec<String> = told.pupils.iter().map(PupilId::to_string).collect();
    let mut changed = tx
        .execute(
            "DELETE FROM owner WHERE page = ?1 AND pupil NOT IN (SELECT value FROM json_each(?2))",
            params![id, json!(named).to_string()],
        )
        .doing(DOING)?;
    let Some((pupil, piece)) = &told.owner else { return Ok(changed > 0) };
    if let Some((piece, _)) = piece {
        let known: bool = tx
            .query_row("SELECT EXISTS (SELECT 1 FROM piece WHERE id = ?1)", [piece.id.to_string()], |row| row.get(0))
            .doing(DOING)?;
        if !known {
            runs::insert_piece(tx, piece)?;
        }
    }
    let (piece, position) = piece.as_ref().map(|(piece, position)| (piece.id.to_string(), *position)).unzip();
    changed += tx
        .execute(
            "INSERT INTO owner (page, pupil, piece, position) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (page, pupil)
             DO UPDATE SET piece = excluded.piece, position = excluded.position
             WHERE piece IS NOT excluded.piece OR position IS NOT excluded.position",
            params![id, pupil.to_string(), piece, position],
        )
        .doing(DOING)?;
    Ok(changed > 0)
}
