//! What can go wrong with a source, and how the operator is told.

use std::io;

use crate::{
    catalog::import::StoreFault,
    domain::fault::{Fault, FaultCode},
    web::WebError,
};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    #[error("there is no program called git on this machine")]
    NoGit,
    #[error("it was stopped")]
    Stopped,
    #[error("it took too long")]
    Slow,
    #[error("it is larger than {} MB", most / 1_000_000)]
    TooLarge { most: u64 },
    #[error("it holds more than {most} {what}")]
    TooMany { most: usize, what: &'static str },
    #[error("it has no branch or tag called {0}")]
    NoBranch(String),
    #[error("the repository is empty")]
    Empty,
    #[error("it does not have the state {0}")]
    NoCommit(String),
    #[error("git says: {0}")]
    Unreachable(String),
    #[error("git says: {0}")]
    NotLetIn(String),
    #[error("git says: {0}")]
    Untrusted(String),
    #[error("git says: {0}")]
    NoRepository(String),
    /// What came is not what Git makes.
    #[error("git says: {0}")]
    Git(String),
    #[error(transparent)]
    NoStore(#[from] StoreFault),
    #[error("none of its {0} apps can be used here")]
    NothingTaken(usize),
    #[error(transparent)]
    Web(#[from] WebError),
    #[error("another Proximity fetches it at this moment")]
    Busy,
    #[error("{0}")]
    Disk(String),
}

impl From<io::Error> for SourceError {
    fn from(error: io::Error) -> Self {
        Self::Disk(error.to_string())
    }
}

impl SourceError {
    /// `what` is what was not done, such as `the source big-bear was not fetched`.
    pub fn told(self, what: String) -> Fault {
        let why = self.to_string();
        let lasting = |code, remedy: &str| Fault::lasting(code, what.clone(), why.clone(), remedy);
        let passing = |code, remedy: &str| Fault::passing(code, what.clone(), why.clone(), remedy);
        match self {
            Self::NoGit => lasting(FaultCode::Failed, "install the package git, or name a single file over https://"),
            Self::Stopped => passing(FaultCode::Refused, "nothing was changed; ask for it again when you like"),
            Self::Slow => passing(FaultCode::Unreachable, "check the network, then try again; nothing was changed"),
            Self::TooLarge { .. } | Self::TooMany { .. } => lasting(
                FaultCode::Refused,
                "name a repository that holds recipes and little else; nothing was kept of it",
            ),
            Self::NoBranch(_) => {
                lasting(FaultCode::NotFound, "name another one with --ref, or none for the main branch")
            }
            Self::Empty => lasting(FaultCode::NotFound, "push something to it, or name a branch with --ref"),
            Self::NoCommit(_) => lasting(
                FaultCode::NotFound,
                "give the whole commit, all 40 digits of it; some servers hand out their newest only",
            ),
            Self::Unreachable(_) => {
                passing(FaultCode::Unreachable, "check the address and the network, then try again")
            }
            Self::NotLetIn(_) => lasting(
                FaultCode::Refused,
                "log in once with `git clone` in a terminal, so that Git's credential helper or your SSH agent knows you",
            ),
            Self::Untrusted(_) => lasting(
                FaultCode::Trust,
                "check the address; connect to it once with `git clone` or `ssh` in a terminal and look at the key",
            ),
            Self::NoRepository(_) => {
                lasting(FaultCode::NotFound, "check the address, in a browser or with `git ls-remote`")
            }
            Self::Git(_) => lasting(FaultCode::Failed, "try `git clone` of the same address in a terminal to see more"),
            Self::NoStore(_) => lasting(
                FaultCode::Refused,
                "name a repository of recipes, docker-compose files, or a store of BigBear, CasaOS, Runtipi, Umbrel or Portainer",
            ),
            Self::NothingTaken(_) => lasting(
                FaultCode::Refused,
                "try `proximity catalog import` on a copy of it to see why each one was refused",
            ),
            Self::Web(error) => Fault { what, ..error.into() },
            Self::Busy => passing(FaultCode::Busy, "wait until it is done, then look again"),
            Self::Disk(_) => lasting(FaultCode::Failed, "check the room and the rights in Proximity's data folder"),
        }
    }
}
