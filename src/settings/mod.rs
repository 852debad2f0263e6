//! The operator's settings: `settings.toml`, where a comment he wrote stays where he wrote it. What must hold: a broken
//! file is told and left alone, and the deck runs on with the defaults.

mod atomic;
mod file;
mod paths;
mod sources;

use crate::domain::care::{AlertRules, HealthRules, Rules};
pub use file::{load, save, save_changes, with_changes};
pub use paths::Paths;
use serde::{Deserialize, Serialize};
pub use sources::{put_source, remove_source, sources};

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Settings {
    pub look: Look,
    pub sound: Sound,
    pub health: HealthRules,
    pub alerts: AlertRules,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Look {
    pub theme: String,
    pub motion: Motion,
    pub density: Density,
    pub glyphs: Glyphs,
    pub colour: Colour,
    pub notify: Notify,
    /// So many minutes without a key until the room goes dark; 0 is never.
    pub night_after: u32,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            theme: "dark".into(),
            motion: Motion::default(),
            density: Density::default(),
            glyphs: Glyphs::default(),
            colour: Colour::default(),
            notify: Notify::default(),
            night_after: 15,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Motion {
    #[default]
    Full,
    Reduced,
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Density {
    /// Three lines a unit.
    #[default]
    Roomy,
    /// One line a unit.
    Dense,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Glyphs {
    /// Unicode where the locale says so.
    #[default]
    Auto,
    Unicode,
    Ascii,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Colour {
    /// What the terminal is found to do.
    #[default]
    Auto,
    True,
    #[serde(rename = "256")]
    Indexed,
    #[serde(rename = "16")]
    Ansi,
    None,
}

/// How the terminal is told of an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Notify {
    /// As the terminal is known to understand it; the bell for danger where nothing is known.
    #[default]
    Auto,
    Osc9,
    Osc777,
    Bell,
    None,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Sound {
    pub mute: bool,
    /// 0 to 1.
    pub volume: f32,
}

impl Default for Sound {
    fn default() -> Self {
        Self { mute: false, volume: 0.3 }
    }
}

impl Settings {
    pub fn rules(&self) -> Rules {
        Rules { health: self.health.clone(), alerts: self.alerts.clone() }
    }

    /// What the types cannot say.
    fn check(&self) -> Result<(), String> {
        self.health.check().map_err(|amiss| format!("{}; {}", amiss.why, amiss.remedy))?;
        self.alerts.check()?;
        if (0.0..=1.0).contains(&self.sound.volume) { Ok(()) } else { Err("it is not between 0 and 1".into()) }
    }
}
