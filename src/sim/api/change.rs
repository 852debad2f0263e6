//! Changing the options of a container. What cannot change while it runs waits for its next start.

use serde_json::Value;

use super::{Ask, Endpoint, Guard::Any, Outcome, guests::config_digest, put};
use crate::sim::{
    check::container::CHANGE,
    datacenter::Datacenter,
    hash::mix,
    refusal::Refusal,
    work::unlocked,
    world::{
        guest::{Guest, Kind},
        options::{kept, stem},
    },
};

const CHANGERS: &[&str] =
    &["VM.Config.Disk", "VM.Config.CPU", "VM.Config.Memory", "VM.Config.Network", "VM.Config.Options"];

pub const ENDPOINTS: &[Endpoint] =
    &[put("/nodes/{node}/lxc/{vmid}/config", Any("/vms/{vmid}", CHANGERS), &CHANGE, change)];

/// What takes effect at once, running or not.
const HOT: &[&str] = &[
    "cores",
    "cpulimit",
    "cpuunits",
    "description",
    "hookscript",
    "hostname",
    "lock",
    "memory",
    "mp",
    "net",
    "onboot",
    "protection",
    "startup",
    "swap",
    "tags",
];
const READ_ONLY: &[&str] = &["arch", "ostype", "unprivileged"];

fn change(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let named = |key: &str| -> Vec<String> {
        ask.text(key).split([',', ';', ' ']).filter(|name| !name.is_empty()).map(str::to_owned).collect()
    };
    let (gone, reverted) = (named("delete"), named("revert"));
    let set: Vec<(&String, &String)> =
        ask.values.iter().filter(|(name, _)| !NOT_OPTIONS.contains(&name.as_str())).collect();
    if set.is_empty() && gone.is_empty() && reverted.is_empty() {
        return Err(Refusal::died("no options specified"));
    }
    for name in set.iter().map(|(name, _)| *name).chain(&gone).chain(&reverted) {
        may_change(datacenter, ask, name)?;
    }
    if let Some(name) =
        gone.iter().find(|name| !CHANGE.iter().any(|rule| rule.name == stem(name) || rule.name == **name))
    {
        return Err(Refusal::parameter("delete", format!("unknown option '{name}'")));
    }
    datacenter.quorate()?;
    let guest = ask.guest(datacenter, Kind::Container)?;
    unlocked(guest).map_err(Refusal::died)?;
    if ask.given("digest").is_some_and(|digest| digest != config_digest(guest)) {
        return Err(Refusal::died("detected modified configuration - file changed by other user? Try again."));
    }
    if let Some((name, _)) = set.iter().find(|(name, _)| READ_ONLY.contains(&name.as_str())) {
        return Err(Refusal::died(format!("unable to modify read-only option: '{name}'")));
    }
    let own = mix(mix(datacenter.seed, u64::from(guest.vmid)), datacenter.now().0 as u64);
    let changes = set.into_iter().map(|(name, text)| (name.clone(), kept(name, text, own)));
    let changes: Vec<_> = changes.chain(gone.into_iter().map(|name| (name, Value::Null))).collect();
    if let Some(guest) = datacenter.guests.get_mut(&ask.vmid()) {
        reverted.iter().for_each(|name| drop(guest.pending.remove(name)));
        changes.into_iter().for_each(|(name, value)| set_option(guest, name, value));
    }
    Ok(Value::Null.into())
}

const NOT_OPTIONS: &[&str] = &["node", "vmid", "delete", "digest", "revert"];

fn set_option(guest: &mut Guest, name: String, value: Value) {
    guest.pending.remove(&name);
    let is_removed_disk = value.is_null() && stem(&name) == "mp";
    if guest.is_running() && (!HOT.contains(&stem(&name)) || is_removed_disk) {
        guest.pending.insert(name, value);
        return;
    }
    match value {
        Value::Null => drop(guest.config.remove(&name)),
        value => drop(guest.config.insert(name, value)),
    }
}

fn may_change(datacenter: &Datacenter, ask: &Ask, name: &str) -> Result<(), Refusal> {
    let privilege = match stem(name) {
        "features" if name == "features" => return may_change_features(ask),
        "cores" | "cpulimit" | "cpuunits" => "VM.Config.CPU",
        "memory" | "swap" => "VM.Config.Memory",
        "rootfs" | "mp" | "unused" => "VM.Config.Disk",
        "net" | "hostname" | "nameserver" | "searchdomain" => "VM.Config.Network",
        _ => "VM.Config.Options",
    };
    let place = format!("/vms/{}", ask.vmid());
    if datacenter.may(&ask.who, &place, privilege) {
        Ok(())
    } else {
        Err(Refusal::forbidden(&format!("{place}, {privilege}")))
    }
}

fn may_change_features(ask: &Ask) -> Result<(), Refusal> {
    let is_plain = ask.text("features").split(',').all(|part| part.is_empty() || part.starts_with("nesting="));
    match is_plain || ask.who.is_root() {
        true => Ok(()),
        false => Err(Refusal::forbidden("changing feature flags (except nesting) is only allowed for root@pam")),
    }
}
