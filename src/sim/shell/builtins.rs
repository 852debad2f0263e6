//! Commands that are part of the shell, because they change it.

use super::{
    commands::{self, print, test},
    files::absolute,
    kernel::signal,
    run::{Found, Leave, Shell, Variable},
    text::from_bytes,
};

const NAMES: [&str; 33] = [
    ":", ".", "[", "break", "cd", "command", "continue", "echo", "eval", "exec", "exit", "export", "false", "getopts",
    "hash", "jobs", "kill", "local", "printf", "pwd", "read", "readonly", "return", "set", "shift", "source", "test",
    "times", "trap", "true", "type", "umask", "unset",
];

pub fn is_builtin(name: &str) -> bool {
    NAMES.contains(&name) || name == "wait"
}

/// What is set before these stays set.
pub fn is_special(name: &str) -> bool {
    [
        ":", ".", "break", "continue", "eval", "exec", "exit", "export", "readonly", "return", "set", "shift", "times",
        "trap", "unset",
    ]
    .contains(&name)
}

pub async fn run(shell: &mut Shell, words: &[String]) -> Result<i32, Leave> {
    let rest = &words[1..];
    let number = |place: usize| rest.get(place).and_then(|text| text.parse::<i32>().ok());
    let code = match words[0].as_str() {
        ":" | "true" | "hash" | "umask" | "times" => 0,
        "false" => 1,
        "echo" => {
            let text = print::echo(rest, !shell.is_bash());
            shell.say(1, &text).await
        }
        "printf" => {
            let printed = print::printf(rest);
            let code = shell.say(1, &printed.text).await;
            if !printed.trouble.is_empty() {
                shell.say(2, &printed.trouble).await;
            }
            if code == 0 { printed.code } else { code }
        }
        "test" | "[" => {
            let found = shell.sys.with(|kernel| test::test(kernel, &shell.folder, &shell.streams, words));
            match found {
                Ok(is_so) => i32::from(!is_so),
                Err(why) => {
                    shell.say(2, &format!("{}: {why}\n", shell.short_name())).await;
                    2
                }
            }
        }
        "exit" => {
            if shell.is_interactive && shell.is_bash() {
                shell.say(2, "exit\n").await;
            }
            return Err(Leave::Exit(number(0).unwrap_or(shell.status) & 255));
        }
        "return" => return Err(Leave::Return(number(0).unwrap_or(shell.status))),
        "break" if shell.loops > 0 => {
            return Err(Leave::Break(number(0).unwrap_or(1).clamp(1, shell.loops as i32) as usize));
        }
        "continue" if shell.loops > 0 => {
            return Err(Leave::Continue(number(0).unwrap_or(1).clamp(1, shell.loops as i32) as usize));
        }
        "break" | "continue" => 0,
        "cd" => cd(shell, rest).await,
        "pwd" => {
            let text = format!("{}\n", shell.folder);
            shell.say(1, &text).await
        }
        "export" | "readonly" => declare(shell, words).await,
        "local" => local(shell, rest),
        "unset" => unset(shell, rest),
        "set" => set(shell, rest).await,
        "shift" => {
            let count = number(0).unwrap_or(1).max(0) as usize;
            if count > shell.arguments.len() {
                return Err(shell.fail("shift: can't shift that many").await);
            }
            shell.arguments.drain(..count);
            0
        }
        "eval" => {
            let text = rest.join(" ");
            Box::pin(shell.run_text(&text)).await?
        }
        "." | "source" => source(shell, rest).await?,
        "exec" => return exec(shell, rest).await,
        "read" => read(shell, rest).await,
        "wait" => wait(shell, rest).await,
        "trap" => trap(shell, rest).await,
        "kill" => kill(shell, rest).await,
        "type" | "command" => return look(shell, words).await,
        "jobs" => {
            let running: Vec<_> =
                shell.jobs.iter().map(|job| format!("[{}]  Running  {}\n", job.number, job.text)).collect();
            shell.say(1, &running.concat()).await
        }
        "getopts" => getopts(shell, rest),
        _ => 127,
    };
    Ok(code)
}

async fn cd(shell: &mut Shell, rest: &[String]) -> i32 {
    let old = shell.folder.clone();
    let to = match rest.first().map(String::as_str) {
        None => shell.variable("HOME").unwrap_or_else(|| "/root".into()),
        Some("-") => shell.variable("OLDPWD").unwrap_or_default(),
        Some(to) => to.to_owned(),
    };
    let path = absolute(&old, &to);
    if !shell.sys.with(|kernel| kernel.files.is_folder(&path)) {
        let why = if shell.is_bash() {
            format!("cd: {to}: No such file or directory")
        } else {
            format!("cd: can't cd to {to}")
        };
        shell.say(2, &format!("{}: {why}\n", shell.short_name())).await;
        return if shell.is_bash() { 1 } else { 2 };
    }
    if rest.first().is_some_and(|text| text == "-") {
        shell.say(1, &format!("{path}\n")).await;
    }
    shell.folder = path.clone();
    shell.set("OLDPWD", &old);
    shell.set("PWD", &path);
    0
}

async fn declare(shell: &mut Shell, words: &[String]) -> i32 {
    let is_export = words[0] == "export";
    if words.len() == 1 || words[1] == "-p" {
        let lines = shell.variables.iter().filter(|(_, v)| if is_export { v.is_exported } else { v.is_fixed });
        let lines: String = lines.map(|(name, v)| format!("{} {name}='{}'\n", words[0], v.text)).collect();
        return shell.say(1, &lines).await;
    }
    for word in &words[1..] {
        let (name, text) = match word.split_once('=') {
            Some((name, text)) => (name, Some(text)),
            None => (word.as_str(), None),
        };
        if let Some(text) = text {
            shell.set(name, text);
        }
        let unset = Variable { text: String::new(), is_exported: false, is_fixed: false };
        let is_known = shell.variables.contains_key(name);
        if is_known || text.is_some() || is_export {
            let variable = shell.variables.entry(name.to_owned()).or_insert(unset);
            if is_export { variable.is_exported = true } else { variable.is_fixed = true }
        }
    }
    0
}

fn local(shell: &mut Shell, rest: &[String]) -> i32 {
    for word in rest {
        let (name, text) = word.split_once('=').map_or((word.as_str(), None), |(name, text)| (name, Some(text)));
        let old = shell.variables.get(name).cloned();
        let Some(hidden) = shell.hidden.last_mut() else { return 1 };
        hidden.push((name.to_owned(), old));
        if let Some(text) = text {
            shell.set(name, text);
        }
    }
    0
}

fn unset(shell: &mut Shell, rest: &[String]) -> i32 {
    let is_function = rest.first().is_some_and(|word| word == "-f");
    for name in rest.iter().filter(|word| !word.starts_with('-')) {
        if is_function {
            shell.functions.remove(name);
        } else if !shell.variables.get(name).is_some_and(|variable| variable.is_fixed) {
            shell.variables.remove(name);
        }
    }
    0
}

async fn set(shell: &mut Shell, rest: &[String]) -> i32 {
    if rest.is_empty() {
        let lines: String = shell.variables.iter().map(|(name, v)| format!("{name}='{}'\n", v.text)).collect();
        return shell.say(1, &lines).await;
    }
    let mut place = 0;
    while let Some(word) = rest.get(place) {
        let (is_on, letters) = match (word.strip_prefix('-'), word.strip_prefix('+')) {
            _ if word == "--" => {
                shell.arguments = rest[place + 1..].to_vec();
                return 0;
            }
            (Some(letters), _) if !letters.is_empty() => (true, letters),
            (_, Some(letters)) if !letters.is_empty() => (false, letters),
            _ => {
                shell.arguments = rest[place..].to_vec();
                return 0;
            }
        };
        if letters == "o" {
            place += 1;
            let letter = match rest.get(place).map(String::as_str) {
                Some("errexit") => Some('e'),
                Some("nounset") => Some('u'),
                Some("xtrace") => Some('x'),
                Some("noglob") => Some('f'),
                _ => None,
            };
            letter.into_iter().for_each(|letter| turn(shell, letter, is_on));
        } else {
            letters.chars().for_each(|letter| turn(shell, letter, is_on));
        }
        place += 1;
    }
    0
}

fn turn(shell: &mut Shell, letter: char, is_on: bool) {
    if is_on {
        shell.flags.insert(letter);
    } else {
        shell.flags.remove(&letter);
    }
}

async fn source(shell: &mut Shell, rest: &[String]) -> Result<i32, Leave> {
    let Some(path) = rest.first() else { return Ok(2) };
    let whole = absolute(&shell.folder, path);
    let Ok(stream) = super::simple::open(&shell.sys, &whole, super::simple::Mode::Read) else {
        return Err(shell.fail(&format!(".: cannot open {path}: No such file")).await);
    };
    let text = from_bytes(&shell.sys.read_all(&stream).await);
    match Box::pin(shell.run_text(&text)).await {
        Err(Leave::Return(code)) => Ok(code),
        other => other,
    }
}

async fn exec(shell: &mut Shell, rest: &[String]) -> Result<i32, Leave> {
    let Some(name) = rest.first() else { return Ok(0) };
    match shell.find(name) {
        Found::File(path) => {
            let call = shell.call_of(shell.sys.clone(), rest.to_vec(), &[]);
            // The traps and streams of the shell go with it.
            shell.traps.clear();
            shell.streams.clear();
            Err(Leave::Exit(commands::execute(call, path).await))
        }
        Found::Builtin | Found::Function(_) => Err(Leave::Exit(Box::pin(run(shell, rest)).await?)),
        Found::Nothing => {
            shell.say(2, &format!("{}: exec: {name}: not found\n", shell.short_name())).await;
            Err(Leave::Exit(127))
        }
    }
}

async fn read(shell: &mut Shell, rest: &[String]) -> i32 {
    let is_raw = rest.iter().any(|word| word == "-r");
    let names: Vec<&String> = rest.iter().filter(|word| !word.starts_with('-')).collect();
    let Some(stream) = shell.streams.get(&0).cloned() else { return 1 };
    let (mut line, mut code) = (String::new(), 0);
    loop {
        let byte = shell.sys.read(&stream, 1).await;
        match byte.first() {
            None => {
                code = 1;
                break;
            }
            Some(b'\n') => break,
            Some(b'\\') if !is_raw => match shell.sys.read(&stream, 1).await.first() {
                Some(b'\n') | None => {}
                Some(byte) => line.push(char::from(*byte)),
            },
            Some(byte) => line.push(char::from(*byte)),
        }
    }
    let separators = shell.variable("IFS").unwrap_or_else(|| " \t\n".into());
    let is_blank = |c: char| separators.contains(c) && c.is_ascii_whitespace();
    let mut left = line.trim_matches(is_blank);
    if names.is_empty() {
        shell.set("REPLY", left);
    }
    for (place, name) in names.iter().enumerate() {
        let end = if place + 1 == names.len() { None } else { left.find(|c| separators.contains(c)) };
        let (value, more) = end.map_or((left, ""), |at| left.split_at(at));
        shell.set(name, value);
        left = more.trim_start_matches(is_blank);
        if more.len() == left.len() && !left.is_empty() {
            left = &left[1..];
        } else if let Some(rest) = left.strip_prefix(|c| separators.contains(c) && !is_blank(c)) {
            left = rest;
        }
        left = left.trim_start_matches(is_blank);
    }
    code
}

async fn wait(shell: &mut Shell, rest: &[String]) -> i32 {
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

async fn trap(shell: &mut Shell, rest: &[String]) -> i32 {
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

async fn kill(shell: &mut Shell, rest: &[String]) -> i32 {
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
            shell.sys.with(|kernel| {
                if is_group {
                    kernel.signal_group(pid, number);
                    true
                } else {
                    kernel.signal(pid, number)
                }
            })
        });
        if !is_hit {
            shell.say(2, &format!("{}: kill: ({word}) - No such process\n", shell.short_name())).await;
            code = 1;
        }
    }
    // It may have been meant for ourselves.
    shell.sys.sleep(0).await;
    code
}

async fn look(shell: &mut Shell, words: &[String]) -> Result<i32, Leave> {
    let is_type = words[0] == "type";
    let asks = is_type || words.get(1).is_some_and(|word| word == "-v" || word == "-V");
    if !asks {
        let rest: Vec<String> = words[1..].iter().skip_while(|word| *word == "-p" || *word == "--").cloned().collect();
        return match rest.first().map(|name| shell.find(name)) {
            None => Ok(0),
            Some(Found::Builtin) => Box::pin(run(shell, &rest)).await,
            Some(Found::File(path)) => {
                let name = rest.join(" ");
                let call = |sys| shell.call_of(sys, rest.clone(), &[]);
                let pid = shell.sys.spawn(super::sys::Place::Same, name, |sys| commands::execute(call(sys), path));
                Ok(shell.sys.wait(pid).await)
            }
            Some(Found::Function(_) | Found::Nothing) => {
                shell.say(2, &format!("{}: {}: not found\n", shell.short_name(), rest[0])).await;
                Ok(127)
            }
        };
    }
    let is_short = !is_type && words[1] == "-v";
    let mut code = 0;
    for name in words[1..].iter().filter(|word| !word.starts_with('-')) {
        let line = match shell.find(name) {
            Found::Function(_) | Found::Builtin if is_short => format!("{name}\n"),
            Found::File(path) if is_short => format!("{path}\n"),
            Found::Function(_) => format!("{name} is a shell function\n"),
            Found::Builtin => format!("{name} is a shell builtin\n"),
            Found::File(path) => format!("{name} is {path}\n"),
            Found::Nothing => {
                code = 127;
                if is_short { String::new() } else { format!("{name}: not found\n") }
            }
        };
        shell.say(1, &line).await;
    }
    Ok(code)
}

fn getopts(shell: &mut Shell, rest: &[String]) -> i32 {
    let [letters, name, ..] = rest else { return 2 };
    let given = if rest.len() > 2 { rest[2..].to_vec() } else { shell.arguments.clone() };
    let index: usize = shell.variable("OPTIND").and_then(|text| text.parse().ok()).unwrap_or(1).max(1);
    let within: usize = shell.variable("_OPTPLACE").and_then(|text| text.parse().ok()).unwrap_or(1);
    let end = |shell: &mut Shell| {
        shell.set(name, "?");
        1
    };
    let Some(word) = given.get(index - 1).filter(|word| word.len() > 1 && word.starts_with('-')) else {
        return end(shell);
    };
    if word == "--" {
        shell.set("OPTIND", &(index + 1).to_string());
        return end(shell);
    }
    let letter = word.chars().nth(within).unwrap_or('?');
    let is_last = within + 1 >= word.chars().count();
    let place = letters.find(letter).filter(|_| letter != ':');
    let wants = place.is_some_and(|at| letters[at + 1..].starts_with(':'));
    let (mut next, mut place_next) = if is_last { (index + 1, 1) } else { (index, within + 1) };
    if wants {
        let value: String = if is_last {
            given.get(index).cloned().unwrap_or_default()
        } else {
            word.chars().skip(within + 1).collect()
        };
        (next, place_next) = (if is_last { index + 2 } else { index + 1 }, 1);
        shell.set("OPTARG", &value);
    } else {
        shell.variables.remove("OPTARG");
    }
    shell.set("OPTIND", &next.to_string());
    shell.set("_OPTPLACE", &place_next.to_string());
    shell.set(name, &place.map_or("?".into(), |_| letter.to_string()));
    0
}
