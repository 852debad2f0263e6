//! What is earned is told once, quietly; the plaque has it for good.

use super::Turn;
use crate::{
    domain::{fleet::Reach, honours::Honour},
    engine::Tone,
    sound::Cue,
    tui::{layers::Layer, model::honours::Fresh},
};

impl Turn<'_> {
    pub fn follow_honours(&mut self) {
        let answered = self.model.world.fleet.hosts.iter().any(|host| host.reach == Reach::Online);
        if !self.model.settings.look.honours || !answered {
            return;
        }
        let is_first = self.model.honours.is_first_look();
        let mut honours = self.model.honours.clone();
        let fresh = self.model.with_look(|look| honours.take(look));
        if is_first || !fresh.is_empty() {
            self.remember(&honours);
        }
        self.model.honours = honours;
        self.tell_honours(&fresh);
    }

    fn tell_honours(&mut self, fresh: &Fresh) {
        if !fresh.news.is_empty() {
            self.tell(Tone::Success, format!("earned: {} · [H] the plaque", names(&fresh.news)));
            self.play(Cue::Achievement);
        } else if !fresh.old.is_empty() {
            self.tell(Tone::Info, format!("earned before: {} · [H] the plaque", names(&fresh.old)));
        }
    }

    pub fn show_plaque(&mut self) {
        if self.model.settings.look.honours {
            return self.model.layers.push(Layer::Plaque { top: 0 });
        }
        self.explain("achievements are switched off".into(), "[7] settings, look: achievements on".into());
    }
}

/// One by its name, several by their number.
fn names(honours: &[Honour]) -> String {
    match honours {
        [one] => one.name().into(),
        [one, other] => format!("{}, {}", one.name(), other.name()),
        more => format!("{} achievements", more.len()),
    }
}
