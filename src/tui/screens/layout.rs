//! Where things stand, for a screen of any size. Drawing and the mouse read the same plan, so that what is clicked is
//! what is seen.

use ratatui::layout::Rect;

use crate::{
    settings::Density,
    tui::{
        command::Deck,
        model::room::{Cables, Room, View},
        widgets::posts,
    },
};

/// Below this nothing useful fits.
pub const LEAST: (u16, u16) = (40, 12);
/// From here on the decks stand side by side on a strip; below, in a rail on the left.
const STRIP_FROM: u16 = 100;
const TALL_FROM: u16 = 30;
pub const RAIL: u16 = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Floor {
    pub master: Rect,
    pub navigation: Rect,
    pub body: Rect,
    pub footer: Rect,
    pub shape: Shape,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// 100 columns and 30 rows or more: seams between the units.
    Wide,
    /// Wide but low.
    Flat,
    /// Below 100 columns.
    Narrow,
}

pub fn floor(area: Rect) -> Option<Floor> {
    if area.width < LEAST.0 || area.height < LEAST.1 {
        return None;
    }
    let shape = match (area.width >= STRIP_FROM, area.height >= TALL_FROM) {
        (true, true) => Shape::Wide,
        (true, false) => Shape::Flat,
        (false, _) => Shape::Narrow,
    };
    let room = posts::between(area);
    let rows = |y: u16, height: u16| Rect { y: area.y + y, height, ..room };
    let footer = rows(area.height - 1, 1);
    Some(match shape {
        Shape::Wide => {
            Floor { master: rows(1, 2), navigation: rows(4, 1), body: rows(5, area.height - 6), footer, shape }
        }
        Shape::Flat => {
            Floor { master: rows(0, 2), navigation: rows(2, 1), body: rows(3, area.height - 4), footer, shape }
        }
        Shape::Narrow => {
            let master = if area.height >= 16 { 2 } else { 1 };
            let right = |y: u16, height: u16| Rect { x: room.x + RAIL, width: room.width - RAIL, ..rows(y, height) };
            Floor {
                master: right(0, master),
                navigation: Rect { width: RAIL, ..rows(0, area.height - 1) },
                body: right(master, area.height - 1 - master),
                footer,
                shape,
            }
        }
    })
}

/// Where the button of a deck is.
pub fn button(floor: &Floor, deck: Deck) -> Rect {
    let at = Deck::ALL.iter().position(|other| *other == deck).unwrap_or(0) as u16;
    let navigation = floor.navigation;
    if floor.shape == Shape::Narrow {
        let pitch = if navigation.height >= 16 { 2 } else { 1 };
        let y = navigation.y + 2.min(navigation.height / 8) + at * pitch;
        return Rect { y, height: 1, ..navigation }.intersection(navigation);
    }
    let width = (navigation.width.saturating_sub(8) / 7).min(16);
    Rect { x: navigation.x + 4 + at * width, width, ..navigation }.intersection(navigation)
}

/// The lines of the apps deck: chips, and the rack below.
pub fn apps(body: Rect) -> (Rect, Rect) {
    let chips = Rect { height: body.height.min(1), ..body };
    let rack = Rect { y: body.y + chips.height, height: body.height - chips.height, ..body };
    (chips, rack)
}

/// How many rows a unit takes, its seam included.
pub fn pitch(density: Density) -> u16 {
    match density {
        Density::Roomy => 4,
        Density::Dense => 1,
    }
}

/// How many whole units a rack shows.
pub fn page(rack: Rect, density: Density) -> usize {
    usize::from(rack.height / pitch(density)).max(1)
}

/// A list with its heading: a seam, the heading, the rows.
pub fn list(body: Rect) -> (Rect, Rect) {
    let seam = u16::from(body.height >= 16);
    let head = Rect { y: body.y + seam.min(body.height), height: 1.min(body.height.saturating_sub(seam)), ..body };
    let gap = u16::from(body.height >= 8);
    let y = head.bottom() + gap;
    (head, Rect { y, height: body.bottom().saturating_sub(y), ..body })
}

/// The list, and beside it what is under the hand, where there is room for both.
pub fn beside(list: Rect) -> (Rect, Option<Rect>) {
    if list.width < STRIP_FROM - 4 {
        return (list, None);
    }
    let left = list.width / 2;
    let right = Rect { x: list.x + left + 1, width: list.width - left - 2, ..list };
    (Rect { width: left, ..list }, Some(right))
}

/// The parts of the overview.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overview {
    /// The row of widgets.
    pub stats: Rect,
    pub cabinets: Rect,
    /// Below the cabinets, where cables are shown.
    pub tray: Rect,
    pub side: Rect,
    /// Cells for cables at the right of each cabinet.
    pub duct: u16,
}

pub fn overview(floor: &Floor, room: &Room) -> Overview {
    let body = floor.body;
    // Each part has its seam above it, but where rows are dear.
    let seam = u16::from(body.height >= 16);
    let stats = Rect { y: body.y + seam, height: row_height(body.height, room).min(body.height), ..body };
    let y = stats.bottom() + u16::from(stats.height > 0);
    let rest = Rect { y, height: body.bottom().saturating_sub(y), ..body };
    let is_shown = room.cables == Cables::Shown && rest.height >= 10;
    let tray = if is_shown { 3 } else { 0 };
    let (left, side) = match (floor.shape, room.view) {
        (_, View::Wall | View::Quiet) => (rest, Rect { y: rest.bottom(), height: 0, ..rest }),
        (Shape::Narrow, View::Full) => {
            let below = if rest.height >= 12 { 4 } else { 0 };
            let side = Rect { y: rest.bottom() - below, height: below, ..rest };
            (Rect { height: rest.height - below, ..rest }, side)
        }
        (_, View::Full) => {
            let width = (body.width * 3 / 10).clamp(30, 56);
            let side = Rect { x: rest.right() - width - 1, width, ..rest };
            (Rect { width: rest.width - width - 3, ..rest }, side)
        }
    };
    let inset = u16::from(floor.shape != Shape::Narrow);
    let left = Rect { x: left.x + inset, width: left.width - inset, ..left };
    let cabinets = Rect { height: left.height.saturating_sub(tray), ..left };
    let tray = Rect { y: cabinets.bottom(), height: left.height - cabinets.height, ..left };
    let duct = match (is_shown, floor.shape) {
        (false, _) => 0,
        (true, Shape::Narrow) => 2,
        (true, _) if body.width >= 160 => 7,
        (true, _) => 3,
    };
    Overview { stats, cabinets, tray, side, duct }
}

/// Where there is room, what has more to show gets it.
fn row_height(body: u16, room: &Room) -> u16 {
    match body {
        _ if room.row.0.is_empty() => 0,
        44.. if room.row.is_tall() => 6,
        28.. if room.row.is_tall() => 4,
        _ => 2,
    }
}

/// Rows of the hosts deck: a host takes three and its seam, a node as well.
pub const HOST_PITCH: u16 = 4;
