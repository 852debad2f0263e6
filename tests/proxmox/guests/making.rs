//! Making containers. What must hold: an order whose answer was lost is never given again under another id, and what
//! others made is never taken for ours.

use std::sync::{Arc, Mutex};

use proximity::{
    domain::{
        fault::Fault,
        ids::{Upid, Vmid},
        moment::Moment,
        secret::Secret,
    },
    proxmox::{
        ClientError,
        guest::{
            AfterCreation, CloneKind, CloneOrder, ConsoleMode, Description, DiskSize, Environment, Features, Mount,
            Net, NewContainer, Newcomer, Privilege, Program, Tried,
        },
    },
};

use super::{container, marker, node, upid, word};
use crate::proxmox::host::{Asked, Host, Reply};

const CREATE: &str = "POST /nodes/pve1/lxc";

fn task(vmid: u32) -> Upid {
    Upid::new(upid("vzcreate", &vmid.to_string(), 0x6B00_1AA5))
}

fn begun(vmid: u32) -> Reply {
    Reply::data(&format!("\"{}\"", task(vmid)))
}

fn taken(vmid: &str) -> Reply {
    Reply::refusal(500, &format!("CT {vmid} already exists on node 'pve2'"))
}

fn missing(vmid: u32) -> Reply {
    Reply::refusal(500, &format!("Configuration file 'nodes/pve1/lxc/{vmid}.conf' does not exist"))
}

fn config(description: &str) -> Reply {
    Reply::data(&serde_json::json!({ "hostname": "jellyfin", "description": description, "digest": "ab" }).to_string())
}

fn ours() -> Reply {
    config(&format!("{}\nfor the living room\n", marker(17)))
}

/// A host whose answers to `POST lxc` come from `creates` in turn, and to all else from `other`.
async fn host(creates: Vec<Reply>, other: impl Fn(&Asked) -> Reply + Send + 'static) -> Host {
    let mut creates = creates.into_iter();
    Host::start(move |asked| match asked.line().as_str() {
        CREATE => creates.next().unwrap_or(Reply::Cut),
        "GET /cluster/nextid" => Reply::data("\"104\""),
        _ => other(asked),
    })
    .await
}

fn creates(host: &Host) -> Vec<String> {
    host.seen().iter().filter(|asked| asked.line() == CREATE).map(|asked| asked.param("vmid").unwrap().into()).collect()
}

#[tokio::test]
async fn a_container_is_asked_for_as_proxmox_wants_it() {
    let host = host(vec![begun(104)], |_| Reply::Cut).await;
    let mut cable = Net::new(word("eth0"), word("vmbr0"));
    cable.has_firewall = true;
    let new = NewContainer {
        cores: Some(2),
        memory: 2048,
        mounts: vec![Mount::new(word("nas"), DiskSize::mib(512), word("/data"))],
        nets: vec![cable],
        password: Some(Secret::new("hunter22")),
        ssh_keys: Some(Secret::new("ssh-ed25519 AAAA me")),
        tags: vec!["proximity".into()],
        pool: Some("apps".into()),
        console: Some(ConsoleMode::Shell),
        starts_on_boot: true,
        startup: Some("order=1,up=30".parse().unwrap()),
        nameserver: Some("1.1.1.1".into()),
        is_protected: true,
        after: AfterCreation::Starts,
        ..container()
    };
    let made = host.client().create_container(&node(), &new).await.unwrap();
    assert_eq!(made, Newcomer { vmid: Vmid(104), task: Some(task(104)) });
    let seen = host.seen();
    let sent: Vec<_> = seen[1].params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        sent,
        [
            ("vmid", "104"),
            ("ostemplate", "local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst"),
            ("hostname", "jellyfin"),
            ("unprivileged", "1"),
            ("memory", "2048"),
            ("swap", "512"),
            ("cores", "2"),
            ("rootfs", "local:8"),
            ("features", "nesting=1"),
            ("mp0", "nas:0.5,mp=/data,backup=1"),
            ("net0", "name=eth0,bridge=vmbr0,ip=dhcp,firewall=1"),
            ("nameserver", "1.1.1.1"),
            ("password", "hunter22"),
            ("ssh-public-keys", "ssh-ed25519 AAAA me"),
            (
                "description",
                "proximity app=jellyfin-3f9a2c op=17 recipe=jellyfin@10.9.11 method=compose\nfor the living room"
            ),
            ("pool", "apps"),
            ("cmode", "shell"),
            ("onboot", "1"),
            ("startup", "order=1,up=30"),
            ("protection", "1"),
            ("start", "1"),
        ]
    );
}

/// Whether it is privileged is always said, tags never are, and a program waits for its own call.
#[tokio::test]
async fn what_proxmox_throws_away_is_not_sent() {
    let host = host(vec![begun(104)], |_| Reply::Cut).await;
    let mut environment = Environment::default();
    environment.set("A", "1").unwrap();
    let new = NewContainer {
        privilege: Privilege::Privileged,
        features: Features::default(),
        tags: vec!["proximity".into()],
        program: Some(Program { environment, entrypoint: Some("/init".into()) }),
        after: AfterCreation::Starts,
        ..container()
    };
    host.client().create_container(&node(), &new).await.unwrap();
    let asked = &host.seen()[1];
    assert_eq!(asked.param("unprivileged"), Some("0"));
    for never in ["tags", "env", "entrypoint", "start", "features"] {
        assert_eq!(asked.param(never), None, "{never}");
    }
}

#[tokio::test]
async fn what_is_set_afterwards_keeps_what_the_image_brought() {
    let made = r#"{"digest":"ab12","env":"PATH=/bin\u0000A=old","entrypoint":"/start"}"#;
    let host = Host::start(move |asked| match asked.line().as_str() {
        "GET /nodes/pve1/lxc/104/config" => Reply::data(made),
        "GET /nodes/pve1/version" => Reply::data(r#"{"version":"9.2.11"}"#),
        _ => Reply::data("null"),
    })
    .await;
    let mut environment = Environment::default();
    environment.set("A", "new").unwrap();
    let program = Program { environment, entrypoint: None };
    let new = NewContainer { program: Some(program), tags: vec!["proximity".into(), "tv".into()], ..container() };
    host.client().finish_container(&node(), Vmid(104), &new).await.unwrap();
    let seen = host.seen();
    let put = seen.last().unwrap();
    assert_eq!(put.line(), "PUT /nodes/pve1/lxc/104/config");
    assert_eq!((put.param("tags"), put.param("env")), (Some("proximity;tv"), Some("PATH=/bin\0A=new")));
    assert_eq!((put.param("digest"), put.param("entrypoint")), (Some("ab12"), None));
    // Nothing to set is nothing to ask for.
    host.forget();
    host.client().finish_container(&node(), Vmid(104), &container()).await.unwrap();
    assert!(host.lines().iter().all(|line| line.starts_with("GET")));
}

#[tokio::test]
async fn an_id_that_was_just_taken_is_left_to_its_owner() {
    let another = |asked: &Asked| match asked.line().as_str() {
        "GET /nodes/pve1/lxc/104/config" => config("somebody's own\n"),
        "GET /nodes/pve1/tasks" => Reply::data("[]"),
        line => panic!("{line}"),
    };
    let host = host(vec![taken("104"), taken("105"), begun(106)], another).await;
    // The host goes on offering the id that was just taken, so the ones after it are tried.
    let free = |asked: &Asked| asked.param("vmid").is_none_or(|id| id != "104");
    let mut creates_left = vec![begun(105), taken("104")];
    host.now_does(move |asked| match asked.line().as_str() {
        CREATE => creates_left.pop().unwrap(),
        "GET /cluster/nextid" if free(asked) => Reply::data(&format!("\"{}\"", asked.param("vmid").unwrap_or("104"))),
        _ => another(asked),
    });
    let made = host.client().create_container(&node(), &container()).await.unwrap();
    assert_eq!((made.vmid, creates(&host)), (Vmid(105), vec!["104".to_owned(), "105".to_owned()]));
}

#[tokio::test]
async fn a_container_whose_answer_was_lost_is_found_by_its_mark() {
    let found = |asked: &Asked| match asked.path.rsplit('/').next() {
        Some("config") => ours(),
        _ => {
            Reply::data(&serde_json::json!([{ "upid": task(104).as_str(), "status": "OK", "endtime": 5 }]).to_string())
        }
    };
    let host = host(vec![Reply::Cut], found).await;
    let tried = host.client().try_create(&node(), Vmid(104), &container(), Moment::from_secs(0x6B00_1AA5)).await;
    assert_eq!(tried.unwrap(), Tried::Ours(Newcomer { vmid: Vmid(104), task: Some(task(104)) }));
    assert_eq!(creates(&host), ["104"]);
}

/// After a crash: the id was written down, the order is given again, and the container stands there.
#[tokio::test]
async fn an_order_given_again_finds_its_own_container() {
    for (description, is_ours) in [
        (format!("{}\n", marker(17)), true),
        (format!("{}\n", marker(16)), false),
        ("proximity app=jellyfin-3f9a2c\n".into(), false),
        ("proximity app=other-1 op=17\n".into(), false),
        ("somebody's own\n".into(), false),
        (String::new(), false),
    ] {
        let other = description.clone();
        let host = host(vec![taken("104")], move |asked| match asked.path.rsplit('/').next() {
            Some("config") => config(&other),
            _ => Reply::data("[]"),
        })
        .await;
        let tried = host.client().try_create(&node(), Vmid(104), &container(), Moment(0)).await.unwrap();
        assert_eq!(matches!(tried, Tried::Ours(_)), is_ours, "{description}");
    }
}

#[tokio::test]
async fn an_order_that_never_arrived_is_given_again_under_the_same_id() {
    let host = host(vec![Reply::Cut, begun(104)], |asked| match asked.path.rsplit('/').next() {
        Some("config") => missing(104),
        _ => Reply::data("[]"),
    })
    .await;
    let made = host.client().create_container(&node(), &container()).await.unwrap();
    assert_eq!((made.vmid, creates(&host)), (Vmid(104), vec!["104".to_owned(), "104".to_owned()]));
}

/// Without our line on it nothing would tell ours from another one.
#[tokio::test]
async fn what_cannot_be_recognised_is_not_tried_again() {
    let host = host(vec![Reply::Cut], |_| panic!("nothing else is asked")).await;
    let new = NewContainer { description: Description::default(), ..container() };
    let error = host.client().create_container(&node(), &new).await.unwrap_err();
    assert!(error.may_have_acted() && creates(&host).len() == 1, "{error:?}");
}

/// A container tells its owner only when it is complete; a login with rights on a pool is turned away until then.
#[tokio::test]
async fn one_that_is_being_made_is_awaited_before_it_is_judged() {
    for undecided in [
        Reply::data(r#"{"lock":"create","digest":"ab"}"#),
        Reply::refusal(403, "Permission check failed (/vms/104, VM.Audit)"),
    ] {
        for (end, is_ours) in [(ours(), true), (config("another one\n"), false)] {
            let (undecided, is_made) = (undecided.clone(), Arc::new(Mutex::new(false)));
            let host = host(vec![Reply::Cut], move |asked| match asked.path.rsplit('/').next() {
                Some("config") if *is_made.lock().unwrap() => end.clone(),
                Some("config") => undecided.clone(),
                Some("tasks") => {
                    Reply::data(&serde_json::json!([{ "upid": task(104).as_str(), "status": "RUNNING" }]).to_string())
                }
                _ => {
                    *is_made.lock().unwrap() = true;
                    Reply::data(r#"{"status":"stopped","exitstatus":"OK"}"#)
                }
            })
            .await;
            let since = Moment::from_secs(0x6B00_1AA5);
            let tried = host.client().try_create(&node(), Vmid(104), &container(), since).await.unwrap();
            assert_eq!(matches!(tried, Tried::Ours(_)), is_ours);
            assert_eq!(creates(&host).len(), 1);
        }
    }
}

/// The same, made by another login: its task is not ours, so there is nothing to wait for.
#[tokio::test]
async fn what_another_login_makes_is_not_waited_for() {
    let theirs = task(104).as_str().replace("admin@pve!deck", "root@pam");
    let host = host(vec![taken("104")], move |asked| match asked.path.rsplit('/').next() {
        Some("config") => Reply::data(r#"{"lock":"create"}"#),
        Some("tasks") => Reply::data(&serde_json::json!([{ "upid": theirs, "status": "RUNNING" }]).to_string()),
        line => panic!("{line:?}"),
    })
    .await;
    let since = Moment::from_secs(0x6B00_1AA5);
    let tried = host.client().try_create(&node(), Vmid(104), &container(), since).await.unwrap();
    assert_eq!(tried, Tried::Taken);
}

#[tokio::test]
async fn a_refusal_is_a_refusal() {
    let host = host(vec![Reply::refusal(500, "storage 'nope' does not exist")], |_| panic!("nothing else")).await;
    let error = host.client().create_container(&node(), &container()).await.unwrap_err();
    assert_eq!(error.text(), Some("storage 'nope' does not exist"));
    assert_eq!(creates(&host), ["104"]);
}

#[tokio::test]
async fn an_old_node_is_not_sent_what_it_does_not_know() {
    let host = host(vec![begun(104)], |_| Reply::data(r#"{"version":"8.4.1"}"#)).await;
    let mut managed = Net::new(word("eth0"), word("vmbr0"));
    managed.is_host_managed = Some(true);
    let new = NewContainer { nets: vec![managed], ..container() };
    let error = host.client().create_container(&node(), &new).await.unwrap_err();
    assert!(matches!(error, ClientError::NotOnThisVersion { .. }), "{error:?}");
    let fault = Fault::from(error);
    assert!(fault.why.contains("9.1") && fault.why.contains("8.4.1") && !fault.remedy.is_empty(), "{fault}");
    assert!(creates(&host).is_empty());
}

fn copy(kind: CloneKind) -> CloneOrder {
    CloneOrder {
        kind,
        snapshot: None,
        hostname: Some("copy".into()),
        description: Description { marker: Some(marker(17)), notes: String::new() },
        pool: Some("apps".into()),
        target: None,
    }
}

#[tokio::test]
async fn copies_are_asked_for_as_proxmox_wants_them() {
    let clone = upid("vzclone", "200", 0x6B00_1AA5);
    let host = Host::start(move |asked| match asked.line().as_str() {
        "GET /cluster/nextid" => Reply::data("104"),
        _ => Reply::data(&format!("\"{clone}\"")),
    })
    .await;
    let full = CloneOrder {
        snapshot: Some("before".parse().unwrap()),
        target: Some(proximity::domain::ids::NodeName::new("pve2")),
        ..copy(CloneKind::Full { storage: Some(word("nas")) })
    };
    host.client().clone_container(&node(), Vmid(200), &full).await.unwrap();
    host.client().clone_container(&node(), Vmid(200), &copy(CloneKind::Linked)).await.unwrap();
    let seen = host.seen();
    let asked = &seen[1];
    assert_eq!(asked.line(), "POST /nodes/pve1/lxc/200/clone");
    assert_eq!(
        (asked.param("newid"), asked.param("full"), asked.param("storage")),
        (Some("104"), Some("1"), Some("nas"))
    );
    assert_eq!((asked.param("snapname"), asked.param("target")), (Some("before"), Some("pve2")));
    assert_eq!((asked.param("hostname"), asked.param("pool")), (Some("copy"), Some("apps")));
    assert_eq!((seen[3].param("full"), seen[3].param("storage")), (Some("0"), None));
}

/// The task of a copy stands under the id of its original; its log tells which copy.
#[tokio::test]
async fn a_copy_whose_answer_was_lost_is_found_under_its_original() {
    let (mine, other) = (upid("vzclone", "200", 0x6B00_1AA6), upid("vzclone", "200", 0x6B00_1AA7));
    let rows =
        serde_json::json!([{ "upid": other, "status": "RUNNING" }, { "upid": mine, "status": "OK", "endtime": 9 }]);
    let host = Host::start(move |asked| match asked.path.rsplit('/').next() {
        Some("clone") => Reply::Cut,
        Some("config") => ours(),
        Some("tasks") => {
            assert_eq!(asked.param("vmid"), Some("200"));
            Reply::data(&rows.to_string())
        }
        _ if asked.path.contains("6B001AA7") => {
            Reply::data(r#"[{"n":1,"t":"creating a clone of container 200 with ID 1104"}]"#)
        }
        _ => Reply::data(r#"[{"n":1,"t":"creating a clone of container 200 with ID 104"}]"#),
    })
    .await;
    let since = Moment::from_secs(0x6B00_1AA5);
    let order = copy(CloneKind::Full { storage: None });
    let tried = host.client().try_clone(&node(), Vmid(200), Vmid(104), &order, since).await.unwrap();
    let task = Some(Upid::new(upid("vzclone", "200", 0x6B00_1AA6)));
    assert_eq!(tried, Tried::Ours(Newcomer { vmid: Vmid(104), task }));
}

#[tokio::test]
async fn a_free_id_is_read_in_both_forms() {
    for said in ["\"104\"", "104"] {
        assert_eq!(Host::saying(Reply::data(said)).await.client().next_free_id().await.unwrap(), Vmid(104));
    }
    assert!(Host::saying(Reply::data("null")).await.client().next_free_id().await.is_err());
    let taken =
        r#"{"data":null,"errors":{"vmid":"VM 100 already exists"},"message":"Parameter verification failed.\n"}"#;
    let host = Host::saying(Reply::body(400, "Parameter verification failed.", taken)).await;
    assert!(!host.client().is_free_id(Vmid(100)).await.unwrap());
}
