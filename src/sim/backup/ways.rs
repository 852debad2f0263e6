//! The ways a guest's files take: copied aside first, packed into a file, or sent to a backup server. How long each lasts,
//! and under which name it arrives.

use super::{
    Order, Script,
    guest::Turn,
    words::{long_clock, snapshot_time, stamp, tar_size},
};
use crate::{
    domain::moment::Moment,
    sim::{
        hash::mix,
        world::{guest::Kind, storage::Volume},
    },
};

/// Bytes a second of an unlimited backup.
const SPEED: u64 = 300_000_000;
const LONGEST_MS: i64 = 90_000;

/// Copies a running guest aside: once while it works, and what changed since while it is frozen.
pub(super) fn synchronize(turn: &Turn, script: &mut Script) {
    let Turn { guest, storage, order, .. } = turn;
    let name = format!("vzdump-lxc-{}-{}.tmp", guest.vmid, stamp(script.at.as_secs()));
    let place = match storage.kind {
        "pbs" => format!("/var/tmp/vzdumptmp{}_{}", 1_000 + mix(u64::from(guest.vmid), 7) % 30_000, guest.vmid),
        _ => format!("{}/dump/{name}", storage.folder()),
    };
    if storage.kind == "nfs" {
        script.say(
            "temporary directory is on NFS, disabling xattr and acl support, consider configuring a local tmpdir via /etc/vzdump.conf",
        );
    }
    let data: u64 = turn.included.iter().map(|disk| disk.used).sum();
    let lasts = order.lasts_ms.unwrap_or_else(|| lasting(order, data)) / 4;
    let from = format!("/proc/{}/root/", guest.pid);
    script.say(format!("starting first sync {from} to {place}"));
    script.wait(lasts);
    let moved = tar_size(data as f64).replace("iB", "");
    script.say(format!("first sync finished - transferred {moved} bytes in {}s", lasts / 1_000));
    script.say("suspending guest");
    script.say(format!("starting final sync {from} to {place}"));
    script.say("final sync finished - transferred 0 bytes in 0s");
    script.say("resuming guest");
    script.say("guest is online again after <1 seconds");
}

/// What the client of a backup server says.
pub(super) fn send(turn: &Turn, data: u64, began: Moment, lasts: i64, script: &mut Script) {
    let Turn { guest, storage, order, .. } = turn;
    let option = |key: &str| storage.option(key).unwrap_or_default();
    let place = format!("{}@{}:8007:{}", option("username"), option("server"), option("datastore"));
    script.say("set max number of entries in memory for file-based backups to 1048576");
    script.say(format!("Starting backup: {}", target(turn, began.as_secs())));
    script.say(format!("Client name: {}", order.node));
    script.say(format!("Starting backup protocol: {}", long_clock(script.at)));
    let of_guest = |volume: &&Volume| volume.vmid == Some(guest.vmid);
    match storage.volumes.iter().filter(of_guest).map(|volume| volume.made).max() {
        Some(made) => script.say(format!("Downloading previous manifest ({})", long_clock(Moment(made * 1_000)))),
        None => script.say("No previous manifest available."),
    }
    script.say(format!("Upload config file 'pct.conf' to '{place}' as pct.conf.blob"));
    script.say(format!("Upload directory '/mnt/vzsnap0' to '{place}' as root.pxar.didx"));
    script.wait(lasts);
    let (seconds, new) = (lasts as f64 / 1_000.0, data / 5);
    let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    script.say(format!(
        "root.pxar: had to backup {:.3} MiB of {:.3} MiB (compressed {:.3} MiB) in {seconds:.2} s (average {:.3} MiB/s)",
        mib(new),
        mib(data),
        mib(new / 2),
        mib(new) / seconds.max(0.01)
    ));
    script.say(format!("root.pxar: backup was done incrementally, reused {:.3} MiB (80.0%)", mib(data - new)));
    script.say("Uploaded backup catalog (512.4 KiB)");
    script.say(format!("Duration: {seconds:.2}s"));
    script.say(format!("End Time: {}", long_clock(script.at)));
}

pub(super) fn lasting(order: &Order, size: u64) -> i64 {
    match order.limit {
        0 => (1_000 + size * 1_000 / SPEED).min(LONGEST_MS as u64) as i64,
        limit => 1_000 + (size / (limit * 1_024)) as i64 * 1_000,
    }
}

/// The name of the archive: a file, or a snapshot of a backup server.
pub(super) fn target(turn: &Turn, made: i64) -> String {
    let Turn { order, guest, storage, .. } = turn;
    let is_machine = guest.kind == Kind::Machine;
    if storage.kind == "pbs" {
        let group = if is_machine { "vm" } else { "ct" };
        return format!("{group}/{}/{}", guest.vmid, snapshot_time(made));
    }
    let ending = if is_machine { ".vma" } else { ".tar" };
    format!("vzdump-{}-{}-{}{ending}{}", guest.kind.word(), guest.vmid, stamp(made), order.packing())
}

pub(super) fn format(turn: &Turn) -> &'static str {
    let is_machine = turn.guest.kind == Kind::Machine;
    match (turn.storage.kind, turn.order.packing(), is_machine) {
        ("pbs", _, true) => "pbs-vm",
        ("pbs", _, false) => "pbs-ct",
        (_, ".zst", true) => "vma.zst",
        (_, ".gz", true) => "vma.gz",
        (_, ".lzo", true) => "vma.lzo",
        (_, _, true) => "vma",
        (_, ".zst", false) => "tar.zst",
        (_, ".gz", false) => "tar.gz",
        (_, ".lzo", false) => "tar.lzo",
        (_, _, false) => "tar",
    }
}
