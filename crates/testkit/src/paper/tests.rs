//! Tests of `paper`: what it makes is compared with the truth it claims.

use super::*;
use crate::paint::{PageKind, PageSpec, paint};

/// What both stages of code reading find, as the product would use them.
fn read(picture: &Raster) -> Vec<String> {
    let grey = picture.to_grey();
    let (width, height) = (grey.width(), grey.height());
    let view = zxingcpp::ImageView::from_slice(grey.samples(), width, height, zxingcpp::ImageFormat::Lum).unwrap();
    let reader = zxingcpp::read().formats([zxingcpp::BarcodeFormat::QRCodeModel2]).try_harder(true).try_downscale(true);
    let mut texts: Vec<String> = reader.from(view).unwrap().iter().map(zxingcpp::Barcode::text).collect();
    let options = tapirscan::ScannerOptions {
        mode: tapirscan::Mode::Medium,
        formats: tapirscan::Format::QrCode.into(),
        parallel: false,
        ..tapirscan::ScannerOptions::default()
    };
    let image = tapirscan::Image::gray(grey.samples(), width as usize, height as usize);
    texts.extend(tapirscan::Scanner::new(options).scan(image).unwrap().barcodes.iter().map(|code| code.text.clone()));
    texts.sort();
    texts.dedup();
    texts
}

fn sheet() -> Raster {
    paint(&PageSpec::new(PageKind::Worksheet, Seed(3), Dpi::new(200).unwrap())).raster
}

const AREA: MmRect = MmRect { x: 140.0, y: 230.0, width: 50.0, height: 50.0 };

#[test]
fn a_foreign_code_can_be_read() {
    let page = paste_foreign_code(sheet(), "https://example.org/isbn/1", (AREA.x, AREA.y), AREA.width).unwrap();
    assert_eq!(read(&page), ["https://example.org/isbn/1"]);
}

#[test]
fn a_spoilt_code_cannot_and_nothing_else_is_touched() {
    for seed in 0..8 {
        let page = paste_foreign_code(sheet(), "ABCDEFGH12345678", (AREA.x, AREA.y), AREA.width).unwrap();
        let spoilt = spoil_codes(page.clone(), &[AREA], Seed(seed));
        assert_eq!(read(&spoilt), [] as [&str; 0], "seed {seed}");
        let quad = AREA.quad(Dpi::new(200).unwrap()).0;
        for y in 0..page.height() {
            for (x, (a, b)) in page.row(y).chunks(3).zip(spoilt.row(y).chunks(3)).enumerate() {
                let (x, y) = (x as f64, f64::from(y));
                let inside =
                    x >= quad[0].x - 1.0 && x <= quad[2].x + 1.0 && y >= quad[0].y - 1.0 && y <= quad[2].y + 1.0;
                assert!(inside || a == b, "pixel {x}, {y} outside the code was touched, seed {seed}");
            }
        }
    }
}

#[test]
fn too_long_a_text_is_refused() {
    let refused = paste_foreign_code(sheet(), &"é".repeat(3000), (10.0, 10.0), 40.0);
    assert!(matches!(refused, Err(TooLong { length: 3000 })));
}

/// One A5 page with a black rectangle in its lower left quarter, by hand.
const PDF: &[u8] = b"%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 595]/Contents 4 0 R/Resources<<>>>>endobj
4 0 obj<</Length 22>>stream
20 20 100 200 re f    
endstream endobj
trailer<</Root 1 0 R>>
";

#[test]
fn a_pdf_page_is_laid_down_at_its_resolution() {
    let raster = printed(PDF, 0, Dpi::new(144).unwrap()).unwrap();
    assert_eq!((raster.width(), raster.height()), (840, 1190));
    assert_eq!(raster.resolution().unwrap().x.get(), 144);
    let row = raster.row(1190 - 200);
    assert_eq!((row[100 * 3], row[400 * 3]), (0, 255));
    assert!(matches!(printed(PDF, 1, Dpi::SCAN), Err(PrintError::NoSuchPage { page: 1, pages: 1 })));
    assert!(matches!(printed(b"no", 0, Dpi::SCAN), Err(PrintError::NotPdf)));
}
