//! Places written into pictures as phones do it, and what is left of them.

use super::*;
use image::{ExtendedColorType, ImageEncoder as _};

const W: u32 = 24;
const H: u32 = 16;

fn pixels() -> Vec<u8> {
    (0..W * H * 3).map(|at| (at * 7 % 251) as u8).collect()
}

fn jpeg() -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 90);
    encoder.write_image(&pixels(), W, H, ExtendedColorType::Rgb8).unwrap();
    bytes
}

fn png() -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = image::codecs::png::PngEncoder::new(&mut bytes);
    encoder.write_image(&pixels(), W, H, ExtendedColorType::Rgb8).unwrap();
    bytes
}

fn shown(bytes: &[u8]) -> Vec<u8> {
    image::load_from_memory(bytes).unwrap().into_rgb8().into_raw()
}

/// A directory of entries (tag, type, count, value), little-endian, at offset 8.
fn tiff(entries: &[(u16, u16, u32, u32)]) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0".to_vec();
    tiff.extend((entries.len() as u16).to_le_bytes());
    for (tag, kind, count, value) in entries {
        tiff.extend(tag.to_le_bytes());
        tiff.extend(kind.to_le_bytes());
        tiff.extend(count.to_le_bytes());
        tiff.extend(value.to_le_bytes());
    }
    tiff.extend([0; 4]);
    tiff
}

fn with_segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let mut segment = vec![0xff, marker];
    segment.extend(((content.len() + 2) as u16).to_be_bytes());
    segment.extend(content);
    let mut bytes = jpeg();
    bytes.splice(2..2, segment);
    bytes
}

fn with_exif(tiff: &[u8]) -> Vec<u8> {
    with_segment(0xe1, &[b"Exif\0\0", tiff].concat())
}

const TURN_6: (u16, u16, u32, u32) = (0x0112, 3, 1, 6);
const GPS: (u16, u16, u32, u32) = (0x8825, 4, 1, 200);

fn stripped(media: Media, bytes: &[u8]) -> Vec<u8> {
    match without_place(media, bytes) {
        Located::Stripped(bytes) => bytes,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_carries_no_place_stays_as_it_is() {
    assert_eq!(without_place(Media::Jpeg, &jpeg()), Located::Clean);
    assert_eq!(without_place(Media::Png, &png()), Located::Clean);
    assert_eq!(without_place(Media::Jpeg, &with_exif(&tiff(&[TURN_6]))), Located::Clean);
}

#[test]
fn a_place_goes_and_the_picture_stays_as_it_looks() {
    let marked = [GPS, (0x0110, 2, 4, u32::from_le_bytes(*b"51.5"))];
    let cases = [
        with_exif(&tiff(&[TURN_6, marked[0], marked[1]])),
        with_exif(&tiff(&[(0x927c, 7, 4, 1), TURN_6])),
        with_exif(b"II*\0 broken"),
        with_segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0<exif:GPSLatitude>51,5N</exif:GPSLatitude>"),
        with_segment(0xed, b"Photoshop 3.0\08BIM city"),
        with_segment(0xfe, b"at 51.5, 0.1"),
        [jpeg(), with_exif(&tiff(&[GPS]))].concat(),
    ];
    for (number, bytes) in cases.iter().enumerate() {
        let clean = stripped(Media::Jpeg, bytes);
        assert_eq!(shown(&clean), shown(bytes), "case {number}");
        assert_eq!(without_place(Media::Jpeg, &clean), Located::Clean, "case {number}");
        for told in [&b"GPS"[..], b"51.5", b"city", b"Photoshop"] {
            assert!(!clean.windows(told.len()).any(|window| window == told), "case {number}");
        }
    }
    for case in &cases[..2] {
        let clean = stripped(Media::Jpeg, case);
        let at = clean.windows(6).position(|window| window == b"Exif\0\0").expect("the turn is kept");
        assert_eq!(exif::said(&clean[at + 6..]), Said { place: Place::None, turn: 6 });
    }
}

#[test]
fn a_place_goes_out_of_a_png() {
    let exif = tiff(&[TURN_6, GPS]);
    for (name, content) in [(b"eXIf", &exif[..]), (b"tEXt", b"Comment\x0051.5"), (b"iTXt", b"XML:com.adobe.xmp\0GPS")] {
        let mut bytes = png();
        let mut chunk = (content.len() as u32).to_be_bytes().to_vec();
        chunk.extend(name);
        chunk.extend(content);
        let sum = !chunk[4..].iter().fold(u32::MAX, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |s, _| if s & 1 == 1 { s >> 1 ^ 0xedb8_8320 } else { s >> 1 })
        });
        chunk.extend(sum.to_be_bytes());
        bytes.splice(33..33, chunk);
        let clean = stripped(Media::Png, &bytes);
        assert_eq!(shown(&clean), shown(&png()));
        assert_eq!(without_place(Media::Png, &clean), Located::Clean);
        assert!(!clean.windows(4).any(|window| window == b"51.5" || window == b"tEXt" || window == b"iTXt"));
        assert_eq!(clean.windows(4).any(|window| window == b"eXIf"), name == b"eXIf");
    }
}

#[test]
fn what_is_no_picture_is_unknown_and_nothing_panics() {
    assert_eq!(without_place(Media::Pdf, b"%PDF"), Located::Unknown);
    let whole = with_exif(&tiff(&[TURN_6, GPS]));
    for cut in 0..whole.len() {
        let _ = without_place(Media::Jpeg, &whole[..cut]);
        let _ = without_place(Media::Png, &whole[..cut]);
    }
    assert_eq!(without_place(Media::Jpeg, &whole[..whole.len() - 2]), Located::Unknown);
}
