//! What retention rules look at.

use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing, corrupt};
use scantrail_core::ids::PageId;
use scantrail_core::state::PageState;

/// A pupil, as far as it matters for how long something is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptOf {
    /// The day of leaving, ISO, if it is known.
    pub left_on: Option<String>,
    /// The date of birth, ISO, if it is known.
    pub born: Option<String>,
}

/// What a retention rule looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keepable {
    /// The page.
    pub page: PageId,
    /// `filed`, `held`, `discarded` or `quarantined`.
    pub state: PageState,
    /// When it came in, RFC 3339.
    pub received_at: String,
    /// The latest school year it is filed under; none if in none.
    pub year: Option<String>,
    /// Its subject, if it is in a piece.
    pub subject: String,
    /// Its pupils.
    pub pupils: Vec<KeptOf>,
}

impl Catalogue {
    /// Every page a retention rule could look at, in the order of arrival.
    pub fn keepable(&self) -> Result<Vec<Keepable>, CatalogueError> {
        let doing = "looking at what is kept";
        self.read(|c| {
            let mut statement = c
                .prepare(
                    "SELECT page.id, page.state, capture.received_at,
                     (SELECT max(bag.year) FROM file JOIN bag ON bag.path = file.bag WHERE file.page = page.id),
                     coalesce(max(piece.subject), batch.subject),
                     json_group_array(json_array(pupil.left_on, pupil.born)) FILTER (WHERE pupil.id IS NOT NULL)
                     FROM page JOIN capture ON capture.id = page.capture JOIN batch ON batch.id = page.batch
                     LEFT JOIN owner ON owner.page = page.id
                     LEFT JOIN piece ON piece.id = owner.piece LEFT JOIN pupil ON pupil.id = owner.pupil
                     WHERE page.state IN ('filed', 'held', 'discarded', 'quarantined')
                     GROUP BY page.number ORDER BY page.number",
                )
                .doing(doing)?;
            let rows = statement
                .query_map([], |row| {
                    let text = |at| row.get::<_, String>(at);
                    Ok((text(0)?, text(1)?, text(2)?, row.get(3)?, text(4)?, text(5)?))
                })
                .doing(doing)?;
            rows.map(|row| {
                let (page, state, received_at, year, subject, pupils) = row.doing(doing)?;
                Ok(Keepable {
                    page: page.parse().map_err(|_| corrupt("a page id", &page))?,
                    state: PageState::from_word(&state).ok_or_else(|| corrupt("a page state", &state))?,
                    received_at,
                    year,
                    subject,
                    pupils: dates(&pupils)?,
                })
            })
            .collect()
        })
    }
}

fn dates(text: &str) -> Result<Vec<KeptOf>, CatalogueError> {
    let pairs: Vec<(Option<String>, Option<String>)> =
        serde_json::from_str(text).map_err(|_| corrupt("a list of dates", text))?;
    Ok(pairs.into_iter().map(|(left_on, born)| KeptOf { left_on, born }).collect())
}
