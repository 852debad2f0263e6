//! What one parameter may be: a line of the table of endpoints.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Integer,
    Number,
    Boolean,
    /// Several texts in one, separated by commas, or each given by itself under the same name.
    Texts,
    /// Several texts under one name.
    List,
}

impl Kind {
    pub fn word(self) -> &'static str {
        match self {
            Self::Text | Self::Texts => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::List => "array",
        }
    }

    pub fn takes(self, text: &str) -> bool {
        match self {
            Self::Text | Self::Texts | Self::List => true,
            Self::Boolean => matches!(text, "0" | "1"),
            Self::Integer => {
                let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
                !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
            }
            Self::Number => is_number(text),
        }
    }
}

fn is_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) && text.parse::<f64>().is_ok_and(f64::is_finite)
}

pub type Format = fn(&str) -> Result<(), String>;

#[derive(Debug, Clone, Copy)]
pub struct Rule {
    pub name: &'static str,
    pub kind: Kind,
    pub is_optional: bool,
    pub format: Option<Format>,
    /// Whether the text has the right shape; the refusal does not say which.
    pub pattern: Option<fn(&str) -> bool>,
    pub least: Option<i64>,
    pub most: Option<i64>,
    pub shortest: usize,
    pub longest: usize,
    pub choices: &'static [&'static str],
    /// The keys of a text such as `name=eth0,bridge=vmbr0`.
    pub parts: &'static [Rule],
    /// The key that a value without a key belongs to.
    pub is_default_key: bool,
    pub requires: Option<&'static str>,
    /// `net` with 32 stands for `net0` to `net31`.
    pub indexed: Option<u16>,
}

pub const fn text(name: &'static str) -> Rule {
    Rule {
        name,
        kind: Kind::Text,
        is_optional: true,
        format: None,
        pattern: None,
        least: None,
        most: None,
        shortest: 0,
        longest: usize::MAX,
        choices: &[],
        parts: &[],
        is_default_key: false,
        requires: None,
        indexed: None,
    }
}

pub const fn texts(name: &'static str) -> Rule {
    Rule { kind: Kind::Texts, ..text(name) }
}

pub const fn integer(name: &'static str) -> Rule {
    Rule { kind: Kind::Integer, ..text(name) }
}

pub const fn number(name: &'static str) -> Rule {
    Rule { kind: Kind::Number, ..text(name) }
}

pub const fn boolean(name: &'static str) -> Rule {
    Rule { kind: Kind::Boolean, ..text(name) }
}

pub const fn list(name: &'static str) -> Rule {
    Rule { kind: Kind::List, ..text(name) }
}

pub const fn one_of(name: &'static str, choices: &'static [&'static str]) -> Rule {
    Rule { choices, ..text(name) }
}

pub const fn parts(name: &'static str, parts: &'static [Rule]) -> Rule {
    Rule { parts, ..text(name) }
}

impl Rule {
    pub const fn needed(self) -> Self {
        Self { is_optional: false, ..self }
    }

    pub const fn format(self, format: Format) -> Self {
        Self { format: Some(format), ..self }
    }

    pub const fn pattern(self, pattern: fn(&str) -> bool) -> Self {
        Self { pattern: Some(pattern), ..self }
    }

    pub const fn least(self, least: i64) -> Self {
        Self { least: Some(least), ..self }
    }

    pub const fn most(self, most: i64) -> Self {
        Self { most: Some(most), ..self }
    }

    pub const fn shortest(self, shortest: usize) -> Self {
        Self { shortest, ..self }
    }

    pub const fn longest(self, longest: usize) -> Self {
        Self { longest, ..self }
    }

    pub const fn default_key(self) -> Self {
        Self { is_default_key: true, ..self }
    }

    pub const fn requires(self, other: &'static str) -> Self {
        Self { requires: Some(other), ..self }
    }

    pub const fn indexed(self, limit: u16) -> Self {
        Self { indexed: Some(limit), ..self }
    }

    /// Sizes and choices, in the order in which Proxmox looks at them.
    pub fn limits(&self, text: &str) -> Result<(), String> {
        if self.pattern.is_some_and(|fits| !fits(text)) {
            return Err("value does not match the regex pattern".into());
        }
        let length = text.chars().count();
        if length > self.longest {
            return Err(format!("value may only be {} characters long", self.longest));
        }
        if length < self.shortest {
            return Err(format!("value must be at least {} characters long", self.shortest));
        }
        if is_number(text) {
            let value: f64 = text.parse().unwrap_or(0.0);
            if let Some(most) = self.most.filter(|most| value > *most as f64) {
                return Err(format!("value must have a maximum value of {most}"));
            }
            if let Some(least) = self.least.filter(|least| value < *least as f64) {
                return Err(format!("value must have a minimum value of {least}"));
            }
        }
        if !self.choices.is_empty() && !self.choices.contains(&text) {
            let known = self.choices.join(", ");
            return Err(format!("value '{text}' does not have a value in the enumeration '{known}'"));
        }
        Ok(())
    }
}
