//! The client and the simulated datacenter over real TLS: what one sends the other takes, and what it does shows. Neither
//! knows the other's code.

use std::time::Duration;

use proximity::{
    domain::{
        fault::Fault,
        fleet::GuestKind,
        ids::{HostId, NodeName, Upid, Vmid},
        secret::Secret,
    },
    proxmox::{
        Begun, Client, Exit, Login, RequestLog, Rhythm, Target, Version,
        backup::{BackupEnd, BackupOf, BackupOrder, NotesTemplate, Notify, OldBackups, read_backup_log},
        cluster::{
            Affinity, BackupJobOrder, HaOrder, HaRule, HaRuleKind, HaSid, HaState, JobChange, JobState, MetricOf,
            MetricSpan, PoolMember, PoolMembers, RuleState, Stealing,
        },
        storage::{
            Architecture, Checksum, ChecksumKind, ContentKind, Download, DownloadPhase, Guarding, Mark, PruneScope,
            Retention, StorageSelection, Upload, VolumeChange, best_template, read_progress,
        },
    },
    sim::{Options, Pace, Seed, Simulator},
};

use super::storage;

struct Lab {
    client: Client,
    _simulator: Simulator,
}

impl Lab {
    async fn open() -> Self {
        Self::logging(crate::sent::log()).await
    }

    async fn logging(log: Option<RequestLog>) -> Self {
        let simulator = Simulator::start(Options::local(Seed::demo(), Pace::Live { speed: 50.0 })).await.unwrap();
        let ready = simulator.ready();
        let target = Target {
            host: HostId::new("home"),
            addresses: vec![ready.url.clone()],
            trust: ready.fingerprint.parse::<proximity::proxmox::Fingerprint>().unwrap().into(),
            login: Login::Token { id: ready.token_id.clone(), secret: Secret::new(ready.token_secret.as_str()) },
        };
        Self { client: Client::new(target, log).unwrap(), _simulator: simulator }
    }

    async fn ends(&self, task: &Upid) -> Exit {
        let quick = Duration::from_millis(20);
        let rhythm = Rhythm { at_first: quick, later: quick, lost_after: Duration::from_secs(20), ..Rhythm::default() };
        self.client.await_task(task, rhythm).await.unwrap()
    }

    async fn ends_well(&self, task: &Upid) -> Vec<String> {
        let exit = self.ends(task).await;
        let log = self.client.task_log(task, 0).await.unwrap();
        assert_eq!(exit, Exit::Ok, "{log:#?}");
        log
    }

    async fn backup(&self, order: &BackupOrder) -> Vec<String> {
        let begun = self.client.begin_backup(&pve1(), order).await.unwrap();
        self.ends_well(begun.task().expect("it is on this node")).await
    }
}

fn pve1() -> NodeName {
    NodeName::new("pve1")
}

/// A container of the demo on `pve1`.
const REDIS: Vmid = Vmid(203);

#[tokio::test]
async fn a_backup_is_made_found_noted_protected_and_removed() {
    let lab = Lab::open().await;
    let order = BackupOrder {
        notes: Some(NotesTemplate::new("{{guestname}} by hand")),
        guarding: Guarding::Protected,
        old: OldBackups::Stay,
        ..BackupOrder::one(REDIS, storage("backup"))
    };
    let log = lab.backup(&order).await;
    let progress = read_backup_log(&log);
    assert_eq!(progress.end, Some(BackupEnd::Good), "{log:#?}");
    let made = progress.guests[0].volume.clone().unwrap_or_else(|| panic!("{log:#?}"));
    let found = lab.client.backups(&pve1(), Some(REDIS)).await.unwrap();
    assert!(found.unread.is_empty(), "{:?}", found.unread);
    let volume = found.backups.iter().find(|volume| volume.id == made).unwrap_or_else(|| panic!("{made}: {found:?}"));
    assert_eq!(
        (volume.vmid, volume.guarding, volume.notes.as_deref()),
        (Some(REDIS), Guarding::Protected, Some("redis by hand"))
    );
    let refused = lab.client.delete_volume(&pve1(), &made).await.unwrap();
    let exit = lab.ends(refused.task().unwrap()).await;
    assert!(matches!(&exit, Exit::Failed(why) if why.contains("protected")), "{exit:?}");
    let change = VolumeChange { notes: Some("a\nü".into()), guarding: Some(Guarding::Free) };
    lab.client.change_volume(&pve1(), &made, &change).await.unwrap();
    let detail = lab.client.volume(&pve1(), &made).await.unwrap();
    assert_eq!((detail.notes.as_deref().map(str::trim_end), detail.guarding), (Some("a\nü"), Guarding::Free));
    let removed = lab.client.delete_volume(&pve1(), &made).await.unwrap();
    lab.ends_well(removed.task().unwrap()).await;
    let left = lab.client.content(&pve1(), made.storage(), Some(ContentKind::Backups), Some(REDIS)).await.unwrap();
    assert!(left.iter().all(|volume| volume.id != made));
}

#[tokio::test]
async fn a_backup_of_a_guest_elsewhere_is_nothing_to_do() {
    let lab = Lab::open().await;
    let elsewhere = BackupOrder { notify: Notify::AsConfigured, ..BackupOrder::one(Vmid(204), storage("backup")) };
    match lab.client.begin_backup(&NodeName::new("pve2"), &BackupOrder::one(REDIS, storage("backup"))).await.unwrap() {
        Begun::NothingToDo => {}
        Begun::Task(task) => panic!("{task}"),
    }
    lab.backup(&elsewhere).await;
}

#[tokio::test]
async fn a_retention_does_what_its_preview_says() {
    let lab = Lab::open().await;
    for _ in 0..2 {
        lab.backup(&BackupOrder { old: OldBackups::Stay, ..BackupOrder::one(REDIS, storage("backup")) }).await;
    }
    let (node, store) = (pve1(), storage("backup"));
    let one = PruneScope::One(GuestKind::Container, REDIS);
    let marked = lab.client.prune_preview(&node, &store, Some(&Retention::last(1)), one).await.unwrap();
    let kept: Vec<_> = marked.iter().filter(|one| one.mark == Mark::Keep).map(|one| one.id.clone()).collect();
    assert_eq!((kept.len(), marked.len() >= 2), (1, true), "{marked:?}");
    let begun = lab.client.begin_prune(&node, &store, &Retention::last(1), one).await.unwrap();
    lab.ends_well(begun.task().unwrap()).await;
    let left = lab.client.content(&node, &store, Some(ContentKind::Backups), Some(REDIS)).await.unwrap();
    assert_eq!(left.into_iter().map(|volume| volume.id).collect::<Vec<_>>(), kept);
}

#[tokio::test]
async fn the_best_template_is_fetched_and_there() {
    let lab = Lab::open().await;
    let list = lab.client.templates(&pve1()).await.unwrap();
    let version = lab.client.version_of(&pve1()).await.unwrap();
    let best = best_template(&list, &version, &Architecture::new("amd64")).unwrap();
    assert!(best.package.starts_with("debian-13"), "{best:?}");
    let task = lab.client.begin_template_download(&pve1(), &storage("local"), best).await.unwrap();
    let log = lab.ends_well(&task).await;
    assert_eq!(read_progress(&log).phase, DownloadPhase::Done, "{log:#?}");
    let there = lab.client.content(&pve1(), &storage("local"), Some(ContentKind::Templates), None).await.unwrap();
    assert!(there.iter().any(|volume| volume.id.file_name() == &*best.file));
}

#[tokio::test]
async fn a_file_is_fetched_by_its_url() {
    let lab = Lab::open().await;
    let url = "https://example.org/images/tool.iso".to_owned();
    let facts = lab.client.url_facts(&pve1(), &url).await.unwrap();
    assert_eq!(facts.file.as_deref(), Some("tool.iso"));
    let download = Download {
        url,
        kind: ContentKind::Isos,
        file: "tool.iso".into(),
        checksum: None,
        takes_any_certificate: false,
    };
    let task = lab.client.begin_download(&pve1(), &storage("local"), &download).await.unwrap();
    let log = lab.ends_well(&task).await;
    let progress = read_progress(&log);
    assert_eq!((progress.phase, progress.total), (DownloadPhase::Done, facts.size), "{log:#?}");
    let there = lab.client.content(&pve1(), &storage("local"), Some(ContentKind::Isos), None).await.unwrap();
    assert!(there.iter().any(|volume| volume.id.file_name() == "tool.iso" && volume.size == facts.size));
}

#[tokio::test]
async fn an_image_is_pulled_by_one_of_its_tags() {
    let lab = Lab::open().await;
    let name = "docker.io/library/nginx";
    let tags = lab.client.image_tags(&pve1(), &name.parse().unwrap()).await.unwrap();
    let image = format!("{name}:{}", tags[0]).parse().unwrap();
    let (task, volume) = lab.client.begin_pull(&pve1(), &storage("local"), &image).await.unwrap();
    lab.ends_well(&task).await;
    let there = lab.client.content(&pve1(), &storage("local"), Some(ContentKind::Templates), None).await.unwrap();
    assert!(there.iter().any(|one| one.id == volume), "{volume}");
    let error = lab.client.begin_pull(&pve1(), &storage("local"), &image).await.unwrap_err();
    assert!(error.text().unwrap().contains("refusing to override existing file"), "{error:?}");
}

#[tokio::test]
async fn an_uploaded_file_is_there_in_its_length() {
    let lab = Lab::open().await;
    let folder = tempfile::tempdir().unwrap();
    let from = folder.path().join("mine");
    let content: Vec<u8> = (0..900_000_u32).map(|at| (at % 253) as u8).collect();
    std::fs::write(&from, &content).unwrap();
    let sum = ring::digest::digest(&ring::digest::SHA256, &content);
    let sum = sum.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let upload = Upload {
        from,
        kind: ContentKind::Templates,
        file: "mine.tar.zst".into(),
        checksum: Some(Checksum { kind: ChecksumKind::Sha256, sum }),
        limit: None,
    };
    let sent = tokio::sync::watch::Sender::new(0);
    let task = lab.client.begin_upload(&pve1(), &storage("local"), &upload, sent.clone()).await.unwrap();
    lab.ends_well(&task).await;
    assert_eq!(*sent.borrow(), 900_000);
    let there = lab.client.content(&pve1(), &storage("local"), Some(ContentKind::Templates), None).await.unwrap();
    assert!(there.iter().any(|volume| volume.id.file_name() == "mine.tar.zst" && volume.size == Some(900_000)));
}

#[tokio::test]
async fn storages_are_told_with_their_fill() {
    let lab = Lab::open().await;
    let holding = StorageSelection::EnabledFor(ContentKind::Backups);
    let found = lab.client.storages(&pve1(), holding).await.unwrap();
    let names: Vec<_> = found.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["backup", "local", "pbs"]);
    assert!(found.iter().all(|one| one.takes(ContentKind::Backups) && one.usage.is_some()));
    let configs = lab.client.storage_configs().await.unwrap();
    assert!(configs.iter().any(|config| config.name.as_str() == "tank" && !config.is_on(&pve1())));
    assert!(configs.iter().any(|config| config.name.as_str() == "pbs" && config.is_shared));
}

#[tokio::test]
async fn a_job_is_made_changed_asked_about_and_removed() {
    let lab = Lab::open().await;
    let of = BackupOf::Guests(vec![REDIS]);
    let order = BackupJobOrder {
        old: OldBackups::Prune(Retention::last(2)),
        notes: Some(NotesTemplate::new("{{guestname}}\nnightly")),
        comment: Some("by Proximity".into()),
        ..BackupJobOrder::nightly("proximity-test", of.clone(), storage("backup"))
    };
    lab.client.create_backup_job(&order).await.unwrap();
    let jobs = lab.client.backup_jobs().await.unwrap();
    let job = jobs.iter().find(|job| job.id == order.id).unwrap();
    assert_eq!((&job.of, job.old, job.state), (&Some(of), order.old, JobState::Enabled));
    assert_eq!(job.notes.as_ref().unwrap().text(), "{{guestname}}\nnightly");
    assert!(job.next_run.is_some());
    let covered = lab.client.job_coverage(&order.id).await.unwrap();
    assert_eq!(covered.iter().map(|guest| guest.vmid).collect::<Vec<_>>(), [REDIS]);
    assert!(lab.client.not_backed_up().await.unwrap().iter().all(|guest| guest.vmid != REDIS));
    let all =
        JobChange { of: Some(BackupOf::AllBut(vec![REDIS])), state: Some(JobState::Disabled), ..JobChange::default() };
    lab.client.change_backup_job(&order.id, &all).await.unwrap();
    let job = lab.client.backup_job(&order.id).await.unwrap();
    assert_eq!((job.of, job.state, job.old), (all.of, JobState::Disabled, order.old));
    lab.client.delete_backup_job(&order.id).await.unwrap();
    assert!(lab.client.backup_jobs().await.unwrap().iter().all(|job| job.id != order.id));
    assert_eq!(lab.client.next_runs("mon..fri 02:30", 3).await.unwrap().len(), 3);
}

#[tokio::test]
async fn what_is_no_schedule_is_refused_with_the_reason() {
    let lab = Lab::logging(None).await;
    let fault = Fault::from(lab.client.next_runs("every day", 3).await.unwrap_err());
    assert!(fault.why.contains("schedule"), "{fault}");
}

#[tokio::test]
async fn a_pool_takes_guests_in_and_lets_them_go() {
    let lab = Lab::open().await;
    lab.client.create_pool("lab", Some("x")).await.unwrap();
    lab.client.create_pool("lab/inner", None).await.unwrap();
    let members = PoolMembers { guests: vec![REDIS], storages: vec![storage("backup")] };
    lab.client.add_to_pool("lab/inner", &members, Stealing::Yes).await.unwrap();
    let pool = lab.client.pool("lab/inner").await.unwrap();
    let redis = PoolMember::Guest { vmid: REDIS, kind: GuestKind::Container, node: pve1() };
    assert!(pool.members.contains(&redis), "{pool:?}");
    assert!(
        pool.members.iter().any(|one| matches!(one, PoolMember::Storage { name, .. } if *name == storage("backup")))
    );
    lab.client.remove_from_pool("lab/inner", &members).await.unwrap();
    assert!(lab.client.pool("lab/inner").await.unwrap().members.is_empty());
    lab.client.comment_pool("lab", "y").await.unwrap();
    lab.client.delete_pool("lab/inner").await.unwrap();
    let pools = lab.client.pools().await.unwrap();
    assert!(pools.iter().any(|pool| pool.name == "lab" && pool.comment.as_deref() == Some("y")));
    lab.client.delete_pool("lab").await.unwrap();
}

#[tokio::test]
async fn ha_takes_a_guest_into_its_care() {
    let lab = Lab::open().await;
    let sid = HaSid { kind: GuestKind::Container, vmid: REDIS };
    let order = HaOrder { state: Some(HaState::Started), max_restart: Some(2), ..HaOrder::default() };
    lab.client.add_to_ha(sid, &order).await.unwrap();
    let found = lab.client.ha_resource(sid).await.unwrap();
    assert_eq!((found.sid, found.state, found.max_restart), (sid, HaState::Started, Some(2)));
    let change = HaOrder { state: Some(HaState::Ignored), fails_back: Some(false), ..HaOrder::default() };
    lab.client.change_in_ha(sid, &change).await.unwrap();
    assert_eq!(
        lab.client.ha_resources().await.unwrap().iter().find(|one| one.sid == sid).unwrap().state,
        HaState::Ignored
    );
    let other = HaSid { kind: GuestKind::Container, vmid: Vmid(202) };
    lab.client.add_to_ha(other, &HaOrder::default()).await.unwrap();
    let rule = HaRule {
        name: "apart".into(),
        kind: HaRuleKind::Guests(Affinity::Apart),
        guests: vec![other, sid],
        state: RuleState::Enabled,
        comment: None,
    };
    lab.client.create_ha_rule(&rule).await.unwrap();
    let rules = lab.client.ha_rules().await.unwrap();
    assert_eq!((rules[0].kind.clone(), rules[0].guests.len()), (rule.kind, 2));
    lab.client.delete_ha_rule("apart").await.unwrap();
    lab.client.remove_from_ha(sid).await.unwrap();
    lab.client.remove_from_ha(other).await.unwrap();
    assert!(!lab.client.ha_status().await.unwrap().is_empty());
}

#[tokio::test]
async fn the_host_tells_of_itself() {
    let lab = Lab::open().await;
    let now = lab.client.node_now(&pve1()).await.unwrap();
    assert!(now.version.as_ref().is_some_and(|version: &Version| version.major == 9), "{now:?}");
    assert!(now.memory.is_some() && now.architecture == Some(Architecture::new("amd64")));
    let bridges = lab.client.bridges_of(&pve1()).await.unwrap();
    assert!(bridges.iter().any(|bridge| &*bridge.interface.name == "vmbr0"));
    let samples = lab.client.metrics(MetricSpan::Latest).await.unwrap();
    assert!(samples.iter().any(|sample| sample.of == MetricOf::Container(REDIS)));
    assert!(samples.iter().any(|sample| sample.of == MetricOf::Node(pve1())));
    let packages = lab.client.packages(&pve1()).await.unwrap();
    assert!(packages.iter().any(|package| package.name == "pve-container" && package.installed.is_some()));
    let free = lab.client.next_vmid().await.unwrap();
    assert!(lab.client.is_free(free).await.unwrap() && !lab.client.is_free(REDIS).await.unwrap());
    lab.backup(&BackupOrder::one(REDIS, storage("backup"))).await;
    let newest = lab.client.cluster_tasks().await.unwrap().swap_remove(0);
    assert!(newest.upid.as_str().contains(":vzdump:203:"), "{newest:?}");
    lab.client.cluster_log(5).await.unwrap();
    lab.client.cluster_options().await.unwrap();
    lab.client.firewall(&pve1(), REDIS).await.unwrap();
}
