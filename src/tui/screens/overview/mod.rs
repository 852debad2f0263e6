//! Deck 1: the whole at a glance. Widgets in a row, one cabinet per node, what needs a person, what was done last.

mod blocks;
mod cables;
mod racks;
mod row;
mod side;

use ratatui::layout::Rect;

pub use self::{
    cables::told as cables_told,
    racks::{Rack, racks},
    row::places as widget_places,
};
use super::layout::{self, Floor};
use crate::{
    domain::{
        fleet::{Host, Reach},
        ids::GuestKey,
    },
    tui::{
        event::Now,
        model::{
            Model,
            overview::{Pane, Part},
            world,
        },
        theme::Role,
        widgets::{
            brush::Brush,
            cabinet::{self, Cabinet, Freshness},
            ears::{self, Hold},
            fan::Speed,
            figures,
        },
    },
};

pub fn draw(brush: &mut Brush, floor: &Floor, model: &Model, now: Now) {
    let parts = layout::overview(floor, &model.room);
    row::draw(brush, floor, parts.stats, model, now);
    let racks = racks(parts.cabinets, parts.duct, model);
    for rack in &racks {
        one(brush, rack, model, now);
    }
    empty(brush, parts.cabinets, &racks, model, now);
    cables::draw(brush, &parts, &racks, model);
    side::draw(brush, floor, parts.side, model, now);
}

/// Where a unit stands in its cabinet, if it is in sight.
pub fn place_of(model: &Model, floor: &Floor, key: &GuestKey) -> Option<Rect> {
    let entry = model.world.index_of(key)?;
    let parts = layout::overview(floor, &model.room);
    racks(parts.cabinets, parts.duct, model).into_iter().find_map(|rack| {
        let units = &model.world.cabinets[rack.cabinet].units;
        rack.units().find(|(unit, _)| units[*unit] == entry).map(|(_, place)| place)
    })
}

/// Whether the hand is among the cabinets.
fn is_in_cabinets(model: &Model) -> bool {
    let part = model.overview.arranging.as_ref().map(|arranging| arranging.part);
    model.overview.pane == Pane::Cabinets && part.unwrap_or(Part::Cabinets) == Part::Cabinets
}

fn one(brush: &mut Brush, rack: &Rack, model: &Model, now: Now) {
    let standing = &model.world.cabinets[rack.cabinet];
    let is_here = model.overview.cabinet == rack.cabinet && is_in_cabinets(model);
    let node = model.world.node(standing);
    let units: Vec<_> = rack.units().map(|(unit, place)| (&model.world.entries[standing.units[unit]], place)).collect();
    let cabinet = Cabinet {
        name: &standing.name,
        node_name: standing.node.node.as_str(),
        node,
        is_fresh: freshness(model, standing, now),
        age: age(model, standing, now),
        hand: is_here.then(|| rack.units().position(|(unit, _)| unit == model.overview.unit)).flatten(),
        units,
        count: standing.units.len(),
        fan: node.map_or(Speed::Still, |node| model.fan_of_node(node)),
        view: model.room.view,
        beating: model.beating(now),
        spin: model.power_on.map(|until| until.saturating_sub(now.tick)),
    };
    let hold = if is_here { Hold::Held } else { Hold::Idle };
    ears::seam(brush, Rect { y: rack.area.y - 1, height: 1, ..rack.area }, hold);
    cabinet::draw(brush, rack, &cabinet);
}

/// Nothing to show is said where it would be.
fn empty(brush: &mut Brush, area: Rect, racks: &[Rack], model: &Model, now: Now) {
    if racks.is_empty() {
        let words = [
            ("no node is known yet".to_owned(), Role::Title),
            ("a host that answers shows its nodes here   [4] hosts".to_owned(), Role::Dim),
        ];
        return super::bare::mount(brush, area, &words);
    }
    if model.world.totals.apps > 0 {
        return;
    }
    let pairs = racks.iter().flat_map(|rack| rack.heights.windows(2));
    let free = pairs.filter(|pair| pair.iter().all(|height| height.unit.is_none())).map(|pair| pair[0]).next();
    if let Some(free) = free {
        cabinet::invite(brush, free.place, model.beating(now));
    }
}

fn freshness(model: &Model, cabinet: &world::Cabinet, now: Now) -> Freshness {
    let host = model.world.fleet.host(&cabinet.node.host);
    let is_of_now = |host: &Host| host.reach == Reach::Online && model.age(host, now).is_none();
    if host.is_some_and(is_of_now) { Freshness::Fresh } else { Freshness::Old }
}

/// Of a host that is lost: how old all this is.
fn age(model: &Model, cabinet: &world::Cabinet, now: Now) -> Option<String> {
    let host = model.world.fleet.host(&cabinet.node.host)?;
    match host.reach {
        Reach::Lost(_) => Some(model.age(host, now).map_or("lost".into(), |age| format!("lost {}", figures::age(age)))),
        Reach::Off => Some("off".into()),
        _ => None,
    }
}
