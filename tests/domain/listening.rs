//! What a guest prints of who listens in it.

use std::net::IpAddr;

use proptest::prelude::*;
use proximity::domain::listening::{Listener, Protocol, read};

fn listener(protocol: Protocol, address: &str, port: u16, program: Option<&str>) -> Listener {
    Listener { protocol, address: address.parse().unwrap(), port, program: program.map(Into::into) }
}

#[test]
fn the_kernels_words_are_addresses_and_the_names_of_ss_go_with_them() {
    let text = "listens tcp 0100007F:18EB 1001\nlistens tcp 00000000:0050 1002\n\
                listens tcp6 00000000000000000000000000000000:1FA0 1003\n\
                listens tcp6 0000000000000000FFFF00000A01A8C0:0016 1004\nlistens udp 3500007F:0035 1005\n\
                ss tcp LISTEN 0 511 127.0.0.1:6379 0.0.0.0:* users:((\"redis-server\",pid=312,fd=6))\n\
                ss tcp LISTEN 0 511 *:8096 *:* users:((\"jellyfin\",pid=9,fd=3),(\"other\",pid=10,fd=3))\n\
                ss udp UNCONN 0 0 127.0.0.53%lo:53 0.0.0.0:* users:((\"systemd-resolve\",pid=1,fd=1))\n";
    let found = read(text);
    let all = [
        listener(Protocol::Tcp, "192.168.1.10", 22, None),
        listener(Protocol::Udp, "127.0.0.53", 53, Some("systemd-resolve")),
        listener(Protocol::Tcp, "0.0.0.0", 80, None),
        listener(Protocol::Tcp, "127.0.0.1", 6379, Some("redis-server")),
        listener(Protocol::Tcp, "::", 8096, Some("jellyfin")),
    ];
    assert_eq!(found, all);
    assert_eq!(found.iter().map(Listener::is_open).collect::<Vec<_>>(), [true, false, true, false, true]);
}

#[test]
fn where_two_listen_at_one_port_each_address_has_its_own_program() {
    let text = "listens tcp 0100007F:0050 1\nlistens tcp 0200007F:0050 2\n\
                ss tcp LISTEN 0 1 127.0.0.2:80 0.0.0.0:* users:((\"two\",pid=2,fd=1))\n\
                ss tcp LISTEN 0 1 127.0.0.1:80 0.0.0.0:* users:((\"one\",pid=1,fd=1))\n";
    let programs: Vec<_> = read(text).into_iter().map(|one| one.program.unwrap().to_string()).collect();
    assert_eq!(programs, ["one", "two"]);
}

#[test]
fn who_holds_a_socket_is_found_by_its_inode() {
    let text = "listens tcp 00000000:0050 77\nlistens tcp 00000000:0051 78\nholds 78 caddy\nholds 77 \u{1b}[31mnginx\n";
    let programs: Vec<_> = read(text).into_iter().map(|one| one.program.unwrap().to_string()).collect();
    assert_eq!(programs, ["31mnginx", "caddy"], "and nothing of it moves a cursor");
}

#[test]
fn an_endless_list_is_cut() {
    let text: String = (1..60_000).map(|port| format!("listens tcp 00000000:{port:04X} {port}\n")).collect();
    assert_eq!(read(&text).len(), 512);
}

fn hex(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => format!("{:08X}", u32::from(address).swap_bytes()),
        IpAddr::V6(address) => {
            let words: [[u8; 4]; 4] = std::array::from_fn(|i| std::array::from_fn(|j| address.octets()[4 * i + j]));
            words.iter().map(|word| format!("{:08X}", u32::from_le_bytes(*word))).collect()
        }
    }
}

proptest! {
    #[test]
    fn garbage_is_read_to_its_end(text in "\\PC{0,400}", bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        read(&text);
        read(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn garbage_that_looks_like_an_answer_gives_only_plain_names(
        lines in proptest::collection::vec(
            ("listens|ss|holds", "tcp|udp6|x", "[0-9A-Fa-fé:]{0,40}", "[\\PC\u{1b}]{0,40}"), 0..40),
    ) {
        let text: String = lines.iter().map(|(a, b, c, d)| format!("{a} {b} {c} {d}\n")).collect();
        for program in read(&text).into_iter().filter_map(|one| one.program) {
            prop_assert!(program.len() <= 32 && program.chars().all(|c| c.is_ascii_graphic()), "{program:?}");
        }
    }

    #[test]
    fn what_the_kernel_wrote_is_read_back(
        four in any::<std::net::Ipv4Addr>(), six in any::<std::net::Ipv6Addr>(), port in 1_u16.., other in 1_u16..,
    ) {
        prop_assume!(six.to_ipv4_mapped().is_none());
        let text = format!("listens tcp {}:{port:04X} 1\nlistens udp6 {}:{other:04X} 2\n", hex(four.into()), hex(six.into()));
        let mut all = vec![
            Listener { protocol: Protocol::Tcp, address: four.into(), port, program: None },
            Listener { protocol: Protocol::Udp, address: six.into(), port: other, program: None },
        ];
        all.sort();
        prop_assert_eq!(read(&text), all);
    }
}
