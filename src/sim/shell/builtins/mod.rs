//! Commands that are part of the shell, because they change it.

mod getopts;
mod jobs;
mod lookup;
mod read;
mod variables;

use super::{
    commands::{print, test},
    files::absolute,
    run::{Leave, Shell},
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
    let code = match words[0].as_str() {
        ":" | "true" | "hash" | "times" | "false" => i32::from(words[0] == "false"),
        "exit" | "return" | "break" | "continue" => return leave(shell, words).await,
        "echo" | "printf" | "test" | "[" | "pwd" | "jobs" => write(shell, words).await,
        "cd" => cd(shell, rest).await,
        "umask" => umask(shell, rest).await,
        "export" | "readonly" => variables::declare(shell, words).await,
        "local" => variables::local(shell, rest),
        "unset" => variables::unset(shell, rest).await?,
        "set" => variables::set(shell, rest).await,
        "shift" => shift(shell, rest).await?,
        "eval" => Box::pin(shell.run_text(&rest.join(" "))).await?,
        "." | "source" => lookup::source(shell, rest).await?,
        "exec" => return lookup::exec(shell, rest).await,
        "type" | "command" => return lookup::look(shell, words).await,
        "read" => read::read(shell, rest).await,
        "wait" => jobs::wait(shell, rest).await,
        "trap" => jobs::trap(shell, rest).await,
        "kill" => jobs::kill(shell, rest).await,
        "getopts" => getopts::getopts(shell, rest),
        _ => 127,
    };
    Ok(code)
}

fn number(rest: &[String]) -> Option<i32> {
    rest.first().and_then(|text| text.parse().ok())
}

/// Those that end more than themselves.
async fn leave(shell: &mut Shell, words: &[String]) -> Result<i32, Leave> {
    let (name, given) = (words[0].as_str(), number(&words[1..]));
    let rounds = given.unwrap_or(1).clamp(1, shell.loops.max(1) as i32) as usize;
    match name {
        "exit" => {
            if shell.is_interactive && shell.is_bash() {
                shell.say(2, "exit\n").await;
            }
            Err(Leave::Exit(given.unwrap_or(shell.status) & 255))
        }
        "return" => Err(Leave::Return(given.unwrap_or(shell.status))),
        _ if shell.loops == 0 => Ok(0),
        "break" => Err(Leave::Break(rounds)),
        _ => Err(Leave::Continue(rounds)),
    }
}

/// Those that only tell something.
async fn write(shell: &mut Shell, words: &[String]) -> i32 {
    let rest = &words[1..];
    let text = match words[0].as_str() {
        "echo" => print::echo(rest, !shell.is_bash()),
        "printf" => return printf(shell, rest).await,
        "pwd" => format!("{}\n", shell.folder),
        "jobs" => shell.jobs.iter().map(|job| format!("[{}]  Running  {}\n", job.number, job.text)).collect(),
        _ => return compare(shell, words).await,
    };
    shell.say(1, &text).await
}

async fn printf(shell: &mut Shell, rest: &[String]) -> i32 {
    let printed = print::printf(rest);
    let code = shell.say(1, &printed.text).await;
    if !printed.trouble.is_empty() {
        shell.say(2, &printed.trouble).await;
    }
    if code == 0 { printed.code } else { code }
}

async fn compare(shell: &mut Shell, words: &[String]) -> i32 {
    let found = shell.sys.with(|kernel| test::test(kernel, &shell.folder, &shell.streams, words));
    match found {
        Ok(is_so) => i32::from(!is_so),
        Err(why) => {
            shell.say(2, &format!("{}: {why}\n", shell.short_name())).await;
            2
        }
    }
}

async fn umask(shell: &mut Shell, rest: &[String]) -> i32 {
    let pid = shell.sys.pid;
    let Some(text) = rest.iter().find(|word| !word.starts_with('-')) else {
        let mask = shell.sys.with(|kernel| kernel.umask_of(pid));
        return shell.say(1, &format!("{mask:04o}\n")).await;
    };
    let Ok(mask) = u32::from_str_radix(text, 8) else {
        shell.say(2, &format!("{}: umask: Illegal number: {text}\n", shell.short_name())).await;
        return 2;
    };
    shell.sys.with(|kernel| {
        if let Some(process) = kernel.processes.get_mut(&pid) {
            process.umask = mask & 0o777;
        }
    });
    0
}

async fn shift(shell: &mut Shell, rest: &[String]) -> Result<i32, Leave> {
    let count = number(rest).unwrap_or(1).max(0) as usize;
    if count > shell.arguments.len() {
        return Err(shell.fail("shift: can't shift that many").await);
    }
    shell.arguments.drain(..count);
    Ok(0)
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
