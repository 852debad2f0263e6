//! `proximity port …`

use serde::Serialize;

use super::{
    arguments::PortCommand,
    face::{Face, other_answer},
    print::table,
};
use crate::{
    domain::{fault::Fault, fleet::Fleet},
    engine::{Answer, Lease, Query},
};

#[derive(Serialize)]
struct Row {
    host: String,
    port: u16,
    app: String,
    /// What the app is called; nothing for one that is not in the fleet any more.
    app_name: Option<String>,
    /// As the recipe calls the port.
    name: String,
}

impl Row {
    fn of(fleet: &Fleet, lease: Lease) -> Self {
        let app_name = fleet.app(&lease.app).map(|app| app.name.to_string());
        Self { host: lease.host.to_string(), port: lease.port, app: lease.app.to_string(), app_name, name: lease.name }
    }

    fn cells(&self) -> Vec<String> {
        let app = self.app_name.clone().unwrap_or_else(|| self.app.clone());
        vec![self.host.clone(), self.port.to_string(), app, self.name.clone()]
    }
}

/// From our own books: no host is asked.
pub async fn run(command: &PortCommand, face: Face<'_>) -> Result<(), Fault> {
    let PortCommand::List = command;
    let Answer::Ports(leases) = face.engine.query(Query::Ports).await? else { return Err(other_answer()) };
    let fleet = face.engine.fleet().borrow().clone();
    let mut rows: Vec<_> = leases.into_iter().map(|lease| Row::of(&fleet, lease)).collect();
    rows.sort_by(|one, other| (&one.host, one.port).cmp(&(&other.host, other.port)));
    face.printer
        .result(&rows, || table(&["HOST", "PORT", "APP", "NAME"], &rows.iter().map(Row::cells).collect::<Vec<_>>()));
    Ok(())
}
