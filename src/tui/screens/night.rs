//! The room at night: the lights of the apps in their cabinets, the time, and what is wrong. What must hold: nothing that
//! is well is told in words.

use ratatui::layout::Rect;

use super::{
    layout::{self, Floor, Shape},
    overview::racks,
};
use crate::{
    settings::Motion,
    tui::{
        event::{Focus, Now},
        model::{Model, room::Room, wants::Want},
        theme::Role,
        widgets::{
            brush::{Brush, fit_middle, width},
            cabinet, digits,
            led::Led,
            rain,
        },
    },
};

/// More than so many are counted.
const MOST: u16 = 10;

/// Black glass is dark in every theme.
pub const DARK: Role = Role::LcdGlass;

pub fn draw(brush: &mut Brush, area: Rect, floor: &Floor, model: &Model, now: Now) {
    brush.fill(area, DARK);
    if rains(model) {
        rain::draw(brush, area, DARK, now.tick);
    }
    let parts = layout::overview(floor, &Room::default());
    lights(brush, parts.cabinets, model, now);
    let side = match floor.shape {
        Shape::Narrow => Rect { x: parts.side.x + 1, width: parts.side.width.saturating_sub(2), ..parts.side },
        _ => parts.side,
    };
    let text = clock(model, now);
    let rows = wrongs(brush, side, model, now);
    let above = Rect { height: side.height.saturating_sub(rows), ..side };
    if floor.shape != Shape::Narrow && above.height > digits::ROWS && text.len() == 5 {
        let x = side.right().saturating_sub(digits::wide(&text) + 1);
        clear(brush, Rect { x: x.saturating_sub(1), y: side.y, width: digits::wide(&text) + 2, height: digits::ROWS });
        return digits::draw(brush, x, side.y, &text, Role::LcdDim, DARK);
    }
    let y = if floor.shape == Shape::Narrow { floor.master.y } else { side.y };
    brush.line(side.x, y, side.width, DARK).at_edge(&text, Role::LcdDim);
}

/// Behind the lights of the theme that is made for it.
pub fn rains(model: &Model) -> bool {
    let is_seen = model.focus == Focus::Gained && model.canvas.motion == Motion::Full;
    is_seen && model.canvas.theme.name == "matrix"
}

fn clear(brush: &mut Brush, area: Rect) {
    brush.fill(area, DARK);
}

/// The time as long as it goes on, else since when it is dark: a clock that stands is a lie.
fn clock(model: &Model, now: Now) -> String {
    match model.night.since {
        Some(since) if !model.tells_time() => format!("dark since {}", model.time_of_day(since.wall)),
        _ => model.time_of_day(now.wall),
    }
}

fn lights(brush: &mut Brush, area: Rect, model: &Model, now: Now) {
    for rack in racks(area, 0, model) {
        let units = &model.world.cabinets[rack.cabinet].units;
        for (unit, place) in rack.units() {
            let entry = &model.world.entries[units[unit]];
            if entry.is_app() {
                let body = cabinet::inside(place);
                brush.line(body.x, body.y, 1, DARK).light(Led::of(&entry.state), model.beating(now));
            }
        }
    }
}

/// From the bottom of this area upwards; gives how many rows it took.
fn wrongs(brush: &mut Brush, area: Rect, model: &Model, now: Now) -> u16 {
    let room = area.height.saturating_sub(if area.height > 12 { digits::ROWS + 1 } else { 0 });
    let is_wrong = |want: &&Want| matches!(want.role, Role::Warning | Role::Danger);
    let wants: Vec<&Want> = model.health.wants.iter().filter(is_wrong).collect();
    let room = room.min(MOST);
    let shown = (wants.len() as u16).min(room);
    let from = area.bottom() - shown;
    for (y, want) in (from..area.bottom()).zip(&wants) {
        let role = want.role;
        let mut line = brush.line(area.x, y, area.width, DARK);
        line.light(Led { role, ..Led::of(&want.state) }, model.beating(now)).skip(1);
        let told = want.told();
        let name = line.room().saturating_sub(width(told) + 2).max(8);
        line.say(&fit_middle(&want.who, name), role).skip(2).say(told, role);
        let more = wants.len() - usize::from(shown);
        if more > 0 && y + 1 == area.bottom() {
            line.at_edge(&format!(" +{more}"), role);
        }
    }
    shown
}
