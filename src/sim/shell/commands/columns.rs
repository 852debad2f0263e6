//! Parts of lines and single characters: `cut`, `tr`.

use super::{Call, Command, Running};
use crate::sim::shell::{pattern::named, text::from_bytes};

pub const TABLE: &[Command] = &[("cut", cut), ("tr", tr)];

/// `1,3-5` as ranges from one.
fn ranges(text: &str) -> Vec<(usize, usize)> {
    let range = |part: &str| match part.split_once('-') {
        Some((from, to)) => Some((from.parse().unwrap_or(1), to.parse().unwrap_or(usize::MAX))),
        None => part.parse().ok().map(|one| (one, one)),
    };
    text.split(',').filter_map(range).collect()
}

fn cut(call: Call) -> Running {
    Box::pin(async move {
        let (options, words) = call.options("dfcb");
        let separator = options.get(&'d').and_then(|text| text.chars().next()).unwrap_or('\t');
        let by_field = options.get(&'f');
        let Some(wanted) = by_field.or(options.get(&'c')).or(options.get(&'b')).map(|text| ranges(text)) else {
            return call.fail("you must specify a list of bytes, characters, or fields").await;
        };
        let is_in = |place: usize| wanted.iter().any(|(from, to)| (*from..=*to).contains(&place));
        let (texts, code) = call.texts(&words).await?;
        let mut out = String::new();
        for (_, bytes) in texts {
            for line in from_bytes(&bytes).lines() {
                if by_field.is_none() {
                    out.extend(line.chars().enumerate().filter(|(at, _)| is_in(at + 1)).map(|(_, c)| c));
                } else if line.contains(separator) {
                    let fields: Vec<_> = line
                        .split(separator)
                        .enumerate()
                        .filter(|(at, _)| is_in(at + 1))
                        .map(|(_, field)| field)
                        .collect();
                    out.push_str(&fields.join(&separator.to_string()));
                } else if !options.contains_key(&'s') {
                    out.push_str(line);
                } else {
                    continue;
                }
                out.push('\n');
            }
        }
        call.out(&out).await?;
        Ok(code)
    })
}

/// The chars of a set such as `a-z\n` or `[:upper:]`.
fn char_set(text: &str) -> Vec<char> {
    let chars: Vec<char> = text.chars().collect();
    let (mut out, mut at) = (Vec::new(), 0);
    let single = |at: &mut usize| {
        let c = chars[*at];
        *at += 1;
        if c != '\\' || *at >= chars.len() {
            return c;
        }
        let digits: String = chars[*at..].iter().take(3).take_while(|c| ('0'..='7').contains(*c)).collect();
        if !digits.is_empty() {
            *at += digits.len();
            return u32::from_str_radix(&digits, 8).ok().and_then(char::from_u32).unwrap_or('\0');
        }
        *at += 1;
        match chars[*at - 1] {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            other => other,
        }
    };
    while at < chars.len() {
        if chars[at..].starts_with(&['[', ':'])
            && let Some(length) = chars[at..].windows(2).position(|two| two == [':', ']'].as_slice())
            && length > 1
        {
            let name: String = chars[at + 2..at + length].iter().collect();
            out.extend(named(&name).into_iter().flat_map(|(low, high)| low..=high));
            at += length + 2;
            continue;
        }
        let low = single(&mut at);
        if at + 1 < chars.len() && chars[at] == '-' {
            at += 1;
            let high = single(&mut at);
            out.extend(low..=high);
        } else {
            out.push(low);
        }
    }
    out
}

fn tr(call: Call) -> Running {
    Box::pin(async move {
        let (options, words) = call.options("");
        let has = |letter: char| options.contains_key(&letter);
        let first = char_set(words.first().map_or("", String::as_str));
        let second = char_set(words.get(1).map_or("", String::as_str));
        let is_in = |c: char| first.contains(&c) != (has('c') || has('C'));
        let squeezed = if second.is_empty() { None } else { Some(second.clone()) };
        let is_squeezed = |c: char| has('s') && squeezed.as_ref().map_or(is_in(c), |set| set.contains(&c));
        let turn = |c: char| match second.last() {
            Some(last) if is_in(c) && !has('d') => {
                let place = first.iter().position(|one| *one == c).filter(|_| !has('c') && !has('C'));
                place.and_then(|place| second.get(place)).copied().unwrap_or(*last)
            }
            _ => c,
        };
        let (input, mut before) = (call.input(), None);
        loop {
            let part = call.sys.read(&input, 16_384).await;
            if part.is_empty() {
                return Ok(0);
            }
            let mut out = String::new();
            for c in from_bytes(&part).chars().filter(|c| !(has('d') && is_in(*c))) {
                let c = turn(c);
                if before != Some(c) || !is_squeezed(c) {
                    out.push(c);
                }
                before = Some(c);
            }
            call.out(&out).await?;
        }
    })
}
