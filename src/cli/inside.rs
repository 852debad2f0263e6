//! `exec`, `put` and `get`, for apps and for guests. What must hold: what a command writes goes out byte for byte, and its
//! exit code becomes ours.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::{
    arguments::{Errand, Fetching, Sending},
    guest::size,
    print::{Printer, Reader},
};
use crate::{
    domain::{
        fault::{Fault, FaultCode},
        ids::GuestKey,
        road::Condition,
    },
    engine::{Attention, Engine, JobId, NewFile, Script, Written},
};

/// As shells tell of a program that Ctrl-C ended.
const INTERRUPTED: u8 = 130;

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Piece {
    Out(String),
    Err(String),
    /// What is no text, in base 64.
    OutBytes(String),
    ErrBytes(String),
}

#[derive(Serialize)]
struct Ended {
    exit: i32,
    job: String,
}

pub async fn exec(guest: &GuestKey, exec: &Errand, engine: &Engine, printer: &Printer) -> Result<ExitCode, Fault> {
    let job = match &exec.job {
        Some(text) => text.parse().map_err(|error: crate::engine::NotAJobId| no_job(&error.to_string()))?,
        None => JobId::fresh(),
    };
    let script = (!exec.command.is_empty()).then(|| Script::command(&exec.command));
    if script.is_none() && exec.job.is_none() {
        return Err(no_job("there is no command"));
    }
    let cancel = Interrupted::listen();
    let write = async |written| {
        // Nobody reads on: the command is told as a pipe would tell it.
        if tell(written, printer).is_err() {
            cancel.token.cancel();
        }
    };
    let attention = Attention { tell: |condition| tell_condition(guest, &condition, printer), cancel: &cancel.token };
    let end = engine.exec(guest, script.as_ref(), &job, write, attention).await;
    let code = end.map_err(|fault| with_job(fault, guest, &job))?;
    if printer.reader() == Reader::Script {
        printer.result(&Ended { exit: code, job: job.as_str().to_owned() }, Vec::new);
    }
    let code = if cancel.token.is_cancelled() { INTERRUPTED } else { u8::try_from(code).unwrap_or(u8::MAX) };
    Ok(ExitCode::from(code))
}

/// Ctrl-C breaks off what is done inside, and its end is still waited for.
struct Interrupted {
    token: CancellationToken,
    listening: tokio::task::JoinHandle<()>,
}

impl Interrupted {
    fn listen() -> Self {
        let token = CancellationToken::new();
        let told = token.clone();
        let listening = tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                told.cancel();
            }
        });
        Self { token, listening }
    }
}

impl Drop for Interrupted {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

fn tell_condition(guest: &GuestKey, condition: &Condition, printer: &Printer) {
    match condition {
        Condition::Well => {}
        Condition::MakesWay => printer.aside(&format!("the console of {guest} is in use; this waits")),
        Condition::Broken(why) => printer.aside(&format!("the road into {guest} broke ({why}); looking for it again")),
    }
}

fn no_job(why: &str) -> Fault {
    Fault::lasting(
        FaultCode::Usage,
        "nothing was run",
        why,
        "write the command after two dashes: exec home/104 -- ls -l; or name the job that was begun before with --job",
    )
}

/// What goes on inside can be found again by its id.
fn with_job(fault: Fault, guest: &GuestKey, job: &JobId) -> Fault {
    match fault.code {
        FaultCode::Unreachable => {
            let again = format!("proximity guest exec {guest} --job {}", job.as_str());
            Fault { remedy: format!("{}; `{again}` shows it again", fault.remedy), ..fault }
        }
        _ => fault,
    }
}

fn tell(written: Written, printer: &Printer) -> std::io::Result<()> {
    if printer.reader() == Reader::Script {
        printer.progress(&piece(written), "");
        return Ok(());
    }
    match &written {
        Written::Out(bytes) => write_out(&mut std::io::stdout().lock(), bytes),
        Written::Err(bytes) => write_out(&mut std::io::stderr().lock(), bytes),
    }
}

fn write_out(out: &mut impl Write, bytes: &[u8]) -> std::io::Result<()> {
    out.write_all(bytes).and_then(|()| out.flush())
}

fn piece(written: Written) -> Piece {
    match written {
        Written::Out(bytes) => {
            String::from_utf8(bytes).map_or_else(|error| Piece::OutBytes(STANDARD.encode(error.as_bytes())), Piece::Out)
        }
        Written::Err(bytes) => {
            String::from_utf8(bytes).map_or_else(|error| Piece::ErrBytes(STANDARD.encode(error.as_bytes())), Piece::Err)
        }
    }
}

#[derive(Serialize)]
struct Carried {
    from: String,
    to: String,
    bytes: u64,
}

pub async fn put(guest: &GuestKey, put: &Sending, engine: &Engine, printer: &Printer) -> Result<ExitCode, Fault> {
    let source = tokio::fs::File::open(&put.from).await.map_err(|error| local(&put.from, &error))?;
    let about = source.metadata().await.map_err(|error| local(&put.from, &error))?;
    if about.is_dir() {
        return Err(local(&put.from, &std::io::Error::other("it is a folder; pack it with tar first")));
    }
    let mode = match &put.mode {
        Some(mode) => mode.0,
        None => std::os::unix::fs::PermissionsExt::mode(&about.permissions()) & 0o777,
    };
    let file = NewFile { path: destination(&put.from, &put.to), mode: Some(mode), owner: put.owner.clone() };
    let mut meter = Meter::new(printer, about.len());
    let cancel = Interrupted::listen();
    let attention = Attention { tell: |condition| tell_condition(guest, &condition, printer), cancel: &cancel.token };
    let bytes = engine.put(guest, source, &file, |done| meter.show(done), attention).await?;
    meter.end();
    let carried = Carried { from: put.from.display().to_string(), to: file.path, bytes };
    printer.result(&carried, || vec![format!("{} is on {guest}, {}", carried.to, size(bytes))]);
    Ok(ExitCode::SUCCESS)
}

/// In a folder it keeps its own name.
fn destination(from: &Path, to: &str) -> String {
    match from.file_name() {
        Some(name) if to.ends_with('/') => format!("{to}{}", name.to_string_lossy()),
        _ => to.to_owned(),
    }
}

pub async fn get(guest: &GuestKey, get: &Fetching, engine: &Engine, printer: &Printer) -> Result<ExitCode, Fault> {
    let cancel = Interrupted::listen();
    let attention = Attention { tell: |condition| tell_condition(guest, &condition, printer), cancel: &cancel.token };
    let own_name = get.from.rsplit('/').next().unwrap_or_default();
    let place = match &get.to {
        Some(to) if to.as_os_str() == "-" => {
            engine.get(guest, &get.from, tokio::io::stdout(), |_, _| {}, attention).await?;
            return Ok(ExitCode::SUCCESS);
        }
        Some(to) if to.is_dir() => to.join(own_name),
        Some(to) => to.clone(),
        None => PathBuf::from(own_name),
    };
    // It gets its name when it is whole; until then the file that may be there stays.
    let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let part = folder.join(format!(".proximity-{}", JobId::fresh().as_str()));
    // Until it is known who may read it, nobody else does.
    let sink = tokio::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part).await;
    let sink = sink.map_err(|error| local(&place, &error))?;
    let mut meter = Meter::new(printer, 0);
    let got = engine.get(guest, &get.from, sink, |done, found| meter.show_of(done, found.size), attention).await;
    meter.end();
    let kept = got.and_then(|found| {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(found.mode & 0o777);
        std::fs::set_permissions(&part, mode).map_err(|error| local(&place, &error))?;
        std::fs::rename(&part, &place).map_err(|error| local(&place, &error))?;
        Ok(found)
    });
    if kept.is_err() {
        // Half of it is of no use.
        let _ = std::fs::remove_file(&part);
    }
    let bytes = kept?.size;
    let carried = Carried { from: get.from.clone(), to: place.display().to_string(), bytes };
    printer.result(&carried, || vec![format!("{} is here, {}", carried.to, size(bytes))]);
    Ok(ExitCode::SUCCESS)
}

fn local(path: &Path, error: &std::io::Error) -> Fault {
    Fault::lasting(
        FaultCode::Failed,
        format!("{} on this machine could not be used", path.display()),
        error.to_string(),
        "check the path and its permissions",
    )
}

/// How far a file is, on one line that changes, where somebody looks.
struct Meter {
    is_shown: bool,
    whole: u64,
    told: u64,
}

impl Meter {
    fn new(printer: &Printer, whole: u64) -> Self {
        use std::io::IsTerminal;
        let is_shown = printer.reader() == Reader::Person && std::io::stderr().is_terminal();
        Self { is_shown, whole, told: 0 }
    }

    fn show_of(&mut self, done: u64, whole: u64) {
        self.whole = whole;
        self.show(done);
    }

    fn show(&mut self, done: u64) {
        let percent = done * 100 / self.whole.max(1);
        if self.is_shown && percent != self.told {
            self.told = percent;
            let _ = write!(std::io::stderr().lock(), "\r{} of {} ({percent} %) ", size(done), size(self.whole));
        }
    }

    fn end(&self) {
        if self.is_shown && self.told > 0 {
            let _ = write!(std::io::stderr().lock(), "\r\x1b[K");
        }
    }
}
