//! The mouse: a click takes what is under it, the wheel moves the hand. Everything it does has a key.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use super::Turn;
use crate::tui::{
    command::{Command, Deck},
    keymap::Place,
    model::overview::Pane,
    screens::{apps::chips, layout, overview::racks},
};

impl Turn<'_> {
    pub fn mouse(&mut self, event: MouseEvent) {
        let at = Position::new(event.column, event.row);
        if self.wake() {
            return;
        }
        if self.model.place().is_at_console() {
            return self.mouse_at_console(event);
        }
        match event.kind {
            MouseEventKind::Drag(MouseButton::Left) => self.drag(at),
            MouseEventKind::Up(MouseButton::Left) => self.drop_dragged(),
            MouseEventKind::ScrollDown => self.wheel(at, Command::Next),
            MouseEventKind::ScrollUp => self.wheel(at, Command::Previous),
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
        if !self.model.layers.is_empty() {
            return;
        }
        if let Some(deck) = Deck::ALL.into_iter().find(|deck| layout::button(&floor, *deck).contains(at)) {
            return self.obey(Command::Open(deck));
        }
        match self.model.place() {
            Place::Store | Place::Filter if self.model.deck == Deck::Store => self.click_store(at),
            Place::Backups | Place::Filter if self.model.deck == Deck::Backups => self.click_board(at, floor.body),
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
