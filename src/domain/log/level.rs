//! How grave a line is, by the marks that programs commonly put on it. What must hold: a word in a sentence is no mark.

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    Debug,
    Info,
    Warn,
    Error,
}

impl Level {
    pub fn slug(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

/// A mark stands near the beginning, behind a time and a name at most.
const NEAR: usize = 96;

/// Nothing where it bears no mark.
pub fn level(text: &str) -> Option<Level> {
    let near = &text.as_bytes()[..text.len().min(NEAR)];
    let mut at = 0;
    while at < near.len() {
        if !near[at].is_ascii_alphabetic() {
            at += 1;
            continue;
        }
        let end = near[at..].iter().position(|byte| !byte.is_ascii_alphabetic()).map_or(near.len(), |long| at + long);
        let (before, after) = (at.checked_sub(1).map(|at| near[at]), near.get(end).copied());
        if let Some(level) = word(&near[at..end]).filter(|_| is_mark(&near[at..end], before, after)) {
            return Some(level);
        }
        at = end;
    }
    of_answer(text)
}

fn word(word: &[u8]) -> Option<Level> {
    const WORDS: [(&[&str], Level); 4] = [
        (&["error", "err", "fatal", "critical", "crit", "panic", "severe", "emerg", "alert", "fail"], Level::Error),
        (&["warn", "warning", "wrn"], Level::Warn),
        (&["info", "inf", "information", "notice", "log"], Level::Info),
        (&["debug", "dbg", "trace", "trc", "verbose", "vrb"], Level::Debug),
    ];
    let is_it = |known: &&str| word.eq_ignore_ascii_case(known.as_bytes());
    WORDS.iter().find(|(words, _)| words.iter().any(is_it)).map(|(_, level)| *level)
}

/// In capitals it stands anywhere; else between brackets, behind `level=`, or with a colon after it.
fn is_mark(word: &[u8], before: Option<u8>, after: Option<u8>) -> bool {
    let is_loud = word.iter().all(u8::is_ascii_uppercase);
    let is_apart =
        |byte: Option<u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric() && byte != b'_' && byte != b'.');
    if is_loud {
        return is_apart(before) && is_apart(after);
    }
    matches!(
        (before, after),
        (Some(b'[' | b'<'), Some(b']' | b'>' | b' ' | b':'))
            | (Some(b'"' | b'='), Some(b'"' | b' ' | b',') | None)
            | (None | Some(b' '), Some(b':'))
    )
}

/// `"GET / HTTP/1.1" 502 157`: who serves pages says by its answer how it went.
fn of_answer(text: &str) -> Option<Level> {
    let (_, rest) = text.split_once("HTTP/")?;
    let (_, rest) = rest.split_once("\" ")?;
    let code = rest.split(' ').next().filter(|code| code.len() == 3)?;
    match code.as_bytes()[0] {
        b'5' => Some(Level::Error),
        b'4' => Some(Level::Warn),
        b'2' | b'3' => Some(Level::Info),
        _ => None,
    }
}
