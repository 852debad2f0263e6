//! `.env` files, and `${NAME}` in the texts of a compose file.

use std::collections::BTreeMap;

use serde_json::Value;

pub type Variables = BTreeMap<String, String>;

/// `NAME=value`, in quotes where it has to be: in single ones only `\'` is special, in double ones the usual.
pub fn read_env(text: &str) -> Result<Variables, String> {
    let mut found = Variables::new();
    let mut rest = text;
    let mut number = 0;
    while !rest.is_empty() {
        number += 1;
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        let trimmed = line.trim_start();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            rest = after;
            continue;
        }
        let trimmed = trimmed.strip_prefix("export ").unwrap_or(trimmed);
        let Some((name, value)) = trimmed.split_once('=') else {
            return Err(format!("line {number}: unexpected character in variable name near \"{trimmed}\""));
        };
        let value = value.trim_start();
        let Some(quote) = value.chars().next().filter(|c| matches!(c, '\'' | '"')) else {
            let plain = value.split(" #").next().unwrap_or(value).trim_end();
            found.insert(name.trim().to_owned(), plain.to_owned());
            rest = after;
            continue;
        };
        // A quoted value may go on over several lines.
        let begin = line.len() - value.len() + 1;
        let (text, end) =
            quoted(&rest[begin..], quote).ok_or(format!("line {number}: unterminated quoted value {value}"))?;
        found.insert(name.trim().to_owned(), text);
        rest = rest[begin + end..].split_once('\n').map_or("", |(_, after)| after);
    }
    Ok(found)
}

/// The text up to the closing quote, and where that ends.
fn quoted(text: &str, quote: char) -> Option<(String, usize)> {
    let (mut out, mut chars) = (String::new(), text.char_indices());
    while let Some((at, c)) = chars.next() {
        match c {
            c if c == quote => return Some((out, at + 1)),
            '\\' => match chars.next()?.1 {
                other if other == quote || (quote == '"' && matches!(other, '\\' | '$')) => out.push(other),
                'n' if quote == '"' => out.push('\n'),
                't' if quote == '"' => out.push('\t'),
                other => out.extend(['\\', other]),
            },
            c => out.push(c),
        }
    }
    None
}

/// All texts below, with what is known put in. Names that are not known are told.
pub fn fill(value: &mut Value, known: &Variables, unknown: &mut Vec<String>) -> Result<(), String> {
    match value {
        Value::String(text) => *text = put_in(text, known, unknown)?,
        Value::Array(items) => items.iter_mut().try_for_each(|item| fill(item, known, unknown))?,
        Value::Object(fields) => fields.values_mut().try_for_each(|field| fill(field, known, unknown))?,
        _ => {}
    }
    Ok(())
}

fn put_in(text: &str, known: &Variables, unknown: &mut Vec<String>) -> Result<String, String> {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let name_end = after.find(|c: char| c != '_' && !c.is_ascii_alphanumeric()).unwrap_or(after.len());
        if let Some(after) = after.strip_prefix('$') {
            out.push('$');
            rest = after;
        } else if let Some(inner) = after.strip_prefix('{') {
            let end = inner.find('}').ok_or_else(|| invalid(text))?;
            out.push_str(&one(&inner[..end], known, unknown).ok_or_else(|| invalid(text))??);
            rest = &inner[end + 1..];
        } else if name_end > 0 && !after.starts_with(|c: char| c.is_ascii_digit()) {
            out.push_str(&value_of(&after[..name_end], known, unknown));
            rest = &after[name_end..];
        } else {
            return Err(invalid(text));
        }
    }
    Ok(out + rest)
}

fn invalid(text: &str) -> String {
    format!("invalid interpolation format: \"{text}\". You may need to escape any $ with another $")
}

fn value_of(name: &str, known: &Variables, unknown: &mut Vec<String>) -> String {
    known.get(name).cloned().unwrap_or_else(|| {
        unknown.push(name.to_owned());
        String::new()
    })
}

/// What stands between braces: a name, and what to do without it.
fn one(inner: &str, known: &Variables, unknown: &mut Vec<String>) -> Option<Result<String, String>> {
    let end = inner.find(|c: char| c != '_' && !c.is_ascii_alphanumeric()).unwrap_or(inner.len());
    let (name, rest) = inner.split_at(end);
    if name.is_empty() {
        return None;
    }
    let counts_empty = rest.starts_with(':');
    let value = known.get(name).filter(|value| !counts_empty || !value.is_empty());
    let rest = rest.strip_prefix(':').unwrap_or(rest);
    let word = rest.get(1..).unwrap_or_default().to_owned();
    Some(Ok(match (rest.chars().next(), value) {
        (None, _) => value_of(name, known, unknown),
        (Some('-' | '?'), Some(value)) => value.clone(),
        (Some('-'), None) => word,
        (Some('+'), value) => value.map(|_| word).unwrap_or_default(),
        (Some('?'), None) => return Some(Err(format!("required variable {name} is missing a value: {word}"))),
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_in_quotes_are_what_was_meant() {
        let text =
            "# one\nA=plain # note\nB='it\\'s $HOME \\n'\nexport C=\"two\\nlines \\\"x\\\"\"\n\nD=\nE='a\nb'\nF=x=y\n";
        let found = read_env(text).unwrap();
        let wanted = [
            ("A", "plain"),
            ("B", "it's $HOME \\n"),
            ("C", "two\nlines \"x\""),
            ("D", ""),
            ("E", "a\nb"),
            ("F", "x=y"),
        ];
        for (name, value) in wanted {
            assert_eq!(found[name], value, "{name}");
        }
        assert!(read_env("A='never ends\n").is_err() && read_env("no sign\n").is_err());
    }

    #[test]
    fn variables_are_put_in_as_compose_does() {
        let known = Variables::from([("A".into(), "1".into()), ("E".into(), String::new())]);
        let fill = |text: &str| put_in(text, &known, &mut Vec::new());
        for (text, wanted) in [
            ("${A}-$A$$A", "1-1$A"),
            ("${X:-y}${X-z}${E:-f}${E-g}", "yzf"),
            ("${A:+set}${E:+set}${E+set}", "setset"),
            ("${X}", ""),
        ] {
            assert_eq!(fill(text).as_deref(), Ok(wanted), "{text}");
        }
        assert_eq!(fill("${X:?is wanted}"), Err("required variable X is missing a value: is wanted".into()));
        assert!(fill("${A").is_err() && fill("a $ b").is_err());
    }
}
