//! The copy people open: PDF/A-2b, each page a picture as it is with its words on top, unseen.
//!
//! The JPEG is passed through byte by byte. Text is placed word by word in rendering mode 3 with a font of empty
//! glyphs, so that it can be searched, marked and copied. The same input gives the same bytes: no clock, and the file
//! id is a digest of the content. Sources: ISO 32000-1, ISO 19005-2.
//!
//! Words are shown in the order they are given, left to right: text of scripts that run the other way can be found,
//! but some viewers mark it in reverse.

mod embedded;
mod jpeg;
mod text;

pub use embedded::embedded_jpegs;

use jpeg::{Colour, Frame};
use miniz_oxide::deflate::compress_to_vec_zlib;
use pdf_writer::types::{CidFontType, FontFlags, OutputIntentSubtype, SystemInfo, UnicodeCmap};
use pdf_writer::{Content, Filter, Finish as _, Name, Pdf, Rect, Ref, Str, TextStr};
use scantrail_core::ports::Word;
use scantrail_core::units::Resolution;
use sha2::{Digest as _, Sha256};
use text::{Letters, TextLayer};

const FONT: &[u8] = include_bytes!("../assets/glyphless.ttf");
const PROFILE: &[u8] = include_bytes!("../assets/srgb.icc");
const FONT_NAME: Name<'static> = Name(b"ScantrailGlyphless");
/// Registry, ordering and supplement of a font whose character ids are its own.
const IDENTITY: SystemInfo<'static> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };
/// Beyond it zlib takes longer and gains nothing on such short streams.
const DEFLATE_LEVEL: u8 = 6;
/// Shortest and longest side of a page in points (ISO 19005-2, 6.1.13).
const PAGE_SIDE: (f32, f32) = (3.0, 14_400.0);

/// Why a picture cannot become a page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    /// Not a JPEG, or one that breaks off before its size is told.
    #[error("the picture is not a whole JPEG: {0}")]
    NotAJpeg(&'static str),
    /// A JPEG that PDF cannot show as it is.
    #[error("PDF cannot show this JPEG as it is: {0}")]
    Unsupported(&'static str),
}

/// The picture of a page.
#[derive(Debug, Clone, Copy)]
pub struct PageImage<'a> {
    /// Baseline or progressive JPEG, 8 bits, grey or colour (sRGB), upright.
    pub jpeg: &'a [u8],
    /// Gives the page its size.
    pub resolution: Resolution,
}

/// A page of a copy.
#[derive(Debug, Clone, Copy)]
pub struct PdfPage<'a> {
    /// What it shows.
    pub image: PageImage<'a>,
    /// What was read on it, in pixels of the picture; words without a visible letter are left out.
    pub words: &'a [Word],
}

/// The pages as a PDF file, in the order given. `title` is shown by viewers and may be empty.
///
/// A list without pages gives a file without pages, which no reader opens: callers have one at least.
pub fn searchable(pages: &[PdfPage<'_>], title: &str) -> Result<Vec<u8>, PdfError> {
    let mut letters = Letters::default();
    let drawn = pages.iter().map(|page| Drawn::new(page, &mut letters)).collect::<Result<Vec<_>, _>>()?;
    let title = plain(title);
    Ok(Parts { drawn, metadata: metadata(&title), title, letters }.assemble())
}

/// A page ready to be written.
struct Drawn<'a> {
    jpeg: &'a [u8],
    frame: Frame,
    size: PageSize,
    content: Vec<u8>,
}

impl<'a> Drawn<'a> {
    fn new(page: &PdfPage<'a>, letters: &mut Letters) -> Result<Self, PdfError> {
        let frame = jpeg::frame(page.image.jpeg)?;
        let size = PageSize::of(frame, page.image.resolution);
        let layer = TextLayer { scale: size.scale(frame), height: size.height, frame: (frame.width, frame.height) };
        let mut content = Content::new();
        content.save_state().transform([size.width, 0.0, 0.0, size.height, 0.0, 0.0]);
        content.x_object(Name(b"I")).restore_state();
        layer.show(&mut content, page.words, letters);
        Ok(Self { jpeg: page.image.jpeg, frame, size, content: content.finish().to_vec() })
    }
}

/// A page in points.
struct PageSize {
    width: f32,
    height: f32,
}

impl PageSize {
    fn of(frame: Frame, resolution: Resolution) -> Self {
        let width = f32::from(frame.width) * 72.0 / f32::from(resolution.x.get());
        let height = f32::from(frame.height) * 72.0 / f32::from(resolution.y.get());
        // A wrong resolution must not make a page that no viewer opens.
        let shrink = (PAGE_SIDE.1 / width.max(height)).min(1.0);
        let grow = (PAGE_SIDE.0 / width.min(height)).max(1.0);
        let fit = |side: f32| (side * shrink * grow).clamp(PAGE_SIDE.0, PAGE_SIDE.1);
        Self { width: fit(width), height: fit(height) }
    }

    /// Points per pixel, across and down.
    fn scale(&self, frame: Frame) -> (f32, f32) {
        (self.width / f32::from(frame.width), self.height / f32::from(frame.height))
    }
}

/// The objects of the file, by number.
struct Numbers {
    catalog: Ref,
    pages: Ref,
    each: Vec<PageNumbers>,
    profile: Ref,
    metadata: Ref,
    info: Ref,
    font: Ref,
    cid_font: Ref,
    descriptor: Ref,
    font_file: Ref,
    to_unicode: Ref,
    to_glyph: Ref,
}

/// The objects of one page.
struct PageNumbers {
    page: Ref,
    content: Ref,
    image: Ref,
}

impl Numbers {
    fn new(pages: usize) -> Self {
        let mut next = Ref::new(1);
        let mut number = || next.bump();
        Self {
            catalog: number(),
            pages: number(),
            each: (0..pages).map(|_| PageNumbers { page: number(), content: number(), image: number() }).collect(),
            profile: number(),
            metadata: number(),
            info: number(),
            font: number(),
            cid_font: number(),
            descriptor: number(),
            font_file: number(),
            to_unicode: number(),
            to_glyph: number(),
        }
    }
}

/// What differs between two files.
struct Parts<'a> {
    drawn: Vec<Drawn<'a>>,
    metadata: String,
    title: String,
    letters: Letters,
}

impl Parts<'_> {
    fn assemble(&self) -> Vec<u8> {
        let n = Numbers::new(self.drawn.len());
        let pictures: usize = self.drawn.iter().map(|page| page.jpeg.len()).sum();
        let mut pdf = Pdf::with_capacity(pictures + 16 * 1024);
        pdf.set_version(1, 7);
        let id = self.file_id();
        pdf.set_file_id((id.clone(), id));
        write_catalog(&mut pdf, &n);
        for (page, numbers) in self.drawn.iter().zip(&n.each) {
            self.write_page(&mut pdf, &n, page, numbers);
            write_image(&mut pdf, numbers.image, page.jpeg, page.frame);
        }
        if !self.title.is_empty() {
            pdf.document_info(n.info).title(TextStr(&self.title));
        }
        pdf.stream(n.metadata, self.metadata.as_bytes())
            .pair(Name(b"Type"), Name(b"Metadata"))
            .pair(Name(b"Subtype"), Name(b"XML"));
        if !self.letters.is_empty() {
            self.write_font(&mut pdf, &n);
        }
        pdf.finish()
    }

    /// 16 bytes that name this content; never a clock.
    fn file_id(&self) -> Vec<u8> {
        let mut hasher = Sha256::new();
        for page in &self.drawn {
            hasher.update(page.jpeg);
            hasher.update(&page.content);
            hasher.update(page.size.width.to_be_bytes());
            hasher.update(page.size.height.to_be_bytes());
        }
        hasher.update(&self.metadata);
        self.letters.in_order().for_each(|c| hasher.update(u32::from(c).to_be_bytes()));
        hasher.finalize()[..16].to_vec()
    }

    fn write_page(&self, pdf: &mut Pdf, n: &Numbers, drawn: &Drawn<'_>, own: &PageNumbers) {
        let mut page = pdf.page(own.page);
        page.media_box(Rect::new(0.0, 0.0, drawn.size.width, drawn.size.height)).parent(n.pages).contents(own.content);
        let mut resources = page.resources();
        resources.x_objects().pair(Name(b"I"), own.image);
        if !self.letters.is_empty() {
            resources.fonts().pair(Name(b"F"), n.font);
        }
        resources.finish();
        page.finish();
        pdf.stream(own.content, &deflate(&drawn.content)).filter(Filter::FlateDecode);
    }

    fn write_font(&self, pdf: &mut Pdf, n: &Numbers) {
        pdf.type0_font(n.font)
            .base_font(FONT_NAME)
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(n.cid_font)
            .to_unicode(n.to_unicode);
        pdf.cid_font(n.cid_font)
            .subtype(CidFontType::Type2)
            .base_font(FONT_NAME)
            .system_info(IDENTITY)
            .font_descriptor(n.descriptor)
            .default_width(text::ADVANCE)
            .cid_to_gid_map_stream(n.to_glyph);
        pdf.font_descriptor(n.descriptor)
            .name(FONT_NAME)
            .flags(FontFlags::FIXED_PITCH | FontFlags::SYMBOLIC)
            .bbox(Rect::new(0.0, text::DESCENT, text::ADVANCE, text::ASCENT))
            .italic_angle(0.0)
            .ascent(text::ASCENT)
            .descent(text::DESCENT)
            .cap_height(text::ASCENT)
            .stem_v(80.0)
            .font_file2(n.font_file);
        let font = deflate(FONT);
        pdf.stream(n.font_file, &font).filter(Filter::FlateDecode).pair(Name(b"Length1"), FONT.len() as i32);
        let mut map: UnicodeCmap = UnicodeCmap::new(Name(b"Custom"), IDENTITY);
        for (code, letter) in (1..).zip(self.letters.in_order()) {
            map.pair(code, letter);
        }
        pdf.stream(n.to_unicode, &deflate(map.finish().as_slice())).filter(Filter::FlateDecode);
        // Code 0 stays glyph 0, every other code is the blank one.
        let glyphs: Vec<u8> =
            std::iter::once([0, 0]).chain(self.letters.in_order().map(|_| [0, 1])).flatten().collect();
        pdf.stream(n.to_glyph, &deflate(&glyphs)).filter(Filter::FlateDecode);
    }
}

fn write_catalog(pdf: &mut Pdf, n: &Numbers) {
    let mut catalog = pdf.catalog(n.catalog);
    catalog.pages(n.pages).metadata(n.metadata);
    catalog
        .output_intents()
        .push()
        .subtype(OutputIntentSubtype::PDFA)
        .output_condition_identifier(TextStr("sRGB"))
        .info(TextStr("sRGB IEC61966-2.1"))
        .dest_output_profile(n.profile);
    catalog.finish();
    pdf.pages(n.pages).kids(n.each.iter().map(|own| own.page)).count(n.each.len() as i32);
    let profile = deflate(PROFILE);
    let mut stream = pdf.icc_profile(n.profile, &profile);
    stream.n(3);
    stream.filter(Filter::FlateDecode);
}

fn write_image(pdf: &mut Pdf, number: Ref, jpeg: &[u8], frame: Frame) {
    let mut image = pdf.image_xobject(number, jpeg);
    image.filter(Filter::DctDecode);
    image.width(i32::from(frame.width)).height(i32::from(frame.height)).bits_per_component(8);
    match frame.colour {
        Colour::Grey => image.color_space().device_gray(),
        Colour::Rgb => image.color_space().device_rgb(),
    }
}

/// XMP (ISO 16684-1) with the claim of PDF/A (ISO 19005-2, 6.6.4).
fn metadata(title: &str) -> String {
    let title = escape(title);
    let title = if title.is_empty() {
        String::new()
    } else {
        format!(r#"<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>"#)
    };
    format!(
        r#"<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>{title}
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"#
    )
}

/// One line of characters that XML 1.0 has. Both places that tell the title must tell the same (ISO 19005-2, 6.6.3).
fn plain(title: &str) -> String {
    let odd = |c: char| c.is_control() || c.is_whitespace() || matches!(c, '\u{fffe}' | '\u{ffff}');
    title.split(odd).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec_zlib(bytes, DEFLATE_LEVEL)
}
