//! The only place that talks to libtesseract; everything that leaves here is owned and safe.
//!
//! Tesseract's inner loops start four OpenMP threads each, which costs three times the processor time on pages read in
//! parallel. `OMP_THREAD_LIMIT=1` prevents that, but the OpenMP runtime reads it once, when it is loaded: before
//! `main`. A process that wants the variable must be started with it. So that nothing depends on it, [`Engine`] also
//! forbids active parallel regions for the calling thread before each call into the library, which has the same effect.

#![expect(unsafe_code, reason = "libtesseract is a C library; each call says why it is sound")]

mod languages;
mod script;

pub(crate) use languages::installed;
use scantrail_core::ports::{ReadError, TextBox};
use scantrail_core::raster::Raster;
pub(crate) use script::Scripts;
use std::ffi::{CStr, CString, c_int};
use std::ptr::{self, NonNull};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tesseract_sys as sys;

// SAFETY: the signature is that of `omp.h`; the function touches only a setting of the calling thread.
#[link(name = "gomp")]
unsafe extern "C" {
    /// OpenMP 3.0 §3.2.14: how deep parallel regions of the calling thread may be active; 0 makes all of them serial.
    safe fn omp_set_max_active_levels(levels: c_int);
}

/// Engines are made one after the other: the library fills global tables on first use.
static MAKING: Mutex<()> = Mutex::new(());

/// How a reading ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Finished,
    OutOfTime,
}

/// A word as the engine has it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RawWord {
    pub(crate) text: String,
    pub(crate) place: TextBox,
    /// 0..=100.
    pub(crate) percent: f32,
    /// Counts text lines, also those without words.
    pub(crate) line: u32,
    /// Counts blocks of text, also those without words.
    pub(crate) block: u32,
}

/// A handle with a loaded model.
#[derive(Debug)]
pub(crate) struct Engine {
    handle: NonNull<sys::TessBaseAPI>,
}

// SAFETY: a handle is bound to no thread, only to one at a time; `&mut self` on every use and no `Sync` ensure that.
unsafe impl Send for Engine {}

/// The version of the library.
pub(crate) fn version() -> String {
    // SAFETY: returns a static, zero-terminated string.
    let version = unsafe { CStr::from_ptr(sys::TessVersion()) };
    version.to_string_lossy().into_owned()
}

impl Engine {
    pub(crate) fn new(language: &str) -> Result<Self, ReadError> {
        let no_model = || ReadError::NoModel(language.to_owned());
        let name = CString::new(language).map_err(|_| no_model())?;
        if language.is_empty() {
            return Err(no_model());
        }
        let _one_at_a_time = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
        omp_set_max_active_levels(0);
        // SAFETY: takes nothing and returns a new handle or null.
        let handle = NonNull::new(unsafe { sys::TessBaseAPICreate() });
        let engine = Self { handle: handle.ok_or_else(|| ReadError::Engine("no handle".to_owned()))? };
        // Diagnostics would go to stderr, among our own lines.
        engine.set(c"debug_file", c"/dev/null")?;
        // SAFETY: the handle is live, the name is zero-terminated and outlives the call; a null path means the default.
        let failed = unsafe { sys::TessBaseAPIInit3(engine.handle.as_ptr(), ptr::null(), name.as_ptr()) };
        if failed != 0 {
            return Err(no_model());
        }
        // Ink by Sauvola's method, which looks at the surroundings of each pixel: on pages photographed in uneven light the
        // global threshold loses a tenth of all words (BENCHMARKS, print).
        engine.set(c"thresholding_method", c"2")?;
        // SAFETY: the handle is live and initialised.
        unsafe { sys::TessBaseAPISetPageSegMode(engine.handle.as_ptr(), sys::TessPageSegMode_PSM_AUTO) };
        Ok(engine)
    }

    fn set(&self, name: &CStr, value: &CStr) -> Result<(), ReadError> {
        // SAFETY: the handle is live and both strings outlive the call.
        let known = unsafe { sys::TessBaseAPISetVariable(self.handle.as_ptr(), name.as_ptr(), value.as_ptr()) };
        if known == 0 {
            return Err(ReadError::Engine(format!("the engine does not know the setting {}", name.to_string_lossy())));
        }
        Ok(())
    }

    /// Reads a grey page; whatever it takes, nothing of the page stays behind in the engine.
    pub(crate) fn read(
        &mut self,
        page: &Raster,
        dpi: u16,
        limit: Duration,
    ) -> Result<(Outcome, Vec<RawWord>), ReadError> {
        let page_in_engine = PageInEngine::set(self, page, dpi)?;
        let outcome = page_in_engine.recognise(limit)?;
        Ok((outcome, page_in_engine.words()))
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // SAFETY: the handle came from TessBaseAPICreate and nobody else has it.
        unsafe { sys::TessBaseAPIDelete(self.handle.as_ptr()) };
    }
}

/// A page set in the engine; forgotten on drop.
struct PageInEngine<'a> {
    engine: &'a mut Engine,
}

impl<'a> PageInEngine<'a> {
    fn set(engine: &'a mut Engine, page: &Raster, dpi: u16) -> Result<Self, ReadError> {
        omp_set_max_active_levels(0);
        let too_large =
            |_| ReadError::Engine(format!("a page of {}×{} pixels is too large", page.width(), page.height()));
        let width = c_int::try_from(page.width()).map_err(too_large)?;
        let height = c_int::try_from(page.height()).map_err(too_large)?;
        let bytes = c_int::try_from(page.channels().count()).expect("one or three samples");
        let page_in_engine = Self { engine };
        let handle = page_in_engine.engine.handle.as_ptr();
        // SAFETY: the handle is live; a raster holds width × height × bytes samples without padding, and the engine
        // copies them before it returns.
        unsafe {
            sys::TessBaseAPISetImage(handle, page.samples().as_ptr(), width, height, bytes, width * bytes);
            sys::TessBaseAPISetSourceResolution(handle, c_int::from(dpi));
        }
        Ok(page_in_engine)
    }

    #[expect(clippy::disallowed_methods, reason = "tells a time limit from a failure; no time is kept")]
    fn recognise(&self, limit: Duration) -> Result<Outcome, ReadError> {
        let started = Instant::now();
        let monitor = Monitor::with_limit(limit)?;
        // SAFETY: the handle is live with a page set, the monitor outlives the call.
        let failed = unsafe { sys::TessBaseAPIRecognize(self.engine.handle.as_ptr(), monitor.0.as_ptr()) };
        // The library reports success on some pages whose last words it skipped, so the clock decides.
        if started.elapsed() >= limit {
            Ok(Outcome::OutOfTime)
        } else if failed == 0 {
            Ok(Outcome::Finished)
        } else {
            Err(ReadError::Engine(format!("recognition ended with code {failed}")))
        }
    }

    fn words(&self) -> Vec<RawWord> {
        // SAFETY: the handle is live and recognition has run; null means there is nothing.
        let iterator = NonNull::new(unsafe { sys::TessBaseAPIGetIterator(self.engine.handle.as_ptr()) });
        let Some(mut iterator) = iterator.map(Words) else { return Vec::new() };
        let mut words = Vec::new();
        let (mut lines, mut blocks) = (0, 0);
        loop {
            lines += u32::from(iterator.begins(sys::TessPageIteratorLevel_RIL_TEXTLINE));
            blocks += u32::from(iterator.begins(sys::TessPageIteratorLevel_RIL_BLOCK));
            words.extend(iterator.word(lines, blocks));
            if !iterator.advance() {
                return words;
            }
        }
    }
}

impl Drop for PageInEngine<'_> {
    fn drop(&mut self) {
        let handle = self.engine.handle.as_ptr();
        // SAFETY: the handle is live; both calls free what the page left behind, so that pages do not influence each
        // other.
        unsafe {
            sys::TessBaseAPIClear(handle);
            sys::TessBaseAPIClearAdaptiveClassifier(handle);
        }
    }
}

struct Monitor(NonNull<sys::ETEXT_DESC>);

impl Monitor {
    fn with_limit(limit: Duration) -> Result<Self, ReadError> {
        // SAFETY: takes nothing and returns a new monitor or null.
        let monitor = NonNull::new(unsafe { sys::TessMonitorCreate() });
        let monitor = Self(monitor.ok_or_else(|| ReadError::Engine("no monitor".to_owned()))?);
        let milliseconds = c_int::try_from(limit.as_millis()).unwrap_or(c_int::MAX);
        // SAFETY: the monitor is live.
        unsafe { sys::TessMonitorSetDeadlineMSecs(monitor.0.as_ptr(), milliseconds) };
        Ok(monitor)
    }
}

impl Drop for Monitor {
    fn drop(&mut self) {
        // SAFETY: the monitor came from TessMonitorCreate and nobody else has it.
        unsafe { sys::TessMonitorDelete(self.0.as_ptr()) };
    }
}

/// Walks over the words of the page that is set; must not outlive it, which its only user sees to.
struct Words(NonNull<sys::TessResultIterator>);

impl Words {
    fn place(&self) -> *mut sys::TessPageIterator {
        // SAFETY: the iterator is live; the result is the same object seen as its base and is freed with it.
        unsafe { sys::TessResultIteratorGetPageIterator(self.0.as_ptr()) }
    }

    fn begins(&self, level: sys::TessPageIteratorLevel) -> bool {
        // SAFETY: the iterator is live.
        unsafe { sys::TessPageIteratorIsAtBeginningOf(self.place(), level) != 0 }
    }

    fn word(&self, line: u32, block: u32) -> Option<RawWord> {
        const WORD: sys::TessPageIteratorLevel = sys::TessPageIteratorLevel_RIL_WORD;
        // SAFETY: the iterator is live; the text is null or zero-terminated and ours to free.
        let text = NonNull::new(unsafe { sys::TessResultIteratorGetUTF8Text(self.0.as_ptr(), WORD) })?;
        // SAFETY: as above; the text is copied before it is freed, once.
        let owned = unsafe {
            let owned = CStr::from_ptr(text.as_ptr()).to_string_lossy().into_owned();
            sys::TessDeleteText(text.as_ptr());
            owned
        };
        let [mut left, mut top, mut right, mut bottom] = [0; 4];
        // SAFETY: the iterator is live and the four integers are ours.
        let placed = unsafe {
            sys::TessPageIteratorBoundingBox(
                self.place(),
                WORD,
                &raw mut left,
                &raw mut top,
                &raw mut right,
                &raw mut bottom,
            )
        };
        // SAFETY: the iterator is live.
        let percent = unsafe { sys::TessResultIteratorConfidence(self.0.as_ptr(), WORD) };
        let side = |v: c_int| u32::try_from(v).unwrap_or(0);
        let place = TextBox { x0: side(left), y0: side(top), x1: side(right), y1: side(bottom) };
        (placed != 0).then_some(RawWord { text: owned, place, percent, line, block })
    }

    fn advance(&mut self) -> bool {
        // SAFETY: the iterator is live.
        unsafe { sys::TessResultIteratorNext(self.0.as_ptr(), sys::TessPageIteratorLevel_RIL_WORD) != 0 }
    }
}

impl Drop for Words {
    fn drop(&mut self) {
        // SAFETY: the iterator came from TessBaseAPIGetIterator and nobody else has it.
        unsafe { sys::TessResultIteratorDelete(self.0.as_ptr()) };
    }
}
