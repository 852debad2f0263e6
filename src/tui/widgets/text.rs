//! How much room a text takes, and how it is cut where there is less.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

pub fn cells(glyph: char) -> u16 {
    glyph.width().unwrap_or(0) as u16
}

/// How many cells a text takes.
pub fn width(text: &str) -> u16 {
    u16::try_from(text.width()).unwrap_or(u16::MAX)
}

/// Cut at the end, with a sign that it was.
pub fn fit(text: &str, room: u16) -> Cow<'_, str> {
    if width(text) <= room {
        return Cow::Borrowed(text);
    }
    let mut kept = String::new();
    let mut used = 1;
    for glyph in text.chars() {
        used += cells(glyph);
        if used > room {
            break;
        }
        kept.push(glyph);
    }
    if room > 0 {
        kept.push('…');
    }
    Cow::Owned(kept)
}

/// Cut in the middle: of an address or a name with a number, the end matters as much as the beginning.
pub fn fit_middle(text: &str, room: u16) -> Cow<'_, str> {
    if width(text) <= room || room < 5 {
        return fit(text, room);
    }
    let tail = usize::from(room - 1) / 2;
    let letters: Vec<char> = text.chars().collect();
    let head = usize::from(room) - 1 - tail;
    let end = letters.len().saturating_sub(tail);
    Cow::Owned(letters[..head.min(end)].iter().chain(['…'].iter()).chain(&letters[end..]).collect())
}
