//! `proximity port …`

use serde::Serialize;

use super::{
    arguments::PortCommand,
    face::{Face, other_answer},
    named::fleet_known,
    print::table,
};
use crate::{
    domain::{
        fault::Fault,
        ids::HostId,
        port_book::{Clash, Look, PortBook, Row, Unseen, Use},
    },
    engine::{Answer, Change, Query},
};

#[derive(Serialize)]
struct PortRow {
    host: String,
    /// `gateway` or `app`
    place: &'static str,
    address: Option<String>,
    port: u16,
    protocol: &'static str,
    app: Option<String>,
    app_name: String,
    /// As the recipe calls the port.
    name: Option<String>,
    /// `leased`, `published`, `expected`, `listens`, `inside`
    uses: Vec<&'static str>,
    program: Option<String>,
}

#[derive(Serialize)]
struct ClashRow {
    host: String,
    app: Option<String>,
    port: Option<u16>,
    what: String,
    remedy: String,
}

#[derive(Serialize)]
struct UnseenRow {
    app: String,
    name: String,
    why: String,
    remedy: String,
}

#[derive(Serialize)]
struct Book {
    clashes: Vec<ClashRow>,
    ports: Vec<PortRow>,
    unseen: Vec<UnseenRow>,
}

/// Without a look from our own books: no host is asked.
pub async fn run(command: &PortCommand, face: Face<'_>) -> Result<(), Fault> {
    match command {
        PortCommand::List { look } => {
            if *look {
                fleet_known(face).await;
            }
            let look = if *look { Look::Inside } else { Look::Books };
            let Answer::PortBook(book) = face.engine.query(Query::PortBook(look)).await? else {
                return Err(other_answer());
            };
            let book = Book::of(*book);
            face.printer.result(&book, || book.lines());
        }
        PortCommand::Release { host, port } => {
            let change = Change::ReleasePort { host: HostId::new(host.as_str()), port: *port };
            face.engine.change(change).await?;
            face.printer.result(&serde_json::json!({ "host": host, "released": port }), || {
                vec![format!("port {port} of {host} is free again")]
            });
        }
    }
    Ok(())
}

impl Book {
    fn of(book: PortBook) -> Self {
        Self {
            clashes: book.clashes.into_iter().map(ClashRow::of).collect(),
            ports: book.rows.into_iter().map(PortRow::of).collect(),
            unseen: book.unseen.into_iter().map(UnseenRow::of).collect(),
        }
    }

    /// What clashes stands first.
    fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for clash in &self.clashes {
            lines.extend([format!("✖ {}: {}", clash.host, clash.what), format!("  now: {}", clash.remedy)]);
        }
        for unseen in &self.unseen {
            lines.push(format!("◇ {} was not looked into: {}; {}", unseen.name, unseen.why, unseen.remedy));
        }
        let head = ["HOST", "PORT", "APP", "NAME", "AT", "FOR", "PROGRAM"];
        lines.extend(table(&head, &self.ports.iter().map(PortRow::cells).collect::<Vec<_>>()));
        lines
    }
}

impl PortRow {
    fn of(row: Row) -> Self {
        Self {
            host: row.host.to_string(),
            place: row.place.slug(),
            address: row.address,
            port: row.port,
            protocol: row.protocol.slug(),
            app: row.app.map(|app| app.to_string()),
            app_name: row.whose,
            name: row.name,
            uses: row.uses.into_iter().map(Use::slug).collect(),
            program: row.program,
        }
    }

    fn cells(&self) -> Vec<String> {
        let unknown = || "--".to_owned();
        let address = self.address.clone().unwrap_or_else(unknown);
        vec![
            self.host.clone(),
            format!("{}/{}", self.port, self.protocol),
            self.app_name.clone(),
            self.name.clone().unwrap_or_else(unknown),
            if self.place == "gateway" { format!("{address} (gateway)") } else { address },
            self.uses.join(", "),
            self.program.clone().unwrap_or_else(unknown),
        ]
    }
}

impl ClashRow {
    fn of(clash: Clash) -> Self {
        Self {
            host: clash.host.to_string(),
            app: clash.app.map(|app| app.to_string()),
            port: clash.port,
            what: clash.what,
            remedy: clash.remedy,
        }
    }
}

impl UnseenRow {
    fn of(unseen: Unseen) -> Self {
        let Fault { why, remedy, .. } = unseen.fault;
        Self { app: unseen.app.to_string(), name: unseen.name, why, remedy }
    }
}
