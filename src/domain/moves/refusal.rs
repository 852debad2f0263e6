//! Why moves that were proposed are not made. What must hold: who was shown a proposal is refused by what it says, with
//! nothing asked or sent once more.

use super::{Errand, Proposal, Staying};
use crate::domain::fault::{Fault, FaultCode};

impl Errand {
    /// Somebody who was meant to move cannot.
    pub fn left_behind(&self, one: &Staying, remedy: &str) -> Fault {
        Fault::lasting(
            FaultCode::Refused,
            format!("{} {}", self.name(), self.kind().undone()),
            format!("{} cannot move ({})", one.name, one.why),
            remedy,
        )
    }
}

impl Proposal {
    pub fn nothing_to_do(&self) -> Fault {
        let remedy = match self.errand {
            Errand::Evacuate(_) => "nothing is to be done; `--all` takes containers along that are not ours",
            _ => "nothing is to be done",
        };
        let what = format!("{} {}", self.errand.name(), self.errand.kind().undone());
        Fault::lasting(FaultCode::Refused, what, self.words.clone(), remedy)
    }
}
