//! Every call that was sent, for the operator to read: the last ones in memory, all of them in a file if he asked for
//! it. What must hold: no secret is in it, and writing it never holds up a call.

use std::{
    borrow::Cow,
    collections::VecDeque,
    fs::OpenOptions,
    io::{self, Write},
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, channel, sync_channel},
    },
    thread,
    time::Duration,
};

use super::{ClientError, answer::Answer, call::Asked};
use crate::domain::moment::Moment;

/// How many calls are remembered.
const REMEMBERED: usize = 200;
/// How many lines may wait for the disk; more are dropped rather than waited for.
const WAITING: usize = 4096;
/// How long the end of the program waits for the last lines.
const LAST_LINES: Duration = Duration::from_secs(2);
const SECRETS: [&str; 6] = ["password", "otp", "tfa-challenge", "ticket", "vncticket", "ssh-public-keys"];
const STARS: &str = "********";

#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    pub at: Moment,
    pub method: &'static str,
    /// With `/api2/json`, without the query.
    pub path: String,
    /// Secrets are stars.
    pub params: Vec<(Cow<'static, str>, String)>,
    /// Nothing when no answer came.
    pub status: Option<u16>,
    pub error: Option<String>,
    pub took: Duration,
}

impl Sent {
    pub(super) fn new(at: Moment, asked: &Asked, took: Duration, outcome: &Result<Answer, ClientError>) -> Self {
        let shown = |(name, value): &(Cow<'static, str>, String)| (name.clone(), masked(name, value));
        Self {
            at,
            method: asked.call.method.as_str(),
            path: format!("/api2/json{}", asked.call.path),
            params: asked.params.iter().map(shown).collect(),
            status: outcome.as_ref().ok().map(|answer| answer.status),
            error: outcome.as_ref().err().map(ToString::to_string),
            took,
        }
    }

    fn line(&self) -> String {
        let at = jiff::Timestamp::from_millisecond(self.at.0).unwrap_or_default();
        let params: serde_json::Map<_, _> =
            self.params.iter().map(|(name, value)| (name.to_string(), value.clone().into())).collect();
        let mut line = serde_json::json!({
            "at": format!("{at:.3}"), "method": self.method, "path": self.path, "params": params,
            "status": self.status, "ms": u64::try_from(self.took.as_millis()).unwrap_or(u64::MAX),
        });
        if let (Some(error), Some(line)) = (&self.error, line.as_object_mut()) {
            line.insert("error".into(), error.clone().into());
        }
        line.to_string()
    }
}

/// What may be shown of a parameter. The variables of a container keep their names.
pub(super) fn masked(name: &str, value: &str) -> String {
    let hidden = |variable: &str| format!("{}={STARS}", variable.split('=').next().unwrap_or_default());
    match name {
        "env" => value.split('\0').map(hidden).collect::<Vec<_>>().join("\0"),
        _ if SECRETS.contains(&name) => STARS.to_owned(),
        _ => value.to_owned(),
    }
}

/// The last calls.
#[derive(Default)]
pub(super) struct Recent(VecDeque<Sent>);

impl Recent {
    pub fn push(&mut self, sent: Sent) {
        if self.0.len() == REMEMBERED {
            self.0.pop_front();
        }
        self.0.push_back(sent);
    }

    pub fn newest_last(&self) -> Vec<Sent> {
        self.0.iter().cloned().collect()
    }
}

/// A file with one JSON object a line. The file is complete once the last copy of this is dropped.
#[derive(Clone)]
pub struct RequestLog(Arc<Writer>);

struct Writer {
    lines: Mutex<Option<SyncSender<String>>>,
    /// Ends with the thread that writes.
    is_written: Mutex<Receiver<()>>,
}

impl RequestLog {
    /// Appends to the file, or makes it.
    pub fn to_file(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        let (sender, lines) = sync_channel(WAITING);
        let (done, is_written) = channel();
        thread::Builder::new().name("request-log".into()).spawn(move || {
            write_out(&lines, file);
            drop(done);
        })?;
        Ok(Self(Arc::new(Writer { lines: Mutex::new(Some(sender)), is_written: Mutex::new(is_written) })))
    }

    pub(super) fn write(&self, sent: &Sent) {
        if let Some(lines) = &*self.0.lines.lock().unwrap_or_else(PoisonError::into_inner) {
            // A full queue or a dead disk must not hold up the call: the line is lost, the call is not.
            let _ = lines.try_send(sent.line());
        }
    }
}

fn write_out(lines: &Receiver<String>, mut file: impl Write) {
    while let Ok(line) = lines.recv() {
        let mut batch = line + "\n";
        batch.extend(lines.try_iter().take(WAITING).flat_map(|line| [line, "\n".into()]));
        if file.write_all(batch.as_bytes()).is_err() {
            return;
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).take();
        // A disk that hangs must not keep the program from ending.
        let _ = self.is_written.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(LAST_LINES);
    }
}
