//! With a sound server, and with none. Where the server is found is a matter of the environment, so these tests start
//! themselves once more in another one.
#![cfg(target_os = "linux")]

use std::{
    env,
    fs::{self, File},
    io::{BufRead, BufReader, Read},
    os::unix::net::UnixListener,
    path::Path,
    process::{Child, Command, Output, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use proximity::sound::{Cue, Ears, Heard, Player};
use tempfile::TempDir;

use super::HALF;

const INSIDE: &str = "PROXIMITY_TEST_SOUND";

/// This very test in a process of its own, which finds its sound server at `socket` and nowhere else.
fn once_more(test: &str, folder: &Path, socket: &Path) -> Output {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", &format!("sound::server::{test}"), "--nocapture"])
        .env(INSIDE, folder)
        .env("PULSE_SERVER", format!("unix:{}", socket.display()))
        .env("HOME", folder)
        .env("XDG_RUNTIME_DIR", folder)
        .env_remove("PULSE_RUNTIME_PATH")
        .env_remove("PULSE_COOKIE")
        .output()
        .unwrap()
}

fn is_inside() -> Option<std::path::PathBuf> {
    env::var_os(INSIDE).map(Into::into)
}

fn passed(said: &Output) -> String {
    let (out, err) = (String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
    assert!(said.status.success() && out.contains("1 passed"), "{out}{err}");
    assert_eq!(err, "", "nothing is written to the terminal");
    out.lines().filter(|line| !line.is_empty() && !line.starts_with("running")).collect::<Vec<_>>().join("\n")
}

fn play_all_without_waiting() -> Player {
    let mut player = Player::new(HALF, Ears::Here, "/nowhere".into());
    let began = Instant::now();
    for _ in 0..100 {
        Cue::ALL.iter().for_each(|cue| assert_ne!(player.play(*cue), Heard::Bell));
    }
    let took = began.elapsed();
    assert!(took < Duration::from_millis(500), "a thousand cues took {took:?}");
    player
}

#[test]
fn without_a_server_cues_are_nothing_at_once_and_without_a_word() {
    if is_inside().is_some() {
        return play_all_without_waiting().finish();
    }
    let folder = TempDir::new().unwrap();
    let said = passed(&once_more(
        "without_a_server_cues_are_nothing_at_once_and_without_a_word",
        folder.path(),
        &folder.path().join("nothing"),
    ));
    assert_eq!(said.lines().count(), 2, "{said}");
}

#[test]
fn a_server_that_never_answers_holds_up_nothing() {
    if is_inside().is_some() {
        drop(play_all_without_waiting());
        return play_all_without_waiting().finish();
    }
    let folder = TempDir::new().unwrap();
    let socket = folder.path().join("deaf");
    let _deaf = UnixListener::bind(&socket).unwrap();
    passed(&once_more("a_server_that_never_answers_holds_up_nothing", folder.path(), &socket));
}

#[test]
fn a_server_that_talks_rubbish_is_no_server() {
    if is_inside().is_some() {
        return play_all_without_waiting().finish();
    }
    let folder = TempDir::new().unwrap();
    let socket = folder.path().join("rubbish");
    let listener = UnixListener::bind(&socket).unwrap();
    thread::scope(|scope| {
        scope.spawn(|| {
            let (mut connection, _) = listener.accept().unwrap();
            let _ = std::io::Write::write_all(&mut connection, &[0xa5; 4096]);
            // Until the other side has had enough.
            let _ = connection.read_to_end(&mut Vec::new());
        });
        passed(&once_more("a_server_that_talks_rubbish_is_no_server", folder.path(), &socket));
    });
}

/// A server whose only speaker is a pipe; ends with the test.
struct Server {
    daemon: Child,
    pipe: File,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

impl Server {
    fn start(folder: &Path, socket: &Path) -> Self {
        let pipe = folder.join("speaker");
        let speaker = format!(
            "module-pipe-sink file={} format=s16le rate=22050 channels=1 use_system_clock_for_timing=yes",
            pipe.display()
        );
        let door = format!("module-native-protocol-unix auth-anonymous=1 socket={}", socket.display());
        let mut daemon = Command::new("pulseaudio")
            .args(["-n", "--daemonize=no", "--exit-idle-time=-1", "--disallow-exit", "--use-pid-file=no"])
            .args(["--log-target=stderr", "--log-level=info", "-L", &speaker, "-L", &door])
            .env("HOME", folder)
            .env("XDG_RUNTIME_DIR", folder)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(daemon.stderr.take().unwrap()).lines();
        let is_up = log.any(|line| line.unwrap().contains("Daemon startup complete"));
        assert!(is_up, "the sound server did not start");
        thread::spawn(move || log.for_each(drop));
        Self { daemon, pipe: File::open(pipe).unwrap() }
    }

    /// What comes out of the speaker while something is done, without the silence around it.
    fn listen(&self, doing: impl FnOnce()) -> Vec<i16> {
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            let listening = scope.spawn(|| {
                let (mut pipe, mut heard) = (BufReader::new(&self.pipe), Vec::new());
                // What the server and the pipe hold may still be on its way when it is over.
                let (mut silence, mut rest) = (0, 100_000);
                while rest > 0 && (heard.is_empty() || silence < 4_410) {
                    let mut two = [0; 2];
                    pipe.read_exact(&mut two).unwrap();
                    let sample = i16::from_le_bytes(two);
                    if sample != 0 || !heard.is_empty() {
                        heard.push(sample);
                    }
                    silence = if sample == 0 { silence + 1 } else { 0 };
                    if is_over.load(Ordering::Acquire) {
                        rest -= 1;
                    } else {
                        silence = 0;
                    }
                }
                heard
            });
            doing();
            is_over.store(true, Ordering::Release);
            let mut heard = listening.join().unwrap();
            heard.truncate(heard.iter().rposition(|sample| *sample != 0).map_or(0, |last| last + 1));
            heard
        })
    }
}

/// A built-in file at half its loudness, without the silence around it.
fn half(cue: Cue) -> Vec<i16> {
    let samples = cue.file()[44..].chunks_exact(2).map(|two| i16::from_le_bytes([two[0], two[1]]) / 2);
    let samples: Vec<i16> = samples.skip_while(|sample| *sample == 0).collect();
    let last = samples.iter().rposition(|sample| *sample != 0).unwrap();
    samples[..=last].to_vec()
}

fn assert_is(heard: &[i16], expected: &[i16]) {
    // Half a step is rounded one way or the other, at the edges too.
    assert!(heard.len().abs_diff(expected.len()) <= 4, "{} samples of {}", heard.len(), expected.len());
    let fits = |shift: usize| heard.iter().skip(shift).zip(expected).all(|(a, b)| a.abs_diff(*b) <= 2);
    assert!((0..4).any(fits), "it sounds otherwise: {:?} for {:?}", &heard[..40], &expected[..40]);
}

#[test]
fn a_real_server_plays_the_cue_as_loud_as_was_asked() {
    if let Some(folder) = is_inside() {
        let mut player = Player::new(HALF, Ears::Here, folder.join("pack"));
        assert_eq!(player.play(Cue::Flip), Heard::Speaker);
        return player.finish();
    }
    if Command::new("pulseaudio").arg("--version").output().is_err() {
        return println!("not run: pulseaudio is not installed");
    }
    let folder = TempDir::new().unwrap();
    let socket = folder.path().join("native");
    let server = Server::start(folder.path(), &socket);
    let play = || {
        passed(&once_more("a_real_server_plays_the_cue_as_loud_as_was_asked", folder.path(), &socket));
    };
    assert_is(&server.listen(play), &half(Cue::Flip));

    // The operator's own sound takes its place; one that is no sound does not.
    fs::create_dir(folder.path().join("pack")).unwrap();
    let own = folder.path().join("pack/flip.wav");
    fs::write(&own, Cue::Click.file()).unwrap();
    assert_is(&server.listen(play), &half(Cue::Click));
    fs::write(&own, "no sound at all").unwrap();
    assert_is(&server.listen(play), &half(Cue::Flip));
}
