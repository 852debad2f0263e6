//! `grep`: the lines that fit.

use super::{Call, Command, Running};
use crate::sim::shell::{regular::Regular, text::from_bytes};

pub const TABLE: &[Command] = &[("grep", grep)];

fn grep(call: Call) -> Running {
    Box::pin(async move {
        let (options, mut words) = call.options("emABC");
        let has = |letter: char| options.contains_key(&letter);
        let wanted = match options.get(&'e') {
            Some(text) => text.clone(),
            None if words.is_empty() => return call.fail("no pattern").await.map(|_| 2),
            None => words.remove(0),
        };
        let regular = |text: &str| Regular::read(text, has('E'), has('i'));
        let literal: String =
            wanted.chars().flat_map(|c| if ".[]*^$\\".contains(c) { vec!['\\', c] } else { vec![c] }).collect();
        let Some(regular) = (if has('F') { Regular::read(&literal, false, has('i')) } else { regular(&wanted) }) else {
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
                let found = regular.find(&chars, 0);
                let is_whole = found.as_ref().is_some_and(|groups| groups[0] == Some((0, chars.len())));
                let fits = if has('x') { is_whole } else { found.is_some() };
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
                while let Some((from, to)) = regular.find(&chars, at).and_then(|groups| groups[0]) {
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
