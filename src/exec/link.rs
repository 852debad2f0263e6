//! A shell inside a guest that is opened again whenever its road breaks. What must hold: an ask is answered once, or an
//! error is told; in between it may have been run more than once, which asks allow.

use std::time::Duration;

use tokio::{
    sync::watch,
    time::{Instant, sleep},
};

use super::{
    ask::{Ask, Load, Reply},
    entrance::{Entrance, Met, Obstacle, Shell},
    error::ExecError,
    frame,
    ground::Ground,
    seat::{self, Arrival, Manner},
};
use crate::domain::{
    fault::Fault,
    road::{Condition, Road, Way},
};

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

/// Who else is at a console, and what that means for us.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Company {
    /// A person, or another script that carries a file.
    pub goes_first: bool,
    /// Another script is there.
    pub is_script_there: bool,
    /// It would go on if nobody were there.
    pub is_script_waiting: bool,
}

/// Until all others have heard that a file is carried, and stopped typing.
const UNTIL_HEARD: Duration = Duration::from_millis(1_500);
/// An ask that breaks the road each time is given up.
const BREAKS: u32 = 10;
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// So often a terminal that seems to be held is tried once more.
const HELD_TRIES: u32 = 1;

/// A moment of chance, so that two who got into each other's way do not meet again at once.
fn apart() -> Duration {
    let chance = u64::from_str_radix(&frame::word(1), 16).unwrap_or(0) % 256;
    Duration::from_millis(chance * 3)
}

pub struct Link {
    /// As the operator calls it.
    pub guest: String,
    pub ground: Ground,
    /// The roads that may be taken, the best one first.
    entrances: Vec<Entrance>,
    /// The one that was taken last.
    taken: usize,
    shell: Option<Shell>,
    patience: Patience,
    /// Whether we were cut off in the middle when we were there last.
    arrival: Arrival,
    /// How often the road broke until now.
    pub breaks: u32,
    /// The machines that were met for the first time, to be remembered.
    pub met: Vec<Met>,
    /// Who else is at the console.
    company: watch::Receiver<Company>,
    /// Whether a file is carried just now.
    sending: watch::Sender<bool>,
    condition: watch::Sender<Condition>,
}

impl Link {
    /// Goes down no road yet.
    pub fn new(guest: &str, ground: Ground, entrances: Vec<Entrance>, patience: Patience) -> Self {
        Self {
            guest: guest.to_owned(),
            ground,
            entrances,
            taken: 0,
            shell: None,
            patience,
            arrival: Arrival::First,
            breaks: 0,
            met: Vec::new(),
            company: watch::channel(Company::default()).1,
            sending: watch::Sender::new(false),
            condition: watch::Sender::new(Condition::Well),
        }
    }

    /// Makes way at the console for whoever goes first there.
    pub fn in_company(self, company: watch::Receiver<Company>) -> Self {
        Self { company, ..self }
    }

    pub fn arriving(self, arrival: Arrival) -> Self {
        Self { arrival, ..self }
    }

    /// Whether a file is carried, for whom it may concern.
    pub fn sending(&self) -> watch::Receiver<bool> {
        self.sending.subscribe()
    }

    /// A file takes the console for itself. Others who are there learn of it within a second.
    pub(super) async fn begin_sending(&mut self) {
        self.sending.send_replace(true);
        if matches!(self.shell, Some(Shell::Seat(_))) && self.company.borrow().is_script_there {
            sleep(UNTIL_HEARD).await;
        }
    }

    pub(super) fn end_sending(&mut self) {
        self.sending.send_replace(false);
    }

    pub fn condition(&self) -> watch::Receiver<Condition> {
        self.condition.subscribe()
    }

    /// Takes the first road that is open. A guest that is off is told at once.
    pub async fn open(&mut self) -> Result<(), ExecError> {
        let patience = std::mem::replace(&mut self.patience.off, Duration::ZERO);
        let opened = self.open_again().await;
        self.patience.off = patience;
        opened
    }

    /// The road that is taken now.
    pub fn road(&self) -> Option<Road> {
        self.entrances.get(self.taken).map(Entrance::road)
    }

    pub fn load(&self) -> Load {
        self.entrances.get(self.taken).map_or(seat::LOAD, Entrance::load)
    }

    pub async fn ask(&mut self, ask: &Ask) -> Result<Reply, ExecError> {
        let before = self.breaks;
        loop {
            if ask.command.len() > self.load().command {
                return Err(ExecError::Inside {
                    what: format!("{} was not asked", self.guest),
                    why: "a path or a name is too long for a console".into(),
                });
            }
            if self.is_in_the_way() {
                self.leave().await;
            }
            let Some(shell) = &mut self.shell else {
                self.open_again().await?;
                continue;
            };
            let lost = match shell.ask(ask).await {
                Ok(reply) => return Ok(reply),
                Err(lost) => lost,
            };
            self.shell = None;
            self.arrival = self.arrival.after_a_break();
            self.breaks += 1;
            if self.breaks - before >= BREAKS {
                return Err(self.broken(&lost.to_string()));
            }
        }
    }

    fn is_in_the_way(&self) -> bool {
        matches!(self.shell, Some(Shell::Seat(_))) && self.company.borrow().goes_first
    }

    /// Gives the terminal back where that is still due.
    pub async fn leave(&mut self) {
        // What another script of ours still uses stays as it is; it ends by itself in the end.
        let manner = if self.company.borrow().is_script_there { Manner::LeavingIt } else { Manner::GivingBack };
        if let Some(shell) = self.shell.take() {
            shell.leave(manner).await;
        }
    }

    async fn open_again(&mut self) -> Result<(), ExecError> {
        let (mut began, mut pause, mut held) = (Instant::now(), FIRST_PAUSE, 0);
        loop {
            let (why, patience) = match self.open_any().await {
                Ok(()) => {
                    self.is(Condition::Well);
                    return Ok(());
                }
                // Two who sit down in the same moment take each other for a program that holds the terminal.
                Err(Obstacle::Lasting(ExecError::Held { .. })) if held < HELD_TRIES => {
                    held += 1;
                    (Some("somebody else sits down there".to_owned()), self.patience.away)
                }
                Err(Obstacle::Lasting(error)) => return Err(error),
                Err(Obstacle::Off) => (None, self.patience.off),
                Err(Obstacle::Passing(why)) => (Some(why), self.patience.away),
                Err(Obstacle::Company) => {
                    self.is(Condition::MakesWay);
                    // Who holds the other end is gone with his presence.
                    drop(self.company.wait_for(|company| !company.goes_first).await);
                    (began, pause) = (Instant::now(), FIRST_PAUSE);
                    continue;
                }
            };
            self.is(Condition::Broken(why.as_deref().unwrap_or("it does not run").into()));
            // Whatever is left over from this try is ours to interrupt.
            self.arrival = self.arrival.after_a_break();
            if began.elapsed() >= patience {
                return Err(match why {
                    Some(why) => self.broken(&why),
                    None => ExecError::Stopped { guest: self.guest.clone() },
                });
            }
            sleep(pause + apart()).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// The first road that lets us in. Where none does, what may change soon counts for more than what will not.
    async fn open_any(&mut self) -> Result<(), Obstacle> {
        let (mut passing, mut lasting, mut must_wait) = (None, Vec::new(), false);
        for (number, entrance) in self.entrances.iter_mut().enumerate() {
            if entrance.road() == Road::Console && self.company.borrow().goes_first {
                must_wait = true;
                continue;
            }
            match entrance.open(&self.guest, self.arrival, &mut self.met).await {
                Ok(shell) => {
                    (self.taken, self.shell, self.arrival) = (number, Some(shell), self.arrival.let_in());
                    return Ok(());
                }
                Err(other @ (Obstacle::Off | Obstacle::Company)) => return Err(other),
                Err(Obstacle::Passing(why)) => drop(passing.get_or_insert(why)),
                Err(Obstacle::Lasting(error)) => lasting.push((entrance.road(), error)),
            }
        }
        match (passing, lasting.len()) {
            _ if must_wait => Err(Obstacle::Company),
            (Some(why), _) => Err(Obstacle::Passing(why)),
            (None, 1) => Err(Obstacle::Lasting(lasting.remove(0).1)),
            (None, _) => Err(Obstacle::Lasting(self.no_road(lasting))),
        }
    }

    fn is(&self, condition: Condition) {
        self.condition.send_if_modified(|known| std::mem::replace(known, condition.clone()) != condition);
    }

    fn no_road(&self, errors: Vec<(Road, ExecError)>) -> ExecError {
        let shut = errors.into_iter().map(|(road, error)| {
            let Fault { what, why, remedy, .. } = error.into();
            Way::shut(road, format!("{what} ({why})"), remedy)
        });
        ExecError::NoRoad { guest: self.guest.clone(), ways: shut.collect() }
    }

    fn broken(&self, why: &str) -> ExecError {
        ExecError::Broken { guest: self.guest.clone(), why: why.to_owned() }
    }
}
