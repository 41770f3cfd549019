//! Words for other programs: ALTO by a schema, hOCR by the tool of those who keep its specification.

use crate::support::{python, run};
use scantrail_archive::durable::{self, Access};
use scantrail_archive::sidecar::{ReadWord, Reading};
use scantrail_archive::transcript::{Format, Transcript, TranscriptPage};
use std::ffi::OsStr;
use std::path::Path;

const ALTO: &str = "\
import sys
from lxml import etree
schema = etree.XMLSchema(etree.parse(sys.argv[1]))
document = etree.parse('page.xml')
if not schema.validate(document):
    sys.exit(str(schema.error_log))
space = '{http://www.loc.gov/standards/alto/ns-v4#}'
text = [word.get('CONTENT') for word in document.iter(space + 'String') if word.get('TAGREFS') is None]
print(' '.join(text))
";

const HOCR: &str = "\
import sys
from lxml import etree
from hocr_spec import HocrValidator
report = HocrValidator('standard').validate('page.html')
if not report.is_valid():
    sys.exit(report.format('text'))
print(' '.join(etree.parse('page.html').xpath('//*[@class=\"ocrx_word\"]/text()')))
";

/// Two columns of `rows` lines, with every kind of letter that needs care.
fn reading(engine: &str, rows: u32) -> Reading {
    let texts = ["plain", "<&>", "\"quoted\"", "it's", "]]>", "½", "🌳", "شجرة"];
    let word = |column: u32, row: u32, at: u32| {
        let (x, y) = (20 + 500 * column + 100 * at, 40 + 30 * row);
        let t = texts[(row + at) as usize % texts.len()].to_owned();
        ReadWord { t, b: [x, y, x + 80, y + 20], c: 0.5 + at as f32 / 8.0, l: column * rows + row, k: column }
    };
    let words = (0..2).flat_map(|column| (0..rows).flat_map(move |row| (0..3).map(move |at| word(column, row, at))));
    Reading { engine: engine.into(), partial: rows > 5, words: words.collect() }
}

fn judge(program: &str, file: &str, text: &str, folder: &Path) -> (bool, String) {
    durable::replace(&folder.join(file), text.as_bytes(), Access::Shared).unwrap();
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/judges/alto-part.xsd");
    // A warning of the judge about itself is none of ours.
    let arguments = ["-W", "ignore", "-c", program, schema];
    run(python(), &arguments.map(OsStr::new), folder)
}

#[test]
fn words_are_sound_in_both_formats_and_guesses_are_no_words() {
    let dir = tempfile::tempdir().unwrap();
    let (print, two, hand) =
        (reading("tesseract 5.3.0 eng", 8), reading("tesseract 5.3.0 eng+deu", 1), reading("PP-OCRv6 small", 2));
    let page = |reading, guessed| TranscriptPage { pixels: (1000, 1400), reading, guessed };
    let nothing = Reading { words: Vec::new(), ..two.clone() };
    for pages in [
        vec![page(Some(&print), Some(&hand))],
        vec![page(Some(&two), None), page(None, Some(&hand))],
        vec![page(Some(&nothing), Some(&nothing)), page(None, None)],
    ] {
        let transcript = Transcript { file: "p01 [k3f9x2ab].pdf", pages: &pages };
        let wanted: Vec<&str> =
            pages.iter().filter_map(|page| page.reading).flat_map(|it| &it.words).map(|word| word.t.as_str()).collect();
        for (program, file, format) in [(ALTO, "page.xml", Format::Alto), (HOCR, "page.html", Format::Hocr)] {
            let text = transcript.write(format);
            let (sound, said) = judge(program, file, &text, dir.path());
            assert!(sound, "{said}\n{text}");
            assert_eq!(said.trim(), wanted.join(" "), "{file}");
        }
    }
}

#[test]
fn the_judges_can_say_no() {
    let dir = tempfile::tempdir().unwrap();
    let print = reading("tesseract 5.3.0 eng", 2);
    let pages = [TranscriptPage { pixels: (1000, 1400), reading: Some(&print), guessed: None }];
    let transcript = Transcript { file: "page.jpg", pages: &pages };
    let alto = transcript.write(Format::Alto);
    for (sound, broken) in
        [(" WC=\"0.50\"", " WC=\"1.50\""), ("PHYSICAL_IMG_NR=\"1\" ", ""), ("<SP/>", "<SP></String>")]
    {
        assert!(alto.contains(sound));
        assert!(!judge(ALTO, "page.xml", &alto.replace(sound, broken), dir.path()).0, "{broken}");
    }
    let hocr = transcript.write(Format::Hocr);
    for (sound, broken) in [("ocr-system", "ocr-sistem"), ("ocr_page\"", "a_page\""), ("x_wconf 50", "x_wconf 500")] {
        assert!(hocr.contains(sound));
        assert!(!judge(HOCR, "page.html", &hocr.replace(sound, broken), dir.path()).0, "{broken}");
    }
}
