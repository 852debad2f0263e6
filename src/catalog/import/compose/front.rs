//! Where the app is opened, and how it is seen to be well. What must hold: what a store says counts before any rule; what
//! nobody says is not claimed.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Making,
    names::Named,
    ports::{self, Opening, Ports},
    source::Front,
};
use crate::{
    catalog::import::notes::Stop,
    domain::catalog::{Port, Probe, Protocol, Scheme, Service, StatusRange, What},
};

/// The ports of the app in the words of a recipe, and who opens them.
pub struct Opened {
    pub ports: Vec<Port>,
    openings: Vec<Opening>,
    /// Among the openings.
    main: Option<usize>,
    probe: Option<What>,
}

/// Pages answer at these, the likelier first.
const PAGES: &[u16] = &[
    80, 8080, 3000, 8000, 5000, 8888, 8081, 9000, 443, 8443, 3001, 8096, 4000, 5173, 7860, 9090, 8082, 8083, 8090,
    8001, 8008, 8088, 81, 5678, 6806, 8181, 9443, 32400, 8123, 5001, 3002, 3333, 4200, 7070, 7777, 8200, 8334, 8384,
    8501, 8686, 8787, 8989, 7878, 6767, 9117, 9696, 13378, 19999, 61208, 2368, 2283, 5055, 1880, 4533, 5984, 9091,
    9001, 10000,
];

/// No page answers at these.
const OTHERS: &[u16] = &[
    21, 22, 23, 25, 53, 110, 111, 139, 143, 161, 389, 445, 465, 514, 587, 636, 853, 993, 995, 1433, 1883, 1935, 2049,
    2222, 3306, 3389, 4222, 5060, 5222, 5432, 5672, 5900, 6379, 8883, 9092, 11211, 25565, 27015, 27017, 51820,
];

pub fn open(front: &Front, named: &Named<'_>, making: &mut Making<'_, '_>) -> Result<Opened, Stop> {
    let main = said(front, named, making).or_else(|| by_rule(front, named, making));
    let openings = std::mem::take(&mut making.ports.openings);
    let scheme = main.and_then(|at| scheme(front, &openings[at]));
    let ports = recipe_ports(front, &openings, main, scheme);
    if openings.is_empty() {
        making.notes.say("nothing tells at which port it answers; it counts as well while its containers run");
    }
    let probe = main.map(|at| probe(&openings[at], scheme)).or_else(|| {
        let tcp = openings.iter().find(|opening| opening.protocol == Protocol::Tcp);
        tcp.map(|opening| What::Tcp { port: opening.outer })
    });
    let probe =
        probe.filter(|what| openings.iter().any(|one| Some(one.outer) == what.port() && one.protocol == Protocol::Tcp));
    Ok(Opened { ports, openings, main, probe })
}

/// The port that the store names.
fn said(front: &Front, named: &Named<'_>, making: &mut Making<'_, '_>) -> Option<usize> {
    let service = front.service.as_deref().and_then(|service| named.find(service));
    let wanted = front.inner.or(front.outer)?;
    let is_tcp = |one: &Opening| one.protocol == Protocol::Tcp;
    let is_there = |one: &Opening| service.is_none_or(|service| one.service == service);
    let find = |fits: &dyn Fn(&Opening) -> bool| making.ports.openings.iter().position(|one| is_tcp(one) && fits(one));
    let found = find(&|one| is_there(one) && Some(one.inner) == front.inner)
        .or_else(|| find(&|one| front.inner.is_none() && Some(one.outer) == front.outer))
        .or_else(|| find(&|one| front.inner.is_none() && is_there(one) && one.inner == wanted));
    if found.is_some() {
        return found;
    }
    let of = service.or_else(|| only_one(named, &making.ports))?;
    let is_host = named.services.iter().any(|one| one.name == of && one.tree.word("network_mode") == Some("host"));
    // Of two numbers the guest's is free to choose; of one that is published nowhere only a lone service can be meant.
    if front.inner.is_none() && !is_host && making.ports.openings.iter().any(is_tcp) {
        return None;
    }
    let asked = if is_host { wanted } else { front.outer.unwrap_or(wanted) };
    let outer = [asked, wanted].into_iter().chain(20_000..30_000).find(|outer| making.ports.is_free(*outer))?;
    let opening = Opening { service: of.to_owned(), outer, inner: wanted, protocol: Protocol::Tcp, is_host };
    making.ports.open(opening).ok()?;
    Some(making.ports.openings.len() - 1)
}

fn only_one<'n>(named: &'n Named<'_>, ports: &Ports) -> Option<&'n str> {
    let is_host = |one: &&super::names::One<'_>| one.tree.word("network_mode") == Some("host");
    match named.services.as_slice() {
        [one] => Some(&one.name),
        all => {
            let exposing = ports.exposed.first().and_then(|one| all.iter().find(|other| other.name == one.service));
            exposing.or_else(|| all.iter().find(is_host)).or(all.first()).map(|one| one.name.as_str())
        }
    }
}

fn by_rule(front: &Front, named: &Named<'_>, making: &mut Making<'_, '_>) -> Option<usize> {
    if making.ports.openings.iter().all(|one| one.protocol != Protocol::Tcp) {
        for opening in std::mem::take(&mut making.ports.exposed) {
            // What is open already needs no second word.
            let _ = making.ports.open(opening);
        }
    }
    let service = front.service.as_deref().and_then(|service| named.find(service));
    let rank = |one: &Opening| {
        let elsewhere = service.is_some_and(|service| one.service != service);
        let page = PAGES.iter().position(|port| *port == one.inner);
        let page = page.or_else(|| PAGES.iter().position(|port| *port == one.outer));
        let is_other = OTHERS.contains(&one.inner);
        (one.protocol != Protocol::Tcp, is_other, elsewhere, page.unwrap_or(PAGES.len()))
    };
    let openings = &making.ports.openings;
    (0..openings.len()).min_by_key(|at| rank(&openings[*at]))
}

fn scheme(front: &Front, main: &Opening) -> Option<Scheme> {
    if main.protocol == Protocol::Udp {
        return None;
    }
    let is_secure = matches!(main.inner, 443 | 8443 | 9443) || matches!(main.outer, 443 | 8443 | 9443);
    let is_page = front.is_page || PAGES.contains(&main.inner) || PAGES.contains(&main.outer);
    match front.scheme {
        Some(scheme) => Some(scheme),
        None if !is_page || (OTHERS.contains(&main.inner) && !front.is_page) => None,
        None if is_secure => Some(Scheme::Https),
        None => Some(Scheme::Http),
    }
}

fn recipe_ports(front: &Front, openings: &[Opening], main: Option<usize>, scheme: Option<Scheme>) -> Vec<Port> {
    let mut taken = BTreeSet::from(["web".to_owned()]);
    let mut ports = Vec::new();
    for (at, opening) in openings.iter().enumerate() {
        let is_main = Some(at) == main;
        let name = match is_main && scheme.is_some() {
            true => "web".to_owned(),
            false => ports::name(opening.inner, &taken),
        };
        taken.insert(name.clone());
        let path = front.path.as_deref().filter(|_| is_main).and_then(path).unwrap_or_else(|| "/".to_owned());
        let Opening { outer, protocol, .. } = *opening;
        ports.push(Port { name, port: outer, protocol, scheme: scheme.filter(|_| is_main), path, main: is_main });
    }
    ports
}

fn path(text: &str) -> Option<String> {
    let path = format!("/{}", text.trim().trim_start_matches('/'));
    let is_plain = path.len() <= 200 && path.chars().all(|c| c.is_ascii_graphic());
    is_plain.then_some(path)
}

/// A page may want a log-in or lie elsewhere: whatever it says, it answers. Behind a certificate of its own only the port
/// is looked at.
fn probe(main: &Opening, scheme: Option<Scheme>) -> What {
    match scheme {
        Some(Scheme::Http) => {
            What::Http { port: main.outer, path: "/".to_owned(), status: Some(StatusRange { from: 200, to: 499 }) }
        }
        _ => What::Tcp { port: main.outer },
    }
}

impl Opened {
    /// Into the services that open them.
    pub fn publish(&self, services: &mut BTreeMap<String, Service>) {
        for Opening { service, outer, inner, protocol, is_host } in &self.openings {
            let Some(service) = services.get_mut(service).filter(|_| !is_host) else { continue };
            service.ports.push(match protocol {
                Protocol::Tcp => format!("{outer}:{inner}"),
                Protocol::Udp => format!("{outer}:{inner}/udp"),
            });
        }
    }

    /// Where no port can be asked, its containers have to run, so many of them.
    pub fn probe(&self, running: usize) -> Probe {
        let count =
            format!("cd /srv/app && test \"$(docker compose ps --status running -q | wc -l)\" -ge {}", running.max(1));
        let command = What::Command { run: vec!["sh".to_owned(), "-c".to_owned(), count] };
        Probe { what: self.probe.clone().unwrap_or(command), deadline: 300, interval: 30 }
    }

    /// The service that the app is about.
    pub fn main_service(&self, services: &BTreeMap<String, Service>) -> String {
        let main = self.main.map(|at| self.openings[at].service.clone());
        main.or_else(|| services.keys().next().cloned()).unwrap_or_default()
    }
}
