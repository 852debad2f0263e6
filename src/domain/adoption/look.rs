//! What a look inside a container tells of it. What must hold: the look needs nothing but a shell and changes nothing, and
//! reading what it printed always ends.

use std::{collections::BTreeSet, sync::Arc};

use crate::domain::listening::{self, Listener};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    pub listeners: Vec<Listener>,
    /// As it calls itself, such as `Debian GNU/Linux 13 (trixie)`.
    pub system: Option<Arc<str>>,
    /// Of the containers that Docker runs in it.
    pub images: BTreeSet<Arc<str>>,
    pub packages: BTreeSet<Arc<str>>,
}

/// A whole Debian has some hundred packages; a desktop some thousand.
const MOST: usize = 4_096;
const LONGEST_SYSTEM: usize = 48;

/// After the script that tells who listens.
const MORE: &str = r#"if [ -r /etc/os-release ]; then
  while read -r line; do
    case "$line" in PRETTY_NAME=*) echo "system ${line#PRETTY_NAME=}" ;; esac
  done </etc/os-release
fi
# Asking a Docker that sleeps would wake it.
if command -v docker >/dev/null 2>&1; then
  if [ -r /run/docker.pid ] || systemctl is-active docker >/dev/null 2>&1; then
    docker ps --format 'image {{.Image}}' 2>/dev/null
  fi
fi
if command -v dpkg-query >/dev/null 2>&1; then
  dpkg-query -W -f='package ${db:Status-Abbrev} ${Package}\n' 2>/dev/null
elif command -v apk >/dev/null 2>&1; then
  apk info 2>/dev/null | while read -r name; do echo "package ii $name"; done
elif command -v rpm >/dev/null 2>&1; then
  rpm -qa --qf 'package ii %{NAME}\n' 2>/dev/null
fi
true
"#;

/// The whole look, as one visit.
pub const SCRIPT: [&str; 2] = [listening::SCRIPT, MORE];

impl Seen {
    pub fn read(printed: &str) -> Self {
        let mut seen = Self { listeners: listening::read(printed), ..Self::default() };
        for line in printed.lines().take(2 * MOST) {
            match line.split_once(' ') {
                Some(("system", name)) => seen.system = system(name),
                Some(("image", name)) if seen.images.len() < MOST => seen.images.extend(listening::long(name)),
                Some(("package", rest)) if seen.packages.len() < MOST => seen.packages.extend(package(rest)),
                _ => {}
            }
        }
        seen
    }
}

fn system(text: &str) -> Option<Arc<str>> {
    let may_stand = |c: &char| c.is_ascii_graphic() || *c == ' ';
    let name: String = text.trim().trim_matches(['"', '\'']).chars().filter(may_stand).take(LONGEST_SYSTEM).collect();
    (!name.is_empty()).then(|| name.into())
}

/// Only what is installed; what was removed leaves its settings behind.
fn package(text: &str) -> Option<Arc<str>> {
    let (state, name) = text.split_once(' ')?;
    state.starts_with("ii").then(|| listening::long(name.trim()))?
}
