//! Asking HA to move a guest. It only takes note of it: whether and when the guest moves shows in the guest.

use super::{HaSid, sid};
use crate::{
    domain::ids::NodeName,
    proxmox::{
        Client, ClientError,
        call::Asked,
        wire::{ha::MovedSaid, lenient::Text},
    },
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HaMove {
    /// A container is shut down for it, a machine goes while it runs.
    Migrate,
    /// Always shut down and started anew.
    Relocate,
}

/// What HA took note of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HaMoved {
    /// Guests that go along, because a rule keeps them together.
    pub along: Vec<HaSid>,
    /// Guests that stand in the way; where there are any it does not move.
    pub blocked_by: Vec<Blocked>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocked {
    pub by: HaSid,
    /// In Proxmox's words.
    pub why: String,
}

impl Client {
    pub async fn move_in_ha(&self, sid: HaSid, how: HaMove, to: &NodeName) -> Result<HaMoved, ClientError> {
        let verb = match how {
            HaMove::Migrate => "migrate",
            HaMove::Relocate => "relocate",
        };
        let asked = Asked::post(&["cluster", "ha", "resources", &sid.to_string(), verb]).with("node", to);
        let answer = self.call(&asked).await?;
        // Before version 9 the answer is empty.
        let said: MovedSaid<'_> = answer.read(&asked.call)?;
        let blocked = |sid: &Text<'_>, cause: &Text<'_>| {
            let why = cause.as_deref().unwrap_or_default().to_owned();
            Some(Blocked { by: sid.as_deref()?.parse().ok()?, why })
        };
        Ok(HaMoved {
            along: sid::read_all(&said.comigrated_resources.0.join(",")),
            blocked_by: said.blocking_resources.0.iter().filter_map(|row| blocked(&row.sid, &row.cause)).collect(),
        })
    }
}
