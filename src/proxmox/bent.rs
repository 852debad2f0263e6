//! Whatever stands in an answer, the parsers take it without a panic: each of them, on thousands of twisted answers.

use proptest::prelude::*;

use super::{
    Call, Method, Permissions,
    answer::Answer,
    guest::{
        ContainerConfig, Snapshots,
        addresses::{AgentSaid, reachable},
        config::RawSaid,
        detail,
        migrate::PreconditionsSaid,
        pending::PendingRow,
        snapshot::SnapshotRow,
    },
    history, listing, observe, task,
    wire::{
        access::{HalfTicket, Issued, PermissionsSaid, VersionSaid},
        cluster::StatusRow,
        config::Config,
        interfaces::Interface,
        list::{List, Pairs},
        resources::{GuestStatus, Resource},
        rrd::RrdRow,
        task::{LogRow, TaskRow, TaskSaid},
    },
};
use crate::domain::{
    fault::Fault,
    ids::{GuestKey, HostId, Vmid},
    moment::Moment,
};

const WHOLE: [&str; 8] = [
    r#"{"data":[{"type":"lxc","vmid":100,"node":"pve1","name":"a","status":"running","cpu":0.5,"maxcpu":2,"mem":1,"maxmem":2,"tags":"a;b"},{"type":"node","node":"pve1","status":"online","local":1},{"type":"storage","storage":"s","node":"pve1","status":"available","disk":1,"maxdisk":2,"content":"iso,rootdir"}]}"#,
    r#"{"data":{"rootfs":"local:1/d.raw,size=1G","mp0":"/x,mp=/y","net0":"name=eth0,bridge=vmbr0,tag=5","env":"A=1\u0000B=2","cores":2,"sockets":3,"memory":"current=5","scsi1":"a:b,size=1"}}"#,
    r#"{"data":[{"name":"eth0","inet":"10.0.0.1/24","ip-addresses":[{"ip-address":"10.0.0.1","prefix":"24"}]}]}"#,
    r#"{"data":{"status":"stopped","exitstatus":"WARNINGS: 1","ha":{"managed":0},"uptime":5,"version":"9.2","ticket":"PVE:!tfa!{}:","NeedTFA":1}}"#,
    r#"{"data":[{"upid":"UPID:a:1:2:3:vzstart:100:u@p:","status":"RUNNING","n":1,"t":"x","time":5,"cpu":"0.5","mem":1,"maxmem":2}],"total":1}"#,
    r#"{"data":[{"name":"a1","snaptime":5,"parent":"b2","description":"x\n"},{"name":"b2","parent":"a1"},{"name":"current","parent":"a1"},{"key":"mp0","value":"a:b,mp=/x","pending":"c","delete":1}]}"#,
    r#"{"data":{"lxc":[["lxc.init.cwd","/"]],"unused0":"a:b","features":"nesting=1","startup":"order=1,up=2","cmode":"shell","result":[{"name":"eth0","ip-addresses":[]}],"allowed-nodes":["a"],"not-allowed-nodes":{"b":{"blocking-ha-resources":[{"sid":"ct:1"}]}}}}"#,
    r#"{"data":{"/vms":{"VM.Audit":1}},"message":"Permission check failed (/vms/1, VM.Audit)\n","errors":{"a":"b"}}"#,
];

/// One of the good ones with pieces taken out, put in and replaced.
fn bent() -> impl Strategy<Value = String> {
    let with = prop_oneof![
        Just(String::new()),
        "[\\[\\]{}\",:0-9.eE*-]{1,6}",
        ".{0,4}",
        prop::sample::select(vec!["null", "-1e999", "18446744073709551616", "\\u0000", "[[[[", "=,=,", "é"])
            .prop_map(str::to_owned),
    ];
    let edit = (any::<prop::sample::Index>(), 0usize..12, with);
    (0..WHOLE.len(), prop::collection::vec(edit, 0..6)).prop_map(|(which, edits)| {
        let mut text: Vec<char> = WHOLE[which].chars().collect();
        for (at, length, with) in edits {
            let from = at.index(text.len() + 1);
            let to = (from + length).min(text.len());
            text.splice(from..to, with.chars());
        }
        text.into_iter().collect()
    })
}

fn read_lists(answer: &Answer, call: &Call) {
    if let Ok(rows) = answer.read::<List<Resource<'_>>>(call) {
        let _ = listing::read_listing(&HostId::new("h"), Moment(5), &rows.0);
    }
    if let Ok(rows) = answer.read::<List<Interface<'_>>>(call) {
        let _ = reachable(&rows.0);
    }
    let _ = answer.read::<List<RrdRow>>(call).map(|rows| rows.0.iter().filter_map(history::reading).count());
    let _ = answer
        .read::<List<TaskRow<'_>>>(call)
        .map(|rows| rows.0.iter().filter_map(|row| task::found_task(row, |_| true)).count());
    let _ = answer.read::<List<LogRow<'_>>>(call);
    let _ = answer.read::<List<SnapshotRow<'_>>>(call).map(|rows| Snapshots::read(&rows.0).tree().len());
    let _ =
        answer.read::<List<PendingRow<'_>>>(call).map(|rows| rows.0.into_iter().filter_map(PendingRow::read).count());
    let _ =
        answer.read::<List<StatusRow<'_>>>(call).map(|rows| rows.0.iter().filter_map(observe::Member::read).count());
}

fn read_objects(answer: &Answer, call: &Call) {
    let key = GuestKey { host: HostId::new("h"), vmid: Vmid(1) };
    if let Ok(pairs) = answer.read::<Pairs>(call) {
        let config = Config::from(pairs);
        let _ = (detail::container(&key, &config, Vec::new()), detail::machine(&key, &config));
    }
    if let Ok(pairs) = answer.read::<Pairs>(call) {
        let raw = answer.read::<RawSaid>(call).unwrap_or_default();
        let config = ContainerConfig::read(pairs, raw.pairs());
        let _ = (config.marker(), config.free_mount());
    }
    let _ = answer.read::<PermissionsSaid>(call).map(|said| Permissions::of("a@pve!t", said).missing());
    let _ = answer.read::<GuestStatus<'_>>(call);
    let _ = answer.read::<PreconditionsSaid>(call).map(PreconditionsSaid::read);
    let _ = answer.read::<AgentSaid<'_>>(call).map(|said| reachable(&said.result.0));
    let _ = answer.read::<TaskSaid<'_>>(call).map(|said| task::Exit::read(said.exitstatus.as_deref()));
    let _ = answer.read::<VersionSaid<'_>>(call).map(|said| said.version.as_deref().and_then(super::Version::read));
    let _ = answer.read::<Issued<'_>>(call).map(|said| HalfTicket::read(said.ticket.as_deref().unwrap_or_default()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if std::env::var_os("PROXIMITY_FULL").is_some() { 300_000 } else { 3_000 }))]

    #[test]
    fn no_bent_answer_panics_a_parser(body in bent(), status in prop::sample::select(vec![200u16, 400, 403, 500, 501, 595])) {
        let call = Call { method: Method::Get, path: "/x".into() };
        let answer = Answer { status, body, ..Answer::default() };
        read_lists(&answer, &call);
        read_objects(&answer, &call);
        if let Err(error) = answer.judged(&call, "https://h:8006", "a@pve") {
            let _ = Fault::from(error);
        }
    }
}
