//! What can lie over a deck. A layer takes the keys and leaves the deck under it as bright as it was: to dim a whole
//! screen is to send a whole screen.

pub mod adopt;
pub mod backups;
mod card;
pub mod console;
pub mod copy;
pub mod deploy;
pub mod detail;
pub mod forms;
pub mod gateways;
pub mod help;
pub mod inbox;
pub mod marks;
pub mod moves;
pub mod narrow;
pub mod node;
pub mod nodes;
pub mod palette;
mod panel;
pub mod picks;
mod place;
pub mod plan;
mod plaque;
pub mod ports;
pub mod preview;
pub mod question;
mod report;
pub mod rights;
mod roads;
pub mod schedules;
pub mod sizes;
pub mod snapshots;
pub mod sources;
mod statistics;
mod trouble;
pub mod undo;
pub mod way_in;
mod why;

pub use self::panel::{Row, told};
use unicode_width::UnicodeWidthStr;

use self::{
    adopt::Adoption,
    backups::Kept,
    console::ConsolePane,
    copy::CopyMenu,
    deploy::Deploy,
    detail::Detail,
    forms::Form,
    gateways::Gateways,
    help::Help,
    inbox::Inbox,
    marks::MarksMenu,
    moves::Moves,
    narrow::Narrow,
    node::NodePane,
    nodes::Nodes,
    palette::Palette,
    panel::{inner, pane},
    picks::Picks,
    ports::Ports,
    preview::PreviewPane,
    question::Question,
    schedules::Schedules,
    sizes::Sizes,
    snapshots::Snapshots,
    sources::Sources,
    undo::Undo,
    way_in::WayIn,
};
use super::{event::Now, model::Model, screens::layout::Floor, widgets::brush::Brush};
use crate::{
    domain::{
        fault::Fault,
        ids::{GuestKey, HostId, OperationId},
    },
    engine::TestReport,
};

#[derive(Debug, Clone)]
pub enum Layer {
    /// The keys of the place under it.
    Help(Help),
    /// Places with a letter.
    Marks(MarksMenu),
    Messages {
        top: u16,
        /// So many of them were not read before.
        new: usize,
    },
    Palette(Palette),
    Question(Question),
    /// An operation, as it goes or as it ended.
    Why {
        operation: OperationId,
        top: u16,
    },
    CopyMenu(CopyMenu),
    /// The roads into a guest or a host's guests.
    Roads {
        into: Into,
        top: u16,
    },
    /// What can go wrong in the demo, and where the hand is.
    Trouble {
        at: usize,
    },
    /// All of the recipe under the hand.
    Card {
        top: u16,
    },
    /// The filters of the store.
    Narrow(Narrow),
    Form(Form),
    /// One app in depth.
    Detail(Box<Detail>),
    /// Containers that are there become apps.
    Adopt(Box<Adoption>),
    /// A new app.
    Deploy(Box<Deploy>),
    Preview(Box<PreviewPane>),
    Nodes(Nodes),
    /// All that a node tells of itself.
    Node(NodePane),
    Moves(Box<Moves>),
    Undo(Undo),
    Snapshots(Snapshots),
    /// How one gets into an app.
    WayIn(Box<WayIn>),
    /// All backups of an app.
    Backups(Box<Kept>),
    Schedules(Schedules),
    /// Which port is whose.
    Ports(Box<Ports>),
    /// Names and ports of the apps at their hosts.
    Gateways(Gateways),
    /// Alerts and drift.
    Inbox(Box<Inbox>),
    /// A guest's console.
    Console(ConsolePane),
    /// A small menu.
    Picks(Picks),
    /// What apps were given and do not need.
    Sizes(Box<Sizes>),
    /// What was earned.
    Plaque {
        top: u16,
    },
    /// What all the backups come to.
    Statistics {
        top: u16,
    },
    Sources(Box<Sources>),
    /// What was wished and not done.
    Refused {
        what: String,
        fault: Fault,
        top: u16,
    },
    Report {
        host: HostId,
        found: Found,
        top: u16,
    },
}

/// Whose roads are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Into {
    Guest(GuestKey),
    Host(HostId),
}

/// What a test of a host came to, so far.
#[derive(Debug, Clone)]
pub enum Found {
    Nothing,
    Host(Box<TestReport>),
    Fault(Fault),
}

pub fn draw(brush: &mut Brush, floor: &Floor, layer: &Layer, model: &Model, now: Now) {
    brush.stand_in(layer.place());
    let screen = floor.body;
    let room = inner(screen);
    match layer {
        Layer::Question(question) => question::draw(brush, screen, question),
        Layer::Palette(palette) => palette::draw(brush, screen, palette),
        Layer::Card { top } => card::draw(brush, screen, model, *top),
        Layer::Narrow(narrow) => narrow::draw(brush, screen, narrow, &model.store),
        Layer::Form(form) => forms::draw(brush, screen, form),
        Layer::Adopt(adoption) => adopt::draw(brush, screen, adoption, model),
        Layer::Deploy(deploy) => deploy::draw(brush, screen, deploy),
        Layer::Preview(preview) => preview::draw(brush, screen, preview),
        Layer::Detail(detail) => detail::draw(brush, screen, detail, model, now),
        Layer::Nodes(nodes) => nodes::draw(brush, screen, nodes),
        Layer::Node(pane) => node::draw(brush, screen, pane, model, now),
        Layer::Moves(moves) => moves::draw(brush, screen, moves),
        Layer::Undo(undo) => undo::draw(brush, screen, undo, model),
        Layer::WayIn(way) => way_in::draw(brush, screen, way, now),
        Layer::Snapshots(snapshots) => snapshots::draw(brush, screen, snapshots, model, now),
        Layer::Backups(kept) => backups::draw(brush, screen, kept, model),
        Layer::Schedules(schedules) => schedules::draw(brush, screen, schedules, model),
        Layer::Ports(ports) => ports::draw(brush, screen, ports),
        Layer::Gateways(gateways) => gateways::draw(brush, screen, gateways, model),
        Layer::Inbox(inbox) => inbox::draw(brush, screen, inbox, model),
        Layer::Console(pane) => console::draw(brush, floor, pane, model, now),
        Layer::Picks(picks) => picks::draw(brush, screen, picks),
        Layer::Plaque { top } => plaque::draw(brush, screen, *top, model),
        Layer::Sizes(sizes) => sizes::draw(brush, screen, sizes),
        Layer::Statistics { top } => {
            pane(brush, screen, "statistics of", "all backups", &statistics::rows(model, room), *top);
        }
        Layer::Sources(sources) => sources::draw(brush, screen, sources, model),
        Layer::CopyMenu(menu) => copy::draw(brush, screen, menu),
        Layer::Trouble { at } => trouble::draw(brush, screen, *at, model),
        Layer::Help(help) => help::draw(brush, screen, help, model),
        Layer::Marks(menu) => marks::draw(brush, screen, menu, model),
        Layer::Messages { top, new } => pane(brush, screen, "messages", "", &report::messages(model, *new), *top),
        Layer::Roads { into, top } => {
            let (name, rows) = roads::roads(into, model, room);
            pane(brush, screen, "roads into", &name, &rows, *top);
        }
        Layer::Refused { what, fault, top } => {
            pane(brush, screen, "not done:", what, &report::fault(fault, room), *top);
        }
        Layer::Report { host, found, top } => {
            pane(brush, screen, "test of", host.as_str(), &report::report(host, found, model, room), *top);
        }
        Layer::Why { operation, top } => match model.operation(*operation) {
            Some(operation) => {
                let rows = why::why(operation, model, now, room);
                pane(brush, screen, operation.plan.kind.slug(), &operation.plan.name, &rows, *top);
            }
            None => pane(brush, screen, "operation", &operation.to_string(), &why::unknown(), 0),
        },
    }
}

/// Text in lines of at most `room` cells, broken between words where that is possible.
pub fn wrap(text: &str, room: u16) -> Vec<String> {
    let room = usize::from(room.max(1));
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let mut word = word;
        while word.width() > room {
            let cut = word.char_indices().nth(room).map_or(word.len(), |(at, _)| at);
            lines.push(word[..cut].to_owned());
            word = &word[cut..];
        }
        match lines.last_mut() {
            Some(line) if line.width() + 1 + word.width() <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
