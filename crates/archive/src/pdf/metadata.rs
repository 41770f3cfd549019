//! What a document says about itself, beside its pages: XMP, and the title in both places that tell it.

use pdf_writer::{Chunk, Name, Ref};

/// Longer titles are cut: PDF/A has no strings of more than 32 767 bytes, and nobody reads such a title.
const LONGEST_TITLE: usize = 300;

pub(super) fn write(chunk: &mut Chunk, number: Ref, title: &str) {
    chunk
        .stream(number, xmp(title).as_bytes())
        .pair(Name(b"Type"), Name(b"Metadata"))
        .pair(Name(b"Subtype"), Name(b"XML"));
}

/// XMP (ISO 16684-1) with the claim of PDF/A (ISO 19005-2, 6.6.4).
fn xmp(title: &str) -> String {
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
pub(super) fn plain(title: &str) -> String {
    let odd = |c: char| c.is_control() || c.is_whitespace() || matches!(c, '\u{fffe}' | '\u{ffff}');
    let line = title.split(odd).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    line.chars().take(LONGEST_TITLE).collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
