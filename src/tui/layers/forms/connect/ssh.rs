//! How SSH gets in, where it is to. What must hold: no proof is sent to a machine whose key was not trusted here.

use std::path::PathBuf;

use super::{
    super::{Field, Fields, Wrong},
    Pinned,
    pages::{AS_BEFORE, Before},
};
use crate::{
    domain::secret::Secret,
    engine::{SshCredential, SshDraft},
};

const HOW: usize = 0;
const USER: usize = 1;
const PORT: usize = 2;
const PROOF: usize = 3;
const PHRASE: usize = 4;

pub const NONE: &str = "none";
const AGENT: &str = "agent";
const KEY: &str = "key";
const PASSWORD: &str = "password";

/// What is wished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// As it is.
    Kept,
    None,
    Some,
}

pub fn fields(known: Option<&Before>) -> Fields {
    let has = known.is_some_and(|before| before.host.ssh.is_some());
    let ways: &[&str] = if has { &[AS_BEFORE, NONE, AGENT, KEY, PASSWORD] } else { &[NONE, AGENT, KEY, PASSWORD] };
    Fields::of(vec![Field::choice("log in with", ways.iter().copied())])
}

pub fn follow(fields: &mut Fields) {
    let how = fields.all[HOW].value().to_owned();
    let shape = shape(&how);
    let is_so = fields.all.iter().skip(1).map(|field| field.label.as_ref()).eq(shape.iter().copied());
    if is_so {
        return;
    }
    // What is asked for by every way stays as it was typed.
    let kept: Vec<Field> = fields.all.drain(1..).collect();
    let of =
        |label: &&'static str| kept.iter().find(|field| field.label == *label).cloned().unwrap_or_else(|| blank(label));
    fields.all.extend(shape.iter().map(of));
}

fn shape(how: &str) -> &'static [&'static str] {
    match how {
        AGENT => &["user", "port"],
        KEY => &["user", "port", "key file", "passphrase"],
        PASSWORD => &["user", "port", "password"],
        _ => &[],
    }
}

fn blank(label: &'static str) -> Field {
    match label {
        "user" => Field::plain("user", "root").filled("root"),
        "port" => Field::plain("port", "22").filled("22"),
        "key file" => Field::plain("key file", "/home/you/.ssh/id_ed25519"),
        "passphrase" => Field::secret("passphrase", "nothing, if the key has none"),
        other => Field::secret(other, "shown to the host alone, to no guest"),
    }
}

pub fn wish(fields: &Fields) -> Wish {
    match fields.all[HOW].value() {
        AS_BEFORE => Wish::Kept,
        NONE => Wish::None,
        _ => Wish::Some,
    }
}

pub fn port(fields: &Fields) -> Result<u16, Wrong> {
    let wrong = || Wrong::at(PORT, "this is no port", "it is a number from 1 to 65535", "22 unless you changed it");
    let typed = fields.all.get(PORT).and_then(|field| field.value().parse().ok());
    typed.filter(|port| *port > 0).ok_or_else(wrong)
}

/// As it is typed, with the key that was trusted.
pub fn draft(fields: &Fields, pinned: &Pinned) -> Result<SshDraft, Wrong> {
    let value = |at: usize| fields.all[at].value();
    let credential = match value(HOW) {
        KEY if value(PROOF).is_empty() => {
            let why = "the private key is read from a file of this machine";
            return Err(Wrong::at(PROOF, "no key file", why, "type where it lies, such as /home/you/.ssh/id_ed25519"));
        }
        KEY => {
            let phrase = fields.all[PHRASE].exact();
            let passphrase = (!phrase.is_empty()).then(|| Secret::new(phrase));
            SshCredential::KeyFile { path: PathBuf::from(value(PROOF)), passphrase }
        }
        PASSWORD if fields.all[PROOF].is_empty() => {
            let remedy = "type the password of this user, or choose a key";
            return Err(Wrong::at(PROOF, "no password", "nothing can log in without it", remedy));
        }
        PASSWORD => SshCredential::Password(Secret::new(fields.all[PROOF].exact())),
        _ => SshCredential::Agent,
    };
    if value(USER).is_empty() {
        return Err(Wrong::at(USER, "no user", "SSH logs in as somebody", "root, unless you made another one for it"));
    }
    Ok(SshDraft {
        user: value(USER).into(),
        port: pinned.port,
        credential,
        fingerprint: pinned.fingerprint.clone(),
        guest_port: 22,
    })
}
