//! Consoles played back to the real client over a real websocket. What must hold: it says byte for byte what the client
//! of the recording said, it hands out byte for byte what came, wherever that was cut, and it tells the right end.

mod stage;
pub mod transcript;

use std::time::Duration;

use proximity::proxmox::console::Ended;

use self::{
    stage::{Last, Play, Seen, Stage},
    transcript::{Frame, Transcript},
};

/// Longer than the client waits for more behind the last words of a console.
const QUIET: Duration = Duration::from_millis(600);

const PROGRAM: &[u8] = b"\x1b[999H\r\n[EOF - dtach terminating]\r\n";
const DETACHED: &[u8] = b"\x1b[999H\r\n[detached]\r\n";
const CURSOR: &[u8] = b"\x1b[?25h";

/// A few of our own, for where no recordings are.
fn own() -> Vec<Transcript> {
    let smile = "€😀 ä".as_bytes();
    let (clear, prompt) = (b"\x1b[H\x1b[J".as_slice(), b"\x1b[?2004hroot@con301:/# ".as_slice());
    vec![
        Transcript::of("nothing but a prompt", &[clear, prompt]),
        Transcript::of("characters in pieces", &[clear, &smile[..2], &smile[2..5], &smile[5..]]),
        Transcript::of("bytes of all kinds", &[clear, &(0..=255).collect::<Vec<u8>>(), b"OK", b"OK"]),
        Transcript::of("an end", &[clear, prompt, b"\x1b[?2004l\r\r\r\nexit\r\r\n", PROGRAM, CURSOR]),
        Transcript::of("an end in one piece", &[clear, &[prompt, PROGRAM, CURSOR].concat()]),
        Transcript::of("an end in pieces", &[clear, &PROGRAM[..9], &PROGRAM[9..20], &PROGRAM[20..], CURSOR]),
        Transcript::of("detached", &[clear, prompt, DETACHED, CURSOR]),
        Transcript::of("words of an end in the middle", &[clear, PROGRAM, CURSOR, prompt]),
        Transcript::of("words of an end from inside", &[clear, b"\x1b[999H\r\r\n[EOF - dtach terminating]\r\r\n"]),
        Transcript::of("an empty message", &[clear, b"", prompt, b""]),
    ]
}

/// Each takes a moment to be told.
fn is_last_word(bytes: &[u8]) -> Option<Ended> {
    let bytes = bytes.strip_suffix(CURSOR).unwrap_or(bytes);
    match () {
        () if bytes.ends_with(PROGRAM) => Some(Ended::Program),
        () if bytes.ends_with(DETACHED) => Some(Ended::Detached),
        () => None,
    }
}

/// What must be seen of it.
fn due(play: &Play) -> Seen {
    let Some(heard) = play.transcript.heard() else { return Seen::KeptOut };
    let ended = match play.last {
        Last::Close | Last::Drop => Some(is_last_word(&heard).unwrap_or(Ended::Closed)),
        Last::Reset | Last::Silence => is_last_word(&heard),
    };
    Seen::Heard(heard, ended)
}

async fn is_seen(stage: &mut Stage, transcript: Transcript, last: Last) {
    let play = Play { transcript, last };
    let seen = stage.perform(&play).await;
    assert_eq!(seen, due(&play), "{} and {last:?} after {} frames", play.transcript.name, play.transcript.frames.len());
}

/// The same bytes in other frames.
fn cut(transcript: &Transcript, how: impl Fn(&[u8]) -> Vec<Vec<u8>>) -> Transcript {
    let frames = transcript.frames.iter().flat_map(|frame| match frame {
        Frame::Out(_) => vec![frame.clone()],
        Frame::In(bytes) => how(bytes).into_iter().map(Frame::In).collect(),
    });
    Transcript { frames: frames.collect(), ..transcript.clone() }
}

/// All that comes between two keys in one message, `OK` included.
fn merged(transcript: &Transcript) -> Transcript {
    let mut frames: Vec<Frame> = Vec::new();
    for frame in &transcript.frames {
        match (frames.last_mut(), frame) {
            (Some(Frame::In(all)), Frame::In(bytes)) => all.extend(bytes),
            _ => frames.push(frame.clone()),
        }
    }
    Transcript { frames, ..transcript.clone() }
}

/// The welcome and the first of the output in one message, cut at this byte of it.
fn welcomed_in_two(transcript: &Transcript, at: usize) -> Transcript {
    let came = transcript.came();
    let (first, second) = came.split_at(at.min(came.len()));
    let mut frames: Vec<_> = transcript.frames.iter().filter(|frame| matches!(frame, Frame::Out(_))).cloned().collect();
    // The ticket is shown, all comes, and only then anything is typed.
    frames.splice(1..1, [Frame::In(first.to_vec()), Frame::In(second.to_vec())]);
    Transcript { frames, ..transcript.clone() }
}

fn is_full() -> bool {
    std::env::var_os("PROXIMITY_FULL").is_some()
}

fn all() -> Vec<Transcript> {
    own().into_iter().chain(Transcript::recorded()).collect()
}

#[tokio::test]
async fn every_console_is_played_back_byte_for_byte() {
    let mut stage = Stage::open().await;
    for transcript in all() {
        is_seen(&mut stage, transcript.clone(), Last::Close).await;
        is_seen(&mut stage, merged(&transcript), Last::Drop).await;
    }
}

#[tokio::test]
async fn an_open_and_dead_line_ends_only_behind_last_words() {
    let mut stage = Stage::open().await;
    for transcript in all().into_iter().filter(|one| is_full() || one.name.contains("end") || one.name.contains("exit"))
    {
        is_seen(&mut stage, transcript, Last::Silence).await;
    }
}

#[tokio::test]
async fn a_console_that_is_cut_anywhere_gives_all_that_came_before() {
    let mut stage = Stage::open().await;
    let step = if is_full() { 1 } else { 9 };
    for transcript in all() {
        for frames in (0..transcript.frames.len()).filter(|at| at % step == 0 || *at < 5) {
            is_seen(&mut stage, transcript.first(frames), Last::Close).await;
        }
    }
}

#[tokio::test]
async fn frames_may_be_cut_at_every_byte() {
    let mut stage = Stage::open().await;
    let step = if is_full() { 1 } else { 5 };
    for transcript in all() {
        let came = transcript.came().len();
        for at in (0..came.min(160)).filter(|at| at % step == 0 || *at < 4) {
            is_seen(&mut stage, welcomed_in_two(&transcript, at), Last::Close).await;
        }
        let single = |bytes: &[u8]| bytes.iter().map(|byte| vec![*byte]).collect();
        if came < 8_000 || is_full() {
            is_seen(&mut stage, cut(&transcript, single), Last::Close).await;
        }
    }
}

#[tokio::test]
async fn a_reset_console_hands_out_nothing_that_did_not_come_and_is_broken() {
    let mut stage = Stage::open().await;
    for transcript in all() {
        let play = Play { transcript, last: Last::Reset };
        let heard = play.transcript.heard().unwrap();
        match stage.perform(&play).await {
            Seen::KeptOut => {}
            Seen::Heard(bytes, ended) => {
                assert!(heard.starts_with(&bytes), "{}", play.transcript.name);
                let is_right = match ended {
                    Some(Ended::Broken(_) | Ended::Closed) => true,
                    ended => ended.is_some() && ended == is_last_word(&heard),
                };
                assert!(is_right, "{}", play.transcript.name);
            }
        }
    }
}
