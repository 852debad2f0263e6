//! Night falls and ends. What must hold: the key that ends it does nothing else, but quit.

use super::Turn;
use crate::tui::{command::Command, event::Focus, keymap::Key};

impl Turn<'_> {
    pub fn begin_night(&mut self) {
        self.model.echo = None;
        self.model.finish_turns();
        self.model.night.fall(self.model.now);
    }

    /// It falls by itself while nobody touches a key, and only where somebody could see it.
    pub fn grow_dark(&mut self) {
        let due = self.model.night.due(self.model.settings.look.night_after);
        let is_here = self.model.focus == Focus::Gained && !self.model.world.fleet.hosts.is_empty();
        if is_here && due.is_some_and(|due| due <= self.model.now.tick) {
            self.begin_night();
        }
    }

    /// Somebody is here; says whether that was all he wanted.
    pub fn wake(&mut self) -> bool {
        self.model.night.touch(self.model.now.tick)
    }

    /// The same with a key: quit is obeyed.
    pub fn wake_by(&mut self, key: Key) -> bool {
        if !self.wake() {
            return false;
        }
        let quits = self.model.keymap.meaning(self.model.place(), self.model.demo, key) == Some(Command::Quit);
        if quits || key == Key::control('c') {
            self.obey(Command::Quit);
        }
        true
    }
}
