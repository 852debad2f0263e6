//! Two processes on one set of books. What must hold: what one does with a host the other hears without being started anew,
//! and neither touches the credential of a host that the other added.

use proximity::{
    domain::{
        fault::FaultCode,
        fleet::{Fleet, Reach},
        ids::HostId,
        secret::Secret,
    },
    engine::{Asked, Change, Credential, Duty, HostDraft, HostEdit},
};

use super::lab::{Lab, home, reach, until};

fn is_up(fleet: &Fleet, host: &HostId) -> bool {
    fleet.host(host).is_some_and(|host| host.reach == Reach::Online)
}

#[tokio::test]
async fn who_watches_hears_what_another_process_does_with_a_host() {
    let lab = Lab::open().await;
    lab.forget_apps();
    let (watch, errand) = (lab.engine(Duty::Watch).await, lab.engine(Duty::OneErrand).await);
    errand.change(Change::AddHost(lab.draft())).await.unwrap();
    until(&watch, |fleet| is_up(fleet, &home())).await;
    errand.change(Change::RotateToken { host: home(), by: None, expires: None }).await.unwrap();
    let login = errand.fleet().borrow().host(&home()).unwrap().login.clone();
    until(&watch, |fleet| fleet.host(&home()).is_some_and(|host| host.login == login)).await;
    watch.change(Change::Refresh).await.unwrap();
    let edit = |edit| Change::EditHost { host: home(), edit: Box::new(edit) };
    errand.change(edit(HostEdit { asked: Some(Asked::No), ..HostEdit::default() })).await.unwrap();
    until(&watch, |fleet| reach(fleet) == Some(&Reach::Off)).await;
    errand.change(edit(HostEdit { asked: Some(Asked::Yes), ..HostEdit::default() })).await.unwrap();
    until(&watch, |fleet| is_up(fleet, &home())).await;
    errand.change(edit(HostEdit { name: Some("attic".into()), ..HostEdit::default() })).await.unwrap();
    let attic = HostId::new("attic");
    let fleet = until(&watch, |fleet| is_up(fleet, &attic)).await;
    assert!(fleet.host(&home()).is_none() && fleet.guests.iter().all(|guest| guest.key.host == attic));
    errand.change(Change::RemoveHost(attic)).await.unwrap();
    until(&watch, |fleet| fleet.hosts.is_empty() && fleet.guests.is_empty()).await;
    watch.close().await;
    errand.close().await;
}

#[tokio::test]
async fn a_name_that_another_process_took_is_refused_and_its_credential_stays() {
    let lab = Lab::open().await;
    lab.forget_apps();
    let (late, early) = (lab.engine(Duty::OneErrand).await, lab.engine(Duty::OneErrand).await);
    late.change(Change::AddHost(HostDraft { name: "attic".into(), ..lab.draft() })).await.unwrap();
    early.change(Change::AddHost(lab.draft())).await.unwrap();
    let kept = lab.secret("host/home").await;
    let ready = lab.simulator.ready();
    let root =
        Credential::Password { user: ready.user.clone(), password: Secret::new(ready.password.as_str()), totp: None };
    let fault = late.change(Change::AddHost(HostDraft { credential: root, ..lab.draft() })).await.unwrap_err();
    assert_eq!(fault.code, FaultCode::Refused);
    let edit = HostEdit { name: Some("home".into()), ..HostEdit::default() };
    let host = HostId::new("attic");
    late.change(Change::EditHost { host, edit: Box::new(edit) }).await.unwrap_err();
    assert_eq!(lab.secret("host/home").await, kept);
    late.close().await;
    early.close().await;
}
