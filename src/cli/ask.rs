//! Questions on the command line: secrets without echo, yes or no. Without a terminal nothing is asked; what is missing
//! is told instead. What must hold: whatever ends a question, the terminal echoes again.

use std::{
    io::{self, BufRead, IsTerminal, Read, Stdin, Write},
    path::Path,
};

use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};

use crate::domain::{
    fault::{Fault, FaultCode},
    secret::Secret,
};

/// A secret from a file, from standard input (`-`), or typed; never from an argument, which every process can read.
pub fn secret(file: Option<&Path>, name: &str, flag: &str) -> Result<Secret, Fault> {
    let text = match file {
        Some(path) if path.as_os_str() == "-" => read_all(name)?,
        Some(path) => std::fs::read_to_string(path).map_err(|error| unreadable(name, &error, flag))?,
        None => typed(name, flag)?,
    };
    let secret = Secret::new(text.trim_end_matches(['\r', '\n']));
    if secret.is_empty() {
        return Err(unreadable(name, &io::Error::other("it is empty"), flag));
    }
    Ok(secret)
}

fn read_all(name: &str) -> Result<String, Fault> {
    let mut text = String::new();
    io::stdin().lock().read_to_string(&mut text).map_err(|error| unreadable(name, &error, "-"))?;
    Ok(text)
}

fn typed(name: &str, flag: &str) -> Result<String, Fault> {
    let stdin = io::stdin();
    if !stdin.is_terminal() {
        return Err(unreadable(name, &io::Error::other("nobody is there to type it"), flag));
    }
    // Before the question, or what is typed ahead shows.
    let silence = Silence::begin(&stdin).map_err(|error| unreadable(name, &error, flag))?;
    ask(&format!("{name}: "));
    let typed = type_line(stdin.lock());
    drop(silence);
    ask("\n");
    match typed.map_err(|error| unreadable(name, &error, flag))? {
        Typed::Line(line) => Ok(line),
        Typed::BrokenOff => Err(Fault::lasting(
            FaultCode::Refused,
            "nothing was done",
            format!("the question for the {name} was broken off"),
            format!("ask for it again, or give the {name} in a file with {flag} FILE"),
        )),
    }
}

/// While it lives the terminal shows nothing of what is typed, and hands over every key, Ctrl-C too: a signal would
/// end the program before it could let the terminal echo again.
struct Silence<'t> {
    terminal: &'t Stdin,
    before: Termios,
}

impl<'t> Silence<'t> {
    fn begin(terminal: &'t Stdin) -> io::Result<Self> {
        let before = tcgetattr(terminal)?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG | LocalModes::IEXTEN);
        silent.special_codes[SpecialCodeIndex::VMIN] = 1;
        silent.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(terminal, OptionalActions::Flush, &silent)?;
        Ok(Self { terminal, before })
    }
}

impl Drop for Silence<'_> {
    fn drop(&mut self) {
        // A terminal that is gone needs nothing any more.
        let _ = tcsetattr(self.terminal, OptionalActions::Now, &self.before);
    }
}

enum Typed {
    Line(String),
    BrokenOff,
}

/// One line, with the keys that mend it.
fn type_line(keys: impl Read) -> io::Result<Typed> {
    const CTRL_C: u8 = 3;
    const CTRL_D: u8 = 4;
    const CTRL_U: u8 = 21;
    const CTRL_BACKSLASH: u8 = 28;
    let mut line = Vec::new();
    for key in keys.bytes() {
        match key? {
            CTRL_C | CTRL_BACKSLASH => return Ok(Typed::BrokenOff),
            b'\r' | b'\n' => break,
            CTRL_D if line.is_empty() => return Ok(Typed::BrokenOff),
            CTRL_D => break,
            8 | 127 => rub_out(&mut line),
            CTRL_U => line.clear(),
            key => line.push(key),
        }
    }
    String::from_utf8(line).map(Typed::Line).map_err(|_| io::Error::other("it is not text"))
}

/// A letter may be several bytes.
fn rub_out(line: &mut Vec<u8>) {
    while line.pop().is_some_and(|byte| byte & 0xC0 == 0x80) {}
}

/// Nothing when nobody is there to answer.
pub fn yes(question: &str) -> Option<bool> {
    if !io::stdin().is_terminal() {
        return None;
    }
    ask(&format!("{question} [y/N] "));
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).ok()?;
    Some(matches!(line.trim(), "y" | "Y" | "yes"))
}

fn ask(text: &str) {
    let mut stderr = io::stderr().lock();
    let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
}

fn unreadable(name: &str, error: &io::Error, flag: &str) -> Fault {
    Fault::lasting(
        FaultCode::Usage,
        format!("the {name} could not be read"),
        error.to_string(),
        format!("give it in a file with {flag} FILE, or - for standard input"),
    )
}
