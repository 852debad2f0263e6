//! Sessions that outlive the program: a host that wants a code besides the password is let in by its last ticket, as
//! long as that one lives (two hours). The vault keeps it, like any other secret.

use serde::{Deserialize, Serialize};

use super::Engine;
use crate::{
    domain::{ids::HostId, moment::Moment, secret::Secret},
    proxmox::{Client, Ticket},
    store::{HostRecord, LoginName},
};

#[derive(Serialize, Deserialize)]
struct KeptTicket {
    user: String,
    ticket: String,
    csrf: String,
    issued: Moment,
}

pub(super) fn name(host: &HostId) -> String {
    format!("ticket/{host}")
}

fn wants_code(record: &HostRecord) -> bool {
    matches!(record.login, LoginName::Password { needs_code: true, .. })
}

impl Engine {
    /// Where it cannot be kept, the next start asks for a code and says so.
    pub(super) async fn keep_ticket(&self, record: &HostRecord, client: &Client) {
        let Some(ticket) = client.ticket().filter(|_| wants_code(record)) else { return };
        let kept = KeptTicket {
            user: ticket.user,
            ticket: ticket.ticket.reveal().to_owned(),
            csrf: ticket.csrf.reveal().to_owned(),
            issued: ticket.issued,
        };
        if let Ok(text) = serde_json::to_string(&kept) {
            drop(self.0.vault.put(&name(&record.id), &Secret::new(text)).await);
        }
    }

    pub(super) async fn keep_tickets(&self) {
        for record in self.0.records.lock().await.values() {
            if let Ok(client) = self.0.world.client(&record.id) {
                self.keep_ticket(record, &client).await;
            }
        }
    }

    pub(super) async fn kept_ticket(&self, record: &HostRecord) -> Option<Ticket> {
        if !wants_code(record) {
            return None;
        }
        let text = self.0.vault.get(&name(&record.id)).await.ok()??;
        let kept: KeptTicket = serde_json::from_str(text.reveal()).ok()?;
        Some(Ticket {
            user: kept.user,
            ticket: Secret::new(kept.ticket),
            csrf: Secret::new(kept.csrf),
            issued: kept.issued,
        })
    }

    pub(super) async fn forget_ticket(&self, host: &HostId) {
        // It is worth nothing two hours later, whether it could be removed or not.
        drop(self.0.vault.remove(&name(host)).await);
    }
}
