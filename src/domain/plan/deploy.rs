//! The plan that turns a recipe into an app that runs, is reachable and healthy.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    Aim, Card, NewGuest, NewMount, OnFailure, Plan, PlanKind, PowerAction, Step, Subject,
    backup::{Joining, join},
    guest::Inside,
    inside,
    place::{Footing, Room},
    rights,
    step::{Fetched, PortWish, Reserve, Tweak},
    steps::Steps,
};
use crate::domain::{
    app::{App, Marker, Method, TAG},
    backup::Job,
    book::{Book, Origin, Page},
    catalog::{Recipe, Scheme, SecretWish, What},
    gateway::Door,
    ids::{AppId, GuestKey, NodeKey, Vmid},
    moment::Moment,
    port::Ranges,
    probe::{Probe, ProbeKind},
};

/// All that is decided before a deploy: by the operator, by the recipe, or by what the host has.
#[derive(Debug, Clone, PartialEq)]
pub struct Deployment {
    pub app: AppId,
    pub name: String,
    pub method: Method,
    pub node: NodeKey,
    /// For its root and its volumes.
    pub storage: String,
    pub template: Source,
    pub card: Card,
    pub nameserver: Option<String>,
    pub search_domain: Option<String>,
    pub cores: u32,
    /// MiB
    pub memory: u64,
    /// MiB
    pub swap: u64,
    /// GiB
    pub disk: u64,
    pub pool: Option<String>,
    pub settings: BTreeMap<String, String>,
    pub secrets: Vec<SecretWish>,
    /// An id that was free just now.
    pub likely: Vmid,
    pub ranges: Ranges,
    pub on_failure: OnFailure,
    /// What backs it up by itself, where nothing does yet.
    pub nights: Option<Nights>,
    pub now: Moment,
}

/// A job that is made with the app that it is the first to cover.
#[derive(Debug, Clone, PartialEq)]
pub struct Nights {
    pub job: Job,
    pub joining: Option<Joining>,
}

/// What it is made of, and where that lies or is fetched to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub storage: String,
    /// The template's file, or the image with its tag.
    pub what: Fetched,
    /// `storage:vztmpl/file`
    pub volume: String,
    /// It lies there already, so nothing is fetched.
    pub is_there: bool,
}

/// Seconds until a started container must have an address.
pub(super) const ADDRESS_DEADLINE: u64 = 60;

pub fn plan(recipe: &Recipe, deployment: &Deployment) -> Plan {
    let d = deployment;
    let host = &d.node.host;
    let mut steps = Steps::default();
    let check = steps.add(Step::Check(Box::new(Footing::on(host.clone()))));
    // It is made in its pool.
    join(&mut steps, host, d.nights.as_ref().and_then(|nights| nights.joining.clone()));
    let what = d.template.what.clone();
    steps.task(host, Step::BeginFetch { node: d.node.clone(), storage: d.template.storage.clone(), what });
    let reserved_by = steps.add(Step::Reserve(Box::new(reserve(recipe, d))));
    let aim = Aim::New { host: host.clone(), node: d.node.node.clone(), reserved_by };
    let typed: Vec<_> = d.secrets.iter().filter(|secret| secret.is_given).map(|secret| secret.name.clone()).collect();
    if !typed.is_empty() {
        steps.add(Step::TakeSecrets { app: d.app.clone(), names: typed });
    }
    let made = made_by_us(&d.secrets);
    if !made.is_empty() {
        steps.add(Step::MakeSecrets { app: d.app.clone(), secrets: made });
    }
    steps.task(host, Step::BeginCreate { aim: aim.clone(), new: Box::new(container(recipe, d)) });
    let app = record(recipe, d);
    steps.add(Step::Record { app: Box::new(app.clone()), before: None, aim: aim.clone() });
    steps.configure(&aim, afterwards(recipe, d));
    steps.power(&aim, PowerAction::Start, None);
    steps.add(Step::FindAddress { aim: aim.clone(), deadline: ADDRESS_DEADLINE });
    inside::install(&mut steps, &aim, &d.app, recipe, d.method);
    steps.add(Step::Probe { aim: aim.clone(), probe: probe_of(recipe) });
    if let Some(nights) = &d.nights {
        steps.add(Step::SaveJob { job: Box::new(nights.job.clone()), before: None });
    }
    steps.add(Step::Record { app: Box::new(app), before: None, aim });
    let mut steps = steps.done();
    steps[check] = Step::Check(Box::new(footing(recipe, d, &steps)));
    let subject = Subject::NewApp { app: d.app.clone(), host: host.clone() };
    Plan { on_failure: d.on_failure, ..Plan::new(PlanKind::Deploy, subject, d.name.clone(), steps) }
}

fn made_by_us(secrets: &[SecretWish]) -> Vec<(String, crate::domain::catalog::Generator)> {
    let made = secrets.iter().filter(|secret| !secret.is_given);
    made.filter_map(|secret| Some((secret.name.clone(), secret.generate.clone()?))).collect()
}

/// Ports that are leased on a host for an app of this recipe.
pub fn ports_wished(recipe: &Recipe, ranges: Ranges) -> Vec<PortWish> {
    let wish = |port: &crate::domain::catalog::Port| {
        let range = if port.scheme.is_some() { ranges.public } else { ranges.internal };
        PortWish { name: port.name.clone(), range: range.ends(), wanted: Some(port.port) }
    };
    recipe.ports.iter().map(wish).collect()
}

fn reserve(recipe: &Recipe, d: &Deployment) -> Reserve {
    Reserve {
        app: d.app.clone(),
        node: d.node.clone(),
        likely: d.likely,
        name: Some(d.name.clone()),
        ports: ports_wished(recipe, d.ranges),
    }
}

pub(super) fn marker(recipe: &Recipe, app: &AppId, method: Method) -> Marker {
    Marker {
        recipe: Some(recipe.id.as_str().into()),
        version: Some(recipe.version.as_str().into()),
        method: Some(method),
        ports: ports_of(recipe),
        ..Marker::of(app.clone())
    }
}

/// The main one first.
fn ports_of(recipe: &Recipe) -> Vec<u16> {
    let main = recipe.main_port().map(|port| port.port);
    let others = recipe.ports.iter().map(|port| port.port).filter(|port| Some(*port) != main);
    main.into_iter().chain(others).collect()
}

fn container(recipe: &Recipe, d: &Deployment) -> NewGuest {
    let mounts = match d.method {
        Method::Oci => recipe.volumes.iter().map(|volume| NewMount {
            storage: d.storage.clone(),
            size: u64::from(volume.size.max(1)),
            path: volume.path.clone(),
            is_backed_up: volume.backup,
        }),
        Method::Compose | Method::Script => return NewGuest { mounts: Vec::new(), ..bare(recipe, d) },
    };
    NewGuest { mounts: mounts.collect(), inside: Inside::Image, timezone: None, ..bare(recipe, d) }
}

fn bare(recipe: &Recipe, d: &Deployment) -> NewGuest {
    NewGuest {
        template: d.template.volume.clone(),
        hostname: d.name.clone(),
        cores: d.cores,
        memory: d.memory,
        swap: d.swap,
        root: (d.storage.clone(), d.disk),
        mounts: Vec::new(),
        card: d.card.clone(),
        nameserver: d.nameserver.clone(),
        search_domain: d.search_domain.clone(),
        pool: d.pool.clone(),
        marker: marker(recipe, &d.app, d.method),
        notes: format!("{}: {}", recipe.name, recipe.tagline),
        tags: tags(),
        inside: Inside::Shell,
        starts_on_boot: true,
        timezone: None,
        ostype: None,
    }
}

pub(super) fn tags() -> Vec<String> {
    vec![TAG.to_owned()]
}

/// What the call that makes a container cannot set, or what its image would overrule.
fn afterwards(recipe: &Recipe, d: &Deployment) -> Vec<Tweak> {
    let mut tweaks = vec![Tweak::Tags(tags())];
    if d.method == Method::Oci {
        tweaks.extend(image_tweaks(recipe, &d.app));
    }
    tweaks
}

pub(super) fn image_tweaks(recipe: &Recipe, app: &AppId) -> Vec<Tweak> {
    let Some(oci) = &recipe.methods.oci else { return Vec::new() };
    let mut tweaks = vec![Tweak::Shell(true)];
    if !oci.environment.is_empty() {
        tweaks.push(Tweak::Environment { app: app.clone(), variables: oci.environment.clone() });
    }
    tweaks.extend(oci.entrypoint.clone().map(Tweak::EntryPoint));
    tweaks
}

pub fn probe_of(recipe: &Recipe) -> Probe {
    let scheme = |wanted: u16| {
        let port = recipe.ports.iter().find(|port| port.port == wanted);
        port.and_then(|port| port.scheme).map_or("http", scheme_slug)
    };
    let what = match &recipe.probe.what {
        What::Tcp { port } => ProbeKind::Tcp { port: *port },
        What::Http { port, path, status } => ProbeKind::Http {
            scheme: scheme(*port).into(),
            port: *port,
            path: path.clone(),
            status: status.map_or((100, 399), |range| (range.from, range.to)),
        },
        What::Command { run } => ProbeKind::Command { run: run.clone() },
    };
    Probe { what, deadline: recipe.probe.deadline.into(), interval: recipe.probe.interval.into() }
}

fn scheme_slug(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::Http => "http",
        Scheme::Https => "https",
    }
}

pub fn page_of(recipe: &Recipe) -> Option<Page> {
    let port = recipe.main_port()?;
    let scheme = scheme_slug(port.scheme?).to_owned();
    Some(Page { scheme, port: port.port, path: port.path.clone() })
}

/// What others may come to.
pub fn doors_of(recipe: &Recipe) -> Vec<Door> {
    let door = |port: &crate::domain::catalog::Port| Door {
        name: port.name.clone(),
        port: port.port,
        scheme: port.scheme,
        protocol: port.protocol,
    };
    recipe.ports.iter().map(door).collect()
}

fn record(recipe: &Recipe, d: &Deployment) -> App {
    let page = page_of(recipe);
    let book = Book {
        recipe: Some(recipe.id.clone()),
        version: Some(recipe.version.clone()),
        settings: d.settings.clone(),
        secrets: d.secrets.iter().map(|secret| secret.name.clone()).collect(),
        probe: Some(probe_of(recipe)),
        page,
        doors: doors_of(recipe),
        card: Some(d.card.clone()),
        ..Book::new(Origin::Deployed, d.now)
    };
    App {
        id: d.app.clone(),
        name: Arc::from(d.name.as_str()),
        // Known once it is reserved.
        guest: GuestKey { host: d.node.host.clone(), vmid: d.likely },
        marker: marker(recipe, &d.app, d.method),
        address: None,
        book: Some(Box::new(book)),
    }
}

fn footing(recipe: &Recipe, d: &Deployment, steps: &[Step]) -> Footing {
    let volumes: u64 = match d.method {
        Method::Oci => recipe.volumes.iter().map(|volume| u64::from(volume.size.max(1))).sum(),
        Method::Compose | Method::Script => 0,
    };
    let room = |storage: &str, content: &str, gib| Room { storage: storage.into(), content: content.into(), gib };
    Footing {
        node: Some(d.node.clone()),
        rights: rights::of(steps.iter().filter(|step| !(d.template.is_there && is_fetch(step))), d.pool.as_deref()),
        rooms: vec![room(&d.storage, "rootdir", d.disk + volumes), room(&d.template.storage, "vztmpl", 0)],
        bridge: Some((d.card.bridge.clone(), d.card.vlan)),
        name: Some(d.name.clone()),
        memory: Some(d.memory),
        method: Some(d.method),
        address: match &d.card.address {
            super::Address::Dhcp => None,
            super::Address::Fixed { ip, .. } => Some(ip.clone()),
        },
        ..Footing::on(d.node.host.clone())
    }
}

fn is_fetch(step: &Step) -> bool {
    matches!(step, Step::BeginFetch { .. })
}
