//! How core types are written in a record: ids, dates and digests as their text, words as words, points as pairs.

#![expect(clippy::ref_option, reason = "serde hands over a reference to the field")]

use scantrail_core::units::{Digest, Point};
use serde::{Deserialize, Deserializer, Serializer, de};
use std::fmt::Display;
use std::str::FromStr;

/// Anything whose text is its form.
pub(super) mod text {
    use super::{Deserialize, Deserializer, Display, FromStr, Serializer, wrong};

    pub(in super::super) fn serialize<T: Display, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(value)
    }

    pub(in super::super) fn deserialize<'de, T: FromStr, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
        String::deserialize(from)?.parse().map_err(|_| wrong())
    }
}

/// A list of such.
pub(super) mod texts {
    use super::{Deserialize, Deserializer, Display, FromStr, Serializer, wrong};

    pub(in super::super) fn serialize<T: Display, S: Serializer>(values: &[T], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(values.iter().map(ToString::to_string))
    }

    pub(in super::super) fn deserialize<'de, T: FromStr, D: Deserializer<'de>>(from: D) -> Result<Vec<T>, D::Error> {
        let texts = Vec::<String>::deserialize(from)?;
        texts.iter().map(|text| text.parse().map_err(|_| wrong())).collect()
    }
}

/// One such, or nothing.
pub(super) mod some_text {
    use super::{Deserialize, Deserializer, Display, FromStr, Serializer, wrong};

    pub(in super::super) fn serialize<T: Display, S: Serializer>(value: &Option<T>, to: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => to.collect_str(value),
            None => to.serialize_none(),
        }
    }

    pub(in super::super) fn deserialize<'de, T: FromStr, D: Deserializer<'de>>(from: D) -> Result<Option<T>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        text.map(|text| text.parse().map_err(|_| wrong())).transpose()
    }
}

/// SHA-256 in hexadecimal digits.
pub(super) mod sha256 {
    use super::{Deserialize, Deserializer, Digest, Serializer, wrong};

    pub(in super::super) fn serialize<S: Serializer>(digest: &Digest, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(digest)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Digest, D::Error> {
        Digest::from_hex(&String::deserialize(from)?).ok_or_else(wrong)
    }
}

/// Corners as `[[x, y], …]`, or nothing.
pub(super) mod polygon {
    use super::{Deserialize, Deserializer, Point, Serializer};

    pub(in super::super) fn serialize<S: Serializer>(corners: &Option<Vec<Point>>, to: S) -> Result<S::Ok, S::Error> {
        match corners {
            Some(corners) => to.collect_seq(corners.iter().map(|p| [p.x, p.y])),
            None => to.serialize_none(),
        }
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Vec<Point>>, D::Error> {
        let corners = Option::<Vec<[f64; 2]>>::deserialize(from)?;
        Ok(corners.map(|corners| corners.into_iter().map(|[x, y]| Point { x, y }).collect()))
    }
}

macro_rules! vocabulary {
    ($($name:ident = $type:ty),+ $(,)?) => { $(
        /// A value of a closed vocabulary, by its word.
        pub(super) mod $name {
            use serde::{Deserialize as _, Deserializer, Serializer};

            pub(in super::super) fn serialize<S: Serializer>(value: &$type, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(value.word())
            }

            pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<$type, D::Error> {
                <$type>::from_word(&String::deserialize(from)?).ok_or_else(super::wrong)
            }
        }
    )+ };
}

vocabulary!(
    source = scantrail_core::vocabulary::SourceKind,
    side = scantrail_core::vocabulary::Side,
    media = scantrail_core::vocabulary::Media,
    content = scantrail_core::vocabulary::Content,
    role = scantrail_core::vocabulary::Role,
    sheet_kind = scantrail_core::sheet::SheetKind,
    standing = scantrail_core::roster::Standing,
);

/// Says nothing of the value: it may be a name.
fn wrong<E: de::Error>() -> E {
    E::custom("a value is not of its kind")
}
