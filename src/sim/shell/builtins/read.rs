//! `read`: a line, byte by byte, so that what follows it is left to others.

use crate::sim::shell::run::Shell;

pub async fn read(shell: &mut Shell, rest: &[String]) -> i32 {
    let is_raw = rest.iter().any(|word| word == "-r");
    let names: Vec<&String> = rest.iter().filter(|word| !word.starts_with('-')).collect();
    let Some(stream) = shell.streams.get(&0).cloned() else { return 1 };
    let (mut line, mut code) = (String::new(), 0);
    loop {
        let byte = shell.sys.read(&stream, 1).await;
        match byte.first() {
            None => {
                code = 1;
                break;
            }
            Some(b'\n') => break,
            Some(b'\\') if !is_raw => match shell.sys.read(&stream, 1).await.first() {
                Some(b'\n') | None => {}
                Some(byte) => line.push(char::from(*byte)),
            },
            Some(byte) => line.push(char::from(*byte)),
        }
    }
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
    code
}
