//! From how much on something is told, in percent. What must hold: what was told is over only clearly below the limit, so
//! that a number that swings around it is told once.

use serde::{Deserialize, Serialize};

use crate::domain::care::Level;

/// Written `"85/95"` (a warning from 85 on, danger from 95 on), `"90"` (a warning alone) or `"off"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "String")]
pub struct Limits {
    pub warning: Option<u8>,
    pub danger: Option<u8>,
}

/// How something stands against its limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// What it would be told as.
    pub raises: Option<Level>,
    /// What it stays where it was told as that or worse; never less than what it would be told as.
    pub keeps: Option<Level>,
}

impl Standing {
    /// Of what is so or is not.
    pub fn is(level: Level) -> Self {
        Self { raises: Some(level), keeps: Some(level) }
    }

    /// The level of what had this one before; nothing where it is over.
    pub fn level(self, before: Option<Level>) -> Option<Level> {
        let kept = before.zip(self.keeps).map(|(before, keeps)| before.min(keeps));
        self.raises.max(kept)
    }

    /// The worse of two.
    pub fn or(self, other: Self) -> Self {
        Self { raises: self.raises.max(other.raises), keeps: self.keeps.max(other.keeps) }
    }
}

impl Limits {
    pub const OFF: Self = Self { warning: None, danger: None };

    pub const fn new(warning: u8, danger: u8) -> Self {
        Self { warning: Some(warning), danger: Some(danger) }
    }

    pub const fn warning(warning: u8) -> Self {
        Self { warning: Some(warning), danger: None }
    }

    pub fn is_off(self) -> bool {
        self == Self::OFF
    }

    /// Nothing where it is neither told nor kept.
    pub fn judge(self, share: f32, margin: u8) -> Option<Standing> {
        let percent = share * 100.0;
        let reached = |less: f32| {
            let is = |limit: Option<u8>| limit.is_some_and(|limit| percent >= f32::from(limit) - less);
            if is(self.danger) {
                Some(Level::Danger)
            } else if is(self.warning) {
                Some(Level::Warning)
            } else {
                None
            }
        };
        let standing = Standing { raises: reached(0.0), keeps: reached(f32::from(margin)) };
        standing.keeps.is_some().then_some(standing)
    }

    fn read(text: &str) -> Option<Self> {
        let percent = |text: &str| text.trim().parse().ok().filter(|percent| (1..=100).contains(percent));
        match text.split_once('/') {
            _ if text.trim() == "off" => Some(Self::OFF),
            None => Some(Self::warning(percent(text)?)),
            Some((warning, danger)) => {
                let limits = Self::new(percent(warning)?, percent(danger)?);
                (limits.warning < limits.danger).then_some(limits)
            }
        }
    }
}

/// As a person may write it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Number(i64),
    Text(String),
}

impl TryFrom<Written> for Limits {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let text = match written {
            Written::Number(number) => number.to_string(),
            Written::Text(text) => text,
        };
        let why = || format!("{text:?} is no limit: write \"85/95\" for warning and danger in percent, or \"off\"");
        Self::read(&text).ok_or_else(why)
    }
}

impl From<Limits> for String {
    fn from(limits: Limits) -> Self {
        match (limits.warning, limits.danger) {
            (Some(warning), Some(danger)) => format!("{warning}/{danger}"),
            (Some(only), None) | (None, Some(only)) => only.to_string(),
            (None, None) => "off".into(),
        }
    }
}
