//! Arranging units, turning them, going to one.

use super::Turn;
use crate::{
    domain::ids::GuestKey,
    engine::Query,
    settings::Motion,
    sound::Cue,
    tui::{
        command::{Command, Deck, Tab},
        layers::{Layer, inbox::Chip},
        model::{
            Back, Wish,
            flip::Side,
            overview::Pane,
            wants::{About, Want},
        },
    },
};

impl Turn<'_> {
    pub fn arrange(&mut self, command: Command) {
        let model = &mut *self.model;
        match command {
            Command::Filter => model.is_filtering = true,
            Command::Sort => {
                model.apps.sort = model.apps.sort.next();
                model.apps.arrange(&model.world);
                self.echo(format!("by {}", self.model.apps.sort.words()));
            }
            Command::Mark => model.apps.mark(),
            Command::MarkAll => model.apps.mark_all(),
            _ => self.flip(),
        }
    }

    pub fn flip(&mut self) {
        let Some(key) = self.model.under_hand().cloned() else { return };
        let motion = self.model.canvas.motion;
        let side = self.model.flips.turn(&key, motion, self.model.now.tick);
        if motion != Motion::Full {
            self.play(Cue::Flip);
        }
        if side == Side::Back {
            self.ask_back(key);
        }
    }

    pub fn ask_back(&mut self, key: GuestKey) {
        self.model.backs.entry(key.clone()).or_insert(Back::Asked);
        self.query(Wish::Back(key.clone()), Query::Guest(key));
    }

    pub fn enter_unit(&mut self) {
        if self.model.overview.pane == Pane::Wants {
            let about = self.model.health.wants.get(self.model.overview.want).map(|want| want.about.clone());
            return about.into_iter().for_each(|about| self.enter_want(about));
        }
        let Some(key) = self.model.overview.selected().cloned() else { return };
        match self.entry_under_hand().and_then(|entry| self.model.news_of(entry)).is_some() {
            true => self.log(),
            false => self.show_detail(&key, Tab::Overview),
        }
    }

    /// What mends it, or where it stands.
    fn enter_want(&mut self, about: About) {
        match about {
            About::Operation(_, operation) => self.show_operation(operation),
            About::Guest(guest) => self.show_unit(&guest),
            About::Hosts => self.open(Deck::Hosts),
            About::Backups(age) => self.show_age(age),
            About::Alert(_, alert) => self.enter_alert(alert),
            About::Finding(_, finding) => self.enter_finding(finding),
            About::Drift => self.show_inbox(Chip::Drift),
        }
    }

    /// The first thing that this app wants somebody for.
    pub fn enter_want_of_app(&mut self) {
        let Some(guest) = self.model.under_hand().cloned() else { return };
        let is_its = |want: &&Want| want.guest() == Some(&guest) && !matches!(want.about, About::Guest(_));
        match self.model.health.wants.iter().find(is_its).map(|want| want.about.clone()) {
            Some(about) => self.enter_want(about),
            None => self.echo("it wants nobody".into()),
        }
    }

    /// The unit under the hand among the apps.
    pub fn show_unit_of_deck(&mut self) {
        if self.model.overview.pane == Pane::Wants {
            return self.enter_unit();
        }
        if let Some(key) = self.model.overview.selected().cloned() {
            self.show_unit(&key);
        }
    }

    /// Opens the apps with the hand on this unit, whatever chip and filter it takes.
    pub fn show_unit(&mut self, key: &GuestKey) {
        let model = &mut *self.model;
        model.layers.retain(|layer| !matches!(layer, Layer::Detail(_)));
        model.deck = Deck::Apps;
        model.is_filtering = false;
        model.apps.show(key, &model.world);
    }
}
