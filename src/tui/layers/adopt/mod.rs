//! Adoption in three steps over all hosts: choose, see, confirm; then how each went. What must hold: nothing is begun before
//! the last step, and no two are called the same.

mod draw;
mod lines;

use std::collections::{BTreeMap, BTreeSet};

pub use self::draw::draw;
use crate::{
    domain::{
        adoption::{Candidate, name_of, unique_name},
        app::App,
        fault::Fault,
        fleet::{Fleet, Guest, GuestKind, Power},
        ids::{GuestKey, HostId, OperationId},
    },
    engine::AdoptWish,
    tui::{event::Ticket, keymap::Place},
};

#[derive(Debug, Clone)]
pub struct Adoption {
    pub step: Step,
    /// Where the hand is in the list of this step.
    pub at: usize,
    pub filter: String,
    pub is_filtering: bool,
    pub chip: Chip,
    /// The containers that are nobody's app and fit filter and chip.
    pub shown: Vec<GuestKey>,
    pub marked: BTreeSet<GuestKey>,
    /// From the second step on.
    pub chosen: Vec<GuestKey>,
    pub looks: BTreeMap<GuestKey, Look>,
    pub drafts: Vec<Draft>,
    pub begun: Vec<Begun>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Choose,
    See,
    Confirm,
    /// All were begun.
    Told,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Chip {
    #[default]
    All,
    Running,
    Tagged,
    Host(HostId),
}

#[derive(Debug, Clone)]
pub enum Look {
    Waits(Ticket),
    Seen(Box<Candidate>),
    Failed(Fault),
}

impl Look {
    pub fn seen(&self) -> Option<&Candidate> {
        match self {
            Self::Seen(candidate) => Some(candidate),
            Self::Waits(_) | Self::Failed(_) => None,
        }
    }
}

/// What is wished for one of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    pub wish: AdoptWish,
    /// By the operator: what is seen later does not change it.
    pub is_edited: bool,
    pub is_left_out: bool,
}

impl Draft {
    pub fn name(&self) -> &str {
        self.wish.name.as_deref().unwrap_or_default()
    }
}

/// One that was begun, and how it went.
#[derive(Debug, Clone)]
pub struct Begun {
    pub guest: GuestKey,
    pub name: String,
    pub state: Went,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Went {
    Asked(Ticket),
    Runs(OperationId),
    Well(OperationId),
    Failed(Option<OperationId>, Fault),
}

/// Containers that are nobody's app, in the order of their keys.
fn strangers(fleet: &Fleet) -> impl Iterator<Item = &Guest> {
    let fits =
        |guest: &&Guest| guest.kind == GuestKind::Container && !guest.is_template && fleet.app_of(&guest.key).is_none();
    fleet.guests.iter().map(|guest| &**guest).filter(fits)
}

impl Chip {
    fn takes(&self, guest: &Guest) -> bool {
        match self {
            Self::All => true,
            Self::Running => guest.power == Power::Running,
            Self::Tagged => !guest.tags.is_empty(),
            Self::Host(host) => guest.key.host == *host,
        }
    }

    pub fn words(&self) -> &str {
        match self {
            Self::All => "all",
            Self::Running => "running",
            Self::Tagged => "tagged",
            Self::Host(host) => host.as_str(),
        }
    }

    /// With how many there are of each; hosts where there are several.
    pub fn all(fleet: &Fleet) -> Vec<(Self, usize)> {
        let hosts = fleet.hosts.iter().filter(|_| fleet.hosts.len() > 1).map(|host| Self::Host(host.id.clone()));
        let chips = [Self::All, Self::Running, Self::Tagged].into_iter().chain(hosts);
        chips.map(|chip| (chip.clone(), strangers(fleet).filter(|guest| chip.takes(guest)).count())).collect()
    }
}

impl Adoption {
    pub fn new(fleet: &Fleet) -> Self {
        let mut new = Self {
            step: Step::Choose,
            at: 0,
            filter: String::new(),
            is_filtering: false,
            chip: Chip::All,
            shown: Vec::new(),
            marked: BTreeSet::new(),
            chosen: Vec::new(),
            looks: BTreeMap::new(),
            drafts: Vec::new(),
            begun: Vec::new(),
        };
        new.arrange(fleet);
        new
    }

    /// Straight to the second step.
    pub fn of(fleet: &Fleet, chosen: Vec<GuestKey>) -> Self {
        let marked = chosen.iter().cloned().collect();
        Self { step: Step::See, chosen, marked, ..Self::new(fleet) }
    }

    pub fn place(&self) -> Place {
        match self.step {
            Step::Choose if self.is_filtering => Place::Filter,
            Step::Choose => Place::Candidates,
            Step::See => Place::Looks,
            Step::Confirm => Place::Drafts,
            Step::Told => Place::Adopted,
        }
    }

    /// The list of the first step anew; marks of what is gone go with it.
    pub fn arrange(&mut self, fleet: &Fleet) {
        let held = self.shown.get(self.at).cloned();
        let wanted = self.filter.to_lowercase();
        let text = |guest: &Guest| {
            let tags: Vec<&str> = guest.tags.iter().map(|tag| &**tag).collect();
            format!("{} {} {} {}", guest.name, guest.key, guest.node, tags.join(" ")).to_lowercase()
        };
        let fits = |guest: &&Guest| self.chip.takes(guest) && text(guest).contains(&wanted);
        self.shown = strangers(fleet).filter(fits).map(|guest| guest.key.clone()).collect();
        self.marked.retain(|key| fleet.guest(key).is_some() && fleet.app_of(key).is_none());
        if self.step == Step::Choose {
            let again = held.and_then(|held| self.shown.iter().position(|key| *key == held));
            self.at = again.unwrap_or(self.at).min(self.shown.len().saturating_sub(1));
        }
    }

    pub fn step_chip(&mut self, by: isize, fleet: &Fleet) {
        let chips = Chip::all(fleet);
        let at = chips.iter().position(|(chip, _)| *chip == self.chip).unwrap_or(0) as isize;
        let next = (at + by).rem_euclid(chips.len().max(1) as isize) as usize;
        self.chip = chips.into_iter().nth(next).map(|(chip, _)| chip).unwrap_or_default();
        self.arrange(fleet);
    }

    pub fn mark(&mut self) {
        match self.step {
            Step::Choose => {
                let Some(key) = self.shown.get(self.at) else { return };
                if !self.marked.remove(key) {
                    self.marked.insert(key.clone());
                }
                self.at = (self.at + 1).min(self.shown.len().saturating_sub(1));
            }
            Step::Confirm => {
                if let Some(draft) = self.drafts.get_mut(self.at) {
                    draft.is_left_out = !draft.is_left_out;
                }
            }
            Step::See | Step::Told => {}
        }
    }

    /// All that are shown, or none of them where all are marked.
    pub fn mark_all(&mut self) {
        if self.shown.iter().all(|key| self.marked.contains(key)) {
            self.marked.retain(|key| !self.shown.contains(key));
        } else {
            self.marked.extend(self.shown.iter().cloned());
        }
    }

    /// What the second step looks at: what is marked, or what is under the hand.
    pub fn choose(&self) -> Vec<GuestKey> {
        match self.marked.is_empty() {
            true => self.shown.get(self.at).cloned().into_iter().collect(),
            false => self.marked.iter().cloned().collect(),
        }
    }

    /// How many lines this step has.
    pub fn count(&self) -> usize {
        match self.step {
            Step::Choose => self.shown.len(),
            Step::See => self.chosen.len(),
            Step::Confirm => self.drafts.len(),
            Step::Told => self.begun.len(),
        }
    }

    /// How many nobody has an answer for yet.
    pub fn waiting(&self) -> usize {
        self.looks.values().filter(|look| matches!(look, Look::Waits(_))).count()
    }

    /// An answer; says whether it was one that this waits for.
    pub fn hear(&mut self, ticket: Ticket, look: Result<Candidate, Fault>, fleet: &Fleet) {
        let waits = |look: &Look| matches!(look, Look::Waits(waiting) if *waiting == ticket);
        let Some(slot) = self.looks.values_mut().find(|look| waits(look)) else { return };
        *slot = match look {
            Ok(candidate) => Look::Seen(Box::new(candidate)),
            Err(fault) => Look::Failed(fault),
        };
        if self.step == Step::Confirm {
            self.draft(fleet);
        }
    }

    /// What is proposed for each; what the operator wrote stays.
    pub fn draft(&mut self, fleet: &Fleet) {
        let before = std::mem::take(&mut self.drafts);
        let kept = |key: &GuestKey| before.iter().find(|draft| draft.wish.guest == *key);
        let mut taken: BTreeSet<String> = fleet.apps.iter().map(|app| app.name.to_string()).collect();
        taken.extend(before.iter().filter(|draft| draft.is_edited).map(|draft| draft.name().to_owned()));
        for key in &self.chosen {
            let known = kept(key).filter(|draft| draft.is_edited);
            self.drafts.push(known.cloned().unwrap_or_else(|| {
                let proposed = self.looks.get(key).and_then(Look::seen).map(AdoptWish::proposed);
                let mut wish = proposed.unwrap_or_else(|| AdoptWish::of(key.clone()));
                let name = fleet.guest(key).map_or_else(String::new, |guest| name_of(&guest.name, key.vmid));
                wish.name = Some(unique_name(&mut taken, &wish.name.unwrap_or(name)));
                Draft { wish, is_edited: false, is_left_out: kept(key).is_some_and(|draft| draft.is_left_out) }
            }));
        }
    }

    /// What speaks against a name: an app that has it, or another one here.
    pub fn clash(&self, at: usize, apps: &[App]) -> Option<String> {
        let draft = self.drafts.get(at).filter(|draft| !draft.is_left_out)?;
        if let Some(app) = apps.iter().find(|app| &*app.name == draft.name()) {
            return Some(format!("{} is an app already, {}", draft.name(), app.guest));
        }
        let same = |(other, one): &(usize, &Draft)| *other != at && !one.is_left_out && one.name() == draft.name();
        let (_, other) = self.drafts.iter().enumerate().find(same)?;
        Some(format!("{} is called so here as well", other.wish.guest))
    }

    /// Those that were begun and have ended by now.
    pub fn follow(&mut self, fleet: &Fleet) {
        self.arrange(fleet);
        for begun in &mut self.begun {
            let Went::Runs(id) = begun.state else { continue };
            let Some(operation) = fleet.operation(id) else {
                // Of many that have ended only the newest are still shown.
                if fleet.app_of(&begun.guest).is_some() {
                    begun.state = Went::Well(id);
                }
                continue;
            };
            if operation.is_running() {
                continue;
            }
            let is_well = operation.outcome().is_some_and(|outcome| outcome.is_good());
            begun.state = match operation.fault().filter(|_| !is_well) {
                Some(fault) => Went::Failed(Some(id), fault.clone()),
                None => Went::Well(id),
            };
        }
    }
}
