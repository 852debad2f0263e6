//! The keys as they really are: the table, with what the operator put elsewhere. What must hold: whatever he wrote, no key
//! has two meanings at one place and every place keeps its way out.

use std::{borrow::Cow, sync::Arc};

use crossterm::event::{KeyCode, KeyModifiers};

use super::{Binding, Key, Place, names, rows};
use crate::{
    domain::fault::{Fault, FaultCode},
    settings::{Keys, Presses},
    tui::{command::Command, model::Demo},
};

#[derive(Debug, Clone)]
pub struct Keymap {
    rows: Arc<Vec<Row>>,
}

#[derive(Debug, Clone)]
struct Row {
    slug: String,
    binding: &'static Binding,
    keys: Vec<Key>,
}

/// One row, as it is bound.
#[derive(Debug, Clone, Copy)]
pub struct Bound<'a> {
    pub slug: &'a str,
    pub places: &'static [Place],
    pub keys: &'a [Key],
    pub command: Command,
    pub words: &'static str,
    pub hint: &'static str,
    /// Whether the operator put it elsewhere.
    pub is_moved: bool,
}

impl Default for Keymap {
    fn default() -> Self {
        let rows = rows().map(|binding| Row { slug: names::slug(binding), binding, keys: binding.keys.to_vec() });
        Self { rows: Arc::new(rows.collect()) }
    }
}

impl Keymap {
    /// The table with what he wrote, and what is to be said of lines that cannot be.
    pub fn of(keys: &Keys) -> (Self, Vec<String>) {
        let (mut map, mut notes) = (Self::default(), Vec::new());
        if keys.0.is_empty() {
            return (map, notes);
        }
        let rows = Arc::make_mut(&mut map.rows);
        for (slug, presses) in &keys.0 {
            match rows.iter_mut().find(|row| row.slug == *slug) {
                None => notes.push(format!("{slug}: there is no such command")),
                Some(row) => match fitting(row.binding, presses) {
                    Ok(pressed) => row.keys = pressed,
                    Err(why) => notes.push(format!("{slug}: {why}")),
                },
            }
        }
        map.settle(&mut notes);
        (map, notes)
    }

    /// Of two that are the same at one place, the later one that was moved goes back to where it was.
    fn settle(&mut self, notes: &mut Vec<String>) {
        while let Some((at, why)) = self.first_clash() {
            if let Some(row) = Arc::make_mut(&mut self.rows).get_mut(at) {
                row.keys = row.binding.keys.to_vec();
                notes.push(format!("{}: {why}", row.slug));
            }
        }
    }

    fn first_clash(&self) -> Option<(usize, String)> {
        let moved = self.rows.iter().enumerate().rev().filter(|(_, row)| row.is_moved());
        moved.filter_map(|(at, row)| row.keys.iter().find_map(|key| Some((at, self.taken(row, *key)?)))).next()
    }

    /// What a key does already where this row is.
    fn taken(&self, row: &Row, key: Key) -> Option<String> {
        self.rows.iter().filter(|other| other.slug != row.slug && other.keys.contains(&key)).find_map(|other| {
            let place = other.binding.places.iter().find(|place| row.binding.places.contains(place))?;
            Some(format!("{} is taken: in {} it does \"{}\"", key.label(), place.name(), other.binding.words))
        })
    }

    /// Whether this key may be that command's.
    pub fn judge(&self, slug: &str, key: Key) -> Result<(), String> {
        let Some(row) = self.rows.iter().find(|row| row.slug == slug) else {
            return Err("there is no such command".into());
        };
        may_be(row.binding, key)?;
        self.taken(row, key).map_or(Ok(()), Err)
    }

    /// What a key means at a place.
    pub fn meaning(&self, place: Place, world: Demo, key: Key) -> Option<Command> {
        let found = |key: Key| self.at(place, world).find(|bound| bound.keys.contains(&key)).map(|bound| bound.command);
        // Where an arrow with Shift means nothing, it is an arrow.
        let bare = Key { modifiers: key.modifiers - KeyModifiers::SHIFT, ..key };
        found(key).or_else(|| found(bare))
    }

    /// The keys of a place, the most telling first. Trouble is for the demo alone.
    pub fn at(&self, place: Place, world: Demo) -> impl Iterator<Item = Bound<'_>> {
        self.all().filter(move |bound| {
            bound.places.contains(&place) && (bound.command != Command::Trouble || world == Demo::Demo)
        })
    }

    pub fn all(&self) -> impl Iterator<Item = Bound<'_>> {
        self.rows.iter().map(Row::bound)
    }

    pub fn find(&self, slug: &str) -> Option<Bound<'_>> {
        self.rows.iter().find(|row| row.slug == slug).map(Row::bound)
    }

    /// The key that does it there, as people write it.
    pub fn label(&self, place: Place, command: Command) -> Option<String> {
        let bound = self.all().find(|bound| bound.places.contains(&place) && bound.command == command)?;
        bound.keys.first().map(|key| key.label())
    }

    /// The text with the keys that are really bound: `[b]` is what `b` was before anybody moved it.
    pub fn reword<'t>(&self, place: Place, text: &'t str) -> Cow<'t, str> {
        if !text.contains('[') || !self.rows.iter().any(Row::is_moved) {
            return Cow::Borrowed(text);
        }
        let (mut said, mut rest) = (String::new(), text);
        while let Some((before, (inner, after))) =
            rest.split_once('[').and_then(|(before, after)| Some((before, after.split_once(']')?)))
        {
            said.push_str(before);
            let now = self.now(place, inner).unwrap_or_else(|| inner.to_owned());
            said.push_str(&format!("[{now}]"));
            rest = after;
        }
        said.push_str(rest);
        Cow::Owned(said)
    }

    fn now(&self, place: Place, label: &str) -> Option<String> {
        let key = Key::read(label).ok()?;
        let has = |place| {
            let row = move |row: &&Row| row.binding.places.contains(&place) && row.binding.keys.contains(&key);
            self.rows.iter().find(row)
        };
        let row = has(place).or_else(|| has(Place::Overview)).filter(|row| !row.keys.contains(&key))?;
        row.keys.first().map(|key| key.label())
    }
}

impl Row {
    fn is_moved(&self) -> bool {
        self.keys != self.binding.keys
    }

    fn bound(&self) -> Bound<'_> {
        let Binding { places, command, words, hint, .. } = *self.binding;
        Bound { slug: &self.slug, places, keys: &self.keys, command, words, hint, is_moved: self.is_moved() }
    }
}

/// What nobody can move, so that there always is a way in and a way out.
pub fn is_fixed(key: Key) -> bool {
    let is_plain = key.modifiers == KeyModifiers::NONE;
    let stays = [KeyCode::Esc, KeyCode::Enter, KeyCode::Up, KeyCode::Down, KeyCode::Left, KeyCode::Right];
    (is_plain && stays.contains(&key.code)) || key == Key::control('c')
}

/// Whether this key can mean anything there at all.
fn may_be(binding: &Binding, key: Key) -> Result<(), String> {
    if binding.places.iter().any(|place| place.is_at_console()) {
        return Err("the keys of a console stay: all others go inside".into());
    }
    if is_fixed(key) {
        return Err(format!("{} stays what it is: so do Esc, Enter, the arrows and Ctrl-C", key.label()));
    }
    let is_typed = key.modifiers == KeyModifiers::NONE
        && !matches!(
            key.code,
            KeyCode::F(_) | KeyCode::Tab | KeyCode::BackTab | KeyCode::PageUp | KeyCode::PageDown | KeyCode::Insert
        )
        || key == Key::control('u');
    let is_digit = matches!(key.code, KeyCode::Char('0'..='9')) && key.modifiers == KeyModifiers::NONE;
    if is_digit && binding.places.contains(&Place::Picks) {
        return Err(format!("{} takes a line of a small menu", key.label()));
    }
    match binding.places.iter().find(|place| place.takes_text()) {
        Some(place) if is_typed => Err(format!("{} is typed in {}", key.label(), place.name())),
        _ => Ok(()),
    }
}

/// His keys, and those of the table that stay.
fn fitting(binding: &Binding, Presses(texts): &Presses) -> Result<Vec<Key>, String> {
    if binding.places.iter().any(|place| place.is_at_console()) {
        return Err("the keys of a console stay: all others go inside".into());
    }
    let mut pressed = Vec::new();
    for text in texts {
        let key = Key::read(text)?;
        if binding.keys.contains(&key) && is_fixed(key) {
            continue;
        }
        may_be(binding, key)?;
        pressed.push(key);
    }
    let stay: Vec<Key> = binding.keys.iter().copied().filter(|key| is_fixed(*key)).collect();
    let leads = binding.keys.first().is_some_and(|key| is_fixed(*key));
    let mut keys = if leads { [stay, pressed].concat() } else { [pressed, stay].concat() };
    let mut seen = Vec::new();
    keys.retain(|key| {
        let is_new = !seen.contains(key);
        seen.push(*key);
        is_new
    });
    Ok(keys)
}

/// Of lines of the settings that could not be taken.
pub fn amiss(notes: &[String]) -> Option<Fault> {
    (!notes.is_empty()).then(|| {
        Fault::lasting(
            FaultCode::Usage,
            "some keys of the settings were not taken, the usual ones hold",
            notes.join("; "),
            "mend those lines under [keys], or choose the keys among the settings of the deck",
        )
    })
}
