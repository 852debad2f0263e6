//! One command with its words and redirections, and the definition of a function.

use std::sync::Arc;

use super::{Mistake, Parser, Read, wrong};
use crate::sim::shell::syntax::{Kind, Node, Part, Redirect, Word};

impl Parser {
    pub(super) fn redirects(&mut self) -> Read<Vec<Redirect>> {
        let mut found = Vec::new();
        loop {
            self.blanks();
            match self.redirect()? {
                Some(redirect) => found.push(redirect),
                None => return Ok(found),
            }
        }
    }

    fn redirect(&mut self) -> Read<Option<Redirect>> {
        let digits = self.text[self.place..].iter().take_while(|c| c.is_ascii_digit()).count();
        if !matches!(self.peek_at(digits), Some('<' | '>')) {
            return Ok(None);
        }
        let number: String = self.text[self.place..self.place + digits].iter().collect();
        self.place += digits;
        let sign = ["<<-", "<<", ">>", "<&", ">&", "<>", ">|", "<", ">"].into_iter().find(|sign| self.take(sign));
        let sign = sign.unwrap_or_default();
        let usual = u32::from(sign.starts_with('>'));
        let number = if digits == 0 { usual } else { number.parse().unwrap_or(usual) };
        self.blanks();
        if sign.starts_with("<<") {
            let body = self.here_word(sign == "<<-")?;
            return Ok(Some(Redirect { number, kind: Kind::Here(body) }));
        }
        let Some(word) = self.word()? else {
            return if self.place >= self.text.len() { wrong("end of file") } else { wrong("newline") };
        };
        let kind = match sign {
            "<" => Kind::Read(word),
            ">>" => Kind::Append(word),
            "<&" | ">&" => Kind::Copy(word),
            "<>" => Kind::ReadWrite(word),
            _ => Kind::Write(word),
        };
        Ok(Some(Redirect { number, kind }))
    }

    pub(super) fn simple(&mut self) -> Read<Arc<Node>> {
        let (mut sets, mut words, mut redirects) = (Vec::new(), Vec::new(), Vec::new());
        loop {
            self.blanks();
            if let Some(redirect) = self.redirect()? {
                redirects.push(redirect);
                continue;
            }
            let from = self.place;
            if words.is_empty() {
                let name = self.name();
                if !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit()) && self.take("=") {
                    sets.push((name, self.word()?.unwrap_or_default()));
                    continue;
                }
                self.place = from;
            }
            match self.word()? {
                Some(word) => words.push(word),
                None => break,
            }
            if let (1, [Word(parts)], Some('(')) = (words.len(), &words[..], self.peek())
                && let [Part::Plain(name)] = &parts[..]
            {
                let name = name.clone();
                return self.function(name);
            }
        }
        if sets.is_empty() && words.is_empty() && redirects.is_empty() {
            return match self.peek() {
                None => Err(Mistake::Unfinished),
                Some('\n') => wrong("newline"),
                Some(_) if self.starts("&&") || self.starts("||") || self.starts(";;") => {
                    let two: String = self.text[self.place..self.place + 2].iter().collect();
                    wrong(&format!("\"{two}\""))
                }
                Some(c) => wrong(&format!("\"{c}\"")),
            };
        }
        Ok(Arc::new(Node::Simple { sets, words, redirects }))
    }

    fn function(&mut self, name: String) -> Read<Arc<Node>> {
        self.place += 1;
        self.blanks();
        if !self.take(")") {
            return wrong("\"(\"");
        }
        self.lines()?;
        Ok(Arc::new(Node::Function { name, body: self.command()? }))
    }
}
