//! Switching guests on and off. An order is sent once: whether one without an answer was carried out is for the caller
//! to look up.

use super::segment;
use crate::{
    domain::{
        fleet::GuestKind,
        ids::{NodeName, Upid, Vmid},
        plan::PowerAction,
    },
    proxmox::{Client, ClientError, call::Asked},
};

/// How long a guest may take to end by itself; then its power is cut.
const PATIENCE_S: u32 = 60;

impl Client {
    /// Begins the task that switches a guest. What comes of it is told by the task.
    pub async fn begin_power(
        &self,
        node: &NodeName,
        kind: GuestKind,
        vmid: Vmid,
        action: PowerAction,
    ) -> Result<Upid, ClientError> {
        let id = vmid.to_string();
        let asked = Asked::post(&["nodes", node.as_str(), segment(kind), &id, "status", action.slug()]);
        let asked = match action {
            PowerAction::Start | PowerAction::Stop => asked,
            PowerAction::Shutdown => asked.with("timeout", PATIENCE_S).with("forceStop", 1),
            PowerAction::Reboot => asked.with("timeout", PATIENCE_S),
        };
        self.begin(&asked).await
    }
}

/// The type of the task that `action` begins.
pub fn task_type(kind: GuestKind, action: PowerAction) -> &'static str {
    use GuestKind::{Container, Machine};
    match (kind, action) {
        (Container, PowerAction::Start) => "vzstart",
        (Container, PowerAction::Stop) => "vzstop",
        (Container, PowerAction::Shutdown) => "vzshutdown",
        (Container, PowerAction::Reboot) => "vzreboot",
        (Machine, PowerAction::Start) => "qmstart",
        (Machine, PowerAction::Stop) => "qmstop",
        (Machine, PowerAction::Shutdown) => "qmshutdown",
        (Machine, PowerAction::Reboot) => "qmreboot",
    }
}

/// Whether a refusal or a failed task only says that the guest is as wished already.
pub fn is_already_so(action: PowerAction, text: &str) -> bool {
    let text = text.trim();
    let of_guest = text.starts_with("CT ") || text.starts_with("VM ");
    match action {
        PowerAction::Start => of_guest && text.ends_with(" already running"),
        PowerAction::Stop | PowerAction::Shutdown => of_guest && text.ends_with(" not running"),
        PowerAction::Reboot => false,
    }
}
