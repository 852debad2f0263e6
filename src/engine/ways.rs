//! Which roads lead into a guest, and where each begins. What must hold: a road that is shut says what would open it, and
//! one that cannot be looked at keeps nobody from the others.

use super::Engine;
use crate::{
    domain::{
        fault::{Fault, FaultCode},
        fleet::{Guest, GuestKind},
        ids::GuestKey,
        road::{Road, Way},
    },
    exec::{Entrance, survey},
    proxmox::Client,
    ssh,
};

impl Engine {
    /// The roads into a guest, the best one first, each open or with what would open it.
    pub async fn roads(&self, key: &GuestKey) -> Result<Vec<Way>, Fault> {
        let guest = self.0.world.guest(key)?;
        Ok(self.look_for_roads(&guest).await?.into_iter().map(|(way, _)| way).collect())
    }

    pub(super) async fn look_for_roads(&self, guest: &Guest) -> Result<Vec<(Way, Option<Entrance>)>, Fault> {
        if guest.kind == GuestKind::Machine {
            return Err(not_a_container(&guest.key));
        }
        let client = self.0.world.client(&guest.key.host)?;
        let (console, inside, node) = tokio::join!(
            survey::console(&client, &guest.node, guest.key.vmid),
            self.target_inside(guest, &client),
            self.ssh_to_node(&guest.key.host, &guest.node),
        );
        // Where Proxmox does not say, SSH may still lead in.
        let console = console.unwrap_or_else(|error| {
            let Fault { what, why, remedy, .. } = error.into();
            Way::shut(Road::Console, format!("{what}: {why}"), remedy)
        });
        let entrance = console.is_open().then(|| Entrance::Console {
            client: client.clone(),
            key: guest.key.clone(),
            node: guest.node.clone(),
        });
        Ok(vec![
            (console, entrance),
            (survey::prepared(Road::GuestSsh, &inside, whom), inside.ok().map(Entrance::Guest)),
            (
                survey::prepared(Road::HostSsh, &node, whom),
                node.ok().map(|target| Entrance::Node { target, node: guest.node.clone(), vmid: guest.key.vmid }),
            ),
        ])
    }

    async fn target_inside(&self, guest: &Guest, client: &Client) -> Result<ssh::Target, Fault> {
        // Where it was not set up there is no need to ask for an address.
        self.ssh_of(&guest.key.host).await?;
        let addresses = client.addresses(&guest.node, guest.key.vmid).await?;
        let Some(address) = addresses.first() else {
            return Err(Fault::passing(
                FaultCode::Unreachable,
                format!("there is no way to {} by SSH", guest.key),
                "its address is not known",
                "look whether it has one: a guest that just starts gets it in some seconds",
            ));
        };
        let bare = address.split('/').next().unwrap_or(address);
        self.ssh_to_guest(&guest.key, bare).await
    }
}

/// As whom, and with what.
fn whom(target: &ssh::Target) -> String {
    let proof = match target.proofs.first() {
        Some(ssh::Proof::KeyFile { path, .. }) => format!("key file {}", path.display()),
        Some(ssh::Proof::Password(_)) => "password".into(),
        Some(ssh::Proof::Agent | ssh::Proof::AgentAt(_)) | None => "the SSH agent".into(),
    };
    format!("{}, {proof}", target.user)
}

pub(super) fn not_a_container(key: &GuestKey) -> Fault {
    Fault::lasting(
        FaultCode::Refused,
        format!("{key} is a virtual machine"),
        "roads lead into containers only",
        "use its own SSH, or the console in Proxmox's web interface",
    )
}
