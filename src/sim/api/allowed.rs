//! Who may set which option of a container, and use which volume, storage and bridge. Root itself may do everything;
//! some things nobody else may, not even a token of root.

use super::Ask;
use crate::sim::{
    check::{container::FEATURES, property},
    datacenter::Datacenter,
    refusal::Refusal,
    world::{
        access::Who,
        guest::{Config, Guest},
        mount::{Mount, Source},
        options::stem,
        place,
    },
};

type Judged = Result<(), Refusal>;

/// The guest whose options are meant. One that is not there yet has the rights of the pool it will be in.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    pub vmid: u32,
    pub pool: Option<&'a str>,
    pub old: Option<&'a Config>,
    pub is_unprivileged: bool,
}

impl<'a> Place<'a> {
    pub fn of(guest: &'a Guest) -> Self {
        let is_unprivileged = guest.is_set("unprivileged");
        Self { vmid: guest.vmid, pool: None, old: Some(&guest.config), is_unprivileged }
    }
}

impl Datacenter {
    pub fn needs(&self, who: &Who, path: &str, privilege: &str) -> Judged {
        match self.may(who, path, privilege) {
            true => Ok(()),
            false => Err(Refusal::forbidden(&format!("{path}, {privilege}"))),
        }
    }

    pub fn needs_at(&self, who: &Who, place: Place, privilege: &str) -> Judged {
        let in_pool = place.pool.is_some_and(|pool| self.may(who, &format!("/pool/{pool}"), privilege));
        if in_pool { Ok(()) } else { self.needs(who, &format!("/vms/{}", place.vmid), privilege) }
    }

    /// Whether an option may be set to this text, or removed.
    pub fn may_set(&self, who: &Who, place: Place, name: &str, text: Option<&str>) -> Judged {
        if who.is_root() {
            return Ok(());
        }
        match stem(name) {
            _ if name == "features" => self.may_set_features(who, place, text),
            _ if name == "hookscript" => {
                Err(Refusal::forbidden("changing the hookscript is only allowed for root@pam"))
            }
            "dev" => Err(Refusal::forbidden("configuring device passthrough is only allowed for root@pam")),
            "rootfs" | "mp" => self.may_set_volume(who, place, name, text),
            "net" => {
                self.needs_at(who, place, "VM.Config.Network")?;
                let old = place.old.and_then(|old| old.get(name)).and_then(|old| old.as_str());
                [old, text].into_iter().flatten().try_for_each(|card| self.may_use_bridge(who, card))
            }
            // A pool does not count for them.
            "tags" => self.needs_at(who, Place { pool: None, ..place }, "VM.Config.Options"),
            _ => self.needs_at(who, place, privilege_of(name)),
        }
    }

    fn may_set_volume(&self, who: &Who, place: Place, name: &str, text: Option<&str>) -> Judged {
        self.needs_at(who, place, "VM.Config.Disk")?;
        let Some(mount) = text.and_then(|text| Mount::parse(name, text)) else { return Ok(()) };
        if mount.source() != Source::Volume {
            let word = mount.source().word();
            return Err(Refusal::forbidden(&format!("mount point type {word} is only allowed for root@pam")));
        }
        match mount.wanted() {
            Some((storage, _)) => self.needs(who, &format!("/storage/{storage}"), "Datastore.AllocateSpace"),
            None => self.may_use_volume(who, Some(place.vmid), &mount.volume, "rootdir"),
        }
    }

    fn may_set_features(&self, who: &Who, place: Place, text: Option<&str>) -> Judged {
        if !place.is_unprivileged {
            let text = "changing feature flags for privileged container is only allowed for root@pam";
            return Err(Refusal::forbidden(text));
        }
        let parse = |text: &str| property::parse(FEATURES, text, "features").unwrap_or_default();
        let old = place.old.and_then(|old| old.get("features")).and_then(|old| old.as_str()).map(parse);
        let (old, new) = (old.unwrap_or_default(), text.map(parse).unwrap_or_default());
        let changed: Vec<&str> = old
            .iter()
            .chain(&new)
            .filter(|pair| !(old.contains(pair) && new.contains(pair)))
            .map(|(name, _)| name.as_str())
            .collect();
        if changed.iter().any(|name| *name != "nesting") {
            let text = "changing feature flags (except nesting) is only allowed for root@pam";
            return Err(Refusal::forbidden(text));
        }
        if changed.is_empty() { Ok(()) } else { self.needs_at(who, place, "VM.Allocate") }
    }

    /// Whether a network card may be plugged into its bridge.
    pub fn may_use_bridge(&self, who: &Who, card: &str) -> Judged {
        let part = |key: &str| card.split(',').find_map(|part| part.strip_prefix(key)?.strip_prefix('='));
        let Some(bridge) = part("bridge").filter(|_| !who.is_root()) else { return Ok(()) };
        let zone = format!("/sdn/zones/localnetwork/{bridge}");
        let trunks = part("trunks").into_iter().flat_map(|trunks| trunks.split(';'));
        let tags: Vec<&str> = part("tag").into_iter().chain(trunks).collect();
        if tags.is_empty() {
            return self.needs(who, &zone, "SDN.Use");
        }
        tags.into_iter().try_for_each(|tag| self.needs(who, &format!("{zone}/{tag}"), "SDN.Use"))
    }

    /// Whether what lies behind a volume id may be read for a guest.
    pub fn may_use_volume(&self, who: &Who, vmid: Option<u32>, volume: &str, content: &str) -> Judged {
        let Some((storage, path)) = volume.split_once(':').filter(|(storage, _)| !storage.starts_with('/')) else {
            let text = "Only root can pass arbitrary filesystem paths. at /usr/share/perl5/PVE/Storage.pm line 651.";
            return if who.is_root() { Ok(()) } else { Err(Refusal::died(text)) };
        };
        let known = self.storage(storage);
        let known = known.ok_or_else(|| Refusal::died(format!("storage '{storage}' does not exist")))?;
        let place::Place { content: kind, owner } = place::parse(known, path).map_err(Refusal::died)?;
        if kind != content && !(content == "rootdir" && kind == "images") {
            let text = format!("unable to use volume {volume} - content type needs to be '{content}'");
            return Err(Refusal::died(text));
        }
        let place = format!("/storage/{storage}");
        if self.may(who, &place, "Datastore.Allocate") {
            return Ok(());
        }
        match (kind, owner) {
            ("iso" | "vztmpl" | "import", _) => {
                let any = ["Datastore.AllocateSpace", "Datastore.Audit"];
                match any.iter().any(|privilege| self.may(who, &place, privilege)) {
                    true => Ok(()),
                    false => Err(Refusal::forbidden(&format!("{place}, {}", any.join("|")))),
                }
            }
            (_, Some(owner)) if vmid == Some(owner) => Ok(()),
            ("backup", Some(owner)) => {
                self.needs(who, &place, "Datastore.AllocateSpace")?;
                self.needs(who, &format!("/vms/{owner}"), "VM.Backup")
            }
            ("images", Some(owner)) => {
                self.needs(who, &place, "Datastore.Audit")?;
                self.needs(who, &format!("/vms/{owner}"), "VM.Config.Disk")
            }
            _ => Err(Refusal::died(format!("missing privileges to access {volume}"))),
        }
    }

    pub fn may_allocate_on(&self, who: &Who, storage: &str) -> Judged {
        self.needs(who, &format!("/storage/{storage}"), "Datastore.AllocateSpace")
    }

    /// A guest of that id, wherever and whatever it is, is in the way.
    pub fn unused_id(&self, vmid: u32) -> Judged {
        match self.guests.get(&vmid) {
            None => Ok(()),
            Some(guest) => {
                let (label, node) = (guest.kind.label(), &guest.node);
                Err(Refusal::died(format!("{label} {vmid} already exists on node '{node}'")))
            }
        }
    }

    /// A pool that somebody names is there.
    pub fn known_pool(&self, name: Option<&str>) -> Judged {
        match name.filter(|name| !self.has_pool(name)) {
            Some(name) => Err(Refusal::forbidden(&format!("pool '{name}' does not exist"))),
            None => Ok(()),
        }
    }

    /// A node that belongs to the cluster.
    pub fn known_node(&self, name: &str) -> Judged {
        match self.node(name) {
            Some(_) => Ok(()),
            None => Err(Refusal::died(format!("no such cluster node '{name}'"))),
        }
    }

    /// Nobody changed the configuration since it was read.
    pub fn unmodified(&self, ask: &Ask, guest: &Guest) -> Judged {
        match ask.given("digest").is_some_and(|digest| digest != super::config_digest(guest)) {
            true => Err(Refusal::died(crate::sim::refusal::MODIFIED)),
            false => Ok(()),
        }
    }
}

fn privilege_of(name: &str) -> &'static str {
    match name {
        "cores" | "cpulimit" | "cpuunits" => "VM.Config.CPU",
        "memory" | "swap" => "VM.Config.Memory",
        "hostname" | "nameserver" | "searchdomain" => "VM.Config.Network",
        _ => "VM.Config.Options",
    }
}
