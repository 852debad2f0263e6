//! What our credential may do, and for each right it lacks the command that grants it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    Client, ClientError, Version,
    call::Asked,
    grants::{grant, look_first, role_and_grants},
    purposes::Place,
    wire::access::PermissionsSaid,
};
use crate::domain::purpose::{Denied, Purpose};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Permissions {
    who: String,
    held: Held,
    /// What the user of our token holds, where we may know that.
    owner: Option<Held>,
}

/// Paths, and the privileges held there, each with whether it is passed on to what lies below.
type Held = BTreeMap<String, BTreeMap<String, bool>>;

/// A privilege that is held nowhere it is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingRight {
    pub privilege: &'static str,
    pub path: String,
    pub needed_for: &'static str,
    /// A line for a shell of the host.
    pub grant: String,
}

/// What a login is good for, or what it lacks for that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    pub purpose: Purpose,
    /// Privilege and path; nothing when it is allowed.
    pub missing: Vec<(&'static str, &'static str)>,
    /// Lines for a shell of the host, in their order.
    pub grants: Vec<String>,
}

const BASIC: [(&str, Place, &str); 4] = [
    ("VM.Audit", Place::Guests, "seeing guests and their configuration"),
    ("VM.PowerMgmt", Place::Guests, "starting, stopping and restarting guests"),
    ("Sys.Audit", Place::Everything, "the load of the nodes, and whether the cluster agrees"),
    ("Datastore.Audit", Place::Storages, "seeing storages and how full they are"),
];

impl Client {
    pub async fn permissions(&self) -> Result<Permissions, ClientError> {
        let asked = Asked::get(&["access", "permissions"]);
        let answer = self.call(&asked).await?;
        let permissions = Permissions::of(self.name(), answer.read(&asked.call)?);
        self.compare_rights(&permissions);
        Ok(permissions)
    }

    /// What somebody else may do. Not everybody may ask that.
    pub async fn permissions_of(&self, user: &str) -> Result<Permissions, ClientError> {
        let asked = Asked::get(&["access", "permissions"]).with("userid", user);
        let answer = self.call(&asked).await?;
        Ok(Permissions::of(user, answer.read(&asked.call)?))
    }

    /// The same, and of a token what its user holds, so that nothing is granted twice.
    pub async fn permissions_and_owner_s(&self) -> Result<Permissions, ClientError> {
        let mut permissions = self.permissions().await?;
        if let Some((owner, _)) = self.name().split_once('!') {
            let asked = Asked::get(&["access", "permissions"]).with("userid", owner);
            // Not everybody may ask that.
            if let Ok(answer) = self.call(&asked).await {
                permissions.owner = Some(held(answer.read(&asked.call)?));
            }
        }
        Ok(permissions)
    }
}

fn held(said: PermissionsSaid) -> Held {
    let read = |privileges: Vec<(String, String)>| {
        privileges.into_iter().map(|(name, passed_on)| (name, passed_on != "0")).collect()
    };
    said.into_iter().map(|(path, privileges)| (path, read(privileges.0))).collect()
}

impl Permissions {
    pub(super) fn of(who: &str, said: PermissionsSaid) -> Self {
        Self { who: who.to_owned(), held: held(said), owner: None }
    }

    /// A short text that is another one as soon as what is held is.
    pub fn mark(&self) -> Arc<str> {
        let digest = ring::digest::digest(&ring::digest::SHA256, format!("{:?}", self.held).as_bytes());
        digest.as_ref().iter().take(12).map(|byte| format!("{byte:02x}")).collect::<String>().into()
    }

    /// What is lacking for what Proximity cannot do without, each with the command that grants it.
    pub fn missing(&self) -> Vec<MissingRight> {
        let lacking = BASIC.iter().filter(|(privilege, place, _)| !holds(&self.held, privilege, *place));
        lacking
            .map(|&(privilege, place, needed_for)| MissingRight {
                privilege,
                path: place.path().into(),
                needed_for,
                grant: self.one_grant(privilege, place),
            })
            .collect()
    }

    /// For every purpose what is lacking on a host of this version, with the commands that grant it.
    pub fn allowances(&self, version: &Version) -> Vec<Allowance> {
        Purpose::ALL.into_iter().map(|purpose| self.allowance(purpose, version)).collect()
    }

    /// Whether the same is held.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.held == other.held
    }

    /// The purposes for which something is lacking.
    pub(super) fn denied(&self, version: &Version) -> Arc<[Denied]> {
        let lacking = self.allowances(version).into_iter().filter(|allowance| !allowance.missing.is_empty());
        let told =
            lacking.map(|Allowance { purpose, missing, grants }| Denied { purpose, missing, grants: grants.into() });
        told.collect()
    }

    /// Whether all that is held by another is held here, wherever he holds it.
    pub fn covers(&self, other: &Self) -> bool {
        other.held.iter().all(|(path, privileges)| {
            let here = at(&self.held, path);
            privileges.keys().all(|name| here.contains(name))
        })
    }

    /// The pools in which a privilege is held, by name.
    pub fn pools_with(&self, privilege: &str) -> Vec<String> {
        let pools = self.held.iter().filter(|(_, privileges)| privileges.contains_key(privilege));
        pools.filter_map(|(path, _)| path.strip_prefix("/pool/").map(str::to_owned)).collect()
    }

    /// Whether a privilege is held at one of these paths at least.
    pub fn allows_at_one(&self, privilege: &str, paths: &[String]) -> bool {
        paths.iter().any(|path| self.allows(privilege, path))
    }

    /// Whether a privilege is held at exactly this path, or passed on to it.
    pub fn allows(&self, privilege: &str, path: &str) -> bool {
        at(&self.held, path).contains(privilege)
    }

    /// All that is held at a path.
    pub fn at(&self, path: &str) -> BTreeSet<String> {
        at(&self.held, path)
    }

    pub fn holds_nothing(&self) -> bool {
        self.held.values().all(BTreeMap::is_empty)
    }

    fn allowance(&self, purpose: Purpose, version: &Version) -> Allowance {
        let needs = purpose.needs(version);
        let lacks = |held: &Held, (privilege, place): &(&str, Place)| !holds(held, privilege, *place);
        let missing: Vec<_> = needs.iter().filter(|need| lacks(&self.held, need)).copied().collect();
        let places: BTreeSet<_> = missing.iter().map(|(_, place)| *place).collect();
        let grants = places.into_iter().flat_map(|place| {
            let wanted = needs.iter().filter(|(_, at)| *at == place).map(|(privilege, _)| *privilege);
            self.grants(purpose, place, &wanted.collect::<Vec<_>>())
        });
        let grants = grants.collect();
        Allowance { purpose, missing: missing.into_iter().map(|(name, place)| (name, place.path())).collect(), grants }
    }

    /// A grant at a path takes the place of what is inherited from above, so that is part of the role.
    fn grants(&self, purpose: Purpose, place: Place, wanted: &[&str]) -> Vec<String> {
        let role = format!("Proximity-{}-{}", purpose.slug(), place.slug());
        let with = |held: &Held| {
            let mut all: BTreeSet<String> = at(held, place.path());
            all.extend(wanted.iter().map(|name| (*name).to_owned()));
            all
        };
        let path = place.path();
        let Some((user, _)) = self.who.split_once('!') else {
            return role_and_grants(&role, &with(&self.held), path, &[("--users", &self.who)]);
        };
        let of_token = ("--tokens", self.who.as_str());
        match &self.owner {
            _ if user == "root@pam" => role_and_grants(&role, &with(&self.held), path, &[of_token]),
            None => [
                vec![look_first(user, path)],
                role_and_grants(&role, &with(&self.held), path, &[("--users", user), of_token]),
            ]
            .concat(),
            Some(owner) if wanted.iter().all(|name| holds(owner, name, place)) => {
                role_and_grants(&role, &with(&self.held), path, &[of_token])
            }
            Some(owner) => {
                let for_user = role_and_grants(&format!("{role}-user"), &with(owner), path, &[("--users", user)]);
                [for_user, role_and_grants(&role, &with(&self.held), path, &[of_token])].concat()
            }
        }
    }

    /// One of Proxmox's own roles where it takes nothing away.
    fn one_grant(&self, privilege: &'static str, place: Place) -> String {
        let is_bare = |held: &Held| at(held, place.path()).is_empty();
        if is_bare(&self.held) && self.owner.as_ref().is_none_or(is_bare) {
            return grant(privilege, place.path(), &self.who);
        }
        let purpose = if privilege == "VM.PowerMgmt" { Purpose::Switch } else { Purpose::See };
        let lines = self.grants(purpose, place, &[privilege]);
        lines.into_iter().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join(" && ")
    }
}

/// Whether `privilege` is held at a place, or anywhere below it.
fn holds(held: &Held, privilege: &str, place: Place) -> bool {
    let branches = place.branches();
    let below = |path: &str| branches.iter().any(|branch| path == *branch || is_below(path, branch));
    at(held, place.path()).contains(privilege)
        || held.iter().any(|(path, privileges)| below(path) && privileges.contains_key(privilege))
}

/// What is held at a path: what is told of it, or else what is passed on by the nearest one above.
fn at(held: &Held, path: &str) -> BTreeSet<String> {
    if let Some(here) = held.get(path) {
        return here.keys().cloned().collect();
    }
    let above = held.iter().filter(|(other, _)| *other == "/" || is_below(path, other));
    let nearest = above.max_by_key(|(other, _)| other.len());
    let passed_on = nearest.into_iter().flat_map(|(_, privileges)| privileges.iter().filter(|(_, on)| **on));
    passed_on.map(|(name, _)| name.clone()).collect()
}

fn is_below(path: &str, branch: &str) -> bool {
    path.strip_prefix(branch).is_some_and(|rest| rest.starts_with('/'))
}
