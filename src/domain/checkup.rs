//! What a look at everything found. What must hold: what is not well says what to do about it, and no word of it is a secret.

use serde::Serialize;

use super::fault::Fault;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    Good,
    /// It could not be looked at.
    Unknown,
    Warning,
    Bad,
}

/// What was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Area {
    Hosts,
    Rights,
    Clocks,
    Names,
    Storages,
    Templates,
    Roads,
    Care,
    Operations,
    Database,
    Secrets,
    Catalog,
    Settings,
    Terminal,
    Sound,
}

impl Area {
    pub fn slug(self) -> &'static str {
        match self {
            Self::Hosts => "hosts",
            Self::Rights => "rights",
            Self::Clocks => "clocks",
            Self::Names => "names",
            Self::Storages => "storages",
            Self::Templates => "templates",
            Self::Roads => "roads",
            Self::Care => "care",
            Self::Operations => "operations",
            Self::Database => "database",
            Self::Secrets => "secrets",
            Self::Catalog => "catalog",
            Self::Settings => "settings",
            Self::Terminal => "terminal",
            Self::Sound => "sound",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    pub area: Area,
    /// Whose: a host, a storage, a file.
    pub of: String,
    pub verdict: Verdict,
    pub says: String,
    /// What to do now.
    pub remedy: Option<String>,
}

impl Check {
    pub fn good(area: Area, of: impl Into<String>, says: impl Into<String>) -> Self {
        Self { area, of: of.into(), verdict: Verdict::Good, says: says.into(), remedy: None }
    }

    pub fn unknown(area: Area, of: impl Into<String>, says: impl Into<String>) -> Self {
        Self { verdict: Verdict::Unknown, ..Self::good(area, of, says) }
    }

    pub fn warning(area: Area, of: impl Into<String>, says: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { verdict: Verdict::Warning, remedy: Some(remedy.into()), ..Self::good(area, of, says) }
    }

    pub fn bad(area: Area, of: impl Into<String>, says: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { verdict: Verdict::Bad, ..Self::warning(area, of, says, remedy) }
    }
}

impl Check {
    /// What went wrong when it was looked at.
    pub fn of_fault(area: Area, of: impl Into<String>, fault: &Fault) -> Self {
        Self::bad(area, of, format!("{}: {}", fault.what, fault.why), fault.remedy.clone())
    }
}

/// The worst of all.
pub fn worst(checks: &[Check]) -> Verdict {
    checks.iter().map(|check| check.verdict).max().unwrap_or(Verdict::Good)
}
