//! Hosts that are known become something else: another address, another credential, another name, off and on. What must hold:
//! every change is tried before it is kept, what is refused leaves everything as it was, and nothing is lost on the way.

use proximity::{
    domain::{
        fault::{Fault as Told, FaultCode},
        fleet::{Listing, Power, Reach},
        host::HostDefaults,
        ids::{AppId, HostId},
        plan::power::PowerWish,
        secret::Secret,
    },
    engine::{Answer, Asked, Change, Credential, Duty, Engine, HostDraft, HostEdit, Query, Request},
    sim::{Fault, Seed, Shown},
    store::Store,
};

use super::{
    lab::{Lab, broken, ended, home, let_go, power, reach, some_container, until},
    least,
};

async fn edit(engine: &Engine, edit: HostEdit) -> Result<(), Told> {
    engine.change(Change::EditHost { host: home(), edit: Box::new(edit) }).await
}

/// What is kept of the host, with its secret.
async fn kept(lab: &Lab) -> (String, Option<Secret>) {
    let (_store, kept) = Store::open(&lab.database()).unwrap();
    (format!("{:?}", kept.hosts), lab.secret("host/home").await)
}

fn root(lab: &Lab) -> Credential {
    let ready = lab.simulator.ready();
    Credential::Password { user: ready.user.clone(), password: Secret::new(ready.password.as_str()), totp: None }
}

#[tokio::test]
async fn what_is_wrong_with_a_change_leaves_the_host_as_it_was() {
    let lab = Lab::with(Seed::plain(2, 8)).await;
    let engine = lab.engine(Duty::OneErrand).await;
    engine.change(Change::AddHost(lab.draft())).await.unwrap();
    let before = kept(&lab).await;
    let nobody = Credential::Password { user: "root@pam".into(), password: Secret::new("not it"), totp: None };
    let defaults = HostDefaults { storage: Some("backup".into()), ..HostDefaults::default() };
    let wrong = [
        (HostEdit { address: Some("127.0.0.1:1".into()), ..HostEdit::default() }, FaultCode::Unreachable),
        (HostEdit { fingerprint: Some(["AB"; 32].join(":")), ..HostEdit::default() }, FaultCode::Trust),
        (HostEdit { credential: Some(nobody), ..HostEdit::default() }, FaultCode::Refused),
        (HostEdit { defaults: Some(defaults), ..HostEdit::default() }, FaultCode::Usage),
        (HostEdit { name: Some("a/b".into()), ..HostEdit::default() }, FaultCode::Usage),
    ];
    for (change, code) in wrong {
        let host = home();
        if change.name.is_none() {
            let tested = engine.query(Query::TestEdit { host, edit: Box::new(change.clone()) }).await.unwrap_err();
            assert_eq!(tested.code, code, "{change:?}: {tested}");
        }
        let fault = edit(&engine, change.clone()).await.unwrap_err();
        assert_eq!(fault.code, code, "{change:?}: {fault}");
        assert_eq!(kept(&lab).await, before, "{change:?}");
        engine.change(Change::Refresh).await.unwrap();
    }
    lab.meddle("CREATE TRIGGER full BEFORE UPDATE ON host BEGIN SELECT raise(ABORT, 'no room'); END");
    edit(&engine, HostEdit { credential: Some(root(&lab)), ..HostEdit::default() }).await.unwrap_err();
    lab.meddle("DROP TRIGGER full");
    assert_eq!(kept(&lab).await, before, "books and vault go together");
    engine.close().await;
}

#[tokio::test]
async fn another_credential_and_defaults_are_kept_and_used() {
    let lab = Lab::with(Seed::plain(2, 8)).await;
    let engine = lab.engine(Duty::OneErrand).await;
    engine.change(Change::AddHost(lab.draft())).await.unwrap();
    let defaults = HostDefaults {
        storage: Some("fast".into()),
        backups: Some("vault".into()),
        templates: Some("local".into()),
        bridge: Some("vmbr0".into()),
        pool: None,
    };
    let change = HostEdit { credential: Some(root(&lab)), defaults: Some(defaults.clone()), ..HostEdit::default() };
    let query = Query::TestEdit { host: home(), edit: Box::new(change.clone()) };
    let Answer::Test(report) = engine.query(query).await.unwrap() else { panic!() };
    assert!(report.missing.is_empty());
    edit(&engine, change).await.unwrap();
    engine.close().await;
    let next = lab.engine(Duty::OneErrand).await;
    next.change(Change::Refresh).await.unwrap();
    let host = next.fleet().borrow().host(&home()).unwrap().clone();
    assert_eq!((host.login.as_str(), host.defaults), ("root@pam", defaults));
    next.close().await;
}

#[tokio::test]
async fn a_host_that_is_off_is_not_asked_and_nothing_of_it_is_forgotten() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    let before = engine.fleet().borrow().clone();
    let guest = some_container(&engine, Power::Running);
    edit(&engine, HostEdit { asked: Some(Asked::No), ..HostEdit::default() }).await.unwrap();
    let off = engine.fleet().borrow().clone();
    assert_eq!(reach(&off), Some(&Reach::Off));
    assert_eq!((off.guests.len(), off.apps.len()), (before.guests.len(), before.apps.len()));
    lab.simulator.datacenter().forget_calls();
    engine.change(Change::Refresh).await.unwrap();
    engine.change(Change::LookAtBackups(None)).await.unwrap();
    let fault = power(&engine, &guest.key, PowerWish::Stop).await.unwrap_err();
    assert!(fault.why.contains("switched off here") && fault.remedy.contains("--on"), "{fault}");
    assert_eq!(lab.simulator.datacenter().all_calls().len(), 0);
    engine.close().await;
    // It stays so after a restart.
    let next = lab.engine(Duty::Watch).await;
    assert_eq!(reach(&next.fleet().borrow()), Some(&Reach::Off));
    assert_eq!(next.fleet().borrow().apps.len(), before.apps.len());
    assert_eq!(lab.simulator.datacenter().all_calls().len(), 0);
    edit(&next, HostEdit { asked: Some(Asked::Yes), ..HostEdit::default() }).await.unwrap();
    until(&next, |fleet| reach(fleet) == Some(&Reach::Online)).await;
    let stopped = power(&next, &guest.key, PowerWish::Stop).await.unwrap();
    ended(&next, stopped).await;
    next.close().await;
}

#[tokio::test]
async fn nobody_switches_off_or_renames_under_an_operation() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    let guest = some_container(&engine, Power::Running);
    lab.simulator.datacenter().throw(Fault::Hang.on_calls(&format!("POST */{}/status/*", guest.key.vmid)));
    let id = power(&engine, &guest.key, PowerWish::Stop).await.unwrap();
    for change in [
        HostEdit { asked: Some(Asked::No), ..HostEdit::default() },
        HostEdit { name: Some("other".into()), ..HostEdit::default() },
    ] {
        let fault = edit(&engine, change).await.unwrap_err();
        assert!(fault.why.contains(&format!("operation {id}")), "{fault}");
    }
    lab.simulator.datacenter().mend_all();
    ended(&engine, id).await;
    edit(&engine, HostEdit { name: Some("other".into()), ..HostEdit::default() }).await.unwrap();
    engine.close().await;
}

#[tokio::test]
async fn a_renamed_host_loses_nothing_and_answers_to_the_new_name_alone() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    engine.change(Change::LookAtBackups(None)).await.unwrap();
    let guest = some_container(&engine, Power::Running);
    ended(&engine, power(&engine, &guest.key, PowerWish::Restart).await.unwrap()).await;
    let before = engine.fleet().borrow().clone();
    edit(&engine, HostEdit { name: Some("attic".into()), ..HostEdit::default() }).await.unwrap();
    let attic = HostId::new("attic");
    let after = until(&engine, |fleet| fleet.host(&attic).is_some_and(|host| host.reach == Reach::Online)).await;
    assert_eq!(after.guests.len(), before.guests.len());
    assert!(after.guests.iter().all(|guest| guest.key.host == attic));
    let names =
        |fleet: &proximity::domain::fleet::Fleet| fleet.apps.iter().map(|app| app.id.clone()).collect::<Vec<AppId>>();
    assert_eq!(names(&after), names(&before));
    assert!(after.apps.iter().all(|app| app.guest.host == attic));
    assert_eq!(after.backups.shelves.len(), before.backups.shelves.len());
    let key = proximity::domain::ids::GuestKey { host: attic.clone(), vmid: guest.key.vmid };
    assert_eq!(
        after.last_operation_on(&key).map(|operation| operation.id),
        before.last_operation_on(&guest.key).map(|one| one.id)
    );
    assert_eq!(lab.secret("host/home").await, None);
    assert!(lab.secret("host/attic").await.is_some());
    ended(&engine, power(&engine, &key, PowerWish::Restart).await.unwrap()).await;
    engine.close().await;
    let next = lab.engine(Duty::OneErrand).await;
    next.change(Change::Refresh).await.unwrap();
    assert!(next.fleet().borrow().host(&home()).is_none());
    assert_eq!(names(&next.fleet().borrow()), names(&before));
    next.close().await;
}

#[tokio::test]
async fn a_host_with_apps_is_not_removed_and_the_apps_are_named() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    let apps = engine.fleet().borrow().apps.clone();
    let fault = engine.change(Change::RemoveHost(home())).await.unwrap_err();
    assert!(apps.iter().all(|app| fault.why.contains(&*app.name)), "{fault}");
    assert!(fault.remedy.contains("forget or destroy"), "{fault}");
    engine.change(Change::Refresh).await.unwrap();
    // One that is gone for good: nothing there is asked any more, the books let go of it.
    lab.simulator.datacenter().throw(Fault::RefusedLogIns);
    let_go(&engine).await;
    engine.change(Change::RemoveHost(home())).await.unwrap();
    assert!(engine.fleet().borrow().hosts.is_empty());
    engine.close().await;
}

#[tokio::test]
async fn two_hosts_may_have_a_guest_of_the_same_id() {
    let (one, other) = (Lab::with(Seed::plain(1, 8)).await, Lab::with(Seed::plain(1, 8)).await);
    let engine = one.engine(Duty::Watch).await;
    engine.change(Change::AddHost(one.draft())).await.unwrap();
    engine.change(Change::AddHost(HostDraft { name: "away".into(), ..other.draft() })).await.unwrap();
    let away = HostId::new("away");
    let fleet = until(&engine, |fleet| {
        let seen = |host: &HostId| fleet.guests.iter().filter(|guest| guest.key.host == *host).count();
        seen(&home()) > 7 && seen(&away) > 7
    })
    .await;
    let is_it = |key: &proximity::domain::ids::GuestKey| key.host == away && Some(key) != broken(&fleet).as_ref();
    let there = fleet.guests.iter().find(|guest| is_it(&guest.key) && guest.power == Power::Running).unwrap().clone();
    let twin = proximity::domain::ids::GuestKey { host: home(), vmid: there.key.vmid };
    assert!(fleet.guest(&twin).is_some());
    one.simulator.datacenter().forget_calls();
    ended(&engine, power(&engine, &there.key, PowerWish::Stop).await.unwrap()).await;
    let path = format!("POST /nodes/pve1/lxc/{}/status", there.key.vmid);
    assert_eq!((one.simulator.datacenter().calls(&path), other.simulator.datacenter().calls(&path)), (0, 1));
    // Neither of the two takes the other one's name.
    let taken = HostEdit { name: Some("away".into()), ..HostEdit::default() };
    assert_eq!(edit(&engine, taken).await.unwrap_err().code, FaultCode::Refused);
    engine.close().await;
}

/// Rights that are taken away hide much, and nothing of it is gone.
#[tokio::test]
async fn what_may_not_be_seen_any_more_is_not_taken_for_gone() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    let before = engine.fleet().borrow().clone();
    lab.simulator.datacenter().with(|datacenter| {
        datacenter.access.grants.retain(|grant| grant.to != "proximity@pve");
        datacenter.access.grant("/vms/101", "proximity@pve", "PVEVMUser");
    });
    engine.change(Change::Refresh).await.unwrap();
    let after = engine.fleet().borrow().clone();
    assert_eq!(after.apps.len(), before.apps.len());
    assert_eq!(after.guests.len(), before.guests.len());
    let listing = &after.host(&home()).unwrap().listing;
    assert!(matches!(listing, Listing::Partial(_)), "{listing:?}");
    let Answer::Test(report) = engine.query(Query::TestHost(home())).await.unwrap() else { panic!() };
    assert!(!report.missing.is_empty() && report.missing.iter().all(|right| right.grant.contains("pveum")));
    lab.simulator.datacenter().grant("/", "proximity@pve", "Administrator");
    engine.change(Change::Refresh).await.unwrap();
    assert_eq!(engine.fleet().borrow().guests.len(), before.guests.len());
    engine.close().await;
}

/// A certificate that was renewed by the cluster's own authority asks nothing; a stranger's is taken where it was accepted.
#[tokio::test]
async fn a_new_certificate_is_accepted_by_its_fingerprint_and_nothing_less() {
    let lab = Lab::with(Seed::plain(1, 4)).await;
    let engine = lab.engine(Duty::OneErrand).await;
    engine.change(Change::AddHost(lab.draft())).await.unwrap();
    lab.simulator.datacenter().throw(Fault::Certificate(Shown::Foreign));
    assert_eq!(engine.change(Change::Refresh).await.unwrap_err().code, FaultCode::Trust);
    let seen = lab.simulator.datacenter().fingerprint();
    edit(&engine, HostEdit { fingerprint: Some(seen.clone()), ..HostEdit::default() }).await.unwrap();
    engine.change(Change::Refresh).await.unwrap();
    assert_eq!(&*engine.fleet().borrow().host(&home()).unwrap().trust.pin, seen);
    engine.close().await;
}

/// What new apps go by, unless the operator says something else.
#[tokio::test]
async fn a_new_app_goes_by_the_defaults_of_its_host() {
    let lab = least::answering().await;
    let engine = lab.engine(Duty::Watch).await;
    let defaults = HostDefaults {
        storage: Some("fast".into()),
        backups: Some("vault".into()),
        pool: Some("chosen".into()),
        ..HostDefaults::default()
    };
    engine.change(Change::AddHost(HostDraft { defaults, ..lab.draft() })).await.unwrap();
    lab.simulator.datacenter().with(|datacenter| {
        datacenter.pools.insert("chosen".into(), Default::default());
    });
    until(&engine, |fleet| !fleet.nodes.is_empty()).await;
    let app = least::deploy(&engine, least::wish("mosquitto")).await;
    let fleet = engine.fleet().borrow().clone();
    let guest = fleet.guest(&fleet.app(&app).unwrap().guest).unwrap().clone();
    assert_eq!(guest.pool.as_deref(), Some("chosen"));
    let root = lab
        .simulator
        .datacenter()
        .with(|datacenter| datacenter.guests[&guest.key.vmid.0].config["rootfs"].as_str().unwrap().to_owned());
    assert!(root.starts_with("fast:"), "{root}");
    let Answer::Preview(preview) = engine
        .query(Query::Preview(Request::Backup(proximity::engine::BackupWish {
            guest: guest.key.clone(),
            storage: None,
            how: Default::default(),
            note: None,
        })))
        .await
        .unwrap()
    else {
        panic!()
    };
    assert!(format!("{preview:?}").contains("vault"), "{preview:?}");
    let said = proximity::engine::DeployWish { storage: Some("local-lvm".into()), ..least::wish("mosquitto") };
    let other = least::deploy(&engine, said).await;
    let vmid = engine.fleet().borrow().app(&other).unwrap().guest.vmid.0;
    let root = lab.simulator.datacenter().with(|datacenter| datacenter.guests[&vmid].config["rootfs"].clone());
    assert!(root.as_str().unwrap().starts_with("local-lvm:"), "what was said outranks it: {root}");
    engine.close().await;
}
