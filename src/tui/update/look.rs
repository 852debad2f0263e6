//! Theme, density, motion, glyphs, sound: each change is seen at once and saved.

use super::Turn;
use crate::{
    domain::care::Level,
    engine::Tone,
    settings::{Glyphs, Look, Spec},
    tui::{
        canvas::Charset,
        command::Command,
        effect::Effect,
        term::{Bell, Word},
        theme::Theme,
    },
};

impl Turn<'_> {
    pub fn restyle(&mut self, command: Command) {
        let name = match command {
            Command::Density => "look.density",
            Command::Theme => "look.theme",
            Command::Motion => "look.motion",
            _ => "sound.mute",
        };
        if let Some(spec) = Spec::named(name) {
            self.step(spec, 1);
        }
    }

    /// What is another look than before is seen at once.
    pub fn show_look(&mut self, before: &Look, now: &Look) {
        if before.theme != now.theme {
            self.put_on(&now.theme);
        }
        if before.motion != now.motion {
            self.model.canvas.motion = now.motion;
            self.model.finish_turns();
        }
        if before.glyphs != now.glyphs {
            let plain = now.glyphs == Glyphs::Ascii;
            self.model.canvas.charset = if plain { Charset::Ascii } else { self.model.letters };
            if !plain && self.model.letters == Charset::Ascii {
                self.tell(Tone::Info, "the deck shows it at its next start");
            }
        }
        if before.colour != now.colour {
            self.tell(Tone::Info, "the deck shows these colours at its next start");
        }
        if before.notify != now.notify {
            let text = "This is how an alert is told".to_owned();
            let (level, bell) = (Level::Danger, Bell::Rings);
            self.effects.push(Effect::Notify(Word { notify: now.notify, level, bell, text }));
        }
    }

    pub fn step_theme(&mut self, by: isize) {
        let themes = &self.model.themes;
        let at = themes.iter().position(|theme| theme.name == self.model.canvas.theme.name).unwrap_or(0) as isize;
        let next = (at + by).rem_euclid(themes.len().max(1) as isize) as usize;
        if let Some(name) = themes.get(next).map(|theme| theme.name.clone()) {
            self.wear(&name);
        }
    }

    pub fn wear(&mut self, name: &str) {
        if !self.put_on(name) {
            return self.tell(Tone::Warning, format!("there is no theme {name}"));
        }
        self.model.settings.look.theme = name.to_owned();
        self.echo(format!("theme {name}"));
        self.save();
    }

    fn put_on(&mut self, name: &str) -> bool {
        let Some(theme) = self.model.themes.iter().find(|theme| theme.name == name).cloned() else { return false };
        self.model.canvas.theme = theme;
        true
    }

    /// The theme of the settings, as it is by now: it may have been broken at the start and be mended since. Where
    /// there is none of that name, the one that is worn.
    pub fn themes(&mut self, themes: Vec<Theme>) {
        self.model.themes = themes;
        let (wished, worn) = (self.model.settings.look.theme.clone(), self.model.canvas.theme.name.clone());
        if !self.put_on(&wished) {
            self.put_on(&worn);
        }
    }

    pub fn save(&mut self) {
        self.effects.push(Effect::Save(self.model.settings.clone()));
    }
}
