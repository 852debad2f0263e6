//! The insides of guests: who may look into one, what its files are, and what goes wrong around it. What must hold: a
//! guest whose inside nobody saw has the files that were laid for it, and those only.

use std::sync::Arc;

use super::{
    Consoles, Key,
    seat::{address_of, host_of},
};
use crate::sim::{
    datacenter::Datacenter,
    shell::{Inside, Listener, Machine, Seeming},
    world::{guest::Kind, node::Node},
};

impl Consoles {
    /// Nobody sits at any terminal, and every guest that somebody looked into begins anew with the files that it has.
    pub fn left(&self) -> Self {
        let seen = self.seats.keys().filter_map(|key| match key {
            Key::Guest(vmid) => Some((*vmid, self.inside(*vmid))),
            Key::Node(_) => None,
        });
        let disks = self.disks.clone().into_iter().chain(seen).collect();
        Self { disks, opened: self.opened, ended: self.ended, ..Self::default() }
    }

    /// Doors are counted on: whoever still holds the number of an old one must not find a new one behind it.
    pub fn go_on_after(&mut self, before: &Self) {
        self.opened = self.opened.max(before.opened);
    }

    /// The files of a guest as they are now.
    pub fn inside(&self, vmid: u32) -> Inside {
        match self.seats.get(&Key::Guest(vmid)) {
            Some(seat) => seat.machine.inside(),
            None => self.disks.get(&vmid).cloned().unwrap_or_default(),
        }
    }

    /// What is inside the guests that somebody has looked into.
    pub fn machines(&self) -> impl Iterator<Item = (u32, &Machine)> {
        self.seats.iter().filter_map(|(key, seat)| match key {
            Key::Guest(vmid) => Some((*vmid, &seat.machine)),
            Key::Node(_) => None,
        })
    }

    /// Guests whose files nobody has looked into since they were laid.
    pub fn unseen(&self) -> Vec<u32> {
        let is_known = |(_, inside): &(&u32, &Inside)| matches!(inside, Inside::Known(_));
        self.disks.iter().filter(is_known).map(|(vmid, _)| *vmid).collect()
    }

    /// Where what runs inside a guest listens.
    pub fn listeners(&self, vmid: u32) -> Vec<Listener> {
        self.seats.get(&Key::Guest(vmid)).map(|seat| seat.machine.listeners()).unwrap_or_default()
    }

    /// The app of a guest that only seems to be there.
    pub fn seeming_app(&self, vmid: u32) -> Seeming {
        match (self.seats.get(&Key::Guest(vmid)), self.disks.get(&vmid)) {
            (Some(seat), _) => seat.machine.seeming_app(),
            (None, Some(Inside::Fresh | Inside::Known(_))) => Seeming::Nothing,
            (None, Some(Inside::Carried(ports))) => Seeming::Carried(ports.clone()),
            (None, Some(Inside::Seeded) | None) => Seeming::App,
        }
    }

    /// Nothing is left of the files of a guest.
    pub fn forget(&mut self, vmid: u32) {
        self.disks.remove(&vmid);
    }
}

impl Datacenter {
    /// The inside of a container that runs.
    pub fn inside_of(&mut self, vmid: u32) -> Option<&mut Machine> {
        let guest = self.guests.get(&vmid).filter(|guest| guest.is_running() && guest.kind == Kind::Container)?;
        let run = guest.started();
        if !self.node(&guest.node).is_some_and(Node::is_online) {
            return None;
        }
        if self.consoles.seats.get(&Key::Guest(vmid)).is_some_and(|seat| seat.run != run) {
            self.follow_guests();
        }
        // One that is only just there knows nothing of what stands.
        self.seat_of(vmid)?;
        self.feel_ills();
        self.seat_of(vmid).map(|seat| &mut seat.machine)
    }

    /// What hit inside of guests is counted, and they are told what stands.
    pub(super) fn feel_ills(&mut self) {
        for (key, seat) in &mut self.consoles.seats {
            if let Key::Guest(vmid) = key {
                seat.machine.take_hits().into_iter().for_each(|ill| self.faults.hit_inside(*vmid, ill));
            }
        }
        let around: Vec<_> = self.consoles.machines().map(|(vmid, _)| (vmid, self.beside(vmid))).collect();
        for (vmid, beside) in around {
            let Some(seat) = self.consoles.seats.get_mut(&Key::Guest(vmid)) else { continue };
            seat.machine.feel(self.faults.ills(vmid));
            let address = self.guests.get(&vmid).map(address_of).unwrap_or_default();
            seat.machine.meet(beside, &address);
        }
    }

    /// Lays keys into a new container, by which root may come in.
    pub fn lay_keys(&mut self, vmid: u32, keys: &str) {
        let now = self.now();
        let Some(guest) = self.guests.get(&vmid).filter(|_| !keys.trim().is_empty()) else { return };
        let mut machine = Machine::new(host_of(guest, self.ground_of(guest)), now);
        machine.make_folders("/root/.ssh", 0o700);
        let text = format!("# --- BEGIN PVE ---\n{}\n# --- END PVE ---\n", keys.trim());
        // The folder was made just now.
        let _ = machine.write_file("/root/.ssh/authorized_keys", text.as_bytes(), Some(0o600));
        self.lay_inside(vmid, machine.inside());
    }

    /// What lies in a volume goes where the volume goes.
    pub fn carry_volume(&mut self, from: u32, to: u32, folder: &str) {
        let Inside::Known(source) = self.consoles.inside(from) else { return };
        let Some(getter) = self.guests.get(&to) else { return };
        let host = host_of(getter, self.ground_of(getter));
        let there = self.consoles.inside(to);
        let Inside::Known(getter) = Machine::with_disk(host, &there, self.now()).inside() else { return };
        let (mut mine, mut theirs) = (source.copied(), getter.copied());
        for path in source.below(folder) {
            if let Some(node) = mine.entry(&path).cloned() {
                theirs.plant(&path, node);
            }
        }
        mine.remove(folder);
        self.lay_inside(from, Inside::Known(Arc::new(mine)));
        self.lay_inside(to, Inside::Known(Arc::new(theirs)));
    }

    /// A guest has these files from now on: those of a snapshot, of another guest, or of a backup.
    pub fn lay_inside(&mut self, vmid: u32, inside: Inside) {
        let now = self.now();
        let Some(guest) = self.guests.get(&vmid) else { return };
        let (born, host) = (guest.born, host_of(guest, self.ground_of(guest)));
        match self.consoles.seats.get_mut(&Key::Guest(vmid)).filter(|seat| seat.born == born) {
            Some(seat) => seat.machine = Machine::with_disk(host, &inside, now),
            None => drop(self.consoles.disks.insert(vmid, inside)),
        }
    }
}
