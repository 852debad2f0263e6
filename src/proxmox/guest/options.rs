//! The options of a container as they are compared with how they were. What must hold: they are those with which it will
//! start the next time, and whoever is not there says so and nothing else.

use super::{config::RawSaid, lxc};
use crate::{
    domain::{
        drift::Options,
        ids::{NodeName, Vmid},
    },
    proxmox::{Client, ClientError, call::Asked, wire::list::Pairs},
};

/// What one question after a container brought.
#[derive(Debug)]
pub enum Presence {
    There(Box<Options>),
    /// Its node says that there is none; nobody else can.
    Gone,
}

impl Client {
    /// Anything but a clear answer is an error: who may not look has not seen that nobody is there.
    pub async fn container_options(&self, node: &NodeName, vmid: Vmid) -> Result<Presence, ClientError> {
        let asked = Asked::get(&lxc(node, &vmid.to_string(), &["config"]));
        let answer = match self.call(&asked).await {
            Err(ClientError::Refused { status: 500, text, .. }) if is_about(&text, vmid) => return Ok(Presence::Gone),
            answer => answer?,
        };
        let raw = answer.read::<RawSaid>(&asked.call).unwrap_or_default().pairs();
        let Pairs(pairs) = answer.read(&asked.call)?;
        Ok(Presence::There(Box::new(Options::of(pairs.into_iter().chain(raw)))))
    }
}

fn is_about(text: &str, vmid: Vmid) -> bool {
    text.starts_with("Configuration file '") && text.contains(&format!("/{vmid}.conf' does not exist"))
}
