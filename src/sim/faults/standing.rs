//! The faults that were thrown and not mended yet: which of them stand now, and how often each may still hit.

use super::{Fault, Only, Shown, Trouble};
use crate::{
    domain::moment::Moment,
    sim::{api::Call, world::task::Task},
};

/// By which a fault is mended again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FaultId(u64);

#[derive(Debug, Clone, Default)]
pub struct Faults {
    thrown: Vec<Thrown>,
    /// Tasks that will not come to their end.
    cuts: Vec<Cut>,
    made: u64,
    /// How often one was thrown, began, or was over.
    turns: u64,
}

#[derive(Debug, Clone)]
pub(super) struct Thrown {
    pub id: FaultId,
    pub trouble: Trouble,
    from: Moment,
    until: Option<Moment>,
    left: Option<u32>,
    stands: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Cut {
    pub at: Moment,
    pub upid: String,
    pub text: String,
}

impl Faults {
    pub(super) fn add(&mut self, trouble: Trouble, now: Moment) -> FaultId {
        self.made += 1;
        self.turns += 1;
        let (id, from) = (FaultId(self.made), now + trouble.when.after);
        let (until, left) = (trouble.when.lasts.map(|time| from + time), trouble.when.times);
        self.thrown.push(Thrown { id, trouble, from, until, left, stands: false });
        id
    }

    pub(super) fn remove(&mut self, id: FaultId) -> Option<Trouble> {
        let at = self.thrown.iter().position(|thrown| thrown.id == id)?;
        self.turns += 1;
        Some(self.thrown.remove(at).trouble)
    }

    pub fn ids(&self) -> Vec<FaultId> {
        self.thrown.iter().map(|thrown| thrown.id).collect()
    }

    /// Whether it was thrown, and neither mended nor over.
    pub fn has(&self, id: FaultId) -> bool {
        self.thrown.iter().any(|thrown| thrown.id == id)
    }

    /// Whether it has hit as often as it may.
    pub fn is_used_up(&self, id: FaultId) -> bool {
        self.thrown.iter().any(|thrown| thrown.id == id && thrown.left == Some(0))
    }

    /// Another number whenever other faults stand.
    pub fn turns(&self) -> u64 {
        self.turns
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
        self.turns += 1;
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

    pub(super) fn troubles(&self) -> impl Iterator<Item = &Trouble> {
        self.thrown.iter().filter(|thrown| thrown.stands).map(|thrown| &thrown.trouble)
    }

    /// Those that may hit now, each with how often it still may.
    pub(super) fn open(&self) -> impl Iterator<Item = (&Trouble, Option<u32>)> {
        self.thrown.iter().filter(|thrown| thrown.may_hit()).map(|thrown| (&thrown.trouble, thrown.left))
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
        let is_met = |trouble: &Trouble| {
            trouble.fault.is_of_calls() && trouble.fault != Fault::Hang && trouble.only.hits_call(call)
        };
        self.hit(is_met).map(|(_, fault)| fault).collect()
    }

    /// The fault that keeps this call waiting for ever; without a call, one that keeps all of them.
    pub fn hit_hang(&mut self, call: Option<&Call>) -> Option<FaultId> {
        let is_met = |trouble: &Trouble| {
            let hits = call.map_or(trouble.only == Only::default(), |call| trouble.only.hits_call(call));
            trouble.fault == Fault::Hang && hits
        };
        self.hit(is_met).next().map(|(id, _)| id)
    }

    /// The percent and the text with which this task is to fail.
    pub(super) fn hit_task(&mut self, task: &Task) -> Option<(u8, String)> {
        let is_met =
            |trouble: &Trouble| matches!(trouble.fault, Fault::TaskFails { .. }) && trouble.only.hits_task(task);
        self.hit(is_met).next().and_then(|(_, fault)| match fault {
            Fault::TaskFails { percent, text } => Some((percent, text)),
            _ => None,
        })
    }

    /// Those that may hit and are met; taking one counts.
    pub(super) fn hit(&mut self, is_met: impl Fn(&Trouble) -> bool) -> impl Iterator<Item = (FaultId, Fault)> {
        let met = self.thrown.iter_mut().filter(move |thrown| thrown.may_hit() && is_met(&thrown.trouble));
        met.map(|thrown| {
            thrown.left = thrown.left.map(|left| left - 1);
            (thrown.id, thrown.trouble.fault.clone())
        })
    }
}

impl Thrown {
    fn may_hit(&self) -> bool {
        self.stands && self.left != Some(0)
    }
}
