//! Dots per inch, turns and moments, as files note them.

use exif::{Exif, In, Reader, Tag, Value};
use scantrail_core::evidence::Moment;
use scantrail_core::jiff::civil;
use scantrail_core::jiff::tz::TimeZone;
use scantrail_core::units::{Dpi, Resolution, Turn};

/// Fowler, Noll and Vo's hash: the same camera gives the same number, and the number names no camera.
const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0100_0000_01b3;

/// Values that programs write when they know nothing: 72 (the first Macintosh) and 96 (Windows).
const MEANINGLESS: [u16; 2] = [72, 96];

/// A resolution from dots per inch on both axes; `None` for none and for what only fills the field.
pub(crate) fn resolution(x: f64, y: f64) -> Option<Resolution> {
    let dpi = |value: f64| {
        let rounded = (value.is_finite() && (1.0..=65_535.0).contains(&value)).then(|| value.round() as u16)?;
        Dpi::new(rounded).filter(|_| !MEANINGLESS.contains(&rounded))
    };
    Some(Resolution { x: dpi(x)?, y: dpi(y)? })
}

/// A resolution in dots per metre.
pub(crate) fn per_metre(x: u32, y: u32) -> Option<Resolution> {
    resolution(f64::from(x) * 0.0254, f64::from(y) * 0.0254)
}

/// What an EXIF block says.
#[derive(Default)]
pub(crate) struct Noted {
    pub(crate) resolution: Option<Resolution>,
    pub(crate) turn: Turn,
    pub(crate) moment: Option<Moment>,
}

/// Reads the EXIF block of a JPEG; a missing or broken one says nothing, for the picture does not depend on it.
pub(crate) fn exif_of_jpeg(file: &[u8]) -> Noted {
    let exif = Reader::new().read_from_container(&mut std::io::Cursor::new(file));
    exif.map_or_else(
        |_| Noted::default(),
        |exif| Noted {
            resolution: exif_resolution(&exif),
            turn: number(&exif, Tag::Orientation).map_or(Turn::None, turn_of_orientation),
            moment: moment(&exif),
        },
    )
}

/// When the picture was taken, on the camera's own clock, and a number for the camera. Only differences count, so the
/// clock's time zone does not matter.
fn moment(exif: &Exif) -> Option<Moment> {
    let Value::Ascii(texts) = &exif.get_field(Tag::DateTimeOriginal, In::PRIMARY)?.value else { return None };
    let taken = exif::DateTime::from_ascii(texts.first()?).ok()?;
    let small = |value: u8| i8::try_from(value).ok();
    let date = civil::Date::new(i16::try_from(taken.year).ok()?, small(taken.month)?, small(taken.day)?).ok()?;
    let time = civil::Time::new(small(taken.hour)?, small(taken.minute)?, small(taken.second)?, 0).ok()?;
    let seconds = date.to_datetime(time).to_zoned(TimeZone::UTC).ok()?.timestamp().as_second();
    let device = [Tag::Make, Tag::Model, Tag::BodySerialNumber].iter().fold(FNV_OFFSET, |hash, tag| {
        let text = exif.get_field(*tag, In::PRIMARY).map(|field| field.display_value().to_string()).unwrap_or_default();
        text.bytes().chain([0]).fold(hash, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(FNV_PRIME))
    });
    Some(Moment { seconds, device })
}

fn exif_resolution(exif: &Exif) -> Option<Resolution> {
    let ratio = |tag| match &exif.get_field(tag, In::PRIMARY)?.value {
        Value::Rational(values) => values.first().map(exif::Rational::to_f64),
        _ => None,
    };
    // 2 is inches, the default; 3 is centimetres (Exif 2.32, 4.6.4).
    let per_inch = match number(exif, Tag::ResolutionUnit) {
        Some(3) => 2.54,
        Some(2) | None => 1.0,
        Some(_) => return None,
    };
    resolution(ratio(Tag::XResolution)? * per_inch, ratio(Tag::YResolution)? * per_inch)
}

fn number(exif: &Exif, tag: Tag) -> Option<u32> {
    exif.get_field(tag, In::PRIMARY)?.value.get_uint(0)
}

/// The turn found in the picture for an orientation of EXIF or TIFF; mirroring is passed over, no camera does it.
///
/// 6 says "turn the picture 90° clockwise to see it upright", so what it shows is turned 270° clockwise.
pub(crate) fn turn_of_orientation(orientation: u32) -> Turn {
    match orientation {
        3 | 4 => Turn::Half,
        6 | 7 => Turn::ThreeQuarters,
        5 | 8 => Turn::Quarter,
        _ => Turn::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_no_resolution() {
        assert_eq!(resolution(299.999, 300.0), Some(Resolution::square(Dpi::SCAN)));
        assert_eq!(per_metre(11_811, 11_811), Some(Resolution::square(Dpi::SCAN)));
        for nothing in [0.0, 72.0, 96.0, f64::NAN, f64::INFINITY, 1e9, -300.0] {
            assert_eq!(resolution(nothing, nothing), None, "{nothing}");
        }
    }
}
