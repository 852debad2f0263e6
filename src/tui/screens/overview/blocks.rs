//! The widgets that tell one number: what it is, and what its light shows. What must hold: a number without a source is
//! `--`.

use super::super::backups::light;
use crate::{
    domain::{backup::Age, fleet::Usage, state::State},
    tui::{
        model::{Model, backups::Chip, room::row::Widget},
        theme::Role,
        widgets::{
            figures, gauge,
            led::{Beat, Led},
            stat::{Beside, Stat},
        },
    },
};

/// The block of a widget that tells a number; nothing for those that tell more.
pub fn block(widget: Widget, model: &Model) -> Option<Stat<'_>> {
    Some(match widget {
        Widget::Apps => apps(model),
        Widget::Cpu => cpu(model),
        Widget::Memory => share("memory", model.health.memory),
        Widget::Storage => share("storage", model.health.storage),
        Widget::Backups => saved(model),
        Widget::Attention => attention(model),
        _ => return None,
    })
}

fn light_of(role: Role, beat: Beat) -> Led {
    Led::new('●', role, beat)
}

/// The light beside a level.
pub fn level(fraction: Option<f32>) -> Led {
    match gauge::role(fraction) {
        Role::Accent => light_of(Role::Good, Beat::Steady),
        Role::Track => Led::new('○', Role::Off, Beat::Steady),
        role => Led::new('◐', role, Beat::Steady),
    }
}

fn apps(model: &Model) -> Stat<'_> {
    let totals = &model.world.totals;
    let is_up = totals.apps_up > 0;
    Stat {
        led: if is_up { light_of(Role::Good, Beat::Pulse) } else { Led::new('○', Role::Off, Beat::Steady) },
        label: "apps",
        value: totals.up_of_all(),
        unit: "up".into(),
        beside: Beside::Nothing,
    }
}

fn cpu(model: &Model) -> Stat<'_> {
    let health = &model.health;
    Stat {
        led: level(health.cpu),
        label: "cpu",
        value: figures::percent(health.cpu),
        unit: "%".into(),
        beside: Beside::Trail(&health.cpu_trail),
    }
}

fn share(label: &'static str, usage: Option<Usage>) -> Stat<'static> {
    let (value, unit) = usage.map_or((figures::UNKNOWN.into(), ""), |usage| figures::share(usage.used, usage.total));
    let fraction = usage.and_then(Usage::fraction);
    Stat { led: level(fraction), label, value, unit: unit.into(), beside: Beside::Gauge(fraction) }
}

fn attention(model: &Model) -> Stat<'_> {
    let (wants, quiet) = (model.health.wants.len(), model.health.quiet);
    Stat {
        led: if wants == 0 { light_of(Role::Good, Beat::Steady) } else { Led::of(&State::Degraded) },
        label: "attention",
        value: if wants == 0 { "none".into() } else { wants.to_string() },
        unit: if quiet == 0 { String::new() } else { format!("+{quiet} quiet") },
        beside: Beside::Nothing,
    }
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
