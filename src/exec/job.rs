//! A script that runs inside a guest by itself: in a session of its own, with its output and its exit code in files that
//! are found again by its id. What must hold: it is run once at most, however often it is begun, and it does not care
//! whether anybody listens.

use std::str::FromStr;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{
    ask::Ask,
    error::ExecError,
    frame::{sum, word},
    ground::Ground,
    link::Link,
    slice::slice,
    upload::upload,
};
use crate::domain::quote::quoted;

/// What stands for a job inside its guest. Letters, digits and dashes only.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct JobId(String);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no id of a job: it has letters, digits and dashes, 64 at most")]
pub struct NotAJobId(String);

impl JobId {
    /// One that no other job has.
    pub fn fresh() -> Self {
        Self(word(8))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for JobId {
    type Err = NotAJobId;

    fn from_str(text: &str) -> Result<Self, NotAJobId> {
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
        match (1..=64).contains(&text.len()) && text.chars().all(fits) {
            true => Ok(Self(text.to_owned())),
            false => Err(NotAJobId(text.to_owned())),
        }
    }
}

/// Where the complaints of a script go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Complaints {
    Apart,
    /// Between its output, in the order in which it wrote both.
    Within,
}

/// What runs a script: `#!` decides, or else `sh`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    pub text: Vec<u8>,
    pub complaints: Complaints,
}

impl Script {
    pub fn new(text: impl Into<Vec<u8>>) -> Self {
        Self { text: text.into(), complaints: Complaints::Apart }
    }

    /// A script that becomes this command; its words arrive as they are.
    pub fn command<W: AsRef<str>>(words: &[W]) -> Self {
        Self::new(format!("exec {}\n", crate::domain::quote::command_line(words)))
    }
}

/// How a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing is known of it.
    Unknown,
    /// Everything is there, and it did not begin yet.
    Waiting,
    Running,
    Ended(i32),
    /// It was ended from outside, and left no code.
    Killed,
    /// The guest was started anew meanwhile.
    Restarted,
}

/// What was seen of a job at one look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    pub standing: Standing,
    /// How much there is by now, of both.
    pub sizes: [u64; 2],
    pub out: Vec<u8>,
    pub err: Vec<u8>,
}

/// So many bytes of a script fit beside the rest of the line that begins it.
const INLINE: usize = 600;

/// In its own session it claims the job, which only one can, and leaves its code behind.
const RUNNER: &str = concat!(
    "cd $1&&mkdir claim 2>/dev/null||exit;echo $$ >pid;d=$(pwd);umask 022;",
    "HOME=${HOME:-/root};export HOME;unset PXL;cd \"$HOME\" 2>/dev/null||cd /;",
    "case $(head -c 2 $d/run) in \"#!\")r=$d/run;;*)r=\"sh $d/run\";;esac;",
    "if [ $2 = 1 ];then $r >$d/out 2>&1 </dev/null;else $r >$d/out 2>$d/err </dev/null;fi;",
    "echo $? >$d/rc.t;mv $d/rc.t $d/rc",
);

/// Puts the script there and begins it, unless that was done already.
pub async fn begin(link: &mut Link, id: &JobId, script: &Script) -> Result<(), ExecError> {
    let dir = link.ground.job(id.as_str());
    let within = u8::from(script.complaints == Complaints::Within);
    let runner = quoted(RUNNER);
    let launch = format!(
        "{{ [ -d {dir}/claim ]||{{ S=setsid;command -v setsid >/dev/null 2>&1||S=;\
         $S sh -c {runner} - {dir} {within} >/dev/null 2>&1 </dev/null & }};}}"
    );
    let prepare = format!(
        "umask 077;mkdir -p {dir}&&cd {dir}&&: >>out&&: >>err&&{{ [ -e boot ]||{{ {{ {mark};}} >boot.t&&mv boot.t boot;}};}}",
        mark = link.ground.mark
    );
    if script.text.len() <= INLINE {
        let text = STANDARD.encode(&script.text);
        let write = format!("{{ [ -e run ]||{{ printf %s {text}|base64 -d >run.t&&chmod 700 run.t&&mv run.t run;}};}}");
        return run(link, "the script could not be begun", format!("{prepare}&&{write}&&{launch}")).await.map(drop);
    }
    if run(link, "the script could not be begun", format!("{prepare}&&{{ [ ! -d claim ]||echo {BEGUN};}}")).await?
        == BEGUN
    {
        return Ok(());
    }
    let (part, whole) = (format!("{}/jobs/{}/run.t", link.ground.folder, id.as_str()), sum(&script.text));
    upload(link, &part, &script.text).await?;
    let settle = format!(
        "cd {dir}&&{{ [ -e run ]||{{ [ \"$(sha256sum <run.t)\" = {} ]&&chmod 700 run.t&&mv run.t run;}};}}&&{launch}",
        quoted(&format!("{whole}  -"))
    );
    run(link, "the script could not be begun", settle).await.map(drop)
}

/// Said of a job that was begun before.
const BEGUN: &str = "begun";

async fn run(link: &mut Link, what: &str, command: String) -> Result<String, ExecError> {
    let reply = link.ask(&Ask::new(command)).await?;
    match reply.code {
        0 => Ok(reply.text),
        _ => Err(ExecError::Inside { what: format!("{what} on {}", link.guest), why: why(&reply.text) }),
    }
}

/// The last line of what a shell complained of.
pub fn why(text: &str) -> String {
    text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it gave no reason").trim().to_owned()
}

/// How long a look waits inside the guest for something new.
const ROUNDS: u32 = 8;

/// Looks at a job from these places of its output on; waits a little for something new.
pub async fn look(link: &mut Link, id: &JobId, from: [u64; 2], behind: [u64; 2]) -> Result<Look, ExecError> {
    let shares = shares(link.load().get, from, behind);
    let reply = link.ask(&Ask::new(look_command(&link.ground, id, from, shares))).await?;
    read_look(&reply.text).ok_or_else(|| ExecError::Inside {
        what: format!("the job {} on {} cannot be looked at", id.as_str(), link.guest),
        why: why(&reply.text),
    })
}

/// Whoever waits gets most of the room.
fn shares(room: usize, from: [u64; 2], known: [u64; 2]) -> [usize; 2] {
    let waits = |n: usize| known[n] > from[n];
    match (waits(0), waits(1)) {
        (true, true) => [room / 2, room / 2],
        (false, true) => [room / 8, room - room / 8],
        _ => [room - room / 8, room / 8],
    }
}

fn look_command(ground: &Ground, id: &JobId, [a, b]: [u64; 2], [room_a, room_b]: [usize; 2]) -> String {
    let (dir, mark) = (ground.job(id.as_str()), &ground.mark);
    let (out, err) = (slice("out", a, room_a), slice("err", b, room_b));
    format!(
        "cd {dir} 2>/dev/null||{{ echo n;exit;}};z(){{ n=$(wc -c <$1);echo $((n));}};i=0;\
         while [ ! -e rc ]&&[ $i -lt {ROUNDS} ]&&kill -0 \"$(cat pid)\" 2>/dev/null&&[ $(z out) -le {a} ]&&[ $(z err) -le {b} ];\
         do sleep .1;i=$((i+1));done;\
         if [ -e rc ];then s=e$(cat rc);elif [ ! -d claim ];then s=w;elif [ \"$({mark})\" != \"$(cat boot)\" ];then s=b;\
         elif [ ! -s pid ]||kill -0 $(cat pid) 2>/dev/null;then s=r;elif [ -e rc ];then s=e$(cat rc);else s=k;fi;\
         echo $s $(z out) $(z err) $({out}): $({err}):"
    )
}

fn read_look(text: &str) -> Option<Look> {
    let mut words = text.lines().last()?.split(' ');
    let standing = standing(words.next()?)?;
    if standing == Standing::Unknown {
        return Some(Look { standing, sizes: [0, 0], out: Vec::new(), err: Vec::new() });
    }
    let sizes = [words.next()?.parse().ok()?, words.next()?.parse().ok()?];
    let mut bytes = || STANDARD.decode(words.next()?.strip_suffix(':')?).ok();
    Some(Look { standing, sizes, out: bytes()?, err: bytes()? })
}

fn standing(word: &str) -> Option<Standing> {
    Some(match word {
        "n" => Standing::Unknown,
        "w" => Standing::Waiting,
        "r" => Standing::Running,
        "k" => Standing::Killed,
        "b" => Standing::Restarted,
        code => Standing::Ended(code.strip_prefix('e')?.parse().ok()?),
    })
}

/// Asks what runs to end; what does not heed that is killed.
pub async fn stop(link: &mut Link, id: &JobId) -> Result<(), ExecError> {
    let dir = link.ground.job(id.as_str());
    let command = format!(
        "cd {dir} 2>/dev/null||exit 0;p=$(cat pid)||exit 0;k(){{ kill -$1 -$p 2>/dev/null||kill -$1 $p 2>/dev/null;}};\
         k TERM;i=0;while k 0&&[ $i -lt 30 ];do sleep .1;i=$((i+1));done;k KILL;[ -e rc ]||echo 143 >rc;:"
    );
    run(link, "the script could not be stopped", command).await.map(drop)
}

/// Leaves nothing of a job behind, nor of those whose end nobody asked for within a week; gives the terminal back.
pub async fn forget(link: &mut Link, id: &JobId) -> Result<(), ExecError> {
    let (dir, all) = (link.ground.job(id.as_str()), quoted(&format!("{}/jobs", link.ground.folder)));
    let command = format!(
        "cd /;rm -rf {dir};find {all} -maxdepth 2 -name rc -mtime +7 2>/dev/null|while read -r r;do rm -rf \"${{r%/rc}}\";done"
    );
    link.ask(&Ask::new(command).last()).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_looked_at_is_read_back() {
        let look = read_look("noise\ne3 5 2 aGVsbG8=: eA==:").unwrap();
        assert_eq!(
            look,
            Look { standing: Standing::Ended(3), sizes: [5, 2], out: b"hello".to_vec(), err: b"x".to_vec() }
        );
        assert_eq!(read_look("n").unwrap().standing, Standing::Unknown);
        for nonsense in ["", "e 1 2 : :", "r 1 2 a: :", "r x 2 : :", "q 0 0 : :", "r 1 2 : "] {
            assert_eq!(read_look(nonsense), None, "{nonsense:?}");
        }
    }

    #[test]
    fn the_lines_fit_the_narrowest_road() {
        let (ground, id) = (Ground::default(), JobId::from_str(&"a".repeat(64)).unwrap());
        let most = [u64::MAX / 2; 2];
        assert!(look_command(&ground, &id, most, [9_000, 9_000]).len() <= super::super::seat::LOAD.command);
    }

    #[test]
    fn an_id_leads_nowhere_else() {
        for text in ["", "..", "a/b", "a b", "a;b", &"a".repeat(65)] {
            assert!(JobId::from_str(text).is_err(), "{text:?}");
        }
        assert!(JobId::from_str("op-17-step-3").is_ok());
    }
}
