//! Tokens, tickets and one-time codes. What must hold: a session is opened once for all callers, kept alive without
//! asking anybody, and a refused credential is not tried again in a loop.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use proximity::{
    domain::{
        fault::{Fault, FaultCode, FaultKind},
        fleet::GuestKind,
        ids::{NodeName, Vmid},
        moment::Moment,
        plan::PowerAction,
        secret::Secret,
    },
    proxmox::{ClientError, Login, Ticket},
};

use super::host::{Asked, Host, Reply, password, token};

const VERSION: &str = r#"{"version":"9.2.11"}"#;
const LOG_IN: &str = "POST /access/ticket";

fn ticket(number: usize) -> Reply {
    Reply::data(&format!(
        r#"{{"ticket":"PVE:admin@pve:6B00{number}::sig+/=","CSRFPreventionToken":"6B00:csrf{number}","username":"admin@pve"}}"#
    ))
}

/// A host that gives a new ticket for each log-in, and answers only to the newest.
async fn usual_host() -> Host {
    let mut given = 0;
    Host::start(move |asked| {
        if asked.line() == LOG_IN {
            given += 1;
            return ticket(given);
        }
        let expected = format!("PVEAuthCookie=PVE%3Aadmin%40pve%3A6B00{given}%3A%3Asig%2B%2F%3D");
        match asked.header("cookie") {
            Some(cookie) if cookie == expected => answer(asked),
            Some(_) => Reply::bare(401, "permission denied - invalid PVE ticket"),
            None => Reply::bare(401, "No ticket"),
        }
    })
    .await
}

fn answer(asked: &Asked) -> Reply {
    match asked.method.as_str() {
        "GET" => Reply::data(VERSION),
        _ => Reply::data("\"UPID:pve1:00001C8D:00056AC1:6B001AA5:vzstart:100:admin@pve:\""),
    }
}

async fn start(client: &proximity::proxmox::Client) -> Result<(), ClientError> {
    let node = NodeName::new("pve1");
    client.begin_power(&node, GuestKind::Container, Vmid(100), PowerAction::Start).await.map(drop)
}

#[tokio::test]
async fn a_token_goes_along_and_needs_no_log_in() {
    let host = Host::start(answer).await;
    let client = host.client();
    client.log_in().await.unwrap();
    start(&client).await.unwrap();
    assert_eq!(host.lines(), ["GET /version", "POST /nodes/pve1/lxc/100/status/start"]);
    for asked in host.seen() {
        assert_eq!(asked.header("authorization"), Some("PVEAPIToken=admin@pve!deck=0f1e-secret"));
        assert_eq!((asked.header("cookie"), asked.header("csrfpreventiontoken")), (None, None));
    }
    assert_eq!(client.ticket(), None);
}

#[tokio::test]
async fn a_refused_token_is_told_as_such() {
    let host = Host::saying(Reply::bare(401, "Authentication failed!")).await;
    let error = host.client().log_in().await.unwrap_err();
    assert_eq!(error, ClientError::TokenRefused { id: "admin@pve!deck".into(), why: "Authentication failed!".into() });
    let fault = Fault::from(error);
    assert_eq!((fault.code, fault.kind), (FaultCode::Refused, FaultKind::NeedsPerson));
    assert!(fault.why.contains("expired"));
    assert_eq!(host.seen().len(), 1);
}

/// While its cluster file system restarts, a host turns everybody away for a moment.
#[tokio::test]
async fn a_token_that_was_good_gets_a_second_chance() {
    let mut times = 0;
    let host = Host::start(move |_| {
        times += 1;
        if times == 2 { Reply::bare(401, "Authentication failed!") } else { Reply::data(VERSION) }
    })
    .await;
    let client = host.client();
    client.version().await.unwrap();
    client.version().await.unwrap();
    assert_eq!(host.seen().len(), 3);
}

#[tokio::test]
async fn a_password_becomes_a_ticket_and_writing_carries_its_token() {
    let host = usual_host().await;
    let client = host.client_as(password());
    client.version().await.unwrap();
    start(&client).await.unwrap();
    let seen = host.seen();
    assert_eq!(host.lines(), [LOG_IN, "GET /version", "POST /nodes/pve1/lxc/100/status/start"]);
    assert_eq!((seen[0].param("username"), seen[0].param("password")), (Some("admin@pve"), Some("hunter22")));
    assert_eq!((seen[0].header("cookie"), seen[0].header("authorization")), (None, None));
    assert_eq!(seen[1].header("csrfpreventiontoken"), None);
    assert_eq!(seen[2].header("csrfpreventiontoken"), Some("6B00:csrf1"));
    assert_eq!(seen[2].header("content-length"), Some("0"));
    assert_eq!(client.ticket().unwrap().ticket, Secret::new("PVE:admin@pve:6B001::sig+/="));
}

#[tokio::test]
async fn callers_at_the_same_time_share_one_log_in() {
    let host = usual_host().await;
    let client = host.client_as(password());
    let calls = (0..12).map(|_| client.version());
    for outcome in futures_util::future::join_all(calls).await {
        outcome.unwrap();
    }
    assert_eq!(host.lines().iter().filter(|line| *line == LOG_IN).count(), 1);
}

#[tokio::test]
async fn a_session_that_ended_is_opened_anew_once_for_all() {
    let host = usual_host().await;
    let client = host.client_as(password());
    client.version().await.unwrap();
    // Somebody else's log-in makes the host forget ours.
    host.client_as(password()).version().await.unwrap();
    host.forget();
    let calls = (0..6).map(|_| client.version());
    for outcome in futures_util::future::join_all(calls).await {
        outcome.unwrap();
    }
    assert_eq!(host.lines().iter().filter(|line| *line == LOG_IN).count(), 1);
}

#[tokio::test]
async fn an_order_that_was_turned_away_is_given_after_the_new_log_in() {
    let host = usual_host().await;
    let client = host.client_as(password());
    client.version().await.unwrap();
    host.client_as(password()).version().await.unwrap();
    host.forget();
    start(&client).await.unwrap();
    let order = "POST /nodes/pve1/lxc/100/status/start";
    assert_eq!(host.lines(), [order, LOG_IN, order]);
}

#[tokio::test]
async fn a_wrong_password_is_told_and_rests() {
    let host = Host::saying(Reply::refusal(401, "authentication failure")).await;
    let client = host.client_as(password());
    let error = client.version().await.unwrap_err();
    assert_eq!(error, ClientError::WrongLogin { user: "admin@pve".into() });
    let fault = Fault::from(error.clone());
    assert_eq!((fault.code, fault.kind), (FaultCode::Refused, FaultKind::NeedsPerson));
    assert!(fault.remedy.contains("realm"));
    for outcome in futures_util::future::join_all((0..5).map(|_| client.version())).await {
        assert_eq!(outcome.unwrap_err(), error);
    }
    assert_eq!(host.seen().len(), 1, "a refused password was tried again");
    client.log_in().await.unwrap_err();
    assert_eq!(host.seen().len(), 2, "whoever asks for it gets another try");
}

/// The answer to the first half of a log-in with a second factor.
fn challenge(factors: &str) -> Reply {
    let half = format!("PVE:!tfa!{}:6B00::half", factors.replace(':', "%3A"));
    Reply::data(&serde_json::json!({ "ticket": half, "NeedTFA": 1, "CSRFPreventionToken": "x" }).to_string())
}

/// Takes `good` as the second factor, once.
async fn host_with_second_factor(factors: &'static str, good: &'static str) -> Host {
    let mut is_used = false;
    Host::start(move |asked| match (asked.line().as_str(), asked.param("tfa-challenge")) {
        (LOG_IN, None) if asked.param("password") == Some("hunter22") => challenge(factors),
        (LOG_IN, None) if asked.param("password").is_some_and(|old| old.starts_with("PVE:admin@pve")) => ticket(2),
        (LOG_IN, Some(half)) if half.starts_with("PVE:!tfa!") && asked.param("password") == Some(good) => {
            if std::mem::replace(&mut is_used, true) {
                Reply::refusal(401, "authentication failure")
            } else {
                ticket(1)
            }
        }
        (LOG_IN, _) => Reply::refusal(401, "authentication failure"),
        _ if asked.header("cookie").is_some() => Reply::data(VERSION),
        _ => Reply::bare(401, "No ticket"),
    })
    .await
}

fn with_code(code: &str) -> Login {
    let totp = Some(Secret::new(code));
    Login::Password { user: "admin@pve".into(), password: Secret::new("hunter22"), totp }
}

#[tokio::test]
async fn a_one_time_code_completes_the_log_in() {
    let host = host_with_second_factor(r#"{"totp":true}"#, "totp:123456").await;
    host.client_as(with_code("123 456")).log_in().await.unwrap();
    assert_eq!(host.lines(), [LOG_IN, LOG_IN, "GET /version"]);
}

#[tokio::test]
async fn a_missing_code_and_a_wrong_one_are_told_apart() {
    let host = host_with_second_factor(r#"{"totp":true}"#, "totp:123456").await;
    let missing = host.client_as(password()).log_in().await.unwrap_err();
    assert_eq!(missing, ClientError::TotpNeeded { user: "admin@pve".into() });
    let wrong = host.client_as(with_code("654321")).log_in().await.unwrap_err();
    assert_eq!(wrong, ClientError::WrongTotp { user: "admin@pve".into() });
    assert!(Fault::from(missing).remedy.contains("authenticator"));
    assert!(Fault::from(wrong).remedy.contains("next code"));
}

#[tokio::test]
async fn a_code_is_used_once_and_a_later_one_can_be_given() {
    let host = host_with_second_factor(r#"{"totp":true}"#, "totp:123456").await;
    let client = host.client_as(with_code("000000"));
    assert!(matches!(client.version().await, Err(ClientError::WrongTotp { .. })));
    assert!(matches!(client.log_in().await, Err(ClientError::TotpNeeded { .. })), "the old code was sent again");
    client.log_in_with(Secret::new("123456")).await.unwrap();
}

#[tokio::test]
async fn a_recovery_key_does_where_the_user_has_some() {
    let host = host_with_second_factor(r#"{"totp":true,"recovery":[0,1]}"#, "recovery:ab12-cd34").await;
    host.client_as(with_code("ab12-cd34")).log_in().await.unwrap();
}

#[tokio::test]
async fn a_factor_no_terminal_can_answer_is_told() {
    let host = host_with_second_factor(r#"{"webauthn":{"x":1},"recovery":[],"totp":false}"#, "").await;
    let error = host.client_as(with_code("123456")).log_in().await.unwrap_err();
    assert_eq!(error, ClientError::OtherFactor { user: "admin@pve".into(), offered: "webauthn".into() });
    assert!(Fault::from(error).remedy.contains("token"));
}

fn kept(minutes_ago: i64) -> Ticket {
    let now = jiff::Timestamp::now().as_millisecond();
    Ticket {
        user: "admin@pve".into(),
        ticket: Secret::new("PVE:admin@pve:6B001::sig"),
        csrf: Secret::new("6B00:csrf"),
        issued: Moment(now - minutes_ago * 60_000),
    }
}

#[tokio::test]
async fn a_kept_session_goes_on_without_password_and_code() {
    let host = host_with_second_factor(r#"{"totp":true}"#, "totp:123456").await;
    let client = host.client_as(Login::Ticket { ticket: kept(10), password: None });
    client.version().await.unwrap();
    assert_eq!(host.lines(), ["GET /version"]);
    assert_eq!(client.name(), "admin@pve");
}

#[tokio::test]
async fn an_ageing_session_is_renewed_with_itself() {
    let host = host_with_second_factor(r#"{"totp":true}"#, "totp:123456").await;
    let client = host.client_as(Login::Ticket { ticket: kept(60), password: None });
    client.version().await.unwrap();
    client.version().await.unwrap();
    assert_eq!(host.lines(), [LOG_IN, "GET /version", "GET /version"]);
    assert_eq!(host.seen()[0].param("password"), Some("PVE:admin@pve:6B001::sig"));
    assert_eq!(client.ticket().unwrap().ticket, Secret::new("PVE:admin@pve:6B002::sig+/="));
}

/// Without a code it could not be opened anew, so it is not given up before its time.
#[tokio::test]
async fn a_session_with_a_second_factor_outlives_a_moment_of_refusals() {
    for age in [10, 60] {
        let host = Host::saying(Reply::data(VERSION)).await;
        let client = host.client_as(Login::Ticket { ticket: kept(age), password: Some(Secret::new("hunter22")) });
        let refuses = |asked: &Asked| match asked.param("password") {
            Some("hunter22") => challenge(r#"{"totp":true}"#),
            Some(_) => Reply::refusal(401, "authentication failure"),
            None => Reply::bare(401, "invalid PVE ticket"),
        };
        host.now_does(|asked| match asked.param("password") {
            Some(_) => Reply::refusal(401, "authentication failure"),
            None => Reply::data(VERSION),
        });
        client.version().await.unwrap();
        host.now_does(refuses);
        assert!(matches!(client.version().await, Err(ClientError::TotpNeeded { .. })));
        host.now_does(|asked| match asked.param("password") {
            Some(_) => Reply::refusal(401, "authentication failure"),
            None => Reply::data(VERSION),
        });
        client.version().await.unwrap();
    }
}

/// A refused renewal is no reason to stop using the ticket, nor to ask for another one with every call.
#[tokio::test]
async fn a_refused_renewal_rests() {
    let host = Host::start(|asked| match asked.line().as_str() {
        LOG_IN => Reply::refusal(401, "authentication failure"),
        _ => Reply::data(VERSION),
    })
    .await;
    let client = host.client_as(Login::Ticket { ticket: kept(60), password: None });
    for _ in 0..3 {
        client.version().await.unwrap();
    }
    assert_eq!(host.lines(), [LOG_IN, "GET /version", "GET /version", "GET /version"]);
}

#[tokio::test]
async fn a_session_that_cannot_go_on_is_told() {
    let host = Host::start(|asked| {
        if asked.line() == LOG_IN {
            Reply::refusal(401, "authentication failure")
        } else {
            Reply::bare(401, "No ticket")
        }
    })
    .await;
    for age in [10, 180] {
        let client = host.client_as(Login::Ticket { ticket: kept(age), password: None });
        let error = client.version().await.unwrap_err();
        assert_eq!(error, ClientError::SessionEnded { user: "admin@pve".into() });
        assert!(Fault::from(error).remedy.contains("log in"));
    }
}

#[tokio::test]
async fn a_kept_session_that_ended_falls_back_to_the_password() {
    let host = usual_host().await;
    let client = host.client_as(Login::Ticket { ticket: kept(10), password: Some(Secret::new("hunter22")) });
    client.version().await.unwrap();
    assert_eq!(host.lines(), ["GET /version", LOG_IN, "GET /version"]);
}

/// What the log-in of one caller cost must not be paid by each of those who waited for it.
#[tokio::test]
async fn a_log_in_that_fails_fails_for_all_who_waited() {
    let tries = Arc::new(AtomicUsize::new(0));
    let counted = tries.clone();
    let host = Host::start(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        Reply::refusal(500, "cluster not ready")
    })
    .await;
    let client = host.client_as(password());
    for outcome in futures_util::future::join_all((0..5).map(|_| client.version())).await {
        assert!(matches!(outcome, Err(ClientError::Refused { .. })));
    }
    assert_eq!(tries.load(Ordering::SeqCst), 1);
    client.version().await.unwrap_err();
    assert_eq!(tries.load(Ordering::SeqCst), 2, "what passes by itself is tried again");
}

#[tokio::test]
async fn a_credential_that_cannot_be_sent_is_told() {
    let host = Host::saying(Reply::data(VERSION)).await;
    let Login::Token { id, .. } = token() else { unreachable!() };
    let login = Login::Token { id, secret: Secret::new("two\nlines") };
    let error = proximity::proxmox::Client::new(host.target(login), None).err().unwrap();
    assert!(matches!(error, ClientError::Setup(_)));
    assert!(!format!("{error:?}").contains("two"));
}
