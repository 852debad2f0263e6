//! Here-documents: announced in a line, read after its end.

use std::sync::{Arc, OnceLock};

use super::{Mistake, Parser, Read, wrong};
use crate::sim::shell::syntax::{Part, Word};

/// One whose text begins after the line.
pub struct Awaited {
    end: String,
    is_quoted: bool,
    strips_tabs: bool,
    pub body: Arc<OnceLock<Word>>,
}

impl Parser {
    pub(super) fn here_document(&mut self, awaited: &Awaited) -> Read<Word> {
        let mut body = String::new();
        loop {
            if self.place >= self.text.len() {
                return Err(Mistake::Unfinished);
            }
            let rest = &self.text[self.place..];
            let length = rest.iter().position(|c| *c == '\n').unwrap_or(rest.len());
            let line: String = rest[..length].iter().collect();
            let is_whole = length < rest.len();
            self.place += length + usize::from(is_whole);
            let line = if awaited.strips_tabs { line.trim_start_matches('\t') } else { &line };
            if line == awaited.end {
                break;
            }
            if !is_whole {
                return Err(Mistake::Unfinished);
            }
            body.push_str(line);
            body.push('\n');
        }
        if awaited.is_quoted {
            return Ok(Word(vec![Part::Quoted(body)]));
        }
        Parser::new(&body).double_quoted(None)
    }

    pub(super) fn here_word(&mut self, strips_tabs: bool) -> Read<Arc<OnceLock<Word>>> {
        let Some(word) = self.word()? else { return wrong("newline") };
        let is_quoted = word.0.iter().any(|part| matches!(part, Part::Quoted(_)));
        let end = word.0.iter().map(|part| match part {
            Part::Plain(text) | Part::Quoted(text) => text.as_str(),
            _ => "",
        });
        let body = Arc::new(OnceLock::new());
        self.awaited.push(Awaited { end: end.collect(), is_quoted, strips_tabs, body: body.clone() });
        Ok(body)
    }
}
