//! Seeing a task to its end. What must hold: a host that is silent for a while loses us no task and no line of its log;
//! and whoever stops listening stops only the listening.

use tokio::time::{Instant, sleep};

use super::{Exit, Rhythm, TaskStatus};
use crate::{
    domain::ids::Upid,
    proxmox::{Client, ClientError},
};

/// What is new of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskNews {
    /// Lines of its log, each told once.
    Lines(Vec<String>),
    /// Its host cannot be asked at the moment; the task may well go on.
    OutOfSight(ClientError),
    InSight,
    Ended(Exit),
}

/// Somebody who watches a task. Nothing is asked but by `next`, so who does not listen costs nothing.
pub struct Watch {
    client: Client,
    upid: Upid,
    rhythm: Rhythm,
    began: Instant,
    read: usize,
    /// It ended, and its log is read up to where it was then.
    exit: Option<Exit>,
    lost: Option<Instant>,
    has_looked: bool,
    is_over: bool,
}

impl Client {
    pub fn watch_task(&self, upid: &Upid, rhythm: Rhythm) -> Watch {
        Watch {
            client: self.clone(),
            upid: upid.clone(),
            rhythm,
            began: Instant::now(),
            read: 0,
            exit: None,
            lost: None,
            has_looked: false,
            is_over: false,
        }
    }

    /// Waits until a task has ended. Dropping this ends the waiting, not the task.
    pub async fn await_task(&self, upid: &Upid, rhythm: Rhythm) -> Result<Exit, ClientError> {
        let mut watch = self.watch_task(upid, rhythm);
        loop {
            watch.rest().await;
            match watch.look().await? {
                Look::Ended(exit) => return Ok(exit),
                Look::Runs | Look::Lost(_) => {}
            }
        }
    }
}

enum Look {
    Runs,
    Ended(Exit),
    Lost(ClientError),
}

impl Watch {
    /// From a line of the log on, where the ones before were read earlier.
    pub fn from_line(mut self, read: usize) -> Self {
        self.read = read;
        self
    }

    /// The next news; nothing after the end. An error is the end as well: the task is lost sight of, or unknown.
    pub async fn next(&mut self) -> Option<Result<TaskNews, ClientError>> {
        while !self.is_over {
            match self.turn().await {
                Ok(Some(news)) => {
                    self.is_over = matches!(news, TaskNews::Ended(_));
                    return Some(Ok(news));
                }
                Ok(None) => {}
                Err(error) => {
                    self.is_over = true;
                    return Some(Err(error));
                }
            }
        }
        None
    }

    async fn turn(&mut self) -> Result<Option<TaskNews>, ClientError> {
        if self.exit.is_none() {
            self.rest().await;
            let was_lost = self.lost.is_some();
            // The status first: what the log gains after it is read in the next turn.
            match self.look().await? {
                Look::Lost(_) if was_lost => return Ok(None),
                Look::Lost(error) => return Ok(Some(TaskNews::OutOfSight(error))),
                Look::Ended(exit) => self.exit = Some(exit),
                Look::Runs if was_lost => return Ok(Some(TaskNews::InSight)),
                Look::Runs => {}
            }
        }
        let lines = match self.client.task_log(&self.upid, self.read).await {
            Ok(lines) => lines,
            Err(error) => return self.bear(error).map(|_| None),
        };
        self.lost = None;
        self.read += lines.len();
        match (lines.is_empty(), &self.exit) {
            (false, _) => Ok(Some(TaskNews::Lines(lines))),
            (true, Some(exit)) => Ok(Some(TaskNews::Ended(exit.clone()))),
            (true, None) => Ok(None),
        }
    }

    /// Not before the first look.
    async fn rest(&mut self) {
        if self.has_looked {
            sleep(self.rhythm.rest(self.began.elapsed())).await;
        }
        self.has_looked = true;
    }

    async fn look(&mut self) -> Result<Look, ClientError> {
        match self.client.task_status(&self.upid).await {
            Ok(status) => {
                self.lost = None;
                Ok(match status {
                    TaskStatus::Running => Look::Runs,
                    TaskStatus::Ended(exit) => Look::Ended(exit),
                })
            }
            Err(error) => self.bear(error).map(Look::Lost),
        }
    }

    /// Whether an error is borne: it is one that passes, and has not lasted too long.
    fn bear(&mut self, error: ClientError) -> Result<ClientError, ClientError> {
        let since = *self.lost.get_or_insert_with(Instant::now);
        match passes(&error) && since.elapsed() < self.rhythm.lost_after {
            true => Ok(error),
            false => Err(error),
        }
    }
}

/// Whether the host cannot be asked right now. A refusal is an answer.
fn passes(error: &ClientError) -> bool {
    error.is_passing() && !matches!(error, ClientError::Refused { .. } | ClientError::NotProxmox { .. })
}
