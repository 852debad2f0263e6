//! The laboratory beside recordings of a real console. What must hold: the same keys bring the same bytes, but for the
//! version of a program and the words of a prompt.

use std::time::Duration;

use super::{
    lab::{Lab, PATIENCE, Person, Shell},
    replay::transcript::{Frame, Transcript},
};

const CLEAR: &[u8] = b"\x1b[H\x1b[J";

/// What was typed, and all that came until something was typed again.
fn exchanges(name: &str) -> Option<Vec<(Vec<u8>, Vec<u8>)>> {
    let recorded = Transcript::recorded().into_iter().find(|one| one.name.starts_with(name))?;
    let mut exchanges: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    for frame in recorded.frames {
        match frame {
            Frame::Out(bytes) => exchanges.push((bytes, Vec::new())),
            Frame::In(bytes) => exchanges.last_mut()?.1.extend(bytes),
        }
    }
    // The ticket, its `OK` and the size have no part in it.
    let shown = exchanges.iter().position(|(typed, _)| typed.starts_with(b"0:"))?;
    let greeting = exchanges[..shown].iter().flat_map(|(_, heard)| heard).copied().collect::<Vec<u8>>();
    exchanges.drain(..shown);
    let mut greeting = greeting.strip_prefix(b"OK")?.to_vec();
    // Some typed before the screen was cleared.
    if let Some(rest) = exchanges[0].1.strip_prefix(CLEAR) {
        exchanges[0].1 = rest.to_vec();
        greeting.extend(CLEAR);
    }
    exchanges.insert(0, (Vec::new(), greeting));
    Some(exchanges)
}

/// In the words of the laboratory.
fn adapted(heard: &[u8], shell: Shell) -> Vec<u8> {
    let text = heard.iter().map(|byte| char::from(*byte)).collect::<String>();
    let text = if shell == Shell::Ash { text.replace("/ # ", "root@con301:/# ") } else { text };
    let banner = |line: &str| if line.starts_with("BusyBox v") { "BusyBox\r\r".to_owned() } else { line.to_owned() };
    let lines: Vec<String> = text.split('\n').map(banner).collect();
    lines.join("\n").chars().map(|c| c as u8).collect()
}

async fn hears(person: &mut Person, wanted: &[u8], shell: Shell) -> Vec<u8> {
    let enough = async { while adapted(&person.seen, shell).len() < wanted.len() && person.more().await {} };
    let _ = tokio::time::timeout(PATIENCE, enough).await;
    adapted(&person.rest(Duration::from_millis(80)).await, shell)
}

/// What a recording found when it began.
#[derive(PartialEq, Eq)]
enum Found {
    Fresh,
    /// A shell without echo and prompt.
    Quiet,
}

async fn is_like(name: &str, shell: Shell, found: Found, are_compared: impl Fn(&str) -> bool) {
    let Some(exchanges) = exchanges(name) else { return };
    let Some(lab) = Lab::start(shell).await else { return };
    if found == Found::Quiet {
        let mut before = Person::quiet_at(&lab).await;
        if shell == Shell::Bash {
            before.until(b"\x1b[?2004h").await;
        }
    }
    let mut person = Person::at(&lab).await;
    person.say(b"1:200:50:").await;
    let mut compared = 0;
    for (typed, heard) in exchanges {
        let keys = String::from_utf8_lossy(&typed).into_owned();
        if !typed.is_empty() && !are_compared(&keys) {
            continue;
        }
        person.say(&typed).await;
        let wanted = adapted(&heard, shell);
        let came = hears(&mut person, &wanted, shell).await;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert_eq!(text(&came), text(&wanted), "{name}, {keys:?}");
        compared += 1;
    }
    assert!(compared > 2, "{name}");
}

#[tokio::test]
async fn a_first_connection_is_as_recorded() {
    let are_compared = |keys: &str| keys == "0:1:\r" || keys.contains("stty -echo; PS1=");
    is_like("01-debian", Shell::Bash, Found::Fresh, are_compared).await;
    is_like("01-alpine", Shell::Ash, Found::Fresh, are_compared).await;
}

#[tokio::test]
async fn bytes_of_all_kinds_arrive_as_recorded() {
    // What is left out comes too fast to arrive whole.
    let are_compared = |keys: &str| !keys.contains("-lt 30000");
    is_like("07-debian", Shell::Bash, Found::Quiet, are_compared).await;
    is_like("07-alpine", Shell::Ash, Found::Quiet, are_compared).await;
}

#[tokio::test]
async fn an_end_is_as_recorded() {
    is_like("02-debian", Shell::Bash, Found::Quiet, |_| true).await;
}
