//! `env`: the variables a container is started with, since 9.1. Proxmox keeps them as one text with NUL between them.

use std::{fmt, str::FromStr};

/// Prints names alone: what a variable holds is often a password.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Environment(Vec<(String, String)>);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAnEnvironment {
    #[error("{0:?} is no name of a variable: letters, digits and underscores only")]
    Name(String),
    #[error("the value of {0} holds a line break or another control character")]
    Value(String),
}

impl Environment {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn set(&mut self, name: &str, value: &str) -> Result<(), NotAnEnvironment> {
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return Err(NotAnEnvironment::Name(name.to_owned()));
        }
        if value.contains(|c: char| c.is_ascii_control() && c != '\t') {
            return Err(NotAnEnvironment::Value(name.to_owned()));
        }
        self.put(name, value);
        Ok(())
    }

    fn put(&mut self, name: &str, value: &str) {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => value.clone_into(known),
            None => self.0.push((name.to_owned(), value.to_owned())),
        }
    }

    /// These variables, and those of `newer` over them: what an image brings along stays unless it is said anew.
    pub fn overlaid(mut self, newer: &Self) -> Self {
        newer.0.iter().for_each(|(name, value)| self.put(name, value));
        self
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// As Proxmox keeps it; every caller of this is a place where a password could leak.
    pub(in crate::proxmox) fn joined(&self) -> String {
        let pairs: Vec<_> = self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("\0")
    }
}

impl FromStr for Environment {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut environment = Self::default();
        let pairs = text.split('\0').filter_map(|pair| pair.split_once('='));
        pairs.for_each(|(name, value)| environment.put(name, value));
        Ok(environment)
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}
