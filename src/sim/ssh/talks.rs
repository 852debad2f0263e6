//! Talks: somebody runs a command or a shell in a node or a guest, sends it bytes and hears what it says. What must hold:
//! no byte is lost or changed on the way, in either direction, however slowly either side reads.

use std::collections::{BTreeMap, VecDeque};

use super::links::Link;
use crate::{
    domain::moment::Moment,
    sim::{
        datacenter::Datacenter,
        shell::{Ends, Machine, Redraw, Session, Start, State, Stream, pipe},
        world::node::{Node, host_of_node},
    },
};

/// Whose machine it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Home {
    Node(String),
    Guest(u32),
}

#[derive(Default)]
pub struct Talks {
    talks: BTreeMap<u64, Talk>,
    /// The machines of nodes, each with the moment its node was booted.
    hosts: BTreeMap<String, (Moment, Machine)>,
    pub(super) links: Vec<Link>,
    begun: u64,
}

struct Talk {
    home: Home,
    session: Session,
    /// Where what is sent goes, until its end was sent.
    input: Option<Stream>,
    /// What was sent and does not fit in yet.
    waiting: VecDeque<u8>,
    is_ended: bool,
    out: Option<Stream>,
    err: Option<Stream>,
}

/// What somebody has said since he was last listened to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Heard {
    pub out: Vec<u8>,
    pub err: Vec<u8>,
    /// That it ended; nothing more comes then.
    pub end: Option<Ending>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Code(i32),
    /// The machine it ran in is no more, and nobody is left to tell.
    Lost,
}

/// Listened to in one go.
const MOST_HEARD: usize = 256 * 1_024;

impl Talks {
    pub fn next_due(&self) -> Option<Moment> {
        self.hosts.values().filter_map(|(_, machine)| machine.next_due()).min()
    }

    fn is_idle(&self) -> bool {
        self.talks.is_empty() && self.links.is_empty() && self.hosts.is_empty()
    }
}

impl Datacenter {
    /// Begins something in a machine; nothing where there is none that runs.
    pub fn begin_talk(&mut self, home: &Home, start: Start, terminal: Option<(u16, u16)>) -> Option<u64> {
        let machine = self.machine_of(home)?;
        let (session, input, out, err) = match terminal {
            Some((columns, rows)) => (machine.begin(start, Ends::Terminal(columns, rows)), None, None, None),
            None => {
                let ((inner_in, input), (out, inner_out), (err, inner_err)) = (pipe(), pipe(), pipe());
                let streams = [(0, inner_in), (1, inner_out), (2, inner_err)].into_iter().collect();
                (machine.begin(start, Ends::Streams(streams)), Some(input), Some(out), Some(err))
            }
        };
        self.talks.begun += 1;
        let talk = Talk { home: home.clone(), session, input, waiting: VecDeque::new(), is_ended: false, out, err };
        self.talks.talks.insert(self.talks.begun, talk);
        Some(self.talks.begun)
    }

    /// Sends bytes to what runs there; says whether it can still take more.
    pub fn tell_talk(&mut self, id: u64, bytes: &[u8]) {
        let Some(talk) = self.talks.talks.get_mut(&id) else { return };
        if let Some(terminal) = talk.session.terminal {
            let home = talk.home.clone();
            if let Some(machine) = self.machine_of(&home) {
                machine.type_at(terminal, bytes);
            }
        } else {
            talk.waiting.extend(bytes);
        }
        self.run_talks();
    }

    /// Nothing more will be sent.
    pub fn end_telling(&mut self, id: u64) {
        if let Some(talk) = self.talks.talks.get_mut(&id) {
            talk.is_ended = true;
        }
        self.run_talks();
    }

    pub fn resize_talk(&mut self, id: u64, columns: u16, rows: u16) {
        let Some(talk) = self.talks.talks.get(&id) else { return };
        let Some(terminal) = talk.session.terminal else { return };
        let home = talk.home.clone();
        if let Some(machine) = self.machine_of(&home) {
            machine.resize_at(terminal, columns, rows, Redraw::Yes);
        }
        self.run_talks();
    }

    pub fn signal_talk(&mut self, id: u64, number: i32) {
        self.with_talk(id, |machine, talk| machine.signal(&talk.session, number));
        self.run_talks();
    }

    fn with_talk(&mut self, id: u64, act: impl FnOnce(&mut Machine, &Talk)) {
        let Some(talk) = self.talks.talks.remove(&id) else { return };
        if let Some(machine) = self.machine_of(&talk.home) {
            act(machine, &talk);
        }
        self.talks.talks.insert(id, talk);
    }

    /// What was said since, and whether that was all.
    pub fn listen(&mut self, id: u64) -> Heard {
        let mut heard = Heard::default();
        loop {
            self.run_talks();
            let Some(talk) = self.talks.talks.get(&id) else { return Heard { end: Some(Ending::Lost), ..heard } };
            let (home, terminal, state) = (talk.home.clone(), talk.session.terminal, talk.session.state());
            let mut out = talk.out.as_ref().map(Stream::drain).unwrap_or_default();
            let err = talk.err.as_ref().map(Stream::drain).unwrap_or_default();
            let more = |stream: &Option<Stream>| stream.as_ref().is_some_and(Stream::may_bring_more);
            let may_come = more(&talk.out) || more(&talk.err);
            if let (Some(terminal), Some(machine)) = (terminal, self.machine_of(&home)) {
                out.extend(machine.take_shown(terminal));
            }
            let is_news = !out.is_empty() || !err.is_empty();
            heard.out.extend(out);
            heard.err.extend(err);
            if heard.out.len() + heard.err.len() >= MOST_HEARD {
                return heard;
            }
            if is_news {
                continue;
            }
            // What others still hold open is waited for, as the real server does.
            heard.end = match state {
                State::Ended(code) if !may_come => Some(Ending::Code(code)),
                State::Lost => Some(Ending::Lost),
                _ => None,
            };
            return heard;
        }
    }

    /// The one who talked has gone.
    pub fn leave_talk(&mut self, id: u64) {
        let Some(talk) = self.talks.talks.remove(&id) else { return };
        let home = talk.home.clone();
        // A running machine need not be the one it was.
        if talk.session.state() != State::Lost
            && let Some(machine) = self.machine_of(&home)
        {
            machine.leave(&talk.session);
        }
        drop(talk);
        self.run_talks();
    }

    /// The machine of a node that is up, or of a container that runs.
    pub fn machine_of(&mut self, home: &Home) -> Option<&mut Machine> {
        match home {
            Home::Guest(vmid) => self.inside_of(*vmid),
            Home::Node(name) => {
                let now = self.now();
                let node = self.nodes.iter().find(|node| node.name == *name).filter(|node| node.is_online())?;
                let fresh = || (node.booted, machine_of_node(node, now));
                let known = self.talks.hosts.entry(name.clone()).or_insert_with(fresh);
                if known.0 != node.booted {
                    *known = (node.booted, known.1.rebooted(host_of_node(node), now));
                }
                Some(&mut known.1)
            }
        }
    }

    /// Lets everything happen on the nodes that is due by now.
    pub fn run_hosts(&mut self, now: Moment) {
        if self.talks.is_idle() {
            return;
        }
        let dead: Vec<String> = self.nodes.iter().filter(|node| !node.is_online()).map(|n| n.name.clone()).collect();
        self.talks.hosts.retain(|name, _| !dead.contains(name));
        for (_, machine) in self.talks.hosts.values_mut() {
            machine.advance(now);
        }
        self.run_talks();
    }

    /// Moves bytes and errands between machines until nothing moves any more.
    pub(super) fn run_talks(&mut self) {
        loop {
            let mut moved = self.feed_talks();
            moved |= self.begin_errands();
            moved |= self.run_links();
            for home in self.homes() {
                moved |= self.machine_of(&home).is_some_and(Machine::stir);
            }
            if !moved {
                return;
            }
        }
    }

    fn homes(&self) -> Vec<Home> {
        let talking = self.talks.talks.values().map(|talk| talk.home.clone());
        let linked = self.talks.links.iter().flat_map(Link::homes);
        let mut homes: Vec<Home> = talking.chain(linked).collect();
        homes.sort();
        homes.dedup();
        homes
    }

    fn feed_talks(&mut self) -> bool {
        let mut moved = false;
        for talk in self.talks.talks.values_mut() {
            if let Some(input) = &talk.input {
                let taken = input.push(talk.waiting.make_contiguous());
                talk.waiting.drain(..taken);
                moved |= taken > 0;
            }
            if talk.is_ended && talk.waiting.is_empty() {
                moved |= talk.input.take().is_some();
            }
        }
        moved
    }

    fn begin_errands(&mut self) -> bool {
        let names: Vec<String> = self.talks.hosts.keys().cloned().collect();
        let mut moved = false;
        for name in names {
            let errands = self.talks.hosts.get_mut(&name).map(|(_, machine)| machine.take_errands());
            for errand in errands.unwrap_or_default() {
                moved = true;
                self.run_pct(&name, errand);
            }
        }
        moved
    }
}

fn machine_of_node(node: &Node, now: Moment) -> Machine {
    let mut machine = Machine::new(host_of_node(node), now);
    machine.install("pct");
    machine
}
