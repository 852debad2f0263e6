//! `grep`: the lines that fit.

use super::{Call, Command, Running};
use crate::sim::shell::{regular::Regular, text::from_bytes};

pub const TABLE: &[Command] = &[("grep", grep)];

fn literal(text: &str) -> String {
    text.chars().flat_map(|c| if ".[]*^$\\".contains(c) { vec!['\\', c] } else { vec![c] }).collect()
}

/// The patterns that were given with `-e`, and the call without them.
fn with_patterns(mut call: Call) -> (Call, Vec<String>) {
    let (mut patterns, mut words, mut given) = (Vec::new(), Vec::new(), call.words.into_iter());
    while let Some(word) = given.next() {
        let is_last = word.starts_with('-') && !word.starts_with("--") && word.ends_with('e');
        match word.strip_prefix("-e").filter(|rest| !rest.is_empty()) {
            Some(rest) => patterns.push(rest.to_owned()),
            None if is_last => {
                patterns.extend(given.next());
                words.extend(Some(word[..word.len() - 1].to_owned()).filter(|word| word != "-"));
            }
            None => words.push(word),
        }
    }
    call.words = words;
    (call, patterns)
}

fn grep(call: Call) -> Running {
    Box::pin(async move {
        let (call, mut patterns) = with_patterns(call);
        let (options, mut words) = call.options("mABC");
        let has = |letter: char| options.contains_key(&letter);
        if patterns.is_empty() {
            if words.is_empty() {
                return call.fail("no pattern").await.map(|_| 2);
            }
            patterns.push(words.remove(0));
        }
        let regular = |text: &String| match has('F') {
            true => Regular::read(&literal(text), false, has('i')),
            false => Regular::read(text, has('E'), has('i')),
        };
        let Some(regulars) = patterns.iter().map(regular).collect::<Option<Vec<_>>>() else {
            return call.fail("bad regular expression").await.map(|_| 2);
        };
        let (texts, code) = call.texts(&words).await?;
        let (several, mut is_found, mut out) = (texts.len() > 1 && !has('h'), false, String::new());
        for (name, bytes) in &texts {
            let text = from_bytes(bytes);
            let head = if several { format!("{name}:") } else { String::new() };
            let mut count = 0;
            for (number, line) in text.strip_suffix('\n').unwrap_or(&text).split('\n').enumerate() {
                let chars: Vec<char> = line.chars().collect();
                let is_whole = |part: Option<(usize, usize)>| part == Some((0, chars.len()));
                let mut found = regulars.iter().map(|regular| regular.find(&chars, 0).and_then(|groups| groups[0]));
                let fits = if has('x') { found.any(is_whole) } else { found.any(|part| part.is_some()) };
                if text.is_empty() || fits == has('v') {
                    continue;
                }
                count += 1;
                if has('c') || has('q') || has('l') {
                    continue;
                }
                let number = if has('n') { format!("{}:", number + 1) } else { String::new() };
                if !has('o') {
                    out.push_str(&format!("{head}{number}{line}\n"));
                    continue;
                }
                let mut at = 0;
                // The first place where any of them fits, and there the longest.
                let next = |at| {
                    let places = regulars.iter().filter_map(|regular| regular.find(&chars, at)?[0]);
                    places.min_by_key(|(from, to)| (*from, usize::MAX - to))
                };
                while let Some((from, to)) = next(at) {
                    if to > from {
                        let part: String = chars[from..to].iter().collect();
                        out.push_str(&format!("{head}{number}{part}\n"));
                    }
                    at = to.max(from + 1);
                    if at > chars.len() {
                        break;
                    }
                }
            }
            is_found |= count > 0;
            if has('c') {
                out.push_str(&format!("{head}{count}\n"));
            } else if has('l') && count > 0 {
                out.push_str(&format!("{name}\n"));
            }
        }
        call.out(if has('q') { "" } else { &out }).await?;
        Ok(if code > 0 { 2 } else { i32::from(!is_found) })
    })
}
