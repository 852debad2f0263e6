//! Storages to choose from, with the room they have. What must hold: leaving the choice to Proximity is always the first
//! one, also when no storage could be asked.

use super::Field;
use crate::{
    domain::{fault::Fault, ids::StorageName},
    engine::{Answer, door::StorageChoice},
    tui::widgets::figures,
};

#[derive(Debug, Clone, Default)]
pub struct Places {
    all: Vec<StorageChoice>,
    /// Why they could not be asked.
    pub fault: Option<Fault>,
}

impl Places {
    /// The field while nobody has answered.
    pub fn field(unsaid: &str) -> Field {
        Field::choice("storage", [unsaid])
    }

    /// Puts the answer into the field; what was chosen stays chosen.
    pub fn take(&mut self, result: Result<Answer, Fault>, field: &mut Field, unsaid: &str) {
        match result {
            Ok(Answer::Places(all)) => (self.all, self.fault) = (all, None),
            Ok(_) => return,
            Err(fault) => self.fault = Some(fault),
        }
        let chosen = field.value().to_owned();
        let names = std::iter::once(unsaid.to_owned()).chain(self.all.iter().map(words));
        *field = Field::choice("storage", names.collect::<Vec<_>>());
        if self.all.iter().any(|place| words(place) == chosen) {
            field.set(&chosen);
        }
    }

    pub fn chosen(&self, field: &Field) -> Option<StorageName> {
        self.all.iter().find(|place| words(place) == field.value()).map(|place| place.name.clone())
    }
}

fn words(place: &StorageChoice) -> String {
    match place.free {
        Some(free) => format!("{} · {} free", place.name, figures::size(free)),
        None => place.name.to_string(),
    }
}
