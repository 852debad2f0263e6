//! Keys: a letter where text is typed, else what the key table says for this place.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::Turn;
use crate::tui::{
    command::{Command, Deck},
    keymap::{Key, Place},
    layers::Layer,
};

impl Turn<'_> {
    pub fn key(&mut self, event: KeyEvent) {
        if event.kind == KeyEventKind::Release {
            return;
        }
        // The power-on show is never in the way: the key that ends it is obeyed as well.
        self.model.power_on = None;
        let key = Key::from(event);
        if self.wake_by(key) {
            return;
        }
        let place = self.model.place();
        if let Some(command) = self.model.keymap.meaning(place, self.model.demo, key) {
            return self.obey(command);
        }
        if place.is_at_console() {
            return self.key_at_console(place, event);
        }
        match (place, key.code) {
            (Place::Filter | Place::Palette, KeyCode::Char(letter)) if key.modifiers == KeyModifiers::NONE => {
                self.type_text(&letter.to_string());
            }
            (Place::Filter | Place::Palette, KeyCode::Backspace) => self.rub_out(),
            (Place::Filter | Place::Palette, KeyCode::Char('u' | 'w')) => self.clear_text(),
            (Place::CopyMenu, KeyCode::Char(letter)) if key.modifiers == KeyModifiers::NONE => self.copy_letter(letter),
            (Place::SettingEdit, _) if !is_everywhere(key) => self.edit_setting(key),
            (Place::Press, _) if key != Key::control('c') => self.press_key(key),
            (Place::Marks, KeyCode::Char(letter)) if key.modifiers == KeyModifiers::NONE => self.press_mark(letter),
            (Place::Picks, KeyCode::Char(digit)) if key.modifiers == KeyModifiers::NONE => self.pick_digit(digit),
            (Place::Form | Place::Wizard, _) if !is_everywhere(key) => self.edit_field(key),
            (Place::Deploy, _) if !is_everywhere(key) => self.edit_deploy(key),
            (Place::Naming, _) if !is_everywhere(key) => self.edit_name(key),
            _ if key == Key::control('c') => self.obey(Command::Quit),
            _ if key == Key::control('z') => self.obey(Command::Suspend),
            _ if key == Key::control('l') => self.obey(Command::Repaint),
            _ => {}
        }
    }

    /// Text from the clipboard goes where text is typed, and nowhere else.
    pub fn paste(&mut self, text: &str) {
        if self.wake() {
            return;
        }
        match self.model.place() {
            Place::Form | Place::Wizard => return self.paste_field(text),
            Place::Deploy => return self.paste_deploy(text),
            Place::SettingEdit => return self.paste_setting(text),
            place if place.is_at_console() => return self.paste_at_console(place, text),
            _ => {}
        }
        if matches!(self.model.place(), Place::Filter | Place::Palette) {
            self.type_text(text.lines().next().unwrap_or_default());
        }
    }

    fn type_text(&mut self, text: &str) {
        self.edit(|typed| typed.extend(text.chars().filter(|letter| !letter.is_control())));
    }

    fn rub_out(&mut self) {
        self.edit(|typed| {
            typed.pop();
        });
    }

    pub fn clear_text(&mut self) {
        self.edit(String::clear);
    }

    fn edit(&mut self, change: impl FnOnce(&mut String)) {
        if let Some(Layer::Palette(palette)) = self.model.layers.last_mut() {
            change(&mut palette.typed);
            palette.search();
        } else if let Some(Layer::Help(help)) = self.model.layers.last_mut() {
            change(&mut help.filter);
            help.at = 0;
        } else if self.is_in_detail() {
            self.edit_log(change);
        } else if self.is_adopting() {
            self.filter_adoption(change);
        } else if let Some(Layer::Ports(ports)) = self.model.layers.last_mut() {
            change(&mut ports.filter);
            ports.settle();
        } else if self.model.deck == Deck::Settings {
            change(&mut self.model.panel.search);
            self.model.panel.at = 0;
        } else if self.model.deck == Deck::Store {
            change(&mut self.model.store.search);
            self.model.store.search();
        } else if self.model.deck == Deck::Backups {
            change(&mut self.model.board.filter);
            self.model.board.search();
        } else {
            change(&mut self.model.apps.filter);
            self.model.apps.search(&self.model.world);
        }
    }

    fn pick_digit(&mut self, digit: char) {
        if let Some(Layer::Picks(picks)) = self.model.layers.last_mut()
            && picks.go_to(digit)
        {
            self.obey(Command::Enter);
        }
    }

    fn copy_letter(&mut self, letter: char) {
        if let Some(Layer::CopyMenu(menu)) = self.model.layers.last_mut()
            && let Some(at) = menu.items.iter().position(|item| item.letter == letter)
        {
            menu.at = at;
            self.obey(Command::Enter);
        }
    }
}

/// What a form leaves alone: quit, suspend, repaint.
fn is_everywhere(key: Key) -> bool {
    ['c', 'z', 'l'].into_iter().any(|letter| key == Key::control(letter))
}
