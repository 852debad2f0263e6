//! Processes: shells, waiting, sessions of their own, time limits, lists of who runs.

use super::{Call, Command, Running, execute, info, locate};
use crate::sim::shell::{
    image::Flavour,
    kernel::signal,
    run::Shell,
    streams::Stream,
    sys::{Broken, Place},
    text::from_bytes,
};

pub const TABLE: &[Command] = &[
    ("sh", sh),
    ("bash", sh),
    ("dash", sh),
    ("ash", sh),
    ("busybox", busybox),
    ("true", |_| Box::pin(async { Ok(0) })),
    ("false", |_| Box::pin(async { Ok(1) })),
    ("test", judge),
    ("[", judge),
    ("sleep", sleep),
    ("setsid", setsid),
    ("nohup", nohup),
    ("timeout", timeout),
    ("ps", ps),
    ("kill", kill),
    ("top", top),
];

fn sh(call: Call) -> Running {
    Box::pin(async move {
        let Call { sys, words, streams, environment, folder } = call;
        let mut shell = Shell::new(sys, &words[0], &environment, streams, &folder);
        let mut rest = &words[1..];
        let (mut text, mut is_input) = (None, false);
        while let [word, more @ ..] = rest {
            let Some(letters) = word.strip_prefix(['-', '+']).filter(|letters| !letters.is_empty()) else { break };
            rest = more;
            if letters.contains('c') {
                text = Some(String::new());
            }
            is_input |= letters.contains('s') && !letters.starts_with('-');
            if letters == "o" {
                rest = rest.get(1..).unwrap_or_default();
                continue;
            }
            if !letters.starts_with('-') {
                shell.flags.extend(letters.chars().filter(|letter| "eufxan".contains(*letter)));
            }
        }
        let result = match (text.is_some(), rest) {
            (true, [script, more @ ..]) => {
                if let [name, arguments @ ..] = more {
                    shell.name = name.clone();
                    shell.arguments = arguments.to_vec();
                }
                shell.run_only(script).await
            }
            (false, [file, more @ ..]) if !is_input => {
                shell.arguments = more.to_vec();
                let path = crate::sim::shell::files::absolute(&shell.folder, file);
                let opened = crate::sim::shell::simple::open(&shell.sys, &path, crate::sim::shell::simple::Mode::Read);
                let Ok(stream) = opened else {
                    let why = format!("cannot open {file}: No such file");
                    let leave = shell.fail(&why).await;
                    return Ok(shell.finish(Err(leave)).await);
                };
                shell.name = file.clone();
                let script = from_bytes(&shell.sys.read_all(&stream).await);
                shell.run_text(&script).await
            }
            _ => {
                let Some(input) = shell.streams.get(&0).cloned() else { return Ok(0) };
                shell.arguments = rest.to_vec();
                shell.run_input(&input).await
            }
        };
        Ok(shell.finish(result).await)
    })
}

fn busybox(mut call: Call) -> Running {
    Box::pin(async move {
        if call.words.len() < 2 {
            return call.out("BusyBox v1.37.0 (2026-01-10 09:12:33 UTC) multi-call binary.\n").await.map(|()| 0);
        }
        call.words.remove(0);
        let file = format!("/bin/{}", call.words[0]);
        Ok(execute(call, file).await)
    })
}

fn judge(call: Call) -> Running {
    Box::pin(async move {
        let found = call.sys.with(|kernel| super::test::test(kernel, &call.folder, &call.streams, &call.words));
        match found {
            Ok(is_so) => Ok(i32::from(!is_so)),
            Err(why) => call.fail(&why).await.map(|_| 2),
        }
    })
}

/// `1`, `0.5`, `2m` in milliseconds.
fn span(text: &str) -> Option<i64> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor = match &text[digits.len()..] {
        "" | "s" => 1_000.0,
        "m" => 60_000.0,
        "h" => 3_600_000.0,
        "d" => 86_400_000.0,
        _ => return None,
    };
    digits.parse::<f64>().ok().filter(|value| *value >= 0.0).map(|value| (value * factor) as i64)
}

fn sleep(call: Call) -> Running {
    Box::pin(async move {
        if call.words.len() == 1 {
            return call.fail("missing operand").await;
        }
        let mut all = 0i64;
        for word in &call.words[1..] {
            match span(word) {
                Some(span) => all = all.saturating_add(span),
                None => return call.fail(&format!("invalid time interval '{word}'")).await,
            }
        }
        call.sys.sleep(all).await;
        Ok(0)
    })
}

/// The file that a command of these words is, and its call.
async fn inner(call: &Call, from: usize) -> Result<Option<(Call, String)>, Broken> {
    let words = call.words.get(from..).unwrap_or_default().to_vec();
    let Some(name) = words.first() else {
        call.fail("missing operand").await?;
        return Ok(None);
    };
    let path = call.environment.get("PATH").cloned().unwrap_or_else(|| "/usr/bin:/bin".into());
    let Some(file) = locate(&call.sys, name, &path, &call.folder) else {
        call.fail(&format!("failed to execute {name}: No such file or directory")).await?;
        return Ok(None);
    };
    let (sys, streams) = (call.sys.clone(), call.streams.clone());
    Ok(Some((Call { sys, words, streams, environment: call.environment.clone(), folder: call.folder.clone() }, file)))
}

fn setsid(call: Call) -> Running {
    Box::pin(async move {
        let (options, _) = call.options("");
        let from = 1 + call.words[1..].iter().take_while(|word| word.starts_with('-')).count();
        let (waits, forks) = (from > 1 && options.contains_key(&'w'), from > 1 && options.contains_key(&'f'));
        let Some((inner, file)) = inner(&call, from).await? else { return Ok(127) };
        let (pid, name) = (call.sys.pid, inner.words.join(" "));
        // The leader of a group must go on as another process; whoever waits for it sees it end at once.
        // With `-f` it goes on as another process in any case.
        let is_led_by_others = call.sys.with(|kernel| {
            if forks {
                return None;
            }
            let process = kernel.processes.get_mut(&pid).filter(|process| process.group != pid)?;
            (process.group, process.session, process.terminal) = (pid, pid, None);
            process.become_other(name.clone());
            Some(())
        });
        if is_led_by_others.is_some() {
            drop(call);
            return Ok(execute(inner, file).await);
        }
        let child = call.sys.spawn(Place::Session, name, |sys| execute(Call { sys, ..inner }, file));
        if waits { Ok(call.sys.wait(child).await) } else { Ok(0) }
    })
}

fn nohup(call: Call) -> Running {
    Box::pin(async move {
        call.sys.with(|kernel| {
            if let Some(process) = kernel.processes.get_mut(&call.sys.pid) {
                process.ignores.insert(signal::HUP);
            }
        });
        match inner(&call, 1).await? {
            Some((inner, file)) => Ok(execute(inner, file).await),
            None => Ok(127),
        }
    })
}

fn timeout(call: Call) -> Running {
    Box::pin(async move {
        let (options, _) = call.options("ks");
        let flags = call.words[1..].iter().take_while(|word| word.starts_with('-')).count();
        let valued = call.words[1..].iter().take(flags).filter(|word| *word == "-k" || *word == "-s").count();
        let from = 1 + flags + valued;
        let Some(limit) = call.words.get(from).and_then(|word| span(word)) else {
            return call.fail("missing operand").await.map(|_| 125);
        };
        let number = options.get(&'s').and_then(|name| signal::number(name)).unwrap_or(signal::TERM);
        let Some((inner, file)) = inner(&call, from + 1).await? else { return Ok(127) };
        let name = inner.words.join(" ");
        let pid = call.sys.spawn(Place::Same, name, |sys| execute(Call { sys, ..inner }, file));
        let watched = call.sys.spawn(Place::Same, "timeout".into(), |sys| {
            Box::pin(async move {
                sys.sleep(limit).await;
                i32::from(sys.with(|kernel| kernel.signal(pid, number)))
            })
        });
        let code = call.sys.wait(pid).await;
        let is_late = call.sys.with(|kernel| {
            let is_late = kernel.processes.get(&watched).is_none_or(|process| process.exit.is_some());
            kernel.signal(watched, signal::KILL);
            is_late
        });
        // Nobody asks about it any more.
        call.sys.wait(watched).await;
        // Busybox does not tell that it was too late.
        let tells = call.sys.with(|kernel| kernel.host.flavour) == Flavour::Debian && number != signal::KILL;
        Ok(if is_late && code == 128 + number && tells { 124 } else { code })
    })
}

fn ps(call: Call) -> Running {
    Box::pin(async move {
        let lines = call.sys.with(|kernel| {
            let row = |(pid, process): (&u32, &crate::sim::shell::kernel::Process)| {
                format!(
                    "{pid:>7} {:>7} root     {}\n",
                    process.parent,
                    process.name.chars().take(120).collect::<String>()
                )
            };
            let shown = kernel.processes.iter().filter(|(_, process)| process.exit.is_none());
            shown.map(row).collect::<String>()
        });
        call.out(&format!("    PID    PPID USER     COMMAND\n{lines}")).await?;
        Ok(0)
    })
}

fn kill(call: Call) -> Running {
    Box::pin(async move {
        let (mut number, mut code) = (signal::TERM, 0);
        for word in &call.words[1..] {
            if let Some(name) = word.strip_prefix('-') {
                number = signal::number(name).unwrap_or(signal::TERM);
                continue;
            }
            let is_hit = word.parse().is_ok_and(|pid| call.sys.with(|kernel| kernel.signal(pid, number)));
            if !is_hit {
                code = call.fail(&format!("({word}): No such process")).await?;
            }
        }
        Ok(code)
    })
}

/// Draws the list of processes until it is told to stop: by `q` or by Ctrl-C.
fn top(call: Call) -> Running {
    Box::pin(async move {
        let Stream::Terminal(id) = call.input() else { return call.fail("failed tty get").await };
        call.sys.with(|kernel| {
            let tty = kernel.tty(id);
            (tty.echoes, tty.makes_lines) = (false, true);
        });
        loop {
            let (load, count) = call.sys.with(|kernel| (info::load(kernel), kernel.processes.len()));
            let load = load.split(' ').take(3).collect::<Vec<_>>().join(", ");
            let text = format!(
                "\u{1b}[H\u{1b}[Jtop - load average: {load}\nTasks: {count} total\n\u{1b}[7m    PID USER     COMMAND\u{1b}[m\n      1 root     init\n"
            );
            call.out(&text).await?;
            for _ in 0..30 {
                call.sys.sleep(100).await;
                let typed: Vec<u8> = call.sys.with(|kernel| {
                    if !kernel.is_in_front(call.sys.pid, id) {
                        return Vec::new();
                    }
                    let tty = kernel.tty(id);
                    std::iter::from_fn(|| tty.read(4_096)).flatten().collect()
                });
                if typed.contains(&b'q') {
                    return Ok(0);
                }
            }
        }
    })
}
