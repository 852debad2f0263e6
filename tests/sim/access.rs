//! Roles, who was given which, users and their tokens. What must hold: what is refused is refused in the words of the real
//! one, and who may only make what lies somewhere gives no more than he holds himself.

use serde_json::json;

use super::house::{House, Login};

const ROLE: &[(&str, &str)] = &[("roleid", "Small"), ("privs", "VM.Audit,VM.PowerMgmt")];

fn done(house: &House, method: &str, path: &str, form: &[(&str, &str)]) {
    let reply = house.call(method, path, form);
    assert_eq!(reply.line(), (200, "OK"), "{method} {path}: {}", String::from_utf8_lossy(&reply.body));
}

/// A user with a token of his own, which may do nothing yet.
fn newcomer(house: &House) -> Login {
    done(house, "POST", "/access/users", &[("userid", "own@pve")]);
    let made = house.call("POST", "/access/users/own@pve/token/deck", &[("expire", "0")]).json();
    assert_eq!(made["data"]["full-tokenid"], "own@pve!deck");
    Login::Token(format!("own@pve!deck={}", made["data"]["value"].as_str().unwrap()))
}

#[test]
fn a_role_is_made_changed_and_removed() {
    let house = House::demo();
    done(&house, "POST", "/access/roles", ROLE);
    assert_eq!(house.get("/access/roles/Small"), json!({ "VM.Audit": 1, "VM.PowerMgmt": 1 }));
    done(&house, "PUT", "/access/roles/Small", &[("privs", "VM.Console"), ("append", "1")]);
    assert_eq!(house.get("/access/roles/Small"), json!({ "VM.Audit": 1, "VM.Console": 1, "VM.PowerMgmt": 1 }));
    done(&house, "PUT", "/access/roles/Small", &[("privs", "VM.Console")]);
    let rows = house.get("/access/roles");
    let row = |name: &str| rows.as_array().unwrap().iter().find(|row| row["roleid"] == name).unwrap().clone();
    assert_eq!(row("Small"), json!({ "roleid": "Small", "privs": "VM.Console", "special": 0 }));
    assert_eq!(row("PVEAuditor")["special"], 1);
    done(&house, "PUT", "/access/acl", &[("path", "/"), ("roles", "Small"), ("users", "guest@pve")]);
    done(&house, "DELETE", "/access/roles/Small", &[]);
    assert!(!house.get("/access/acl").as_array().unwrap().iter().any(|row| row["roleid"] == "Small"));
}

#[test]
fn roles_are_refused_in_the_words_of_the_real_one() {
    let house = House::demo();
    done(&house, "POST", "/access/roles", ROLE);
    for (method, path, form, why) in [
        ("POST", "/access/roles", ROLE, "create role failed: role 'Small' already exists"),
        ("PUT", "/access/roles/None", &[("privs", "VM.Audit")], "update role failed: role 'None' does not exist"),
        (
            "PUT",
            "/access/roles/PVEAdmin",
            &[("privs", "VM.Audit")],
            "update role failed: auto-generated role 'PVEAdmin' cannot be modified",
        ),
        ("DELETE", "/access/roles/None", &[], "delete role failed: role 'None' does not exist"),
        (
            "DELETE",
            "/access/roles/PVEAdmin",
            &[],
            "delete role failed: auto-generated role 'PVEAdmin' cannot be deleted",
        ),
        ("GET", "/access/roles/None", &[], "role 'None' does not exist"),
    ] {
        assert_eq!(house.call(method, path, form).line(), (500, why), "{method} {path}");
    }
    let reserved = house.call("POST", "/access/roles", &[("roleid", "pveOwn")]);
    assert_eq!(reserved.status, 400);
    // A later version's privilege, or an earlier one's, is no privilege here.
    let unknown = house.call("POST", "/access/roles", &[("roleid", "Old"), ("privs", "VM.Monitor")]);
    assert_eq!(unknown.line().0, 500);
}

#[test]
fn what_is_given_counts_where_it_was_given_and_is_taken_away_again() {
    let house = House::demo();
    let own = newcomer(&house);
    done(&house, "POST", "/access/roles", ROLE);
    let stop = |house: &House| house.knock(&own, "POST", "/nodes/pve1/lxc/101/status/stop", &[]).line().0;
    assert_eq!(stop(&house), 403);
    let both = [("path", "/vms/101"), ("roles", "Small"), ("users", "own@pve"), ("tokens", "own@pve!deck")];
    done(&house, "PUT", "/access/acl", &both);
    assert_eq!(stop(&house), 200);
    done(&house, "PUT", "/access/acl", &[&both[..], &[("delete", "1")]].concat());
    assert_eq!(stop(&house), 403);
    let here = [("path", "/vms"), ("propagate", "0")];
    done(&house, "PUT", "/access/acl", &[&here[..], &both[1..]].concat());
    assert_eq!(stop(&house), 403, "it does not count below");
    let row = json!({ "path": "/vms", "ugid": "own@pve!deck", "type": "token", "roleid": "Small", "propagate": 0 });
    assert!(house.get("/access/acl").as_array().unwrap().contains(&row));
}

#[test]
fn grants_are_refused_in_the_words_of_the_real_one() {
    let house = House::demo();
    let own = newcomer(&house);
    for (form, status) in [
        (vec![("path", "/"), ("roles", "PVEAuditor")], 400),
        (vec![("path", "/nowhere"), ("roles", "PVEAuditor"), ("users", "own@pve")], 400),
        (vec![("path", "/vms/1"), ("roles", "PVEAuditor"), ("users", "own@pve")], 400),
        (vec![("path", "/"), ("roles", "None"), ("users", "own@pve")], 500),
        (vec![("path", "/"), ("roles", "PVEAuditor"), ("users", "none@pve")], 500),
        (vec![("path", "/"), ("roles", "PVEAuditor"), ("tokens", "own@pve!none")], 500),
    ] {
        assert_eq!(house.call("PUT", "/access/acl", &form).line().0, status, "{form:?}");
    }
    let mine = [("path", "/pool/apps"), ("roles", "PVEAdmin"), ("users", "own@pve")];
    let refused = house.knock(&own, "PUT", "/access/acl", &mine);
    assert_eq!(refused.line(), (403, "Permission check failed (/pool/apps, Permissions.Modify|Pool.Allocate)"));
    // Who may make pools gives what he holds himself, and no more.
    house.handle().grant("/pool/apps", "own@pve", "PVEPoolAdmin");
    house.handle().grant("/pool/apps", "own@pve!deck", "PVEPoolAdmin");
    assert_eq!(house.knock(&own, "PUT", "/access/acl", &mine).line().0, 500);
    let less = [("path", "/pool/apps"), ("roles", "PVEPoolUser"), ("users", "own@pve")];
    assert_eq!(house.knock(&own, "PUT", "/access/acl", &less).line().0, 200);
}

#[test]
fn a_token_gets_another_secret_and_another_end() {
    let house = House::demo();
    let old = newcomer(&house);
    let path = "/access/users/own@pve/token/deck";
    assert_eq!(house.knock(&old, "GET", "/version", &[]).line().0, 200);
    // Of its own a token may not ask.
    assert_eq!(house.knock(&old, "GET", path, &[]).line().0, 403);
    let changed = house.call("PUT", path, &[("regenerate", "1"), ("expire", "9999999999")]).json();
    assert_eq!(changed["data"]["expire"], 9_999_999_999_i64);
    let new = Login::Token(format!("own@pve!deck={}", changed["data"]["value"].as_str().unwrap()));
    assert_eq!(house.knock(&old, "GET", "/version", &[]).line().0, 401);
    assert_eq!(house.knock(&new, "GET", "/version", &[]).line().0, 200);
    assert_eq!(house.get(path)["expire"], 9_999_999_999_i64);
    let user = house.get("/access/users/own@pve");
    assert_eq!(user["tokens"]["deck"]["privsep"], 1, "{user}");
    done(&house, "PUT", "/access/users/own@pve", &[("enable", "0")]);
    assert_eq!(house.knock(&new, "GET", "/version", &[]).line().0, 401);
    let nobody = house.call("PUT", "/access/users/none@pve", &[("enable", "0")]);
    assert_eq!(nobody.line(), (500, "update user failed: no such user ('none@pve')"));
}

/// Nobody logs in as a user without a password.
#[test]
fn a_user_without_a_password_is_not_let_in() {
    let house = House::demo();
    newcomer(&house);
    for password in ["", "own@pve", "password"] {
        let reply = house.log_in(&[("username", "own@pve"), ("password", password)]);
        assert_ne!(reply.line().0, 200, "{password:?}");
    }
}

/// Only root is told that there is nobody of this name; to everybody else it is a question of rights.
#[test]
fn who_asks_for_the_tokens_of_nobody_is_refused_unless_he_is_root() {
    let house = House::demo();
    let maker = newcomer(&house);
    for whose in [("users", "own@pve"), ("tokens", "own@pve!deck")] {
        done(&house, "PUT", "/access/acl", &[("path", "/"), ("roles", "Administrator"), whose]);
    }
    assert_eq!(house.knock(&maker, "GET", "/access/users/own@pve/token", &[]).line().0, 200);
    assert_eq!(house.knock(&maker, "GET", "/access/users/none@pve/token", &[]).line().0, 403);
    let ready = house.simulator().ready();
    let root = house.ticket(&ready.user, &ready.password);
    assert_eq!(house.knock(&root, "GET", "/access/users/none@pve/token", &[]).line().0, 500);
}
