//! A shell reached by SSH: in the guest itself, or on its node by `pct exec`. What must hold: the command sees nothing of
//! the node's environment, and an answer that was cut off is none.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{
    ask::{Ask, Load, Reply},
    frame::{Answer, Mark, Reader},
    job::why,
};
use crate::{
    domain::ids::Vmid,
    ssh::{self, HostKey, Session, SshError},
};

/// SSH loses nothing, so it may carry more at a time.
pub const LOAD: Load = Load { command: 60_000, put: 256 << 10, get: 256 << 10 };
/// What is answered fits in here, in base 64.
const LARGEST: usize = 2 << 20;
/// Besides what the command itself may take, for a slow line.
const SLOW: Duration = Duration::from_secs(20);
/// Bytes a millisecond.
const SLOWEST: u64 = 5;

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
    /// It goes off, or it is on another node by now.
    Gone(String),
    /// The guest lacks these programs, or what runs commands in guests is not there at all.
    Lacks(String),
    /// The node does not run commands in this guest.
    Refused(String),
}

impl Distant {
    /// Logs in and tries whether commands run there; also tells which key was shown.
    pub async fn reach(target: &ssh::Target, at: At) -> Result<(Self, HostKey), Unanswered> {
        let (session, key) = Session::open(target, ssh::Limits::default()).await.map_err(Unanswered::Ssh)?;
        let mut distant = Self { session, at };
        distant.ask(&Ask::new(":")).await.map(|_| (distant, key))
    }

    pub async fn ask(&mut self, ask: &Ask) -> Result<Reply, Unanswered> {
        match self.ask_once(ask).await.map_err(Unanswered::Ssh)? {
            Answered::Reply(reply) => Ok(reply),
            Answered::Otherwise(_, text) if self.at != At::Guest && says_off(&text) => Err(Unanswered::Off),
            Answered::Otherwise(_, text) if says_gone(&text) => Err(Unanswered::Gone(why(&text))),
            // Its shell was ended before it could answer: the guest goes off, or the connection does.
            Answered::Otherwise(code, text) if text.is_empty() => Err(Unanswered::Gone(format!("exit code {code}"))),
            Answered::Otherwise(127, text) => Err(Unanswered::Lacks(why(&text))),
            Answered::Otherwise(_, text) => Err(Unanswered::Refused(why(&text))),
        }
    }

    /// The command goes in as the first line: the words of a process are everybody's to read. It answers between marks,
    /// so that an answer that was cut off is none.
    async fn ask_once(&mut self, ask: &Ask) -> Result<Answered, SshError> {
        let mark = Mark::new();
        let line = STANDARD.encode(ask.command.trim_end_matches('\n'));
        let input = format!("{} {} {line}\n{}", mark.left, mark.right, STANDARD.encode(&ask.input));
        let words = words(self.at);
        let running = self.session.run_to_end(&words, input.as_bytes(), LARGEST);
        let patience = ask.patience + SLOW + Duration::from_millis(input.len() as u64 / SLOWEST);
        let silent = |_| SshError::Silent { address: "the guest".into(), step: "answer" };
        let finished = tokio::time::timeout(patience, running).await.map_err(silent)??;
        let mut reader = Reader::new(&mark);
        reader.push(&finished.out);
        Ok(match reader.answer() {
            Some(Answer::Whole(reply)) => Answered::Reply(reply),
            Some(Answer::Garbled) | None => {
                let said = [finished.out, finished.err].concat();
                Answered::Otherwise(finished.code, String::from_utf8_lossy(&said).trim().to_owned())
            }
        })
    }
}

enum Answered {
    Reply(Reply),
    /// What somebody else says in the place of an answer, and its code.
    Otherwise(i32, String),
}

/// Takes a command from its first line, and answers as the reader at a console does.
const RUN: &str = concat!(
    r#"IFS=" " read -r a b l;l=$(printf %s "$l"|base64 -d);[ "$l" ]||exit 127;o=$( (eval "$l") 2>&1);c=$?;"#,
    r#"h=$(printf %s "$o"|sha256sum);printf "\n<%s%s %s %s %s%s%s>\n" "$a" "$b" $c "${h%% *}" "$o" "$b" "$a""#,
);

fn words(at: At) -> Vec<String> {
    let mut words = match at {
        At::Guest => Vec::new(),
        At::Node(vmid) => ["pct", "exec", &vmid.to_string(), "--"].map(str::to_owned).to_vec(),
    };
    words.extend(ENVIRONMENT.map(str::to_owned));
    words.extend(["sh", "-c", RUN].map(str::to_owned));
    words
}

/// Whether the guest does not run, as `pct` says it.
fn says_off(text: &str) -> bool {
    text.ends_with("not running!")
}

/// Whether it is no more on this node, as `pct` says it, or just goes off, as what runs commands in it says.
fn says_gone(text: &str) -> bool {
    text.contains("does not exist") || text.contains("Failed to get init pid")
}
