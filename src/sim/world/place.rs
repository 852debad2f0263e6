//! What the name of a volume says of it, and where it lies on its node: by the rules of the storage's kind.

use super::storage::Storage;

/// What kind of thing a volume is, and whose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub content: &'static str,
    pub owner: Option<u32>,
}

/// What a path on a storage names, or Proxmox's words that it names nothing.
pub fn parse(storage: &Storage, path: &str) -> Result<Place, String> {
    if let Some(place) = file(storage, path).or_else(|| disk(path)) {
        return Ok(place);
    }
    let kind = match storage.kind {
        "lvm" | "lvmthin" => "lvm ",
        "zfspool" => "zfs ",
        "pbs" => "PBS ",
        "rbd" => "rbd ",
        _ => "directory ",
    };
    Err(format!("unable to parse {kind}volume name '{path}'"))
}

fn file(storage: &Storage, path: &str) -> Option<Place> {
    let (folder, name) = path.split_once('/')?;
    let content = ["iso", "vztmpl", "import", "snippets", "backup"].into_iter().find(|content| *content == folder)?;
    let takes_files = storage.is_of_files() || (storage.kind == "pbs" && content == "backup");
    (takes_files && !name.is_empty()).then(|| {
        let owner = if content == "backup" { owner_of_backup(name) } else { None };
        Place { content, owner }
    })
}

/// The guest that a backup is named after: `vzdump-lxc-100-…` or `ct/100/…`.
pub fn owner_of_backup(name: &str) -> Option<u32> {
    let of_file = ["vzdump-lxc-", "vzdump-qemu-"].into_iter().find_map(|head| name.strip_prefix(head));
    let of_server = ["ct/", "vm/"].into_iter().find_map(|head| name.strip_prefix(head));
    of_file.or(of_server)?.split(['-', '/']).next()?.parse().ok()
}

/// `vm-100-disk-0`, with the folder of its guest before it and, for a clone, that of its base.
fn disk(path: &str) -> Option<Place> {
    let name = path.rsplit('/').next()?;
    let rest = ["vm-", "subvol-", "base-", "basevol-"].into_iter().find_map(|head| name.strip_prefix(head))?;
    let owner = rest.split('-').next()?.parse().ok()?;
    Some(Place { content: "images", owner: Some(owner) })
}

impl Storage {
    /// Where a volume lies on its node.
    pub fn path_of(&self, path: &str) -> String {
        let option = |key: &str| self.option(key).unwrap_or_default();
        match self.kind {
            "lvm" | "lvmthin" => format!("/dev/{}/{path}", option("vgname")),
            "zfspool" => format!("/{}/{path}", option("pool")),
            "pbs" => {
                let name = path.trim_start_matches("backup/");
                format!("pbs://{}@{}:{}/{name}", option("username"), option("server"), option("datastore"))
            }
            _ => {
                let (folder, name) = path.split_once('/').unwrap_or(("", path));
                let folder = match folder {
                    "iso" => "template/iso".to_owned(),
                    "vztmpl" => "template/cache".to_owned(),
                    "backup" => "dump".to_owned(),
                    "import" | "snippets" => folder.to_owned(),
                    guest => format!("images/{guest}"),
                };
                format!("{}/{folder}/{name}", self.folder())
            }
        }
    }

    /// Where a storage of files is mounted.
    pub fn folder(&self) -> String {
        self.option("path").map_or_else(|| format!("/mnt/pve/{}", self.name), str::to_owned)
    }
}
