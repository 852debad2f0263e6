//! Deck 4: every host as a unit, and under it its nodes. Each turns to its back as an app does.

mod back;
mod host;
mod node;

use ratatui::layout::Rect;

use super::{bare, layout};
use crate::tui::{
    event::Now,
    model::{
        Model,
        flip::{Pose, Side},
        hand::window,
        hosts::HostRow,
    },
    theme::Role,
    widgets::{
        brush::Brush,
        ears::{self, Ears, Hold, Mark},
        flip,
    },
};

const METAL: Role = Role::Case;

pub fn draw(brush: &mut Brush, body: Rect, model: &Model, now: Now) {
    let hosts = &model.hosts;
    if hosts.rows.is_empty() {
        bare::mount(
            brush,
            body,
            &[("no host yet".to_owned(), Role::Title), ("[n] connects one".to_owned(), Role::Dim)],
        );
        return;
    }
    let page = usize::from(body.height / layout::HOST_PITCH).max(1);
    let top = window(hosts.top, hosts.at, hosts.rows.len(), page);
    let seen = hosts.rows.len().saturating_sub(top);
    if seen < page {
        let used = seen as u16 * layout::HOST_PITCH;
        bare::rest(brush, Rect { y: body.y + used, height: body.height - used, ..body });
    }
    for (i, row) in hosts.rows.iter().enumerate().skip(top).take(page + 1) {
        let y = body.y + (i - top) as u16 * layout::HOST_PITCH;
        if y + 2 > body.bottom() {
            break;
        }
        let hold = if i == hosts.at { Hold::Held } else { Hold::Idle };
        let place = Rect { y, height: layout::HOST_PITCH, ..body };
        let pose = hosts.flips.pose(row, now.tick);
        let unit = Unit { hold, seed: i as u32, pose };
        match row {
            HostRow::Host(id) => {
                if let Some(host) = model.world.fleet.host(id) {
                    unit.draw(brush, place, |brush, face| match pose.side {
                        Side::Front => host::draw(brush, face, host, model, now),
                        Side::Back => back::of_host(brush, face, host, model, now),
                    });
                }
            }
            HostRow::Node(key) => {
                if let Some(node) = model.world.fleet.nodes.iter().find(|node| node.key == *key) {
                    let inset = if place.width >= 90 { 6 } else { 2 };
                    let place = Rect { x: place.x + inset, width: place.width - inset, ..place };
                    unit.draw(brush, place, |brush, face| match pose.side {
                        Side::Front => node::draw(brush, face, node, model, now),
                        Side::Back => back::of_node(brush, face, node, model, now),
                    });
                }
            }
        }
    }
}

/// How a unit hangs there, and which way it is turned.
struct Unit {
    hold: Hold,
    seed: u32,
    pose: Pose,
}

impl Unit {
    /// Its chassis, and the face that is seen in it.
    fn draw(&self, brush: &mut Brush, place: Rect, face: impl FnOnce(&mut Brush, Rect)) {
        ears::seam(brush, Rect { height: 1, ..place }, self.hold);
        let unit = Rect { y: place.y + 1, height: place.height - 1, ..place };
        let width = if place.width >= 90 { 4 } else { 2 };
        let body = ears::draw(brush, unit, Ears { width, hold: self.hold, is_marked: Mark::Free, seed: self.seed });
        let metal = if self.pose.side == Side::Front { METAL } else { back::METAL };
        let seen = flip::narrow(brush, body, self.pose.width);
        let mut inside = brush.within(seen);
        inside.fill(seen, metal);
        face(&mut inside, Rect { x: body.x + 1, width: body.width.saturating_sub(2), ..body });
        flip::glint(brush, seen, self.pose, metal);
    }
}
