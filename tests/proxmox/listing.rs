//! One look at a host. What must hold: one request in the steady state, no number without a source, and no listing is
//! called complete that may hide something.

use std::sync::{Arc, Mutex};

use proximity::{
    domain::{
        fleet::{GuestKind, Listing, NodeStatus, Power, Usage},
        moment::Moment,
        observe::Observation,
    },
    proxmox::Client,
};

use super::host::{Asked, Host, Reply};

/// What a small cluster says; a test changes what it likes.
#[derive(Clone)]
struct Said {
    resources: String,
    status: Reply,
    permissions: Reply,
}

const NODE: &str = r#"{"type":"node","id":"node/pve1","node":"pve1","status":"online","cpu":0.25,"maxcpu":8,"mem":4,"maxmem":16,"disk":1,"maxdisk":2,"uptime":99}"#;
const SECOND: &str = r#"{"type":"node","node":"pve2","status":"online"}"#;

fn guest(vmid: u32) -> String {
    format!(r#"{{"type":"lxc","vmid":{vmid},"node":"pve1","name":"g{vmid}","status":"running"}}"#)
}

fn list(rows: &[&str]) -> String {
    format!("[{}]", rows.join(","))
}

impl Said {
    fn new(rows: &[&str]) -> Arc<Mutex<Self>> {
        let status = Reply::data(
            r#"[{"type":"cluster","name":"home","quorate":1,"nodes":2},{"type":"node","name":"pve1","online":1,"local":1},{"type":"node","name":"pve2","online":1,"local":0}]"#,
        );
        let permissions = Reply::data(r#"{"/":{"Sys.Audit":1},"/vms":{"VM.Audit":1}}"#);
        Arc::new(Mutex::new(Self { resources: list(rows), status, permissions }))
    }

    fn answer(&self, asked: &Asked) -> Reply {
        match asked.line().as_str() {
            "GET /cluster/resources" => Reply::data(&self.resources),
            "GET /cluster/status" => self.status.clone(),
            "GET /access/permissions" => self.permissions.clone(),
            "GET /version" => Reply::data(r#"{"version":"9.2.11"}"#),
            "GET /nodes/pve2/version" => Reply::data(r#"{"version":"8.4.1"}"#),
            _ => Reply::bare(501, "not implemented"),
        }
    }
}

async fn host(said: &Arc<Mutex<Said>>) -> (Host, Client) {
    let said = said.clone();
    let host = Host::start(move |asked| said.lock().unwrap().answer(asked)).await;
    let client = host.client();
    (host, client)
}

async fn observe(client: &Client) -> Observation {
    client.observe(Moment(1000)).await.unwrap()
}

#[tokio::test]
async fn after_the_first_look_one_request_is_enough() {
    let said = Said::new(&[NODE, SECOND, &guest(100)]);
    let (host, client) = host(&said).await;
    let first = observe(&client).await;
    assert_eq!((first.cluster.as_deref(), first.version.as_deref()), (Some("home"), Some("9.2.11")));
    assert_eq!(first.listing, Listing::Complete);
    assert_eq!(first.nodes[0].version.as_deref(), Some("9.2.11"));
    assert_eq!(first.nodes[1].version.as_deref(), Some("8.4.1"), "nodes are asked one by one during an upgrade");
    host.forget();
    let second = observe(&client).await;
    assert_eq!(host.lines(), ["GET /cluster/resources"]);
    assert_eq!((second.cluster, second.version, second.nodes), (first.cluster, first.version, first.nodes));
}

#[tokio::test]
async fn what_was_not_measured_is_nothing() {
    let rows = [
        NODE,
        r#"{"type":"node","node":"pve2","status":"offline","cpu":0.5,"mem":1,"maxmem":2,"maxcpu":4}"#,
        r#"{"type":"lxc","vmid":100,"node":"pve1","name":"off","status":"stopped","cpu":0,"maxcpu":2,"mem":0,"maxmem":64,"disk":0,"maxdisk":8,"uptime":0,"netin":0,"netout":0}"#,
        r#"{"type":"lxc","vmid":101,"node":"pve1","name":"new","status":"unknown"}"#,
        r#"{"type":"qemu","vmid":102,"node":"pve1","name":"vm","status":"running","cpu":"0.5","maxcpu":"2","mem":"32","maxmem":"64","disk":0,"maxdisk":8,"uptime":"7","netin":"5","netout":6}"#,
        r#"{"type":"lxc","vmid":103,"node":"pve2","name":"dark","status":"running","cpu":0.1,"mem":1,"maxmem":2}"#,
        r#"{"type":"storage","storage":"nas","node":"pve1","status":"unknown","plugintype":"nfs","shared":1,"content":"iso,backup","disk":0,"maxdisk":0}"#,
    ];
    let (_host, client) = host(&Said::new(&rows)).await;
    let seen = observe(&client).await;
    let [off, new, machine, dark] = seen.guests.as_slice() else { panic!("{seen:?}") };
    assert_eq!((off.power, off.cpu, off.disk, off.uptime), (Power::Stopped, None, None, None));
    assert_eq!((off.memory, off.traffic.counted), (Some(Usage { used: 0, total: 64 }), None));
    assert_eq!((new.power, new.cpu, new.memory, new.cores), (Power::Unknown, None, None, None));
    assert_eq!((machine.kind, machine.power), (GuestKind::Machine, Power::Running));
    assert_eq!((machine.cpu, machine.cores, machine.uptime), (Some(0.5), Some(2.0), Some(7)));
    assert_eq!(machine.disk, None, "Proxmox cannot see into a machine's disk");
    assert_eq!(machine.traffic.counted.unwrap().bytes_in, 5);
    assert_eq!((dark.power, dark.cpu, dark.memory), (Power::Unknown, None, None), "its node is down");
    assert_eq!((seen.nodes[1].status, seen.nodes[1].cpu, seen.nodes[1].memory), (NodeStatus::Offline, None, None));
    assert_eq!((seen.storages[0].usage, seen.storages[0].available), (None, false));
    assert_eq!(&*seen.storages[0].content, "backup,iso");
}

#[tokio::test]
async fn a_row_of_rubbish_hides_no_other() {
    let rows = [
        NODE,
        "17",
        "null",
        "[1,{}]",
        "{}",
        r#"{"type":"lxc"}"#,
        r#"{"type":"lxc","vmid":"abc","node":"pve1"}"#,
        &guest(100),
    ];
    let (_host, client) = host(&Said::new(&rows)).await;
    assert_eq!(observe(&client).await.guests.len(), 1);
}

#[tokio::test]
async fn a_silent_node_makes_a_listing_partial() {
    let said = Said::new(&[NODE, r#"{"type":"node","node":"pve2","status":"offline"}"#, &guest(100)]);
    let (_host, client) = host(&said).await;
    assert_eq!(observe(&client).await.listing, Listing::Partial("node pve2 is offline".into()));
    // A member that the listing does not even name.
    said.lock().unwrap().resources = list(&[NODE]);
    assert_eq!(observe(&client).await.listing, Listing::Partial("node pve2 is offline".into()));
}

#[tokio::test]
async fn a_cluster_that_does_not_agree_makes_a_listing_partial() {
    let said = Said::new(&[NODE]);
    said.lock().unwrap().status = Reply::data(r#"[{"type":"cluster","name":"home","quorate":0}]"#);
    let (_host, client) = host(&said).await;
    assert_eq!(observe(&client).await.listing, Listing::Partial("the cluster has no quorum".into()));
}

#[tokio::test]
async fn without_the_right_to_see_the_cluster_its_nodes_decide() {
    let said = Said::new(&[NODE, &guest(100)]);
    said.lock().unwrap().status = Reply::refusal(403, "Permission check failed (/, Sys.Audit)");
    let (_host, client) = host(&said).await;
    let seen = observe(&client).await;
    assert_eq!((seen.listing, seen.cluster), (Listing::Complete, None));
    assert_eq!(seen.nodes[0].version.as_deref(), Some("9.2.11"), "a single node is the one that answers");
}

#[tokio::test]
async fn a_guest_that_is_gone_is_believed_after_a_look_at_our_rights() {
    let said = Said::new(&[NODE, SECOND, &guest(100), &guest(101)]);
    let (host, client) = host(&said).await;
    observe(&client).await;
    host.forget();
    said.lock().unwrap().resources = list(&[NODE, SECOND, &guest(100)]);
    assert_eq!(observe(&client).await.listing, Listing::Complete);
    assert!(host.lines().contains(&"GET /access/permissions".to_owned()));
    host.forget();
    assert_eq!(observe(&client).await.listing, Listing::Complete);
    assert_eq!(host.lines(), ["GET /cluster/resources"]);
}

#[tokio::test]
async fn a_guest_hidden_by_a_lost_right_is_not_called_gone() {
    let said = Said::new(&[NODE, SECOND, &guest(100), &guest(101)]);
    let (_host, client) = host(&said).await;
    observe(&client).await;
    {
        let mut said = said.lock().unwrap();
        said.resources = list(&[NODE, SECOND, &guest(100)]);
        said.permissions = Reply::data(r#"{"/vms/100":{"VM.Audit":1}}"#);
    }
    assert_eq!(observe(&client).await.listing, Listing::Partial("what this login may see has changed".into()));
}

#[tokio::test]
async fn a_guest_that_is_gone_while_our_rights_are_unknown_is_not_called_gone() {
    let said = Said::new(&[NODE, SECOND, &guest(100), &guest(101)]);
    let (_host, client) = host(&said).await;
    observe(&client).await;
    {
        let mut said = said.lock().unwrap();
        said.resources = list(&[NODE, SECOND, &guest(100)]);
        said.permissions = Reply::refusal(500, "no");
    }
    assert!(matches!(observe(&client).await.listing, Listing::Partial(_)));
}

#[tokio::test]
async fn a_listing_that_cannot_be_read_is_an_error_not_an_empty_host() {
    let said = Said::new(&[]);
    said.lock().unwrap().resources = r#"{"oops":1}"#.into();
    let (_host, client) = host(&said).await;
    assert!(client.observe(Moment(0)).await.is_err());
}

/// `null` where a list should be is an empty list, and an empty list is no complete one.
#[tokio::test]
async fn a_host_without_nodes_has_not_been_seen_completely() {
    let said = Said::new(&[]);
    said.lock().unwrap().resources = "null".into();
    said.lock().unwrap().status = Reply::bare(403, "no");
    let (_host, client) = host(&said).await;
    let seen = observe(&client).await;
    assert!(seen.guests.is_empty());
    assert!(matches!(seen.listing, Listing::Partial(_)));
}

#[tokio::test]
async fn what_is_missing_comes_with_the_command_that_grants_it() {
    let host = Host::saying(Reply::data(
        r#"{"/pool/apps":{"VM.Audit":1},"/nodes":{"Sys.Audit":1},"/vmsx":{"VM.PowerMgmt":1}}"#,
    ))
    .await;
    let missing = host.client().permissions().await.unwrap().missing();
    let named: Vec<_> = missing.iter().map(|right| (right.privilege, right.path.as_str())).collect();
    assert_eq!(named, [("VM.PowerMgmt", "/vms"), ("Sys.Audit", "/"), ("Datastore.Audit", "/storage")]);
    assert_eq!(
        missing[0].grant, "pveum acl modify /vms --users 'admin@pve' --tokens 'admin@pve!deck' --roles PVEVMUser",
        "a token with separated privileges needs the right for its user and for itself"
    );
    assert!(missing.iter().all(|right| !right.needed_for.is_empty()));
}

#[tokio::test]
async fn who_may_do_everything_lacks_nothing() {
    let all = r#"{"/":{"VM.Audit":1,"VM.PowerMgmt":1,"Sys.Audit":1,"Datastore.Audit":1}}"#;
    let host = Host::saying(Reply::data(all)).await;
    assert_eq!(host.client().permissions().await.unwrap().missing(), []);
    host.now_does(|_| Reply::data("{}"));
    assert_eq!(host.client().permissions().await.unwrap().missing().len(), 4);
}
