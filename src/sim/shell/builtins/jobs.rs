//! Signals and those who get them: `wait`, `trap`, `kill`.

use crate::sim::shell::{kernel::signal, run::Shell};

pub async fn wait(shell: &mut Shell, rest: &[String]) -> i32 {
    let mut pids: Vec<u32> = rest.iter().filter_map(|word| pid_of(shell, word)).collect();
    let is_all = rest.is_empty();
    if is_all {
        pids = shell.jobs.iter().map(|job| job.pid).collect();
    }
    let mut code = if rest.len() > pids.len() { 127 } else { 0 };
    for pid in pids {
        code = shell.sys.wait(pid).await;
        shell.jobs.retain(|job| job.pid != pid);
    }
    if is_all { 0 } else { code }
}

/// A number, or `%1`.
fn pid_of(shell: &Shell, word: &str) -> Option<u32> {
    match word.strip_prefix('%') {
        Some(number) => {
            let number: usize = number.parse().ok()?;
            shell.jobs.iter().find(|job| job.number == number).map(|job| job.pid)
        }
        None => word.parse().ok(),
    }
}

pub async fn trap(shell: &mut Shell, rest: &[String]) -> i32 {
    let Some((action, names)) = rest.split_first() else {
        let lines: String = shell.traps.iter().map(|(number, text)| format!("trap -- '{text}' {number}\n")).collect();
        return shell.say(1, &lines).await;
    };
    let (action, names) = if names.is_empty() { ("-", rest) } else { (action.as_str(), names) };
    for name in names {
        let Some(number) = signal::number(name) else {
            shell.say(2, &format!("trap: {name}: bad trap\n")).await;
            return 1;
        };
        let (pid, is_reset, is_ignored) = (shell.sys.pid, action == "-", action.is_empty());
        shell.sys.with(|kernel| {
            let Some(process) = kernel.processes.get_mut(&pid) else { return };
            process.ignores.remove(&number);
            process.traps.remove(&number);
            if is_ignored {
                process.ignores.insert(number);
            } else if !is_reset && number != 0 {
                process.traps.insert(number);
            }
        });
        match is_reset {
            true => drop(shell.traps.remove(&number)),
            false => drop(shell.traps.insert(number, action.to_owned())),
        }
    }
    0
}

pub async fn kill(shell: &mut Shell, rest: &[String]) -> i32 {
    let (mut number, mut targets) = (signal::TERM, rest);
    if let Some(first) = rest.first().and_then(|word| word.strip_prefix('-')) {
        if first == "l" {
            return shell.say(1, "HUP INT QUIT KILL USR1 USR2 PIPE ALRM TERM CHLD CONT STOP TSTP\n").await;
        }
        let (name, used) = if first == "s" { (rest.get(1).map_or("", String::as_str), 2) } else { (first, 1) };
        let Some(known) = signal::number(name) else {
            shell.say(2, &format!("kill: bad signal number: {name}\n")).await;
            return 1;
        };
        (number, targets) = (known, &rest[used..]);
    }
    let mut code = 0;
    for word in targets {
        let is_group = word.starts_with('-');
        let pid = pid_of(shell, word.trim_start_matches('-'));
        let is_hit = pid.is_some_and(|pid| {
            shell.sys.with(
                |kernel| {
                    if is_group { kernel.signal_group(pid, number) } else { kernel.signal(pid, number) }
                },
            )
        });
        if !is_hit {
            shell.say(2, &format!("{}: kill: ({word}) - No such process\n", shell.short_name())).await;
            code = 1;
        }
    }
    // It may have been meant for ourselves.
    shell.sys.live_on().await;
    code
}
