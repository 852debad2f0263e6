//! What the deck looked after and found, for pictures and tests: alerts of every kind, drift of every kind.

use std::sync::Arc;

use proximity::domain::{
    care::{About, Alert, AlertId, Care, Difference, Drift, Finding, FindingId, Lead, Level, Mend, Standing},
    fleet::{Fleet, Usage},
    ids::{AppId, NodeName},
    moment::Moment,
};

use super::fleet::{NOW, homelab, key};

const MINUTE: i64 = 60_000;

pub fn ago(minutes: i64) -> Moment {
    Moment(NOW.0 - minutes * MINUTE)
}

/// The app with this name.
pub fn app(name: &str) -> AppId {
    homelab().apps.iter().find(|app| &*app.name == name).unwrap().id.clone()
}

pub fn alert(id: i64, name: &str, level: Level, what: &str, minutes: i64, mend: Option<Mend>) -> Alert {
    Alert {
        id: AlertId(id),
        rule: what.split(' ').next().unwrap().into(),
        about: About::App(app(name)),
        name: name.into(),
        level,
        what: what.into(),
        since: ago(minutes),
        raised: ago(minutes - 1),
        over: None,
        acknowledged: None,
        snoozed: None,
        mend,
        remedy: None,
    }
}

pub fn finding(id: i64, vmid: u32, name: &str, drift: Drift, minutes: i64) -> Finding {
    let guest = key(vmid);
    Finding {
        id: FindingId(id),
        app: homelab().app_of(&guest).map(|app| app.id.clone()),
        guest,
        name: name.into(),
        drift,
        since: ago(minutes),
        seen: ago(1),
        standing: Standing::Open,
    }
}

pub fn differences() -> Vec<Difference> {
    let one = |option: &str, before: Option<&str>, now: Option<&str>| Difference {
        option: option.into(),
        before: before.map(Into::into),
        now: now.map(Into::into),
    };
    vec![
        one("memory", Some("2048"), Some("4096")),
        one("net0", Some("name=eth0,bridge=vmbr0,ip=dhcp"), Some("name=eth0,bridge=vmbr1,ip=dhcp,tag=40")),
        one("onboot", Some("1"), None),
    ]
}

/// Seven alerts, two of them quiet, and one finding of each kind.
pub fn care() -> Care {
    let grow = Mend::Grow { app: app("nextcloud"), gib: 16 };
    let about = |about, alert: Alert| Alert { about, ..alert };
    let host = super::fleet::host();
    let alerts = vec![
        alert(1, "gitea", Level::Warning, "backup 9 d old", 9 * 24 * 60, Some(Mend::BackUp(app("gitea")))),
        Alert {
            snoozed: Some(Moment(NOW.0 + 90 * MINUTE)),
            ..alert(2, "grafana", Level::Warning, "probe slow, 2.1 s", 300, Some(Mend::Restart(app("grafana"))))
        },
        Alert { acknowledged: Some(ago(50)), ..alert(3, "paperless", Level::Danger, "memory 97 % for 1 h", 70, None) },
        alert(4, "nextcloud", Level::Danger, "disk 92 %, full in 3 d", 130, Some(grow)),
        about(
            About::Storage(host.clone(), None, proximity::domain::ids::StorageName::new("backup")),
            Alert { name: "backup".into(), ..alert(5, "gitea", Level::Danger, "storage 92 %, full in 9 d", 45, None) },
        ),
        about(
            About::Host(host),
            Alert { name: "homelab".into(), ..alert(6, "gitea", Level::Warning, "token expires in 6 d", 20, None) },
        ),
        alert(7, "jellyfin", Level::Danger, "probe fails: 502", 4, Some(Mend::Restart(app("jellyfin")))),
    ];
    let findings = vec![
        finding(11, 107, "grafana", Drift::Changed(differences()), 33),
        finding(12, 112, "mosquitto", Drift::Missing, 500),
        finding(13, 104, "jellyfin", Drift::Moved { from: NodeName::new("pve1"), to: NodeName::new("pve2") }, 900),
        finding(14, 205, "k3s-2", Drift::New, 80),
        finding(15, 111, "uptime-kuma", Drift::Reused, 700),
    ];
    Care { findings, alerts, lead: Lead::Ours, ..Care::default() }
}

/// The homelab, looked after.
pub fn tended() -> Fleet {
    let mut fleet = homelab();
    fleet.operations.clear();
    fleet.care = Arc::new(care());
    for guest in &mut fleet.guests {
        let guest = Arc::make_mut(guest);
        let low = |usage: Option<Usage>| usage.map(|usage| Usage { used: usage.total / 3, ..usage });
        (guest.disk, guest.memory) = (low(guest.disk), low(guest.memory));
    }
    fleet
}

/// So many alerts that no screen holds them.
pub fn flooded(count: i64) -> Fleet {
    let mut fleet = tended();
    let names: Vec<String> = fleet.apps.iter().map(|app| app.name.to_string()).collect();
    let one = |i: i64| {
        let name = &names[i as usize % names.len()];
        let level = if i % 7 == 0 { Level::Danger } else { Level::Warning };
        let mend = (i % 3 == 0).then(|| Mend::Restart(app(name)));
        alert(i, name, level, &format!("rule-{} is {} % off", i % 13, i * 37 % 100), i % 5000, mend)
    };
    fleet.care = Arc::new(Care { alerts: (0..count).map(one).collect(), ..Care::default() });
    fleet
}
