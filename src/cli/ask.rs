//! Questions on the command line: secrets without echo, yes or no. Without a terminal nothing is asked; what is missing
//! is told instead.

use std::{
    io::{BufRead, IsTerminal, Read, Write},
    path::Path,
};

use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

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
        return Err(unreadable(name, &std::io::Error::other("it is empty"), flag));
    }
    Ok(secret)
}

fn read_all(name: &str) -> Result<String, Fault> {
    let mut text = String::new();
    std::io::stdin().lock().read_to_string(&mut text).map_err(|error| unreadable(name, &error, "-"))?;
    Ok(text)
}

fn typed(name: &str, flag: &str) -> Result<String, Fault> {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        return Err(unreadable(name, &std::io::Error::other("nobody is there to type it"), flag));
    }
    ask(&format!("{name}: "));
    let before = tcgetattr(&stdin).map_err(|error| unreadable(name, &error.into(), flag))?;
    let mut silent = before.clone();
    silent.local_modes.remove(LocalModes::ECHO);
    tcsetattr(&stdin, OptionalActions::Flush, &silent).map_err(|error| unreadable(name, &error.into(), flag))?;
    let mut line = String::new();
    let read = stdin.lock().read_line(&mut line);
    // Whatever was read, the terminal echoes again.
    let restored = tcsetattr(&stdin, OptionalActions::Now, &before);
    ask("\n");
    read.map_err(|error| unreadable(name, &error, flag))?;
    restored.map_err(|error| unreadable(name, &error.into(), flag))?;
    Ok(line)
}

/// Nothing when nobody is there to answer.
pub fn yes(question: &str) -> Option<bool> {
    if !std::io::stdin().is_terminal() {
        return None;
    }
    ask(&format!("{question} [y/N] "));
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).ok()?;
    Some(matches!(line.trim(), "y" | "Y" | "yes"))
}

fn ask(text: &str) {
    let mut stderr = std::io::stderr().lock();
    let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
}

fn unreadable(name: &str, error: &std::io::Error, flag: &str) -> Fault {
    Fault::lasting(
        FaultCode::Usage,
        format!("the {name} could not be read"),
        error.to_string(),
        format!("give it in a file with {flag} FILE, or - for standard input"),
    )
}
