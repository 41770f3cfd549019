//! Which script a page is in.

use super::{Engine, PageInEngine, sys};
use scantrail_core::ports::ReadError;
use scantrail_core::raster::Raster;
use std::ffi::CStr;
use std::ptr;

/// The model that tells scripts apart.
const MODEL: &str = "osd";
/// What the library calls certain; its figures have no upper end.
const CERTAIN: f32 = 10.0;

/// Tells scripts apart.
#[derive(Debug)]
pub(crate) struct Scripts(Engine);

impl Scripts {
    pub(crate) fn new() -> Result<Self, ReadError> {
        let engine = Engine::new(MODEL)?;
        // SAFETY: the handle is live and initialised.
        unsafe { sys::TessBaseAPISetPageSegMode(engine.handle.as_ptr(), sys::TessPageSegMode_PSM_OSD_ONLY) };
        Ok(Self(engine))
    }

    /// The script of a page and how sure that is, 0 to 1; `None` where there are too few letters to tell.
    pub(crate) fn of(&mut self, page: &Raster, dpi: u16) -> Result<Option<(String, f32)>, ReadError> {
        let page = PageInEngine::set(&mut self.0, page, dpi)?;
        let (mut degrees, mut upright, mut confidence) = (0, 0.0, 0.0);
        let mut name = ptr::null();
        // SAFETY: the handle is live with a page set, and the four values are ours; the name stays the library's.
        let told = unsafe {
            sys::TessBaseAPIDetectOrientationScript(
                page.engine.handle.as_ptr(),
                &raw mut degrees,
                &raw mut upright,
                &raw mut name,
                &raw mut confidence,
            )
        };
        if told == 0 || name.is_null() {
            return Ok(None);
        }
        // SAFETY: the library says it has told a name, which ends with zero and lives as long as the handle.
        let name = unsafe { CStr::from_ptr(name) }.to_string_lossy().into_owned();
        Ok(Some((name, (confidence / CERTAIN).clamp(0.0, 1.0))))
    }
}
