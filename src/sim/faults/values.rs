//! The values of a script: texts, numbers and spans of time, each checked where it stands.

use std::time::Duration;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// What is wrong, at which byte, and what to do.
pub struct Wrong(pub usize, pub String, pub String);

pub type Read<T> = Result<T, Wrong>;

pub fn wrong<T>(at: usize, reason: impl Into<String>, remedy: impl Into<String>) -> Read<T> {
    Err(Wrong(at, reason.into(), remedy.into()))
}

/// One `[[fault]]`, and where it begins.
pub struct Entry<'a> {
    pub at: usize,
    pub table: &'a DeTable<'a>,
}

impl Entry<'_> {
    pub fn get(&self, name: &str) -> Option<&Spanned<DeValue<'_>>> {
        self.table.iter().find(|(key, _)| key.get_ref() == name).map(|(_, value)| value)
    }

    pub fn place(&self, name: &str) -> usize {
        self.get(name).map_or(self.at, |value| value.span().start)
    }

    pub fn text(&self, name: &str) -> Read<Option<String>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        match value.get_ref().as_str() {
            Some(text) => Ok(Some(text.to_owned())),
            None => wrong(value.span().start, format!("\"{name}\" is not a text"), format!("write {name} = \"…\"")),
        }
    }

    pub fn flag(&self, name: &str) -> Read<Option<bool>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        match value.get_ref().as_bool() {
            Some(flag) => Ok(Some(flag)),
            None => wrong(value.span().start, format!("\"{name}\" is neither true nor false"), "write true or false"),
        }
    }

    pub fn number(&self, name: &str, least: u64, most: u64) -> Read<Option<u64>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let number = value.get_ref().as_integer().and_then(|number| number.as_str().parse().ok());
        match number.filter(|number| (least..=most).contains(number)) {
            Some(number) => Ok(Some(number)),
            None => wrong(
                value.span().start,
                format!("\"{name}\" is no number from {least} to {most}"),
                format!("write {name} = {least}, or more"),
            ),
        }
    }

    pub fn span(&self, name: &str) -> Read<Option<Duration>> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        match span(&text) {
            Some(span) => Ok(Some(span)),
            None => wrong(
                self.place(name),
                format!("\"{text}\" is no span of time"),
                "write it like \"500ms\", \"30s\", \"5m\" or \"2h\"",
            ),
        }
    }

    /// Seconds; behind the right time with a minus.
    pub fn skew(&self) -> Read<i64> {
        let text = self.text("by")?.unwrap_or_default();
        let (sign, plain) = text.strip_prefix('-').map_or((1, text.as_str()), |rest| (-1, rest));
        match span(plain) {
            Some(span) => Ok(sign * span.as_secs() as i64),
            None => wrong(
                self.place("by"),
                format!("\"{text}\" is no span of time"),
                "write it like \"10m\", or \"-10m\" for behind",
            ),
        }
    }

    /// The first of the choices where nothing is said.
    pub fn choice<T: Copy>(&self, name: &str, choices: &[(&str, T); 2]) -> Read<T> {
        let Some(text) = self.text(name)? else { return Ok(choices[0].1) };
        match choices.iter().find(|(word, _)| *word == text) {
            Some((_, choice)) => Ok(*choice),
            None => wrong(
                self.place(name),
                format!("\"{name}\" is never \"{text}\""),
                format!("write \"{}\" or \"{}\"", choices[0].0, choices[1].0),
            ),
        }
    }
}

/// `500ms`, `30s`, `5m`, `2h`; a year at most.
fn span(text: &str) -> Option<Duration> {
    let (digits, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
    let milliseconds: u64 = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    let total = digits.parse::<u64>().ok()?.checked_mul(milliseconds)?;
    (total <= 31_536_000_000).then(|| Duration::from_millis(total))
}
