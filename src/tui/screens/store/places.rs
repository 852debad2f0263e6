//! Where the parts of the store stand. Drawing and the mouse read the same plan.

use ratatui::layout::Rect;

use super::bad;
use crate::tui::{model::store::Store, screens::layout, widgets::brush::width};

/// From here on the aisles have a rail of their own.
const RAIL_FROM: u16 = 114;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Places {
    pub head: Rect,
    /// The aisles in a line, where there is no rail.
    pub chips: Option<Rect>,
    pub rail: Option<Rect>,
    pub list: Rect,
    /// What could not be read, under the list.
    pub bad: Rect,
    pub card: Option<Rect>,
}

pub fn places(body: Rect, store: &Store) -> Places {
    let (head, rest) = layout::list(body);
    let gap = Rect { y: head.bottom(), height: rest.y.saturating_sub(head.bottom()), ..body };
    let (rail, chips, rest) = if body.width >= RAIL_FROM {
        let width = (body.width / 6).clamp(28, 30);
        let right = Rect { x: rest.x + width + 1, width: rest.width - width - 1, ..rest };
        (Some(Rect { width, ..rest }), None, right)
    } else {
        (None, Some(gap).filter(|gap| gap.height > 0), rest)
    };
    let (left, card) = match rail {
        None => layout::beside(rest),
        Some(_) => {
            // The card needs no more than this, the shelf can use all it gets.
            let width = (rest.width / 2).max(rest.width.saturating_sub(68));
            let card = Rect { x: rest.x + width + 1, width: rest.width - width - 1, ..rest };
            (Rect { width, ..rest }, Some(card))
        }
    };
    let low = bad::height(store, left);
    let list = Rect { height: left.height - low, ..left };
    Places { head, chips, rail, list, bad: Rect { y: list.bottom(), height: low, ..left }, card }
}

/// The aisles that a line shows, by their number, and where; the open one is among them.
pub fn chips(area: Rect, store: &Store) -> Vec<(usize, Rect)> {
    let wide = |at: usize| {
        store.aisles.get(at).map_or(0, |(aisle, count)| width(aisle.words()) + width(&count.to_string()) + 5)
    };
    let room = area.width.saturating_sub(4);
    let open = store.aisle_at();
    let mut first = 0;
    while first < open && (first..=open).map(|at| usize::from(wide(at))).sum::<usize>() > usize::from(room) {
        first += 1;
    }
    let (mut x, mut found) = (area.x + 2, Vec::new());
    for at in first..store.aisles.len() {
        let width = wide(at).min((area.x + 2 + room).saturating_sub(x));
        if width < wide(at) && at != open {
            break;
        }
        found.push((at, Rect { x, width, ..area }));
        x += width;
    }
    found
}
