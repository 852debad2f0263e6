//! Looking at virtual machines.

use serde_json::{Value, json};

use super::{
    Ask, Endpoint,
    Guard::Anyone,
    Outcome, get,
    guests::{AUDIT, OF_CONFIG, add_marks, config, pending, visible},
};
use crate::sim::{
    check::rule::boolean,
    datacenter::Datacenter,
    world::guest::{Guest, Kind},
};

pub const ENDPOINTS: &[Endpoint] = &[
    get("/nodes/{node}/qemu", Anyone, &[boolean("full")], machines),
    get("/nodes/{node}/qemu/{vmid}/status/current", AUDIT, &[], current),
    get("/nodes/{node}/qemu/{vmid}/config", AUDIT, OF_CONFIG, |datacenter, ask| config(datacenter, ask, Kind::Machine)),
    get("/nodes/{node}/qemu/{vmid}/pending", AUDIT, &[], |datacenter, ask| pending(datacenter, ask, Kind::Machine)),
];

fn machines(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    Ok(visible(datacenter, ask, Kind::Machine).map(|guest| state(datacenter, guest)).collect::<Value>().into())
}

fn current(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let guest = ask.guest(datacenter, Kind::Machine)?;
    let mut row = state(datacenter, guest);
    row["ha"] = json!({ "managed": 0 });
    row["qmpstatus"] = row["status"].clone();
    if guest.is_running() {
        row["running-machine"] = json!("pc-i440fx-10.1+pve0");
        row["running-qemu"] = json!("10.1.2");
    }
    Ok(row.into())
}

fn state(datacenter: &Datacenter, guest: &Guest) -> Value {
    let usage = datacenter.usage(guest);
    let is_running = guest.is_running();
    let mut row = json!({
        "vmid": guest.vmid, "name": guest.name(), "status": if is_running { "running" } else { "stopped" },
        "uptime": guest.uptime(datacenter.now()), "cpu": usage.cpu, "cpus": datacenter.cores(guest), "mem": usage.memory,
        "memhost": usage.memory, "maxmem": guest.memory(), "disk": 0, "maxdisk": guest.disk(), "diskread": usage.read,
        "diskwrite": usage.write, "netin": usage.net_in, "netout": usage.net_out,
    });
    if is_running {
        row["pid"] = json!(guest.pid);
    }
    add_marks(&mut row, guest);
    row
}
