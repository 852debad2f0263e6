//! All that the palette can find. What must hold: what is offered can be done from where one is.

use super::{Does, Item};
use crate::{
    domain::mischief::Mischief,
    tui::{
        command::{Command, Deck},
        keymap::{Bound, Place},
        model::{Demo, Model, tale},
    },
};

pub fn all(model: &Model) -> Vec<Item> {
    let mut all: Vec<Item> = model.keymap.at(model.place(), model.demo).filter_map(here).collect();
    all.push(item("motion: full, reduced, none", "", Does::Command(Command::Motion)));
    all.extend(model.world.running().map(|operation| {
        let words = format!("{}: {}", operation.plan.name, tale(operation).1);
        item(words, "", Does::Operation(operation.id))
    }));
    all.extend(
        model
            .world
            .entries
            .iter()
            .map(|entry| item(entry.name.to_string(), entry.key.to_string(), Does::Show(entry.key.clone()))),
    );
    all.extend(model.marks.0.iter().map(|(letter, stop)| {
        let (name, _) = model.name_of_stop(stop);
        item(format!("mark {letter} {name}"), stop.deck.name(), Does::Mark(stop.clone()))
    }));
    let fleet = &model.world.fleet;
    all.extend(fleet.hosts.iter().map(|host| item(format!("host {}", host.id), "", Does::Host(host.id.clone()))));
    all.extend(
        fleet.nodes.iter().map(|node| {
            item(format!("node {}", node.key.node), node.key.host.to_string(), Does::Node(node.key.clone()))
        }),
    );
    all.extend(elsewhere(model));
    all.extend(model.specs().map(|spec| {
        item(
            format!("setting {}: {}", spec.tab.name(), spec.label.trim()),
            spec.shown(&model.settings),
            Does::Setting(spec),
        )
    }));
    all.extend(
        model.themes.iter().map(|theme| item(format!("theme {}", theme.name), "", Does::Wear(theme.name.clone()))),
    );
    if model.demo == Demo::Demo {
        all.extend(
            Mischief::ALL
                .iter()
                .map(|mischief| item(format!("trouble: {}", mischief.words()), "", Does::Meddle(*mischief))),
        );
    }
    all.extend(model.store.recipes().map(|recipe| {
        item(format!("deploy {}", recipe.name), recipe.category.clone(), Does::Deploy(recipe.id.clone()))
    }));
    all
}

fn item(words: impl Into<String>, beside: impl Into<String>, does: Does) -> Item {
    Item { words: words.into(), beside: beside.into(), does }
}

/// What makes sense to be called by name: moving does not.
fn is_worth(command: Command) -> bool {
    use Command::{
        Back, Enter, First, Last, Left, Next, NextPane, PageDown, PageUp, Palette, Previous, PreviousPane, Right,
    };
    !matches!(
        command,
        Next | Previous
            | Left
            | Right
            | First
            | Last
            | PageUp
            | PageDown
            | NextPane
            | PreviousPane
            | Enter
            | Palette
            | Back
    )
}

fn here(bound: Bound<'_>) -> Option<Item> {
    let key = bound.keys.first().map(|key| key.label()).unwrap_or_default();
    is_worth(bound.command).then(|| item(bound.words, key, Does::Command(bound.command)))
}

/// What other decks can do, as far as it can be done as soon as one is there.
fn elsewhere(model: &Model) -> impl Iterator<Item = Item> + '_ {
    let place = model.place();
    let decks = Deck::ALL.into_iter().filter(move |deck| place_of(*deck) != place);
    decks.flat_map(move |deck| {
        let there = model.keymap.at(place_of(deck), model.demo);
        let is_own = move |bound: &Bound| bound.places.len() <= 2 && is_worth(bound.command);
        let is_new = move |bound: &Bound| !model.keymap.at(place, model.demo).any(|here| here.slug == bound.slug);
        there.filter(move |bound| is_own(bound) && is_new(bound)).map(move |bound| {
            let key = bound.keys.first().map(|key| key.label()).unwrap_or_default();
            item(bound.words, format!("{} {key}", deck.number()), Does::There(deck, bound.command))
        })
    })
}

fn place_of(deck: Deck) -> Place {
    match deck {
        Deck::Overview => Place::Overview,
        Deck::Apps => Place::Apps,
        Deck::Store => Place::Store,
        Deck::Hosts => Place::Hosts,
        Deck::Backups => Place::Backups,
        Deck::Ops => Place::Ops,
        Deck::Settings => Place::Settings,
    }
}
