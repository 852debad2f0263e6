//! What is done in the store: going about in it, narrowing it, marking favourites, copying. What must hold: a favourite is
//! shown as one at once, and not any more when it could not be kept.

use ratatui::layout::Position;

use super::Turn;
use crate::{
    domain::{catalog::RecipeId, fault::Fault},
    engine::{Change, Tone},
    tui::{
        command::Command,
        keymap::Place,
        layers::{Layer, copy::CopyMenu, narrow::Narrow},
        model::{Wish, store::Pane},
        screens::store::{card, places},
    },
};

impl Turn<'_> {
    fn store_places(&self) -> Option<places::Places> {
        Some(places::places(self.model.floor()?.body, &self.model.store))
    }

    /// Up and down, in the pane that has the keys.
    pub fn move_in_store(&mut self, command: Command, page: usize) {
        let store = &mut self.model.store;
        match store.pane {
            Pane::List => store.go(super::moving::aim(command, store.hand.at, store.len(), page)),
            Pane::Rail => {
                let at = super::moving::aim(command, store.aisle_at(), store.aisles.len(), page);
                store.enter_aisle(at);
            }
            Pane::Card => {
                let last = self.card_end();
                let store = &mut self.model.store;
                let top = super::moving::aim(command, store.card_top.min(last).into(), usize::from(last) + 1, page);
                store.card_top = top as u16;
            }
        }
    }

    fn card_end(&self) -> u16 {
        let area = self.store_places().and_then(|places| places.card);
        area.map_or(0, |area| card::last_top(self.model, area))
    }

    /// To the part beside this one; where there is no rail, to the aisle beside.
    pub fn move_across_store(&mut self, command: Command) {
        let Some(places) = self.store_places() else { return };
        let by = if matches!(command, Command::Left | Command::PreviousPane) { -1 } else { 1 };
        if places.rail.is_none() {
            return self.model.store.step_aisle(by);
        }
        const PANES: [Pane; 3] = [Pane::Rail, Pane::List, Pane::Card];
        let at = PANES.iter().position(|pane| *pane == self.model.store.pane).unwrap_or(1) as isize + by;
        let at = match command {
            Command::Left | Command::Right => at.clamp(0, 2),
            _ => at.rem_euclid(3),
        };
        self.model.store.pane = PANES[at as usize];
    }

    /// The card, or the form of a new app where the card is seen already.
    pub fn enter_store(&mut self) {
        let is_seen = self.store_places().is_some_and(|places| places.card.is_some());
        match (self.model.store.pane, is_seen) {
            (Pane::Rail, _) => self.model.store.pane = Pane::List,
            (_, true) => self.deploy(),
            _ if self.model.store.held().is_some() => self.model.layers.push(Layer::Card { top: 0 }),
            _ => {}
        }
    }

    /// Another recipe, with its card open.
    pub fn turn_card(&mut self, by: isize) {
        let store = &mut self.model.store;
        store.go(store.hand.at.saturating_add_signed(by));
        if let Some(Layer::Card { top }) = self.model.layers.last_mut() {
            *top = 0;
        }
    }

    pub fn back_from_store(&mut self) -> bool {
        let store = &mut self.model.store;
        if store.pane == Pane::Card {
            store.pane = Pane::List;
            return true;
        }
        store.widen()
    }

    pub fn sort_store(&mut self) {
        let store = &mut self.model.store;
        store.sort = store.sort.next();
        store.arrange();
        let words = if store.is_searching() { "best first while you search" } else { store.sort.words() };
        let words = format!("by {}: {words}", store.sort.words());
        self.echo(words);
    }

    pub fn favour(&mut self) {
        let Some(id) = self.model.store.hand.key.clone() else { return };
        let name = self.model.store.recipe(&id).map_or_else(|| id.to_string(), |recipe| recipe.name.clone());
        let is_new = self.model.store.favour(&id);
        let (words, change) = match is_new {
            true => (format!("{name} is a favourite"), Change::Favour(id.clone())),
            false => (format!("{name} is no favourite any more"), Change::Unfavour(id.clone())),
        };
        self.echo(words);
        self.change(Wish::Favour(id), change);
    }

    pub fn favour_failed(&mut self, id: &RecipeId, fault: &Fault) {
        self.model.store.favour(id);
        self.fail(fault);
    }

    pub fn lay_narrow(&mut self) {
        if self.model.store.shelf.is_none() {
            return;
        }
        self.model.store.choices.is_open = true;
        self.model.layers.push(Layer::Narrow(Narrow::default()));
        self.count_choices();
    }

    /// What each filter would leave, as long as somebody looks at them.
    pub fn count_choices(&mut self) {
        let model = &mut *self.model;
        let is_open = model.layers.iter().any(|layer| matches!(layer, Layer::Narrow(_)));
        model.store.choices.is_open = is_open;
        if !is_open {
            return;
        }
        model.store.look_for_room(&model.world.fleet);
        let counts = model.store.count_choices();
        for layer in &mut model.layers {
            if let Layer::Narrow(narrow) = layer {
                narrow.counts.clone_from(&counts);
                narrow.at = narrow.at.min(counts.len().saturating_sub(1));
            }
        }
    }

    pub fn turn_choice(&mut self) {
        if let Some(Layer::Narrow(narrow)) = self.model.layers.last() {
            let at = narrow.at;
            self.model.store.choices.turn(at);
            self.model.store.look_for_room(&self.model.world.fleet);
            self.model.store.arrange();
            self.count_choices();
        }
    }

    pub fn clear_choices(&mut self) {
        self.model.store.choices.clear();
        self.model.store.arrange();
        self.count_choices();
    }

    pub fn copy_recipe(&mut self) {
        if let Some(shelved) = self.model.store.shelved() {
            let menu = CopyMenu::of_recipe(shelved);
            self.model.layers.push(Layer::CopyMenu(menu));
        }
    }

    pub fn copy_home(&mut self) {
        let Some(recipe) = self.model.store.held().cloned() else { return };
        let links = &recipe.links;
        match links.home.as_ref().or(links.docs.as_ref()).or(links.source.as_ref()) {
            Some(url) => {
                self.copy(url.clone(), format!("copied {url}: open it in your browser"));
            }
            None => self.tell(Tone::Info, format!("{} names no page of its own", recipe.name)),
        }
    }

    pub fn click_store(&mut self, at: Position) {
        let Some(places) = self.store_places() else { return };
        self.model.is_filtering = false;
        let model = &mut *self.model;
        if let Some(rail) = places.rail.filter(|rail| rail.contains(at)) {
            model.store.pane = Pane::Rail;
            let row = model.store.rail_top + usize::from(at.y - rail.y);
            if row < model.store.aisles.len() {
                model.store.enter_aisle(row);
            }
        } else if let Some(line) = places.chips.filter(|line| line.contains(at)) {
            let chips = places::chips(line, &model.store);
            if let Some((aisle, _)) = chips.into_iter().find(|(_, place)| place.contains(at)) {
                model.store.enter_aisle(aisle);
            }
        } else if places.card.is_some_and(|card| card.contains(at)) && places.rail.is_some() {
            model.store.pane = Pane::Card;
        } else if places.list.contains(at) {
            let row = model.store.hand.top + usize::from(at.y - places.list.y);
            let was_here = model.store.pane == Pane::List;
            model.store.pane = Pane::List;
            match row {
                row if row >= model.store.len() => {}
                // A second click on the same row opens it.
                row if row == model.store.hand.at && was_here => self.obey(Command::Enter),
                row => model.store.go(row),
            }
        }
    }

    /// The wheel moves what is under it.
    pub fn wheel_store(&mut self, at: Position, command: Command) {
        if !matches!(self.model.place(), Place::Store | Place::Filter) {
            return self.obey(command);
        }
        let Some(places) = self.store_places() else { return };
        let has = |area: Option<ratatui::layout::Rect>| area.is_some_and(|area| area.contains(at));
        let under = match () {
            () if has(places.rail) => Pane::Rail,
            () if has(places.card) => Pane::Card,
            () => Pane::List,
        };
        let pane = std::mem::replace(&mut self.model.store.pane, under);
        self.move_in_store(command, 1);
        self.model.store.pane = pane;
    }

    /// The parts move when the hand would leave them, and one that is gone has no keys.
    pub fn keep_store_in_sight(&mut self) {
        let Some(places) = self.store_places() else { return };
        let store = &mut self.model.store;
        if places.rail.is_none() {
            store.pane = Pane::List;
        }
        let window = crate::tui::model::hand::window;
        let page = usize::from(places.list.height).max(1);
        store.hand.top = window(store.hand.top, store.hand.at, store.len(), page);
        if let Some(rail) = places.rail {
            store.rail_top = window(store.rail_top, store.aisle_at(), store.aisles.len(), rail.height.into());
        }
    }

    /// How far a page key goes in the part that has the keys.
    pub fn page_of_store(&self) -> usize {
        let Some(places) = self.store_places() else { return 1 };
        let part = match self.model.store.pane {
            Pane::Rail => places.rail,
            Pane::List => Some(places.list),
            Pane::Card => places.card,
        };
        usize::from(part.map_or(1, |part| part.height)).max(1)
    }
}
