//! Pages and the only ways their state changes.

use crate::again;
use crate::codes::{self, OwnCodeSeen, SeenCode};
use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing, corrupt};
use crate::events::{About, record};
use crate::text::{self, PageText};
use rusqlite::{Connection, Row, Transaction, params};
use scantrail_core::evidence::{Look, Moment};
use scantrail_core::ids::{BatchId, CaptureId, PageId, PieceId, PupilId};
use scantrail_core::jiff::Timestamp;
use scantrail_core::state::{PageEvent, PageState, apply};
use scantrail_core::units::{Angle, Confidence, Digest, Dpi, Resolution, Turn};
use scantrail_core::vocabulary::{Content, Media, Role, Side, Suspicion};
use serde_json::json;

/// A page with its capture, as the catalogue knows them.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields carry the names of the types that explain them")]
pub struct Page {
    pub id: PageId,
    pub batch: BatchId,
    pub capture: CaptureId,
    pub sequence: u32,
    pub side: Side,
    pub media: Media,
    pub digest: Digest,
    pub bytes: u64,
    pub resolution: Option<Resolution>,
    pub received_at: String,
    pub suspicion: Option<Suspicion>,
    /// The turn its container noted.
    pub noted_turn: Option<Turn>,
    /// The paper's shorter and longer side in millimetres.
    pub paper_mm: Option<(u16, u16)>,
    /// When a picture was taken and by what, if it says so.
    pub moment: Option<Moment>,
    pub settings: String,
    /// Where the original lies, relative to the data folder.
    pub location: String,
    pub state: PageState,
    pub attempts: u32,
    pub look: Option<Look>,
    pub content: Option<Content>,
    pub turn: Turn,
    pub skew: Option<Angle>,
    pub text_confidence: Option<Confidence>,
    /// Digest of the prepared image in the work folder.
    pub derivative: Option<Digest>,
    /// Digest of the notes in the work folder: how it was prepared and, later, what was read.
    pub reading: Option<Digest>,
    /// Number of its run in the batch, once understood.
    pub run: Option<u32>,
    pub role: Option<Role>,
    /// Whose it is: nobody's yet, one pupil's, or a group's, in order of their ids.
    pub owners: Vec<PageOwner>,
    /// What proved whose it is.
    pub identified: Option<String>,
    /// Why it is held, discarded or quarantined.
    pub reason: Option<String>,
    /// Warnings for the operator.
    pub warnings: Vec<String>,
    /// How many pages its copy has: more than one for an open book or several papers in one picture.
    pub parts: u32,
}

/// One pupil whose page it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageOwner {
    /// Whose.
    pub pupil: PupilId,
    /// Its piece and its position there, counted from 1; none for a cover.
    pub piece: Option<(PieceId, u32)>,
}

impl Page {
    /// The first of its owners: the only one, unless it is a group's.
    pub fn pupil(&self) -> Option<PupilId> {
        self.owners.first().map(|owner| owner.pupil)
    }

    /// Its piece in the trail of the first of its owners.
    pub fn piece(&self) -> Option<PieceId> {
        self.owners.first().and_then(|owner| owner.piece).map(|(piece, _)| piece)
    }

    /// Its position within its piece, counted from 1; the same in every owner's trail.
    pub fn position(&self) -> Option<u32> {
        self.owners.first().and_then(|owner| owner.piece).map(|(_, position)| position)
    }

    /// Its piece in the trail of that pupil.
    pub fn piece_of(&self, pupil: PupilId) -> Option<PieceId> {
        let owner = self.owners.iter().find(|owner| owner.pupil == pupil)?;
        owner.piece.map(|(piece, _)| piece)
    }
}

/// What a page waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Being looked at: codes, preparation, preview.
    Look,
    /// Being read.
    Read,
    /// Being read again, when nothing else waits to be read.
    Again,
}

/// What looking at and preparing a page found.
#[derive(Debug, Clone, PartialEq)]
pub struct Findings {
    /// Our codes on it.
    pub codes: Vec<SeenCode>,
    /// What it looks like without them.
    pub look: Look,
    /// What it shows.
    pub content: Content,
    /// The turn found in it.
    pub turn: Turn,
    /// The skew found in it, if it was measured.
    pub skew: Option<Angle>,
    /// Why it may not be whole, if the pixels show it.
    pub suspicion: Option<Suspicion>,
    /// The paper's shorter and longer side in millimetres, if its resolution is known.
    pub paper_mm: Option<(u16, u16)>,
    /// When a picture was taken and by what, if it says so.
    pub moment: Option<Moment>,
    /// Codes of the school's own that its patterns take.
    pub own_codes: Vec<OwnCodeSeen>,
    /// Digest of the prepared image in the work folder.
    pub derivative: Digest,
    /// Digest of the notes in the work folder.
    pub notes: Digest,
    /// How many pages were found in it, at least 1.
    pub parts: u32,
    /// Warnings for the operator.
    pub warnings: Vec<String>,
}

pub(crate) const SELECT: &str = "SELECT page.id, page.batch, capture.id, capture.sequence, capture.side,
    capture.media, capture.digest, capture.bytes, capture.dpi_x, capture.dpi_y, capture.received_at,
    capture.suspicion, capture.settings, capture.location, page.state, page.attempts, page.look, page.content,
    page.turn, page.skew, page.text_confidence, page.derivative, page.reading, page.run, page.role,
    page.identified, page.reason, page.warnings, capture.turn, page.short_mm, page.long_mm, page.taken_seconds,
    page.taken_by, (SELECT json_group_array(json_array(pupil, piece, position)) FROM owner WHERE owner.page = page.id),
    page.parts FROM page JOIN capture ON capture.id = page.capture";

/// Reads one column as text and turns it into a value.
fn parsed<T>(
    row: &Row<'_>,
    at: usize,
    what: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, CatalogueError> {
    let text: Option<String> = row.get(at).doing("reading pages")?;
    text.map(|text| parse(&text).ok_or_else(|| corrupt(what, text))).transpose()
}

fn needed<T>(value: Option<T>, what: &'static str) -> Result<T, CatalogueError> {
    value.ok_or_else(|| corrupt(what, "NULL"))
}

fn number<T: rusqlite::types::FromSql>(row: &Row<'_>, at: usize) -> Result<T, CatalogueError> {
    row.get(at).doing("reading pages")
}

fn page(row: &Row<'_>) -> Result<Page, CatalogueError> {
    let dpi = |at| Ok::<_, CatalogueError>(number::<Option<u16>>(row, at)?.and_then(Dpi::new));
    let resolution = match (dpi(8)?, dpi(9)?) {
        (Some(x), Some(y)) => Some(Resolution { x, y }),
        _ => None,
    };
    let turn = number::<Option<i32>>(row, 18)?.and_then(Turn::from_degrees).unwrap_or_default();
    Ok(Page {
        id: needed(parsed(row, 0, "a page id", |t| t.parse().ok())?, "a page id")?,
        batch: needed(parsed(row, 1, "a batch id", |t| t.parse().ok())?, "a batch id")?,
        capture: needed(parsed(row, 2, "a capture id", |t| t.parse().ok())?, "a capture id")?,
        sequence: number(row, 3)?,
        side: needed(parsed(row, 4, "a side", Side::from_word)?, "a side")?,
        media: needed(parsed(row, 5, "a media type", Media::from_word)?, "a media type")?,
        digest: needed(parsed(row, 6, "a digest", Digest::from_hex)?, "a digest")?,
        bytes: number::<i64>(row, 7)? as u64,
        resolution,
        received_at: number(row, 10)?,
        suspicion: parsed(row, 11, "a suspicion", Suspicion::from_word)?,
        noted_turn: number::<Option<i32>>(row, 28)?.and_then(Turn::from_degrees),
        settings: number(row, 12)?,
        location: number(row, 13)?,
        state: needed(parsed(row, 14, "a page state", PageState::from_word)?, "a page state")?,
        attempts: number(row, 15)?,
        look: parsed(row, 16, "a look", Look::from_word)?,
        content: parsed(row, 17, "a content", Content::from_word)?,
        turn,
        skew: number::<Option<f64>>(row, 19)?.map(Angle::from_degrees),
        text_confidence: number::<Option<f32>>(row, 20)?.map(Confidence::new),
        derivative: parsed(row, 21, "a digest", Digest::from_hex)?,
        reading: parsed(row, 22, "a digest", Digest::from_hex)?,
        run: number(row, 23)?,
        role: parsed(row, 24, "a role", Role::from_word)?,
        identified: number(row, 25)?,
        reason: number(row, 26)?,
        warnings: parsed(row, 27, "warnings", |t| serde_json::from_str(t).ok())?.unwrap_or_default(),
        paper_mm: number::<Option<u16>>(row, 29)?.zip(number(row, 30)?),
        moment: moment(number(row, 31)?, number(row, 32)?),
        owners: parsed(row, 33, "a page's owners", owners)?.unwrap_or_default(),
        parts: number(row, 34)?,
    })
}

fn moment(seconds: Option<i64>, device: Option<i64>) -> Option<Moment> {
    Some(Moment { seconds: seconds?, device: device?.cast_unsigned() })
}

/// A page's owners as the query lists them: pupil, piece and position each.
fn owners(text: &str) -> Option<Vec<PageOwner>> {
    let rows: Vec<(String, Option<String>, Option<u32>)> = serde_json::from_str(text).ok()?;
    let mut owners = rows
        .into_iter()
        .map(|(pupil, piece, position)| {
            let piece = match piece.zip(position) {
                Some((piece, position)) => Some((piece.parse().ok()?, position)),
                None => None,
            };
            Some(PageOwner { pupil: pupil.parse().ok()?, piece })
        })
        .collect::<Option<Vec<_>>>()?;
    owners.sort_by_key(|owner| owner.pupil);
    Some(owners)
}

/// The condition for pages in one of some states, none of which is `filed` or `deleted`. That is said too, for only then is
/// their index of use: without it all pages are gone through, and of a million nearly all are filed.
pub(crate) fn in_states(states: &str) -> String {
    format!("page.state NOT IN ('filed', 'deleted') AND page.state IN ({states})")
}

pub(crate) fn select(c: &Connection, tail: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<Page>, CatalogueError> {
    let mut statement = c.prepare_cached(&format!("{SELECT} {tail}")).doing("reading pages")?;
    let mut rows = statement.query(values).doing("reading pages")?;
    let mut pages = Vec::new();
    while let Some(row) = rows.next().doing("reading pages")? {
        pages.push(page(row)?);
    }
    Ok(pages)
}

pub(crate) fn one(c: &Connection, id: PageId) -> Result<Page, CatalogueError> {
    let found = select(c, "WHERE page.id = ?1", &[&id.to_string()])?;
    found.into_iter().next().ok_or_else(|| CatalogueError::NotFound { what: "page", id: id.to_string() })
}

/// Moves a page along one arrow of the state diagram and records it.
pub(crate) fn step(
    tx: &Transaction<'_>,
    id: PageId,
    event: PageEvent,
    data: &serde_json::Value,
    at: Timestamp,
) -> Result<PageState, CatalogueError> {
    let page = one(tx, id)?;
    let next =
        apply(page.state, event).map_err(|source| CatalogueError::Transition { page: id.to_string(), source })?;
    tx.prepare_cached("UPDATE page SET state = ?2 WHERE id = ?1")
        .doing("moving a page on")?
        .execute(params![id.to_string(), next.word()])
        .doing("moving a page on")?;
    if next == PageState::Deleted {
        text::remove(tx, id)?;
    }
    if !next.is_at_hand() {
        again::forget(tx, id)?;
    }
    let about = About { batch: Some(page.batch), page: Some(id), pupil: page.pupil() };
    let mut data = data.clone();
    // The event names the first of its owners; a group is told whole.
    if page.owners.len() > 1 {
        data["pupils"] = page.owners.iter().map(|owner| owner.pupil.to_string()).collect();
    }
    record(tx, at, next.word(), about, &data)?;
    Ok(next)
}

impl Catalogue {
    /// One page.
    pub fn page(&self, id: PageId) -> Result<Page, CatalogueError> {
        self.read(|c| one(c, id))
    }

    /// All pages of a batch, in the order of capture.
    pub fn pages_in(&self, batch: BatchId) -> Result<Vec<Page>, CatalogueError> {
        self.read(|c| select(c, "WHERE page.batch = ?1 ORDER BY capture.sequence, page.part", &[&batch.to_string()]))
    }

    /// The sequence of the capture that a run of a batch begins with.
    pub fn first_side(&self, batch: BatchId, run: u32) -> Result<Option<u32>, CatalogueError> {
        self.read(|c| {
            c.prepare_cached(
                "SELECT min(capture.sequence) FROM page JOIN capture ON capture.id = page.capture
                 WHERE page.batch = ?1 AND page.run = ?2",
            )
            .doing("reading a run")?
            .query_row(params![batch.to_string(), run], |row| row.get(0))
            .doing("reading a run")
        })
    }

    /// All filed pages of a pupil, by date of the work, piece and position.
    pub fn pages_of(&self, pupil: PupilId) -> Result<Vec<Page>, CatalogueError> {
        let tail = "JOIN owner ON owner.page = page.id JOIN piece ON piece.id = owner.piece
                    WHERE owner.pupil = ?1 AND page.state = 'filed'
                    ORDER BY piece.work_date, (SELECT number FROM page WHERE id = piece.anchor), owner.position";
        self.read(|c| select(c, tail, &[&pupil.to_string()]))
    }

    /// Everything of a pupil that lies in the trail, covers included, in the order of arrival.
    pub fn pages_owned_by(&self, pupil: PupilId) -> Result<Vec<Page>, CatalogueError> {
        let tail = "JOIN owner ON owner.page = page.id WHERE owner.pupil = ?1 AND page.state = 'filed'
                    ORDER BY page.number";
        self.read(|c| select(c, tail, &[&pupil.to_string()]))
    }

    /// All pages with a place in one of a pupil's pieces, whether they have arrived there or are on their way to or from
    /// it; in the order of [`Self::pages_of`].
    pub fn pages_of_pieces(&self, pupil: PupilId) -> Result<Vec<Page>, CatalogueError> {
        let tail = "JOIN owner ON owner.page = page.id JOIN piece ON piece.id = owner.piece
                    WHERE owner.pupil = ?1 ORDER BY piece.work_date, (SELECT number FROM page WHERE id = piece.anchor), owner.position";
        self.read(|c| select(c, tail, &[&pupil.to_string()]))
    }

    /// How the pages with codes lay that came before this one in its batch, on the same side of their sheets, if there
    /// are any and all lay the same way.
    pub fn common_turn_before(&self, page: &Page) -> Result<Option<Turn>, CatalogueError> {
        let turns: Vec<i32> = self.read(|c| {
            let mut statement = c
                .prepare_cached(
                    "SELECT DISTINCT other.turn FROM page AS other JOIN capture ON capture.id = other.capture
                     WHERE other.batch = ?1 AND capture.sequence < ?2 AND capture.side = ?3 AND other.turn IS NOT NULL
                     AND EXISTS (SELECT 1 FROM code WHERE code.page = other.id) LIMIT 2",
                )
                .doing("reading turns")?;
            let values = params![page.batch.to_string(), page.sequence, page.side.word()];
            let rows = statement.query_map(values, |row| row.get(0)).doing("reading turns")?;
            rows.map(|row| row.doing("reading turns")).collect()
        })?;
        Ok(match turns[..] {
            [degrees] => Turn::from_degrees(degrees),
            _ => None,
        })
    }

    /// The front of the sheet of which this page is the back.
    pub fn front_of(&self, page: &Page) -> Result<Option<Page>, CatalogueError> {
        if page.side != Side::Back || page.sequence == 0 {
            return Ok(None);
        }
        let tail = "WHERE page.batch = ?1 AND capture.sequence = ?2 AND capture.side = 'front'";
        let found = self.read(|c| select(c, tail, &[&page.batch.to_string(), &(page.sequence - 1)]))?;
        Ok(found.into_iter().next())
    }

    /// Pages that wait for a stage, at most `limit`: first those somebody waits for at a machine, then what dropped into
    /// a watched folder; each in the order in which they came.
    pub fn pages_waiting_for(&self, stage: Stage, limit: u32) -> Result<Vec<Page>, CatalogueError> {
        let states = match stage {
            Stage::Look => "'received', 'identified'",
            Stage::Read => "'prepared'",
            Stage::Again => return self.pages_to_read_again(limit),
        };
        let tail = format!(
            "JOIN batch ON batch.id = page.batch WHERE {}
             ORDER BY batch.source_kind = 'folder', page.number LIMIT ?1",
            in_states(states)
        );
        self.read(|c| select(c, &tail, &[&limit]))
    }

    /// Notes what looking and preparing found: `received` → `identified` → `prepared`, in one step.
    pub fn page_prepared(&self, id: PageId, found: &Findings, at: Timestamp) -> Result<(), CatalogueError> {
        self.write(|tx| {
            let page = one(tx, id)?;
            if page.state != PageState::Received {
                step(tx, id, PageEvent::Redo, &json!({}), at)?;
            }
            step(tx, id, PageEvent::Identify, &json!({"codes": found.codes.len()}), at)?;
            step(tx, id, PageEvent::Prepare, &json!({"skew": found.skew.map(Angle::degrees)}), at)?;
            codes::replace(tx, id, &found.codes)?;
            codes::replace_own(tx, id, &found.own_codes)?;
            tx.prepare_cached(
                "UPDATE page SET look = ?2, content = ?3, turn = ?4, skew = ?5, derivative = ?6, warnings = ?7,
                 reading = ?13, short_mm = ?8, long_mm = ?9, taken_seconds = ?10, taken_by = ?11, parts = ?12 WHERE id = ?1",
            )
            .doing("noting findings")?
            .execute(params![
                id.to_string(),
                found.look.word(),
                found.content.word(),
                found.turn.degrees(),
                found.skew.map(Angle::degrees),
                found.derivative.to_string(),
                serde_json::Value::from(found.warnings.clone()).to_string(),
                found.paper_mm.map(|(short, _)| short),
                found.paper_mm.map(|(_, long)| long),
                found.moment.map(|moment| moment.seconds),
                found.moment.map(|moment| moment.device.cast_signed()),
                found.parts,
                found.notes.to_string()
            ])
            .doing("noting findings")?;
            if let Some(suspicion) = found.suspicion {
                tx.execute(
                    "UPDATE capture SET suspicion = ?2 WHERE id = ?1 AND suspicion IS NULL",
                    params![page.capture.to_string(), suspicion.word()],
                )
                .doing("noting a suspicion")?;
            }
            Ok(())
        })
    }

    /// Notes that a page was read: `prepared` → `read`; `text` goes into the search index.
    pub fn page_read<'a>(
        &self,
        id: PageId,
        reading: Digest,
        confidence: Option<Confidence>,
        text: impl Into<PageText<'a>>,
        at: Timestamp,
    ) -> Result<(), CatalogueError> {
        self.write(|tx| {
            step(tx, id, PageEvent::Read, &json!({}), at)?;
            tx.execute(
                "UPDATE page SET reading = ?2, text_confidence = ?3 WHERE id = ?1",
                params![id.to_string(), reading.to_string(), confidence.map(|c| f64::from(c.get()))],
            )
            .doing("noting a reading")?;
            text::index(tx, id, text.into())
        })
    }

    /// Notes a failed attempt and says how many there have been.
    pub fn page_attempt_failed(&self, id: PageId) -> Result<u32, CatalogueError> {
        self.write(|tx| {
            tx.query_row(
                "UPDATE page SET attempts = attempts + 1 WHERE id = ?1 RETURNING attempts",
                [id.to_string()],
                |row| row.get(0),
            )
            .doing("noting a failed attempt")
        })
    }

    /// A derivative was lost: the page is looked at again from its original.
    pub fn page_redo(&self, id: PageId, at: Timestamp) -> Result<(), CatalogueError> {
        self.write(|tx| step(tx, id, PageEvent::Redo, &json!({}), at).map(drop))
    }

    /// Its bytes are not a sound image; `why` is shown to a person.
    pub fn page_quarantined(&self, id: PageId, why: &str, at: Timestamp) -> Result<(), CatalogueError> {
        self.stopped(id, PageEvent::Quarantine, why, at)
    }

    /// Its stages failed again and again: a person must look.
    pub fn page_troubled(&self, id: PageId, why: &str, at: Timestamp) -> Result<(), CatalogueError> {
        self.stopped(id, PageEvent::Hold, why, at)
    }

    fn stopped(&self, id: PageId, event: PageEvent, why: &str, at: Timestamp) -> Result<(), CatalogueError> {
        self.write(|tx| {
            step(tx, id, event, &json!({"why": why}), at)?;
            tx.execute("UPDATE page SET reason = ?2, look = 'unseen' WHERE id = ?1", params![id.to_string(), why])
                .doing("noting why a page stopped")?;
            Ok(())
        })
    }
}
