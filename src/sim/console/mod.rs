//! The consoles of a datacenter. `termproxy` opens a door: a port, a ticket, a task. Somebody comes through it with a
//! websocket, shows the ticket, and sits down at the terminal of a guest, which all who sit there share and which lives
//! on when they go. Nothing here knows sockets or clocks.

mod beside;
mod deliver;
mod door;
mod insides;
mod seat;
mod talk;
mod wares;

use std::collections::BTreeMap;

pub use self::{
    beside::marked_ports,
    door::{Door, Place, Speech},
};
use self::{door::State, seat::Seat};
use super::{
    datacenter::Datacenter,
    faults::{Fate, Fault},
    refusal::Refusal,
    shell::Inside,
};
use crate::domain::moment::Moment;

/// Whose terminal it is: a guest's, or one of a node that a single door leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    Guest(u32),
    Node(u64),
}

#[derive(Default)]
pub struct Consoles {
    doors: BTreeMap<u64, Door>,
    seats: BTreeMap<Key, Seat>,
    /// What guests begin with that nobody has looked into since they were copied or restored.
    disks: BTreeMap<u32, Inside>,
    opened: u64,
    /// How many sessions have ended: they do it in turns in this way and in that.
    ended: u64,
}

/// What `termproxy` answers.
pub struct Opened {
    pub port: u16,
    pub ticket: String,
    pub upid: String,
}

const PORTS: std::ops::Range<u16> = 5_900..6_000;
/// Nobody came through a door for so long: it closes.
const CONNECT_MS: i64 = 10_000;

impl Consoles {
    /// When something happens here by itself.
    pub fn next_due(&self) -> Option<Moment> {
        let doors = self.doors.values().filter_map(Door::patience);
        let seats = self.seats.values().filter_map(Seat::next_due);
        doors.chain(seats).min()
    }

    fn free_port(&self) -> Option<u16> {
        PORTS.into_iter().find(|port| self.doors.values().all(|door| door.port != *port))
    }
}

impl Datacenter {
    /// Opens a door to a terminal.
    pub fn open_door(&mut self, node: &str, place: Place, who: &str, speech: Speech) -> Result<Opened, Refusal> {
        let port = self.consoles.free_port().ok_or_else(|| Refusal::died("unable to find free port (5900-6000)"))?;
        let now = self.now();
        let ticket = self.tickets.vnc_ticket(who, &place.path(), now);
        let (kind, id) = place.task();
        let state = super::world::task::State::Running { steps: Default::default() };
        let upid = self.begin_at(node, kind, &id, who, now, state);
        let command = self.command(&place);
        let door = Door::new(port, upid.clone(), format!("{who}:{ticket}\n"), place, speech, command, now);
        self.consoles.opened += 1;
        self.consoles.doors.insert(self.consoles.opened, door);
        Ok(Opened { port, ticket, upid })
    }

    /// What runs behind the terminal, as the node would start it.
    fn command(&self, place: &Place) -> String {
        let Place::Guest(vmid) = place else { return "/bin/login".into() };
        let command = match self.guests.get(vmid).and_then(|guest| guest.text("cmode")) {
            Some("shell") => format!("lxc-attach --clear-env -n {vmid}"),
            Some("console") => format!("lxc-console -n {vmid} -e -1 -t 0"),
            _ => format!("lxc-console -n {vmid} -e -1"),
        };
        format!("/usr/bin/dtach -A /var/run/dtach/vzctlconsole{vmid} -r winch -z {command}")
    }

    /// Somebody comes to a port; the number of his door, if one is open there and nobody came before.
    pub fn knock(&mut self, port: u16) -> Option<u64> {
        let now = self.now();
        let is_meant = |(_, door): &(&u64, &mut Door)| door.port == port && matches!(door.state, State::Waiting { .. });
        let (id, door) = self.consoles.doors.iter_mut().find(is_meant)?;
        door.state = State::Greeting { since: now };
        Some(*id)
    }

    /// What a visitor sends.
    pub fn hear(&mut self, id: u64, bytes: &[u8]) {
        let now = self.now();
        // What comes after a line's end has come too late.
        if self.fate_of(id) == Some(Fate::Cut) {
            return self.close_door(id, false);
        }
        let Some(door) = self.consoles.doors.get_mut(&id).filter(|door| !door.is_silent) else { return };
        match door.state {
            State::Waiting { .. } | State::Over => return,
            // The program behind it is gone; that shows when something is sent to it.
            State::Dead => return self.close_door(id, false),
            State::Greeting { .. } => {
                door.inbox.extend(bytes);
                let Some(end) = door.inbox.iter().position(|byte| *byte == b'\n') else { return };
                let greeting: Vec<u8> = door.inbox.drain(..=end).collect();
                let is_young = now.since(door.made).as_secs() < 40;
                if greeting != door.greeting.as_bytes() || !is_young {
                    return self.close_door(id, false);
                }
                let home = door.home();
                if door.is_of_token() && self.faults.hit_greeting(&home, &Fault::ConsoleRefused) {
                    return self.close_door(id, false);
                }
                door.state = State::Talking;
                door.is_silent = self.faults.hit_greeting(&home, &Fault::ConsoleMute);
                door.outbox.extend(b"OK");
                let number = 40_000 + id % 20_000;
                self.log_of(id, format!("client connection: 127.0.0.1:{number}"));
                self.sit_down(id);
            }
            State::Talking => door.inbox.extend(bytes),
        }
        self.take_messages(id);
    }

    fn take_messages(&mut self, id: u64) {
        let Some(door) = self.consoles.doors.get_mut(&id).filter(|door| matches!(door.state, State::Talking)) else {
            return;
        };
        let mut typed = Vec::new();
        let mut messages = Vec::new();
        while let Some(message) = talk::next(&mut door.inbox) {
            match message {
                talk::Message::Typed(bytes) => typed.extend(bytes),
                other => {
                    if !typed.is_empty() {
                        messages.push(talk::Message::Typed(std::mem::take(&mut typed)));
                    }
                    messages.push(other);
                }
            }
        }
        if !typed.is_empty() {
            messages.push(talk::Message::Typed(typed));
        }
        for message in messages {
            match message {
                talk::Message::Typed(bytes) => self.type_in(id, &bytes),
                talk::Message::Size(columns, rows) => self.resize(id, columns, rows),
                talk::Message::Alive => {}
                talk::Message::Nonsense => return self.close_door(id, false),
            }
        }
    }

    /// What is to be sent to a visitor, and whether that was all.
    pub fn speak(&mut self, id: u64) -> (Vec<u8>, bool) {
        let is_news = self.consoles.doors.get(&id).is_some_and(|door| !door.outbox.is_empty());
        if is_news && let Some(seat) = self.key_of(id).and_then(|key| self.consoles.seats.get_mut(&key)) {
            seat.machine.be_seen();
        }
        let fate = self.fate_of(id);
        if fate == Some(Fate::Cut) {
            self.close_door(id, false);
        }
        match self.consoles.doors.get_mut(&id) {
            None => (Vec::new(), true),
            Some(door) => {
                let (bytes, is_over) = (std::mem::take(&mut door.outbox), matches!(door.state, State::Over));
                door.sent += bytes.len() as u64;
                if is_over {
                    self.consoles.doors.remove(&id);
                }
                (bytes, is_over)
            }
        }
    }

    /// What a fault makes of a line now, once its time has come; only what may still pass is left to be sent.
    fn fate_of(&mut self, id: u64) -> Option<Fate> {
        let door = self.consoles.doors.get_mut(&id)?;
        if door.is_silent {
            door.outbox.clear();
            return Some(Fate::Dies);
        }
        if !matches!(door.state, State::Talking) {
            return None;
        }
        let (fate, bytes) = self.faults.hit_console(&door.home(), door.sent + door.outbox.len() as u64)?;
        door.outbox.truncate(bytes.saturating_sub(door.sent) as usize);
        door.is_silent = fate == Fate::Dies;
        Some(fate)
    }

    /// Whether nothing passes a line any more.
    pub fn is_silent(&self, id: u64) -> bool {
        self.consoles.doors.get(&id).is_some_and(|door| door.is_silent)
    }

    /// A visitor has gone.
    pub fn hang_up(&mut self, id: u64) {
        let is_fine = self.consoles.doors.get(&id).is_some_and(|door| matches!(door.state, State::Talking));
        self.close_door(id, is_fine);
        self.consoles.doors.remove(&id);
    }

    /// Ends a door's task and whatever hangs on it. The visitor still gets what was written for him.
    fn close_door(&mut self, id: u64, is_fine: bool) {
        self.stand_up(id);
        let now = self.now();
        let Some(door) = self.consoles.doors.get_mut(&id).filter(|door| !matches!(door.state, State::Over)) else {
            return;
        };
        door.state = State::Over;
        let result = if is_fine { Ok(()) } else { Err(door.failure()) };
        let upid = door.upid.clone();
        if self.tasks.get(&upid).is_some_and(|task| task.is_running()) {
            self.tasks.end(&upid, now, result);
        }
    }

    fn log_of(&mut self, id: u64, line: String) {
        let now = self.now();
        let Some(upid) = self.consoles.doors.get(&id).map(|door| door.upid.clone()) else { return };
        if let Some(task) = self.tasks.get_mut(&upid) {
            task.say(now, line);
        }
    }

    /// Lets everything happen at the terminals that is due by now.
    pub fn run_consoles(&mut self, now: Moment) {
        if self.consoles.doors.is_empty() && self.consoles.seats.is_empty() {
            return;
        }
        self.follow_guests();
        self.feel_ills();
        let keys: Vec<Key> = self.consoles.seats.keys().copied().collect();
        for key in keys {
            if let Some(seat) = self.consoles.seats.get_mut(&key) {
                seat.machine.advance(now);
            }
            self.pump(key);
        }
        let late = |(id, door): (&u64, &Door)| {
            let is_ended = self.tasks.get(&door.upid).is_none_or(|task| !task.is_running());
            let is_late = door.patience().is_some_and(|moment| moment <= now);
            (is_late || (is_ended && !matches!(door.state, State::Over))).then_some(*id)
        };
        let closing: Vec<u64> = self.consoles.doors.iter().filter_map(late).collect();
        for id in closing {
            let nobody_came =
                self.consoles.doors.get(&id).is_some_and(|door| matches!(door.state, State::Waiting { .. }));
            self.close_door(id, false);
            if nobody_came {
                self.consoles.doors.remove(&id);
            }
        }
    }
}
