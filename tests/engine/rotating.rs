//! A new token in place of the one that is used, and what runs out. What must hold: whatever fails, the host is logged in to
//! with one of the two; the new one holds what the old one held; what runs out is told in time and once a day.

use std::time::Duration;

use proximity::{
    domain::{
        fault::{Fault as Told, FaultCode},
        fleet::Reach,
        host::Expiring,
        secret::Secret,
    },
    engine::{Change, Credential, Duty, Engine, HostDraft, LeastReach, LeastWish, Nights, now},
    sim::{Fault, Pace, Seed},
};

use super::lab::{Lab, home, reach, until};

const DAY: Duration = Duration::from_secs(86_400);

fn root(lab: &Lab) -> Credential {
    let ready = lab.simulator.ready();
    Credential::Password { user: ready.user.clone(), password: Secret::new(ready.password.as_str()), totp: None }
}

/// Simulated time goes as ours does, or a token would run out early.
async fn lab() -> Lab {
    Lab::at(Seed::plain(1, 8), Pace::live()).await
}

async fn rotate(engine: &Engine, by: Option<Credential>, days: Option<u32>) -> Result<(), Told> {
    let expires = days.map(|days| now() + DAY * days);
    engine.change(Change::RotateToken { host: home(), by, expires }).await
}

fn login(engine: &Engine) -> String {
    engine.fleet().borrow().host(&home()).unwrap().login.clone()
}

fn tokens(lab: &Lab, user: &str) -> Vec<String> {
    lab.simulator.datacenter().with(|datacenter| datacenter.access.users[user].tokens.keys().cloned().collect())
}

/// A host with a small token, which may make no other.
fn small(lab: &Lab) -> HostDraft {
    let least = LeastWish {
        user: "own@pve".into(),
        reach: LeastReach::All { pool: "mine".into() },
        storages: Vec::new(),
        bridges: Vec::new(),
        fetches: Default::default(),
        expires: Some(now() + DAY * 5),
        nights: Nights::Left,
    };
    HostDraft { credential: root(lab), least: Some(Box::new(least)), ..lab.draft() }
}

#[tokio::test]
async fn a_token_that_may_makes_its_own_successor() {
    let lab = lab().await;
    let engine = lab.engine(Duty::OneErrand).await;
    engine.change(Change::AddHost(lab.draft())).await.unwrap();
    let old = lab.secret("host/home").await;
    rotate(&engine, None, None).await.unwrap();
    let names = tokens(&lab, "proximity@pve");
    assert_eq!(names.len(), 1);
    assert_eq!(login(&engine), format!("proximity@pve!{}", names[0]));
    assert_ne!(names[0], "deck", "the old one is gone");
    assert_ne!(lab.secret("host/home").await, old);
    engine.change(Change::Refresh).await.unwrap();
    engine.close().await;
    let next = lab.engine(Duty::OneErrand).await;
    next.change(Change::Refresh).await.unwrap();
    assert_eq!(reach(&next.fleet().borrow()), Some(&Reach::Online));
    next.close().await;
}

#[tokio::test]
async fn a_small_token_wants_a_lent_login_and_the_new_one_holds_as_much() {
    let lab = lab().await;
    let engine = lab.engine(Duty::OneErrand).await;
    engine.change(Change::AddHost(small(&lab))).await.unwrap();
    let first = login(&engine);
    let fault = rotate(&engine, None, None).await.unwrap_err();
    assert!(fault.remedy.contains("lend a login"), "{fault}");
    assert_eq!((login(&engine), tokens(&lab, "own@pve").len()), (first.clone(), 1), "nothing was made");
    let held = |lab: &Lab, who: &str| {
        lab.simulator.datacenter().with(|datacenter| {
            let mine = datacenter.access.grants.iter().filter(|grant| grant.to == who);
            let mut mine: Vec<_> =
                mine.map(|grant| (grant.path.clone(), grant.role.clone(), grant.propagates)).collect();
            mine.sort();
            mine
        })
    };
    let before = held(&lab, &first);
    rotate(&engine, Some(root(&lab)), Some(90)).await.unwrap();
    let second = login(&engine);
    assert_ne!(second, first);
    assert!(!before.is_empty());
    assert_eq!(held(&lab, &second), before);
    assert_eq!(tokens(&lab, "own@pve").len(), 1);
    let expiring = engine.fleet().borrow().host(&home()).unwrap().expiring.clone();
    let token = expiring.iter().find(|one| one.what == Expiring::Token).unwrap();
    assert!(token.at > now() + DAY * 89, "{token:?}");
    let password = lab.simulator.ready().password.clone();
    assert!(!lab.secret("host/home").await.unwrap().reveal().contains(&password), "it was lent");
    engine.change(Change::Refresh).await.unwrap();
    // One that was taken away already has a successor all the same.
    let (user, name) = second.split_once('!').unwrap();
    lab.simulator.datacenter().revoke_token(user, name);
    engine.change(Change::Refresh).await.unwrap_err();
    rotate(&engine, Some(root(&lab)), None).await.unwrap();
    engine.change(Change::Refresh).await.unwrap();
    engine.close().await;
}

#[tokio::test]
async fn a_rotation_that_fails_leaves_the_old_token_in_use_and_no_other() {
    for call in ["POST /access/users/*/token/*", "PUT /access/acl"] {
        for fault in [Fault::Unreachable, Fault::LostAnswer] {
            let lab = lab().await;
            let engine = lab.engine(Duty::OneErrand).await;
            engine.change(Change::AddHost(small(&lab))).await.unwrap();
            let (old, secret) = (login(&engine), lab.secret("host/home").await);
            lab.simulator.datacenter().throw(fault.clone().on_calls(call).times(1));
            rotate(&engine, Some(root(&lab)), None).await.unwrap_err();
            assert_eq!((login(&engine), lab.secret("host/home").await), (old, secret), "{call} {fault:?}");
            assert_eq!(tokens(&lab, "own@pve").len(), 1, "{call} {fault:?}");
            engine.change(Change::Refresh).await.unwrap();
            engine.close().await;
        }
    }
}

#[tokio::test]
async fn an_old_token_that_stays_behind_is_told() {
    let lab = lab().await;
    let engine = lab.engine(Duty::OneErrand).await;
    engine.change(Change::AddHost(lab.draft())).await.unwrap();
    lab.simulator.datacenter().throw(Fault::Unreachable.on_calls("DELETE /access/users/*/token/*").times(1));
    let fault = rotate(&engine, None, None).await.unwrap_err();
    assert!(fault.what.contains("the new one is used") && fault.remedy.contains("pveum user token remove"), "{fault}");
    assert_ne!(login(&engine), "proximity@pve!deck");
    engine.change(Change::Refresh).await.unwrap();
    engine.close().await;
}

#[tokio::test]
async fn a_host_with_a_password_says_to_change_that() {
    let lab = lab().await;
    let engine = lab.engine(Duty::OneErrand).await;
    engine.change(Change::AddHost(HostDraft { credential: root(&lab), ..lab.draft() })).await.unwrap();
    let fault = rotate(&engine, None, None).await.unwrap_err();
    assert_eq!(fault.code, FaultCode::Usage);
    assert!(fault.remedy.contains("host edit"), "{fault}");
    engine.close().await;
}

#[tokio::test]
async fn what_runs_out_soon_is_told_once_a_day_whoever_tells_it() {
    let lab = lab().await;
    let engine = lab.engine(Duty::Watch).await;
    let mut notices = engine.notices();
    engine.change(Change::AddHost(small(&lab))).await.unwrap();
    let fleet = until(&engine, |fleet| fleet.host(&home()).is_some_and(|host| host.expiring.len() > 1)).await;
    let expiring = &fleet.host(&home()).unwrap().expiring;
    assert_eq!(expiring[0].what, Expiring::Token, "the next one first: {expiring:?}");
    assert!(matches!(expiring[1].what, Expiring::Certificate(_)));
    let told = loop {
        let notice = notices.recv().await.unwrap();
        if notice.text.contains("runs out") {
            break notice;
        }
    };
    assert!(told.text.contains("the API token runs out in"), "{told:?}");
    assert!(told.detail.unwrap().contains("proximity host rotate home"));
    engine.close().await;
    let next = lab.engine(Duty::Watch).await;
    let mut notices = next.notices();
    until(&next, |fleet| fleet.host(&home()).is_some_and(|host| host.expiring.len() > 1)).await;
    next.change(Change::Refresh).await.unwrap();
    while let Ok(notice) = notices.try_recv() {
        assert!(!notice.text.contains("runs out"), "it was told today: {notice:?}");
    }
    next.close().await;
}

/// As after a kill between the vault and the books.
#[tokio::test]
async fn a_new_secret_never_stands_beside_the_name_of_the_old_token() {
    let lab = lab().await;
    let engine = lab.engine(Duty::OneErrand).await;
    engine.change(Change::AddHost(lab.draft())).await.unwrap();
    rotate(&engine, None, None).await.unwrap();
    let new = login(&engine);
    engine.close().await;
    lab.meddle(r#"UPDATE host SET login = '{"token":{"id":"proximity@pve!deck"}}'"#);
    let next = lab.engine(Duty::OneErrand).await;
    next.change(Change::Refresh).await.unwrap();
    assert_eq!(reach(&next.fleet().borrow()), Some(&Reach::Online));
    assert!(lab.secret("host/home").await.unwrap().reveal().contains(&new));
    next.close().await;
}

#[tokio::test]
async fn a_token_with_nothing_of_its_own_gets_no_successor_that_is_good_for_nothing() {
    let lab = lab().await;
    let engine = lab.engine(Duty::OneErrand).await;
    engine.change(Change::AddHost(small(&lab))).await.unwrap();
    lab.simulator.datacenter().with(|datacenter| {
        datacenter.access.grants.retain(|grant| !grant.to.starts_with("own@pve!"));
    });
    let fault = rotate(&engine, Some(root(&lab)), None).await.unwrap_err();
    assert!(fault.why.contains("nothing is known to be given"), "{fault}");
    assert_eq!(tokens(&lab, "own@pve").len(), 1);
    engine.close().await;
}
