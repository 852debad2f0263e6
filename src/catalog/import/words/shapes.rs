//! Names, versions and addresses in the shapes that `Recipe::check` asks for.

use super::plain::{is_seen, line};
use crate::domain::catalog::words;

/// Small letters, digits and `-`; nothing where nothing of it is left.
pub fn slug(text: &str) -> Option<String> {
    let mut slug = String::new();
    for c in text.chars().take(200) {
        match c.to_ascii_lowercase() {
            c if c.is_ascii_alphanumeric() => slug.push(c),
            _ if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
    }
    slug.truncate(40);
    let slug = slug.trim_matches('-');
    (!slug.is_empty()).then(|| slug.to_owned())
}

/// The name of a setting for a variable of any case.
pub fn variable(name: &str) -> Option<String> {
    let shape = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    let name: String = name.chars().take(64).map(shape).collect();
    let name = name.trim_start_matches('_');
    let name = if name.starts_with(|c: char| c.is_ascii_digit()) { format!("V_{name}") } else { name.to_owned() };
    let name: String = name.chars().take(64).collect();
    words::is_setting_name(&name).then_some(name)
}

/// `v1.2 (stable)` is `v1.2`; what a tag says without saying a version is none.
pub fn version(text: &str) -> Option<String> {
    let first = text.split_whitespace().next()?;
    let may_stand = |c: char| c.is_ascii_alphanumeric() || "._+~-".contains(c);
    let kept: String = first.chars().take_while(|c| may_stand(*c)).take(64).collect();
    words::is_plain(&kept).then_some(kept)
}

pub fn link(text: &str) -> Option<String> {
    let text = text.trim();
    let is_short = text.len() <= 400 && text.chars().all(is_seen);
    (is_short && words::is_link(text)).then(|| text.to_owned())
}

/// `ADMIN_EMAIL` as `Admin email`.
pub fn human(name: &str) -> String {
    let lower = line(&name.replace(['_', '-'], " "), 60).to_ascii_lowercase();
    let mut letters = lower.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => "Value".to_owned(),
    }
}
