//! Logging in, and knowing who asks. Every wrong log-in is refused in the same words, whatever was wrong.

use serde_json::{Map, Value, json};

use super::{Ask, Call, Credentials, Data, Endpoint, Guard::World, Outcome, get, post};
use crate::sim::{
    check::{
        formats,
        rule::{Rule, boolean, text},
    },
    datacenter::Datacenter,
    refusal::Refusal,
    world::{
        access::{User, Who},
        privileges::Privileges,
        tickets::totp,
    },
};

pub const ENDPOINTS: &[Endpoint] = &[
    post("/access/ticket", World, LOGIN, log_in).without_tokens(),
    get("/access/ticket", World, &[], |_, _| Ok(Value::Null.into())),
];

const LOGIN: &[Rule] = &[
    text("username").longest(64).needed(),
    text("password").needed(),
    text("realm").format(formats::realm).longest(32),
    text("otp"),
    text("tfa-challenge"),
    boolean("new-format"),
    text("path").longest(64).requires("privs"),
    text("privs").format(formats::privilege_list).longest(64).requires("path"),
];

/// The calls that need no log-in.
pub fn is_open(method: &str, path: &str) -> bool {
    (path == "/access/domains" && method == "GET") || (path == "/access/ticket" && matches!(method, "GET" | "POST"))
}

impl Datacenter {
    /// Who calls, when he shows it well enough.
    pub fn caller(&self, credentials: &Credentials, call: &Call) -> Result<Who, Refusal> {
        let failed = || Refusal::unknown_caller("Authentication failed!");
        match credentials {
            Credentials::None => Err(Refusal::unknown_caller("No ticket")),
            Credentials::Token(text) => self.token_holder(text).ok_or_else(failed),
            Credentials::Ticket { ticket, csrf } => {
                let user = self.tickets.user_of(ticket, self.now()).ok_or_else(failed)?;
                self.valid_user(&user).ok_or_else(failed)?;
                let is_sure = csrf.as_deref().is_some_and(|csrf| self.tickets.is_csrf(csrf, &user, self.now()));
                let needs_csrf = call.method != "GET" && !super::uploads::is_upload(&call.method, &call.path);
                if needs_csrf && !is_sure {
                    return Err(Refusal::unknown_caller("Permission denied - invalid csrf token"));
                }
                Ok(Who::user(user))
            }
        }
    }

    fn valid_user(&self, user: &str) -> Option<&User> {
        self.access.users.get(user).filter(|known| known.is_valid_at(self.now().as_secs()))
    }

    fn token_holder(&self, text: &str) -> Option<Who> {
        let (id, secret) = text.split_once('=')?;
        let (user, name) = id.split_once('!')?;
        let token = self.valid_user(user)?.tokens.get(name)?;
        let is_alive = token.expires == 0 || token.expires > self.now().as_secs();
        (is_alive && token.secret == secret).then(|| Who { user: user.into(), token: Some(name.into()) })
    }
}

fn log_in(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let user = match ask.given("realm") {
        Some(realm) => format!("{}@{realm}", ask.text("username")),
        None => ask.text("username").to_owned(),
    };
    if ask.given("otp").is_some() && ask.given("tfa-challenge").is_some() {
        return Err(Refusal::login());
    }
    match ask.given("tfa-challenge") {
        Some(half) => second_step(datacenter, &user, half, ask.text("password")),
        None => first_step(datacenter, &user, ask),
    }
}

fn first_step(datacenter: &mut Datacenter, user: &str, ask: &Ask) -> Outcome {
    let now = datacenter.now();
    let known = datacenter.valid_user(user).ok_or_else(Refusal::login)?;
    let is_renewal = datacenter.tickets.user_of(ask.text("password"), now).as_deref() == Some(user);
    if is_renewal {
        return Ok(whole_ticket(datacenter, user));
    }
    if known.password.is_empty() || known.password != ask.text("password") {
        return Err(Refusal::login());
    }
    if known.factors.is_empty() {
        return Ok(whole_ticket(datacenter, user));
    }
    match ask.given("otp") {
        Some(code) => second_factor(datacenter, user, code),
        None => Ok(half_ticket(datacenter, user)),
    }
}

fn second_step(datacenter: &mut Datacenter, user: &str, half: &str, code: &str) -> Outcome {
    let now = datacenter.now();
    datacenter.valid_user(user).ok_or_else(Refusal::login)?;
    if !datacenter.tickets.is_half_ticket(half, user, now) {
        return Err(Refusal::login());
    }
    second_factor(datacenter, user, code)
}

/// A code of this half minute or of the one before or after it; each counts once.
fn second_factor(datacenter: &mut Datacenter, user: &str, code: &str) -> Outcome {
    let code = code.strip_prefix("totp:").unwrap_or(code);
    let step = (datacenter.now().as_secs() / 30) as u64;
    let known = datacenter.access.users.get_mut(user).ok_or_else(Refusal::login)?;
    let fits = known.factors.iter_mut().find_map(|factor| {
        let found = (step.saturating_sub(1)..=step + 1)
            .find(|step| *step > factor.used && totp(&factor.secret, *step) == code)?;
        factor.used = found;
        Some(())
    });
    fits.ok_or_else(Refusal::login)?;
    Ok(whole_ticket(datacenter, user))
}

fn half_ticket(datacenter: &Datacenter, user: &str) -> Data {
    let now = datacenter.now();
    json!({
        "username": user,
        "ticket": datacenter.tickets.half_ticket(user, now),
        "CSRFPreventionToken": datacenter.tickets.csrf(user, now),
        "NeedTFA": 1,
    })
    .into()
}

fn whole_ticket(datacenter: &Datacenter, user: &str) -> Data {
    let now = datacenter.now();
    let who = Who::user(user);
    let mut data = json!({
        "username": user,
        "ticket": datacenter.tickets.ticket(user, now),
        "CSRFPreventionToken": datacenter.tickets.csrf(user, now),
        "cap": capabilities(datacenter, &who),
    });
    if let Some(cluster) = datacenter.cluster.as_ref().filter(|_| datacenter.may(&who, "/", "Sys.Audit")) {
        data["clustername"] = json!(cluster);
    }
    data.into()
}

/// What the web interface shows or hides: privileges by area.
fn capabilities(datacenter: &Datacenter, who: &Who) -> Value {
    let areas: [(&str, &str, &[&str]); 7] = [
        ("vms", "/vms", &["VM."]),
        ("access", "/access/groups", &["User.", "Group."]),
        ("storage", "/storage", &["Datastore."]),
        ("nodes", "/nodes", &["Sys."]),
        ("sdn", "/sdn", &["SDN."]),
        ("dc", "/", &["Sys.Audit", "Sys.Modify", "SDN."]),
        ("mapping", "/mapping", &["Mapping."]),
    ];
    let area = |(name, path, heads): (&str, &str, &[&str])| {
        let below = datacenter
            .access
            .grants
            .iter()
            .map(|grant| grant.path.as_str())
            .filter(|at| at.starts_with(path) && path != "/");
        let held = below.chain([path]).fold(Privileges::NONE, |held, at| held.or(datacenter.rights(who, at).held));
        let privileges: Map<_, _> = held
            .names()
            .filter(|privilege| {
                heads.iter().any(|head| privilege.starts_with(head))
                    || (name != "dc" && *privilege == "Permissions.Modify")
            })
            .map(|privilege| (privilege.to_owned(), json!(1)))
            .collect();
        (name.to_owned(), Value::Object(privileges))
    };
    Value::Object(areas.into_iter().map(area).collect())
}
