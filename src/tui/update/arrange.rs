//! Arranging the room: units, cabinets, widgets, layouts. What must hold: what is arranged is kept at once, and each step can
//! be taken back.

use super::Turn;
use crate::{
    engine::Tone,
    tui::{
        command::Command,
        keymap::Place,
        layers::{
            Layer,
            forms::{Page, RoomForm, RoomWish},
            picks::Picks,
        },
        model::{
            overview::{Arranging, Pane, Part},
            room::{Cables, Room, row::Widget},
        },
    },
};

/// As many steps can be taken back.
const STEPS: usize = 100;

impl Turn<'_> {
    pub fn begin_arranging(&mut self) {
        self.model.overview.pane = Pane::Cabinets;
        self.model.overview.arranging = Some(Arranging::default());
        self.echo("arrange: what you move is kept".into());
    }

    pub fn arrange_room(&mut self, command: Command) {
        if self.model.place() != Place::Arrange {
            return self.tell(Tone::Info, "that is for arranging: [x] on the deck");
        }
        match command {
            Command::UnitUp => self.shift_unit(-1),
            Command::UnitDown => self.shift_unit(1),
            Command::StandLeft => self.stand_beside(-1),
            Command::StandRight => self.stand_beside(1),
            Command::NameCabinet => self.name_cabinet(),
            Command::AddWidget => self.offer_widgets(),
            Command::RemoveWidget => self.change_row(|room, at| room.row.remove(at)),
            Command::StretchWidget => self.change_row(|room, at| room.row.stretch(at)),
            Command::WriteNotes => {
                let notes = self.model.room.notes.clone();
                self.open_form(Page::Room(RoomForm::notes(&notes)));
            }
            Command::SaveLayout => self.open_form(Page::Room(RoomForm::layout(&self.model.layouts))),
            _ => self.offer_layouts(),
        }
    }

    /// Changes the room by one step that can be taken back; says whether anything changed.
    pub fn rearrange(&mut self, change: impl FnOnce(&mut Room)) -> bool {
        let before = self.model.room.clone();
        change(&mut self.model.room);
        if self.model.room == before {
            return false;
        }
        self.model.is_room_ours = true;
        if let Some(arranging) = &mut self.model.overview.arranging {
            arranging.before.push(before);
            let spare = arranging.before.len().saturating_sub(STEPS);
            arranging.before.drain(..spare);
        }
        self.show_room();
        true
    }

    fn show_room(&mut self) {
        self.model.furnish();
        let model = &mut *self.model;
        if let Some(arranging) = &mut model.overview.arranging {
            arranging.widget = arranging.widget.min(model.room.row.0.len().saturating_sub(1));
        }
        let is_dragging = model.overview.arranging.as_ref().is_some_and(|arranging| arranging.dragged.is_some());
        // What goes along with the pointer is kept once it has come where it goes.
        if !is_dragging {
            self.keep_room();
        }
    }

    /// Keeps it for the next time, where it is another one than was kept. Units also settle by themselves with each
    /// news of the hosts: a deck in which nobody arranged anything would then write what it has known since its start
    /// over what was arranged in another deck meanwhile, and so keeps nothing.
    pub fn keep_room(&mut self) {
        if self.model.is_room_ours && self.model.room != self.model.kept_room {
            let room = self.model.room.clone();
            self.remember(&room);
            self.model.kept_room = room;
        }
    }

    fn part(&self) -> Part {
        self.model.overview.arranging.as_ref().map_or(Part::Cabinets, |arranging| arranging.part)
    }

    /// What hangs where it goes takes its place.
    pub fn shift_unit(&mut self, by: isize) {
        if self.part() == Part::Row {
            return self.stand_beside(by);
        }
        let overview = &self.model.overview;
        let Some(cabinet) = self.model.world.cabinets.get(overview.cabinet) else { return };
        let Some(from) = cabinet.slots.get(overview.unit).copied() else { return };
        let height = crate::tui::model::room::racks::Rack::height(&cabinet.slots);
        let Some(to) = from.checked_add_signed(by).filter(|to| *to < height) else { return };
        let node = cabinet.node.clone();
        self.rearrange(|room| room.racks.rack(&node).shift(from, to));
    }

    pub fn stand_beside(&mut self, by: isize) {
        if self.part() == Part::Row {
            let widget = self.model.overview.arranging.as_ref().map_or(0, |arranging| arranging.widget);
            let moved = self.rearrange(|room| {
                room.row.step(widget, by);
            });
            if let Some(arranging) = self.model.overview.arranging.as_mut().filter(|_| moved) {
                arranging.widget = arranging.widget.saturating_add_signed(by);
            }
            return;
        }
        let seen: Vec<_> = self.model.world.cabinets.iter().map(|cabinet| cabinet.node.clone()).collect();
        let Some(node) = seen.get(self.model.overview.cabinet).cloned() else { return };
        self.rearrange(|room| {
            room.racks.step(&node, by, &seen);
        });
    }

    fn change_row(&mut self, change: impl FnOnce(&mut Room, usize) -> bool) {
        if self.part() == Part::Cabinets {
            return self.echo("that is for a widget: [Tab] goes there".into());
        }
        let widget = self.model.overview.arranging.as_ref().map_or(0, |arranging| arranging.widget);
        self.rearrange(|room| {
            change(room, widget);
        });
    }

    fn name_cabinet(&mut self) {
        let cabinet = self.model.world.cabinets.get(self.model.overview.cabinet);
        if let Some((node, name)) = cabinet.map(|cabinet| (cabinet.node.clone(), cabinet.name.clone())) {
            self.open_form(Page::Room(RoomForm::cabinet(node, &name)));
        }
    }

    fn offer_widgets(&mut self) {
        let missing: Vec<Widget> = self.model.room.row.missing().collect();
        if missing.is_empty() {
            return self.echo("all widgets are there".into());
        }
        self.model.layers.push(Layer::Picks(Picks::widgets(missing)));
    }

    fn offer_layouts(&mut self) {
        self.model.layers.push(Layer::Picks(Picks::layouts(&self.model.layouts)));
    }

    pub fn add_widget(&mut self, widget: Widget) {
        self.rearrange(|room| room.row.add(widget));
        let last = self.model.room.row.0.len().saturating_sub(1);
        if let Some(arranging) = &mut self.model.overview.arranging {
            (arranging.part, arranging.widget) = (Part::Row, last);
        }
    }

    pub fn take_layout(&mut self, name: &str) {
        let layout = self.model.layouts.all().into_iter().find(|layout| layout.name == name);
        if let Some(layout) = layout {
            self.rearrange(|room| room.take(layout));
            self.echo(format!("layout {name}"));
        }
    }

    /// What a form of the room was filled in with.
    pub fn take_room_wish(&mut self, wish: RoomWish) {
        match wish {
            RoomWish::Name(node, name) => {
                self.rearrange(|room| room.racks.rack(&node).name = name);
            }
            RoomWish::Notes(lines) => {
                self.rearrange(|room| room.notes = lines);
            }
            RoomWish::Layout(name) => {
                self.model.layouts.save(self.model.room.saved_as(&name));
                let layouts = self.model.layouts.clone();
                self.remember(&layouts);
                self.echo(format!("saved as {name}"));
            }
        }
    }

    pub fn undo_arranging(&mut self) {
        let before = self.model.overview.arranging.as_mut().and_then(|arranging| arranging.before.pop());
        match before {
            Some(before) => {
                self.model.room = before;
                self.show_room();
                self.echo("the last move is undone".into());
            }
            None => self.echo("nothing was moved yet".into()),
        }
    }

    /// Tab: between the cabinets and the widgets.
    pub fn change_part(&mut self) {
        if let Some(arranging) = &mut self.model.overview.arranging {
            arranging.part = if arranging.part == Part::Cabinets { Part::Row } else { Part::Cabinets };
        }
    }

    /// To the widget or the cabinet beside.
    pub fn step_in_room(&mut self, by: isize) {
        let model = &mut *self.model;
        let last = model.room.row.0.len().saturating_sub(1);
        match &mut model.overview.arranging {
            Some(arranging) if arranging.part == Part::Row => {
                arranging.widget = arranging.widget.saturating_add_signed(by).min(last);
            }
            _ => model.overview.step_cabinet(by, &model.world),
        }
    }

    pub fn turn_cables(&mut self) {
        self.rearrange(|room| room.cables = room.cables.other());
        let words = match self.model.room.cables {
            Cables::Shown => "cables: who talks to whom, as far as it is known",
            Cables::Hidden => "cables are put away",
        };
        self.echo(words.into());
    }
}
