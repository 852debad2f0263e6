//! The row of widgets. What must hold: what does not fit is not drawn at all, and drawing and the mouse read the same
//! places.

use ratatui::layout::Rect;

use super::{
    super::layout::{Floor, Shape},
    blocks::{block, level},
};
use crate::{
    domain::{backup::Job, moment::Moment},
    tui::{
        event::{Focus, Now},
        model::{
            Model,
            overview::Part,
            room::row::{Placed, Widget},
            tale,
        },
        theme::Role,
        widgets::{
            brush::{Brush, fit_middle, width},
            chart, digits,
            ears::{self, Hold},
            figures,
            led::Led,
            sparkline::{self, Scale},
            stat,
        },
    },
};

const METAL: Role = Role::Case;
/// Below this a widget has nothing to say.
const LEAST: u16 = 9;

/// Where each widget stands that fits.
pub fn places(floor: &Floor, area: Rect, model: &Model) -> Vec<(Placed, Rect)> {
    let inset = u16::from(floor.shape != Shape::Narrow);
    let room = area.width.saturating_sub(2 * inset);
    let mut row: Vec<Placed> = model.room.row.0.clone();
    let parts = |row: &[Placed]| row.iter().map(|placed| placed.parts()).sum::<u16>();
    while !row.is_empty() && room / parts(&row).max(1) < LEAST {
        row.pop();
    }
    let all = parts(&row).max(1);
    let from = |part: u16| part * (room + 1) / all;
    let mut part = 0;
    let place = |placed: Placed| {
        let (begins, ends) = (from(part), from(part + placed.parts()));
        part += placed.parts();
        (placed, Rect { x: area.x + inset + begins, width: ends - begins - 1, ..area })
    };
    row.into_iter().map(place).collect()
}

pub fn draw(brush: &mut Brush, floor: &Floor, area: Rect, model: &Model, now: Now) {
    let held = model.overview.arranging.as_ref().filter(|arranging| arranging.part == Part::Row);
    for (i, (placed, place)) in places(floor, area, model).into_iter().enumerate() {
        let hold = if held.is_some_and(|held| held.widget == i) { Hold::Held } else { Hold::Idle };
        ears::seam(brush, Rect { y: place.y.saturating_sub(1), height: 1, ..place }, hold);
        match block(placed.widget, model) {
            Some(stat) => stat::draw(brush, place, &stat, model.beating(now)),
            None => told(brush, place, placed.widget, model, now),
        }
        if hold == Hold::Held {
            let bezel = brush.canvas.on(Role::Bezel, METAL);
            brush.tile(Rect { width: 1, ..place }, '▌', bezel);
            brush.tile(Rect { x: place.right().saturating_sub(1), width: 1, ..place }, '▐', bezel);
        }
    }
}

/// Widgets that tell more than one number.
fn told(brush: &mut Brush, place: Rect, widget: Widget, model: &Model, now: Now) {
    brush.fill(place, METAL);
    let brush = &mut brush.within(place);
    let inner = Rect { x: place.x + 1, width: place.width.saturating_sub(2), ..place };
    match widget {
        Widget::Chart => history(brush, inner, model),
        Widget::Clock => clock(brush, inner, model, now),
        Widget::Notes => notes(brush, inner, model),
        Widget::Alerts => alerts(brush, inner, model, now),
        Widget::Done => done(brush, inner, model),
        _ => next(brush, inner, model, now),
    }
}

fn below(area: Rect) -> Rect {
    Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area }
}

fn label(brush: &mut Brush, area: Rect, words: &str) {
    brush.line(area.x, area.y, area.width, METAL).skip(2).say(words, Role::Dim);
}

fn history(brush: &mut Brush, area: Rect, model: &Model) {
    let mut line = brush.line(area.x, area.y, area.width, METAL);
    line.light(level(model.health.cpu), crate::tui::widgets::led::Beating::Still).skip(1).say("cpu", Role::Dim);
    line.at_edge(&format!("{} %", figures::percent(model.health.cpu)), Role::Text);
    let body = below(area);
    if body.height < 2 {
        return sparkline::draw(brush, body, &model.health.cpu_trail, Scale::AtLeast(0.5), Role::Accent, METAL);
    }
    chart::draw(brush, body, &model.health.cpu_trail, Role::Accent, METAL);
}

/// A clock that nobody looks at stands, so it says nothing.
fn clock(brush: &mut Brush, area: Rect, model: &Model, now: Now) {
    let text = if model.focus == Focus::Gained { model.time_of_day(now.wall) } else { "--:--".into() };
    let day = model.day_of(now.wall);
    if area.height > digits::ROWS && area.width >= digits::wide(&text) {
        brush.line(area.x, area.y, area.width, METAL).at_edge(&day, Role::Dim);
        let x = area.x + (area.width - digits::wide(&text)) / 2;
        let y = area.y + 1 + (area.height - 1 - digits::ROWS) / 2;
        return digits::draw(brush, x, y, &text, Role::Title, METAL);
    }
    label(brush, area, &day);
    brush.line(area.x, area.y + 1, area.width, METAL).skip(2).bold(&text, Role::Title);
}

fn notes(brush: &mut Brush, area: Rect, model: &Model) {
    label(brush, area, "notes");
    let notes = &model.room.notes;
    let body = below(area);
    for (y, line) in (body.y..body.bottom()).zip(notes) {
        brush.line(body.x, y, body.width, METAL).skip(2).say(line, Role::Text);
    }
    if notes.is_empty() {
        brush.line(body.x, body.y, body.width, METAL).skip(2).say("[x] [e] write", Role::Dim);
    }
}

fn alerts(brush: &mut Brush, area: Rect, model: &Model, now: Now) {
    let wants = &model.health.wants;
    label(brush, area, "needs you");
    let body = below(area);
    for (y, want) in (body.y..body.bottom()).zip(wants) {
        let mut line = brush.line(body.x, y, body.width, METAL);
        line.light(Led::of(&want.state), model.beating(now)).skip(1);
        let key = want.remedy.split(']').next().filter(|key| key.starts_with('[')).map(|key| format!("{key}]"));
        let key = key.filter(|key| line.room() > width(key) + 20).unwrap_or_default();
        let room = line.room().saturating_sub(width(&key) + 1);
        let words = format!("{}  {}", want.who, want.told());
        line.left(&fit_middle(&words, room), room, want.role).at_edge(&key, Role::Text);
    }
    if wants.is_empty() {
        brush.line(body.x, body.y, body.width, METAL).say("✓", Role::Good).say(" nothing", Role::Dim);
    }
}

fn done(brush: &mut Brush, area: Rect, model: &Model) {
    label(brush, area, "last");
    let body = below(area);
    let operations = &model.world.fleet.operations;
    for (y, operation) in (body.y..body.bottom()).zip(operations) {
        let (sign, what) = tale(operation);
        let role = match sign {
            '✓' => Role::Good,
            '✖' => Role::Danger,
            _ => Role::Warning,
        };
        let at = operation.ended.as_ref().map_or(operation.began, |ended| ended.at);
        let mut line = brush.line(body.x, y, body.width, METAL);
        line.say(&sign.to_string(), role).skip(1).say(&model.time_of_day(at), Role::Dim).skip(1);
        line.say(&operation.plan.name, Role::Text).skip(1).say(what, Role::Dim);
    }
    if operations.is_empty() {
        brush.line(body.x, body.y, body.width, METAL).skip(2).say(figures::UNKNOWN, Role::Dim);
    }
}

/// The jobs that come next, the first one above.
fn next(brush: &mut Brush, area: Rect, model: &Model, now: Now) {
    label(brush, area, "next backups");
    let body = below(area);
    let mut runs: Vec<(Moment, &Job)> = model.world.fleet.backups.jobs().filter_map(coming(now.wall)).collect();
    runs.sort_by_key(|(at, _)| *at);
    for (y, (at, job)) in (body.y..body.bottom()).zip(&runs) {
        let mut line = brush.line(body.x, y, body.width, METAL);
        line.skip(2).say(&model.day_and_time(*at), Role::Text).skip(2).say(&name_of(job), Role::Dim);
    }
    if runs.is_empty() {
        brush.line(body.x, body.y, body.width, METAL).skip(2).say(figures::UNKNOWN, Role::Dim);
    }
}

fn coming(now: Moment) -> impl Fn(&Job) -> Option<(Moment, &Job)> {
    move |job| Some((job.next_run.filter(|at| *at > now)?, job))
}

fn name_of(job: &Job) -> String {
    let comment = job.comment.clone().filter(|comment| !comment.is_empty());
    comment.unwrap_or_else(|| job.storage.as_ref().map_or_else(String::new, ToString::to_string))
}
