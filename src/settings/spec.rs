//! Every setting with its name, what it changes and what it may be: the deck and the command line both read this table. What
//! must hold: every setting that a file can have stands here, but the keys, whose names are the operator's.

mod table;

use std::sync::LazyLock;
pub use table::SPECS;

use toml::Value;

use self::Kind::{Choice, Number, Or0, Share, Text, Toggle};
use super::{Settings, carry, file};

/// Where a setting stands among the settings of the deck.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tab {
    Hosts,
    Resources,
    Network,
    Backups,
    Care,
    Look,
    Sound,
    Keys,
    About,
}

impl Tab {
    pub const ALL: [Self; 9] = [
        Self::Hosts,
        Self::Resources,
        Self::Network,
        Self::Backups,
        Self::Care,
        Self::Look,
        Self::Sound,
        Self::Keys,
        Self::About,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Hosts => "hosts",
            Self::Resources => "resources",
            Self::Network => "network",
            Self::Backups => "backups",
            Self::Care => "care",
            Self::Look => "look",
            Self::Sound => "sound",
            Self::Keys => "keys",
            Self::About => "about",
        }
    }
}

/// What a setting may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A whole number from the first to the second, in steps; and its unit.
    Number(u64, u64, u64, &'static str),
    /// The same where 0 has a meaning of its own, which is the last word.
    Or0(u64, u64, u64, &'static str, &'static str),
    /// 0 to 100, kept as a part of one.
    Share,
    /// `true` or `false`, and how they are called.
    Toggle(&'static str, &'static str),
    /// Text, and what it says while it is empty.
    Text(&'static str),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spec {
    pub tab: Tab,
    pub section: &'static str,
    pub key: &'static str,
    pub label: &'static str,
    /// What it changes.
    pub about: &'static str,
    pub kind: Kind,
}

impl Spec {
    pub fn named(name: &str) -> Option<&'static Self> {
        let (section, key) = name.split_once('.')?;
        SPECS.iter().find(|spec| (spec.section, spec.key) == (section, key))
    }

    /// Whether the settings have it.
    pub fn is_there(&self) -> bool {
        static THERE: LazyLock<toml::Table> =
            LazyLock::new(|| toml::Table::try_from(Settings::default()).unwrap_or_default());
        THERE.get(self.section).and_then(Value::as_table).is_some_and(|part| part.contains_key(self.key))
    }

    /// `look.theme`
    pub fn name(&self) -> String {
        format!("{}.{}", self.section, self.key)
    }

    pub fn get(&self, settings: &Settings) -> Option<Value> {
        file::get(settings, self.section, self.key)
    }

    /// As a person may read it.
    pub fn shown(&self, settings: &Settings) -> String {
        let Some(value) = self.get(settings) else { return String::new() };
        let with = |number: i64, unit: &str| format!("{number} {unit}").trim_end().to_owned();
        match (self.kind, &value) {
            (Or0(.., none), Value::Integer(0)) => none.to_owned(),
            (Text(none), Value::String(text)) if text.is_empty() => none.to_owned(),
            (_, Value::String(text)) if carry::is_secret(self.section, self.key) => carry::host_alone(text),
            (Number(.., unit) | Or0(.., unit, _), Value::Integer(number)) => with(*number, unit),
            (Share, Value::Float(share)) => with((share * 100.0).round() as i64, "%"),
            (Toggle(yes, _), Value::Boolean(true)) => yes.to_owned(),
            (Toggle(_, no), Value::Boolean(false)) => no.to_owned(),
            _ => self.typed(settings),
        }
    }

    /// As it would be typed.
    pub fn typed(&self, settings: &Settings) -> String {
        match self.get(settings) {
            Some(Value::String(text)) => text,
            Some(Value::Float(share)) => format!("{:.0}", share * 100.0),
            Some(value) => value.to_string(),
            None => String::new(),
        }
    }

    /// Whether it is as it was when new.
    pub fn is_new(&self, settings: &Settings) -> bool {
        self.get(settings) == self.get(&Settings::default())
    }

    pub fn when_new(&self) -> String {
        self.shown(&Settings::default())
    }

    /// The settings with this one as it was when new.
    pub fn reset(&self, settings: &Settings) -> Result<Settings, String> {
        match self.get(&Settings::default()) {
            Some(value) => file::put(settings, self.section, self.key, &value),
            None => Ok(settings.clone()),
        }
    }

    /// The settings with this typed here, or why that does not do.
    pub fn set(&self, settings: &Settings, typed: &str) -> Result<Settings, String> {
        let value = self.read(typed.trim())?;
        file::put(settings, self.section, self.key, &value)
    }

    fn read(&self, typed: &str) -> Result<Value, String> {
        let number = |text: &str| text.parse::<u64>().map_err(|_| "it is no whole number".to_owned());
        let within = |number: u64, least: u64, most: u64| match number {
            number if (least..=most).contains(&number) => Ok(Value::Integer(number as i64)),
            number if number < least => Err(format!("it is at least {least}")),
            _ => Err(format!("it is at most {most}")),
        };
        match self.kind {
            Choice(words) if words.contains(&typed) => Ok(Value::String(typed.into())),
            Choice(words) => Err(format!("it is one of {}", words.join(", "))),
            Number(least, most, ..) => within(number(typed)?, least, most),
            Or0(..) if typed.is_empty() || typed == "0" => Ok(Value::Integer(0)),
            Or0(least, most, ..) => within(number(typed)?, least, most),
            Share => match typed.trim_end_matches('%').trim().parse::<f32>() {
                Ok(percent) if (0.0..=100.0).contains(&percent) => Ok(Value::Float(f64::from(percent / 100.0))),
                _ => Err("it is 0 to 100".into()),
            },
            Toggle(yes, _) if typed == "true" || typed == yes => Ok(Value::Boolean(true)),
            Toggle(_, no) if typed == "false" || typed == no => Ok(Value::Boolean(false)),
            Toggle(yes, no) => Err(format!("it is {yes} or {no}")),
            Text(_) => Ok(Value::String(typed.into())),
        }
    }

    /// What it is one step on, or one back; nothing where there are no steps.
    pub fn stepped(&self, settings: &Settings, by: isize) -> Option<String> {
        let now = self.typed(settings);
        let step = |least: u64, most: u64, step: u64| {
            let number: u64 = now.parse().unwrap_or(least);
            if by > 0 {
                (number / step * step + step).min(most)
            } else {
                (number.div_ceil(step) * step).saturating_sub(step).max(least)
            }
        };
        match self.kind {
            Choice(words) => {
                let at = words.iter().position(|word| *word == now).unwrap_or(0) as isize;
                words.get((at + by).rem_euclid(words.len() as isize) as usize).map(|word| (*word).to_owned())
            }
            Number(least, most, size, _) => Some(step(least, most, size).to_string()),
            Or0(least, ..) if by > 0 && now == "0" => Some(least.to_string()),
            Or0(least, ..) if by < 0 && now.parse().is_ok_and(|number: u64| number <= least) => Some("0".into()),
            Or0(least, most, size, ..) => Some(step(least, most, size).to_string()),
            Share => {
                let percent: isize = now.parse().unwrap_or(0);
                Some((percent / 5 * 5 + by * 5).clamp(0, 100).to_string())
            }
            Toggle(yes, no) => Some(if now == "true" { no } else { yes }.to_owned()),
            Text(_) => None,
        }
    }

    /// What it may be, in a few words.
    pub fn may_be(&self) -> String {
        match self.kind {
            Choice(words) => words.join(" · "),
            Number(least, most, _, unit) => format!("{least} to {most} {unit}").trim_end().to_owned(),
            Or0(least, most, _, unit, none) => format!("{least} to {most} {unit}; 0: {none}").replace(" ;", ";"),
            Share => "0 to 100 %".into(),
            Toggle(yes, no) => format!("{no} · {yes}"),
            Text(none) => format!("empty: {none}"),
        }
    }
}
