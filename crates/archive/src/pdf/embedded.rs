//! The picture back out of a page that [`super::searchable_page`] made; not for anybody else's PDF.

/// The bytes of the JPEG in one of our own one-page files; `None` if there is none.
pub fn embedded_jpeg(pdf: &[u8]) -> Option<&[u8]> {
    let filter = find(pdf, b"/DCTDecode", 0)?;
    let object = pdf[..filter].windows(4).rposition(|window| window == b" obj")?;
    let stream = find(pdf, b"stream\n", filter)?;
    let dictionary = &pdf[object..stream];
    let length = find(dictionary, b"/Length ", 0)? + b"/Length ".len();
    let digits: Vec<u8> = dictionary[length..].iter().copied().take_while(u8::is_ascii_digit).collect();
    let length: usize = std::str::from_utf8(&digits).ok()?.parse().ok()?;
    let from = stream + b"stream\n".len();
    pdf.get(from..from.checked_add(length)?).filter(|jpeg| jpeg.starts_with(&[0xFF, 0xD8]))
}

fn find(bytes: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    bytes.get(from..)?.windows(wanted.len()).position(|window| window == wanted).map(|at| at + from)
}
