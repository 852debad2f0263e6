//! The first and the last of a file: `head`, `tail`.

use super::{Call, Command, Running};
use crate::sim::shell::sys::Broken;

pub const TABLE: &[Command] = &[("head", head), ("tail", tail)];

/// `-5` is `-n 5`.
fn with_number(call: &Call) -> Call {
    let old = |word: &String| match word.strip_prefix('-') {
        Some(digits) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => format!("-n{digits}"),
        _ => word.clone(),
    };
    Call {
        sys: call.sys.clone(),
        words: call.words.iter().map(old).collect(),
        streams: call.streams.clone(),
        environment: call.environment.clone(),
        folder: call.folder.clone(),
    }
}

fn size(text: &str) -> usize {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor = match text[digits.len()..].chars().next() {
        Some('k' | 'K') => 1 << 10,
        Some('M') => 1 << 20,
        _ => 1,
    };
    digits.trim_start_matches(['+', '-']).parse::<usize>().unwrap_or(0) * factor
}

fn head(call: Call) -> Running {
    Box::pin(async move {
        let call = with_number(&call);
        let (options, words) = call.options("nc");
        let (by_bytes, count) = match (options.get(&'c'), options.get(&'n')) {
            (Some(count), _) => (true, size(count)),
            (None, count) => (false, count.map_or(10, |count| size(count))),
        };
        let names = if words.is_empty() { vec!["-".to_owned()] } else { words };
        let mut code = 0;
        for (place, name) in names.iter().enumerate() {
            if names.len() > 1 && !options.contains_key(&'q') {
                call.out(&format!("{}==> {name} <==\n", if place > 0 { "\n" } else { "" })).await?;
            }
            let stream = match call.open(name) {
                Ok(stream) => stream,
                Err(why) => {
                    code = call.fail(&format!("cannot open '{name}' for reading: {why}")).await?;
                    continue;
                }
            };
            let mut left = count;
            while left > 0 {
                let part = call.sys.read(&stream, if by_bytes { left.min(16_384) } else { 4_096 }).await;
                if part.is_empty() {
                    break;
                }
                let taken = if by_bytes { part.len() } else { after_lines(&part, left) };
                left -= if by_bytes { taken } else { count_lines(&part[..taken]) };
                call.write(1, &part[..taken]).await?;
            }
        }
        Ok(code)
    })
}

pub fn count_lines(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte == b'\n').count()
}

/// How many bytes hold so many lines, or all of them.
fn after_lines(bytes: &[u8], lines: usize) -> usize {
    let ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
    ends.take(lines).nth(lines - 1).unwrap_or(bytes.len())
}

fn tail(call: Call) -> Running {
    Box::pin(async move {
        let call = with_number(&call);
        let (options, words) = call.options("nc");
        let (by_bytes, text) = match (options.get(&'c'), options.get(&'n')) {
            (Some(text), _) => (true, text.clone()),
            (None, text) => (false, text.cloned().unwrap_or_else(|| "10".into())),
        };
        let (texts, code) = call.texts(&words).await?;
        let several = texts.len() > 1;
        for (place, (name, bytes)) in texts.iter().enumerate() {
            if several {
                call.out(&format!("{}==> {name} <==\n", if place > 0 { "\n" } else { "" })).await?;
            }
            let count = size(&text);
            let from = match (text.starts_with('+'), by_bytes) {
                (true, true) => count.saturating_sub(1).min(bytes.len()),
                (true, false) if count > 1 => after_lines(bytes, count - 1),
                (true, false) => 0,
                (false, true) => bytes.len().saturating_sub(count),
                (false, false) => last_lines(bytes, count),
            };
            call.write(1, &bytes[from..]).await?;
        }
        if !options.contains_key(&'f') && !options.contains_key(&'F') {
            return Ok(code);
        }
        follow(&call, &words, texts.last().map_or(0, |(_, bytes)| bytes.len())).await
    })
}

fn last_lines(bytes: &[u8], count: usize) -> usize {
    if count == 0 {
        return bytes.len();
    }
    let body = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let ends: Vec<usize> = body.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1).collect();
    ends.len().checked_sub(count).map_or(0, |place| ends[place])
}

/// Goes on with what is added.
async fn follow(call: &Call, words: &[String], mut seen: usize) -> Result<i32, Broken> {
    let Some(name) = words.last() else { return Ok(0) };
    loop {
        call.sys.sleep(1_000).await;
        let Ok(bytes) = call.all(name).await else { continue };
        seen = seen.min(bytes.len());
        if seen < bytes.len() {
            call.write(1, &bytes[seen..]).await?;
            seen = bytes.len();
        }
    }
}
