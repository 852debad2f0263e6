//! Sources of recipes, and definitions that are imported: asked for, looked at, taken. What must hold: whatever takes long
//! runs behind the door, is told while it runs, and stops when nobody waits for it any more.

use super::Turn;
use crate::{
    domain::{catalog::SourceName, fault::Fault},
    engine::{Answer, Change, Query, Tone},
    tui::{
        command::Command,
        event::Ticket,
        layers::{
            Layer,
            forms::{ImportForm, Page, SourceForm},
            question::Question,
            sources::{Doing, Found, Sources},
        },
        model::{Then, Wish},
    },
};

impl Turn<'_> {
    pub fn lay_sources(&mut self, command: Command) {
        match command {
            Command::Sources => {
                self.model.layers.push(Layer::Sources(Box::new(Sources::unasked())));
                self.ask_sources();
            }
            Command::Import => self.open_form(Page::Import(Box::new(ImportForm::blank()))),
            Command::AddSource => self.open_form(Page::Source(SourceForm::blank())),
            Command::SourceNews => self.ask_news(),
            _ => self.offer_removal(),
        }
    }

    fn sources(&mut self) -> Option<&mut Sources> {
        self.model.layers.iter_mut().find_map(|layer| match layer {
            Layer::Sources(sources) => Some(&mut **sources),
            _ => None,
        })
    }

    /// How it stands with each of them, where somebody looks.
    pub fn ask_sources(&mut self) {
        if self.sources().is_none() {
            return;
        }
        let ticket = self.ticket(Wish::Sources);
        self.effects.push(crate::tui::effect::Effect::Query(ticket, Query::Sources));
        if let Some(sources) = self.sources() {
            sources.flight = Some(ticket);
        }
    }

    fn ask_news(&mut self) {
        let Some(name) = self.sources().filter(|sources| sources.doing.is_none()).and_then(|it| it.held().cloned())
        else {
            return;
        };
        let ticket = self.ticket(Wish::Sources);
        let query = Query::SourceNews { name: name.clone(), at: None };
        self.effects.push(crate::tui::effect::Effect::Query(ticket, query));
        self.do_with(Doing { ticket, name, words: "fetching what is new" });
    }

    fn do_with(&mut self, doing: Doing) {
        if let Some(sources) = self.sources() {
            (sources.doing, sources.fault) = (Some(doing), None);
        }
    }

    /// What is on the screen, and nothing newer.
    pub fn take_news(&mut self) {
        let Some(sources) = self.sources().filter(|sources| sources.doing.is_none()) else { return };
        let Some(news) = sources.news.as_ref().filter(|news| !news.is_nothing()) else { return };
        let (name, pin) = (news.name.clone(), news.found.clone());
        let ticket = self.ticket(Wish::Sources);
        let change = Change::TakeNews { name: name.clone(), pin };
        self.effects.push(crate::tui::effect::Effect::Change(ticket, change));
        self.do_with(Doing { ticket, name, words: "taking it" });
    }

    fn offer_removal(&mut self) {
        let Some(name) = self.sources().filter(|sources| sources.doing.is_none()).and_then(|it| it.held().cloned())
        else {
            return;
        };
        self.model.layers.push(Layer::Question(Question::remove_source(name)));
    }

    pub fn remove_source(&mut self, name: SourceName) {
        let ticket = self.ticket(Wish::Sources);
        self.effects.push(crate::tui::effect::Effect::Change(ticket, Change::RemoveSource(name.clone())));
        self.do_with(Doing { ticket, name, words: "removing it" });
    }

    pub fn sources_answered(&mut self, ticket: Ticket, result: Result<Answer, Fault>) {
        let Some(sources) = self.sources() else { return };
        let is_doing = sources.doing.as_ref().is_some_and(|doing| doing.ticket == ticket);
        match result {
            Ok(Answer::Sources(rows, fault)) if sources.flight == Some(ticket) => {
                (sources.flight, sources.fault) = (None, fault);
                sources.at = sources.at.min(rows.len().saturating_sub(1));
                sources.found = Found::Known(rows);
            }
            Ok(Answer::SourceNews(news)) if is_doing => {
                (sources.doing, sources.news, sources.top) = (None, Some(news), 0);
            }
            Err(fault) if is_doing => (sources.doing, sources.fault) = (None, Some(fault)),
            Err(fault) if sources.flight == Some(ticket) => {
                (sources.flight, sources.found) = (None, Found::Fault(fault));
            }
            _ => {}
        }
    }

    pub fn sources_changed(&mut self, ticket: Ticket, result: Result<(), Fault>) {
        let Some(sources) = self.sources() else { return };
        let Some(doing) = sources.doing.take_if(|doing| doing.ticket == ticket) else { return };
        match result {
            Ok(()) => {
                sources.news = None;
                self.tell(Tone::Success, format!("{}: done", doing.name));
                self.ask_sources();
                self.read_shelf(Then::Anew);
            }
            Err(fault) => sources.fault = Some(fault),
        }
    }

    /// What runs is stopped, then the news are left, then the panel.
    pub fn back_from_sources(&mut self) {
        let Some(sources) = self.sources() else { return };
        if let Some(doing) = sources.doing.take() {
            self.change(Wish::Watch, Change::StopSource(doing.name));
        } else if sources.news.take().is_none() {
            self.model.layers.pop();
        }
    }
}
