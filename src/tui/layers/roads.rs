//! By which roads something can be run inside a guest, and what would open those that are shut.

use super::{Into, Row, told};
use crate::{
    domain::{
        fleet::{GuestKind, Power},
        ids::{GuestKey, HostId},
    },
    tui::{
        model::{Back, Model},
        theme::Role,
        widgets::roads,
    },
};

/// Whose they are called, and their lines.
pub fn roads(into: &Into, model: &Model, room: u16) -> (String, Vec<Row>) {
    match into {
        Into::Guest(key) => {
            let name = model.world.entry(key).map_or_else(|| key.to_string(), |entry| entry.name.to_string());
            (name, into_guest(key, model, room))
        }
        Into::Host(host) => (format!("the guests of {host}"), into_host(host, model, room)),
    }
}

fn into_guest(key: &GuestKey, model: &Model, room: u16) -> Vec<Row> {
    let guest = model.world.entry(key).and_then(|entry| entry.guest.as_ref());
    match (guest.map(|guest| (guest.kind, guest.power)), model.backs.get(key)) {
        (Some((GuestKind::Machine, _)), _) => said("roads lead into containers only; this is a virtual machine"),
        (Some((_, Power::Stopped)), _) => said("it is off; the roads into it are looked for once it runs"),
        (_, Some(Back::Known(detail))) if detail.roads.is_empty() => said("they could not be found out in time"),
        (_, Some(Back::Known(detail))) => roads::rows(&detail.roads, room),
        (_, Some(Back::Failed(fault))) => told(
            &[
                ("what", &fault.what, Role::Danger),
                ("why", &fault.why, Role::Text),
                ("now", &fault.remedy, Role::Title),
            ],
            room,
        ),
        (_, Some(Back::Asked) | None) => said("looking …"),
    }
}

fn into_host(host: &HostId, model: &Model, room: u16) -> Vec<Row> {
    match model.world.fleet.host(host) {
        Some(host) if !host.roads.is_empty() => roads::rows(&host.roads, room),
        _ => said("they are looked for once the host answers"),
    }
}

fn said(words: &str) -> Vec<Row> {
    vec![vec![(words.to_owned(), Role::Dim)]]
}
