//! What is made for a token of our own, by the privileges that a version knows. What must hold: nothing is named that the host
//! does not know, user and token are given the same, and nothing is wanted that no work needs.

use std::collections::{BTreeMap, BTreeSet};

use proximity::domain::least::{
    Deed, Fetching, Given, Holding, LeastReach, Nodes, ROOT, Spread, Standing, State, Wanted, deeds, good_for, loses,
    not_for,
};

const SEVEN: &[&str] = &[
    "Datastore.Allocate",
    "Datastore.AllocateSpace",
    "Datastore.AllocateTemplate",
    "Datastore.Audit",
    "Pool.Audit",
    "Sys.Audit",
    "Sys.Modify",
    "VM.Allocate",
    "VM.Audit",
    "VM.Backup",
    "VM.Clone",
    "VM.Config.CPU",
    "VM.Config.Disk",
    "VM.Config.Memory",
    "VM.Config.Network",
    "VM.Config.Options",
    "VM.Console",
    "VM.Migrate",
    "VM.Monitor",
    "VM.PowerMgmt",
    "VM.Snapshot",
];

fn standing(more: &[&str]) -> Standing {
    let known = SEVEN.iter().chain(more).map(|name| (*name).to_owned()).collect();
    Standing { known, ..Standing::default() }
}

fn wanted() -> Wanted {
    let holds = |all: &[Holding]| all.iter().copied().collect::<BTreeSet<_>>();
    Wanted {
        user: "proximity@pve".into(),
        token: "deck-1".into(),
        expires: None,
        reach: LeastReach::Pool("apps".into()),
        storages: BTreeMap::from([
            ("local".into(), holds(&[Holding::Templates])),
            ("nas".into(), holds(&[Holding::Backups])),
            ("tank".into(), holds(&[Holding::Disks])),
        ]),
        bridges: vec!["vmbr0".into()],
        fetches: Fetching::Allowed,
        nodes: Nodes::One,
    }
}

fn lines(deeds: &[Deed]) -> Vec<String> {
    deeds.iter().map(Deed::line).collect()
}

fn privileges(deeds: &[Deed]) -> BTreeSet<String> {
    let of = |deed: &Deed| match deed {
        Deed::Role { privileges, .. } => privileges.clone(),
        _ => BTreeSet::new(),
    };
    deeds.iter().flat_map(of).collect()
}

#[test]
fn no_version_is_told_a_privilege_that_it_does_not_know() {
    for more in [&[][..], &["SDN.Use"], &["SDN.Use", "Sys.AccessNetwork"]] {
        let standing = standing(more);
        let deeds = deeds(&wanted(), &standing);
        assert!(privileges(&deeds).is_subset(&standing.known));
        let lines = lines(&deeds);
        assert_eq!(lines.iter().any(|line| line.contains("/sdn/")), more.contains(&"SDN.Use"), "{lines:#?}");
        let network = lines.iter().any(|line| line.contains("ProximityNetwork"));
        assert_eq!(network, more.contains(&"Sys.AccessNetwork"), "{lines:#?}");
        let told = not_for(&wanted(), &standing).iter().any(|words| words.contains("8.2"));
        assert_eq!(told, !more.contains(&"Sys.AccessNetwork"));
    }
}

#[test]
fn user_and_token_are_given_the_same_and_a_token_of_root_by_itself() {
    let deeds_of = |user: &str| deeds(&Wanted { user: user.into(), ..wanted() }, &standing(&["SDN.Use"]));
    for deed in deeds_of("proximity@pve") {
        if let Deed::Grant { users, token, .. } = deed {
            assert_eq!((users, token), (vec!["proximity@pve".to_owned()], "proximity@pve!deck-1".to_owned()));
        }
    }
    let of_root = deeds_of(ROOT);
    assert!(!of_root.iter().any(|deed| matches!(deed, Deed::User { .. })));
    assert!(of_root.iter().all(|deed| !matches!(deed, Deed::Grant { users, .. } if !users.is_empty())));
}

#[test]
fn nothing_is_wanted_that_no_work_needs() {
    let all = deeds(&wanted(), &standing(&["SDN.Use", "Sys.AccessNetwork"]));
    let held = privileges(&all);
    for never in ["Sys.Modify", "Datastore.Allocate", "VM.Monitor", "VM.Migrate", "Permissions.Modify"] {
        assert!(!held.contains(never), "{never}");
    }
    let lines = lines(&all);
    // What is seen at the root is not seen below: there lies who may do what.
    let root = lines.iter().find(|line| line.starts_with("pveum acl modify / ")).unwrap();
    assert!(root.ends_with("--roles ProximityAudit --propagate 0"), "{root}");
    let at = |path: &str| lines.iter().find(|line| line.starts_with(&format!("pveum acl modify {path} "))).unwrap();
    assert!(at("/storage/tank").ends_with("--roles ProximityStorage"));
    assert!(at("/storage/local").ends_with("--roles ProximityFetches"));
    let less = Wanted { fetches: Fetching::Left, ..wanted() };
    let held = privileges(&deeds(&less, &standing(&["SDN.Use", "Sys.AccessNetwork"])));
    assert!(!held.contains("Sys.AccessNetwork") && !held.contains("Datastore.AllocateTemplate"));
    let moving = Wanted { nodes: Nodes::Several, ..wanted() };
    assert!(privileges(&deeds(&moving, &standing(&[]))).contains("VM.Migrate"));
    assert!(good_for(&moving, &standing(&[])).iter().any(|words| words.contains("other nodes")));
}

#[test]
fn what_is_there_is_left_and_what_was_changed_by_hand_is_brought_back() {
    let mut known = standing(&["SDN.Use"]);
    let right = deeds(&wanted(), &known);
    for deed in &right {
        match deed {
            Deed::Role { name, privileges, .. } => drop(known.roles.insert(name.clone(), privileges.clone())),
            Deed::User { id, .. } => drop(known.users.insert(id.clone())),
            Deed::Pool { name, .. } => drop(known.pools.insert(name.clone())),
            _ => {}
        }
    }
    known.roles.insert("ProximityGuests".into(), BTreeSet::new());
    let given =
        Given { path: "/".into(), to: "proximity@pve".into(), role: "ProximityAudit".into(), spread: Spread::Below };
    known.given.insert(given.clone());
    for deed in deeds(&wanted(), &known) {
        let expected = match &deed {
            Deed::Role { name, .. } if name == "ProximityGuests" => State::Changed,
            Deed::Role { .. } | Deed::User { .. } | Deed::Pool { .. } => State::There,
            _ => State::Made,
        };
        assert_eq!(deed.state(), expected, "{deed:?}");
        if let Deed::Grant { path, before, .. } = &deed {
            assert_eq!(before.contains(&given), path == "/", "what the user had is remembered as it was");
        }
    }
}

#[test]
fn who_is_there_already_is_told_what_he_would_lose_and_what_he_was_given_right_there_stays() {
    let mut known = standing(&["SDN.Use"]);
    let all = deeds(&wanted(), &known);
    let holds = |path: &str| {
        let names: &[&str] = if path == "/nodes" { &["Sys.Audit", "Sys.Modify"] } else { &[] };
        names.iter().map(|name| (*name).to_owned()).collect()
    };
    let lost = loses("proximity@pve", &all, &known, holds);
    assert_eq!(lost, BTreeMap::from([("/nodes".into(), BTreeSet::from(["Sys.Modify".into()]))]));
    assert_eq!(loses("other@pve", &all, &known, holds), BTreeMap::new());
    known.roles.insert("Mine".into(), BTreeSet::from(["Sys.Modify".into()]));
    let to = "proximity@pve".to_owned();
    known.given.insert(Given { path: "/nodes".into(), to, role: "Mine".into(), spread: Spread::Below });
    assert_eq!(loses("proximity@pve", &all, &known, holds), BTreeMap::new());
}

#[test]
fn before_version_nine_a_pool_is_joined_with_the_right_to_change_it() {
    let pool = |more: &[&str]| {
        let all = deeds(&wanted(), &standing(more));
        all.iter().any(|deed| {
            matches!(deed, Deed::Role { name, privileges, .. }
            if name == "ProximityPool" && privileges.contains("Pool.Allocate"))
        })
    };
    assert!(pool(&["Pool.Allocate"]), "all that is known here is of version 7");
    let mut nine = standing(&["Pool.Allocate"]);
    nine.known.remove("VM.Monitor");
    assert!(!privileges(&deeds(&wanted(), &nine)).contains("Pool.Allocate"));
}

#[test]
fn a_software_defined_network_is_used_in_its_own_zone() {
    let wanted = Wanted { bridges: vec!["vmbr0".into(), "lan/home".into()], ..wanted() };
    let lines = lines(&deeds(&wanted, &standing(&["SDN.Use"])));
    for path in ["/sdn/zones/localnetwork/vmbr0", "/sdn/zones/lan/home"] {
        assert!(lines.iter().any(|line| line.starts_with(&format!("pveum acl modify {path} "))), "{lines:#?}");
    }
}

#[test]
fn backups_of_what_is_gone_are_not_promised_to_who_is_confined_to_a_pool() {
    let told = |wanted: &Wanted| {
        not_for(wanted, &standing(&[])).iter().any(|words| words.contains("backups of a container that is gone"))
    };
    assert!(told(&wanted()));
    assert!(!told(&Wanted { reach: LeastReach::All { pool: "apps".into() }, ..wanted() }));
}
