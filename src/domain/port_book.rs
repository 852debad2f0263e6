//! The port book: which port is whose, what for, and what clashes. What must hold: a clash is told in words with what to do
//! about it, and what nobody could look at is not taken for silent.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    app::App,
    fault::Fault,
    fleet::{Fleet, Power},
    gateway::{Gateway, wanted},
    ids::{AppId, HostId},
    listening::{Listener, Protocol},
    plan::Address,
    port::Ranges,
};

/// How much is looked at for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// What our books know.
    Books,
    /// What really listens inside all apps that run, as well.
    Inside,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PortBook {
    pub rows: Vec<Row>,
    pub clashes: Vec<Clash>,
    /// Where nobody could look, and why.
    pub unseen: Vec<Unseen>,
}

/// A port at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub host: HostId,
    pub place: Place,
    pub address: Option<String>,
    pub port: u16,
    pub protocol: Protocol,
    pub app: Option<AppId>,
    /// What the operator calls it.
    pub whose: String,
    pub uses: BTreeSet<Use>,
    /// As the recipe calls it.
    pub name: Option<String>,
    pub program: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// At the gateway of a host, or kept for it.
    Gateway,
    /// At the app's own address.
    App,
}

impl Place {
    pub fn slug(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::App => "app",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// Kept for it on its host.
    Leased,
    /// The gateway leads from there to the app.
    Published,
    /// Its recipe says so.
    Expected,
    /// Somebody looked.
    Listens,
    /// Only the guest itself reaches it.
    Inside,
}

impl Use {
    pub fn slug(self) -> &'static str {
        match self {
            Self::Leased => "leased",
            Self::Published => "published",
            Self::Expected => "expected",
            Self::Listens => "listens",
            Self::Inside => "inside",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    pub host: HostId,
    pub app: Option<AppId>,
    pub port: Option<u16>,
    pub what: String,
    pub remedy: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unseen {
    pub app: AppId,
    pub name: String,
    pub fault: Fault,
}

/// A port in our books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leased {
    pub host: HostId,
    pub port: u16,
    pub app: AppId,
    pub name: String,
}

/// What was found inside, where somebody looked.
pub type Seen = BTreeMap<AppId, Result<Vec<Listener>, Fault>>;

pub fn port_book(fleet: &Fleet, leases: &[Leased], seen: &Seen) -> PortBook {
    let mut rows = Rows::default();
    let mut clashes = Vec::new();
    for lease in leases {
        rows.lease(fleet, lease);
        clashes.extend(abandoned(fleet, lease));
    }
    for gateway in Gateway::all(fleet) {
        let wanted = wanted(fleet, &gateway);
        for route in gateway.applied.iter().flat_map(|applied| &applied.table.routes) {
            route.ports.iter().for_each(|public| rows.published(&gateway, public.port, &route.app, &route.name));
        }
        clashes.extend(wanted.left_out.into_iter().map(|out| Clash {
            host: gateway.host().clone(),
            app: Some(out.app),
            port: None,
            what: format!("{} is not at the gateway: {}", out.name, out.why),
            remedy: out.remedy,
        }));
        if let Some(Ok(listeners)) = seen.get(&gateway.app) {
            clashes.extend(taken(leases, &gateway, listeners));
        }
    }
    for app in &fleet.apps {
        rows.expected(app);
        if let Some(Ok(listeners)) = seen.get(&app.id) {
            listeners.iter().for_each(|listener| rows.listens(app, listener));
            clashes.extend(doubled(app, listeners));
            clashes.extend(silent(app, listeners));
        }
    }
    clashes.extend(same_address(fleet));
    clashes.sort_by(|one, other| (&one.host, one.port, &one.what).cmp(&(&other.host, other.port, &other.what)));
    let unseen = fleet.apps.iter().filter_map(|app| {
        let fault = seen.get(&app.id)?.as_ref().err()?.clone();
        Some(Unseen { app: app.id.clone(), name: app.name.to_string(), fault })
    });
    PortBook { rows: rows.done(), clashes, unseen: unseen.collect() }
}

#[derive(Default)]
struct Rows(BTreeMap<(HostId, Place, String, u16, Protocol), Row>);

impl Rows {
    fn row(&mut self, host: &HostId, place: Place, whose: Whose<'_>, port: u16, protocol: Protocol) -> &mut Row {
        let at = match place {
            Place::Gateway => String::new(),
            Place::App => whose.app.to_string(),
        };
        self.0.entry((host.clone(), place, at, port, protocol)).or_insert_with(|| Row {
            host: host.clone(),
            place,
            address: whose.address.map(str::to_owned),
            port,
            protocol,
            app: Some(whose.app.clone()),
            whose: whose.name.to_owned(),
            uses: BTreeSet::new(),
            name: None,
            program: None,
        })
    }

    fn lease(&mut self, fleet: &Fleet, lease: &Leased) {
        let app = fleet.app(&lease.app);
        let gateway = Gateway::on(fleet, &lease.host);
        let is_public = Ranges::default().public.contains(lease.port);
        let address = gateway.as_ref().and_then(|gateway| gateway.address.as_deref()).filter(|_| is_public);
        let name = app.map_or(lease.app.as_str(), |app| &app.name);
        let whose = Whose { app: &lease.app, name, address };
        let row = self.row(&lease.host, Place::Gateway, whose, lease.port, Protocol::Tcp);
        row.uses.insert(Use::Leased);
        row.name = Some(lease.name.clone());
    }

    fn published(&mut self, gateway: &Gateway, port: u16, app: &AppId, name: &str) {
        let whose = Whose { app, name, address: gateway.address.as_deref() };
        let row = self.row(gateway.host(), Place::Gateway, whose, port, Protocol::Tcp);
        row.address = gateway.address.as_deref().map(str::to_owned);
        row.uses.insert(Use::Published);
    }

    fn expected(&mut self, app: &App) {
        for (port, protocol, name) in ports_of(app) {
            let row = self.row(&app.guest.host, Place::App, Whose::of(app), port, protocol);
            row.uses.insert(Use::Expected);
            row.name = name;
        }
    }

    fn listens(&mut self, app: &App, listener: &Listener) {
        let row = self.row(&app.guest.host, Place::App, Whose::of(app), listener.port, listener.protocol);
        if listener.is_open() {
            row.uses.insert(Use::Listens);
            row.uses.remove(&Use::Inside);
        } else if !row.uses.contains(&Use::Listens) {
            row.uses.insert(Use::Inside);
        }
        if row.program.is_none() {
            row.program = listener.program.as_deref().map(str::to_owned);
        }
    }

    fn done(self) -> Vec<Row> {
        let mut rows: Vec<Row> = self.0.into_values().collect();
        let key = |row: &Row| (row.host.clone(), row.place, row.whose.clone(), row.port, row.protocol);
        rows.sort_by_key(key);
        rows
    }
}

#[derive(Clone, Copy)]
struct Whose<'a> {
    app: &'a AppId,
    name: &'a str,
    address: Option<&'a str>,
}

impl<'a> Whose<'a> {
    fn of(app: &'a App) -> Self {
        Self { app: &app.id, name: &app.name, address: app.address.as_deref() }
    }
}

/// Where it should listen, as far as recipe and marker say.
fn ports_of(app: &App) -> Vec<(u16, Protocol, Option<String>)> {
    let doors = app.book.as_ref().map(|book| book.doors.as_slice()).unwrap_or_default();
    let door = |port: u16| doors.iter().find(|door| door.port == port);
    let named = doors.iter().map(|door| (door.port, protocol(door.protocol), Some(door.name.clone())));
    let marked = app.marker.ports.iter().filter(|port| door(**port).is_none());
    named.chain(marked.map(|port| (*port, Protocol::Tcp, None))).collect()
}

fn protocol(of_recipe: super::catalog::Protocol) -> Protocol {
    match of_recipe {
        super::catalog::Protocol::Tcp => Protocol::Tcp,
        super::catalog::Protocol::Udp => Protocol::Udp,
    }
}

/// A lease of an app that is neither in our books nor about to be.
fn abandoned(fleet: &Fleet, lease: &Leased) -> Option<Clash> {
    let is_in_work = || {
        let works = |operation: &super::operation::Operation| {
            operation.is_running() && operation.plan.subject.app() == Some(&lease.app)
        };
        fleet.operations.iter().any(works)
    };
    if fleet.app(&lease.app).is_some() || is_in_work() {
        return None;
    }
    Some(Clash {
        host: lease.host.clone(),
        app: None,
        port: Some(lease.port),
        what: format!("port {} is kept for {}, which is not there any more", lease.port, lease.app),
        remedy: format!("give it back: `proximity port release {} {}`", lease.host, lease.port),
    })
}

/// At the gateway listens something else than Caddy where a port is kept for an app.
fn taken(leases: &[Leased], gateway: &Gateway, listeners: &[Listener]) -> Vec<Clash> {
    let is_foreign = |listener: &&Listener| listener.program.as_deref().is_some_and(|program| program != "caddy");
    let of_it = leases.iter().filter(|lease| lease.host == *gateway.host());
    let clash = |lease: &Leased| {
        let at = |listener: &&Listener| listener.port == lease.port && listener.protocol == Protocol::Tcp;
        let other = listeners.iter().filter(is_foreign).find(at)?;
        let program = other.program.as_deref().unwrap_or("another program");
        Some(Clash {
            host: lease.host.clone(),
            app: Some(lease.app.clone()),
            port: Some(lease.port),
            what: format!("{program} took port {} of {}, which is kept for {}", lease.port, gateway.name, lease.app),
            remedy: format!("stop {program} inside {}, or give the app another port", gateway.name),
        })
    };
    of_it.filter_map(clash).collect()
}

/// Two programs at one port inside one guest: one of them hears only what the other does not take.
fn doubled(app: &App, listeners: &[Listener]) -> Vec<Clash> {
    let mut by_port: BTreeMap<(u16, Protocol), BTreeSet<&str>> = BTreeMap::new();
    for listener in listeners {
        let programs = by_port.entry((listener.port, listener.protocol)).or_default();
        programs.extend(listener.program.as_deref());
    }
    let several = by_port.into_iter().filter(|(_, programs)| programs.len() > 1);
    several
        .map(|((port, protocol), programs)| {
            let programs: Vec<_> = programs.into_iter().collect();
            Clash {
                host: app.guest.host.clone(),
                app: Some(app.id.clone()),
                port: Some(port),
                what: format!("inside {} port {port}/{protocol} is used by {}", app.name, programs.join(" and ")),
                remedy: "give one of them another port, or stop the one that is not needed".into(),
            }
        })
        .collect()
}

/// What should listen and does not, or only for its own guest.
fn silent(app: &App, listeners: &[Listener]) -> Vec<Clash> {
    let expected = ports_of(app).into_iter().filter_map(|(port, protocol, name)| {
        let there: Vec<_> = listeners.iter().filter(|one| one.port == port && one.protocol == protocol).collect();
        let what = name.map_or(String::new(), |name| format!(" ({name})"));
        let (what, remedy) = match there.as_slice() {
            [] => (
                format!("nothing listens at port {port}/{protocol}{what} of {}", app.name),
                format!("look at its log: `proximity app log {}`; it may still be starting", app.name),
            ),
            some if some.iter().all(|one| !one.is_open()) => (
                format!("port {port}/{protocol}{what} of {} listens for its own container only", app.name),
                "let it listen at all addresses, in its own configuration".to_owned(),
            ),
            _ => return None,
        };
        Some(Clash { host: app.guest.host.clone(), app: Some(app.id.clone()), port: Some(port), what, remedy })
    });
    expected.collect()
}

/// Two apps of one host with one address: fixed by hand, or seen.
fn same_address(fleet: &Fleet) -> Vec<Clash> {
    let fixed = |app: &App| match app.book.as_ref()?.card.as_ref()?.address.clone() {
        Address::Fixed { ip, .. } => Some(ip),
        Address::Dhcp => None,
    };
    let runs = |app: &App| fleet.guest(&app.guest).is_some_and(|guest| guest.power == Power::Running);
    let seen = |app: &App| app.address.as_deref().filter(|_| runs(app)).map(str::to_owned);
    let mut by_address: BTreeMap<(HostId, String), Vec<&App>> = BTreeMap::new();
    for app in fleet.apps.iter().filter(|app| app.binned_until().is_none()) {
        let addresses: BTreeSet<String> = fixed(app).into_iter().chain(seen(app)).collect();
        for address in addresses {
            by_address.entry((app.guest.host.clone(), address)).or_default().push(app);
        }
    }
    let several = by_address.into_iter().filter(|(_, apps)| apps.len() > 1);
    several
        .map(|((host, address), apps)| {
            let names: Vec<_> = apps.iter().map(|app| &*app.name).collect();
            Clash {
                host,
                app: apps.first().map(|app| app.id.clone()),
                port: None,
                what: format!("{} have the same address, {address}", names.join(" and ")),
                remedy: "give one of them another address in its network card, or let it have one by DHCP".into(),
            }
        })
        .collect()
}
