//! `config` of a guest: keys with values that are often lists of `name=value` themselves.

use super::list::Pairs;

/// A configuration, keys in order.
#[derive(Debug, Default)]
pub struct Config(Vec<(String, String)>);

impl From<Pairs> for Config {
    fn from(pairs: Pairs) -> Self {
        let mut pairs = pairs.0;
        pairs.sort();
        Self(pairs)
    }
}

impl Config {
    pub fn get(&self, key: &str) -> Option<&str> {
        let at = self.0.binary_search_by(|(name, _)| name.as_str().cmp(key)).ok()?;
        Some(&self.0[at].1)
    }

    pub fn number<T: std::str::FromStr>(&self, key: &str) -> Option<T> {
        self.get(key)?.trim().parse().ok()
    }

    /// All of `net0`, `net1`, … in the order of their numbers.
    pub fn numbered<'a>(&'a self, prefix: &'a str) -> Vec<(&'a str, Properties<'a>)> {
        let number = |key: &str| key.strip_prefix(prefix)?.parse::<u32>().ok();
        let mut found: Vec<_> =
            self.0.iter().filter_map(|(key, value)| Some((number(key)?, key.as_str(), value))).collect();
        found.sort_by_key(|(number, ..)| *number);
        found.into_iter().map(|(_, key, value)| (key, Properties::read(value))).collect()
    }
}

/// `local:101/disk.raw,mp=/data,size=1G`: the word without a name is the main one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Properties<'a> {
    pub main: Option<&'a str>,
    named: Vec<(&'a str, &'a str)>,
}

impl<'a> Properties<'a> {
    pub fn read(text: &'a str) -> Self {
        let mut properties = Self::default();
        for part in text.split(',').filter(|part| !part.is_empty()) {
            match part.split_once('=') {
                Some(pair) => properties.named.push(pair),
                None => properties.main = properties.main.or(Some(part)),
            }
        }
        properties
    }

    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.named.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }

    /// The first pair, where the main word itself may be one: `virtio=AA:BB:…,bridge=vmbr0`.
    pub fn first(&self) -> Option<(&'a str, &'a str)> {
        self.named.first().copied()
    }
}
