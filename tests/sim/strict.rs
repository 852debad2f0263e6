//! Every parameter of every endpoint that is served, beside Proxmox's own description of its API: name, type, limits,
//! choices, shape, keys. A line of the list that fails says where, which parameter, what we have and what it should be.

use std::{collections::BTreeSet, io::Write, path::Path};

use proximity::sim::{Guard, ParamKind, Rule, Served, served};
use serde_json::{Map, Value};

use super::probes;

type Described = Map<String, Value>;

/// The description, where it is at hand.
fn methods() -> Option<Vec<Value>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/pve/pve-api-schema.json");
    let Ok(text) = std::fs::read_to_string(&file) else {
        let _ = writeln!(std::io::stderr(), "not run: there is no {}", file.display());
        return None;
    };
    let mut all: Value = serde_json::from_str(&text).unwrap();
    Some(std::mem::take(all["methods"].as_array_mut().unwrap()))
}

#[test]
fn every_parameter_is_what_the_real_one_takes() {
    let Some(methods) = methods() else { return };
    let mut wrong = Vec::new();
    for endpoint in served() {
        // A variable that takes all the rest of a path is written so on our side only.
        let path = endpoint.path.replace("{+", "{");
        let place = format!("{} {path}", endpoint.method);
        // The root of everything is not described.
        if endpoint.path == "/" {
            continue;
        }
        let known = methods.iter().find(|one| one["method"] == endpoint.method && one["path"] == path.as_str());
        let Some(known) = known else {
            wrong.push(format!("{place}: there is no such endpoint"));
            continue;
        };
        compare(&place, &endpoint, known, &mut wrong);
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}

/// What the real one takes though its description does not say so: the parameters of these two depend on the type of
/// the rule, and the description shows no parameters of that kind at all.
const LEFT_OUT: &[(&str, &[&str])] = &[
    ("POST /cluster/ha/rules", &["rule", "type", "resources", "nodes", "strict", "affinity", "disable", "comment"]),
    (
        "PUT /cluster/ha/rules/{rule}",
        &["rule", "type", "resources", "nodes", "strict", "affinity", "disable", "comment", "delete", "digest"],
    ),
];

fn left_out(place: &str, name: &str) -> bool {
    LEFT_OUT.iter().any(|(known, names)| *known == place && names.contains(&name))
}

fn compare(place: &str, endpoint: &Served, known: &Value, wrong: &mut Vec<String>) {
    if endpoint.takes_tokens != is_set(&known["allowtoken"]) {
        wrong.push(format!(
            "{place}: tokens are {}",
            if endpoint.takes_tokens { "welcome here only" } else { "refused here only" }
        ));
    }
    if let Some(told) = against_permissions(&endpoint.guard, &known["permissions"]) {
        wrong.push(format!("{place}: {told}"));
    }
    let described = known["parameters"].as_object().unwrap();
    compare_all(place, &endpoint.rules, described, wrong);
}

/// How a guard differs from a plain permission; what is said in more words the real one judges in its code.
fn against_permissions(guard: &Guard, known: &Value) -> Option<String> {
    let expected = match known {
        Value::Null => return None,
        known if known["user"].is_string() => word(&known["user"]),
        known => match known["check"].as_array().map(Vec::as_slice) {
            Some([perm, path, held]) if perm == "perm" => format!("all of {} at {}", choices(texts(held)), word(path)),
            Some([perm, path, held, any, yes]) if perm == "perm" && any == "any" && is_set(yes) => {
                format!("any of {} at {}", choices(texts(held)), word(path))
            }
            _ => return None,
        },
    };
    let one = |privilege: &str| choices([privilege.to_owned()].into_iter());
    let found = match guard {
        Guard::World => vec!["world".into()],
        Guard::Anyone => vec!["all".into()],
        // Of one privilege all and any are the same.
        Guard::Needs(path, held) => ["all", "any"].map(|how| format!("{how} of {} at {path}", one(held))).to_vec(),
        Guard::Any(path, held) => {
            vec![format!("any of {} at {path}", choices(held.iter().map(|one| (*one).to_owned())))]
        }
        Guard::SelfOrUserAdmin => return None,
    };
    (!found.contains(&expected)).then(|| format!("the guard is {}, should be {expected}", found[0]))
}

fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn compare_all(place: &str, rules: &[Rule], described: &Described, wrong: &mut Vec<String>) {
    let name = |rule: &Rule| if rule.indexed.is_some() { format!("{}[n]", rule.name) } else { rule.name.to_owned() };
    for rule in rules {
        match described.get(&name(rule)) {
            Some(one) => compare_one(&format!("{place}: {}", name(rule)), rule, one, wrong),
            None if left_out(place, rule.name) => {}
            None => wrong.push(format!("{place}: {} is a parameter of ours only", name(rule))),
        }
    }
    let ours: BTreeSet<String> = rules.iter().map(name).collect();
    // Another name for a key that is there.
    let is_alias = |one: &Value| one.get("alias").is_some();
    for (missing, one) in described.iter().filter(|(name, one)| !ours.contains(*name) && !is_alias(one)) {
        wrong.push(format!("{place}: {missing} is missing: {one}"));
    }
}

fn compare_one(place: &str, rule: &Rule, one: &Value, wrong: &mut Vec<String>) {
    let mut differ = |what: &str, ours: String, theirs: String| {
        if ours != theirs {
            wrong.push(format!("{place}: {what} is {ours}, should be {theirs}"));
        }
    };
    let or_none = |value: Option<String>| value.unwrap_or_else(|| "none".into());
    let number =
        |value: &Value| value.as_f64().or_else(|| value.as_str()?.parse().ok()).map(|number| number.to_string());
    differ("type", kind(rule).into(), word(&one["type"]));
    if !place.contains(&format!("{{{}}}", rule.name)) {
        differ("optional", rule.is_optional.to_string(), is_set(&one["optional"]).to_string());
    }
    differ("minimum", or_none(rule.least.map(|least| least.to_string())), or_none(number(&one["minimum"])));
    differ("maximum", or_none(rule.most.map(|most| most.to_string())), or_none(number(&one["maximum"])));
    differ("minLength", rule.shortest.to_string(), number(&one["minLength"]).unwrap_or_else(|| "0".into()));
    let longest = (rule.longest != usize::MAX).then(|| rule.longest.to_string());
    differ("maxLength", or_none(longest), or_none(number(&one["maxLength"])));
    differ("requires", rule.requires.unwrap_or("none").into(), or_none(one.get("requires").map(word)));
    differ("default_key", rule.is_default_key.to_string(), is_set(&one["default_key"]).to_string());
    differ("enum", choices(rule.choices.iter().map(|choice| (*choice).to_owned())), choices(texts(&one["enum"])));
    compare_shape(place, rule, one, wrong);
}

/// The keys of a text made of keys; or what it may look like, tried with texts.
fn compare_shape(place: &str, rule: &Rule, one: &Value, wrong: &mut Vec<String>) {
    let one = if rule.kind == ParamKind::List && one.get("items").is_some() { &one["items"] } else { one };
    let keys = one["format"].as_object().or_else(|| one["format_properties"].as_object());
    if let Some(keys) = keys {
        return match rule.parts {
            [] => wrong
                .push(format!("{place}: it is made of keys: {}", keys.keys().cloned().collect::<Vec<_>>().join(", "))),
            parts => compare_all(place, parts, keys, wrong),
        };
    }
    if !rule.parts.is_empty() {
        wrong.push(format!("{place}: it is made of keys here only"));
        return;
    }
    let (format, pattern) = (one["format"].as_str(), one["pattern"].as_str());
    if format.is_none() && rule.format.is_some() {
        wrong.push(format!("{place}: it has a format here only"));
    }
    if pattern.is_none() && rule.pattern.is_some() {
        wrong.push(format!("{place}: it has a pattern here only"));
    }
    let plain = unlimited(rule);
    if let Some(pattern) = pattern {
        let told = probes::against_pattern(pattern, |text| plain.takes(text));
        wrong.extend(told.map(|told| format!("{place}: the pattern {pattern} {told}")));
    }
    if let Some(format) = format {
        let told = probes::against_format(format, |text| plain.takes(text));
        wrong.extend(told.map(|told| format!("{place}: the format {format} {told}")));
    }
}

/// The rule without its limits, which are compared by themselves.
fn unlimited(rule: &Rule) -> Rule {
    Rule { least: None, most: None, shortest: 0, longest: usize::MAX, choices: &[], kind: ParamKind::Text, ..*rule }
}

fn kind(rule: &Rule) -> &'static str {
    match rule.kind {
        ParamKind::Text | ParamKind::Texts => "string",
        ParamKind::Integer => "integer",
        ParamKind::Number => "number",
        ParamKind::Boolean => "boolean",
        ParamKind::List => "array",
    }
}

fn is_set(value: &Value) -> bool {
    value == 1 || value == "1"
}

fn texts(value: &Value) -> impl Iterator<Item = String> {
    value.as_array().into_iter().flatten().map(|one| one.as_str().map_or_else(|| one.to_string(), str::to_owned))
}

/// In the order of the refusal that names them.
fn choices(all: impl Iterator<Item = String>) -> String {
    format!("[{}]", all.collect::<Vec<_>>().join(", "))
}
