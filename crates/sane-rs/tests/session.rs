//! Sessions on the backends `test` and `pnm` of libsane itself: no hardware, no stand-ins.

#![expect(clippy::disallowed_methods, reason = "files of a test, not school data")]
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use sane_rs::{Constraint, Error, Fixed, Read, Sane, Status, Value, ValueKind};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use tempfile::TempDir;

/// libsane reads its configuration from a folder named by the environment, and exists once per process.
static CONFIGURATION: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("dll.d")).unwrap();
    #[expect(clippy::disallowed_methods, reason = "a configuration for one test, nothing to keep")]
    {
        std::fs::write(folder.path().join("dll.conf"), "test\n").unwrap();
        std::fs::write(folder.path().join("test.conf"), "resolution 50.0\n").unwrap();
    }
    #[expect(unsafe_code, reason = "libsane has no other way to be told")]
    // SAFETY: every test comes here first, under one lock, before anything reads the environment.
    unsafe {
        std::env::set_var("SANE_CONFIG_DIR", folder.path());
    }
    folder
});

static ALONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    let guard = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    assert!(CONFIGURATION.path().is_dir());
    guard
}

#[test]
fn there_is_one_session_at_a_time() {
    let _alone = alone();
    let sane = Sane::init().unwrap();
    assert_eq!(sane.version().major, 1);
    assert_eq!(Sane::init().unwrap_err(), Error::AlreadyInitialised);
    drop(sane);
    assert!(Sane::init().is_ok());
}

#[test]
fn devices_are_listed_and_unknown_ones_refused() {
    let _alone = alone();
    let sane = Sane::init().unwrap();
    let names: Vec<_> = sane.local_devices().unwrap().into_iter().map(|device| device.name).collect();
    assert_eq!(names, ["test:0", "test:1"]);
    let error = sane.open("test:77").unwrap_err();
    assert_eq!((error.status(), error.device()), (Some(Status::Invalid), Some("test:77")));
    assert!(matches!(sane.open("a\0b").unwrap_err(), Error::Nul { .. }));
}

#[test]
fn options_are_typed_and_follow_each_other() {
    let _alone = alone();
    let sane = Sane::init().unwrap();
    let mut device = sane.open("test:0").unwrap();
    assert!(matches!(&device.option("mode").unwrap().constraint, Constraint::Texts(modes) if modes.len() == 2));
    assert!(!device.option("three-pass").unwrap().is_active());
    assert!(matches!(device.get("three-pass").unwrap_err(), Error::OptionUnavailable { .. }));
    let effect = device.set("mode", &Value::Text("Color".into())).unwrap();
    assert_eq!(effect.value, Some(Value::Text("Color".into())));
    assert!(device.option("three-pass").unwrap().is_active(), "descriptors were not read again");
    device.set("three-pass", &Value::Bool(true)).unwrap();
    assert_eq!(device.get("three-pass"), Ok(Value::Bool(true)));
    assert!(matches!(device.set("mode", &Value::Int(3)).unwrap_err(), Error::WrongValue { .. }));
    assert!(matches!(device.set("mode", &Value::Text("x".repeat(5000))).unwrap_err(), Error::WrongValue { .. }));
    assert!(matches!(device.set("nonsense", &Value::Int(3)).unwrap_err(), Error::NoSuchOption { .. }));
    assert_eq!(device.set("mode", &Value::Text("Sepia".into())).unwrap_err().status(), Some(Status::Invalid));
}

#[test]
fn rounded_values_are_read_back() {
    let _alone = alone();
    let sane = Sane::init().unwrap();
    let mut device = sane.open("test:0").unwrap();
    let effect = device.set("resolution", &Value::Fixed(Fixed::from_f64(99_999.0))).unwrap();
    assert_eq!(effect.value, Some(Value::Fixed(Fixed::from_f64(1200.0))));
    assert!(effect.inexact);
    device.set("enable-test-options", &Value::Bool(true)).unwrap();
    let table = device.option("int-constraint-array").unwrap();
    let words = table.size / 4;
    assert_eq!(table.kind, ValueKind::Int);
    let numbers: Vec<i32> = (0..words as i32).map(|n| n * 3 - 5).collect();
    let effect = device.set("int-constraint-array", &Value::Ints(numbers.clone())).unwrap();
    assert_eq!(effect.value, Some(Value::Ints(numbers)));
    assert!(matches!(device.set("int-constraint-array", &Value::Int(1)).unwrap_err(), Error::WrongValue { .. }));
    device.set("button", &Value::Press).unwrap();
}

#[test]
fn a_frame_has_the_bytes_it_announces() {
    let _alone = alone();
    let sane = Sane::init().unwrap();
    let mut device = sane.open("test:0").unwrap();
    device.start().unwrap();
    let parameters = device.parameters().unwrap();
    let mut buffer = vec![0; 1000];
    let mut total = 0;
    while let Read::Bytes(count) = device.read(&mut buffer).unwrap() {
        assert!(buffer[..count].iter().all(|byte| *byte == 0), "the test picture is black");
        total += count;
    }
    assert!(total > 0 && Some(total) == parameters.total_bytes());
    device.cancel();
}

#[test]
fn another_thread_can_cancel_and_a_late_one_does_no_harm() {
    let _alone = alone();
    let sane = Sane::init().unwrap();
    let mut device = sane.open("test:0").unwrap();
    let canceller = device.canceller();
    device.start().unwrap();
    let stop = canceller.clone();
    std::thread::spawn(move || stop.cancel()).join().unwrap();
    assert_eq!(device.read(&mut [0; 100]).unwrap_err().status(), Some(Status::Cancelled));
    device.cancel();
    drop(device);
    canceller.cancel();
}
