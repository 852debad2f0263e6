//! `systemctl`: units are started, stopped and asked about.

use super::{Call, Command, Running};
use crate::sim::shell::{
    software::{
        journal,
        services::{self, State},
        units::{self, Unit},
    },
    sys::Broken,
};

pub const TABLE: &[Command] = &[("systemctl", systemctl)];

/// How long a unit takes to begin or to end.
const TURN_MS: i64 = 300;

fn systemctl(call: Call) -> Running {
    Box::pin(async move {
        let mut given = call.words[1..].iter();
        let mut words = Vec::new();
        while let Some(word) = given.next() {
            match word.as_str() {
                "-n" | "-p" | "-t" | "--lines" => drop(given.next()),
                _ if word.starts_with('-') => {}
                _ => words.push(word.clone()),
            }
        }
        let what = words.first().cloned().unwrap_or_else(|| "list-units".into());
        let names = words.get(1..).unwrap_or_default().to_vec();
        match what.as_str() {
            "is-system-running" => call.out("running\n").await.map(|()| 0),
            "daemon-reload" | "daemon-reexec" | "reset-failed" | "preset" => Ok(0),
            "list-units" | "list-unit-files" => list(&call).await,
            "is-active" => ask_active(&call, &names).await,
            "is-enabled" => ask_enabled(&call, &names).await,
            "is-failed" => ask_failed(&call, &names).await,
            "status" | "show" => status(&call, &names).await,
            "cat" => cat(&call, &names).await,
            "start" | "stop" | "restart" | "try-restart" | "reload" | "reload-or-restart" | "enable" | "disable"
            | "mask" | "unmask" => each(&call, &what, &names).await,
            other => {
                call.write(2, format!("Unknown command verb '{other}', did you mean 'status'?\n").as_bytes()).await?;
                Ok(1)
            }
        }
    })
}

fn find(call: &Call, name: &str) -> Option<Unit> {
    call.sys.with(|kernel| units::find(&kernel.files, name))
}

fn is_quiet(call: &Call) -> bool {
    call.words.iter().any(|word| word == "-q" || word == "--quiet")
}

fn state(call: &Call, unit: &Unit) -> State {
    call.sys.with(|kernel| kernel.state_of(&unit.name))
}

async fn each(call: &Call, what: &str, names: &[String]) -> Result<i32, Broken> {
    let (mut code, is_now) = (0, call.words.iter().any(|word| word == "--now"));
    for name in names {
        let Some(unit) = find(call, name) else {
            let whole = format!("{}.service", units::short(name));
            let (text, end) = match what {
                "enable" | "disable" | "mask" | "unmask" => {
                    (format!("Failed to {what} unit: Unit {whole} does not exist\n"), 1)
                }
                _ => (format!("Failed to {what} {whole}: Unit {whole} not found.\n"), 5),
            };
            call.write(2, text.as_bytes()).await?;
            code = end;
            continue;
        };
        let done = match what {
            "start" => start(call, &unit).await?,
            "stop" => stop(call, &unit).await,
            "restart" => {
                stop(call, &unit).await;
                start(call, &unit).await?
            }
            "try-restart" | "reload" | "reload-or-restart" => reload(call, what, &unit).await?,
            "enable" => {
                enable(call, &unit).await?;
                if is_now { start(call, &unit).await? } else { 0 }
            }
            "disable" => {
                disable(call, &unit).await?;
                if is_now { stop(call, &unit).await } else { 0 }
            }
            _ => 0,
        };
        code = if done == 0 { code } else { done };
    }
    Ok(code)
}

async fn start(call: &Call, unit: &Unit) -> Result<i32, Broken> {
    if state(call, unit) == State::Active {
        return Ok(0);
    }
    call.sys.sleep(TURN_MS).await;
    if services::start(&call.sys, unit).await.is_ok() {
        return Ok(0);
    }
    let whole = unit.whole_name();
    let text = format!(
        "Job for {whole} failed because the control process exited with error code.\nSee \"systemctl status {whole}\" and \"journalctl -xeu {whole}\" for details.\n"
    );
    call.write(2, text.as_bytes()).await?;
    Ok(1)
}

async fn stop(call: &Call, unit: &Unit) -> i32 {
    if state(call, unit) == State::Active {
        call.sys.sleep(TURN_MS).await;
    }
    services::stop(&call.sys, unit).await;
    0
}

/// Whoever reads its configuration again does what a restart would.
async fn reload(call: &Call, what: &str, unit: &Unit) -> Result<i32, Broken> {
    match (state(call, unit), what) {
        (State::Active, _) => {
            stop(call, unit).await;
            start(call, unit).await
        }
        (_, "try-restart") => Ok(0),
        (_, "reload-or-restart") => start(call, unit).await,
        _ => {
            let whole = unit.whole_name();
            call.write(2, format!("{whole} is not active, cannot reload.\n").as_bytes()).await?;
            Ok(1)
        }
    }
}

async fn enable(call: &Call, unit: &Unit) -> Result<(), Broken> {
    if unit.wanted_by.is_none() {
        let text = "The unit files have no installation config (WantedBy=, RequiredBy=, UpheldBy=,\nAlso=, or Alias= settings in the [Install] section, and DefaultInstance= for\ntemplate units). This means they are not meant to be enabled or disabled using systemctl.\n";
        return call.write(2, text.as_bytes()).await;
    }
    let link = call.sys.with(|kernel| {
        kernel.changes += 1;
        units::enable(&mut kernel.files, unit)
    });
    match link {
        Some(link) => {
            let text = format!("Created symlink '{link}' \u{2192} '{}'.\n", unit.path);
            call.write(2, text.as_bytes()).await
        }
        None => Ok(()),
    }
}

async fn disable(call: &Call, unit: &Unit) -> Result<(), Broken> {
    let link = call.sys.with(|kernel| {
        kernel.changes += 1;
        units::disable(&mut kernel.files, unit)
    });
    match link {
        Some(link) => call.write(2, format!("Removed '{link}'.\n").as_bytes()).await,
        None => Ok(()),
    }
}

async fn ask_active(call: &Call, names: &[String]) -> Result<i32, Broken> {
    let mut code = 3;
    let mut is_unknown = !names.is_empty();
    for name in names {
        let unit = find(call, name);
        is_unknown &= unit.is_none();
        let state = unit.map_or(State::Inactive, |unit| state(call, &unit));
        if state == State::Active {
            code = 0;
        }
        if !is_quiet(call) {
            call.out(&format!("{}\n", state.word())).await?;
        }
    }
    Ok(if is_unknown { 4 } else { code })
}

async fn ask_failed(call: &Call, names: &[String]) -> Result<i32, Broken> {
    let mut code = 1;
    for name in names {
        let state = find(call, name).map_or(State::Inactive, |unit| state(call, &unit));
        code = if state == State::Failed { 0 } else { code };
        call.out(&format!("{}\n", state.word())).await?;
    }
    Ok(code)
}

async fn ask_enabled(call: &Call, names: &[String]) -> Result<i32, Broken> {
    let mut code = 1;
    for name in names {
        let Some(unit) = find(call, name) else {
            call.out("not-found\n").await?;
            return Ok(4);
        };
        let is_enabled = call.sys.with(|kernel| units::is_enabled(&kernel.files, &unit));
        let word = match (is_enabled, &unit.wanted_by) {
            (true, _) => "enabled",
            (false, None) => "static",
            (false, Some(_)) => "disabled",
        };
        if word != "disabled" {
            code = 0;
        }
        if !is_quiet(call) {
            call.out(&format!("{word}\n")).await?;
        }
    }
    Ok(code)
}

async fn list(call: &Call) -> Result<i32, Broken> {
    let text = call.sys.with(|kernel| {
        let row = |unit: Unit| {
            let state = kernel.state_of(&unit.name);
            let detail = if state == State::Active { "running" } else { "dead" };
            format!("  {}.service loaded {} {detail} {}\n", unit.name, state.word(), unit.about)
        };
        units::enabled(&kernel.files).into_iter().map(row).collect::<String>()
    });
    call.out(&text).await.map(|()| 0)
}

async fn status(call: &Call, names: &[String]) -> Result<i32, Broken> {
    let mut code = 0;
    for name in names {
        let Some(unit) = find(call, name) else {
            call.write(2, format!("Unit {}.service could not be found.\n", units::short(name)).as_bytes()).await?;
            code = 4;
            continue;
        };
        let (text, state) = call.sys.with(|kernel| {
            let state = kernel.state_of(&unit.name);
            let preset = if units::is_enabled(&kernel.files, &unit) { "enabled" } else { "disabled" };
            let detail = match state {
                State::Active => "active (running)",
                State::Failed => "failed (Result: exit-code)",
                State::Inactive => "inactive (dead)",
            };
            let pid = kernel.running(&unit.name).and_then(|running| running.pid);
            let since = kernel.running(&unit.name).map(|running| running.since);
            let mut text = format!(
                "\u{25cf} {} - {}\n     Loaded: loaded ({}; {preset}; preset: enabled)\n     Active: {detail}",
                unit.whole_name(),
                unit.about,
                unit.path
            );
            if let Some(since) = since {
                let time = jiff::Timestamp::from_millisecond(since.0).unwrap_or_default();
                text += &format!(" since {}", time.strftime("%a %Y-%m-%d %H:%M:%S UTC"));
            }
            text += "\n";
            if let Some(pid) = pid {
                text += &format!("   Main PID: {pid}\n");
            }
            let lines = journal::entries(kernel, std::slice::from_ref(&unit.name));
            let last = lines.iter().skip(lines.len().saturating_sub(10));
            let last = last.map(|line| format!("{}\n", line.shown(journal::Form::Short)));
            (text + "\n" + &last.collect::<String>(), state)
        });
        call.write(1, text.as_bytes()).await?;
        code = if state == State::Active { code } else { 3 };
    }
    Ok(code)
}

async fn cat(call: &Call, names: &[String]) -> Result<i32, Broken> {
    for name in names {
        let Some(unit) = find(call, name) else {
            call.write(2, format!("No files found for {}.service.\n", units::short(name)).as_bytes()).await?;
            return Ok(1);
        };
        let text = call.sys.with(|kernel| kernel.files.text(&unit.path)).unwrap_or_default();
        call.write(1, format!("# {}\n{text}", unit.path).as_bytes()).await?;
    }
    Ok(0)
}
