//! The key that signs checkpoints: made once, for this daemon alone; its public part lies beside it and in the log.
//!
//! The secret is written first, the log second, the public part last: where that lies, the log knows the key.

use crate::engine::Engine;
use crate::error::{DaemonError, Exit};
use scantrail_archive::durable::{self, Access};
use scantrail_archive::folder::Layout;
use scantrail_catalogue::Catalogue;
use scantrail_core::jiff::Timestamp;
use scantrail_ledger::SigningKey;
use scantrail_ledger::note::BadNote;

const SECRET: &str = "key";
const PUBLIC: &str = "key.pub";

/// The key of an open data folder.
pub(super) fn signing(engine: &Engine) -> Result<SigningKey, DaemonError> {
    ensure(engine.layout(), &engine.catalogue, engine.now())
}

/// The key of a data folder; made if there is none yet.
pub(crate) fn ensure(layout: &Layout, catalogue: &Catalogue, now: Timestamp) -> Result<SigningKey, DaemonError> {
    let (secret, public) = (layout.ledger().join(SECRET), layout.ledger().join(PUBLIC));
    let key = if let Some(text) = durable::read(&secret)? {
        read(&text)?
    } else {
        let key = make()?;
        durable::write_new(&secret, key.to_secret_text().as_bytes(), Access::Private)?;
        key
    };
    let line = format!("{}\n", key.verifying_key());
    if durable::read(&public)?.as_deref() != Some(line.as_bytes()) {
        catalogue.ledger_key_made(line.trim_end(), now)?;
        durable::replace(&public, line.as_bytes(), Access::Shared)?;
    }
    Ok(key)
}

/// The name says nothing about the school: it stands on every checkpoint.
fn make() -> Result<SigningKey, DaemonError> {
    let mut random = [0; 40];
    getrandom::fill(&mut random).expect("the kernel gives random numbers once it has started");
    let (name, seed) = random.split_first_chunk::<8>().expect("forty bytes have eight first ones");
    let name = format!("scantrail/{:016x}", u64::from_be_bytes(*name));
    let seed = seed.try_into().expect("forty bytes less eight are a key");
    SigningKey::new(&name, seed).map_err(|source| DaemonError::inside("no key for checkpoints could be made", source))
}

fn read(text: &[u8]) -> Result<SigningKey, DaemonError> {
    let text = std::str::from_utf8(text).map_err(|_| BadNote::Key);
    text.and_then(SigningKey::from_secret_text).map_err(|_| DaemonError::Refused {
        what: "the key that signs checkpoints (`.trail/ledger/key`) is damaged".into(),
        hint: Some("put it back from a backup; or move it away, then a new one is made and the log says so".into()),
        exit: Exit::Storage,
    })
}
