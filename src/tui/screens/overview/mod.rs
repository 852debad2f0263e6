//! Deck 1: the whole at a glance. Stat blocks, one cabinet per node, what needs a person, what was done last.

mod racks;
mod side;

use ratatui::layout::Rect;

pub use self::racks::{Rack, racks};
use super::{
    backups::light,
    layout::{self, Floor, Shape},
};
use crate::{
    domain::{
        backup::Age,
        fleet::{Host, Reach, Usage},
        ids::GuestKey,
        state::State,
    },
    tui::{
        event::Now,
        model::{Model, backups::Chip, overview::Pane, world},
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

/// Where a unit stands in its cabinet, if it is in sight.
pub fn place_of(model: &Model, floor: &Floor, key: &GuestKey) -> Option<Rect> {
    let entry = model.world.index_of(key)?;
    racks(layout::overview(floor).cabinets, model).into_iter().find_map(|rack| {
        let units = &model.world.cabinets[rack.cabinet].units;
        rack.units.into_iter().find(|(unit, _)| units[*unit] == entry).map(|(_, place)| place)
    })
}

fn stats(brush: &mut Brush, floor: &Floor, area: Rect, model: &Model, now: Now) {
    let stats = blocks(model);
    let inset = u16::from(floor.shape != Shape::Narrow);
    let room = area.width - 2 * inset;
    let from = |i: u16| i * (room + 1) / stats.len() as u16;
    for (i, stat) in (0u16..).zip(&stats) {
        let place = Rect { x: area.x + inset + from(i), width: from(i + 1) - from(i) - 1, ..area };
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
            value: totals.up_of_all(),
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
        saved(model),
        Stat {
            led: calm,
            label: "attention",
            value: if wants == 0 { "none".into() } else { wants.to_string() },
            unit: if health.quiet == 0 { String::new() } else { format!("+{} quiet", health.quiet) },
            beside: Beside::Nothing,
        },
    ]
}

/// How many of those of which anybody knows are as young as they should be.
fn saved(model: &Model) -> Stat<'_> {
    let board = &model.board;
    let (fresh, known) = (board.count(Chip::Fresh), board.known());
    let worst = [Age::Never, Age::Stale, Age::Due, Age::Fresh]
        .into_iter()
        .find(|age| Chip::ALL.into_iter().any(|chip| chip.age() == Some(*age) && board.count(chip) > 0));
    let led = match worst {
        None => Led::new('○', Role::Off, Beat::Steady),
        // One that has none is no worse than one whose are old.
        Some(Age::Never) => light::of(Some(Age::Due)),
        age => light::of(age),
    };
    let value = if known == 0 { figures::UNKNOWN.into() } else { format!("{fresh}/{known}") };
    let unit = if known == 0 { "" } else { "fresh" };
    Stat { led, label: "backups", value, unit: unit.into(), beside: Beside::Nothing }
}

fn cabinets(brush: &mut Brush, area: Rect, model: &Model, now: Now) {
    for rack in racks(area, model) {
        let standing = &model.world.cabinets[rack.cabinet];
        let is_here = model.overview.cabinet == rack.cabinet && model.overview.pane == Pane::Cabinets;
        let cabinet = Cabinet {
            name: standing.node.node.as_str(),
            node: model.world.node(standing),
            is_fresh: freshness(model, standing, now),
            units: rack
                .units
                .iter()
                .map(|(unit, place)| (&model.world.entries[standing.units[*unit]], *place))
                .collect(),
            count: standing.units.len(),
            hand: is_here.then(|| rack.units.iter().position(|(unit, _)| *unit == model.overview.unit)).flatten(),
            top: rack.top,
            beating: model.beating(now),
        };
        let hold = if is_here { Hold::Held } else { Hold::Idle };
        ears::seam(brush, Rect { y: rack.area.y - 1, height: 1, ..rack.area }, hold);
        cabinet::draw(brush, &rack, &cabinet);
    }
}

fn freshness(model: &Model, cabinet: &world::Cabinet, now: Now) -> Freshness {
    let host = model.world.fleet.host(&cabinet.node.host);
    let is_of_now = |host: &Host| host.reach == Reach::Online && model.age(host, now).is_none();
    if host.is_some_and(is_of_now) { Freshness::Fresh } else { Freshness::Old }
}
