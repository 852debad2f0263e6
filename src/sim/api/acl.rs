//! Who was given which role where, and changing that. Who may change rights at a path gives what he likes there; who only
//! may make what lies there gives no more than he holds himself.

use serde_json::{Value, json};

use super::{Ask, Endpoint, Guard::Anyone, Outcome, get, put};
use crate::sim::{
    check::{
        formats,
        rule::{Rule, boolean, text},
    },
    datacenter::Datacenter,
    refusal::Refusal,
    world::access::Grant,
};

pub const ENDPOINTS: &[Endpoint] = &[get("/access/acl", Anyone, &[], list), put("/access/acl", Anyone, UPDATE, update)];

const UPDATE: &[Rule] = &[
    text("path").needed(),
    text("roles").format(formats::role_list).needed(),
    text("users").format(formats::user_list),
    text("groups").format(formats::group_list),
    text("tokens").format(formats::token_list),
    boolean("propagate"),
    boolean("delete"),
];
/// Proxmox makes no lines for places it does not know.
const PLACES: &[&str] = &["access", "mapping", "nodes", "pool", "sdn", "storage", "vms"];

fn list(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let sees_all =
        datacenter.may(&ask.who, "/access", "Sys.Audit") || datacenter.may(&ask.who, "/access", "Permissions.Modify");
    let rows = datacenter.access.grants.iter().filter(|_| sees_all).map(|grant| {
        let kind = if grant.to.contains('!') { "token" } else { "user" };
        let propagate = u8::from(grant.propagates);
        json!({ "path": grant.path, "ugid": grant.to, "type": kind, "roleid": grant.role, "propagate": propagate })
    });
    Ok(rows.collect::<Value>().into())
}

fn update(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    datacenter.quorate()?;
    let path = place(ask)?;
    may_change(datacenter, ask, &path)?;
    let items = |name| ask.text(name).split([',', ';', ' ']).filter(|item| !item.is_empty()).map(str::to_owned);
    let subjects: Vec<String> = items("users").chain(items("tokens")).collect();
    if subjects.is_empty() && ask.given("groups").is_none() {
        let text = "either 'users', 'groups' or 'tokens' is required.";
        let errors = ["groups", "tokens", "users"].map(|name| (name.to_owned(), text.to_owned()));
        return Err(Refusal::parameters(errors.into()));
    }
    let failed = |text: String| Refusal::died(format!("ACL update failed: {text}"));
    for role in items("roles") {
        let known = datacenter.access.roles.get(&role);
        let known = *known.ok_or_else(|| failed(format!("role '{role}' does not exist")))?;
        let held = datacenter.rights(&ask.who, &path).held;
        if !held.has("Permissions.Modify") && held.and(known) != known {
            return Err(failed("403 Permission check failed".into()));
        }
        for subject in &subjects {
            must_be_there(datacenter, subject).map_err(failed)?;
            let is_it = |grant: &Grant| grant.path == path && grant.to == *subject && grant.role == role;
            datacenter.access.grants.retain(|grant| !is_it(grant));
            if !ask.is_set("delete") {
                let propagates = ask.given("propagate") != Some("0");
                let (path, to, role) = (path.clone(), subject.clone(), role.clone());
                datacenter.access.grants.push(Grant { path, to, role, propagates });
            }
        }
    }
    Ok(Value::Null.into())
}

/// Without a slash at its end.
fn place(ask: &Ask) -> Result<String, Refusal> {
    let given = ask.text("path");
    let wrong = || Refusal::parameter("path", format!("invalid ACL path '{given}'"));
    let trimmed = given.trim_end_matches('/');
    let rest = given.strip_prefix('/').ok_or_else(wrong)?;
    let first = rest.split('/').next().unwrap_or_default();
    let is_known = trimmed.is_empty() || PLACES.contains(&first);
    let is_plain = trimmed.chars().all(|c| c.is_ascii_alphanumeric() || "/.-_".contains(c)) && !trimmed.contains("//");
    let is_guest = trimmed.strip_prefix("/vms/").is_none_or(|vmid| formats::vmid(vmid).is_ok());
    match is_known && is_plain && is_guest {
        true if trimmed.is_empty() => Ok("/".to_owned()),
        true => Ok(trimmed.to_owned()),
        false => Err(wrong()),
    }
}

fn may_change(datacenter: &Datacenter, ask: &Ask, path: &str) -> Result<(), Refusal> {
    let owners = [("/storage/", "Datastore.Allocate"), ("/vms/", "VM.Allocate"), ("/pool/", "Pool.Allocate")];
    let owner = owners.into_iter().find(|(place, _)| path.starts_with(place)).map(|(_, privilege)| privilege);
    let any: Vec<&str> = ["Permissions.Modify"].into_iter().chain(owner).collect();
    let held = datacenter.rights(&ask.who, path).held;
    match any.iter().any(|privilege| held.has(privilege)) {
        true => Ok(()),
        false => Err(Refusal::forbidden(&format!("{path}, {}", any.join("|")))),
    }
}

fn must_be_there(datacenter: &Datacenter, subject: &str) -> Result<(), String> {
    let (user, token) = subject.split_once('!').map_or((subject, None), |(user, token)| (user, Some(token)));
    let known = datacenter.access.users.get(user);
    let known = known.ok_or_else(|| format!("user '{user}' does not exist"))?;
    match token {
        Some(token) if !known.tokens.contains_key(token) => Err(format!("no such token '{token}' for user '{user}'")),
        _ => Ok(()),
    }
}
