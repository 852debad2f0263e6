//! Tickets for a console: a new one and a new port each time, and each is good once.

use std::{collections::HashMap, sync::Mutex};

use serde_json::{Value, json};

use super::VMID;

#[derive(Default)]
pub struct Tickets {
    open: Mutex<HashMap<String, String>>,
    issued: Mutex<usize>,
}

pub const USER: &str = "admin@pve!deck";

impl Tickets {
    pub fn issue(&self) -> Value {
        let mut issued = self.issued.lock().unwrap();
        *issued += 1;
        let port = (5_900 + *issued % 100).to_string();
        // With the characters that must be escaped on the way.
        let ticket = format!("PVEVNC:6B00{:04X}::a+b/c{}=", *issued, *issued);
        self.open.lock().unwrap().insert(port.clone(), ticket.clone());
        let upid = format!("UPID:lab:00001925:000887A2:6B00{:04X}:vncproxy:{VMID}:{USER}:", *issued);
        json!({ "port": port, "ticket": ticket, "user": USER, "upid": upid })
    }

    /// The ticket that this port waits for, if it is this one.
    pub fn take(&self, port: &str, ticket: &str) -> Option<String> {
        self.open.lock().unwrap().remove(port).filter(|expected| expected == ticket)
    }

    pub fn issued(&self) -> usize {
        *self.issued.lock().unwrap()
    }
}
