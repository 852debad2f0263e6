//! Deck 1: the whole at a glance. Stat blocks, one cabinet per node, what needs a person, what was done last.

mod side;

use ratatui::layout::Rect;

use super::layout::{self, Floor, Shape};
use crate::{
    domain::{
        fleet::{Reach, Usage},
        state::State,
    },
    tui::{
        event::Now,
        model::{Model, overview::Pane, wake::OLD},
        theme::Role,
        widgets::{
            brush::Brush,
            cabinet::{self, Cabinet, Freshness},
            ears::{self, Hold},
            figures,
            led::{Beat, Led},
            stat::{self, Beside, Stat},
        },
    },
};

pub fn draw(brush: &mut Brush, floor: &Floor, model: &Model, now: Now) {
    let parts = layout::overview(floor);
    stats(brush, floor, parts.stats, model, now);
    cabinets(brush, parts.cabinets, model, now);
    side::draw(brush, floor, parts.side, model, now);
}

fn stats(brush: &mut Brush, floor: &Floor, area: Rect, model: &Model, now: Now) {
    let stats = blocks(model);
    let inset = u16::from(floor.shape != Shape::Narrow);
    let room = area.width - 2 * inset;
    let pitch = (room + 1) / stats.len() as u16;
    for (i, stat) in (0u16..).zip(&stats) {
        let spare = room + 1 - pitch * stats.len() as u16;
        let width = pitch - 1 + if i + 1 == stats.len() as u16 { spare } else { 0 };
        let place = Rect { x: area.x + inset + i * pitch, width, ..area };
        ears::seam(brush, Rect { y: place.y - 1, height: 1, ..place }, Hold::Idle);
        stat::draw(brush, place, stat, model.beating(now));
    }
}

fn blocks(model: &Model) -> [Stat<'_>; 6] {
    let (totals, health) = (&model.world.totals, &model.health);
    let light = |role, beat| Led::new('●', role, beat);
    let level = |fraction: Option<f32>| match crate::tui::widgets::gauge::role(fraction) {
        Role::Accent => light(Role::Good, Beat::Steady),
        Role::Track => Led::new('○', Role::Off, Beat::Steady),
        role => Led::new('◐', role, Beat::Steady),
    };
    let share = |usage: Option<Usage>| {
        usage.map_or((figures::UNKNOWN.into(), ""), |usage| figures::share(usage.used, usage.total))
    };
    let (memory, memory_unit) = share(health.memory);
    let (storage, storage_unit) = share(health.storage);
    let (memory_level, storage_level) =
        (health.memory.and_then(Usage::fraction), health.storage.and_then(Usage::fraction));
    let wants = health.wants.len();
    let calm = if wants == 0 { light(Role::Good, Beat::Steady) } else { Led::of(&State::Degraded) };
    [
        Stat {
            led: if totals.apps_up > 0 {
                light(Role::Good, Beat::Pulse)
            } else {
                Led::new('○', Role::Off, Beat::Steady)
            },
            label: "apps",
            value: format!("{}/{}", totals.apps_up, totals.apps),
            unit: "up".into(),
            beside: Beside::Nothing,
        },
        Stat {
            led: level(health.cpu),
            label: "cpu",
            value: figures::percent(health.cpu),
            unit: "%".into(),
            beside: Beside::Trail(&health.cpu_trail),
        },
        Stat {
            led: level(memory_level),
            label: "memory",
            value: memory,
            unit: memory_unit.into(),
            beside: Beside::Gauge(memory_level),
        },
        Stat {
            led: level(storage_level),
            label: "storage",
            value: storage,
            unit: storage_unit.into(),
            beside: Beside::Gauge(storage_level),
        },
        Stat {
            led: Led::new('○', Role::Off, Beat::Steady),
            label: "backups",
            value: figures::UNKNOWN.into(),
            unit: String::new(),
            beside: Beside::Nothing,
        },
        Stat {
            led: calm,
            label: "attention",
            value: if wants == 0 { "none".into() } else { wants.to_string() },
            unit: String::new(),
            beside: Beside::Nothing,
        },
    ]
}

fn cabinets(brush: &mut Brush, area: Rect, model: &Model, now: Now) {
    let (first, places) = layout::cabinets(area, model.world.cabinets.len(), model.overview.cabinet);
    for (i, place) in places.into_iter().enumerate() {
        let index = first + i;
        let standing = &model.world.cabinets[index];
        let slots = layout::slots(place);
        let is_here = model.overview.cabinet == index;
        let host = model.world.fleet.host(&standing.node.host);
        let is_old = host
            .is_none_or(|host| host.reach != Reach::Online || host.as_of.is_none_or(|at| now.wall.since(at) >= OLD));
        let cabinet = Cabinet {
            name: standing.node.node.as_str(),
            node: model.world.node(standing),
            is_fresh: if is_old { Freshness::Old } else { Freshness::Fresh },
            units: standing.units.iter().map(|unit| &model.world.entries[*unit]).collect(),
            from: if is_here { layout::leaf(model.overview.unit, usize::from(slots.height)) } else { 0 },
            hand: (is_here && model.overview.pane == Pane::Cabinets).then_some(model.overview.unit),
            beating: model.beating(now),
        };
        let hold = if cabinet.hand.is_some() { Hold::Held } else { Hold::Idle };
        ears::seam(brush, Rect { y: place.y - 1, height: 1, ..place }, hold);
        cabinet::draw(brush, place, slots, &cabinet);
    }
}
