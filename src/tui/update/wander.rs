//! Going back and forward, marks, and what help and the palette do where they were asked for. What must hold: going back
//! changes nothing but where one stands.

use super::Turn;
use crate::{
    domain::ids::NodeKey,
    engine::Tone,
    tui::{
        command::Deck,
        layers::{
            Layer,
            marks::{MarksMenu, Wish},
        },
        model::{
            hosts::HostRow,
            stops::{On, Stop},
        },
    },
};

impl Turn<'_> {
    /// Another deck than before was opened: the way there is remembered.
    pub fn note_way(&mut self, from: Stop) {
        if !self.wandered && from.deck != self.model.deck {
            self.model.trail.leave(from);
        }
    }

    pub fn go_earlier(&mut self) {
        let here = self.model.stop();
        match self.model.trail.back(here) {
            Some(stop) => self.arrive(&stop),
            None => self.echo("there is nothing further back".into()),
        }
    }

    pub fn go_later(&mut self) {
        let here = self.model.stop();
        match self.model.trail.forward(here) {
            Some(stop) => self.arrive(&stop),
            None => self.echo("there is nothing ahead".into()),
        }
    }

    fn arrive(&mut self, stop: &Stop) {
        self.wandered = true;
        self.go_to(stop);
    }

    /// The deck with the hand on what it was on, where that is still there.
    pub fn go_to(&mut self, stop: &Stop) {
        self.close_detail();
        if self.model.deck != stop.deck {
            self.open(stop.deck);
        }
        let model = &mut *self.model;
        match (&stop.on, stop.deck) {
            (On::Guest(guest), Deck::Apps) if model.world.entry(guest).is_some() => {
                model.apps.show(guest, &model.world)
            }
            (On::Guest(guest), Deck::Overview) => model.overview.show(guest, &model.world, model.health.wants.len()),
            (On::Guest(guest), Deck::Backups) => {
                let at = model
                    .board
                    .shown
                    .iter()
                    .position(|app| model.board.row(app).is_some_and(|row| row.guest == *guest));
                model.board.go(at.unwrap_or(model.board.hand.at));
            }
            (On::Recipe(recipe), _) => model.store.show(recipe),
            (On::Operation(id), _) => {
                let at = model.ops.rows.iter().position(|other| other == id);
                model.ops.go(at.unwrap_or(model.ops.hand.at));
            }
            (On::Host(host), _) => self.hold_host_row(&HostRow::Host(host.clone())),
            (On::Node(node), _) => self.hold_host_row(&HostRow::Node(node.clone())),
            _ => {}
        }
    }

    fn hold_host_row(&mut self, row: &HostRow) {
        if let Some(at) = self.model.hosts.rows.iter().position(|other| other == row) {
            self.model.hosts.go(at as isize);
        }
    }

    pub fn show_node_row(&mut self, node: &NodeKey) {
        self.open(Deck::Hosts);
        self.hold_host_row(&HostRow::Node(node.clone()));
    }

    pub fn show_marks(&mut self, wish: Wish) {
        self.model.layers.push(Layer::Marks(MarksMenu { wish, at: 0 }));
    }

    /// A letter was pressed over the marks.
    pub fn press_mark(&mut self, letter: char) {
        let Some(Layer::Marks(menu)) = self.model.layers.last() else { return };
        if !letter.is_alphanumeric() {
            return;
        }
        match menu.wish {
            Wish::Set => {
                self.model.layers.pop();
                let stop = self.model.stop();
                let (name, _) = self.model.name_of_stop(&stop);
                self.model.marks.0.insert(letter, stop);
                self.keep_marks();
                self.echo(format!("{letter} marks {}", if name.is_empty() { "this deck" } else { &name }));
            }
            Wish::Go => self.go_to_mark(letter),
        }
    }

    fn go_to_mark(&mut self, letter: char) {
        let Some(stop) = self.model.marks.0.get(&letter).cloned() else {
            return self.echo(format!("nothing is marked {letter}"));
        };
        let (name, is_there) = self.model.name_of_stop(&stop);
        if !is_there {
            return self.tell(Tone::Info, format!("{name} is gone: Delete forgets its mark"));
        }
        self.model.layers.pop();
        let here = self.model.stop();
        if here != stop {
            self.model.trail.leave(here);
        }
        self.arrive(&stop);
    }

    /// While a mark is set none is under the hand: the next letter is the new one's.
    fn held_mark(&self) -> Option<char> {
        let Some(Layer::Marks(menu)) = self.model.layers.last() else { return None };
        if menu.wish != Wish::Go {
            return None;
        }
        self.model.marks.0.keys().nth(menu.at).copied()
    }

    pub fn enter_mark(&mut self) {
        if let Some(letter) = self.held_mark() {
            self.press_mark(letter);
        }
    }

    pub fn forget_mark(&mut self) {
        if let Some(letter) = self.held_mark() {
            self.model.marks.0.remove(&letter);
            self.keep_marks();
        }
    }

    fn keep_marks(&mut self) {
        let marks = self.model.marks.clone();
        self.remember(&marks);
    }

    pub fn filter_help(&mut self) {
        if let Some(Layer::Help(help)) = self.model.layers.last_mut() {
            help.is_filtering = true;
        }
    }

    pub fn keep_help_filter(&mut self) {
        if let Some(Layer::Help(help)) = self.model.layers.last_mut() {
            help.is_filtering = false;
        }
    }

    /// One step out: of the filter, of help.
    pub fn leave_help(&mut self) {
        let Some(Layer::Help(help)) = self.model.layers.last_mut() else { return };
        let was = help.is_filtering || !help.filter.is_empty();
        (help.is_filtering, help.at) = (false, if was { 0 } else { help.at });
        help.filter.clear();
        if !was {
            self.model.layers.pop();
        }
    }

    /// All from the one that was marked last to the hand.
    pub fn mark_range(&mut self) {
        match self.model.deck {
            Deck::Backups => self.model.board.mark_range(),
            _ => self.model.apps.mark_range(),
        }
    }

    /// What help has under the hand is done where help was asked for.
    pub fn do_what_help_shows(&mut self) {
        let Some(Layer::Help(help)) = self.model.layers.last() else { return };
        let command = help.lines(self.model).get(help.at).map(|line| line.command);
        self.model.layers.pop();
        if let Some(command) = command {
            self.obey(command);
        }
    }
}
