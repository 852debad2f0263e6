//! Switching guests on and off. An order is sent once: whether one without an answer was carried out is for the caller
//! to look up.

use std::time::Duration;

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

/// What a guest that does not end by itself can expect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Insistence {
    /// The task fails, the guest runs on.
    Asks,
    CutsPower,
}

/// What becomes of a shutdown of the same guest that is still under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnderWay {
    IsAwaited,
    /// Since 8.2.
    IsOverruled,
}

impl Client {
    /// Asks a guest to end within `patience`.
    pub async fn begin_shutdown(
        &self,
        node: &NodeName,
        kind: GuestKind,
        vmid: Vmid,
        patience: Duration,
        insistence: Insistence,
    ) -> Result<Upid, ClientError> {
        let asked = Asked::post(&["nodes", node.as_str(), segment(kind), &vmid.to_string(), "status", "shutdown"])
            .with("timeout", patience.as_secs())
            .with_some("forceStop", (insistence == Insistence::CutsPower).then_some(1));
        self.begin(&asked).await
    }

    /// Cuts a guest's power.
    pub async fn begin_stop(
        &self,
        node: &NodeName,
        kind: GuestKind,
        vmid: Vmid,
        under_way: UnderWay,
    ) -> Result<Upid, ClientError> {
        let asked = Asked::post(&["nodes", node.as_str(), segment(kind), &vmid.to_string(), "status", "stop"])
            .with_some("overrule-shutdown", (under_way == UnderWay::IsOverruled).then_some(1));
        self.begin(&self.known_to(node, asked).await?).await
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
