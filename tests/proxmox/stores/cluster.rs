//! What belongs to a host as a whole.

use std::time::Duration;

use proximity::{
    domain::{
        fleet::GuestKind,
        ids::{NodeName, Vmid},
        moment::Moment,
    },
    proxmox::{
        Exit, TaskStatus,
        backup::{BackupOf, Notify, OldBackups},
        cluster::{
            Affinity, BackupJobOrder, BridgeKind, FirewallOptions, FirewallPolicy, FirewallRule, HaEntryKind, HaMove,
            HaOrder, HaRuleKind, HaSid, HaState, IdRange, JobChange, JobState, MetricKind, MetricOf, MetricSpan,
            NodeStrictness, PoolMember, PoolMembers, RuleVerdict, Stealing,
        },
        storage::{Architecture, Retention, StorageSelection},
    },
};

use super::{
    Lab,
    everything::{rules, sid},
    node, params, storage, vmid,
};
use crate::proxmox::host::{Asked, Reply};

#[tokio::test]
async fn a_vmid_is_free_or_not() {
    let lab = Lab::saying("\"104\"").await;
    assert_eq!(lab.client.next_vmid().await.unwrap(), Vmid(104));
    assert!(lab.client.is_free(Vmid(104)).await.unwrap());
    assert_eq!(params(&lab.sent()[1]), ["vmid=104"]);
    let taken =
        r#"{"data":null,"errors":{"vmid":"VM 100 already exists"},"message":"Parameter verification failed.\n"}"#;
    let lab = Lab::new("9.2.11", Reply::body(400, "Parameter verification failed.", taken)).await;
    assert!(!lab.client.is_free(Vmid(100)).await.unwrap());
    let wrong = r#"{"data":null,"errors":{"vmid":"value must have a minimum value of 100"}}"#;
    let lab = Lab::new("9.2.11", Reply::body(400, "Parameter verification failed.", wrong)).await;
    assert!(lab.client.is_free(Vmid(102)).await.is_err(), "an id that cannot be is not taken");
}

#[tokio::test]
async fn settings_are_read_as_text_and_as_map() {
    for options in [
        r#"{"next-id":"lower=1000,upper=2000","registered-tags":"a;b","allowed-tags":["c"],"crs":"ha=static"}"#,
        r#"{"next-id":{"lower":"1000","upper":2000},"registered-tags":["a","b"],"allowed-tags":"c","crs":{"ha":"static"}}"#,
    ] {
        let lab = Lab::saying(options).await;
        let read = lab.client.cluster_options().await.unwrap();
        assert_eq!(read.next_id, IdRange { from: Some(Vmid(1000)), to: Some(Vmid(2000)) });
        assert_eq!((read.registered_tags, read.allowed_tags), (vec!["a".into(), "b".into()], vec!["c".into()]));
        assert_eq!(read.scheduling["ha"], "static");
    }
}

#[tokio::test]
async fn a_job_selects_in_one_of_three_ways() {
    let rows = r#"[{"id":"c","schedule":"02:30","all":1,"exclude":"100,101","enabled":"0","storage":"bak"},
        {"id":"a","schedule":"sat 03:30","vmid":"200;110","prune-backups":"keep-last=2","remove":"1","notification-mode":"legacy-sendmail"},
        {"id":"b","dow":"mon,tue","starttime":"01:00","pool":"apps","remove":0,"mailto":"x@y.z","next-run":"1795172640"},
        {"id":"d","schedule":"1:00"}, {"schedule":"no id"}]"#;
    let lab = Lab::saying(rows).await;
    let jobs = lab.client.backup_jobs().await.unwrap();
    assert_eq!(jobs.len(), 4);
    assert_eq!(jobs[0].of, Some(BackupOf::Guests(vec![Vmid(200), Vmid(110)])));
    assert_eq!(jobs[0].old, OldBackups::Prune(Retention::last(2)));
    assert_eq!((&jobs[0].notify, jobs[0].state), (&Notify::Nobody, JobState::Enabled));
    assert_eq!((&jobs[1].of, jobs[1].schedule.as_str()), (&Some(BackupOf::Pool("apps".into())), "mon,tue 01:00"));
    assert_eq!((jobs[1].old, &jobs[1].notify), (OldBackups::Stay, &Notify::Mail("x@y.z".into())));
    assert_eq!(jobs[1].next_run, Some(Moment::from_secs(1_795_172_640)));
    assert_eq!((&jobs[2].of, jobs[2].state), (&Some(BackupOf::AllBut(vec![Vmid(100), Vmid(101)])), JobState::Disabled));
    assert_eq!((&jobs[3].of, jobs[3].old), (&None, OldBackups::AsConfigured));
}

#[tokio::test]
async fn a_job_is_made_as_it_is_wished() {
    let lab = Lab::saying("null").await;
    let job = BackupJobOrder::nightly("apps", BackupOf::Pool("apps".into()), storage("bak"));
    lab.client.create_backup_job(&job).await.unwrap();
    assert_eq!(
        params(&lab.only()),
        ["id=apps", "schedule=02:30", "pool=apps", "storage=bak", "mode=snapshot", "enabled=1", "compress=zstd"]
    );
}

#[tokio::test]
async fn a_job_is_changed_in_what_was_asked_for_alone() {
    let off = JobChange { state: Some(JobState::Disabled), ..JobChange::default() };
    let lab = Lab::saying("null").await;
    lab.client.change_backup_job("a+b", &off).await.unwrap();
    assert_eq!(
        (lab.only().line(), params(&lab.only())),
        ("PUT /cluster/backup/a%2Bb".into(), vec!["enabled=0".into()])
    );
    for (of, expected) in [
        (BackupOf::Pool("p".into()), ["pool=p", "delete=all,exclude,vmid"].as_slice()),
        (BackupOf::Guests(vec![vmid()]), &["vmid=200", "delete=all,exclude,pool"]),
        (BackupOf::AllBut(vec![vmid()]), &["all=1", "exclude=200", "delete=pool,vmid"]),
        (BackupOf::AllBut(Vec::new()), &["all=1", "delete=exclude,pool,vmid"]),
    ] {
        let lab = Lab::saying("null").await;
        lab.client.change_backup_job("j", &JobChange { of: Some(of), ..JobChange::default() }).await.unwrap();
        assert_eq!(params(&lab.only()), expected);
    }
    let lab = Lab::saying("null").await;
    lab.client.change_backup_job("j", &JobChange::default()).await.unwrap();
    assert!(lab.sent().is_empty(), "a change of nothing is not sent");
}

#[tokio::test]
async fn a_guest_is_put_into_the_care_of_ha() {
    let lab = Lab::saying("null").await;
    let order =
        HaOrder { state: Some(HaState::Stopped), max_restart: Some(3), fails_back: Some(false), ..HaOrder::default() };
    lab.client.add_to_ha(sid(), &order).await.unwrap();
    lab.client.change_in_ha(sid(), &order).await.unwrap();
    lab.client.change_in_ha(sid(), &HaOrder::default()).await.unwrap();
    lab.client.remove_from_ha(sid()).await.unwrap();
    let told: Vec<_> = lab.sent().iter().map(|asked| format!("{} {}", asked.line(), params(asked).join(" "))).collect();
    assert_eq!(
        told,
        [
            "POST /cluster/ha/resources sid=ct:200 state=stopped max_restart=3 failback=0",
            "PUT /cluster/ha/resources/ct%3A200 state=stopped max_restart=3 failback=0",
            "DELETE /cluster/ha/resources/ct%3A200 "
        ]
    );
}

#[tokio::test]
async fn what_ha_looks_after_is_read() {
    let rows = r#"[{"sid":"vm:101","type":"vm","state":"enabled","max_restart":"2"},{"sid":"ct:100","type":"ct","state":"ignored","group":"g","failback":1},
        {"sid":"ct:102"},{"sid":"service:x"},{"sid":"ct:103","state":"flying"}]"#;
    let lab = Lab::saying(rows).await;
    let found = lab.client.ha_resources().await.unwrap();
    let told: Vec<_> = found.iter().map(|resource| (resource.sid.to_string(), resource.state)).collect();
    let expected = [("ct:100", HaState::Ignored), ("vm:101", HaState::Started), ("ct:102", HaState::Started)];
    assert_eq!(told, expected.map(|(sid, state)| (sid.to_owned(), state)));
    assert_eq!(
        (found[0].group.as_deref(), found[0].fails_back, found[1].max_restart),
        (Some("g"), Some(true), Some(2))
    );
}

#[tokio::test]
async fn rules_of_ha_are_written_and_read() {
    let lab = Lab::saying("null").await;
    for rule in rules() {
        lab.client.create_ha_rule(&rule).await.unwrap();
    }
    let sent = lab.sent();
    let near =
        ["rule=near", "type=node-affinity", "resources=ct:200", "nodes=pve1:2", "strict=1", "disable=0", "comment=x"];
    assert_eq!(params(&sent[0]), near);
    let apart =
        ["rule=apart", "type=resource-affinity", "resources=ct:200", "affinity=negative", "disable=0", "comment=x"];
    assert_eq!(params(&sent[1]), apart);
    let rows = r#"[{"rule":"near","type":"node-affinity","resources":"ct:100,vm:101","nodes":"pve1:2,pve2","strict":"1","order":1},
        {"rule":"apart","type":"resource-affinity","resources":["ct:100"],"affinity":"negative","disable":1},{"rule":"x","type":"later"}]"#;
    let lab = Lab::saying(rows).await;
    let found = lab.client.ha_rules().await.unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].kind, HaRuleKind::Guests(Affinity::Apart));
    let HaRuleKind::Nodes { nodes, strictness } = &found[1].kind else { panic!("{found:?}") };
    assert_eq!((nodes[0].priority, nodes[1].priority, *strictness), (Some(2), None, NodeStrictness::OnlyThere));
    assert_eq!(found[1].guests.len(), 2);
}

#[tokio::test]
async fn a_move_by_ha_tells_who_goes_along_and_who_is_in_the_way() {
    let answer = r#"{"sid":"ct:200","requested-node":"pve2","comigrated-resources":["ct:201"],"blocking-resources":[{"sid":"ct:202","cause":"resource-affinity"}]}"#;
    let lab = Lab::saying(answer).await;
    let moved = lab.client.move_in_ha(sid(), HaMove::Relocate, &NodeName::new("pve2")).await.unwrap();
    assert_eq!(lab.only().line(), "POST /cluster/ha/resources/ct%3A200/relocate");
    assert_eq!(params(&lab.only()), ["node=pve2"]);
    assert_eq!(moved.along, [HaSid { kind: GuestKind::Container, vmid: Vmid(201) }]);
    assert_eq!((moved.blocked_by[0].by.vmid, moved.blocked_by[0].why.as_str()), (Vmid(202), "resource-affinity"));
    // Up to version 8 there is no answer but that it was noted.
    let lab = Lab::new("8.4.19", Reply::data("null")).await;
    let moved = lab.client.move_in_ha(sid(), HaMove::Migrate, &node()).await.unwrap();
    assert!(moved.along.is_empty() && moved.blocked_by.is_empty());
}

#[tokio::test]
async fn the_state_of_ha_is_read() {
    let rows = r#"[{"id":"quorum","type":"quorum","quorate":1,"status":"OK","node":"pve1"},
        {"id":"master","type":"master","node":"pve1","status":"pve1 (active, Fri Nov 20 10:00:00 2026)","timestamp":1795168800},
        {"id":"service:ct:200","type":"service","sid":"ct:200","state":"started","crm_state":"started","request_state":"started","node":"pve1","status":"ct:200 (pve1, started)"},
        {"id":"x","type":"fencing","node":"pve1","status":"armed"}]"#;
    let lab = Lab::saying(rows).await;
    let entries = lab.client.ha_status().await.unwrap();
    assert_eq!(entries[0].kind, HaEntryKind::Quorum { is_quorate: true });
    assert_eq!((&entries[1].kind, entries[1].at), (&HaEntryKind::Master, Some(Moment::from_secs(1_795_168_800))));
    let state = Some("started".to_owned());
    assert_eq!(entries[2].kind, HaEntryKind::Guest { sid: sid(), state: state.clone(), wished: state });
    assert_eq!(entries[3].kind, HaEntryKind::Other);
}

#[tokio::test]
async fn a_pool_tells_its_members() {
    let rows = r#"[{"poolid":"apps/web","comment":"x","members":[{"id":"lxc/100","type":"lxc","vmid":"100","node":"pve1"},
        {"id":"storage/pve1/bak","type":"storage","storage":"bak","node":"pve1"},{"type":"openvz","node":"pve1"},{"id":"qemu/101","type":"qemu","vmid":101,"node":"pve2"}]}]"#;
    let lab = Lab::saying(rows).await;
    let pool = lab.client.pool("apps/web").await.unwrap();
    assert_eq!(params(&lab.only()), ["poolid=apps/web"]);
    assert_eq!(pool.name, "apps/web");
    assert_eq!(pool.members.len(), 3);
    assert_eq!(pool.members[1], PoolMember::Storage { name: storage("bak"), node: node() });
    let lab = Lab::saying("[]").await;
    assert!(lab.client.pool("gone").await.is_err(), "a pool that is not there is no empty pool");
}

#[tokio::test]
async fn nobody_joins_a_pool_unasked() {
    let lab = Lab::saying("null").await;
    lab.client.add_to_pool("apps", &PoolMembers::default(), Stealing::No).await.unwrap();
    assert!(lab.sent().is_empty());
    let members = PoolMembers { guests: vec![Vmid(101), Vmid(102)], storages: vec![storage("tank"), storage("bak")] };
    lab.client.add_to_pool("apps", &members, Stealing::Yes).await.unwrap();
    assert_eq!(params(&lab.only()), ["poolid=apps", "allow-move=1", "vms=101,102", "storage=tank,bak"]);
}

const NETWORKS: &str = r#"[{"iface":"vmbr1","type":"bridge","active":1,"bridge_ports":"eno2 eno3","bridge_vlan_aware":1,"comments":"inner\n","address":"10.1.0.1","netmask":"24"},
    {"iface":"vmbr0","type":"bridge","active":"1","autostart":1,"cidr":"10.0.0.2/24","gateway":"10.0.0.1","bridge_ports":""},
    {"iface":"apps","type":"vnet","active":1},{"iface":"ovs0","type":"OVSBridge","ovs_ports":"eno4"},{"iface":"eno1","type":"eth","exists":1}]"#;

#[tokio::test]
async fn what_a_guest_can_be_hung_on_is_told() {
    let lab = Lab::saying(NETWORKS).await;
    let bridges = lab.client.bridges_of(&node()).await.unwrap();
    assert_eq!(params(&lab.only()), ["type=any_bridge"]);
    let told: Vec<_> =
        bridges.iter().map(|bridge| (&*bridge.interface.name, bridge.kind, bridge.takes_tags())).collect();
    assert_eq!(
        told,
        [
            ("apps", BridgeKind::Vnet, false),
            ("ovs0", BridgeKind::OpenVswitch, true),
            ("vmbr0", BridgeKind::Linux, true),
            ("vmbr1", BridgeKind::Linux, true)
        ]
    );
    let inner = &bridges[3].interface;
    assert!(inner.is_vlan_aware && !bridges[2].interface.is_vlan_aware && !inner.starts_on_boot);
    assert_eq!(
        (inner.ports.len(), inner.address.as_deref(), inner.comment.as_deref()),
        (2, Some("10.1.0.1/24"), Some("inner"))
    );
    let lab = Lab::saying(NETWORKS).await;
    assert_eq!(lab.client.interfaces(&node()).await.unwrap().len(), 5);
}

#[tokio::test]
async fn measured_values_are_told_by_what_they_are_of() {
    let export = r#"{"data":[{"id":"lxc/100","metric":"net_in","value":"5","timestamp":20,"type":"derive"},
        {"id":"node/pve1","metric":"cpu_current","value":0.5,"timestamp":"10","type":"gauge"},
        {"id":"storage/pve1/bak","metric":"disk_used","value":7,"timestamp":30,"type":"counter"},
        {"id":"later","metric":"x","value":1,"timestamp":40},{"id":"lxc/1","metric":"x","value":null,"timestamp":1}]}"#;
    let lab = Lab::saying(export).await;
    let samples = lab.client.metrics(MetricSpan::Since(Moment::from_secs(5))).await.unwrap();
    assert_eq!(params(&lab.only()), ["history=1", "start-time=5"]);
    let of: Vec<_> = samples.iter().map(|sample| sample.of.clone()).collect();
    assert_eq!(
        of,
        [
            MetricOf::Node(node()),
            MetricOf::Container(Vmid(100)),
            MetricOf::Storage { node: node(), storage: storage("bak") },
            MetricOf::Other("later".into())
        ],
        "oldest first"
    );
    assert_eq!((samples[1].value, samples[1].kind, &*samples[1].metric), (5.0, MetricKind::Derive, "net_in"));
    assert_eq!(samples[2].kind, MetricKind::Counter);
}

#[tokio::test]
async fn a_package_is_what_is_installed() {
    let rows = r#"[{"Package":"pve-container","Version":"6.1.11","OldVersion":"6.1.10","CurrentState":"Installed"},
        {"Package":"lxc-pve","Version":"6.0.5-2","CurrentState":"Installed"},
        {"Package":"ceph","Version":"19","CurrentState":"NotInstalled"},
        {"Package":"proxmox-ve","Version":"9.2","OldVersion":"9.2","CurrentState":"Installed","RunningKernel":"6.18.4-1-pve"}]"#;
    let lab = Lab::saying(rows).await;
    let packages = lab.client.packages(&node()).await.unwrap();
    let installed: Vec<_> = packages.iter().map(|package| package.installed.as_deref()).collect();
    assert_eq!(installed, [Some("6.1.10"), Some("6.0.5-2"), None, Some("9.2")]);
    assert_eq!(packages[3].running_kernel.as_deref(), Some("6.18.4-1-pve"));
}

#[tokio::test]
async fn an_older_node_tells_less_of_itself() {
    let said = r#"{"pveversion":"pve-manager/7.4-17/513c62be","kversion":"Linux 5.15.131-2-pve #1 SMP PVE","uptime":"60","cpu":0.25,
        "loadavg":["0.10","0.20","0.30"],"memory":{"total":100,"used":40,"free":60},"rootfs":{"total":"50","free":30},"swap":{"total":0,"used":0},"cpuinfo":{"cpus":4,"cores":"2","sockets":1,"model":"x"}}"#;
    let lab = Lab::saying(said).await;
    let now = lab.client.node_now(&node()).await.unwrap();
    assert_eq!((now.version.unwrap().major, now.kernel.as_deref()), (7, Some("5.15.131-2-pve")));
    assert_eq!((now.uptime, now.load), (Some(Duration::from_secs(60)), vec![0.1, 0.2, 0.3]));
    assert_eq!((now.memory.unwrap().used, now.root.unwrap().used, now.swap), (40, 20, None));
    assert_eq!((now.architecture, now.memory_available, now.totals.cores), (None::<Architecture>, None, Some(2)));
}

#[tokio::test]
async fn the_firewall_of_a_container_is_read_and_changed() {
    let rules = r#"[{"pos":1,"type":"group","action":"web","enable":0},{"pos":0,"type":"in","action":"ACCEPT","macro":"SSH","enable":1,"source":"10.0.0.0/8"},
        {"pos":2,"type":"forward","action":"DROP"}]"#;
    let lab = Lab::answering("9.2.11", move |asked: &Asked| match asked.path.rsplit('/').next() {
        Some("rules") if asked.method == "GET" => Reply::data(rules),
        Some("options") => Reply::data(r#"{"enable":"1","policy_in":"DROP"}"#),
        _ => Reply::data("null"),
    })
    .await;
    let options = lab.client.firewall(&node(), vmid()).await.unwrap();
    assert_eq!((options.is_on, options.inward, options.outward), (Some(true), Some(FirewallPolicy::Drop), None));
    let rules = lab.client.firewall_rules(&node(), vmid()).await.unwrap();
    assert_eq!((rules.len(), rules[0].service.as_deref(), rules[0].is_on), (2, Some("SSH"), true));
    assert_eq!((&rules[1].verdict, rules[1].is_on), (&RuleVerdict::Group("web".into()), false));
    let change = FirewallOptions { is_on: Some(true), ..FirewallOptions::default() };
    lab.client.change_firewall(&node(), vmid(), change).await.unwrap();
    lab.client.change_firewall(&node(), vmid(), FirewallOptions::default()).await.unwrap();
    lab.client.add_firewall_rule(&node(), vmid(), &FirewallRule::allow("tcp", "80,443")).await.unwrap();
    let sent = lab.sent();
    assert_eq!(sent.len(), 4, "a change of nothing is not sent");
    assert_eq!(
        (sent[2].line().as_str(), params(&sent[2])),
        ("PUT /nodes/pve1/lxc/200/firewall/options", vec!["enable=1".into()])
    );
    assert_eq!(params(&sent[3]), ["type=in", "action=ACCEPT", "enable=1", "proto=tcp", "dport=80,443"]);
}

#[tokio::test]
async fn tasks_of_all_nodes_come_newest_first() {
    let rows = r#"[{"upid":"UPID:pve1:00000001:00000001:00000010:vzdump:101:a@pve!t:","saved":"0"},
        {"upid":"UPID:pve2:00000001:00000001:00000020:vzstart:102:a@pve!t:","status":"OK","endtime":40,"saved":1},{"upid":"odd"}]"#;
    let lab = Lab::saying(rows).await;
    let tasks = lab.client.cluster_tasks().await.unwrap();
    let told: Vec<_> = tasks.iter().map(|task| task.status.clone()).collect();
    assert_eq!(told, [TaskStatus::Ended(Exit::Ok), TaskStatus::Running]);
}

/// What should be a list or a map and is something else costs its own place and nothing more.
#[tokio::test]
async fn nothing_is_what_it_should_be_and_nothing_breaks() {
    for data in ["null", "[]", "{}", "\"text\"", "5", "[null,1,[],{}]", r#"{"data":{},"children":5,"members":null}"#] {
        let lab = Lab::saying(data).await;
        super::everything::ask_everything(&lab.client).await;
        let _ = lab.client.storages(&node(), StorageSelection::All).await;
        assert!(lab.sent().len() > 60);
    }
}
