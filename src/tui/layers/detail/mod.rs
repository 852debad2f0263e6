//! One app in depth, over the whole deck: how it is, its charts, its log, its backups, snapshots, operations and papers.
//! What must hold: each tab keeps its place while others are looked at, and one that has nothing to show names the key
//! that helps.

mod charts;
mod draw;
mod face;
mod log;
mod log_draw;
mod operations;
mod overview;
mod papers;

use std::{sync::Arc, time::Duration};

pub use self::{
    charts::{Charts, Group, Known, cells, last_top},
    draw::{draw, room},
    log::{Hearing, LogPane, Typing},
    log_draw::{page as log_page, text_of},
    overview::last_top as overview_last_top,
    papers::{Papers, Read, words as paper_words},
};
use super::{backups::Kept, snapshots::Snapshots};
use crate::{
    domain::{
        app::App,
        fleet::Fleet,
        ids::{AppId, GuestKey, OperationId},
        operation::Operation,
    },
    tui::{
        command::Tab,
        keymap::Place,
        model::{Model, hand::Hand, world::World},
    },
};

#[derive(Debug, Clone)]
pub struct Detail {
    pub guest: GuestKey,
    /// Nothing for a guest that is not ours.
    pub app: Option<AppId>,
    pub name: String,
    pub tab: Tab,
    /// The first line that is shown of the overview.
    pub top: u16,
    pub charts: Charts,
    pub log: Box<LogPane>,
    pub kept: Box<Kept>,
    pub snapshots: Option<Snapshots>,
    pub operations: Hand<OperationId>,
    pub papers: Papers,
}

impl Detail {
    pub fn of(world: &World, guest: &GuestKey) -> Option<Self> {
        let entry = world.entry(guest)?;
        let (app, name) = (world.app(entry).map(|app| app.id.clone()), entry.name.to_string());
        Some(Self {
            guest: guest.clone(),
            tab: Tab::Overview,
            top: 0,
            charts: Charts::default(),
            log: Box::default(),
            kept: Box::new(Kept::of(&world.fleet, guest, name.clone())),
            snapshots: app.clone().map(|app| Snapshots::of(app, name.clone())),
            operations: Hand::default(),
            papers: Papers::default(),
            app,
            name,
        })
    }

    pub fn place(&self) -> Place {
        match self.tab {
            Tab::Overview => Place::Detail,
            Tab::Charts => Place::Charts,
            Tab::Log if self.log.typing.is_some() => Place::Filter,
            Tab::Log => Place::AppLog,
            Tab::Backups => Place::DetailBackups,
            Tab::Snapshots => Place::DetailSnapshots,
            Tab::Operations => Place::DetailOps,
            Tab::Recipe => Place::Papers,
        }
    }

    /// An update or a restore may have given the app another guest.
    pub fn follow(&mut self, fleet: &Arc<Fleet>) {
        if let Some(app) = self.found(fleet) {
            let (guest, name) = (app.guest.clone(), app.name.to_string());
            (self.guest, self.name) = (guest, name);
        }
        self.kept.follow(fleet);
    }

    fn found<'f>(&self, fleet: &'f Fleet) -> Option<&'f App> {
        fleet.app(self.app.as_ref()?)
    }

    /// All that was done to it, as the operations deck has it.
    pub fn operations<'m>(&self, model: &'m Model) -> Vec<&'m Operation> {
        let is_its = |operation: &&Operation| {
            let subject = &operation.plan.subject;
            match subject.app() {
                Some(app) => self.app.as_ref() == Some(app),
                None => subject.guest() == Some(&self.guest),
            }
        };
        model.ops.rows.iter().filter_map(|id| model.operation(*id)).filter(is_its).collect()
    }

    /// When what is looked at is asked for again.
    pub fn due(&self) -> Option<Duration> {
        match self.tab {
            Tab::Charts => self.charts.due.filter(|_| self.charts.flight.is_none()),
            Tab::Log => self.log.due.filter(|_| self.log.follows && self.log.flight.is_none()),
            _ => None,
        }
    }

    /// The one under the hand, on their tab.
    pub fn held_operation<'m>(&self, model: &'m Model) -> Option<&'m Operation> {
        if self.tab != Tab::Operations {
            return None;
        }
        let all = self.operations(model);
        let held = self.operations.key.and_then(|key| all.iter().find(|operation| operation.id == key));
        held.or_else(|| all.get(self.operations.at.min(all.len().saturating_sub(1)))).copied()
    }
}
