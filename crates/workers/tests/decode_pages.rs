//! Files taken apart into page originals, through the real worker.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[expect(dead_code, reason = "shared with other tests, which use the rest")]
mod decode_support;

use decode_support::{PdfFile, colour_picture, decoder, jpeg, png, tiff, with_orientation};
use image::RgbImage;
use scantrail_capture::decode::PageOriginal;
use scantrail_core::ports::DecodeError;
use scantrail_core::vocabulary::Media;

/// The matrix that lays a picture over the whole of A4.
const WHOLE_PAGE: &str = "q 595 0 0 842 0 0 cm /Im0 Do Q";

fn pages(bytes: &[u8], media: Media) -> Vec<PageOriginal> {
    decoder().take_apart(bytes, media).unwrap()
}

fn only(bytes: &[u8], media: Media) -> PageOriginal {
    let mut pages = pages(bytes, media);
    assert_eq!(pages.len(), 1);
    pages.remove(0)
}

fn reason(bytes: &[u8], media: Media) -> String {
    match decoder().take_apart(bytes, media) {
        Err(DecodeError::Unreadable(why)) => why,
        other => panic!("{other:?}"),
    }
}

fn pixels(page: &PageOriginal) -> RgbImage {
    let picture = image::load_from_memory(&page.bytes).unwrap().into_rgb8();
    assert_eq!(picture.dimensions(), (page.width, page.height));
    picture
}

fn dpi(page: &PageOriginal) -> Option<(u16, u16)> {
    page.resolution.map(|r| (r.x.get(), r.y.get()))
}

/// A PDF of one page that shows a JPEG in some way.
fn pdf_showing(content: &str, jpeg: &[u8], picture: &RgbImage, more_picture: &str, more_page: &str) -> Vec<u8> {
    let mut pdf = PdfFile::new();
    let picture = pdf.jpeg(jpeg, picture.width(), picture.height(), more_picture);
    pdf.page(content, Some(picture), more_page);
    pdf.finish()
}

#[test]
fn a_picture_is_its_own_only_page() {
    let file = with_orientation(&jpeg(&colour_picture(60, 40), 200), 6);
    let page = only(&file, Media::Jpeg);
    assert_eq!((page.bytes == file, page.media, page.turn.degrees()), (true, Media::Jpeg, 270));
    assert_eq!((page.width, page.height, dpi(&page)), (60, 40, Some((200, 200))));
    let file = png(2, 1, png::ColorType::Rgb, png::BitDepth::Eight, &[1, 2, 3, 4, 5, 6]);
    let page = only(&file, Media::Png);
    assert_eq!((page.bytes == file, page.width, page.height, dpi(&page)), (true, 2, 1, Some((300, 600))));
    let file = tiff(&[colour_picture(60, 40)]);
    let page = only(&file, Media::Tiff);
    assert_eq!((page.bytes == file, page.width, page.height, dpi(&page)), (true, 60, 40, Some((300, 300))));
}

#[test]
fn a_tiff_of_several_pages_comes_apart_without_loss() {
    let pictures = [colour_picture(60, 40), colour_picture(31, 77), colour_picture(8, 8)];
    let pages = pages(&tiff(&pictures), Media::Tiff);
    assert_eq!(pages.len(), 3);
    for (page, picture) in pages.iter().zip(&pictures) {
        assert_eq!((page.media, dpi(page), &pixels(page)), (Media::Png, Some((300, 300)), picture));
    }
}

#[test]
fn a_pdf_page_that_is_one_jpeg_gives_it_byte_for_byte() {
    let picture = colour_picture(1240, 1754);
    let file = jpeg(&picture, 300);
    for (how, content) in [
        ("plainly", WHOLE_PAGE),
        ("clipped to the page", "q 0 0 595 842 re W n 595 0 0 842 0 0 cm /Im0 Do Q"),
        ("in two steps", "q 2 0 0 2 0 0 cm 297.5 0 0 421 0 0 cm /Im0 Do Q"),
        ("under invisible text", "q 595 0 0 842 0 0 cm /Im0 Do Q BT 3 Tr /F0 12 Tf 50 50 Td (words) Tj ET"),
    ] {
        let page = only(&pdf_showing(content, &file, &picture, "", ""), Media::Pdf);
        assert!(page.bytes == file, "{how}");
        assert_eq!((page.media, page.width, page.height), (Media::Jpeg, 1240, 1754));
        assert_eq!((dpi(&page), page.turn.degrees()), (Some((150, 150)), 0));
    }
}

#[test]
fn the_rotation_of_a_pdf_page_is_told_with_its_jpeg() {
    let picture = colour_picture(300, 200);
    let file = jpeg(&picture, 300);
    // Shown turned 90° clockwise, the stored picture must hold its content turned by 270°, and so on.
    for (rotate, turn) in [(90, 270), (180, 180), (270, 90)] {
        let page = only(&pdf_showing(WHOLE_PAGE, &file, &picture, "", &format!("/Rotate {rotate}")), Media::Pdf);
        assert_eq!((page.bytes == file, page.turn.degrees()), (true, turn), "/Rotate {rotate}");
    }
    // The matrix turns by 90° counter-clockwise: x runs up the page.
    let turned = "q 0 842 -595 0 595 0 cm /Im0 Do Q";
    let page = only(&pdf_showing(turned, &file, &picture, "", ""), Media::Pdf);
    assert_eq!((page.bytes == file, page.turn.degrees()), (true, 90));
}

#[test]
fn a_turn_that_is_told_agrees_with_the_page_as_it_is_drawn() {
    // The same page twice: as the JPEG with a turn, and drawn, because a dot was added.
    let picture = colour_picture(300, 200);
    let file = jpeg(&picture, 300);
    for content in [WHOLE_PAGE, "q 0 842 -595 0 595 0 cm /Im0 Do Q", "q -595 0 0 -842 595 842 cm /Im0 Do Q"] {
        for rotate in [0, 90, 180, 270] {
            let more = format!("/Rotate {rotate}");
            let told = only(&pdf_showing(content, &file, &picture, "", &more), Media::Pdf);
            let dotted = format!("{content} 300 400 1 1 re f");
            let drawn = only(&pdf_showing(&dotted, &file, &picture, "", &more), Media::Pdf);
            assert_eq!((told.media, drawn.media), (Media::Jpeg, Media::Png));
            let stored = pixels(&told);
            // Turned back by what was found.
            let upright = match told.turn.degrees() {
                0 => stored,
                90 => image::imageops::rotate270(&stored),
                180 => image::imageops::rotate180(&stored),
                _ => image::imageops::rotate90(&stored),
            };
            let drawn = pixels(&drawn);
            for (x, y) in [(0.1, 0.1), (0.9, 0.1), (0.1, 0.9), (0.9, 0.9)] {
                let at = |picture: &RgbImage| {
                    let place = |part: f64, side: u32| (part * f64::from(side)) as u32;
                    picture.get_pixel(place(x, picture.width()), place(y, picture.height())).0
                };
                let (a, b) = (at(&upright), at(&drawn));
                assert!(a.iter().zip(b).all(|(a, b)| a.abs_diff(b) < 12), "{content} {rotate}: {a:?} {b:?}");
            }
        }
    }
}

#[test]
fn a_page_with_any_other_mark_is_drawn() {
    let picture = colour_picture(600, 850);
    let file = jpeg(&picture, 300);
    let note = "/Annots [<< /Type /Annot /Subtype /Ink /Rect [0 0 9 9] >>]";
    for (why, content, more_picture, more_page) in [
        ("text", "q 595 0 0 842 0 0 cm /Im0 Do Q BT /F0 12 Tf 50 50 Td (words) Tj ET", "", ""),
        (
            "text after invisible text",
            "q 595 0 0 842 0 0 cm /Im0 Do Q q BT 3 Tr ET Q BT /F0 9 Tf (words) Tj ET",
            "",
            "",
        ),
        ("a line", "q 595 0 0 842 0 0 cm /Im0 Do Q 0 0 m 100 100 l S", "", ""),
        ("half of the page", "q 595 0 0 421 0 0 cm /Im0 Do Q", "", ""),
        ("larger than the page", "q 700 0 0 1000 0 0 cm /Im0 Do Q", "", ""),
        ("mirrored", "q -595 0 0 842 595 0 cm /Im0 Do Q", "", ""),
        ("askew", "q 595 9 -9 842 0 0 cm /Im0 Do Q", "", ""),
        ("a clip", "q 0 0 300 842 re W n 595 0 0 842 0 0 cm /Im0 Do Q", "", ""),
        ("the picture twice", "q 595 0 0 842 0 0 cm /Im0 Do Q q 9 0 0 9 0 0 cm /Im0 Do Q", "", ""),
        ("turned inside out", WHOLE_PAGE, "/Decode [1 0 1 0 1 0]", ""),
        ("an ink note", WHOLE_PAGE, "", note),
    ] {
        let page = only(&pdf_showing(content, &file, &picture, more_picture, more_page), Media::Pdf);
        assert_eq!(page.media, Media::Png, "{why}");
    }
}

#[test]
fn a_drawn_page_has_the_size_of_its_paper() {
    let mut pdf = PdfFile::new();
    pdf.page("BT /F0 48 Tf 100 700 Td (Fractions) Tj ET", None, "");
    pdf.page("0.9 0.1 0.1 rg 0 421 595 421 re f", None, "/Rotate 90");
    let pages = pages(&pdf.finish(), Media::Pdf);
    let first = pixels(&pages[0]);
    assert_eq!((first.dimensions(), dpi(&pages[0])), ((2479, 3508), Some((300, 300))));
    // Letters stand in the upper part, on white paper.
    let dark = |picture: &RgbImage, from: u32, to: u32| {
        picture.rows().skip(from as usize).take((to - from) as usize).flatten().filter(|p| p.0[0] < 128).count()
    };
    assert!(dark(&first, 300, 700) > 1000, "the word is there");
    assert_eq!(dark(&first, 900, 3508), 0, "and nothing else");
    let second = pixels(&pages[1]);
    // The upper half is red; turned clockwise it is the right half.
    assert_eq!(second.dimensions(), (3508, 2479));
    assert_eq!((second.get_pixel(100, 1000).0[1], second.get_pixel(3400, 1000).0[1]), (255, 26));
}

#[test]
fn a_drawn_page_keeps_the_pixels_of_its_picture() {
    // Lossless, 400 dpi over a page of 2 by 1 inches: every pixel must come out as it went in.
    let picture = RgbImage::from_fn(800, 400, |x, y| image::Rgb([(x * 7) as u8, (y * 5) as u8, (x ^ y) as u8]));
    let mut pdf = PdfFile::new();
    let dict = "/Type /XObject /Subtype /Image /Width 800 /Height 400 /BitsPerComponent 8 /ColorSpace /DeviceRGB";
    let object = pdf.stream(dict, picture.as_raw());
    pdf.page("q 144 0 0 72 0 0 cm /Im0 Do Q", Some(object), "/MediaBox [0 0 144 72]");
    let page = only(&pdf.finish(), Media::Pdf);
    assert_eq!((page.width, page.height, dpi(&page)), (800, 400, Some((400, 400))));
    let drawn = pixels(&page);
    let worst = drawn.as_raw().iter().zip(picture.as_raw()).map(|(a, b)| a.abs_diff(*b)).max();
    assert_eq!(worst, Some(0));
}

#[test]
fn pdf_files_at_fault_say_how() {
    let picture = colour_picture(300, 200);
    let file = jpeg(&picture, 300);
    let whole = pdf_showing(WHOLE_PAGE, &file, &picture, "", "");
    assert_eq!(reason(&whole[..whole.len() - 200], Media::Pdf), "the file has no end mark");
    let cut = pdf_showing(WHOLE_PAGE, &file[..file.len() / 2], &picture, "", "");
    assert_eq!(reason(&cut, Media::Pdf), "page 1: the JPEG on it is broken or cut off");

    let mut locked = PdfFile::new();
    locked.page("", None, "");
    let secret = "41".repeat(32);
    locked.trailer =
        format!("/ID [<00><00>] /Encrypt << /Filter /Standard /V 1 /R 2 /O <{secret}> /U <{secret}> /P -4 >>");
    assert_eq!(reason(&locked.finish(), Media::Pdf), "the PDF is protected by a password; save it without one");

    let mut lying = PdfFile::new();
    lying.page("", None, "");
    lying.count = Some(3);
    assert_eq!(reason(&lying.finish(), Media::Pdf), "the PDF says it has 3 pages, but only 1 can be read");
    assert_eq!(reason(&PdfFile::new().finish(), Media::Pdf), "the PDF has no pages");

    let mut long = PdfFile::new();
    (0..6).for_each(|_| long.page("", None, ""));
    assert_eq!(reason(&long.finish(), Media::Pdf), "the file has 6 pages, more than the 5 allowed");

    let mut hole = PdfFile::new();
    let dict = "/Subtype /Image /Width 9 /Height 9 /BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter /JPXDecode";
    let object = hole.stream(dict, b"not a picture");
    hole.page("q 99 0 0 99 0 0 cm /Im0 Do Q", Some(object), "");
    assert_eq!(reason(&hole.finish(), Media::Pdf), "page 1: a picture on it cannot be decoded");

    let mut vast = PdfFile::new();
    vast.page("0 0 9 9 re f", None, "/MediaBox [0 0 99000 99000]");
    assert!(reason(&vast.finish(), Media::Pdf).contains("too large to be drawn"));
}

#[test]
fn an_empty_page_is_a_page() {
    let mut pdf = PdfFile::new();
    pdf.page("", None, "");
    let page = only(&pdf.finish(), Media::Pdf);
    assert!(pixels(&page).pixels().all(|pixel| pixel.0 == [255; 3]));
}
