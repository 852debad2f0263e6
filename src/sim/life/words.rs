//! What the programs that Proxmox runs write into the logs of tasks: file systems being made, files being copied, keys
//! being created.

use crate::sim::{
    datacenter::Datacenter,
    hash::mix,
    world::{mount::Disk, storage::Storage},
};

impl Datacenter {
    /// What is written when a disk of that size is made.
    pub fn making_lines(&self, disk: &Disk, bytes: u64) -> Vec<String> {
        let Some(storage) = self.storage(&disk.storage) else { return Vec::new() };
        let mut lines = Vec::new();
        match storage.kind {
            "lvm" | "lvmthin" => lines.push(format!("  Logical volume \"{}\" created.", disk.name())),
            "dir" | "nfs" | "cifs" | "cephfs" if !disk.is_subvolume() => {
                let file = image_path(storage, disk);
                lines.push(format!("Formatting '{file}', fmt=raw size={bytes} preallocation=off"));
            }
            _ => {}
        }
        if !disk.is_subvolume() {
            let own = disk.path.bytes().fold(self.now().0 as u64, |sum, byte| mix(sum, u64::from(byte)));
            lines.extend(file_system(bytes, &crate::sim::api::uuid(own, "file system")));
        }
        lines
    }

    pub fn image_file(&self, disk: &Disk) -> String {
        self.storage(&disk.storage).map_or_else(|| disk.path.clone(), |storage| image_path(storage, disk))
    }
}

/// Where a disk is found on its node.
fn image_path(storage: &Storage, disk: &Disk) -> String {
    let option = |name: &str, other: &str| {
        storage.options.iter().find(|(key, _)| *key == name).map_or(other.to_owned(), |(_, value)| value.clone())
    };
    match storage.kind {
        "lvm" | "lvmthin" => format!("/dev/{}/{}", option("vgname", "pve"), disk.path),
        "zfspool" => format!("/{}/{}", option("pool", storage.name), disk.name()),
        _ => format!("{}/images/{}", option("path", "/var/lib/vz"), disk.path),
    }
}

/// Bytes of one inode.
const INODE: u64 = 256;

/// As mke2fs speaks: the block size and the number of inodes follow from the size.
fn file_system(bytes: u64, id: &str) -> Vec<String> {
    let (block, ratio) = match bytes >> 20 {
        0..512 => (1_024, 4_096),
        512..4_194_304 => (4_096, 16_384),
        4_194_304..16_777_216 => (4_096, 32_768),
        _ => (4_096, 65_536),
    };
    let (blocks, in_group) = (bytes / block, block * 8);
    let first = u64::from(block == 1_024);
    let groups = (blocks.saturating_sub(first)).div_ceil(in_group).max(1);
    // A table of inodes fills whole blocks; of what fits into those, eighths count.
    let in_table = (bytes / ratio).div_ceil(groups).next_multiple_of(block / INODE) / 8 * 8;
    let inodes = in_table.max(8) * groups;
    let mut lines = vec![
        format!("Creating filesystem with {blocks} {}k blocks and {inodes} inodes", block / 1_024),
        format!("Filesystem UUID: {id}"),
        "Superblock backups stored on blocks: ".to_owned(),
    ];
    // Of the smallest ones it names none.
    if groups > 3 {
        lines.extend(backups(blocks, in_group, first));
    }
    lines
}

/// The groups 1 and those of powers of 3, 5 and 7 hold copies of the superblock.
fn backups(blocks: u64, in_group: u64, first: u64) -> Vec<String> {
    let mut groups = vec![1u64];
    for base in [3u64, 5, 7] {
        groups.extend(
            std::iter::successors(Some(base), |group| group.checked_mul(base))
                .take_while(|group| group * in_group < blocks),
        );
    }
    groups.sort_unstable();
    let places = groups.into_iter().map(|group| group * in_group + first).filter(|place| *place < blocks);
    let (mut lines, mut left) = (Vec::<String>::new(), 0usize);
    for place in places {
        let text = place.to_string();
        let needed = text.len() + 2;
        let needs_line = needed > left;
        if let Some(line) = lines.last_mut() {
            line.push_str(", ");
        }
        if needs_line {
            lines.push("\t".into());
            left = 72;
        }
        left = left.saturating_sub(needed);
        if let Some(line) = lines.last_mut() {
            line.push_str(&text);
        }
    }
    lines
}

/// The keys a fresh container gets.
pub fn keys(host: &str, own: u64) -> Vec<String> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let print = |salt: u64| -> String {
        (0..43).map(|place| char::from(LETTERS[(mix(mix(own, salt), place) & 63) as usize])).collect()
    };
    let pair = |(salt, kind): (u64, &str)| {
        [
            format!("Creating SSH host key 'ssh_host_{kind}_key' - this may take some time ..."),
            format!("done: SHA256:{} root@{host}", print(salt)),
        ]
    };
    [(1, "ed25519"), (2, "rsa"), (3, "ecdsa")].into_iter().flat_map(pair).collect()
}

/// As rsync ends.
pub fn copied(bytes: u64) -> Vec<String> {
    let (files, sent, got) = (24 + bytes / 40_000, bytes + 10_003, 1_415 + bytes / 4_000);
    let (all, folders) = (files + files / 5 + 1, files / 5 + 1);
    let comma = with_commas;
    [
        String::new(),
        format!("Number of files: {} (reg: {}, dir: {})", comma(all), comma(files), comma(folders)),
        format!("Number of created files: {} (reg: {}, dir: {})", comma(all - 1), comma(files), comma(folders - 1)),
        "Number of deleted files: 0".into(),
        format!("Number of regular files transferred: {}", comma(files)),
        format!("Total file size: {} bytes", comma(bytes)),
        format!("Total transferred file size: {} bytes", comma(bytes)),
        format!("Literal data: {} bytes", comma(bytes)),
        "Matched data: 0 bytes".into(),
        "File list size: 0".into(),
        "File list generation time: 0.001 seconds".into(),
        "File list transfer time: 0.000 seconds".into(),
        format!("Total bytes sent: {}", comma(sent)),
        format!("Total bytes received: {}", comma(got)),
        String::new(),
        format!(
            "sent {} bytes  received {} bytes  {}.00 bytes/sec",
            comma(sent),
            comma(got),
            comma((sent + got) * 2 / 3)
        ),
        format!("total size is {}  speedup is 1.00", comma(bytes)),
    ]
    .into()
}

/// How a task says that it was told to stop.
pub fn interrupted(kind: &str, id: &str) -> String {
    match kind {
        "vzcreate" => format!("unable to create CT {id} - received interrupt"),
        "vzrestore" => format!("unable to restore CT {id} - received interrupt"),
        "vzclone" => "clone failed: interrupted by signal".into(),
        "vzmigrate" => "migration aborted".into(),
        "vzdump" => "job errors".into(),
        _ => "received interrupt".into(),
    }
}

pub fn with_commas(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Taken from the logs of a real one.
    #[test]
    fn a_file_system_is_made_of_as_many_blocks_and_inodes_as_there() {
        for (bytes, first, last) in [
            (1 << 30, "Creating filesystem with 262144 4k blocks and 65536 inodes", "\t32768, 98304, 163840, 229376"),
            (
                213_909_504,
                "Creating filesystem with 208896 1k blocks and 52208 inodes",
                "\t8193, 24577, 40961, 57345, 73729, 204801",
            ),
            (
                106_954_752,
                "Creating filesystem with 104448 1k blocks and 26104 inodes",
                "\t8193, 24577, 40961, 57345, 73729",
            ),
            (
                321_912_832,
                "Creating filesystem with 314368 1k blocks and 78624 inodes",
                "\t8193, 24577, 40961, 57345, 73729, 204801, 221185",
            ),
            (
                99_999 << 30,
                "Creating filesystem with 26214137856 4k blocks and 1638383616 inodes",
                "\t2560000000, 3855122432, 5804752896, 12800000000, 17414258688",
            ),
        ] {
            let lines = file_system(bytes, "x");
            assert_eq!((lines[0].as_str(), lines.last().unwrap().as_str()), (first, last));
        }
        assert_eq!(file_system(20_971_520, "x").len(), 3);
    }

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!(with_commas(1_991_486), "1,991,486");
        assert_eq!(with_commas(93), "93");
    }
}
