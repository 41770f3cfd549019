//! Who a device is, when its SANE name changes at every plug, and which of several names are one box.
//!
//! | name | identity |
//! |---|---|
//! | `genesys:libusb:001:007`, `brother4:bus1;dev7` | `usb:04a9:190a:SERIAL`, by the port if it has no serial number |
//! | `escl:http://192.0.2.7:80` | the same |
//! | `airscan:e0:Copier in room 3` | `airscan:Copier in room 3` (the number changes) |
//! | `hpaio:/usb/LaserJet?serial=X` | `hpaio:serial=X` |
//! | `net:host:genesys:libusb:001:007` | `net:host:genesys:` and the model |
//! | anything else | the name, which holds a serial number or does not change |

use sane_rs::DeviceInfo;
use scantrail_capture::protocol::FoundDevice;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The USB devices of a machine, as the kernel lists them.
pub(crate) struct UsbDevices(PathBuf);

impl UsbDevices {
    pub(crate) fn of_this_machine() -> Self {
        Self("/sys/bus/usb/devices".into())
    }

    /// `vendor:product:serial` of the device with that address now.
    fn at(&self, bus: u32, device: u32) -> Option<String> {
        let entries = fs::read_dir(&self.0).ok()?;
        let number = |path: &Path, name: &str| read(path, name)?.parse::<u32>().ok();
        let path = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .find(|path| number(path, "busnum") == Some(bus) && number(path, "devnum") == Some(device))?;
        let who = read(&path, "serial").filter(|serial| !serial.is_empty()).or_else(|| {
            let port = path.file_name()?.to_str()?;
            Some(format!("port-{port}"))
        })?;
        Some(format!("{}:{}:{who}", read(&path, "idVendor")?, read(&path, "idProduct")?))
    }
}

fn read(folder: &Path, name: &str) -> Option<String> {
    fs::read_to_string(folder.join(name)).ok().map(|text| text.trim().to_owned())
}

/// Each device once, ordered by identity; a device with several names is opened by that of its own backend.
pub(crate) fn merge(devices: Vec<DeviceInfo>, usb: &UsbDevices) -> Vec<FoundDevice> {
    let mut boxes: BTreeMap<String, Vec<DeviceInfo>> = BTreeMap::new();
    for device in devices {
        boxes.entry(box_key(&device, usb)).or_default().push(device);
    }
    let mut found: Vec<_> = boxes
        .into_values()
        .filter_map(|mut names| {
            names.sort_by_key(|device| rank(&device.name));
            let mut names = names.into_iter();
            let first = names.next()?;
            Some(FoundDevice {
                identity: identity(&first, usb),
                other_names: names.map(|device| device.name).collect(),
                name: first.name,
                vendor: first.vendor,
                model: first.model,
                kind: first.kind,
            })
        })
        .collect();
    found.sort_by(|a, b| a.identity.cmp(&b.identity));
    found
}

fn backend(name: &str) -> &str {
    name.split(':').next().unwrap_or(name)
}

/// A device's own backend knows it best; `airscan` is the better of the two that know the network protocol only.
fn rank(name: &str) -> u8 {
    match backend(name) {
        "escl" => 2,
        "airscan" => 1,
        _ => 0,
    }
}

fn identity(device: &DeviceInfo, usb: &UsbDevices) -> String {
    let name = device.name.as_str();
    if let Some(who) = usb_address(name).and_then(|(bus, device)| usb.at(bus, device)) {
        return format!("usb:{who}");
    }
    let parts: Vec<&str> = name.splitn(3, ':').collect();
    match parts[..] {
        ["airscan", _, who] => format!("airscan:{who}"),
        ["net", host, there] if usb_address(there).is_some() => {
            format!("net:{host}:{}:{} {}", backend(there), device.vendor, device.model)
        }
        ["hpaio", ..] => match name.split_once("serial=") {
            Some((_, serial)) => format!("hpaio:serial={serial}"),
            None => name.to_owned(),
        },
        _ => name.to_owned(),
    }
}

/// What two names of one box have in common: the USB device, or the host on the network.
fn box_key(device: &DeviceInfo, usb: &UsbDevices) -> String {
    match host(device) {
        Some(host) => format!("host:{host}"),
        None => identity(device, usb),
    }
}

/// The address of a network scanner. Behind the loopback address there may be several (ipp-usb gives each a port).
fn host(device: &DeviceInfo) -> Option<String> {
    let name = device.name.as_str();
    let host = match backend(name) {
        "airscan" => device.kind.strip_prefix("ip=")?.to_owned(),
        "escl" => {
            let rest = name.split_once("://")?.1.split('/').next()?;
            rest.rsplit_once(':').map_or(rest, |(host, _)| host).trim_matches(['[', ']']).to_owned()
        }
        "hpaio" => name.split_once("ip=")?.1.to_owned(),
        _ => return None,
    };
    let loopback = host == "localhost" || host == "::1" || host.starts_with("127.");
    (!loopback && !host.is_empty()).then_some(host)
}

/// Bus and device number, out of `…libusb:001:007…` or `…bus1;dev7…`.
fn usb_address(name: &str) -> Option<(u32, u32)> {
    let number = |text: &str| {
        let digits = text.split(|c: char| !c.is_ascii_digit()).next()?;
        digits.parse().ok()
    };
    if name.starts_with("net:") {
        return None;
    }
    if let Some((_, address)) = name.split_once("libusb:") {
        let (bus, device) = address.split_once(':')?;
        return Some((number(bus)?, number(device)?));
    }
    let (_, address) = name.split_once("bus")?;
    let (bus, device) = address.split_once(";dev")?;
    Some((number(bus)?, number(device)?))
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "files of a test, not school data")]
mod tests {
    use super::*;

    fn device(name: &str, kind: &str) -> DeviceInfo {
        DeviceInfo { name: name.into(), vendor: "Maker".into(), model: "One".into(), kind: kind.into() }
    }

    /// A kernel list with a scanner that has a serial number and one that has none.
    fn usb() -> (tempfile::TempDir, UsbDevices) {
        let folder = tempfile::tempdir().unwrap();
        for (port, fields) in [
            (
                "1-2",
                [("busnum", "1"), ("devnum", "7"), ("idVendor", "04c5"), ("idProduct", "132b"), ("serial", "A77\n")],
            ),
            ("2-1.4", [("busnum", "2"), ("devnum", "4"), ("idVendor", "04a9"), ("idProduct", "190a"), ("serial", "")]),
        ] {
            let entry = folder.path().join(port);
            fs::create_dir(&entry).unwrap();
            for (name, text) in fields {
                #[expect(clippy::disallowed_methods, reason = "a picture of the kernel's files for one test")]
                fs::write(entry.join(name), text).unwrap();
            }
        }
        let list = UsbDevices(folder.path().to_owned());
        (folder, list)
    }

    #[test]
    fn identities_survive_replugging() {
        let (_folder, usb) = usb();
        for (name, kind, wanted) in [
            ("fujitsu:libusb:001:007", "scanner", "usb:04c5:132b:A77"),
            ("brother4:bus2;dev4", "scanner", "usb:04a9:190a:port-2-1.4"),
            ("genesys:libusb:009:009", "scanner", "genesys:libusb:009:009"),
            ("airscan:e3:Copier: room 3", "ip=192.0.2.7", "airscan:Copier: room 3"),
            ("escl:http://192.0.2.7:8080", "scanner", "escl:http://192.0.2.7:8080"),
            ("hpaio:/usb/LaserJet?serial=CN12", "all-in-one", "hpaio:serial=CN12"),
            ("net:server:genesys:libusb:001:007", "scanner", "net:server:genesys:Maker One"),
            ("fujitsu:ScanSnap iX500:1234", "scanner", "fujitsu:ScanSnap iX500:1234"),
            ("pnm:0", "virtual device", "pnm:0"),
        ] {
            assert_eq!(identity(&device(name, kind), &usb), wanted);
        }
    }

    #[test]
    fn several_names_of_one_box_are_one_device() {
        let (_folder, usb) = usb();
        let found = merge(
            vec![
                device("escl:http://192.0.2.7:80", "scanner"),
                device("airscan:e0:Copier", "ip=192.0.2.7"),
                device("airscan:e1:First (USB)", "ip=127.0.0.1"),
                device("airscan:e2:Second (USB)", "ip=127.0.0.1"),
                device("pnm:0", "virtual device"),
            ],
            &usb,
        );
        let names: Vec<_> = found.iter().map(|found| (found.name.as_str(), found.other_names.len())).collect();
        assert_eq!(
            names,
            [("airscan:e0:Copier", 1), ("airscan:e1:First (USB)", 0), ("airscan:e2:Second (USB)", 0), ("pnm:0", 0),]
        );
    }
}
