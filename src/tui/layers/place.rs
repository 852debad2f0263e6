//! Where the keys go while a layer is on top, what of it scrolls, and the lists that may lie in an app that is looked at in
//! depth. What must hold: a layer has one place at a time.

use super::{Layer, backups::Kept, snapshots::Snapshots};
use crate::tui::keymap::Place;

impl Layer {
    pub fn place(&self) -> Place {
        match self {
            Self::Help(help) => help.place(),
            Self::Marks(_) => Place::Marks,
            Self::Messages { .. } | Self::Refused { .. } | Self::Roads { .. } | Self::Statistics { .. } => {
                Place::Report
            }
            Self::Report { .. } => Place::Rights,
            Self::Palette(_) => Place::Palette,
            Self::Question(_) => Place::Question,
            Self::Why { .. } => Place::Why,
            Self::CopyMenu(_) => Place::CopyMenu,
            Self::Trouble { .. } => Place::Trouble,
            Self::Card { .. } => Place::Card,
            Self::Narrow(_) => Place::Narrow,
            Self::Form(form) => form.place(),
            Self::Adopt(adoption) => adoption.place(),
            Self::Deploy(deploy) => deploy.place(),
            Self::Preview(preview) => preview.place(),
            Self::Detail(detail) => detail.place(),
            Self::Nodes(_) => Place::Nodes,
            Self::Node(_) => Place::Node,
            Self::Moves(_) => Place::Moves,
            Self::Undo(_) => Place::Undo,
            Self::Snapshots(_) => Place::Snapshots,
            Self::WayIn(_) => Place::WayIn,
            Self::Backups(_) => Place::AppBackups,
            Self::Schedules(_) => Place::Schedules,
            Self::Ports(ports) => ports.place(),
            Self::Gateways(_) => Place::Gateways,
            Self::Inbox(_) => Place::Inbox,
            Self::Console(pane) => pane.place(None),
            Self::Picks(_) => Place::Picks,
            Self::Plaque { .. } => Place::Plaque,
            Self::Sizes(_) => Place::Sizes,
            Self::Sources(sources) => sources.place(),
        }
    }

    /// How it is called on the way from the deck to the top; nothing for a question.
    pub fn crumb(&self) -> Option<String> {
        Some(match self {
            Self::Question(_) | Self::Palette(_) | Self::Marks(_) => return None,
            Self::Help(help) => format!("keys of {}", help.of.name()),
            Self::Messages { .. } => "messages".into(),
            Self::Why { .. } => "operation".into(),
            Self::CopyMenu(_) => "copy".into(),
            Self::Roads { .. } => "roads".into(),
            Self::Trouble { .. } => "trouble".into(),
            Self::Card { .. } => "card".into(),
            Self::Narrow(_) => "filters".into(),
            Self::Form(_) => "form".into(),
            Self::Adopt(_) => "adopt".into(),
            Self::Deploy(deploy) => format!("deploy {}", deploy.recipe.name),
            Self::Preview(pane) => format!("plan for {}", pane.name),
            Self::Nodes(_) => "nodes".into(),
            Self::Node(_) => "node".into(),
            Self::Moves(_) => "moves".into(),
            Self::Undo(_) => "undo".into(),
            Self::WayIn(_) => "way in".into(),
            Self::Snapshots(_) => "snapshots".into(),
            Self::Backups(_) => "backups".into(),
            Self::Schedules(_) => "schedules".into(),
            Self::Ports(_) => "ports".into(),
            Self::Gateways(_) => "gateways".into(),
            Self::Inbox(_) => "inbox".into(),
            Self::Picks(picks) => picks.title.into(),
            Self::Sizes(_) => "sizes".into(),
            Self::Plaque { .. } => "plaque".into(),
            Self::Statistics { .. } => "statistics".into(),
            Self::Sources(_) => "sources".into(),
            Self::Console(_) => "console".into(),
            Self::Detail(_) => "in depth".into(),
            Self::Refused { .. } => "not done".into(),
            Self::Report { host, .. } => format!("test of {host}"),
        })
    }

    /// The list of backups that it has, by itself or as a tab.
    pub fn kept(&self) -> Option<&Kept> {
        match self {
            Self::Backups(kept) => Some(kept),
            Self::Detail(detail) => Some(&detail.kept),
            _ => None,
        }
    }

    pub fn kept_mut(&mut self) -> Option<&mut Kept> {
        match self {
            Self::Backups(kept) => Some(kept),
            Self::Detail(detail) => Some(&mut detail.kept),
            _ => None,
        }
    }

    /// The same of snapshots.
    pub fn snapshots(&self) -> Option<&Snapshots> {
        match self {
            Self::Snapshots(snapshots) => Some(snapshots),
            Self::Detail(detail) => detail.snapshots.as_ref(),
            _ => None,
        }
    }

    pub fn snapshots_mut(&mut self) -> Option<&mut Snapshots> {
        match self {
            Self::Snapshots(snapshots) => Some(snapshots),
            Self::Detail(detail) => detail.snapshots.as_mut(),
            _ => None,
        }
    }

    /// The first line that is shown, of a layer that scrolls.
    pub fn top(&mut self) -> Option<&mut u16> {
        match self {
            Self::Messages { top, .. }
            | Self::Why { top, .. }
            | Self::Roads { top, .. }
            | Self::Card { top }
            | Self::Statistics { top }
            | Self::Plaque { top }
            | Self::Refused { top, .. }
            | Self::Report { top, .. } => Some(top),
            Self::Form(form) => form.top_mut(),
            Self::Palette(_)
            | Self::Help(_)
            | Self::Marks(_)
            | Self::Question(_)
            | Self::CopyMenu(_)
            | Self::Adopt(_)
            | Self::Narrow(_)
            | Self::Trouble { .. }
            | Self::Deploy(_)
            | Self::Preview(_)
            | Self::Detail(_)
            | Self::Nodes(_)
            | Self::Node(_)
            | Self::Moves(_)
            | Self::Undo(_)
            | Self::Sources(_)
            | Self::Backups(_)
            | Self::Schedules(_)
            | Self::Ports(_)
            | Self::Gateways(_)
            | Self::Inbox(_)
            | Self::Console(_)
            | Self::Picks(_)
            | Self::Sizes(_)
            | Self::WayIn(_)
            | Self::Snapshots(_) => None,
        }
    }
}
