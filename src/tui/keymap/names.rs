//! What the rows of the table are called in the settings: where, and what. What must hold: no two rows have one name.

use super::{
    Binding, Place,
    groups::{DECKS, FORMS, LISTS, MENUS, PANES, PLANS, RACK_DECKS, RACKS, RECIPES, SCROLLED},
};

/// Rows of many places go by what these have in common.
const GROUPS: &[(&[Place], &str)] = &[
    (RACKS, "apps"),
    (RACK_DECKS, "racks"),
    (LISTS, "lists"),
    (PANES, "panes"),
    (SCROLLED, "text"),
    (FORMS, "forms"),
    (RECIPES, "recipes"),
    (PLANS, "plans"),
    (MENUS, "menus"),
    (DECKS, "decks"),
];

/// `apps.restart`, `lists.next`, `decks.open-store`.
pub fn slug(binding: &Binding) -> String {
    format!("{}.{}", group(binding.places), command(&format!("{:?}", binding.command)))
}

/// Rows of many places go by what these have in common.
fn group(places: &[Place]) -> String {
    match GROUPS.iter().find(|(group, _)| *group == places) {
        Some((_, name)) => (*name).to_owned(),
        None => places.first().map(|place| of_place(*place)).unwrap_or_default(),
    }
}

/// `app-backups`
fn of_place(place: Place) -> String {
    match place {
        Place::Overview => "deck".into(),
        place => kebab(&format!("{place:?}")),
    }
}

/// What stands between brackets says more than what is before them, but for a deck that is opened.
fn command(name: &str) -> String {
    match name.split_once('(') {
        Some(("Power", wish)) => kebab(wish.trim_end_matches(')')),
        Some((verb, what)) => kebab(&format!("{verb}{}", what.trim_end_matches(')'))),
        None => kebab(name),
    }
}

fn kebab(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !text.is_empty() {
            text.push('-');
        }
        text.extend(letter.to_lowercase());
    }
    text
}
