//! The pictures back out of a file that [`super::searchable`] made; not for anybody else's PDF.

/// The bytes of every page's JPEG in one of our own files, in order; empty if it is none of ours.
pub fn embedded_jpegs(pdf: &[u8]) -> Vec<&[u8]> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some((jpeg, end)) = next(pdf, from) {
        found.push(jpeg);
        from = end;
    }
    found
}

/// The first JPEG behind `from`, and where its bytes end: what lies inside a picture is never looked at.
fn next(pdf: &[u8], from: usize) -> Option<(&[u8], usize)> {
    let filter = find(pdf, b"/DCTDecode", from)?;
    let object = pdf[..filter].windows(4).rposition(|window| window == b" obj")?;
    let stream = find(pdf, b"stream\n", filter)?;
    let dictionary = &pdf[object..stream];
    let length = find(dictionary, b"/Length ", 0)? + b"/Length ".len();
    let digits: Vec<u8> = dictionary[length..].iter().copied().take_while(u8::is_ascii_digit).collect();
    let length: usize = std::str::from_utf8(&digits).ok()?.parse().ok()?;
    let from = stream + b"stream\n".len();
    let end = from.checked_add(length)?;
    pdf.get(from..end).filter(|jpeg| jpeg.starts_with(&[0xFF, 0xD8])).map(|jpeg| (jpeg, end))
}

fn find(bytes: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    bytes.get(from..)?.windows(wanted.len()).position(|window| window == wanted).map(|at| at + from)
}
