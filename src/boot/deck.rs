//! The deck on this process's terminal. What must hold: the first frame waits for no host, and what goes wrong before
//! it is told on the terminal as it was found.

use std::sync::{Arc, Mutex, PoisonError};

use crossterm::event::EventStream;
use tokio::task::JoinSet;

use super::{Opened, demo::Demo as Demonstration, mischief::Lever, open, themes};
use crate::{
    cli::{Arguments, Global},
    domain::{
        care::Rules,
        defaults::Defaults,
        fault::{Fault, FaultCode},
        fleet::Fleet,
        ids::{GuestKey, OperationId},
        mischief::Meddling,
        road::TerminalSize,
    },
    engine::{Answer, Change, Duty, Engine, Notice, Query, Request, Visit},
    settings::{self, Glyphs, OverSsh, Paths, Settings},
    sound::{Bells, Cue, Ears, Heard, Level, Player},
    tui::{
        Model, Start,
        canvas::Canvas,
        event::Carried,
        keymap::{self, Keymap},
        model::{Demo, Opening, memory::Memory, panel::Facts},
        run::{self, Clock, Ended, Errand, Listeners, Seat, Sounded},
        term::{Abilities, Devices, Surroundings, Terminal, TerminalError},
        theme::Themes,
    },
};

pub async fn show(arguments: &Arguments) -> Result<(), Fault> {
    let ended = show_once(arguments, arguments.is_demo()).await?;
    if ended == Ended::ForDemo {
        show_once(arguments, true).await?;
    }
    Ok(())
}

async fn show_once(arguments: &Arguments, is_demo: bool) -> Result<Ended, Fault> {
    let clock = Clock::start();
    let world = open(&arguments.global, is_demo, Duty::Watch).await?;
    let result = serve(&world, &arguments.global, clock).await;
    world.close().await;
    result
}

async fn serve(world: &Opened, global: &Global, clock: Clock) -> Result<Ended, Fault> {
    let (kept, broken) = settings::load(&world.paths.settings());
    let settings = for_this_run(&kept, global);
    let stamps = themes::stamps(&world.paths.themes());
    let (shelf, unfit) = Themes::load(Some(&world.paths.themes()));
    let unknown = unknown_theme(&settings, &shelf);
    let astray = keymap::amiss(&Keymap::of(&settings.keys).1);
    let surroundings = Surroundings::read();
    let abilities = Abilities::judge(&surroundings, &settings.look);
    let (calls, listeners) = Listeners::of_process().map_err(|error| no_terminal(&error.into()))?;
    let devices = Devices::of_process(log(&world.paths)).map_err(|error| no_terminal(&error))?;
    let terminal = Terminal::take(devices, abilities).map_err(|error| no_terminal(&error))?;
    terminal.guard_panics();
    let (worn, seen) = tokio::sync::watch::channel(shelf.clone());
    let door = Door::new(world, &settings, kept, seen);
    let (memory, forgotten) = remembered(world).await;
    let start = start(world, settings, &shelf, abilities, terminal.size(), clock);
    let model = Model::new(Start { memory, ..start });
    let follow = themes::follow(world.paths.themes(), stamps, worn, world.engine.clone());
    let (engine, unread) = (world.engine.clone(), world.unread.clone());
    let start = async move {
        let locked = engine.start().await.err();
        broken
            .into_iter()
            .chain(unread)
            .chain(unfit)
            .chain(astray)
            .chain(unknown)
            .chain(forgotten)
            .chain(locked)
            .for_each(|fault| engine.tell(&fault));
    };
    let seat = Seat { terminal, input: EventStream::new(), calls, listeners };
    let mut started = JoinSet::new();
    // The deck listens before there is anything to hear, so no fault of the start goes unheard.
    let after_the_first_frame = async {
        started.spawn(start);
        started.spawn(follow);
        std::future::pending().await
    };
    let ended = tokio::select! {
        biased;
        ended = run::serve(model, door, seat, clock) => ended,
        never = after_the_first_frame => never,
    };
    Ok(ended)
}

fn start(
    world: &Opened,
    settings: Settings,
    themes: &Themes,
    abilities: Abilities,
    (columns, rows): (u16, u16),
    clock: Clock,
) -> Start {
    let fleet = world.engine.fleet().borrow().clone();
    let is_new = fleet.hosts.is_empty() && world.demo.is_none();
    Start {
        canvas: Canvas {
            theme: themes.resolve(&settings.look.theme, abilities.depth),
            charset: abilities.charset,
            motion: settings.look.motion,
        },
        themes: themes.resolve_all(abilities.depth),
        settings,
        fleet,
        memory: Memory::default(),
        facts: facts(&world.paths, world.demo.is_some()),
        demo: if world.demo.is_some() { Demo::Demo } else { Demo::Real },
        opening: if is_new { Opening::FirstRun } else { Opening::Deck },
        columns,
        rows,
        zone: jiff::tz::TimeZone::system(),
        now: clock.now(),
    }
}

/// What the settings say of the program itself.
fn facts(paths: &Paths, is_demo: bool) -> Facts {
    let size = std::fs::metadata(paths.database()).map(|file| file.len()).unwrap_or(0);
    let fact = |what: &str, of: String| (what.to_owned(), of);
    let path = |path: &std::path::Path| path.display().to_string();
    Facts(vec![
        fact("version", format!("Proximity {}", env!("CARGO_PKG_VERSION"))),
        fact("world", if is_demo { "the demo: nothing real is touched".into() } else { "your own hosts".into() }),
        fact("settings", path(&paths.settings())),
        fact("data folder", path(paths.data())),
        fact("database", format!("{} ({:.1} MB)", path(&paths.database()), size as f64 / 1e6)),
        fact("themes", path(&paths.themes())),
        fact("sounds", path(&paths.sounds())),
        fact("recipes", path(&paths.recipes())),
        fact("licence", env!("CARGO_PKG_LICENSE").to_owned()),
    ])
}

/// What the deck kept of the last time. Without it the deck opens all the same.
async fn remembered(world: &Opened) -> (Memory, Option<Fault>) {
    match world.engine.query(Query::Memory).await {
        Ok(Answer::Memory(all)) => (Memory(all), None),
        Ok(_) => (Memory::default(), None),
        Err(fault) => (Memory::default(), Some(fault)),
    }
}

fn unknown_theme(settings: &Settings, themes: &Themes) -> Option<Fault> {
    let name = &settings.look.theme;
    if themes.palette(name).is_some() {
        return None;
    }
    let known: Vec<_> = themes.names().collect();
    Some(Fault::lasting(
        FaultCode::NotFound,
        format!("the theme \"{name}\" is not used"),
        "there is no theme of that name",
        format!("choose one of {}", known.join(", ")),
    ))
}

/// What the command line asks for holds for this run only.
fn for_this_run(kept: &Settings, global: &Global) -> Settings {
    let mut settings = kept.clone();
    let look = &mut settings.look;
    if let Some(theme) = &global.theme {
        look.theme.clone_from(theme);
    }
    look.motion = global.motion.unwrap_or(look.motion);
    look.colour = global.colour.unwrap_or(look.colour);
    if global.ascii {
        look.glyphs = Glyphs::Ascii;
    }
    settings
}

/// Where stray words of libraries go while the deck is up; without it they go nowhere.
fn log(paths: &Paths) -> Option<std::fs::File> {
    std::fs::OpenOptions::new().create(true).append(true).open(paths.data().join("deck.log")).ok()
}

fn no_terminal(error: &TerminalError) -> Fault {
    Fault::lasting(
        FaultCode::Usage,
        "the deck cannot be opened here",
        error.to_string(),
        "run it in a terminal (over SSH with -t), or use the subcommands: `proximity --help`",
    )
}

/// What the loop sees of the world.
#[derive(Clone)]
struct Door {
    engine: Engine,
    player: Arc<Mutex<Player>>,
    file: Arc<std::path::Path>,
    sounds: Arc<std::path::Path>,
    /// As the file has them, and as this run began.
    kept: Arc<Settings>,
    began_with: Arc<Settings>,
    /// As this deck left the file: others write it too, and only what was changed here goes into it.
    left: Arc<Mutex<Settings>>,
    themes: tokio::sync::watch::Receiver<Themes>,
    /// Where files lie that are given no folder.
    data: Arc<std::path::Path>,
    /// Only the demo has one.
    lever: Option<Lever>,
}

impl Door {
    fn new(
        world: &Opened,
        began_with: &Settings,
        kept: Settings,
        themes: tokio::sync::watch::Receiver<Themes>,
    ) -> Self {
        let mut player = Player::new(level(began_with), ears(), pack(&world.paths.sounds(), began_with));
        player.set_bells(bells(began_with));
        Self {
            engine: world.engine.clone(),
            player: Arc::new(Mutex::new(player)),
            file: world.paths.settings().into(),
            sounds: world.paths.sounds().into(),
            left: Arc::new(Mutex::new(kept.clone())),
            kept: Arc::new(kept),
            themes,
            began_with: Arc::new(began_with.clone()),
            data: world.paths.data().into(),
            lever: world.demo.as_ref().map(Demonstration::lever),
        }
    }

    /// What the command line asked for and the operator left alone stays out of the file.
    fn to_keep(&self, now: &Settings) -> Settings {
        let mut keep = now.clone();
        let (look, began, kept) = (&mut keep.look, &self.began_with.look, &self.kept.look);
        restore(&mut look.theme, &began.theme, &kept.theme);
        restore(&mut look.motion, &began.motion, &kept.motion);
        restore(&mut look.colour, &began.colour, &kept.colour);
        restore(&mut look.glyphs, &began.glyphs, &kept.glyphs);
        keep
    }

    /// The rules of the file as it is now, with what was changed here.
    fn among_others(&self, rules: Rules) -> Rules {
        let left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let Rules { health, alerts, defaults: Defaults { resources, network, backups } } = rules;
        let ours = Settings { health, alerts, resources, network, backups, ..left.clone() };
        settings::with_changes(&self.file, &left, &ours).rules()
    }
}

fn restore<T: PartialEq + Clone>(now: &mut T, began: &T, kept: &T) {
    if now == began {
        now.clone_from(kept);
    }
}

/// Over SSH a sound would play on the wrong machine.
pub(super) fn ears() -> Ears {
    let is_remote = ["SSH_CONNECTION", "SSH_TTY"].iter().any(|name| std::env::var_os(name).is_some());
    if is_remote { Ears::Remote } else { Ears::Here }
}

/// Where the operator's sounds are, of the pack that he chose.
fn pack(sounds: &std::path::Path, settings: &Settings) -> std::path::PathBuf {
    if settings.sound.pack.is_empty() { sounds.into() } else { sounds.join(&settings.sound.pack) }
}

fn bells(settings: &Settings) -> Bells {
    match settings.sound.over_ssh {
        OverSsh::Errors => Bells::Errors,
        OverSsh::Always => Bells::Always,
        OverSsh::Never => Bells::Never,
    }
}

fn level(settings: &Settings) -> Level {
    Level { volume: settings.sound.volume, mute: settings.sound.mute }
}

impl run::World for Door {
    fn fleet(&self) -> tokio::sync::watch::Receiver<Arc<Fleet>> {
        self.engine.fleet()
    }

    fn notices(&self) -> tokio::sync::broadcast::Receiver<Notice> {
        self.engine.notices()
    }

    fn themes(&self) -> tokio::sync::watch::Receiver<Themes> {
        self.themes.clone()
    }

    async fn ask(&self, request: Request) -> Result<OperationId, Fault> {
        self.engine.ask(request).await
    }

    async fn query(&self, query: Query) -> Result<Answer, Fault> {
        self.engine.query(query).await
    }

    async fn change(&self, change: Change) -> Result<(), Fault> {
        let change = match change {
            Change::SetRules(rules) => {
                let (door, ours) = (self.clone(), rules.clone());
                let read = tokio::task::spawn_blocking(move || door.among_others(ours)).await;
                Change::SetRules(read.unwrap_or(rules))
            }
            other => other,
        };
        self.engine.change(change).await
    }

    async fn visit(&self, guest: GuestKey, size: TerminalSize) -> Result<Visit, Fault> {
        self.engine.visit(&guest, size).await
    }

    fn play(&self, cue: Cue) -> Sounded {
        match self.player.lock().unwrap_or_else(PoisonError::into_inner).play(cue) {
            Heard::Bell => Sounded::Bell,
            Heard::Speaker | Heard::Nothing => Sounded::Elsewhere,
        }
    }

    fn meddle(&self, meddling: Meddling) {
        if let Some(lever) = &self.lever {
            lever.pull(meddling);
        }
    }

    fn carry(&self, errand: Errand) -> Result<Carried, Fault> {
        match errand {
            Errand::Export(settings, path) => {
                settings::export(&settings::typed_path(&path), &settings).map(Carried::Exported)
            }
            Errand::Examine(now, path) => {
                settings::imported(&now, &settings::typed_path(&path)).map(Box::new).map(Carried::Examined)
            }
            Errand::KeepOld(after) => Ok(Carried::Kept(settings::keep_copy(&self.file)?, after)),
        }
    }

    fn write(&self, path: &str, text: &str) -> Result<std::path::PathBuf, Fault> {
        let place = self.data.join(settings::typed_path(path.as_ref()));
        use std::os::unix::fs::OpenOptionsExt;
        let written = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&place);
        let written = written.and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()));
        written.map(|()| place.clone()).map_err(|error| {
            Fault::lasting(
                FaultCode::Failed,
                format!("{} was not written", place.display()),
                error.to_string(),
                "choose another name or another folder",
            )
        })
    }

    fn save(&self, settings: &Settings) -> Result<(), Fault> {
        {
            let mut player = self.player.lock().unwrap_or_else(PoisonError::into_inner);
            player.set_level(level(settings));
            player.set_bells(bells(settings));
            player.set_pack(pack(&self.sounds, settings));
        }
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.to_keep(settings);
        settings::save_changes(&self.file, &left, &now)?;
        *left = now;
        Ok(())
    }
}
