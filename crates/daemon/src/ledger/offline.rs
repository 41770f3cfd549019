//! Checking a proof with nothing but the proof: no data folder, no daemon, no trust in whoever made it.

use super::proof::SHAPE;
use crate::api::{Outside, PageProof, ProofReply, ProvedEvent};
use crate::error::DaemonError;
use scantrail_archive::durable;
use scantrail_core::units::Digest;
use scantrail_ledger::{Checkpoint, Fields, Hash, Leaf, Secret, VerifyingKey, proof};
use std::path::Path;

/// Checks a proof: against the original if there is one, a checkpoint somebody kept, the line of the school's key.
/// Faults are values; an error means that it could not look.
pub fn check_proof(
    text: &str,
    original: Option<&Path>,
    kept: &[Outside],
    key: Option<&str>,
) -> Result<ProofReply, DaemonError> {
    let no_proof = |why: String| DaemonError::usage(format!("this is no proof: {why}"));
    let bundle: PageProof = serde_json::from_str(text).map_err(|error| no_proof(error.to_string()))?;
    if bundle.scantrail != SHAPE {
        return Err(no_proof(format!("it is a `{}`, and this program knows `{SHAPE}`", bundle.scantrail)));
    }
    let mut said = Said::default();
    let verifier: Option<VerifyingKey> = bundle.verifier.parse().ok();
    let signed = verifier.as_ref().ok_or_else(|| "its key is none".to_owned());
    let signed = signed.and_then(|key| Checkpoint::open(&bundle.checkpoint, key).map_err(|why| why.to_string()));
    let checkpoint = match signed {
        Ok(checkpoint) => checkpoint,
        Err(why) => {
            said.wrong(format!("the checkpoint is not signed by the key that the proof names: {why}"));
            Checkpoint::unchecked(&bundle.checkpoint).ok_or_else(|| no_proof("it has no checkpoint".into()))?
        }
    };
    whose_key(&bundle, key, &mut said);
    events(&bundle, &checkpoint, &mut said);
    held_against_original(&bundle, original, &mut said)?;
    held_against_kept(&bundle, &checkpoint, verifier.as_ref(), kept, &mut said);
    said.unproved("that nothing else happened to the page, that every sheet was captured, and whose work it really is");
    let Said { mut proved, not_proved, problems } = said;
    if !problems.is_empty() {
        proved.clear();
    }
    let (events, signed_at) = (checkpoint.size, checkpoint.time);
    Ok(ProofReply { page: bundle.page, events, signed_at, proved, not_proved, problems })
}

/// Sentences.
#[derive(Default)]
struct Said {
    proved: Vec<String>,
    not_proved: Vec<String>,
    problems: Vec<String>,
}

impl Said {
    fn proved(&mut self, words: impl Into<String>) {
        self.proved.push(words.into());
    }

    fn unproved(&mut self, words: impl Into<String>) {
        self.not_proved.push(words.into());
    }

    fn wrong(&mut self, words: impl Into<String>) {
        self.problems.push(words.into());
    }
}

fn whose_key(bundle: &PageProof, key: Option<&str>, said: &mut Said) {
    match key.map(str::trim) {
        Some(key) if key == bundle.verifier => said.proved("the checkpoint is signed by the key you gave"),
        Some(key) => {
            said.wrong(format!("the proof is signed by `{}`, not by the key you gave, `{key}`", bundle.verifier));
        }
        None => said.unproved(format!(
            "that the key is the school’s: hold `{}` against the one you have, or give that with --key",
            bundle.verifier
        )),
    }
}

fn events(bundle: &PageProof, checkpoint: &Checkpoint, said: &mut Said) {
    let secret = bundle.key.as_deref().map(Hash::from_hex);
    if secret == Some(None) {
        said.wrong("the key of the page is none");
    }
    let secret = secret.flatten().map(|key| Secret::new(key.0));
    let original = bundle.original_sha256.as_deref().map(Digest::from_hex);
    if original == Some(None) {
        said.wrong("the digest of the original is none");
    }
    for event in &bundle.events {
        if let Err(why) = one_event(bundle, event, secret.as_ref(), original.flatten(), checkpoint) {
            said.wrong(format!("event {} ({}): {why}", event.seq, event.kind));
            continue;
        }
        let whose = event.pupil.as_ref().map(|pupil| format!(", for pupil {pupil}")).unwrap_or_default();
        said.proved(format!("event {} is in the log: {} at {}{whose}", event.seq, event.kind, event.at));
    }
    match (bundle.events.is_empty(), secret) {
        (true, _) => said.wrong("it tells of no event"),
        (false, Some(_)) => {}
        (false, None) if bundle.events.iter().any(|event| event.kind == "deleted") => {
            said.proved("the page was deleted, and the log says when");
            said.unproved("what was recorded of it: its key was destroyed with it");
        }
        (false, None) => said.wrong("the key of the page is missing, and no deletion is among its events"),
    }
}

/// The commitment opens to what is told, and the leaf is where it is said to be.
fn one_event(
    bundle: &PageProof,
    event: &ProvedEvent,
    secret: Option<&Secret>,
    original: Option<Digest>,
    checkpoint: &Checkpoint,
) -> Result<(), String> {
    let ProvedEvent { seq, at, kind, batch, pupil, data, commitment, leaf, path } = event;
    let commitment = Hash::from_hex(commitment).ok_or("its commitment is none")?;
    match secret {
        Some(secret) => {
            let fields = Fields { seq: *seq, pupil: pupil.as_deref(), original, data };
            if fields.commit(secret).map_err(|why| why.to_string())? != commitment {
                return Err("its pupil, details or original are not those that were committed to".into());
            }
        }
        None if pupil.is_some() || data != "{}" => return Err("without a key nothing can be told of it".into()),
        None => {}
    }
    let leaf_of = Leaf { seq: *seq, at, kind, batch: batch.as_deref(), page: Some(&bundle.page), commitment };
    let hash = leaf_of.hash().map_err(|why| why.to_string())?;
    let path = hashes(path).ok_or("its proof is none")?;
    proof::check_inclusion(&hash, *leaf, checkpoint.size, &path, &checkpoint.root).map_err(|why| why.to_string())
}

fn held_against_original(bundle: &PageProof, original: Option<&Path>, said: &mut Said) -> Result<(), DaemonError> {
    let Some(path) = original else {
        if let Some(digest) = &bundle.original_sha256 {
            said.unproved(format!(
                "that a file you have is the original: its sha256 must be {digest}; give it with --file"
            ));
        }
        return Ok(());
    };
    let found = durable::measure(path)?
        .ok_or_else(|| DaemonError::not_found(format!("there is no file `{}`", path.display())))?;
    if bundle.original_sha256.as_deref() == Some(&*found.digest.to_string()) {
        said.proved(format!("`{}` is the original, byte for byte", path.display()));
    } else {
        said.wrong(format!("`{}` is not the original: its sha256 is {}", path.display(), found.digest));
    }
    Ok(())
}

fn held_against_kept(
    bundle: &PageProof,
    checkpoint: &Checkpoint,
    verifier: Option<&VerifyingKey>,
    kept: &[Outside],
    said: &mut Said,
) {
    if kept.is_empty() {
        said.unproved("that the log was never changed: hold it against a checkpoint from elsewhere, with --checkpoint");
    }
    for Outside { name, note } in kept {
        match verifier.map(|key| Checkpoint::open(note, key)) {
            Some(Ok(other)) => match against(bundle, checkpoint, &other) {
                Ok(()) if other.size >= checkpoint.size => said.proved(format!(
                    "all of it was in the log when the checkpoint `{name}`{} was made, and is as it was then",
                    super::check::dated(&other)
                )),
                Ok(()) => {
                    let before = bundle.events.iter().filter(|event| event.leaf < other.size).count();
                    said.proved(format!(
                        "{before} of {} events were in the log when the checkpoint `{name}`{} was made, and are as they were then",
                        bundle.events.len(),
                        super::check::dated(&other)
                    ));
                }
                Err(why) => said.wrong(format!("the checkpoint `{name}`: {why}")),
            },
            Some(Err(why)) => said.wrong(format!("the checkpoint `{name}` is not believed: {why}")),
            None => {}
        }
    }
}

/// The checkpoint of the proof and another one are of one log.
fn against(bundle: &PageProof, checkpoint: &Checkpoint, other: &Checkpoint) -> Result<(), String> {
    if other.size == checkpoint.size {
        let same = other.root == checkpoint.root;
        return if same { Ok(()) } else { Err("it is of another log: the same number of events, another root".into()) };
    }
    let root = other.root.to_string();
    let Some(link) = bundle.consistency.iter().find(|link| link.events == other.size && link.root == root) else {
        let hint = "ask for one with: scantrail ledger prove PAGE --checkpoint FILE";
        return Err(format!("the proof does not lead from it to its own checkpoint; {hint}"));
    };
    let path = hashes(&link.path).ok_or("the proof about it is none")?;
    let (this, that) = ((checkpoint.size, &checkpoint.root), (other.size, &other.root));
    let (old, new) = if other.size < checkpoint.size { (that, this) } else { (this, that) };
    proof::check_consistency(old, new, &path).map_err(|why| format!("it is not of this log: {why}"))
}

fn hashes(texts: &[String]) -> Option<Vec<Hash>> {
    texts.iter().map(|text| Hash::from_hex(text)).collect()
}
