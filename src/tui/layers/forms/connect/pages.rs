//! The pages that are the same for every host: where it is, who logs in, what new apps go by. What must hold: a secret of
//! a known host is never filled in; it stays as it is unless another one is typed.

use super::super::{Field, Fields, Wrong};
use crate::{
    domain::{fleet::Host, host::HostDefaults, secret::Secret},
    engine::{Credential, FoundStorage, TestReport},
};

pub const ADDRESS: usize = 0;
pub const NAME: usize = 1;
/// On the page of who logs in.
const HOW: usize = 0;
const USER: usize = 1;
pub const SECRET: usize = 2;
pub const CODE: usize = 3;
const AFTER: usize = 4;

pub const AS_BEFORE: &str = "as before";
const TOKEN: &str = "API token";
const PASSWORD: &str = "password";
const MAKE: &str = "a token of its own";
const KEEP: &str = "keep the password";
/// Nothing is chosen beforehand.
const NONE: &str = "none";

/// A host as it is before it is changed.
#[derive(Debug, Clone)]
pub struct Before {
    pub host: Host,
}

pub fn wheres(known: Option<&Before>) -> Fields {
    let address = Field::plain("address", "10.0.0.2, or pve1.example.org:8006, pve2.example.org");
    let name = Field::plain("name", "what you call it; its address if left empty");
    Fields::of(match known {
        Some(before) => {
            vec![address.filled(&before.host.addresses.join(", ")), name.filled(before.host.id.as_str())]
        }
        None => vec![address, name],
    })
}

/// As typed, or the machine's part of the address.
pub fn name(wheres: &Fields) -> String {
    match wheres.all[NAME].value() {
        "" => host_of(wheres.all[ADDRESS].value()),
        name => name.to_owned(),
    }
}

/// `https://pve.example.org:8006/` is called `pve.example.org`.
fn host_of(address: &str) -> String {
    let bare = address.split_once("://").map_or(address, |(_, rest)| rest);
    let bare = bare.split(['/', '?', ',']).next().unwrap_or_default().trim();
    if bare.starts_with('[') || bare.matches(':').count() > 1 {
        return bare.trim_matches(['[', ']']).replace([':', ']'], "-");
    }
    bare.split(':').next().unwrap_or_default().to_owned()
}

pub fn fit_to_be_asked(wheres: &Fields, taken: &[String]) -> Result<String, Wrong> {
    let address = wheres.all[ADDRESS].value().to_owned();
    if address.is_empty() {
        let remedy = "type what you type into the browser to reach it";
        return Err(Wrong::at(ADDRESS, "no address", "it says where the Proxmox host is", remedy));
    }
    let name = name(wheres);
    if taken.contains(&name) {
        let why = "two hosts of one name could not be told apart";
        return Err(Wrong::at(NAME, "this name is taken", why, "choose another name"));
    }
    unfit(&name).map_or(Ok(address), |wrong| Err(Wrong { field: NAME, ..wrong }))
}

/// What is wrong with a name, of a form whose first field it is.
pub fn unfit(name: &str) -> Option<Wrong> {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    let is_fit = !name.is_empty() && name.len() <= 40 && name.chars().all(fits);
    let remedy = "use letters, digits, dots and dashes, 40 at most";
    (!is_fit).then(|| Wrong::at(0, "a host cannot be called that", "its name is part of every guest's key", remedy))
}

pub fn who(known: Option<&Before>) -> Fields {
    let ways: &[&str] = if known.is_some() { &[AS_BEFORE, TOKEN, PASSWORD] } else { &[TOKEN, PASSWORD] };
    let mut fields = Fields::of(vec![Field::choice("log in with", ways.iter().copied())]);
    follow_who(&mut fields, known);
    fields
}

/// The fields that belong to the chosen way in. What was typed for another way goes with it.
pub fn follow_who(fields: &mut Fields, known: Option<&Before>) {
    let label = fields.all.get(USER).map(|field| field.label.clone());
    let wanted = match fields.all[HOW].value() {
        TOKEN => Some("token id"),
        PASSWORD => Some("user"),
        _ => None,
    };
    if label.as_deref() == wanted {
        return;
    }
    fields.all.truncate(1);
    match wanted {
        Some("user") => fields.all.extend(by_password(known)),
        Some(_) => fields.all.extend([
            Field::plain("token id", "proximity@pve!deck"),
            Field::secret("secret", "shown once when the token is made"),
        ]),
        None => {}
    }
}

fn by_password(known: Option<&Before>) -> Vec<Field> {
    let mut fields = vec![
        Field::plain("user", "root@pam"),
        Field::secret("password", ""),
        Field::plain("one-time code", "only where this user has a second factor"),
    ];
    if known.is_none() {
        fields.push(Field::choice("after that", [MAKE, KEEP]));
    }
    fields
}

/// A token as it is pasted in one piece: `user@realm!name=secret`, as a header of the API has it. Says whether it was one.
pub fn take_token(who: &mut Fields, text: &str) -> bool {
    let text = text.trim();
    let bare = text.strip_prefix("PVEAPIToken=").unwrap_or(text);
    let Some((id, secret)) = bare.split_once('=').filter(|(id, _)| id.contains('!') && id.contains('@')) else {
        return false;
    };
    let is_asked = who.all[HOW].value() == TOKEN && who.at == USER;
    if is_asked {
        who.all[USER].set(id.trim());
        who.all[SECRET].set(secret.trim());
        who.at = SECRET;
    }
    is_asked
}

/// The password is only lent: a token of our own is made with it.
pub fn makes_token(who: &Fields) -> bool {
    who.all.get(AFTER).is_some_and(|field| field.value() == MAKE)
}

/// Who logs in; nothing where that stays as it is.
pub fn credential(who: &Fields) -> Result<Option<Credential>, Wrong> {
    match who.all[HOW].value() {
        TOKEN => token(who).map(Some),
        PASSWORD => password(who).map(Some),
        _ => Ok(None),
    }
}

fn token(who: &Fields) -> Result<Credential, Wrong> {
    let id = who.all[USER].value();
    let (owner, name) = id.split_once('!').unwrap_or((id, ""));
    if !owner.contains('@') || name.is_empty() {
        let why = "it has three parts: user, realm and the token's name";
        return Err(Wrong::at(USER, "this is no token id", why, "write it as Proxmox shows it: user@realm!name"));
    }
    filled(&who.all[SECRET], "no secret", "copy the secret that Proxmox showed when the token was made")?;
    Ok(Credential::Token { id: id.into(), secret: Secret::new(who.all[SECRET].value()) })
}

fn password(who: &Fields) -> Result<Credential, Wrong> {
    if !who.all[USER].value().contains('@') {
        let why = "Proxmox knows users by name and realm";
        let remedy = "write user@realm: root@pam for the machine's root";
        return Err(Wrong::at(USER, "the realm is missing", why, remedy));
    }
    filled(&who.all[SECRET], "no password", "type the password of this user")?;
    let code: String = who.all[CODE].value().chars().filter(|letter| !letter.is_whitespace()).collect();
    let totp = Some(code).filter(|code| !code.is_empty()).map(Secret::new);
    Ok(Credential::Password {
        user: who.all[USER].value().into(),
        password: Secret::new(who.all[SECRET].exact()),
        totp,
    })
}

fn filled(field: &Field, what: &str, remedy: &str) -> Result<(), Wrong> {
    if field.is_empty() { Err(Wrong::at(SECRET, what, "nothing can log in without it", remedy)) } else { Ok(()) }
}

/// What new apps go by: choices of what was found, the proposed one chosen, or the one of before.
pub fn defaults(report: &TestReport, known: Option<&HostDefaults>, pool: Option<&str>) -> Fields {
    let storages = |holds: fn(&FoundStorage) -> bool| {
        report.storages.iter().filter(move |storage| holds(storage)).map(|storage| storage.name.clone()).collect()
    };
    let bridges = report.bridges.iter().map(|bridge| bridge.name.clone()).collect();
    let mut pools = report.pools.clone();
    pools.extend(pool.map(str::to_owned).filter(|pool| !report.pools.contains(pool)));
    let (proposed, before) = (&report.proposed, known.cloned().unwrap_or_default());
    let or = |before: &Option<String>, proposed: &Option<String>| before.clone().or_else(|| proposed.clone());
    let pool = or(&before.pool, &proposed.pool).or(pool.map(Into::into));
    Fields::of(vec![
        choice("disks", storages(|storage| storage.holds_disks), or(&before.storage, &proposed.storage)),
        choice("backups", storages(|storage| storage.holds_backups), or(&before.backups, &proposed.backups)),
        choice("templates", storages(|storage| storage.holds_templates), or(&before.templates, &proposed.templates)),
        choice("bridge", bridges, or(&before.bridge, &proposed.bridge)),
        choice("pool", pools, pool),
    ])
}

fn choice(label: &'static str, mut names: Vec<String>, chosen: Option<String>) -> Field {
    // What was chosen before and is not found now must not be lost by looking at it.
    names.extend(chosen.clone().filter(|chosen| !names.contains(chosen)));
    names.push(NONE.into());
    let field = Field::choice(label, names);
    match chosen {
        Some(chosen) => field.filled(&chosen),
        None => field.filled(NONE),
    }
}

pub fn chosen_defaults(defaults: &Fields) -> HostDefaults {
    let at = |at: usize| defaults.all.get(at).map(|field| field.value().to_owned()).filter(|name| name != NONE);
    HostDefaults { storage: at(0), backups: at(1), templates: at(2), bridge: at(3), pool: at(4) }
}
