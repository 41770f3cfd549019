//! ALTO 4.4: <http://www.loc.gov/standards/alto/v4/alto-4-4.xsd>.

use super::layout::{self, Block, Line, escaped};
use super::{Transcript, TranscriptPage};
use crate::sidecar::ReadWord;
use std::fmt::Write as _;

/// Ids of the two ways of reading, and of the tag on guesses.
const READ: &str = "read";
const GUESSED: &str = "guessed";
const TAG: &str = "guess";

pub(super) fn write(transcript: &Transcript<'_>) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <alto xmlns=\"http://www.loc.gov/standards/alto/ns-v4#\" SCHEMAVERSION=\"4.4\">\n\
         <Description>\n<MeasurementUnit>pixel</MeasurementUnit>\n",
    );
    let file = escaped(transcript.file);
    writeln!(xml, "<sourceImageInformation><fileName>{file}</fileName></sourceImageInformation>")
        .expect("a string takes everything");
    let pages = transcript.pages;
    let read = pages.iter().find_map(|page| page.reading).map(|reading| reading.engine.as_str());
    let guessed = pages.iter().find_map(|page| page.guessed).map(|reading| reading.engine.as_str());
    if let Some(engine) = read {
        xml.push_str(&processing(READ, engine, "words that were read"));
    }
    if let Some(engine) = guessed {
        xml.push_str(&processing(GUESSED, engine, "words guessed from handwriting: for finding, not for reading"));
    }
    xml.push_str("</Description>\n");
    if guessed.is_some() {
        writeln!(
            xml,
            "<Tags><OtherTag ID=\"{TAG}\" TYPE=\"certainty\" LABEL=\"guessed from handwriting\" \
             DESCRIPTION=\"for finding, not for reading: no part of the text of this page\"/></Tags>"
        )
        .expect("a string takes everything");
    }
    xml.push_str("<Layout>\n");
    for (number, page) in (1..).zip(transcript.pages) {
        xml.push_str(&one(number, page));
    }
    xml.push_str("</Layout>\n</alto>\n");
    xml
}

fn processing(id: &str, engine: &str, what: &str) -> String {
    let (software, version, languages) = layout::engine(engine);
    let mut xml = format!(
        "<Processing ID=\"{id}\"><processingCategory>contentGeneration</processingCategory>\
         <processingStepDescription>{what}</processingStepDescription>"
    );
    let tell = |xml: &mut String, name: &str, text: &str| {
        write!(xml, "<{name}>{}</{name}>", escaped(text)).expect("a string takes everything");
    };
    if !languages.is_empty() {
        tell(&mut xml, "processingStepSettings", &format!("languages: {}", languages.join(" ")));
    }
    xml.push_str("<processingSoftware>");
    tell(&mut xml, "softwareName", software);
    if let Some(version) = version {
        tell(&mut xml, "softwareVersion", version);
    }
    xml.push_str("</processingSoftware></Processing>\n");
    xml
}

/// One page. A reading that the time limit cut short says so.
fn one(number: u32, page: &TranscriptPage<'_>) -> String {
    let (width, height) = page.pixels;
    let mut xml = format!("<Page ID=\"p{number}\" PHYSICAL_IMG_NR=\"{number}\" WIDTH=\"{width}\" HEIGHT=\"{height}\"");
    if let Some(reading) = page.reading {
        let confidence = reading.to_reading().confidence().get();
        write!(xml, " PROCESSINGREFS=\"{READ}\" PC=\"{confidence:.2}\"").expect("a string takes everything");
        if reading.partial {
            xml.push_str(" QUALITY_DETAIL=\"the time limit cut the reading short\"");
        }
    }
    if let Some(language) = layout::language(page.reading) {
        write!(xml, " LANG=\"{language}\"").expect("a string takes everything");
    }
    writeln!(xml, ">\n<PrintSpace ID=\"p{number}_space\" HPOS=\"0\" VPOS=\"0\" WIDTH=\"{width}\" HEIGHT=\"{height}\">")
        .expect("a string takes everything");
    let kinds = [(page.text(), "b", String::new()), (page.guesses(), "g", format!(" TAGREFS=\"{TAG}\""))];
    for (blocks, letter, tag) in &kinds {
        let refs = if tag.is_empty() { String::new() } else { format!("{tag} PROCESSINGREFS=\"{GUESSED}\"") };
        for (at, found) in (1..).zip(blocks) {
            xml.push_str(&block(&format!("p{number}_{letter}{at}"), found, &refs, tag));
        }
    }
    xml.push_str("</PrintSpace>\n</Page>\n");
    xml
}

fn block(id: &str, block: &Block<'_>, refs: &str, tag: &str) -> String {
    let mut xml = format!("<TextBlock ID=\"{id}\"{refs} {}>\n", place(block.place));
    for (at, found) in (1..).zip(&block.lines) {
        xml.push_str(&line(&format!("{id}_l{at}"), found, tag));
    }
    xml.push_str("</TextBlock>\n");
    xml
}

fn line(id: &str, line: &Line<'_>, tag: &str) -> String {
    let mut xml = format!("<TextLine ID=\"{id}\"{tag} {}>\n", place(line.place));
    for (at, word) in line.words.iter().enumerate() {
        xml.push_str(&string(&format!("{id}_w{}", at + 1), word, tag));
        if at + 1 < line.words.len() {
            xml.push_str("<SP/>\n");
        }
    }
    xml.push_str("</TextLine>\n");
    xml
}

fn string(id: &str, word: &ReadWord, tag: &str) -> String {
    let (place, text) = (place(word.b), escaped(&word.t));
    format!("<String ID=\"{id}\"{tag} {place} WC=\"{:.2}\" CONTENT=\"{text}\"/>\n", word.c)
}

fn place([x0, y0, x1, y1]: [u32; 4]) -> String {
    let (width, height) = (x1.saturating_sub(x0), y1.saturating_sub(y0));
    format!("HPOS=\"{x0}\" VPOS=\"{y0}\" WIDTH=\"{width}\" HEIGHT=\"{height}\"")
}
