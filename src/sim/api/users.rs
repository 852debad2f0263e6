//! Users, their tokens and second factors.

use serde_json::{Value, json};

use super::{
    Ask, Endpoint,
    Guard::{Any, Anyone, Needs, SelfOrUserAdmin},
    Outcome, delete, get, post, put,
};
use crate::sim::{
    check::{
        formats, patterns,
        rule::{Rule, boolean, integer, one_of, text},
    },
    datacenter::Datacenter,
    hash::mix,
    refusal::Refusal,
    world::{
        access::{Factor, Token, User},
        tickets::{secret_of, totp},
    },
};

pub const ENDPOINTS: &[Endpoint] = &[
    get("/access/users", Anyone, &[boolean("enabled"), boolean("full")], users),
    post("/access/users", Needs("/access/groups", "User.Modify"), NEW_USER, add_user),
    get("/access/users/{userid}", Any("/access/groups", &["User.Modify", "Sys.Audit"]), &[], user),
    put("/access/users/{userid}", Needs("/access/groups", "User.Modify"), USER_CHANGE, change_user),
    delete("/access/users/{userid}", Needs("/access/groups", "User.Modify"), &[], remove_user),
    get("/access/users/{userid}/token", SelfOrUserAdmin, &[], tokens),
    get("/access/users/{userid}/token/{tokenid}", SelfOrUserAdmin, &[], token),
    post("/access/users/{userid}/token/{tokenid}", SelfOrUserAdmin, NEW_TOKEN, add_token),
    put("/access/users/{userid}/token/{tokenid}", SelfOrUserAdmin, TOKEN_CHANGE, change_token),
    delete("/access/users/{userid}/token/{tokenid}", SelfOrUserAdmin, &[], remove_token),
    post("/access/tfa/{userid}", SelfOrUserAdmin, NEW_FACTOR, add_factor).without_tokens(),
    get("/access/tfa/{userid}", SelfOrUserAdmin, &[], factors),
    delete("/access/tfa/{userid}/{id}", SelfOrUserAdmin, &[PASSWORD], remove_factor).without_tokens(),
];

const NEW_USER: &[Rule] = &[
    text("userid").format(formats::user_id).longest(64).needed(),
    text("password").shortest(8).longest(64),
    text("comment").longest(2048),
    text("email").format(formats::email_opt).longest(254),
    boolean("enable"),
    integer("expire").least(0),
    text("firstname").longest(1024),
    text("lastname").longest(1024),
    text("groups").format(formats::group_list),
    text("keys").pattern(patterns::is_factor_key),
];
const USER_CHANGE: &[Rule] = &[
    boolean("append").requires("groups"),
    text("comment").longest(2048),
    text("email").format(formats::email_opt).longest(254),
    boolean("enable"),
    integer("expire").least(0),
    text("firstname").longest(1024),
    text("lastname").longest(1024),
    text("groups").format(formats::group_list),
    text("keys").pattern(patterns::is_factor_key),
];
const TOKEN_CHANGE: &[Rule] = &[
    text("comment"),
    text("delete").format(formats::config_id_list),
    integer("expire").least(0),
    boolean("privsep"),
    boolean("regenerate"),
];
const NEW_TOKEN: &[Rule] = &[text("comment"), integer("expire").least(0), boolean("privsep")];
const PASSWORD: Rule = text("password").shortest(5).longest(64);
const NEW_FACTOR: &[Rule] = &[
    one_of("type", &["totp", "u2f", "webauthn", "recovery", "yubico"]).needed(),
    text("description").longest(255),
    text("totp"),
    text("value"),
    text("challenge"),
    PASSWORD,
];

/// The user a path names.
fn named<'a>(datacenter: &'a mut Datacenter, ask: &Ask) -> Result<&'a mut User, Refusal> {
    let id = ask.text("userid");
    datacenter.access.users.get_mut(id).ok_or_else(|| Refusal::died(format!("no such user ('{id}')")))
}

fn users(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let sees_all =
        datacenter.may(&ask.who, "/access/groups", "User.Modify") || datacenter.may(&ask.who, "/access", "Sys.Audit");
    let is_wanted = |(id, user): &(&String, &User)| {
        let fits = ask.given("enabled").is_none_or(|wanted| (wanted == "1") == user.is_enabled);
        fits && (sees_all || **id == ask.who.user)
    };
    let rows = datacenter.access.users.iter().filter(is_wanted).map(|(id, user)| user_row(id, user, ask));
    Ok(rows.collect::<Value>().into())
}

fn user_row(id: &str, user: &User, ask: &Ask) -> Value {
    let realm = id.rsplit('@').next().unwrap_or_default();
    let mut row =
        json!({ "userid": id, "enable": u8::from(user.is_enabled), "expire": user.expires, "realm-type": realm });
    if ask.is_set("full") {
        let tokens: Vec<_> = user.tokens.iter().map(|(name, token)| token_row(name, token)).collect();
        row["groups"] = json!("");
        row["tokens"] = if tokens.is_empty() { Value::Null } else { Value::Array(tokens) };
    }
    if let Some(email) = &user.email {
        row["email"] = json!(email);
    }
    if let Some(comment) = &user.comment {
        row["comment"] = json!(comment);
    }
    row
}

fn add_user(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let id = ask.text("userid").to_owned();
    if datacenter.access.users.contains_key(&id) {
        return Err(Refusal::died(format!("create user failed: user '{id}' already exists")));
    }
    let mut user = User::with_password(ask.text("password"));
    user.is_enabled = ask.given("enable") != Some("0");
    user.expires = ask.number("expire").unwrap_or(0);
    user.email = ask.given("email").map(str::to_owned);
    user.comment = ask.given("comment").map(str::to_owned);
    datacenter.access.users.insert(id, user);
    Ok(Value::Null.into())
}

fn user(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let known = named(datacenter, ask)?;
    let mut row = json!({ "enable": u8::from(known.is_enabled), "expire": known.expires, "groups": [] });
    let tokens = known.tokens.iter().map(|(name, token)| (name.clone(), without_name(token_row(name, token))));
    row["tokens"] = Value::Object(tokens.collect());
    for (key, text) in [("email", &known.email), ("comment", &known.comment)] {
        if let Some(text) = text {
            row[key] = json!(text);
        }
    }
    Ok(row.into())
}

fn change_user(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let id = ask.text("userid");
    let known = datacenter.access.users.get_mut(id);
    let known = known.ok_or_else(|| Refusal::died(format!("update user failed: no such user ('{id}')")))?;
    known.is_enabled = ask.given("enable").map_or(known.is_enabled, |enable| enable == "1");
    known.expires = ask.number("expire").unwrap_or(known.expires);
    known.email = ask.given("email").map(str::to_owned).or(known.email.take());
    known.comment = ask.given("comment").map(str::to_owned).or(known.comment.take());
    Ok(Value::Null.into())
}

fn remove_user(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let id = ask.text("userid");
    if datacenter.access.users.remove(id).is_none() {
        return Err(Refusal::died(format!("delete user failed: user '{id}' does not exist")));
    }
    datacenter.access.grants.retain(|grant| grant.to.split('!').next() != Some(id));
    Ok(Value::Null.into())
}

fn token_row(name: &str, token: &Token) -> Value {
    let mut row = json!({ "tokenid": name, "expire": token.expires, "privsep": u8::from(token.is_separated) });
    if let Some(comment) = &token.comment {
        row["comment"] = json!(comment);
    }
    row
}

fn tokens(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let rows = named(datacenter, ask)?.tokens.iter().map(|(name, token)| token_row(name, token));
    Ok(rows.collect::<Value>().into())
}

fn token(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let (user, name) = (ask.text("userid").to_owned(), ask.text("tokenid"));
    let token = named(datacenter, ask)?.tokens.get(name);
    let token = token.ok_or_else(|| Refusal::died(format!("no such token '{name}' for user '{user}'")))?;
    Ok(without_name(token_row(name, token)).into())
}

fn without_name(mut row: Value) -> Value {
    row.as_object_mut().map(|row| row.remove("tokenid"));
    row
}

fn change_token(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let (user, name) = (ask.text("userid").to_owned(), ask.text("tokenid").to_owned());
    let id = format!("{user}!{name}");
    let salt = mix(datacenter.seed, datacenter.now().0 as u64);
    let token = named(datacenter, ask)?.tokens.get_mut(&name);
    let token = token.ok_or_else(|| Refusal::died(format!("no such token '{name}' for user '{user}'")))?;
    token.is_separated = ask.given("privsep").map_or(token.is_separated, |privsep| privsep == "1");
    token.expires = ask.number("expire").unwrap_or(token.expires);
    token.comment = ask.given("comment").map(str::to_owned).or(token.comment.take());
    for gone in ask.text("delete").split(',') {
        match gone {
            "comment" => token.comment = None,
            "expire" => token.expires = 0,
            _ => {}
        }
    }
    let mut row = without_name(token_row(&name, token));
    if ask.is_set("regenerate") {
        // Who knows the old secret is nobody from this moment on.
        token.secret = uuid(salt, &format!("{id}={}", token.secret));
        row["value"] = json!(token.secret);
        row["full-tokenid"] = json!(id);
    }
    Ok(row.into())
}

fn add_token(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let (user, name) = (ask.text("userid").to_owned(), ask.text("tokenid").to_owned());
    let secret = uuid(mix(datacenter.seed, datacenter.now().0 as u64), &format!("{user}!{name}"));
    let tokens = &mut named(datacenter, ask)?.tokens;
    if tokens.contains_key(&name) {
        return Err(Refusal::parameter("tokenid", "Token already exists."));
    }
    let is_separated = ask.given("privsep") != Some("0");
    let comment = ask.given("comment").map(str::to_owned);
    // The real one sends a privsep that is text here, and a number in the list.
    let mut info = json!({ "privsep": u8::from(is_separated).to_string() });
    if let Some(comment) = &comment {
        info["comment"] = json!(comment);
    }
    let expires = ask.number("expire").unwrap_or(0);
    if ask.given("expire").is_some() {
        info["expire"] = json!(expires.to_string());
    }
    tokens.insert(name.clone(), Token { secret: secret.clone(), is_separated, expires, comment });
    Ok(json!({ "full-tokenid": format!("{user}!{name}"), "info": info, "value": secret }).into())
}

fn remove_token(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let (user, name) = (ask.text("userid").to_owned(), ask.text("tokenid"));
    if named(datacenter, ask)?.tokens.remove(name).is_none() {
        return Err(Refusal::died(format!("no such token '{name}' for user '{user}'")));
    }
    let id = format!("{user}!{name}");
    datacenter.access.grants.retain(|grant| grant.to != id);
    Ok(Value::Null.into())
}

fn factors(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let rows = named(datacenter, ask)?.factors.iter().map(|factor| {
        json!({ "id": factor.id, "type": "totp", "description": factor.description, "enable": 1, "created": factor.created })
    });
    Ok(rows.collect::<Value>().into())
}

/// Who changes a factor says his own password once more.
fn confirmed(datacenter: &Datacenter, ask: &Ask) -> Result<(), Refusal> {
    let known = datacenter.access.users.get(&ask.who.user);
    let fits = known.is_some_and(|user| Some(user.password.as_str()) == ask.given("password"));
    if fits { Ok(()) } else { Err(Refusal::login()) }
}

fn add_factor(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    confirmed(datacenter, ask)?;
    let (now, seed) = (datacenter.now(), datacenter.seed);
    let secret = ask.given("totp").and_then(secret_of).filter(|_| ask.text("type") == "totp");
    let secret = secret.ok_or_else(|| Refusal::parameter("totp", "missing or invalid 'totp' value"))?;
    let step = (now.as_secs() / 30) as u64;
    let used =
        (step.saturating_sub(1)..=step + 1).find(|step| Some(totp(&secret, *step).as_str()) == ask.given("value"));
    let used = used.ok_or_else(|| Refusal::died("failed to verify TOTP challenge"))?;
    let id = uuid(mix(seed, now.0 as u64), ask.text("userid"));
    let description = ask.text("description").to_owned();
    named(datacenter, ask)?.factors.push(Factor { id: id.clone(), description, secret, used, created: now.as_secs() });
    Ok(json!({ "id": id }).into())
}

fn remove_factor(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    confirmed(datacenter, ask)?;
    let id = ask.text("id").to_owned();
    let factors = &mut named(datacenter, ask)?.factors;
    let before = factors.len();
    factors.retain(|factor| factor.id != id);
    if factors.len() == before {
        return Err(Refusal::died(format!("no such entry '{id}'")));
    }
    Ok(Value::Null.into())
}

/// A text of the form of a UUID, made of a seed and a name.
pub fn uuid(seed: u64, name: &str) -> String {
    let start = name.bytes().fold(seed, |sum, byte| mix(sum, u64::from(byte)));
    let (high, low) = (mix(start, 1), mix(start, 2));
    let parts = (high >> 32, high >> 16 & 0xFFFF, high & 0xFFF, low >> 48 & 0x3FFF | 0x8000, low & 0xFFFF_FFFF_FFFF);
    format!("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", parts.0, parts.1, parts.2, parts.3, parts.4)
}
