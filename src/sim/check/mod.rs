//! Parameters are judged before an endpoint runs, in Proxmox's own words: unknown ones, missing ones, and those of a
//! wrong type, format or size.

pub mod container;
pub mod filters;
pub mod formats;
pub mod given;
pub mod patterns;
pub mod property;
pub mod rule;
pub mod slots;

use given::{Given, Params};
use rule::{Kind, Rule};

pub type Errors = Vec<(String, String)>;

/// What is wrong with these parameters, by name.
pub fn check(rules: &[Rule], params: &Params) -> Errors {
    let mut errors = missing(rules, "", |name| params.get(name).is_some());
    for (name, given) in params.iter() {
        let Some(rule) = find(rules, name) else {
            errors.push((name.to_owned(), UNDEFINED.to_owned()));
            continue;
        };
        if let Err(text) = judge(&rule, given, name) {
            errors.push((name.to_owned(), text));
        }
        if let Some(other) = rule.requires.filter(|other| params.get(other).is_none()) {
            errors.push((other.to_owned(), format!("missing property required by '{name}'")));
        }
    }
    errors
}

const UNDEFINED: &str = "property is not defined in schema and the schema does not allow additional properties";

fn missing(rules: &[Rule], prefix: &str, has: impl Fn(&str) -> bool) -> Errors {
    rules
        .iter()
        .filter(|rule| !rule.is_optional && !has(rule.name))
        .map(|rule| (format!("{prefix}{}", rule.name), "property is missing and it is not optional".to_owned()))
        .collect()
}

/// The rule for a name; `net3` is found under `net` when that is an indexed one.
fn find(rules: &[Rule], name: &str) -> Option<Rule> {
    if let Some(rule) = rules.iter().find(|rule| rule.name == name && rule.indexed.is_none()) {
        return Some(*rule);
    }
    let digits = name.find(|c: char| c.is_ascii_digit())?;
    let (stem, index) = name.split_at(digits);
    let is_plain = index == "0" || !index.starts_with('0');
    let index: u16 = index.parse().ok().filter(|_| is_plain)?;
    rules.iter().find(|rule| rule.name == stem && rule.indexed.is_some_and(|limit| index < limit)).copied()
}

fn judge(rule: &Rule, given: &Given, path: &str) -> Result<(), String> {
    let text = match given {
        Given::Text(text) => text.clone(),
        Given::Flag(flag) if rule.kind == Kind::Boolean => u8::from(*flag).to_string(),
        Given::Flag(flag) => flag.to_string(),
        Given::Many(items) if rule.kind == Kind::List => {
            return items.iter().try_for_each(|item| judge_text(rule, item, path));
        }
        Given::Many(items) if rule.kind == Kind::Texts => items.join(","),
        Given::Many(_) => return Err(format!("type check ('{}') failed - got ARRAY", rule.kind.word())),
        Given::File(file) => file.place(),
        Given::Object => return Err(format!("type check ('{}') failed - got HASH", rule.kind.word())),
    };
    judge_text(rule, &text, path)
}

pub(super) fn judge_text(rule: &Rule, text: &str, path: &str) -> Result<(), String> {
    if !rule.kind.takes(text) {
        return Err(format!("type check ('{}') failed - got '{text}'", rule.kind.word()));
    }
    if let Some(format) = rule.format {
        format(text).map_err(|why| format!("invalid format - {why}\n"))?;
    }
    if !rule.parts.is_empty() {
        property::parse(rule.parts, text, path).map_err(|why| format!("invalid format - {why}"))?;
    }
    rule.limits(text)
}
