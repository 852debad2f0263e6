//! Removing containers. Whatever speaks against it is said at once; its disks go in the task.

use serde_json::json;

use super::{Ask, Endpoint, Guard::Needs, Outcome, delete};
use crate::sim::{
    check::rule::{Rule, boolean},
    datacenter::Datacenter,
    refusal::Refusal,
    turns::Turn,
    work::removable,
    world::{
        guest::Kind,
        task::{Removal, Work},
    },
};

pub const ENDPOINTS: &[Endpoint] =
    &[delete("/nodes/{node}/lxc/{vmid}", Needs("/vms/{vmid}", "VM.Allocate"), REMOVE, remove)];

const REMOVE: &[Rule] = &[boolean("destroy-unreferenced-disks"), boolean("force"), boolean("purge")];
const DESTROY_MS: i64 = 500;

fn remove(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let guest = ask.guest(datacenter, Kind::Container)?;
    let removal = Removal { vmid: guest.vmid, is_forced: ask.is_set("force"), purges: ask.is_set("purge") };
    let vmid = removal.vmid;
    removable(guest).map_err(Refusal::died)?;
    if datacenter.is_known_to_ha(vmid) && !removal.purges {
        let text = "used in HA resources and purge parameter not set.";
        return Err(Refusal::died(format!("unable to remove CT {vmid} - {text}")));
    }
    if guest.is_running() && !removal.is_forced {
        return Err(Refusal::died(format!("unable to destroy CT {vmid} - container is running")));
    }
    let who = ask.who.id();
    let turn = Turn { node: ask.node(), kind: Kind::Container, vmid, name: "vzdestroy", who: &who };
    Ok(json!(datacenter.take_turn(&turn, &[(DESTROY_MS, Work::Destroy(removal))])).into())
}
