//! The endpoints: which there are, what they take, who may call them, and what answers. One line in a table each; what
//! is in no table is not implemented, as with the real one. A call is judged in this order: who asks, is there such an
//! endpoint, may he, does the node answer, are the parameters right.

mod access;
mod acl;
mod allowed;
mod appliances;
mod ask;
mod backups;
mod certificates;
mod change;
mod clone;
mod cluster;
mod consoles;
mod contents;
mod create;
mod disks;
mod downloads;
mod firewall;
mod guests;
mod ha;
mod ha_rules;
mod index;
mod job_reports;
mod jobs;
mod login;
mod machines;
mod metrics;
mod migrate;
mod network;
mod nodes;
mod options;
mod pools;
mod power;
mod prune;
mod pulls;
mod remove;
mod resources;
mod restore;
mod roles;
mod rows;
mod rrd;
mod snapshots;
mod storages;
mod tasks;
mod uploads;
mod users;
mod versions;
mod wget;

use std::collections::BTreeMap;

pub use ask::{Answer, Ask, Call, Credentials, Data, Outcome};
pub use certificates::{Certificate, Certificates, Identities};
pub use guests::config_digest;
pub use uploads::is_upload;
pub use users::uuid;

use super::{
    check::{self, rule::Rule},
    datacenter::Datacenter,
    refusal::Refusal,
    world::access::Who,
};
use crate::domain::moment::Moment;

pub struct Endpoint {
    pub method: &'static str,
    /// Below `/api2/json`; parts in braces are variables, and `{+name}` is one that takes all the rest.
    pub path: &'static str,
    /// Besides the variables that every path names.
    pub rules: &'static [Rule],
    pub guard: Guard,
    pub tokens: Tokens,
    pub run: fn(&mut Datacenter, &Ask) -> Outcome,
}

/// Who may call.
#[derive(Debug, Clone, Copy)]
pub enum Guard {
    /// Also somebody who did not log in.
    World,
    Anyone,
    /// One privilege at a path, whose variables and parameters are filled in.
    Needs(&'static str, &'static str),
    /// Any of these.
    Any(&'static str, &'static [&'static str]),
    /// The user himself, or who may change users.
    SelfOrUserAdmin,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tokens {
    Welcome,
    Refused,
}

pub const fn get(
    path: &'static str,
    guard: Guard,
    rules: &'static [Rule],
    run: fn(&mut Datacenter, &Ask) -> Outcome,
) -> Endpoint {
    Endpoint { method: "GET", path, rules, guard, tokens: Tokens::Welcome, run }
}

pub const fn post(
    path: &'static str,
    guard: Guard,
    rules: &'static [Rule],
    run: fn(&mut Datacenter, &Ask) -> Outcome,
) -> Endpoint {
    Endpoint { method: "POST", ..get(path, guard, rules, run) }
}

pub const fn put(
    path: &'static str,
    guard: Guard,
    rules: &'static [Rule],
    run: fn(&mut Datacenter, &Ask) -> Outcome,
) -> Endpoint {
    Endpoint { method: "PUT", ..get(path, guard, rules, run) }
}

pub const fn delete(
    path: &'static str,
    guard: Guard,
    rules: &'static [Rule],
    run: fn(&mut Datacenter, &Ask) -> Outcome,
) -> Endpoint {
    Endpoint { method: "DELETE", ..get(path, guard, rules, run) }
}

impl Endpoint {
    pub const fn without_tokens(self) -> Self {
        Self { tokens: Tokens::Refused, ..self }
    }

    /// The variables of a path that is this endpoint's, or nothing.
    fn variables(&self, parts: &[&str]) -> Option<Vec<(&'static str, String)>> {
        let mut found = Vec::new();
        let mut mine = self.path.split('/').filter(|part| !part.is_empty());
        for (at, part) in parts.iter().enumerate() {
            let expected = mine.next()?;
            match variable(expected) {
                Some(name) if expected.starts_with("{+") => {
                    found.push((name, parts[at..].join("/")));
                    return Some(found);
                }
                Some(name) => found.push((name, (*part).to_owned())),
                None if expected == *part => {}
                None => return None,
            }
        }
        mine.next().is_none().then_some(found)
    }

    /// What it takes, the variables of its path among that; the table may say more of one.
    fn all_rules(&self) -> Vec<Rule> {
        let is_in_table = |name: &str| self.rules.iter().any(|rule| rule.name == name);
        let variables = self.path.split('/').filter_map(variable).filter(|name| !is_in_table(name));
        self.rules.iter().copied().chain(variables.map(ask::variable_rule)).collect()
    }
}

/// The name of a variable, if a part of a path is one.
fn variable(part: &'static str) -> Option<&'static str> {
    let name = part.strip_prefix('{')?.strip_suffix('}')?;
    Some(name.strip_prefix('+').unwrap_or(name))
}

fn tables() -> impl Iterator<Item = &'static Endpoint> {
    [
        index::ENDPOINTS,
        login::ENDPOINTS,
        access::ENDPOINTS,
        acl::ENDPOINTS,
        roles::ENDPOINTS,
        users::ENDPOINTS,
        cluster::ENDPOINTS,
        options::ENDPOINTS,
        consoles::ENDPOINTS,
        nodes::ENDPOINTS,
        network::ENDPOINTS,
        storages::ENDPOINTS,
        contents::ENDPOINTS,
        prune::ENDPOINTS,
        downloads::ENDPOINTS,
        pulls::ENDPOINTS,
        uploads::ENDPOINTS,
        jobs::ENDPOINTS,
        job_reports::ENDPOINTS,
        pools::ENDPOINTS,
        ha::ENDPOINTS,
        ha_rules::ENDPOINTS,
        metrics::ENDPOINTS,
        firewall::ENDPOINTS,
        versions::ENDPOINTS,
        guests::ENDPOINTS,
        machines::ENDPOINTS,
        power::ENDPOINTS,
        create::ENDPOINTS,
        restore::ENDPOINTS,
        remove::ENDPOINTS,
        change::ENDPOINTS,
        snapshots::ENDPOINTS,
        clone::ENDPOINTS,
        disks::ENDPOINTS,
        migrate::ENDPOINTS,
        backups::ENDPOINTS,
        rrd::ENDPOINTS,
        tasks::ENDPOINTS,
    ]
    .into_iter()
    .flatten()
}

/// An endpoint as the outside may know it: what it takes, the variables of its path among that.
#[derive(Debug, Clone)]
pub struct Served {
    pub method: &'static str,
    pub path: &'static str,
    pub rules: Vec<Rule>,
    pub takes_tokens: bool,
    pub guard: Guard,
}

/// Everything that is served.
pub fn served() -> impl Iterator<Item = Served> {
    tables().map(|endpoint| Served {
        method: endpoint.method,
        path: endpoint.path,
        rules: endpoint.all_rules(),
        takes_tokens: endpoint.tokens == Tokens::Welcome,
        guard: endpoint.guard,
    })
}

/// The endpoint of a call; one whose path says it in words goes before one with a variable in that place.
fn find(method: &str, path: &str) -> Option<(&'static Endpoint, Vec<(&'static str, String)>)> {
    let parts: Vec<_> = path.split('/').filter(|part| !part.is_empty()).collect();
    tables()
        .filter(|endpoint| endpoint.method == method)
        .filter_map(|endpoint| Some((endpoint, endpoint.variables(&parts)?)))
        .min_by_key(|(_, variables)| variables.len())
}

impl Datacenter {
    /// Answers one call at a moment.
    pub fn answer(&mut self, now: Moment, call: Call) -> Answer {
        self.advance(now);
        match self.try_answer(call) {
            Ok(data) => Answer::Good(data),
            Err(refusal) => Answer::Refused(refusal),
        }
    }

    fn try_answer(&mut self, call: Call) -> Outcome {
        let is_open = login::is_open(&call.method, &call.path);
        let who = match &call.credentials {
            Credentials::Token(_) if is_open && call.path == "/access/ticket" => {
                return Err(Refusal::no_tokens(&call.path));
            }
            _ if is_open => None,
            credentials => Some(self.caller(credentials, &call)?),
        };
        let (endpoint, variables) =
            find(&call.method, &call.path).ok_or_else(|| Refusal::not_implemented(&call.method, &call.path))?;
        if endpoint.tokens == Tokens::Refused && matches!(call.credentials, Credentials::Token(_)) {
            return Err(Refusal::no_tokens(&call.path));
        }
        let who = who.unwrap_or_else(|| Who::user(""));
        self.guard(&who, endpoint.guard, &variables, &call.params)?;
        self.reach(&variables)?;
        let params = call.params.join(&variables).map_err(Refusal::parameters)?;
        let errors = check::check(&endpoint.all_rules(), &params);
        if !errors.is_empty() {
            return Err(Refusal::parameters(errors));
        }
        let values: BTreeMap<_, _> =
            params.iter().filter_map(|(name, _)| Some((name.to_owned(), params.text(name)?))).collect();
        (endpoint.run)(self, &Ask { who, values, upload: params.upload().cloned() })
    }

    fn guard(
        &self,
        who: &Who,
        guard: Guard,
        variables: &[(&'static str, String)],
        params: &check::given::Params,
    ) -> Result<(), Refusal> {
        match guard {
            Guard::World | Guard::Anyone => Ok(()),
            Guard::Needs(path, privilege) => {
                let path = fill(path, variables, params);
                let holds = self.may(who, &path, privilege);
                if holds { Ok(()) } else { Err(Refusal::forbidden(&format!("{path}, {privilege}"))) }
            }
            Guard::Any(path, privileges) => {
                let path = fill(path, variables, params);
                let holds = privileges.iter().any(|privilege| self.may(who, &path, privilege));
                if holds { Ok(()) } else { Err(Refusal::forbidden(&format!("{path}, {}", privileges.join("|")))) }
            }
            Guard::SelfOrUserAdmin => {
                // A token is somebody else than its user.
                let is_self = variables.iter().any(|(name, value)| *name == "userid" && *value == who.id());
                // Of a user who is not there root alone is told so.
                let is_root = who.id() == "root@pam";
                let is_there = |id: &String| self.access.users.contains_key(id);
                let of_nobody = variables.iter().any(|(name, value)| *name == "userid" && !is_there(value));
                let may = self.may(who, "/access/groups", "User.Modify");
                let holds = is_root || (!of_nobody && (is_self || may));
                if holds { Ok(()) } else { Err(Refusal::forbidden("/access/groups, User.Modify")) }
            }
        }
    }

    /// What writes to the cluster's configuration wants a majority of its nodes.
    fn quorate(&self) -> Result<(), Refusal> {
        match self.is_quorate() {
            true => Ok(()),
            false => Err(Refusal::died("cluster not ready - no quorum?")),
        }
    }

    /// A node that nobody knows, or that is down, answers nothing.
    fn reach(&self, variables: &[(&'static str, String)]) -> Result<(), Refusal> {
        let Some((_, name)) = variables.iter().find(|(name, _)| *name == "node") else { return Ok(()) };
        match self.node(name) {
            Some(node) if node.is_online() => Ok(()),
            Some(_) => Err(Refusal::no_route()),
            None if check::formats::node(name).is_err() => Ok(()),
            None => Err(Refusal::died(format!(
                "hostname lookup '{name}' failed - failed to get address info for: {name}: Temporary failure in name resolution"
            ))),
        }
    }
}

/// A path with its variables filled in: those of the call's own path, or parameters of that name.
fn fill(path: &str, variables: &[(&'static str, String)], params: &check::given::Params) -> String {
    let value = |name: &str| {
        let variable = variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
        variable.or_else(|| params.text(name)).unwrap_or_default()
    };
    path.split('/')
        .map(|part| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) => value(name),
            None => part.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("/")
}
