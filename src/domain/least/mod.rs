//! A user and a token of ours with as few rights as work: what of that is to be made on a host. What must hold: what is
//! shown, what is made and what is taken back are one and the same list, and nothing is on it that no work needs.

mod deed;
mod loss;
mod roles;
mod words;

use std::collections::{BTreeMap, BTreeSet};

pub use deed::{Deed, Given, Spread, State};
pub use loss::loses;
pub use words::{good_for, not_for};

use super::moment::Moment;
use roles::{Role, of_storage};

/// How far a token of ours reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeastReach {
    /// The guests of this pool, which is made where there is none.
    Pool(String),
    /// All guests, so that what is there can be adopted; new ones come into this pool all the same.
    All { pool: String },
}

impl LeastReach {
    /// Where new guests come.
    pub fn pool(&self) -> &str {
        match self {
            Self::Pool(pool) | Self::All { pool } => pool,
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Fetching {
    #[default]
    Allowed,
    Left,
}

/// What a storage may hold, as far as rights differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holding {
    Disks,
    Backups,
    Templates,
}

/// Of how many nodes a host is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nodes {
    One,
    Several,
}

/// What the operator wants, with what was found of his storages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// `proximity@pve`
    pub user: String,
    /// The name of the new token; no token has it yet.
    pub token: String,
    pub expires: Option<Moment>,
    pub reach: LeastReach,
    pub storages: BTreeMap<String, BTreeSet<Holding>>,
    /// Software-defined networks with their zone before them: `zone/network`.
    pub bridges: Vec<String>,
    pub fetches: Fetching,
    pub nodes: Nodes,
}

/// How it stands on the host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// All privileges that its version knows: it refuses a role with any other.
    pub known: BTreeSet<String>,
    pub roles: BTreeMap<String, BTreeSet<String>>,
    pub users: BTreeSet<String>,
    pub pools: BTreeSet<String>,
    pub given: BTreeSet<Given>,
}

/// Whose tokens count by themselves: he holds everything.
pub const ROOT: &str = "root@pam";

/// All there is to do, in its order, also what is there already.
pub fn deeds(wanted: &Wanted, standing: &Standing) -> Vec<Deed> {
    let places = places(wanted, standing);
    let roles: BTreeSet<Role> = places.iter().flat_map(|(_, roles, _)| roles.iter().copied()).collect();
    let mut deeds = vec![pool(wanted, standing)];
    deeds.extend(roles.into_iter().map(|role| self::role(role, standing)));
    if wanted.user != ROOT {
        let state = if standing.users.contains(&wanted.user) { State::There } else { State::Made };
        deeds.push(Deed::User { id: wanted.user.clone(), state });
    }
    deeds.push(Deed::Token { user: wanted.user.clone(), name: wanted.token.clone(), expires: wanted.expires });
    deeds.extend(places.into_iter().map(|(path, roles, spread)| grant(wanted, standing, path, &roles, spread)));
    deeds
}

fn pool(wanted: &Wanted, standing: &Standing) -> Deed {
    let name = wanted.reach.pool().to_owned();
    let state = if standing.pools.contains(&name) { State::There } else { State::Made };
    Deed::Pool { name, state }
}

fn role(role: Role, standing: &Standing) -> Deed {
    let privileges = role.privileges(&standing.known);
    let before = standing.roles.get(role.name()).cloned();
    Deed::Role { name: role.name().into(), privileges, before }
}

/// Which roles are wanted where, and whether below as well. What is granted at a path takes the place of what comes from
/// above, so each path names all that it needs.
fn places(wanted: &Wanted, standing: &Standing) -> Vec<(String, Vec<Role>, Spread)> {
    let mut on_guests = vec![Role::Guests];
    if wanted.nodes == Nodes::Several {
        on_guests.push(Role::Moves);
    }
    let pool = format!("/pool/{}", wanted.reach.pool());
    let mut places = Vec::new();
    match &wanted.reach {
        LeastReach::Pool(_) => places.push((pool, [on_guests, vec![Role::Pool]].concat(), Spread::Below)),
        LeastReach::All { .. } => {
            places.push(("/vms".to_owned(), on_guests, Spread::Below));
            places.push((pool, vec![Role::Pool], Spread::Below));
        }
    }
    for (storage, holds) in &wanted.storages {
        places.push((format!("/storage/{storage}"), of_storage(holds, wanted.fetches), Spread::Below));
    }
    for bridge in &wanted.bridges {
        places.push((bridge_path(bridge), vec![Role::Bridges], Spread::Below));
    }
    let network = (wanted.fetches == Fetching::Allowed).then_some(Role::Network);
    places.push(("/nodes".to_owned(), [Role::Audit].into_iter().chain(network).collect(), Spread::Below));
    // Only here: who may look below `/access` sees everybody's rights.
    places.push(("/".to_owned(), vec![Role::Audit], Spread::Here));
    for (_, roles, _) in &mut places {
        roles.retain(|role| !role.privileges(&standing.known).is_empty());
    }
    places.retain(|(_, roles, _)| !roles.is_empty());
    places
}

/// Bridges of the nodes are in a zone that is always there.
fn bridge_path(bridge: &str) -> String {
    match bridge.split_once('/') {
        Some((zone, network)) => format!("/sdn/zones/{zone}/{network}"),
        None => format!("/sdn/zones/localnetwork/{bridge}"),
    }
}

fn grant(wanted: &Wanted, standing: &Standing, path: String, roles: &[Role], spread: Spread) -> Deed {
    let users: Vec<String> = (wanted.user != ROOT).then(|| wanted.user.clone()).into_iter().collect();
    let token = format!("{}!{}", wanted.user, wanted.token);
    let roles: Vec<String> = roles.iter().map(|role| role.name().to_owned()).collect();
    let is_it = |one: &&Given| one.path == path && users.contains(&one.to) && roles.contains(&one.role);
    let before = standing.given.iter().filter(is_it).cloned().collect();
    Deed::Grant { path, users, token, roles, spread, before }
}
