//! Tasks: what Proxmox does in the background, with a name (UPID), a log and an end. A task ends once and keeps the end
//! it had.

use std::collections::{BTreeMap, HashMap, VecDeque};

use super::storage::Volume;
use crate::{
    domain::moment::Moment,
    sim::{ha, life::Step, prune::Pruning},
};

/// The oldest ended ones are forgotten beyond this.
const KEPT: usize = 4_000;

#[derive(Debug, Clone)]
pub struct Task {
    pub upid: String,
    pub node: String,
    pub pid: u32,
    pub pstart: u32,
    /// As its node's clock showed it.
    pub start: Moment,
    /// How far that clock was ahead of the right time.
    pub skew_ms: i64,
    pub kind: &'static str,
    pub id: String,
    /// `user@realm` or `user@realm!token`
    pub user: String,
    pub log: Vec<Line>,
    pub state: State,
}

#[derive(Debug, Clone)]
pub struct Line {
    pub at: Moment,
    pub text: String,
}

#[derive(Debug, Clone)]
pub enum State {
    /// What is still to be done, and when. The task ends with the last step, or with the first that fails.
    Running {
        steps: VecDeque<(Moment, Work)>,
    },
    Ended {
        at: Moment,
        exit: String,
    },
}

/// A container that is to go.
#[derive(Debug, Clone, Copy)]
pub struct Removal {
    pub vmid: u32,
    /// Even if it runs.
    pub is_forced: bool,
    /// It is also taken out of backup jobs and HA.
    pub purges: bool,
}

/// What a step of a task does to the datacenter when its time has come.
#[derive(Debug, Clone)]
pub enum Work {
    Start(u32),
    Stop(u32),
    Destroy(Removal),
    /// Something in the life of a container.
    Life(Step),
    /// A backup takes the guest's lock.
    Lock(u32),
    /// It gives the lock back, and there is an archive, if all went well.
    Unlock {
        vmid: u32,
        archive: Option<Archive>,
    },
    /// A backup stops its guest, whose lock it holds, and lets it run again.
    Halt(u32),
    Resume(u32),
    /// A file is there now: downloaded, pulled or uploaded.
    Put(Archive),
    /// A volume goes from its storage.
    Discard {
        storage: String,
        path: String,
    },
    Prune(Pruning),
    /// The HA manager is told what a guest should be.
    TellHa {
        sid: String,
        demand: ha::Demand,
    },
    /// The HA manager has brought a guest to another node.
    Carry {
        vmid: u32,
        to: String,
    },
    /// Nothing: it was known from the start how this ends.
    Settled(Result<(), String>),
}

impl Work {
    /// Whether what comes after it has nothing to clean up as long as this was not done.
    pub fn opens(&self) -> bool {
        match self {
            Self::Lock(_) => true,
            Self::Life(step) => step.opens(),
            _ => false,
        }
    }
}

/// A file and the storage it lies on.
#[derive(Debug, Clone)]
pub struct Archive {
    pub storage: String,
    pub volume: Volume,
}

impl Task {
    pub fn is_running(&self) -> bool {
        matches!(self.state, State::Running { .. })
    }

    pub fn exit(&self) -> Option<&str> {
        match &self.state {
            State::Ended { exit, .. } => Some(exit),
            State::Running { .. } => None,
        }
    }

    pub fn ended_at(&self) -> Option<Moment> {
        match &self.state {
            State::Ended { at, .. } => Some(Moment(at.0 + self.skew_ms)),
            State::Running { .. } => None,
        }
    }

    /// The user and the token's name, apart.
    pub fn owner(&self) -> (&str, Option<&str>) {
        match self.user.split_once('!') {
            Some((user, token)) => (user, Some(token)),
            None => (&self.user, None),
        }
    }

    /// Adds a line where its time has it: others may be written already that come later.
    pub fn say(&mut self, at: Moment, text: impl Into<String>) {
        let place = self.log.partition_point(|line| line.at <= at);
        self.log.insert(place, Line { at, text: text.into() });
    }

    /// Ends it; its last line says how.
    pub fn end(&mut self, at: Moment, result: Result<(), String>) {
        let exit = result.err().unwrap_or_else(|| "OK".into());
        let last = match exit.as_str() {
            "OK" => "TASK OK".to_owned(),
            text if text.starts_with("WARNINGS: ") => format!("TASK {text}"),
            text => format!("TASK ERROR: {text}"),
        };
        self.log.retain(|line| line.at <= at);
        self.say(at, last);
        self.state = State::Ended { at, exit };
    }
}

/// All tasks, oldest first.
#[derive(Debug, Clone, Default)]
pub struct Tasks {
    all: BTreeMap<u64, Task>,
    by_name: HashMap<String, u64>,
    running: Vec<u64>,
    made: u64,
}

impl Tasks {
    pub fn add(&mut self, task: Task) {
        self.made += 1;
        self.by_name.insert(task.upid.clone(), self.made);
        if task.is_running() {
            self.running.push(self.made);
        }
        self.all.insert(self.made, task);
        while self.all.len() > KEPT {
            let Some((number, oldest)) = self.all.iter().find(|(_, task)| !task.is_running()) else { break };
            self.by_name.remove(&oldest.upid);
            let number = *number;
            self.all.remove(&number);
        }
    }

    /// A past that was told in any order becomes one.
    pub fn put_in_order(&mut self) {
        let mut all: Vec<Task> = std::mem::take(&mut self.all).into_values().collect();
        all.sort_by_key(|task| task.start);
        (self.by_name, self.running, self.made) = (HashMap::new(), Vec::new(), 0);
        all.into_iter().for_each(|task| self.add(task));
    }

    pub fn get(&self, upid: &str) -> Option<&Task> {
        self.all.get(self.by_name.get(upid)?)
    }

    pub fn get_mut(&mut self, upid: &str) -> Option<&mut Task> {
        self.all.get_mut(self.by_name.get(upid)?)
    }

    pub fn newest_first(&self) -> impl Iterator<Item = &Task> {
        self.all.values().rev()
    }

    pub fn running(&self) -> impl Iterator<Item = &Task> {
        self.running.iter().filter_map(|number| self.all.get(number))
    }

    /// When the next running task is over.
    pub fn next_due(&self) -> Option<(Moment, String)> {
        self.running()
            .filter_map(|task| match &task.state {
                State::Running { steps } => Some((steps.front()?.0, &task.upid)),
                State::Ended { .. } => None,
            })
            .min_by_key(|(due, _)| *due)
            .map(|(due, upid)| (due, upid.clone()))
    }

    /// Takes the next step of a running task, and says whether it is the last.
    pub fn take_step(&mut self, upid: &str) -> Option<(Work, bool)> {
        let State::Running { steps } = &mut self.get_mut(upid)?.state else { return None };
        let (_, work) = steps.pop_front()?;
        Some((work, steps.is_empty()))
    }

    /// A running task is gone with its node: nothing cleans up, and its log has no last line.
    pub fn lose(&mut self, upid: &str, at: Moment) {
        if let Some(task) = self.get_mut(upid) {
            task.log.retain(|line| line.at <= at);
            task.state = State::Ended { at, exit: "unexpected status".into() };
        }
        self.forget_ended();
    }

    /// Ends a running task.
    pub fn end(&mut self, upid: &str, at: Moment, result: Result<(), String>) {
        if let Some(task) = self.get_mut(upid) {
            task.end(at, result);
        }
        self.forget_ended();
    }

    fn forget_ended(&mut self) {
        let all = &self.all;
        self.running.retain(|number| all.get(number).is_some_and(Task::is_running));
    }
}
