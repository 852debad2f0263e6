//! Answers and texts that were cut and twisted. What must hold: nothing a host says panics what reads it.

use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use proximity::proxmox::{
    backup::{NotesTemplate, read_backup_log},
    cluster::HaSid,
    storage::{ImageName, ImageReference, VolumeId, read_progress},
};

use super::everything::ask_everything;
use crate::proxmox::host::{Host, Reply};

/// Between them they hold each field that is read.
const WHOLE: [&str; 5] = [
    r#"{"data":[{"storage":"bak","type":"dir","content":"backup,iso","active":1,"enabled":1,"shared":0,"total":5,"used":2,"avail":3,"nodes":"a,b","disable":0,"prune-backups":"keep-last=3,keep-daily=7","max-protected-backups":"-1","digest":"x","volid":"bak:backup/vzdump-lxc-100-a.tar","format":"tar","subtype":"lxc","size":"7","ctime":1795168939,"vmid":100,"parent":null,"notes":"x","protected":1,"encrypted":"aa:bb","verification":{"state":"ok","upid":"UPID:a:1:2:3:x:y:z:"},"mark":"keep","time":5}]}"#,
    r#"{"data":[{"id":"job","schedule":"*:0/1","dow":"mon","starttime":"01:00","enabled":1,"vmid":"100,101","pool":"p","all":1,"exclude":"5","mode":"stop","compress":"zstd","prune-backups":{"keep-last":"1"},"remove":0,"notes-template":"a\\nb","next-run":5,"mailto":"x","notification-mode":"auto","timestamp":5,"template":"debian-13-standard_13.6-1_amd64.tar.zst","package":"debian-13-standard","version":"13.6-1","section":"system","architecture":"amd64","filepath":"L3g=","text":"x","leaf":1,"mtime":5}]}"#,
    r#"{"data":{"children":[{"id":340,"type":"lxc","name":"x","children":[{"id":"340:mp0","name":"v","included":0,"reason":"disabled"}]}],"data":[{"id":"storage/a/b","metric":"x","value":0.5,"timestamp":5,"type":"gauge"}],"members":[{"type":"lxc","vmid":100,"node":"a"},{"type":"storage","storage":"s","node":"a"}],"poolid":"p","next-id":{"lower":"5"},"allowed-tags":["a"],"registered-tags":"a;b","crs":"ha=static","migration":{"type":"secure"},"comigrated-resources":["ct:1"],"blocking-resources":[{"sid":"ct:1","cause":"x"}]}}"#,
    r#"{"data":{"cpu":0.5,"wait":0,"uptime":5,"loadavg":["1.5","2"],"cpuinfo":{"model":"x","cpus":2,"cores":"2","sockets":1},"memory":{"total":5,"used":2,"free":3,"available":3},"rootfs":{"total":5,"free":9},"pveversion":"pve-manager/9.2.11/x","kversion":"Linux 6 x","current-kernel":{"machine":"x86_64","release":"6"},"boot-info":{"mode":"efi"},"enable":1,"policy_in":"DROP","path":"/x","size":5,"filename":"x","mimetype":"y","mode":"snapshot","compress":"1","prune-backups":"keep-all=1"}}"#,
    r#"{"data":[{"sid":"ct:100","state":"started","group":"g","max_restart":1,"failback":1,"rule":"r","type":"node-affinity","resources":"ct:1,vm:2","nodes":"a:2,b","strict":1,"affinity":"negative","disable":0,"quorate":1,"timestamp":5,"node":"a","status":"x","iface":"vmbr0","bridge_ports":"a b","cidr":"10.0.0.1/24","active":1,"vnet":"v","zone":"z","tag":5,"Package":"x","Version":"1","OldVersion":"1","CurrentState":"Installed","upid":"UPID:a:1:2:3:x:y:z:","pos":0,"action":"ACCEPT","macro":"SSH","time":5,"msg":"x","pri":6}]}"#,
];

/// A good answer with pieces taken out, put in and changed; most stay JSON.
fn bent() -> impl Strategy<Value = String> {
    let with = prop_oneof![
        Just(String::new()),
        prop::sample::select(vec![
            "null",
            "-1",
            "-1e999",
            "18446744073709551616",
            "\"\"",
            "[]",
            "{}",
            "[{}]",
            "true",
            ":",
            "/",
            ",",
            "=",
            "é"
        ])
        .prop_map(str::to_owned),
        ".{0,4}",
    ];
    let edit = (any::<prop::sample::Index>(), 0usize..10, with);
    (0..WHOLE.len(), prop::collection::vec(edit, 0..4)).prop_map(|(which, edits)| {
        let mut text: Vec<char> = WHOLE[which].chars().collect();
        for (at, length, with) in edits {
            let from = at.index(text.len() + 1);
            let to = (from + length).min(text.len());
            text.splice(from..to, with.chars());
        }
        text.into_iter().collect()
    })
}

#[tokio::test]
async fn no_bent_answer_stops_the_client() {
    let host = Host::saying(Reply::Cut).await;
    let client = host.client();
    let mut runner = TestRunner::new(Config::default());
    let cases = if std::env::var_os("PROXIMITY_FULL").is_some() { 2_000 } else { 60 };
    for _ in 0..cases {
        let body = bent().new_tree(&mut runner).unwrap().current();
        host.now_does(move |asked| match asked.path.ends_with("/version") {
            true => Reply::data(r#"{"version":"9.2.11"}"#),
            false => Reply::body(200, "OK", &body),
        });
        ask_everything(&client).await;
    }
}

/// Lines such as Proxmox writes them, and what chance makes of them.
fn log() -> impl Strategy<Value = Vec<String>> {
    let line = prop_oneof![
        2 => prop::sample::select(vec![
            "INFO: starting new backup job: vzdump 341 --storage bak",
            "INFO: Starting Backup of VM 341 (lxc)",
            "ERROR: Backup of VM 341 failed - x",
            "INFO: creating vzdump archive '/x/vzdump-lxc-341-a.tar'",
            "INFO: archive file size: 1.5GB",
            "INFO: Finished Backup of VM 341 (00:00:42)",
            "INFO: trying 'suspend' mode instead",
            "INFO: mode failure - x",
            " 32768K ........ ........ 53%  112M 0s",
            "Length: 126515062 (121M)",
            "TASK OK",
        ]).prop_map(str::to_owned),
        1 => "(INFO|ERROR|TASK ERROR): \\PC{0,30}",
        1 => "\\PC{0,40}",
    ];
    prop::collection::vec(line, 0..20)
}

proptest! {
    #[test]
    fn no_log_panics_its_reader(log in log()) {
        let whole = read_backup_log(&log);
        let mut by_lines = read_backup_log(&[] as &[&str]);
        log.iter().for_each(|line| by_lines.read(line));
        prop_assert_eq!(whole, by_lines, "a log that comes in pieces says the same");
        let progress = read_progress(&log);
        prop_assert!(progress.percent.is_none_or(|percent| percent <= 100));
    }

    #[test]
    fn what_a_log_calls_failed_stays_failed(mut log in log(), rest in log()) {
        log.push("ERROR: Backup of VM 341 failed - no space".to_owned());
        let failed = |log: &[String]| read_backup_log(log).guests.iter().filter(|one| one.failure().is_some()).count();
        let before = failed(&log);
        prop_assert!(before > 0);
        log.extend(rest);
        prop_assert!(failed(&log) >= before);
    }

    #[test]
    fn what_is_read_is_written_again(text in "[a-z:/.@ -]{0,30}|\\PC{0,30}") {
        if let Ok(id) = text.parse::<VolumeId>() {
            prop_assert_eq!(id.to_string(), text.clone());
            let _ = (id.backup_of(), id.file_name());
        }
        if let Ok(image) = text.parse::<ImageReference>() {
            prop_assert_eq!(image.to_string(), text.clone());
            prop_assert!(image.file_stem().chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter)));
        }
        if let Ok(image) = text.parse::<ImageName>() {
            prop_assert_eq!(image.to_string(), text.clone());
        }
        let _ = text.parse::<HaSid>();
        let unix = text.replace("\r\n", "\n").replace('\r', "\n");
        prop_assert_eq!(NotesTemplate::new(&text).text(), unix);
    }
}
