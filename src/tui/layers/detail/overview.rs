//! How an app is, all of it on one page. What must hold: what nobody knows is `--`, and what wants somebody stands first.

use ratatui::layout::Rect;

use super::{Detail, face};
use crate::{
    domain::{
        care::Health,
        catalog::Recipe,
        detail::GuestDetail,
        fleet::{Guest, Usage},
        gateway::url_of,
    },
    tui::{
        event::Now,
        layers::{
            Row,
            node::{amounts, bar, cell},
            panel::METAL,
            wrap,
        },
        model::{Back, Model, tale, world::Entry},
        screens::backups,
        theme::Role,
        widgets::{
            brush::{Brush, width},
            chart,
            figures::{self, UNKNOWN},
        },
    },
};

/// Labels stand in so many cells.
const LABEL: u16 = 11;

pub fn draw(brush: &mut Brush, area: Rect, detail: &Detail, model: &Model, now: Now) {
    let rows = rows(detail, model, now, area.width);
    face::rows(brush, area, &rows, usize::from(detail.top));
    let page = usize::from(area.height);
    trails(brush, area, rows.len() as u16, detail, model);
    if rows.len() > page && usize::from(detail.top) + page < rows.len() {
        let more = format!(" {} more [j] ", rows.len() - page - usize::from(detail.top).min(rows.len() - page));
        let wide = width(&more);
        let mut line = brush.line(area.right().saturating_sub(wide), area.bottom() - 1, wide, METAL);
        line.say(&more, Role::Dim);
    }
}

/// The last minutes, where there is room left below.
fn trails(brush: &mut Brush, area: Rect, used: u16, detail: &Detail, model: &Model) {
    let left = area.height.saturating_sub(used + 1);
    let Some(guest) =
        model.world.entry(&detail.guest).filter(|entry| entry.has_power()).and_then(|entry| entry.guest.as_ref())
    else {
        return;
    };
    if left < 5 {
        return;
    }
    let high = (left - 2).min(8);
    let place = Rect { y: area.bottom() - high, height: high, ..area };
    let wide = area.width / 2 - 2;
    let most = guest.traffic.trail_out.readings().flatten().fold(1.0_f32, f32::max);
    let scaled = guest.traffic.trail_out.readings().map(|rate| rate.map(|rate| rate / most)).collect();
    let of =
        [("cpu, the last minutes", &guest.cpu_trail, Role::Accent), ("sent, the last minutes", &scaled, Role::Info)];
    for (i, (words, trail, role)) in of.into_iter().enumerate() {
        let x = place.x + i as u16 * (area.width / 2);
        brush.line(x, place.y - 1, wide, METAL).say(words, Role::Dim);
        chart::draw(brush, Rect { x, width: wide, ..place }, trail, role, METAL);
    }
}

/// How far it can be scrolled.
pub fn last_top(detail: &Detail, model: &Model, area: Rect) -> u16 {
    (rows(detail, model, model.now, area.width).len() as u16).saturating_sub(area.height)
}

fn rows(detail: &Detail, model: &Model, now: Now, room: u16) -> Vec<Row> {
    let Some(entry) = model.world.entry(&detail.guest) else {
        return vec![vec![(
            "its guest is not there any more; its backups and operations are still told".into(),
            Role::Text,
        )]];
    };
    let known = match model.backs.get(&detail.guest) {
        Some(Back::Known(known)) => Some(&**known),
        _ => None,
    };
    let mut rows = wants(entry, model, room);
    let (left, right) = if room >= 100 { (room / 2 - 2, room - room / 2) } else { (room, room) };
    let mut one = [gauges(entry, left), vec![Vec::new()], where_it_is(entry, known, model, left)].concat();
    let mut other = [health(entry, model, now), kept(detail, model, now), last(entry, model, now, right)].concat();
    let below = [volumes(known), needs(entry, model, known, right)];
    if room >= 100 {
        one.extend(below.concat());
        rows.extend(beside(one, other, room / 2));
    } else {
        rows.append(&mut one);
        rows.push(Vec::new());
        rows.append(&mut other);
        rows.extend(below.concat());
    }
    if let Some(Back::Failed(fault)) = model.backs.get(&detail.guest) {
        rows.push(Vec::new());
        rows.push(vec![("◐ ".into(), Role::Warning), (format!("{}: {}", fault.what, fault.remedy), Role::Text)]);
    }
    rows
}

fn label(words: &str) -> (String, Role) {
    (cell(words, LABEL), Role::Dim)
}

/// What wants somebody, each with what mends it.
fn wants(entry: &Entry, model: &Model, room: u16) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for want in model.health.wants.iter().filter(|want| want.guest() == Some(&entry.key)) {
        let words = wrap(want.told(), room.saturating_sub(2));
        for (i, line) in words.into_iter().enumerate() {
            let sign = if i == 0 { "◐ " } else { "  " };
            rows.push(vec![(sign.into(), want.role), (line, want.role)]);
        }
        rows.push(vec![("  ".into(), Role::Dim), (want.remedy.clone(), Role::Dim)]);
    }
    if !rows.is_empty() {
        rows.push(Vec::new());
    }
    rows
}

fn gauges(entry: &Entry, room: u16) -> Vec<Row> {
    let guest = entry.guest.as_deref().filter(|_| entry.has_power());
    let wide = if room >= 56 { 20 } else { 10 };
    let line = |words: &str, share: Option<f32>, beside: String| {
        let mut row = vec![label(words)];
        row.extend(bar(share, wide));
        row.push((format!("  {beside}"), Role::Dim));
        row
    };
    let cores = guest.and_then(|guest| guest.cores).map_or(String::new(), |cores| format!("of {cores:.0} cores"));
    let memory = guest.and_then(|guest| guest.memory);
    let disk = entry.guest.as_deref().and_then(|guest| guest.disk);
    let rate = |rate: Option<f32>| {
        let (value, unit) = rate.map_or((UNKNOWN.into(), ""), |rate| figures::scaled(f64::from(rate)));
        if unit.is_empty() { value } else { format!("{value} {unit}/s") }
    };
    let traffic = |pick: fn(&Guest) -> Option<f32>| rate(guest.and_then(pick));
    vec![
        line("cpu", guest.and_then(|guest| guest.cpu), cores),
        line("memory", memory.and_then(Usage::fraction), amounts(memory)),
        line("disk", disk.and_then(Usage::fraction), amounts(disk)),
        vec![
            label("network"),
            ("↓ ".into(), Role::Dim),
            (cell(&traffic(|guest| guest.traffic.rate_in), 12), Role::Text),
            ("↑ ".into(), Role::Dim),
            (traffic(|guest| guest.traffic.rate_out), Role::Text),
        ],
        vec![label("up"), (figures::uptime(guest.and_then(|guest| guest.uptime)), Role::Text)],
    ]
}

fn where_it_is(entry: &Entry, known: Option<&GuestDetail>, model: &Model, room: u16) -> Vec<Row> {
    let app = model.world.app(entry);
    let mut rows = Vec::new();
    let url = app.and_then(|app| url_of(&model.world.fleet, app));
    match url {
        Some(url) => rows.push(vec![label("address"), (url, Role::Bright), ("  [o]".into(), Role::Dim)]),
        None => rows.push(vec![label("address"), (entry.endpoint.clone().unwrap_or(UNKNOWN.into()), Role::Text)]),
    }
    let addresses = known.map(|known| known.addresses.join("  ")).filter(|all| !all.is_empty());
    rows.push(vec![label("IP"), (addresses.unwrap_or(UNKNOWN.into()), Role::Text)]);
    let ports = app.map(|app| app.marker.ports.iter().map(u16::to_string).collect::<Vec<_>>().join(" "));
    rows.push(vec![label("ports"), (ports.filter(|ports| !ports.is_empty()).unwrap_or(UNKNOWN.into()), Role::Text)]);
    let node = entry.guest.as_ref().map_or(UNKNOWN, |guest| guest.node.as_str());
    let text = format!("{} on {node} of {}", entry.vmid(), entry.key.host);
    rows.push(vec![label("guest"), (text, Role::Text)]);
    let nature = known.map(|known| {
        let walls = match known.is_unprivileged {
            Some(true) => "unprivileged",
            Some(false) => "privileged",
            None => UNKNOWN,
        };
        let boot = if known.starts_on_boot { "starts on boot" } else { "does not start on boot" };
        format!("{walls} · {} · {boot}", known.features.as_deref().unwrap_or("no features"))
    });
    let nature = nature.unwrap_or_else(|| "reading …".into());
    rows.extend(
        wrap(&nature, room.saturating_sub(LABEL))
            .into_iter()
            .enumerate()
            .map(|(i, line)| vec![label(if i == 0 { "nature" } else { "" }), (line, Role::Text)]),
    );
    rows
}

fn health(entry: &Entry, model: &Model, now: Now) -> Vec<Row> {
    let app = model.world.app(entry);
    let Some(known) = app.and_then(|app| model.world.fleet.care.health.get(&app.id)) else {
        return vec![vec![label("health"), ("nobody has looked yet".into(), Role::Dim)]];
    };
    if known.health == Health::Unknown {
        return vec![vec![label("health"), ("not known yet: nobody answered or was asked".into(), Role::Dim)]];
    }
    let since = figures::age(now.wall.since(known.since));
    let mut rows =
        vec![vec![label("health"), (known.health.slug().into(), Role::Text), (format!(" for {since}"), Role::Dim)]];
    let share = |share: Option<f32>| (crate::domain::care::percent(share), Role::Text);
    let dim = |words: &str| (words.to_owned(), Role::Dim);
    let up = known.uptime;
    rows.push(vec![
        label("answered"),
        dim("day "),
        share(up.day),
        dim("  week "),
        share(up.week),
        dim("  month "),
        share(up.month),
    ]);
    if let Some(last) = &known.last {
        let age = figures::age(now.wall.since(last.at));
        rows.push(match &last.said {
            Ok(said) => {
                vec![
                    label("last look"),
                    (said.clone(), Role::Text),
                    (format!(" in {} ms, {age} ago", last.took_ms), Role::Dim),
                ]
            }
            Err(why) => vec![label("last look"), (why.clone(), Role::Warning), (format!(", {age} ago"), Role::Dim)],
        });
    }
    if !known.restarts.is_empty() {
        rows.push(vec![label("restarted"), (format!("{} times by itself", known.restarts.len()), Role::Warning)]);
    }
    rows.push(Vec::new());
    rows
}

/// Backups and snapshots, with the tab that has them all.
fn kept(detail: &Detail, model: &Model, _now: Now) -> Vec<Row> {
    let mut rows = Vec::new();
    match model.board.of_guest(&detail.guest) {
        Some(row) => {
            let saved = backups::light::saved(row, model.board.age(row), model.board.as_of());
            rows.push(vec![
                label("backups"),
                (format!("{} ", saved.sign), saved.role),
                (saved.age.clone(), Role::Text),
                (format!("  {} of them, {}", row.count, figures::size(row.total)), Role::Dim),
            ]);
            let next = row.next_run.map_or("no schedule takes it along".into(), |at| model.day_and_time(at));
            rows.push(vec![label("next"), (next, if row.next_run.is_some() { Role::Text } else { Role::Warning })]);
        }
        None => rows.push(vec![label("backups"), (UNKNOWN.into(), Role::Text)]),
    }
    rows.push(Vec::new());
    rows
}

fn last(entry: &Entry, model: &Model, now: Now, room: u16) -> Vec<Row> {
    let Some(operation) = model.world.operation(entry) else {
        return vec![vec![label("last"), ("nothing was done to it yet".into(), Role::Dim)], Vec::new()];
    };
    let (sign, what) = tale(operation);
    let role = match sign {
        '✓' => Role::Good,
        '✖' => Role::Danger,
        _ => Role::Warning,
    };
    let at = operation.ended.as_ref().map_or(operation.began, |ended| ended.at);
    let age = figures::age(now.wall.since(at));
    let mut rows = vec![vec![
        label("last"),
        (format!("{sign} "), role),
        (format!("{} {what}", operation.plan.kind.slug()), Role::Text),
        (format!("  {age} ago"), Role::Dim),
    ]];
    if let Some(fault) = operation.fault().filter(|_| sign == '✖') {
        let lines = wrap(&fault.what, room.saturating_sub(LABEL)).into_iter();
        rows.extend(lines.map(|line| vec![label(""), (line, Role::Text)]));
    }
    rows.push(Vec::new());
    rows
}

fn volumes(known: Option<&GuestDetail>) -> Vec<Row> {
    let Some(known) = known else { return Vec::new() };
    let row = |(i, volume): (usize, &crate::domain::detail::Volume)| {
        let (words, role) = if volume.is_backed_up { ("backed up", Role::Dim) } else { ("no backup", Role::Warning) };
        vec![
            label(if i == 0 { "volumes" } else { "" }),
            (cell(&volume.path, 14), Role::Text),
            (cell(volume.size.as_deref().unwrap_or(UNKNOWN), 7), Role::Text),
            (cell(volume.storage.as_deref().unwrap_or(UNKNOWN), 12), Role::Dim),
            (words.into(), role),
        ]
    };
    let mut rows = vec![Vec::new()];
    rows.extend(known.volumes.iter().enumerate().map(row));
    rows
}

/// What its recipe wants, beside what it was given.
fn needs(entry: &Entry, model: &Model, known: Option<&GuestDetail>, room: u16) -> Vec<Row> {
    let id = model.world.app(entry).and_then(|app| app.book.as_ref()?.recipe.as_ref());
    let Some(recipe) = id.and_then(|id| model.store.recipe(id)) else { return Vec::new() };
    let recipe: &Recipe = recipe;
    let given = |number: Option<u64>| number.map_or(UNKNOWN.into(), |number| number.to_string());
    let resources = &recipe.resources;
    let cores = known.and_then(|known| known.cores).map(u64::from);
    let memory = known.and_then(|known| known.memory);
    let words = format!(
        "{} cores of {} wanted, {} MB of {}",
        given(cores),
        resources.cores.recommended,
        given(memory),
        resources.memory.recommended
    );
    let mut rows = vec![vec![label("needs"), (words, Role::Text)]];
    for need in &recipe.needs {
        rows.extend(
            wrap(&need.why, room.saturating_sub(LABEL)).into_iter().map(|line| vec![label(""), (line, Role::Dim)]),
        );
    }
    rows
}

/// Two columns of rows.
fn beside(left: Vec<Row>, right: Vec<Row>, column: u16) -> Vec<Row> {
    let long = left.len().max(right.len());
    let (mut left, mut right) = (left.into_iter(), right.into_iter());
    let pair = |_| {
        let mut row = left.next().unwrap_or_default();
        let used: u16 = row.iter().map(|(text, _)| width(text)).sum();
        row.push((" ".repeat(usize::from(column.saturating_sub(used))), Role::Dim));
        row.extend(right.next().unwrap_or_default());
        row
    };
    (0..long).map(pair).collect()
}
