//! Who gets in, and for how long.

use std::time::Duration;

use proximity::sim::{Fault, from_base32, totp};

use super::{
    client::Reply,
    house::{House, Login, ticket_of},
};

fn root(house: &House) -> Login {
    let ready = house.simulator().ready();
    house.ticket(&ready.user, &ready.password)
}

/// A refusal of which only the reason phrase tells.
fn assert_silent(reply: &Reply, reason: &str) {
    assert_eq!(reply.line(), (401, reason));
    assert_eq!((reply.body.len(), reply.header("content-type")), (0, None));
    assert_eq!(reply.header("connection"), Some("close"));
}

#[test]
fn a_login_gives_a_ticket_a_csrf_token_and_capabilities() {
    let house = House::demo();
    let ready = house.simulator().ready();
    for form in [
        vec![("username", "root@pam"), ("password", &ready.password)],
        vec![("username", "root"), ("realm", "pam"), ("password", &ready.password)],
        vec![("username", "root@pam"), ("password", &ready.password), ("new-format", "1")],
    ] {
        let data = house.log_in(&form).json()["data"].take();
        let ticket = data["ticket"].as_str().unwrap();
        let (head, signature) = ticket.split_once("::").unwrap();
        assert_eq!(head, format!("PVE:root@pam:{:08X}", house.handle().now().as_secs()));
        assert!(signature.len() > 300, "{signature}");
        assert_eq!(data["username"], "root@pam");
        assert_eq!(data["clustername"], "homelab");
        assert_eq!(data["cap"]["vms"]["VM.PowerMgmt"], 1);
        assert!(data.get("NeedTFA").is_none());
    }
}

#[test]
fn every_wrong_login_is_refused_in_the_same_words() {
    let house = House::demo();
    let password = house.simulator().ready().password.clone();
    for (user, password) in [
        ("root@pam", "wrong"),
        ("nobody@pam", password.as_str()),
        ("root@nowhere", password.as_str()),
        ("root", password.as_str()),
        ("proximity@pve", ""),
        ("proximity@pve!deck", password.as_str()),
    ] {
        let reply = house.log_in(&[("username", user), ("password", password)]);
        assert_eq!(reply.line(), (401, "authentication failure"), "{user}");
        assert_eq!(reply.json(), serde_json::json!({ "data": null, "message": "authentication failure\n" }));
    }
    let reply = house.log_in(&[]);
    assert_eq!(reply.line(), (400, "Parameter verification failed."));
    let missing = "property is missing and it is not optional";
    assert_eq!(reply.json()["errors"], serde_json::json!({ "username": missing, "password": missing }));
}

#[test]
fn a_ticket_lives_two_hours_and_can_be_renewed_before() {
    let house = House::demo();
    let login = root(&house);
    house.handle().advance(Duration::from_secs(7_100));
    assert_eq!(house.knock(&login, "GET", "/version", &[]).status, 200);
    let Login::Ticket { ticket, .. } = &login else { unreachable!() };
    let renewed = ticket_of(&house.log_in(&[("username", "root@pam"), ("password", ticket)]));
    house.handle().advance(Duration::from_secs(200));
    assert_silent(&house.knock(&login, "GET", "/version", &[]), "Authentication failed!");
    assert_eq!(house.knock(&renewed, "GET", "/version", &[]).status, 200);
    let too_late = house.log_in(&[("username", "root@pam"), ("password", ticket)]);
    assert_eq!(too_late.line(), (401, "authentication failure"));
    let of_another = house.log_in(&[("username", "auditor@pve"), ("password", ticket)]);
    assert_eq!(of_another.line(), (401, "authentication failure"));
}

#[test]
fn a_write_with_a_ticket_needs_the_csrf_token() {
    let house = House::demo();
    let Login::Ticket { ticket, csrf } = root(&house) else { unreachable!() };
    let start = |csrf: &str| {
        let login = Login::Ticket { ticket: ticket.clone(), csrf: csrf.into() };
        house.knock(&login, "POST", "/nodes/pve1/lxc/101/status/start", &[])
    };
    assert_silent(&start(""), "Permission denied - invalid csrf token");
    assert_silent(&start(&csrf.replace(':', ":A")), "Permission denied - invalid csrf token");
    assert_eq!(start(&csrf).line(), (500, "CT 101 already running"));
}

#[test]
fn tickets_are_taken_from_cookie_and_header_and_forged_ones_are_not() {
    let house = House::demo();
    let Login::Ticket { ticket, .. } = root(&house) else { unreachable!() };
    let send = |header: String| {
        let mut wire = house.wire();
        wire.send(format!("GET /api2/json/version HTTP/1.1\r\nHost: x\r\n{header}\r\n\r\n").as_bytes()).unwrap();
        wire.read().unwrap()
    };
    assert_eq!(send(format!("Cookie: a=b; PVEAuthCookie={ticket}")).status, 200);
    assert_eq!(send(format!("Authorization: PVEAuthCookie={ticket}")).status, 200);
    assert_silent(
        &send(format!("Cookie: PVEAuthCookie={}", ticket.replacen("root", "toor", 1))),
        "Authentication failed!",
    );
    assert_silent(&send("Authorization: Basic abc".into()), "No ticket");
}

#[test]
fn a_token_needs_no_csrf_and_cannot_log_in() {
    let house = House::demo();
    let Login::Token(token) = house.token() else { unreachable!() };
    assert_eq!(house.call("POST", "/nodes/pve1/lxc/101/status/start", &[]).line(), (500, "CT 101 already running"));
    let wrong = Login::Token(format!("{}x", token));
    assert_silent(&house.knock(&wrong, "GET", "/version", &[]), "Authentication failed!");
    let reply = house.call("POST", "/access/ticket", &[("username", "root@pam"), ("password", "x")]);
    assert_eq!(reply.line(), (403, "URI '/access/ticket' not available with API token, need proper ticket."));
    house.handle().revoke_token("proximity@pve", "deck");
    assert_silent(&house.call("GET", "/version", &[]), "Authentication failed!");
}

#[test]
fn a_second_factor_takes_half_a_ticket_and_each_code_once() {
    let house = House::demo();
    let second = house.simulator().ready().totp.clone();
    let secret = from_base32(&second.secret).unwrap();
    let step = (house.handle().now().as_secs() / 30) as u64;
    let code = |step: u64| format!("totp:{}", totp(&secret, step));
    let first = house.log_in(&[("username", &second.user), ("password", &second.password)]);
    assert_eq!(first.json()["data"]["NeedTFA"], 1);
    let Login::Ticket { ticket: half, csrf } = ticket_of(&first) else { unreachable!() };
    assert!(half.starts_with("PVE:!tfa!{\"totp\"%3Atrue}:"), "{half}");
    let as_ticket = Login::Ticket { ticket: half.clone(), csrf };
    assert_silent(&house.knock(&as_ticket, "GET", "/version", &[]), "Authentication failed!");
    let answer = |code: &str| house.log_in(&[("username", &second.user), ("password", code), ("tfa-challenge", &half)]);
    assert_eq!(answer("totp:000000").line(), (401, "authentication failure"));
    let whole = answer(&code(step));
    assert_eq!(house.knock(&ticket_of(&whole), "GET", "/version", &[]).status, 200);
    assert_eq!(answer(&code(step)).line(), (401, "authentication failure"));
    assert_eq!(answer(&code(step + 1)).status, 200);
}

#[test]
fn a_code_may_come_with_the_first_call_but_not_twice() {
    let house = House::demo();
    let second = house.simulator().ready().totp.clone();
    let step = (house.handle().now().as_secs() / 30) as u64;
    let code = format!("totp:{}", totp(&from_base32(&second.secret).unwrap(), step));
    let login = [("username", second.user.as_str()), ("password", &second.password), ("otp", &code)];
    let both = [login.as_slice(), &[("tfa-challenge", "PVE:!tfa!x")]].concat();
    assert_eq!(house.log_in(&both).line(), (401, "authentication failure"));
    let whole = house.log_in(&login).json()["data"].take();
    assert!(whole["ticket"].as_str().unwrap().starts_with("PVE:careful@pve:"), "{whole}");
    assert_eq!(house.log_in(&login).line(), (401, "authentication failure"));
}

#[test]
fn all_tickets_can_be_made_worthless() {
    let house = House::demo();
    let login = root(&house);
    house.handle().throw(Fault::ExpiredTickets);
    assert_silent(&house.knock(&login, "GET", "/version", &[]), "Authentication failed!");
    assert_eq!(house.knock(&root(&house), "GET", "/version", &[]).status, 200);
}

#[test]
fn the_realms_are_told_to_anybody() {
    let house = House::demo();
    let realms = house.knock(&Login::None, "GET", "/access/domains", &[]).json();
    assert_eq!(realms["data"].as_array().unwrap().len(), 2);
    assert_silent(&house.knock(&Login::None, "GET", "/version", &[]), "No ticket");
}
