//! What goes to stdout and stderr: for people, or one JSON envelope. A pipe that closes early is no failure.

use std::{borrow::Cow, io::Write};

use serde::Serialize;

use crate::domain::fault::Fault;

/// Who reads the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    Person,
    Script,
}

pub struct Printer {
    reader: Reader,
}

#[derive(Serialize)]
struct Envelope<T> {
    v: u8,
    data: T,
}

#[derive(Serialize)]
struct FaultEnvelope<'a> {
    v: u8,
    fault: &'a Fault,
}

impl Printer {
    pub fn new(json: bool) -> Self {
        Self { reader: if json { Reader::Script } else { Reader::Person } }
    }

    pub fn reader(&self) -> Reader {
        self.reader
    }

    /// The result: as data for a script, as lines for a person.
    pub fn result<T: Serialize>(&self, data: &T, lines: impl FnOnce() -> Vec<String>) {
        match self.reader {
            Reader::Script => self.object(&Envelope { v: 1, data }),
            Reader::Person => lines().iter().for_each(|line| out(&tame(line))),
        }
    }

    /// A step of long work: an object a line for a script, a word beside the result for a person.
    pub fn progress<T: Serialize>(&self, data: &T, line: &str) {
        match self.reader {
            Reader::Script => self.object(&Envelope { v: 1, data }),
            Reader::Person => aside(line),
        }
    }

    /// Of long work, what only a script wants to know.
    pub fn detail<T: Serialize>(&self, data: &T) {
        if self.reader == Reader::Script {
            self.object(&Envelope { v: 1, data });
        }
    }

    /// Something a person should know, whatever reads the result.
    pub fn aside(&self, line: &str) {
        aside(line);
    }

    pub fn fault(&self, fault: &Fault) {
        match self.reader {
            Reader::Script => self.object(&FaultEnvelope { v: 1, fault }),
            Reader::Person => {
                aside(&format!("✖ {}", fault.what));
                aside(&format!("  why: {}", fault.why));
                aside(&format!("  now: {}", fault.remedy));
            }
        }
    }

    fn object<T: Serialize>(&self, object: &T) {
        // These are our own types with text keys; they always serialize.
        out(&serde_json::to_string(object).unwrap_or_default());
    }
}

fn out(line: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

fn aside(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{}", tame(line));
}

/// What a guest or a host says is text, and never a command to the terminal.
fn tame(line: &str) -> Cow<'_, str> {
    let is_tame = |letter: &char| !letter.is_control() || matches!(letter, '\n' | '\t');
    if line.chars().all(|letter| is_tame(&letter)) {
        return Cow::Borrowed(line);
    }
    Cow::Owned(line.chars().filter(is_tame).collect())
}

/// Columns of text, each as wide as its widest cell.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> Vec<String> {
    let width = |i: usize| {
        let cells = rows.iter().filter_map(|row| row.get(i)).map(|cell| cell.chars().count());
        cells.chain([head.get(i).map_or(0, |cell| cell.len())]).max().unwrap_or(0)
    };
    let widths: Vec<_> = (0..head.len()).map(width).collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let padded = cells.zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let mut lines = vec![line(&mut head.iter().copied())];
    lines.extend(rows.iter().map(|row| line(&mut row.iter().map(String::as_str))));
    lines
}
