//! A shell reached by SSH: in the guest itself, or on its node by `pct exec`. What must hold: the command sees the same
//! environment on every road, and nothing of the node's.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{
    ask::{Ask, Load, Reply},
    job::why,
};
use crate::{
    domain::ids::Vmid,
    ssh::{self, HostKey, Session, SshError},
};

/// SSH loses nothing, so it may carry more at a time.
pub const LOAD: Load = Load { command: 60_000, put: 1 << 20, get: 256 << 10 };
/// What is answered fits in here, in base 64.
const LARGEST: usize = 2 << 20;
/// Besides what the command itself may take, for a slow line.
const SLOW: Duration = Duration::from_secs(20);

/// What a guest's own processes find, whoever started them.
const ENVIRONMENT: [&str; 5] =
    ["env", "-i", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=linux", "container=lxc"];

/// Whose shell answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    Guest,
    /// The node that this guest is on.
    Node(Vmid),
}

pub struct Distant {
    session: Session,
    at: At,
}

/// Why nothing was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unanswered {
    Ssh(SshError),
    /// The guest does not run.
    Off,
    /// The guest lacks these programs, or what runs commands in guests is not there at all.
    Lacks(String),
    /// The node does not run commands in this guest.
    Refused(String),
}

/// Writes what is missing of all that is used.
const PROBE: &str = "for c in base64 sha256sum;do command -v $c >/dev/null 2>&1||printf \"%s \" $c;done;echo .";

impl Distant {
    /// Logs in and tries whether commands run there; also tells which key was shown.
    pub async fn reach(target: &ssh::Target, at: At) -> Result<(Self, HostKey), Unanswered> {
        let (session, key) = Session::open(target, ssh::Limits::default()).await.map_err(Unanswered::Ssh)?;
        let mut distant = Self { session, at };
        let reply = distant.ask(&Ask::new(PROBE)).await?;
        match reply.text.strip_suffix('.').map(str::trim) {
            Some("") => Ok((distant, key)),
            Some(programs) if reply.code == 0 => Err(Unanswered::Lacks(programs.to_owned())),
            _ => Err(Unanswered::Refused(why(&reply.text))),
        }
    }

    pub async fn ask(&mut self, ask: &Ask) -> Result<Reply, Unanswered> {
        let reply = self.ask_once(ask).await.map_err(Unanswered::Ssh)?;
        if self.at != At::Guest && says_off(&reply) { Err(Unanswered::Off) } else { Ok(reply) }
    }

    async fn ask_once(&mut self, ask: &Ask) -> Result<Reply, SshError> {
        // A command that is given no input must find the end of it, not wait for one.
        let input = STANDARD.encode(&ask.input);
        let words = words(self.at, &ask.command);
        let running = self.session.run_to_end(&words, input.as_bytes(), LARGEST);
        let silent = |_| SshError::Silent { address: "the guest".into(), step: "answer" };
        let finished = tokio::time::timeout(ask.patience + SLOW, running).await.map_err(silent)??;
        let said = [finished.out, finished.err].concat();
        let text = String::from_utf8_lossy(&said).trim_end_matches('\n').to_owned();
        Ok(Reply { code: finished.code, text })
    }
}

fn words(at: At, command: &str) -> Vec<String> {
    let mut words = match at {
        At::Guest => Vec::new(),
        At::Node(vmid) => ["pct", "exec", &vmid.to_string(), "--"].map(str::to_owned).to_vec(),
    };
    words.extend(ENVIRONMENT.map(str::to_owned));
    words.extend(["sh", "-c", &format!("({command}) 2>&1")].map(str::to_owned));
    words
}

/// Whether the guest does not run, as `pct` says it.
fn says_off(reply: &Reply) -> bool {
    reply.code == 255 && reply.text.trim_end().ends_with("not running!")
}
