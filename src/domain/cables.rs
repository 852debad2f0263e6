//! Which app talks to which, as far as our books say so: the routes that a gateway was given, and settings of an app that name
//! another one. What must hold: a cable is only drawn where somebody wrote down both of its ends; what merely looks like a
//! name is none.

use std::collections::{BTreeMap, HashMap};

use super::{
    app::App,
    fleet::Fleet,
    gateway::{Gateway, Route, Table},
    ids::GuestKey,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cable {
    /// Who asks.
    pub from: GuestKey,
    /// Who is asked.
    pub to: GuestKey,
    pub kind: Kind,
    /// Where that stands: the name at the gateway, or the settings.
    pub why: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A gateway passes on to it.
    Route,
    /// It stands in a setting.
    Setting,
}

/// Each pair once for each kind, in the order of the guests.
pub fn cables(fleet: &Fleet) -> Vec<Cable> {
    let apps: Vec<&App> = fleet.apps.iter().filter(|app| app.binned_until().is_none()).collect();
    let gateways: Vec<(Gateway, Table)> = apps.iter().filter_map(|app| given(app)).collect();
    let known = Known::of(&apps, &gateways);
    let mut found: BTreeMap<(GuestKey, GuestKey, Kind), Vec<String>> = BTreeMap::new();
    let mut note = |from: &GuestKey, to: &GuestKey, kind: Kind, why: String| {
        let whys = found.entry((from.clone(), to.clone(), kind)).or_default();
        if from != to && !whys.contains(&why) {
            whys.push(why);
        }
    };
    for (gateway, table) in &gateways {
        for route in &table.routes {
            if let Some(app) = apps.iter().find(|app| app.id == route.app) {
                note(&gateway.guest, &app.guest, Kind::Route, public(table, route));
            }
        }
    }
    for app in &apps {
        let settings = app.book.iter().flat_map(|book| &book.settings);
        for (name, value) in settings {
            for to in ends(name, value).iter().filter_map(|end| known.find(end)) {
                note(&app.guest, to, Kind::Setting, name.clone());
            }
        }
    }
    let drawn = found.into_iter().filter(|(_, whys)| !whys.is_empty());
    drawn.map(|((from, to, kind), whys)| Cable { from, to, kind, why: whys.join(", ") }).collect()
}

fn given(app: &App) -> Option<(Gateway, Table)> {
    let gateway = Gateway::of(app)?;
    let table = gateway.applied.as_ref()?.table.clone();
    Some((gateway, table))
}

/// What it is called outside: its name, or its port.
fn public(table: &Table, route: &Route) -> String {
    match (name_of(table, route), route.ports.first()) {
        (Some(name), _) => name,
        (None, Some(public)) => format!("port {}", public.port),
        (None, None) => "route".into(),
    }
}

fn name_of(table: &Table, route: &Route) -> Option<String> {
    Some(format!("{}.{}", route.label.as_ref()?, table.domain.as_ref()?))
}

/// By what an app can be named; what two of them have names nobody.
struct Known<'a>(HashMap<String, Option<&'a GuestKey>>);

impl<'a> Known<'a> {
    fn of(apps: &[&'a App], gateways: &[(Gateway, Table)]) -> Self {
        let mut known = Self(HashMap::new());
        for app in apps {
            known.note(app.name.to_string(), &app.guest);
            if let Some(address) = &app.address {
                known.note(address.to_string(), &app.guest);
            }
        }
        for (_, table) in gateways {
            for route in &table.routes {
                let app = apps.iter().find(|app| app.id == route.app);
                if let Some((name, app)) = name_of(table, route).zip(app) {
                    known.note(name, &app.guest);
                }
            }
        }
        known
    }

    fn note(&mut self, name: String, guest: &'a GuestKey) {
        let other = self.0.entry(name.to_lowercase()).or_insert(Some(guest));
        *other = other.filter(|other| *other == guest);
    }

    fn find(&self, end: &str) -> Option<&'a GuestKey> {
        self.0.get(&end.to_lowercase()).copied().flatten()
    }
}

/// Words of a setting's name after which a bare word is a machine.
const PLACES: [&str; 9] = ["HOST", "HOSTNAME", "URL", "URI", "SERVER", "ADDRESS", "ENDPOINT", "BROKER", "UPSTREAM"];

/// Machines that a value names. A bare word is only one where the setting says that it is about a machine.
fn ends(name: &str, value: &str) -> Vec<String> {
    let is_place = name.to_uppercase().split(['_', '-', '.']).any(|word| PLACES.contains(&word));
    let words = value.split(|c: char| c.is_whitespace() || ",;|\"'".contains(c));
    words.filter(|word| !word.is_empty()).filter_map(|word| end(word, is_place)).collect()
}

fn end(word: &str, is_place: bool) -> Option<String> {
    let (scheme, rest) = word.split_once("://").map_or((false, word), |(_, rest)| (true, rest));
    let rest = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (login, rest) = rest.rsplit_once('@').map_or((false, rest), |(_, rest)| (true, rest));
    let (host, port) = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, port)) => (host, port.strip_prefix(':')),
        None if rest.matches(':').count() > 1 => (rest, None),
        None => rest.split_once(':').map_or((rest, None), |(host, port)| (host, Some(port))),
    };
    let has_port = port.is_some_and(|port| port.parse::<u16>().is_ok());
    // A letter's address at a name is no connection to it, unless the setting says that it is one.
    let is_told = scheme || has_port || is_place;
    let is_address = host.parse::<core::net::IpAddr>().is_ok();
    (!host.is_empty() && (is_address || is_told) && (!login || scheme || has_port)).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::ends;

    #[test]
    fn machines_are_found_where_a_setting_names_them() {
        let found = |name: &str, value: &str| ends(name, value).join(" ");
        assert_eq!(found("DATABASE_URL", "postgres://me:secret@postgres:5432/cloud?x=1"), "postgres");
        assert_eq!(found("REDIS_HOST", "redis"), "redis");
        assert_eq!(found("MQTT", "192.168.1.61"), "192.168.1.61");
        assert_eq!(found("MQTT", "mosquitto:1883"), "mosquitto");
        assert_eq!(found("UPSTREAMS", "http://a:80, http://[fd00::7]:81"), "a fd00::7");
    }

    #[test]
    fn what_merely_looks_like_a_name_is_none() {
        let found = |name: &str, value: &str| ends(name, value).join(" ");
        assert_eq!(found("ADMIN_USER", "gitea"), "");
        assert_eq!(found("MAIL_FROM", "me@gitea"), "");
        assert_eq!(found("TITLE", "my jellyfin"), "");
        assert_eq!(found("DATABASE_URL", ""), "");
        assert_eq!(found("TIME", "gitea:later"), "");
    }
}
