//! The formats of `docker`: `{{.A.B}}`, `{{json .A}}`, `{{index .A 0}}`, `{{if}}` and `{{range}}`.

use serde_json::Value;

enum Part<'a> {
    Text(&'a str),
    Tag(&'a str),
}

/// The text that a format makes of a value; nothing for a format that makes no sense.
pub fn render(format: &str, value: &Value) -> Option<String> {
    let mut parts = Vec::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once("{{") {
        let (tag, after) = after.split_once("}}")?;
        parts.extend([Part::Text(before), Part::Tag(tag.trim().trim_matches('-').trim())]);
        rest = after;
    }
    parts.push(Part::Text(rest));
    let mut place = 0;
    let text = run(&parts, &mut place, value)?;
    (place == parts.len()).then_some(text)
}

/// Up to the end, or to the tag that closes.
fn run(parts: &[Part], place: &mut usize, value: &Value) -> Option<String> {
    let mut out = String::new();
    while let Some(part) = parts.get(*place) {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Tag("end" | "else") => return Some(out),
            Part::Tag(tag) => match tag.split_once(' ') {
                Some(("if", what)) => {
                    let found = look(what, value)?;
                    let (yes, no) = branches(parts, place, value)?;
                    out.push_str(if is_so(&found) { &yes } else { &no });
                }
                Some(("range", what)) => {
                    let (items, from) = (look(what, value)?, *place);
                    let mut each = String::new();
                    for item in items.as_array().into_iter().flatten() {
                        *place = from;
                        each.push_str(&branches(parts, place, item)?.0);
                    }
                    if items.as_array().is_none_or(Vec::is_empty) {
                        branches(parts, place, &Value::Null)?;
                    }
                    out.push_str(&each);
                }
                _ => out.push_str(&said(tag, value)?),
            },
        }
        *place += 1;
    }
    Some(out)
}

/// Both sides of a tag that opens; the place is then at what closes it.
fn branches(parts: &[Part], place: &mut usize, value: &Value) -> Option<(String, String)> {
    *place += 1;
    let yes = run(parts, place, value)?;
    let mut no = String::new();
    if matches!(parts.get(*place), Some(Part::Tag("else"))) {
        *place += 1;
        no = run(parts, place, value)?;
    }
    matches!(parts.get(*place), Some(Part::Tag("end"))).then_some((yes, no))
}

fn is_so(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(is) => *is,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => true,
    }
}

fn said(tag: &str, value: &Value) -> Option<String> {
    if let Some(what) = tag.strip_prefix("json ") {
        return Some(look(what, value)?.to_string());
    }
    if let Some(rest) = tag.strip_prefix("index ") {
        let (what, key) = rest.rsplit_once(' ')?;
        let found = look(what, value)?;
        return Some(plain(match key.parse::<usize>() {
            Ok(number) => &found[number],
            Err(_) => &found[key.trim_matches('"')],
        }));
    }
    Some(plain(&look(tag, value)?))
}

fn look(what: &str, value: &Value) -> Option<Value> {
    let path = what.trim().trim_matches(['(', ')']).strip_prefix('.')?;
    let fields = path.split('.').filter(|field| !field.is_empty());
    Some(fields.fold(value, |value, field| &value[field]).clone())
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "<no value>".into(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_filled_in() {
        let value = serde_json::json!({"A": {"B": "x"}, "L": [{"N": "1"}, {"N": "2"}], "E": [], "F": false});
        for (format, wanted) in [
            ("{{.A.B}}|{{json .A}}", "x|{\"B\":\"x\"}"),
            ("{{range .L}}{{.N}},{{end}}!{{range .E}}never{{end}}", "1,2,!"),
            ("{{if .F}}yes{{else}}no{{end}}{{if .A}}there{{end}}", "nothere"),
            ("{{index .A \"B\"}}{{index .L 0}}", "x{\"N\":\"1\"}"),
        ] {
            assert_eq!(render(format, &value).as_deref(), Some(wanted), "{format}");
        }
        assert_eq!(render("{{.A", &value), None);
        assert_eq!(render("{{if .A}}x", &value), None);
    }
}
