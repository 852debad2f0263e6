//! What keeps a guest from starting, stopping or being found, and who is in its way.

use super::{Entry, lasting, passing};
use crate::domain::fault::FaultCode::{Busy, Failed, NotFound, Refused, Unreachable};

pub(super) const ENTRIES: &[Entry] = &[
    // What the guest needs and the node lacks
    lasting(
        "bridge '*' does not exist",
        Failed,
        "its network card hangs on the bridge {0}, which this node does not have",
        "make the bridge {0} in Proxmox (node, System, Network), or give the guest another one, and start it again",
    ),
    lasting(
        "no physical interface on bridge '*'",
        Failed,
        "its network card wants a VLAN on the bridge {0}, which has no physical port",
        "give the bridge a port in Proxmox (node, System, Network), or take the VLAN tag off the guest's card",
    ),
    lasting(
        "storage '*' is not online",
        Failed,
        "the storage {0} is not online",
        "check the share or the disk behind {0} in Proxmox (Datacenter, Storage), and try again",
    ),
    lasting(
        "storage '*' is disabled",
        Failed,
        "the storage {0} is switched off",
        "enable {0} in Proxmox (Datacenter, Storage), and try again",
    ),
    lasting(
        "storage '*' is not available on node '*'",
        Failed,
        "the storage {0} is not offered on the node {1}",
        "allow {0} on {1} in Proxmox (Datacenter, Storage), or move the guest",
    ),
    lasting(
        "storage '*' does not exist",
        NotFound,
        "there is no storage {0}",
        "choose one that Proxmox lists under Datacenter, Storage",
    ),
    lasting(
        "storage '*' does not support container directories",
        Refused,
        "the storage {0} does not take containers",
        "add the content `Container` to {0} in Proxmox (Datacenter, Storage), or choose another one",
    ),
    lasting(
        "content type 'rootdir' is not available on storage '*'",
        Refused,
        "the storage {0} does not take containers",
        "add the content `Container` to {0} in Proxmox (Datacenter, Storage), or choose another one",
    ),
    lasting(
        "thin pool",
        Failed,
        "the thin pool of the storage is full or damaged",
        "look at its data and metadata with `lvs -a` on the node, and free space or extend it",
    ),
    lasting(
        "Thin pool",
        Failed,
        "the thin pool of the storage is full or damaged",
        "look at its data and metadata with `lvs -a` on the node, and free space or extend it",
    ),
    lasting(
        "volume '*' does not exist",
        NotFound,
        "the volume {0} is gone",
        "look for it in Proxmox under the node's storage; a guest without its disk is brought back from a backup",
    ),
    lasting(
        "No space left on device",
        Failed,
        "a disk is full",
        "free space on the storage of the guest or on the node, and try again",
    ),
    lasting(
        "insufficient free space",
        Failed,
        "the storage has too little free space",
        "free space on the storage, and try again",
    ),
    lasting(
        "no such logical volume *",
        NotFound,
        "the disk {0} of the guest is gone",
        "look for it on the node with `lvs`; a guest without its disk is brought back from a backup",
    ),
    lasting(
        "Cannot open \"/dev/*\"",
        Failed,
        "the device /dev/{0} that the guest wants is not there",
        "plug it in, or take it out of the guest's configuration",
    ),
    lasting(
        "Cannot allocate memory",
        Failed,
        "the node has too little free memory",
        "stop a guest on this node, or give this one less memory",
    ),
    lasting(
        "MAX * vcpus allowed per VM on this node",
        Refused,
        "the guest wants more cores than the {0} this node has",
        "give it at most {0} cores",
    ),
    lasting(
        "KVM virtualisation configured, but not available",
        Failed,
        "the node cannot run virtual machines: hardware virtualisation is off",
        "switch on VT-x or AMD-V in the node's firmware, or KVM off in the guest's options",
    ),
    // Who is in the way
    passing(
        "is locked (*)",
        Busy,
        "Proxmox holds it locked for: {0}",
        "wait until that task has ended; if none runs any more, `pct unlock` or `qm unlock` with its number in a shell of the node frees it",
    ),
    passing(
        "can't lock file '*' - got timeout",
        Busy,
        "another task works on the same guest",
        "try again in ten seconds",
    ),
    passing(
        "Failed to obtain guest migration lock",
        Busy,
        "a replication or another task works on the same guest",
        "try again when it has ended",
    ),
    passing(
        "detected modified configuration",
        Busy,
        "somebody else changed the guest at the same moment",
        "look at it again, and repeat what you wanted",
    ),
    lasting(
        "no quorum",
        Failed,
        "the cluster has no quorum: most of its nodes are off or cut off, so nothing may be changed",
        "bring the other nodes back; only if they will never return, `pvecm expected 1` on a node that runs",
    ),
    passing(
        "ipcc_send_rec",
        Unreachable,
        "the cluster file system of the host is down",
        "it restarts during updates; if it stays so, `systemctl status pve-cluster` on the host",
    ),
    lasting(
        "you can't start a CT if it's a template",
        Refused,
        "it is a template: Proxmox makes guests of it but never runs it",
        "clone it, and start the clone",
    ),
    lasting(
        "you can't start a vm if it's a template",
        Refused,
        "it is a template: Proxmox makes guests of it but never runs it",
        "clone it, and start the clone",
    ),
    lasting("protection mode enabled", Refused, "it is protected against removal", "switch the protection off first"),
    lasting("CT * already running", Refused, "it is running already", "restart it if it does not answer"),
    lasting("VM * already running", Refused, "it is running already", "restart it if it does not answer"),
    lasting("CT * not running", Refused, "it is not running", "start it first"),
    lasting("VM * not running", Refused, "it is not running", "start it first"),
    // Where things are not
    lasting(
        "Configuration file 'nodes/*/*/*.conf' does not exist",
        NotFound,
        "the node {0} has no guest {2}: it was removed, or it moved to another node",
        "refresh; if it is gone for good, forget it here",
    ),
    lasting(
        "hostname lookup '*' failed",
        NotFound,
        "the host does not know a node {0}",
        "refresh; a node that left the cluster takes its guests with it",
    ),
    lasting(
        "address lookup for '*' did not find any IP address",
        NotFound,
        "the host has no address for the node {0}",
        "check the node in Proxmox (Datacenter, Cluster), and /etc/hosts on the host",
    ),
    lasting(
        "no such task",
        NotFound,
        "Proxmox does not know this task any more",
        "look at the guest itself to see what came of it",
    ),
    // Who may
    lasting(
        "only allowed for root@pam",
        Refused,
        "Proxmox leaves this to root@pam alone, and to no token of it: {text}",
        "log in to this host as root@pam with its password, or do it in the host's own interface",
    ),
    lasting(
        "need proper ticket",
        Refused,
        "Proxmox does not let an API token do this",
        "log in to this host with user and password",
    ),
    lasting(
        "Permission check failed",
        Refused,
        "the login lacks a privilege, and Proxmox does not say which; a token with separated privileges needs each right twice, for its user and for itself",
        "test the host on the Hosts deck: it lists what is missing with the command that grants it",
    ),
    // How it went
    lasting(
        "container did not stop",
        Failed,
        "it ignored the request to shut down",
        "stop it without asking, or look into it on the console",
    ),
    lasting(
        "VM quit/powerdown failed",
        Failed,
        "the machine ignored the request to shut down",
        "stop it without asking, or install the guest agent in it",
    ),
    lasting(
        "unable to get PID for CT *",
        Failed,
        "its first process ended at once",
        "check its entry point and its environment: a container made of an image stops when its program does",
    ),
    lasting(
        "apparmor",
        Failed,
        "AppArmor on the node forbade what the container does at its start",
        "check the container's features (nesting), and `dmesg` on the node",
    ),
    lasting(
        "unsupported * version '*'",
        Failed,
        "the node's container tools are older than the system in the guest, {0} {1}",
        "bring the node up to date, or take an older system",
    ),
    lasting(
        "Failed to mount",
        Failed,
        "a mount point of the container cannot be mounted",
        "check its mount points: each volume must exist, each bound folder must be there on the node",
    ),
    lasting(
        "the HA manager did not carry it out",
        Failed,
        "the HA manager has the say over this guest, and did not do what it was asked",
        "look at the guest under Datacenter, HA in Proxmox: it may be in the state `error`, or no node may take it",
    ),
];
