//! The pages back out of a file that [`super::searchable`] made; not for anybody else's PDF.

/// A page of one of our own files.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EmbeddedPage<'a> {
    /// Its picture.
    pub jpeg: &'a [u8],
    /// Its width and height in points.
    pub points: (f32, f32),
}

/// The bytes of every page's JPEG in one of our own files, in order; empty if it is none of ours.
pub fn embedded_jpegs(pdf: &[u8]) -> Vec<&[u8]> {
    embedded_pages(pdf).into_iter().map(|page| page.jpeg).collect()
}

/// The pages of one of our own files, in order; empty if it is none of ours.
pub fn embedded_pages(pdf: &[u8]) -> Vec<EmbeddedPage<'_>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some((page, end)) = next(pdf, from) {
        found.push(page);
        from = end;
    }
    found
}

/// The first page behind `from`, and where its picture ends: what lies inside a picture is never looked at.
fn next(pdf: &[u8], from: usize) -> Option<(EmbeddedPage<'_>, usize)> {
    let filter = find(pdf, b"/DCTDecode", from)?;
    // A page stands before its picture.
    let points = media_box(&pdf[from..filter])?;
    let object = pdf[..filter].windows(4).rposition(|window| window == b" obj")?;
    let stream = find(pdf, b"stream\n", filter)?;
    let length = number_after(&pdf[object..stream], b"/Length ")?;
    let from = stream + b"stream\n".len();
    let end = from.checked_add(length)?;
    let jpeg = pdf.get(from..end).filter(|jpeg| jpeg.starts_with(&[0xFF, 0xD8]))?;
    Some((EmbeddedPage { jpeg, points }, end))
}

/// Width and height of the first page in `bytes`; ours begin at 0.
fn media_box(bytes: &[u8]) -> Option<(f32, f32)> {
    let from = find(bytes, b"/MediaBox", 0)? + b"/MediaBox".len();
    let open = find(bytes, b"[", from)? + 1;
    let close = find(bytes, b"]", open)?;
    let corners = std::str::from_utf8(&bytes[open..close]).ok()?;
    let corners: Vec<f32> = corners.split_ascii_whitespace().map(str::parse).collect::<Result<_, _>>().ok()?;
    let [0.0, 0.0, width, height] = corners[..] else { return None };
    Some((width, height))
}

fn number_after(bytes: &[u8], name: &[u8]) -> Option<usize> {
    let from = find(bytes, name, 0)? + name.len();
    let digits: Vec<u8> = bytes[from..].iter().copied().take_while(u8::is_ascii_digit).collect();
    std::str::from_utf8(&digits).ok()?.parse().ok()
}

fn find(bytes: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    bytes.get(from..)?.windows(wanted.len()).position(|window| window == wanted).map(|at| at + from)
}
