//! How a gateway and its routes stand now: what was applied, what waits, which way to an app works. What must hold: a way
//! is only told where it leads somewhere: the gateway runs, and it was given this route.

use super::{FORMAT, Gateway, Route, Table, Wanted, wanted};
use crate::domain::{
    app::App,
    fleet::{Fleet, Power},
    ids::AppId,
    operation::Operation,
    plan::{PlanKind, journal::Outcome},
    state::{State, state_of},
};

/// What a gateway has, and what it should have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub gateway: Gateway,
    pub wanted: Wanted,
    pub waiting: Vec<Waiting>,
    pub runs: bool,
}

/// Why a gateway is to be given a new file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waiting {
    /// It was never given one.
    All,
    /// Its domain or its certificates, or the way in which files are written.
    Settings,
    Added(String),
    Changed(String),
    Removed(String),
    /// What lies inside may be older than what is written down.
    SetBack,
}

impl std::fmt::Display for Waiting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::All => f.write_str("everything: it has no routes yet"),
            Self::Settings => f.write_str("its own settings"),
            Self::Added(name) => write!(f, "{name} is new"),
            Self::Changed(name) => write!(f, "{name} has changed"),
            Self::Removed(name) => write!(f, "{name} is gone"),
            Self::SetBack => f.write_str("it was set back, and may have old routes"),
        }
    }
}

pub fn standing(fleet: &Fleet, gateway: Gateway) -> Standing {
    let wanted = wanted(fleet, &gateway);
    let waiting = waiting(fleet, &gateway, &wanted.table);
    let runs = gateway.runs(fleet);
    Standing { gateway, wanted, waiting, runs }
}

/// What is to be done at a gateway; nothing where it has what it should have.
pub fn waiting(fleet: &Fleet, gateway: &Gateway, wanted: &Table) -> Vec<Waiting> {
    let Some(applied) = &gateway.applied else { return vec![Waiting::All] };
    let mut waiting = Vec::new();
    let had = &applied.table;
    if applied.format < FORMAT || (&had.domain, &had.tls) != (&wanted.domain, &wanted.tls) {
        waiting.push(Waiting::Settings);
    }
    if fleet.operations.iter().any(|operation| sets_back(operation, gateway)) {
        waiting.push(Waiting::SetBack);
    }
    for route in &wanted.routes {
        match had.route(&route.app) {
            None => waiting.push(Waiting::Added(route.name.clone())),
            Some(before) if before != route => waiting.push(Waiting::Changed(route.name.clone())),
            Some(_) => {}
        }
    }
    let gone = had.routes.iter().filter(|route| wanted.route(&route.app).is_none());
    waiting.extend(gone.map(|route| Waiting::Removed(route.name.clone())));
    waiting
}

/// An operation after which the file inside is that of another time.
fn sets_back(operation: &Operation, gateway: &Gateway) -> bool {
    let is_of_it = operation.plan.subject.app() == Some(&gateway.app);
    let kind = operation.plan.kind;
    let goes_back = matches!(kind, PlanKind::Rollback | PlanKind::Restore | PlanKind::SwapBack)
        || (kind == PlanKind::Update && operation.outcome() == Some(Outcome::Undone));
    let since = gateway.applied.as_ref().map(|applied| applied.at);
    is_of_it && goes_back && operation.ended.as_ref().is_some_and(|end| Some(end.at) > since)
}

/// What to open in a browser: through the gateway where that leads there, else by the app's own address.
pub fn url_of(fleet: &Fleet, app: &App) -> Option<String> {
    public_url(fleet, app).or_else(|| app.url())
}

/// The same in short, for where there is little room.
pub fn endpoint_of(fleet: &Fleet, app: &App) -> Option<String> {
    let bare = |url: String| url.split_once("://").map(|(_, rest)| rest.split('/').next().unwrap_or(rest).to_owned());
    public_url(fleet, app).and_then(bare).or_else(|| app.endpoint())
}

/// Through the gateway, where that leads there now.
pub fn public_url(fleet: &Fleet, app: &App) -> Option<String> {
    let gateway = Gateway::on(fleet, &app.guest.host).filter(|gateway| gateway.runs(fleet))?;
    let table = &gateway.applied.as_ref()?.table;
    let route = table.route(&app.id)?;
    // Its gateway still leads to where it was; its own address is the better way until that was mended.
    let is_there = app.address.as_deref().and_then(|address| address.parse().ok()) == Some(route.upstream.address);
    if !is_there || app.binned_until().is_some() {
        return None;
    }
    table.url(route).or_else(|| {
        let (port, address) = (route.ports.first()?.port, gateway.address.as_deref()?);
        let address = if address.contains(':') { format!("[{address}]") } else { address.to_owned() };
        Some(format!("http://{address}:{port}{}", route.path))
    })
}

impl Table {
    /// By its name, where it has one.
    pub fn url(&self, route: &Route) -> Option<String> {
        let (label, domain) = (route.label.as_ref()?, self.domain.as_ref()?);
        Some(format!("{}://{label}.{domain}{}", self.tls.scheme(), route.path))
    }
}

/// What a route's light shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Light {
    Up,
    /// The gateway does not have it yet.
    Waits,
    /// The app is off or unwell: its page says that it is down.
    Down,
    /// The gateway itself is off; its apps are reached by their own addresses.
    NoGateway,
}

impl Light {
    pub fn slug(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Waits => "waits",
            Self::Down => "down",
            Self::NoGateway => "no-gateway",
        }
    }
}

pub fn light(fleet: &Fleet, standing: &Standing, app: &AppId) -> Light {
    if !standing.runs {
        return Light::NoGateway;
    }
    let had = standing.gateway.applied.as_ref().and_then(|applied| applied.table.route(app));
    if had.is_none() || had != standing.wanted.table.route(app) {
        return Light::Waits;
    }
    let guest = fleet.app(app).and_then(|app| fleet.guest(&app.guest));
    match guest {
        Some(guest) if guest.power == Power::Running => match state_of(fleet, guest) {
            State::Degraded | State::Error => Light::Down,
            _ => Light::Up,
        },
        _ => Light::Down,
    }
}
