//! What can be done with what is under the hand now, and where one is in words. What must hold: nothing is hidden that would
//! be done; it is only not offered.

use super::{Model, hosts::HostRow, world::Entry};
use crate::{
    domain::{
        fleet::Power,
        ids::GuestKey,
        plan::{journal::Outcome, power::PowerWish},
    },
    tui::{
        command::{Command, Deck},
        keymap::{Bound, Place},
        layers::{Layer, forms::Draft},
    },
};

/// Whether it can be done now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Light {
    Lit,
    Off,
}

impl Model {
    /// One or two words for the footer, and how bright they are.
    pub fn hint_of(&self, bound: &Bound) -> Option<(&'static str, Light)> {
        let (words, light) = match self.selected() {
            0 => self.hint_of_one(bound.command, bound.hint),
            _ => (hint_of_many(bound.command, bound.hint), Light::Lit),
        };
        (!words.is_empty()).then_some((words, light))
    }

    /// How much a bulk action would take.
    pub fn selected(&self) -> usize {
        match self.place() {
            Place::Apps => self.apps.marked.len(),
            Place::Backups => self.board.marked.len(),
            _ => 0,
        }
    }

    fn hint_of_one(&self, command: Command, hint: &'static str) -> (&'static str, Light) {
        let is_good = match self.place() {
            Place::Apps | Place::Overview => return self.hint_of_unit(command, hint),
            Place::Ops => self.fits_operation(command),
            Place::Hosts => self.fits_host(command),
            Place::Backups => self.fits_board(command),
            Place::Settings if !self.fits_setting(command) => return ("", Light::Off),
            Place::Form | Place::Wizard | Place::Deploy if command == Command::BeginAnew && !self.is_draft_shown() => {
                return ("", Light::Off);
            }
            _ => true,
        };
        (hint, if is_good { Light::Lit } else { Light::Off })
    }

    /// Start and stop have one place: a unit that runs is not offered to be started. What else cannot be done keeps its
    /// place without light, so that the line does not jump from unit to unit.
    fn hint_of_unit(&self, command: Command, hint: &'static str) -> (&'static str, Light) {
        let Some(entry) = self.under_hand().and_then(|key| self.world.entry(key)) else {
            let is_of_unit = matches!(command, Command::Power(_) | Command::Log | Command::Console | Command::Delete);
            return (hint, if is_of_unit { Light::Off } else { Light::Lit });
        };
        let fits = self.fits_unit(command, entry);
        match command {
            Command::Adopt if !entry.is_app() => ("adopt", Light::Lit),
            Command::Undo if entry.is_binned() => ("take out", Light::Lit),
            Command::Power(PowerWish::Start) if entry.has_power() => ("", Light::Off),
            Command::Power(PowerWish::Stop) if !entry.has_power() => ("", Light::Off),
            _ => (hint, if fits { Light::Lit } else { Light::Off }),
        }
    }

    fn fits_unit(&self, command: Command, entry: &Entry) -> bool {
        let power = entry.guest.as_ref().map_or(Power::Unknown, |guest| guest.power);
        match command {
            Command::Power(_) if entry.is_working() || entry.is_coming || entry.is_binned() => false,
            Command::Power(PowerWish::Start) => power != Power::Running,
            Command::Power(_) => power != Power::Stopped,
            Command::Console => power == Power::Running,
            Command::Log => self.world.operation(entry).is_some(),
            Command::Delete => entry.is_app() && !entry.is_coming,
            Command::Backup => !entry.is_coming && !entry.is_binned(),
            _ => true,
        }
    }

    fn fits_operation(&self, command: Command) -> bool {
        let operation = self.held_operation();
        let is_running = operation.is_some_and(|operation| operation.is_running());
        let outcome = operation.and_then(|operation| operation.outcome());
        match command {
            Command::Enter | Command::Copy => operation.is_some(),
            Command::Cancel => is_running,
            Command::Retry => !is_running && !matches!(outcome, None | Some(Outcome::Done)),
            Command::Undo => matches!(outcome, Some(Outcome::Done | Outcome::Partly)),
            _ => true,
        }
    }

    fn fits_host(&self, command: Command) -> bool {
        let is_node = matches!(self.hosts.selected(), Some(HostRow::Node(_)));
        match command {
            Command::AddHost => true,
            Command::EditHost | Command::TestHost | Command::TurnHost | Command::DeleteHost => {
                self.hosts.selected().is_some() && !is_node
            }
            Command::LogIn => self
                .hosts
                .selected()
                .is_some_and(|row| self.world.fleet.host(row.host()).is_some_and(|host| !host.login.contains('!'))),
            Command::Balance | Command::Enter | Command::Flip => self.hosts.selected().is_some(),
            _ => true,
        }
    }

    fn fits_board(&self, command: Command) -> bool {
        let row = self.board.held();
        match command {
            Command::Restore | Command::Prove => {
                row.is_some_and(|row| !self.world.fleet.backups.of(&row.guest).is_empty())
            }
            Command::Backup | Command::Backups => row.is_some(),
            _ => true,
        }
    }

    fn is_draft_shown(&self) -> bool {
        match self.layers.last() {
            Some(Layer::Form(form)) => form.draft == Draft::Taken,
            Some(Layer::Deploy(deploy)) => deploy.is_draft,
            _ => false,
        }
    }

    fn fits_setting(&self, command: Command) -> bool {
        let is_sound = self.panel.tab == crate::settings::Tab::Sound;
        command != Command::Listen || is_sound
    }

    /// From the deck to the layer on top; nothing where no layer lies over it.
    pub fn crumbs(&self) -> Vec<String> {
        let names = self.layers.iter().filter_map(Layer::crumb);
        let names: Vec<String> = names.collect();
        if names.is_empty() {
            return Vec::new();
        }
        let mut crumbs = vec![self.deck.name().to_owned()];
        crumbs.extend(self.crumb_of_hand());
        crumbs.extend(names);
        crumbs
    }

    fn crumb_of_hand(&self) -> Option<String> {
        let is_about_it = |layer: &Layer| {
            matches!(
                layer,
                Layer::Backups(_) | Layer::Snapshots(_) | Layer::Why { .. } | Layer::CopyMenu(_) | Layer::Card { .. }
            )
        };
        if !self.layers.first().is_some_and(is_about_it) {
            return None;
        }
        match self.deck {
            Deck::Store => self.store.held().map(|recipe| recipe.name.clone()),
            Deck::Ops => self.held_operation().map(|operation| operation.plan.name.clone()),
            _ => self.under_hand().map(|key| self.name_of(key)),
        }
    }

    fn name_of(&self, key: &GuestKey) -> String {
        self.world.entry(key).map_or_else(|| key.to_string(), |entry| entry.name.to_string())
    }
}

/// Of a selection only what is done to all of it.
fn hint_of_many(command: Command, hint: &'static str) -> &'static str {
    match command {
        Command::Update => "update",
        Command::Snapshots => "snapshot",
        Command::MarkRange => "to here",
        Command::Back => "none",
        Command::Power(_) | Command::Backup | Command::Delete | Command::Restore => hint,
        _ => "",
    }
}
