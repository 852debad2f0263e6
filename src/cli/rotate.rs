//! `proximity host rotate`: a new token in place of the one that is used. What must hold: a log-in that is lent is used for
//! this and kept nowhere.

use super::{
    arguments::RotateHost,
    host::{choose_passphrase, password},
    least::days,
    print::Printer,
    rows::HostRow,
};
use crate::{
    domain::{fault::Fault, ids::HostId},
    engine::{Change, Engine},
};

pub async fn rotate(rotate: &RotateHost, engine: &Engine, printer: &Printer) -> Result<(), Fault> {
    choose_passphrase(engine).await?;
    let by = match &rotate.user {
        Some(user) => Some(password(user, rotate.password_file.as_deref(), rotate.totp.as_deref())?),
        None => None,
    };
    let host = HostId::new(rotate.name.as_str());
    let expires = rotate.days.map(days);
    engine.change(Change::RotateToken { host: host.clone(), by, expires }).await?;
    let fleet = engine.fleet().borrow().clone();
    let Some(known) = fleet.host(&host) else { return Ok(()) };
    let row = HostRow::of(&fleet, known);
    let until = match rotate.days {
        Some(days) => format!("it runs out in {days} days"),
        None => "it does not run out".to_owned(),
    };
    printer.result(&row, || vec![format!("{} is logged in to as {} now; {until}", row.name, row.login)]);
    Ok(())
}
