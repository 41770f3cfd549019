//! What a JPEG says about itself before its first scan (ITU-T T.81, annex B), and whether PDF can show it as it is.

use super::PictureError;

/// Size and colour of a JPEG.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) width: u16,
    pub(super) height: u16,
    pub(super) colour: Colour,
}

/// The colours PDF/A may show with an sRGB output intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Colour {
    Grey,
    Rgb,
}

/// Reads the frame header.
pub(super) fn frame(jpeg: &[u8]) -> Result<Frame, PictureError> {
    let mut rest = jpeg.strip_prefix(&[0xff, 0xd8]).ok_or(PictureError::NotAJpeg("it does not begin like one"))?;
    loop {
        let (marker, segment, after) = next_segment(rest).ok_or(PictureError::NotAJpeg("its header breaks off"))?;
        match marker {
            0xc0..=0xc2 => return read_frame(segment),
            // Huffman tables, a reserved code and arithmetic conditioning share the range of frame headers.
            0xc4 | 0xc8 | 0xcc => {}
            0xc3 | 0xc5..=0xcf => return Err(PictureError::Unsupported("it is lossless, hierarchical or arithmetic")),
            0xd9 | 0xda => return Err(PictureError::NotAJpeg("it has no size")),
            _ => {}
        }
        rest = after;
    }
}

/// Marker, its segment, and what follows.
fn next_segment(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let bytes = bytes.strip_prefix(&[0xff])?;
    let filled = bytes.iter().take_while(|&&b| b == 0xff).count();
    let (&marker, bytes) = bytes[filled..].split_first()?;
    // Restart and temporary markers stand alone.
    if matches!(marker, 0x01 | 0xd0..=0xd9) {
        return Some((marker, &[], bytes));
    }
    let length = usize::from(u16::from_be_bytes([*bytes.first()?, *bytes.get(1)?]));
    let segment = bytes.get(2..length)?;
    Some((marker, segment, &bytes[length..]))
}

fn read_frame(segment: &[u8]) -> Result<Frame, PictureError> {
    let &[bits, h1, h0, w1, w0, components, ..] = segment else {
        return Err(PictureError::NotAJpeg("its frame header breaks off"));
    };
    let (height, width) = (u16::from_be_bytes([h1, h0]), u16::from_be_bytes([w1, w0]));
    if bits != 8 {
        return Err(PictureError::Unsupported("it has other than 8 bits per sample"));
    }
    if width == 0 || height == 0 {
        return Err(PictureError::NotAJpeg("it has no size"));
    }
    let colour = match components {
        1 => Colour::Grey,
        3 => Colour::Rgb,
        _ => return Err(PictureError::Unsupported("it is neither grey nor in three colours")),
    };
    Ok(Frame { width, height, colour })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn with_frame(marker: u8, frame: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xff, marker, 0, frame.len() as u8 + 2];
        bytes.extend_from_slice(frame);
        bytes
    }

    #[test]
    fn size_and_colour_are_read() {
        let grey = frame(&with_frame(0xc0, &[8, 0, 10, 1, 0, 1, 1, 0x11, 0]));
        assert_eq!(grey, Ok(Frame { width: 256, height: 10, colour: Colour::Grey }));
        let colour = frame(&with_frame(0xc2, &[8, 0, 10, 1, 0, 3]));
        assert_eq!(colour.map(|f| f.colour), Ok(Colour::Rgb));
    }

    #[test]
    fn what_pdf_cannot_show_is_refused() {
        for (marker, header) in [(0xc9, [8, 0, 1, 0, 1, 3]), (0xc0, [12, 0, 1, 0, 1, 3]), (0xc0, [8, 0, 1, 0, 1, 4])] {
            assert!(matches!(frame(&with_frame(marker, &header)), Err(PictureError::Unsupported(_))), "{header:?}");
        }
        for bytes in
            [&b""[..], b"\x89PNG", &[0xff, 0xd8], &with_frame(0xc0, &[8, 0, 0, 0, 1, 1]), &with_frame(0xda, &[])]
        {
            assert!(matches!(frame(bytes), Err(PictureError::NotAJpeg(_))), "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(mut bytes: Vec<u8>, marker in 0xc0u8..) {
            bytes.splice(0..0, [0xff, 0xd8, 0xff, marker]);
            let _ = frame(&bytes);
        }
    }
}
