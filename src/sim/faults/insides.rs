//! Faults that are felt inside of guests. What must hold: a fault with a number of times hits so often in all guests
//! together.

use super::{Fault, Faults, Only, Trouble};
use crate::sim::shell::{Ill, Sickness};

fn ill(fault: &Fault) -> Option<Ill> {
    match fault {
        Fault::AptFails => Some(Ill::NoMirror),
        Fault::PullFails(denial) => Some(Ill::NoImage(*denial)),
        Fault::SickApp(how) => Some(Ill::Sick(*how)),
        _ => None,
    }
}

impl Only {
    fn hits_inside(&self, vmid: u32) -> bool {
        self.vmid.is_none_or(|wanted| wanted == vmid)
    }
}

impl Faults {
    /// What stands for a guest, each with how often it may still hit.
    pub fn ills(&self, vmid: u32) -> Vec<(Ill, Option<u32>)> {
        let standing = self.open().filter(|(trouble, _)| trouble.only.hits_inside(vmid));
        standing.filter_map(|(trouble, left)| Some((ill(&trouble.fault)?, left))).collect()
    }

    pub fn sickness(&self, vmid: u32) -> Option<Sickness> {
        self.ills(vmid).into_iter().find_map(|(ill, _)| if let Ill::Sick(how) = ill { Some(how) } else { None })
    }

    /// One of them has hit a guest.
    pub fn hit_inside(&mut self, vmid: u32, hit: Ill) {
        let is_met = |trouble: &Trouble| ill(&trouble.fault) == Some(hit) && trouble.only.hits_inside(vmid);
        // The first that fits is the one the guest met.
        let _ = self.hit(is_met).next();
    }
}
