//! Sets a device to an order, in the order backends need: source, mode, depth, resolution, page size, geometry, the
//! rest. What a device makes of it is read back; only that is recorded.

use crate::faults;
use crate::meaning::{self, Place};
use sane_rs::{Constraint, Device, Error, Fixed, Operation, OptionDescriptor, Status, Unit, Value, ValueKind};
use scantrail_capture::protocol::{ScanOrder, Source, WorkerFault};
use std::collections::BTreeMap;

/// Longer values (gamma tables) are of no use in a record.
const LONGEST_RECORDED: usize = 16 * size_of::<i32>();

/// How the device gives its pages, once set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Feed {
    /// One page, then the batch is over.
    Glass,
    /// Pages until there are no more.
    Sheets,
    /// The same, front and back in turn.
    BothSides,
}

/// Sets everything.
pub(crate) fn apply(device: &mut Device<'_>, order: &ScanOrder) -> Result<Feed, WorkerFault> {
    let feed = set_source(device, order)?;
    set_mode(device, order)?;
    if device.option("depth").is_some_and(OptionDescriptor::is_settable) {
        set_number(device, "depth", 8.0, Nearest::Any)?;
    }
    for name in ["resolution", "x-resolution", "y-resolution"] {
        if device.option(name).is_some_and(OptionDescriptor::is_settable) {
            set_number(device, name, f64::from(order.dpi), Nearest::NotLess)?;
        }
    }
    set_area(device, order)?;
    for (name, text) in &order.options {
        set_text(device, name, text)?;
    }
    Ok(feed)
}

/// Every readable option as it is now. One that refuses to be read is left out: the record is poorer, the page is not.
pub(crate) fn effective(device: &Device<'_>) -> BTreeMap<String, String> {
    let recorded = |option: &&OptionDescriptor| {
        option.is_readable() && (option.kind == ValueKind::Text || option.size <= LONGEST_RECORDED)
    };
    let value = |option: &OptionDescriptor| Some((option.name.clone(), device.get(&option.name).ok()?.to_string()));
    device.options().iter().filter(recorded).filter_map(value).collect()
}

/// Dots per inch along both axes, if the device says.
pub(crate) fn resolution(device: &Device<'_>) -> Option<(u16, u16)> {
    let dpi = |name: &str| {
        let value = number(&device.get(name).ok()?)?.round();
        (1.0..=f64::from(u16::MAX)).contains(&value).then_some(value as u16)
    };
    let both = dpi("resolution");
    Some((dpi("x-resolution").or(both)?, dpi("y-resolution").or(both)?))
}

/// Sets one option from a text, as the order's own options are given.
pub(crate) fn set_text(device: &mut Device<'_>, name: &str, text: &str) -> Result<(), WorkerFault> {
    let refused = || WorkerFault::InvalidOption { option: name.into(), value: text.into(), allowed: Vec::new() };
    let value = device.option(name).and_then(|option| parse(option, text)).ok_or_else(refused)?;
    set(device, name, &value)
}

fn set_source(device: &mut Device<'_>, order: &ScanOrder) -> Result<Feed, WorkerFault> {
    let names = choices(device, "source");
    let refused =
        |wish: &str| WorkerFault::InvalidOption { option: "source".into(), value: wish.into(), allowed: names.clone() };
    if !order.stack.is_empty() {
        return Ok(Feed::Sheets);
    }
    if names.is_empty() {
        return match order.source {
            Source::Auto | Source::Flatbed => Ok(Feed::Glass),
            // Pages without end, if it is a glass after all: not to be tried.
            Source::Feeder | Source::FeederDuplex => Err(refused("feeder")),
        };
    }
    let find = |place| meaning::choose_source(&names, place);
    let (glass, feeder, duplex) = (find(Place::Glass), find(Place::Feeder), find(Place::FeederDuplex));
    let (name, feed) = match order.source {
        Source::Auto => match feeder {
            Some(name) => (name, Feed::Sheets),
            None => (glass.ok_or_else(|| refused("feeder or flatbed"))?, Feed::Glass),
        },
        Source::Flatbed => (glass.ok_or_else(|| refused("flatbed"))?, Feed::Glass),
        Source::Feeder => (feeder.ok_or_else(|| refused("feeder"))?, Feed::Sheets),
        Source::FeederDuplex => (duplex.or(feeder).ok_or_else(|| refused("feeder"))?, Feed::BothSides),
    };
    set(device, "source", &Value::Text(name.clone()))?;
    let by_source = meaning::place(name) == Place::FeederDuplex;
    if feed != Feed::Glass && !by_source && !set_sides(device, feed)? && feed == Feed::BothSides {
        return Err(refused("feeder, both sides"));
    }
    Ok(feed)
}

/// Some backends choose the sides by an option of their own. Whether this one does.
fn set_sides(device: &mut Device<'_>, feed: Feed) -> Result<bool, WorkerFault> {
    let both = feed == Feed::BothSides;
    if device.option("duplex").is_some_and(|option| option.is_settable() && option.kind == ValueKind::Bool) {
        set(device, "duplex", &Value::Bool(both))?;
        return Ok(true);
    }
    let names = choices(device, "adf-mode");
    let wanted = if both { "duplex" } else { "simplex" };
    match names.iter().find(|name| name.to_lowercase().contains(wanted)) {
        Some(name) => set(device, "adf-mode", &Value::Text(name.clone())).map(|()| true),
        None => Ok(false),
    }
}

fn set_mode(device: &mut Device<'_>, order: &ScanOrder) -> Result<(), WorkerFault> {
    let names = choices(device, "mode");
    if names.is_empty() {
        return Ok(());
    }
    match meaning::choose_mode(&names, order.colour) {
        Some(name) => set(device, "mode", &Value::Text(name.clone())),
        None => Err(WorkerFault::InvalidOption {
            option: "mode".into(),
            value: format!("{:?}", order.colour).to_lowercase(),
            allowed: names,
        }),
    }
}

/// The paper first, where the device wants to know it, then the area: from the corner, as large as the paper.
fn set_area(device: &mut Device<'_>, order: &ScanOrder) -> Result<(), WorkerFault> {
    let axes =
        [(order.page_width, "page-width", "tl-x", "br-x", 0), (order.page_height, "page-height", "tl-y", "br-y", 1)];
    for (length, paper, ..) in axes {
        set_length(device, paper, f64::from(length) / 100.0, 0)?;
    }
    for (length, _, start, end, axis) in axes {
        let Some((smallest, _)) = device.option(start).and_then(limits) else { continue };
        if device.option(start).is_some_and(OptionDescriptor::is_settable) {
            set_number(device, start, smallest, Nearest::Any)?;
        }
        set_length(device, end, f64::from(length) / 100.0, axis)?;
    }
    Ok(())
}

/// Sets a length that the device measures in millimetres or pixels; nothing if it has no such option now.
fn set_length(device: &mut Device<'_>, name: &str, millimetres: f64, axis: usize) -> Result<(), WorkerFault> {
    let Some(option) = device.option(name).filter(|option| option.is_settable()) else { return Ok(()) };
    let length = match (option.unit, resolution(device)) {
        (Unit::Pixel, Some((x, y))) => millimetres / 25.4 * f64::from([x, y][axis]),
        // Pixels of unknown size: the device keeps what it has, which is the whole area with most.
        (Unit::Pixel, None) => return Ok(()),
        _ => millimetres,
    };
    set_number(device, name, length, Nearest::Any)
}

/// Which of the values on offer to take.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nearest {
    Any,
    NotLess,
}

fn set_number(device: &mut Device<'_>, name: &str, wish: f64, nearest: Nearest) -> Result<(), WorkerFault> {
    let Some(option) = device.option(name) else { return Ok(()) };
    let fitting = fit(&option.constraint, wish, nearest);
    let value = match option.kind {
        ValueKind::Fixed => Value::Fixed(Fixed::from_f64(fitting)),
        _ => Value::Int(fitting.round() as i32),
    };
    set(device, name, &value)
}

/// The value on offer that comes nearest to a wish.
fn fit(constraint: &Constraint, wish: f64, nearest: Nearest) -> f64 {
    let listed = |values: &mut dyn Iterator<Item = f64>| {
        let distance = |value: &f64| {
            // Those below lose to any above, if less will not do.
            let penalty = if nearest == Nearest::NotLess && *value < wish { f64::from(u16::MAX) } else { 0.0 };
            (value - wish).abs() + penalty
        };
        values.min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or(wish)
    };
    let stepped = |min: f64, max: f64, step: f64| {
        let steps = if step > 0.0 { ((wish - min) / step).round() * step + min } else { wish };
        steps.clamp(min.min(max), max)
    };
    match constraint {
        Constraint::Ints(values) => listed(&mut values.iter().copied().map(f64::from)),
        Constraint::Fixeds(values) => listed(&mut values.iter().map(|value| value.to_f64())),
        Constraint::IntRange { min, max, step } => stepped(f64::from(*min), f64::from(*max), f64::from(*step)),
        Constraint::FixedRange { min, max, step } => stepped(min.to_f64(), max.to_f64(), step.to_f64()),
        Constraint::Any | Constraint::Texts(_) => wish,
    }
}

fn set(device: &mut Device<'_>, name: &str, value: &Value) -> Result<(), WorkerFault> {
    device.set(name, value).map(drop).map_err(|error| match error {
        Error::Sane { operation: Operation::SetOption, status: Status::Invalid, .. }
        | Error::NoSuchOption { .. }
        | Error::OptionUnavailable { .. }
        | Error::WrongValue { .. }
        | Error::Nul { .. } => {
            WorkerFault::InvalidOption { option: name.into(), value: value.to_string(), allowed: choices(device, name) }
        }
        error => faults::of(&error),
    })
}

/// The texts a settable option offers; none if there is no such option now.
pub(crate) fn choices(device: &Device<'_>, name: &str) -> Vec<String> {
    match device.option(name).filter(|option| option.is_settable()).map(|option| &option.constraint) {
        Some(Constraint::Texts(texts)) => texts.clone(),
        _ => Vec::new(),
    }
}

/// Smallest and largest value of an option.
pub(crate) fn limits(option: &OptionDescriptor) -> Option<(f64, f64)> {
    match &option.constraint {
        Constraint::IntRange { min, max, .. } => Some((f64::from(*min), f64::from(*max))),
        Constraint::FixedRange { min, max, .. } => Some((min.to_f64(), max.to_f64())),
        _ => None,
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(value) => Some(f64::from(*value)),
        Value::Fixed(value) => Some(value.to_f64()),
        _ => None,
    }
}

fn parse(option: &OptionDescriptor, text: &str) -> Option<Value> {
    let numbers = || text.split(',').map(str::trim);
    match option.kind {
        ValueKind::Bool => match text.to_lowercase().as_str() {
            "yes" | "true" | "on" | "1" => Some(Value::Bool(true)),
            "no" | "false" | "off" | "0" => Some(Value::Bool(false)),
            _ => None,
        },
        ValueKind::Int if !text.contains(',') => text.trim().parse().ok().map(Value::Int),
        ValueKind::Int => numbers().map(|n| n.parse().ok()).collect::<Option<_>>().map(Value::Ints),
        ValueKind::Fixed => {
            let fixed = |n: &str| n.parse().ok().map(Fixed::from_f64);
            let values: Vec<_> = numbers().map(fixed).collect::<Option<_>>()?;
            Some(if values.len() == 1 { Value::Fixed(values[0]) } else { Value::Fixeds(values) })
        }
        ValueKind::Text => Some(Value::Text(text.into())),
        ValueKind::Button => Some(Value::Press),
        ValueKind::Group => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_are_fitted_to_what_is_on_offer() {
        let list = Constraint::Ints(vec![75, 150, 300, 600]);
        assert!((fit(&list, 200.0, Nearest::NotLess) - 300.0).abs() < 1e-9);
        assert!((fit(&list, 200.0, Nearest::Any) - 150.0).abs() < 1e-9);
        assert!((fit(&list, 1200.0, Nearest::NotLess) - 600.0).abs() < 1e-9);
        let range = Constraint::IntRange { min: 50, max: 1200, step: 50 };
        assert!((fit(&range, 312.0, Nearest::NotLess) - 300.0).abs() < 1e-9);
        assert!((fit(&range, 99_999.0, Nearest::Any) - 1200.0).abs() < 1e-9);
        let nonsense = Constraint::IntRange { min: 9, max: 3, step: 0 };
        assert!((fit(&nonsense, 5.0, Nearest::Any) - 3.0).abs() < 1e-9);
    }
}
