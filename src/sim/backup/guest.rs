//! One guest's turn in a backup: what is looked at, said and done, in Proxmox's order.

use std::sync::Arc;

use super::{
    Order, Script,
    mounts::{describe, is_included},
    ways::{format, lasting, send, synchronize, target},
    words::{clock, notes, short, span, tar_command, tar_size},
};
use crate::{
    domain::moment::Moment,
    sim::{
        datacenter::Datacenter,
        disks::Feature,
        prune::{Group, Pruning},
        retention::Keep,
        volumes::{Disk, disks},
        world::{
            guest::{Guest, Kind},
            mount,
            storage::{Saved, Seal, Storage, Volume},
            task::{Archive, Work},
        },
    },
};

/// How long a guest is away when it is stopped for its backup, besides the backup itself.
const STOP_MS: i64 = 700;

/// A guest, where it goes, and what is to be said of it.
pub(super) struct Turn<'a> {
    pub order: &'a Order,
    pub guest: &'a Guest,
    pub storage: &'a Storage,
    pub keep: Keep,
    pub included: Vec<Disk<'a>>,
    pub mode: &'static str,
}

impl Datacenter {
    pub(super) fn back_up_one(&self, order: &Order, vmid: u32, script: &mut Script) {
        let guest = self.guests.get(&vmid).filter(|guest| guest.node == order.node);
        let (Some(guest), Some(storage)) = (guest, self.storage(&order.storage)) else {
            return script.fail(vmid, &format!("unable to find VM '{vmid}'"));
        };
        let told = order.keep.or_else(|| storage.option("prune-backups").map(Keep::read));
        let keep = told.unwrap_or(Keep { all: true, ..Keep::default() });
        if let Some(why) = self.forbidden(order, guest, storage, keep) {
            return script.fail(vmid, &why);
        }
        let began = script.at;
        script.say(format!("Starting Backup of VM {vmid} ({})", guest.kind.word()));
        script.say(format!("Backup started at {}", clock(began)));
        script.say(format!("status = {}", if guest.is_running() { "running" } else { "stopped" }));
        if let Some(lock) = guest.lock() {
            return script.fail(vmid, &format!("{} is locked ({lock})", guest.kind.label()));
        }
        script.step(Work::Lock(vmid));
        let included = disks(guest).filter(|disk| is_included(guest, disk)).collect();
        let mut turn = Turn { order, guest, storage, keep, included, mode: "stop" };
        self.prepare(&mut turn, script);
        self.write(&turn, began, script);
    }

    /// What ends a turn before it begins: too many backups there already, or a guest that must not be stopped.
    fn forbidden(&self, order: &Order, guest: &Guest, storage: &Storage, keep: Keep) -> Option<String> {
        if order.mode == "stop" && self.ha.wants_started(guest) {
            return Some(
                "Cannot execute a backup with stop mode on a HA managed and enabled Service. Use snapshot mode or disable the Service."
                    .into(),
            );
        }
        let of_guest = |volume: &&Volume| volume.content == "backup" && volume.vmid == Some(guest.vmid);
        let there = storage.volumes.iter().filter(of_guest).filter(|volume| volume.is_on(&order.node));
        let (bound, open): (Vec<_>, Vec<_>) = there.partition(|volume| volume.is_protected);
        let limit = keep.limit() as usize;
        if order.is_protected {
            let most = order.most_protected.filter(|most| bound.len() >= *most)?;
            let name = storage.name;
            return Some(format!("The number of protected backups per guest is limited to {most} on storage '{name}'"));
        }
        (limit > 0 && !order.removes && open.len() >= limit).then(|| {
            format!(
                "There is a max backup limit of {limit} enforced by the target storage or the vzdump parameters. Either increase the limit or delete old backups."
            )
        })
    }

    /// Chooses the mode, and stops or freezes the guest as it demands.
    fn prepare(&self, turn: &mut Turn, script: &mut Script) {
        let (order, vmid) = (turn.order, turn.guest.vmid);
        let asked = match order.mode.as_str() {
            _ if !turn.guest.is_running() => "stop",
            "stop" => "stop",
            "suspend" => "suspend",
            _ => "snapshot",
        };
        let snaps = |disk: &Disk| {
            let own = mount::Disk::parse(&format!("{}:{}", disk.storage, disk.path));
            let can = |own: mount::Disk| {
                self.storage(disk.storage).is_some_and(|known| known.can(Feature::Snapshot, &own, None))
            };
            own.is_some_and(can)
        };
        turn.mode = asked;
        if asked == "snapshot" {
            describe(turn.guest, script);
            if turn.guest.kind == Kind::Container && !turn.included.iter().all(snaps) {
                script.say("mode failure - some volumes do not support snapshots");
                script.say("trying 'suspend' mode instead");
                turn.mode = "suspend";
            }
        }
        script.say(format!("backup mode: {}", turn.mode));
        if order.limit > 0 {
            script.say(format!("bandwidth limit: {} KiB/s", order.limit));
        }
        script.say("ionice priority: 7");
        if turn.mode != "snapshot" {
            describe(turn.guest, script);
        }
        match turn.mode {
            "stop" if turn.guest.is_running() => {
                script.say("stopping virtual guest");
                script.step(Work::Halt(vmid));
                script.wait(STOP_MS);
            }
            "suspend" if turn.guest.kind == Kind::Container => synchronize(turn, script),
            "snapshot" if turn.guest.kind == Kind::Container => {
                let many = turn.included.len() > 1;
                if many {
                    script.say("suspend vm to make snapshot");
                }
                script.say("create storage snapshot 'vzdump'");
                if many {
                    script.say("resume vm");
                    script.say("guest is online again after <1 seconds");
                }
            }
            _ => {}
        }
    }

    fn write(&self, turn: &Turn, began: Moment, script: &mut Script) {
        let Turn { order, guest, storage, .. } = turn;
        let data: u64 = turn.included.iter().map(|disk| disk.used).sum();
        let data = (data as f64 * order.share) as u64;
        let size = ((data as f64 * 0.4) as u64).max(4_096);
        let name = target(turn, began.as_secs());
        let is_server = storage.kind == "pbs";
        match is_server {
            true => script.say(format!("creating Proxmox Backup Server archive '{name}'")),
            false => script.say(format!("creating vzdump archive '{}/dump/{name}'", storage.folder())),
        }
        let lasts = order.lasts_ms.unwrap_or_else(|| lasting(order, size));
        if size > self.room_on(storage, &order.node) {
            script.wait(lasts / 2);
            return run_out(turn, script);
        }
        if is_server {
            send(turn, data, began, lasts, script);
        } else {
            script.wait(lasts);
            let speed = tar_size(data as f64 * 1_000.0 / lasts.max(1) as f64);
            script.say(format!("Total bytes written: {data} ({}, {speed}/s)", tar_size(data as f64)));
            script.say(format!("archive file size: {}", short(size)));
        }
        let volume = self.volume(turn, &name, size, began.as_secs());
        if volume.notes.is_some() {
            script.say("adding notes to backup");
        }
        if order.is_protected {
            script.say("marking backup as protected");
        }
        let archive = Archive { storage: storage.name.to_owned(), volume };
        script.step(Work::Unlock { vmid: guest.vmid, archive: Some(archive) });
        self.tidy(turn, began, script);
    }

    /// Older backups go, and the guest runs again.
    fn tidy(&self, turn: &Turn, began: Moment, script: &mut Script) {
        let Turn { order, guest, storage, keep, .. } = turn;
        if order.removes && !keep.all {
            script.say(format!("prune older backups with retention: {}", keep.told()));
            let group = Group {
                node: order.node.clone(),
                vmid: Some(guest.vmid),
                is_machine: Some(guest.kind == Kind::Machine),
            };
            script.wait(1);
            script.step(Work::Prune(Pruning { storage: storage.name.to_owned(), group, keep: *keep, voice: "INFO: " }));
            script.wait(1);
        }
        if turn.mode == "snapshot" && guest.kind == Kind::Container {
            script.say("cleanup temporary 'vzdump' snapshot");
        }
        if turn.mode == "stop" && guest.is_running() {
            resume(turn, began, script);
        }
        script.say(format!("Finished Backup of VM {} ({})", guest.vmid, span((script.at.0 - began.0) / 1_000)));
        script.say(format!("Backup finished at {}", clock(script.at)));
    }

    fn volume(&self, turn: &Turn, name: &str, size: u64, made: i64) -> Volume {
        let Turn { order, guest, storage, .. } = turn;
        let cluster = self.cluster.as_deref().unwrap_or("standalone node");
        let is_server = storage.kind == "pbs";
        let mut config = guest.config.clone();
        config.remove("lock");
        let inside = self.consoles.inside(guest.vmid);
        Volume {
            vmid: Some(guest.vmid),
            notes: order.notes.as_ref().map(|text| notes(text, cluster, &guest.name(), &guest.node, guest.vmid)),
            is_protected: order.is_protected,
            saved: Some(Arc::new(Saved { config, unpacked: size * 5 / 2, inside, ..Saved::default() })),
            node: (!storage.is_shared).then(|| order.node.clone()),
            seal: is_server.then(|| Seal { key: storage.option("encryption-key").map(str::to_owned), is_whole: None }),
            ..Volume::plain("backup", format!("backup/{name}"), format(turn), size, made)
        }
    }
}

/// The storage took no more: nothing stays.
fn run_out(turn: &Turn, script: &mut Script) {
    let vmid = turn.guest.vmid;
    let (line, code) = match turn.order.packing() {
        ".zst" => (
            "zstd: error 70 : Write error : cannot write block : No space left on device (cannot write compressed block)",
            70,
        ),
        ".gz" => ("gzip: stdout: No space left on device", 1),
        ".lzo" => ("lzop: No space left on device: <stdout>", 1),
        _ => ("tar: -: Wrote only 4096 of 10240 bytes", 2),
    };
    script.say(line);
    script.step(Work::Unlock { vmid, archive: None });
    if turn.mode == "snapshot" {
        script.say("cleanup temporary 'vzdump' snapshot");
    }
    if turn.mode == "stop" && turn.guest.is_running() {
        let at = script.at;
        resume(turn, at, script);
    }
    script.fail(vmid, &format!("command '{}' failed: exit code {code}", tar_command()));
}

fn resume(turn: &Turn, stopped: Moment, script: &mut Script) {
    script.say("restarting vm");
    script.wait(turn.guest.temper.start_ms as i64);
    script.step(Work::Resume(turn.guest.vmid));
    let seconds = ((script.at.0 - stopped.0) / 1_000).max(1);
    script.say(format!("guest is online again after {seconds} seconds"));
}
