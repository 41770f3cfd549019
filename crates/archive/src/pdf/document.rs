//! A document that is written page after page.

use super::jpeg::{self, Colour, Frame};
use super::objects::Objects;
use super::outline::{self, Piece};
use super::text::{Letters, TextLayer};
use super::{PdfError, PdfPage, Points, font, metadata};
use miniz_oxide::deflate::compress_to_vec_zlib;
use pdf_writer::types::{OutputIntentSubtype, PageMode};
use pdf_writer::{Content, Filter, Name, Rect, Ref, TextStr};
use std::io::Write;

/// No document has more bytes: 2 GiB less one, for every place in a file is told as a whole number, and PDF/A has none
/// above 2³¹ − 1 (ISO 19005-2, 6.1.13). That is about 1,400 colour pages at 300 dpi.
pub const MOST_BYTES: u64 = i32::MAX as u64;

const PROFILE: &[u8] = include_bytes!("../../assets/srgb.icc");
/// Beyond it zlib takes longer and gains nothing on such short streams.
const DEFLATE_LEVEL: u8 = 6;

/// A PDF/A-2b file on its way to `W`. Memory holds one page at a time, beside a few dozen bytes for each page before.
pub struct Document<W> {
    out: Objects<W>,
    catalog: Ref,
    tree: Ref,
    /// Known from the first page with words on.
    font: Option<Ref>,
    title: String,
    pages: Vec<Ref>,
    pieces: Vec<Piece>,
    letters: Letters,
}

impl<W: Write> Document<W> {
    /// Begins a document. `title` is shown by viewers and may be empty; of a long one the beginning is taken.
    pub fn begin(out: W, title: &str) -> Result<Self, PdfError> {
        let mut out = Objects::begin(out)?;
        let (catalog, tree) = (out.number(), out.number());
        let (pages, pieces) = (Vec::new(), Vec::new());
        Ok(Self {
            out,
            catalog,
            tree,
            font: None,
            title: metadata::plain(title),
            pages,
            pieces,
            letters: Letters::default(),
        })
    }

    /// The pages from here on are those of another piece: it gets a bookmark with this title, and its pages are
    /// numbered from 1. A piece without pages leaves no trace.
    pub fn piece(&mut self, title: &str) {
        self.drop_empty_piece();
        self.pieces.push(Piece { title: metadata::plain(title), first: self.pages.len() });
    }

    /// Writes a page. After an error the document is of no use.
    pub fn page(&mut self, page: &PdfPage<'_>) -> Result<(), PdfError> {
        let jpeg = page.image.jpeg;
        let frame = jpeg::frame(jpeg)?;
        let size = Points::of(frame, page.image.size);
        let layer = TextLayer { scale: size.scale(frame), height: size.height, frame: (frame.width, frame.height) };
        let mut content = Content::new();
        content.save_state().transform([size.width, 0.0, 0.0, size.height, 0.0, 0.0]);
        content.x_object(Name(b"I")).restore_state();
        let has_words = layer.show(&mut content, page.words, &mut self.letters);
        let content = deflate(&content.finish());
        if has_words && self.font.is_none() {
            self.font = Some(self.out.number());
        }
        let font = self.font.filter(|_| has_words);
        let [own, drawn, image] = std::array::from_fn(|_| self.out.number());
        let tree = self.tree;
        self.out.write(own, |chunk| {
            let mut page = chunk.page(own);
            page.media_box(Rect::new(0.0, 0.0, size.width, size.height)).parent(tree).contents(drawn);
            let mut resources = page.resources();
            resources.x_objects().pair(Name(b"I"), image);
            if let Some(font) = font {
                resources.fonts().pair(Name(b"F"), font);
            }
        })?;
        self.out.write(drawn, |chunk| {
            chunk.stream(drawn, &content).filter(Filter::FlateDecode);
        })?;
        self.out.write_stream(image, &image_entries(frame), jpeg)?;
        self.pages.push(own);
        Ok(())
    }

    /// Writes what belongs behind the last page, and gives back what was written to.
    pub fn finish(mut self) -> Result<W, PdfError> {
        self.drop_empty_piece();
        let Self { mut out, catalog, tree, font, title, pages, pieces, letters } = self;
        if let Some(font) = font {
            font::write(&mut out, font, &letters)?;
        }
        let outline = outline::write(&mut out, &pieces, &pages)?;
        let (xmp, profile) = (out.number(), out.number());
        out.write(xmp, |chunk| metadata::write(chunk, xmp, &title))?;
        let packed = deflate(PROFILE);
        out.write(profile, |chunk| {
            let mut stream = chunk.icc_profile(profile, &packed);
            stream.n(3);
            stream.filter(Filter::FlateDecode);
        })?;
        out.write(tree, |chunk| {
            chunk.pages(tree).kids(pages.iter().copied()).count(pages.len() as i32);
        })?;
        out.write(catalog, |chunk| {
            let mut catalog = chunk.indirect(catalog).start::<pdf_writer::writers::Catalog<'_>>();
            catalog.pages(tree).metadata(xmp);
            if let Some(outline) = outline {
                catalog.outlines(outline);
                if pieces.len() > 1 {
                    catalog.page_mode(PageMode::UseOutlines);
                }
            }
            outline::label(&mut catalog, &pieces);
            catalog
                .output_intents()
                .push()
                .subtype(OutputIntentSubtype::PDFA)
                .output_condition_identifier(TextStr("sRGB"))
                .info(TextStr("sRGB IEC61966-2.1"))
                .dest_output_profile(profile);
        })?;
        let info = if title.is_empty() { None } else { Some(out.number()) };
        if let Some(info) = info {
            out.write(info, |chunk| {
                chunk.indirect(info).start::<pdf_writer::writers::DocumentInfo<'_>>().title(TextStr(&title));
            })?;
        }
        out.finish(catalog, info)
    }

    fn drop_empty_piece(&mut self) {
        let pages = self.pages.len();
        self.pieces.pop_if(|last| last.first == pages);
    }
}

/// What a picture is, in the words of its object.
fn image_entries(frame: Frame) -> String {
    let Frame { width, height, colour } = frame;
    let space = match colour {
        Colour::Grey => "DeviceGray",
        Colour::Rgb => "DeviceRGB",
    };
    format!(
        "/Type /XObject /Subtype /Image /Filter /DCTDecode /Width {width} /Height {height} /BitsPerComponent 8 \
         /ColorSpace /{space}"
    )
}

pub(super) fn deflate(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec_zlib(bytes, DEFLATE_LEVEL)
}
