//! `/proc/net/tcp` and `/proc/net/tcp6`: the sockets of a guest that wait for somebody, as Linux writes them. What must
//! hold: each port that something inside listens on has a row in state `0A` in at least one of the two.

use super::{
    kernel::Kernel,
    software::{
        docker,
        listening::{Listener, Reach},
    },
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    Four,
    Six,
}

const LISTENS: &str = "0A";
/// Linux fills the lines of the first table up to this.
const WIDTH: usize = 149;

pub fn table(kernel: &Kernel, family: Family) -> String {
    let head = match family {
        Family::Four => {
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode"
                .to_owned()
        }
        Family::Six => {
            let gap = " ".repeat(25);
            format!(
                "  sl  local_address{gap}remote_address{gap} st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode"
            )
        }
    };
    let mut ports: Vec<(u16, Reach)> = rows(kernel, family).iter().map(|one| (one.port, one.reach)).collect();
    ports.sort_unstable();
    ports.dedup();
    let rows = ports.iter().enumerate().map(|(place, (port, reach))| row(place, *port, *reach, family));
    [head].into_iter().chain(rows).map(|line| filled(line, family)).collect()
}

fn filled(line: String, family: Family) -> String {
    match family {
        Family::Four => format!("{line:<WIDTH$}\n"),
        Family::Six => format!("{line}\n"),
    }
}

/// Services of Debian open a socket of the old kind, most programs one socket for both kinds, which is only listed among
/// the new; Docker opens one of each.
fn rows(kernel: &Kernel, family: Family) -> Vec<Listener> {
    let docker = docker::listeners(kernel);
    let is_dockers = |one: &Listener| docker.iter().any(|known| (known.port, &known.name) == (one.port, &one.name));
    let mut own = kernel.listeners();
    match family {
        Family::Four => own,
        Family::Six => {
            own.retain(|one| is_dockers(one) && one.reach == Reach::Everybody);
            own.extend(kernel.beside.iter().cloned());
            own
        }
    }
}

/// Addresses are words in the order of the machine's bytes, ports are not.
fn row(place: usize, port: u16, reach: Reach, family: Family) -> String {
    let (four, none) = (if reach == Reach::Inside { "0100007F" } else { "00000000" }, "00000000");
    let (local, remote) = match (family, reach) {
        (Family::Four, _) => (four.to_owned(), none.to_owned()),
        (Family::Six, Reach::Inside) => (format!("{0}{0}{0}01000000", none), none.repeat(4)),
        (Family::Six, Reach::Everybody) => (none.repeat(4), none.repeat(4)),
    };
    let inode = 18_000 + u32::from(port) * 2 + u32::from(family == Family::Six);
    let state = format!("{LISTENS} {none}:{none} 00:{none} {none}     0        0 {inode}");
    format!("{place:>4}: {local}:{port:04X} {remote}:0000 {state} 1 0000000000000000 100 0 0 10 0")
}
