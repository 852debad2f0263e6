//! The laboratory beside recordings of a real console. What must hold: the same keys bring the same bytes, but for the
//! version of a program and the words of a prompt.

use std::time::Duration;

use super::{
    lab::{Lab, PATIENCE, Person, Shell},
    replay::transcript::{Frame, Transcript},
};

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
    exchanges.insert(0, (Vec::new(), greeting.strip_prefix(b"OK")?.to_vec()));
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

async fn is_like(name: &str, shell: Shell, are_compared: impl Fn(&str) -> bool) {
    let Some(exchanges) = exchanges(name) else { return };
    let Some(lab) = Lab::start(shell).await else { return };
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
    is_like("01-debian", Shell::Bash, are_compared).await;
    is_like("01-alpine", Shell::Ash, are_compared).await;
}
