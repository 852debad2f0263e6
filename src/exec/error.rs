//! What can go wrong while something is done inside a guest, and what it means for the operator.

use crate::domain::{
    fault::{Fault, FaultCode, FaultKind},
    road::{Way, WayState},
};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExecError {
    #[error("no road into {guest} is open")]
    NoRoad { guest: String, ways: Vec<Way> },
    #[error("{guest} does not run")]
    Stopped { guest: String },
    #[error("a program holds the console of {guest}")]
    Held { guest: String },
    #[error("{guest} lacks {programs}")]
    Lacks { guest: String, programs: String },
    /// The road broke and could not be opened again in time.
    #[error("the road into {guest} broke: {why}")]
    Broken { guest: String, why: String },
    /// Told by the road itself, such as a right that is missing.
    #[error("{0}")]
    Road(Fault),

    #[error("{guest} was started anew while the script ran")]
    Restarted { guest: String },
    #[error("the script on {guest} was killed")]
    Killed { guest: String },
    #[error("there is no job {job} on {guest}")]
    NoJob { guest: String, job: String },
    /// A command of ours failed inside the guest.
    #[error("{what}: {why}")]
    Inside { what: String, why: String },
    #[error("{path} changed while it was read")]
    Changed { path: String },
    #[error("{path} arrived damaged")]
    Damaged { path: String },
    #[error("{what} was broken off")]
    Cancelled { what: String },
    #[error("{path} on this machine: {why}")]
    Local { path: String, why: String },
}

impl From<ExecError> for Fault {
    fn from(error: ExecError) -> Self {
        use FaultCode::{Busy, Failed, NotFound, Refused, Unreachable};
        let what = error.to_string();
        match error {
            ExecError::Road(fault) => fault,
            ExecError::NoRoad { ways, .. } => no_road(what, &ways),
            ExecError::Stopped { guest } => Self::lasting(
                Refused,
                what,
                "commands run only inside a guest that is on",
                format!("start {guest} first"),
            ),
            ExecError::Held { guest } => Self::new(
                Busy,
                FaultKind::NeedsPerson,
                what,
                "somebody left it there, and it does not heed Ctrl-C; all who open the console get the same one",
                format!("end it in the console (`proximity guest console {guest}`), or restart the guest"),
            ),
            ExecError::Lacks { programs, .. } => Self::lasting(
                Refused,
                what,
                format!("scripts and files are carried with their help ({programs})"),
                "install them in the guest: they are in coreutils and util-linux, or in busybox",
            ),
            ExecError::Broken { why, .. } => Self::passing(
                Unreachable,
                what,
                why,
                "what was begun goes on inside the guest; try again when it can be reached",
            ),
            ExecError::Restarted { .. } => Self::lasting(
                Failed,
                what,
                "a stop or a restart ends all that runs inside, and nobody knows how far it came",
                "look at what it was to do, and run it again if that does no harm",
            ),
            ExecError::Killed { .. } => Self::lasting(
                Failed,
                what,
                "something ended it from outside, such as a guest that ran out of memory",
                "look at the guest's memory and its log, and run it again if that does no harm",
            ),
            ExecError::NoJob { .. } => Self::lasting(
                NotFound,
                what,
                "it was never begun there, or its end was already taken note of",
                "look at the output of the command that began it",
            ),
            ExecError::Inside { what, why } => {
                Self::lasting(Failed, what, why, "mend what it names inside the guest, and try again")
            }
            ExecError::Changed { .. } => Self::passing(
                Failed,
                what,
                "its checksum at the end is not the one of what was read",
                "try again when nothing writes to it",
            ),
            ExecError::Damaged { .. } => Self::passing(
                Failed,
                what,
                "its checksum inside the guest is not the one of what was sent; the file that was there before is untouched",
                "try again; if it stays so, look at the guest's disk",
            ),
            ExecError::Cancelled { .. } => {
                Self::lasting(Failed, what, "somebody wanted that", "begin it again when you like")
            }
            ExecError::Local { why, .. } => Self::lasting(Failed, what, why, "check the path and its permissions"),
        }
    }
}

/// The first remedy is the nearest one: roads are listed the best one first.
fn no_road(what: String, ways: &[Way]) -> Fault {
    let shut: Vec<_> = ways
        .iter()
        .filter_map(|way| match &way.state {
            WayState::Shut { why, remedy } => Some((way.road, why, remedy)),
            WayState::Open { .. } => None,
        })
        .collect();
    let why: Vec<_> = shut.iter().map(|(road, why, _)| format!("{}: {why}", road.words())).collect();
    let remedy = shut.first().map_or("look at the guest in Proxmox", |(_, _, remedy)| remedy);
    Fault::lasting(FaultCode::Refused, what, why.join("; "), remedy)
}
