//! Deck 7: tabs of settings, and beside the one under the hand what it changes and what it may be. What must hold: the line
//! under the hand is in sight whatever the height of the screen.

mod card;
mod line;

use ratatui::layout::Rect;

use crate::{
    settings::Tab,
    tui::{
        model::{
            Model,
            panel::{Doing, Line},
        },
        theme::Role,
        widgets::brush::{Brush, width},
    },
};

/// Where things stand on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Places {
    pub tabs: Rect,
    pub list: Rect,
    pub card: Rect,
}

/// From here on the card stands beside the list; below, under it.
const BESIDE_FROM: u16 = 96;
const CARD_BELOW: u16 = 4;

pub fn places(body: Rect) -> Places {
    let seam = u16::from(body.height >= 16);
    let tabs = Rect { y: body.y + seam.min(body.height), height: 1.min(body.height), ..body };
    let y = (tabs.bottom() + seam).min(body.bottom());
    let rest = Rect { y, height: body.bottom() - y, ..body };
    if body.width >= BESIDE_FROM {
        let left = rest.width * 6 / 10;
        let card = Rect { x: rest.x + left + 1, width: rest.width - left - 1, ..rest };
        return Places { tabs, list: Rect { width: left, ..rest }, card };
    }
    let below = if rest.height >= 10 { CARD_BELOW } else { 0 };
    let list = Rect { height: rest.height - below, ..rest };
    Places { tabs, list, card: Rect { y: list.bottom(), height: below, ..rest } }
}

/// Where each tab stands; where it is tight only the open one and its neighbours have their whole names.
pub fn tabs(area: Rect, open: Tab) -> Vec<(Tab, Rect)> {
    let air = if area.width >= 90 { 3 } else { 1 };
    let wanted = |tab: Tab| width(tab.name()) + 1;
    let short = Tab::ALL.iter().map(|tab| wanted(*tab) + air).sum::<u16>() > area.width;
    let mut x = area.x + 1;
    let place = |tab: Tab| {
        let width = if short && tab != open { wanted(tab).min(6) } else { wanted(tab) };
        let place = Rect { x, width, ..area };
        x += width + air;
        (tab, place.intersection(area))
    };
    Tab::ALL.into_iter().map(place).collect()
}

pub fn draw(brush: &mut Brush, body: Rect, model: &Model) {
    let places = places(body);
    let brush = &mut brush.within(body);
    draw_tabs(brush, places.tabs, model);
    let lines = model.panel_lines();
    let room = usize::from(places.list.height);
    for (y, (at, one)) in (places.list.y..).zip(lines.iter().enumerate().skip(model.panel.top).take(room)) {
        line::draw(brush, Rect { y, height: 1, ..places.list }, one, at, model);
    }
    if lines.is_empty() {
        let words = "nothing has that name; [Esc] shows all again";
        brush.line(places.list.x + 2, places.list.y, places.list.width, Role::Page).keyed(words, Role::Dim);
    }
    card::draw(brush, places.card, lines.get(model.panel.at), model);
}

fn draw_tabs(brush: &mut Brush, area: Rect, model: &Model) {
    let panel = &model.panel;
    if model.is_filtering || !panel.search.is_empty() {
        let mut line = brush.line(area.x + 1, area.y, area.width.saturating_sub(2), Role::Page);
        line.say("/", Role::Accent).say(&panel.search, Role::Title);
        if model.is_filtering {
            line.say("█", Role::Accent);
        }
        let found = model.panel_lines().len();
        let of = if panel.tab == Tab::Keys { "keys" } else { "settings and keys" };
        line.at_edge(&format!("{found} {of}"), Role::Dim);
        return;
    }
    for (tab, place) in tabs(area, panel.tab) {
        let mut line = brush.line(place.x, place.y, place.width, Role::Page);
        match tab == panel.tab {
            true => line.say("▸", Role::Accent).bold(tab.name(), Role::Bright),
            false => line.skip(1).say(tab.name(), Role::Dim),
        };
    }
}

/// Where the cursor is, while something is typed.
pub fn caret(body: Rect, model: &Model) -> Option<ratatui::layout::Position> {
    let Doing::Types(field) = &model.panel.doing else { return None };
    let list = places(body).list;
    let y = list.y + u16::try_from(model.panel.at.checked_sub(model.panel.top)?).ok()?;
    line::caret(Rect { y, height: 1, ..list }, field).filter(|place| list.contains(*place))
}

/// Whether this line is the one that something is done to.
fn is_held(model: &Model, at: usize, line: &Line) -> bool {
    at == model.panel.at && !matches!(line, Line::Fact(..))
}
