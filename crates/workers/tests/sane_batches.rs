//! Whole batches on the `test` backend of libsane: how they end, and what is safe when they end badly.

mod sane_support;

use sane_support::{Collect, Setup, request, trickle, with};
use scantrail_capture::scanner::{
    BetweenPages, CancelToken, EndReason, Limits, Progress, ScanEnd, ScanFault, ScanRequest, ScannerClient, Source,
};
use scantrail_core::vocabulary::Side;

#[test]
fn a_feeder_gives_its_ten_pages_and_then_says_so() {
    let setup = Setup::new("test");
    for between_pages in [BetweenPages::Start, BetweenPages::Cancel] {
        let (captures, end) = setup.scan(&ScanRequest { between_pages, ..request(Source::Feeder) });
        assert_eq!(end.unwrap(), ScanEnd { captures: 10, reason: EndReason::FeederEmpty });
        let order: Vec<_> = captures.iter().map(|capture| capture.sequence).collect();
        assert_eq!(order, (0..10).collect::<Vec<_>>());
        assert!(captures.iter().all(|capture| capture.side == Side::Single));
        assert_eq!(captures[9].options["source"], "Automatic Document Feeder");
    }
}

#[test]
fn the_glass_gives_one_page_and_auto_prefers_the_feeder() {
    let setup = Setup::new("test");
    let (_, end) = setup.scan(&request(Source::Flatbed));
    assert_eq!(end.unwrap(), ScanEnd { captures: 1, reason: EndReason::FlatbedDone });
    let (_, end) = setup.scan(&request(Source::Auto));
    assert_eq!(end.unwrap().captures, 10);
}

#[test]
fn every_fault_has_its_name() {
    let setup = Setup::new("test");
    let fault = |status: &str| {
        let (captures, end) = setup.scan(&with(request(Source::Feeder), &[("read-return-value", status)]));
        let error = end.unwrap_err();
        assert_eq!((captures.len(), error.captures), (0, 0), "{status}");
        assert_eq!(error.device.as_deref(), Some("test:0"));
        error.fault
    };
    assert!(matches!(fault("SANE_STATUS_JAMMED"), ScanFault::Jammed));
    assert!(matches!(fault("SANE_STATUS_COVER_OPEN"), ScanFault::CoverOpen));
    assert!(matches!(fault("SANE_STATUS_DEVICE_BUSY"), ScanFault::Busy));
    assert!(matches!(fault("SANE_STATUS_NO_DOCS"), ScanFault::NoDocuments));
    assert!(matches!(fault("SANE_STATUS_ACCESS_DENIED"), ScanFault::AccessDenied));
    assert!(matches!(fault("SANE_STATUS_CANCELLED"), ScanFault::StoppedAtDevice));
    assert!(matches!(fault("SANE_STATUS_IO_ERROR"), ScanFault::Io { .. }));
    assert!(matches!(fault("SANE_STATUS_NO_MEM"), ScanFault::Io { .. }));
    let ScanFault::Io { message } = fault("SANE_STATUS_EOF") else { panic!("an empty page passed") };
    assert!(message.contains("without a single byte"), "{message}");
}

#[test]
fn impossible_wishes_are_refused_with_what_there_is() {
    let setup = Setup::new("test");
    let refused = |request: &ScanRequest| match setup.scan(request).1.unwrap_err().fault {
        ScanFault::InvalidOption { option, allowed, .. } => (option, allowed),
        other => panic!("{other:?}"),
    };
    let (option, allowed) = refused(&request(Source::FeederDuplex));
    assert_eq!((option.as_str(), allowed.len()), ("source", 2));
    assert_eq!(refused(&with(request(Source::Flatbed), &[("nonsense", "1")])).0, "nonsense");
    assert_eq!(refused(&with(request(Source::Flatbed), &[("depth", "many")])).0, "depth");
    assert_eq!(refused(&with(request(Source::Flatbed), &[("test-picture", "Mona Lisa")])).1.len(), 4);
    // The glass of a device without sources would give pages for ever.
    let pnm = Setup::new("pnm");
    let feeder = ScanRequest { source: Source::Feeder, ..ScanRequest::new("pnm:0") };
    assert!(matches!(pnm.scan(&feeder).1.unwrap_err().fault, ScanFault::InvalidOption { .. }));
}

#[test]
fn devices_that_are_not_there_are_gone() {
    let setup = Setup::new("test");
    let (_, end) = setup.scan(&ScanRequest { device: "test:99".into(), ..request(Source::Flatbed) });
    assert!(matches!(end.unwrap_err().fault, ScanFault::DeviceGone { .. }));
}

#[test]
fn a_sink_that_refuses_stops_the_scanner() {
    let setup = Setup::new("test");
    let mut sink = Collect { refuse_from: Some(3), ..Collect::default() };
    let error = setup.client().scan(&request(Source::Feeder), &mut sink, &CancelToken::new()).unwrap_err();
    assert!(matches!(error.fault, ScanFault::SinkFailed(_)));
    assert_eq!((error.captures, sink.captures.len()), (3, 3));
}

#[test]
fn pages_without_end_are_ended() {
    let setup = Setup::new("test");
    let limits = Limits { captures: 4, ..Limits::default() };
    let mut sink = Collect::default();
    let client = setup.client().with_limits(limits);
    let error = client.scan(&request(Source::Feeder), &mut sink, &CancelToken::new()).unwrap_err();
    assert!(matches!(error.fault, ScanFault::Endless));
    assert_eq!((error.captures, sink.captures.len()), (4, 4));
}

#[test]
fn cancelling_between_pages_starts_no_further_page() {
    let setup = Setup::new("test");
    let cancel = CancelToken::new();
    let mut sink = Collect { cancel_at: Some((1, cancel.clone())), ..Collect::default() };
    let end = setup.client().scan(&request(Source::Feeder), &mut sink, &cancel).unwrap();
    assert_eq!(end, ScanEnd { captures: 2, reason: EndReason::Cancelled });
    assert_eq!(sink.captures.len(), 2);
}

#[test]
fn cancelling_within_a_page_discards_it() {
    let setup = Setup::new("test");
    let cancel = CancelToken::new();
    let (token, mut seen) = (cancel.clone(), Vec::new());
    let on_progress = move |progress| {
        seen.push(progress);
        if matches!(progress, Progress::Reading { .. }) {
            assert!(seen.contains(&Progress::Ready) && seen.contains(&Progress::Started { sequence: 0 }));
            std::thread::spawn({
                let token = token.clone();
                move || token.cancel()
            });
        }
    };
    let mut sink = Collect { on_progress: Some(Box::new(on_progress)), ..Collect::default() };
    let end = setup.client().scan(&trickle(), &mut sink, &cancel).unwrap();
    assert_eq!(end, ScanEnd { captures: 0, reason: EndReason::Cancelled });
}

#[test]
fn devices_are_listed_with_what_they_can_do() {
    let setup = Setup::new("test");
    let devices = setup.client().list().unwrap();
    let names: Vec<_> = devices.iter().map(|device| (device.identity.as_str(), device.name.as_str())).collect();
    assert_eq!(names, [("test:0", "test:0"), ("test:1", "test:1")]);
    let capabilities = devices[0].capabilities.as_ref().unwrap();
    assert!(capabilities.flatbed && capabilities.feeder && !capabilities.duplex);
    assert_eq!(capabilities.modes, ["Gray", "Color"]);
    assert_eq!(capabilities.resolution_range, Some((1, 1200)));
    assert_eq!(capabilities.largest, Some((20_000, 20_000)));
    let pnm = Setup::new("pnm").client().list().unwrap();
    assert!(pnm[0].capabilities.as_ref().unwrap().resolutions.contains(&300));
    assert!(Setup::new("").client().list().unwrap().is_empty());
}

#[test]
fn programs_that_are_no_workers_are_noticed() {
    let fault = |program: &str| ScannerClient::new(program).list().unwrap_err().fault;
    assert!(matches!(fault("/nowhere/scantrail-sane-worker"), ScanFault::WorkerUnusable { .. }));
    assert!(matches!(fault("/bin/true"), ScanFault::WorkerDied { .. }));
    let ScanFault::WorkerDied { last_words, .. } = fault("/bin/cp") else { panic!("not dead") };
    assert!(last_words.contains("operand"), "{last_words}");
}

#[test]
fn backends_find_the_function_that_keeps_their_threads_from_being_ended_in_the_heap() {
    let worker = env!("CARGO_BIN_EXE_scantrail-sane-worker");
    let symbols = std::process::Command::new("nm").args(["-D", "--defined-only", worker]).output().unwrap();
    let symbols = String::from_utf8_lossy(&symbols.stdout);
    assert!(symbols.lines().any(|line| line.ends_with(" T pthread_setcanceltype")), "{symbols}");
}
