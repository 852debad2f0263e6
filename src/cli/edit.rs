//! `proximity host edit`: what is known of a host becomes something else. What must hold: a change that was refused leaves
//! all of it as it was, also what was said beside it.

use super::{
    arguments::{EditHost, Global, YesNo},
    host::{choose_passphrase, default_lines, password, token},
    print::Printer,
    rows::HostRow,
    ssh,
};
use crate::{
    domain::{
        fault::Fault,
        host::{HostDefaults, no_such_host},
        ids::HostId,
    },
    engine::{Asked, Change, Credential, Engine, HostEdit, PublicCa},
};

pub async fn edit(edit: &EditHost, global: &Global, engine: &Engine, printer: &Printer) -> Result<(), Fault> {
    if !edit.changes_the_host() {
        return ssh::edit(edit, global, engine, printer).await;
    }
    // First, while the host still has the name that was said.
    if !edit.says_nothing_of_ssh() {
        ssh::set(edit, global, engine, printer).await?;
    }
    let id = HostId::new(edit.name.as_str());
    let known = engine.fleet().borrow().host(&id).map(|host| host.defaults.clone());
    let Some(before) = known else { return Err(no_such_host(&edit.name)) };
    let wished = wish(edit, &before)?;
    if wished.credential.is_some() || wished.name.is_some() {
        choose_passphrase(engine).await?;
    }
    engine.change(Change::EditHost { host: id, edit: Box::new(wished) }).await?;
    show(edit.rename.as_deref().unwrap_or(&edit.name), engine, printer);
    Ok(())
}

fn wish(edit: &EditHost, before: &HostDefaults) -> Result<HostEdit, Fault> {
    let credential: Option<Credential> = match (&edit.token, &edit.user) {
        (Some(id), _) => Some(token(id, edit.secret_file.as_deref())?),
        (None, Some(user)) => Some(password(user, edit.password_file.as_deref(), edit.totp.as_deref())?),
        (None, None) => None,
    };
    let asked = match (edit.on, edit.off) {
        (true, _) => Some(Asked::Yes),
        (_, true) => Some(Asked::No),
        _ => None,
    };
    Ok(HostEdit {
        name: edit.rename.clone(),
        address: edit.address.clone(),
        fingerprint: edit.fingerprint.clone(),
        public_ca: edit.public_ca.map(|said| match said {
            YesNo::Yes => PublicCa::Accepted,
            YesNo::No => PublicCa::Refused,
        }),
        credential,
        defaults: (!edit.defaults.says_nothing()).then(|| edit.defaults.over(before)),
        asked,
    })
}

fn show(name: &str, engine: &Engine, printer: &Printer) {
    let fleet = engine.fleet().borrow().clone();
    let Some(host) = fleet.host(&HostId::new(name)) else { return };
    let row = HostRow::of(&fleet, host);
    printer.result(&row, || {
        let state = if row.reach == "off" { "switched off here" } else { row.reach };
        let mut lines = vec![format!("{}: {}, {} ({state})", row.name, row.addresses.join(" "), row.login)];
        lines.extend(default_lines(&row.defaults));
        lines
    });
}
