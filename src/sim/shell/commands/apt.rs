//! `apt-get` and its kin, as they are written to when nobody sits at the terminal. What must hold: a package counts as
//! installed only once it was set up, so what is interrupted goes on where it stopped.

use super::{Call, Command, Running};
use crate::sim::shell::{
    software::{
        installed::{self, Leaving},
        packages::{self, Also, Package, RESTING},
        services, units,
    },
    sys::Broken,
};

pub const TABLE: &[Command] = &[("apt-get", apt), ("apt", apt), ("apt-cache", cache)];

const MIRROR: &str = "http://deb.debian.org/debian";
const LISTS: &str = "/var/lib/apt/lists/deb.debian.org_debian_dists_trixie_InRelease";
const READING: &str = "Reading package lists...\nBuilding dependency tree...\nReading state information...\n";
/// KiB that come in a second.
const SPEED: u64 = 14_000;

/// What was asked for, beside the packages.
struct Wish {
    is_sure: bool,
    is_quiet: bool,
    also: Also,
}

impl Wish {
    fn of(words: &[String]) -> Self {
        let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
        let leaves_out =
            has(&["--no-install-recommends", "APT::Install-Recommends=false", "APT::Install-Recommends=0"]);
        Self {
            is_sure: has(&["-y", "--yes", "--assume-yes", "-qy", "-yq", "-qqy", "-yqq", "-qq", "-fy"]),
            is_quiet: has(&["-qq", "-qqy", "-yqq"]),
            also: if leaves_out { Also::Needed } else { Also::Recommended },
        }
    }
}

fn apt(call: Call) -> Running {
    Box::pin(async move {
        let wish = Wish::of(&call.words);
        let mut given = call.words[1..].iter();
        let mut words = Vec::new();
        while let Some(word) = given.next() {
            match word.as_str() {
                "-o" | "-t" | "-c" => drop(given.next()),
                _ if word.starts_with('-') => {}
                _ => words.push(word.clone()),
            }
        }
        let names = words.get(1..).unwrap_or_default();
        match words.first().map_or("", String::as_str) {
            "update" => update(&call, &wish).await,
            "install" | "reinstall" => install(&call, &wish, names).await,
            "upgrade" | "dist-upgrade" | "full-upgrade" => upgrade(&call, &wish).await,
            "remove" => remove(&call, &wish, names, Leaving::Configuration).await,
            "purge" => remove(&call, &wish, names, Leaving::Nothing).await,
            "autoremove" | "autopurge" => {
                say(&call, &wish, &format!("{READING}{}", counts(0, 0, 0))).await?;
                Ok(0)
            }
            "clean" | "autoclean" | "check" => Ok(0),
            "policy" | "show" => cache(call).await,
            "" => {
                call.out("apt 3.0.3 (amd64)\n").await?;
                Ok(if call.words.len() > 1 { 0 } else { 1 })
            }
            other => error(&call, &format!("Invalid operation {other}")).await,
        }
    })
}

async fn say(call: &Call, wish: &Wish, text: &str) -> Result<(), Broken> {
    if wish.is_quiet { Ok(()) } else { call.out(text).await }
}

async fn error(call: &Call, why: &str) -> Result<i32, Broken> {
    call.write(2, format!("E: {why}\n").as_bytes()).await?;
    Ok(100)
}

fn counts(upgraded: usize, new: usize, gone: usize) -> String {
    format!("{upgraded} upgraded, {new} newly installed, {gone} to remove and 0 not upgraded.\n")
}

async fn update(call: &Call, wish: &Wish) -> Result<i32, Broken> {
    if call.sys.with(|kernel| kernel.ills.meets_no_mirror()) {
        return miss_lists(call, wish).await;
    }
    let is_first = call.sys.with(|kernel| !kernel.files.has(LISTS));
    let word = if is_first { "Get" } else { "Hit" };
    let rows = [
        (MIRROR, "trixie InRelease", "140 kB"),
        (MIRROR, "trixie-updates InRelease", "47.3 kB"),
        ("http://security.debian.org/debian-security", "trixie-security InRelease", "43.4 kB"),
        (MIRROR, "trixie/main amd64 Packages", "9,669 kB"),
        ("http://security.debian.org/debian-security", "trixie-security/main amd64 Packages", "62.9 kB"),
    ];
    for (place, (mirror, what, size)) in rows.iter().take(if is_first { 5 } else { 3 }).enumerate() {
        let end = if is_first { format!(" [{size}]") } else { String::new() };
        say(call, wish, &format!("{word}:{} {mirror} {what}{end}\n", place + 1)).await?;
        call.sys.sleep(if is_first { 300 } else { 80 }).await;
    }
    if is_first {
        say(call, wish, "Fetched 9,963 kB in 2s (6,642 kB/s)\n").await?;
    }
    call.sys.sleep(500).await;
    call.sys.with(|kernel| {
        let now = kernel.seconds();
        kernel.files.write(LISTS, "Origin: Debian\nSuite: stable\nCodename: trixie\n", 0o644, now);
        kernel.changes += 1;
    });
    say(call, wish, "Reading package lists...\n").await?;
    Ok(0)
}

/// The mirror does not answer, and that is not passed over.
async fn miss_lists(call: &Call, wish: &Wish) -> Result<i32, Broken> {
    let why = "Could not connect to deb.debian.org:80 (127.77.0.1), connection timed out";
    for suite in ["trixie", "trixie-updates"] {
        say(call, wish, &format!("Ign:1 {MIRROR} {suite} InRelease\n")).await?;
        call.sys.sleep(2_000).await;
        say(call, wish, &format!("Err:1 {MIRROR} {suite} InRelease\n  {why}\n")).await?;
    }
    say(call, wish, "Reading package lists...\n").await?;
    error(call, &format!("Failed to fetch {MIRROR}/dists/trixie/InRelease  {why}")).await?;
    error(call, "Some index files failed to download. They have been ignored, or old ones used instead.").await
}

/// The packages of these names; or what is wrong with one of them.
fn find(call: &Call, names: &[String]) -> Result<Vec<&'static Package>, String> {
    let has_lists = call.sys.with(|kernel| kernel.files.has(LISTS));
    let one = |name: &String| {
        let short = name.split(['=', '/', ':']).next().unwrap_or(name);
        let is_there = call.sys.with(|kernel| installed::is_there(&kernel.files, short));
        let found = packages::known(short).filter(|_| has_lists || is_there);
        let found = found.ok_or_else(|| format!("Unable to locate package {name}"))?;
        match name.split_once('=') {
            Some((_, version)) if version != found.version => {
                Err(format!("Version '{version}' for '{short}' was not found"))
            }
            _ => Ok(found),
        }
    };
    names.iter().map(one).collect()
}

async fn install(call: &Call, wish: &Wish, names: &[String]) -> Result<i32, Broken> {
    say(call, wish, READING).await?;
    call.sys.sleep(400).await;
    let asked = match find(call, names) {
        Ok(asked) => asked,
        Err(why) => return error(call, &why).await,
    };
    let is_current = |package: &Package| {
        let found = call.sys.with(|kernel| installed::entry(&kernel.files, package.name));
        found.is_some_and(|entry| entry.is_there() && entry.version == package.version)
    };
    for package in asked.iter().filter(|package| is_current(package)) {
        say(call, wish, &format!("{} is already the newest version ({}).\n", package.name, package.version)).await?;
    }
    let wanted: Vec<_> = asked.iter().copied().filter(|package| !is_current(package)).collect();
    let mut all = packages::with_needs(&wanted, wish.also);
    all.retain(|package| !is_current(package));
    let added: Vec<_> = all.iter().filter(|one| asked.iter().all(|asked| asked.name != one.name)).copied().collect();
    say(call, wish, &list("The following additional packages will be installed:", &added)).await?;
    say(call, wish, &list("The following NEW packages will be installed:", &all)).await?;
    say(call, wish, &counts(0, all.len(), 0)).await?;
    if all.is_empty() {
        return Ok(0);
    }
    if !wish.is_sure && !added.is_empty() {
        call.out("Do you want to continue? [Y/n] Abort.\n").await?;
        return Ok(1);
    }
    bring(call, wish, &all).await
}

fn list(title: &str, packages: &[&'static Package]) -> String {
    if packages.is_empty() {
        return String::new();
    }
    let mut names: Vec<_> = packages.iter().map(|package| package.name).collect();
    names.sort_unstable();
    format!("{title}\n  {}\n", names.join(" "))
}

fn megabytes(kib: u64) -> String {
    if kib < 10_000 { format!("{kib} kB") } else { format!("{}.{} MB", kib / 1_000, kib / 100 % 10) }
}

/// Fetches these packages and sets them up, in this order.
async fn bring(call: &Call, wish: &Wish, all: &[&'static Package]) -> Result<i32, Broken> {
    let size: u64 = all.iter().map(|package| package.size).sum();
    say(call, wish, &format!("Need to get {} of archives.\n", megabytes(size))).await?;
    say(call, wish, &format!("After this operation, {} of additional disk space will be used.\n", megabytes(size * 4)))
        .await?;
    for (place, package) in all.iter().enumerate() {
        if call.sys.with(|kernel| kernel.ills.meets_no_mirror()) {
            return miss(call, wish, package, place + 1).await;
        }
        let Package { name, version, size, .. } = package;
        let line = format!("Get:{} {MIRROR} trixie/main amd64 {name} amd64 {version} [{size} kB]\n", place + 1);
        say(call, wish, &line).await?;
        call.sys.sleep(20 + (size * 1_000 / SPEED) as i64).await;
    }
    let seconds = (size / SPEED).max(1);
    say(call, wish, &format!("Fetched {} in {seconds}s ({} kB/s)\n", megabytes(size), size / seconds)).await?;
    for package in all {
        unpack(call, package).await?;
    }
    for package in all {
        set_up(call, package).await?;
    }
    call.out("Processing triggers for libc-bin (2.41-12) ...\n").await?;
    Ok(0)
}

async fn miss(call: &Call, wish: &Wish, package: &Package, place: usize) -> Result<i32, Broken> {
    let Package { name, version, .. } = package;
    let why = "Could not connect to deb.debian.org:80 (127.77.0.1), connection timed out";
    call.sys.sleep(4_000).await;
    say(call, wish, &format!("Err:{place} {MIRROR} trixie/main amd64 {name} amd64 {version}\n  {why}\n")).await?;
    let letter = &name[..1];
    error(call, &format!("Failed to fetch {MIRROR}/pool/main/{letter}/{name}/{name}_{version}_amd64.deb  {why}"))
        .await?;
    error(call, "Unable to fetch some archives, maybe run apt-get update or try with --fix-missing?").await
}

async fn unpack(call: &Call, package: &Package) -> Result<(), Broken> {
    let Package { name, version, size, .. } = package;
    let old = call.sys.with(|kernel| installed::entry(&kernel.files, name)).filter(installed::Entry::is_there);
    let text = match old {
        Some(old) => format!("Unpacking {name} ({version}) over ({}) ...\n", old.version),
        None => format!(
            "Selecting previously unselected package {name}.\n(Reading database ... 18274 files and directories currently installed.)\nPreparing to unpack .../{name}_{version}_amd64.deb ...\nUnpacking {name} ({version}) ...\n"
        ),
    };
    call.out(&text).await?;
    call.sys.sleep(60 + (size / 40) as i64).await;
    Ok(())
}

async fn set_up(call: &Call, package: &Package) -> Result<(), Broken> {
    call.out(&format!("Setting up {} ({}) ...\n", package.name, package.version)).await?;
    call.sys.sleep(80).await;
    call.sys.with(|kernel| {
        let now = kernel.seconds();
        installed::set_up(&mut kernel.files, package, now);
        kernel.changes += 1;
    });
    for service in package.services.iter().filter(|service| !RESTING.contains(&service.name)) {
        let link = format!("/etc/systemd/system/multi-user.target.wants/{}.service", service.name);
        let line = format!("Created symlink '{link}' \u{2192} '{}/{}.service'.\n", units::OF_PACKAGES, service.name);
        call.write(1, line.as_bytes()).await?;
        if let Some(unit) = call.sys.with(|kernel| units::find(&kernel.files, service.name)) {
            call.sys.sleep(400).await;
            // A service that does not start fails no installation.
            let _ = services::start(&call.sys, &unit).await;
        }
    }
    Ok(())
}

async fn upgrade(call: &Call, wish: &Wish) -> Result<i32, Broken> {
    say(call, wish, &format!("{READING}Calculating upgrade...\n")).await?;
    call.sys.sleep(400).await;
    let has_lists = call.sys.with(|kernel| kernel.files.has(LISTS));
    let old = call.sys.with(|kernel| installed::outdated(&kernel.files));
    let all: Vec<_> = old.into_iter().map(|(package, _)| package).filter(|_| has_lists).collect();
    say(call, wish, &list("The following packages will be upgraded:", &all)).await?;
    say(call, wish, &counts(all.len(), 0, 0)).await?;
    if all.is_empty() {
        return Ok(0);
    }
    if !wish.is_sure {
        call.out("Do you want to continue? [Y/n] Abort.\n").await?;
        return Ok(1);
    }
    bring(call, wish, &all).await
}

async fn remove(call: &Call, wish: &Wish, names: &[String], leaving: Leaving) -> Result<i32, Broken> {
    say(call, wish, READING).await?;
    let asked = match find(call, names) {
        Ok(asked) => asked,
        Err(why) => return error(call, &why).await,
    };
    let is_there = |package: &Package| match call.sys.with(|kernel| installed::entry(&kernel.files, package.name)) {
        Some(entry) => entry.is_there() || leaving == Leaving::Nothing,
        None => false,
    };
    let (here, gone): (Vec<_>, Vec<_>) = asked.into_iter().partition(|package| is_there(package));
    for package in gone {
        say(call, wish, &format!("Package '{}' is not installed, so not removed\n", package.name)).await?;
    }
    say(call, wish, &list("The following packages will be REMOVED:", &here)).await?;
    say(call, wish, &counts(0, 0, here.len())).await?;
    if !here.is_empty() && !wish.is_sure {
        call.out("Do you want to continue? [Y/n] Abort.\n").await?;
        return Ok(1);
    }
    for package in here {
        call.out(&format!("Removing {} ({}) ...\n", package.name, package.version)).await?;
        for service in package.services {
            if let Some(unit) = call.sys.with(|kernel| units::find(&kernel.files, service.name)) {
                services::stop(&call.sys, &unit).await;
            }
        }
        call.sys.sleep(300).await;
        call.sys.with(|kernel| {
            let now = kernel.seconds();
            installed::take_away(&mut kernel.files, package, leaving, now);
            kernel.changes += 1;
        });
        if leaving == Leaving::Nothing {
            call.out(&format!("Purging configuration files for {} ({}) ...\n", package.name, package.version)).await?;
        }
    }
    Ok(0)
}

fn cache(call: Call) -> Running {
    Box::pin(async move {
        let mut words = call.words[1..].iter().filter(|word| !word.starts_with('-'));
        let what = words.next().map_or("", String::as_str);
        let names: Vec<&String> = words.collect();
        let has_lists = call.sys.with(|kernel| kernel.files.has(LISTS));
        for name in names {
            let entry =
                call.sys.with(|kernel| installed::entry(&kernel.files, name)).filter(installed::Entry::is_there);
            let known = packages::known(name).filter(|_| has_lists || entry.is_some());
            match (what, known) {
                ("policy", Some(package)) => call.out(&policy(package, entry.as_ref(), has_lists)).await?,
                // Of what it does not know it says nothing.
                ("policy", None) => {}
                (_, Some(package)) => {
                    let Package { name, version, about, .. } = package;
                    call.out(&format!("Package: {name}\nVersion: {version}\nDescription: {about}\n\n")).await?;
                }
                (_, None) => {
                    call.write(2, b"N: Unable to locate package\n").await?;
                    return error(&call, "No packages found").await;
                }
            }
        }
        Ok(0)
    })
}

fn policy(package: &Package, entry: Option<&installed::Entry>, has_lists: bool) -> String {
    let Package { name, version, .. } = package;
    let here = entry.map_or("(none)", |entry| entry.version.as_str());
    let best = if has_lists { version } else { here };
    let mark = if here == *version { "***" } else { "   " };
    let mut text = format!("{name}:\n  Installed: {here}\n  Candidate: {best}\n  Version table:\n");
    if has_lists {
        text += &format!(" {mark} {version} 500\n        500 {MIRROR} trixie/main amd64 Packages\n");
    }
    if entry.is_some() {
        text += &format!(" *** {here} 100\n        100 /var/lib/dpkg/status\n");
    }
    text
}
