//! A word that may stand in one of Proxmox's lists of properties. What must hold: it holds no comma and nothing that is
//! not printed, so that no name can add a property of its own.

use std::{fmt, str::FromStr, sync::Arc};

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Word(Arc<str>);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} cannot stand in a list of properties: it is empty, or holds a comma or a control character")]
pub struct NotAWord(pub String);

impl Word {
    pub fn new(text: impl AsRef<str>) -> Result<Self, NotAWord> {
        let text = text.as_ref();
        match is_word(text) {
            true => Ok(Self(text.into())),
            false => Err(NotAWord(text.to_owned())),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Blanks at the ends would be lost on the way.
fn is_word(text: &str) -> bool {
    !text.is_empty() && text.trim() == text && !text.contains(|c: char| c == ',' || c.is_control())
}

impl FromStr for Word {
    type Err = NotAWord;

    fn from_str(text: &str) -> Result<Self, NotAWord> {
        Self::new(text)
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
