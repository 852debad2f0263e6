//! Where each cabinet stands and which unit is at which height in it. Drawing, cables and the mouse read the same plan.

use ratatui::layout::Rect;

use crate::tui::model::{
    Model,
    room::{
        View,
        racks::{BAY, Rack as Kept},
    },
    world::{Cabinet, World},
};

const LEAST: u16 = 23;
/// Of one bay.
const MOST: u16 = 48;
/// A history of the node is worth this many rows, where nobody needs them.
const CHART: u16 = 10;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rack {
    /// Its place among the world's cabinets.
    pub cabinet: usize,
    pub area: Rect,
    /// Between the name plate and what is below, one bay beside the other.
    pub bays: Vec<Rect>,
    pub chart: Rect,
    pub meters: Rect,
    /// The heights that are seen, from the top.
    pub heights: Vec<Height>,
    /// Where cables run, at the right of it.
    pub duct: Rect,
}

/// A height of a cabinet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Height {
    /// Counted from the top.
    pub slot: usize,
    /// What hangs there, by its place in the cabinet.
    pub unit: Option<usize>,
    pub place: Rect,
}

impl Rack {
    pub fn units(&self) -> impl Iterator<Item = (usize, Rect)> {
        self.heights.iter().filter_map(|height| Some((height.unit?, height.place)))
    }
}

/// The cabinets that fit beside each other; the one under the hand is among them. `duct` cells at the right of each are for
/// cables.
pub fn racks(area: Rect, duct: u16, model: &Model) -> Vec<Rack> {
    let all = &model.world.cabinets;
    if all.is_empty() || area.width == 0 {
        return Vec::new();
    }
    let fit = usize::from(((area.width + 1) / (LEAST + duct.max(1))).max(1)).min(all.len());
    let pitch = (area.width + 1) / fit as u16;
    let first = (model.overview.cabinet / fit * fit).min(all.len() - fit);
    let shown = &all[first..first + fit];
    let bays = shown.iter().map(bays_of).max().unwrap_or(1);
    let width = pitch.saturating_sub(duct.max(1)).min(MOST * bays as u16);
    let pitch = pitch.min(width + duct.max(1));
    let plan = Plan::of(area.height, shown, &model.world, model.room.view);
    let place = |i: usize| Rect { x: area.x + i as u16 * pitch, width, ..area }.intersection(area);
    let racks = shown.iter().enumerate().map(|(i, cabinet)| plan.rack(first + i, place(i), cabinet, model));
    racks.map(|rack| with_duct(rack, duct)).collect()
}

fn with_duct(rack: Rack, width: u16) -> Rack {
    let duct = Rect { x: rack.area.right(), width, ..rack.area };
    Rack { duct, ..rack }
}

fn bays_of(cabinet: &Cabinet) -> usize {
    Kept::height(&cabinet.slots) / BAY
}

/// The heights, the same for all cabinets that stand beside each other.
struct Plan {
    slots: u16,
    chart: u16,
    meters: u16,
    /// Rows of an app: more than one where all of them have room.
    app: u16,
}

impl Plan {
    fn of(height: u16, shown: &[Cabinet], world: &World, view: View) -> Self {
        let meters = if height >= 9 { 3 } else { 0 };
        let room = height.saturating_sub(1 + meters);
        let need = |app: u16| shown.iter().map(|cabinet| needed(cabinet, app, world)).max().unwrap_or(0);
        let most = if view == View::Full { 3 } else { 1 };
        let app = (1..=most).rev().find(|app| need(*app) <= room).unwrap_or(1);
        let spare = room.saturating_sub(need(app));
        let chart = if spare >= CHART + 4 { CHART } else { 0 };
        let whole = shown.iter().flat_map(|cabinet| rows(cabinet, app, world)).map(|bay| bay.iter().sum::<u16>());
        let slots = whole.max().unwrap_or(0).min(room - chart);
        Self { slots, chart, meters, app }
    }

    fn rack(&self, index: usize, area: Rect, cabinet: &Cabinet, model: &Model) -> Rack {
        let below = |y: u16, height: u16| Rect { y, height, ..area }.intersection(area);
        let slots = below(area.y + 1, self.slots);
        let chart = below(slots.bottom(), self.chart);
        let meters = below(chart.bottom(), self.meters);
        let area = Rect { height: meters.bottom() - area.y, ..area };
        let hand = if index == model.overview.cabinet { model.overview.unit } else { 0 };
        let hand = cabinet.slots.get(hand).copied().unwrap_or(0);
        let rows = rows(cabinet, self.app, &model.world);
        let beside = usize::from(((slots.width + 1) / (LEAST + 1)).max(1)).min(rows.len()).max(1);
        let first = (hand / BAY / beside * beside).min(rows.len().saturating_sub(beside));
        let from = rows.get(hand / BAY).map_or(0, |rows| leaf(rows, slots.height, hand % BAY));
        let width = (slots.width + 1) / beside as u16;
        let bay = |i: usize| Rect { x: slots.x + i as u16 * width, width: width - 1, ..slots }.intersection(slots);
        let bays: Vec<Rect> = match beside {
            1 => vec![slots],
            _ => (0..beside).map(bay).collect(),
        };
        let shown = bays.iter().zip(first..).flat_map(|(place, bay)| stack(*place, bay, from, &rows[bay], cabinet));
        Rack { cabinet: index, area, heights: shown.collect(), bays, chart, meters, duct: Rect::default() }
    }
}

/// The heights of a bay that are seen, from this one on.
fn stack(place: Rect, bay: usize, from: usize, rows: &[u16], cabinet: &Cabinet) -> Vec<Height> {
    let mut y = place.y;
    let mut seen = Vec::new();
    for (slot, rows) in rows.iter().enumerate().skip(from) {
        if y >= place.bottom() {
            break;
        }
        let slot = bay * BAY + slot;
        let place = Rect { y, height: *rows, ..place }.intersection(place);
        seen.push(Height { slot, unit: cabinet.at_slot(slot), place });
        y += rows;
    }
    seen
}

/// Rows of each height, bay by bay.
fn rows(cabinet: &Cabinet, app: u16, world: &World) -> Vec<Vec<u16>> {
    let mut rows = vec![1; Kept::height(&cabinet.slots)];
    for (slot, unit) in cabinet.slots.iter().zip(&cabinet.units) {
        if world.entries[*unit].is_app() {
            rows[*slot] = app;
        }
    }
    rows.chunks(BAY).map(<[u16]>::to_vec).collect()
}

/// Rows down to the lowest unit of the fullest bay.
fn needed(cabinet: &Cabinet, app: u16, world: &World) -> u16 {
    let bays = rows(cabinet, app, world);
    let lowest = |bay: usize| cabinet.slots.iter().filter(|slot| **slot / BAY == bay).map(|slot| slot % BAY + 1).max();
    bays.iter().enumerate().map(|(bay, rows)| rows[..lowest(bay).unwrap_or(0)].iter().sum()).max().unwrap_or(0)
}

/// Where the picture begins: full racks are leafed through, so that nothing moves under the hand.
fn leaf(rows: &[u16], room: u16, hand: usize) -> usize {
    let mut from = 0;
    let mut used = 0;
    for (slot, height) in rows.iter().enumerate() {
        if used + height > room {
            if hand < slot {
                break;
            }
            (from, used) = (slot, 0);
        }
        used += height;
    }
    let mut last = rows.len();
    let mut rest = 0;
    while last > 0 && rest + rows[last - 1] <= room {
        last -= 1;
        rest += rows[last];
    }
    from.min(last)
}

#[cfg(test)]
mod tests {
    use super::leaf;

    #[test]
    fn a_full_rack_is_leafed_through_and_its_last_leaf_is_full() {
        let rows = [1; 42];
        assert_eq!([0, 9, 10, 19, 20].map(|hand| leaf(&rows, 10, hand)), [0, 0, 10, 10, 20]);
        assert_eq!([41, 40].map(|hand| leaf(&rows, 10, hand)), [32, 32]);
        assert_eq!(leaf(&rows, 60, 41), 0);
    }
}
