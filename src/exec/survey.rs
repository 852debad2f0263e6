//! Which roads into a guest are open, without going down them. What must hold: nothing is typed and nothing is changed,
//! and what is shut says what would open it.

use crate::{
    domain::{
        fault::Fault,
        ids::{NodeName, Vmid},
        road::{Road, Way},
    },
    proxmox::{
        Ability, Client, ClientError, Version,
        cluster::Package,
        guest::{ConfigView, ConsoleMode},
    },
};

/// The packages that let tokens in, for each line of Proxmox VE: all of them must be that new.
const FIXES_8: [(&str, &str); 3] =
    [("pve-container", "5.3.4"), ("libpve-access-control", "8.2.3"), ("pve-manager", "8.4.19")];
const FIXES_9: [(&str, &str); 2] = [("pve-container", "6.1.3"), ("libpve-access-control", "9.0.7")];

/// Whether the credential opens consoles on this node at all.
pub async fn console_of_node(client: &Client, node: &NodeName) -> Result<Way, ClientError> {
    let who = client.name();
    if client.ticket().is_some() || !who.contains('!') {
        return Ok(Way::open(Road::Console, format!("user {who}")));
    }
    let version = client.version_of(node).await?;
    if version.can(Ability::TokenConsole) {
        return Ok(Way::open(Road::Console, format!("token {who}")));
    }
    // Between two releases only the packages tell; who may not see them is told of the release.
    let packages = client.packages(node).await.unwrap_or_default();
    match lacking(&version, &packages) {
        None => Ok(Way::open(Road::Console, format!("token {who}"))),
        Some(why) => Ok(Way::shut(Road::Console, why, "bring the node up to date, or log in with user and password")),
    }
}

/// Which fix this node lacks; nothing where it has all of them.
fn lacking(version: &Version, packages: &[Package]) -> Option<String> {
    let fixes: &[(&str, &str)] = match version.major {
        ..=7 => return Some(format!("token console needs Proxmox VE 8.4, this node has {version}")),
        8 => &FIXES_8,
        _ => &FIXES_9,
    };
    let installed = |name: &str| packages.iter().find(|package| package.name == name)?.installed.clone();
    fixes.iter().find_map(|(name, needed)| match installed(name) {
        Some(has) if is_at_least(&has, needed) => None,
        Some(has) => Some(format!("token console needs {name} {needed}, this node has {has}")),
        None => Some(format!("token console needs {name} {needed}; this node has Proxmox VE {version}")),
    })
}

fn is_at_least(has: &str, needed: &str) -> bool {
    let numbers =
        |text: &str| -> Vec<u32> { text.split(['.', '-', '+', '~']).map_while(|part| part.parse().ok()).collect() };
    numbers(has) >= numbers(needed)
}

/// Whether a shell answers at the console of a guest that runs.
pub async fn console(client: &Client, node: &NodeName, vmid: Vmid) -> Result<Way, ClientError> {
    let way = console_of_node(client, node).await?;
    if !way.is_open() {
        return Ok(way);
    }
    let now = client.container_config(node, vmid, &ConfigView::Current).await?.console;
    if now == ConsoleMode::Shell {
        return Ok(way);
    }
    let next = client.container_config(node, vmid, &ConfigView::Next).await?.console;
    Ok(no_shell(now, next, vmid))
}

fn no_shell(now: ConsoleMode, next: ConsoleMode, vmid: Vmid) -> Way {
    let shows = match now {
        ConsoleMode::Tty => "a log-in prompt",
        ConsoleMode::Console => "what its first process writes",
        ConsoleMode::Shell => "a shell",
    };
    match next {
        ConsoleMode::Shell => Way::shut(
            Road::Console,
            format!("its console shows {shows} (cmode={now}); cmode changes at the next restart"),
            "restart the guest",
        ),
        _ => Way::shut(
            Road::Console,
            format!("its console shows {shows} (cmode={now})"),
            format!("set cmode=shell (`pct set {vmid} --cmode shell`) and restart the guest"),
        ),
    }
}

/// A road that depends on what was set up.
pub fn prepared<T>(road: Road, target: &Result<T, Fault>, with: impl FnOnce(&T) -> String) -> Way {
    match target {
        Ok(target) => Way::open(road, with(target)),
        Err(Fault { why, remedy, .. }) => Way::shut(road, why.as_str(), remedy.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, version: &str) -> Package {
        Package { name: name.into(), installed: Some(version.into()), offered: None, running_kernel: None }
    }

    #[test]
    fn the_packages_decide_where_the_release_does_not() {
        let nine = Version::read("9.1.9").unwrap();
        let old = [package("pve-container", "6.1.2"), package("libpve-access-control", "9.0.7")];
        let new = [package("pve-container", "6.1.3"), package("libpve-access-control", "9.0.10")];
        assert_eq!(lacking(&nine, &old).unwrap(), "token console needs pve-container 6.1.3, this node has 6.1.2");
        assert_eq!(lacking(&nine, &new), None);
        assert!(lacking(&nine, &[]).unwrap().contains("this node has Proxmox VE 9.1.9"));
        let eight = Version::read("8.4.19").unwrap();
        let half = [package("pve-container", "5.3.4"), package("libpve-access-control", "8.2.2")];
        assert!(lacking(&eight, &half).unwrap().contains("libpve-access-control 8.2.3"));
        assert!(lacking(&Version::read("7.4-19").unwrap(), &new).unwrap().contains("needs Proxmox VE 8.4"));
    }

    #[test]
    fn a_console_without_a_shell_says_what_would_change_that() {
        let words = |way: Way| match way.state {
            crate::domain::road::WayState::Shut { why, remedy } => (why.to_string(), remedy.to_string()),
            crate::domain::road::WayState::Open { .. } => panic!("it is open"),
        };
        let (why, remedy) = words(no_shell(ConsoleMode::Tty, ConsoleMode::Shell, Vmid(104)));
        assert!(why.contains("cmode changes at the next restart"), "{why}");
        assert_eq!(remedy, "restart the guest");
        let (_, remedy) = words(no_shell(ConsoleMode::Tty, ConsoleMode::Tty, Vmid(104)));
        assert!(remedy.contains("pct set 104 --cmode shell"), "{remedy}");
    }
}
