//! A seat at a guest's console. The shell there belongs to all who sit at it and loses what is typed ahead of it, so we
//! start a small reader of our own in it, which takes one checked line at a time and answers in marks. What must hold: a
//! line that was damaged is never run, and the terminal is given back as it was found.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use tokio::time::{Instant, timeout_at};

use super::{
    ask::{Ask, Load, Reply, Stay},
    frame::{Answer, Mark, Reader, sum},
};
use crate::{
    domain::quote::quoted,
    proxmox::console::{Console, Ended},
};

/// What the console carries: lines of 4,095 bytes, and 16 KB of output at a time.
pub const LOAD: Load = Load { command: 2_900, put: 48 << 10, get: 9_000 };

/// The reader, without a single quote so that it stands between two. `e` runs a line that arrived whole; `q` greets.
/// Where the shell can, it gives up when nobody speaks to it any more, so that nobody finds a terminal without an echo.
const READER: &str = concat!(
    r#"PXL=1;s=$(stty -g);trap "stty $s" EXIT;trap exit INT TERM HUP;stty -echo;t=;"#,
    r#"(read -t 1 -r x </dev/null) 2>/dev/null;[ $? = 1 ]&&t="-t 90";"#,
    r#"m=;for c in base64 sha256sum;do command -v $c >/dev/null 2>&1||m="$m $c";done;"#,
    r#"q(){ printf "\n<%s%s%s>\n" "$1" "$2" "$m";};"#,
    r#"e(){ l=$(printf %s "$4"|base64 -d 2>/dev/null);h=$(printf %s "$l"|sha256sum);o=;"#,
    r#"if [ "${h%% *}" != "$3" ];then c=x;"#,
    r#"elif [ "$5" ];then q "$1" "$2";o=$( (eval "$l") 2>&1);c=$?;"#,
    r#"else o=$( (eval "$l") 2>&1 </dev/null);c=$?;fi;"#,
    r#"h=$(printf %s "$o"|sha256sum);printf "\n<%s%s %s %s %s%s%s>\n" "$1" "$2" $c "${h%% *}" "$o" "$2" "$1";};"#,
    r#"q "$1" "$2";while [ "$PXL" ]&&IFS= read -r $t l;do eval "$l";done"#,
);
/// bash, where it is there, because its `read` knows patience; typed as it is at any shell's prompt.
const SHELL: &str = "S=sh;command -v bash >/dev/null 2>&1&&S=bash;exec $S -c \"$@\"";

/// What the reader looks for.
const NEEDED: [&str; 2] = ["base64", "sha256sum"];

/// Ends a command that was left in the middle, and the line that was typed behind it.
const INTERRUPT: &[u8] = b"\x03";
const KILL_LINE: &[u8] = b"\x15";
/// At a shell's own prompt: what stands right of the cursor would stay otherwise.
const CLEAR_LINE: &[u8] = b"\x05\x15";
const END_OF_INPUT: &[u8] = b"\x04";
/// What `dtach` writes when it has the terminal in hand; what is typed before may be lost.
const ATTACHED: &[u8] = b"\x1b[H\x1b[J";
const UNTIL_ATTACHED: Duration = Duration::from_millis(1_500);
/// A shell shows its prompt this soon; what is typed before may be lost as well.
const PROMPT: Duration = Duration::from_millis(80);
/// A program that reads takes no longer line, but takes many.
const INPUT_LINE: usize = 1_000;
/// How long each try to sit down waits. A shell that just begins takes a second; the third try interrupts.
const TRIES: [Duration; 4] = [
    Duration::from_millis(1_000),
    Duration::from_millis(2_000),
    Duration::from_millis(1_500),
    Duration::from_millis(2_500),
];
const GENTLE_TRIES: usize = 2;
/// After an interrupt a shell throws away what was typed; it is at its prompt by then.
const SETTLE: Duration = Duration::from_millis(150);
/// A question that arrives damaged is asked again this often.
const GARBLED_TRIES: usize = 4;
/// Bytes a millisecond.
const SLOWEST: u64 = 5;

/// A program that holds the terminal and a line that is dead look the same, but a line answers.
const ANSWERS: Duration = Duration::from_secs(3);

/// Why a seat is no good any more, or never was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unseated {
    Ended(Ended),
    /// Nothing came in time.
    Silent,
    /// What came was damaged again and again.
    Garbled,
    /// A program holds the terminal and lets nobody in.
    Held,
    /// The guest lacks these programs.
    Lacks(String),
}

impl From<Ended> for Unseated {
    fn from(ended: Ended) -> Self {
        Self::Ended(ended)
    }
}

/// Whether the one who was here before us was ourselves, cut off in the middle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    First,
    Again,
}

pub struct Seat {
    console: Console,
    /// Whether the shell has its terminal back.
    is_given_back: bool,
}

impl Seat {
    /// Starts the reader at whatever shell is there.
    pub async fn take(mut console: Console, arrival: Arrival) -> Result<Self, Unseated> {
        wait_for_prompt(&mut console).await?;
        let mark = Mark::new();
        let line = sit_line(&mark);
        for (number, patience) in TRIES.into_iter().enumerate() {
            if number >= GENTLE_TRIES || arrival == Arrival::Again {
                console.type_in(INTERRUPT).await?;
                until_quiet(&mut console, SETTLE).await?;
            }
            console.type_in(&[CLEAR_LINE, line.as_bytes()].concat()).await?;
            let mut reader = Reader::new(&mark);
            let until = Until { silence: patience, whole: patience };
            match hear(&mut console, until, &mut reader, Reader::greeting).await {
                Ok(lacks) if lacks.is_empty() => return Ok(Self { console, is_given_back: false }),
                Ok(lacks) if are_programs(&lacks) => return Err(Unseated::Lacks(lacks.trim().to_owned())),
                // A greeting that was damaged; the reader is there.
                Ok(_) => {}
                Err(Unseated::Silent) if !console.is_alive(ANSWERS).await => return Err(Unseated::Silent),
                Err(Unseated::Silent) => {}
                Err(other) => return Err(other),
            }
        }
        Err(Unseated::Held)
    }

    pub async fn ask(&mut self, ask: &Ask) -> Result<Reply, Unseated> {
        for _ in 0..GARBLED_TRIES {
            if let Answer::Whole(reply) = self.ask_once(ask).await? {
                self.is_given_back = ask.stay == Stay::Last;
                return Ok(reply);
            }
        }
        Err(Unseated::Garbled)
    }

    async fn ask_once(&mut self, ask: &Ask) -> Result<Answer, Unseated> {
        let mark = Mark::new();
        let mut reader = Reader::new(&mark);
        let until = Until::of(ask);
        self.console.type_in(&ask_line(ask, &mark)).await?;
        if !ask.input.is_empty() {
            // A damaged line is answered in the place of the greeting.
            if !hear(&mut self.console, until, &mut reader, Reader::greeting).await?.is_empty() {
                return Ok(Answer::Garbled);
            }
            self.console.type_in(&input_lines(&ask.input)).await?;
        }
        hear(&mut self.console, until, &mut reader, Reader::answer).await
    }

    pub async fn leave(mut self) {
        if !self.is_given_back && self.console.type_in(&[KILL_LINE, b"PXL=\n"].concat()).await.is_ok() {
            // What was typed would be lost if we hung up at once.
            drop(until_quiet(&mut self.console, SETTLE).await);
        }
        self.console.leave().await;
    }
}

/// Whether these are words that only the reader says.
fn are_programs(words: &str) -> bool {
    words.starts_with(' ') && words.split_whitespace().all(|word| NEEDED.contains(&word))
}

fn sit_line(mark: &Mark) -> String {
    let Mark { left, right } = mark;
    let start = format!("sh -c {} - {} - {left} {right}", quoted(SHELL), quoted(READER));
    // A blank before it keeps it out of many a history.
    format!(" [ \"$PXL\" = 1 ]&&q {left} {right}||{start}\n")
}

fn ask_line(ask: &Ask, mark: &Mark) -> Vec<u8> {
    let Mark { left, right } = mark;
    let command = ask.command.trim_end_matches('\n');
    let (proof, text) = (sum(command.as_bytes()), STANDARD.encode(command));
    let reads = if ask.input.is_empty() { "" } else { " i" };
    let parting = if ask.stay == Stay::Last { "PXL=;" } else { "" };
    [KILL_LINE, format!("{parting}e {left} {right} {proof} {text}{reads}\n").as_bytes()].concat()
}

fn input_lines(input: &[u8]) -> Vec<u8> {
    let text = STANDARD.encode(input);
    let mut lines: Vec<u8> = Vec::with_capacity(text.len() + text.len() / INPUT_LINE + 2);
    for line in text.as_bytes().chunks(INPUT_LINE) {
        lines.extend_from_slice(line);
        lines.push(b'\n');
    }
    lines.extend_from_slice(END_OF_INPUT);
    lines
}

/// How long to listen: without a byte, and at all, whatever others write.
#[derive(Debug, Clone, Copy)]
struct Until {
    silence: Duration,
    whole: Duration,
}

impl Until {
    /// Input may have to go over a slow line first.
    fn of(ask: &Ask) -> Self {
        let silence = ask.patience + Duration::from_millis(ask.input.len() as u64 / SLOWEST);
        Self { silence, whole: silence * 4 }
    }
}

/// Listens until the reader has what is looked for.
async fn hear<T>(
    console: &mut Console,
    until: Until,
    reader: &mut Reader,
    look: fn(&mut Reader) -> Option<T>,
) -> Result<T, Unseated> {
    let end = Instant::now() + until.whole;
    loop {
        if let Some(found) = look(reader) {
            return Ok(found);
        }
        let patience = end.min(Instant::now() + until.silence);
        let heard = timeout_at(patience, console.heard()).await.map_err(|_| Unseated::Silent)?;
        reader.push(&heard?);
    }
}

/// Until the terminal is in hand, and a shell that just begins has shown its prompt. One that was there before shows
/// nothing.
async fn wait_for_prompt(console: &mut Console) -> Result<(), Unseated> {
    let (until, mut seen) = (Instant::now() + UNTIL_ATTACHED, Vec::new());
    while !contains(&seen, ATTACHED) {
        match timeout_at(until, console.heard()).await {
            Ok(heard) => seen.extend_from_slice(&heard?),
            Err(_) => return Ok(()),
        }
    }
    until_quiet(console, PROMPT).await
}

/// Until nothing more comes, or far too much does.
async fn until_quiet(console: &mut Console, quiet: Duration) -> Result<(), Unseated> {
    let end = Instant::now() + UNTIL_ATTACHED;
    while let Ok(heard) = timeout_at(end.min(Instant::now() + quiet), console.heard()).await {
        heard?;
    }
    Ok(())
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_longer_than_a_terminal_takes() {
        assert!(!READER.contains('\''), "it stands between single quotes");
        assert!(READER.contains(&format!("for c in {};", NEEDED.join(" "))));
        assert!(sit_line(&Mark::new()).len() < 1_500);
        let ask = Ask::new("x".repeat(LOAD.command)).with(*b"y").last();
        assert!(ask_line(&ask, &Mark::new()).len() <= 4_095);
        assert!(input_lines(&[7; 5_000]).split(|byte| *byte == b'\n').all(|line| line.len() <= INPUT_LINE));
    }
}
