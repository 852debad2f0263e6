//! Who listens inside a guest. What must hold: whatever a guest prints, reading it ends, keeps only so much, and no word of
//! it reaches a terminal with anything in it but plain letters.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::{collections::BTreeSet, fmt, sync::Arc};

/// Something that waits for others at a port.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Listener {
    pub port: u16,
    pub protocol: Protocol,
    pub address: IpAddr,
    /// What holds the port, where that could be seen.
    pub program: Option<Arc<str>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    Tcp,
    Udp,
}

impl Protocol {
    pub fn slug(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        }
    }

    /// `tcp6` is the same as `tcp`.
    fn read(word: &str) -> Option<Self> {
        match word.strip_suffix('6').unwrap_or(word) {
            "tcp" => Some(Self::Tcp),
            "udp" => Some(Self::Udp),
            _ => None,
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.slug())
    }
}

impl Listener {
    /// Whether others than the guest itself can reach it.
    pub fn is_open(&self) -> bool {
        !self.address.is_loopback()
    }
}

impl fmt::Display for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.port)?;
        if self.protocol == Protocol::Udp {
            f.write_str("/udp")?;
        }
        match &self.program {
            Some(program) => write!(f, " {program}"),
            None => Ok(()),
        }
    }
}

/// More than this nobody has who means well.
const MOST: usize = 512;
const LINES: usize = 8_192;
const LONGEST_NAME: usize = 32;
const LONGEST_IMAGE: usize = 200;

/// For a shell that has nothing but itself: the kernel's lists of who waits, then who holds these sockets, by `ss` where
/// there is one and by the open files of the processes where there is `ls`. It changes nothing.
pub const SCRIPT: &str = r#"held=
for list in tcp tcp6 udp udp6; do
  [ -r "/proc/net/$list" ] || continue
  while read -r _ here _ state _ _ _ _ _ inode _; do
    case "$list $state" in
      tcp*\ 0A|udp*\ 07) echo "listens $list $here $inode"; held="$held $inode " ;;
    esac
  done <"/proc/net/$list"
done
if [ -z "$held" ]; then :
elif command -v ss >/dev/null 2>&1; then
  ss -H -lntup 2>/dev/null | while read -r line; do echo "ss $line"; done
elif command -v ls >/dev/null 2>&1; then
  name=
  ls -l /proc/[0-9]*/fd 2>/dev/null | while read -r line; do
    case "$line" in
      /proc/*/fd:) name=${line%/fd:} ;;
      *socket:\[*)
        inode=${line##*socket:\[}; inode=${inode%\]}
        case "$held" in
          *" $inode "*) who=; read -r who <"$name/comm"; echo "holds $inode $who" ;;
        esac ;;
    esac
  done
fi
"#;

/// What the script printed, in the order of the ports. Lines that say something else are passed by.
pub fn read(printed: &str) -> Vec<Listener> {
    let (mut found, mut names) = (Vec::new(), Vec::new());
    for line in printed.lines().take(LINES) {
        match line.split_once(' ') {
            Some(("listens", rest)) if found.len() < MOST => found.extend(socket(rest)),
            Some(("ss", rest)) if names.len() < MOST => names.extend(by_ss(rest)),
            Some(("holds", rest)) if names.len() < MOST => names.extend(holder(rest)),
            _ => {}
        }
    }
    let named =
        found.into_iter().map(|(listener, inode)| Listener { program: name(&names, &listener, &inode), ..listener });
    named.collect::<BTreeSet<_>>().into_iter().collect()
}

/// Who holds what.
enum Held {
    Inode(String),
    Place(Protocol, Option<IpAddr>, u16),
}

fn name(names: &[(Held, Arc<str>)], listener: &Listener, inode: &str) -> Option<Arc<str>> {
    let is_it = |held: &Held, exactly: bool| match held {
        Held::Inode(of) => of == inode,
        Held::Place(protocol, at, port) => {
            (*protocol, *port) == (listener.protocol, listener.port) && (!exactly || *at == Some(listener.address))
        }
    };
    let find = |exactly| names.iter().find(|(held, _)| is_it(held, exactly)).map(|(_, name)| name.clone());
    find(true).or_else(|| find(false))
}

/// `tcp6 00000000000000000000000000000000:1FA0 18000`
fn socket(text: &str) -> Option<(Listener, String)> {
    let mut words = text.split_whitespace();
    let protocol = Protocol::read(words.next()?)?;
    let (address, port) = words.next()?.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok().filter(|port| *port != 0)?;
    let inode = words.next().unwrap_or_default().chars().take(LONGEST_NAME).collect();
    Some((Listener { port, protocol, address: address_of(address)?, program: None }, inode))
}

/// Words of 32 bits, each in the order of a little machine; one of the old kind inside the new one is of the old kind.
fn address_of(digits: &str) -> Option<IpAddr> {
    if !digits.is_ascii() || !matches!(digits.len(), 8 | 32) {
        return None;
    }
    let word = |at: usize| u32::from_str_radix(digits.get(at..at + 8)?, 16).ok().map(u32::swap_bytes);
    if digits.len() == 8 {
        return Some(Ipv4Addr::from(word(0)?).into());
    }
    let words = [word(0)?, word(8)?, word(16)?, word(24)?];
    let whole = words.iter().fold(0_u128, |whole, word| (whole << 32) | u128::from(*word));
    let address = Ipv6Addr::from(whole);
    Some(address.to_ipv4_mapped().map_or(IpAddr::V6(address), IpAddr::V4))
}

/// `tcp LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=312,fd=6))`
fn by_ss(text: &str) -> Option<(Held, Arc<str>)> {
    let words: Vec<&str> = text.split_whitespace().take(12).collect();
    let protocol = Protocol::read(words.first()?)?;
    let (address, port) = words.get(4)?.rsplit_once(':')?;
    let users = words.iter().find_map(|word| word.strip_prefix("users:((\""))?;
    let address = address.trim_start_matches('[').split([']', '%']).next().and_then(|address| address.parse().ok());
    Some((Held::Place(protocol, address, port.parse().ok()?), plain(users.split('"').next()?)?))
}

fn holder(text: &str) -> Option<(Held, Arc<str>)> {
    let (inode, name) = text.split_once(' ')?;
    Some((Held::Inode(inode.to_owned()), plain(name)?))
}

fn plain(name: &str) -> Option<Arc<str>> {
    cut(name, LONGEST_NAME)
}

/// The same for names of images and packages.
pub(super) fn long(name: &str) -> Option<Arc<str>> {
    cut(name, LONGEST_IMAGE)
}

/// Only letters that a name has, and not too many of them.
fn cut(name: &str, longest: usize) -> Option<Arc<str>> {
    let may_stand = |c: &char| c.is_ascii_alphanumeric() || "._+:/@~-".contains(*c);
    let name: String = name.chars().filter(may_stand).take(longest).collect();
    (!name.is_empty()).then(|| name.into())
}
