//! Roles: which there are, and making, changing and removing those that are not Proxmox's own.

use serde_json::{Map, Value, json};

use super::{
    Ask, Endpoint,
    Guard::{self, Anyone, Needs},
    Outcome, delete, get, post, put,
};
use crate::sim::{
    check::{
        formats,
        rule::{Rule, boolean, text},
    },
    datacenter::Datacenter,
    refusal::Refusal,
    world::privileges::{ALL, Privileges, built_in_roles},
};

const ADMIN: Guard = Needs("/access", "Sys.Modify");
const ROLE: Rule = text("roleid").format(formats::role_id);
const PRIVILEGES: Rule = text("privs").format(formats::privilege_list);

pub const ENDPOINTS: &[Endpoint] = &[
    get("/access/roles", Anyone, &[], list),
    post("/access/roles", ADMIN, &[ROLE.needed(), PRIVILEGES], create),
    get("/access/roles/{roleid}", Anyone, &[ROLE.needed()], one),
    put("/access/roles/{roleid}", ADMIN, &[ROLE.needed(), PRIVILEGES, boolean("append").requires("privs")], update),
    delete("/access/roles/{roleid}", ADMIN, &[ROLE.needed()], remove),
];

fn is_built_in(name: &str) -> bool {
    built_in_roles().iter().any(|(own, _)| *own == name)
}

fn list(datacenter: &mut Datacenter, _: &Ask) -> Outcome {
    let row = |(name, set): (&String, &Privileges)| {
        let privileges: Vec<_> = set.names().collect();
        json!({ "roleid": name, "privs": privileges.join(","), "special": u8::from(is_built_in(name)) })
    };
    Ok(datacenter.access.roles.iter().map(row).collect::<Value>().into())
}

fn one(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let name = ask.text("roleid");
    let role = datacenter.access.roles.get(name);
    let role = role.ok_or_else(|| Refusal::died(format!("role '{name}' does not exist")))?;
    Ok(Value::Object(role.names().map(|name| (name.to_owned(), json!(1))).collect::<Map<_, _>>()).into())
}

/// The privileges that are named, all of which must be known.
fn named(ask: &Ask) -> Result<Privileges, String> {
    let names: Vec<&str> = ask.text("privs").split([',', ';', ' ']).filter(|name| !name.is_empty()).collect();
    match names.iter().find(|name| !ALL.contains(name)) {
        Some(unknown) => Err(format!("invalid privilege '{unknown}'")),
        None => Ok(Privileges::named(&names)),
    }
}

fn create(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    datacenter.quorate()?;
    let name = ask.text("roleid").to_owned();
    if name.to_ascii_uppercase().starts_with("PVE") {
        let text = "cannot use role ID starting with the (case-insensitive) 'PVE' namespace";
        return Err(Refusal::parameter("roleid", text));
    }
    let failed = |text: String| Refusal::died(format!("create role failed: {text}"));
    if datacenter.access.roles.contains_key(&name) {
        return Err(failed(format!("role '{name}' already exists")));
    }
    let privileges = named(ask).map_err(failed)?;
    datacenter.access.roles.insert(name, privileges);
    Ok(Value::Null.into())
}

fn update(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    datacenter.quorate()?;
    let name = ask.text("roleid");
    let failed = |text: String| Refusal::died(format!("update role failed: {text}"));
    if is_built_in(name) {
        return Err(failed(format!("auto-generated role '{name}' cannot be modified")));
    }
    let privileges = named(ask).map_err(failed)?;
    let role = datacenter.access.roles.get_mut(name);
    let role = role.ok_or_else(|| failed(format!("role '{name}' does not exist")))?;
    *role = if ask.is_set("append") { role.or(privileges) } else { privileges };
    Ok(Value::Null.into())
}

fn remove(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    datacenter.quorate()?;
    let name = ask.text("roleid");
    let failed = |text: String| Refusal::died(format!("delete role failed: {text}"));
    if is_built_in(name) {
        return Err(failed(format!("auto-generated role '{name}' cannot be deleted")));
    }
    if datacenter.access.roles.remove(name).is_none() {
        return Err(failed(format!("role '{name}' does not exist")));
    }
    // Lines that give a role which is no more are not read again.
    datacenter.access.grants.retain(|grant| grant.role != name);
    Ok(Value::Null.into())
}
