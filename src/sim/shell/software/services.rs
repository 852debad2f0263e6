//! What of the units runs now. It is in the memory of the machine: after a start of the guest only those run that begin
//! by themselves.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    caddyfile, docker,
    ills::Sickness,
    journal,
    listening::{self, Listener},
    packages,
    units::{self, Kind, Unit},
};
use crate::{
    domain::moment::Moment,
    sim::shell::{
        commands::{Call, execute, locate},
        files::Files,
        kernel::{Kernel, Pid, Program, signal},
        streams::{Stream, Streams},
        sys::{Place, Sys},
        text::from_bytes,
    },
};

#[derive(Debug, Default)]
pub struct Services {
    running: BTreeMap<String, Running>,
    failed: BTreeSet<String>,
    /// Another number whenever something that might listen began or ended.
    pub turn: u64,
}

#[derive(Debug, Clone)]
pub struct Running {
    /// Nothing for one that has done its work and remains.
    pub pid: Option<Pid>,
    pub since: Moment,
    listeners: Vec<Listener>,
}

/// How a unit is doing, in the words of `systemctl`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    Active,
    Failed,
    Inactive,
}

impl State {
    pub fn word(&self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Failed => "failed",
            Self::Inactive => "inactive",
        }
    }
}

impl Kernel {
    pub fn running(&self, name: &str) -> Option<&Running> {
        let lives = |pid: Pid| self.processes.get(&pid).is_some_and(|process| process.exit.is_none());
        self.services.running.get(name).filter(|running| running.pid.is_none_or(lives))
    }

    pub fn state_of(&self, name: &str) -> State {
        match self.running(name) {
            Some(_) => State::Active,
            None if self.services.failed.contains(name) => State::Failed,
            None => State::Inactive,
        }
    }

    /// Where what runs listens, as those outside find it.
    pub fn listeners(&self) -> Vec<Listener> {
        let mut found = self.all_listeners();
        match self.ills.sickness() {
            None => {}
            Some(Sickness::Silent) => found.clear(),
            Some(Sickness::Unwell) => found.iter_mut().for_each(Listener::fall_ill),
        }
        found
    }

    /// These and what listens beside them: all that somebody finds who looks from inside.
    pub fn open_ports(&self) -> Vec<Listener> {
        let mut found = self.listeners();
        found.extend(self.beside.iter().cloned());
        found
    }

    /// The same if everything were well.
    pub fn all_listeners(&self) -> Vec<Listener> {
        let units = self.services.running.keys().filter_map(|name| self.running(name));
        let mut found: Vec<Listener> = units.flat_map(|running| running.listeners.clone()).collect();
        found.extend(docker::listeners(self));
        found
    }

    pub fn note(&mut self, unit: &str, text: &str) {
        let (host, now) = (self.host.name.clone(), self.now);
        journal::note(&mut self.files, unit, &host, text, now);
    }

    /// A process has ended; it may have been that of a unit.
    pub fn look_after_unit(&mut self, pid: Pid, exit: i32) {
        let of_it = |(_, running): &(&String, &Running)| running.pid == Some(pid);
        let Some(name) = self.services.running.iter().find(of_it).map(|(name, _)| name.clone()) else { return };
        self.services.running.remove(&name);
        self.services.turn += 1;
        if name == "docker" {
            let now = self.seconds();
            docker::end(&mut self.files, now);
        }
        if exit != 0 && exit != 128 + signal::TERM {
            self.services.failed.insert(name.clone());
            self.note(
                &name,
                &format!("systemd[1]: {name}.service: Main process exited, code=exited, status={exit}/n/a"),
            );
            self.note(&name, &format!("systemd[1]: {name}.service: Failed with result 'exit-code'."));
        } else {
            self.note(&name, &format!("systemd[1]: {name}.service: Deactivated successfully."));
        }
    }

    fn begin_unit(&mut self, unit: &Unit, pid: Option<Pid>, listeners: Vec<Listener>) {
        let since = self.now;
        self.services.failed.remove(&unit.name);
        self.services.running.insert(unit.name.clone(), Running { pid, since, listeners });
        self.services.turn += 1;
        self.changes += 1;
        if unit.name == "docker" {
            docker::begin(&mut self.files, since.as_secs());
        }
        if unit.name == "caddy" {
            caddyfile::make_root(&mut self.files, &self.host.name, since.as_secs());
        }
        self.note(&unit.name, &format!("systemd[1]: Started {}.service - {}.", unit.name, unit.about));
    }

    fn fail_unit(&mut self, unit: &Unit, why: &str) {
        self.services.failed.insert(unit.name.clone());
        let name = &unit.name;
        self.note(name, &format!("{name}[{}]: {why}", 400 + self.processes.len()));
        self.note(name, &format!("systemd[1]: {name}.service: Main process exited, code=exited, status=1/FAILURE"));
        self.note(name, &format!("systemd[1]: {name}.service: Failed with result 'exit-code'."));
        self.note(name, &format!("systemd[1]: Failed to start {name}.service - {}.", unit.about));
    }

    /// The process that stands for a unit of a package; the one that is there from the beginning, if there is one.
    fn stand_in(&mut self, unit: &Unit) -> Pid {
        let services = packages::all().flat_map(|package| package.services);
        let name = services
            .filter(|service| service.name == unit.name)
            .map(|service| service.process.to_owned())
            .next()
            .unwrap_or_else(|| unit.start.join(" "));
        let known = self.processes.iter().find(|(_, process)| process.name == name && process.exit.is_none());
        match known.map(|(pid, _)| *pid) {
            Some(pid) => pid,
            None => self.add(1, Some(0), Some(0), name),
        }
    }
}

/// Starts a unit that does not run. The text of the failure is what its program said.
pub async fn start(sys: &Sys, unit: &Unit) -> Result<(), String> {
    if sys.with(|kernel| kernel.running(&unit.name).is_some()) {
        return Ok(());
    }
    let result = match sys.with(|kernel| listening::listeners(&kernel.files, unit)) {
        Err(why) => Err(why),
        Ok(listeners) => begin(sys, unit, listeners).await,
    };
    if let Err(why) = &result {
        sys.with(|kernel| kernel.fail_unit(unit, why));
    }
    result
}

async fn begin(sys: &Sys, unit: &Unit, listeners: Vec<Listener>) -> Result<(), String> {
    if unit.is_of_package() {
        sys.with(|kernel| {
            let pid = kernel.stand_in(unit);
            kernel.begin_unit(unit, Some(pid), listeners);
        });
        return Ok(());
    }
    let lines =
        if unit.kind == Kind::Stays { &unit.before[..] } else { &[&unit.before[..], &unit.start[..]].concat()[..] };
    for line in lines {
        let may_fail = line.starts_with('-');
        let pid = spawn(sys, unit, line)?;
        let code = sys.wait(pid).await;
        if code != 0 && !may_fail {
            return Err(format!("{line}: exit code {code}"));
        }
    }
    match unit.kind {
        Kind::Once => sys.with(|kernel| {
            kernel.note(&unit.name, &format!("systemd[1]: Finished {}.service - {}.", unit.name, unit.about))
        }),
        Kind::OnceAndRemains => sys.with(|kernel| kernel.begin_unit(unit, None, listeners)),
        Kind::Stays => {
            let line = unit.start.last().ok_or("no ExecStart= in the unit")?;
            // It outlives whoever started it.
            let first = Sys { kernel: sys.kernel.clone(), pid: 1 };
            let pid = spawn(&first, unit, line)?;
            sys.with(|kernel| kernel.begin_unit(unit, Some(pid), listeners));
        }
    }
    Ok(())
}

pub async fn stop(sys: &Sys, unit: &Unit) {
    for line in unit.stop.iter().filter(|_| !unit.is_of_package()) {
        if let Ok(pid) = spawn(sys, unit, line) {
            sys.wait(pid).await;
        }
    }
    sys.with(|kernel| {
        kernel.services.failed.remove(&unit.name);
        let Some(running) = kernel.services.running.get(&unit.name).cloned() else { return };
        match running.pid {
            // Whoever it is that is asked to end, it ends.
            Some(pid) => kernel.end(pid, 128 + signal::TERM),
            None => drop(kernel.services.running.remove(&unit.name)),
        }
        kernel.services.turn += 1;
        kernel.changes += 1;
        kernel.note(&unit.name, &format!("systemd[1]: Stopped {}.service - {}.", unit.name, unit.about));
    });
}

/// What a line of a unit runs, as a process of its own.
fn spawn(sys: &Sys, unit: &Unit, line: &str) -> Result<Pid, String> {
    let words = split(line.trim_start_matches(['-', '@', '+', '!', ':']));
    let name = words.first().cloned().unwrap_or_default();
    let path = locate(sys, &name, "/usr/local/bin:/usr/bin:/usr/sbin:/bin", "/");
    let path = path.ok_or_else(|| format!("Unable to locate executable '{name}': No such file or directory"))?;
    let streams: Streams = (0..3).map(|number| (number, Stream::fixed(Vec::new()))).collect();
    let path_of_units = ("PATH".to_owned(), "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".to_owned());
    let environment = [path_of_units].into_iter().chain(unit.environment.iter().cloned()).collect();
    let folder = unit.folder.clone();
    let stays = unit.kind == Kind::Stays && unit.start.iter().any(|start| start == line);
    let is_script = sys.with(|kernel| is_script(&kernel.files, &path));
    Ok(sys.spawn(Place::Session, words.join(" "), |sys| {
        let call = Call { sys, words, streams, environment, folder };
        // What is known by its name only does whatever it does, for as long as it is let.
        if stays && !is_script { linger(call) } else { execute(call, path) }
    }))
}

fn is_script(files: &Files, path: &str) -> bool {
    let known = ["sh", "bash", "dash", "sleep", "docker", "env", "true", "false"];
    files.text(path).is_some_and(|text| match text.strip_prefix("\u{7f}ELF ") {
        Some(name) => known.contains(&name.trim_end()),
        None => true,
    })
}

fn linger(call: Call) -> Program {
    Box::pin(async move { call.sys.until(|_| None::<i32>).await })
}

/// Words as systemd splits them: blanks, and quotes of both kinds.
fn split(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote, mut is_begun) = (Vec::new(), String::new(), None, false);
    for c in from_bytes(line.as_bytes()).chars() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            ('"' | '\'', None) => (quote, is_begun) = (Some(c), true),
            (' ' | '\t', None) => {
                if is_begun {
                    words.push(std::mem::take(&mut word));
                }
                is_begun = false;
            }
            (c, _) => {
                word.push(c);
                is_begun = true;
            }
        }
    }
    if is_begun {
        words.push(word);
    }
    words
}

/// What begins when the guest does.
pub fn boot(sys: Sys) -> Program {
    Box::pin(async move {
        for unit in sys.with(|kernel| units::enabled(&kernel.files)) {
            // Why it did not start stands in the journal.
            let _ = start(&sys, &unit).await;
        }
        0
    })
}
