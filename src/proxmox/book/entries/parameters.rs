//! What Proxmox says of single parameters: `name: complaint`.

use super::{Entry, lasting};
use crate::domain::fault::FaultCode::{Failed, NotFound, Refused, Usage};

pub(super) const ENTRIES: &[Entry] = &[
    lasting(
        "*: property is not defined in schema",
        Refused,
        "this version of Proxmox VE does not know the option {0}",
        "bring the node up to date in Proxmox (node, Updates)",
    ),
    lasting(
        "schedule: invalid format",
        Usage,
        "Proxmox cannot read the schedule: {text}",
        "write it as a calendar event, such as `mon..fri 02:30`, `sat 04:00` or `*/6:00`",
    ),
    lasting(
        "tags: invalid format",
        Usage,
        "a tag holds a character that Proxmox does not allow",
        "use letters, digits and _ + - . in tags",
    ),
    lasting(
        "snapname: invalid format",
        Usage,
        "Proxmox does not allow this name for a snapshot",
        "begin it with a letter and use letters, digits, - and _, 40 at most",
    ),
    lasting("snapname: *value may only be", Usage, "the name of the snapshot is too long", "use 40 characters at most"),
    lasting(
        "hostname: invalid format",
        Usage,
        "the name of the guest is no name of a machine",
        "use letters, digits and dashes, such as media-server",
    ),
    lasting(
        "env: value does not match",
        Usage,
        "a variable of the environment cannot be set like this",
        "use letters, digits and _ in names, and no line break in values",
    ),
    lasting(
        "reference: value does not match",
        Usage,
        "the image is not named as Proxmox wants it",
        "write it with its registry and a tag, such as docker.io/library/nginx:1.29; a digest (@sha256) is not taken",
    ),
    lasting(
        "password: value must be at least",
        Usage,
        "the password is too short for Proxmox",
        "use five characters at least",
    ),
    lasting("password: property is missing", Usage, "no password was given", "give the password of this login"),
    lasting(
        "storage: storage '*' does not support container directories",
        Refused,
        "the storage {0} does not take containers",
        "add the content `Container` to {0} in Proxmox (Datacenter, Storage), or choose another one",
    ),
    lasting(
        "unable to hotplug *:",
        Failed,
        "{0} cannot be changed while the guest runs; the change waits for its next start",
        "restart the guest, or take the waiting change back",
    ),
    lasting(
        "tokenid: Token already exists",
        Refused,
        "there is a token of this name already",
        "choose another name, or remove the old one: pveum user token remove USER@REALM NAME",
    ),
    lasting("vmid: VM * already exists", Refused, "the number {0} is taken", "take the next free one"),
    lasting(
        "upid: unable to parse worker upid",
        NotFound,
        "this is no name of a task",
        "look at the guest itself to see what came of it",
    ),
    lasting("vmid: property is missing", Usage, "no guest was named", "name at least one guest, a pool, or all"),
    lasting(
        "upload 'Content-Type *' not implemented",
        Failed,
        "Proxmox does not take data of this kind",
        "this is a mistake of Proximity or of a proxy between: report it with the request log (--request-log FILE)",
    ),
];
