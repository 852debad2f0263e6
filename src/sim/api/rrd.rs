//! History: what was measured over the last hour, day, week, month or year. Rows from before a guest was made hold only
//! their time.

use serde_json::{Value, json};

use super::{
    Ask, Endpoint,
    Guard::{Any, Needs},
    Outcome, get,
    guests::AUDIT,
    storages,
};
use crate::{
    domain::moment::Moment,
    sim::{
        check::rule::{Rule, one_of},
        datacenter::Datacenter,
        hash::{mix, wander},
        world::{
            guest::{Guest, Kind},
            metrics::{levels, pressure, rates},
        },
    },
};

const SEEN: super::Guard = Any("/storage/{storage}", &["Datastore.Audit", "Datastore.AllocateSpace"]);

pub const ENDPOINTS: &[Endpoint] = &[
    get("/nodes/{node}/lxc/{vmid}/rrddata", AUDIT, OF_GUEST, |d, ask| of_guest(d, ask, Kind::Container)),
    get("/nodes/{node}/qemu/{vmid}/rrddata", AUDIT, OF_GUEST, |d, ask| of_guest(d, ask, Kind::Machine)),
    get("/nodes/{node}/rrddata", Needs("/nodes/{node}", "Sys.Audit"), OF_NODE, of_node),
    get("/nodes/{node}/storage/{storage}/rrddata", SEEN, OF_GUEST, of_storage),
];

const CF: Rule = one_of("cf", &["AVERAGE", "MAX"]);
const OF_GUEST: &[Rule] = &[one_of("timeframe", &["hour", "day", "week", "month", "year"]).needed(), CF];
const OF_NODE: &[Rule] = &[one_of("timeframe", &["hour", "day", "week", "month", "year", "decade"]).needed(), CF];

/// The times of the rows, oldest first, in seconds.
fn times(ask: &Ask, now: Moment) -> Vec<i64> {
    let (step, count) = steps(ask.text("timeframe"));
    let last = now.as_secs() - now.as_secs().rem_euclid(step);
    (0..count).rev().map(|back| last - back * step).collect()
}

fn steps(timeframe: &str) -> (i64, i64) {
    match timeframe {
        "hour" => (60, 60),
        "day" => (60, 1_440),
        "week" => (1_800, 336),
        "month" => (1_800, 1_440),
        "year" => (21_600, 1_440),
        _ => (604_800, 570),
    }
}

fn step_of(ask: &Ask) -> i64 {
    steps(ask.text("timeframe")).0
}

fn of_guest(datacenter: &mut Datacenter, ask: &Ask, kind: Kind) -> Outcome {
    let guest = ask.guest(datacenter, kind)?;
    let cores = datacenter.cores(guest);
    let times = times(ask, datacenter.now());
    let kept = Kept {
        step: step_of(ask),
        cf: if ask.text("cf") == "MAX" { Consolidation::Max } else { Consolidation::Average },
    };
    let rows = times.into_iter().map(|time| guest_row(guest, datacenter.seed, cores, (time, kept)));
    Ok(rows.collect::<Value>().into())
}

/// What a row makes of what was measured within its step.
#[derive(Clone, Copy)]
struct Kept {
    step: i64,
    cf: Consolidation,
}

#[derive(Clone, Copy)]
enum Consolidation {
    Average,
    Max,
}

/// So often a long step is looked into: Proxmox measures far oftener, which nobody could tell apart.
const LOOKS: i64 = 6;

impl Kept {
    /// A step of a minute is a measurement; a longer one is made of many.
    fn times(self, time: i64) -> Vec<f64> {
        let looks = if self.step > 60 { LOOKS } else { 1 };
        (0..looks).map(|look| (time + look * self.step / looks) as f64).collect()
    }

    fn of(self, values: &[f64]) -> f64 {
        match self.cf {
            Consolidation::Average => values.iter().sum::<f64>() / values.len().max(1) as f64,
            Consolidation::Max => values.iter().copied().fold(0.0, f64::max),
        }
    }
}

fn guest_row(guest: &Guest, seed: u64, cores: u32, (time, kept): (i64, Kept)) -> Value {
    let at = Moment::from_secs(time);
    if at < guest.born {
        return json!({ "time": time });
    }
    let mut row = json!({ "time": time, "maxcpu": cores, "maxmem": guest.memory(), "maxdisk": guest.disk() });
    if guest.ran_at(at) {
        let times = kept.times(time);
        let levels: Vec<_> = times.iter().map(|time| levels(guest, seed, *time)).collect();
        let rates: Vec<_> = times.iter().map(|time| rates(guest, seed, *time)).collect();
        let level = |pick: fn(&(f64, u64, u64)) -> f64| kept.of(&levels.iter().map(pick).collect::<Vec<_>>());
        let rate = |at: usize| kept.of(&rates.iter().map(|rates| rates[at]).collect::<Vec<_>>());
        let waits = pressure(guest, seed, Moment::from_secs(time));
        for (key, value) in [
            ("cpu", level(|level| level.0)),
            ("mem", level(|level| level.1 as f64)),
            ("memhost", level(|level| level.1 as f64)),
            ("disk", level(|level| level.2 as f64)),
            ("netin", rate(0)),
            ("netout", rate(1)),
            ("diskread", rate(2)),
            ("diskwrite", rate(3)),
            ("pressurecpusome", waits[0]),
            ("pressurecpufull", waits[1]),
            ("pressureiosome", waits[2]),
            ("pressureiofull", waits[3]),
            ("pressurememorysome", waits[4]),
            ("pressurememoryfull", waits[5]),
        ] {
            row[key] = json!(value);
        }
    }
    row
}

fn of_node(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let Some(node) = datacenter.node(ask.node()) else { return Ok(json!([]).into()) };
    let vitals = datacenter.vitals(node);
    let own = mix(datacenter.seed, u64::from(node.number) << 40);
    let row = |time: i64| {
        if Moment::from_secs(time) < node.booted {
            return json!({ "time": time });
        }
        // The history of a node swings around how it is now: adding up all guests for every row would cost too much.
        let sway = |salt: u64, period: f64| 0.6 + 0.8 * wander(mix(own, salt), time as f64, period);
        let cpu = (vitals.cpu * sway(1, 900.0)).min(1.0);
        let memory = (vitals.memory as f64 * (0.92 + 0.1 * sway(2, 7_200.0))).min(node.memory as f64);
        json!({
            "time": time, "cpu": cpu, "maxcpu": node.cores, "iowait": cpu * 0.02, "loadavg": cpu * f64::from(node.cores),
            "memused": memory, "memtotal": node.memory, "memavailable": node.memory as f64 - memory, "swapused": 0,
            "swaptotal": node.swap, "rootused": vitals.root_used, "roottotal": node.root_total, "arcsize": 0,
            "netin": 250_000.0 * sway(3, 600.0), "netout": 310_000.0 * sway(4, 600.0), "pressurecpusome": cpu * 4.0,
            "pressureiosome": cpu * 1.5, "pressureiofull": cpu, "pressurememorysome": 0, "pressurememoryfull": 0,
        })
    };
    Ok(times(ask, datacenter.now()).into_iter().map(row).collect::<Value>().into())
}

fn of_storage(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let storage = storages::named(datacenter, ask)?;
    let row = |time: i64| json!({ "time": time, "total": storage.total, "used": storage.breath(datacenter.seed, ask.node(), time as f64) });
    Ok(times(ask, datacenter.now()).into_iter().map(row).collect::<Value>().into())
}
