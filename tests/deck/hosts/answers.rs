//! What an engine would answer, made by hand: a node, a report with some of everything, a plan for a token.

use std::sync::Arc;

use proximity::{
    domain::{
        fault::{Fault, FaultCode},
        fleet::{Fleet, Reach, SshAccess, SshProof, Usage},
        host::{Expiring, Expiry, HostDefaults},
        ids::{GuestKey, NodeKey, NodeName, Vmid},
        machine::{AbilityOf, Certificate, Machine, Pressure, Silence, TaskRow},
        moment::Moment,
    },
    engine::{
        Allowance, Answer, FoundBridge, FoundStorage, LeastLine, LeastPlan, LeastState, MissingRight, Query, SshKey,
        TestReport,
    },
    tui::{effect::Effect, event::Event},
};

use super::super::{
    fleet::{NOW, homelab, host},
    stage::Stage,
};

pub const PRINT: &str =
    "0C:1B:2A:39:48:57:66:75:84:93:A2:B1:C0:DF:EE:FD:0C:1B:2A:39:48:57:66:75:84:93:A2:B1:C0:DF:EE:FD";
pub const OTHER_PRINT: &str =
    "7F:1B:2A:39:48:57:66:75:84:93:A2:B1:C0:DF:EE:FD:0C:1B:2A:39:48:57:66:75:84:93:A2:B1:C0:DF:EE:7F";
const GIB: u64 = 1 << 30;
const DAY: i64 = 86_400_000;

pub fn in_days(days: i64) -> Moment {
    Moment(NOW.0 + days * DAY + 3_600_000)
}

pub fn ssh_key() -> SshKey {
    SshKey {
        algorithm: "ssh-ed25519".into(),
        fingerprint: "SHA256:q2vYk0dVZk7Zr0mF3y8sJ4u1nXbTg5cHq9WwE6LpR1s".into(),
        line: "ssh-ed25519 AAAA".into(),
    }
}

fn usage(used: u64, total: u64) -> Option<Usage> {
    Some(Usage { used: used * GIB, total: total * GIB })
}

pub fn machine(node: &str) -> Machine {
    let certificate = |file: &str, print: &str, days: i64| Certificate {
        file: file.into(),
        subject: format!("/OU=PVE Cluster Node/O=Proxmox Virtual Environment/CN={node}.home.arpa").into(),
        issuer: "/CN=Proxmox Virtual Environment/OU=1f/O=PVE Cluster Manager CA".into(),
        fingerprint: print.into(),
        until: Some(in_days(days)),
    };
    let can = |what: &'static str| AbilityOf { what, lacks: None };
    let lacks = |what: &'static str, needs: &str| AbilityOf { what, lacks: Some(needs.into()) };
    Machine {
        node: NodeKey { host: host(), node: NodeName::new(node) },
        version: Some("8.4.1".into()),
        kernel: Some("6.8.12-9-pve".into()),
        boot: Some("efi".into()),
        model: Some("Intel(R) Core(TM) i5-12500T".into()),
        sockets: Some(1),
        cores: Some(6),
        cpus: Some(12),
        cpu: Some(0.21),
        waiting: Some(0.014),
        load: vec![1.42, 1.1, 0.97],
        uptime: Some(1_234_567),
        memory: usage(30, 64),
        swap: usage(1, 8),
        root: usage(52, 94),
        pressure: Some(Pressure {
            cpu_some: Some(2.4),
            memory_some: Some(0.0),
            memory_full: Some(0.0),
            io_some: Some(74.0),
            io_full: Some(31.0),
        }),
        certificates: vec![certificate("pve-root-ca.pem", OTHER_PRINT, 3000), certificate("pve-ssl.pem", PRINT, 14)],
        abilities: vec![
            can("seeing the addresses of a container"),
            lacks("making containers of OCI images", "needs Proxmox VE 9.1"),
            can("granting single bridges"),
            can("passing devices into a container"),
            lacks("opening a container's console with an API token", "needs Proxmox VE 8.4.19 or 9.2"),
            can("containers of Debian 13"),
            can("software-defined networks"),
        ],
        tasks: tasks(node),
        silent: Vec::new(),
    }
}

fn tasks(node: &str) -> Vec<TaskRow> {
    let task = |ago: i64, kind: &str, vmid: Option<u32>, took: Option<i64>, result: Option<&str>| {
        let began = Moment(NOW.0 - ago * 60_000);
        TaskRow {
            upid: format!("UPID:{node}:{ago}").into(),
            kind: kind.into(),
            guest: vmid.map(|vmid| GuestKey { host: host(), vmid: Vmid(vmid) }),
            who: "proximity@pve!deck".into(),
            began: Some(began),
            ended: took.map(|seconds| Moment(began.0 + seconds * 1000)),
            result: result.map(Into::into),
        }
    };
    vec![
        task(1, "vzdump", Some(104), None, None),
        task(40, "vzstart", Some(105), Some(4), Some("OK")),
        task(300, "vzdump", Some(106), Some(192), Some("job errors")),
        task(900, "aptupdate", None, Some(11), Some("WARNINGS: 1")),
    ]
}

pub fn silent_machine(node: &str) -> Machine {
    let fault = Fault::lasting(
        FaultCode::Refused,
        "the state of the node was not told",
        "Sys.Audit on /nodes/pve1 is missing",
        "pveum acl modify / --tokens 'proximity@pve!deck' --roles PVEAuditor",
    );
    let machine = machine(node);
    Machine {
        load: vec![],
        memory: None,
        swap: None,
        root: None,
        cpu: None,
        kernel: None,
        boot: None,
        model: None,
        pressure: None,
        silent: vec![Silence { what: "its state", fault }],
        ..machine
    }
}

pub fn report() -> TestReport {
    let storage = |name: &str, kind: &str, shared, holds: [bool; 3], free: u64| FoundStorage {
        name: name.into(),
        kind: kind.into(),
        nodes: vec!["nas".into(), "pve1".into(), "pve2".into()],
        is_shared: shared,
        holds_disks: holds[0],
        holds_backups: holds[1],
        holds_templates: holds[2],
        free: Some(free * GIB),
        total: Some(free * 2 * GIB),
    };
    let allowed = |purpose: &str| Allowance { purpose: purpose.into(), missing: vec![], grants: vec![] };
    TestReport {
        version: "9.0.11".into(),
        cluster: Some("casa".into()),
        nodes: 3,
        guests: 41,
        missing: Vec::new(),
        optional: vec![
            allowed("deploying apps"),
            allowed("snapshots"),
            Allowance {
                purpose: "backups by a job of Proxmox".into(),
                missing: vec![("Sys.Modify".into(), "/".into())],
                grants: vec![
                    "pveum role add ProximityJobs --privs Sys.Modify".into(),
                    "pveum acl modify / --tokens 'proximity@pve!deck' --roles ProximityJobs".into(),
                ],
            },
            allowed("consoles"),
        ],
        storages: vec![
            storage("local", "dir", false, [false, true, true], 40),
            storage("local-lvm", "lvmthin", false, [true, false, false], 310),
            storage("tank", "zfspool", false, [true, false, false], 1800),
            storage("backup", "nfs", true, [false, true, true], 4000),
        ],
        bridges: vec![
            FoundBridge { name: "vmbr0".into(), nodes: vec!["pve1".into()] },
            FoundBridge { name: "vmbr1".into(), nodes: vec!["pve1".into()] },
        ],
        pools: vec!["apps".into(), "lab".into()],
        proposed: HostDefaults {
            storage: Some("tank".into()),
            backups: Some("backup".into()),
            templates: Some("backup".into()),
            bridge: Some("vmbr0".into()),
            pool: None,
        },
        expires: Some(in_days(12)),
        lacks: vec![AbilityOf { what: "making containers of OCI images", lacks: Some("needs Proxmox VE 9.1".into()) }],
    }
}

pub fn lacking() -> TestReport {
    let missing = MissingRight {
        privilege: "Sys.Audit".into(),
        path: "/".into(),
        needed_for: "figures of the nodes".into(),
        grant: "pveum acl modify / --tokens 'proximity@pve!deck' --roles PVEAuditor".into(),
    };
    TestReport { missing: vec![missing], ..report() }
}

pub fn plan() -> LeastPlan {
    let line = |title: &str, line: &str, state| LeastLine { line: line.into(), title: title.into(), state };
    let acl = |path: &str, role: &str| {
        let text = format!("pveum acl modify {path} --tokens 'proximity@pve!deck-4f2a91' --roles {role}");
        line(&format!("{role} on {path}, for the token"), &text, LeastState::Made)
    };
    let privileges = "VM.Allocate VM.Audit VM.Backup VM.Clone VM.Config.CPU VM.Config.Disk VM.Config.Memory \
                      VM.Config.Network VM.Config.Options VM.Console VM.PowerMgmt VM.Snapshot";
    let role = format!("pveum role add ProximityGuests --privs \"{privileges}\"");
    LeastPlan {
        lines: vec![
            line("a role for guests", &role, LeastState::Made),
            line(
                "a role for storages",
                "pveum role modify ProximityDisks --privs Datastore.AllocateSpace",
                LeastState::Changed,
            ),
            line("the user proximity@pve", "pveum user add proximity@pve", LeastState::There),
            line("the pool proximity", "pveum pool add proximity", LeastState::Made),
            line("its token", "pveum user token add proximity@pve deck-4f2a91 --privsep 1", LeastState::Made),
            acl("/pool/proximity", "ProximityGuests"),
            acl("/storage/tank", "ProximityDisks"),
            acl("/storage/backup", "ProximityDisks"),
            acl("/sdn/zones/localnetwork/vmbr0", "ProximityBridges"),
            acl("/", "PVEAuditor"),
            line("the nightly job", "pvesh create /cluster/backup --pool proximity --schedule 02:30", LeastState::Made),
        ],
        good_for: vec!["deploying, updating and removing apps".into(), "backups and restores".into()],
        not_for: vec![
            "changing schedules of Proxmox: that takes Sys.Modify on /, which would be the whole host".into(),
        ],
    }
}

/// As the engine would.
pub fn answer(stage: &mut Stage, with: Answer) {
    let at = stage.effects.iter().rposition(|effect| matches!(effect, Effect::Query(..)));
    match at.map(|at| stage.effects.remove(at)) {
        Some(Effect::Query(ticket, _)) => stage.send(Event::Answered(ticket, Ok(with))),
        other => panic!("nothing was asked: {other:?}"),
    };
}

/// Every closer look and every test that is on its way.
pub fn answer_looks(stage: &mut Stage) {
    for effect in std::mem::take(&mut stage.effects) {
        match effect {
            Effect::Query(ticket, Query::Node(key)) => {
                let machine = Box::new(machine(key.node.as_str()));
                stage.send(Event::Answered(ticket, Ok(Answer::Node(machine))));
            }
            Effect::Query(ticket, Query::TestHost(_)) => {
                stage.send(Event::Answered(ticket, Ok(Answer::Test(Box::new(report())))));
            }
            other => stage.effects.push(other),
        }
    }
}

/// A homelab whose host has everything: defaults, SSH, and something that runs out.
pub fn settled() -> Fleet {
    let mut fleet = homelab();
    let host = &mut fleet.hosts[0];
    host.addresses = vec!["https://10.0.0.11:8006".into(), "https://10.0.0.12:8006".into()];
    host.trust.pin = PRINT.into();
    host.ssh = Some(SshAccess {
        user: "root".into(),
        port: 22,
        proof: SshProof::KeyFile("/home/mara/.ssh/id_ed25519".into()),
        pin: Arc::from(ssh_key().fingerprint),
        guest_port: 22,
    });
    host.defaults = HostDefaults {
        storage: Some("tank".into()),
        backups: Some("backup".into()),
        templates: Some("local".into()),
        bridge: Some("vmbr0".into()),
        pool: Some("apps".into()),
    };
    host.expiring = vec![
        Expiry { what: Expiring::Certificate(NodeName::new("pve2")), at: in_days(640) },
        Expiry { what: Expiring::Token, at: in_days(12) },
    ];
    fleet
}

/// The same, switched off.
pub fn off() -> Fleet {
    let mut fleet = settled();
    fleet.hosts[0].reach = Reach::Off;
    fleet.hosts[0].as_of = Some(Moment(NOW.0 - 3 * DAY));
    fleet
}

/// What the picture says, without colours.
pub fn text(stage: &Stage) -> String {
    let picture = stage.picture();
    let rows = picture.content().chunks(usize::from(picture.area.width));
    rows.map(|row| row.iter().map(|cell| cell.symbol()).collect::<String>() + "\n").collect()
}

pub fn sees(stage: &Stage, what: &str) {
    let text = text(stage);
    assert!(text.contains(what), "{what:?} is not on the screen:\n{text}");
}

pub fn typed(stage: &mut Stage, what: &str) {
    stage.send(Event::Paste(what.into()));
}

/// Up to the page of who logs in.
pub fn trusted(columns: u16, rows: u16) -> Stage {
    let mut stage = Stage::new(homelab(), columns, rows);
    stage.keys("4 n");
    stage.effects.clear();
    typed(&mut stage, "pve1.example.org, pve2.example.org");
    stage.keys("Tab");
    typed(&mut stage, "attic");
    stage.keys("C-s");
    answer(&mut stage, Answer::Fingerprint(PRINT.into()));
    stage.keys("y");
    stage
}

/// Up to the page of what a token of its own may do.
pub fn lent(columns: u16, rows: u16) -> Stage {
    let mut stage = trusted(columns, rows);
    stage.keys("Right Tab");
    typed(&mut stage, "root@pam");
    stage.keys("Tab");
    typed(&mut stage, "correct horse");
    stage.keys("C-s");
    answer(&mut stage, Answer::Test(Box::new(report())));
    stage
}

/// Up to what was found, with a token.
pub fn found(columns: u16, rows: u16, report: TestReport) -> Stage {
    let mut stage = trusted(columns, rows);
    stage.keys("Tab");
    typed(&mut stage, "proximity@pve!deck");
    stage.keys("Tab");
    typed(&mut stage, "3b1f0c5a-secret");
    stage.keys("C-s");
    answer(&mut stage, Answer::Test(Box::new(report)));
    stage
}
