//! The composition root: an engine on real hosts, or on the simulated datacenter, and a face on it. Only here is it
//! known which.

mod console;
mod deck;
mod demo;
mod doctor;
mod mischief;
mod sim;
mod themes;

use std::{path::Path, process::ExitCode};

use crate::{
    cli::{self, Arguments, Command, Global, HowOften, Printer, Watching},
    domain::{
        care::Rules,
        fault::{Fault, FaultCode},
        secret::Secret,
    },
    engine::{Duty, Engine, Parts, Proofs, SourcesAt},
    operations::tempo::Tempo,
    proxmox::RequestLog,
    secrets::{self, Folder, Vault},
    settings::{self, Paths},
    store::Store,
    tui::keymap::Keymap,
    web,
};

pub fn run(arguments: Arguments) -> ExitCode {
    let printer = Printer::new(arguments.global.json);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(8)
        .thread_stack_size(2 << 20)
        .enable_all()
        .build();
    let result = match runtime {
        Ok(runtime) => {
            let result = runtime.block_on(face(&arguments, &printer));
            // What still hangs in a system call (a name look-up, a desktop's keyring prompt) is not waited for.
            runtime.shutdown_background();
            result
        }
        Err(error) => Err(Fault::lasting(
            FaultCode::Failed,
            "Proximity could not start",
            error.to_string(),
            "free some memory or processes (`ulimit -u`) and start it again",
        )),
    };
    match result {
        Ok(code) => code,
        Err(fault) => {
            printer.fault(&fault);
            ExitCode::from(fault.code.exit_code())
        }
    }
}

async fn face(arguments: &Arguments, printer: &Printer) -> Result<ExitCode, Fault> {
    match &arguments.command {
        Some(Command::Sim(options)) => sim::serve(options).await?,
        None | Some(Command::Demo) if arguments.global.plain => plain(arguments, printer).await?,
        None | Some(Command::Demo) => deck::show(arguments).await?,
        Some(Command::Settings(command)) => {
            let paths = Paths::find(arguments.global.data.as_deref())?;
            let paths = if arguments.is_demo() { paths.for_demo() } else { paths };
            cli::settings(command, &paths, &arguments.global, |settings| Keymap::of(&settings.keys).1, printer)?;
        }
        Some(Command::Doctor(examining)) => return doctor::examine(arguments, examining, printer).await,
        Some(Command::Watch(watching)) if watching.install => cli::install(&arguments.global, watching, printer)?,
        Some(Command::Watch(watching)) if watching.uninstall => cli::uninstall(printer)?,
        Some(Command::Watch(watching)) => watch(arguments, watching, printer).await?,
        Some(command) if cli::is_visit(command) => {
            console::attend(command, &arguments.global, arguments.is_demo(), printer).await?;
        }
        Some(command) => return errand(arguments, command, printer).await,
    }
    Ok(ExitCode::SUCCESS)
}

/// A command without a screen: the same engine and the same books as the deck.
async fn errand(arguments: &Arguments, command: &Command, printer: &Printer) -> Result<ExitCode, Fault> {
    let world = open(&arguments.global, arguments.is_demo(), Duty::OneErrand).await?;
    if let Some(fault) = &world.unread {
        printer.aside(&fault.to_string());
    }
    let result = match world.engine.start().await {
        Ok(()) => cli::run(command, &arguments.global, &world.engine, printer).await,
        Err(fault) => Err(fault),
    };
    world.close().await;
    result
}

/// The deck in lines.
async fn plain(arguments: &Arguments, printer: &Printer) -> Result<(), Fault> {
    let world = open(&arguments.global, arguments.is_demo(), Duty::Watch).await?;
    if let Some(fault) = &world.unread {
        printer.aside(&fault.to_string());
    }
    let result = cli::plain(&world.engine, printer).await;
    world.close().await;
    result
}

/// Stands by without a screen until it is told to end.
async fn watch(arguments: &Arguments, watching: &Watching, printer: &Printer) -> Result<(), Fault> {
    let proofs = match watching.prove {
        HowOften::Monthly => Proofs::Monthly,
        HowOften::Never => Proofs::Never,
    };
    let world = open(&arguments.global, arguments.is_demo(), Duty::Tend(proofs)).await?;
    if let Some(fault) = &world.unread {
        printer.aside(&fault.to_string());
    }
    let result = cli::watch(&world.engine, printer).await;
    world.close().await;
    result
}

/// An engine, and the simulated datacenter under it if there is one.
struct Opened {
    engine: Engine,
    paths: Paths,
    /// What was kept and could not be read.
    unread: Option<Fault>,
    demo: Option<demo::Demo>,
}

impl Opened {
    async fn close(self) {
        self.engine.close().await;
        if let Some(demo) = self.demo {
            demo.end().await;
        }
    }
}

async fn open(global: &Global, is_demo: bool, duty: Duty) -> Result<Opened, Fault> {
    let paths = Paths::find(global.data.as_deref())?;
    let request_log = request_log(global.request_log.as_deref())?;
    if !is_demo {
        let (store, kept) = Store::open(&paths.database())?;
        let whose = if global.data.is_some() { Folder::Given } else { Folder::Usual };
        let vault = Vault::open(secrets::choose(paths.data(), whose).await);
        let passphrase = global.passphrase_file.as_deref().map(passphrase).transpose()?;
        let unread = kept.fault();
        let rules = rules(&paths);
        let (recipes, sources, tempo) = (Some(paths.recipes()), Some(sources(&paths)), Tempo::default());
        let parts = Parts { store, kept, vault, passphrase, request_log, recipes, sources, tempo, rules };
        return Ok(Opened { engine: Engine::open(parts, duty), paths, unread, demo: None });
    }
    let paths = paths.for_demo();
    if global.demo_reset {
        demo::reset(&paths)?;
    }
    let (store, _) = Store::open(&paths.database())?;
    let demo = demo::Demo::start(global.demo_guests, &store).await?;
    let kept = store.load().await?;
    let unread = kept.fault();
    let rules = rules(&paths);
    let (recipes, sources, tempo) = (Some(paths.recipes()), Some(sources(&paths)), Tempo::default());
    let parts = Parts {
        store,
        kept,
        vault: demo.vault().await?,
        passphrase: None,
        request_log,
        recipes,
        sources,
        tempo,
        rules,
    };
    Ok(Opened { engine: Engine::open(parts, duty), paths, unread, demo: Some(demo) })
}

/// What cannot be read is told by whoever shows the settings; what stands in its place holds.
fn rules(paths: &Paths) -> Rules {
    settings::load(&paths.settings()).0.rules()
}

fn sources(paths: &Paths) -> SourcesAt {
    let web = web::Client::new(web::Roots::Platform, web::Limits::default());
    SourcesAt { settings: paths.settings(), folder: paths.catalog(), web }
}

fn request_log(path: Option<&Path>) -> Result<Option<RequestLog>, Fault> {
    path.map(|path| RequestLog::to_file(path).map_err(|error| unreadable("the request log", path, &error))).transpose()
}

fn passphrase(file: &Path) -> Result<Secret, Fault> {
    let text = std::fs::read_to_string(file).map_err(|error| unreadable("the passphrase", file, &error))?;
    Ok(Secret::new(text.trim_end_matches(['\r', '\n'])))
}

fn unreadable(what: &str, path: &Path, error: &std::io::Error) -> Fault {
    Fault::lasting(
        FaultCode::Usage,
        format!("{what} could not be opened"),
        format!("{}: {error}", path.display()),
        "check the path and its permissions",
    )
}
