//! The filters of the store: what each of them would leave is told beside it, before it is chosen.

use ratatui::layout::Rect;

use super::panel::{METAL, panel};
use crate::tui::{
    model::{
        hand::window,
        store::{Store, choices::Kind},
    },
    theme::Role,
    widgets::brush::Brush,
};

#[derive(Debug, Clone, Default)]
pub struct Narrow {
    pub at: usize,
    /// How many recipes each choice would leave.
    pub counts: Vec<usize>,
}

pub fn draw(brush: &mut Brush, screen: Rect, narrow: &Narrow, store: &Store) {
    let choices = &store.choices.all;
    let wide = 62.min(screen.width.saturating_sub(2));
    let area = panel(brush, screen, wide, choices.len() as u16 + 4);
    let mut head = brush.line(area.x, area.y, area.width, METAL);
    head.say("show only ", Role::Dim).bold("what fits all of these", Role::Title);
    head.at_edge(&format!("{} recipes", store.len()), Role::Text);
    let page = usize::from(area.height.saturating_sub(4));
    let top = window(narrow.at.saturating_sub(page / 2), narrow.at, choices.len(), page);
    for (y, at) in (area.y + 2..area.bottom().saturating_sub(2)).zip(top..choices.len()) {
        let kind = choices[at].kind;
        let is_first = at == top || choices[at - 1].kind != kind;
        one(brush, Rect { y, height: 1, ..area }, narrow, store, at, is_first.then_some(kind));
    }
    let mut foot = brush.line(area.x, area.bottom().saturating_sub(1), area.width, METAL);
    for (key, words) in [("[Space]", " choose   "), ("[c]", " clear all   "), ("[Esc]", " close")] {
        foot.keyed(key, Role::Text).say(words, Role::Dim);
    }
}

/// The kind is named where it begins.
fn one(brush: &mut Brush, row: Rect, narrow: &Narrow, store: &Store, at: usize, kind: Option<Kind>) {
    let Some(choice) = store.choices.all.get(at) else { return };
    let (is_held, is_chosen) = (at == narrow.at, store.choices.is_chosen(at));
    let count = narrow.counts.get(at).copied().unwrap_or_default();
    let role = match (is_held, is_chosen, count) {
        (true, ..) => Role::Title,
        (_, true, _) => Role::Bright,
        (_, _, 0) => Role::Dim,
        _ => Role::Text,
    };
    let mut line = brush.line(row.x, row.y, row.width, METAL);
    line.left(kind.map_or("", Kind::words), 12, Role::Dim);
    line.say(if is_held { "▸ " } else { "  " }, Role::Accent);
    line.say(if is_chosen { "[✓] " } else { "[ ] " }, if is_chosen { Role::Good } else { Role::Dim });
    let room = line.room().saturating_sub(7);
    line.left(&choice.words, room, role);
    line.at_edge(&count.to_string(), Role::Dim);
}
