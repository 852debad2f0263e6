//! The values of a configuration. What must hold: read and written again they say the same, unknown words included, and
//! no name adds a property of its own.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proximity::proxmox::guest::{
    ConsoleMode, DiskSize, Environment, Features, Ip4, Ip6, Mount, Net, RootDisk, Slot, SnapshotName, Source, Startup,
    Word,
};

use super::word;

/// The parts of a list, in an order that does not count.
fn parts(text: &str, main: &str) -> BTreeMap<String, String> {
    let pair = |part: &str| part.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    text.split(',')
        .filter(|part| !part.is_empty())
        .map(|part| pair(part).unwrap_or((main.into(), part.into())))
        .collect()
}

/// Texts as a real Proxmox VE 9.2 wrote them, and some of what it would take.
#[test]
fn what_proxmox_wrote_is_written_again() {
    for text in [
        "name=eth0,bridge=vmbr0,gw=10.99.1.1,hwaddr=BC:24:11:D6:34:59,ip=10.99.1.51/24,type=veth",
        "name=eth0,bridge=vmbr0,host-managed=1,hwaddr=BC:24:11:FC:FD:B0,ip=dhcp,type=veth",
        "name=eth0,bridge=vmbr0,ip=10.99.1.61/24,rate=10",
        "name=eth1,bridge=vnet5,tag=20,trunks=5;6,mtu=1400,firewall=1,link_down=1,ip6=auto,gw6=fe80::1,future=yes",
        "name=eth0,ip=manual,ip6=2001:db8::5/64,host-managed=0,mtu=strange",
    ] {
        let net: Net = text.parse().unwrap();
        assert_eq!(parts(&net.to_string(), "name"), parts(text, "name"), "{text}");
        assert_eq!(net.to_string().parse::<Net>().unwrap(), net, "{text}");
    }
    for text in [
        "local:330/vm-330-disk-1.raw,mp=/data,backup=1,size=1G",
        "btr:200/vm-200-disk-1.raw,mp=/data,backup=1,size=1536M,acl=1,mountoptions=noatime;discard,replicate=0",
        "/mnt/host,mp=/shared,shared=1,ro=1",
        "volume=tank:subvol-1-disk-0/a=b,mp=/x=y,idmap=u:0:1000:1",
    ] {
        let mount: Mount = text.parse().unwrap();
        assert_eq!(parts(&mount.to_string(), "volume"), parts(text, "volume"), "{text}");
        assert_eq!(mount.to_string().parse::<Mount>().unwrap(), mount, "{text}");
    }
    let root: RootDisk = "btr:101/vm-101-disk-0.raw,size=2G,quota=1".parse().unwrap();
    assert_eq!(root.size, Some(DiskSize::gib(2)));
    assert_eq!(parts(&root.to_string(), "volume"), parts("btr:101/vm-101-disk-0.raw,quota=1,size=2G", "volume"));
    let features: Features = "nesting=1,keyctl=1,mount=nfs;cifs".parse().unwrap();
    assert_eq!(features.to_string(), "nesting=1,keyctl=1,mount=nfs;cifs");
    let startup: Startup = "order=1,up=30,down=60".parse().unwrap();
    assert_eq!((startup.order, startup.to_string().as_str()), (Some(1), "order=1,up=30,down=60"));
    assert_eq!("7".parse::<Startup>().unwrap().order, Some(7));
}

#[test]
fn what_is_meant_is_read() {
    let net: Net = "name=eth0,bridge=vmbr0,ip=10.0.0.2/24,gw=10.0.0.1,tag=20,firewall=1".parse().unwrap();
    assert_eq!(net.ip, Some(Ip4::Fixed("10.0.0.2".parse().unwrap(), 24)));
    assert_eq!((net.vlan, net.has_firewall, net.is_unplugged), (Some(20), true, false));
    assert_eq!("name=a,ip6=dhcp".parse::<Net>().unwrap().ip6, Some(Ip6::Dhcp));
    assert!("bridge=vmbr0".parse::<Net>().is_err() && "name=".parse::<Net>().is_err());
    assert!("local:8".parse::<Mount>().is_err() && "".parse::<RootDisk>().is_err());
    let fresh: Source = "local-lvm:8".parse().unwrap();
    assert_eq!(fresh, Source::Fresh { storage: word("local-lvm"), size: DiskSize::gib(8) });
    for mode in [ConsoleMode::Tty, ConsoleMode::Console, ConsoleMode::Shell] {
        assert_eq!(mode.to_string().parse(), Ok(mode));
    }
    for (text, slot) in [("rootfs", Slot::Root), ("mp0", Slot::Mount(0)), ("unused255", Slot::Unused(255))] {
        assert_eq!((text.parse(), slot.to_string().as_str()), (Ok(slot), text));
    }
    for text in ["mp", "mp256", "mp01", "mp+1", "rootfs0", "net0"] {
        assert!(text.parse::<Slot>().is_err(), "{text}");
    }
    for text in ["a", "1bad", "with blank", "current", "vzdump", "ü1", &"a".repeat(41)] {
        assert!(text.parse::<SnapshotName>().is_err(), "{text}");
    }
    assert_eq!("before_update-2".parse::<SnapshotName>().unwrap().as_str(), "before_update-2");
}

#[test]
fn no_name_adds_a_property_of_its_own() {
    for text in ["", "/data,backup=1", "a\nb", "a\0b", " a", "a "] {
        assert!(Word::new(text).is_err(), "{text:?}");
    }
    let mount = Mount::new(word("local"), DiskSize::gib(1), word("/a=b"));
    assert_eq!(mount.to_string(), "local:1,mp=/a=b,backup=1");
}

#[test]
fn sizes_are_read_and_written() {
    for (text, bytes, written) in [
        ("8G", 8 << 30, "8G"),
        ("1536M", 1536 << 20, "1536M"),
        ("1.5G", 1536 << 20, "1536M"),
        ("1024M", 1 << 30, "1G"),
        ("4T", 4 << 40, "4T"),
        ("512K", 512 << 10, "512K"),
        ("1000", 1000, "1000"),
        ("0", 0, "0"),
    ] {
        let size: DiskSize = text.parse().unwrap();
        assert_eq!((size.0, size.to_string().as_str()), (bytes, written), "{text}");
    }
    for text in ["", "G", "-1G", "1X", "1GG", "99999999999T", "inf", "1e3G", "NaN"] {
        assert!(text.parse::<DiskSize>().is_err(), "{text}");
    }
    let half = RootDisk::new(word("local"), DiskSize::mib(1536));
    assert_eq!(half.to_string(), "local:1.5");
}

#[test]
fn variables_keep_what_proxmox_can_keep() {
    let image: Environment = "PATH=/bin\0GREETING=hello = \"q\" 'x' $HOME\0broken\0EMPTY=".parse().unwrap();
    assert_eq!(image.get("GREETING"), Some("hello = \"q\" 'x' $HOME"));
    assert_eq!(image.names().collect::<Vec<_>>(), ["PATH", "GREETING", "EMPTY"]);
    let mut own = Environment::default();
    own.set("GREETING", "SWORDFISH").unwrap();
    own.set("TAB", "a\tb").unwrap();
    let both = image.overlaid(&own);
    assert_eq!((both.get("GREETING"), both.get("PATH")), (Some("SWORDFISH"), Some("/bin")));
    assert!(!format!("{both:?}").contains("SWORDFISH"), "{both:?}");
    for (name, value) in [("A B", "x"), ("", "x"), ("A-B", "x"), ("Ä", "x"), ("A", "x\ny"), ("A", "x\0B=y")] {
        assert!(own.set(name, value).is_err(), "{name}={value:?}");
    }
}

/// Names and values of every kind, known and unknown, as Proxmox could write them.
fn any_list(known: &'static [&'static str]) -> impl Strategy<Value = BTreeMap<String, String>> {
    let name = prop_oneof![prop::sample::select(known).prop_map(str::to_owned), "[a-z_-]{3,8}"];
    let value = prop_oneof![
        prop::sample::select(vec![
            "1",
            "dhcp",
            "auto",
            "10.0.0.1/24",
            "10.0.0.1",
            "2001:db8::1/64",
            "vmbr0",
            "1500",
            "8G"
        ])
        .prop_map(str::to_owned),
        "[a-zA-Z/.:;=_-]{1,12}",
    ];
    prop::collection::btree_map(name, value, 0..12)
}

fn joined(list: &BTreeMap<String, String>) -> String {
    list.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(",")
}

const OF_NETS: &[&str] = &[
    "name",
    "bridge",
    "hwaddr",
    "ip",
    "gw",
    "ip6",
    "gw6",
    "tag",
    "mtu",
    "firewall",
    "link_down",
    "host-managed",
    "rate",
    "trunks",
    "type",
];
const OF_MOUNTS: &[&str] = &["volume", "mp", "size", "backup", "ro", "shared", "acl", "idmap", "keepattrs", "quota"];

/// A switch may be spelt in words, and one that is off may be left out: neither changes what is said.
fn plain(list: BTreeMap<String, String>, switches: &[&str]) -> BTreeMap<String, String> {
    let spelt = |name: &str, value: String| match value.as_str() {
        "on" | "yes" | "true" if switches.contains(&name) => "1".to_owned(),
        "off" | "no" | "false" if switches.contains(&name) => "0".to_owned(),
        _ => value,
    };
    list.into_iter()
        .map(|(name, value)| (name.clone(), spelt(&name, value)))
        .filter(|(name, value)| !(switches.contains(&name.as_str()) && value == "0" && name != "host-managed"))
        .collect()
}

proptest! {
    #[test]
    fn any_network_card_survives(list in any_list(OF_NETS)) {
        if let Ok(net) = joined(&list).parse::<Net>() {
            let switches = ["firewall", "link_down", "host-managed"];
            prop_assert_eq!(parts(&net.to_string(), "name"), plain(list, &switches));
            prop_assert_eq!(net.to_string().parse::<Net>().unwrap(), net);
        }
    }

    #[test]
    fn any_mount_point_survives(list in any_list(OF_MOUNTS)) {
        if let Ok(mount) = joined(&list).parse::<Mount>() {
            prop_assert_eq!(parts(&mount.to_string(), "volume"), plain(list, &["backup", "ro", "shared"]));
            prop_assert_eq!(mount.to_string().parse::<Mount>().unwrap(), mount);
        }
    }

    #[test]
    fn any_features_and_startup_survive(list in any_list(&["nesting", "keyctl", "fuse", "order", "up", "down"])) {
        let features: Features = joined(&list).parse().unwrap();
        prop_assert_eq!(parts(&features.to_string(), ""), plain(list.clone(), &["nesting", "keyctl", "fuse"]));
        let startup: Startup = joined(&list).parse().unwrap();
        prop_assert_eq!(parts(&startup.to_string(), "order"), list);
    }

    #[test]
    fn any_size_survives(bytes in any::<u64>(), shift in 0u32..50) {
        let size = DiskSize(bytes >> shift << (shift / 2));
        prop_assert_eq!(size.to_string().parse::<DiskSize>().unwrap(), size);
    }
}
