//! Deck 3: the recipes. At the left the aisles, then the shelf, then the card of the one under the hand; where it is narrow
//! the aisles are a line and the card opens over the shelf. What must hold: a picture costs what is in sight, however long
//! the shelf is.

mod aisles;
mod bad;
pub mod card;
mod facts;
mod head;
mod lit;
pub mod places;
mod row;

use ratatui::layout::Rect;

use self::places::{Places, places};
use super::bare;
use crate::tui::{
    model::{
        Model,
        hand::window,
        store::{Pane, Reading, Store},
    },
    theme::Role,
    widgets::{
        brush::Brush,
        ears::{self, Hold},
    },
};

pub fn draw(brush: &mut Brush, body: Rect, model: &Model) {
    let store = &model.store;
    if store.shelf.as_ref().is_none_or(|shelf| shelf.recipes.is_empty() && shelf.faults.is_empty()) {
        return nothing(brush, body, &store.reading);
    }
    let places = places(body, store);
    head::draw(brush, places.head, model);
    if let Some(line) = places.chips {
        aisles::line(brush, line, store);
    }
    if let Some(rail) = places.rail {
        seams(brush, &places, store);
        aisles::rail(brush, rail, store);
    }
    list(brush, places.list, model);
    bad::draw(brush, places.bad, store);
    if let (Some(area), Some(shelved)) = (places.card, store.shelved()) {
        card::beside(brush, area, model, shelved);
    }
}

/// The hairlines over the parts; that of the one that has the keys is lit.
fn seams(brush: &mut Brush, places: &Places, store: &Store) {
    let parts = [(places.rail, Pane::Rail), (Some(places.list), Pane::List), (places.card, Pane::Card)];
    for (area, pane) in parts {
        let Some(area) = area.filter(|area| area.y > places.head.bottom()) else { continue };
        let hold = if store.pane == pane { Hold::Held } else { Hold::Idle };
        ears::seam(brush, Rect { y: area.y - 1, height: 1, ..area }, hold);
    }
}

fn list(brush: &mut Brush, area: Rect, model: &Model) {
    let store = &model.store;
    if store.is_empty() {
        return nothing_found(brush, area, store);
    }
    let top = window(store.hand.top, store.hand.at, store.len(), usize::from(area.height).max(1));
    for (y, row) in (area.y..area.bottom()).zip(top..store.len()) {
        let is_held = row == store.hand.at && store.pane == Pane::List;
        let hold = if is_held { Hold::Held } else { Hold::Idle };
        row::draw(brush, Rect { y, height: 1, ..area }, model, row, hold);
    }
    let used = (store.len() - top).min(usize::from(area.height)) as u16;
    bare::rest(brush, Rect { y: area.y + used, height: area.height - used, ..area });
}

fn nothing(brush: &mut Brush, body: Rect, reading: &Reading) {
    let words = match reading {
        Reading::NotYet | Reading::Asked => vec![("reading the recipes …".to_owned(), Role::Title)],
        Reading::Done => {
            vec![("no recipe is here".to_owned(), Role::Title), ("[r] reads them anew".to_owned(), Role::Dim)]
        }
        Reading::Failed(fault) => vec![
            (fault.what.clone(), Role::Danger),
            (fault.why.clone(), Role::Text),
            (format!("{} · [r] reads them anew", fault.remedy), Role::Dim),
        ],
    };
    bare::mount(brush, body, &words);
}

/// Says what hides what, and which key shows it.
fn nothing_found(brush: &mut Brush, area: Rect, store: &Store) {
    let what = match (store.is_searching(), store.aisle.words()) {
        (true, _) => format!("nothing here answers to \"{}\"", store.search.trim()),
        (false, aisle) => format!("nothing is in {aisle}"),
    };
    let mut words = vec![(what, Role::Title), (String::new(), Role::Dim)];
    let elsewhere = store.aisles.first().map_or(0, |(_, count)| *count);
    if elsewhere > 0 {
        words.push((format!("{elsewhere} in other categories"), Role::Text));
    }
    if store.hidden > 0 {
        words.push((format!("{} behind the filters: [t]", store.hidden), Role::Text));
    }
    let clears = match () {
        () if !store.search.is_empty() => "[Esc] clears the search",
        () if store.choices.any() => "[Esc] clears the filters",
        () => "[Esc] shows all",
    };
    words.push((clears.to_owned(), Role::Dim));
    bare::mount(brush, area, &words);
}
