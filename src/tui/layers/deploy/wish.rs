//! What the fields say, as a wish, and what is wrong with them.

use std::{collections::BTreeMap, net::IpAddr};

use zeroize::Zeroize;

use super::{Around, Deploy, Part, fields};
use crate::{
    domain::{
        app::Method,
        catalog::{self, Kind, Range},
        plan::{Address, OnFailure},
        secret::Secret,
    },
    engine::door::{DeployWish, Nights},
};

pub fn of(deploy: &Deploy) -> DeployWish {
    let text = |part| Some(deploy.value(part)).filter(|value| !value.is_empty());
    let number = |part| text(part).and_then(|value: &str| value.parse::<u64>().ok());
    let node = node(deploy);
    let (settings, secrets) = settings(deploy);
    DeployWish {
        name: text(Part::Name).map(Into::into),
        method: method(deploy),
        host: node.map(|node| node.host.clone()),
        node: node.map(|node| node.node.clone()),
        bridge: text(Part::Bridge).map(Into::into),
        vlan: text(Part::Vlan).and_then(|value| value.parse().ok()),
        address: match deploy.value(Part::Network) {
            fields::POOL => None,
            network => address(network == fields::FIXED, deploy.value(Part::Address), deploy.value(Part::Gateway)).ok(),
        },
        cores: number(Part::Cores).and_then(|cores| u32::try_from(cores).ok()),
        memory: number(Part::Memory),
        disk: number(Part::Disk),
        settings,
        secrets,
        nights: if deploy.value(Part::Nights) == fields::NO { Nights::Left } else { Nights::Covered },
        on_failure: match deploy.value(Part::OnFailure) {
            fields::UNDO => OnFailure::Undo,
            fields::KEEP => OnFailure::Keep,
            _ => OnFailure::Ask,
        },
        ..DeployWish::of(deploy.recipe.id.clone())
    }
}

fn node(deploy: &Deploy) -> Option<&crate::domain::ids::NodeKey> {
    let chosen = deploy.value(Part::Where);
    let at = fields::node_names(&deploy.nodes).iter().position(|name| name == chosen)?;
    deploy.nodes.get(at)
}

fn method(deploy: &Deploy) -> Option<Method> {
    let chosen = deploy.value(Part::Method);
    deploy.recipe.methods_offered().into_iter().find(|method| method.slug() == chosen)
}

/// What was typed or chosen, without what was left to the recipe.
fn settings(deploy: &Deploy) -> (BTreeMap<String, String>, BTreeMap<String, Secret>) {
    let (mut plain, mut secrets) = (BTreeMap::new(), BTreeMap::new());
    for (i, setting) in deploy.recipe.settings.iter().enumerate() {
        let Some(field) = deploy.part(Part::Setting(i)).filter(|field| !field.is_empty()) else { continue };
        if setting.kind.is_secret() {
            secrets.insert(setting.name.clone(), Secret::new(field.exact()));
        } else {
            plain.insert(setting.name.clone(), field.value().to_owned());
        }
    }
    (plain, secrets)
}

/// Why an address does not do stands under the address, so a gateway that is none is told here too.
pub fn address(is_fixed: bool, typed: &str, gateway: &str) -> Result<Address, String> {
    if !is_fixed {
        return Ok(Address::Dhcp);
    }
    let wanted = "with its prefix, as in 192.168.1.50/24";
    let (ip, prefix) = typed.split_once('/').ok_or(wanted)?;
    let ip: IpAddr = ip.parse().map_err(|_| "that is no address".to_owned())?;
    let most = if ip.is_ipv4() { 32 } else { 128 };
    let prefix = prefix.parse::<u8>().ok().filter(|prefix| (1..=most).contains(prefix)).ok_or(wanted)?;
    let gateway = Some(gateway).filter(|gateway| !gateway.is_empty());
    Ok(Address::Fixed { ip: ip.to_string(), prefix, gateway: gateway.map(Into::into) })
}

pub fn check(deploy: &Deploy, around: &Around) -> BTreeMap<usize, String> {
    let need = &deploy.recipe.resources;
    let checks = [
        (Part::Name, name(deploy.value(Part::Name), &around.taken)),
        (Part::Vlan, within(deploy.value(Part::Vlan), 1, 4094)),
        (Part::Address, address(deploy.part(Part::Address).is_some(), deploy.value(Part::Address), "").map(drop)),
        (Part::Gateway, gateway(deploy.value(Part::Gateway))),
        (Part::Cores, enough(deploy.value(Part::Cores), need.cores, 512)),
        (Part::Memory, enough(deploy.value(Part::Memory), need.memory, 16 << 20)),
        (Part::Disk, enough(deploy.value(Part::Disk), need.disk, 128 << 10)),
    ];
    let mut wrong: Vec<(Part, String)> =
        checks.into_iter().filter_map(|(part, result)| Some((part, result.err()?))).collect();
    wrong.extend(of_settings(deploy));
    let place = |part: Part| deploy.parts.iter().position(|other| *other == part);
    wrong.into_iter().filter_map(|(part, why)| Some((place(part)?, why))).collect()
}

fn of_settings(deploy: &Deploy) -> Vec<(Part, String)> {
    let (mut given, secrets) = settings(deploy);
    given.extend(secrets.iter().map(|(name, secret)| (name.clone(), secret.reveal().to_owned())));
    let judged = catalog::values(&deploy.recipe, &given);
    given.values_mut().for_each(Zeroize::zeroize);
    let place = |name: &str| deploy.recipe.settings.iter().position(|setting| setting.name == name).map(Part::Setting);
    let faults = judged.err().unwrap_or_default();
    let mut wrong: Vec<_> = faults.into_iter().filter_map(|fault| Some((place(&fault.field)?, fault.why))).collect();
    for (i, setting) in deploy.recipe.settings.iter().enumerate() {
        let part = Part::Setting(i);
        let is_empty = deploy.part(part).is_some_and(|field| field.is_empty());
        let is_made = matches!(setting.kind, Kind::Secret { generate: Some(_) }) || setting.default.is_some();
        if setting.required && is_empty && !is_made && !wrong.iter().any(|(other, _)| *other == part) {
            wrong.push((part, "it is needed".into()));
        }
    }
    wrong
}

/// What can stand in a host name, and is nobody else's.
pub fn name(typed: &str, taken: &[String]) -> Result<(), String> {
    let fits = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    if typed.is_empty() {
        return Ok(());
    }
    if taken.iter().any(|other| other == typed) {
        return Err("another app has this name".into());
    }
    if typed.len() > 40 || !typed.chars().all(fits) || typed.starts_with('-') || typed.ends_with('-') {
        return Err("small letters, digits and dashes, 40 at most".into());
    }
    Ok(())
}

pub fn gateway(typed: &str) -> Result<(), String> {
    if typed.is_empty() || typed.parse::<IpAddr>().is_ok() { Ok(()) } else { Err("that is no address".into()) }
}

/// A whole number in this range, or nothing.
pub fn within(typed: &str, least: u64, most: u64) -> Result<(), String> {
    if typed.is_empty() {
        return Ok(());
    }
    match typed.parse::<u64>() {
        Ok(number) if (least..=most).contains(&number) => Ok(()),
        Ok(number) if number < least => Err(format!("it is at least {least}")),
        Ok(_) => Err(format!("it is at most {most}")),
        Err(_) => Err("it is no whole number".into()),
    }
}

fn enough(typed: &str, need: Range, most: u64) -> Result<(), String> {
    within(typed, u64::from(need.min), most)
}
