//! What needs no open data folder: making one, and listing scanners.

use crate::engine::Engine;
use crate::error::DaemonError;
use crate::world::{SystemClock, SystemEntropy};
use scantrail_archive::durable::{self, Access};
use scantrail_archive::folder::DataFolder;
use scantrail_capture::scanner::DeviceInfo;
use scantrail_catalogue::School;
use scantrail_config::Config;
use scantrail_core::ports::{Clock as _, Entropy as _};
use scantrail_sheets::payload::SchoolKey;
use std::path::{Path, PathBuf};

/// Makes a data folder with its catalogue and a commented configuration; returns where that lies. Doing it again in
/// the same folder changes nothing that is there.
pub fn init(folder: &Path, school: &str) -> Result<PathBuf, DaemonError> {
    if school.trim().is_empty() {
        return Err(
            DaemonError::usage("the school needs a name").with_hint("scantrail init DIR --school \"Your School\"")
        );
    }
    let outside = |source| DaemonError::Outside { doing: "write", path: folder.to_owned(), source };
    durable::make_folder(folder)?;
    let folder = folder.canonicalize().map_err(outside)?;
    let data = DataFolder::create(&folder)?;
    let catalogue = crate::rebuild::open(data.layout())?;
    let key = match catalogue.school() {
        Ok(school) => school.key,
        Err(scantrail_catalogue::CatalogueError::NotFound { .. }) => {
            SchoolKey::from_random(SystemEntropy.random()).to_string()
        }
        Err(error) => return Err(error.into()),
    };
    catalogue.set_school(&School { name: school.trim().to_owned(), key })?;
    crate::ledger::ensure_key(data.layout(), &catalogue, SystemClock.now())?;
    let path = folder.join("scantrail.toml");
    if durable::measure(&path)?.is_none() {
        let text = scantrail_config::sample(school.trim(), &folder);
        durable::write_new(&path, text.as_bytes(), Access::Shared)?;
    }
    Ok(path)
}

/// Every scanner that SANE knows here.
pub fn devices(config: &Config) -> Result<Vec<DeviceInfo>, DaemonError> {
    Ok(Engine::scanners(config)?.list()?)
}
