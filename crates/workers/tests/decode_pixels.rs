//! Bytes to pixels, through the real worker.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[expect(dead_code, reason = "shared with other tests, which use the rest")]
mod decode_support;

use decode_support::{
    colour_picture, decoder, grey_picture, jpeg, plain_tiff, png, png_claiming, tiff, with_orientation,
};
use image::codecs::jpeg::JpegEncoder;
use png::{BitDepth, ColorType};
use scantrail_core::ports::{DecodeError, Decoded, Decoder};
use scantrail_core::raster::Channels;
use scantrail_core::vocabulary::Media;

fn decode(bytes: &[u8], media: Media) -> Decoded {
    decoder().decode(bytes, media).unwrap()
}

fn reason(bytes: &[u8], media: Media) -> String {
    match decoder().decode(bytes, media) {
        Err(DecodeError::Unreadable(why)) => why,
        other => panic!("{other:?}"),
    }
}

fn dpi(decoded: &Decoded) -> Option<(u16, u16)> {
    decoded.raster.resolution().map(|r| (r.x.get(), r.y.get()))
}

/// The largest difference of any sample.
fn difference(a: &[u8], b: &[u8]) -> u8 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| a.abs_diff(*b)).max().unwrap()
}

#[test]
fn jpeg_in_colour_and_grey() {
    let picture = colour_picture(123, 77);
    let decoded = decode(&jpeg(&picture, 300), Media::Jpeg);
    assert_eq!((decoded.raster.width(), decoded.raster.height()), (123, 77));
    assert_eq!((decoded.raster.channels(), dpi(&decoded)), (Channels::Rgb, Some((300, 300))));
    assert!(difference(decoded.raster.samples(), picture.as_raw()) <= 8);

    let picture = grey_picture(50, 60);
    let mut file = Vec::new();
    JpegEncoder::new_with_quality(&mut file, 95).encode_image(&picture).unwrap();
    let decoded = decode(&file, Media::Jpeg);
    assert_eq!((decoded.raster.channels(), dpi(&decoded)), (Channels::Grey, None));
    assert!(difference(decoded.raster.samples(), picture.as_raw()) <= 8);
}

#[test]
fn the_turn_a_camera_notes_is_told_and_not_applied() {
    let file = jpeg(&colour_picture(40, 20), 300);
    let turns = (1..=8).map(|orientation| {
        let decoded = decode(&with_orientation(&file, orientation), Media::Jpeg);
        assert_eq!((decoded.raster.width(), decoded.raster.height()), (40, 20));
        decoded.exif_turn.degrees()
    });
    // 6, the usual portrait: the camera was turned, so what it shows lies 270° clockwise (90° to the left).
    assert_eq!(turns.collect::<Vec<_>>(), [0, 0, 180, 180, 90, 270, 270, 90]);
}

#[test]
fn png_of_every_depth_and_colour() {
    let decoded = decode(&png(2, 1, ColorType::Rgb, BitDepth::Eight, &[1, 2, 3, 4, 5, 6]), Media::Png);
    assert_eq!((decoded.raster.samples(), dpi(&decoded)), ([1, 2, 3, 4, 5, 6].as_slice(), Some((300, 600))));
    for (colour, depth, bytes, channels, expected) in [
        (ColorType::Grayscale, BitDepth::Sixteen, vec![0x12, 0x34, 0xFF, 0xFF], Channels::Grey, vec![0x12, 0xFF]),
        (ColorType::Grayscale, BitDepth::One, vec![0b0100_0000], Channels::Grey, vec![0, 255]),
        (ColorType::GrayscaleAlpha, BitDepth::Eight, vec![10, 0, 10, 255], Channels::Grey, vec![255, 10]),
        (ColorType::Indexed, BitDepth::Eight, vec![0, 1], Channels::Rgb, vec![255, 0, 0, 0, 0, 255]),
        (
            ColorType::Rgba,
            BitDepth::Eight,
            vec![0, 0, 0, 0, 0, 100, 200, 51],
            Channels::Rgb,
            vec![255, 255, 255, 204, 224, 244],
        ),
    ] {
        let decoded = decode(&png(2, 1, colour, depth, &bytes), Media::Png);
        assert_eq!(
            (decoded.raster.channels(), decoded.raster.samples()),
            (channels, expected.as_slice()),
            "{colour:?}"
        );
    }
}

#[test]
fn tiff_of_scanners_and_copiers() {
    let picture = colour_picture(70, 50);
    let decoded = decode(&tiff(&[picture.clone(), colour_picture(5, 5)]), Media::Tiff);
    assert_eq!((decoded.raster.samples(), dpi(&decoded)), (picture.as_raw().as_slice(), Some((300, 300))));
    // Black and white, one bit, 10 columns: both meanings of a set bit (photometric 0 and 1).
    let rows = [0b1000_0000, 0b0100_0000, 0b0000_0001, 0b1000_0000];
    let marked = [0, 9, 17, 18];
    for (photometric, mark, paper) in [(0, 0, 255), (1, 255, 0)] {
        let entries = [(256, 10), (257, 2), (258, 1), (259, 1), (262, photometric), (274, 3), (277, 1), (278, 2)];
        let decoded = decode(&plain_tiff(&entries, &rows), Media::Tiff);
        let expected: Vec<u8> = (0..20).map(|n| if marked.contains(&n) { mark } else { paper }).collect();
        assert_eq!((decoded.raster.samples(), decoded.exif_turn.degrees()), (expected.as_slice(), 180));
    }
    // JPEG inside, in the colours of JPEG (compression 7, photometric 6).
    let file = jpeg(&picture, 300);
    let entries = [(256, 70), (257, 50), (258, 8), (259, 7), (262, 6), (277, 3), (278, 50)];
    let decoded = decode(&plain_tiff(&entries, &file), Media::Tiff);
    assert!(difference(decoded.raster.samples(), picture.as_raw()) <= 8);
}

#[test]
fn bombs_are_refused_before_they_go_off() {
    assert_eq!(
        reason(&png_claiming(60_000), Media::Png),
        "the picture has 60000 × 60000 pixels, more than the 12 million allowed"
    );
    let entries = [(256, 60_000), (257, 60_000), (258, 8), (259, 1), (262, 1), (277, 1), (278, 60_000)];
    assert!(reason(&plain_tiff(&entries, &[0; 64]), Media::Tiff).contains("60000 × 60000"));
    let mut file = jpeg(&colour_picture(16, 16), 300);
    let frame = file.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    file[frame + 5..frame + 9].copy_from_slice(&[0xFF; 4]);
    assert!(reason(&file, Media::Jpeg).contains("65535 × 65535"));
    assert!(reason(&vec![0; (8 << 20) + 1], Media::Jpeg).contains("more than the 8 MB allowed"));
}

#[test]
fn what_is_cut_off_is_refused_not_padded() {
    let whole = jpeg(&colour_picture(200, 200), 300);
    assert_eq!(reason(&whole[..whole.len() / 2], Media::Jpeg), "the file ends in the middle of the picture");
    let whole = png(2, 1, ColorType::Rgb, BitDepth::Eight, &[1, 2, 3, 4, 5, 6]);
    assert_eq!(reason(&whole[..whole.len() - 20], Media::Png), "the file ends in the middle of the picture");
    let whole = tiff(&[colour_picture(70, 50)]);
    assert!(reason(&whole[..whole.len() - 10], Media::Tiff).starts_with("the file "));
}

#[test]
fn files_that_are_something_else_are_refused() {
    let file = jpeg(&colour_picture(20, 20), 300);
    assert_eq!(reason(&file, Media::Png), "the file is not a png file");
    assert_eq!(reason(&[], Media::Jpeg), "the file is not a jpg file");
    // A sound structure around nonsense.
    let nonsense = b"\xFF\xD8\xFF\xC0\0\x0B\x08\0\x10\0\x20\x01\x01\x11\0\xFF\xDA\0\x08\x01\x01\0\0\x3F\0data\xFF\xD9";
    assert!(reason(nonsense, Media::Jpeg).starts_with("the JPEG is broken"));
    let mut damaged = png(2, 1, ColorType::Rgb, BitDepth::Eight, &[1, 2, 3, 4, 5, 6]);
    let data = damaged.windows(4).position(|name| name == b"IDAT").unwrap();
    damaged[data + 6] ^= 0xFF;
    assert!(reason(&damaged, Media::Png).starts_with("the PNG is broken"));
}
