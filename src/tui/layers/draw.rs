//! How layers look: a lit panel over the deck, which stays as it is.

use ratatui::layout::Rect;

use super::{
    Found, Layer,
    copy::CopyMenu,
    palette::Palette,
    question::{Button, Question},
};
use crate::{
    domain::{operation::Operation, plan::journal::Entry},
    engine::door::TestReport,
    tui::{
        command::{Command, Deck},
        event::Now,
        keymap::{self, Place},
        model::{Model, tale},
        screens::{layout::Floor, toast_mark},
        theme::Role,
        widgets::{
            brush::{Brush, width},
            figures,
        },
    },
};

const METAL: Role = Role::CaseLit;

/// A line of a panel: pieces of text, each with its role.
type Row = Vec<(String, Role)>;

pub fn draw(brush: &mut Brush, floor: &Floor, layer: &Layer, model: &Model, now: Now) {
    let screen = floor.body;
    match layer {
        Layer::Question(question) => draw_question(brush, screen, question),
        Layer::Palette(palette) => draw_palette(brush, screen, palette),
        Layer::Form(form) => super::forms::draw(brush, screen, form),
        Layer::CopyMenu(menu) => draw_copy(brush, screen, menu),
        Layer::Help { of, top } => pane(brush, screen, "the keys of", of.name(), &help(*of, inner(screen)), *top),
        Layer::Messages { top } => pane(brush, screen, "messages", "", &messages(model), *top),
        Layer::Report { host, found, top } => {
            pane(brush, screen, "test of", host.as_str(), &report(found, inner(screen)), *top);
        }
        Layer::Why { operation, top, .. } => match model.world.fleet.operation(*operation) {
            Some(operation) => {
                pane(
                    brush,
                    screen,
                    operation.plan.kind.slug(),
                    &operation.plan.name,
                    &why(operation, model, now, inner(screen)),
                    *top,
                );
            }
            None => pane(brush, screen, "this operation", "is not remembered any more", &[], 0),
        },
    }
}

/// The room for text in a pane.
fn inner(screen: Rect) -> u16 {
    pane_width(screen).saturating_sub(6)
}

fn pane_width(screen: Rect) -> u16 {
    screen.width.saturating_sub(4).min(116)
}

/// Where a panel in the middle stands.
fn frame(screen: Rect, wide: u16, high: u16) -> Rect {
    let wide = wide.min(screen.width);
    let high = (high + 2).min(screen.height);
    Rect {
        x: screen.x + (screen.width - wide) / 2,
        y: screen.y + (screen.height - high) / 3,
        width: wide,
        height: high,
    }
}

/// The room inside such a panel.
pub fn panel_area(screen: Rect, wide: u16, high: u16) -> Rect {
    let area = frame(screen, wide, high);
    Rect { x: area.x + 3, y: area.y + 1, width: area.width.saturating_sub(6), height: area.height.saturating_sub(2) }
}

/// A panel in the middle, with the hairline of light on top; gives the room inside.
pub fn panel(brush: &mut Brush, screen: Rect, wide: u16, high: u16) -> Rect {
    let area = frame(screen, wide, high);
    brush.fill(area, METAL);
    brush.tile(Rect { height: 1, ..area }, '▔', brush.canvas.on(Role::Bezel, METAL));
    brush.tile(
        Rect { y: area.bottom().saturating_sub(1), height: 1.min(area.height), ..area },
        '▁',
        brush.canvas.on(Role::Page, METAL),
    );
    panel_area(screen, wide, high)
}

fn pane(brush: &mut Brush, screen: Rect, title: &str, of: &str, rows: &[Row], top: u16) {
    let wanted = rows.len() as u16 + 2;
    let area = panel(brush, screen, pane_width(screen), wanted.min(screen.height.saturating_sub(2)));
    brush.line(area.x, area.y, area.width, METAL).say(title, Role::Dim).skip(1).bold(of, Role::Title);
    let room = area.height.saturating_sub(2);
    let last_top = (rows.len() as u16).saturating_sub(room);
    let top = top.min(last_top);
    for (y, row) in (area.y + 2..area.bottom()).zip(rows.iter().skip(usize::from(top))) {
        let mut line = brush.line(area.x, y, area.width, METAL);
        for (text, role) in row {
            line.say(text, *role);
        }
    }
    if last_top > 0 {
        let more = format!("{}–{} of {}", top + 1, (top + room).min(rows.len() as u16), rows.len());
        brush.line(area.x, area.y, area.width, METAL).right(&more, area.width, Role::Dim);
    }
}

/// In two columns where there is room: the keys of a place are meant to be seen at once.
fn help(of: Place, room: u16) -> Vec<Row> {
    let rows = keys_of(of);
    if room < 84 {
        return rows;
    }
    let half = rows.len().div_ceil(2);
    let left = room / 2;
    let mut columns = rows.into_iter();
    let mut pairs: Vec<Row> = columns.by_ref().take(half).collect();
    for (pair, right) in pairs.iter_mut().zip(columns) {
        let used: u16 = pair.iter().map(|(text, _)| width(text)).sum();
        pair.push((" ".repeat(usize::from(left.saturating_sub(used))), Role::Dim));
        pair.extend(right);
    }
    pairs
}

fn keys_of(of: Place) -> Vec<Row> {
    let told = |command: Command| match command {
        Command::Later(_) => false,
        // Seven keys of one kind: the strip names them all the time.
        Command::Open(deck) => deck == Deck::Overview,
        _ => true,
    };
    keymap::at(of)
        .filter(|binding| told(binding.command))
        .map(|binding| {
            if let Command::Open(_) = binding.command {
                return pair("1 – 7".into(), "the decks");
            }
            let keys = binding.keys.iter().map(|key| key.label()).collect::<Vec<_>>().join("  ");
            pair(keys, binding.words)
        })
        .collect()
}

fn pair(keys: String, words: &str) -> Row {
    let gap = " ".repeat(usize::from(16u16.saturating_sub(width(&keys))).max(1));
    vec![(keys, Role::Title), (gap, Role::Dim), (words.to_owned(), Role::Text)]
}

fn messages(model: &Model) -> Vec<Row> {
    if model.toasts.all.is_empty() {
        return vec![vec![("nothing was said yet".into(), Role::Dim)]];
    }
    let mut rows = Vec::new();
    for message in &model.toasts.all {
        let (glyph, role) = toast_mark(message.tone);
        rows.push(vec![
            (format!("{}  ", model.time_of_day(message.at)), Role::Dim),
            (format!("{glyph} "), role),
            (message.text.to_string(), Role::Text),
        ]);
        rows.extend(message.detail.as_ref().map(|detail| vec![(format!("         {detail}"), Role::Dim)]));
    }
    rows
}

fn report(found: &Found, room: u16) -> Vec<Row> {
    match found {
        Found::Nothing => vec![vec![("asking …".into(), Role::Dim)]],
        Found::Fault(fault) => told(
            &[
                ("what", &fault.what, Role::Danger),
                ("why", &fault.why, Role::Text),
                ("now", &fault.remedy, Role::Title),
            ],
            room,
        ),
        Found::Host(report) => welcome(report, room),
    }
}

fn welcome(report: &TestReport, room: u16) -> Vec<Row> {
    let cluster = report.cluster.as_deref().unwrap_or("single machine");
    let mut rows = vec![
        vec![("✓ ".into(), Role::Good), (format!("Proxmox VE {}", report.version), Role::Title)],
        vec![(format!("  {cluster} · {} nodes · {} guests", report.nodes, report.guests), Role::Text)],
        vec![],
    ];
    if report.missing.is_empty() {
        rows.push(vec![("✓ ".into(), Role::Good), ("every right that is needed is there".into(), Role::Text)]);
    }
    for right in &report.missing {
        rows.push(vec![
            ("◐ ".into(), Role::Warning),
            (format!("{} on {} is missing: ", right.privilege, right.path), Role::Title),
            (right.needed_for.clone(), Role::Text),
        ]);
        rows.extend(
            super::wrap(&right.grant, room.saturating_sub(2))
                .into_iter()
                .map(|line| vec![(format!("  {line}"), Role::Dim)]),
        );
    }
    rows
}

/// Label and text, wrapped under each other.
fn told(parts: &[(&str, &str, Role)], room: u16) -> Vec<Row> {
    let mut rows = Vec::new();
    for (label, text, role) in parts {
        for (i, line) in super::wrap(text, room.saturating_sub(7)).into_iter().enumerate() {
            let label = if i == 0 { *label } else { "" };
            rows.push(vec![(format!("{label:<7}"), Role::Dim), (line, *role)]);
        }
    }
    rows
}

/// What an operation did, step by step; why it failed and what to do; and what Proxmox said meanwhile.
fn why(operation: &Operation, model: &Model, now: Now, room: u16) -> Vec<Row> {
    let mut rows = Vec::new();
    match operation.fault().filter(|_| !operation.is_running()) {
        Some(fault) => rows.extend(told(
            &[
                ("what", &fault.what, Role::Danger),
                ("why", &fault.why, Role::Text),
                ("now", &fault.remedy, Role::Title),
            ],
            room,
        )),
        None => {
            let (sign, what) = tale(operation);
            let until = operation.ended.as_ref().map_or(now.wall, |ended| ended.at);
            let time = figures::clock(until.since(operation.began));
            let role = if sign == '✓' { Role::Good } else { Role::Warning };
            rows.push(vec![
                (format!("{sign} "), role),
                (what.to_owned(), Role::Title),
                (format!("   {time}"), Role::Dim),
            ]);
        }
    }
    rows.push(vec![]);
    rows.push(vec![(format!("began {}", model.time_of_day(operation.began)), Role::Dim)]);
    rows.extend(steps(operation));
    rows.push(vec![]);
    rows.push(vec![("log of the task".into(), Role::Dim)]);
    if operation.log.is_empty() {
        rows.push(vec![(figures::UNKNOWN.into(), Role::Dim)]);
    }
    rows.extend(operation.log.iter().flat_map(|line| super::wrap(line, room)).map(|line| vec![(line, Role::Text)]));
    rows.push(vec![]);
    let keys = match operation.is_running() {
        true => "[x] cancel   [Esc] close: it goes on",
        false if operation.fault().is_some() => "[r] try once more   [Esc] close",
        false => "[Esc] close",
    };
    rows.push(vec![(keys.into(), Role::Dim)]);
    rows
}

fn steps(operation: &Operation) -> Vec<Row> {
    let said = |i: usize| {
        let mut sign = ("·", Role::Off);
        for entry in &operation.journal {
            match entry {
                Entry::Began(step) if *step == i => sign = ("◌", Role::Warning),
                Entry::Did(step, _) if *step == i => sign = ("✓", Role::Good),
                Entry::Failed(step, _) if *step == i => sign = ("✖", Role::Danger),
                Entry::Retried => sign = if sign.0 == "✖" { ("·", Role::Off) } else { sign },
                _ => {}
            }
        }
        sign
    };
    let row = |(i, step): (usize, &crate::domain::plan::Step)| {
        let (sign, role) = said(i);
        vec![(format!("{sign} "), role), (format!("{} {}", i + 1, step.title()), Role::Text)]
    };
    operation.plan.steps.iter().enumerate().map(row).collect()
}

fn draw_question(brush: &mut Brush, screen: Rect, question: &Question) {
    let wide = 64.min(screen.width.saturating_sub(2));
    let lines: Vec<String> = question.lines.iter().flat_map(|line| super::wrap(line, wide.saturating_sub(6))).collect();
    let area = panel(brush, screen, wide, lines.len() as u16 + 4);
    brush.line(area.x, area.y, area.width, METAL).bold(&question.title, Role::Title);
    for (y, line) in (area.y + 1..area.bottom().saturating_sub(2)).zip(&lines) {
        brush.line(area.x, y, area.width, METAL).say(line, Role::Text);
    }
    let mut buttons = brush.line(area.x, area.bottom().saturating_sub(1), area.width, METAL);
    for (button, key, words) in [(Button::No, "n", question.no), (Button::Yes, "y", question.yes)] {
        let is_lit = question.lit == button;
        let (edge, text) = if is_lit { (Role::Bezel, Role::Title) } else { (Role::Off, Role::Dim) };
        buttons.say("▐", edge).say(&format!(" {key} "), Role::Dim);
        if is_lit {
            buttons.bold(words, text);
        } else {
            buttons.say(words, text);
        }
        buttons.say(" ▌", edge).skip(2);
    }
}

fn draw_copy(brush: &mut Brush, screen: Rect, menu: &CopyMenu) {
    let area = panel(brush, screen, 72.min(screen.width.saturating_sub(2)), menu.items.len() as u16 + 2);
    brush.line(area.x, area.y, area.width, METAL).say("copy from ", Role::Dim).bold(&menu.name, Role::Title);
    for (i, (y, item)) in (area.y + 2..area.bottom()).zip(&menu.items).enumerate() {
        let is_held = i == menu.at;
        let mut line = brush.line(area.x, y, area.width, METAL);
        line.say(if is_held { "▸ " } else { "  " }, Role::Accent).say(&item.letter.to_string(), Role::Title).skip(2);
        line.left(item.label, 12, Role::Dim).say(&item.text, if is_held { Role::Title } else { Role::Text });
    }
}

fn draw_palette(brush: &mut Brush, screen: Rect, palette: &Palette) {
    let rows = screen.height.saturating_sub(8).clamp(1, 12);
    let area = panel(brush, screen, 68.min(screen.width.saturating_sub(2)), rows + 2);
    let mut line = brush.line(area.x, area.y, area.width, METAL);
    line.say("▸ ", Role::Accent).say(&palette.typed, Role::Title).say("█", Role::Accent);
    if palette.typed.is_empty() {
        line.skip(1).say("a command, a unit, a theme", Role::Dim);
    }
    let shown = usize::from(area.height.saturating_sub(2)).max(1);
    let from = palette.at / shown * shown;
    for (y, (i, item)) in (area.y + 2..area.bottom()).zip(palette.found.iter().enumerate().skip(from)) {
        let is_held = i == palette.at;
        let mut line = brush.line(area.x, y, area.width, METAL);
        line.say(if is_held { "▸ " } else { "  " }, Role::Accent);
        let room = line.room().saturating_sub(16);
        line.left(&item.words, room, if is_held { Role::Title } else { Role::Text });
        let rest = line.room();
        line.right(&item.beside, rest, Role::Dim);
    }
    if palette.found.is_empty() {
        brush.line(area.x, area.y + 2, area.width, METAL).say("nothing has that name", Role::Dim);
    }
}
