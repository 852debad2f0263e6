//! Settings that go to a file, or come of one. What must hold: what would be another is shown before it is.

use std::path::PathBuf;

use super::Turn;
use crate::{
    domain::fault::{Fault, FaultCode},
    engine::Tone,
    settings::{Settings, difference},
    tui::{
        command::Command,
        effect::Effect,
        event::{Carried, Ticket},
        keymap::Keymap,
        layers::{
            Layer,
            forms::{CarryForm, CarryWay, Page},
            question::Question,
        },
    },
};

/// So many differences are shown; how many more there are is said.
const SHOWN: usize = 12;

impl Turn<'_> {
    pub fn carry_settings(&mut self, command: Command) {
        let form = match command {
            Command::ExportSettings => {
                let folder = self.model.facts.0.iter().find(|(what, _)| what == "data folder");
                let usual = folder.map(|(_, folder)| format!("{folder}/settings-export.toml")).unwrap_or_default();
                CarryForm::of(CarryWay::Out, &usual)
            }
            _ => CarryForm::of(CarryWay::In, ""),
        };
        self.open_form(Page::Carry(form));
    }

    pub fn begin_carrying(&mut self, ticket: Ticket, way: CarryWay, path: PathBuf) {
        let settings = Box::new(self.model.settings.clone());
        self.effects.push(match way {
            CarryWay::Out => Effect::Export(ticket, settings, path),
            CarryWay::In => Effect::Examine(ticket, settings, path),
        });
    }

    pub fn carried(&mut self, ticket: Ticket, result: Result<Carried, Fault>) {
        self.model.waiting.remove(&ticket);
        let at = self.model.layers.iter().position(|layer| matches!(layer, Layer::Form(form) if form.awaits(ticket)));
        let result = if at.is_some() { result.and_then(fit) } else { result };
        match (at, result) {
            (Some(at), Ok(carried)) => {
                self.model.layers.remove(at);
                self.heed_carried(carried);
            }
            (Some(at), Err(fault)) => {
                if let Some(Layer::Form(form)) = self.model.layers.get_mut(at) {
                    drop(form.changed(Err(fault)));
                }
            }
            (None, Ok(carried @ Carried::Kept(..))) => self.heed_carried(carried),
            (None, Err(fault)) => self.fail(&fault),
            (None, Ok(_)) => {}
        }
    }

    fn heed_carried(&mut self, carried: Carried) {
        match carried {
            Carried::Exported(path) => self.tell(Tone::Success, format!("the settings are in {}", path.display())),
            Carried::Examined(after) => self.show_difference(after),
            Carried::Kept(old, after) => {
                let old = old.map(|path| format!("; as they were they lie in {}", path.display()));
                self.tell(Tone::Success, format!("taken over{}", old.unwrap_or_default()));
                self.take_settings(*after);
            }
        }
    }

    fn show_difference(&mut self, after: Box<Settings>) {
        let differences = difference(&self.model.settings, &after);
        if differences.is_empty() {
            return self.tell(Tone::Info, "that file says what holds already");
        }
        let mut lines: Vec<String> = differences.iter().take(SHOWN).map(|one| one.words()).collect();
        if differences.len() > SHOWN {
            lines.push(format!("and {} more", differences.len() - SHOWN));
        }
        let question = Question::take_over(differences.len(), lines, after);
        self.model.layers.push(Layer::Question(question));
    }

    /// The file as it was is kept beside the new one.
    pub fn take_over(&mut self, after: Settings) {
        let ticket = self.ticket(crate::tui::model::Wish::Carry);
        self.effects.push(Effect::KeepOldSettings(ticket, Box::new(after)));
    }
}

/// A file with keys that nobody could take is refused whole, as `proximity settings import` refuses it.
fn fit(carried: Carried) -> Result<Carried, Fault> {
    let notes = match &carried {
        Carried::Examined(after) => Keymap::of(&after.keys).1,
        _ => Vec::new(),
    };
    if notes.is_empty() {
        return Ok(carried);
    }
    let remedy = "mend those lines under [keys]; nothing was changed";
    Err(Fault::lasting(FaultCode::Usage, "the settings in this file were not taken", notes.join("; "), remedy))
}
