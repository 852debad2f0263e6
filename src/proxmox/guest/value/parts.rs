//! A list of properties, `local:101/disk.raw,mp=/data,size=1G`, taken apart. What must hold: whatever is not taken out
//! by name is left over, and written back as it was.

use std::fmt;

use super::super::super::wire::lenient::switch;

/// What a list of properties held besides what we know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Others(Vec<(String, String)>);

impl Others {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no {what}")]
pub struct NotReadable {
    pub what: &'static str,
    pub text: String,
}

/// A list that is being taken apart. The word without a name goes by the name that stands for it.
pub(super) struct Parts {
    pairs: Vec<(String, String)>,
}

impl Parts {
    pub fn read(text: &str, main: &'static str) -> Self {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let pair = |part: &str| match part.split_once('=') {
            Some((name, value)) => (name.trim().to_owned(), value.trim().to_owned()),
            None => (main.to_owned(), part.to_owned()),
        };
        Self { pairs: parts.map(pair).collect() }
    }

    /// Takes out what reads as a `T`; what does not stays as it is.
    pub fn take<T: std::str::FromStr>(&mut self, name: &str) -> Option<T> {
        let at = self.pairs.iter().position(|(known, _)| known == name)?;
        let value = self.pairs[at].1.parse().ok()?;
        self.pairs.remove(at);
        Some(value)
    }

    /// Takes out a switch that is off unless it is said to be on.
    pub fn take_switch(&mut self, name: &str) -> bool {
        self.take::<Switch>(name).is_some_and(|said| said.0)
    }

    pub fn rest(self) -> Others {
        Others(self.pairs)
    }
}

pub(super) struct Switch(pub bool);

impl std::str::FromStr for Switch {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        switch(text).map(Self).ok_or(())
    }
}

/// A list that is being written.
#[derive(Default)]
pub(super) struct Written(Vec<String>);

impl Written {
    pub fn main(mut self, name: &str, value: &str) -> Self {
        // A word that looks like a pair must say its name.
        self.0.push(if value.contains('=') { format!("{name}={value}") } else { value.to_owned() });
        self
    }

    pub fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.0.push(format!("{name}={value}"));
        self
    }

    pub fn with_some(self, name: &str, value: Option<impl fmt::Display>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    pub fn with_switch(self, name: &str, value: bool) -> Self {
        if value { self.with(name, 1) } else { self }
    }

    pub fn ends(self, others: &Others, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = others.0.iter().fold(self, |written, (name, value)| written.with(name, value));
        f.write_str(&all.0.join(","))
    }
}
