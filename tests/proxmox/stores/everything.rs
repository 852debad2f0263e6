//! Every call about storages, backups and the cluster, each with all it can say. Other tests look at what comes of it.

use std::collections::BTreeMap;

use proximity::{
    domain::{fleet::GuestKind, ids::Vmid, moment::Moment},
    proxmox::{
        Client, Timeframe,
        backup::{
            Addresses, Afterwards, BackupMode, BackupOf, BackupOrder, ChangeDetection, Compression, InArchive,
            NotesTemplate, Notify, OldBackups, Privilege, Restore, RestoreOver,
        },
        cluster::{
            Affinity, BackupJobOrder, FirewallOptions, FirewallPolicy, FirewallRule, HaGroup, HaMove, HaOrder, HaRule,
            HaRuleKind, HaSid, HaState, JobChange, JobState, MetricSpan, NodePriority, NodeStrictness, PoolMembers,
            RuleState, Stealing,
        },
        storage::{
            Architecture, Checksum, ChecksumKind, ContentKind, Download, Guarding, PruneScope, Retention,
            StorageSelection, Template, Upload, VolumeChange, VolumeId,
        },
    },
};

use super::{node, storage, vmid};

/// Whatever comes back, the calls are made.
pub async fn ask_everything(client: &Client) {
    storages(client).await;
    fetching(client).await;
    backups(client).await;
    jobs(client).await;
    ha(client).await;
    rest(client).await;
}

fn backup() -> VolumeId {
    "bak:backup/vzdump-lxc-200-2026_11_20-10_02_19.tar.zst".parse().unwrap()
}

fn retention() -> Retention {
    Retention {
        hourly: Some(1),
        daily: Some(7),
        weekly: Some(4),
        monthly: Some(6),
        yearly: Some(1),
        ..Retention::last(3)
    }
}

async fn storages(client: &Client) {
    let (node, bak) = (node(), storage("bak"));
    for selection in [
        StorageSelection::All,
        StorageSelection::Holding(ContentKind::Containers),
        StorageSelection::EnabledFor(ContentKind::Backups),
    ] {
        let _ = client.storages(&node, selection).await;
    }
    let _ = client.storage_status(&node, &bak).await;
    let _ = client.storage_configs().await;
    let _ = client.storage_config(&bak).await;
    let _ = client.content(&node, &bak, Some(ContentKind::Backups), Some(vmid())).await;
    let _ = client.volume(&node, &backup()).await;
    let change = VolumeChange { notes: Some("a\nb ü".into()), guarding: Some(Guarding::Protected) };
    let _ = client.change_volume(&node, &backup(), &change).await;
    let _ = client.delete_volume(&node, &backup()).await;
    let one = PruneScope::One(GuestKind::Container, vmid());
    let _ = client.prune_preview(&node, &bak, Some(&retention()), one).await;
    let _ = client.prune_preview(&node, &bak, None, PruneScope::Everything).await;
    let _ = client.begin_prune(&node, &bak, &retention(), PruneScope::All(GuestKind::Container)).await;
    let _ = client.begin_prune(&node, &bak, &Retention::ALL, one).await;
    let _ = client.storage_history(&node, &bak, Timeframe::Hour).await;
}

pub fn template() -> Template {
    Template {
        file: "debian-13-standard_13.6-1_amd64.tar.zst".into(),
        package: "debian-13-standard".into(),
        version: "13.6-1".into(),
        os: "debian-13".into(),
        section: "system".into(),
        architecture: Architecture::new("amd64"),
        headline: "".into(),
        about: None,
        info_page: None,
        location: None,
        sha512: None,
    }
}

fn checksum() -> Option<Checksum> {
    Some(Checksum { kind: ChecksumKind::Sha256, sum: "0".repeat(64) })
}

async fn fetching(client: &Client) {
    let (node, local) = (node(), storage("local"));
    let _ = client.templates(&node).await;
    let _ = client.begin_template_download(&node, &local, &template()).await;
    let _ = client.url_facts(&node, "https://example.org/x.iso").await;
    for (kind, file) in [
        (ContentKind::Templates, "x.tar.zst"),
        (ContentKind::Templates, "x.tar.bz2"),
        (ContentKind::Templates, "x.tar"),
        (ContentKind::Isos, "x.iso"),
    ] {
        let url = "https://example.org/x".to_owned();
        let download = Download { url, kind, file: file.into(), checksum: checksum(), takes_any_certificate: true };
        let _ = client.begin_download(&node, &local, &download).await;
    }
    let _ = client.image_tags(&node, &"ghcr.io/owner/name".parse().unwrap()).await;
    let _ = client.begin_pull(&node, &local, &"ghcr.io/owner/name:1.27".parse().unwrap()).await;
    let folder = tempfile::tempdir().unwrap();
    let from = folder.path().join("x");
    std::fs::write(&from, b"content").unwrap();
    let upload =
        Upload { from, kind: ContentKind::Templates, file: "x.tar.zst".into(), checksum: checksum(), limit: None };
    let _ = client.begin_upload(&node, &local, &upload, tokio::sync::watch::Sender::new(0)).await;
}

pub fn rich_order(of: BackupOf, notify: Notify, old: OldBackups) -> BackupOrder {
    BackupOrder {
        of,
        storage: storage("bak"),
        mode: BackupMode::Snapshot,
        compression: Some(Compression::Zstd),
        notes: Some(NotesTemplate::new("{{guestname}}\nby hand")),
        guarding: Guarding::Protected,
        old,
        notify,
        bandwidth: Some(2000),
        detection: None,
    }
}

async fn backups(client: &Client) {
    let node = node();
    let guests = BackupOf::Guests(vec![Vmid(200), Vmid(110)]);
    for order in [
        rich_order(guests, Notify::Nobody, OldBackups::Prune(retention())),
        rich_order(BackupOf::Pool("apps".into()), Notify::Mail("root@example.org".into()), OldBackups::Stay),
        rich_order(BackupOf::AllBut(vec![Vmid(100)]), Notify::AsConfigured, OldBackups::AsConfigured),
        BackupOrder { detection: Some(ChangeDetection::Metadata), ..BackupOrder::one(vmid(), storage("pbs")) },
    ] {
        let _ = client.begin_backup(&node, &order).await;
    }
    let _ = client.backups(&node, Some(vmid())).await;
    let _ = client.archived_config(&node, &backup()).await;
    let _ = client.backup_defaults(&node, Some(&storage("bak"))).await;
    let pbs: VolumeId = "pbs:backup/ct/100/2026-01-01T00:00:00Z".parse().unwrap();
    let _ = client.archived_files(&node, &pbs, &InArchive::Top).await;
    let _ = client.archived_files(&node, &pbs, &InArchive::At(b"/root.pxar.didx/etc".to_vec())).await;
    let _ = client.begin_restore(&node, &Restore::to_new(backup(), Vmid(203))).await;
    let mount = "local:2,mp=/data,backup=1".parse().unwrap();
    let rich = Restore {
        over: RestoreOver::TheContainer,
        storage: Some(storage("local")),
        root: Some("local:4".parse().unwrap()),
        mounts: BTreeMap::from([(0, mount)]),
        hostname: Some("web".into()),
        pool: Some("apps".into()),
        addresses: Addresses::New,
        privilege: Some(Privilege::Unprivileged),
        bandwidth: Some(5000),
        afterwards: Afterwards::Starts,
        ..Restore::to_new(backup(), Vmid(203))
    };
    let _ = client.begin_restore(&node, &rich).await;
}

async fn jobs(client: &Client) {
    let job = BackupJobOrder {
        state: JobState::Disabled,
        notes: Some(NotesTemplate::new("{{guestname}}")),
        guarding: Guarding::Protected,
        comment: Some("by Proximity".into()),
        node: Some(node()),
        repeats_missed: true,
        notify: Notify::Nobody,
        old: OldBackups::Prune(retention()),
        ..BackupJobOrder::nightly("apps", BackupOf::Pool("apps".into()), storage("bak"))
    };
    let _ = client.backup_jobs().await;
    let _ = client.backup_job("apps").await;
    let _ = client.create_backup_job(&job).await;
    for of in [BackupOf::Guests(vec![vmid()]), BackupOf::AllBut(Vec::new()), BackupOf::AllBut(vec![vmid()])] {
        let change = JobChange {
            schedule: Some("sat 03:30".into()),
            state: Some(JobState::Enabled),
            of: Some(of),
            storage: Some(storage("bak")),
            mode: Some(BackupMode::Stop),
            compression: Some(Compression::Gzip),
            old: Some(OldBackups::Prune(Retention::last(2))),
            guarding: Some(Guarding::Free),
            repeats_missed: Some(true),
            notes: Some(NotesTemplate::new("x")),
            comment: Some("y".into()),
        };
        let _ = client.change_backup_job("apps", &change).await;
    }
    let _ = client.delete_backup_job("apps").await;
    let _ = client.job_coverage("apps").await;
    let _ = client.not_backed_up().await;
    let _ = client.next_runs("mon..fri 02:30", 3).await;
}

pub fn sid() -> HaSid {
    HaSid { kind: GuestKind::Container, vmid: vmid() }
}

pub fn nodes() -> Vec<NodePriority> {
    vec![NodePriority { node: node(), priority: Some(2) }]
}

pub fn rules() -> [HaRule; 2] {
    let rule = |name: &str, kind| HaRule {
        name: name.into(),
        kind,
        guests: vec![sid()],
        state: RuleState::Enabled,
        comment: Some("x".into()),
    };
    let strictness = NodeStrictness::OnlyThere;
    [rule("near", HaRuleKind::Nodes { nodes: nodes(), strictness }), rule("apart", HaRuleKind::Guests(Affinity::Apart))]
}

pub fn group() -> HaGroup {
    HaGroup {
        name: "group".into(),
        nodes: nodes(),
        strictness: NodeStrictness::OnlyThere,
        fails_back: true,
        comment: Some("x".into()),
    }
}

async fn ha(client: &Client) {
    let order = HaOrder {
        state: Some(HaState::Started),
        max_restart: Some(2),
        max_relocate: Some(1),
        comment: Some("x".into()),
        ..HaOrder::default()
    };
    let newer = HaOrder { fails_back: Some(true), ..order.clone() };
    let older = HaOrder { group: Some("group".into()), ..order.clone() };
    let _ = client.ha_resources().await;
    let _ = client.ha_resource(sid()).await;
    for order in [&order, &newer, &older] {
        let _ = client.add_to_ha(sid(), order).await;
        let _ = client.change_in_ha(sid(), order).await;
    }
    let _ = client.remove_from_ha(sid()).await;
    for how in [HaMove::Migrate, HaMove::Relocate] {
        let _ = client.move_in_ha(sid(), how, &node()).await;
    }
    let _ = client.ha_status().await;
    let _ = client.ha_rules().await;
    for rule in rules() {
        let _ = client.create_ha_rule(&rule).await;
        let _ = client.change_ha_rule(&rule).await;
    }
    let _ = client.delete_ha_rule("near").await;
    let _ = client.ha_groups().await;
    let _ = client.create_ha_group(&group()).await;
    let _ = client.delete_ha_group("group").await;
}

async fn rest(client: &Client) {
    let node = node();
    let _ = client.next_vmid().await;
    let _ = client.is_free(vmid()).await;
    let _ = client.cluster_options().await;
    let _ = client.cluster_log(5).await;
    let _ = client.cluster_tasks().await;
    let members = PoolMembers { guests: vec![vmid()], storages: vec![storage("bak")] };
    let _ = client.pools().await;
    for pool in ["apps", "apps/web"] {
        let _ = client.pool(pool).await;
        let _ = client.create_pool(pool, Some("x")).await;
        let _ = client.comment_pool(pool, "y").await;
        let _ = client.add_to_pool(pool, &members, Stealing::No).await;
        let _ = client.add_to_pool(pool, &members, Stealing::Yes).await;
        let _ = client.remove_from_pool(pool, &members).await;
        let _ = client.delete_pool(pool).await;
    }
    let _ = client.interfaces(&node).await;
    let _ = client.bridges_of(&node).await;
    let _ = client.vnets().await;
    let _ = client.metrics(MetricSpan::Latest).await;
    let _ = client.metrics(MetricSpan::Since(Moment::from_secs(5))).await;
    let _ = client.packages(&node).await;
    let _ = client.node_now(&node).await;
    let _ = client.firewall(&node, vmid()).await;
    let options = FirewallOptions {
        is_on: Some(true),
        inward: Some(FirewallPolicy::Drop),
        outward: Some(FirewallPolicy::Accept),
        lets_dhcp: Some(true),
    };
    let _ = client.change_firewall(&node, vmid(), options).await;
    let _ = client.firewall_rules(&node, vmid()).await;
    let _ = client.add_firewall_rule(&node, vmid(), &FirewallRule::allow("tcp", "8080")).await;
}
