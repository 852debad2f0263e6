//! The charts of one app. What must hold: a gap is a gap, every number has its unit, and what the cursor tells is what was
//! measured there.

use std::{collections::HashMap, time::Duration};

use ratatui::layout::Rect;

use super::face;
use crate::{
    domain::{
        fault::Fault,
        history::{Column, History, Metric, Span, columns},
        moment::Moment,
    },
    tui::{
        event::Ticket,
        layers::panel::METAL,
        model::Model,
        theme::Role,
        widgets::{
            brush::{Brush, Line, width},
            figures::{UNKNOWN, scaled},
            gauge,
            plot::{self, Grows, Plot},
        },
    },
};

#[derive(Debug, Clone, Default)]
pub struct Charts {
    pub span: Span,
    pub known: HashMap<Span, Known>,
    pub flight: Option<(Ticket, Span)>,
    /// When it is asked for next.
    pub due: Option<Duration>,
    /// Cells from the newest one.
    pub cursor: Option<u16>,
    /// The first chart in sight.
    pub top: usize,
}

#[derive(Debug, Clone)]
pub enum Known {
    History(Box<History>),
    Failed(Fault),
}

/// What stands in one chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    Cpu,
    Memory,
    Disk,
    Network,
    DiskIo,
    Waits,
}

impl Group {
    pub const ALL: [Self; 6] = [Self::Cpu, Self::Memory, Self::Disk, Self::Network, Self::DiskIo, Self::Waits];

    fn name(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Memory => "memory",
            Self::Disk => "disk",
            Self::Network => "network",
            Self::DiskIo => "disk I/O",
            Self::Waits => "waiting",
        }
    }

    /// With the sign that each has in its chart.
    fn metrics(self) -> &'static [(Metric, &'static str)] {
        match self {
            Self::Cpu => &[(Metric::Cpu, "")],
            Self::Memory => &[(Metric::Memory, "")],
            Self::Disk => &[(Metric::Disk, "")],
            Self::Network => &[(Metric::NetIn, "↓"), (Metric::NetOut, "↑")],
            Self::DiskIo => &[(Metric::DiskRead, "read"), (Metric::DiskWrite, "write")],
            Self::Waits => &[(Metric::WaitsForCpu, "cpu"), (Metric::WaitsForDisks, "disks")],
        }
    }
}

/// Beside each chart stands what its height means.
const LABELS: u16 = 9;
/// A lower one says nothing.
const LOWEST: u16 = 6;

impl Charts {
    pub fn history(&self) -> Option<&History> {
        match self.known.get(&self.span)? {
            Known::History(history) => Some(history),
            Known::Failed(_) => None,
        }
    }

    /// Those that have anything to show; pressure only where the version measures it.
    pub fn groups(&self) -> Vec<Group> {
        let tells = |group: &Group| {
            *group != Group::Waits
                || self
                    .history()
                    .is_some_and(|history| group.metrics().iter().any(|(metric, _)| history.tells(*metric)))
        };
        Group::ALL.into_iter().filter(tells).collect()
    }
}

/// How the charts stand in so much room: columns of them, how many in each, how high each is.
fn grid(area: Rect, count: usize) -> (u16, u16, u16) {
    let across = if area.width >= 104 { 2 } else { 1 };
    let needed = (count as u16).div_ceil(across).max(1);
    let room = area.height.saturating_sub(2);
    let down = (room / LOWEST).clamp(1, needed);
    (across, down, room / down)
}

/// How many cells of time a chart has.
pub fn cells(area: Rect) -> u16 {
    let (across, ..) = grid(area, Group::ALL.len());
    (area.width / across).saturating_sub(LABELS + 2)
}

/// How far the charts can be scrolled.
pub fn last_top(area: Rect, count: usize) -> usize {
    let (across, down, _) = grid(area, count);
    let rows = count.div_ceil(usize::from(across));
    rows.saturating_sub(usize::from(down))
}

pub fn draw(brush: &mut Brush, area: Rect, charts: &Charts, model: &Model) {
    let history = match charts.known.get(&charts.span) {
        Some(Known::History(history)) => history,
        Some(Known::Failed(fault)) => {
            spans(brush, area, charts, model);
            return face::failed(brush, below(area), fault, "[r] asks anew   [-] [+] another span");
        }
        None => {
            spans(brush, area, charts, model);
            return face::empty(brush, below(area), "asking Proxmox what it remembers …", "[-] [+] another span");
        }
    };
    spans(brush, area, charts, model);
    if Metric::ALL.iter().all(|metric| !history.tells(*metric)) {
        let words = format!("Proxmox has measured nothing of it in this {}", charts.span.slug());
        return face::empty(brush, below(area), &words, "[-] a longer span; it is measured each minute while it runs");
    }
    let groups = charts.groups();
    let (across, down, high) = grid(area, groups.len());
    let wide = area.width / across;
    let from = charts.top.min(last_top(area, groups.len())) * usize::from(across);
    for (i, group) in groups.iter().skip(from).take(usize::from(across * down)).enumerate() {
        let (column, row) = (i as u16 % across, i as u16 / across);
        let place =
            Rect { x: area.x + column * wide, y: area.y + 2 + row * high, width: wide.saturating_sub(1), height: high };
        chart(brush, place, *group, history, (charts, model));
    }
}

fn below(area: Rect) -> Rect {
    Rect { y: area.y + 2.min(area.height), height: area.height.saturating_sub(2), ..area }
}

fn spans(brush: &mut Brush, area: Rect, charts: &Charts, model: &Model) {
    let mut line = brush.line(area.x, area.y, area.width, METAL);
    for span in Span::ALL {
        if span == charts.span {
            line.say("▸", Role::Accent).bold(span.slug(), Role::Title);
        } else {
            line.skip(1).say(span.slug(), Role::Dim);
        }
        line.skip(2);
    }
    let Some(history) = charts.history() else { return };
    let column =
        charts.cursor.and_then(|cursor| looked_at(&columns(history, Metric::Cpu, usize::from(cells(area))), cursor));
    let words = match column {
        Some(column) if column.until.since(column.from) >= Duration::from_secs(120) => {
            format!("{} to {}", time(model, charts.span, column.from), time(model, charts.span, column.until))
        }
        Some(column) => time(model, charts.span, column.from),
        None => "[h] [l] tell one moment".to_owned(),
    };
    line.at_edge(&words, if column.is_some() { Role::Title } else { Role::Dim });
}

fn looked_at(columns: &[Column], cursor: u16) -> Option<Column> {
    columns.get((columns.len()).checked_sub(1 + usize::from(cursor))?).copied()
}

fn time(model: &Model, span: Span, at: Moment) -> String {
    match span {
        Span::Hour | Span::Day => model.time_of_day(at),
        Span::Week | Span::Month => model.day_and_time(at),
    }
}

/// One chart: what it comes to, the area, its times.
fn chart(brush: &mut Brush, area: Rect, group: Group, history: &History, (charts, model): (&Charts, &Model)) {
    let wide = area.width.saturating_sub(LABELS + 1);
    let metrics = group.metrics();
    let heads = if metrics.len() > 1 && area.height >= 8 { 2 } else { 1 };
    let plain =
        Rect { x: area.x + LABELS, y: area.y + heads, width: wide, height: area.height.saturating_sub(2 + heads) };
    titles(brush, Rect { height: heads, ..area }, group, history, (charts, model));
    let told: Vec<Vec<Column>> =
        metrics.iter().map(|(metric, _)| columns(history, *metric, 2 * usize::from(wide))).collect();
    let is_rate = metrics[0].0.is_rate();
    let most = told.iter().flatten().filter_map(|column| column.most).fold(0.0, f64::max);
    let top = if is_rate { most.max(1.0) } else { scale(most) };
    let cursor = charts.cursor.map(|cursor| wide.saturating_sub(1 + cursor));
    let role: fn(f64) -> Role = match group {
        Group::Cpu | Group::Memory | Group::Disk if top >= 1.0 => |share| gauge::role(Some(share as f32)),
        _ => |_| Role::Accent,
    };
    let other: fn(f64) -> Role = |_| Role::Info;
    let half = plain.height / 2;
    let plot = |columns, grows, role| Plot { columns, top, grows, role, cursor, back: METAL };
    match &told[..] {
        [up, down] if half > 0 => {
            let upper = Rect { height: plain.height - half, ..plain };
            plot::draw(brush, upper, &plot(up, Grows::Up, role));
            plot::draw(brush, Rect { y: upper.bottom(), height: half, ..plain }, &plot(down, Grows::Down, other));
            labels(brush, area, plain, &[(0, top), (plain.height - 1, top)], is_rate);
        }
        [up, ..] => {
            plot::draw(brush, plain, &plot(up, Grows::Up, role));
            labels(brush, area, plain, &[(0, top), (plain.height.saturating_sub(1), 0.0)], is_rate);
        }
        [] => {}
    }
    axis(brush, Rect { y: plain.bottom(), height: 1, ..plain }, history, (charts, model));
}

/// A share that stays small is looked at closer, in steps that do not change at every look.
fn scale(most: f64) -> f64 {
    [0.05, 0.1, 0.25, 0.5].into_iter().find(|top| most <= top * 0.95).unwrap_or(1.0)
}

fn labels(brush: &mut Brush, area: Rect, plain: Rect, at: &[(u16, f64)], is_rate: bool) {
    for (row, value) in at {
        let mut line = brush.line(area.x, plain.y + row, LABELS - 1, METAL);
        let (text, unit) = figure(*value, is_rate);
        line.right(&text, (LABELS - 1).saturating_sub(width(unit) + 1), Role::Dim).skip(1).say(unit, Role::Dim);
    }
}

fn figure(value: f64, is_rate: bool) -> (String, &'static str) {
    if is_rate { scaled(value) } else { (format!("{:.0}", value * 100.0), "%") }
}

/// A few times below, the newest at the right.
fn axis(brush: &mut Brush, area: Rect, history: &History, (charts, model): (&Charts, &Model)) {
    let Some((from, until)) = history.reach() else { return };
    brush.tile(area, '▔', brush.canvas.on(Role::Border, METAL));
    let words = |at: Moment| match charts.span {
        Span::Hour | Span::Day => model.time_of_day(at),
        Span::Week | Span::Month => model.day_of(at),
    };
    let count = (area.width / 16).clamp(1, 6);
    for i in 0..count {
        let x = area.width * i / count;
        let at = Moment(from.0 + (until.0 - from.0) * i64::from(x) / i64::from(area.width.max(1)));
        brush.line(area.x + x, area.y, area.width - x, METAL).say(&words(at), Role::Dim);
    }
    let now = words(until);
    let wide = width(&now).min(area.width);
    brush.line(area.right() - wide, area.y, wide, METAL).say(&now, Role::Dim);
}

/// What it is now, or where the cursor stands; then average and highest of the whole span. Two that share a chart stand under
/// each other where that is possible.
fn titles(brush: &mut Brush, area: Rect, group: Group, history: &History, (charts, model): (&Charts, &Model)) {
    let metrics = group.metrics();
    let is_high = area.height > 1;
    let wide = area.width.saturating_sub(LABELS + 1);
    let mut x = LABELS;
    brush.line(area.x, area.y, LABELS, METAL).say(group.name(), Role::Accent);
    for (i, (metric, sign)) in metrics.iter().enumerate() {
        let y = area.y + if is_high { i as u16 } else { 0 };
        let mut line = brush.line(area.x + x, y, area.width.saturating_sub(x), METAL);
        if !sign.is_empty() {
            line.left(sign, if is_high { 6 } else { width(sign) + 1 }, Role::Dim);
        }
        let Some(summary) = history.summary(*metric) else {
            line.say(UNKNOWN, Role::Text);
            continue;
        };
        let is_rate = metric.is_rate();
        let here = charts.cursor.map(|cursor| looked_at(&columns(history, *metric, usize::from(wide)), cursor));
        say(
            &mut line,
            here.map_or(Some(summary.last), |column| column.and_then(|column| column.mean)),
            is_rate,
            Role::Title,
        );
        let is_short = metrics.len() > 1 && !is_high;
        if !is_short {
            line.say("  avg ", Role::Dim);
            say(&mut line, Some(summary.mean), is_rate, Role::Text);
        }
        line.say("  max ", Role::Dim);
        say(&mut line, Some(summary.most), is_rate, Role::Text);
        let at = format!(" at {}", time(model, charts.span, summary.most_at));
        if !is_short && line.room() >= width(&at) {
            line.say(&at, Role::Dim);
        }
        if !is_high {
            x = line.x() - area.x + 3;
        }
    }
}

fn say(line: &mut Line, value: Option<f64>, is_rate: bool, role: Role) {
    match value {
        None => {
            line.say(UNKNOWN, Role::Dim);
        }
        Some(value) => {
            let (text, unit) = if is_rate { scaled(value) } else { (format!("{:.1}", value * 100.0), "%") };
            line.say(&text, role).skip(1).say(unit, Role::Dim);
            if is_rate {
                line.say("/s", Role::Dim);
            }
        }
    }
}
