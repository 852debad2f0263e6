//! Values that are read whatever form they come in. What must hold: a form that makes no sense is nothing, not an error
//! and not zero, so that one odd field never hides a whole listing.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};

/// Whatever single value there is; lists and maps are nothing.
enum Scalar<'a> {
    Nothing,
    Switch(bool),
    Whole(u64),
    Real(f64),
    Text(Cow<'a, str>),
}

impl<'de> Deserialize<'de> for Scalar<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Nothing)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Switch(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Whole(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Real(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Real(value))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Scalar<'de>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::Nothing)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Scalar<'de>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Nothing)
    }
}

/// A whole number that is not negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Int(pub Option<u64>);

impl<'de> Deserialize<'de> for Int {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let whole = |real: f64| (real.is_finite() && (0.0..1.8e19).contains(&real)).then_some(real as u64);
        Ok(Self(match Scalar::deserialize(from)? {
            Scalar::Whole(value) => Some(value),
            Scalar::Real(value) => whole(value),
            Scalar::Text(text) => text.trim().parse().ok().or_else(|| whole(text.trim().parse().ok()?)),
            Scalar::Switch(_) | Scalar::Nothing => None,
        }))
    }
}

impl Int {
    /// The number, where it fits.
    pub fn fits<T: TryFrom<u64>>(self) -> Option<T> {
        T::try_from(self.0?).ok()
    }
}

/// A finite number.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Real(pub Option<f64>);

impl<'de> Deserialize<'de> for Real {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let number = match Scalar::deserialize(from)? {
            Scalar::Whole(value) => Some(value as f64),
            Scalar::Real(value) => Some(value),
            Scalar::Text(text) => text.trim().parse().ok(),
            Scalar::Switch(_) | Scalar::Nothing => None,
        };
        Ok(Self(number.filter(|number: &f64| number.is_finite())))
    }
}

impl Real {
    pub fn as_f32(self) -> Option<f32> {
        self.0.map(|number| number as f32).filter(|number| number.is_finite())
    }

    /// A share of a whole; what is below nothing is nothing.
    pub fn share(self) -> Option<f32> {
        self.as_f32().filter(|share| *share >= 0.0)
    }
}

/// A switch: `1`, `"1"`, `true`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flag(pub Option<bool>);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Self(match Scalar::deserialize(from)? {
            Scalar::Switch(value) => Some(value),
            Scalar::Whole(value) => Some(value != 0),
            Scalar::Real(value) => Some(value != 0.0),
            Scalar::Text(text) => switch(&text),
            Scalar::Nothing => None,
        }))
    }
}

impl Flag {
    pub fn is_set(self) -> bool {
        self.0 == Some(true)
    }
}

/// Proxmox's words for on and off.
pub fn switch(text: &str) -> Option<bool> {
    match text.trim() {
        "1" | "true" | "yes" | "on" => Some(true),
        "0" | "false" | "no" | "off" | "" => Some(false),
        _ => None,
    }
}

/// A text, borrowed from the answer where that is possible; a number reads as its digits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text<'a>(pub Option<Cow<'a, str>>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Self(match Scalar::deserialize(from)? {
            Scalar::Text(text) => Some(text),
            Scalar::Whole(value) => Some(Cow::Owned(value.to_string())),
            Scalar::Real(value) => Some(Cow::Owned(value.to_string())),
            Scalar::Switch(value) => Some(Cow::Borrowed(if value { "1" } else { "0" })),
            Scalar::Nothing => None,
        }))
    }
}

impl Text<'_> {
    /// The text, unless it is missing or empty.
    pub fn as_deref(&self) -> Option<&str> {
        self.0.as_deref().filter(|text| !text.is_empty())
    }

    pub fn into_text(self) -> Option<String> {
        self.0.map(Cow::into_owned)
    }
}
