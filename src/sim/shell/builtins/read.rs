//! `read`: a line, byte by byte, so that what follows it is left to others.

use crate::{
    domain::moment::Moment,
    sim::shell::{image::Flavour, run::Shell, streams::Stream},
};

/// What bash ends with when nothing came in time.
const LATE: i32 = 142;

pub async fn read(shell: &mut Shell, rest: &[String]) -> i32 {
    let is_dash = !shell.is_bash() && shell.sys.with(|kernel| kernel.host.flavour) == Flavour::Debian;
    let (mut is_raw, mut patience, mut names, mut given) = (false, None, Vec::new(), rest.iter());
    while let Some(word) = given.next() {
        match word.strip_prefix('-').filter(|_| names.is_empty()) {
            Some("r") => is_raw = true,
            Some(letters) if letters.starts_with('t') && !is_dash => {
                let text = if letters.len() > 1 { Some(&letters[1..]) } else { given.next().map(String::as_str) };
                patience = text.and_then(|text| text.parse::<f64>().ok()).map(|seconds| (seconds * 1_000.0) as i64);
            }
            Some("p") => drop(given.next()),
            Some("-") => {}
            Some(letters) if is_dash => {
                let text =
                    format!("{}: 1: read: Illegal option -{}\n", shell.short_name(), &letters[..1.min(letters.len())]);
                shell.say(2, &text).await;
                return 2;
            }
            Some(_) => {}
            None => names.push(word),
        }
    }
    let Some(stream) = shell.streams.get(&0).cloned() else { return 1 };
    let by = patience.map(|patience| Moment(shell.sys.now().0 + patience));
    let (line, code) = line(shell, &stream, is_raw, by).await;
    hand_out(shell, &names, &line);
    code
}

/// A line, and how its reading ended. What came of it before it was too late is lost to nobody.
async fn line(shell: &Shell, stream: &Stream, is_raw: bool, by: Option<Moment>) -> (String, i32) {
    let mut line = String::new();
    let late = if shell.is_bash() { LATE } else { 1 };
    let byte = async || match by {
        Some(by) => shell.sys.read_by(stream, 1, by).await,
        None => Some(shell.sys.read(stream, 1).await),
    };
    loop {
        let Some(read) = byte().await else { return (line, late) };
        match read.first() {
            None => return (line, 1),
            Some(b'\n') => return (line, 0),
            Some(b'\\') if !is_raw => match byte().await.unwrap_or_default().first() {
                Some(b'\n') | None => {}
                Some(byte) => line.push(char::from(*byte)),
            },
            Some(byte) => line.push(char::from(*byte)),
        }
    }
}

fn hand_out(shell: &mut Shell, names: &[&String], line: &str) {
    let separators = shell.variable("IFS").unwrap_or_else(|| " \t\n".into());
    let is_blank = |c: char| separators.contains(c) && c.is_ascii_whitespace();
    let mut left = line.trim_matches(is_blank);
    if names.is_empty() {
        shell.set("REPLY", left);
    }
    for (place, name) in names.iter().enumerate() {
        let end = if place + 1 == names.len() { None } else { left.find(|c| separators.contains(c)) };
        let (value, more) = end.map_or((left, ""), |at| left.split_at(at));
        shell.set(name, value);
        left = more.trim_start_matches(is_blank);
        if more.len() == left.len() && !left.is_empty() {
            left = &left[1..];
        } else if let Some(rest) = left.strip_prefix(|c| separators.contains(c) && !is_blank(c)) {
            left = rest;
        }
        left = left.trim_start_matches(is_blank);
    }
}
