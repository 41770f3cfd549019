//! Every kind of file, whole and cut off at every byte.

use super::*;
use std::io::Cursor;

/// The smallest walkable JPEG: frame header, scan header, a little data with a stuffed byte and a restart marker.
fn jpeg() -> Vec<u8> {
    let app0 = b"\xFF\xE0\0\x10JFIF\0\x01\x01\x01\x01\x2C\x01\x2C\0\0";
    let sof = b"\xFF\xC0\0\x0B\x08\0\x10\0\x20\x01\x01\x11\0";
    let sos = b"\xFF\xDA\0\x08\x01\x01\0\0\x3F\0";
    [b"\xFF\xD8".as_slice(), app0, sof, sos, b"data\xFF\0more\xFF\xD0rest\xFF\xFF\xD9"].concat()
}

fn png() -> Vec<u8> {
    let chunk =
        |kind: &[u8; 4], data: &[u8]| [&(data.len() as u32).to_be_bytes(), kind.as_slice(), data, &[0; 4]].concat();
    let signature = b"\x89PNG\r\n\x1A\n".to_vec();
    [signature, chunk(b"IHDR", &[0; 13]), chunk(b"IDAT", b"pixels"), chunk(b"IEND", b"")].concat()
}

fn pdf() -> Vec<u8> {
    b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\nxref\n0 1\ntrailer\n<<>>\nstartxref\n30\n%%EOF\n".to_vec()
}

/// Two images with one strip each, directories behind the pixels, as scanners write them.
fn tiff() -> Vec<u8> {
    let mut bytes = b"II\x2A\0\0\0\0\0".to_vec();
    let mut link = 4;
    for subfile in [0_u32, 1] {
        let strip = bytes.len() as u32;
        bytes.extend(b"pixels..");
        let directory = bytes.len() as u32;
        bytes[link..link + 4].copy_from_slice(&directory.to_le_bytes());
        bytes.extend(3_u16.to_le_bytes());
        for (tag, value) in [(254_u16, subfile), (273, strip), (279, 8)] {
            bytes.extend(tag.to_le_bytes());
            bytes.extend(4_u16.to_le_bytes());
            bytes.extend(1_u32.to_le_bytes());
            bytes.extend(value.to_le_bytes());
        }
        link = bytes.len();
        bytes.extend([0; 4]);
    }
    bytes
}

fn verdict(bytes: &[u8], media: Media) -> Wholeness {
    wholeness(&mut Cursor::new(bytes), media).unwrap()
}

#[test]
fn whole_files_are_whole_and_known_by_their_content() {
    for (bytes, media) in [(jpeg(), Media::Jpeg), (png(), Media::Png), (pdf(), Media::Pdf), (tiff(), Media::Tiff)] {
        assert_eq!(sniff(&bytes), Some(media));
        assert_eq!(verdict(&bytes, media), Wholeness::Whole, "{media:?}");
        assert_eq!(media_of(&format!("A.{}", media.word().to_uppercase()), &bytes), Ok(media));
        assert_eq!(media_of("SCN0001", &bytes), Ok(media), "a name without an ending says nothing");
    }
}

#[test]
fn a_file_cut_off_anywhere_is_broken() {
    for (bytes, media) in [(jpeg(), Media::Jpeg), (png(), Media::Png), (pdf(), Media::Pdf), (tiff(), Media::Tiff)] {
        // The line end behind a PDF's end mark is not needed.
        let needed = bytes.len() - usize::from(media == Media::Pdf);
        for length in 0..needed {
            let verdict = verdict(&bytes[..length], media);
            assert!(matches!(verdict, Wholeness::Broken(_)), "{media:?} cut to {length} of {needed} bytes");
        }
    }
}

#[test]
fn bytes_of_another_kind_are_broken_not_misread() {
    for media in Media::ALL {
        for bytes in [jpeg(), png(), pdf(), tiff(), b"\0\0\0\0".to_vec()] {
            let same = sniff(&bytes) == Some(*media);
            assert_eq!(verdict(&bytes, *media) == Wholeness::Whole, same);
        }
    }
}

#[test]
fn a_file_without_a_picture_is_not_whole() {
    assert_eq!(verdict(b"\xFF\xD8\xFF\xD9", Media::Jpeg), Wholeness::Broken("holds no picture"));
    let (png, end) = (png(), b"\0\0\0\0IEND\0\0\0\0");
    assert_eq!(verdict(&[&png[..33], end].concat(), Media::Png), Wholeness::Broken("holds no picture"));
    assert_eq!(verdict(b"II\x2A\0\0\0\0\0", Media::Tiff), Wholeness::Broken("holds no picture"));
}

#[test]
fn tiff_directories_that_form_a_ring_end() {
    let mut bytes = tiff();
    let first: [u8; 4] = bytes[4..8].try_into().unwrap();
    let last = bytes.len() - 4;
    bytes[last..].copy_from_slice(&first);
    assert_eq!(verdict(&bytes, Media::Tiff), Wholeness::Broken("has a list of pages without an end"));
}

#[test]
fn tiff_images_are_told_from_their_previews() {
    let bytes = tiff();
    let images = tiff::images(&mut Cursor::new(&bytes), bytes.len() as u64).unwrap();
    assert_eq!(images.iter().map(|i| i.purpose).collect::<Vec<_>>(), [tiff::Purpose::Page, tiff::Purpose::Preview]);
}

#[test]
fn a_tiff_preview_needs_no_strips_but_a_page_does() {
    // The second image's strip entries become private ones; first it is a preview, then a page.
    let mut bytes = tiff();
    let second = bytes.len() - 4 - 3 * 12;
    bytes[second + 13] = 0xF0;
    bytes[second + 25] = 0xF0;
    assert_eq!(verdict(&bytes, Media::Tiff), Wholeness::Whole);
    bytes[second + 8] = 0;
    assert_eq!(verdict(&bytes, Media::Tiff), Wholeness::Broken("holds no picture"));
}

#[test]
fn content_decides_and_the_name_must_agree() {
    let message = |name: &str, bytes: &[u8]| media_of(name, bytes).unwrap_err().to_string();
    assert_eq!(message("a.png", &jpeg()), "is called `.png` but holds a jpg file");
    assert_eq!(message("a.exe", &pdf()), "is called `.exe` but holds a pdf file");
    assert_eq!(message("a.jpg", b"hello"), "is not a JPEG, PNG, TIFF or PDF file");
    assert!(message("a.heic", b"\0\0\0\x24ftypheic").starts_with("is a HEIC picture"));
    assert!(message("a.mov", b"\0\0\0\x14ftypqt  ").starts_with("is a film"));
    assert!(message("a.docx", b"PK\x03\x04").starts_with("is an archive"));
}

#[test]
fn a_jpeg_header_is_read_without_decoding() {
    let expected = jpeg::Header { width: 32, height: 16, components: 1, density: Some((300, 300)) };
    assert_eq!(jpeg::header(&jpeg()), Some(expected));
    for length in 0..jpeg().len() {
        // Any prefix gives an answer, and never a wrong one.
        assert!(jpeg::header(&jpeg()[..length]).is_none_or(|header| header == expected));
    }
}

#[test]
fn changed_bytes_never_panic() {
    // A small deterministic generator: every byte of every file takes odd values, one and two at a time.
    let mut state = 1_u64;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize
    };
    for (bytes, media) in [(jpeg(), Media::Jpeg), (png(), Media::Png), (pdf(), Media::Pdf), (tiff(), Media::Tiff)] {
        for _ in 0..20_000 {
            let mut changed = bytes.clone();
            for _ in 0..=random() % 3 {
                let at = random() % changed.len();
                changed[at] = [0, 1, 0x7F, 0x80, 0xFF, random() as u8][random() % 6];
            }
            let _: Wholeness = verdict(&changed, media);
            let _: Option<jpeg::Header> = jpeg::header(&changed);
        }
    }
}
