//! Deck 2: my apps as rack units. Only the units in sight are drawn, however long the list is.

pub mod chips;

use ratatui::layout::Rect;

use super::layout;
use crate::{
    domain::{ids::GuestKey, operation::Operation},
    settings::Density,
    tui::{
        event::Now,
        model::{
            Model,
            apps::Chip,
            hand::window,
            world::{Entry, has_failed},
        },
        theme::Role,
        widgets::{
            brush::Brush,
            ears::{self, Hold, Mark},
            figures,
            unit::{self, Unit},
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
        operation: model.world.operation(entry).filter(|operation| is_news(model, entry, operation)),
        back: model.backs.get(&entry.key),
        age: age(model, entry, now),
        hold: if is_held { Hold::Held } else { Hold::Idle },
        mark: if model.apps.marked.contains(&entry.key) { Mark::Marked } else { Mark::Free },
        pose: model.flips.pose(&entry.key, now.tick),
        beating: model.beating(now),
        wall: now.wall,
    }
}

/// What runs is shown; what failed is shown until it was read, and as long as the unit is down because of it.
fn is_news(model: &Model, entry: &Entry, operation: &Operation) -> bool {
    let is_down = entry.state == crate::domain::state::State::Error;
    operation.is_running() || (has_failed(operation) && (is_down || !model.read.contains(&operation.id)))
}

fn age(model: &Model, entry: &Entry, now: Now) -> Option<String> {
    model.age(model.world.host(entry)?, now).map(figures::age)
}

fn nothing(brush: &mut Brush, rack: Rect, model: &Model) {
    let words: &[(&str, &str)] = match (model.apps.filter.is_empty(), model.apps.chip) {
        (false, _) => &[("nothing here answers to that", "[Esc] clears the filter")],
        (true, Chip::All) => &[("no app yet", "guests that are not ours are a chip away: [→]")],
        (true, Chip::Attention) => &[("nothing needs you", "[Esc] shows all")],
        (true, Chip::Working) => &[("nothing is under way", "[Esc] shows all")],
        (true, _) => &[("none", "[Esc] shows all")],
    };
    let y = rack.y + rack.height / 3;
    for (row, (what, key)) in (0..).zip(words) {
        let row: u16 = row;
        super::bare::centred(brush, Rect { y: y + row * 2, height: 1, ..rack }, what, Role::Text);
        super::bare::centred(brush, Rect { y: y + row * 2 + 1, height: 1, ..rack }, key, Role::Dim);
    }
}

/// Whether this unit shows a failure that Enter explains.
pub fn shows_failure(model: &Model, key: &GuestKey) -> bool {
    let Some(entry) = model.world.entry(key) else { return false };
    model.world.operation(entry).is_some_and(|operation| has_failed(operation) && is_news(model, entry, operation))
}
