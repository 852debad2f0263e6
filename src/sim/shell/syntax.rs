//! What a script is made of, once it was read.

use std::sync::{Arc, OnceLock};

#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    Simple {
        sets: Vec<(String, Word)>,
        words: Vec<Word>,
        redirects: Vec<Redirect>,
    },
    Pipeline {
        stages: Vec<Arc<Node>>,
        is_negated: bool,
    },
    And(Arc<Node>, Arc<Node>),
    Or(Arc<Node>, Arc<Node>),
    List(Vec<Arc<Node>>),
    /// With the text it was written as.
    Background(Arc<Node>, String),
    Group(Arc<Node>),
    Subshell(Arc<Node>),
    If {
        arms: Vec<(Arc<Node>, Arc<Node>)>,
        otherwise: Option<Arc<Node>>,
    },
    While {
        goes_on_with: bool,
        test: Arc<Node>,
        body: Arc<Node>,
    },
    For {
        name: String,
        words: Option<Vec<Word>>,
        body: Arc<Node>,
    },
    Case {
        word: Word,
        arms: Vec<(Vec<Word>, Arc<Node>)>,
    },
    Function {
        name: String,
        body: Arc<Node>,
    },
    Redirected(Arc<Node>, Vec<Redirect>),
}

impl Node {
    /// Whether it is one command that a process can become.
    pub fn is_simple(&self) -> bool {
        match self {
            Self::Simple { .. } => true,
            Self::Pipeline { stages, is_negated: false } => matches!(&stages[..], [only] if only.is_simple()),
            _ => false,
        }
    }
}

/// A word before expansion.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Word(pub Vec<Part>);

#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    Plain(String),
    Quoted(String),
    /// `$name`, `${name:-word}`
    Variable {
        name: String,
        change: Change,
        is_quoted: bool,
    },
    Command {
        body: Arc<Node>,
        is_quoted: bool,
    },
    Sum {
        text: Word,
        is_quoted: bool,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    None,
    Length,
    /// `-`, `=`, `+` or `?`, and whether an empty value counts as none.
    Instead {
        sign: char,
        or_empty: bool,
        word: Word,
    },
    /// `#`, `##`, `%` or `%%`
    Cut {
        sign: char,
        is_longest: bool,
        pattern: Word,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub struct Redirect {
    pub number: u32,
    pub kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    Read(Word),
    Write(Word),
    Append(Word),
    ReadWrite(Word),
    /// `>&2`, `<&-`
    Copy(Word),
    /// Its text comes after the line.
    Here(Arc<OnceLock<Word>>),
}
