//! Keys and mouse at a guest's console. What must hold: everything goes inside but what follows Ctrl-], and what scrolls back
//! sends nothing.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use super::Turn;
use crate::tui::{
    command::Command,
    console::{Marking, Way, keys, mouse},
    keymap::Place,
    layers::console::{self as pane, ConsolePane, Hold, Look},
};

/// Ctrl-], as it is sent.
const PREFIX: u8 = 0x1d;

impl Turn<'_> {
    /// Says whether the command was one of the console's own.
    pub fn obey_at_console(&mut self, command: Command) -> bool {
        let place = self.model.place();
        if matches!(command, Command::Help | Command::Power(_)) {
            return false;
        }
        if place == Place::ConsoleKeys {
            self.hold(Hold::Inside);
        }
        match (place, command) {
            (Place::Console, Command::HoldKeys) => self.hold(Hold::Keys),
            (Place::ConsoleFind, Command::Enter) => self.find_typed(),
            (Place::ConsoleFind, _) => self.back_to_look(),
            (Place::ScrollBack, Command::Back) => self.leave_scroll_back(),
            (Place::ScrollBack, command) => self.look_back(command),
            (_, command) => self.at_console(command),
        }
        true
    }

    fn at_console(&mut self, command: Command) {
        match command {
            Command::Back => self.leave_console(),
            Command::HangUp => self.hang_up(),
            Command::ScrollBack => self.scroll_back(),
            Command::Filter => self.begin_find(),
            Command::Copy => self.copy_console(),
            Command::FullScreen => self.lend_console(),
            Command::SendPrefix => self.type_inside(vec![PREFIX]),
            Command::NextPane => self.next_console(),
            Command::Reload => {
                if let Some(guest) = self.shown_guest() {
                    self.connect_console(&guest);
                }
            }
            _ => {}
        }
    }

    /// A key that the table has nothing for.
    pub fn key_at_console(&mut self, place: Place, key: KeyEvent) {
        match place {
            Place::Console => {
                let mode = self.shown_console().map(|console| console.screen.mode());
                self.type_inside(mode.map(|mode| keys::bytes(key, mode)).unwrap_or_default());
            }
            // It was no key of the deck's: nothing happens, and the keys go inside again.
            Place::ConsoleKeys => self.hold(Hold::Inside),
            Place::ConsoleFind => self.edit_find(key),
            _ => {}
        }
    }

    pub fn paste_at_console(&mut self, place: Place, text: &str) {
        match place {
            Place::Console => {
                let mode = self.shown_console().map(|console| console.screen.mode());
                self.type_inside(mode.map(|mode| keys::pasted(text, mode)).unwrap_or_default());
            }
            Place::ConsoleFind => {
                let line = text.lines().next().unwrap_or_default();
                self.edit_word(|word| word.extend(line.chars().filter(|letter| !letter.is_control())));
            }
            _ => {}
        }
    }

    /// The program's, when it asked for it; else the wheel looks back, and a drag marks and copies.
    pub fn mouse_at_console(&mut self, event: MouseEvent) {
        let Some(glass) = self.model.floor().as_ref().map(pane::glass) else { return };
        let was_pressed = self.note_button(event, glass);
        // What began on it ends on it, wherever the mouse is by then.
        let goes_on = was_pressed && matches!(event.kind, MouseEventKind::Up(_) | MouseEventKind::Drag(_));
        if glass.is_empty() || !(goes_on || glass.contains(Position::new(event.column, event.row))) {
            return;
        }
        let column = event.column.clamp(glass.left(), glass.right() - 1) - glass.x;
        let row = event.row.clamp(glass.top(), glass.bottom() - 1) - glass.y;
        let is_inside = self.model.place() == Place::Console;
        let Some(mode) = self.shown_console().map(|console| console.screen.mode()) else { return };
        if is_inside
            && !event.modifiers.contains(KeyModifiers::SHIFT)
            && let Some(bytes) = mouse::bytes(event, column, row, mode)
        {
            return self.type_inside(bytes);
        }
        match event.kind {
            MouseEventKind::ScrollUp | MouseEventKind::ScrollDown if is_inside && keys::turns_pages(mode) => {
                let is_up = event.kind == MouseEventKind::ScrollUp;
                self.type_inside(keys::notch(if is_up { KeyCode::Up } else { KeyCode::Down }, mode));
            }
            MouseEventKind::ScrollUp => self.wheel_back(Way::Up),
            MouseEventKind::ScrollDown => self.wheel_back(Way::Down),
            kind => self.drag_console(kind, row, column),
        }
    }

    /// Says whether a button was down since it went down on the glass.
    fn note_button(&mut self, event: MouseEvent, glass: Rect) -> bool {
        let Some(pane) = self.console_pane() else { return false };
        let was_pressed = pane.is_pressed;
        pane.is_pressed = match event.kind {
            MouseEventKind::Down(_) => glass.contains(Position::new(event.column, event.row)),
            MouseEventKind::Up(_) => false,
            _ => was_pressed,
        };
        was_pressed
    }

    fn drag_console(&mut self, kind: MouseEventKind, row: u16, column: u16) {
        let Some(console) = self.shown_console_mut() else { return };
        let size = console.screen.size();
        let (row, column) = (row.min(size.rows - 1), column.min(size.columns - 1));
        match kind {
            MouseEventKind::Down(MouseButton::Left) => {
                console.screen.unmark();
                console.screen.mark(row, column, Marking::Letters);
            }
            MouseEventKind::Drag(MouseButton::Left) => console.screen.mark(row, column, Marking::Letters),
            MouseEventKind::Up(MouseButton::Left) => match console.screen.marked() {
                Some(text) => self.copy_text(text),
                None => console.screen.unmark(),
            },
            _ => {}
        }
    }

    fn wheel_back(&mut self, way: Way) {
        let is_back = matches!(self.model.place(), Place::ScrollBack);
        if way == Way::Up && !is_back && matches!(self.model.place(), Place::Console | Place::ConsoleOver) {
            self.hold(Hold::Back(self.look_from_below()));
        }
        let Some(console) = self.shown_console_mut() else { return };
        console.screen.scroll(way, keys::NOTCH);
        if way == Way::Down && console.screen.offset() == 0 && is_back && !console.screen.is_marking() {
            self.leave_scroll_back();
        }
    }

    fn scroll_back(&mut self) {
        self.hold(Hold::Back(self.look_from_below()));
        if let Some(console) = self.shown_console_mut() {
            console.screen.unmark();
            let half = usize::from(console.screen.size().rows / 2);
            console.screen.scroll(Way::Up, half);
        }
    }

    fn begin_find(&mut self) {
        self.hold(Hold::Find(self.look_from_below(), String::new()));
    }

    /// The hand is on the last row that has something.
    fn look_from_below(&self) -> Look {
        let row = self.shown_console().map_or(0, |console| console.screen.last_row());
        Look { row, word: String::new() }
    }

    fn leave_scroll_back(&mut self) {
        self.hold(Hold::Inside);
        if let Some(console) = self.shown_console_mut() {
            console.screen.unmark();
            console.screen.to_bottom();
        }
    }

    fn look_back(&mut self, command: Command) {
        match command {
            Command::Copy => self.copy_console(),
            Command::FindNext => self.find(Way::Up),
            Command::FindPrevious => self.find(Way::Down),
            Command::Filter => {
                if let Some(pane) = self.console_pane()
                    && let Hold::Back(look) = &pane.hold
                {
                    pane.hold = Hold::Find(look.clone(), String::new());
                }
            }
            command => self.move_look(command),
        }
    }

    fn move_look(&mut self, command: Command) {
        let Some(mut look) = self.console_look() else { return };
        let Some(console) = self.shown_console_mut() else { return };
        let screen = &mut console.screen;
        let last = screen.size().rows - 1;
        let page = usize::from(last.max(1));
        match command {
            Command::Previous if look.row > 0 => look.row -= 1,
            Command::Previous => screen.scroll(Way::Up, 1),
            Command::Next if look.row < last => look.row += 1,
            Command::Next => screen.scroll(Way::Down, 1),
            Command::PageUp => screen.scroll(Way::Up, page),
            Command::PageDown => screen.scroll(Way::Down, page),
            Command::First => {
                screen.to_top();
                look.row = 0;
            }
            Command::Last => {
                screen.to_bottom();
                look.row = last;
            }
            Command::Mark if screen.is_marking() => screen.unmark(),
            Command::Mark => screen.mark(look.row, 0, Marking::Lines),
            _ => {}
        }
        if screen.is_marking() {
            screen.mark(look.row, 0, Marking::Lines);
        }
        self.hold(Hold::Back(look));
    }

    fn find_typed(&mut self) {
        let Some(pane) = self.console_pane() else { return };
        if let Hold::Find(look, word) = &pane.hold {
            let word = if word.is_empty() { look.word.clone() } else { word.clone() };
            pane.hold = Hold::Back(Look { row: look.row + 1, word });
        }
        self.find(Way::Up);
    }

    fn find(&mut self, way: Way) {
        let Some(look) = self.console_look() else { return };
        let Some(console) = self.shown_console_mut() else { return };
        let last = console.screen.size().rows - 1;
        let found = console.screen.find(&look.word, look.row, way);
        if found.is_none() && !look.word.is_empty() {
            let words = if way == Way::Up { "further up" } else { "further down" };
            self.echo(format!("no {} {words}", look.word));
        }
        let row = found.unwrap_or(look.row.min(last));
        self.hold(Hold::Back(Look { row, ..look }));
    }

    fn back_to_look(&mut self) {
        let Some(pane) = self.console_pane() else { return };
        if let Hold::Find(look, _) = &pane.hold {
            pane.hold = Hold::Back(look.clone());
        }
        if self.shown_console().is_some_and(|console| console.screen.offset() == 0) {
            self.leave_scroll_back();
        }
    }

    fn edit_find(&mut self, key: KeyEvent) {
        let control = key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
        match key.code {
            KeyCode::Char('u' | 'w') if control => self.edit_word(String::clear),
            KeyCode::Char(letter) if !control => self.edit_word(|word| word.push(letter)),
            KeyCode::Backspace => self.edit_word(|word| {
                word.pop();
            }),
            _ => {}
        }
    }

    fn edit_word(&mut self, change: impl FnOnce(&mut String)) {
        if let Some(ConsolePane { hold: Hold::Find(_, word), .. }) = self.console_pane() {
            change(word);
        }
    }

    fn copy_console(&mut self) {
        let Some(console) = self.shown_console_mut() else { return };
        let text = console.screen.copied();
        console.screen.unmark();
        self.copy_text(text);
    }

    fn copy_text(&mut self, text: String) {
        let words = match text.lines().count() {
            0 => return self.echo("there is nothing to copy".into()),
            1 => "copied: a line of the console".to_owned(),
            lines => format!("copied: {lines} lines of the console"),
        };
        // The pane covers what is told elsewhere.
        self.echo(words.clone());
        self.copy(text, words);
    }

    fn next_console(&mut self) {
        let Some(guest) = self.shown_guest() else { return };
        let Some(next) = self.model.consoles.after(&guest).cloned() else {
            return self.echo("no other console is open".into());
        };
        if let Some(pane) = self.console_pane() {
            *pane = ConsolePane::inside(next);
        }
    }

    fn hold(&mut self, hold: Hold) {
        if let Some(pane) = self.console_pane() {
            pane.hold = hold;
        }
    }

    fn console_look(&mut self) -> Option<Look> {
        match &self.console_pane()?.hold {
            Hold::Back(look) => Some(look.clone()),
            _ => None,
        }
    }
}
