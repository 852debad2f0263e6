//! Adding, testing and removing a host: nothing is remembered of a host that does not let us in.

use proximity::{
    domain::{
        fault::{Fault, FaultCode},
        fleet::Reach,
        secret::Secret,
    },
    engine::{Answer, Change, Credential, Duty, HostDraft, Query},
    sim::{Fault as SimFault, Pace, Seed, from_base32, totp},
    store::Store,
};

use super::lab::{Lab, home, reach};

async fn refusal(lab: &Lab, draft: HostDraft) -> Fault {
    let engine = lab.engine(Duty::OneErrand).await;
    let fault = engine.change(Change::AddHost(draft)).await.unwrap_err();
    assert!(engine.fleet().borrow().hosts.is_empty(), "it is not remembered");
    engine.close().await;
    assert!(Store::open(&lab.database()).unwrap().1.hosts.is_empty());
    fault
}

#[tokio::test]
async fn a_host_is_added_tested_and_removed() {
    let lab = Lab::open().await;
    let engine = lab.engine(Duty::OneErrand).await;
    engine.change(Change::AddHost(lab.draft())).await.unwrap();
    let Answer::Test(report) = engine.query(Query::TestHost(home())).await.unwrap() else { panic!() };
    assert!(report.version.starts_with("9."), "{report:?}");
    assert_eq!((report.nodes, report.cluster.as_deref()), (3, Some("homelab")));
    assert!(report.missing.is_empty(), "{report:?}");
    let twice = engine.change(Change::AddHost(lab.draft())).await.unwrap_err();
    assert_eq!(twice.code, FaultCode::Refused);
    engine.change(Change::RemoveHost(home())).await.unwrap();
    assert!(engine.fleet().borrow().hosts.is_empty() && engine.fleet().borrow().guests.is_empty());
    engine.close().await;
}

#[tokio::test]
async fn the_fingerprint_shown_is_the_one_the_host_has() {
    let lab = Lab::open().await;
    let engine = lab.engine(Duty::OneErrand).await;
    let query = Query::Fingerprint { address: lab.simulator.ready().url.clone() };
    let Answer::Fingerprint(seen) = engine.query(query).await.unwrap() else { panic!() };
    assert_eq!(seen, lab.simulator.ready().fingerprint);
    engine.close().await;
}

#[tokio::test]
async fn another_fingerprint_than_the_trusted_one_is_a_hard_stop() {
    let lab = Lab::open().await;
    let draft = HostDraft { fingerprint: ["AB"; 32].join(":"), ..lab.draft() };
    assert_eq!(refusal(&lab, draft).await.code, FaultCode::Trust);
}

#[tokio::test]
async fn a_wrong_secret_is_refused() {
    let lab = Lab::open().await;
    let id = lab.simulator.ready().token_id.clone();
    let credential = Credential::Token { id, secret: Secret::new("00000000-0000-0000-0000-000000000000") };
    assert_eq!(refusal(&lab, HostDraft { credential, ..lab.draft() }).await.code, FaultCode::Refused);
}

#[tokio::test]
async fn a_wrong_password_is_refused_and_a_right_one_lets_in() {
    let lab = Lab::open().await;
    let password = |password: &str| Credential::Password {
        user: lab.simulator.ready().user.clone(),
        password: Secret::new(password),
        totp: None,
    };
    let wrong = HostDraft { credential: password("not it"), ..lab.draft() };
    assert_eq!(refusal(&lab, wrong).await.code, FaultCode::Refused);
    let engine = lab.engine(Duty::OneErrand).await;
    let right = HostDraft { credential: password(&lab.simulator.ready().password), ..lab.draft() };
    engine.change(Change::AddHost(right)).await.unwrap();
    engine.change(Change::Refresh).await.unwrap();
    assert!(!engine.fleet().borrow().guests.is_empty());
    engine.close().await;
}

#[tokio::test]
async fn a_host_with_a_second_factor_asks_for_a_code_once() {
    // A code counts for half a minute of the simulated time, which therefore goes no faster than ours.
    let lab = Lab::at(Seed::demo(), Pace::live()).await;
    let factor = lab.simulator.ready().totp.clone();
    let with = |totp: Option<String>| HostDraft {
        credential: Credential::Password {
            user: factor.user.clone(),
            password: Secret::new(factor.password.as_str()),
            totp: totp.map(Secret::new),
        },
        ..lab.draft()
    };
    assert_eq!(refusal(&lab, with(None)).await.code, FaultCode::Refused);
    assert_eq!(refusal(&lab, with(Some("000000".into()))).await.code, FaultCode::Refused);
    let step = lab.simulator.datacenter().now().as_secs() as u64 / 30;
    let code = totp(&from_base32(&factor.secret).unwrap(), step);
    let engine = lab.engine(Duty::OneErrand).await;
    engine.change(Change::AddHost(with(Some(code)))).await.unwrap();
    engine.close().await;
    // The next start goes on with the session, without a code.
    let next = lab.engine(Duty::OneErrand).await;
    next.change(Change::Refresh).await.unwrap();
    assert_eq!(reach(&next.fleet().borrow()), Some(&Reach::Online));
    next.close().await;
    // When the session is worth nothing any more, it says what it needs.
    lab.simulator.datacenter().throw(SimFault::ExpiredTickets);
    let last = lab.engine(Duty::OneErrand).await;
    let fault = last.change(Change::Refresh).await.unwrap_err();
    assert!(fault.to_string().contains("code"), "{fault}");
    last.close().await;
}

#[tokio::test]
async fn a_closed_port_and_an_unknown_name_are_told_apart_from_a_refusal() {
    let lab = Lab::open().await;
    let closed = HostDraft { address: "127.0.0.1:1".into(), ..lab.draft() };
    assert_eq!(refusal(&lab, closed).await.code, FaultCode::Unreachable);
    let nameless = HostDraft { name: "a/b".into(), ..lab.draft() };
    assert_eq!(refusal(&lab, nameless).await.code, FaultCode::Usage);
}

#[tokio::test]
async fn a_host_that_cannot_be_written_down_leaves_no_credential_behind() {
    let lab = Lab::open().await;
    let engine = lab.engine(Duty::OneErrand).await;
    lab.meddle("CREATE TRIGGER full BEFORE INSERT ON host BEGIN SELECT raise(ABORT, 'no room'); END");
    engine.change(Change::AddHost(lab.draft())).await.unwrap_err();
    assert!(engine.fleet().borrow().hosts.is_empty());
    assert_eq!(lab.secret("host/home").await, None);
    engine.close().await;
}

#[tokio::test]
async fn a_host_that_cannot_be_struck_out_goes_on_as_before() {
    let lab = Lab::open().await;
    lab.forget_apps();
    let engine = lab.engine(Duty::Watch).await;
    engine.change(Change::AddHost(lab.draft())).await.unwrap();
    lab.meddle("CREATE TRIGGER full BEFORE DELETE ON host BEGIN SELECT raise(ABORT, 'no room'); END");
    engine.change(Change::RemoveHost(home())).await.unwrap_err();
    engine.change(Change::Refresh).await.unwrap();
    assert_eq!(reach(&engine.fleet().borrow()), Some(&Reach::Online));
    lab.meddle("DROP TRIGGER full");
    engine.change(Change::RemoveHost(home())).await.unwrap();
    engine.close().await;
}
