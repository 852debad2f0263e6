//! `sed`, as far as recipes need it: `s`, `d`, `p`, `q`, addresses by number, `$` and pattern; and `expr`.

use super::{Call, Command, Running};
use crate::sim::shell::{
    arithmetic::{Variables, sum},
    files::{File, Node},
    regular::Regular,
    text::{from_bytes, to_bytes},
};

pub const TABLE: &[Command] = &[("sed", sed), ("expr", expr)];

enum Address {
    Line(usize),
    Last,
    Fits(Regular),
}

enum Order {
    Change { regular: Regular, by: String, is_global: bool, is_printed: bool },
    Delete,
    Print,
    Quit,
}

struct Step {
    from: Option<Address>,
    to: Option<Address>,
    is_inverted: bool,
    order: Order,
    is_open: bool,
}

fn sed(call: Call) -> Running {
    Box::pin(async move {
        let (options, mut words) = call.options("e");
        let is_extended = options.contains_key(&'E') || options.contains_key(&'r');
        let mut scripts: Vec<String> =
            call.words.windows(2).filter(|pair| pair[0] == "-e").map(|pair| pair[1].clone()).collect();
        if scripts.is_empty() {
            match options.get(&'e') {
                Some(script) => scripts.push(script.clone()),
                None if words.is_empty() => return call.fail("no script").await,
                None => scripts.push(words.remove(0)),
            }
        }
        let mut steps = Vec::new();
        for script in &scripts {
            match read(script, is_extended) {
                Some(more) => steps.extend(more),
                None => return call.fail(&format!("-e expression #1: unknown command: '{script}'")).await,
            }
        }
        let in_place = options.contains_key(&'i');
        let (texts, code) = call.texts(&words).await?;
        let all: Vec<(String, String)> = match in_place {
            true => texts.into_iter().map(|(name, bytes)| (name, from_bytes(&bytes))).collect(),
            false => vec![(String::new(), texts.iter().map(|(_, bytes)| from_bytes(bytes)).collect())],
        };
        for (name, text) in all {
            let edited = edit(&mut steps, &text, options.contains_key(&'n'));
            if !in_place {
                call.out(&edited).await?;
                continue;
            }
            let path = call.path(&name);
            call.sys.with(|kernel| {
                let (now, mode) = (kernel.seconds(), 0o644);
                if let Ok(Node::File(file)) = kernel.files.get(&path) {
                    let mut file = file.held();
                    (file.bytes, file.changed) = (to_bytes(&edited), now);
                } else {
                    // It was read a moment ago; somebody took it away since.
                    let _ = kernel.files.put(&path, Node::File(File::new(to_bytes(&edited), mode, now)));
                }
            });
        }
        Ok(code)
    })
}

fn read(script: &str, is_extended: bool) -> Option<Vec<Step>> {
    let chars: Vec<char> = script.chars().collect();
    let (mut at, mut steps) = (0, Vec::new());
    loop {
        while chars.get(at).is_some_and(|c| c.is_whitespace() || *c == ';') {
            at += 1;
        }
        if at >= chars.len() {
            return Some(steps);
        }
        let from = address(&chars, &mut at, is_extended);
        let to = match chars.get(at) {
            Some(',') => {
                at += 1;
                address(&chars, &mut at, is_extended)
            }
            _ => None,
        };
        let is_inverted = chars.get(at) == Some(&'!');
        at += usize::from(is_inverted);
        let order = order(&chars, &mut at, is_extended)?;
        steps.push(Step { from, to, is_inverted, order, is_open: false });
    }
}

fn address(chars: &[char], at: &mut usize, is_extended: bool) -> Option<Address> {
    match chars.get(*at)? {
        '$' => {
            *at += 1;
            Some(Address::Last)
        }
        '/' => {
            *at += 1;
            let text = until(chars, at, '/');
            Regular::read(&text, is_extended, false).map(Address::Fits)
        }
        c if c.is_ascii_digit() => {
            let digits: String = chars[*at..].iter().take_while(|c| c.is_ascii_digit()).collect();
            *at += digits.len();
            digits.parse().ok().map(Address::Line)
        }
        _ => None,
    }
}

/// Up to the sign, which a backslash keeps.
fn until(chars: &[char], at: &mut usize, sign: char) -> String {
    let mut text = String::new();
    while let Some(c) = chars.get(*at) {
        *at += 1;
        match c {
            c if *c == sign => break,
            '\\' if chars.get(*at) == Some(&sign) => {
                text.push(sign);
                *at += 1;
            }
            '\\' => {
                text.push('\\');
                text.extend(chars.get(*at));
                *at += 1;
            }
            c => text.push(*c),
        }
    }
    text
}

fn order(chars: &[char], at: &mut usize, is_extended: bool) -> Option<Order> {
    let letter = *chars.get(*at)?;
    *at += 1;
    match letter {
        'd' => Some(Order::Delete),
        'p' => Some(Order::Print),
        'q' => Some(Order::Quit),
        's' => {
            let sign = *chars.get(*at)?;
            *at += 1;
            let (wanted, by) = (until(chars, at, sign), until(chars, at, sign));
            let flags: String = chars[*at..].iter().take_while(|c| c.is_ascii_alphabetic()).collect();
            *at += flags.len();
            let regular = Regular::read(&wanted, is_extended, flags.contains(['i', 'I']))?;
            Some(Order::Change { regular, by, is_global: flags.contains('g'), is_printed: flags.contains('p') })
        }
        _ => None,
    }
}

fn edit(steps: &mut [Step], text: &str, is_quiet: bool) -> String {
    let mut out = String::new();
    let ends = text.ends_with('\n') || text.is_empty();
    let lines: Vec<&str> = text.strip_suffix('\n').unwrap_or(text).split('\n').collect();
    let count = if text.is_empty() { 0 } else { lines.len() };
    'lines: for (place, line) in lines.into_iter().take(count).enumerate() {
        let (mut line, number, is_last) = (line.to_owned(), place + 1, place + 1 == count);
        let end = if is_last && !ends { "" } else { "\n" };
        let mut is_over = false;
        for step in steps.iter_mut() {
            if step.is_meant(&line, number, is_last) == step.is_inverted {
                continue;
            }
            match &step.order {
                Order::Delete => continue 'lines,
                Order::Print => out.push_str(&format!("{line}{end}")),
                Order::Quit => {
                    is_over = true;
                    break;
                }
                Order::Change { regular, by, is_global, is_printed } => {
                    if let Some(changed) = change(regular, &line, by, *is_global) {
                        line = changed;
                        if *is_printed {
                            out.push_str(&format!("{line}{end}"));
                        }
                    }
                }
            }
        }
        if !is_quiet {
            out.push_str(&format!("{line}{end}"));
        }
        if is_over {
            break;
        }
    }
    out
}

impl Step {
    fn is_meant(&mut self, line: &str, number: usize, is_last: bool) -> bool {
        let fits = |address: &Address| match address {
            Address::Line(wanted) => *wanted == number,
            Address::Last => is_last,
            Address::Fits(regular) => regular.find(&line.chars().collect::<Vec<_>>(), 0).is_some(),
        };
        let Some(from) = &self.from else { return true };
        let Some(to) = &self.to else { return fits(from) };
        if self.is_open {
            self.is_open = !fits(to);
            return true;
        }
        let begins = fits(from);
        let is_single = matches!(to, Address::Line(end) if *end <= number);
        self.is_open = begins && !is_single;
        begins
    }
}

fn change(regular: &Regular, line: &str, by: &str, is_global: bool) -> Option<String> {
    let chars: Vec<char> = line.chars().collect();
    let (mut out, mut at, mut is_changed) = (String::new(), 0, false);
    while let Some(groups) = regular.find(&chars, at) {
        let (from, to) = groups[0]?;
        is_changed = true;
        out.extend(&chars[at..from]);
        let mut signs = by.chars();
        let group = |number: usize| {
            groups.get(number).copied().flatten().map_or(String::new(), |(a, b)| chars[a..b].iter().collect())
        };
        while let Some(c) = signs.next() {
            match c {
                '&' => out.push_str(&group(0)),
                '\\' => match signs.next() {
                    Some('n') => out.push('\n'),
                    Some(c) if c.is_ascii_digit() => out.push_str(&group(c as usize - '0' as usize)),
                    Some(c) => out.push(c),
                    None => {}
                },
                c => out.push(c),
            }
        }
        at = to;
        if to == from {
            out.extend(chars.get(at));
            at += 1;
        }
        if !is_global || at > chars.len() {
            break;
        }
    }
    out.extend(chars.get(at..).unwrap_or_default());
    is_changed.then_some(out)
}

struct NoVariables;

impl Variables for NoVariables {
    fn value(&self, _: &str) -> String {
        String::new()
    }

    fn set(&mut self, _: &str, _: i64) {}
}

/// Sums and comparisons of whole numbers.
fn expr(call: Call) -> Running {
    Box::pin(async move {
        let text: Vec<&str> =
            call.words[1..].iter().map(|word| if word == "=" { "==" } else { word.as_str() }).collect();
        if let [only] = text[..] {
            call.out(&format!("{only}\n")).await?;
            return Ok(i32::from(only.is_empty() || only == "0"));
        }
        match sum(&text.join(" "), &mut NoVariables) {
            Ok(value) => {
                call.out(&format!("{value}\n")).await?;
                Ok(i32::from(value == 0))
            }
            Err(_) => call.fail("non-integer argument").await.map(|_| 2),
        }
    })
}
