//! A command that a node runs in one of its guests, as `pct exec` does: bytes go to and fro between the two machines.
//! What must hold: its end is answered with its own code once everything it said has arrived.

use super::talks::Home;
use crate::sim::{
    datacenter::Datacenter,
    shell::{Answer, Ends, Errand, Redraw, Session, Start, State, Stream, Streams, pipe},
};

pub struct Link {
    node: String,
    vmid: u32,
    errand: Errand,
    session: Session,
    /// The terminal of the node, for as long as it is lent to the guest.
    lent: Option<u32>,
    size: (u16, u16),
    /// What the guest writes for terminals of the node.
    shown: Vec<(Stream, u32)>,
}

const KILLED: i32 = 137;

impl Link {
    pub fn homes(&self) -> [Home; 2] {
        [Home::Node(self.node.clone()), Home::Guest(self.vmid)]
    }
}

impl Datacenter {
    /// Runs something in a guest for a command of its node. The guest runs.
    pub(super) fn join_up(&mut self, node: &str, vmid: u32, errand: Errand, start: Start) {
        let home = Home::Node(node.to_owned());
        let (lent, mut shown, mut size) = (errand.terminal(), Vec::new(), (80, 24));
        let ends = match lent {
            Some(id) => {
                size = self.machine_of(&home).map_or(size, |machine| machine.lend_terminal(id));
                Ends::Terminal(size.0, size.1)
            }
            None => Ends::Streams(passed_on(&errand.streams, &mut shown)),
        };
        let Some(machine) = self.machine_of(&Home::Guest(vmid)) else { return };
        let session = machine.begin(start, ends);
        self.talks.links.push(Link { node: node.to_owned(), vmid, errand, session, lent, size, shown });
    }

    pub(super) fn run_links(&mut self) -> bool {
        let mut moved = false;
        for mut link in std::mem::take(&mut self.talks.links) {
            moved |= self.relay(&mut link);
            if !self.is_over(&link) {
                self.talks.links.push(link);
            } else {
                moved = true;
            }
        }
        moved
    }

    fn relay(&mut self, link: &mut Link) -> bool {
        let [node, guest] = link.homes();
        let mut moved = false;
        for (stream, id) in &link.shown {
            let bytes = stream.drain();
            moved |= !bytes.is_empty();
            if let Some(machine) = self.machine_of(&node).filter(|_| !bytes.is_empty()) {
                machine.show(*id, &bytes);
            }
        }
        let (Some(id), Some(inner)) = (link.lent, link.session.terminal) else { return moved };
        let Some(host) = self.machine_of(&node) else { return moved };
        let (typed, size) = (host.take_typed(id), host.lend_terminal(id));
        if link.session.state() == State::Lost {
            return moved;
        }
        let Some(machine) = self.machine_of(&guest) else { return moved };
        if !typed.is_empty() {
            machine.type_at(inner, &typed);
        }
        if std::mem::replace(&mut link.size, size) != size {
            machine.resize_at(inner, size.0, size.1, Redraw::Yes);
        }
        let shown = machine.take_shown(inner);
        moved |= !typed.is_empty() || !shown.is_empty();
        if let Some(machine) = self.machine_of(&node).filter(|_| !shown.is_empty()) {
            machine.show(id, &shown);
        }
        moved
    }

    /// Answers what has ended, and lets go of what nobody waits for.
    fn is_over(&mut self, link: &Link) -> bool {
        let [node, guest] = link.homes();
        let code = match link.session.state() {
            State::Runs if link.errand.is_abandoned() => None,
            State::Runs => return false,
            State::Ended(code) => Some(code),
            State::Lost => Some(KILLED),
        };
        if link.session.state() != State::Lost
            && let Some(machine) = self.machine_of(&guest)
        {
            machine.leave(&link.session);
        }
        if let Some(id) = link.lent
            && let Some(machine) = self.machine_of(&node)
        {
            machine.take_back_terminal(id);
        }
        if let Some(code) = code {
            link.errand.answer(Answer { code, ..Answer::default() });
        }
        true
    }
}

/// The streams of a command as the guest gets them; a terminal of the node is none of the guest's.
fn passed_on(streams: &Streams, shown: &mut Vec<(Stream, u32)>) -> Streams {
    let pass = |(number, stream): (&u32, &Stream)| {
        let Stream::Terminal(id) = stream else { return (*number, stream.clone()) };
        let (source, sink) = pipe();
        shown.push((source, *id));
        (*number, sink)
    };
    streams.iter().map(pass).collect()
}
