//! Runs the `git` program. What must hold: nothing passes through a shell, nothing asks a question, and whatever it or the
//! other side does, it ends: after its time, at its limit, or when nobody waits any more, with all that it started.

use std::{
    ffi::OsStr,
    io::Read,
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, sync_channel},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process_group};

use super::super::{
    SourceError,
    watch::{Progress, Watch},
};

/// A listing of 200,000 files is 20 MB.
const LONGEST_OUTPUT: u64 = 64 << 20;
const LONGEST_COMPLAINT: u64 = 16 << 10;
const LOOK: Duration = Duration::from_millis(40);
const WEIGH: Duration = Duration::from_millis(250);

/// Of the operator's own surroundings: how he gets in. All else of Git's could point it to other files.
const KEPT: [&str; 6] =
    ["GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSH_VARIANT", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "GIT_EXEC_PATH"];

const SAFE: [&str; 14] = [
    "protocol.allow=never",
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.bigFileThreshold=16m",
    "fetch.fsckObjects=true",
    "transfer.fsckObjects=true",
    // One pack, whatever its size: 20,000 small files would fill a disk's list of files.
    "fetch.unpackLimit=1",
    "fetch.writeCommitGraph=false",
    "fetch.recurseSubmodules=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "credential.interactive=false",
    "http.lowSpeedLimit=1000",
    "http.lowSpeedTime=30",
];

/// Git on this repository, allowed to speak these protocols.
pub fn git(repository: &Path, protocols: &[&str]) -> Command {
    let mut command = Command::new("git");
    let is_foreign = |name: &OsStr| {
        let name = name.to_string_lossy();
        name.starts_with("GIT_") && !KEPT.contains(&name.as_ref())
    };
    std::env::vars_os().filter(|(name, _)| is_foreign(name)).for_each(|(name, _)| {
        command.env_remove(name);
    });
    command
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_OPTIONAL_LOCKS", "0")
        // Empty, it also silences what other settings name.
        .env("GIT_ASKPASS", "")
        .env("SSH_ASKPASS_REQUIRE", "never")
        .env("GCM_INTERACTIVE", "never")
        .env("LC_ALL", "C");
    command.arg("--no-replace-objects").arg("--git-dir").arg(repository);
    for setting in SAFE {
        command.args(["-c", setting]);
    }
    for protocol in protocols {
        command.args(["-c", &format!("protocol.{protocol}.allow=always")]);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // Of its own, so that what it started ends with it.
    command.process_group(0);
    command
}

/// How large a folder may get while a command runs.
pub struct Scale<'a> {
    pub folder: &'a Path,
    pub most: u64,
}

/// What it wrote, if it ended well; else its complaint.
pub fn run(
    mut command: Command,
    scale: Option<Scale<'_>>,
    watch: &Watch,
) -> Result<Result<Vec<u8>, String>, SourceError> {
    let mut child = started(&mut command)?;
    let (out, complaint) =
        (listen(child.stdout.take(), LONGEST_OUTPUT), listen(child.stderr.take(), LONGEST_COMPLAINT));
    let ended = attend(&mut child, scale, watch);
    if ended.is_err() {
        end(&mut child);
    }
    // A helper that stays behind may hold the other end open; what came until now is enough.
    let heard = |from: &Receiver<Vec<u8>>| from.recv_timeout(Duration::from_secs(5)).unwrap_or_default();
    let (out, complaint) = (heard(&out), heard(&complaint));
    if out.len() as u64 > LONGEST_OUTPUT {
        return Err(SourceError::TooMany { most: super::super::MOST_FILES, what: "files" });
    }
    Ok(if ended? { Ok(out) } else { Err(plain(&complaint)) })
}

pub fn started(command: &mut Command) -> Result<Child, SourceError> {
    command.spawn().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => SourceError::NoGit,
        _ => SourceError::Disk(error.to_string()),
    })
}

fn listen(from: Option<impl Read + Send + 'static>, most: u64) -> Receiver<Vec<u8>> {
    let (heard, hear) = sync_channel(1);
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut from) = from {
            // What cannot be read any more was said to nobody.
            let _ = from.by_ref().take(most + 1).read_to_end(&mut bytes);
            // A full pipe would keep it from ending.
            let _ = std::io::copy(&mut from, &mut std::io::sink());
        }
        let _ = heard.send(bytes);
    });
    hear
}

/// Whether it ended well.
fn attend(child: &mut Child, scale: Option<Scale<'_>>, watch: &Watch) -> Result<bool, SourceError> {
    let mut weighed = Instant::now();
    loop {
        let ended = child.try_wait()?;
        if let (Some(scale), true) = (&scale, ended.is_some() || weighed.elapsed() >= WEIGH) {
            let size = weight(scale.folder);
            if size > scale.most {
                return Err(SourceError::TooLarge { most: scale.most });
            }
            (watch.tell)(Progress::Fetching(size));
            weighed = Instant::now();
        }
        if let Some(status) = ended {
            return Ok(status.success());
        }
        watch.is_wanted()?;
        thread::sleep(LOOK);
    }
}

/// With all that it started.
pub fn end(child: &mut Child) {
    if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        // It may have ended by itself.
        let _ = kill_process_group(group, Signal::KILL);
    }
    let _ = child.wait();
}

/// The bytes below a folder.
pub fn weight(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let of = |entry: std::fs::DirEntry| match entry.metadata() {
        Ok(about) if about.is_dir() => weight(&entry.path()),
        Ok(about) => about.len(),
        Err(_) => 0,
    };
    entries.flatten().map(of).sum()
}

/// The line that matters, as plain text.
fn plain(complaint: &[u8]) -> String {
    let text = String::from_utf8_lossy(complaint);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let told =
        |line: &&str| ["fatal:", "error:", "ERROR:", "remote:", "ssh:"].iter().any(|word| line.starts_with(word));
    let said: Vec<_> = lines.clone().filter(told).take(6).collect();
    let said = if said.is_empty() { lines.rev().take(2).collect() } else { said };
    let line = said.join("; ");
    line.chars().map(|c| if c.is_control() { ' ' } else { c }).take(600).collect()
}
