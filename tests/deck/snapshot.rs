//! Pictures that keep their colours, as text: the glyphs, one letter per style, and a legend that names roles. With
//! `PROXIMITY_SNAPSHOTS=write` the stored ones are written anew; look at what changed before you commit it.

use std::{collections::HashMap, fmt::Write, path::PathBuf};

use proximity::tui::theme::{Role, Theme};
use ratatui::{
    buffer::{Buffer, Cell},
    style::{Color, Modifier},
};

const LETTERS: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&*+=?@^~<>";

pub fn text_of(picture: &Buffer, theme: &Theme) -> String {
    let mut styles: Vec<(Color, Color, Modifier)> = Vec::new();
    let (mut glyphs, mut colours) = (String::new(), String::new());
    for y in 0..picture.area.height {
        for x in 0..picture.area.width {
            let cell: &Cell = &picture[(x, y)];
            glyphs.push_str(cell.symbol());
            let style = (cell.fg, cell.bg, cell.modifier);
            let at = styles.iter().position(|known| *known == style).unwrap_or_else(|| {
                styles.push(style);
                styles.len() - 1
            });
            colours.push(LETTERS.chars().nth(at).unwrap_or('_'));
        }
        glyphs.push_str("|\n");
        colours.push_str("|\n");
    }
    let mut text = format!("{glyphs}---\n{colours}---\n");
    let names = role_names(theme);
    for (letter, (front, back, modifier)) in LETTERS.chars().zip(styles) {
        let name = |colour: Color| names.get(&colour).cloned().unwrap_or_else(|| format!("{colour}"));
        let bold = if modifier.is_empty() { String::new() } else { format!(" {modifier:?}") };
        let _ = writeln!(text, "{letter} {} on {}{bold}", name(front), name(back));
    }
    text
}

/// The first role that has a colour; mixed colours have none and show as they are.
fn role_names(theme: &Theme) -> HashMap<Color, String> {
    let mut names = HashMap::new();
    for role in Role::ALL {
        names.entry(theme.colour(role)).or_insert_with(|| format!("{role:?}"));
    }
    names
}

pub fn check(name: &str, picture: &Buffer, theme: &Theme) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/deck/snapshots").join(format!("{name}.txt"));
    let now = text_of(picture, theme);
    if std::env::var("PROXIMITY_SNAPSHOTS").is_ok_and(|wish| wish == "write") {
        return assert!(std::fs::write(&path, &now).is_ok(), "{} cannot be written", path.display());
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(stored == now, "{name} looks different now:\n{}", difference(&stored, &now));
}

/// The lines that differ, old above new.
fn difference(stored: &str, now: &str) -> String {
    let mut told = String::new();
    let (stored, now): (Vec<_>, Vec<_>) = (stored.lines().collect(), now.lines().collect());
    for i in 0..stored.len().max(now.len()) {
        let (old, new) = (stored.get(i).unwrap_or(&""), now.get(i).unwrap_or(&""));
        if old != new {
            let _ = writeln!(told, "{i:4} - {old}\n{i:4} + {new}");
        }
    }
    told
}
