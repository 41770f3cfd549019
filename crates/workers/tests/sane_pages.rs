//! Pages through real libsane: what comes out has exactly the pixels that went in.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod sane_support;

use sane_support::{Picture, Setup, decode_png, decode_pnm, noise, request, stack, with};
use scantrail_capture::scanner::{Colour, EndReason, PageSize, ScanEnd, ScanFault, ScanRequest, Source};
use scantrail_core::units::{Dpi, Length};
use scantrail_core::vocabulary::{Media, Side, Suspicion};

#[test]
fn a_stack_of_files_comes_out_pixel_for_pixel() {
    let setup = Setup::new("pnm");
    let pages: Vec<Vec<u8>> =
        [(1, 1, 1), (3, 200, 3), (211, 97, 1), (640, 480, 3), (97, 211, 1)].map(|(w, h, c)| noise(w, h, c)).into();
    let files: Vec<_> =
        pages.iter().enumerate().map(|(at, page)| setup.file(&format!("page {at}.pnm"), page)).collect();
    let files: Vec<_> = files.iter().map(AsRef::as_ref).collect();
    let (captures, end) = setup.scan(&stack(&files));
    assert_eq!(end.unwrap(), ScanEnd { captures: 5, reason: EndReason::FeederEmpty });
    for (at, (capture, page)) in captures.iter().zip(&pages).enumerate() {
        let (seen, wanted) = (decode_png(&capture.bytes), decode_pnm(page));
        assert!(seen == wanted, "page {at} differs");
        assert_eq!((capture.sequence as usize, capture.media, capture.side), (at, Media::Png, Side::Single));
        assert_eq!((capture.width as usize, capture.height as usize), (wanted.width, wanted.height));
        assert_eq!(capture.resolution.unwrap().x.get(), 300);
        assert_eq!(capture.options["resolution"], "300");
    }
    // A stack of noise is nothing suspicious, except one pixel that is all there is of its page.
    assert!(captures[1..].iter().all(|capture| capture.suspicion.is_none()));
}

#[test]
fn a_page_that_breaks_off_is_kept_and_suspect() {
    let setup = Setup::new("pnm");
    let page = noise(100, 100, 3);
    let half = setup.file("half.ppm", &page[..page.len() / 2]);
    let (captures, end) = setup.scan(&stack(&[&half]));
    assert_eq!(end.unwrap().captures, 1);
    assert_eq!(captures[0].suspicion, Some(Suspicion::ShortRead));
    let (seen, whole) = (decode_png(&captures[0].bytes), decode_pnm(&page));
    assert!(seen.height < 100 && seen.height > 40);
    assert!(whole.samples.starts_with(&seen.samples));
}

#[test]
fn a_fault_in_the_middle_keeps_what_came_before() {
    let setup = Setup::new("pnm");
    let good = setup.file("good.pgm", noise(50, 40, 1));
    let (captures, end) = setup.scan(&stack(&[&good, &good, &setup.path("missing.pgm"), &good]));
    let error = end.unwrap_err();
    assert_eq!((captures.len(), error.captures), (2, 2));
    assert!(matches!(error.fault, ScanFault::Io { .. }), "{:?}", error.fault);
}

/// The same picture from the `test` backend through us and through scanimage, cut to our width.
fn through_both(colour: Colour, ours: &[(&str, &str)], theirs: &[(&str, &str)]) -> (Picture, Picture) {
    let pattern = [("test-picture", "Color pattern")];
    let setup = Setup::new("test");
    let request = with(request(Source::Flatbed), &[&pattern, ours].concat());
    let (captures, end) = setup.scan(&ScanRequest { colour, dpi: Dpi::new(40).unwrap(), ..request });
    assert_eq!(end.unwrap(), ScanEnd { captures: 1, reason: EndReason::FlatbedDone });
    let mode = if colour == Colour::Grey { "--mode=Gray" } else { "--mode=Color" };
    let mut arguments: Vec<String> = [mode, "--resolution=40", "-x60", "-y80"].map(Into::into).into();
    arguments.extend([&pattern, theirs].concat().iter().map(|(name, value)| format!("--{name}={value}")));
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let ours = decode_png(&captures[0].bytes);
    let theirs = decode_pnm(&setup.scanimage("test:0", &arguments)).cut_to(ours.width);
    (ours, theirs)
}

#[test]
fn every_kind_of_frame_agrees_with_scanimage() {
    let agree = |colour, ours: &[(&str, &str)], theirs: &[(&str, &str)], max| {
        let (seen, wanted) = through_both(colour, ours, theirs);
        assert!(
            seen == wanted,
            "{colour:?} {ours:?}: {} × {}, {} × {}",
            seen.width,
            seen.height,
            wanted.width,
            wanted.height
        );
        assert!(seen.max == max && seen.samples.iter().any(|sample| *sample != seen.samples[0]));
    };
    let one = ("depth", "1");
    let sixteen = ("depth", "16");
    let three = ("three-pass", "yes");
    for (colour, options, max) in [
        (Colour::Grey, vec![], 255),
        (Colour::Colour, vec![], 255),
        (Colour::Grey, vec![one], 255),
        (Colour::Grey, vec![sixteen], 65_535),
        (Colour::Colour, vec![sixteen], 65_535),
        (Colour::Colour, vec![("fuzzy-parameters", "yes")], 255),
        (Colour::Colour, vec![three], 255),
        (Colour::Colour, vec![three, ("three-pass-order", "BGR")], 255),
        (Colour::Grey, vec![("hand-scanner", "yes")], 255),
        (Colour::Colour, vec![("hand-scanner", "yes")], 255),
        (Colour::Colour, vec![("read-limit", "yes"), ("read-limit-size", "17")], 255),
        (Colour::Grey, vec![("read-delay", "yes"), ("read-delay-duration", "20000")], 255),
    ] {
        agree(colour, &options, &options, max);
    }
    // What scanimage cannot do, it is not asked for: three passes of 16 bits, and cutting off lost pixels.
    agree(Colour::Colour, &[three, sixteen], &[sixteen], 65_535);
    agree(Colour::Grey, &[("ppl-loss", "7")], &[], 255);
    agree(Colour::Colour, &[("ppl-loss", "7")], &[], 255);
    agree(Colour::Grey, &[one, ("ppl-loss", "13")], &[one], 255);
}

#[test]
fn one_bit_colour_has_white_where_white_is() {
    for (picture, sample) in [("Solid white", 255), ("Solid black", 0)] {
        for (colour, channels) in [(Colour::Colour, 3), (Colour::Grey, 1)] {
            let setup = Setup::new("test");
            let wish = [("depth", "1"), ("test-picture", picture)];
            let (captures, end) = setup.scan(&ScanRequest { colour, ..with(request(Source::Flatbed), &wish) });
            end.unwrap();
            let page = decode_png(&captures[0].bytes);
            assert_eq!(page.channels, channels);
            assert!(page.samples.iter().all(|seen| *seen == sample), "{picture} {colour:?}");
            let suspicion = (sample == 0).then_some(Suspicion::FlatTail);
            assert_eq!(captures[0].suspicion, suspicion, "{picture}");
        }
    }
}

#[test]
fn what_is_recorded_is_what_the_device_did_not_what_was_wished() {
    let setup = Setup::new("test");
    let wish = ScanRequest {
        dpi: Dpi::new(5000).unwrap(),
        page: PageSize { width: Length::from_mm(5), height: Length::from_mm(4) },
        ..request(Source::Flatbed)
    };
    let (captures, end) = setup.scan(&wish);
    end.unwrap();
    assert_eq!(captures[0].resolution.unwrap().y.get(), 1200);
    assert_eq!(captures[0].options["source"], "Flatbed");
    assert_eq!(captures[0].options["mode"], "Gray");
    assert!(captures[0].options["br-x"].starts_with("5.0"));
    let page = decode_png(&captures[0].bytes);
    assert!((page.width as f64 - 5.0 / 25.4 * 1200.0).abs() < 2.0, "{}", page.width);
}
