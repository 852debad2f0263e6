//! A new app: what it asks on the left, the plan that follows every keystroke on the right. What must hold: what is sent is
//! what the fields say, and a field that does not do says so beside it and keeps the rest from being sent.

mod draw;
mod fields;
mod wish;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

pub use self::{
    draw::{caret, draw, field_at},
    fields::{DHCP, FIXED, Part, of_setting},
    wish::{address, gateway, name, within},
};
use super::{
    forms::{Field, Fields, Kind},
    plan::PlanView,
};
use crate::{
    domain::{
        catalog::{PveVersion, Recipe},
        defaults::Defaults,
        fault::Fault,
        ids::NodeKey,
    },
    engine::door::DeployWish,
    tui::{event::Ticket, keymap::Place},
};

#[derive(Debug, Clone)]
pub struct Deploy {
    pub recipe: Arc<Recipe>,
    pub fields: Fields,
    /// What each field is.
    parts: Vec<Part>,
    /// The nodes to choose from, in the order of the choice, behind the best one.
    nodes: Vec<NodeKey>,
    pub side: Side,
    pub view: PlanView,
    /// When the plan is asked for, if it must be.
    pub due: Option<Duration>,
    /// What is wrong, by field.
    pub wrong: BTreeMap<usize, String>,
    pub sending: Option<Ticket>,
    /// Why it was not begun.
    pub refused: Option<Fault>,
    /// It was typed another time.
    pub is_draft: bool,
}

/// Which half has the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Fields,
    Plan,
}

/// What the form knows of the world around it.
#[derive(Debug, Clone, Default)]
pub struct Around {
    pub nodes: Vec<NodeKey>,
    /// Names that other apps have.
    pub taken: Vec<String>,
    /// The operator's own time zone, where it has a name.
    pub zone: Option<String>,
    /// What all nodes run at least.
    pub version: Option<PveVersion>,
    /// What new apps go by where nothing else is said.
    pub usual: Defaults,
}

/// Who types fast is not asked after at every letter.
const PAUSE: Duration = Duration::from_millis(250);

impl Deploy {
    pub fn of(recipe: Arc<Recipe>, around: &Around, tick: Duration) -> Self {
        let (all, parts) = fields::of(&recipe, around);
        let mut deploy = Self {
            recipe,
            fields: Fields::of(all),
            parts,
            nodes: around.nodes.clone(),
            side: Side::Fields,
            view: PlanView::default(),
            due: Some(tick),
            wrong: BTreeMap::new(),
            sending: None,
            refused: None,
            is_draft: false,
        };
        deploy.check(around);
        deploy
    }

    /// A secret is typed again.
    pub fn drop_secrets(&mut self) {
        self.fields.all.iter_mut().filter(|field| field.kind == Kind::Secret).for_each(|field| field.set(""));
    }

    /// What the recipe calls a field.
    pub fn name_of_setting(&self, at: usize) -> Option<String> {
        match self.parts.get(at) {
            Some(Part::Setting(i)) => self.recipe.settings.get(*i).map(|setting| setting.name.clone()),
            _ => None,
        }
    }

    pub fn place(&self) -> Place {
        match self.side {
            Side::Fields => Place::Deploy,
            Side::Plan => Place::Plan,
        }
    }

    /// The field that has the keys, as long as it may be changed.
    pub fn held(&mut self) -> Option<&mut Field> {
        if self.sending.is_some() || self.side == Side::Plan { None } else { self.fields.held() }
    }

    /// A field was changed: the plan is asked for again, but not at every letter.
    pub fn changed(&mut self, around: &Around, tick: Duration) {
        self.follow();
        self.check(around);
        self.refused = None;
        self.due = Some(tick + PAUSE);
    }

    /// From field to field, and behind the last one to the plan.
    pub fn step(&mut self, by: isize) {
        let last = self.fields.all.len().saturating_sub(1);
        match (self.side, by) {
            (Side::Fields, 1) if self.fields.at == last => self.side = Side::Plan,
            (Side::Fields, -1) if self.fields.at == 0 => self.side = Side::Plan,
            (Side::Fields, by) => self.fields.step(by),
            (Side::Plan, by) => {
                self.side = Side::Fields;
                self.fields.at = if by > 0 { 0 } else { last };
            }
        }
    }

    /// The plan is to be asked for now.
    pub fn is_due(&self, tick: Duration) -> bool {
        self.view.flight.is_none() && self.sending.is_none() && self.due.is_some_and(|due| due <= tick)
    }

    /// When that will be.
    pub fn wakes_at(&self) -> Option<Duration> {
        self.due.filter(|_| self.view.flight.is_none() && self.sending.is_none())
    }

    /// What it may be asked for; nothing while a field is wrong.
    pub fn wish(&self) -> Option<DeployWish> {
        if self.wrong.is_empty() { Some(wish::of(self)) } else { None }
    }

    /// Puts the hand on the first field that is wrong, and says whether there is one.
    pub fn go_to_wrong(&mut self) -> bool {
        let first = self.wrong.keys().next().copied();
        if let Some(at) = first {
            (self.side, self.fields.at) = (Side::Fields, at);
        }
        first.is_some()
    }

    fn check(&mut self, around: &Around) {
        self.wrong = wish::check(self, around);
    }

    /// The field of a part, where it has one now.
    fn part(&self, part: Part) -> Option<&Field> {
        self.fields.all.get(self.parts.iter().position(|other| *other == part)?)
    }

    fn value(&self, part: Part) -> &str {
        self.part(part).map_or("", Field::value)
    }

    pub fn choose_node(&mut self, node: &NodeKey) {
        let Some(at) = self.parts.iter().position(|part| *part == Part::Where) else { return };
        if let Some(name) =
            fields::node_names(&self.nodes).get(self.nodes.iter().position(|other| other == node).unwrap_or(usize::MAX))
        {
            self.fields.all[at].set(name);
        }
    }
}
