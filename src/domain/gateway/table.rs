//! Which routes a gateway is to have, from what is known of the apps of its host. What must hold: each name and each port is
//! given once, and whoever gets none is named with the reason.

use core::net::IpAddr;
use std::collections::BTreeSet;

use super::{Gateway, Health, OWN_PORTS, PublicPort, Publishing, Route, Table, Upstream, Wish, is_label, label_of};
use crate::domain::{
    app::App,
    catalog::Scheme,
    fleet::Fleet,
    ids::AppId,
    port::{PortRange, Ranges},
    probe::ProbeKind,
};

/// What a gateway is to have, and what it cannot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    pub table: Table,
    pub left_out: Vec<LeftOut>,
}

/// An app, or one of its names and ports, that has no route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    pub app: AppId,
    pub name: String,
    pub why: String,
    pub remedy: String,
}

pub fn wanted(fleet: &Fleet, gateway: &Gateway) -> Wanted {
    let mut given = Given { names: BTreeSet::new(), ports: OWN_PORTS.into(), left_out: Vec::new() };
    let mut apps: Vec<&App> = fleet.apps.iter().filter(|app| app.guest.host == *gateway.host()).collect();
    // What the operator said himself goes before what follows from the names of apps.
    apps.sort_by_key(|app| (publishing(app).label.is_none(), app.name.clone(), app.id.clone()));
    let mut routes: Vec<Route> = apps.into_iter().filter_map(|app| route(app, gateway, &mut given)).collect();
    routes.sort_by(|one, other| (&one.name, &one.app).cmp(&(&other.name, &other.app)));
    let table = Table { domain: gateway.domain.clone(), tls: gateway.tls.clone(), routes };
    Wanted { table, left_out: given.left_out }
}

/// What was given out already, and who got nothing.
struct Given {
    names: BTreeSet<String>,
    ports: BTreeSet<u16>,
    left_out: Vec<LeftOut>,
}

impl Given {
    fn leave_out(&mut self, app: &App, why: impl Into<String>, remedy: impl Into<String>) {
        let (id, name) = (app.id.clone(), app.name.to_string());
        self.left_out.push(LeftOut { app: id, name, why: why.into(), remedy: remedy.into() });
    }
}

fn publishing(app: &App) -> Publishing {
    app.book.as_ref().map(|book| book.publishing.clone()).unwrap_or_default()
}

fn route(app: &App, gateway: &Gateway, given: &mut Given) -> Option<Route> {
    let publishing = publishing(app);
    if Gateway::is(app) || app.binned_until().is_some() || publishing.wish == Wish::No {
        return None;
    }
    let Some((scheme, port, path)) = page(app, publishing.wish) else {
        if publishing.wish == Wish::Yes {
            let remedy = format!("publish it no more: `proximity app publish {} --not`", app.name);
            given.leave_out(app, "it has no page, and no port is known of it", remedy);
        }
        return None;
    };
    let Some(address) = app.address.as_deref().and_then(|text| text.parse::<IpAddr>().ok()) else {
        given.leave_out(app, "its address is not known yet", "start it, and look that it has a network");
        return None;
    };
    let label = name(app, &publishing, gateway, given);
    let ports = ports(app, &publishing, (scheme, port), given);
    if label.is_none() && ports.is_empty() {
        return None;
    }
    let upstream = Upstream { scheme, address, port };
    let health = health(app, &upstream);
    Some(Route { app: app.id.clone(), name: app.name.to_string(), label, upstream, path, ports, health })
}

/// Where an app's page is, where it has one or where somebody says that it has.
pub fn upstream_of(app: &App) -> Option<(Scheme, u16)> {
    page(app, publishing(app).wish).map(|(scheme, port, _)| (scheme, port))
}

fn page(app: &App, wish: Wish) -> Option<(Scheme, u16, String)> {
    if let Some(page) = app.book.as_ref().and_then(|book| book.page.as_ref()) {
        let scheme = if page.scheme == "https" { Scheme::Https } else { Scheme::Http };
        return Some((scheme, page.port, page.path.clone()));
    }
    // What only has a port may speak anything; the operator knows.
    let port = app.marker.ports.first().filter(|_| wish == Wish::Yes)?;
    Some((if *port == 443 || *port == 8443 { Scheme::Https } else { Scheme::Http }, *port, "/".into()))
}

fn name(app: &App, publishing: &Publishing, gateway: &Gateway, given: &mut Given) -> Option<String> {
    gateway.domain.as_ref()?;
    let again = format!("give it another one: `proximity app publish {} --as NAME`", app.name);
    let label = match &publishing.label {
        Some(label) if is_label(label) => Some(label.clone()),
        Some(label) => label_of(label),
        None => label_of(&app.name),
    };
    let Some(label) = label else {
        given.leave_out(app, "nothing of its name can stand in an address", again);
        return None;
    };
    if !given.names.insert(label.clone()) {
        given.leave_out(app, format!("another app is published as {label}"), again);
        return None;
    }
    Some(label)
}

/// Ports of the gateway that are leased for its pages.
fn ports(app: &App, publishing: &Publishing, main: (Scheme, u16), given: &mut Given) -> Vec<PublicPort> {
    let Some(book) = &app.book else { return Vec::new() };
    let public: PortRange = Ranges::default().public;
    let door = |name: &str| book.doors.iter().find(|door| door.name == name);
    let leased = book.ports.iter().filter(|(_, port)| public.contains(**port)).filter_map(|(name, port)| {
        match door(name).map(|door| (door.scheme, door.port)) {
            Some((Some(scheme), to)) => Some(PublicPort { port: *port, to, scheme }),
            Some((None, _)) => None,
            // Made before doors were written down.
            None => Some(PublicPort { port: *port, to: main.1, scheme: main.0 }),
        }
    });
    let wished = publishing.port.map(|port| PublicPort { port, to: main.1, scheme: main.0 });
    let mut ports: Vec<PublicPort> = Vec::new();
    for public in wished.into_iter().chain(leased) {
        if ports.iter().any(|known| known.port == public.port) {
            continue;
        }
        if given.ports.insert(public.port) {
            ports.push(public);
        } else {
            let remedy = format!("choose another one: `proximity app publish {} --port PORT`", app.name);
            given.leave_out(app, format!("port {} of the gateway leads somewhere else already", public.port), remedy);
        }
    }
    ports.sort_by_key(|public| public.port);
    ports
}

/// As its own probe looks, where the gateway can say the same.
fn health(app: &App, upstream: &Upstream) -> Option<Health> {
    let probe = app.book.as_ref()?.probe.as_ref()?;
    let ProbeKind::Http { scheme, port, path, status } = &probe.what else { return None };
    if (scheme == "https") != (upstream.scheme == Scheme::Https) {
        return None;
    }
    let status = match *status {
        (from, to) if from == to && from / 100 != 3 => Some(from.to_string()),
        (from, to) if from % 100 == 0 && to == from + 99 && from != 300 => Some(format!("{}xx", from / 100)),
        // The gateway follows a redirect instead of taking it for an answer, and where it leads it may not come.
        _ => return None,
    };
    let port = (*port != upstream.port).then_some(*port);
    Some(Health { path: path.clone(), port, status, interval: probe.interval.clamp(5, 10) })
}
