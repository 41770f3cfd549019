//! A new identity, after adoption or for protection: new name and numbers wherever people look, the old ones sealed.

use super::changes::{free, named, replace, with_folder};
use crate::api::{NewIdentity, NewIdentityReply, SealedIdentityReply, SealedReply};
use crate::engine::{Engine, lock};
use crate::error::DaemonError;
use crate::queries::pupil_reply;
use crate::waiting;
use scantrail_catalogue::{Query, Scrubbed};
use scantrail_core::fold::fold;
use scantrail_core::roster::{Pupil, PupilDetails};
use scantrail_roster::upn;

/// Pages beyond which they are not counted one by one.
const MANY: u32 = 1000;

/// Gives a pupil a new name and new numbers. Returns when the folder has its name and the catalogue's file holds the
/// old one nowhere but where it is sealed.
pub(super) fn give(engine: &Engine, pupil: &Pupil, new: &NewIdentity) -> Result<NewIdentityReply, DaemonError> {
    let mut after = pupil.clone();
    replace(&mut after.details.surname, new.surname.as_deref());
    replace(&mut after.details.forename, new.forename.as_deref());
    replace(&mut after.details.admission_number, new.admission_number.as_deref());
    if let Some(number) = &new.upn {
        after.details.upn = upn::normalise(number);
    }
    after.details.former_upn.clear();
    if after.details == pupil.details {
        return Err(DaemonError::usage("this is the identity the pupil has")
            .with_hint("say what is new: --surname, --forename, --upn, --admission-number"));
    }
    named(&after.details)?;
    {
        let _one_at_a_time = lock(&engine.deciding);
        free(engine, &after.details, Some(pupil.id))?;
        let (after, folder) = with_folder(after.clone());
        engine.catalogue.new_identity(&after, &folder, engine.now())?;
    }
    engine.bell.ring();
    waiting::folders_named(engine)?;
    waiting::at_rest(engine)?;
    let scrubbed = engine.catalogue.scrub()?;
    tracing::info!(pupil_id = %pupil.id, "new identity");
    Ok(NewIdentityReply {
        pupil: pupil_reply(&after),
        upn_doubt: super::upn_doubt(&after.details.upn),
        remains: remains(engine, &pupil.details, &after, scrubbed)?,
    })
}

/// Where the old name may still stand: what a program cannot or must not change.
fn remains(engine: &Engine, old: &PupilDetails, after: &Pupil, scrubbed: Scrubbed) -> Result<Vec<String>, DaemonError> {
    let mut remains = vec![
        "sheets and cards printed before go on working and carry the old name; print new ones and collect the old"
            .to_owned(),
        "exports and backups made before carry it".to_owned(),
    ];
    let changed: Vec<&str> = [(&old.surname, &after.details.surname), (&old.forename, &after.details.forename)]
        .into_iter()
        .filter(|(old, new)| !old.is_empty() && fold(old) != fold(new))
        .map(|(old, _)| old.as_str())
        .collect();
    let (mut pages, mut pieces) = (std::collections::BTreeSet::new(), 0);
    for name in &changed {
        let query = Query { words: format!("\"{name}\""), pupil: Some(after.id), limit: MANY, ..Query::default() };
        pages.extend(engine.catalogue.search(&query)?.into_iter().map(|hit| hit.page));
    }
    for piece in engine.catalogue.pieces_of(after.id)? {
        let title = fold(&piece.title);
        pieces += usize::from(changed.iter().any(|name| title.contains(&fold(name))));
    }
    if !pages.is_empty() {
        remains.push(format!(
            "{} of the pupil's own pages were read as having the old name on them; the work is kept as it is, and is \
             found by these words",
            pages.len()
        ));
    }
    if pieces > 0 {
        remains.push(format!("the titles of {pieces} pieces seem to hold it"));
    }
    remains.push("captures of old cover sheets, and names of files that were handed in, may show it".to_owned());
    if scrubbed == Scrubbed::InPlace {
        remains.push("the catalogue is too large to be written anew; deleted text in it was overwritten".to_owned());
    }
    Ok(remains)
}

/// Shows what was sealed; that somebody looked, and why, is kept.
pub(super) fn look(engine: &Engine, pupil: &Pupil, reason: &str) -> Result<SealedReply, DaemonError> {
    if reason.trim().is_empty() {
        return Err(DaemonError::usage("a sealed identity is shown only with a reason")
            .with_hint("say why: --reason TEXT; the look and its reason are kept"));
    }
    let found = engine.catalogue.look_at_sealed(pupil.id, reason.trim(), engine.now())?;
    tracing::warn!(pupil_id = %pupil.id, "a sealed identity was looked at");
    let identities = found.into_iter().map(|(at, sealed)| SealedIdentityReply {
        at,
        surname: sealed.details.surname,
        forename: sealed.details.forename,
        upn: sealed.details.upn,
        former_upn: sealed.details.former_upn,
        admission_number: sealed.details.admission_number,
    });
    Ok(SealedReply { id: pupil.id.to_string(), identities: identities.collect() })
}
