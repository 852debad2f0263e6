//! The inbox on the screen: the list above, what is known of the entry under the hand below. What must hold: the list
//! keeps its place while the hand moves, whatever there is to say of each entry.

use ratatui::layout::Rect;

use super::{Chip, Inbox, Item, detail};
use crate::tui::{
    layers::panel::{METAL, Row, inner, pane_area, plate, told},
    model::{Model, care::Urgency},
    theme::Role,
    widgets::{
        brush::{Brush, Line, fit, fit_middle},
        figures,
    },
};

/// Rows for what is known of one entry.
const FOOT: u16 = 11;
/// Title, chips, and the space on both sides of the list.
const HEAD: u16 = 4;

struct Places {
    area: Rect,
    list: Rect,
    foot: Rect,
}

fn places(screen: Rect, inbox: &Inbox) -> Places {
    let rows = u16::try_from(inbox.items.len()).unwrap_or(u16::MAX).max(1);
    let area = pane_area(screen, rows.saturating_add(HEAD + FOOT));
    let room = area.height.saturating_sub(HEAD);
    // On a low screen the list gets a little less than half.
    let list = rows.min(room.saturating_sub(FOOT).max(room * 2 / 5)).max(1);
    let list = Rect { y: area.y + 3.min(area.height), height: list.min(area.height.saturating_sub(3)), ..area };
    let foot = (list.bottom() + 1).min(area.bottom());
    Places { area, list, foot: Rect { y: foot, height: area.bottom() - foot, ..area } }
}

/// How many entries are in sight.
pub fn page(screen: Rect, inbox: &Inbox) -> usize {
    usize::from(places(screen, inbox).list.height).max(1)
}

pub fn draw(brush: &mut Brush, screen: Rect, inbox: &Inbox, model: &Model) {
    let Places { area, list, foot } = places(screen, inbox);
    plate(brush, screen, area.height);
    head(brush, area, inbox);
    let room = inner(screen);
    let Some(held) = inbox.held() else { return say(brush, list.union(foot), &aside(inbox, room)) };
    let shown = inbox.items.iter().enumerate().skip(inbox.hand.top);
    for (y, (i, item)) in (list.y..list.bottom()).zip(shown) {
        let mut line = brush.line(area.x, y, area.width, METAL);
        one(&mut line, item, i == inbox.hand.at, inbox.chip, model);
    }
    say(brush, foot, &detail::rows(held, inbox.chip, model, room));
}

fn say(brush: &mut Brush, area: Rect, rows: &[Row]) {
    for (y, row) in (area.y..area.bottom()).zip(rows) {
        let mut line = brush.line(area.x, y, area.width, METAL);
        for (text, role) in row {
            line.say(text, *role);
        }
    }
}

fn head(brush: &mut Brush, area: Rect, inbox: &Inbox) {
    let mut line = brush.line(area.x, area.y, area.width, METAL);
    line.say("inbox ", Role::Dim);
    if line.room() >= 30 {
        line.bold("what wants you", Role::Title);
    }
    if !inbox.past.flights.is_empty() {
        line.at_edge("◌ asking …", Role::Warning);
    } else if !inbox.items.is_empty() {
        line.at_edge(&format!("{} of {}", inbox.hand.at + 1, inbox.items.len()), Role::Dim);
    }
    let mut line = brush.line(area.x, area.y + 1, area.width, METAL);
    for (chip, count) in Chip::ALL.into_iter().zip(inbox.counts) {
        let role = if chip == inbox.chip { Role::Title } else { Role::Dim };
        line.say(if chip == inbox.chip { "▸" } else { " " }, Role::Accent).say(chip.words(), role).skip(1);
        if chip != Chip::Past {
            line.say(&count.to_string(), role).skip(2);
        }
    }
}

/// What stands there where there is no list.
fn aside(inbox: &Inbox, room: u16) -> Vec<Row> {
    let plain = |sign: &str, words: &str, role| vec![vec![(sign.to_owned(), role), (words.to_owned(), Role::Dim)]];
    match (inbox.chip, &inbox.past.fault) {
        (Chip::Past, Some(fault)) => told(
            &[
                ("what", &*fault.what, Role::Danger),
                ("why", &*fault.why, Role::Text),
                ("now", &*fault.remedy, Role::Title),
            ],
            room,
        ),
        (Chip::Past, None) if !inbox.past.flights.is_empty() => plain("", "asking …", Role::Dim),
        (Chip::Past, None) => plain("", "nothing was ever wrong, as far as is known", Role::Dim),
        (Chip::Quiet, _) => plain("", "nothing is snoozed or acknowledged", Role::Dim),
        (Chip::Drift, _) => plain("✓ ", "hosts and books agree; [r] compares them now", Role::Good),
        (Chip::All | Chip::Alerts, _) => plain("✓ ", "nothing wants you", Role::Good),
    }
}

fn one(line: &mut Line, item: &Item, is_held: bool, chip: Chip, model: &Model) {
    let now = model.now.wall;
    let is_past = chip == Chip::Past;
    let urgency = item.urgency(now);
    let is_faint = is_past || urgency == Urgency::Quiet;
    let (light, role) = if item.is_over() { ('✓', Role::Dim) } else { (item.light(now), urgency.role()) };
    let (name, what) = match (is_held, is_faint) {
        (true, _) => (Role::Title, Role::Title),
        (false, true) => (Role::Dim, Role::Dim),
        (false, false) => (Role::Text, role),
    };
    let wide = if line.room() >= 90 { 24 } else { 15 };
    line.say(if is_held { "▸ " } else { "  " }, Role::Accent).say(&light.to_string(), role).skip(1);
    line.left(&fit_middle(item.name(), wide), wide, name).skip(1);
    let at = if is_past { item.ended() } else { item.since() };
    let age = figures::age(now.since(at));
    let beside = detail::standing(item, model).filter(|_| !is_past).unwrap_or_default();
    let room = line.room().saturating_sub(7 + beside.len() as u16);
    line.left(&fit(&item.what(), room), room, what).say(&beside, Role::Dim).right(&age, 7, Role::Dim);
}
