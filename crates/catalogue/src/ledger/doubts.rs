//! What the catalogue says of a page against what the events say: whoever changes one by hand forgets the other, and the
//! events are what the log holds.

use crate::error::{CatalogueError, Doing};
use crate::ledger::view::LedgerView;

const DOING: &str = "comparing pages with their events";

/// A page, or something that is said of it, for which no event speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields say what the variant names; all are opaque ids, words and paths")]
pub enum Doubt {
    /// Events tell of a page that the catalogue does not know, and of no deletion.
    Vanished { page: String },
    /// No event tells of a page that the catalogue knows.
    Unheard { page: String },
    /// The page is in another state than its last event left it in.
    State { page: String, says: String, log: String },
    /// It belongs to others than its last event said.
    Owners { page: String },
    /// A filed page without an original.
    NoOriginal { page: String },
    /// The original that lies in a trail is not the one that was captured.
    OtherOriginal { page: String },
    /// A file of the page lies in the bag of somebody it does not belong to.
    OthersBag { page: String },
    /// A bag lies in a folder that is not its pupil's.
    Folder { pupil: String },
}

/// Words of states, as events tell them; a page begins with `captured`.
const STATES: &str = "('captured', 'received', 'identified', 'prepared', 'read', 'filing', 'filed', 'moving', 'held',
    'discarded', 'quarantined', 'deleting', 'deleted')";

impl LedgerView<'_> {
    /// Everything said of pages for which no event speaks, or against which one does.
    pub fn doubts(&self) -> Result<Vec<Doubt>, CatalogueError> {
        let page = |page| Doubt::OtherOriginal { page };
        let mut found = self.ids(
            "SELECT DISTINCT page FROM event AS told WHERE page IS NOT NULL AND page NOT IN (SELECT id FROM page)
             AND NOT EXISTS (SELECT 1 FROM event WHERE event.page = told.page AND event.kind = 'deleted') ORDER BY 1",
            |page| Doubt::Vanished { page },
        )?;
        found.extend(self.ids(
            "SELECT id FROM page WHERE NOT EXISTS (SELECT 1 FROM event WHERE event.page = page.id) ORDER BY number",
            |page| Doubt::Unheard { page },
        )?);
        found.extend(self.against_last_event()?);
        found.extend(self.ids(
            "SELECT id FROM page WHERE state = 'filed' AND NOT EXISTS
             (SELECT 1 FROM file WHERE file.page = page.id AND role = 'original' AND state <> 'leaving') ORDER BY number",
            |page| Doubt::NoOriginal { page },
        )?);
        found.extend(self.ids(
            "SELECT DISTINCT page.id FROM file JOIN page ON page.id = file.page JOIN capture ON capture.id = page.capture
             WHERE file.role = 'original' AND file.state = 'present' AND file.digest IS NOT capture.digest ORDER BY 1",
            page,
        )?);
        found.extend(self.ids(
            "SELECT DISTINCT file.page FROM file JOIN bag ON bag.path = file.bag WHERE file.page IS NOT NULL
             AND file.state = 'present' AND NOT EXISTS
             (SELECT 1 FROM owner WHERE owner.page = file.page AND owner.pupil = bag.pupil) ORDER BY 1",
            |page| Doubt::OthersBag { page },
        )?);
        // `/` is followed by `0`: the paths below the pupil's folder.
        found.extend(self.ids(
            "SELECT DISTINCT bag.pupil FROM bag JOIN pupil ON pupil.id = bag.pupil
             WHERE bag.path NOT BETWEEN 'Pupils/' || folder || '/' AND 'Pupils/' || folder || '0'
             OR instr(folder, '(' || pupil.id || ')') = 0 ORDER BY 1",
            |pupil| Doubt::Folder { pupil },
        )?);
        Ok(found)
    }

    fn ids(&self, query: &str, doubt: impl Fn(String) -> Doubt) -> Result<Vec<Doubt>, CatalogueError> {
        let mut statement = self.0.prepare_cached(query).doing(DOING)?;
        let rows = statement.query_map([], |row| row.get(0).map(&doubt)).doing(DOING)?;
        rows.collect::<rusqlite::Result<_>>().doing(DOING)
    }

    /// State and owners against the last event that tells a state.
    fn against_last_event(&self) -> Result<Vec<Doubt>, CatalogueError> {
        let query = format!(
            "SELECT page.id, page.state, event.kind, event.pupil,
             CASE WHEN json_valid(event.data) THEN json_extract(event.data, '$.pupils') END,
             (SELECT json_group_array(pupil) FROM (SELECT pupil FROM owner WHERE owner.page = page.id ORDER BY pupil))
             FROM page JOIN event ON event.seq = (SELECT max(seq) FROM event WHERE event.page = page.id
             AND event.kind IN {STATES}) ORDER BY page.number"
        );
        let mut statement = self.0.prepare_cached(&query).doing(DOING)?;
        let mut rows = statement.query([]).doing(DOING)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().doing(DOING)? {
            let (page, says): (String, String) = (row.get(0).doing(DOING)?, row.get(1).doing(DOING)?);
            let kind: String = row.get(2).doing(DOING)?;
            let log = if kind == "captured" { "received".to_owned() } else { kind };
            // What was personal in the events of a deleted page is gone.
            if says == log && log == "deleted" {
                continue;
            }
            let (pupil, group): (Option<String>, Option<String>) = (row.get(3).doing(DOING)?, row.get(4).doing(DOING)?);
            let owners: String = row.get(5).doing(DOING)?;
            let owners: Vec<String> = serde_json::from_str(&owners).unwrap_or_default();
            let told = match group {
                Some(group) => serde_json::from_str(&group).ok() == Some(owners),
                None => pupil.as_ref() == owners.first(),
            };
            if says != log {
                found.push(Doubt::State { page: page.clone(), says, log });
            }
            if !told {
                found.push(Doubt::Owners { page });
            }
        }
        Ok(found)
    }
}
