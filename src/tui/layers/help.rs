//! The keys of a place, from the one table.

use super::panel::Row;
use crate::tui::{
    command::{Command, Deck},
    keymap::{self, Place},
    model::Demo,
    theme::Role,
    widgets::brush::width,
};

/// In two columns where there is room: the keys of a place are meant to be seen at once.
pub fn help(of: Place, world: Demo, room: u16) -> Vec<Row> {
    let rows = keys_of(of, world);
    if room < 84 {
        return rows;
    }
    let half = rows.len().div_ceil(2);
    let left = room / 2;
    let mut columns = rows.into_iter();
    let mut pairs: Vec<Row> = columns.by_ref().take(half).collect();
    for (pair, right) in pairs.iter_mut().zip(columns) {
        let used: u16 = pair.iter().map(|(text, _)| width(text)).sum();
        pair.push((" ".repeat(usize::from(left.saturating_sub(used))), Role::Dim));
        pair.extend(right);
    }
    pairs
}

fn keys_of(of: Place, world: Demo) -> Vec<Row> {
    let told = |command: Command| match command {
        // Seven keys of one kind: the strip names them all the time.
        Command::Open(deck) => deck == Deck::Overview,
        _ => true,
    };
    keymap::at(of, world)
        .filter(|binding| told(binding.command))
        .map(|binding| {
            if let Command::Open(_) = binding.command {
                return pair("1 – 7".into(), "the decks");
            }
            let keys = binding.keys.iter().map(|key| key.label()).collect::<Vec<_>>().join("  ");
            pair(keys, binding.words)
        })
        .collect()
}

fn pair(keys: String, words: &str) -> Row {
    let gap = " ".repeat(usize::from(16u16.saturating_sub(width(&keys))).max(1));
    vec![(keys, Role::Title), (gap, Role::Dim), (words.to_owned(), Role::Text)]
}
