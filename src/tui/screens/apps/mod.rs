//! Deck 2: my apps as rack units. Only the units in sight are drawn, however long the list is.

pub mod chips;

use ratatui::layout::Rect;

use super::{backups::light, bare, layout};
use crate::{
    domain::ids::GuestKey,
    settings::Density,
    tui::{
        event::Now,
        model::{Model, apps::Chip, hand::window, world::Entry},
        theme::Role,
        widgets::{
            brush::Brush,
            ears::{self, Hold, Mark},
            figures,
            unit::{self, Pulse, Saved, Unit},
        },
    },
};

pub fn draw(brush: &mut Brush, body: Rect, model: &Model, now: Now) {
    let (chips, rack) = layout::apps(body);
    let density = model.settings.look.density;
    let apps = &model.apps;
    let page = layout::page(rack, density);
    let top = window(apps.hand.top, apps.hand.at, apps.shown.len(), page);
    let shown = (top, (top + page).min(apps.shown.len()));
    chips::draw(brush, chips, model, shown);
    if apps.shown.is_empty() {
        return nothing(brush, rack, model);
    }
    let pitch = layout::pitch(density);
    if shown.1 - shown.0 < page {
        let used = (shown.1 - shown.0) as u16 * pitch;
        bare::rest(brush, Rect { y: rack.y + used, height: rack.height - used, ..rack });
    }
    // One more than fits: what is cut off at the bottom says that there is more.
    for (i, key) in apps.shown.iter().enumerate().skip(top).take(page + 1) {
        let y = rack.y + (i - top) as u16 * pitch;
        if y + pitch.min(2) > rack.bottom() {
            break;
        }
        if let Some(entry) = model.world.entry(key) {
            let place = Rect { y, height: pitch, ..rack };
            draw_unit(brush, place, density, &unit_of(model, entry, i == apps.hand.at, now));
        }
    }
}

/// Where a unit stands in the rack, if it is in sight.
pub fn place_of(model: &Model, body: Rect, key: &GuestKey) -> Option<Rect> {
    let (_, rack) = layout::apps(body);
    let density = model.settings.look.density;
    let (page, pitch) = (layout::page(rack, density), layout::pitch(density));
    let top = window(model.apps.hand.top, model.apps.hand.at, model.apps.shown.len(), page);
    let row = model.apps.shown.iter().position(|shown| shown == key)?.checked_sub(top).filter(|row| *row < page)?;
    Some(Rect { y: rack.y + row as u16 * pitch, height: pitch, ..rack })
}

fn draw_unit(brush: &mut Brush, place: Rect, density: Density, unit: &Unit) {
    match density {
        Density::Dense => unit::draw(brush, place, unit),
        Density::Roomy => {
            ears::seam(brush, Rect { height: 1, ..place }, unit.hold);
            unit::draw(brush, Rect { y: place.y + 1, height: place.height - 1, ..place }, unit);
        }
    }
}

fn unit_of<'a>(model: &'a Model, entry: &'a Entry, is_held: bool, now: Now) -> Unit<'a> {
    Unit {
        entry,
        app: model.world.app(entry),
        operation: model.news_of(entry),
        back: model.backs.get(&entry.key),
        age: age(model, entry, now),
        bin: entry.binned.map(|until| format!("until {}", model.day_of(until))),
        saved: saved(model, entry),
        pulse: pulse(model, entry),
        hold: if is_held { Hold::Held } else { Hold::Idle },
        mark: if model.apps.marked.contains(&entry.key) { Mark::Marked } else { Mark::Free },
        pose: model.flips.pose(&entry.key, now.tick),
        beating: model.beating(now),
        wall: now.wall,
    }
}

/// What nobody reads any more, because it waits in the recycle bin, tells nothing of it.
fn saved(model: &Model, entry: &Entry) -> Option<Saved> {
    let row = model.board.of_guest(&entry.key)?;
    Some(light::saved(row, model.board.age(row), model.board.as_of()))
}

fn pulse<'a>(model: &'a Model, entry: &Entry) -> Option<Pulse<'a>> {
    let fleet = &model.world.fleet;
    let known = fleet.care.health.get(&model.world.app(entry)?.id)?;
    Some(Pulse { known, as_of: fleet.as_of })
}

fn age(model: &Model, entry: &Entry, now: Now) -> Option<String> {
    model.age(model.world.host(entry)?, now).map(figures::age)
}

fn nothing(brush: &mut Brush, rack: Rect, model: &Model) {
    let (what, key) = match (model.apps.filter.is_empty(), model.apps.chip) {
        (false, _) => ("nothing here answers to that", "[Esc] clears the filter"),
        (true, Chip::All) => ("no app yet", "[3] opens the store; guests that are not ours are a chip away: [←]"),
        (true, Chip::Attention) => ("nothing needs you", "[Esc] shows all"),
        (true, Chip::Bin) => ("the recycle bin is empty", "[Esc] shows all"),
        (true, Chip::Working) => ("nothing is under way", "[Esc] shows all"),
        (true, _) => ("none", "[Esc] shows all"),
    };
    bare::mount(brush, rack, &[(what.to_owned(), Role::Title), (key.to_owned(), Role::Dim)]);
}
