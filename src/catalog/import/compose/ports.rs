//! The ports that services publish. What must hold: no port of the guest is given twice.

use std::collections::BTreeSet;

use super::{Making, names::One};
use crate::{
    catalog::import::{notes::Stop, tree::Tree},
    domain::catalog::Protocol,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    pub service: String,
    /// The guest's.
    pub outer: u16,
    /// The service's.
    pub inner: u16,
    pub protocol: Protocol,
    /// Its service has no network of its own, so nothing is published.
    pub is_host: bool,
}

#[derive(Debug, Default)]
pub struct Ports {
    pub openings: Vec<Opening>,
    /// What services say they listen at, without publishing it.
    pub exposed: Vec<Opening>,
}

/// No honest app opens more.
const MOST: usize = 400;

impl Ports {
    pub fn open(&mut self, opening: Opening) -> Result<(), String> {
        let is_same = |one: &&Opening| one.outer == opening.outer && one.protocol == opening.protocol;
        if self.openings.iter().any(|one| is_same(&one)) {
            return Err("it is open already".to_owned());
        }
        if self.openings.len() >= MOST {
            return Err("there are too many".to_owned());
        }
        self.openings.push(opening);
        Ok(())
    }

    pub fn is_free(&self, outer: u16) -> bool {
        self.openings.iter().all(|one| one.outer != outer || one.protocol != Protocol::Tcp)
    }
}

pub fn ports(one: &One<'_>, is_host: bool, making: &mut Making<'_, '_>) -> Result<(), Stop> {
    for tree in one.tree.get("ports").map(Tree::items).unwrap_or_default() {
        let openings = match tree {
            Tree::Text(text) => short(text, making)?,
            Tree::Map(_) => long(tree, making)?,
            _ => None,
        };
        let Some(openings) = openings else {
            making.notes.say(format!("service {}: the port {} is not understood", one.key, told(tree)));
            continue;
        };
        for (outer, inner, protocol) in openings {
            let opening = Opening { service: one.name.clone(), outer, inner, protocol, is_host };
            if let Err(why) = making.ports.open(opening) {
                making.notes.say(format!("service {}: port {outer} is left out: {why}", one.key));
            }
        }
    }
    exposed(one, is_host, making)
}

fn exposed(one: &One<'_>, is_host: bool, making: &mut Making<'_, '_>) -> Result<(), Stop> {
    for text in one.tree.get("expose").map(Tree::words).unwrap_or_default().into_iter().take(MOST) {
        for (_, inner, protocol) in short(text, making)?.unwrap_or_default().into_iter().take(1) {
            making.ports.exposed.push(Opening { service: one.name.clone(), outer: inner, inner, protocol, is_host });
        }
    }
    Ok(())
}

fn told(tree: &Tree) -> String {
    tree.as_text().or_else(|| tree.word("target")).unwrap_or("without a number").to_owned()
}

type Triples = Vec<(u16, u16, Protocol)>;

/// `80`, `8080:80`, `127.0.0.1:8080:80/tcp`, `3000-3005:3000-3005`
fn short(text: &str, making: &mut Making<'_, '_>) -> Result<Option<Triples>, Stop> {
    // Of an unknown outer port the inner one may still be known.
    let filled = match making.settings.plain(text)? {
        Some(filled) => filled,
        None => text.rsplit(':').next().unwrap_or_default().to_owned(),
    };
    let (ports, protocol) = filled.trim().split_once('/').unwrap_or((filled.trim(), "tcp"));
    let Some(protocol) = protocol_of(protocol) else { return Ok(None) };
    let mut parts = ports.rsplit(':');
    let inner = parts.next().and_then(range);
    let outer = parts.next().filter(|outer| !outer.is_empty()).map(range);
    if parts.next().is_some_and(|address| address.starts_with("127.")) {
        making.notes.say(format!("port {ports} was open to its own machine only; here it is open to the network"));
    }
    Ok(match (outer, inner) {
        (None, Some(inner)) => Some(inner.map(|port| (port, port, protocol)).collect()),
        (Some(Some(outer)), Some(inner)) if outer.clone().count() == inner.clone().count() => {
            Some(outer.zip(inner).map(|(outer, inner)| (outer, inner, protocol)).collect())
        }
        (Some(Some(mut outer)), Some(mut inner)) if inner.clone().count() == 1 => {
            outer.next().zip(inner.next()).map(|(outer, inner)| vec![(outer, inner, protocol)])
        }
        _ => None,
    })
}

fn long(tree: &Tree, making: &mut Making<'_, '_>) -> Result<Option<Triples>, Stop> {
    let plain = |key: &str| making.settings.plain(tree.word(key).unwrap_or_default());
    let (target, published) = (plain("target")?, plain("published")?);
    let protocol = protocol_of(tree.word("protocol").unwrap_or("tcp"));
    let (Some(inner), Some(protocol)) = (target.and_then(|target| number(&target)), protocol) else { return Ok(None) };
    let outer = published.as_deref().and_then(range).and_then(|mut range| range.next()).unwrap_or(inner);
    Ok(Some(vec![(outer, inner, protocol)]))
}

fn protocol_of(text: &str) -> Option<Protocol> {
    match text.to_ascii_lowercase().as_str() {
        "tcp" | "http" => Some(Protocol::Tcp),
        "udp" => Some(Protocol::Udp),
        _ => None,
    }
}

fn range(text: &str) -> Option<std::ops::RangeInclusive<u16>> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    let (from, to) = (number(from)?, number(to)?);
    (from <= to && usize::from(to - from) < MOST).then_some(from..=to)
}

pub fn number(text: &str) -> Option<u16> {
    text.trim().parse().ok().filter(|port| *port != 0)
}

/// What ports are called whose meaning is known everywhere.
pub fn name(port: u16, taken: &BTreeSet<String>) -> String {
    let known = match port {
        21 => "ftp",
        22 | 2222 => "ssh",
        25 | 465 | 587 => "smtp",
        53 => "dns",
        67 => "dhcp",
        80 => "http",
        123 => "ntp",
        143 | 993 => "imap",
        389 | 636 => "ldap",
        443 | 8443 => "https",
        445 => "smb",
        853 => "dns-over-tls",
        1883 => "mqtt",
        8883 => "mqtts",
        3306 => "mysql",
        5432 => "postgres",
        6379 => "redis",
        27017 => "mongodb",
        51820 => "wireguard",
        _ => "",
    };
    let numbered = format!("port-{port}");
    let names = [known.to_owned(), numbered.clone(), format!("{numbered}-udp")];
    let free = names.into_iter().find(|name| !name.is_empty() && !taken.contains(name));
    free.unwrap_or_else(|| format!("{numbered}-{}", taken.len()))
}
