//! The templates that Proxmox offers for download.

use serde_json::{Value, json};

use super::{Ask, Outcome};
use crate::sim::{datacenter::Datacenter, outside::sum_of_url};

/// Template, its section, its system, what it is called, and what is said of it.
pub type Appliance = (&'static str, &'static str, &'static str, &'static str, &'static str);

const APPLIANCES: &[Appliance] = &[
    (
        "alpine-3.22-default_20250617_amd64.tar.xz",
        "system",
        "alpine",
        "LXC default image for alpine 3.22 (20250617)",
        "",
    ),
    (
        "alpine-3.23-default_20260116_amd64.tar.xz",
        "system",
        "alpine",
        "LXC default image for alpine 3.23 (20260116)",
        "",
    ),
    (
        "archlinux-base_20240911-1_amd64.tar.zst",
        "system",
        "archlinux",
        "ArchLinux base image.",
        "ArchLinux template with the 'base' group and the 'openssh' package installed.",
    ),
    (
        "debian-12-standard_12.12-1_amd64.tar.zst",
        "system",
        "debian-12",
        "Debian 12 Bookworm (standard)",
        "A small Debian Bookworm system including all standard packages.",
    ),
    (
        "debian-13-standard_13.1-2_amd64.tar.zst",
        "system",
        "debian-13",
        "Debian 13 Trixie (standard)",
        "A small Debian Trixie system including all standard packages.",
    ),
    ("fedora-43-default_20251104_amd64.tar.xz", "system", "fedora", "LXC default image for fedora 43 (20251104)", ""),
    (
        "opensuse-15.6-default_20240910_amd64.tar.xz",
        "system",
        "opensuse",
        "LXC default image for opensuse 15.6 (20240910)",
        "",
    ),
    (
        "rockylinux-10-default_20251001_amd64.tar.xz",
        "system",
        "centos",
        "LXC default image for rockylinux 10 (20251001)",
        "",
    ),
    (
        "ubuntu-22.04-standard_22.04-1_amd64.tar.zst",
        "system",
        "ubuntu-22.04",
        "Ubuntu 22.04 Jammy (standard)",
        "A small Ubuntu 22.04 Jammy Jellyfish system including all standard packages.",
    ),
    (
        "ubuntu-24.04-standard_24.04-2_amd64.tar.zst",
        "system",
        "ubuntu-24.04",
        "Ubuntu 24.04 Noble (standard)",
        "A small Ubuntu 24.04 Noble Numbat system including all standard packages.",
    ),
    (
        "debian-12-turnkey-nextcloud_18.2-1_amd64.tar.gz",
        "turnkeylinux",
        "debian-12",
        "TurnKey Nextcloud",
        "Turnkey Nextcloud: Store, share & access your files from anywhere.",
    ),
    (
        "proxmox-mail-gateway-9.0-standard_9.0-1_amd64.tar.zst",
        "mail",
        "debian-13",
        "Proxmox Mail Gateway 9.0",
        "A full featured mail proxy for spam filtering and virus scanning.",
    ),
];

const SOURCE: &str = "http://download.proxmox.com/images";

pub fn location((template, section, ..): &Appliance) -> String {
    format!("{SOURCE}/{section}/{template}")
}

pub fn list(_: &mut Datacenter, _: &Ask) -> Outcome {
    let row = |appliance: &Appliance| {
        let (template, section, system, headline, description) = appliance;
        let (package, rest) = template.split_once('_').unwrap_or((template, ""));
        let version = rest.split('_').next().unwrap_or_default();
        let place = location(appliance);
        let page = if description.is_empty() {
            "https://linuxcontainers.org"
        } else {
            "https://pve.proxmox.com/wiki/Linux_Container#pct_supported_distributions"
        };
        json!({
            "package": package, "version": version, "os": system, "template": template, "headline": headline, "type": "lxc",
            "section": section, "architecture": "amd64", "description": description, "source": SOURCE, "location": place,
            "infopage": page, "maintainer": "Proxmox Support Team <support@proxmox.com>", "md5sum": sum_of_url("md5", &place),
            "sha512sum": sum_of_url("sha512", &place),
        })
    };
    Ok(APPLIANCES.iter().map(row).collect::<Value>().into())
}

pub fn find(template: &str) -> Option<&'static Appliance> {
    APPLIANCES.iter().find(|(known, ..)| *known == template)
}
