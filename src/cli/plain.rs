//! The deck in lines, for screen readers and pipes. What must hold: a line stands by itself, in words; what has not changed
//! is not said again; and into a pipe the whole is told once.

use std::{collections::BTreeMap, io::IsTerminal, sync::Arc};

use super::print::Printer;
use crate::{
    domain::{
        fault::Fault,
        fleet::{Fleet, NodeStatus, Power, Reach},
        gateway::url_of,
        operation::Operation,
        state::state_of,
    },
    engine::{Engine, Notice, Tone},
};

/// What is known, by what it is of: its kind, its name, and which one of that name. The order is the one in which it is
/// told.
type Told = BTreeMap<(u8, String, String), String>;

/// What comes and goes by itself.
const ALERTS: u8 = 4;
const OPERATIONS: u8 = 5;

pub async fn plain(engine: &Engine, printer: &Printer) -> Result<(), Fault> {
    let (mut fleet, mut notices) = (engine.fleet(), engine.notices());
    engine.start().await?;
    // Until every host was heard of, or could not be.
    let heard = |fleet: &Arc<Fleet>| fleet.hosts.iter().all(|host| host.reach != Reach::Waiting);
    let mut told = match fleet.wait_for(heard).await {
        Ok(fleet) => lines(&fleet),
        Err(_) => return Ok(()),
    };
    told.values().for_each(|line| say(printer, line));
    say(printer, "Every ability is a command: proximity --help tells them.");
    if !std::io::stdout().is_terminal() {
        return Ok(());
    }
    say(printer, "What changes is told here. Ctrl-C ends it; what runs goes on.");
    loop {
        tokio::select! {
            changed = fleet.changed() => {
                if changed.is_err() {
                    return Ok(());
                }
                let now = lines(&fleet.borrow_and_update());
                news(&told, &now).iter().for_each(|line| say(printer, line));
                told = now;
            }
            Ok(notice) = notices.recv() => say(printer, &in_words(&notice)),
            ended = tokio::signal::ctrl_c() => {
                // A signal that cannot be heard ends the program by itself.
                drop(ended);
                return Ok(());
            }
        }
    }
}

fn say(printer: &Printer, line: &str) {
    printer.result(&serde_json::json!({ "line": line }), || vec![line.to_owned()]);
}

/// What is new or reads otherwise than before, and what is no more.
pub fn news(before: &Told, now: &Told) -> Vec<String> {
    let fresh = now.iter().filter(|(key, line)| before.get(key) != Some(line)).map(|(_, line)| line.clone());
    let gone = before.keys().filter(|key| !now.contains_key(*key)).map(|(kind, name, _)| match *kind {
        ALERTS | OPERATIONS => format!("{name} is over."),
        _ => format!("{name}: is no more."),
    });
    fresh.chain(gone).collect()
}

/// The whole fleet, a line each; loads are left out of what is compared, because they never rest.
pub fn lines(fleet: &Fleet) -> Told {
    let mut told = Told::new();
    let up = fleet
        .apps
        .iter()
        .filter(|app| fleet.guest(&app.guest).is_some_and(|guest| guest.power == Power::Running))
        .count();
    let whole = format!(
        "{up} of {} apps run, on {} nodes of {} hosts.",
        fleet.apps.len(),
        fleet.nodes.len(),
        fleet.hosts.len()
    );
    told.insert((0, "apps".into(), String::new()), whole);
    for host in &fleet.hosts {
        let name = format!("host {}", host.id);
        let how = match &host.reach {
            Reach::Online => "online".to_owned(),
            Reach::Waiting => "not heard of yet".to_owned(),
            Reach::Off => "switched off here".to_owned(),
            Reach::Lost(fault) => format!("not reached, {}; {}", fault.why, fault.remedy),
        };
        let version = host.version.as_ref().map_or(String::new(), |version| format!(", Proxmox VE {version}"));
        told.insert((1, name.clone(), String::new()), format!("{name}: {how}{version}."));
    }
    for node in &fleet.nodes {
        let name = format!("node {}/{}", node.key.host, node.key.node);
        let how = if node.status == NodeStatus::Online { "online" } else { "not online" };
        told.insert((2, name.clone(), String::new()), format!("{name}: {how}."));
    }
    for app in &fleet.apps {
        let name = format!("app {}", app.name);
        let state = fleet.guest(&app.guest).map_or("missing on the host", |guest| state_of(fleet, guest).slug());
        let url = url_of(fleet, app).map_or(String::new(), |url| format!(", {url}"));
        let line = format!("{name}: {}{url}.", state.replace('-', " "));
        told.insert((3, name, app.guest.to_string()), line);
    }
    for alert in &fleet.care.alerts {
        let line = format!("alert {}: {}, {}.", alert.id, alert.name, alert.what);
        told.insert((ALERTS, format!("alert of {}", alert.name), alert.id.to_string()), line);
    }
    for operation in fleet.operations.iter().filter(|operation| operation.is_running()) {
        let line = format!("operation {}: {}.", operation.id, progress(operation));
        told.insert((OPERATIONS, format!("operation of {}", operation.plan.name), operation.id.to_string()), line);
    }
    told
}

fn progress(operation: &Operation) -> String {
    let waits = if operation.asks() { ", waits for your word" } else { "" };
    format!("{} {}{waits}", operation.plan.name, operation.plan.kind.doing())
}

fn in_words(notice: &Notice) -> String {
    let tone = match notice.tone {
        Tone::Info => "Note",
        Tone::Success => "Done",
        Tone::Warning => "Warning",
        Tone::Danger => "Trouble",
    };
    let detail = notice.detail.as_ref().map_or(String::new(), |detail| format!(" {detail}"));
    format!("{tone}: {}.{detail}", notice.text)
}
