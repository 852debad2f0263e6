//! From text to text: `cat`, `head`, `tail`, `wc`, `grep`, `cut`, `tr`, `sort`, `uniq`, `tee`, `xargs`.

use std::collections::VecDeque;

use super::{Call, Command, Running, execute, locate};
use crate::sim::shell::{
    pattern::named,
    regular::Regular,
    simple::{Mode, open},
    sys::{Broken, Place},
    text::from_bytes,
};

pub const TABLE: &[Command] = &[
    ("cat", cat),
    ("head", head),
    ("tail", tail),
    ("wc", wc),
    ("grep", grep),
    ("cut", cut),
    ("tr", tr),
    ("sort", sort),
    ("uniq", uniq),
    ("tee", tee),
    ("xargs", xargs),
];

fn cat(call: Call) -> Running {
    Box::pin(async move {
        let (_, words) = call.options("");
        let mut code = 0;
        let names = if words.is_empty() { vec!["-".to_owned()] } else { words };
        for name in names {
            let stream = match call.open(&name) {
                Ok(stream) => stream,
                Err(why) => {
                    code = call.fail(&format!("{name}: {why}")).await?;
                    continue;
                }
            };
            loop {
                let part = call.sys.read(&stream, 16_384).await;
                if part.is_empty() {
                    break;
                }
                call.write(1, &part).await?;
            }
        }
        Ok(code)
    })
}

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

fn count_lines(bytes: &[u8]) -> usize {
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

fn wc(call: Call) -> Running {
    Box::pin(async move {
        let (options, words) = call.options("");
        let (texts, code) = call.texts(&words).await?;
        let shown: Vec<char> = if options.is_empty() {
            vec!['l', 'w', 'c']
        } else {
            "lwmc".chars().filter(|c| options.contains_key(c)).collect()
        };
        let mut sums = vec![0; shown.len()];
        let count = |bytes: &[u8], kind: char| match kind {
            'l' => count_lines(bytes),
            'w' => bytes.split(|byte| byte.is_ascii_whitespace()).filter(|word| !word.is_empty()).count(),
            'm' => String::from_utf8_lossy(bytes).chars().count(),
            _ => bytes.len(),
        };
        let width = if shown.len() > 1 || texts.len() > 1 { 7 } else { 1 };
        let row = |numbers: &[usize], name: &str| {
            let numbers: Vec<_> = numbers.iter().map(|number| format!("{number:>width$}")).collect();
            let name = if name == "-" && words.is_empty() { String::new() } else { format!(" {name}") };
            format!("{}{name}\n", numbers.join(" "))
        };
        let mut lines = String::new();
        for (name, bytes) in &texts {
            let numbers: Vec<usize> = shown.iter().map(|kind| count(bytes, *kind)).collect();
            sums.iter_mut().zip(&numbers).for_each(|(sum, number)| *sum += number);
            lines.push_str(&row(&numbers, name));
        }
        if texts.len() > 1 {
            lines.push_str(&row(&sums, "total"));
        }
        call.out(&lines).await?;
        Ok(code)
    })
}

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

fn sort(call: Call) -> Running {
    Box::pin(async move {
        let (options, words) = call.options("kto");
        let (texts, code) = call.texts(&words).await?;
        let mut lines: Vec<String> = texts
            .iter()
            .flat_map(|(_, bytes)| from_bytes(bytes).lines().map(str::to_owned).collect::<Vec<_>>())
            .collect();
        let separator = options.get(&'t').and_then(|text| text.chars().next());
        let field = options.get(&'k').map(|text| {
            text.trim_end_matches(|c: char| c.is_ascii_alphabetic())
                .split(',')
                .next()
                .unwrap_or("1")
                .parse::<usize>()
                .unwrap_or(1)
        });
        let numeric = options.contains_key(&'n') || options.get(&'k').is_some_and(|text| text.contains('n'));
        let key = |line: &str| match (field, separator) {
            (None, _) => line.to_owned(),
            (Some(field), Some(separator)) => line.splitn(field, separator).nth(field - 1).unwrap_or("").to_owned(),
            (Some(field), None) => line.split_whitespace().skip(field - 1).collect::<Vec<_>>().join(" "),
        };
        let number = |text: &str| {
            let text = text.trim_start();
            let end = text
                .char_indices()
                .find(|(at, c)| !(c.is_ascii_digit() || *c == '.' || (*at == 0 && *c == '-')))
                .map_or(text.len(), |(at, _)| at);
            text[..end].parse::<f64>().unwrap_or(0.0)
        };
        lines.sort_by(|left, right| {
            let (a, b) = (key(left), key(right));
            let order = if numeric { number(&a).total_cmp(&number(&b)) } else { a.cmp(&b) };
            order.then_with(|| left.cmp(right))
        });
        if options.contains_key(&'r') {
            lines.reverse();
        }
        if options.contains_key(&'u') {
            lines.dedup();
        }
        call.out(&lines.iter().map(|line| format!("{line}\n")).collect::<String>()).await?;
        Ok(code)
    })
}

fn uniq(call: Call) -> Running {
    Box::pin(async move {
        let (options, words) = call.options("");
        let (texts, code) = call.texts(&words).await?;
        let mut groups: Vec<(String, usize)> = Vec::new();
        for line in texts.iter().flat_map(|(_, bytes)| from_bytes(bytes).lines().map(str::to_owned).collect::<Vec<_>>())
        {
            match groups.last_mut() {
                Some((last, count)) if *last == line => *count += 1,
                _ => groups.push((line, 1)),
            }
        }
        let is_shown =
            |count: usize| (!options.contains_key(&'d') || count > 1) && (!options.contains_key(&'u') || count == 1);
        let row = |(line, count): &(String, usize)| {
            if options.contains_key(&'c') { format!("{count:>7} {line}\n") } else { format!("{line}\n") }
        };
        call.out(&groups.iter().filter(|(_, count)| is_shown(*count)).map(row).collect::<String>()).await?;
        Ok(code)
    })
}

fn tee(call: Call) -> Running {
    Box::pin(async move {
        let (options, words) = call.options("");
        let mode = if options.contains_key(&'a') { Mode::Append } else { Mode::Write };
        let (mut files, mut code) = (Vec::new(), 0);
        for name in &words {
            match open(&call.sys, &call.path(name), mode) {
                Ok(stream) => files.push(stream),
                Err(why) => code = call.fail(&format!("{name}: {why}")).await?,
            }
        }
        let input = call.input();
        loop {
            let part = call.sys.read(&input, 16_384).await;
            if part.is_empty() {
                return Ok(code);
            }
            for file in &files {
                call.sys.write(file, &part).await?;
            }
            call.write(1, &part).await?;
        }
    })
}

fn xargs(call: Call) -> Running {
    Box::pin(async move {
        let (options, words) = call.options("nI");
        let input = from_bytes(&call.sys.read_all(&call.input()).await);
        let mut items: VecDeque<String> = match (options.get(&'I'), options.contains_key(&'0')) {
            (Some(_), _) => input.lines().map(str::to_owned).collect(),
            (None, true) => input.split('\0').filter(|item| !item.is_empty()).map(str::to_owned).collect(),
            (None, false) => input.split_whitespace().map(str::to_owned).collect(),
        };
        let words = if words.is_empty() { vec!["echo".to_owned()] } else { words };
        let at_once = match options.get(&'I') {
            Some(_) => 1,
            None => options.get(&'n').and_then(|count| count.parse().ok()).unwrap_or(usize::MAX),
        };
        let path = call.environment.get("PATH").cloned().unwrap_or_default();
        let Some(file) = locate(&call.sys, &words[0], &path, &call.folder) else {
            return call.fail(&format!("{}: No such file or directory", words[0])).await.map(|_| 127);
        };
        let mut code = 0;
        loop {
            let count = at_once.min(items.len());
            let part: Vec<String> = items.drain(..count).collect();
            let all: Vec<String> = match options.get(&'I') {
                Some(mark) => words
                    .iter()
                    .map(|word| word.replace(mark.as_str(), part.first().map_or("", String::as_str)))
                    .collect(),
                None => words.iter().cloned().chain(part).collect(),
            };
            let (name, file) = (all.join(" "), file.clone());
            let inner = |sys| Call {
                sys,
                words: all,
                streams: call.streams.clone(),
                environment: call.environment.clone(),
                folder: call.folder.clone(),
            };
            let pid = call.sys.spawn(Place::Same, name, |sys| execute(inner(sys), file));
            if call.sys.wait(pid).await != 0 {
                code = 123;
            }
            if items.is_empty() {
                return Ok(code);
            }
        }
    })
}
