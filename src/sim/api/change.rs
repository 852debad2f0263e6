//! Changing the options of a container. What cannot change while it runs waits for its next start.

use serde_json::Value;

use super::{Ask, Endpoint, Guard::Any, Outcome, allowed::Place, create::sensible_card, put};
use crate::sim::{
    check::container::CHANGE,
    datacenter::Datacenter,
    refusal::Refusal,
    work::unlocked,
    world::{
        guest::{Guest, Kind},
        mount::{Mount, Source, is_mount},
        options::stem,
    },
};

const CHANGERS: &[&str] =
    &["VM.Config.Disk", "VM.Config.CPU", "VM.Config.Memory", "VM.Config.Network", "VM.Config.Options"];

pub const ENDPOINTS: &[Endpoint] =
    &[put("/nodes/{node}/lxc/{vmid}/config", Any("/vms/{vmid}", CHANGERS), &CHANGE, change)];

const NOT_OPTIONS: &[&str] = &["node", "vmid", "delete", "digest", "revert"];

fn change(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let named = |key: &str| -> Vec<String> {
        ask.text(key).split([',', ';', ' ']).filter(|name| !name.is_empty()).map(str::to_owned).collect()
    };
    let (gone, reverted) = (named("delete"), named("revert"));
    let is_option = |name: &str| !NOT_OPTIONS.contains(&name);
    let set: Vec<(&String, &String)> = ask.values.iter().filter(|(name, _)| is_option(name)).collect();
    if set.is_empty() && ask.given("delete").is_none() && ask.given("revert").is_none() {
        return Err(Refusal::died("no options specified"));
    }
    let guest = ask.guest(datacenter, Kind::Container)?;
    unlocked(guest).map_err(Refusal::died)?;
    datacenter.unmodified(ask, guest)?;
    let place = Place::of(guest);
    for name in gone.iter().chain(&reverted) {
        datacenter.may_set(&ask.who, place, name, None)?;
    }
    make_sense(ask, &gone, &reverted)?;
    for (name, text) in &set {
        datacenter.may_set(&ask.who, place, name, Some(text))?;
    }
    datacenter.quorate()?;
    may_go(guest, &gone)?;
    for (name, text) in &set {
        may_come(datacenter, guest, name, text)?;
    }
    let changes = gone.into_iter().map(|name| (name, None));
    let changes: Vec<_> =
        changes.chain(set.into_iter().map(|(name, text)| (name.clone(), Some(text.clone())))).collect();
    carry_out(datacenter, ask.vmid(), &changes, &reverted)
}

fn carry_out(
    datacenter: &mut Datacenter,
    vmid: u32,
    changes: &[(String, Option<String>)],
    reverted: &[String],
) -> Outcome {
    let Some(guest) = datacenter.guests.get_mut(&vmid) else { return Ok(Value::Null.into()) };
    let before = guest.clone();
    reverted.iter().for_each(|name| drop(guest.pending.remove(name)));
    let is_running = guest.is_running();
    datacenter.await_changes(vmid, changes);
    let names: Vec<String> = changes.iter().map(|(name, _)| name.clone()).collect();
    let errors = if is_running { datacenter.plug(vmid, &names) } else { datacenter.apply(vmid, &names) };
    if errors.is_empty() {
        return Ok(Value::Null.into());
    }
    // A card that was taken out for another one is out, and the other one waits; otherwise nothing was written.
    let is_out =
        |guest: &Guest| before.config.keys().any(|name| stem(name) == "net" && !guest.config.contains_key(name));
    if let Some(guest) = datacenter.guests.get_mut(&vmid).filter(|guest| !is_out(guest)) {
        *guest = before;
    }
    Err(Refusal::parameters(errors))
}

/// Whether there is such an option at all.
fn exists(name: &str) -> bool {
    let number = || name[stem(name).len()..].parse::<u16>().ok();
    let is_named = |rule: &crate::sim::check::rule::Rule| match rule.indexed {
        None => rule.name == name,
        Some(limit) => rule.name == stem(name) && number().is_some_and(|number| number < limit),
    };
    !NOT_OPTIONS.contains(&name) && CHANGE.iter().any(is_named)
}

/// Nothing is set, removed and reverted at once.
fn make_sense(ask: &Ask, gone: &[String], reverted: &[String]) -> Result<(), Refusal> {
    for name in reverted {
        let why = match () {
            () if !exists(name) => format!("unknown option '{name}'"),
            () if ask.given(name).is_some() => {
                format!("you can't use '-{name}' and '-revert {name}' at the same time")
            }
            () => continue,
        };
        return Err(Refusal::parameter("revert", why));
    }
    for name in gone {
        let why = match () {
            () if !exists(name) => format!("unknown option '{name}'"),
            () if ask.given(name).is_some() => format!("you can't use '-{name}' and -delete {name}' at the same time"),
            () if reverted.contains(name) => {
                format!("you can't use '-delete {name}' and '-revert {name}' at the same time")
            }
            () => continue,
        };
        return Err(Refusal::parameter("delete", why));
    }
    Ok(())
}

fn may_go(guest: &Guest, gone: &[String]) -> Result<(), Refusal> {
    let is_known = |name: &&String| guest.config.contains_key(*name) || guest.pending.contains_key(*name);
    for name in gone.iter().filter(is_known) {
        match name.as_str() {
            "memory" | "rootfs" | "ostype" => {
                return Err(Refusal::died(format!("unable to delete required option '{name}'")));
            }
            "unprivileged" => return Err(Refusal::died("unable to delete read-only option: 'unprivileged'")),
            _ if matches!(stem(name), "mp" | "unused") && guest.is_set("protection") => {
                let text = format!("can't remove CT {} drive '{name}' - protection mode enabled", guest.vmid);
                return Err(Refusal::died(text));
            }
            _ => {}
        }
    }
    Ok(())
}

fn may_come(datacenter: &Datacenter, guest: &Guest, name: &str, text: &str) -> Result<(), Refusal> {
    if name == "unprivileged" {
        return Err(Refusal::died("unable to modify read-only option: 'unprivileged'"));
    }
    if stem(name) == "net" {
        return sensible_card(name, text);
    }
    if !is_mount(name) {
        return Ok(());
    }
    if guest.is_set("protection") {
        let text = format!("can't update CT {} drive '{name}' - protection mode enabled", guest.vmid);
        return Err(Refusal::died(text));
    }
    let mount = Mount::parse(name, text).filter(|mount| mount.source() == Source::Volume);
    let Some(storage) = mount.as_ref().and_then(|mount| mount.volume.split_once(':')).map(|(storage, _)| storage)
    else {
        return Ok(());
    };
    let known = datacenter.storage(storage);
    let known = known.ok_or_else(|| Refusal::died(format!("storage '{storage}' does not exist")))?;
    match known.takes("rootdir") {
        true => Ok(()),
        false => {
            let text = format!("storage '{storage}' does not allow content type 'rootdir' (Container)");
            Err(Refusal::died(text))
        }
    }
}
