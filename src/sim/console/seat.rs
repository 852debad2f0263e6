//! The terminal of a guest: what answers there, who sits at it, and how a session ends. A session belongs to one run of
//! the guest; a stop or a reboot ends it.

use serde_json::Value;

use super::{
    Consoles, Key, Place,
    door::{Speech, State},
};
use crate::{
    domain::moment::Moment,
    sim::{
        datacenter::Datacenter,
        faults::Heeds,
        shell::{Entry, Flavour, Host, Machine},
        ssh::Home,
        world::{
            guest::{Guest, Kind},
            node::host_of_node,
        },
    },
};

pub struct Seat {
    pub machine: Machine,
    /// When the guest was made, and when its run began.
    pub(super) born: Moment,
    pub(super) run: Option<Moment>,
    pub phase: Phase,
    pub attached: Vec<u64>,
    /// What was sent since somebody last typed.
    pub burst: usize,
    /// Parts of its output so far, lost ones too.
    pub parts: u64,
    /// What somebody types as soon as there is a shell.
    pub left: Option<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Nobody is there, and nothing answers yet.
    Shut,
    /// The guest has only just begun, or is about to: what is typed is lost.
    Attaching(Option<Moment>),
    Live,
    /// The guest's first process has the terminal, and nobody reads what is typed.
    Init,
}

/// How a session ends for those who sit there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// A text, and then a line that is open and dead.
    Told,
    /// The line is closed without a word.
    Closed,
}

/// So long after a guest began its shell can be had.
const ATTACH_MS: i64 = 1_000;
const CLEAR: &[u8] = b"\x1b[H\x1b[J";
const ENDED: &[u8] = b"\x1b[999H\r\n[EOF - dtach terminating]\r\n\x1b[?25h";
const DETACHED: &[u8] = b"\x1b[999H\r\n[detached]\r\n\x1b[?25h";
const DETACHES: u8 = 0x1c;

impl Seat {
    fn new(machine: Machine, born: Moment, run: Option<Moment>) -> Self {
        Self { machine, born, run, phase: Phase::Shut, attached: Vec::new(), burst: 0, parts: 0, left: None }
    }

    pub fn next_due(&self) -> Option<Moment> {
        let attaching = if let Phase::Attaching(moment) = self.phase { moment } else { None };
        [attaching, self.machine.next_due()].into_iter().flatten().min()
    }
}

impl Datacenter {
    pub(super) fn key_of(&self, id: u64) -> Option<Key> {
        self.consoles.doors.get(&id).map(|door| match door.place {
            Place::Guest(vmid) => Key::Guest(vmid),
            Place::Node { .. } => Key::Node(id),
        })
    }

    /// Somebody who showed his ticket comes to the terminal.
    pub(super) fn sit_down(&mut self, id: u64) {
        let Some(door) = self.consoles.doors.get(&id) else { return };
        if door.speech == Speech::Screen {
            return self.close_door(id, true);
        }
        match door.place.clone() {
            Place::Guest(vmid) => self.sit_at_guest(id, vmid),
            Place::Node { name, is_trusted } => self.sit_at_node(id, &name, is_trusted),
        }
    }

    fn sit_at_guest(&mut self, id: u64, vmid: u32) {
        let now = self.now();
        let Some(guest) = self.guests.get(&vmid) else { return self.close_door(id, false) };
        let is_starting = self.tasks.running().any(|task| task.kind == "vzstart" && task.id == vmid.to_string());
        if !guest.is_running() && !is_starting {
            return self.refuse_stopped(id, vmid);
        }
        let run = guest.started();
        let is_init = guest.text("cmode") == Some("console");
        let Some(seat) = self.seat_of(vmid) else { return };
        seat.attached.push(id);
        if seat.phase == Phase::Shut {
            seat.machine.advance(now);
            seat.phase = match run {
                _ if is_init => Phase::Init,
                Some(from) => Phase::Attaching(Some(Moment(from.0 + ATTACH_MS))),
                None => Phase::Attaching(None),
            };
        }
        self.write_to(id, CLEAR);
        self.pump(Key::Guest(vmid));
    }

    /// When the node below a guest was booted.
    pub(super) fn ground_of(&self, guest: &Guest) -> Moment {
        self.node(&guest.node).map_or(guest.born, |node| node.booted)
    }

    /// The seat of a guest, whether or not anybody sits there.
    pub(super) fn seat_of(&mut self, vmid: u32) -> Option<&mut Seat> {
        let now = self.now();
        let guest = self.guests.get(&vmid)?;
        let (born, run, host) = (guest.born, guest.started(), host_of(guest, self.ground_of(guest)));
        if self.consoles.seats.get(&Key::Guest(vmid)).is_some_and(|seat| seat.born != born) {
            self.follow_guests();
        }
        let disk = self.consoles.disks.remove(&vmid).unwrap_or_default();
        let fresh = || Seat::new(Machine::with_disk(host, &disk, now), born, run);
        Some(self.consoles.seats.entry(Key::Guest(vmid)).or_insert_with(fresh))
    }

    /// Somebody sits down at a guest's terminal, begins a program and goes.
    pub fn leave_program(&mut self, vmid: u32, heeds: Heeds) {
        if self.inside_of(vmid).is_none() {
            return;
        }
        if let Some(seat) = self.seat_of(vmid) {
            seat.left = Some(match heeds {
                Heeds::Interrupts => "top\n",
                Heeds::Nothing => "sh -c \"trap '' INT QUIT TSTP; while :; do sleep 3600; done\"\n",
            });
        }
        self.pump(Key::Guest(vmid));
    }

    fn sit_at_node(&mut self, id: u64, name: &str, is_trusted: bool) {
        let now = self.now();
        let Some(node) = self.node(name) else { return self.close_door(id, false) };
        let host = host_of_node(node);
        let entry = if is_trusted { Entry::Shell } else { Entry::Login { password: None } };
        let mut seat = Seat::new(Machine::new(host, now), now, None);
        seat.attached.push(id);
        seat.phase = Phase::Live;
        seat.machine.open(entry);
        self.consoles.seats.insert(Key::Node(id), seat);
        self.pump(Key::Node(id));
    }

    /// The tool that should have entered the guest finds nothing to enter. Sometimes it even says so.
    fn refuse_stopped(&mut self, id: u64, vmid: u32) {
        let line = |place: &str, what: &str| {
            format!("lxc-attach: {vmid}: ../src/lxc/attach.c: {place} Connection refused - {what}\r\n")
        };
        let why = line("get_attach_context: 406", "Failed to get init pid")
            + &line("lxc_attach: 1474", "Failed to get attach context");
        self.write_to(id, CLEAR);
        let turn = self.consoles.next_ending();
        if turn % 3 != 2 {
            self.write_to(id, why.as_bytes());
        }
        self.finish_visit(id, if turn.is_multiple_of(3) { Ending::Told } else { Ending::Closed });
    }

    fn finish_visit(&mut self, id: u64, ending: Ending) {
        self.stand_up(id);
        match ending {
            Ending::Told => {
                self.write_to(id, ENDED);
                if let Some(door) = self.consoles.doors.get_mut(&id) {
                    door.state = State::Dead;
                }
            }
            Ending::Closed => {
                self.log_of(id, "error reading from pty: Input/output error (os error 5)".into());
                self.close_door(id, false);
            }
        }
    }

    /// Leaves the terminal; what runs there goes on, but for that of a node.
    pub(super) fn stand_up(&mut self, id: u64) {
        let Some(key) = self.key_of(id) else { return };
        if let Some(seat) = self.consoles.seats.get_mut(&key) {
            seat.attached.retain(|one| *one != id);
        }
        if matches!(key, Key::Node(_)) {
            self.consoles.seats.remove(&key);
        }
    }

    pub(super) fn write_to(&mut self, id: u64, bytes: &[u8]) {
        if let Some(door) = self.consoles.doors.get_mut(&id) {
            door.outbox.extend(bytes);
        }
    }

    pub(super) fn type_in(&mut self, id: u64, bytes: &[u8]) {
        let Some(key) = self.key_of(id) else { return };
        let Some(seat) = self.consoles.seats.get_mut(&key) else { return };
        if bytes.first() == Some(&DETACHES) && matches!(key, Key::Guest(_)) {
            self.write_to(id, DETACHED);
            self.stand_up(id);
            if let Some(door) = self.consoles.doors.get_mut(&id) {
                door.state = State::Dead;
            }
            return;
        }
        seat.burst = 0;
        match seat.phase {
            Phase::Live => seat.machine.type_in(bytes),
            Phase::Shut | Phase::Attaching(_) | Phase::Init => {
                // The host's terminal echoes it; nobody reads it.
                let echo: Vec<u8> = bytes
                    .iter()
                    .flat_map(|byte| match byte {
                        b'\r' | b'\n' => b"\r\n".to_vec(),
                        byte => vec![*byte],
                    })
                    .collect();
                let attached = seat.attached.clone();
                attached.iter().for_each(|one| self.write_to(*one, &echo));
            }
        }
        self.pump(key);
    }

    pub(super) fn resize(&mut self, id: u64, columns: u16, rows: u16) {
        let Some(key) = self.key_of(id) else { return };
        if let Some(seat) = self.consoles.seats.get_mut(&key) {
            seat.machine.resize(columns, rows);
        }
        self.pump(key);
    }

    /// Opens what is due to be opened, and hands out what was written.
    pub(super) fn pump(&mut self, key: Key) {
        let (now, seed) = (self.now(), self.seed);
        let loses = if let Key::Guest(vmid) = key { self.faults.loses(&Home::Guest(vmid)) } else { 0 };
        let Some(seat) = self.consoles.seats.get_mut(&key) else { return };
        if let Phase::Attaching(Some(moment)) = seat.phase
            && moment <= now
            && let Key::Guest(vmid) = key
        {
            let guest = self.guests.get(&vmid);
            let is_shell = guest.is_some_and(|guest| guest.text("cmode") == Some("shell"));
            let password = guest.and_then(|guest| guest.password.clone());
            seat.machine.advance(now);
            seat.phase = Phase::Live;
            seat.machine.open(if is_shell { Entry::Shell } else { Entry::Login { password } });
        }
        if seat.phase == Phase::Live
            && let Some(line) = seat.left.take()
        {
            seat.machine.type_in(line.as_bytes());
        }
        let out = seat.machine.take_output();
        let is_over = seat.phase == Phase::Live && !seat.machine.is_open();
        let shown = seat.deliver(&out, seed, loses);
        let attached = seat.attached.clone();
        if is_over {
            seat.phase = Phase::Shut;
        }
        for id in &attached {
            for part in &shown {
                self.write_to(*id, part);
            }
        }
        if is_over {
            let ending = if self.consoles.next_ending().is_multiple_of(2) { Ending::Told } else { Ending::Closed };
            attached.iter().for_each(|id| self.finish_visit(*id, ending));
        }
    }

    /// Ends the sessions of guests that are gone, stopped, or running anew.
    pub(super) fn follow_guests(&mut self) {
        let now = self.now();
        let keys: Vec<u32> = self
            .consoles
            .seats
            .keys()
            .filter_map(|key| if let Key::Guest(vmid) = key { Some(*vmid) } else { None })
            .collect();
        for vmid in keys {
            let key = Key::Guest(vmid);
            let guest = self.guests.get(&vmid).filter(|guest| guest.kind == Kind::Container);
            let ground = guest.map(|guest| self.ground_of(guest));
            let Some(seat) = self.consoles.seats.get_mut(&key) else { continue };
            let Some(guest) = guest.filter(|guest| guest.born == seat.born) else {
                let attached = std::mem::take(&mut seat.attached);
                self.consoles.seats.remove(&key);
                attached.iter().for_each(|id| self.finish_visit(*id, Ending::Closed));
                continue;
            };
            let run = guest.started();
            if run == seat.run {
                continue;
            }
            let (host, was_running) = (host_of(guest, ground.unwrap_or(now)), seat.run.is_some());
            seat.machine = seat.machine.rebooted(host, now);
            seat.run = run;
            if !was_running && matches!(seat.phase, Phase::Attaching(None)) {
                seat.phase = Phase::Attaching(run.map(|from| Moment(from.0 + ATTACH_MS)));
                continue;
            }
            seat.phase = Phase::Shut;
            let id = vmid.to_string();
            let is_rebooting = self.tasks.running().any(|task| task.kind == "vzreboot" && task.id == id);
            let ending = if run.is_some() || is_rebooting { Ending::Told } else { Ending::Closed };
            let attached = std::mem::take(&mut seat.attached);
            attached.iter().for_each(|id| self.finish_visit(*id, ending));
        }
    }
}

impl Consoles {
    fn next_ending(&mut self) -> u64 {
        self.ended += 1;
        self.ended - 1
    }
}

/// With its length; empty while it has none.
pub(super) fn address_of(guest: &Guest) -> String {
    guest.reached_at().map_or_else(String::new, |address| format!("{address}/16"))
}

pub(super) fn host_of(guest: &Guest, node_booted: Moment) -> Host {
    let environment = guest.text("env").unwrap_or_default().split('\0').filter_map(|item| item.split_once('='));
    Host {
        name: guest.name(),
        flavour: if guest.config.get("ostype") == Some(&Value::from("alpine")) {
            Flavour::Alpine
        } else {
            Flavour::Debian
        },
        booted: guest.started().unwrap_or(guest.born),
        node_booted,
        address: address_of(guest),
        memory: guest.memory(),
        environment: environment.map(|(name, text)| (name.to_owned(), text.to_owned())).collect(),
    }
}
