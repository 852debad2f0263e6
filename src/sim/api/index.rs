//! The lists of what is below a path.

use serde_json::{Value, json};

use super::{
    Ask, Endpoint,
    Guard::{Anyone, Needs},
    Outcome, get,
};
use crate::sim::{datacenter::Datacenter, refusal::Refusal, world::guest::Kind};

pub const ENDPOINTS: &[Endpoint] = &[
    get("/", Anyone, &[], |_, _| below("subdir", &["version", "cluster", "nodes", "storage", "access", "pools"])),
    get("/version", Anyone, &[], version),
    get("/access", Anyone, &[], |_, _| {
        below(
            "subdir",
            &[
                "users",
                "groups",
                "roles",
                "acl",
                "domains",
                "openid",
                "tfa",
                "ticket",
                "vncticket",
                "password",
                "permissions",
            ],
        )
    }),
    get("/cluster", Anyone, &[], |_, _| below("name", CLUSTER)),
    get("/cluster/backup-info", Anyone, &[], |_, ask| match ask.who.is_root() {
        true => below("subdir", &["not-backed-up"]),
        false => Err(Refusal::forbidden("user != root@pam")),
    }),
    get("/cluster/sdn", Needs("/sdn", "SDN.Audit"), &[], |_, _| below("id", NETWORKS)),
    get("/nodes/{node}/certificates", Anyone, &[], |_, _| below("name", &["acme", "custom", "info"])),
    get("/nodes/{node}", Anyone, &[], |_, _| below("name", NODE)),
    get("/nodes/{node}/lxc/{vmid}", Anyone, &[], |d, ask| of_guest(d, ask, Kind::Container, CONTAINER)),
    get("/nodes/{node}/qemu/{vmid}", Anyone, &[], |d, ask| of_guest(d, ask, Kind::Machine, MACHINE)),
    get("/nodes/{node}/lxc/{vmid}/status", Anyone, &[], |d, ask| of_guest(d, ask, Kind::Container, STATUS)),
    get("/nodes/{node}/qemu/{vmid}/status", Anyone, &[], |d, ask| of_guest(d, ask, Kind::Machine, STATUS)),
];

const CLUSTER: &[&str] = &[
    "log",
    "options",
    "resources",
    "replication",
    "tasks",
    "backup",
    "ha",
    "status",
    "nextid",
    "firewall",
    "config",
    "acme",
    "ceph",
    "jobs",
    "metrics",
    "notifications",
    "sdn",
    "mapping",
    "backup-info",
    "bulk-action",
];
const NETWORKS: &[&str] = &["vnets", "zones", "controllers", "ipams", "dns", "fabrics"];
const NODE: &[&str] = &[
    "aplinfo",
    "apt",
    "capabilities",
    "ceph",
    "certificates",
    "config",
    "disks",
    "dns",
    "firewall",
    "hardware",
    "hosts",
    "journal",
    "lxc",
    "migrateall",
    "netstat",
    "network",
    "qemu",
    "query-oci-repo-tags",
    "query-url-metadata",
    "replication",
    "report",
    "rrd",
    "rrddata",
    "scan",
    "sdn",
    "services",
    "startall",
    "status",
    "stopall",
    "storage",
    "subscription",
    "suspendall",
    "syslog",
    "tasks",
    "termproxy",
    "time",
    "version",
    "vncshell",
    "vzdump",
    "wakeonlan",
];
const CONTAINER: &[&str] = &[
    "config",
    "pending",
    "status",
    "vncproxy",
    "termproxy",
    "vncwebsocket",
    "spiceproxy",
    "migrate",
    "clone",
    "rrd",
    "rrddata",
    "firewall",
    "snapshot",
    "resize",
    "interfaces",
];
const MACHINE: &[&str] = &[
    "config",
    "pending",
    "status",
    "unlink",
    "vncproxy",
    "termproxy",
    "migrate",
    "resize",
    "move",
    "rrd",
    "rrddata",
    "monitor",
    "agent",
    "snapshot",
    "spiceproxy",
    "sendkey",
    "firewall",
    "mtunnel",
    "remote_migrate",
];
const STATUS: &[&str] = &["current", "start", "stop", "shutdown", "reboot", "suspend", "resume"];

/// Only of a guest that is there.
fn of_guest(datacenter: &Datacenter, ask: &Ask, kind: Kind, names: &[&str]) -> Outcome {
    ask.guest(datacenter, kind)?;
    below("subdir", names)
}

fn below(key: &str, names: &[&str]) -> Outcome {
    Ok(names.iter().map(|name| json!({ key: name })).collect::<Value>().into())
}

pub fn version_of() -> Value {
    json!({ "version": "9.2.11", "release": "9.2", "repoid": "14a22df35955d97d" })
}

fn version(_: &mut Datacenter, _: &Ask) -> Outcome {
    Ok(version_of().into())
}
