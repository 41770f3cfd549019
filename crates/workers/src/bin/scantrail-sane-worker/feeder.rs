//! One batch: page after page, each handed over and acknowledged before the next is started.
//!
//! ```text
//! start ── NO_DOCS ──▶ the end          BUSY ──▶ pause, try again        JAMMED, COVER_OPEN, … ──▶ fault
//!   │
//! read ─── NO_DOCS before the first byte ──▶ the end
//!   │
//! hand over ── wait for the acknowledgement ──▶ start
//! ```
//!
//! After a cancel from the parent nothing is started again: a network scanner would begin a new batch.

use crate::faults;
use crate::link::Link;
use crate::page::{self, PageRead};
use crate::settings::{self, Feed};
use crate::sheet::Page;
use crate::watchdog::Watchdog;
use sane_rs::{Device, Status};
use scantrail_capture::protocol::{BetweenPages, Captured, EndReason, FromWorker, ScanOrder, WorkerFault};
use scantrail_core::vocabulary::{Side, Suspicion};

/// Sets the device and takes pages until there are no more. The device is left as it is: the caller cancels.
pub(crate) fn run(
    device: &mut Device<'_>,
    order: &ScanOrder,
    link: &Link,
    watchdog: &Watchdog,
) -> Result<EndReason, WorkerFault> {
    let feed = watchdog.during(|| settings::apply(device, order))?;
    // Now, because some backends do not let options be read while a page is being scanned.
    let (options, dpi) = watchdog.during(|| (settings::effective(device), settings::resolution(device)));
    link.say(&FromWorker::Effective { options });
    let mut batch = Batch { device, order, dpi, link, watchdog, sequence: 0 };
    loop {
        if link.is_cancelled() {
            return Ok(EndReason::Cancelled);
        }
        match batch.next_page()? {
            PageRead::Whole(page) => batch.hand_over(&page, feed),
            PageRead::Nothing if batch.sequence == 0 => return Err(WorkerFault::NoDocuments),
            PageRead::Nothing => return Ok(EndReason::FeederEmpty),
            PageRead::Cancelled => return Ok(EndReason::Cancelled),
        }
        if feed == Feed::Glass {
            return Ok(EndReason::FlatbedDone);
        }
    }
}

struct Batch<'a, 'sane> {
    device: &'a mut Device<'sane>,
    order: &'a ScanOrder,
    dpi: Option<(u16, u16)>,
    link: &'a Link,
    watchdog: &'a Watchdog,
    sequence: u32,
}

impl Batch<'_, '_> {
    fn next_page(&mut self) -> Result<PageRead, WorkerFault> {
        let Self { device, order, dpi, link, watchdog, sequence } = self;
        let stacked = !order.stack.is_empty();
        if *sequence > 0 && (stacked || order.between_pages == BetweenPages::Cancel) {
            watchdog.during(|| device.cancel());
        }
        if stacked {
            let Some(file) = order.stack.get(*sequence as usize) else { return Ok(PageRead::Nothing) };
            settings::set_text(device, "filename", file)?;
        }
        match link.while_busy(&order.busy_pauses, || watchdog.during(|| device.start())) {
            Ok(()) => {}
            Err(error) if error.status() == Some(Status::NoDocuments) && !stacked => return Ok(PageRead::Nothing),
            Err(error) => return Err(faults::of(&error)),
        }
        link.say(&FromWorker::CaptureStarted { sequence: *sequence });
        page::read(device, *dpi, link, watchdog)
    }

    fn hand_over(&mut self, page: &Page, feed: Feed) {
        let side = match feed {
            Feed::Glass | Feed::Sheets => Side::Single,
            Feed::BothSides if self.sequence.is_multiple_of(2) => Side::Front,
            Feed::BothSides => Side::Back,
        };
        let captured = Captured {
            sequence: self.sequence,
            side: side.word().into(),
            width: page.width,
            height: page.height,
            dpi: page.dpi,
            suspicion: page.suspicion.map(|suspicion: Suspicion| suspicion.word().into()),
        };
        self.link.hand_over(&captured, &page.png);
        self.link.wait_for_acknowledgement(self.sequence);
        self.sequence += 1;
    }
}
