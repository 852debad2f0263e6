//! `if`, `while`, `for`, `case` and groups.

use std::sync::Arc;

use super::{Mistake, Parser, Read, wrong};
use crate::sim::shell::syntax::Node;

const RESERVED: [&str; 14] =
    ["if", "then", "else", "elif", "fi", "do", "done", "while", "until", "for", "case", "esac", "{", "}"];

impl Parser {
    pub(super) fn compound(&mut self) -> Read<Option<Node>> {
        if self.peek() == Some('(') {
            self.place += 1;
            let body = self.body()?;
            self.lines()?;
            return if self.take(")") { Ok(Some(Node::Subshell(body))) } else { wrong("\"word\"") };
        }
        let Some(word) = RESERVED.iter().find(|word| self.at_word(word)) else { return Ok(None) };
        let opens = ["if", "while", "until", "for", "case", "{"];
        if !opens.contains(word) {
            return wrong(&format!("\"{word}\""));
        }
        self.place += word.len();
        match *word {
            "if" => self.branches(),
            "for" => self.for_loop(),
            "case" => self.case(),
            "{" => {
                let body = self.body()?;
                self.expect("}")?;
                Ok(Node::Group(body))
            }
            word => {
                let test = self.body()?;
                let body = self.do_done()?;
                Ok(Node::While { goes_on_with: word == "while", test, body })
            }
        }
        .map(Some)
    }

    fn do_done(&mut self) -> Read<Arc<Node>> {
        self.expect("do")?;
        let body = self.body()?;
        self.expect("done")?;
        Ok(body)
    }

    fn branches(&mut self) -> Read<Node> {
        let mut arms = Vec::new();
        loop {
            let test = self.body()?;
            self.expect("then")?;
            arms.push((test, self.body()?));
            if self.at_word("elif") {
                self.place += 4;
                continue;
            }
            let otherwise = if self.at_word("else") {
                self.place += 4;
                Some(self.body()?)
            } else {
                None
            };
            self.expect("fi")?;
            return Ok(Node::If { arms, otherwise });
        }
    }

    fn for_loop(&mut self) -> Read<Node> {
        self.blanks();
        let name = self.name();
        if name.is_empty() {
            return Err(Mistake::Wrong("Syntax error: Bad for loop variable".into()));
        }
        self.lines()?;
        let words = if self.at_word("in") {
            self.place += 2;
            let mut words = Vec::new();
            loop {
                self.blanks();
                match self.word()? {
                    Some(word) => words.push(word),
                    None => break Some(words),
                }
            }
        } else {
            None
        };
        self.blanks();
        self.take(";");
        Ok(Node::For { name, words, body: self.do_done()? })
    }

    fn case(&mut self) -> Read<Node> {
        self.blanks();
        let Some(word) = self.word()? else { return wrong("newline") };
        self.expect("in")?;
        let mut arms = Vec::new();
        loop {
            self.lines()?;
            if self.place >= self.text.len() {
                return Err(Mistake::Unfinished);
            }
            if self.at_word("esac") {
                self.place += 4;
                return Ok(Node::Case { word, arms });
            }
            self.take("(");
            let mut patterns = Vec::new();
            loop {
                self.blanks();
                let Some(pattern) = self.word()? else { return wrong("\"word\"") };
                patterns.push(pattern);
                self.blanks();
                if !self.take("|") {
                    break;
                }
            }
            if !self.take(")") {
                return wrong("\"word\"");
            }
            self.lines()?;
            let is_empty = self.starts(";;") || self.at_word("esac");
            let body = if is_empty { Arc::new(Node::List(Vec::new())) } else { self.body()? };
            self.lines()?;
            self.take(";;");
            arms.push((patterns, body));
        }
    }
}
