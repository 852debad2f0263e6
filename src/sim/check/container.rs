//! The options of a container, as they are given when it is made and when it is changed.

use super::{
    formats, patterns,
    rule::{Rule, boolean, integer, number, one_of, parts, text},
};

pub const fn join<const A: usize, const B: usize, const ALL: usize>(
    first: [Rule; A],
    second: [Rule; B],
) -> [Rule; ALL] {
    let mut all = [text(""); ALL];
    let mut at = 0;
    while at < A {
        all[at] = first[at];
        at += 1;
    }
    while at < ALL {
        all[at] = second[at - A];
        at += 1;
    }
    all
}

pub const CREATE: [Rule; 45] = join(OPTIONS, ONLY_CREATE);
pub const CHANGE: [Rule; 35] = join(OPTIONS, ONLY_CHANGE);

const ONLY_CREATE: [Rule; 13] = [
    integer("vmid").format(formats::vmid).least(100).most(999_999_999).needed(),
    text("ostemplate").longest(255).needed(),
    number("bwlimit").least(0),
    boolean("force"),
    boolean("ha-managed"),
    boolean("ignore-unpack-errors"),
    text("password").shortest(5),
    text("pool").format(formats::pool_id),
    boolean("restore"),
    text("ssh-public-keys"),
    boolean("start"),
    text("storage").format(formats::storage_id),
    boolean("unique").requires("restore"),
];

const ONLY_CHANGE: [Rule; 3] = [
    text("delete").format(formats::config_id_list),
    text("digest").longest(40),
    text("revert").format(formats::config_id_list),
];

const LOCKS: &[&str] = &[
    "backup",
    "create",
    "destroyed",
    "disk",
    "fstrim",
    "migrate",
    "mounted",
    "rollback",
    "snapshot",
    "snapshot-delete",
];
const SYSTEMS: &[&str] = &[
    "debian",
    "devuan",
    "ubuntu",
    "centos",
    "fedora",
    "opensuse",
    "archlinux",
    "alpine",
    "gentoo",
    "nixos",
    "unmanaged",
];

const OPTIONS: [Rule; 32] = [
    one_of("arch", &["amd64", "i386", "arm64", "armhf", "riscv32", "riscv64"]),
    one_of("cmode", &["shell", "console", "tty"]),
    boolean("console"),
    integer("cores").least(1).most(8_192),
    number("cpulimit").least(0).most(8_192),
    integer("cpuunits").least(0).most(500_000),
    boolean("debug"),
    text("description").longest(8_192),
    parts("dev", DEVICE).indexed(256),
    text("entrypoint").pattern(patterns::is_one_line),
    text("env").pattern(patterns::is_environment),
    parts("features", FEATURES),
    text("hookscript").format(formats::volume_id),
    text("hostname").format(formats::dns_name).longest(255),
    one_of("lock", LOCKS),
    integer("memory").least(16),
    parts("mp", MOUNT).indexed(256),
    text("nameserver").format(formats::resolver_list),
    parts("net", NETWORK).indexed(32),
    boolean("onboot"),
    one_of("ostype", SYSTEMS),
    boolean("protection"),
    parts("rootfs", ROOT),
    text("searchdomain").format(formats::dns_name_list),
    text("startup").format(formats::startup),
    integer("swap").least(0),
    text("tags").format(formats::tag_list),
    boolean("template"),
    text("timezone").format(formats::time_zone),
    integer("tty").least(0).most(6),
    boolean("unprivileged"),
    parts("unused", &[text("volume").format(formats::volume_id).default_key().needed()]).indexed(256),
];

const DEVICE: &[Rule] = &[
    boolean("deny-write"),
    integer("gid").least(0),
    text("mode").pattern(patterns::is_file_mode),
    text("path").format(formats::device).default_key(),
    integer("uid").least(0),
];

const FEATURES: &[Rule] = &[
    boolean("force_rw_sys"),
    boolean("fuse"),
    boolean("keyctl"),
    boolean("mknod"),
    text("mount").pattern(patterns::is_mount_list),
    boolean("nesting"),
];

pub const ROOT: &[Rule] = &[
    text("volume").format(formats::mount_point).default_key().needed(),
    boolean("acl"),
    text("idmap"),
    text("mountoptions").pattern(patterns::is_mount_options),
    boolean("quota"),
    boolean("replicate"),
    boolean("ro"),
    boolean("shared"),
    text("size").format(formats::disk_size),
];

pub const MOUNT: &[Rule] = &[
    text("volume").format(formats::mount_point).default_key().needed(),
    text("mp").format(formats::mount_point).needed(),
    boolean("acl"),
    boolean("backup"),
    text("idmap"),
    boolean("keepattrs"),
    text("mountoptions").pattern(patterns::is_mount_options),
    boolean("quota"),
    boolean("replicate"),
    boolean("ro"),
    boolean("shared"),
    text("size").format(formats::disk_size),
];

pub const NETWORK: &[Rule] = &[
    text("name").pattern(patterns::is_name).needed(),
    text("bridge").pattern(patterns::is_name),
    boolean("firewall"),
    text("gw").format(formats::ipv4),
    text("gw6").format(formats::ipv6),
    boolean("host-managed"),
    text("hwaddr").format(formats::mac),
    text("ip").format(formats::ipv4_config),
    text("ip6").format(formats::ipv6_config),
    boolean("link_down"),
    integer("mtu").least(64).most(65_535),
    number("rate"),
    integer("tag").least(1).most(4_094),
    text("trunks").pattern(patterns::is_trunk_list),
    one_of("type", &["veth"]),
];
