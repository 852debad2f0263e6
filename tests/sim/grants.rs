//! The commands our client prints for a right that is missing, carried out on the datacenter. What must hold: exactly
//! those lines open the door that was closed, on every version's list of privileges, and they take nothing away.

use std::collections::BTreeSet;

use proximity::{
    domain::{ids::HostId, secret::Secret},
    proxmox::{Allowance, Client, Fingerprint, Login as ClientLogin, Permissions, Purpose, Target, Version},
};

use super::house::{House, Login};

const USER: &str = "ops@pve";
type Form<'a> = &'a [(&'a str, &'a str)];

const TOKEN: &str = "ops@pve!deck";

/// A user with a token of separated privileges, who may do nothing yet.
struct Newcomer {
    house: House,
    login: Login,
    client: Client,
}

impl Newcomer {
    fn new() -> Self {
        let house = House::demo();
        house.done_at_once("/access/users", &[("userid", USER), ("password", "long-enough")]);
        let made = house.call("POST", "/access/users/ops@pve/token/deck", &[("privsep", "1")]).json();
        let secret = made["data"]["value"].as_str().unwrap().to_owned();
        let ready = house.simulator().ready();
        let target = Target {
            host: HostId::new("home"),
            addresses: vec![ready.url.clone()],
            trust: ready.fingerprint.parse::<Fingerprint>().unwrap().into(),
            login: ClientLogin::Token { id: TOKEN.into(), secret: Secret::new(secret.as_str()) },
        };
        let client = {
            let _inside = house.runtime.enter();
            Client::new(target, crate::sent::log()).unwrap()
        };
        Self { login: Login::Token(format!("{TOKEN}={secret}")), house, client }
    }

    fn permissions(&self) -> Permissions {
        self.house.runtime.block_on(self.client.permissions_and_owner_s()).unwrap()
    }

    fn allowance(&self, purpose: Purpose) -> Allowance {
        let version = Version::read("9.2.11").unwrap();
        self.permissions().allowances(&version).into_iter().find(|it| it.purpose == purpose).unwrap()
    }

    /// Does what a shell of the host would do with a line.
    fn carry_out(&self, line: &str) {
        let words: Vec<&str> = line.split_whitespace().map(|word| word.trim_matches('\'')).collect();
        let after = |flag: &str| words.iter().position(|word| *word == flag).map(|at| words[at + 1]);
        match words.as_slice() {
            ["pveum", "role", "add", role, ..] => {
                let names: Vec<&str> = after("--privs").unwrap().split(',').collect();
                assert!(self.house.handle().add_role(role, &names), "Proxmox VE 9 knows no such privilege: {names:?}");
            }
            ["pveum", "acl", "modify", path, ..] => {
                let subjects: Vec<_> = ["--users", "--tokens"].into_iter().filter_map(after).collect();
                assert!(!subjects.is_empty(), "{line}");
                for subject in subjects {
                    self.house.handle().grant(path, subject, after("--roles").unwrap());
                }
            }
            ["#", ..] => {}
            other => panic!("{other:?} is no line for a shell of the host"),
        }
    }

    fn carry_out_all(&self, lines: &[String]) {
        lines.iter().flat_map(|line| line.split(" && ")).for_each(|line| self.carry_out(line));
    }

    fn status(&self, method: &str, path: &str, form: &[(&str, &str)]) -> u16 {
        self.house.knock(&self.login, method, path, form).line().0
    }

    /// What is held at the places that matter.
    fn held(&self, login: &Login) -> BTreeSet<String> {
        let said = self.house.knock(login, "GET", "/access/permissions", &[]).json();
        let paths = said["data"].as_object().unwrap();
        paths
            .iter()
            .flat_map(|(path, names)| names.as_object().unwrap().keys().map(move |name| format!("{path} {name}")))
            .collect()
    }
}

trait AtOnce {
    fn done_at_once(&self, path: &str, form: &[(&str, &str)]);
}

impl AtOnce for House {
    fn done_at_once(&self, path: &str, form: &[(&str, &str)]) {
        let reply = self.call("POST", path, form);
        assert_eq!(reply.line().0, 200, "{}", reply.line().1);
    }
}

#[test]
fn for_every_purpose_the_printed_lines_grant_what_was_missing() {
    for purpose in Purpose::ALL {
        let newcomer = Newcomer::new();
        let before = newcomer.allowance(purpose);
        assert!(!before.missing.is_empty() && !before.grants.is_empty(), "{purpose:?}");
        newcomer.carry_out_all(&before.grants);
        let after = newcomer.allowance(purpose);
        assert_eq!((after.missing, after.grants), (vec![], vec![]), "{purpose:?}");
    }
}

#[test]
fn what_is_basic_is_granted_line_by_line_too() {
    let newcomer = Newcomer::new();
    let lines: Vec<_> = newcomer.permissions().missing().into_iter().map(|right| right.grant).collect();
    assert_eq!(lines.len(), 4);
    newcomer.carry_out_all(&lines);
    assert_eq!(newcomer.permissions().missing(), []);
}

/// The map of rights is one thing, the call itself another.
#[test]
fn the_calls_are_refused_before_and_taken_after() {
    let template = "local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst";
    let recipe = [
        ("vmid", "950"),
        ("ostemplate", template),
        ("rootfs", "local-lvm:8"),
        ("hostname", "fresh"),
        ("cores", "1"),
        ("memory", "512"),
        ("unprivileged", "1"),
        ("net0", "name=eth0,bridge=vmbr0,ip=dhcp"),
        ("cmode", "shell"),
    ];
    let calls: [(Purpose, &str, &str, Form); 3] = [
        (Purpose::See, "GET", "/nodes/pve1/lxc/101/config", &[]),
        (Purpose::Switch, "POST", "/nodes/pve1/lxc/101/status/stop", &[]),
        (Purpose::Deploy, "POST", "/nodes/pve1/lxc", &recipe),
    ];
    for (purpose, method, path, form) in calls {
        let newcomer = Newcomer::new();
        assert_eq!(newcomer.status(method, path, form), 403, "{purpose:?}");
        newcomer.carry_out_all(&newcomer.allowance(purpose).grants);
        assert_eq!(newcomer.status(method, path, form), 200, "{purpose:?}");
    }
}

/// A grant nearer to a guest takes the place of what is inherited from above, for user and token alike.
#[test]
fn a_grant_takes_nothing_away() {
    let newcomer = Newcomer::new();
    newcomer.house.handle().grant("/", USER, "PVEVMAdmin");
    newcomer.house.handle().grant("/", USER, "PVEAuditor");
    newcomer.house.handle().grant("/", TOKEN, "PVEAuditor");
    let user = newcomer.house.ticket(USER, "long-enough");
    let (of_user, of_token) = (newcomer.held(&user), newcomer.held(&newcomer.login));
    assert!(!of_user.is_empty() && !of_token.is_empty());
    for purpose in Purpose::ALL {
        newcomer.carry_out_all(&newcomer.allowance(purpose).grants);
        assert_eq!(newcomer.allowance(purpose).missing, [], "{purpose:?}");
    }
    let now = newcomer.held(&user);
    assert!(now.is_superset(&of_user), "the user lost {:?}", of_user.difference(&now).collect::<Vec<_>>());
    let now = newcomer.held(&newcomer.login);
    assert!(now.is_superset(&of_token), "the token lost {:?}", of_token.difference(&now).collect::<Vec<_>>());
}

/// Who may not look what the user holds is told to look himself.
#[test]
fn where_the_user_s_rights_cannot_be_seen_the_lines_say_so() {
    let newcomer = Newcomer::new();
    let grants = newcomer.allowance(Purpose::Snapshot).grants;
    assert!(
        grants[0].starts_with("# ") && grants[0].contains("pveum user permissions 'ops@pve' --path /vms"),
        "{grants:?}"
    );
}

/// Where the user holds it already, the token alone is named.
#[test]
fn what_the_user_holds_is_granted_to_the_token_alone() {
    let newcomer = Newcomer::new();
    newcomer.house.handle().grant("/", USER, "Administrator");
    newcomer.house.handle().grant("/", TOKEN, "PVEAuditor");
    let grants = newcomer.allowance(Purpose::Snapshot).grants;
    assert!(grants.iter().all(|line| !line.contains("--users")), "{grants:?}");
    newcomer.carry_out_all(&grants);
    assert_eq!(newcomer.allowance(Purpose::Snapshot).missing, []);
}

/// Proxmox refuses a role with a privilege that its version does not know.
#[test]
fn each_version_is_asked_for_what_it_knows() {
    let newcomer = Newcomer::new();
    let all = |version: &str| {
        let allowances = newcomer.permissions().allowances(&Version::read(version).unwrap());
        allowances.into_iter().flat_map(|it| it.grants).collect::<Vec<_>>().join("\n")
    };
    let (old, middle, new) = (all("7.4-17"), all("8.4.1"), all("9.2.11"));
    for unknown in ["SDN.Use", "Sys.AccessNetwork", "/sdn"] {
        assert!(!old.contains(unknown) && middle.contains(unknown) && new.contains(unknown), "{unknown}");
    }
    for lines in [old, middle, new] {
        assert!(!lines.contains("VM.Monitor") && !lines.contains("Mapping."), "{lines}");
    }
}
