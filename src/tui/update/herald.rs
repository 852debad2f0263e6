//! Alerts that were just raised are told to whoever looks elsewhere, and heard.

use super::Turn;
use crate::{
    domain::care::Level,
    sound::Cue,
    tui::{effect::Effect, term::Word},
};

impl Turn<'_> {
    pub fn hear_alerts(&mut self) {
        let (care, now) = (self.model.world.fleet.care.clone(), self.model.now.wall);
        self.model.herald.hear(&care, now);
    }

    pub fn herald(&mut self) {
        let Some((level, text)) = self.model.herald.speak(self.model.now.tick) else { return };
        self.play(if level == Level::Danger { Cue::Error } else { Cue::Click });
        let notify = self.model.settings.look.notify;
        self.effects.push(Effect::Notify(Word { notify, level, text }));
    }
}
