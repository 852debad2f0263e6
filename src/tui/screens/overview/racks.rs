//! Where each cabinet stands and which unit is at which height in it. Drawing and the mouse read the same plan.

use ratatui::layout::Rect;

use crate::tui::model::{Model, world::Cabinet};

const LEAST: u16 = 23;
const MOST: u16 = 48;
const GAP: u16 = 1;
/// A history of the node is worth this many rows, where nobody needs them.
const CHART: u16 = 10;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rack {
    /// Its place among the world's cabinets.
    pub cabinet: usize,
    pub area: Rect,
    /// Between the name plate and what is below.
    pub slots: Rect,
    pub chart: Rect,
    pub meters: Rect,
    /// The units that are seen, by their place in the cabinet.
    pub units: Vec<(usize, Rect)>,
    /// The height unit of the uppermost slot.
    pub top: usize,
}

/// The cabinets that fit beside each other; the one under the hand is among them.
pub fn racks(area: Rect, model: &Model) -> Vec<Rack> {
    let all = &model.world.cabinets;
    if all.is_empty() || area.width == 0 {
        return Vec::new();
    }
    let fit = usize::from(((area.width + GAP) / (LEAST + GAP)).max(1)).min(all.len());
    let width = ((area.width + GAP) / fit as u16).saturating_sub(GAP).min(MOST);
    let first = (model.overview.cabinet / fit * fit).min(all.len() - fit);
    let shown = &all[first..first + fit];
    let plan = Plan::of(area.height, shown);
    let place = |i: usize| Rect { x: area.x + i as u16 * (width + GAP), width, ..area }.intersection(area);
    shown.iter().enumerate().map(|(i, cabinet)| plan.rack(first + i, place(i), cabinet, model)).collect()
}

/// The heights, the same for all cabinets that stand beside each other.
struct Plan {
    slots: u16,
    chart: u16,
    meters: u16,
    /// Rows of an app: two where all of them have room.
    app: u16,
}

impl Plan {
    fn of(height: u16, shown: &[Cabinet]) -> Self {
        let meters = if height >= 9 { 3 } else { 0 };
        let room = height.saturating_sub(1 + meters);
        let need = |app: u16| shown.iter().map(|cabinet| rows_of(cabinet, app)).max().unwrap_or(0);
        let app = if need(2) <= usize::from(room) { 2 } else { 1 };
        let spare = usize::from(room).saturating_sub(need(app));
        let chart = if spare >= usize::from(CHART) + 4 { CHART } else { 0 };
        Self { slots: room - chart, chart, meters, app }
    }

    fn rack(&self, index: usize, area: Rect, cabinet: &Cabinet, model: &Model) -> Rack {
        let below = |y: u16, height: u16| Rect { y, height, ..area }.intersection(area);
        let slots = below(area.y + 1, self.slots);
        let chart = below(slots.bottom(), self.chart);
        let all = rows_of(cabinet, self.app);
        let hand = if index == model.overview.cabinet { model.overview.unit } else { 0 };
        let from = leaf(hand, usize::from(slots.height), all);
        Rack {
            cabinet: index,
            area,
            slots,
            chart,
            meters: below(chart.bottom(), self.meters),
            units: self.stack(slots, cabinet, from),
            top: all.max(usize::from(slots.height)) - from,
        }
    }

    fn stack(&self, slots: Rect, cabinet: &Cabinet, from: usize) -> Vec<(usize, Rect)> {
        let mut y = slots.y;
        let mut units = Vec::new();
        for unit in from..cabinet.units.len() {
            if y >= slots.bottom() {
                break;
            }
            let height = if unit < cabinet.apps { self.app } else { 1 };
            units.push((unit, Rect { y, height, ..slots }.intersection(slots)));
            y += height;
        }
        units
    }
}

fn rows_of(cabinet: &Cabinet, app: u16) -> usize {
    cabinet.units.len() + cabinet.apps * usize::from(app - 1)
}

/// Full racks are leafed through, so that nothing moves under the hand.
fn leaf(hand: usize, slots: usize, rows: usize) -> usize {
    if rows <= slots { 0 } else { hand / slots.max(1) * slots.max(1) }
}
