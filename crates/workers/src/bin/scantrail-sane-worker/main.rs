//! `scantrail-sane-worker`: drives libsane for one listing, one question or one batch, and ends.
//!
//! Its parent talks [`scantrail_capture::protocol`] with it over a socket on standard input. A backend may crash or
//! hang here without anyone else noticing more than that. It owns nothing durable: a page is its parent's before the
//! next one is started.

mod discover;
mod faults;
mod feeder;
mod identity;
mod link;
mod meaning;
mod page;
mod pixels;
mod settings;
mod sheet;
mod watchdog;

use link::Link;
use sane_rs::{Device, Sane};
use scantrail_capture::protocol::{EndReason, FromWorker, ScanOrder, ToWorker, VERSION, WorkerFault};
use std::io::IsTerminal;
use std::process::ExitCode;
use std::time::Duration;
use watchdog::Watchdog;

fn main() -> ExitCode {
    if std::io::stdin().is_terminal() {
        eprintln!("this program is started by scantrail; to list scanners, use `scantrail devices`");
        return ExitCode::from(2);
    }
    match Link::take_standard_input() {
        Ok(link) => serve(&link),
        Err(error) => {
            eprintln!("standard input is no socket: {error}");
            ExitCode::from(2)
        }
    }
}

fn serve(link: &Link) -> ExitCode {
    let watchdog = Watchdog::start(link);
    let sane = match watchdog.during(Sane::init) {
        Ok(sane) => sane,
        Err(error) => {
            link.say(&FromWorker::Failed { fault: faults::of(&error) });
            return ExitCode::FAILURE;
        }
    };
    link.say(&FromWorker::Hello { protocol: VERSION, sane: sane.version().to_string() });
    let last_word = match link.wait_for_order() {
        Some(ToWorker::List) => discover::list(&sane, &watchdog).map(|devices| FromWorker::Devices { devices }),
        Some(ToWorker::Describe { device }) => open(&sane, &device, &[], link, &watchdog)
            .map(|device| FromWorker::Described { capabilities: discover::describe(&device) }),
        Some(ToWorker::Scan(order)) => return scan(&sane, &order, link, &watchdog),
        Some(ToWorker::Acknowledged { .. } | ToWorker::Cancel) | None => return ExitCode::SUCCESS,
    };
    link.say(&last_word.unwrap_or_else(|fault| FromWorker::Failed { fault }));
    watchdog.during(|| drop(sane));
    ExitCode::SUCCESS
}

/// Scans one batch. The last word is said before the device is let go: a backend that hangs then spoils nothing.
fn scan(sane: &Sane, order: &ScanOrder, link: &Link, watchdog: &Watchdog) -> ExitCode {
    watchdog.be_patient_for(Duration::from_millis(order.patience));
    let say = |end: Result<EndReason, WorkerFault>| {
        link.say(&match end {
            // Whatever went wrong after the parent's cancel went wrong because of it.
            _ if link.is_cancelled() => FromWorker::End { reason: EndReason::Cancelled },
            Ok(reason) => FromWorker::End { reason },
            Err(fault) => FromWorker::Failed { fault },
        });
    };
    match open(sane, &order.device, &order.busy_pauses, link, watchdog) {
        Err(fault) => say(Err(fault)),
        Ok(mut device) => {
            watchdog.guard(device.canceller());
            say(feeder::run(&mut device, order, link, watchdog));
            watchdog.during(|| {
                device.cancel();
                drop(device);
            });
        }
    }
    ExitCode::SUCCESS
}

/// Opens a device, trying again while it is busy.
fn open<'sane>(
    sane: &'sane Sane,
    name: &str,
    busy_pauses: &[u64],
    link: &Link,
    watchdog: &Watchdog,
) -> Result<Device<'sane>, WorkerFault> {
    link.while_busy(busy_pauses, || watchdog.during(|| sane.open(name))).map_err(|error| faults::of(&error))
}
