//! What containers wrote: `docker logs` and `docker compose logs`, in the forms of the real ones.

use super::{Call, has, refuse, value};
use crate::domain::moment::Moment;
use crate::sim::shell::{
    kernel::Kernel,
    software::{
        chatter::{self, Life},
        docker::containers::{self, Container},
    },
    sys::Broken,
};

/// Time and text of each line, oldest first.
fn said(kernel: &Kernel, container: &Container) -> Vec<(Moment, String)> {
    let mut lines: Vec<(Moment, String)> = container
        .lines(&kernel.files)
        .into_iter()
        .filter_map(|(time, text)| Some((Moment(time.parse::<jiff::Timestamp>().ok()?.as_millisecond()), text)))
        .collect();
    let at = Moment::from_secs;
    let until = if container.is_running { kernel.now } else { at(container.ended) };
    let pause =
        (container.ended > 0 && container.is_running).then(|| (at(container.ended), at(container.started + 30)));
    let life = Life { from: at(container.created), until, pause };
    if container.started > 0 {
        lines.extend(chatter::lines(&container.name, &life));
    }
    lines.sort_by_key(|(at, _)| *at);
    lines
}

/// The lines that are meant, each as it is shown.
fn shown(call: &Call, container: &Container, words: &[String]) -> Vec<String> {
    let since = value(words, &["--since"]).and_then(|text| text.parse::<jiff::Timestamp>().ok());
    let since = since.map(|time| time.as_nanosecond());
    let most = value(words, &["--tail", "-n"]).and_then(|text| text.parse().ok()).unwrap_or(usize::MAX);
    let mut lines = call.sys.with(|kernel| said(kernel, container));
    lines.retain(|(at, _)| since.is_none_or(|since| i128::from(at.0) * 1_000_000 >= since));
    let is_timed = has(words, &["-t", "--timestamps"]);
    let line = |(at, text): &(Moment, String)| {
        let time = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
        if is_timed { format!("{} {text}", time.strftime("%Y-%m-%dT%H:%M:%S.%9fZ")) } else { text.clone() }
    };
    lines.iter().skip(lines.len().saturating_sub(most)).map(line).collect()
}

/// `docker logs` of one container.
pub async fn one(call: &Call, names: &[String]) -> Result<i32, Broken> {
    let Some(name) = names.first() else { return refuse(call, "\"docker logs\" requires exactly 1 argument.").await };
    let Some(container) = call.sys.with(|kernel| containers::find(&kernel.files, name)) else {
        return refuse(call, &format!("Error response from daemon: No such container: {name}")).await;
    };
    for line in shown(call, &container, &call.words) {
        call.write(1, format!("{line}\n").as_bytes()).await?;
    }
    Ok(0)
}

pub async fn of_project(call: &Call, mine: &[Container], words: &[String]) -> Result<i32, Broken> {
    let width = mine.iter().map(|container| container.service.len() + 2).max().unwrap_or_default();
    for container in mine {
        let head = format!("{}-1", container.service);
        let head = if has(words, &["--no-log-prefix"]) { String::new() } else { format!("{head:<width$}  | ") };
        for line in shown(call, container, words) {
            call.write(1, format!("{head}{line}\n").as_bytes()).await?;
        }
    }
    Ok(0)
}
