//! What there is, and what it can do.

use crate::faults;
use crate::identity::{self, UsbDevices};
use crate::meaning::{self, Place};
use crate::settings;
use crate::watchdog::Watchdog;
use sane_rs::{Constraint, Device, OptionDescriptor, Sane, Unit, ValueKind};
use scantrail_capture::protocol::{Capabilities, FoundDevice, WorkerFault};

/// Every device once, ordered by identity.
pub(crate) fn list(sane: &Sane, watchdog: &Watchdog) -> Result<Vec<FoundDevice>, WorkerFault> {
    let devices = watchdog.during(|| sane.devices()).map_err(|error| faults::of(&error))?;
    Ok(identity::merge(devices, &UsbDevices::of_this_machine()))
}

/// What an open device says about itself.
pub(crate) fn describe(device: &Device<'_>) -> Capabilities {
    let sources = settings::choices(device, "source");
    let has = |place| meaning::choose_source(&sources, place).is_some();
    let sides_option = device.option("duplex").is_some_and(|option| option.kind == ValueKind::Bool)
        || device.option("adf-mode").is_some_and(|option| match &option.constraint {
            Constraint::Texts(names) => names.iter().any(|name| meaning::place(name) == Place::FeederDuplex),
            _ => false,
        });
    let resolution = device.option("resolution").or_else(|| device.option("x-resolution"));
    Capabilities {
        flatbed: sources.is_empty() || has(Place::Glass),
        feeder: has(Place::Feeder) || has(Place::FeederDuplex),
        duplex: has(Place::FeederDuplex) || sides_option,
        modes: settings::choices(device, "mode"),
        resolutions: resolution.map(listed).unwrap_or_default(),
        resolution_range: resolution.and_then(settings::limits).map(|(min, max)| (dpi(min), dpi(max))),
        largest: length(device, "br-x").zip(length(device, "br-y")),
        sources,
    }
}

fn listed(option: &OptionDescriptor) -> Vec<u16> {
    let mut values: Vec<u16> = match &option.constraint {
        Constraint::Ints(values) => values.iter().map(|value| dpi(f64::from(*value))).collect(),
        Constraint::Fixeds(values) => values.iter().map(|value| dpi(value.to_f64())).collect(),
        _ => Vec::new(),
    };
    values.retain(|value| *value > 0);
    values.sort_unstable();
    values
}

fn dpi(value: f64) -> u16 {
    // Saturating, which is what is wanted of nonsense.
    value.round() as u16
}

/// The most that an edge can be, in hundredths of a millimetre; `None` if it is counted in pixels.
fn length(device: &Device<'_>, name: &str) -> Option<i32> {
    let option = device.option(name).filter(|option| option.unit == Unit::Millimetre)?;
    settings::limits(option).map(|(_, max)| (max * 100.0).round() as i32)
}
