//! Pages in another script than their batch's: found by their shapes, read with what is installed for them. Asked for only
//! where a page reads as nonsense, for telling scripts apart takes longer than reading most pages.

use crate::languages;
use scantrail_core::ports::{OtherScripts, ReadError, Reading as Recognised, Recogniser as _};
use scantrail_core::raster::Raster;
use scantrail_ocr::{Cancel, Engine, Limits, ReadingWorker, scripts};
use std::path::PathBuf;

/// The model that tells scripts apart.
const TELLS_APART: &str = "osd";
/// A script counts from here on: of pages of handwriting the engine names some script with a tenth of it.
const SURE_OF_A_SCRIPT: f32 = 0.2;

/// Reads pages in a script that the language of their batch is not written in.
pub(crate) struct OtherScript {
    program: PathBuf,
    cancel: Cancel,
    /// What pages are read in that are in no other script.
    language: String,
    installed: Vec<String>,
    tells_apart: ReadingWorker,
    /// The last one that was needed, kept warm: a pupil's pages come together.
    reader: Option<(String, ReadingWorker)>,
}

impl OtherScript {
    /// `None` if there is nothing to read another script with, or to tell scripts apart by.
    pub(crate) fn new(program: PathBuf, language: String, installed: &[String], cancel: &Cancel) -> Option<Self> {
        let foreign = languages::readers(installed).filter(|name| !scripts::share_a_script(name, &language)).count();
        if foreign == 0 || !installed.iter().any(|name| name == TELLS_APART) {
            return None;
        }
        let (limits, installed) = (Limits::default(), installed.to_vec());
        let tells_apart = ReadingWorker::cold(program.clone(), Engine::Script, limits, cancel.clone());
        Some(Self { program, cancel: cancel.clone(), language, installed, tells_apart, reader: None })
    }
}

impl OtherScripts for OtherScript {
    /// Where it cannot be done, the page keeps what was read in its own language: nobody's page waits for it.
    fn read(&mut self, page: &Raster) -> Result<Option<(Recognised, String)>, ReadError> {
        match self.try_read(page) {
            Err(error @ (ReadError::Engine(_) | ReadError::NoModel(_))) => {
                tracing::warn!(error = %error, "a page is not read in another script");
                Ok(None)
            }
            other => other,
        }
    }
}

impl OtherScript {
    fn try_read(&mut self, page: &Raster) -> Result<Option<(Recognised, String)>, ReadError> {
        let Some((script, sure)) = self.tells_apart.script(page)? else { return Ok(None) };
        if sure < SURE_OF_A_SCRIPT || scripts::is_written_in(&self.language, &script) {
            return Ok(None);
        }
        let Some(language) = scripts::reader_for(&script, &self.installed) else { return Ok(None) };
        let kept = self.reader.take().filter(|(other, _)| *other == language);
        let mut reader = kept.map_or_else(
            || {
                let engine = Engine::Print { language: language.clone() };
                ReadingWorker::cold(self.program.clone(), engine, Limits::default(), self.cancel.clone())
            },
            |(_, reader)| reader,
        );
        let reading = reader.read(page)?;
        let name = reader.name();
        self.reader = Some((language, reader));
        Ok(Some((reading, name)))
    }
}
