//! Patterns of file names and `case`: `*`, `?`, `[a-z]`. A char behind a backslash means itself.

pub fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    fits(&pattern, &text)
}

fn fits(pattern: &[char], text: &[char]) -> bool {
    let Some((first, rest)) = pattern.split_first() else { return text.is_empty() };
    match first {
        '*' => {
            let rest = &rest[rest.iter().take_while(|c| **c == '*').count()..];
            (0..=text.len()).any(|skipped| fits(rest, &text[skipped..]))
        }
        '?' => !text.is_empty() && fits(rest, &text[1..]),
        '[' => match class(rest) {
            Some((length, holds)) => text.first().is_some_and(|c| holds(*c)) && fits(&rest[length..], &text[1..]),
            None => text.first() == Some(&'[') && fits(rest, &text[1..]),
        },
        '\\' if !rest.is_empty() => text.first() == rest.first() && fits(&rest[1..], &text[1..]),
        c => text.first() == Some(c) && fits(rest, &text[1..]),
    }
}

type Holds = Box<dyn Fn(char) -> bool>;

/// The set after `[`: how long it is with its closing bracket, and what it holds.
fn class(text: &[char]) -> Option<(usize, Holds)> {
    let is_inverted = matches!(text.first(), Some('!' | '^'));
    let from = usize::from(is_inverted);
    let (mut at, mut ranges) = (from, Vec::new());
    loop {
        let mut low = *text.get(at)?;
        if low == ']' && at > from {
            break;
        }
        if low == '[' && text.get(at + 1) == Some(&':') {
            let length = text[at..].windows(2).position(|two| two == [':', ']'].as_slice()).filter(|at| *at > 1)?;
            let name: String = text[at + 2..at + length].iter().collect();
            ranges.extend(named(&name));
            at += length + 2;
            continue;
        }
        if low == '\\' {
            at += 1;
            low = *text.get(at)?;
        }
        match (text.get(at + 1), text.get(at + 2)) {
            (Some('-'), Some(high)) if *high != ']' => {
                ranges.push((low, *high));
                at += 3;
            }
            _ => {
                ranges.push((low, low));
                at += 1;
            }
        }
    }
    let holds = move |c: char| ranges.iter().any(|(low, high)| (*low..=*high).contains(&c)) != is_inverted;
    Some((at + 1, Box::new(holds)))
}

/// The ranges of a class such as `alpha`.
pub fn named(name: &str) -> Vec<(char, char)> {
    match name {
        "alpha" => vec![('A', 'Z'), ('a', 'z')],
        "digit" => vec![('0', '9')],
        "alnum" => vec![('0', '9'), ('A', 'Z'), ('a', 'z')],
        "upper" => vec![('A', 'Z')],
        "lower" => vec![('a', 'z')],
        "space" => vec![(' ', ' '), ('\t', '\r')],
        "blank" => vec![(' ', ' '), ('\t', '\t')],
        "xdigit" => vec![('0', '9'), ('A', 'F'), ('a', 'f')],
        "cntrl" => vec![('\0', '\u{1f}'), ('\u{7f}', '\u{7f}')],
        "print" => vec![(' ', '~')],
        "graph" => vec![('!', '~')],
        "punct" => vec![('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
        _ => Vec::new(),
    }
}

/// Whether a word is a pattern at all.
pub fn is_pattern(text: &str) -> bool {
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '*' | '?' | '[' => return true,
            _ => {}
        }
    }
    false
}

/// The text a pattern stands for when it is none.
pub fn plain(text: &str) -> String {
    let mut chars = text.chars();
    let mut out = String::new();
    while let Some(c) = chars.next() {
        out.push(if c == '\\' { chars.next().unwrap_or('\\') } else { c });
    }
    out
}

/// The same text with everything special behind a backslash.
pub fn quoted(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        if matches!(c, '*' | '?' | '[' | ']' | '\\' | '-' | '!' | '^') {
            out.push('\\');
        }
        out.push(c);
        out
    })
}
