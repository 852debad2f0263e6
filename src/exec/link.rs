//! A shell inside a guest that is opened again whenever its road breaks. What must hold: an ask is answered once, or an
//! error is told; in between it may have been run more than once, which asks allow.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{
    ask::{Ask, Load, Reply, Stay},
    entrance::{Entrance, Obstacle, Shell},
    error::ExecError,
    ground::Ground,
    seat::{Arrival, Unseated},
};
use crate::domain::road::Road;

/// How patient a link is with a road that broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// With a host that cannot be reached.
    pub away: Duration,
    /// With a guest that is off: a restart takes that long.
    pub off: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { away: Duration::from_secs(180), off: Duration::from_secs(30) }
    }
}

/// An ask that breaks the road each time is given up.
const BREAKS: u32 = 10;
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

pub struct Link {
    /// As the operator calls it.
    pub guest: String,
    pub ground: Ground,
    entrance: Entrance,
    shell: Option<Shell>,
    patience: Patience,
    /// Whether we were cut off in the middle when we were there last.
    arrival: Arrival,
    /// How often the road broke until now.
    pub breaks: u32,
}

impl Link {
    /// Fails at once where the road is shut, so that the next one can be tried.
    pub async fn open(
        guest: &str,
        ground: Ground,
        mut entrance: Entrance,
        patience: Patience,
    ) -> Result<Self, ExecError> {
        let shell = match entrance.open(guest, Arrival::First).await {
            Ok(shell) => Some(shell),
            Err(Obstacle::Lasting(error)) => return Err(error),
            Err(Obstacle::Off) => return Err(ExecError::Stopped { guest: guest.to_owned() }),
            Err(Obstacle::Passing(_)) => None,
        };
        let mut link =
            Self { guest: guest.to_owned(), ground, entrance, shell, patience, arrival: Arrival::First, breaks: 0 };
        if link.shell.is_none() {
            link.open_again().await?;
        }
        Ok(link)
    }

    pub fn road(&self) -> Road {
        self.entrance.road()
    }

    pub fn load(&self) -> Load {
        self.entrance.load()
    }

    pub async fn ask(&mut self, ask: &Ask) -> Result<Reply, ExecError> {
        let before = self.breaks;
        loop {
            let Some(shell) = &mut self.shell else {
                self.open_again().await?;
                continue;
            };
            let unseated = match shell.ask(ask).await {
                Ok(reply) => {
                    if ask.stay == Stay::Last {
                        self.leave().await;
                    }
                    return Ok(reply);
                }
                Err(unseated) => unseated,
            };
            self.shell = None;
            self.arrival = Arrival::Again;
            self.breaks += 1;
            if self.breaks - before >= BREAKS {
                return Err(self.broken(&format!("{unseated:?}")));
            }
        }
    }

    /// Gives the terminal back where that is still due.
    pub async fn leave(&mut self) {
        if let Some(shell) = self.shell.take() {
            shell.leave().await;
        }
    }

    async fn open_again(&mut self) -> Result<(), ExecError> {
        let (began, mut pause) = (Instant::now(), FIRST_PAUSE);
        loop {
            let (why, patience) = match self.entrance.open(&self.guest, self.arrival).await {
                Ok(shell) => {
                    self.arrival = Arrival::First;
                    self.shell = Some(shell);
                    return Ok(());
                }
                Err(Obstacle::Lasting(error)) => return Err(error),
                Err(Obstacle::Off) => (None, self.patience.off),
                Err(Obstacle::Passing(why)) => (Some(why), self.patience.away),
            };
            if began.elapsed() >= patience {
                return Err(match why {
                    Some(why) => self.broken(&why),
                    None => ExecError::Stopped { guest: self.guest.clone() },
                });
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    fn broken(&self, why: &str) -> ExecError {
        ExecError::Broken { guest: self.guest.clone(), why: why.to_owned() }
    }
}

/// What broke a seat, in a few words.
impl std::fmt::Display for Unseated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Ended(ended) => write!(f, "{ended}"),
            Self::Silent => f.write_str("its console fell silent"),
            Self::Garbled => f.write_str("what its console shows is damaged again and again"),
            Self::Held => f.write_str("a program holds its console"),
            Self::Lacks(programs) => write!(f, "it lacks {programs}"),
        }
    }
}
