//! The front: who it is, where it is found, how full and how busy it is, and how it does.

use ratatui::layout::Rect;

use super::{
    Unit,
    columns::{Columns, Span},
    display, pulse,
};
use crate::{
    domain::{app::App, fleet::Usage, trail::Trail},
    tui::{
        theme::Role,
        widgets::{
            brush::{Brush, Line, fit_middle, width},
            fan,
            figures::{self, UNKNOWN},
            gauge,
            led::Led,
            sparkline::{self, Scale},
        },
    },
};

const METAL: Role = Role::Case;
/// A trickle of traffic is not a mountain: full height is at least 64 kB a second.
const TRAFFIC_FLOOR: f32 = 65_536.0;

pub fn draw(brush: &mut Brush, body: Rect, unit: &Unit) {
    let columns = Columns::of(body.width);
    name(brush, body, columns.name, unit);
    place(brush, body, columns.place, unit);
    if let Some(operation) = unit.operation {
        return display::draw(brush, body, columns.display(), unit, operation);
    }
    gauges(brush, body, columns.gauges, unit);
    if let Some(span) = columns.traffic {
        traffic(brush, body, span, unit);
    }
    status(brush, body, columns.status, unit);
}

fn line<'b, 'a>(brush: &'b mut Brush<'a>, body: Rect, span: Span, row: u16) -> Line<'b, 'a> {
    let from = span.from.min(body.width);
    brush.line(body.x + from, body.y + row, span.width.min(body.width - from), METAL)
}

fn name(brush: &mut Brush, body: Rect, span: Span, unit: &Unit) {
    let led = Led::of(&unit.entry.state);
    let role = if unit.entry.is_up() { Role::Title } else { Role::Text };
    let shown = fit_middle(&unit.entry.name, span.width.saturating_sub(2));
    line(brush, body, span, 0).light(led, unit.beating).skip(1).bold(&shown, role);
    let marker = unit.app.map(|app| &app.marker);
    let recipe = marker.and_then(|marker| marker.recipe.as_deref());
    let method = marker.and_then(|marker| marker.method).map(|method| method.slug());
    let kind = match unit.app {
        Some(_) => [recipe, method].into_iter().flatten().collect::<Vec<_>>().join(" · "),
        None if unit.entry.is_coming => "new".into(),
        None => display::kind(unit.entry).into(),
    };
    line(brush, body, span, 1).skip(2).say(if kind.is_empty() { UNKNOWN } else { &kind }, Role::Dim);
    let waits =
        unit.app.zip(unit.entry.guest.as_deref()).and_then(|(app, guest)| app.waits_for_restart(guest, unit.wall));
    if let Some(what) = waits {
        line(brush, body, span, 2).skip(2).say("restart opens ", Role::Warning).say(what, Role::Warning);
        return;
    }
    let unversioned = |app: &App| if app.is_adopted() { "adopted" } else { UNKNOWN };
    let version = match unit.app {
        Some(app) => app.marker.version.as_deref().unwrap_or(unversioned(app)),
        None if unit.entry.is_coming => "is being made",
        None => "not ours   [a] adopt",
    };
    line(brush, body, span, 2).skip(2).say(version, Role::Dim);
}

fn place(brush: &mut Brush, body: Rect, span: Span, unit: &Unit) {
    let endpoint = unit.entry.endpoint.as_deref().unwrap_or(UNKNOWN);
    let role = if unit.entry.endpoint.is_some() { Role::Text } else { Role::Dim };
    line(brush, body, span, 0).say(&fit_middle(endpoint, span.width), role);
    let node = unit.entry.guest.as_ref().map_or(UNKNOWN, |guest| guest.node.as_str());
    line(brush, body, span, 1)
        .say(node, Role::Dim)
        .say(" · ", Role::Off)
        .say(&unit.entry.vmid().to_string(), Role::Dim);
    line(brush, body, span, 2).say(&resources(unit), Role::Dim);
}

/// What it was given: cores and memory.
fn resources(unit: &Unit) -> String {
    let Some(guest) = &unit.entry.guest else { return UNKNOWN.into() };
    let cores = match guest.cores {
        Some(1.0) => "1 core".into(),
        Some(cores) => format!("{cores} cores"),
        None => format!("{UNKNOWN} cores"),
    };
    let memory = guest.memory.filter(|memory| memory.total > 0);
    format!("{cores} · {}", memory.map_or(UNKNOWN.into(), |memory| figures::size(memory.total)))
}

fn gauges(brush: &mut Brush, body: Rect, span: Span, unit: &Unit) {
    let guest = unit.entry.guest.as_deref();
    let is_up = unit.entry.has_power();
    let cpu = guest.and_then(|guest| guest.cpu).filter(|_| is_up);
    let memory = guest.and_then(|guest| guest.memory).filter(|_| is_up).and_then(Usage::fraction);
    // A machine's disk is reported as zero: Proxmox cannot look inside.
    let disk = guest.and_then(|guest| guest.disk).filter(|disk| disk.used > 0).and_then(Usage::fraction);
    for (row, (label, fraction)) in [("cpu", cpu), ("mem", memory), ("dsk", disk)].into_iter().enumerate() {
        let mut line = line(brush, body, span, row as u16);
        line.say(label, Role::Dim).skip(1);
        let bar = line.room().saturating_sub(6);
        line.with(bar, |brush, area, back| gauge::draw(brush, area, fraction, back));
        line.right(&figures::percent(fraction), 4, gauge::figure_role(fraction));
        line.say(" %", Role::Dim);
    }
}

fn traffic(brush: &mut Brush, body: Rect, span: Span, unit: &Unit) {
    let Some(guest) = unit.entry.guest.as_deref() else { return };
    let traffic = &guest.traffic;
    let is_up = unit.entry.has_power();
    for (row, label, trail, rate) in
        [(0, " ↓ ", &traffic.trail_in, traffic.rate_in), (1, " ↑ ", &traffic.trail_out, traffic.rate_out)]
    {
        let rate = rate.filter(|_| is_up);
        let mut line = line(brush, body, span, row);
        history(&mut line, label, trail, Scale::AtLeast(TRAFFIC_FLOOR), rate.map(|_| Role::Info));
        let (value, unit) = rate.map_or((UNKNOWN.into(), ""), |rate| figures::scaled(f64::from(rate)));
        line.right(&value, 5, if rate.is_some() { Role::Text } else { Role::Dim });
        line.say(&format!(" {unit}{}", if unit.is_empty() { "" } else { "/s" }), Role::Dim);
    }
    let mut line = line(brush, body, span, 2);
    if let Some(probed) = unit.pulse.and_then(|pulse| pulse.last()).filter(|_| is_up) {
        return pulse::probe(line.skip(1), probed);
    }
    let trail = &guest.cpu_trail;
    history(&mut line, "cpu", trail, Scale::AtLeast(0.25), is_up.then_some(Role::Accent));
    let peak = trail.readings().flatten().reduce(f32::max).filter(|_| is_up);
    line.right(&figures::percent(peak), 5, if peak.is_some() { Role::Text } else { Role::Dim });
    line.say(if peak.is_some() { " peak" } else { "" }, Role::Dim);
}

/// A label and the bars beside it; what is off has no colour.
fn history(line: &mut Line, label: &str, trail: &Trail, scale: Scale, role: Option<Role>) {
    line.say(label, Role::Dim).skip(1);
    let bars = line.room().saturating_sub(11);
    line.with(bars, |brush, area, back| sparkline::draw(brush, area, trail, scale, role.unwrap_or(Role::Track), back));
}

fn status(brush: &mut Brush, body: Rect, span: Span, unit: &Unit) {
    let led = Led::of(&unit.entry.state);
    let role = led.word_role();
    match unit.bin {
        Some(_) => {
            line(brush, body, span, 0).right("bin", span.width, Role::Warning);
        }
        None => {
            let state = || (display::word(&unit.entry.state), role);
            let (word, role) = pulse::word(unit, span.width).unwrap_or_else(state);
            line(brush, body, span, 0).right(&word, span.width, role);
        }
    }
    let uptime = unit.entry.guest.as_ref().and_then(|guest| guest.uptime).filter(|_| unit.entry.has_power());
    let up = figures::uptime(uptime);
    if width(&up) + 2 <= span.width {
        fan::draw(brush, body.x + span.from, body.y + 1, unit.entry.fan(), METAL, unit.beating);
    }
    line(brush, body, span, 1).right(&up, span.width, if uptime.is_some() { Role::Text } else { Role::Dim });
    let mut last = line(brush, body, span, 2);
    if let Some(bin) = &unit.bin {
        last.right(bin, span.width, Role::Warning);
        return;
    }
    match (&unit.age, unit.entry.full_disk(), unit.entry.full_memory()) {
        (Some(age), ..) => {
            last.right(&format!("{age} old"), span.width, Role::Warning);
        }
        (None, Some(disk), _) if unit.app.is_some() => nearly_full(&mut last, span, "disk", disk),
        (None, _, Some(memory)) if unit.app.is_some() => nearly_full(&mut last, span, "memory", memory),
        _ => saved(&mut last, span, unit),
    }
}

/// `backup 6 h ✓`, as much of it as there is room for.
fn saved(line: &mut Line, span: Span, unit: &Unit) {
    let Some(saved) = &unit.saved else { return };
    let needed = width(&saved.age) + 2;
    let label = if span.width >= needed + 7 { "backup " } else { "" };
    line.skip(span.width.saturating_sub(needed + width(label))).say(label, Role::Dim);
    let quiet = if saved.role == Role::Good { Role::Text } else { saved.role };
    line.say(&saved.age, quiet).skip(1).say(&saved.sign.to_string(), saved.role);
}

fn nearly_full(line: &mut Line, span: Span, what: &str, fraction: f32) {
    let text = format!("◐ {what} {} %", figures::percent(Some(fraction)));
    line.right(&text, span.width, Role::Danger);
}
