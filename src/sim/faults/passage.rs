//! What becomes of an answer on its way out. The datacenter decides it, the server does it.

use std::time::Duration;

use super::{Deed, Fault};
use crate::{
    domain::moment::Moment,
    sim::{
        api::{Answer, Call},
        datacenter::Datacenter,
        refusal::Refusal,
    },
};

/// An answer and how it travels.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    pub answer: Answer,
    /// How long the real one lets a refusal wait.
    pub pause: Duration,
    /// Until when a fault holds the answer back.
    pub held: Moment,
    pub passage: Passage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Passage {
    #[default]
    Whole,
    /// Half of it arrives.
    Cut,
    /// Nothing of it arrives.
    Lost,
    /// A page that makes no sense arrives instead.
    Rubbish,
}

const PAUSE: Duration = Duration::from_secs(3);
/// How long the one in front waits for the daemon behind.
const PATIENCE: Duration = Duration::from_secs(30);

impl Datacenter {
    /// Answers one call at a moment, with the faults that stand then.
    pub fn deliver(&mut self, now: Moment, call: Call) -> Delivery {
        self.advance(now);
        let mut passage = Passage::Whole;
        let mut held = now;
        let mut refused = None;
        for fault in self.faults.hit_call(&call) {
            match fault {
                Fault::Cut => passage = Passage::Cut,
                Fault::LostAnswer => passage = Passage::Lost,
                Fault::Rubbish => passage = Passage::Rubbish,
                Fault::Slow(time) => held = held + time,
                Fault::Unreachable => refused = Some((Refusal::no_route(), Deed::NotDone)),
                Fault::TimesOut(deed) => {
                    held = held + PATIENCE;
                    refused = Some((Refusal::timed_out(), deed));
                }
                _ => {}
            }
        }
        let answer = match refused {
            Some((refusal, Deed::NotDone)) => Answer::Refused(refusal),
            Some((refusal, Deed::Done)) => {
                self.answer(now, call);
                Answer::Refused(refusal)
            }
            None => self.answer(now, call),
        };
        let pause = match &answer {
            Answer::Refused(refusal) if matches!(refusal.status, 401 | 595) => PAUSE,
            _ => Duration::ZERO,
        };
        Delivery { answer, pause, held, passage }
    }
}
