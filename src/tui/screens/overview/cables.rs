//! Cables at the sides of the cabinets. Those of one app share a lane, and go to other cabinets through the tray below. What
//! must hold: no cable is drawn that does not end at two units that are in sight.

use std::collections::BTreeMap;

use ratatui::{layout::Rect, style::Style};

use super::{super::layout::Overview, Rack};
use crate::{
    domain::{
        cables::{Cable, Kind},
        ids::GuestKey,
    },
    tui::{
        model::{Model, room::Cables},
        theme::Role,
        widgets::{brush::Brush, cords::Cords, led::faded},
    },
};

/// Where a unit is plugged in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Plug {
    rack: usize,
    y: u16,
}

pub fn draw(brush: &mut Brush, parts: &Overview, racks: &[Rack], model: &Model) {
    if parts.duct == 0 || racks.is_empty() {
        return;
    }
    let plugs = plugs(racks, model);
    let held = model.overview.selected();
    let mut lanes = Lanes { racks, tray: parts.tray, taken: BTreeMap::new(), trays: Vec::new() };
    let (mut dim, mut lit) = (Cords::default(), Cords::default());
    for cable in &model.world.cables {
        let Some((from, to)) = plugs.get(&cable.from).zip(plugs.get(&cable.to)) else { continue };
        let points = lanes.way(&cable.from, *from, *to);
        let is_held = held.is_some_and(|held| *held == cable.from || *held == cable.to);
        if is_held {
            lit.lay(&points, brush.canvas.on(role(cable.kind), Role::Page));
        } else {
            dim.lay(&points, dimmed(brush, cable.kind));
        }
    }
    dim.draw(brush);
    lit.draw(brush);
    let words = Rect { y: parts.tray.bottom().saturating_sub(1), height: parts.tray.height.min(1), ..parts.tray };
    for row in words.rows() {
        brush.fill(row, Role::Page);
        let mut line = brush.line(row.x, row.y, row.width, Role::Page);
        match told(model) {
            Some(told) => line.say(&told, Role::Text),
            None => line.say(&none(model), Role::Dim),
        };
    }
}

fn role(kind: Kind) -> Role {
    match kind {
        Kind::Route => Role::Bright,
        Kind::Setting => Role::Info,
    }
}

fn dimmed(brush: &Brush, kind: Kind) -> Style {
    let style = brush.canvas.on(if kind == Kind::Route { Role::Accent } else { Role::Info }, Role::Page);
    faded(style, 0.6)
}

fn plugs<'a>(racks: &[Rack], model: &'a Model) -> BTreeMap<&'a GuestKey, Plug> {
    let mut plugs = BTreeMap::new();
    for (at, rack) in racks.iter().enumerate() {
        let units = &model.world.cabinets[rack.cabinet].units;
        for (unit, place) in rack.units() {
            plugs.insert(&model.world.entries[units[unit]].key, Plug { rack: at, y: place.y });
        }
    }
    plugs
}

/// Which lanes of which duct are whose.
struct Lanes<'a> {
    racks: &'a [Rack],
    tray: Rect,
    taken: BTreeMap<usize, Vec<GuestKey>>,
    trays: Vec<GuestKey>,
}

impl Lanes<'_> {
    fn way(&mut self, whose: &GuestKey, from: Plug, to: Plug) -> Vec<(u16, u16)> {
        let out = self.racks[from.rack].duct;
        let lane = self.lane(from.rack, whose);
        if from.rack == to.rack {
            return vec![(out.x, from.y), (lane, from.y), (lane, to.y), (out.x, to.y)];
        }
        if from.rack + 1 == to.rack {
            return vec![(out.x, from.y), (lane, from.y), (lane, to.y), (out.right() - 1, to.y)];
        }
        let tray = self.tray(whose);
        let there = self.lane(to.rack, whose);
        let end = (self.racks[to.rack].duct.x, to.y);
        vec![(out.x, from.y), (lane, from.y), (lane, tray), (there, tray), (there, to.y), end]
    }

    /// The middle cells of a duct are lanes; where there are more cables than lanes, some lie together.
    fn lane(&mut self, rack: usize, whose: &GuestKey) -> u16 {
        let duct = self.racks[rack].duct;
        let all = duct.width.saturating_sub(1).max(1);
        let taken = self.taken.entry(rack).or_default();
        duct.x + 1.min(duct.width - 1) + (place(taken, whose) as u16) % all
    }

    fn tray(&mut self, whose: &GuestKey) -> u16 {
        let all = self.tray.height.saturating_sub(1).max(1);
        self.tray.y + (place(&mut self.trays, whose) as u16) % all
    }
}

fn place(taken: &mut Vec<GuestKey>, whose: &GuestKey) -> usize {
    taken.iter().position(|other| other == whose).unwrap_or_else(|| {
        taken.push(whose.clone());
        taken.len() - 1
    })
}

/// The other ends of the app under the hand, where cables are shown and it has any.
pub fn told(model: &Model) -> Option<String> {
    let held = model.overview.selected().filter(|_| model.room.cables == Cables::Shown)?;
    let name = |key: &GuestKey| model.world.entry(key).map_or_else(|| key.to_string(), |entry| entry.name.to_string());
    let end = |cable: &Cable| match () {
        () if cable.from == *held => Some(format!("→ {} ({})", name(&cable.to), cable.why)),
        () if cable.to == *held => Some(format!("← {} ({})", name(&cable.from), cable.why)),
        () => None,
    };
    let ends: Vec<String> = model.world.cables.iter().filter_map(end).collect();
    (!ends.is_empty()).then(|| format!("{} {}", name(held), ends.join(" · ")))
}

fn none(model: &Model) -> String {
    match model.world.cables.len() {
        0 => "no cables are known: no routes of a gateway, no settings that name an app".into(),
        1 => "1 cable; the hand is on none of its ends".into(),
        all => format!("{all} cables; the hand is on none of their ends"),
    }
}
