//! Deck 1: the whole at a glance. Stat blocks, one cabinet per node, what needs a person, what was done last.

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
    cabinets(brush, floor, parts.cabinets, model, now);
    side(brush, floor, parts.side, model, now);
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
        if floor.shape == Shape::Wide {
            ears::seam(brush, Rect { y: place.y - 1, height: 1, ..place }, Hold::Idle);
        }
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

fn cabinets(brush: &mut Brush, floor: &Floor, area: Rect, model: &Model, now: Now) {
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
        if floor.shape == Shape::Wide {
            let hold = if cabinet.hand.is_some() { Hold::Held } else { Hold::Idle };
            ears::seam(brush, Rect { y: place.y - 1, height: 1, ..place }, hold);
        }
        cabinet::draw(brush, place, slots, &cabinet);
    }
}

fn side(brush: &mut Brush, floor: &Floor, area: Rect, model: &Model, now: Now) {
    if area.height == 0 {
        return;
    }
    if floor.shape == Shape::Narrow {
        let half = area.width / 2;
        wants(brush, Rect { width: half.saturating_sub(1), ..area }, model, now);
        return operations(brush, Rect { x: area.x + half, width: area.width - half, ..area }, model);
    }
    let high = ((area.height + 1) / 2).clamp(4, 16).min(area.height);
    wants(brush, Rect { height: high, ..area }, model, now);
    operations(brush, Rect { y: area.y + high, height: area.height - high, ..area }, model);
}

fn wants(brush: &mut Brush, area: Rect, model: &Model, now: Now) {
    let here = model.overview.pane == Pane::Wants;
    let title = if here { Role::Bright } else { Role::Dim };
    brush.line(area.x, area.y, area.width, Role::Page).say("needs you", title);
    let wants = &model.health.wants;
    if wants.is_empty() {
        brush.line(area.x, area.y + 1, area.width, Role::Page).say("✓", Role::Good).say(" nothing", Role::Dim);
        return;
    }
    let pitch: u16 = if area.height >= 7 { 2 } else { 1 };
    let fit = usize::from(area.height.saturating_sub(1) / pitch).max(1);
    let from = layout::leaf(model.overview.want.min(wants.len() - 1), fit);
    for (i, want) in wants.iter().enumerate().skip(from).take(fit) {
        let y = area.y + 1 + (i - from) as u16 * pitch;
        let led = Led::of(&want.state);
        let style = led.style(brush.canvas, Role::Page, model.beating(now));
        let is_held = here && i == model.overview.want;
        let mut line = brush.line(area.x, y, area.width, Role::Page);
        line.put(led.glyph, style).skip(1);
        line.say(&want.who, if is_held { Role::Bright } else { Role::Title }).skip(1);
        line.say(told(want), Role::Text);
        if pitch == 2 {
            brush.line(area.x + 2, y + 1, area.width.saturating_sub(2), Role::Page).say(&want.remedy, Role::Dim);
        }
    }
}

/// What is wrong, without the name that stands before it.
fn told(want: &crate::tui::model::health::Want) -> &str {
    want.what.strip_prefix(want.who.as_str()).map_or(want.what.as_str(), str::trim_start)
}

fn operations(brush: &mut Brush, area: Rect, model: &Model) {
    if area.height == 0 {
        return;
    }
    brush.line(area.x, area.y, area.width, Role::Page).say("last", Role::Dim);
    let operations = &model.world.fleet.operations;
    if operations.is_empty() {
        brush.line(area.x, area.y + 1, area.width, Role::Page).say("nothing was done yet", Role::Dim);
    }
    for (row, operation) in (1..area.height).zip(operations) {
        let (sign, what) = crate::tui::model::tale(operation);
        let role = match sign {
            '✓' => Role::Good,
            '✖' => Role::Danger,
            _ => Role::Warning,
        };
        let at = operation.ended.as_ref().map_or(operation.began, |ended| ended.at);
        let mut line = brush.line(area.x, area.y + row, area.width, Role::Page);
        line.say(&model.time_of_day(at), Role::Dim).skip(1);
        line.say(&sign.to_string(), role).skip(1);
        line.say(&operation.plan.name, Role::Text).skip(1).say(what, Role::Dim);
        if let Some(ended) = &operation.ended {
            line.skip(2).say(&format!("{} s", ended.at.since(operation.began).as_secs()), Role::Dim);
        }
    }
}
