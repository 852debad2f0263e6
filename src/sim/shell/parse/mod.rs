//! Reads scripts. One command is read at a time, so that what stands before a mistake has run by then. A text that
//! ends too early is told from one that is wrong: at a prompt the next line goes on with it.

mod compound;
mod here;
mod list;
mod simple;

use std::sync::Arc;

use self::here::Awaited;
use super::syntax::Node;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mistake {
    /// More is to come.
    Unfinished,
    Wrong(String),
}

pub type Read<T> = Result<T, Mistake>;

pub struct Parser {
    pub text: Vec<char>,
    pub place: usize,
    /// Here-documents whose text begins after the line.
    awaited: Vec<Awaited>,
    depth: usize,
}

pub fn wrong<T>(near: &str) -> Read<T> {
    Err(Mistake::Wrong(format!("Syntax error: {near} unexpected")))
}

impl Parser {
    pub fn new(text: &str) -> Self {
        Self { text: text.chars().collect(), place: 0, awaited: Vec::new(), depth: 0 }
    }

    pub fn peek(&self) -> Option<char> {
        self.text.get(self.place).copied()
    }

    pub fn peek_at(&self, ahead: usize) -> Option<char> {
        self.text.get(self.place + ahead).copied()
    }

    pub fn starts(&self, what: &str) -> bool {
        what.chars().enumerate().all(|(at, c)| self.peek_at(at) == Some(c))
    }

    pub fn take(&mut self, what: &str) -> bool {
        let found = self.starts(what);
        if found {
            self.place += what.chars().count();
        }
        found
    }

    /// Blanks, comments and joined lines; not the end of a line.
    fn blanks(&mut self) {
        loop {
            match self.peek() {
                Some(' ' | '\t') => self.place += 1,
                Some('\\') if self.peek_at(1) == Some('\n') => self.place += 2,
                Some('#') => {
                    while self.peek().is_some_and(|c| c != '\n') {
                        self.place += 1;
                    }
                }
                _ => return,
            }
        }
    }

    /// Also ends of lines, and the here-documents after them.
    pub fn lines(&mut self) -> Read<()> {
        loop {
            self.blanks();
            if self.peek() != Some('\n') {
                return Ok(());
            }
            self.end_line()?;
        }
    }

    fn end_line(&mut self) -> Read<()> {
        self.place += 1;
        for awaited in std::mem::take(&mut self.awaited) {
            let text = self.here_document(&awaited)?;
            // It was empty until now: every here-document is read once.
            let _ = awaited.body.set(text);
        }
        Ok(())
    }

    /// The next command with all that belongs to it, up to the end of its line.
    pub fn next(&mut self) -> Read<Option<Arc<Node>>> {
        self.lines()?;
        if self.place >= self.text.len() {
            return Ok(None);
        }
        let node = self.line()?;
        self.blanks();
        match self.peek() {
            None if self.awaited.is_empty() => {}
            None => return Err(Mistake::Unfinished),
            Some('\n') => self.end_line()?,
            Some(c) => return wrong(&format!("\"{c}\"")),
        }
        Ok(Some(node))
    }

    pub fn name(&mut self) -> String {
        let from = self.place;
        while self.peek().is_some_and(|c| c == '_' || c.is_ascii_alphanumeric()) {
            self.place += 1;
        }
        self.text[from..self.place].iter().collect()
    }
}
