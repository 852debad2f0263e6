//! Going about on the board of backups, and looking at the storages. What must hold: opening the board asks no host that
//! was asked a moment ago.

use ratatui::layout::{Position, Rect};

use super::Turn;
use crate::{
    domain::{backup::Age, fault::Fault},
    engine::Change,
    tui::{
        command::{Command, Deck},
        model::{
            Wish,
            backups::{Chip, silent},
            store::Reading,
        },
        screens::backups::places::{self, Places, places},
    },
};

impl Turn<'_> {
    pub fn board_places(&self, body: Rect) -> Places {
        places(body, silent(&self.model.world.fleet).count())
    }

    /// What was read long ago is read anew.
    pub fn look_at_old_backups(&mut self) {
        if self.model.board.is_old(&self.model.world.fleet, self.model.now.wall) {
            self.look_at_backups();
        }
    }

    pub fn look_at_backups(&mut self) {
        let board = &mut self.model.board;
        if board.looking == Reading::Asked {
            return;
        }
        (board.looking, board.asked) = (Reading::Asked, Some(self.model.now.wall));
        self.change(Wish::LookAtBackups, Change::LookAtBackups(None));
    }

    pub fn looked_at_backups(&mut self, result: Result<(), Fault>) {
        self.model.board.looking = match result {
            Ok(()) => Reading::Done,
            Err(fault) => Reading::Failed(fault),
        };
    }

    pub fn arrange_board(&mut self, command: Command) {
        let board = &mut self.model.board;
        match command {
            Command::Mark => board.mark(),
            Command::MarkAll => board.mark_all(),
            _ => {
                board.sort = board.sort.next();
                board.arrange();
                let words = format!("by {}", board.sort.words());
                self.echo(words);
            }
        }
    }

    /// The board with only those of this age.
    pub fn show_age(&mut self, age: Age) {
        let board = &mut self.model.board;
        board.filter.clear();
        board.chip = Chip::ALL.into_iter().find(|chip| chip.age() == Some(age)).unwrap_or_default();
        board.arrange();
        board.go(0);
        self.open(Deck::Backups);
    }

    pub fn show_held_unit(&mut self) {
        if let Some(guest) = self.model.board.held().map(|row| row.guest.clone()) {
            self.show_unit(&guest);
        }
    }

    /// One step out of what was chosen; says whether there was one.
    pub fn back_on_board(&mut self) -> bool {
        let board = &mut self.model.board;
        if !board.marked.is_empty() {
            board.unmark();
        } else if !board.filter.is_empty() || board.chip != Chip::All {
            board.filter.clear();
            board.chip = Chip::All;
            board.arrange();
        } else {
            return false;
        }
        true
    }

    pub fn click_board(&mut self, at: Position, body: Rect) {
        let parts = self.board_places(body);
        self.model.is_filtering = false;
        let board = &mut self.model.board;
        if let Some((chip, _)) = places::chips(parts.chips, board).into_iter().find(|(_, place)| place.contains(at)) {
            board.chip = chip;
            return board.arrange();
        }
        let row = usize::from(at.y.saturating_sub(parts.list.y)) + board.hand.top;
        match row {
            row if !parts.list.contains(at) || row >= board.shown.len() => {}
            // A second click on the same row opens it.
            row if row == board.hand.at => self.obey(Command::Backups),
            row => board.go(row),
        }
    }
}
