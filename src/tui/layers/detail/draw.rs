//! The frame around the tabs: who it is, how it is at a glance, which tab is open.

use ratatui::layout::Rect;

use super::{Detail, charts, face, log_draw, operations, overview, papers};
use crate::tui::{
    command::Tab,
    event::Now,
    layers::{backups, panel::METAL, snapshots},
    model::Model,
    theme::Role,
    widgets::{
        brush::{Brush, fit_middle, width},
        figures::UNKNOWN,
        led::Led,
    },
};

/// What is left for a tab.
pub fn room(body: Rect) -> Rect {
    let head = if body.height >= 20 { 4 } else { 3 };
    let side = if body.width >= 90 { 2 } else { 1 };
    Rect {
        x: body.x + side,
        y: body.y + head.min(body.height),
        width: body.width.saturating_sub(2 * side),
        height: body.height.saturating_sub(head + 1),
    }
}

pub fn draw(brush: &mut Brush, body: Rect, detail: &Detail, model: &Model, now: Now) {
    brush.fill(body, METAL);
    brush.tile(Rect { height: 1.min(body.height), ..body }, '▔', brush.canvas.on(Role::Bezel, METAL));
    let last = Rect { y: body.bottom().saturating_sub(1), height: 1.min(body.height), ..body };
    brush.tile(last, '▁', brush.canvas.on(Role::Page, METAL));
    let area = room(body);
    who(brush, Rect { y: body.y + 1, height: 1, ..area }, detail, model, now);
    tabs(brush, Rect { y: body.y + 2, height: 1, ..area }, detail);
    let brush = &mut brush.within(area);
    match detail.tab {
        Tab::Overview => overview::draw(brush, area, detail, model, now),
        Tab::Charts => charts::draw(brush, area, &detail.charts, model),
        Tab::Log => log_draw::draw(brush, area, detail, model),
        Tab::Backups => backups::content(brush, area, &detail.kept, model),
        Tab::Snapshots => match &detail.snapshots {
            Some(found) => snapshots::content(brush, area, found, model, now),
            None => {
                face::empty(brush, area, "a guest that is not ours has no snapshots here", "[a] on its unit adopts it")
            }
        },
        Tab::Operations => operations::draw(brush, area, detail, model, now),
        Tab::Recipe => papers::draw(brush, area, detail),
    }
}

fn who(brush: &mut Brush, area: Rect, detail: &Detail, model: &Model, now: Now) {
    let beating = model.beating(now);
    let mut line = brush.line(area.x, area.y, area.width, METAL);
    let Some(entry) = model.world.entry(&detail.guest) else {
        line.say("? ", Role::Danger).bold(&detail.name, Role::Title).skip(2);
        line.say("is not there any more: [Esc] closes", Role::Warning);
        return;
    };
    let led = Led::of(&entry.state);
    line.light(led, beating).skip(1).bold(&fit_middle(&entry.name, 28), Role::Title).skip(2);
    line.say(entry.state.slug(), led.word_role()).skip(2);
    if let Some(age) = model.world.host(entry).and_then(|host| model.age(host, now)) {
        line.say(&format!("as of {} ago", crate::tui::widgets::figures::age(age)), Role::Warning).skip(2);
    }
    line.say(entry.endpoint.as_deref().unwrap_or(""), Role::Bright).skip(2);
    let node = entry.guest.as_ref().map_or(UNKNOWN, |guest| guest.node.as_str());
    let place = format!("{node} · {}", entry.vmid());
    let marker = model.world.app(entry).map(|app| &app.marker);
    let recipe = marker.and_then(|marker| {
        let method = marker.method.map_or("", |method| method.slug());
        Some(format!("{} {} · {method}", marker.recipe.as_deref()?, marker.version.as_deref().unwrap_or("")))
    });
    let both = recipe.map_or(place.clone(), |recipe| format!("{recipe}   {place}"));
    let shown = if width(&both) <= line.room() { both } else { place };
    if width(&shown) <= line.room() {
        line.at_edge(&shown, Role::Dim);
    }
}

fn tabs(brush: &mut Brush, area: Rect, detail: &Detail) {
    let is_wide = area.width >= 88;
    let mut line = brush.line(area.x, area.y, area.width, METAL);
    for (at, tab) in Tab::ALL.into_iter().enumerate() {
        let number = (at + 1).to_string();
        let name = if is_wide { tab.name() } else { tab.short() };
        if tab == detail.tab {
            line.say("▐", Role::Accent)
                .say(&number, Role::Accent)
                .skip(1)
                .bold(name, Role::Title)
                .say("▌", Role::Accent);
        } else {
            line.skip(1).say(&number, Role::Dim).skip(1).say(name, Role::Text).skip(1);
        }
        line.skip(u16::from(is_wide));
    }
}
