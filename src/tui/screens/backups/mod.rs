//! Deck 5: the board of backups. Every app is a unit of one line: how old its newest backup is, how the last one went, when
//! the next one comes, what is inside, and whether one was seen to start. What must hold: nothing that is not known is
//! shown as good or as missing, and a picture costs what is in sight.

mod card;
mod columns;
mod head;
pub mod light;
pub mod places;
mod row;
mod work;

use ratatui::layout::Rect;

use self::places::places;
use super::bare;
use crate::tui::{
    event::Now,
    model::{
        Model,
        backups::{Chip, silent},
        hand::window,
        store::Reading,
    },
    theme::Role,
    widgets::{
        brush::{Brush, width},
        ears::Hold,
        figures,
    },
};

pub fn draw(brush: &mut Brush, body: Rect, model: &Model, now: Now) {
    let board = &model.board;
    let places = places(body, silent(&model.world.fleet).count());
    let page = usize::from(places.list.height).max(1);
    let top = window(board.hand.top, board.hand.at, board.shown.len(), page);
    if board.rows.is_empty() {
        return nothing(brush, body, model);
    }
    head::chips(brush, places.chips, model, (top, page));
    if let Some(area) = places.figures {
        head::figures(brush, area, model);
    }
    silence(brush, places.trouble, model);
    if board.shown.is_empty() {
        return none_shown(brush, places.list, model);
    }
    if let Some(area) = places.labels {
        row::labels(brush, area);
    }
    for (y, (at, app)) in (places.list.y..places.list.bottom()).zip(board.shown.iter().enumerate().skip(top)) {
        if let Some(told) = board.row(app) {
            let hold = if at == board.hand.at { Hold::Held } else { Hold::Idle };
            row::draw(brush, Rect { y, height: 1, ..places.list }, told, hold, model, now);
        }
    }
    if let (Some(area), Some(told)) = (places.card, board.held()) {
        card::draw(brush, area, told, model);
    }
    let used = (board.shown.len() - top).min(page) as u16;
    let rest = Rect { y: places.list.y + used, height: places.list.height.saturating_sub(used), ..places.list };
    bare::rest(brush, rest);
}

/// No app at all, or none that could be backed up.
fn nothing(brush: &mut Brush, body: Rect, model: &Model) {
    let words = match (&model.board.looking, model.world.fleet.hosts.is_empty()) {
        (Reading::Failed(fault), _) => vec![
            (fault.what.clone(), Role::Danger),
            (fault.why.clone(), Role::Text),
            (format!("{} · [R] looks again", fault.remedy), Role::Dim),
        ],
        (_, true) => vec![("no host yet".into(), Role::Title), ("[4] hosts: connect one there".into(), Role::Dim)],
        _ => vec![
            ("no app yet".into(), Role::Title),
            ("[3] opens the store · [2] adopts what is there already".into(), Role::Dim),
        ],
    };
    bare::mount(brush, body, &words);
}

fn none_shown(brush: &mut Brush, area: Rect, model: &Model) {
    let words = match (model.board.filter.is_empty(), model.board.chip) {
        (false, _) => ("nothing here answers to that".to_owned(), "[Esc] clears the filter"),
        (true, Chip::Fresh) => ("no backup is fresh".to_owned(), "[Esc] shows all"),
        (true, Chip::Never) => ("every app has a backup".to_owned(), "[Esc] shows all"),
        (true, chip) => (format!("no backup is {}", chip.words()), "[Esc] shows all"),
    };
    bare::mount(brush, area, &[(words.0, Role::Title), (words.1.into(), Role::Dim)]);
}

/// Which storages did not answer, since when, and what to press.
fn silence(brush: &mut Brush, area: Rect, model: &Model) {
    for (y, shelf) in (area.y..area.bottom()).zip(silent(&model.world.fleet)) {
        let since = match shelf.content.as_of {
            Some(at) => format!("as it was {} ago", figures::age(model.board.as_of().since(at))),
            None => "never seen".into(),
        };
        let place = if shelf.is_shared { shelf.host.to_string() } else { format!("{}/{}", shelf.host, shelf.node) };
        let mut line = brush.line(area.x + 1, y, area.width.saturating_sub(2), Role::Page);
        line.say("◇ ", Role::Warning).say(shelf.storage.as_str(), Role::Title);
        line.say(&format!(" of {place} did not answer: {since}"), Role::Warning);
        let key = "[R] asks again";
        let why = shelf.content.fault.as_ref().map_or("", |fault| &fault.why);
        let room = line.room().saturating_sub(width(key) + 4);
        line.skip(2).left(why, room.saturating_sub(2), Role::Dim).at_edge(key, Role::Text);
    }
}
