//! From a text to glyphs in the order they stand on paper: directions, scripts, fallback fonts, lines.
//!
//! A line is cut into runs of one direction (Unicode bidi), one script and one font; each run is shaped on its own.
//! Widths are in ems: multiply by a size to get a length. This file must not know what a text means.

use super::DrawError;
use super::fonts::{Face, FontBook, Weight, missing};
use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::{Direction, UnicodeBuffer};
use std::ops::Range;
use unicode_bidi::BidiInfo;
use unicode_script::{Script, UnicodeScript};

/// Glyphs of one font in one direction, left to right.
pub(super) struct Run {
    pub(super) font: Font,
    pub(super) text: String,
    pub(super) glyphs: Vec<KrillaGlyph>,
    /// In ems.
    pub(super) width: f64,
}

/// One line, its runs from left to right.
pub(super) struct Line {
    pub(super) runs: Vec<Run>,
    /// In ems.
    pub(super) width: f64,
}

/// A text in as many lines as it needs, at the size that fits.
pub(super) struct Fitted {
    pub(super) lines: Vec<Line>,
    /// In points.
    pub(super) size: f64,
}

/// From baseline to baseline, in ems.
pub(super) const LINE_STEP: f64 = 1.15;
/// How far letters with their signs rise above the baseline, in ems.
const TALLEST: f64 = 1.0;

/// How much room a text has.
#[derive(Clone, Copy)]
pub(super) struct Room {
    /// In points.
    pub(super) width: f64,
    /// From the last baseline up, in points.
    pub(super) height: f64,
    /// The size a short text gets, in points.
    pub(super) largest: f64,
    /// Below this size one line more is better than smaller letters, in points.
    pub(super) wrap_below: f64,
    /// At most so many lines.
    pub(super) lines: usize,
}

/// Makes `text` as large as the room allows: shrinks it first, then wraps it, line by line, then shrinks on.
pub(super) fn fit(book: &FontBook, text: &str, weight: Weight, room: Room) -> Result<Fitted, DrawError> {
    let text = clean(text);
    let mut best: Option<Fitted> = None;
    for count in 1..=room.lines {
        // A word is cut only when it would be too small to read in one piece.
        let whole = best.as_ref().is_some_and(|best| best.size >= room.wrap_below / 2.0);
        if whole && !text.contains(' ') {
            break;
        }
        let lines =
            wrap(&text, count).into_iter().map(|line| shape(book, line, weight)).collect::<Result<Vec<_>, _>>()?;
        let widest = lines.iter().map(|line| line.width).fold(0.0, f64::max);
        let tall = room.height / (LINE_STEP * (lines.len() - 1) as f64 + TALLEST);
        let size = if widest > 0.0 { room.largest.min(tall).min(room.width / widest) } else { room.largest };
        if best.as_ref().is_none_or(|best| size > best.size) {
            best = Some(Fitted { lines, size });
        }
        if best.as_ref().is_some_and(|best| best.size >= room.wrap_below) {
            break;
        }
    }
    Ok(best.expect("room is for at least one line"))
}

/// Cuts a text into at most `count` lines of like length: at its spaces, or within the word if it has none. Length is
/// counted in characters here; the caller measures the lines.
fn wrap(text: &str, count: usize) -> Vec<&str> {
    let total = text.chars().count();
    let spaced = text.contains(' ');
    let mut cuts: Vec<(usize, usize)> = Vec::new();
    for (nth, (at, character)) in text.char_indices().enumerate() {
        if if spaced { character == ' ' } else { at > 0 && stands_alone(character) } {
            cuts.push((nth, at));
        }
    }
    let mut lines = Vec::new();
    let mut from = 0;
    for line in 1..count {
        let ideal = total * line / count;
        let best = cuts.iter().filter(|(_, at)| *at > from).min_by_key(|(nth, _)| nth.abs_diff(ideal));
        if let Some(&(_, at)) = best {
            lines.push(text[from..at].trim_start());
            from = at;
        }
    }
    lines.push(text[from..].trim_start());
    lines
}

/// Whether a letter looks the same at the beginning of a line: those of joined scripts and of scripts with signs around
/// the letter do not, and combining marks least of all.
fn stands_alone(character: char) -> bool {
    let script = character.script();
    script == Script::Common || LETTER_BY_LETTER.contains(&script)
}

const LETTER_BY_LETTER: [Script; 10] = [
    Script::Latin,
    Script::Greek,
    Script::Cyrillic,
    Script::Armenian,
    Script::Georgian,
    Script::Hebrew,
    Script::Han,
    Script::Hiragana,
    Script::Katakana,
    Script::Hangul,
];

/// Spaces of every kind become one plain space; control characters, which draw nothing, go.
pub(super) fn clean(text: &str) -> String {
    let words: Vec<String> =
        text.split_whitespace().map(|word| word.chars().filter(|c| !c.is_control()).collect()).collect();
    words.join(" ")
}

/// Shapes one line. `text` must hold no line break.
pub(super) fn shape(book: &FontBook, text: &str, weight: Weight) -> Result<Line, DrawError> {
    let bidi = BidiInfo::new(text, None);
    let mut runs = Vec::new();
    for paragraph in &bidi.paragraphs {
        let (levels, visual) = bidi.visual_runs(paragraph, paragraph.range.clone());
        for range in visual {
            let direction = if levels[range.start].is_rtl() { Direction::RightToLeft } else { Direction::LeftToRight };
            let mut pieces = pieces(book, text, range, weight)?;
            if direction == Direction::RightToLeft {
                pieces.reverse();
            }
            for piece in pieces {
                runs.push(shape_piece(book.face(piece.face)?, &text[piece.range], direction)?);
            }
        }
    }
    let width = runs.iter().map(|run| run.width).sum();
    Ok(Line { runs, width })
}

/// Neighbouring characters of one script and one face.
struct Piece {
    range: Range<usize>,
    script: Script,
    face: usize,
}

fn pieces(book: &FontBook, text: &str, range: Range<usize>, weight: Weight) -> Result<Vec<Piece>, DrawError> {
    let part = &text[range.clone()];
    let mut script = part.chars().map(|c| c.script()).find(|&s| is_real(s)).unwrap_or(Script::Latin);
    let mut pieces: Vec<Piece> = Vec::new();
    for (at, character) in part.char_indices() {
        let at = range.start + at;
        let end = at + character.len_utf8();
        if is_real(character.script()) {
            script = character.script();
        }
        if let Some(last) = pieces.last_mut()
            && last.script == script
            && (is_invisible(character) || book.covers(last.face, character)?)
        {
            last.range.end = end;
            continue;
        }
        let sought = if is_invisible(character) { ' ' } else { character };
        let face = book.face_for(sought, script, weight)?;
        pieces.push(Piece { range: at..end, script, face });
    }
    Ok(pieces)
}

fn is_real(script: Script) -> bool {
    !matches!(script, Script::Common | Script::Inherited | Script::Unknown)
}

/// Characters that steer shaping and direction and have no glyph of their own.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{e0000}'..='\u{e0fff}')
}

fn shape_piece(face: &Face, text: &str, direction: Direction) -> Result<Run, DrawError> {
    let shaper = face.shaper();
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(text);
    buffer.guess_segment_properties();
    buffer.set_direction(direction);
    let shaped = rustybuzz::shape(&shaper, &[], buffer);
    let starts: Vec<usize> = shaped.glyph_infos().iter().map(|info| info.cluster as usize).collect();
    let em = f64::from(shaper.units_per_em());
    let mut glyphs = Vec::with_capacity(shaped.len());
    for (info, position) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()) {
        let start = info.cluster as usize;
        let character = text[start..].chars().next().unwrap_or(' ');
        if info.glyph_id == 0 && !is_invisible(character) {
            return Err(missing(character));
        }
        let end = starts.iter().copied().filter(|&other| other > start).min().unwrap_or(text.len());
        let ems = |units: i32| (f64::from(units) / em) as f32;
        glyphs.push(KrillaGlyph::new(
            GlyphId::new(info.glyph_id),
            ems(position.x_advance),
            ems(position.x_offset),
            ems(position.y_offset),
            ems(position.y_advance),
            start..end,
            None,
        ));
    }
    let width = shaped.glyph_positions().iter().map(|p| f64::from(p.x_advance) / em).sum();
    Ok(Run { font: face.font(), text: text.to_owned(), glyphs, width })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book() -> FontBook {
        FontBook::from_dirs(&FontBook::system_dirs()).unwrap()
    }

    fn glyph_ids(line: &Line) -> Vec<u32> {
        line.runs.iter().flat_map(|run| run.glyphs.iter().map(|glyph| glyph.glyph_id.to_u32())).collect()
    }

    #[test]
    fn every_script_of_a_school_has_glyphs() {
        let book = book();
        for name in [
            "Zoë Nuñez-Łukasz",
            "Олександра Шевченко",
            "محمد الأمين",
            "王小明",
            "さくら",
            "김민준",
            "आदित्य शर्मा",
            "ਗੁਰਪ੍ਰੀਤ",
            "তাসনিম",
            "நிலா",
            "Νίκος",
            "מיכל",
            "ሰላም",
            "နန္ဒာ",
            "กมล",
            "Nguye\u{302}\u{303}n",
            "O’Neill",
            "د. سارة 4B",
        ] {
            let line = shape(&book, name, Weight::Bold).unwrap();
            assert!(!glyph_ids(&line).is_empty() && line.width > 0.5, "{name}");
            assert!(glyph_ids(&line).iter().all(|&id| id != 0), "{name}");
        }
    }

    #[test]
    fn arabic_is_joined_and_runs_from_the_right() {
        let book = book();
        let word = shape(&book, "محمد", Weight::Regular).unwrap();
        let letters: Vec<u32> =
            "محمد".chars().flat_map(|c| glyph_ids(&shape(&book, &c.to_string(), Weight::Regular).unwrap())).collect();
        assert_ne!(glyph_ids(&word).into_iter().rev().collect::<Vec<_>>(), letters, "joined forms differ");
        let first = &word.runs[0].glyphs[0];
        assert!(first.text_range.start > 0, "the leftmost glyph is the last letter");
    }

    #[test]
    fn mixed_directions_keep_their_order() {
        let line = shape(&book(), "Ali علي Bo", Weight::Regular).unwrap();
        let texts: String = line.runs.iter().map(|run| run.text.as_str()).collect();
        assert!(texts.starts_with("Ali") && texts.ends_with("Bo"), "{texts}");
    }

    #[test]
    fn two_scripts_that_run_from_the_right_stand_in_that_order() {
        let line = shape(&book(), "מיכל محمد", Weight::Regular).unwrap();
        let texts: Vec<&str> = line.runs.iter().map(|run| run.text.trim()).collect();
        assert_eq!(texts, ["محمد", "מיכל"]);
    }

    #[test]
    fn conjuncts_are_formed() {
        let line = shape(&book(), "क्ष", Weight::Regular).unwrap();
        assert_eq!(glyph_ids(&line).len(), 1, "three characters, one conjunct");
    }

    #[test]
    fn a_character_without_a_glyph_is_an_error() {
        let error = shape(&book(), "A\u{f8ff}\u{10fffd}", Weight::Regular).err().unwrap();
        assert!(matches!(error, DrawError::MissingGlyph { .. }));
    }

    #[test]
    fn long_names_shrink_then_wrap() {
        let book = book();
        let room = Room { width: 400.0, height: 90.0, largest: 40.0, wrap_below: 28.0, lines: 2 };
        let fitted = |name: &str| {
            let fitted = fit(&book, name, Weight::Bold, room).unwrap();
            assert!(fitted.lines.iter().all(|line| line.width * fitted.size <= room.width + 1e-6), "{name}");
            (fitted.lines.len(), fitted.size)
        };
        assert_eq!(fitted("Amara Okafor"), (1, 40.0));
        let (lines, size) = fitted("Alexandrina Featherston");
        assert!(lines == 1 && (28.0..40.0).contains(&size));
        assert_eq!(fitted("Maria Guadalupe de la Concepción Hernández y Rodríguez").0, 2);
        assert_eq!(fitted(&"W".repeat(60)).0, 2);
        assert_eq!(fitted("").0, 1);
    }

    #[test]
    fn lines_are_cut_at_spaces_and_lose_nothing() {
        assert_eq!(wrap("Ann Bo Cy", 1), ["Ann Bo Cy"]);
        assert_eq!(wrap("Ann Bo Cy", 2), ["Ann", "Bo Cy"]);
        assert_eq!(wrap("Ann Bo Cy", 3), ["Ann", "Bo", "Cy"]);
        assert_eq!(wrap("Ann Bo", 3).concat(), "AnnBo");
        assert_eq!(wrap("王小明", 2).concat(), "王小明");
        assert_eq!(wrap("", 3), [""]);
        assert_eq!(wrap("शर्मा", 3), ["शर्मा"], "signs stay with their letters");
        assert_eq!(wrap("محمد", 2), ["محمد"], "joined letters stay joined");
    }

    #[test]
    fn line_breaks_in_a_name_are_spaces() {
        assert_eq!(clean(" Ann\r\n\tBo\u{0} "), "Ann Bo");
    }
}
