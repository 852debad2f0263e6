//! Deck 6: every operation, what runs on top with its progress, then what ended, newest first.

use std::time::Duration;

use ratatui::layout::Rect;

use super::{bare, layout};
use crate::{
    domain::operation::Operation,
    tui::{
        event::Now,
        model::{Model, hand::window, progress, store::Reading, tale},
        theme::Role,
        widgets::{
            brush::{Brush, Line, fit_middle, width},
            figures, gauge,
        },
    },
};

pub fn draw(brush: &mut Brush, body: Rect, model: &Model, now: Now) {
    let ops = &model.ops;
    if ops.rows.is_empty() {
        let words = match &ops.reading {
            Reading::Asked => "asking for what was done …".to_owned(),
            Reading::Failed(fault) => format!("{}: {}", fault.what, fault.remedy),
            Reading::NotYet | Reading::Done => "nothing was done yet".to_owned(),
        };
        let key = "[3] opens the store, [2] the apps".to_owned();
        return bare::mount(brush, body, &[(words, Role::Title), (key, Role::Dim)]);
    }
    let (head, list) = layout::list(body);
    let page = usize::from(list.height).max(1);
    let top = window(ops.hand.top, ops.hand.at, ops.rows.len(), page);
    heading(brush, head, model, (top, page));
    for (row, (i, id)) in (0..list.height).zip(ops.rows.iter().enumerate().skip(top)) {
        if let Some(operation) = model.operation(*id) {
            let place = Rect { y: list.y + row, height: 1, ..list };
            one(brush, place, operation, i == ops.hand.at, (model, now), Role::Page);
        }
    }
}

fn heading(brush: &mut Brush, area: Rect, model: &Model, (top, page): (usize, usize)) {
    let all = model.ops.rows.len();
    let running = model.world.running().count();
    let mut line = brush.line(area.x + 1, area.y, area.width.saturating_sub(2), Role::Page);
    line.say("operations   ", Role::Dim);
    line.say(&running.to_string(), if running > 0 { Role::Title } else { Role::Dim }).say(" running   ", Role::Dim);
    if let Reading::Failed(fault) = &model.ops.reading {
        line.say("older ones: ", Role::Dim).say(&fault.what, Role::Warning).skip(1);
    }
    let place = if all > page { format!("{}–{} of {all}", top + 1, (top + page).min(all)) } else { all.to_string() };
    line.at_edge(&place, Role::Dim);
}

pub fn one(
    brush: &mut Brush,
    row: Rect,
    operation: &Operation,
    is_held: bool,
    (model, now): (&Model, Now),
    back: Role,
) {
    let (sign, what) = tale(operation);
    let role = match sign {
        '✓' => Role::Good,
        '✖' => Role::Danger,
        _ => Role::Warning,
    };
    let mut line = brush.line(row.x + 1, row.y, row.width.saturating_sub(2), back);
    line.say(if is_held { "▸ " } else { "  " }, Role::Accent);
    line.say(&sign.to_string(), role).skip(1);
    line.left(operation.plan.kind.slug(), 16, Role::Dim);
    let name = if row.width >= 90 { 24 } else { 16 };
    let text = if is_held { Role::Bright } else { Role::Text };
    line.left(&fit_middle(&operation.plan.name, name), name, text).skip(1);
    if operation.is_running() && !operation.asks() {
        return running(&mut line, operation, now);
    }
    let ended = operation.ended.as_ref().map_or(now.wall, |ended| ended.at);
    let beside = format!("{}  {:>7}", when(model, operation, now), took(ended.since(operation.began)));
    let room = line.room().saturating_sub(width(&beside) + 1);
    let told = match operation.fault().filter(|_| sign == '✖') {
        Some(fault) => format!("{what}: {}", fault.what),
        None => what.to_owned(),
    };
    line.left(&told, room, if sign == '✖' { Role::Text } else { Role::Dim });
    line.at_edge(&beside, Role::Dim);
}

fn running(line: &mut Line, operation: &Operation, now: Now) {
    let time = figures::clock(now.wall.since(operation.began));
    let share = progress::share(operation);
    let bar = if share.is_some() { 16 } else { 0 };
    let what = format!("{} {}", progress::count(operation), progress::doing(operation));
    let room = line.room().saturating_sub(width(&time) + bar + 2);
    line.left(&what, room, Role::Text).skip(1);
    if share.is_some() {
        line.with(8, |brush, area, back| gauge::draw(brush, area, share.map(|share| share.min(0.69)), back));
        line.right(&figures::percent(share), 4, Role::Text).say(" %", Role::Dim);
    }
    line.at_edge(&time, Role::Text);
}

/// The time alone for what is of today.
fn when(model: &Model, operation: &Operation, now: Now) -> String {
    let at = operation.ended.as_ref().map_or(operation.began, |ended| ended.at);
    if model.day_of(at) == model.day_of(now.wall) {
        format!("{:>12}", model.time_of_day(at))
    } else {
        format!("{:>12}", model.day_and_time(at))
    }
}

fn took(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..100 => format!("{seconds} s"),
        seconds => figures::clock(Duration::from_secs(seconds)),
    }
}
