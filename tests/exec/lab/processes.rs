//! The processes of one guest, found by a word in their environment, which every child inherits, also one that left its
//! session. What must hold: whoever is told to die has died when the call returns.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

/// Far longer than a killed process takes to go.
const PATIENCE: Duration = Duration::from_secs(20);

/// All that carry this word, and all that stand in this folder.
pub fn find(word: &str, folder: &Path) -> Vec<Pid> {
    let ids = fs::read_dir("/proc").into_iter().flatten().flatten();
    let ids = ids.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    let own = std::process::id();
    ids.filter(|id| id.unsigned_abs() != own && belongs(*id, word, folder)).filter_map(Pid::from_raw).collect()
}

fn belongs(id: i32, word: &str, folder: &Path) -> bool {
    let environment = fs::read(format!("/proc/{id}/environ")).unwrap_or_default();
    let stands_there = || fs::read_link(format!("/proc/{id}/cwd")).is_ok_and(|at| at.starts_with(folder));
    environment.split(|byte| *byte == 0).any(|item| item == word.as_bytes()) || stands_there()
}

/// Whether this is the first process at a terminal, and has it to itself.
pub fn leads_its_terminal(id: Pid) -> bool {
    let id = id.as_raw_nonzero().to_string();
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    // State, parent, group, session, terminal, group that has the terminal.
    matches!(fields.as_slice(), [_, _, group, session, _, holder, ..] if [group, session, holder] == [&id.as_str(); 3])
}

/// Whether one of its words ends so.
pub fn runs(id: Pid, script: &str) -> bool {
    let words = fs::read(format!("/proc/{}/cmdline", id.as_raw_nonzero())).unwrap_or_default();
    words.split(|byte| *byte == 0).any(|word| word.ends_with(script.as_bytes()))
}

/// Who is gone already is none the worse for it.
pub fn kill(id: Pid) {
    let _ = kill_process(id, Signal::KILL);
}

/// Kills until nobody is left: who was just born is met in the next round.
pub fn kill_all(word: &str, folder: &Path) {
    let since = Instant::now();
    loop {
        let living = find(word, folder);
        if living.is_empty() {
            return;
        }
        assert!(since.elapsed() < PATIENCE, "{living:?} cannot be killed");
        living.into_iter().for_each(kill);
        std::thread::yield_now();
    }
}
