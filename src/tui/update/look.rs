//! Theme, density, motion, glyphs, sound: each change is seen at once and saved.

use super::Turn;
use crate::{
    domain::{alerting::QuietHours, care::Level},
    engine::{Change, Tone},
    settings::{Density, Glyphs, Motion, Notify},
    tui::{
        canvas::Charset,
        command::Command,
        effect::Effect,
        model::Wish,
        screens::settings::Line,
        term::{Bell, Word},
        theme::Theme,
    },
};

impl Turn<'_> {
    pub fn restyle(&mut self, command: Command) {
        match command {
            Command::Density => self.set(Line::Density, 1),
            Command::Theme => self.set(Line::Theme, 1),
            Command::Motion => self.set(Line::Motion, 1),
            _ => self.set(Line::Mute, 1),
        }
    }

    /// One choice on, or one back.
    pub fn set(&mut self, line: Line, by: isize) {
        let look = &mut self.model.settings.look;
        match line {
            Line::Theme => return self.step_theme(by),
            Line::Density => {
                look.density = step(look.density, &[Density::Roomy, Density::Dense], by);
            }
            Line::Motion => {
                look.motion = step(look.motion, &[Motion::Full, Motion::Reduced, Motion::None], by);
                self.model.canvas.motion = look.motion;
                self.model.finish_turns();
            }
            Line::Glyphs => {
                look.glyphs = step(look.glyphs, &[Glyphs::Auto, Glyphs::Unicode, Glyphs::Ascii], by);
                self.model.canvas.charset =
                    if look.glyphs == Glyphs::Ascii { Charset::Ascii } else { self.model.letters };
                if look.glyphs != Glyphs::Ascii && self.model.letters == Charset::Ascii {
                    self.tell(Tone::Info, "the deck shows it at its next start");
                }
            }
            Line::Night => look.night_after = step(look.night_after, &[0, 5, 15, 30, 60], by),
            Line::Notify => {
                let all = [Notify::Auto, Notify::Osc9, Notify::Osc777, Notify::Bell, Notify::None];
                look.notify = step(look.notify, &all, by);
                let text = "This is how an alert is told".to_owned();
                self.effects.push(Effect::Notify(Word {
                    notify: look.notify,
                    level: Level::Danger,
                    bell: Bell::Rings,
                    text,
                }));
            }
            Line::Quiet => self.step_quiet_hours(by),
            Line::Mute => {
                self.model.settings.sound.mute ^= true;
                let words = if self.model.settings.sound.mute { "muted" } else { "sound on" };
                self.echo(words.into());
            }
        }
        self.save();
    }

    /// Hours of one's own stand in the file; a step leaves them for the usual ones.
    fn step_quiet_hours(&mut self, by: isize) {
        let all = ["off", "22:00-07:00", "23:00-07:00", "00:00-08:00"];
        let rules = &mut self.model.settings.alerts;
        let now: String = rules.quiet.clone().into();
        let at = all.iter().position(|hours| *hours == now).unwrap_or(0) as isize;
        let next = all[(at + by).rem_euclid(all.len() as isize) as usize];
        rules.quiet = QuietHours::read(next).unwrap_or_default();
        let rules = self.model.settings.rules();
        self.change(Wish::Care, Change::SetRules(rules));
    }

    fn step_theme(&mut self, by: isize) {
        let themes = &self.model.themes;
        let at = themes.iter().position(|theme| theme.name == self.model.canvas.theme.name).unwrap_or(0) as isize;
        let next = (at + by).rem_euclid(themes.len().max(1) as isize) as usize;
        if let Some(name) = themes.get(next).map(|theme| theme.name.clone()) {
            self.wear(&name);
        }
    }

    pub fn wear(&mut self, name: &str) {
        let Some(theme) = self.model.themes.iter().find(|theme| theme.name == name).cloned() else {
            return self.tell(Tone::Warning, format!("there is no theme {name}"));
        };
        self.model.settings.look.theme = theme.name.clone();
        self.echo(format!("theme {name}"));
        self.model.canvas.theme = theme;
        self.save();
    }

    /// The same theme as before, in the colours that turned out to be there.
    pub fn themes(&mut self, themes: Vec<Theme>) {
        self.model.themes = themes;
        let name = &self.model.canvas.theme.name;
        if let Some(theme) = self.model.themes.iter().find(|theme| theme.name == *name) {
            self.model.canvas.theme = theme.clone();
        }
    }

    fn save(&mut self) {
        self.effects.push(Effect::Save(self.model.settings.clone()));
    }
}

fn step<T: Copy + PartialEq>(now: T, all: &[T], by: isize) -> T {
    let at = all.iter().position(|choice| *choice == now).unwrap_or(0) as isize;
    all[(at + by).rem_euclid(all.len() as isize) as usize]
}
