//! Texts of the form `name=eth0,bridge=vmbr0` or `local:8,mp=/data`: their parts by key, or why they are none.

use super::{Errors, UNDEFINED, judge_text, missing, rule::Rule};

/// The parts in the order given. `path` is the name the errors begin with.
pub fn parse(rules: &[Rule], text: &str, path: &str) -> Result<Vec<(String, String)>, String> {
    let mut found: Vec<(String, String)> = Vec::new();
    for part in text.split(',').filter(|part| !part.trim().is_empty()) {
        let (name, value) = split(rules, part)?;
        if found.iter().any(|(known, _)| *known == name) {
            return Err(format!("duplicate key in comma-separated list property: {name}\n"));
        }
        found.push((name, value));
    }
    let errors = check_parts(rules, &found, path);
    if errors.is_empty() {
        return Ok(found);
    }
    let lines: String = errors.iter().map(|(name, text)| format!("{name}: {text}\n")).collect();
    Err(format!("format error\n{lines}"))
}

fn split(rules: &[Rule], part: &str) -> Result<(String, String), String> {
    let Some((name, value)) = part.split_once('=') else {
        let Some(rule) = rules.iter().find(|rule| rule.is_default_key) else {
            return Err("value without key, but schema does not define a default key\n".into());
        };
        return Ok((rule.name.to_owned(), part.to_owned()));
    };
    if name.is_empty() || value.is_empty() {
        return Err("missing key in comma-separated list property\n".into());
    }
    let rule = rules.iter().find(|rule| rule.name == name);
    let is_boolean = rule.is_some_and(|rule| rule.kind == super::Kind::Boolean);
    let value = match value.to_ascii_lowercase().as_str() {
        "on" | "yes" | "true" if is_boolean => "1".to_owned(),
        "off" | "no" | "false" if is_boolean => "0".to_owned(),
        _ => value.to_owned(),
    };
    Ok((name.to_owned(), value))
}

fn check_parts(rules: &[Rule], found: &[(String, String)], path: &str) -> Errors {
    let prefix = format!("{path}.");
    let mut errors = missing(rules, &prefix, |name| found.iter().any(|(known, _)| known == name));
    for (name, value) in found {
        let full = format!("{prefix}{name}");
        match rules.iter().find(|rule| rule.name == name) {
            None => errors.push((full, UNDEFINED.to_owned())),
            Some(rule) => {
                if let Some(other) = rule.requires.filter(|other| found.iter().all(|(known, _)| known != other)) {
                    errors.push((format!("{prefix}{other}"), format!("missing property required by '{full}'")));
                }
                if let Err(text) = judge_text(rule, value, &full) {
                    errors.push((full, text));
                }
            }
        }
    }
    errors.sort();
    errors
}
