//! The mats that papers and things lie on: what a camera sees of an empty one, learnt once and kept in `.trail/mats`
//! under the digest of the model, so that a page prepared again sees the same mat.

use crate::engine::Engine;
use crate::error::DaemonError;
use scantrail_archive::durable::{self, Access};
use scantrail_capture::decode::SandboxedDecoder;
use scantrail_capture::files::media_of;
use scantrail_core::ports::{Decoded, Decoder as _};
use scantrail_core::raster::Raster;
use scantrail_core::units::Digest;
use scantrail_core::vocabulary::Shows;
use scantrail_imaging::items::MatModel;
use scantrail_imaging::prepare::{Mat, Scene};
use std::path::{Path, PathBuf};

/// What a person said, as the imaging takes it.
pub(crate) fn scene(shows: Shows, expected: Option<u32>, empty: Option<&MatModel>) -> Scene<'_> {
    let mat = Mat { empty, expected: expected.map(|count| count as usize) };
    match shows {
        Shows::Anything => Scene::Unsaid,
        Shows::Papers => Scene::Papers(mat),
        Shows::Object => Scene::Object(mat),
        Shows::Board => Scene::Board,
    }
}

/// What a picture of an empty mat teaches; `turned` brings its pixels into the order of those it is used for.
pub(crate) fn model(
    decoder: &SandboxedDecoder,
    file: &Path,
    turned: impl FnOnce(Decoded) -> Raster,
) -> Result<MatModel, DaemonError> {
    let outside = |source| DaemonError::Outside { doing: "read", path: file.to_owned(), source };
    let bytes = std::fs::read(file).map_err(outside)?;
    let fault = |why: &dyn std::fmt::Display| DaemonError::usage(format!("the empty mat `{}`: {why}", file.display()));
    let media = media_of(&file.to_string_lossy(), &bytes).map_err(|foreign| fault(&foreign))?;
    MatModel::learn(&[&turned(decoder.decode(&bytes, media)?)]).map_err(|why| fault(&why))
}

/// Learns a mat from a picture of it and keeps the model.
pub(crate) fn learn(engine: &Engine, file: &Path) -> Result<Digest, DaemonError> {
    // Captures are prepared from their pixels as stored.
    let bytes = model(&engine.decoder, file, |decoded| decoded.raster)?.to_bytes();
    let digest = durable::Written::of(&bytes).digest;
    durable::replace(&path(engine, digest), &bytes, Access::Private)?;
    Ok(digest)
}

/// The model that a batch was opened with.
pub(crate) fn load(engine: &Engine, mat: Option<Digest>) -> Result<Option<MatModel>, DaemonError> {
    let Some(digest) = mat else { return Ok(None) };
    let bytes = durable::read(&path(engine, digest))?.filter(|bytes| durable::Written::of(bytes).digest == digest);
    // Without it the picture's own border tells the mat, as for everybody who never showed an empty one.
    let model = bytes.and_then(|bytes| MatModel::from_bytes(&bytes).ok());
    if model.is_none() {
        tracing::warn!("the model of an empty mat is gone: papers are told from what lies around them");
    }
    Ok(model)
}

fn path(engine: &Engine, mat: Digest) -> PathBuf {
    engine.layout().private().join("mats").join(format!("{mat}.mat"))
}
