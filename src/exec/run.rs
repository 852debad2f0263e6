//! A script from its beginning to its end, with its output as it comes. What must hold: each byte of the output is given
//! once and in order, and the code is given after the last of them.

use std::time::Duration;

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::{
    error::ExecError,
    job::{self, JobId, Look, Script, Standing},
    link::Link,
};

/// What a script wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    Out(Vec<u8>),
    Err(Vec<u8>),
}

/// Between two looks at a job that did not begin yet.
const SOON: Duration = Duration::from_millis(30);
/// One that has not begun after so many looks is begun again.
const LATE: u32 = 20;

/// Runs it, or takes up again what was begun under this id; without a script, only that. Cancelled, it is stopped.
pub async fn run(
    link: &mut Link,
    id: &JobId,
    script: Option<&Script>,
    mut write: impl AsyncFnMut(Written),
    cancel: &CancellationToken,
) -> Result<i32, ExecError> {
    if let Some(script) = script {
        job::begin(link, id, script).await?;
    }
    let (mut given, mut known, mut waited, mut is_stopped) = ([0, 0], [0, 0], 0, false);
    loop {
        if cancel.is_cancelled() && !is_stopped {
            job::stop(link, id).await?;
            is_stopped = true;
        }
        let Look { standing, sizes, out, err } = job::look(link, id, given, known).await?;
        given = [given[0] + out.len() as u64, given[1] + err.len() as u64];
        known = sizes;
        let is_all = given == sizes;
        if !out.is_empty() {
            write(Written::Out(out)).await;
        }
        if !err.is_empty() {
            write(Written::Err(err)).await;
        }
        match standing {
            Standing::Running => {}
            _ if !is_all => {}
            Standing::Ended(code) => return Ok(code),
            Standing::Killed if is_stopped => return Ok(KILLED),
            Standing::Killed => return Err(ExecError::Killed { guest: link.guest.clone() }),
            Standing::Restarted => return Err(ExecError::Restarted { guest: link.guest.clone() }),
            Standing::Unknown => {
                return Err(ExecError::NoJob { guest: link.guest.clone(), job: id.as_str().to_owned() });
            }
            Standing::Waiting => {
                waited += 1;
                if let Some(script) = script.filter(|_| waited % LATE == 0) {
                    job::begin(link, id, script).await?;
                }
                sleep(SOON).await;
            }
        }
    }
}

/// As a shell tells of a program that was terminated.
const KILLED: i32 = 143;
