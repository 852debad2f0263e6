//! Where the parts of the board stand. Drawing and the mouse read the same plan.

use ratatui::layout::Rect;

use super::card;
use crate::tui::{
    model::backups::{Board, Chip},
    widgets::brush::width,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Places {
    pub chips: Rect,
    /// What it all comes to, where there is room.
    pub figures: Option<Rect>,
    /// What the columns are.
    pub labels: Option<Rect>,
    pub list: Rect,
    /// The one under the hand, nearer, where there is room.
    pub card: Option<Rect>,
    /// Storages that did not answer.
    pub trouble: Rect,
}

/// So many silent storages are named.
const NAMED: usize = 3;
/// Below this the list needs every row.
const CARD_FROM: u16 = 24;

pub fn places(body: Rect, silent: usize) -> Places {
    let line = |y: u16| Rect { y, height: 1.min(body.bottom().saturating_sub(y)), ..body };
    let mut y = body.y + u16::from(body.height >= 16);
    let chips = line(y);
    y += 1;
    let figures = (body.height >= 10).then(|| line(y));
    y += u16::from(figures.is_some());
    let labels = (body.height >= 8).then(|| line(y + u16::from(body.height >= 20)));
    y = labels.map_or(y, |labels| labels.y + 1);
    let most = usize::from(body.height / 5).min(NAMED);
    let low = silent.min(most) as u16;
    let card = if body.height >= CARD_FROM { card::HIGH } else { 0 };
    let height = body.bottom().saturating_sub(y + low + card);
    let list = Rect { y: y.min(body.bottom()), height, ..body };
    let trouble = Rect { y: list.bottom(), height: low, ..body };
    let card = (card > 0).then_some(Rect { y: trouble.bottom(), height: card, ..body });
    Places { chips, figures, labels, list, card, trouble }
}

/// Where each chip stands; a chip that does not fit is not there.
pub fn chips(area: Rect, board: &Board) -> Vec<(Chip, Rect)> {
    let filter = if board.filter.is_empty() { 0 } else { (width(&board.filter) + 3).min(area.width / 3) };
    let mut x = area.x + 1 + filter;
    let mut places = Vec::new();
    for chip in Chip::ALL {
        let width = width(&words(chip, board)) + 4;
        if x + width > area.right() {
            break;
        }
        places.push((chip, Rect { x, width, ..area }));
        x += width;
    }
    places
}

/// `fresh 9`
pub fn words(chip: Chip, board: &Board) -> String {
    format!("{} {}", chip.words(), board.count(chip))
}
