//! The demo's trouble: each kind as the fault of the simulator that it is. A real host has no such lever.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use crate::{
    domain::mischief::{Meddling, Mischief},
    sim::{Damage, Fault, FaultId, Handle, Shown, Trouble},
};

/// Throws faults at the demo's datacenter, and mends them.
#[derive(Clone)]
pub struct Lever {
    datacenter: Handle,
    thrown: Arc<Mutex<HashMap<Mischief, FaultId>>>,
}

impl Lever {
    pub fn of(datacenter: Handle) -> Self {
        Self { datacenter, thrown: Arc::default() }
    }

    pub fn pull(&self, meddling: Meddling) {
        let mut thrown = self.thrown.lock().unwrap_or_else(PoisonError::into_inner);
        match meddling {
            Meddling::Throw(mischief) => {
                let fault = self.datacenter.throw(fault(mischief));
                if let Some(before) = thrown.insert(mischief, fault) {
                    self.datacenter.mend(before);
                }
            }
            Meddling::Mend(mischief) => {
                if let Some(fault) = thrown.remove(&mischief) {
                    self.datacenter.mend(fault);
                }
            }
        }
    }
}

fn fault(mischief: Mischief) -> Trouble {
    match mischief {
        Mischief::NodeDies => Fault::DeadNode("pve2".into()).into(),
        Mischief::NoQuorum => Fault::NoQuorum.into(),
        Mischief::SlowHost => Fault::Slow(Duration::from_secs(4)).into(),
        Mischief::MuteHost => Fault::Hang.into(),
        Mischief::CutConnections => Fault::Cut.into(),
        Mischief::LostAnswers => Fault::LostAnswer.on_calls("POST /nodes/*"),
        Mischief::TasksFail => Fault::TaskFails { percent: 60, text: "command failed: exit code 1".into() }.into(),
        Mischief::FullStorage => Fault::FullStorage("backup".into()).into(),
        Mischief::HalvedBackups => Fault::DamagedArchive { vmid: None, damage: Damage::Truncated }.into(),
        Mischief::LockedGuest => Fault::LockedGuest { vmid: 101, lock: "backup".into() }.into(),
        Mischief::RefusedCredential => Fault::RefusedLogIns.into(),
        Mischief::RenewedCertificate => Fault::Certificate(Shown::Renewed).into(),
        Mischief::ForeignCertificate => Fault::Certificate(Shown::Foreign).into(),
        Mischief::WrongClocks => Fault::ClockSkew(600).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::{Options, Pace, Seed, Simulator};

    #[tokio::test]
    async fn every_trouble_speaks_of_what_the_demo_has_and_leaves_nothing_behind() {
        let simulator = Simulator::start(Options::local(Seed::demo(), Pace::stepped())).await.expect("a free port");
        let handle = simulator.datacenter().clone();
        let lever = Lever::of(handle.clone());
        for mischief in Mischief::ALL {
            assert_eq!(handle.with(|datacenter| datacenter.knows(&fault(mischief))), Ok(()), "{mischief:?}");
            lever.pull(Meddling::Throw(mischief));
            lever.pull(Meddling::Throw(mischief));
            assert_eq!(handle.with(|datacenter| datacenter.faults.ids().len()), 1, "{mischief:?}");
            lever.pull(Meddling::Mend(mischief));
            assert_eq!(handle.with(|datacenter| datacenter.faults.ids().len()), 0, "{mischief:?}");
        }
        simulator.shutdown().await;
    }
}
