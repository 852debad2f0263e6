//! Which system lies in a template, and whether this version of Proxmox VE knows it.

use super::Worker;
use crate::sim::datacenter::Datacenter;

/// The newest Debian that was tested with this version.
const NEWEST_DEBIAN: u32 = 14;
/// Those before 17 that are known all the same.
const OLD_UBUNTUS: &[&str] = &["12.04", "14.04", "15.04", "15.10", "16.04", "16.10"];
/// Systems whose setup is known.
pub const SYSTEMS: &[&str] =
    &["debian", "devuan", "ubuntu", "centos", "fedora", "opensuse", "archlinux", "alpine", "gentoo", "nixos"];

impl Datacenter {
    /// A system that is too old is refused, one that is too new only warned of.
    pub(super) fn look_at_version(&mut self, path: &str, worker: Worker) -> Result<bool, String> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let warning = if let Some(version) = name.strip_prefix("ubuntu-").and_then(|rest| rest.split('-').next()) {
            judge_ubuntu(version)?
        } else if let Some(rest) = name.strip_prefix("debian-") {
            judge_debian(rest.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default())?
        } else {
            None
        };
        let warned = warning.is_some();
        self.note_all(worker, warning);
        Ok(warned)
    }
}

fn judge_debian(version: &str) -> Result<Option<String>, String> {
    match version.parse::<u32>() {
        Ok(number) if number < 4 => Err(format!("Container Debian version '{version}' is too old")),
        Ok(number) if number > NEWEST_DEBIAN => Ok(Some(format!(
            "WARN: The container's Debian version '{version}' is newer than the tested version '{NEWEST_DEBIAN}'. While everything may work fine, full compatibility cannot be guaranteed. Please check for PVE system updates."
        ))),
        _ => Ok(None),
    }
}

fn judge_ubuntu(version: &str) -> Result<Option<String>, String> {
    let number = version.split('.').next().and_then(|major| major.parse::<u32>().ok()).unwrap_or(24);
    match number {
        _ if OLD_UBUNTUS.contains(&version) || (17..27).contains(&number) => Ok(None),
        0..17 => Err(format!("unsupported ancient Ubuntu version '{version}'")),
        _ => Ok(Some(format!(
            "WARN: The container's Ubuntu version '{version}' is not in the known version list. As it's newer than the minimum supported version it's likely to work OK, but full compatibility cannot be guaranteed. Please check for PVE system updates."
        ))),
    }
}

/// By the name of its template.
pub fn system_of(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_of = |system: &&&str| name.starts_with(**system) || name.contains(&format!("-{system}"));
    SYSTEMS.iter().find(is_of).copied().unwrap_or(match name {
        name if name.starts_with("rockylinux") || name.starts_with("almalinux") => "centos",
        _ => "debian",
    })
}
