//! What is proposed for a container that becomes an app: its name, its main port, how to see that it works. What must hold:
//! a proposed name can be the name of an app, and a port is proposed only where something answers.

use std::collections::BTreeSet;

use crate::domain::{book::Page, catalog::Recipe, ids::Vmid, plan::deploy::page_of, probe::ProbeKind};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proposal {
    pub name: String,
    pub port: Option<u16>,
    /// What a browser would open.
    pub page: Option<Page>,
    pub probe: Option<ProbeKind>,
}

/// Where pages are served, mostly.
pub const WELL_KNOWN: [u16; 16] =
    [80, 443, 3000, 5000, 5601, 8000, 8006, 8080, 8081, 8083, 8096, 8123, 8443, 8888, 9000, 9090];
/// Where TLS is spoken, mostly.
const SECURE: [u16; 5] = [443, 4443, 8006, 8443, 9443];
/// Where a shell is served and never the app.
const SSH: u16 = 22;
const LONGEST_NAME: usize = 63;

/// The port of its recipe, or the lowest at which pages are served mostly, or the only one there is.
pub fn likely_port(open: &[u16], recipe: Option<&Recipe>) -> Option<u16> {
    let of_recipe = recipe.and_then(|recipe| {
        let main = recipe.main_port().map(|port| port.port).or_else(|| recipe.probe.what.port());
        main.filter(|port| open.contains(port))
    });
    let web = || WELL_KNOWN.into_iter().find(|port| open.contains(port));
    let only = || {
        let mut others = open.iter().copied().filter(|port| *port != SSH);
        others.next().filter(|_| others.next().is_none())
    };
    of_recipe.or_else(web).or_else(only)
}

impl Proposal {
    /// With a page as it would be, if one is served there at all.
    pub fn at(name: String, port: Option<u16>, recipe: Option<&Recipe>) -> Self {
        let page = port.map(|port| page_at(port, recipe));
        Self { name, port, page, probe: None }
    }
}

/// As the recipe has it, where it is the port of the recipe.
fn page_at(port: u16, recipe: Option<&Recipe>) -> Page {
    let known = recipe.and_then(page_of).filter(|page| page.port == port);
    known.unwrap_or_else(|| Page { scheme: scheme_at(port).into(), port, path: "/".into() })
}

fn scheme_at(port: u16) -> &'static str {
    if SECURE.contains(&port) { "https" } else { "http" }
}

/// What the host calls it, as far as an app may be called so.
pub fn name_of(name: &str, vmid: Vmid) -> String {
    let label = name.split('.').next().unwrap_or(name).to_ascii_lowercase();
    let plain = |c: char| if c.is_ascii_lowercase() || c.is_ascii_digit() { c } else { '-' };
    let cut: String = label.chars().map(plain).take(LONGEST_NAME).collect();
    let cut = cut.trim_matches('-');
    if cut.is_empty() { format!("guest-{vmid}") } else { cut.to_owned() }
}

/// A name that nobody has, which is taken with that.
pub fn unique_name(taken: &mut BTreeSet<String>, wanted: &str) -> String {
    let room = LONGEST_NAME - 6;
    let stem = if wanted.len() > room { wanted[..room].trim_end_matches('-') } else { wanted };
    let numbered = (2..100_000).map(|number| format!("{stem}-{number}"));
    let mut all = std::iter::once(wanted.to_owned()).chain(numbered);
    let free = all.find(|name| !taken.contains(name)).unwrap_or_else(|| wanted.to_owned());
    taken.insert(free.clone());
    free
}
