//! What listens in a guest, and visits to that and to the world outside: `ss`, `curl`, `wget`.

use super::{Call, Command, Running};
use crate::sim::{
    outside::{self, Missing},
    shell::{
        software::listening::{Listener, Reach, Speech},
        sys::Broken,
    },
};

pub const TABLE: &[Command] = &[("ss", ss), ("curl", curl), ("wget", wget)];

fn ss(call: Call) -> Running {
    Box::pin(async move {
        let asks = |letter| call.words[1..].iter().any(|word| word.starts_with('-') && word.contains(letter));
        let names_programs = asks('p');
        // The kind of a socket is only named where more than one was asked for.
        let kind = if asks('t') == asks('u') { "tcp   " } else { "" };
        if !asks('H') {
            let head = "State  Recv-Q Send-Q Local Address:Port  Peer Address:PortProcess";
            call.out(&format!("{}{head}\n", if kind.is_empty() { "" } else { "Netid " })).await?;
        }
        let rows = call.sys.with(|kernel| {
            let row = |listener: Listener| {
                let at = if listener.reach == Reach::Inside { "127.0.0.1" } else { "0.0.0.0" };
                let pid = kernel.running(&listener.name).and_then(|running| running.pid).unwrap_or(1);
                let name = &listener.name;
                let end = if names_programs { format!(" users:((\"{name}\",pid={pid},fd=6))") } else { String::new() };
                format!("{kind}LISTEN 0      511    {:>13}:{:<5}      0.0.0.0:*   {end}\n", at, listener.port)
            };
            kernel.open_ports().into_iter().map(row).collect::<String>()
        });
        call.out(&rows).await.map(|()| 0)
    })
}

/// How a visit went.
enum Visit {
    /// The code and the text.
    Answer(u16, String),
    NoHost(String),
    Refused(String, u16),
    /// Something answered that is no HTTP.
    Nonsense,
}

fn visit(call: &Call, url: &str) -> Visit {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = outside::host_of(url).to_owned();
    let usual = if url.starts_with("https") { 443 } else { 80 };
    let named = rest.split('/').next().and_then(|place| place.rsplit_once(':')).and_then(|(_, port)| port.parse().ok());
    let port: u16 = named.unwrap_or(usual);
    let (name, address) = call.sys.with(|kernel| (kernel.host.name.clone(), kernel.host.address.clone()));
    let own = address.split('/').next().unwrap_or_default();
    let is_near = host == "localhost" || host.starts_with("127.0.") || host == name || (host == own && !own.is_empty());
    if !is_near {
        if own.is_empty() {
            return Visit::NoHost(host);
        }
        return match outside::fetch(url) {
            // A file's contents are its address, as far as anybody can tell.
            Ok(_) => Visit::Answer(200, format!("{url}\n")),
            Err(Missing::Host) => Visit::NoHost(host),
            Err(Missing::File) => Visit::Answer(404, "Not Found\n".into()),
        };
    }
    let is_own = host == own || host == name;
    let listener = call.sys.with(|kernel| {
        let meant = |one: &Listener| one.port == port && (!is_own || one.reach == Reach::Everybody);
        kernel.open_ports().into_iter().find(meant)
    });
    match listener {
        None => Visit::Refused(host, port),
        Some(listener) => match listener.speech {
            Speech::Page => {
                Visit::Answer(200, format!("<!doctype html><title>{0}</title><h1>{0}</h1>\n", listener.name))
            }
            Speech::Unwell => Visit::Answer(503, "Service Unavailable\n".into()),
            Speech::Other | Speech::Nobody => Visit::Nonsense,
        },
    }
}

/// The value of an option, however it is written.
fn value(words: &[String], short: char, long: &str) -> Option<String> {
    let mut given = words[1..].iter();
    while let Some(word) = given.next() {
        if let Some(value) = word.strip_prefix(&format!("{long}=")) {
            return Some(value.to_owned());
        }
        let is_short = word.starts_with('-') && !word.starts_with("--") && word.ends_with(short);
        if word == long || is_short {
            return given.next().cloned();
        }
    }
    None
}

fn address(words: &[String]) -> Option<&String> {
    words[1..].iter().find(|word| word.contains("://") || word.starts_with("localhost") || word.starts_with("127."))
}

fn has(words: &[String], short: char, long: &str) -> bool {
    words[1..]
        .iter()
        .any(|word| word == long || (word.starts_with('-') && !word.starts_with("--") && word.contains(short)))
}

fn curl(call: Call) -> Running {
    Box::pin(async move {
        let Some(url) = address(&call.words).cloned() else {
            call.write(2, b"curl: (2) no URL specified\n").await?;
            return Ok(2);
        };
        call.sys.sleep(40).await;
        let (code, text, why) = match visit(&call, &url) {
            Visit::NoHost(host) => (6, None, format!("Could not resolve host: {host}")),
            Visit::Refused(host, port) => {
                (7, None, format!("Failed to connect to {host} port {port} after 0 ms: Could not connect to server"))
            }
            Visit::Nonsense => (1, None, "Received HTTP/0.9 when not allowed".into()),
            Visit::Answer(status, _) if status >= 400 && has(&call.words, 'f', "--fail") => {
                (22, Some((status, String::new())), format!("The requested URL returned error: {status}"))
            }
            Visit::Answer(status, text) => (0, Some((status, text)), String::new()),
        };
        let status = text.as_ref().map_or(0, |(status, _)| *status);
        if let Some((_, text)) = &text {
            hand_over(&call, value(&call.words, 'o', "--output"), text).await?;
        }
        if let Some(format) = value(&call.words, 'w', "--write-out") {
            call.out(&format.replace("%{http_code}", &format!("{status:03}")).replace("\\n", "\n")).await?;
        }
        let is_silent = has(&call.words, 's', "--silent") && !has(&call.words, 'S', "--show-error");
        if code != 0 && !is_silent {
            call.write(2, format!("curl: ({code}) {why}\n").as_bytes()).await?;
        }
        Ok(code)
    })
}

/// Into a file where one is named, and else to whoever reads.
async fn hand_over(call: &Call, file: Option<String>, text: &str) -> Result<(), Broken> {
    let Some(name) = file.filter(|name| name != "-") else { return call.out(text).await };
    if name == "/dev/null" {
        return Ok(());
    }
    let path = call.path(&name);
    call.sys.with(|kernel| {
        let now = kernel.seconds();
        kernel.files.write(&path, text, 0o644, now);
        kernel.changes += 1;
    });
    Ok(())
}

fn wget(call: Call) -> Running {
    Box::pin(async move {
        let Some(url) = address(&call.words).cloned() else {
            call.write(2, b"wget: missing URL\n").await?;
            return Ok(1);
        };
        call.sys.sleep(40).await;
        let (code, why) = match visit(&call, &url) {
            Visit::Answer(200, text) => {
                let name = url.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("index.html").to_owned();
                let file = value(&call.words, 'O', "--output-document").unwrap_or(name);
                hand_over(&call, Some(file), &text).await?;
                return Ok(0);
            }
            Visit::Answer(status, _) => (8, format!("ERROR {status}.")),
            Visit::NoHost(host) => (4, format!("wget: unable to resolve host address '{host}'")),
            Visit::Refused(..) => (4, "failed: Connection refused.".into()),
            Visit::Nonsense => (4, "No data received.".into()),
        };
        if !has(&call.words, 'q', "--quiet") {
            call.write(2, format!("{why}\n").as_bytes()).await?;
        }
        Ok(code)
    })
}
