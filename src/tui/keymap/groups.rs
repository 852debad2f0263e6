//! Places that have rows in common.

use super::Place;

pub const RACKS: &[Place] = &[Place::Overview, Place::Apps, Place::Detail];
pub const RACK_DECKS: &[Place] = &[Place::Overview, Place::Apps];
pub const LISTS: &[Place] = &[
    Place::Overview,
    Place::Apps,
    Place::Store,
    Place::Hosts,
    Place::Ops,
    Place::Settings,
    Place::Backups,
    Place::Snapshots,
    Place::Nodes,
    Place::Node,
    Place::Moves,
    Place::AppBackups,
    Place::Schedules,
    Place::Candidates,
    Place::Looks,
    Place::Drafts,
    Place::Adopted,
    Place::Ports,
    Place::Gateways,
    Place::Inbox,
    Place::Picks,
    Place::Sizes,
    Place::Help,
    Place::Detail,
    Place::Charts,
    Place::AppLog,
    Place::DetailBackups,
    Place::DetailSnapshots,
    Place::DetailOps,
    Place::Papers,
    Place::WayIn,
];
pub const PANES: &[Place] = &[Place::Why, Place::Report, Place::Rights];
pub const SCROLLED: &[Place] =
    &[Place::Why, Place::Report, Place::Rights, Place::Card, Place::Trust, Place::Found, Place::Plaque];
pub const ASKING: &[Place] = &[Place::Asks];
pub const FORMS: &[Place] = &[Place::Form, Place::Wizard, Place::Deploy];
pub const TRIED: &[Place] = &[Place::Wizard, Place::Trust, Place::Found];
pub const STORE: &[Place] = &[Place::Store];
pub const RECIPES: &[Place] = &[Place::Store, Place::Card];
pub const NARROW: &[Place] = &[Place::Narrow];
pub const SOURCES: &[Place] = &[Place::Sources];
pub const NEWS: &[Place] = &[Place::News];
pub const SOURCED: &[Place] = &[Place::Sources, Place::News];
pub const OPS: &[Place] = &[Place::Ops];
pub const DONE: &[Place] = &[Place::Ops, Place::DetailOps];
pub const PLANS: &[Place] = &[Place::Plan, Place::Preview];
pub const NAMING: &[Place] = &[Place::Naming];
pub const SNAPSHOTS: &[Place] = &[Place::Snapshots, Place::DetailSnapshots];
pub const WAY_IN: &[Place] = &[Place::WayIn];
pub const NODE: &[Place] = &[Place::Node];
pub const UNDO: &[Place] = &[Place::Undo];
pub const ASKS: &[Place] = &[Place::Question];
pub const MENUS: &[Place] = &[Place::Palette, Place::CopyMenu];
pub const TROUBLE: &[Place] = &[Place::Trouble];
pub const APPS: &[Place] = &[Place::Apps];
pub const HOSTS: &[Place] = &[Place::Hosts];
pub const BOARD: &[Place] = &[Place::Backups];
pub const KEPT: &[Place] = &[Place::AppBackups, Place::DetailBackups];
pub const SCHEDULES: &[Place] = &[Place::Schedules];
pub const CANDIDATES: &[Place] = &[Place::Candidates];
pub const LOOKS: &[Place] = &[Place::Looks];
pub const DRAFTS: &[Place] = &[Place::Drafts];
pub const ADOPTED: &[Place] = &[Place::Adopted];
pub const MOVES: &[Place] = &[Place::Moves];
pub const PORTS: &[Place] = &[Place::Ports];
pub const GATEWAYS: &[Place] = &[Place::Gateways];
pub const INBOX: &[Place] = &[Place::Inbox];
pub const SIZES: &[Place] = &[Place::Sizes];
pub const PICKS: &[Place] = &[Place::Picks];
pub const CONSOLE: &[Place] = &[Place::Console];
pub const CONSOLE_KEYS: &[Place] = &[Place::ConsoleKeys];
pub const SCROLL_BACK: &[Place] = &[Place::ScrollBack];
pub const CONSOLE_FIND: &[Place] = &[Place::ConsoleFind];
pub const CONSOLE_OVER: &[Place] = &[Place::ConsoleOver];
pub const DECKS: &[Place] = Place::DECKS;
/// Decks where the small letter means nothing else.
pub const FREE_OF_I: &[Place] = &[Place::Apps, Place::Hosts, Place::Ops, Place::Settings];
