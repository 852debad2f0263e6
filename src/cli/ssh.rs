//! `proximity host edit … --ssh-…` and `proximity guest trust …`: how SSH gets in, and which keys are right. What must
//! hold: no key is trusted that was not shown first.

use super::{
    arguments::{EditHost, Global},
    ask,
    host::choose_passphrase,
    print::Printer,
    rows::SshRow,
};
use crate::{
    domain::{
        fault::{Fault, FaultCode},
        fleet::{Host, SshAccess},
        host::no_such_host,
        ids::{GuestKey, HostId},
    },
    engine::{Answer, Change, Engine, Query, SshCredential, SshDraft, SshKey, SshKeys},
};

/// The port of SSH, where nobody says another.
const USUAL: u16 = 22;

pub async fn edit(edit: &EditHost, global: &Global, engine: &Engine, printer: &Printer) -> Result<(), Fault> {
    set(edit, global, engine, printer).await?;
    let access = engine.fleet().borrow().host(&HostId::new(edit.name.as_str())).and_then(|host| host.ssh.clone());
    let row = access.as_ref().map(SshRow::of);
    printer.result(&serde_json::json!({ "host": edit.name, "ssh": row }), || {
        vec![access.as_ref().map_or_else(|| format!("SSH to {} is forgotten", edit.name), in_words)]
    });
    Ok(())
}

/// The same without a word.
pub async fn set(edit: &EditHost, global: &Global, engine: &Engine, printer: &Printer) -> Result<(), Fault> {
    let id = HostId::new(edit.name.as_str());
    let Some(host) = engine.fleet().borrow().host(&id).cloned() else { return Err(no_such_host(&edit.name)) };
    let ssh = match edit.no_ssh {
        true => None,
        false => Some(draft(edit, &host, global, engine, printer).await?),
    };
    if ssh.as_ref().is_some_and(|draft| has_secret(&draft.credential)) {
        choose_passphrase(engine).await?;
    }
    engine.change(Change::SetSsh { host: id, ssh }).await
}

fn has_secret(credential: &SshCredential) -> bool {
    matches!(credential, SshCredential::Password(_) | SshCredential::KeyFile { passphrase: Some(_), .. })
}

async fn draft(
    edit: &EditHost,
    host: &Host,
    global: &Global,
    engine: &Engine,
    printer: &Printer,
) -> Result<SshDraft, Fault> {
    let before = host.ssh.as_ref();
    let credential = credential(edit)?;
    if edit.says_nothing_of_ssh() {
        return Err(usage(&edit.name, "nothing was said that would change"));
    }
    if before.is_none() && matches!(credential, SshCredential::AsBefore) {
        return Err(usage(&edit.name, "it was not said with what to log in"));
    }
    let port = edit.ssh_port.or(before.map(|ssh| ssh.port)).unwrap_or(USUAL);
    let fingerprint = match &edit.ssh_fingerprint {
        Some(fingerprint) => fingerprint.clone(),
        None => accept(host, port, global, engine, printer).await?,
    };
    let user = edit.ssh_user.clone().or(before.map(|ssh| ssh.user.to_string()));
    Ok(SshDraft {
        user: user.unwrap_or_else(|| "root".into()),
        port,
        credential,
        fingerprint,
        guest_port: edit.guest_ssh_port.or(before.map(|ssh| ssh.guest_port)).unwrap_or(USUAL),
    })
}

fn credential(edit: &EditHost) -> Result<SshCredential, Fault> {
    if edit.ssh_agent {
        return Ok(SshCredential::Agent);
    }
    if let Some(path) = &edit.ssh_key {
        let flag = "--ssh-passphrase-file";
        let passphrase = edit.ssh_passphrase_file.as_deref();
        let passphrase = passphrase.map(|file| ask::secret(Some(file), "passphrase of the key", flag)).transpose()?;
        // It is found again wherever Proximity is started.
        let path = std::path::absolute(path).map_err(|error| usage(&edit.name, &error.to_string()))?;
        return Ok(SshCredential::KeyFile { path, passphrase });
    }
    match &edit.ssh_password_file {
        Some(file) => Ok(SshCredential::Password(ask::secret(Some(file), "password", "--ssh-password-file")?)),
        None => Ok(SshCredential::AsBefore),
    }
}

/// The key that the host shows: asked for, unless it is the one that is trusted already.
async fn accept(host: &Host, port: u16, global: &Global, engine: &Engine, printer: &Printer) -> Result<String, Fault> {
    let address = host.addresses.first().cloned().unwrap_or_default();
    let Answer::SshKey(seen) = engine.query(Query::SshKey { address, port }).await? else {
        return Err(untrusted(&host.id, "no key was shown"));
    };
    let trusted = host.ssh.as_ref().map(|ssh| &*ssh.pin);
    if trusted == Some(seen.fingerprint.as_str()) {
        return Ok(seen.fingerprint);
    }
    if let Some(trusted) = trusted {
        printer.aside(&format!("the SSH key that was trusted at {} so far is\n  {trusted}", host.id));
    }
    printer.aside(&shows(&format!("{} (SSH, port {port})", host.id), &seen));
    if is_agreed(global, "is that the key of the machine itself (ssh-keygen -lf), and do you trust it?") {
        return Ok(seen.fingerprint);
    }
    Err(untrusted(&host.id, &format!("nobody trusted {}", seen.fingerprint)))
}

fn shows(whose: &str, key: &SshKey) -> String {
    format!("{whose} shows the {} key\n  {}", key.algorithm, key.fingerprint)
}

fn is_agreed(global: &Global, question: &str) -> bool {
    global.yes || ask::yes(question) == Some(true)
}

pub async fn trust_guest(guest: &GuestKey, global: &Global, engine: &Engine, printer: &Printer) -> Result<(), Fault> {
    super::guest::refresh_for(guest, engine).await?;
    let Answer::GuestKey(SshKeys { known, seen }) = engine.query(Query::GuestKey(guest.clone())).await? else {
        return Err(not_taken(guest, "no key was shown"));
    };
    let before = known.map(|key| key.fingerprint);
    let told = serde_json::json!({ "guest": guest.to_string(), "before": before, "now": seen.fingerprint });
    if before.as_ref() == Some(&seen.fingerprint) {
        printer.result(&told, || vec![format!("{guest} is known by {} already", seen.fingerprint)]);
        return Ok(());
    }
    printer.aside(&format!("{guest} was known by\n  {}", before.as_deref().unwrap_or("no key yet")));
    printer.aside(&shows(&guest.to_string(), &seen));
    if !is_agreed(global, "is that the key of the guest itself (ssh-keygen -lf in it), and do you trust it?") {
        return Err(not_taken(guest, &format!("nobody trusted {}", seen.fingerprint)));
    }
    engine.change(Change::TrustGuestKey { guest: guest.clone(), key: seen.line }).await?;
    printer.result(&told, || vec![format!("{guest} is known by {} now", seen.fingerprint)]);
    Ok(())
}

/// How SSH gets in, as a line.
pub fn in_words(ssh: &SshAccess) -> String {
    let SshRow { user, port, proof, key_file, fingerprint, guest_port } = SshRow::of(ssh);
    let with = key_file.map_or_else(|| proof.to_owned(), |file| format!("the key {file}"));
    format!("SSH as {user} at port {port} with {with}, key {fingerprint}; in guests at port {guest_port}")
}

fn usage(name: &str, why: &str) -> Fault {
    Fault::lasting(
        FaultCode::Usage,
        format!("{name} was left as it is"),
        why,
        "say what is to change (`proximity host edit --help`); for SSH how it gets in: --ssh-agent, --ssh-key FILE or --ssh-password-file FILE; or --no-ssh",
    )
}

fn untrusted(host: &HostId, why: &str) -> Fault {
    Fault::lasting(
        FaultCode::Refused,
        format!("SSH was not set up for {host}"),
        why,
        "compare with `ssh-keygen -lf` of the key in /etc/ssh there, then give it with --ssh-fingerprint",
    )
}

fn not_taken(guest: &GuestKey, why: &str) -> Fault {
    Fault::lasting(
        FaultCode::Refused,
        format!("the key of {guest} was not taken"),
        why,
        "compare with `ssh-keygen -lf` of the key in /etc/ssh in the guest, then say it with --yes",
    )
}
