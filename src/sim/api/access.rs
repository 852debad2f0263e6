//! Realms, and what somebody may do.

use serde_json::{Map, Value, json};

use super::{
    Ask, Endpoint,
    Guard::{Anyone, World},
    Outcome, get,
};
use crate::sim::{
    check::{patterns, rule::text},
    datacenter::Datacenter,
    refusal::Refusal,
    world::access::Who,
};

pub const ENDPOINTS: &[Endpoint] = &[
    get("/access/domains", World, &[], domains),
    get(
        "/access/permissions",
        Anyone,
        &[text("path"), text("userid").pattern(patterns::is_user_or_token)],
        permissions,
    ),
];

fn domains(_: &mut Datacenter, _: &Ask) -> Outcome {
    Ok(json!([
        { "realm": "pam", "type": "pam", "comment": "Linux PAM standard authentication" },
        { "realm": "pve", "type": "pve", "comment": "Proxmox VE authentication server", "default": 1 },
    ])
    .into())
}

const PLACES: &[&str] = &["/", "/access", "/access/groups", "/nodes", "/pool", "/sdn", "/storage", "/vms"];

fn permissions(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let who = whose(datacenter, ask)?;
    let granted = datacenter.access.grants.iter().map(|grant| grant.path.as_str());
    let places: Vec<&str> = match ask.given("path") {
        Some(path) => vec![path],
        None => PLACES.iter().copied().chain(granted).collect(),
    };
    let mut found = Map::new();
    for place in places {
        let rights = datacenter.rights(&who, place);
        if !rights.held.is_empty() {
            let held = rights.held.names();
            let entry = held.map(|name| (name.to_owned(), json!(u8::from(rights.passed_on.has(name)))));
            found.insert(place.to_owned(), Value::Object(entry.collect()));
        }
    }
    Ok(Value::Object(found).into())
}

/// Rights of others are told to those who may audit access.
fn whose(datacenter: &Datacenter, ask: &Ask) -> Result<Who, Refusal> {
    let Some(id) = ask.given("userid").filter(|id| *id != ask.who.id()) else { return Ok(ask.who.clone()) };
    let who = match id.split_once('!') {
        Some((user, token)) => Who { user: user.into(), token: Some(token.into()) },
        None => Who::user(id),
    };
    let is_own_token = who.user == ask.who.user && ask.who.token.is_none();
    if is_own_token || datacenter.may(&ask.who, "/access", "Sys.Audit") {
        return Ok(who);
    }
    Err(Refusal::forbidden("/access, Sys.Audit"))
}
