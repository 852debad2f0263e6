//! What new apps go by where nothing else is said.

use core::net::Ipv4Addr;

use proximity::domain::{
    backup::Retention,
    defaults::{Addresses, Backups, Defaults, Network, Pool, Resources},
    host::HostDefaults,
    plan::Address,
};

fn pool(text: &str) -> Pool {
    Pool::try_from(text.to_owned()).unwrap()
}

#[test]
fn a_size_is_the_recipes_own_or_the_operators_and_never_below_its_least() {
    let (nothing, said) = (Resources::default(), Resources { cores: 1, memory: 8192, disk: 2, swap: 0 });
    assert_eq!((nothing.cores(4, 2), nothing.memory(2048, 512), nothing.disk(8, 4)), (4, 2048, 8));
    assert_eq!((said.cores(4, 2), said.memory(2048, 512), said.disk(8, 4)), (2, 8192, 4));
    assert_eq!((nothing.swap(256), nothing.swap(4096)), (256, 512));
}

#[test]
fn the_next_address_of_the_pool_is_nobodys_and_not_the_gateway() {
    let net = Network {
        addresses: Addresses::Pool,
        pool: pool("192.168.1.10-192.168.1.12/24"),
        gateway: "192.168.1.10".into(),
        ..Network::default()
    };
    let taken = [Ipv4Addr::new(192, 168, 1, 11)];
    let wanted = Address::Fixed { ip: "192.168.1.12".into(), prefix: 24, gateway: Some("192.168.1.10".into()) };
    assert_eq!(net.address(&taken), Ok(wanted));
    let all = [11, 12].map(|last| Ipv4Addr::new(192, 168, 1, last));
    assert!(net.address(&all).unwrap_err().contains("every address"));
    assert_eq!(Network::default().address(&all), Ok(Address::Dhcp));
}

#[test]
fn what_makes_no_sense_is_refused_with_what_would() {
    for text in
        ["192.168.1.10", "192.168.1.20-192.168.1.10/24", "10.0.0.1-10.0.1.9/24", "a-b/24", "10.0.0.1-10.0.0.9/31"]
    {
        assert!(Pool::try_from(text.to_owned()).is_err(), "{text}");
    }
    let of = |network| Defaults { network, ..Defaults::default() }.check();
    assert!(of(Network { addresses: Addresses::Pool, ..Network::default() }).is_err());
    assert!(of(Network { vlan: 5000, ..Network::default() }).is_err());
    assert!(of(Network { bridge: "vm br".into(), ..Network::default() }).is_err());
    assert!(of(Network { dns: "not an address".into(), ..Network::default() }).is_err());
    assert!(Defaults::default().check().is_ok());
}

#[test]
fn a_host_outranks_them() {
    let defaults = Defaults {
        network: Network { bridge: "vmbr7".into(), ..Network::default() },
        backups: Backups { storage: "nas".into(), keep_weekly: 0, ..Backups::default() },
        ..Defaults::default()
    };
    let host = HostDefaults { bridge: Some("vmbr1".into()), ..HostDefaults::default() };
    let both = host.or(defaults.of_host());
    assert_eq!((both.bridge.as_deref(), both.backups.as_deref()), (Some("vmbr1"), Some("nas")));
    let kept = Retention { daily: Some(7), monthly: Some(3), ..Retention::ALL };
    assert_eq!(defaults.backups.keeps(), kept);
}
