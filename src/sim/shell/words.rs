//! Reads words: quotes, variables, commands and sums inside them.

use std::sync::Arc;

use super::{
    parse::{Mistake, Parser, Read, wrong},
    syntax::{Change, Node, Part, Word},
};

impl Parser {
    /// One word, or none where none begins.
    pub fn word(&mut self) -> Read<Option<Word>> {
        let mut parts = Vec::new();
        let from = self.place;
        while let Some(c) = self.peek() {
            match c {
                ' ' | '\t' | '\n' | ';' | '&' | '|' | '(' | ')' | '<' | '>' => break,
                '\\' => self.backslash(&mut parts)?,
                '\'' => {
                    self.place += 1;
                    let rest = &self.text[self.place..];
                    let length = rest.iter().position(|c| *c == '\'').ok_or(Mistake::Unfinished)?;
                    parts.push(Part::Quoted(rest[..length].iter().collect()));
                    self.place += length + 1;
                }
                '"' => {
                    self.place += 1;
                    let Word(inner) = self.double_quoted(Some('"'))?;
                    // Quotes around nothing still make a word.
                    parts.push(Part::Quoted(String::new()));
                    parts.extend(inner);
                }
                '$' | '`' => {
                    let part = self.dollar(false)?;
                    parts.push(part);
                }
                c => {
                    self.place += 1;
                    push_plain(&mut parts, c);
                }
            }
        }
        Ok((self.place > from).then_some(Word(parts)))
    }

    fn backslash(&mut self, parts: &mut Vec<Part>) -> Read<()> {
        match self.peek_at(1) {
            None => return Err(Mistake::Unfinished),
            Some('\n') => {}
            Some(c) => parts.push(Part::Quoted(c.to_string())),
        }
        self.place += 2;
        Ok(())
    }

    /// Up to the closing sign, or to the end of the text.
    pub fn double_quoted(&mut self, end: Option<char>) -> Read<Word> {
        let (mut parts, mut text) = (Vec::new(), String::new());
        loop {
            match self.peek() {
                None if end.is_none() => break,
                None => return Err(Mistake::Unfinished),
                Some(c) if Some(c) == end => {
                    self.place += 1;
                    break;
                }
                Some('\\') => {
                    match self.peek_at(1) {
                        Some('\n') => {}
                        Some(c @ ('$' | '`' | '\\')) => text.push(c),
                        Some('"') if end.is_some() => text.push('"'),
                        Some('}') if end == Some('}') => text.push('}'),
                        Some(c) => text.extend(['\\', c]),
                        None => text.push('\\'),
                    }
                    self.place = (self.place + 2).min(self.text.len());
                }
                Some('$' | '`') => {
                    let part = self.dollar(true)?;
                    parts.push(Part::Quoted(std::mem::take(&mut text)));
                    parts.push(part);
                }
                Some(c) => {
                    self.place += 1;
                    text.push(c);
                }
            }
        }
        if !text.is_empty() {
            parts.push(Part::Quoted(text));
        }
        Ok(Word(parts))
    }

    fn dollar(&mut self, is_quoted: bool) -> Read<Part> {
        if self.take("`") {
            return self.backquoted(is_quoted);
        }
        self.place += 1;
        if self.starts("((") {
            let from = self.place;
            self.place += 2;
            if let Some(text) = self.sum()? {
                return Ok(Part::Sum { text, is_quoted });
            }
            self.place = from;
        }
        match self.peek() {
            Some('(') => {
                self.place += 1;
                self.lines()?;
                if self.take(")") {
                    return Ok(Part::Command { body: Arc::new(Node::List(Vec::new())), is_quoted });
                }
                let body = self.body()?;
                self.lines()?;
                if self.take(")") { Ok(Part::Command { body, is_quoted }) } else { wrong("\"word\"") }
            }
            Some('{') => {
                self.place += 1;
                self.braced(is_quoted)
            }
            Some(c) if c == '_' || c.is_ascii_alphabetic() => {
                Ok(Part::Variable { name: self.name(), change: Change::None, is_quoted })
            }
            Some(c) if c.is_ascii_digit() || "@*#?-$!".contains(c) => {
                self.place += 1;
                Ok(Part::Variable { name: c.to_string(), change: Change::None, is_quoted })
            }
            _ => Ok(Part::Quoted("$".into())),
        }
    }

    fn backquoted(&mut self, is_quoted: bool) -> Read<Part> {
        let mut text = String::new();
        loop {
            match self.peek() {
                None => return Err(Mistake::Unfinished),
                Some('`') => break,
                Some('\\') if matches!(self.peek_at(1), Some('$' | '`' | '\\')) => {
                    text.extend(self.peek_at(1));
                    self.place += 2;
                }
                Some(c) => {
                    text.push(c);
                    self.place += 1;
                }
            }
        }
        self.place += 1;
        let mut inner = Parser::new(&text);
        let mut nodes = Vec::new();
        while let Some(node) = inner.next()? {
            nodes.push(node);
        }
        Ok(Part::Command { body: Arc::new(Node::List(nodes)), is_quoted })
    }

    /// The inside of `$(( ))`, or nothing when it is no sum after all.
    fn sum(&mut self) -> Read<Option<Word>> {
        let (from, mut depth) = (self.place, 0);
        while let Some(c) = self.peek() {
            match c {
                '(' => depth += 1,
                ')' if depth == 0 => {
                    if self.peek_at(1) != Some(')') {
                        return Ok(None);
                    }
                    let text: String = self.text[from..self.place].iter().collect();
                    self.place += 2;
                    return Parser::new(&text).double_quoted(None).map(Some);
                }
                ')' => depth -= 1,
                _ => {}
            }
            self.place += 1;
        }
        Err(Mistake::Unfinished)
    }

    fn braced(&mut self, is_quoted: bool) -> Read<Part> {
        if self.peek() == Some('#') && self.peek_at(1) != Some('}') {
            self.place += 1;
            let name = self.parameter();
            return self.close(Part::Variable { name, change: Change::Length, is_quoted });
        }
        let name = self.parameter();
        let or_empty = self.take(":");
        let change = match self.peek() {
            None => return Err(Mistake::Unfinished),
            Some('}') => Change::None,
            Some(sign @ ('-' | '=' | '+' | '?')) => {
                self.place += 1;
                let word = self.in_braces(is_quoted)?;
                return Ok(Part::Variable { name, change: Change::Instead { sign, or_empty, word }, is_quoted });
            }
            Some(sign @ ('#' | '%')) => {
                self.place += 1;
                let is_longest = self.take(&sign.to_string());
                let pattern = self.in_braces(false)?;
                return Ok(Part::Variable { name, change: Change::Cut { sign, is_longest, pattern }, is_quoted });
            }
            Some(_) => return Err(Mistake::Wrong("Bad substitution".into())),
        };
        self.close(Part::Variable { name, change, is_quoted })
    }

    fn close(&mut self, part: Part) -> Read<Part> {
        match self.peek() {
            None => Err(Mistake::Unfinished),
            Some('}') => {
                self.place += 1;
                Ok(part)
            }
            Some(_) => Err(Mistake::Wrong("Bad substitution".into())),
        }
    }

    fn parameter(&mut self) -> String {
        match self.peek() {
            Some(c) if "@*#?-$!".contains(c) => {
                self.place += 1;
                c.to_string()
            }
            _ => self.name(),
        }
    }

    /// The word after the sign, up to the closing brace.
    fn in_braces(&mut self, is_quoted: bool) -> Read<Word> {
        if is_quoted {
            return self.double_quoted(Some('}'));
        }
        let mut parts = Vec::new();
        loop {
            match self.peek() {
                None => return Err(Mistake::Unfinished),
                Some('}') => {
                    self.place += 1;
                    return Ok(Word(parts));
                }
                Some(c @ (' ' | '\t' | '\n' | ';' | '&' | '|' | '(' | ')' | '<' | '>')) => {
                    self.place += 1;
                    push_plain(&mut parts, c);
                }
                Some(_) => {
                    let from = self.place;
                    // Word by word: a closing brace ends it, wherever it stands.
                    let end = self.brace_end(from)?;
                    let rest = self.text.split_off(end);
                    let word = self.word();
                    self.text.extend(rest);
                    parts.extend(word?.unwrap_or_default().0);
                }
            }
        }
    }

    /// Where the brace closes that the place is inside of.
    fn brace_end(&self, from: usize) -> Read<usize> {
        let (mut at, mut depth) = (from, 0);
        while let Some(c) = self.text.get(at) {
            match c {
                '\\' => at += 1,
                '\'' | '"' => {
                    let closing = self.text[at + 1..].iter().position(|other| other == c).ok_or(Mistake::Unfinished)?;
                    at += closing + 1;
                }
                '{' => depth += 1,
                '}' if depth == 0 => return Ok(at),
                '}' => depth -= 1,
                _ => {}
            }
            at += 1;
        }
        Err(Mistake::Unfinished)
    }
}

fn push_plain(parts: &mut Vec<Part>, c: char) {
    match parts.last_mut() {
        Some(Part::Plain(text)) => text.push(c),
        _ => parts.push(Part::Plain(c.to_string())),
    }
}
