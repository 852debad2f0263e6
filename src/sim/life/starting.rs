//! Whether a container comes up: what waited for the start is applied, its bridges must be there, and so must the program
//! it runs.

use super::{Done, Worker};
use crate::sim::{
    datacenter::Datacenter,
    world::{
        guest::{Guest, Kind},
        storage::Image,
    },
};

/// What every image has.
const COMMON: &[&str] = &[
    "sh",
    "ash",
    "bash",
    "dash",
    "busybox",
    "init",
    "sleep",
    "tail",
    "tini",
    "dumb-init",
    "httpd",
    "nc",
    "cat",
    "yes",
    "env",
    "su-exec",
];
/// What has nothing to wait for.
const BRIEF: &[&str] = &["true", "false", "echo", "ls", "date", "hostname", "id", "printenv", "pwd", "uname", "whoami"];

/// How long a program stays, as far as can be told without running it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stay {
    Long,
    Brief,
    /// There is no such program.
    Missing,
}

impl Datacenter {
    /// Brings a container up, if it can.
    pub fn start(&mut self, vmid: u32, node: &str, worker: Worker) -> Done {
        let (now, pid) = (self.now(), self.next_process());
        if let Some((_, why)) = self.apply_pending(vmid).first() {
            self.note(worker, why.trim_end().to_owned());
        }
        let Some(guest) = self.guests.get(&vmid) else { return Ok(()) };
        if guest.kind == Kind::Container {
            self.all_active(&guest.config, node)?;
        }
        let bridges = self.node(&guest.node).map(|node| node.bridges.clone()).unwrap_or_default();
        if let Some((_, bridge)) = guest.bridges().find(|(_, bridge)| !bridges.contains(bridge)) {
            return Err(format!("bridge '{bridge}' does not exist"));
        }
        let stay = stays(guest);
        self.complain(vmid, stay, worker)?;
        if let Some(guest) = self.guests.get_mut(&vmid) {
            if let Some(line) = guest.text("entrypoint") {
                guest.temper.is_deaf = is_deaf(line);
            }
            guest.begin_run(now, pid);
        }
        Ok(())
    }

    /// The node itself asks for the address of a card it manages, and also where the cable is out: that costs a warning.
    pub fn lease(&mut self, vmid: u32, worker: Worker) -> Done {
        let Some(guest) = self.guests.get(&vmid) else { return Ok(()) };
        let pid = guest.pid;
        let lines: Vec<String> = guest.unleased().map(|card| unanswered(vmid, pid, card)).collect();
        let count = lines.len();
        self.note_all(worker, lines);
        if count == 0 { Ok(()) } else { Err(format!("WARNINGS: {count}")) }
    }

    /// What LXC writes when there is nothing to run, or nothing that goes on.
    fn complain(&mut self, vmid: u32, stay: Stay, worker: Worker) -> Done {
        let (lines, why) = match stay {
            Stay::Long => return Ok(()),
            Stay::Missing => (
                [
                    "sync_wait: 34 An error occurred in another process (expected sequence number 7)".to_owned(),
                    format!("__lxc_start: 2127 Failed to spawn container \"{vmid}\""),
                ],
                format!("startup for container '{vmid}' failed"),
            ),
            Stay::Brief => (
                [
                    format!(
                        "lxc-info: {vmid}: ../src/lxc/af_unix.c: lxc_abstract_unix_recv_fds_iov: 218 Connection reset by peer - Failed to receive response"
                    ),
                    format!(
                        "lxc-info: {vmid}: ../src/lxc/commands.c: lxc_cmd_rsp_recv_fds: 128 Failed to receive file descriptors for command \"get_init_pid\""
                    ),
                ],
                format!("unable to get PID for CT {vmid} (not running?)"),
            ),
        };
        self.note_all(worker, lines);
        Err(why)
    }
}

fn unanswered(vmid: u32, pid: u32, card: &str) -> String {
    let files = format!("/var/lib/lxc/{vmid}/hook/dhclient4-{card}");
    let client = format!("/sbin/dhclient -1 -4 -pf {files}.pid -lf {files}.leases -e 'ROOTFS=/proc/{pid}/root'");
    let inside = format!("lxc-attach -n {vmid} -s 'NETWORK|UTSNAME' -- aa-exec -p unconfined");
    let command = format!("{inside} {client} -sf /usr/share/lxc/hooks/dhclient-script {card}");
    format!("WARN: DHCP failed - command '{command}' failed: exit code 2")
}

fn stays(guest: &Guest) -> Stay {
    let Some(line) = guest.text("entrypoint") else { return Stay::Long };
    let first = line.split_whitespace().next().unwrap_or_default().trim_matches(['\'', '"']);
    let name = first.rsplit('/').next().unwrap_or(first);
    let is_own = |image: &Image| image.entrypoint.first().is_some_and(|own| own == first);
    let is_placed = ["/bin/", "/sbin/", "/usr/", "/lib/", "/opt/"].iter().any(|folder| first.starts_with(folder));
    match &guest.image {
        _ if BRIEF.contains(&name) => Stay::Brief,
        _ if COMMON.contains(&name) => Stay::Long,
        Some(image) if is_own(image) => Stay::Long,
        Some(_) => Stay::Missing,
        // A whole system has more programs than can be listed, and so may an image that is not at hand any more.
        None if is_placed || guest.text("cmode") == Some("console") => Stay::Long,
        None => Stay::Missing,
    }
}

/// A shell as the first process does not hear when it is asked to stop, unless it makes room for another program.
fn is_deaf(entrypoint: &str) -> bool {
    let first = entrypoint.split_whitespace().next().unwrap_or_default();
    !entrypoint.contains("exec ")
        && matches!(first.rsplit('/').next(), Some("sh" | "ash" | "bash" | "dash" | "sleep" | "tail"))
}
