//! The formats of a firewall's rules: addresses, ports, protocols and kinds of ICMP.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

type Judged = Result<(), String>;

const LONGEST_NAME: usize = 64;
/// Of the services that a node knows by name, those that somebody would name.
const SERVICES: &[&str] = &[
    "domain",
    "ftp",
    "ftp-data",
    "http",
    "https",
    "imap2",
    "imaps",
    "ldap",
    "ldaps",
    "mysql",
    "nfs",
    "ntp",
    "pop3",
    "pop3s",
    "postgresql",
    "smtp",
    "snmp",
    "ssh",
    "submission",
    "syslog",
    "telnet",
    "tftp",
];
const PROTOCOLS: &[&str] = &[
    "ah",
    "ax.25",
    "dccp",
    "egp",
    "encap",
    "esp",
    "etherip",
    "fc",
    "ggp",
    "gre",
    "hip",
    "hmp",
    "icmp",
    "idpr-cmtp",
    "idrp",
    "igmp",
    "igp",
    "ip",
    "ipcomp",
    "ipencap",
    "ipip",
    "ipv6",
    "ipv6-frag",
    "ipv6-icmp",
    "ipv6-nonxt",
    "ipv6-opts",
    "ipv6-route",
    "isis",
    "iso-tp4",
    "l2tp",
    "manet",
    "mobility-header",
    "mpls-in-ip",
    "ospf",
    "pim",
    "pup",
    "rdp",
    "rohc",
    "rspf",
    "rsvp",
    "sctp",
    "shim6",
    "skip",
    "st",
    "tcp",
    "udp",
    "udplite",
    "vmtp",
    "vrrp",
    "wesp",
    "xns-idp",
    "xtp",
];
const ICMP: &[&str] = &[
    "address-mask-reply",
    "address-mask-request",
    "any",
    "bad-header",
    "beyond-scope",
    "communication-prohibited",
    "destination-unreachable",
    "echo-reply",
    "echo-request",
    "failed-policy",
    "fragmentation-needed",
    "host-precedence-violation",
    "host-prohibited",
    "host-redirect",
    "host-unknown",
    "host-unreachable",
    "ip-header-bad",
    "neighbor-advertisement",
    "neighbor-solicitation",
    "neighbour-advertisement",
    "neighbour-solicitation",
    "network-prohibited",
    "network-redirect",
    "network-unknown",
    "network-unreachable",
    "no-route",
    "packet-too-big",
    "parameter-problem",
    "port-unreachable",
    "precedence-cutoff",
    "protocol-unreachable",
    "redirect",
    "reject-route",
    "required-option-missing",
    "router-advertisement",
    "router-solicitation",
    "source-quench",
    "source-route-failed",
    "time-exceeded",
    "timestamp-reply",
    "timestamp-request",
    "tos-host-redirect",
    "tos-host-unreachable",
    "tos-network-redirect",
    "tos-network-unreachable",
    "ttl-zero-during-reassembly",
    "ttl-zero-during-transit",
    "unknown-header-type",
    "unknown-option",
];

fn must(fits: bool, why: impl Into<String>) -> Judged {
    if fits { Ok(()) } else { Err(why.into()) }
}

fn is_name(text: &str) -> bool {
    let plain = ["dc/", "guest/"].into_iter().find_map(|scope| text.strip_prefix(scope)).unwrap_or(text);
    plain.len() >= 2
        && plain.starts_with(|c: char| c.is_ascii_alphabetic())
        && plain.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
}

/// Whether an address, a network or a range of addresses is one of IPv6.
fn family(text: &str) -> Option<bool> {
    let address = |text: &str| text.parse::<IpAddr>().ok();
    if let Some((first, last)) = text.split_once('-') {
        let (first, last) = (address(first)?, address(last)?);
        return (first <= last && first.is_ipv6() == last.is_ipv6()).then(|| first.is_ipv6());
    }
    let Some((plain, bits)) = text.split_once('/') else { return address(text).map(|ip| ip.is_ipv6()) };
    let bits: u32 = bits.parse().ok()?;
    match (plain.parse::<Ipv4Addr>(), plain.parse::<Ipv6Addr>()) {
        (Ok(_), _) => (bits <= 32).then_some(false),
        (_, Ok(_)) => (bits <= 128).then_some(true),
        _ => None,
    }
}

/// A set (`+web`), an alias, or addresses, networks and one range.
pub fn addresses(text: &str) -> Judged {
    if let Some(name) = text.strip_prefix('+').filter(|name| !name.is_empty() && !name.contains(char::is_whitespace)) {
        return must(name.len() <= LONGEST_NAME, "ipset name too long");
    }
    if is_name(text) {
        return must(text.len() <= LONGEST_NAME, "alias name too long");
    }
    let items: Vec<&str> = text.split(',').collect();
    must(!items.iter().any(|item| item.is_empty()), "extraneous commas in list")?;
    let mut families = Vec::new();
    for item in &items {
        families
            .push(family(item).ok_or_else(|| format!("invalid IP address: Cannot determine IP version for {item}"))?);
    }
    let is_mixed = families.windows(2).any(|pair| pair[0] != pair[1]);
    must(!is_mixed, format!("detected mixed ipv4/ipv6 addresses in address list '{text}'"))?;
    must(items.len() == 1 || !text.contains('-'), "you can't use a range in a list")
}

fn port(text: &str) -> Result<u32, String> {
    let number = text.parse::<u32>().ok().filter(|port| *port <= 65_535 && !text.starts_with('+'));
    number.ok_or_else(|| format!("invalid port '{text}'"))
}

/// Ports, ranges of them, and services by name.
pub fn ports(text: &str) -> Judged {
    text.split(',').try_for_each(|item| match item.split_once(':') {
        _ if item.is_empty() => Err("extraneous commas in list".into()),
        Some((first, last)) => {
            let (first, last) = (port(first)?, port(last)?);
            let why = format!("backwards range '{first}:{last}' not allowed, did you mean '{last}:{first}'?");
            must(first <= last, why)
        }
        None if SERVICES.contains(&item) => Ok(()),
        None => port(item).map(drop),
    })
}

/// Where a kind of ICMP stands in the place of a port.
pub fn target_ports(text: &str) -> Judged {
    if ICMP.contains(&text) { Ok(()) } else { ports(text) }
}

pub fn protocol(text: &str) -> Judged {
    let is_number = text.parse::<u8>().is_ok() && !text.starts_with('+');
    must(is_number || PROTOCOLS.contains(&text), format!("unknown protocol '{text}'"))
}

pub fn icmp_kind(text: &str) -> Judged {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    must(is_number || ICMP.contains(&text), format!("invalid icmp-type '{text}'"))
}
