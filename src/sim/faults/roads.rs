//! Faults of the roads into guests: SSH and consoles. What must hold: a filter by node hits what is the node's own, one by
//! guest what is the guest's.

use super::{Fault, FaultId, Faults, Only};
use crate::sim::ssh::Home;

/// What becomes of a console's line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It stays open, and nothing passes.
    Dies,
    Cut,
}

impl Only {
    fn hits_home(&self, home: &Home) -> bool {
        match home {
            Home::Node(name) => self.vmid.is_none() && self.node.as_ref().is_none_or(|node| node == name),
            Home::Guest(vmid) => self.node.is_none() && self.vmid.is_none_or(|wanted| wanted == *vmid),
        }
    }
}

impl Faults {
    pub fn refuses_ssh(&self, home: &Home) -> bool {
        self.troubles().any(|trouble| trouble.fault == Fault::SshRefused && trouble.only.hits_home(home))
    }

    pub fn changes_key(&self, home: &Home) -> bool {
        self.troubles().any(|trouble| trouble.fault == Fault::HostKey && trouble.only.hits_home(home))
    }

    /// The fault that keeps this connection waiting.
    pub fn hit_hanging_ssh(&mut self, home: &Home) -> Option<FaultId> {
        self.hit(|trouble| trouble.fault == Fault::SshHangs && trouble.only.hits_home(home)).next().map(|(id, _)| id)
    }

    /// After how many bytes of output the connection of a command is cut.
    pub fn hit_cut_ssh(&mut self, home: &Home) -> Option<u64> {
        let is_met = |fault: &Fault| matches!(fault, Fault::SshCut { .. });
        let mut met = self.hit(|trouble| is_met(&trouble.fault) && trouble.only.hits_home(home));
        met.find_map(|(_, fault)| if let Fault::SshCut { bytes } = fault { Some(bytes) } else { None })
    }

    /// What becomes of a console's line on which so many bytes have been sent, and after how many of them.
    pub fn hit_console(&mut self, home: &Home, sent: u64) -> Option<(Fate, u64)> {
        let fate = |fault: &Fault| match fault {
            Fault::ConsoleDies { bytes } => Some((Fate::Dies, *bytes)),
            Fault::ConsoleCut { bytes } => Some((Fate::Cut, *bytes)),
            _ => None,
        };
        let is_reached = |fault: &Fault| fate(fault).is_some_and(|(_, bytes)| bytes <= sent);
        let found = self.hit(|trouble| is_reached(&trouble.fault) && trouble.only.hits_home(home)).next();
        found.and_then(|(_, fault)| fate(&fault))
    }

    pub fn hit_greeting(&mut self, home: &Home, fault: &Fault) -> bool {
        self.hit(|trouble| trouble.fault == *fault && trouble.only.hits_home(home)).next().is_some()
    }

    /// How many percent of a console's output are lost beside what always is.
    pub fn loses(&self, home: &Home) -> u8 {
        let met = self.troubles().filter(|trouble| trouble.only.hits_home(home));
        let percent = met.filter_map(|trouble| match trouble.fault {
            Fault::ConsoleLoses { percent } => Some(percent),
            _ => None,
        });
        percent.max().unwrap_or_default()
    }
}
