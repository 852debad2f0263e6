//! What a name means, and text or a program in the place of the shell: `command`, `type`, `exec`, `.`.

use super::run;
use crate::sim::shell::{
    commands,
    files::absolute,
    run::{Found, Leave, Shell},
    simple,
    sys::Place,
    text::from_bytes,
};

pub async fn source(shell: &mut Shell, rest: &[String]) -> Result<i32, Leave> {
    let Some(path) = rest.first() else { return Ok(2) };
    let whole = absolute(&shell.folder, path);
    let Ok(stream) = simple::open(&shell.sys, &whole, simple::Mode::Read) else {
        return Err(shell.fail(&format!(".: cannot open {path}: No such file")).await);
    };
    let text = from_bytes(&shell.sys.read_all(&stream).await);
    match Box::pin(shell.run_text(&text)).await {
        Err(Leave::Return(code)) => Ok(code),
        other => other,
    }
}

pub async fn exec(shell: &mut Shell, rest: &[String]) -> Result<i32, Leave> {
    let Some(name) = rest.first() else { return Ok(0) };
    match shell.find(name) {
        Found::File(path) => Err(Leave::Exit(shell.become_file(path, rest.to_vec(), &[]).await)),
        Found::Builtin | Found::Function(_) => Err(Leave::Exit(Box::pin(run(shell, rest)).await?)),
        Found::Nothing => {
            shell.say(2, &format!("{}: exec: {name}: not found\n", shell.short_name())).await;
            Err(Leave::Exit(127))
        }
    }
}

pub async fn look(shell: &mut Shell, words: &[String]) -> Result<i32, Leave> {
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
                let pid = shell.sys.spawn(Place::Same, name, |sys| commands::execute(call(sys), path));
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
