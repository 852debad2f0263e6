//! The thread that owns the connection. Jobs come through a bounded channel and answer on a channel of their own.
//! What must hold: a job that was taken is done to its end, whether or not somebody still waits for it.

use std::{
    fmt,
    path::Path,
    sync::Arc,
    thread::{Builder, JoinHandle},
};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use super::{
    Store,
    error::{StoreError, Trouble},
};

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// How many jobs may wait; whoever brings one more waits until there is room.
const WAITING: usize = 64;

pub(super) struct Owner {
    path: Arc<Path>,
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Owner {
    pub(super) fn start(connection: Connection, path: Arc<Path>) -> Result<Self, Trouble> {
        let (jobs, waiting) = mpsc::channel(WAITING);
        let thread = Builder::new()
            .name("store".into())
            .spawn(move || work(connection, waiting))
            .map_err(|error| Trouble::Other(error.to_string()))?;
        Ok(Self { path, jobs: Some(jobs), thread: Some(thread) })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

fn work(mut connection: Connection, mut waiting: mpsc::Receiver<Job>) {
    while let Some(job) = waiting.blocking_recv() {
        job(&mut connection);
    }
}

/// Waits for the jobs that were taken: what was asked for before the end is in the file.
impl Drop for Owner {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Owner").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Store {
    /// Does a job on the thread of the connection.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Connection) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, StoreError> {
        let told = |trouble| StoreError { path: self.owner.path.clone(), trouble };
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let _ = answer.send(job(connection));
        });
        let jobs = self.owner.jobs.as_ref().ok_or(told(Trouble::Closed))?;
        jobs.send(job).await.map_err(|_| told(Trouble::Closed))?;
        answered.await.unwrap_or(Err(Trouble::Closed)).map_err(told)
    }
}

/// Writes all of it or nothing. The turn to write is taken first: one that reads before it asks for its turn is refused
/// at once when another process wrote in between.
pub(super) fn write_in_one<T>(
    connection: &mut Connection,
    job: impl FnOnce(&Transaction<'_>) -> Result<T, Trouble>,
) -> Result<T, Trouble> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = job(&transaction)?;
    transaction.commit()?;
    Ok(done)
}
