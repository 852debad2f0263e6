//! Commands that follow one another: by lines, `;`, `&`, `&&`, `||` and `|`.

use std::sync::Arc;

use super::{Mistake, Parser, Read, wrong};
use crate::sim::shell::syntax::Node;

const DEEPEST: usize = 120;

impl Parser {
    /// Commands joined by `;` and `&` on one line.
    pub(super) fn line(&mut self) -> Read<Arc<Node>> {
        let mut nodes = Vec::new();
        loop {
            self.blanks();
            let from = self.place;
            let node = self.and_or()?;
            self.blanks();
            let written: String = self.text[from..self.place].iter().collect();
            let is_double = self.starts(";;");
            match self.peek() {
                Some('&') => {
                    self.place += 1;
                    nodes.push(Arc::new(Node::Background(node, written.trim().to_owned())));
                }
                Some(';') if !is_double => {
                    self.place += 1;
                    nodes.push(node);
                }
                _ => {
                    nodes.push(node);
                    break;
                }
            }
            self.blanks();
            if self.at_end() {
                break;
            }
        }
        Ok(if nodes.len() == 1 { nodes.remove(0) } else { Arc::new(Node::List(nodes)) })
    }

    fn at_end(&self) -> bool {
        matches!(self.peek(), None | Some('\n' | ')')) || self.starts(";;") || self.at_closing_word()
    }

    fn at_closing_word(&self) -> bool {
        ["then", "else", "elif", "fi", "do", "done", "esac", "}"].iter().any(|word| self.at_word(word))
    }

    pub(super) fn at_word(&self, word: &str) -> bool {
        self.starts(word)
            && self
                .peek_at(word.len())
                .is_none_or(|c| c.is_whitespace() || matches!(c, ';' | '&' | '|' | '(' | ')' | '<' | '>'))
    }

    /// Commands over several lines, up to one of the words that close them.
    pub fn body(&mut self) -> Read<Arc<Node>> {
        let mut nodes = Vec::new();
        loop {
            self.lines()?;
            if self.place >= self.text.len() {
                return Err(Mistake::Unfinished);
            }
            if self.at_end() {
                break;
            }
            nodes.push(self.line()?);
        }
        if nodes.is_empty() {
            let near = if self.peek() == Some(')') { ")" } else { "word" };
            return wrong(&format!("\"{near}\""));
        }
        Ok(if nodes.len() == 1 { nodes.remove(0) } else { Arc::new(Node::List(nodes)) })
    }

    pub(super) fn expect(&mut self, word: &str) -> Read<()> {
        self.lines()?;
        if self.place >= self.text.len() {
            return Err(Mistake::Unfinished);
        }
        if !self.at_word(word) {
            let c = self.peek().unwrap_or('\n');
            return Err(Mistake::Wrong(format!("Syntax error: \"{c}\" unexpected (expecting \"{word}\")")));
        }
        self.place += word.len();
        Ok(())
    }

    fn and_or(&mut self) -> Read<Arc<Node>> {
        let mut left = self.pipeline()?;
        loop {
            self.blanks();
            let joins: fn(Arc<Node>, Arc<Node>) -> Node = if self.take("&&") {
                Node::And
            } else if self.take("||") {
                Node::Or
            } else {
                return Ok(left);
            };
            self.lines()?;
            left = Arc::new(joins(left, self.pipeline()?));
        }
    }

    fn pipeline(&mut self) -> Read<Arc<Node>> {
        self.blanks();
        let is_negated = self.at_word("!") && self.take("!");
        let mut stages = vec![self.command()?];
        loop {
            self.blanks();
            if self.starts("||") || !self.take("|") {
                break;
            }
            self.lines()?;
            stages.push(self.command()?);
        }
        Ok(if stages.len() == 1 && !is_negated {
            stages.remove(0)
        } else {
            Arc::new(Node::Pipeline { stages, is_negated })
        })
    }

    pub(super) fn command(&mut self) -> Read<Arc<Node>> {
        self.blanks();
        if self.place >= self.text.len() {
            return Err(Mistake::Unfinished);
        }
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Mistake::Wrong("Syntax error: nested too deeply".into()));
        }
        let node = match self.compound()? {
            Some(node) => {
                let redirects = self.redirects()?;
                if redirects.is_empty() {
                    Arc::new(node)
                } else {
                    Arc::new(Node::Redirected(Arc::new(node), redirects))
                }
            }
            None => self.simple()?,
        };
        self.depth -= 1;
        Ok(node)
    }
}
