//! All measurements of the cluster in one flat list, newest last, as a puller of metrics wants them.

use serde::Serialize;
use serde_json::json;

use super::{Ask, Data, Endpoint, Guard::Needs, Outcome, get, rows::Rows};
use crate::{
    domain::moment::Moment,
    sim::{
        check::rule::{boolean, integer, texts},
        datacenter::Datacenter,
        refusal::Refusal,
        world::{guest::Guest, metrics, node::Node},
    },
};

pub const ENDPOINTS: &[Endpoint] = &[
    get("/cluster/metrics", super::Guard::Anyone, &[], |_, _| {
        Ok(json!([{ "name": "server" }, { "name": "export" }]).into())
    }),
    get("/cluster/metrics/server", Needs("/", "Sys.Audit"), &[], |_, _| Ok(json!([]).into())),
    get(
        "/cluster/metrics/export",
        Needs("/", "Sys.Audit"),
        &[boolean("history"), boolean("local-only"), texts("node-list"), integer("start-time")],
        export,
    ),
];

/// How far history reaches back, and how often it is written.
const HISTORY_MS: i64 = 1_800_000;
const EVERY_MS: i64 = 10_000;

#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    metric: &'static str,
    value: f64,
    timestamp: i64,
    #[serde(rename = "type")]
    kind: &'static str,
}

/// Rows of one thing at one time.
struct Sheet<'a> {
    rows: &'a mut Rows,
    timestamp: i64,
}

impl Sheet<'_> {
    fn add(&mut self, id: &str, values: &[(&'static str, f64)], kind: &'static str) -> Result<(), Refusal> {
        let timestamp = self.timestamp;
        values.iter().try_for_each(|(metric, value)| self.rows.add(&Row { id, metric, value: *value, timestamp, kind }))
    }
}

fn export(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let wanted: Vec<&str> = ask.text("node-list").split([',', ';', ' ']).filter(|node| !node.is_empty()).collect();
    let unknown: Vec<&str> = wanted.iter().copied().filter(|node| datacenter.node(node).is_none()).collect();
    if !unknown.is_empty() {
        let text = format!("Requested node-list contains unknown nodes - {}", unknown.join(", "));
        return Err(Refusal::died(text));
    }
    let here = datacenter.here().map(|node| node.name.clone()).unwrap_or_default();
    let is_meant = |node: &&Node| match wanted.is_empty() {
        true => !ask.is_set("local-only") || node.name == here,
        false => wanted.contains(&node.name.as_str()),
    };
    let nodes: Vec<&Node> = datacenter.nodes.iter().filter(|node| node.is_online()).filter(is_meant).collect();
    let now = metrics::measured_at(datacenter.now());
    let from = if ask.is_set("history") { now.0 - HISTORY_MS } else { now.0 };
    let start = ask.number("start-time").unwrap_or(0);
    let mut rows = Rows::default();
    let mut at = from;
    while at <= now.0 {
        if at / 1_000 > start || ask.given("start-time").is_none() {
            let mut sheet = Sheet { rows: &mut rows, timestamp: at / 1_000 };
            nodes.iter().try_for_each(|node| of_node(datacenter, node, Moment(at), &mut sheet))?;
        }
        at += EVERY_MS;
    }
    Ok(Data::Written(format!("{{\"data\":{}}}", rows.text())))
}

fn of_node(datacenter: &Datacenter, node: &Node, at: Moment, sheet: &mut Sheet) -> Result<(), Refusal> {
    let own: Vec<&Guest> = datacenter.guests.values().filter(|guest| guest.node == node.name).collect();
    let mut load = crate::sim::world::load::Load::default();
    for guest in &own {
        load.add(guest, datacenter.cores(guest), &metrics::usage(guest, datacenter.seed, at));
    }
    let vitals = node.vitals(load, datacenter.seed, at);
    let id = format!("node/{}", node.name);
    let traffic: f64 = vitals.uptime as f64 * 40_000.0;
    sheet.add(&id, &[("uptime", vitals.uptime as f64)], "gauge")?;
    sheet.add(&id, &[("net_in", traffic), ("net_out", traffic * 0.7)], "derive")?;
    let cores = f64::from(node.cores);
    let gauges = [
        ("cpu_avg1", vitals.cpu * cores * 1.05),
        ("cpu_avg5", vitals.cpu * cores * 0.98),
        ("cpu_avg15", vitals.cpu * cores * 0.93),
        ("cpu_max", cores),
        ("cpu_current", vitals.cpu),
        ("cpu_iowait", vitals.cpu * 0.02),
        ("mem_total", node.memory as f64),
        ("mem_used", vitals.memory as f64),
        ("swap_total", node.swap as f64),
        ("swap_used", 0.0),
        ("disk_total", node.root_total as f64),
        ("disk_used", vitals.root_used as f64),
    ];
    sheet.add(&id, &gauges, "gauge")?;
    own.iter().try_for_each(|guest| of_guest(datacenter, guest, at, sheet))?;
    let fills = datacenter.fills();
    let storages = datacenter.storages.iter().filter(|storage| storage.is_on(&node.name) && storage.outage().is_none());
    for storage in storages {
        let id = format!("storage/{}/{}", node.name, storage.name);
        let used = datacenter.used_on(storage, &node.name, &fills);
        sheet.add(&id, &[("disk_total", storage.total as f64), ("disk_used", used as f64)], "gauge")?;
    }
    Ok(())
}

fn of_guest(datacenter: &Datacenter, guest: &Guest, at: Moment, sheet: &mut Sheet) -> Result<(), Refusal> {
    let id = format!("{}/{}", guest.kind.word(), guest.vmid);
    if guest.ran_at(at) {
        let usage = metrics::usage(guest, datacenter.seed, at);
        sheet.add(&id, &[("cpu_current", usage.cpu), ("mem_used", usage.memory as f64)], "gauge")?;
        let counters = [
            ("disk_read", usage.read as f64),
            ("disk_write", usage.write as f64),
            ("net_in", usage.net_in as f64),
            ("net_out", usage.net_out as f64),
        ];
        sheet.add(&id, &counters, "derive")?;
        if guest.kind == crate::sim::world::guest::Kind::Container {
            sheet.add(&id, &[("disk_used", usage.disk as f64)], "gauge")?;
        }
    }
    let gauges = [
        ("uptime", guest.uptime(at) as f64),
        ("cpu_max", f64::from(datacenter.cores(guest))),
        ("mem_total", guest.memory() as f64),
        ("disk_total", guest.disk() as f64),
    ];
    sheet.add(&id, &gauges, "gauge")
}
