//! The images that were pulled into a guest.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::ROOT;
use crate::sim::{outside, shell::files::Files, sum::sum_of};

fn path() -> String {
    format!("{ROOT}/image/overlay2/repositories.json")
}

/// `docker.io/library/nginx:1.27` of `nginx:1.27`; a digest says nothing more here.
pub fn whole(reference: &str) -> String {
    let plain = reference.split('@').next().unwrap_or(reference);
    let (name, tag) = split(plain);
    format!("{}:{tag}", outside::whole_name(name))
}

/// The name and the tag of a reference.
fn split(plain: &str) -> (&str, &str) {
    match plain.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, tag),
        _ => (plain, "latest"),
    }
}

/// As people write it.
pub fn short(reference: &str) -> String {
    let whole = whole(reference);
    let short = whole.strip_prefix("docker.io/library/").or(whole.strip_prefix("docker.io/"));
    short.unwrap_or(&whole).to_owned()
}

pub fn name_and_tag(reference: &str) -> (String, String) {
    let short = short(reference);
    let (name, tag) = split(&short);
    (name.to_owned(), tag.to_owned())
}

pub fn id(reference: &str) -> String {
    format!("sha256:{}", sum_of("sha256", &whole(reference)).unwrap_or_default())
}

pub fn digest(reference: &str) -> String {
    format!("sha256:{}", sum_of("sha256", &format!("digest of {}", whole(reference))).unwrap_or_default())
}

/// Each with the second it was pulled in.
pub fn all(files: &Files) -> BTreeMap<String, i64> {
    let text = files.text(&path()).unwrap_or_default();
    let value: Value = serde_json::from_str(&text).unwrap_or_default();
    let known = value["Repositories"].as_object().cloned().unwrap_or_default();
    known.into_iter().map(|(reference, row)| (reference, row["pulled"].as_i64().unwrap_or_default())).collect()
}

pub fn has(files: &Files, reference: &str) -> bool {
    all(files).contains_key(&whole(reference))
}

pub fn keep(files: &mut Files, reference: &str, now: i64) {
    let mut known = all(files);
    known.insert(whole(reference), now);
    write(files, &known, now);
}

pub fn forget(files: &mut Files, references: &[String], now: i64) {
    let mut known = all(files);
    known.retain(|reference, _| !references.contains(reference));
    write(files, &known, now);
}

fn write(files: &mut Files, known: &BTreeMap<String, i64>, now: i64) {
    let rows: serde_json::Map<String, Value> = known
        .iter()
        .map(|(reference, pulled)| (reference.clone(), json!({"id": id(reference), "pulled": pulled})))
        .collect();
    files.write(&path(), &json!({ "Repositories": rows }).to_string(), 0o600, now);
}
