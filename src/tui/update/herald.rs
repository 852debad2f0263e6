//! Alerts that were just raised are told to whoever looks elsewhere, and heard.

use super::Turn;
use crate::{
    domain::care::Level,
    settings::Notify,
    sound::Cue,
    tui::{
        effect::Effect,
        term::{Bell, Word},
    },
};

impl Turn<'_> {
    pub fn hear_alerts(&mut self) {
        let (care, now) = (self.model.world.fleet.care.clone(), self.model.now.wall);
        self.model.herald.hear(&care, now);
    }

    pub fn herald(&mut self) {
        let Some((level, text)) = self.model.herald.speak(self.model.now.tick) else { return };
        if self.is_quiet_time(level) {
            return;
        }
        self.play(if level == Level::Danger { Cue::Error } else { Cue::Click });
        let notify = self.model.settings.look.notify;
        // A bell that nobody chose is a sound like the others.
        let is_mute = self.model.settings.sound.mute && notify == Notify::Auto;
        let bell = if is_mute { Bell::Mute } else { Bell::Rings };
        self.effects.push(Effect::Notify(Word { notify, level, bell, text }));
    }

    /// In the operator's quiet hours nothing is told, unless it is danger and he wants that all the same.
    fn is_quiet_time(&self, level: Level) -> bool {
        let (rules, now) = (&self.model.settings.alerts, self.model.now.wall);
        let here = jiff::Timestamp::from_second(now.as_secs()).map(|time| self.model.zone.to_offset(time).seconds());
        let covers = rules.quiet.cover(now, here.unwrap_or(0).into());
        covers && !(level == Level::Danger && rules.quiet_danger.is_on())
    }
}
