//! All that a node tells of itself, over the deck of hosts. What must hold: what it did not tell is `--` or says why, and
//! the hand is always in sight.

mod abilities;
mod figures;
mod rows;

use ratatui::layout::Rect;

use self::rows::rows;
pub(super) use self::rows::{amounts, bar, cell};
use super::{
    Row,
    panel::{METAL, inner, pane_area, plate},
};
use crate::{
    domain::ids::{GuestKey, NodeKey},
    tui::{event::Now, model::Model, theme::Role, widgets::brush::Brush},
};

#[derive(Debug, Clone)]
pub struct NodePane {
    pub key: NodeKey,
    /// The line under the hand.
    pub at: usize,
}

/// A line of the pane; that of a guest leads to it.
pub(super) struct Line {
    words: Row,
    guest: Option<GuestKey>,
}

impl NodePane {
    pub fn of(key: NodeKey) -> Self {
        Self { key, at: 0 }
    }

    fn lines(&self, model: &Model, now: Now) -> Vec<Line> {
        let room = model.floor().map_or(0, |floor| inner(floor.body));
        rows(&self.key, model, now, room.saturating_sub(GUTTER))
    }

    pub fn count(&self, model: &Model) -> usize {
        self.lines(model, model.now).len()
    }

    /// The guest whose line is under the hand.
    pub fn guest(&self, model: &Model) -> Option<GuestKey> {
        let lines = self.lines(model, model.now);
        lines.into_iter().nth(self.at)?.guest
    }
}

/// Where the hand shows.
const GUTTER: u16 = 2;

pub fn draw(brush: &mut Brush, screen: Rect, pane: &NodePane, model: &Model, now: Now) {
    let lines = rows(&pane.key, model, now, inner(screen).saturating_sub(GUTTER));
    let area = pane_area(screen, lines.len() as u16 + 2);
    plate(brush, screen, area.height);
    let host = pane.key.host.to_string();
    let mut title = brush.line(area.x, area.y, area.width, METAL);
    title.say("the node ", Role::Dim).bold(pane.key.node.as_str(), Role::Title).say("  of ", Role::Dim);
    title.say(&host, Role::Text);
    let room = usize::from(area.height.saturating_sub(2));
    let at = pane.at.min(lines.len().saturating_sub(1));
    let top = at.saturating_sub(room / 2).min(lines.len().saturating_sub(room));
    if lines.len() > room {
        title.at_edge(&format!("{}–{} of {}", top + 1, (top + room).min(lines.len()), lines.len()), Role::Dim);
    }
    for (i, (y, line)) in (area.y + 2..area.bottom()).zip(lines.iter().skip(top)).enumerate() {
        let is_held = top + i == at;
        let mut row = brush.line(area.x, y, area.width, METAL);
        row.say(if is_held { "▸ " } else { "  " }, Role::Accent);
        for (text, role) in &line.words {
            match (role, is_held && line.guest.is_some()) {
                (Role::Text, true) => row.bold(text, Role::Title),
                _ => row.say(text, *role),
            };
        }
    }
}
