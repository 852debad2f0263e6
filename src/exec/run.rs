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
/// One that has not begun after so many looks is begun again, or is none.
const LATE: u32 = 20;
/// One that has not begun by then never will.
const TOO_LATE: u32 = 10 * LATE;
/// So much is still shown of what was stopped.
const LAST_LOOKS: u32 = 8;
/// As a shell tells of a program that was terminated.
const KILLED: i32 = 143;

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
    let mut seen = Seen::default();
    loop {
        if cancel.is_cancelled() && !seen.is_stopped {
            seen.is_stopped = job::stop(link, id).await?;
        }
        let look = job::look(link, id, seen.given, seen.sizes).await?;
        let standing = look.standing;
        for piece in seen.take(look) {
            write(piece).await;
        }
        match standing {
            Standing::Unknown => return Err(no_job(link, id)),
            Standing::Running => {}
            Standing::Waiting => wait(link, id, script, &mut seen).await?,
            _ if !seen.has_all() => {}
            Standing::Ended(code) => return Ok(code),
            Standing::Killed if seen.is_stopped => return Ok(KILLED),
            Standing::Killed => return Err(ExecError::Killed { guest: link.guest.clone() }),
            Standing::Restarted => return Err(ExecError::Restarted { guest: link.guest.clone() }),
        }
    }
}

/// What was seen of a job by now.
#[derive(Default)]
struct Seen {
    given: [u64; 2],
    sizes: [u64; 2],
    /// How much there was when the end was seen first: what others still write there is not the script's.
    last: Option<[u64; 2]>,
    waited: u32,
    is_stopped: bool,
    looks_after_stop: u32,
}

impl Seen {
    fn take(&mut self, look: Look) -> impl Iterator<Item = Written> + use<> {
        let Look { standing, sizes, out, err } = look;
        self.given = [self.given[0] + out.len() as u64, self.given[1] + err.len() as u64];
        self.sizes = sizes;
        if matches!(standing, Standing::Ended(_) | Standing::Killed | Standing::Restarted) {
            self.last.get_or_insert(sizes);
        }
        self.looks_after_stop += u32::from(self.is_stopped);
        let out = (!out.is_empty()).then_some(Written::Out(out));
        let err = (!err.is_empty()).then_some(Written::Err(err));
        out.into_iter().chain(err)
    }

    fn has_all(&self) -> bool {
        let last = self.last.unwrap_or(self.sizes);
        // A disk that lost power may have less than was shown before.
        let is_all = self.given[0] >= last[0].min(self.sizes[0]) && self.given[1] >= last[1].min(self.sizes[1]);
        is_all || self.looks_after_stop > LAST_LOOKS
    }
}

async fn wait(link: &mut Link, id: &JobId, script: Option<&Script>, seen: &mut Seen) -> Result<(), ExecError> {
    seen.waited += 1;
    if seen.waited.is_multiple_of(LATE) {
        match script {
            Some(script) if seen.waited < TOO_LATE => job::begin(link, id, script).await?,
            Some(_) => {
                return Err(ExecError::Inside {
                    what: format!("the script on {} did not begin", link.guest),
                    why: "everything is there, and nothing runs it".into(),
                });
            }
            None => return Err(no_job(link, id)),
        }
    }
    sleep(SOON).await;
    Ok(())
}

fn no_job(link: &Link, id: &JobId) -> ExecError {
    ExecError::NoJob { guest: link.guest.clone(), job: id.as_str().to_owned() }
}
