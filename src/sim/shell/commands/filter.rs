//! From lines to lines: `cat`, `wc`, `sort`, `uniq`, `tee`.

use super::{Call, Command, Running, ends::count_lines};
use crate::sim::shell::{
    simple::{Mode, open},
    text::from_bytes,
};

pub const TABLE: &[Command] = &[("cat", cat), ("wc", wc), ("sort", sort), ("uniq", uniq), ("tee", tee)];

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
