//! The master rack: the name plate, the display, and a light for each host.

use std::time::Duration;

use ratatui::layout::Rect;

use super::{
    layout::{Floor, Shape},
    overview,
};
use crate::{
    domain::{
        care::Lead,
        fleet::{Reach, Vault},
        operation::Operation,
    },
    tui::{
        command::Deck,
        event::Now,
        keymap::Place,
        model::{Demo, Model, Opening, progress, start::POWER_ON, tale, wants::Want},
        theme::Role,
        widgets::{
            brush::{Brush, fit},
            ears::{self, Ears, Hold, Mark},
            figures,
            lcd::{self, Letters, Tone, Words},
            led::{Beat, Beating, Led},
        },
    },
};

const METAL: Role = Role::Case;

pub fn draw(brush: &mut Brush, floor: &Floor, model: &Model, now: Now) {
    let area = floor.master;
    if floor.shape == Shape::Wide {
        let above = |area: Rect| Rect { y: area.y.saturating_sub(1), height: 1, ..area };
        ears::seam(brush, above(area), Hold::Idle);
        ears::seam(brush, above(floor.navigation), Hold::Idle);
    }
    let held = Ears { width: ear_width(area), hold: Hold::Idle, is_marked: Mark::Free, seed: 1 };
    let body = ears::draw(brush, area, held);
    brush.fill(body, METAL);
    let parts = Parts::of(body);
    name_plate(brush, parts.plate, model);
    host_lights(brush, parts.lights, model, now);
    let lines = [message(model, now), lower(model, now, parts.glass)];
    lcd::draw(brush, parts.glass, &lines, model.beating(now));
}

struct Parts {
    plate: Rect,
    glass: Rect,
    lights: Rect,
}

impl Parts {
    fn of(body: Rect) -> Self {
        let plate = Rect { width: 13.min(body.width / 4), ..body };
        let lights = if body.width >= 80 { 16 } else { 0 };
        let lights = Rect { x: body.right() - lights, width: lights, ..body };
        Self { plate, glass: Rect { x: plate.right(), width: lights.x - plate.right(), ..body }, lights }
    }
}

/// Whether the display must roll to be read.
pub fn rolls(model: &Model, now: Now) -> bool {
    let Some(floor) = model.floor() else { return false };
    let glass = Parts::of(ears::body(floor.master, ear_width(floor.master))).glass;
    lcd::rolls(glass, &[message(model, now), lower(model, now, glass)])
}

/// The lower line: what a newcomer may do next, where it fits without rolling; else what is being done.
fn lower(model: &Model, now: Now, glass: Rect) -> Words {
    let told = doing(model, now);
    let mut running = model.world.running();
    let asks = model.world.running().any(Operation::asks);
    let Some((text, short)) = model.hint().filter(|_| !asks) else { return told };
    let beside = if running.next().is_some() { told.beside.clone() } else { String::new() };
    let hint = Words { text, short, beside, letters: Letters::AsTheyAre, ..Words::default() };
    if lcd::rolls(glass, std::slice::from_ref(&hint)) { told } else { hint }
}

fn ear_width(area: Rect) -> u16 {
    if area.width >= 90 { 4 } else { 2 }
}

fn name_plate(brush: &mut Brush, area: Rect, model: &Model) {
    brush.line(area.x + 1, area.y, area.width, METAL).bold("PROXIMITY", Role::Title);
    if let Some((_, worst)) = model.toasts.light() {
        let x = area.right().saturating_sub(2);
        let led = Led::new('●', super::toast_mark(worst).1, Beat::Steady);
        brush.line(x, area.y, 1, METAL).light(led, Beating::Still);
    }
    if area.height < 2 {
        return;
    }
    if let Some(led) = care_light(model.world.fleet.care.lead) {
        let x = area.right().saturating_sub(2);
        brush.line(x, area.y + 1, 1, METAL).light(led, Beating::Still);
    }
    let mut below = brush.line(area.x + 1, area.y + 1, area.width.saturating_sub(3), METAL);
    match (model.demo, model.world.fleet.hosts.len()) {
        (Demo::Demo, _) => below.bold("DEMO", Role::Warning),
        (Demo::Real, 0) => below.say("no host", Role::Dim),
        (Demo::Real, 1) => below.say(model.world.fleet.hosts[0].id.as_str(), Role::Dim),
        (Demo::Real, hosts) => below.say(&format!("{hosts} hosts"), Role::Dim),
    };
}

/// Who looks after all this; nothing where nobody does, which the settings say in words.
fn care_light(lead: Lead) -> Option<Led> {
    match lead {
        Lead::Ours => Some(Led::new('◉', Role::Good, Beat::Steady)),
        Lead::Another => Some(Led::new('◉', Role::Info, Beat::Steady)),
        Lead::Nobody => None,
    }
}

fn host_lights(brush: &mut Brush, area: Rect, model: &Model, now: Now) {
    for (row, host) in (0..area.height).zip(&model.world.fleet.hosts) {
        let led = Led::of_host(&host.reach);
        // A host that answers is no news: its light is steady here.
        let led = if led.beat == Beat::Pulse { Led { beat: Beat::Steady, ..led } } else { led };
        let mut line = brush.line(area.x + 2, area.y + row, area.width.saturating_sub(3), METAL);
        line.light(led, model.beating(now)).skip(1);
        let more = model.world.fleet.hosts.len().saturating_sub(usize::from(area.height));
        let more = if more > 0 && row + 1 == area.height { format!(" +{more}") } else { String::new() };
        let room = line.room().saturating_sub(more.len() as u16);
        line.say(&fit(host.id.as_str(), room), Role::Dim).say(&more, Role::Dim);
    }
}

/// The upper line: how things are.
pub fn message(model: &Model, now: Now) -> Words {
    if let Some(until) = model.power_on {
        return self_test(model, until.saturating_sub(now.tick));
    }
    if let Some((echo, _)) = &model.echo {
        return Words { text: format!("▸ {echo}"), ..Words::default() };
    }
    if model.opening == Opening::FirstRun {
        return Words { text: "welcome · no host is connected yet".into(), ..Words::default() };
    }
    if model.world.fleet.vault == Vault::Locked && !model.world.fleet.hosts.is_empty() {
        let text =
            model.keymap.reword(Place::Hosts, "the credentials are locked · [4] hosts, [u] unlocks").into_owned();
        return Words { text, tone: Tone::Warning, ..Words::default() };
    }
    let totals = &model.world.totals;
    let up = format!("{} apps up", totals.up_of_all());
    let asked = model.world.fleet.hosts.iter().any(|host| host.reach != Reach::Waiting);
    let word = match (model.health.wants.as_slice(), asked) {
        ([], true) => Words { text: "all systems nominal".into(), ..Words::default() },
        ([], false) => Words { text: "waiting for the first answer".into(), tone: Tone::Faint, ..Words::default() },
        (wants, _) => needed(wants),
    };
    Words { beside: up, ..word }
}

fn needed(wants: &[Want]) -> Words {
    let count = match wants.len() {
        1 => "1 thing needs you".into(),
        more => format!("{more} things need you"),
    };
    let first = wants.first().map_or(String::new(), |want| format!(" · {} {}", want.who, want.told()));
    let is_bad = wants.first().is_some_and(|want| want.role == Role::Danger);
    let tone = if is_bad { Tone::Danger } else { Tone::Warning };
    Words { text: format!("{count}{first}"), short: count, tone, ..Words::default() }
}

/// How far the power-on show has come.
fn shown_share(left: Duration) -> f32 {
    (1.0 - left.as_secs_f32() / POWER_ON.as_secs_f32()).clamp(0.0, 1.0)
}

/// The lights come on from left to right.
pub fn test_lights(brush: &mut Brush, screen: Rect, left: Duration) {
    let lit = (f32::from(screen.width) * shown_share(left)) as u16;
    brush.darken_lights(Rect { x: screen.x + lit, width: screen.width - lit, ..screen });
}

fn self_test(model: &Model, left: Duration) -> Words {
    let share = shown_share(left);
    let lit = (share * 12.0) as usize;
    let count = |all: usize| (share * 1.2).min(1.0) * all as f32;
    Words {
        text: format!("self test {}{}", "▰".repeat(lit), "▱".repeat(12 - lit.min(12))),
        beside: format!(
            "{:.0} hosts · {:.0} nodes · {:.0} guests",
            count(model.world.fleet.hosts.len()),
            count(model.health.nodes),
            count(model.world.totals.guests)
        ),
        ..Words::default()
    }
}

/// What is being done, or what was done last.
pub fn doing(model: &Model, now: Now) -> Words {
    let mut running = model.world.running();
    if let Some(operation) = running.next() {
        let (sign, what) = tale(operation);
        let count = if operation.asks() { String::new() } else { format!(" {}", progress::count(operation)) };
        let more = running.count();
        let more = if more > 0 { format!(" · +{more} more") } else { String::new() };
        return Words {
            text: format!("{sign} {} {what}{count}{more}", operation.plan.name),
            beside: figures::clock(now.wall.since(operation.began)),
            ..Words::default()
        };
    }
    if let Some(cables) = overview::cables_told(model).filter(|_| model.deck == Deck::Overview) {
        return Words { text: cables, ..Words::default() };
    }
    match model.world.fleet.operations.first() {
        Some(operation) => last(model, operation),
        None if model.world.fleet.hosts.is_empty() => Words::default(),
        None => Words {
            text: format!(
                "{} nodes · {} guests · {} ours",
                model.health.nodes, model.world.totals.guests, model.world.totals.apps
            ),
            tone: Tone::Faint,
            ..Words::default()
        },
    }
}

fn last(model: &Model, operation: &Operation) -> Words {
    let ended = operation.ended.as_ref().map_or(operation.began, |ended| ended.at);
    let (sign, what) = tale(operation);
    Words {
        text: format!("{sign} {} {what}", operation.plan.name),
        beside: model.time_of_day(ended),
        tone: Tone::Faint,
        ..Words::default()
    }
}
