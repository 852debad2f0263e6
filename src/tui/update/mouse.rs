//! The mouse: a click takes what is under it, the wheel moves the hand. Everything it does has a key.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use super::Turn;
use crate::tui::{
    command::{Command, Deck},
    keymap::Place,
    layers::{Layer, deploy, forms, help, palette, picks},
    model::overview::Pane,
    screens::{apps::chips, layout, overview::racks, settings},
    widgets::footer,
};

impl Turn<'_> {
    pub fn mouse(&mut self, event: MouseEvent) {
        let at = Position::new(event.column, event.row);
        if self.wake() {
            return;
        }
        // The footer is the deck's also under a console.
        let is_footer = self.model.floor().is_some_and(|floor| floor.footer.contains(at));
        let presses_hint = is_footer && event.kind == MouseEventKind::Down(MouseButton::Left);
        if self.model.place().is_at_console() && !presses_hint {
            return self.mouse_at_console(event);
        }
        match event.kind {
            MouseEventKind::Drag(MouseButton::Left) => self.drag(at),
            MouseEventKind::Up(MouseButton::Left) => self.drop_dragged(),
            MouseEventKind::ScrollDown => self.wheel(at, Command::Next),
            MouseEventKind::ScrollUp => self.wheel(at, Command::Previous),
            MouseEventKind::Down(MouseButton::Left) if event.modifiers.contains(KeyModifiers::SHIFT) => {
                self.click_range(at);
            }
            MouseEventKind::Down(MouseButton::Left) => self.click(at),
            _ => {}
        }
    }

    fn wheel(&mut self, at: Position, command: Command) {
        match self.model.deck {
            Deck::Store => self.wheel_store(at, command),
            _ => self.obey(command),
        }
    }

    fn click(&mut self, at: Position) {
        self.model.power_on = None;
        let Some(floor) = self.model.floor() else { return };
        if floor.footer.contains(at) {
            let hints = footer::hints(self.model, floor.footer);
            let pressed = hints.iter().find(|hint| hint.place.contains(at)).map(|hint| hint.command);
            return pressed.into_iter().for_each(|command| self.obey(command));
        }
        if !self.model.layers.is_empty() {
            return self.click_layer(at, floor.body);
        }
        if let Some(deck) = Deck::ALL.into_iter().find(|deck| layout::button(&floor, *deck).contains(at)) {
            return self.obey(Command::Open(deck));
        }
        match self.model.place() {
            Place::Store | Place::Filter if self.model.deck == Deck::Store => self.click_store(at),
            Place::Backups | Place::Filter if self.model.deck == Deck::Backups => self.click_board(at, floor.body),
            Place::Settings | Place::SettingEdit | Place::Press => self.click_setting(at, floor.body),
            Place::Filter if self.model.deck == Deck::Settings => self.click_setting(at, floor.body),
            Place::Apps | Place::Filter => self.click_app(at, floor.body),
            Place::Overview => self.click_cabinet(at, &layout::overview(&floor, &self.model.room)),
            Place::Arrange => self.take_in_hand(at, &floor),
            Place::Ops => self.click_row(at, floor.body),
            Place::Hosts if floor.body.contains(at) => {
                let row = usize::from((at.y - floor.body.y) / layout::HOST_PITCH) + self.model.hosts.top;
                if row < self.model.hosts.rows.len() {
                    self.model.hosts.go(row as isize);
                }
            }
            _ => {}
        }
    }

    fn click_app(&mut self, at: Position, body: Rect) {
        let (chip_row, rack) = layout::apps(body);
        let model = &mut *self.model;
        model.is_filtering = false;
        if let Some((chip, _)) = chips::places(chip_row, &model.apps).into_iter().find(|(_, place)| place.contains(at))
        {
            model.apps.chip = chip;
            return model.apps.arrange(&model.world);
        }
        if !rack.contains(at) {
            return;
        }
        let row = usize::from((at.y - rack.y) / layout::pitch(model.settings.look.density)) + model.apps.hand.top;
        match row {
            row if row >= model.apps.shown.len() => {}
            // A second click on the same unit opens it.
            row if row == model.apps.hand.at => self.obey(Command::Flip),
            row => model.apps.hand.go(row, &model.apps.shown),
        }
    }

    /// With Shift: the selection goes from the last one that was marked to here.
    fn click_range(&mut self, at: Position) {
        let Some(floor) = self.model.floor().filter(|_| self.model.layers.is_empty()) else { return };
        match self.model.place() {
            Place::Apps => {
                let rack = layout::apps(floor.body).1;
                let pitch = layout::pitch(self.model.settings.look.density);
                let row = usize::from(at.y.saturating_sub(rack.y) / pitch) + self.model.apps.hand.top;
                if rack.contains(at) && row < self.model.apps.shown.len() {
                    self.model.apps.hold_for_range(row);
                    self.obey(Command::MarkRange);
                }
            }
            Place::Backups => {
                let list = self.board_places(floor.body).list;
                let row = usize::from(at.y.saturating_sub(list.y)) + self.model.board.hand.top;
                if list.contains(at) && row < self.model.board.shown.len() {
                    self.model.board.hold_for_range(row);
                    self.obey(Command::MarkRange);
                }
            }
            _ => self.click(at),
        }
    }

    /// A line of a list that lies over the deck: a second click does what it says.
    fn click_layer(&mut self, at: Position, body: Rect) {
        let line = match self.model.layers.last() {
            Some(Layer::Help(layer)) => help::line_at(body, layer, self.model, at),
            Some(Layer::Palette(layer)) => palette::line_at(body, layer, at),
            Some(Layer::Picks(layer)) => picks::line_at(body, layer, at),
            Some(Layer::Form(form)) => return self.click_field(forms::field_at(body, form, at)),
            Some(Layer::Deploy(form)) => return self.click_deploy(deploy::field_at(body, form, at)),
            _ => return,
        };
        let Some(line) = line else { return };
        let held = match self.model.layers.last_mut() {
            Some(Layer::Help(layer)) => &mut layer.at,
            Some(Layer::Palette(layer)) => &mut layer.at,
            Some(Layer::Picks(layer)) => &mut layer.at,
            _ => return,
        };
        if *held == line { self.obey(Command::Enter) } else { *held = line }
    }

    fn click_setting(&mut self, at: Position, body: Rect) {
        let places = settings::places(body);
        self.leave_setting();
        self.model.is_filtering = false;
        let tabs = settings::tabs(places.tabs, self.model.panel.tab);
        if let Some((tab, _)) = tabs.into_iter().find(|(_, place)| place.contains(at)) {
            return self.model.panel.open(tab);
        }
        let row = usize::from(at.y.saturating_sub(places.list.y)) + self.model.panel.top;
        match row {
            row if !places.list.contains(at) || row >= self.model.panel_lines().len() => {}
            // A second click on the same line changes it.
            row if row == self.model.panel.at => self.obey(Command::Enter),
            row => self.model.panel.at = row,
        }
    }

    fn click_row(&mut self, at: Position, body: Rect) {
        let list = layout::list(body).1;
        let ops = &mut self.model.ops;
        let row = usize::from(at.y.saturating_sub(list.y)) + ops.hand.top;
        match row {
            row if !list.contains(at) || row >= ops.rows.len() => {}
            // A second click on the same row opens it.
            row if row == ops.hand.at => self.obey(Command::Enter),
            row => ops.go(row),
        }
    }

    pub fn click_cabinet(&mut self, at: Position, parts: &layout::Overview) {
        let racks = racks(parts.cabinets, parts.duct, self.model);
        let Some(rack) = racks.into_iter().find(|rack| rack.area.contains(at)) else { return };
        let model = &mut *self.model;
        let was = (model.overview.cabinet, model.overview.unit);
        model.overview.pane = Pane::Cabinets;
        model.overview.step_cabinet(rack.cabinet as isize - model.overview.cabinet as isize, &model.world);
        let Some((unit, _)) = rack.units().find(|(_, place)| place.contains(at)) else { return };
        model.overview.go(unit as isize, &model.world);
        // A second click on the same unit opens it.
        if was == (rack.cabinet, unit) && model.place() == Place::Overview {
            self.obey(Command::Enter);
        }
    }
}
