//! Backups as files: the configuration inside, where they lie, and what tar and its helpers say of one that is damaged.

use serde_json::Value;

use crate::sim::{
    datacenter::Datacenter,
    world::{
        guest::Config,
        storage::{Damage, Saved},
    },
};

impl Datacenter {
    /// What a backup holds that a node can see.
    pub(super) fn saved(&self, archive: &str, node: &str) -> Result<Saved, String> {
        let (storage, path) = archive.split_once(':').unwrap_or_default();
        let volume = self.storage(storage).and_then(|known| known.volume(node, path));
        let volume = volume.ok_or_else(|| format!("volume '{archive}' does not exist"))?;
        Ok(volume.saved.as_deref().cloned().unwrap_or_default())
    }

    /// The configuration in a backup, as its text.
    pub fn saved_config(&self, archive: &str, node: &str) -> Result<String, String> {
        let file = self.archive_file(archive);
        let saved = self.saved(archive, node).map_err(|_| format!("ERROR: file '{file}' does not exist"))?;
        match saved.damage {
            Damage::Garbage => Err("ERROR: archive contains no configuration file".into()),
            Damage::None | Damage::Truncated => Ok(written(&saved.config)),
        }
    }

    pub(super) fn archive_file(&self, archive: &str) -> String {
        let (storage, path) = archive.split_once(':').unwrap_or_default();
        let folder = self.storage(storage).map_or_else(String::new, |known| known.folder());
        format!("{folder}/dump/{}", path.rsplit('/').next().unwrap_or(path))
    }
}

/// Nothing in it can be read.
pub fn unreadable(archive: &str) -> [String; 4] {
    let why = if archive.ends_with(".gz") {
        "gzip: stdin: not in gzip format"
    } else {
        "zstd: /*stdin*\\: unsupported format "
    };
    ["", why, "tar: Child returned status 1", "tar: Error is not recoverable: exiting now"].map(str::to_owned)
}

/// It ends too early.
pub fn cut_off(archive: &str) -> Vec<String> {
    let why = if archive.ends_with(".gz") {
        "gzip: stdin: unexpected end of file"
    } else {
        "zstd: /*stdin*\\: Read error (39) : premature end "
    };
    let end = "tar: Unexpected EOF in archive";
    ["", why, end, end, "tar: Error is not recoverable: exiting now"].map(str::to_owned).into()
}

/// What comes out of it does not fit.
pub fn overflow() -> Vec<String> {
    [
        "tar: ./root/big: Cannot write: No space left on device",
        "tar: ./etc/group: Cannot write: No space left on device",
        "tar: ./etc/init.d: Cannot mkdir: No space left on device",
        "tar: ./etc/init.d/rcS: Cannot open: No such file or directory",
        "tar: ./etc/network: Cannot mkdir: No space left on device",
        "tar: Exiting with failure status due to previous errors",
    ]
    .map(str::to_owned)
    .into()
}

/// What runs as the users of an unprivileged container is run by this.
pub const AS_MAPPED_USERS: &str = "lxc-usernsexec -m u:0:100000:65536 -m g:0:100000:65536 -- ";

/// The command that unpacks it.
pub fn tar_command(vmid: u32, archive: &str, users: &str) -> String {
    let packing = match archive.rsplit('.').next() {
        Some("gz") => " -z",
        Some("zst") => " --zstd",
        Some("lzo") => " --lzop",
        _ => "",
    };
    let flags = "--totals --one-file-system -p --sparse --numeric-owner --acls --xattrs '--xattrs-include=user.*' '--xattrs-include=security.capability' '--warning=no-file-ignored' '--warning=no-xattr-write'";
    format!(
        "{users}tar xpf -{packing} {flags} -C /var/lib/lxc/{vmid}/rootfs --skip-old-files --anchored --exclude './dev/*'"
    )
}

/// Raw keys of LXC, one a line.
pub fn raw_lines(value: &Value) -> Vec<String> {
    let pairs = value.as_array().map_or(&[][..], Vec::as_slice);
    let line =
        |pair: &Value| format!("{}: {}", pair[0].as_str().unwrap_or_default(), pair[1].as_str().unwrap_or_default());
    pairs.iter().map(line).collect()
}

/// A configuration as Proxmox writes it into a file.
fn written(config: &Config) -> String {
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut lines: Vec<String> = Vec::new();
    let description = config.get("description").map(plain).unwrap_or_default();
    lines.extend(description.lines().map(|line| format!("#{line}")));
    let apart = ["description", "env", "lxc", "lock", "parent", "digest"];
    let simple = config.iter().filter(|(name, _)| !apart.contains(&name.as_str()));
    lines.extend(simple.map(|(name, value)| format!("{name}: {}", plain(value))));
    let env = config.get("env").map(plain).unwrap_or_default();
    lines
        .extend(env.split('\0').filter(|item| !item.is_empty()).map(|item| format!("lxc.environment.runtime: {item}")));
    lines.extend(config.get("lxc").map(raw_lines).unwrap_or_default());
    lines.iter().map(|line| format!("{line}\n")).collect()
}
