//! Templates, images and downloads.

use super::{Entry, lasting};
use crate::domain::fault::FaultCode::{Failed, NotFound, Refused};

pub(super) const ENTRIES: &[Entry] = &[
    lasting(
        "refusing to override existing file '*'",
        Refused,
        "there is a file {0} on the storage already",
        "use it, or delete it first; a tag such as latest is not refreshed by itself",
    ),
    lasting(
        "manifest unknown",
        NotFound,
        "the registry has no such tag",
        "look which tags there are, and choose one of them",
    ),
    lasting(
        "requested access to the resource is denied",
        Refused,
        "the registry has no such image, or keeps it private",
        "check its name; for a private one, `skopeo login REGISTRY` as root on the node",
    ),
    lasting(
        "first record does not look like a TLS handshake",
        Failed,
        "the registry speaks HTTP without encryption, which Proxmox does not use",
        "give the registry a certificate that the node trusts",
    ),
    lasting(
        "certificate signed by unknown authority",
        Failed,
        "the node does not trust the certificate of the other side",
        "put its authority into /usr/local/share/ca-certificates on the node and run `update-ca-certificates`",
    ),
    lasting(
        "toomanyrequests",
        Refused,
        "the registry takes no more requests from this address for now",
        "wait an hour, or `skopeo login REGISTRY` as root on the node",
    ),
    lasting(
        "Install 'skopeo'",
        Failed,
        "the node lacks the program that fetches images",
        "in a shell of the node: apt install skopeo",
    ),
    lasting(
        "checksum mismatch",
        Failed,
        "what was fetched is not what it should be",
        "fetch it again; if it stays so, do not use it",
    ),
    lasting(
        "download failed: exit code 4",
        Failed,
        "the node does not reach the server",
        "check DNS, proxy and firewall of the node",
    ),
    lasting(
        "download failed: exit code 5",
        Failed,
        "the node does not trust the certificate of the server",
        "check the clock and the proxy of the node",
    ),
    lasting(
        "download failed: exit code 8",
        NotFound,
        "the server has no such file, or refuses it",
        "check the address",
    ),
    lasting(
        "reopen fd 8: permission denied",
        Failed,
        "the container tools of the node are too old for this Docker",
        "on the node: apt update && apt install lxc-pve, then restart the container",
    ),
    lasting(
        "unable to detect OS distribution",
        Failed,
        "Proxmox does not know the system in the image",
        "make it again with the system set to `unmanaged`",
    ),
    lasting(
        "command 'skopeo list-tags *' failed: exit code",
        Failed,
        "the node could not ask the registry for the tags of {0}: it does not reach it, does not trust it, or there is no such image",
        "check the name of the image, and on the node `skopeo list-tags {0}`",
    ),
    lasting(
        "command 'skopeo copy * oci-archive:*' failed: exit code",
        Failed,
        "the image {0} could not be fetched",
        "check its name and tag, and on the node `skopeo inspect {0}`",
    ),
];
