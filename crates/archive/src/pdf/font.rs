//! The font of the unseen words: every glyph is blank, and a table tells which letter each stands for.

use super::objects::Objects;
use super::text::{self, Letters};
use super::{PdfError, document::deflate};
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Filter, Name, Rect, Ref, Str};
use std::io::Write;

const FONT: &[u8] = include_bytes!("../../assets/glyphless.ttf");
const FONT_NAME: Name<'static> = Name(b"ScantrailGlyphless");
/// Registry, ordering and supplement of a font whose character ids are its own.
const IDENTITY: SystemInfo<'static> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// Writes the font with these letters under `number`, and all that belongs to it.
pub(super) fn write<W: Write>(out: &mut Objects<W>, number: Ref, letters: &Letters) -> Result<(), PdfError> {
    let [cid_font, descriptor, font_file, to_unicode, to_glyph] = std::array::from_fn(|_| out.number());
    out.write(number, |chunk| {
        chunk
            .type0_font(number)
            .base_font(FONT_NAME)
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(cid_font)
            .to_unicode(to_unicode);
    })?;
    out.write(cid_font, |chunk| {
        chunk
            .cid_font(cid_font)
            .subtype(CidFontType::Type2)
            .base_font(FONT_NAME)
            .system_info(IDENTITY)
            .font_descriptor(descriptor)
            .default_width(text::ADVANCE)
            .cid_to_gid_map_stream(to_glyph);
    })?;
    out.write(descriptor, |chunk| {
        chunk
            .font_descriptor(descriptor)
            .name(FONT_NAME)
            .flags(FontFlags::FIXED_PITCH | FontFlags::SYMBOLIC)
            .bbox(Rect::new(0.0, text::DESCENT, text::ADVANCE, text::ASCENT))
            .italic_angle(0.0)
            .ascent(text::ASCENT)
            .descent(text::DESCENT)
            .cap_height(text::ASCENT)
            .stem_v(80.0)
            .font_file2(font_file);
    })?;
    let font = deflate(FONT);
    out.write(font_file, |chunk| {
        chunk.stream(font_file, &font).filter(Filter::FlateDecode).pair(Name(b"Length1"), FONT.len() as i32);
    })?;
    let mut map: UnicodeCmap = UnicodeCmap::new(Name(b"Custom"), IDENTITY);
    for (code, letter) in (1..).zip(letters.in_order()) {
        map.pair(code, letter);
    }
    let map = deflate(map.finish().as_slice());
    out.write(to_unicode, |chunk| {
        chunk.stream(to_unicode, &map).filter(Filter::FlateDecode);
    })?;
    // Code 0 stays glyph 0, every other code is the blank one.
    let glyphs: Vec<u8> = std::iter::once([0, 0]).chain(letters.in_order().map(|_| [0, 1])).flatten().collect();
    let glyphs = deflate(&glyphs);
    out.write(to_glyph, |chunk| {
        chunk.stream(to_glyph, &glyphs).filter(Filter::FlateDecode);
    })
}
