//! `proximity doctor`, with what only this process can see of its machine: the settings, the terminal, the sound.

use std::{io::IsTerminal, process::ExitCode};

use super::open;
use crate::{
    cli::{self, Arguments, Examining, Printer},
    domain::{
        checkup::{Area, Check},
        fault::Fault,
    },
    engine::Duty,
    settings::{self, Colour, Glyphs, Paths},
    sound,
    tui::{
        canvas::Charset,
        term::{Devices, Surroundings},
        theme::Depth,
    },
};

pub async fn examine(arguments: &Arguments, examining: &Examining, printer: &Printer) -> Result<ExitCode, Fault> {
    let world = open(&arguments.global, arguments.is_demo(), Duty::OneErrand).await?;
    let mut here = settings(&world.paths);
    here.extend(world.unread.iter().map(|fault| Check::of_fault(Area::Database, "books", fault)));
    here.push(terminal());
    here.push(hearing());
    let result = match world.engine.start().await {
        Ok(()) => cli::doctor(&world.engine, here, examining, printer).await,
        Err(fault) => {
            // A vault that does not open is one of the things that are looked at.
            here.push(Check::of_fault(Area::Secrets, "vault", &fault));
            cli::doctor(&world.engine, here, examining, printer).await
        }
    };
    world.close().await;
    result
}

fn settings(paths: &Paths) -> Vec<Check> {
    let file = paths.settings();
    match settings::load(&file).1 {
        Some(fault) => vec![Check::of_fault(Area::Settings, "settings.toml", &fault)],
        None if file.exists() => vec![Check::good(Area::Settings, "settings.toml", "every value of it makes sense")],
        None => vec![Check::good(Area::Settings, "settings.toml", "there is none: the defaults hold")],
    }
}

fn terminal() -> Check {
    if !std::io::stdout().is_terminal() && !std::io::stderr().is_terminal() {
        return Check::unknown(Area::Terminal, "terminal", "this is none: run it where the deck is to be shown");
    }
    let seen = Surroundings::read();
    let colours = match seen.depth(Colour::Auto).depth {
        Depth::True => "all colours",
        Depth::Indexed => "256 colours",
        Depth::Named => "16 colours",
        Depth::None => "no colours",
    };
    let (columns, rows) = Devices::of_process(None).map_or((0, 0), |devices| devices.size());
    let name = if seen.term.is_empty() { "no name".to_owned() } else { seen.term.clone() };
    let says = format!("{name}: {colours}, {columns}x{rows}");
    match (seen.charset(Glyphs::Auto), columns < 80 || rows < 24) {
        (_, true) => Check::warning(Area::Terminal, "terminal", says, "make its window 80x24 or larger"),
        (Charset::Ascii, _) => Check::warning(
            Area::Terminal,
            "terminal",
            format!("{says}, ASCII only"),
            "a locale with UTF-8 brings the drawn racks: `export LANG=C.UTF-8`",
        ),
        (Charset::Unicode, _) => Check::good(Area::Terminal, "terminal", says),
    }
}

fn hearing() -> Check {
    if super::deck::ears() == sound::Ears::Remote {
        return Check::good(Area::Sound, "sound", "over SSH the terminal's bell rings, for errors only");
    }
    match sound::is_heard() {
        true => Check::good(Area::Sound, "sound", "there is somewhere to play"),
        false => Check::unknown(Area::Sound, "sound", "this machine has no sound that answers; the deck is silent"),
    }
}
