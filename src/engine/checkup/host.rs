//! A host: whether it answers, lets us in and lets us work, and whether its clock, names, storages and templates will do.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tokio::net::lookup_host;

use crate::{
    domain::{
        checkup::{Area, Check, Verdict},
        fleet::{Host, Listing, NodeStatus, Reach, Usage, Vault},
        ids::NodeName,
        road::WayState,
    },
    engine::{Engine, TestReport, now, queries},
    proxmox::{Ability, Client, ClientError, Version, cluster::NodeNow, storage::best_template},
    services::listing,
};

/// Tasks are found by their times, and log-ins by one-time codes go by the clock.
const CLOCK_WARNS: Duration = Duration::from_secs(30);
const CLOCK_HURTS: Duration = Duration::from_secs(300);
/// Gauges turn red here, everywhere the same.
const FULL: f32 = 0.9;

pub async fn look(engine: &Engine, host: &Host) -> Vec<Check> {
    let name = host.id.as_str();
    if host.reach == Reach::Off {
        return vec![Check::unknown(Area::Hosts, name, "it is switched off here, and was not asked")];
    }
    let mut checks = names(host).await;
    let client = match engine.0.world.client(&host.id) {
        Ok(client) => client,
        Err(fault) => {
            // What is behind a locked file of secrets is no fault of the host.
            let is_open = engine.0.world.fleet().vault == Vault::Open;
            let told = Check::of_fault(Area::Hosts, name, &fault);
            checks.push(if is_open { told } else { Check { verdict: Verdict::Unknown, ..told } });
            return checks;
        }
    };
    // What it says now is what the rest goes by; that it says nothing shows in the next line.
    drop(listing::list(&engine.0.world, &host.id).await);
    let began = Instant::now();
    let report = match queries::report(&client, None).await {
        Ok(report) => report,
        Err(fault) => {
            checks.push(Check::of_fault(Area::Hosts, name, &fault));
            return checks;
        }
    };
    checks.push(answers(name, &report, began.elapsed()));
    checks.extend(login(host));
    engine.look_at_expiry(&host.id).await;
    engine.survey(&host.id).await;
    let fleet = engine.0.world.fleet();
    let Some(host) = fleet.host(&host.id) else { return checks };
    checks.extend(whole(host));
    checks.extend(running_out(host));
    checks.extend(rights(name, &report));
    checks.push(clock(name, &client));
    checks.extend(storages(name, &report));
    let nodes: Vec<_> = fleet.nodes_of(&host.id).filter(|node| node.status == NodeStatus::Online).collect();
    let each = nodes.iter().map(|node| of_node(&client, name, &node.key.node));
    checks.extend(join_all(each).await.into_iter().flatten());
    checks.extend(roads(host));
    checks
}

fn answers(name: &str, report: &TestReport, took: Duration) -> Check {
    let says = format!(
        "Proxmox VE {} with {} answers; all that was asked took {} ms",
        report.version,
        if report.nodes == 1 { "1 node".to_owned() } else { format!("{} nodes", report.nodes) },
        took.as_millis()
    );
    match Version::read(&report.version).is_some_and(|version| version.can(Ability::DebianThirteen)) {
        true => Check::good(Area::Hosts, name, says),
        false => Check::warning(
            Area::Hosts,
            name,
            format!("{says}; this version is not proved here"),
            "what it cannot do is told where it would be needed; version 9 is what is tested against",
        ),
    }
}

fn login(host: &Host) -> Option<Check> {
    (!host.login.contains('!')).then(|| {
        Check::warning(
            Area::Rights,
            host.id.as_str(),
            format!("{} logs in with a password", host.login),
            format!("work that nobody attends wants a token: `proximity host edit {} --token …`", host.id),
        )
    })
}

fn whole(host: &Host) -> Option<Check> {
    match &host.listing {
        Listing::Partial(why) => Some(Check::warning(
            Area::Hosts,
            host.id.as_str(),
            format!("it does not show everything: {why}"),
            "nothing that is missing there is believed to be gone; look at its nodes",
        )),
        Listing::Complete | Listing::Unknown => None,
    }
}

fn running_out(host: &Host) -> Vec<Check> {
    let soon = host.expiring.iter().filter(|expiry| expiry.is_soon(now()));
    let told = soon.map(|expiry| {
        let remedy = format!("a new token: `proximity host rotate {}`; a certificate is renewed on its node", host.id);
        Check::warning(Area::Hosts, host.id.as_str(), expiry.in_words(now()), remedy)
    });
    told.collect()
}

fn rights(name: &str, report: &TestReport) -> Vec<Check> {
    let missing = report.missing.iter().map(|right| {
        let says = format!("{} on {} is missing, for {}", right.privilege, right.path, right.needed_for);
        Check::bad(Area::Rights, name, says, right.grant.clone())
    });
    let denied = report.optional.iter().filter(|allowance| !allowance.missing.is_empty());
    let denied = denied.map(|allowance| {
        let lacks: Vec<_> =
            allowance.missing.iter().map(|(privilege, path)| format!("{privilege} on {path}")).collect();
        let says = format!("it may not {}: {} is missing", allowance.purpose, lacks.join(", "));
        Check::warning(Area::Rights, name, says, allowance.grants.join(" && "))
    });
    let mut checks: Vec<_> = missing.chain(denied).collect();
    if checks.is_empty() {
        checks.push(Check::good(Area::Rights, name, "it may do all that Proximity does"));
    }
    checks
}

fn clock(name: &str, client: &Client) -> Check {
    let ahead = client.clock_ahead();
    let off = Duration::from_millis(ahead.unsigned_abs());
    let says = match (off.as_secs(), ahead > 0) {
        (0, _) => "its clock and ours show the same".to_owned(),
        (seconds, true) => format!("its clock is {seconds} s ahead of ours"),
        (seconds, false) => format!("its clock is {seconds} s behind ours"),
    };
    let remedy = "set both by NTP: `timedatectl` there and here says whether they are";
    match off {
        off if off >= CLOCK_HURTS => Check::bad(Area::Clocks, name, says, remedy),
        off if off >= CLOCK_WARNS => Check::warning(Area::Clocks, name, says, remedy),
        _ => Check::good(Area::Clocks, name, says),
    }
}

/// Whether the names by which we reach it are known here.
async fn names(host: &Host) -> Vec<Check> {
    let name = host.id.as_str();
    let each = host.addresses.iter().map(async |address| {
        let place = address.strip_prefix("https://").unwrap_or(address);
        match lookup_host(place).await {
            Ok(mut found) => found.next().is_none().then(|| (place.to_owned(), "it has no address".to_owned())),
            Err(error) => Some((place.to_owned(), error.to_string())),
        }
    });
    let unknown = join_all(each).await.into_iter().flatten();
    let told: Vec<_> = unknown
        .map(|(place, why)| {
            let remedy = "look at the name servers of this machine, or give its address: `proximity host edit`";
            Check::bad(Area::Names, name, format!("{place} is not known here: {why}"), remedy)
        })
        .collect();
    if told.is_empty() { vec![Check::good(Area::Names, name, "its addresses are known here")] } else { told }
}

fn storages(name: &str, report: &TestReport) -> Vec<Check> {
    let mut checks = Vec::new();
    let mut wants = |holds: fn(&crate::engine::FoundStorage) -> bool, what: &str, content: &str| {
        let fit: Vec<_> = report.storages.iter().filter(|one| holds(one)).collect();
        let says = match fit.iter().max_by_key(|one| one.free) {
            Some(best) => format!("{what} go to {}{}", best.name, room(best.free)),
            None => format!("no storage takes {what}"),
        };
        checks.push(match fit.is_empty() {
            false => Check::good(Area::Storages, name, says),
            true => Check::bad(
                Area::Storages,
                name,
                says,
                format!("allow it: `pvesm set STORAGE --content …,{content}`, or grant the token a look at one"),
            ),
        });
    };
    wants(|one| one.holds_disks, "containers", "rootdir");
    wants(|one| one.holds_templates, "templates", "vztmpl");
    wants(|one| one.holds_backups, "backups", "backup");
    let full = report.storages.iter().filter_map(|one| {
        let usage = Usage { used: one.total?.checked_sub(one.free?)?, total: one.total? };
        let fraction = usage.fraction().filter(|fraction| *fraction >= FULL)?;
        Some(Check::warning(
            Area::Storages,
            format!("{name}/{}", one.name),
            format!("it is {:.0} % full", fraction * 100.0),
            "remove what nobody needs, keep fewer backups, or add room",
        ))
    });
    checks.extend(full);
    checks
}

fn room(free: Option<u64>) -> String {
    free.map_or_else(String::new, |free| format!(", {} GiB free", free >> 30))
}

/// What apps on this node need: names that they can look up, and something to be made of.
async fn of_node(client: &Client, host: &str, node: &NodeName) -> Vec<Check> {
    let of = format!("{host}/{node}");
    let (servers, templates, now) =
        tokio::join!(client.name_servers(node), client.templates(node), client.node_now(node));
    let names = match servers {
        Ok(servers) if servers.is_empty() => Check::bad(
            Area::Names,
            &*of,
            "it has no name server, and what it makes gets none either",
            "set one in its web interface under System, DNS",
        ),
        Ok(servers) => Check::good(Area::Names, &*of, format!("it asks {}", servers.join(", "))),
        Err(error) => unlooked(Area::Names, &of, &error),
    };
    let fit = match (&templates, &now) {
        (Err(error), _) | (_, Err(error)) => unlooked(Area::Templates, &of, error),
        (Ok(templates), Ok(NodeNow { version: Some(version), architecture, .. })) => {
            let fit = architecture.as_ref().and_then(|kind| best_template(templates, version, kind));
            match fit {
                Some(template) => Check::good(Area::Templates, &*of, format!("{} can be fetched", template.file)),
                None => Check::bad(
                    Area::Templates,
                    &*of,
                    "it knows no Debian to make containers of",
                    "renew its list: `pveam update` on the node",
                ),
            }
        }
        (Ok(_), Ok(_)) => Check::unknown(Area::Templates, &*of, "it does not say which version it is"),
    };
    vec![names, fit]
}

fn unlooked(area: Area, of: &str, error: &ClientError) -> Check {
    Check { verdict: Verdict::Unknown, ..Check::of_fault(area, of, &error.clone().into()) }
}

fn roads(host: &Host) -> Vec<Check> {
    let name = host.id.as_str();
    if host.roads.is_empty() {
        return vec![Check::unknown(Area::Roads, name, "no guest runs there that could be looked into")];
    }
    let shut = host.roads.iter().filter_map(|way| match &way.state {
        WayState::Shut { why, remedy } => Some((way.road, why, remedy)),
        WayState::Open { .. } => None,
    });
    match host.roads.iter().find(|way| way.is_open()) {
        Some(open) => vec![Check::good(Area::Roads, name, format!("{} leads into its guests", open.road))],
        None => shut
            .map(|(road, why, remedy)| {
                Check::bad(Area::Roads, name, format!("{} is shut: {why}", road), remedy.to_string())
            })
            .collect(),
    }
}
