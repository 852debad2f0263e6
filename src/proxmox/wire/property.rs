//! Settings that hold several values: some answers have them as a map, others as `a=1,b=2`, and both mean the same.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};

use super::list::Pairs;
use crate::domain::backup::Retention;

/// Names and values, whichever way they came; a word without a name has an empty one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Property(pub Vec<(String, String)>);

impl Property {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Nothing where nothing is set.
    pub fn retention(&self) -> Option<Retention> {
        let pairs = self.0.iter().map(|(name, count)| (name.as_str(), count.as_str()));
        (!self.0.is_empty()).then(|| Retention::of(pairs))
    }

    fn of_text(text: &str) -> Self {
        let pair = |part: &str| match part.split_once('=') {
            Some((name, value)) => (name.trim().to_owned(), value.trim().to_owned()),
            None => (String::new(), part.trim().to_owned()),
        };
        Self(text.split(',').filter(|part| !part.trim().is_empty()).map(pair).collect())
    }
}

impl<'de> Deserialize<'de> for Property {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(PropertyVisitor)
    }
}

struct PropertyVisitor;

macro_rules! nothing {
    ($($visit:ident: $kind:ty),*) => {
        $(fn $visit<E>(self, _: $kind) -> Result<Property, E> {
            Ok(Property::default())
        })*
    };
}

impl<'de> Visitor<'de> for PropertyVisitor {
    type Value = Property;

    nothing!(visit_bool: bool, visit_u64: u64, visit_i64: i64, visit_f64: f64);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a setting")
    }

    fn visit_unit<E>(self) -> Result<Property, E> {
        Ok(Property::default())
    }

    fn visit_str<E>(self, text: &str) -> Result<Property, E> {
        Ok(Property::of_text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Property, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Property::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Property, A::Error> {
        Pairs::deserialize(MapAccessDeserializer::new(map)).map(|pairs| Property(pairs.0))
    }
}

/// A list of words, be it a list or a text with commas, semicolons or blanks between them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words(pub Vec<String>);

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(WordsVisitor)
    }
}

struct WordsVisitor;

macro_rules! no_words {
    ($($visit:ident: $kind:ty),*) => {
        $(fn $visit<E>(self, _: $kind) -> Result<Words, E> {
            Ok(Words::default())
        })*
    };
}

impl<'de> Visitor<'de> for WordsVisitor {
    type Value = Words;

    no_words!(visit_bool: bool, visit_i64: i64, visit_f64: f64);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of words")
    }

    fn visit_unit<E>(self) -> Result<Words, E> {
        Ok(Words::default())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Words, E> {
        Ok(Words(vec![number.to_string()]))
    }

    fn visit_str<E>(self, text: &str) -> Result<Words, E> {
        let words = text.split([',', ';', ' ']).map(str::trim).filter(|word| !word.is_empty());
        Ok(Words(words.map(str::to_owned).collect()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Words, A::Error> {
        let mut words = Vec::new();
        while let Some(word) = list.next_element::<super::lenient::Text<'de>>()? {
            words.extend(word.into_text().filter(|word| !word.is_empty()));
        }
        Ok(Words(words))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Words, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Words::default())
    }
}
