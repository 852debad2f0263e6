//! What is installed on a node, and the small files of it that a client may look at.

use serde_json::{Value, json};

use super::{
    Ask, Endpoint,
    Guard::{Anyone, Needs},
    Outcome, get,
};
use crate::sim::{
    check::{
        patterns,
        rule::{Rule, boolean, integer, one_of, text},
    },
    datacenter::Datacenter,
    sum::sum_of,
};

pub const ENDPOINTS: &[Endpoint] = &[
    get("/nodes/{node}/apt", Anyone, &[], |_, _| {
        let names = ["changelog", "repositories", "update", "versions"];
        Ok(names.iter().map(|name| json!({ "id": name })).collect::<Value>().into())
    }),
    get("/nodes/{node}/apt/versions", Needs("/nodes/{node}", "Sys.Audit"), &[], versions),
    get("/nodes/{node}/hosts", Needs("/", "Sys.Audit"), &[], hosts),
    get("/nodes/{node}/journal", Needs("/nodes/{node}", "Sys.Syslog"), JOURNAL, journal),
    get("/nodes/{node}/syslog", Needs("/nodes/{node}", "Sys.Syslog"), SYSLOG, syslog),
    get("/cluster/sdn/vnets", Anyone, &[boolean("pending"), boolean("running")], |_, _| Ok(json!([]).into())),
    get("/cluster/sdn/zones", Anyone, ZONES, |_, _| Ok(json!([]).into())),
];

const ZONES: &[Rule] =
    &[boolean("pending"), boolean("running"), one_of("type", &["evpn", "faucet", "qinq", "simple", "vlan", "vxlan"])];
const JOURNAL: &[Rule] = &[
    text("endcursor"),
    boolean("identifiers"),
    boolean("kernel"),
    integer("lastentries").least(0),
    text("priority").pattern(patterns::is_priority),
    text("service").pattern(patterns::is_unit_glob).longest(128),
    integer("since").least(0),
    text("startcursor"),
    boolean("structured"),
    text("unit").pattern(patterns::is_unit).longest(256),
    boolean("units"),
    integer("until").least(0),
];
const SYSLOG: &[Rule] = &[
    integer("limit").least(0),
    text("service").longest(128),
    text("since").pattern(patterns::is_day_and_time),
    integer("start").least(0),
    text("until").pattern(patterns::is_day_and_time),
];

/// Package and version, in the order in which the real one tells them.
const PACKAGES: &[(&str, &str)] = &[
    ("proxmox-ve", "9.2.0"),
    ("pve-manager", "9.2.11"),
    ("proxmox-kernel-6.17.4-1-pve-signed", "6.17.4-1"),
    ("proxmox-kernel-6.17", "6.17.4-1"),
    ("corosync", "3.1.10-pve1"),
    ("criu", "4.1.1-1"),
    ("ifupdown2", "3.3.0-1+pmx11"),
    ("libpve-access-control", "9.1.1"),
    ("libpve-cluster-perl", "9.1.6"),
    ("libpve-common-perl", "9.2.1"),
    ("libpve-guest-common-perl", "6.0.2"),
    ("libpve-http-server-perl", "6.0.5"),
    ("libpve-storage-perl", "9.1.7"),
    ("lvm2", "2.03.31-2+pmx1"),
    ("lxc-pve", "6.0.5-4"),
    ("lxcfs", "6.0.4-pve1"),
    ("proxmox-backup-client", "4.2.1-1"),
    ("pve-cluster", "9.1.6"),
    ("pve-container", "6.1.10"),
    ("pve-firewall", "6.0.4"),
    ("pve-ha-manager", "5.2.0"),
    ("pve-qemu-kvm", "10.2.1-1"),
    ("pve-xtermjs", "5.5.0-3"),
    ("qemu-server", "9.1.6"),
    ("zfsutils-linux", "2.4.1-pve1"),
];

fn versions(_: &mut Datacenter, _: &Ask) -> Outcome {
    let rows = PACKAGES.iter().map(|(package, version)| {
        let mut row = json!({
            "Package": package, "Title": format!("Proxmox VE package {package}"), "Description": "", "Version": version,
            "OldVersion": version, "Arch": "amd64", "Section": "admin", "Priority": "optional", "Origin": "Proxmox",
            "CurrentState": "Installed",
        });
        match *package {
            "pve-manager" => row["ManagerVersion"] = json!("9.2.11/14a22df35955d97d"),
            "proxmox-ve" => row["RunningKernel"] = json!("6.17.4-1-pve"),
            _ => {}
        }
        row
    });
    Ok(rows.collect::<Value>().into())
}

fn hosts(datacenter: &mut Datacenter, _: &Ask) -> Outcome {
    let own = datacenter
        .nodes
        .iter()
        .map(|node| format!("{} {0}.home.arpa {0}\n", node.name).replacen(&node.name, &node.ip, 1));
    let data = format!("127.0.0.1 localhost.localdomain localhost\n{}", own.collect::<String>());
    let digest = sum_of("sha1", &data);
    Ok(json!({ "data": data, "digest": digest }).into())
}

/// What the tasks of a node wrote into its journal, oldest first.
fn entries(datacenter: &Datacenter, ask: &Ask) -> Vec<String> {
    let own = datacenter.tasks.newest_first().filter(|task| task.node == ask.node()).take(500);
    let mut lines: Vec<String> = own
        .map(|task| {
            let time =
                jiff::Timestamp::from_second(task.start.as_secs()).unwrap_or_default().strftime("%b %d %H:%M:%S");
            format!("{time} {} pvedaemon[{}]: <{}> starting task {}", task.node, task.pid, task.user, task.upid)
        })
        .collect();
    lines.reverse();
    lines
}

fn journal(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let mut lines = entries(datacenter, ask);
    if let Some(last) = ask.number("lastentries") {
        lines.drain(..lines.len().saturating_sub(last as usize));
    }
    Ok(json!(lines).into())
}

fn syslog(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let lines = entries(datacenter, ask);
    let (start, limit) = (ask.number("start").unwrap_or(0) as usize, ask.number("limit").unwrap_or(50) as usize);
    let total = lines.len();
    let rows = lines.into_iter().enumerate().skip(start).take(limit);
    let rows: Value = rows.map(|(at, text)| json!({ "n": at + 1, "t": text })).collect();
    Ok(super::Data::Counted(rows, total))
}
