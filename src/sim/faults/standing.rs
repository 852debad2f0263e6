//! The faults that were thrown and not mended yet: which of them stand now, and how often each may still hit.

use super::{Fault, Shown, Trouble};
use crate::{
    domain::moment::Moment,
    sim::{api::Call, world::task::Task},
};

/// By which a fault is mended again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FaultId(u64);

#[derive(Debug, Default)]
pub struct Faults {
    thrown: Vec<Thrown>,
    /// Tasks that will not come to their end.
    cuts: Vec<Cut>,
    made: u64,
}

#[derive(Debug)]
pub(super) struct Thrown {
    pub id: FaultId,
    pub trouble: Trouble,
    from: Moment,
    until: Option<Moment>,
    left: Option<u32>,
    stands: bool,
}

#[derive(Debug)]
pub(super) struct Cut {
    pub at: Moment,
    pub upid: String,
    pub text: String,
}

impl Faults {
    pub(super) fn add(&mut self, trouble: Trouble, now: Moment) -> FaultId {
        self.made += 1;
        let (id, from) = (FaultId(self.made), now + trouble.when.after);
        let (until, left) = (trouble.when.lasts.map(|time| from + time), trouble.when.times);
        self.thrown.push(Thrown { id, trouble, from, until, left, stands: false });
        id
    }

    pub(super) fn remove(&mut self, id: FaultId) -> Option<Trouble> {
        let at = self.thrown.iter().position(|thrown| thrown.id == id)?;
        Some(self.thrown.remove(at).trouble)
    }

    pub fn ids(&self) -> Vec<FaultId> {
        self.thrown.iter().map(|thrown| thrown.id).collect()
    }

    /// Whether it was thrown, and neither mended nor over.
    pub fn has(&self, id: FaultId) -> bool {
        self.thrown.iter().any(|thrown| thrown.id == id)
    }

    /// When something begins, ends, or cuts a task short.
    pub fn next_due(&self) -> Option<Moment> {
        let turns =
            self.thrown.iter().filter_map(|thrown| if thrown.stands { thrown.until } else { Some(thrown.from) });
        turns.chain(self.cuts.iter().map(|cut| cut.at)).min()
    }

    /// The next fault that begins by `at`, now standing.
    pub(super) fn take_begun(&mut self, at: Moment) -> Option<Trouble> {
        let thrown = self.thrown.iter_mut().find(|thrown| !thrown.stands && thrown.from <= at)?;
        thrown.stands = true;
        Some(thrown.trouble.clone())
    }

    /// The next fault whose time is over.
    pub(super) fn take_over(&mut self, at: Moment) -> Option<Trouble> {
        let is_over = |thrown: &Thrown| thrown.stands && thrown.until.is_some_and(|until| until <= at);
        let id = self.thrown.iter().find(|thrown| is_over(thrown))?.id;
        self.remove(id)
    }

    pub(super) fn take_cut(&mut self, at: Moment) -> Option<Cut> {
        let place = self.cuts.iter().position(|cut| cut.at <= at)?;
        Some(self.cuts.swap_remove(place))
    }

    pub(super) fn cut_later(&mut self, cut: Cut) {
        self.cuts.push(cut);
    }

    /// What stands now.
    pub fn standing(&self) -> impl Iterator<Item = &Fault> {
        self.thrown.iter().filter(|thrown| thrown.stands).map(|thrown| &thrown.trouble.fault)
    }

    pub fn stands(&self, fault: &Fault) -> bool {
        self.standing().any(|one| one == fault)
    }

    /// The certificate that the last of them wants shown.
    pub fn shown(&self) -> Shown {
        let wanted =
            self.standing().filter_map(|fault| if let Fault::Certificate(shown) = fault { Some(*shown) } else { None });
        wanted.last().unwrap_or_default()
    }

    /// How far the clocks are off, in milliseconds.
    pub fn skew_ms(&self) -> i64 {
        self.standing().map(|fault| if let Fault::ClockSkew(seconds) = fault { seconds * 1_000 } else { 0 }).sum()
    }

    /// The faults that this call meets; each of them has hit once more.
    pub(super) fn hit_call(&mut self, call: &Call) -> Vec<Fault> {
        let is_met = |thrown: &Thrown| {
            let fault = &thrown.trouble.fault;
            fault.is_of_calls() && *fault != Fault::Hang && thrown.trouble.only.hits_call(call)
        };
        self.hit(is_met)
    }

    /// The fault that keeps this call waiting for ever; without a call, one that keeps all of them.
    pub fn hit_hang(&mut self, call: Option<&Call>) -> Option<FaultId> {
        let is_met = |thrown: &Thrown| {
            thrown.trouble.fault == Fault::Hang
                && call
                    .map_or(thrown.trouble.only == super::Only::default(), |call| thrown.trouble.only.hits_call(call))
        };
        let met = self.thrown.iter_mut().find(|thrown| thrown.may_hit() && is_met(thrown))?;
        met.left = met.left.map(|left| left - 1);
        Some(met.id)
    }

    pub(super) fn hit_task(&mut self, task: &Task) -> Option<(u8, String)> {
        let is_met = |thrown: &Thrown| {
            matches!(thrown.trouble.fault, Fault::TaskFails { .. }) && thrown.trouble.only.hits_task(task)
        };
        let met = self.thrown.iter_mut().find(|thrown| thrown.may_hit() && is_met(thrown))?;
        met.left = met.left.map(|left| left - 1);
        match &met.trouble.fault {
            Fault::TaskFails { percent, text } => Some((*percent, text.clone())),
            _ => None,
        }
    }

    fn hit(&mut self, is_met: impl Fn(&Thrown) -> bool) -> Vec<Fault> {
        let met = self.thrown.iter_mut().filter(|thrown| thrown.may_hit() && is_met(thrown));
        met.map(|thrown| {
            thrown.left = thrown.left.map(|left| left - 1);
            thrown.trouble.fault.clone()
        })
        .collect()
    }
}

impl Thrown {
    fn may_hit(&self) -> bool {
        self.stands && self.left != Some(0)
    }
}
