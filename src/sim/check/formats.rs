//! The named formats of parameters, each with the words Proxmox refuses a wrong one with.

use super::patterns;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

type Judged = Result<(), String>;

fn must(fits: bool, why: impl Into<String>) -> Judged {
    if fits { Ok(()) } else { Err(why.into()) }
}

fn all(text: &str, allowed: impl Fn(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(allowed)
}

fn starts_with_letter(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// Every item of a list separated by commas, semicolons or blanks.
fn each(text: &str, judge: impl Fn(&str) -> Judged) -> Judged {
    text.split([',', ';', ' ', '\t', '\n', '\0']).filter(|item| !item.is_empty()).try_for_each(judge)
}

fn is_label(text: &str) -> bool {
    all(text, |c| c.is_ascii_alphanumeric() || c == '-') && !text.starts_with('-') && !text.ends_with('-')
}

pub fn vmid(text: &str) -> Judged {
    let fits = (3..=9).contains(&text.len()) && all(text, |c| c.is_ascii_digit()) && !text.starts_with('0');
    must(fits, "value does not look like a valid VM ID")
}

pub fn vmid_list(text: &str) -> Judged {
    each(text, vmid)
}

pub fn node(text: &str) -> Judged {
    must(is_label(text), "value does not look like a valid node name")
}

pub fn dns_name(text: &str) -> Judged {
    must(text.split('.').all(is_label), "value does not look like a valid DNS name")
}

pub fn dns_name_list(text: &str) -> Judged {
    each(text, dns_name)
}

pub fn config_id(text: &str) -> Judged {
    let fits =
        text.len() >= 2 && starts_with_letter(text) && all(text, |c| c.is_ascii_alphanumeric() || "_-".contains(c));
    must(fits, format!("invalid configuration ID '{text}'"))
}

pub fn config_id_list(text: &str) -> Judged {
    each(text, config_id)
}

pub fn storage_id(text: &str) -> Judged {
    must(text.len() >= 2, format!("storage ID '{text}' cannot be shorter than 2 characters"))?;
    let fits = starts_with_letter(text)
        && all(text, |c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        && text.ends_with(|c: char| c.is_ascii_alphanumeric());
    must(fits, format!("storage ID '{text}' contains illegal characters"))
}

pub fn mac(text: &str) -> Judged {
    let bytes: Vec<_> = text.split(':').collect();
    let is_unicast = |byte: &str| u8::from_str_radix(byte, 16).is_ok_and(|value| value & 1 == 0);
    let fits = bytes.len() == 6
        && bytes.iter().all(|byte| byte.len() == 2 && u8::from_str_radix(byte, 16).is_ok())
        && is_unicast(bytes[0]);
    must(fits, "value does not look like a valid unicast MAC address")
}

pub fn ipv4(text: &str) -> Judged {
    must(text.parse::<Ipv4Addr>().is_ok(), "value does not look like a valid IPv4 address")
}

pub fn ipv6(text: &str) -> Judged {
    must(text.parse::<Ipv6Addr>().is_ok(), "value does not look like a valid IPv6 address")
}

/// Name servers: addresses, those of a link with their interface.
pub fn resolver_list(text: &str) -> Judged {
    each(text, |item| {
        let plain = if item.starts_with("fe80:") { item.split('%').next().unwrap_or(item) } else { item };
        must(plain.parse::<IpAddr>().is_ok(), "value does not look like a valid IP address")
    })
}

fn is_network<A: std::str::FromStr>(text: &str, widest: u8) -> bool {
    let Some((address, bits)) = text.split_once('/') else { return false };
    address.parse::<A>().is_ok() && bits.parse::<u8>().is_ok_and(|bits| (8..=widest).contains(&bits))
}

pub fn ipv4_config(text: &str) -> Judged {
    let fits = matches!(text, "dhcp" | "manual") || is_network::<Ipv4Addr>(text, 32);
    must(fits, "value does not look like a valid ipv4 network configuration")
}

pub fn ipv6_config(text: &str) -> Judged {
    let fits = matches!(text, "auto" | "dhcp" | "manual") || is_network::<Ipv6Addr>(text, 128);
    must(fits, "value does not look like a valid ipv6 network configuration")
}

pub fn disk_size(text: &str) -> Judged {
    let plain = text.strip_suffix("iB").unwrap_or(text);
    let digits = plain.strip_suffix(['K', 'M', 'G', 'T']).unwrap_or(plain);
    let has_unit = digits.len() < plain.len();
    let fits = (has_unit || plain.len() == text.len())
        && digits.split('.').count() <= 2
        && digits.split('.').all(|half| all(half, |c| c.is_ascii_digit()));
    must(fits, format!("value does not look like a valid disk size: {text}"))
}

pub fn startup(text: &str) -> Judged {
    let is_part = |part: &str| {
        let part = part.trim();
        let digits = ["order=", "up=", "down="].iter().find_map(|key| part.strip_prefix(key)).unwrap_or(part);
        all(digits, |c| c.is_ascii_digit())
    };
    must(text.trim_end_matches(',').split(',').all(is_part), "unable to parse startup options")
}

pub fn tag_list(text: &str) -> Judged {
    each(text, |tag| {
        let fits = tag.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
            && all(tag, |c| c.is_ascii_alphanumeric() || "_-+.".contains(c));
        must(fits, "invalid characters in tag")
    })
}

pub fn volume_id(text: &str) -> Judged {
    let fits = text.split_once(':').is_some_and(|(storage, rest)| storage_id(storage).is_ok() && !rest.is_empty());
    must(fits, format!("unable to parse volume ID '{text}'"))
}

pub fn mount_point(text: &str) -> Judged {
    let climbs = text.starts_with("../") || text.contains("/../") || text.contains("/./");
    let fits = !climbs && !text.ends_with("/..") && !text.ends_with("/.");
    must(fits, format!("{text} contains illegal character sequences"))
}

pub fn device(text: &str) -> Judged {
    let fits = text.len() > 5 && text.starts_with("/dev/") && mount_point(text).is_ok();
    must(fits, format!("{text} is not a valid device path"))
}

pub fn time_zone(text: &str) -> Judged {
    let is_place = |text: &str| {
        text.split_once('/').is_some_and(|(area, place)| {
            area.len() > 1
                && area.starts_with(|c: char| c.is_ascii_uppercase())
                && all(area, |c| c.is_ascii_alphanumeric() || c == '_')
                && all(place, |c| c.is_ascii_alphanumeric() || "_+-/".contains(c))
        })
    };
    must(matches!(text, "host" | "UTC") || is_place(text), format!("invalid time zone '{text}'"))
}

pub fn realm(text: &str) -> Judged {
    must(patterns::is_word(text), "value does not look like a valid realm")
}

pub fn user_id(text: &str) -> Judged {
    let fits = (3..=64).contains(&text.len())
        && text.rsplit_once('@').is_some_and(|(name, realm)| {
            patterns::is_word(realm) && all(name, |c| !c.is_whitespace() && !":/".contains(c))
        });
    must(fits, format!("value '{text}' does not look like a valid user name"))
}

pub fn privilege_list(text: &str) -> Judged {
    each(text, |item| {
        let fits = item.starts_with(|c: char| c.is_ascii_uppercase())
            && item.split('.').count() >= 2
            && item.split('.').all(|part| all(part, |c| c.is_ascii_alphabetic()));
        must(fits, format!("invalid privilege '{item}'"))
    })
}

pub fn group_list(text: &str) -> Judged {
    each(text, |item| {
        let fits = all(item, |c| c.is_ascii_alphanumeric() || ".-_".contains(c));
        must(fits, format!("group name '{item}' contains invalid characters"))
    })
}

/// Users with commas between them.
pub fn user_list(text: &str) -> Judged {
    each(text, user_id)
}

pub fn token_list(text: &str) -> Judged {
    each(text, |item| {
        let fits = item.rsplit_once('!').is_some_and(|(user, token)| user_id(user).is_ok() && patterns::is_word(token));
        must(fits, format!("value '{item}' does not look like a valid token ID"))
    })
}

pub fn role_id(text: &str) -> Judged {
    let fits = all(text, |c| c.is_ascii_alphanumeric() || ".-_".contains(c));
    must(fits, format!("role name '{text}' contains invalid characters"))
}

pub fn role_list(text: &str) -> Judged {
    each(text, role_id)
}

pub fn pool_id(text: &str) -> Judged {
    let is_part = |part: &str| all(part, |c| c.is_ascii_alphanumeric() || ".-_".contains(c));
    let fits = text.split('/').count() <= 3 && text.split('/').all(is_part);
    must(fits, format!("pool name '{text}' contains invalid characters"))
}

const CONTENTS: &[&str] = &["import", "iso", "vztmpl", "backup", "rootdir", "images", "snippets", "none"];

pub fn content(text: &str) -> Judged {
    must(CONTENTS.contains(&text), format!("invalid content type '{text}'"))
}

pub fn content_list(text: &str) -> Judged {
    each(text, content)
}

pub fn task_status_list(text: &str) -> Judged {
    each(text, |item| {
        let fits = ["ok", "error", "warning", "unknown"].contains(&item.to_ascii_lowercase().as_str());
        must(fits, format!("invalid status '{item}'"))
    })
}

/// An address, or nothing.
pub fn email_opt(text: &str) -> Judged {
    let fits = text.is_empty()
        || text.split_once('@').is_some_and(|(name, host)| {
            all(name, |c| !c.is_whitespace()) && all(host, |c| !c.is_whitespace() && c != '@')
        });
    must(fits, "value does not look like a valid email address")
}

pub fn cidr(text: &str) -> Judged {
    let fits = is_network::<Ipv4Addr>(text, 32) || is_network::<Ipv6Addr>(text, 128);
    must(fits, "value does not look like a valid CIDR network")
}

/// `1`, a storage, or `from:to`, several of them.
pub fn storage_pairs(text: &str) -> Judged {
    each(text, |item| {
        let fits = item == "1" || item.splitn(2, ':').all(|side| storage_id(side).is_ok());
        must(fits, format!("invalid storage map '{item}'"))
    })
}

/// Addresses, or users of this machine.
pub fn mail_list(text: &str) -> Judged {
    let is_name = |name: &str| all(name, |c| c.is_ascii_alphanumeric() || "_+-~".contains(c));
    each(text, |item| {
        let (name, host) = item.split_once('@').map_or((item, None), |(name, host)| (name, Some(host)));
        let fits = name.split('.').all(is_name)
            && host.is_none_or(|host| all(host, |c| c.is_ascii_alphanumeric() || "-.".contains(c)));
        must(fits, "value does not look like a valid email address or user name")
    })
}

pub fn storage_id_list(text: &str) -> Judged {
    each(text, storage_id)
}

pub fn day_list(text: &str) -> Judged {
    each(text, |item| {
        let fits = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].contains(&item);
        must(fits, format!("invalid day '{item}'"))
    })
}

/// The name of a network card or bridge, with the number of an alias or a VLAN behind it.
pub fn interface(text: &str) -> Judged {
    let (name, number) = text.split_once([':', '.']).unwrap_or((text, "0"));
    let fits = starts_with_letter(name)
        && (2..=21).contains(&name.len())
        && all(name, |c| c.is_ascii_alphanumeric() || c == '_')
        && all(number, |c| c.is_ascii_digit());
    must(fits, format!("invalid network interface name '{text}'"))
}

/// The first bytes of a card's address: `BC:24:11`.
pub fn mac_prefix(text: &str) -> Judged {
    let bytes: Vec<&str> = text.strip_suffix(':').unwrap_or(text).split(':').collect();
    let is_byte = |byte: &&str| byte.len() == 2 && byte.bytes().all(|digit| digit.is_ascii_hexdigit());
    let is_unicast = u8::from_str_radix(bytes[0], 16).is_ok_and(|first| first & 1 == 0);
    must(is_unicast && bytes.len() <= 3 && bytes.iter().all(is_byte), "value is not a valid unicast MAC address prefix")
}
