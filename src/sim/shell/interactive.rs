//! A shell at a terminal: prompts, lines that go on, jobs that ended. Bash and ash differ in what they send around it.

use std::collections::BTreeMap;

use super::{
    commands::{self, Call},
    editor::{self, Edited},
    image::Flavour,
    kernel::{Program, signal},
    parse::{Mistake, Parser},
    run::{Leave, Shell},
    session::{Start, What},
    streams::{Stream, Streams},
    sys::Sys,
    text::to_bytes,
    tty::Tty,
};

const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// Around the prompt of bash: pasted text is marked from here, and no longer.
const MARKS_PASTES: &[u8] = b"\x1b[?2004h";
const NO_MARKS: &[u8] = b"\x1b[?2004l\r";
/// Ash asks where the cursor is.
const WHERE: &[u8] = b"\x1b[6n";

/// A shell of root, as the console begins it.
pub fn shell(sys: Sys) -> Program {
    Box::pin(async move {
        let mut shell = prepared(&sys);
        if shell.is_bash() {
            return at_prompt(&mut shell).await;
        }
        let greeting = "\n\nBusyBox v1.37.0 (2026-01-10 09:12:33 UTC) built-in shell (ash)\nEnter 'help' for a list of built-in commands.\n\n";
        shell.say(1, greeting).await;
        at_prompt(&mut shell).await
    })
}

/// What somebody outside begins in a session of its own.
pub fn outsider(sys: Sys, start: Start, streams: Streams) -> Program {
    Box::pin(async move {
        let Start { what, environment: own, folder } = start;
        let folder = if sys.with(|kernel| kernel.files.is_folder(&folder)) { folder } else { "/".to_owned() };
        let mut surroundings = if own.is_empty() { environment(&sys) } else { own.into_iter().collect() };
        surroundings.insert("PWD".into(), folder.clone());
        let root_shell =
            if sys.with(|kernel| kernel.host.flavour) == Flavour::Debian { "/bin/bash" } else { "/bin/sh" };
        let words = match what {
            What::Words(words) => words,
            What::Line(line) => vec![root_shell.to_owned(), "-c".into(), line],
            What::Shell if streams.get(&0).is_some_and(Stream::is_terminal) => {
                let mut shell = prepared(&sys);
                shell.streams = streams;
                shell.folder = folder;
                surroundings.iter().for_each(|(name, text)| shell.export(name, text));
                return at_prompt(&mut shell).await;
            }
            What::Shell => vec![root_shell.to_owned()],
        };
        let name = words.first().cloned().unwrap_or_default();
        let path = surroundings.get("PATH").cloned().unwrap_or_else(|| PATH.into());
        match commands::locate(&sys, &name, &path, &folder) {
            Some(file) => {
                let call = Call { sys, words, streams, environment: surroundings, folder };
                commands::execute(call, file).await
            }
            None => commands::no_such(&sys, &streams, &name).await,
        }
    })
}

fn environment(sys: &Sys) -> BTreeMap<String, String> {
    let own = sys.with(|kernel| kernel.host.environment.clone());
    let fixed = [("PATH", PATH), ("PWD", "/"), ("SHLVL", "1"), ("TERM", "linux"), ("container", "lxc")];
    fixed.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).chain(own).collect()
}

pub fn prepared(sys: &Sys) -> Shell {
    let flavour = sys.with(|kernel| kernel.host.flavour);
    let id = sys.terminal();
    let terminal = || Stream::Terminal(id);
    let streams: Streams = [(0, terminal()), (1, terminal()), (2, terminal())].into_iter().collect();
    let name = if flavour == Flavour::Debian { "/bin/bash" } else { "/bin/sh" };
    let mut shell = Shell::new(sys.clone(), name, &environment(sys), streams, "/");
    shell.is_interactive = true;
    let prompt = if flavour == Flavour::Debian { "\\u@\\h:\\w\\$ " } else { "\\w \\$ " };
    shell.set("PS1", prompt);
    shell.set("PS2", "> ");
    if flavour == Flavour::Debian {
        shell.set("SHELL", "/bin/bash");
    }
    sys.with(|kernel| {
        kernel.tty(id).is_redrawn = true;
        if let Some(process) = kernel.processes.get_mut(&sys.pid) {
            process.name = name.to_owned();
            process.traps.insert(signal::INT);
            process.shrugs.extend([signal::QUIT, signal::TERM]);
        }
    });
    shell
}

pub async fn at_prompt(shell: &mut Shell) -> i32 {
    let mut text = String::new();
    loop {
        if text.is_empty() {
            report_jobs(shell).await;
        }
        let name = if text.is_empty() { "PS1" } else { "PS2" };
        match read_line(shell, name).await {
            Edited::Line(line) => text.push_str(&line),
            Edited::Interrupted => {
                text.clear();
                shell.status = 130;
                continue;
            }
            Edited::End if text.is_empty() => {
                if shell.is_bash() {
                    shell.say(2, "exit\n").await;
                }
                let status = shell.status;
                return shell.finish(Ok(status)).await;
            }
            Edited::End => {}
        }
        text.push('\n');
        let nodes = match read(&text) {
            Err(Mistake::Unfinished) => continue,
            Err(Mistake::Wrong(why)) => {
                shell.fail(&why).await;
                text.clear();
                continue;
            }
            Ok(nodes) => nodes,
        };
        text.clear();
        for node in nodes {
            match shell.run(&node).await {
                Err(leave @ Leave::Exit(_)) => return finish(shell, leave).await,
                Err(Leave::Interrupted) => {
                    shell.loops = 0;
                    if shell.status == 130 {
                        shell.say(2, "\n").await;
                    }
                    break;
                }
                _ => {}
            }
        }
        (shell.tested, shell.loops, shell.depth) = (0, 0, 0);
    }
}

async fn finish(shell: &mut Shell, leave: Leave) -> i32 {
    shell.finish(Err(leave)).await
}

fn read(text: &str) -> Result<Vec<std::sync::Arc<super::syntax::Node>>, Mistake> {
    let mut parser = Parser::new(text);
    let mut nodes = Vec::new();
    while let Some(node) = parser.next()? {
        nodes.push(node);
    }
    Ok(nodes)
}

async fn read_line(shell: &Shell, name: &str) -> Edited {
    let shown = to_bytes(&prompt(shell, name));
    let echoes = shell.sys.with(|kernel| kernel.tty_of(shell.sys.pid).echoes);
    if !shell.is_bash() {
        let asks: &[u8] = if shown.is_empty() { b"" } else { WHERE };
        return editor::line(&shell.sys, &[&shown[..], asks].concat(), b"\n").await;
    }
    let edited = editor::line(&shell.sys, &[MARKS_PASTES, &shown].concat(), b"\n").await;
    shell.sys.with(|kernel| {
        let is_cut = edited == Edited::Interrupted;
        let tty = kernel.tty_of(shell.sys.pid);
        tty.write(NO_MARKS);
        // With the echo on, the newline was shown before.
        if !echoes || is_cut {
            tty.write(b"\n");
        }
    });
    edited
}

/// A prompt with its signs carried out.
fn prompt(shell: &Shell, name: &str) -> String {
    let Some(text) = shell.variable(name) else { return String::new() };
    let host = shell.sys.with(|kernel| kernel.host.name.clone());
    let home = shell.variable("HOME");
    let folder = match home.as_deref().and_then(|home| shell.folder.strip_prefix(home)) {
        Some(rest) if home.as_deref() != Some("/") => format!("~{rest}"),
        _ => shell.folder.clone(),
    };
    text.replace("\\u", "root").replace("\\h", &host).replace("\\w", &folder).replace("\\$", "#").replace("\\n", "\n")
}

/// Bash tells which jobs have ended.
async fn report_jobs(shell: &mut Shell) {
    let ended =
        |shell: &Shell, pid: u32| shell.sys.with(|kernel| kernel.processes.get(&pid).is_none_or(|p| p.exit.is_some()));
    let (over, left): (Vec<_>, Vec<_>) = shell.jobs.clone().into_iter().partition(|job| ended(shell, job.pid));
    shell.jobs = left;
    let last = shell.jobs.iter().chain(&over).map(|job| job.number).max().unwrap_or(0);
    for job in over {
        let code = shell.sys.wait(job.pid).await;
        if !shell.is_bash() {
            continue;
        }
        let state = if code == 0 { "Done".to_owned() } else { format!("Exit {code}") };
        let mark = if job.number == last { '+' } else { ' ' };
        shell.say(2, &format!("[{}]{mark}  {state:<24}{}\n", job.number, job.text)).await;
    }
}

/// The prompt and the line once more, after the terminal has changed its size.
pub fn redraw(tty: &Tty, flavour: Flavour) -> Vec<u8> {
    let is_bash = flavour == Flavour::Debian;
    let prompt = tty.prompt.strip_prefix(MARKS_PASTES).unwrap_or(&tty.prompt);
    let prompt = prompt.strip_suffix(WHERE).unwrap_or(prompt);
    match is_bash {
        true => [b"\r\x1b[K", prompt, &tty.edited[..]].concat(),
        false => [b"\r", prompt, &tty.edited[..], b"\x1b[J"].concat(),
    }
}
