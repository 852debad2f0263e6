//! The operator's settings: `settings.toml`, where a comment he wrote stays where he wrote it. What must hold: a broken
//! file is told and left alone, and the deck runs on with the defaults.

mod atomic;
mod carry;
mod file;
mod keys;
mod paths;
mod sources;
mod spec;

use crate::domain::{
    care::{AlertRules, HealthRules, Rules, Switch},
    defaults::{Backups, Defaults, Network, Resources},
};
pub use carry::{Difference, difference, export, exported, imported, keep_copy, replace};
pub use file::{get, load, put, save, save_changes, with_changes};
pub use keys::{Keys, Presses};
pub use paths::{Paths, typed_path};
use serde::{Deserialize, Serialize};
pub use sources::{put_source, remove_source, sources};
pub use spec::{Kind, SPECS, Spec, Tab};

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Settings {
    pub look: Look,
    pub sound: Sound,
    pub cues: Cues,
    pub resources: Resources,
    pub network: Network,
    pub backups: Backups,
    pub health: HealthRules,
    pub alerts: AlertRules,
    pub keys: Keys,
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
    /// What is earned is told and kept.
    pub honours: bool,
    /// A newcomer is led through the demo.
    pub hints: bool,
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
            honours: true,
            hints: true,
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
    /// A folder among the operator's sounds; empty is what is built in.
    pub pack: String,
    pub over_ssh: OverSsh,
}

impl Default for Sound {
    fn default() -> Self {
        Self { mute: false, volume: 0.3, pack: String::new(), over_ssh: OverSsh::default() }
    }
}

/// Whether the terminal's bell rings where a sound would play on the wrong machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OverSsh {
    #[default]
    Errors,
    Always,
    Never,
}

/// Which cues are heard at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Cues {
    pub click: Switch,
    pub flip: Switch,
    pub deploy_start: Switch,
    pub success: Switch,
    pub error: Switch,
    pub app_started: Switch,
    pub backup_create: Switch,
    pub backup_done: Switch,
    pub restore: Switch,
    pub host_lost: Switch,
    pub achievement: Switch,
}

impl Cues {
    /// By the name that its file has.
    pub fn is_on(&self, cue: &str) -> bool {
        let switch = match cue {
            "click" => self.click,
            "flip" => self.flip,
            "deploy-start" => self.deploy_start,
            "success" => self.success,
            "error" => self.error,
            "app-started" => self.app_started,
            "backup-create" => self.backup_create,
            "backup-done" => self.backup_done,
            "restore" => self.restore,
            "host-lost" => self.host_lost,
            "achievement" => self.achievement,
            _ => Switch::On,
        };
        switch.is_on()
    }
}

impl Default for Cues {
    fn default() -> Self {
        let on = Switch::On;
        Self {
            click: on,
            flip: on,
            deploy_start: on,
            success: on,
            error: on,
            app_started: on,
            backup_create: on,
            backup_done: on,
            restore: on,
            host_lost: on,
            achievement: on,
        }
    }
}

impl Settings {
    pub fn rules(&self) -> Rules {
        Rules { health: self.health.clone(), alerts: self.alerts.clone(), defaults: self.defaults() }
    }

    /// What new apps and backups go by where nothing else is said.
    pub fn defaults(&self) -> Defaults {
        Defaults { resources: self.resources.clone(), network: self.network.clone(), backups: self.backups.clone() }
    }

    /// What the types cannot say.
    fn check(&self) -> Result<(), String> {
        self.health.check().map_err(|amiss| format!("{}; {}", amiss.why, amiss.remedy))?;
        self.alerts.check()?;
        self.defaults().check()?;
        if self.sound.pack.contains(['/', '\\']) || self.sound.pack.starts_with('.') {
            return Err("a pack is the name of a folder among your sounds".into());
        }
        if (0.0..=1.0).contains(&self.sound.volume) { Ok(()) } else { Err("it is not between 0 and 1".into()) }
    }
}
