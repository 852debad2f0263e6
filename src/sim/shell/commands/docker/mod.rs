//! `docker`: its client. Without a daemon that runs it can do little, and without its plugin no compose.

mod compose;
mod logs;
mod pull;
mod show;
mod up;

use serde_json::json;

use super::{Call, Command, Running};
use crate::sim::shell::{
    software::docker::{containers, images, template},
    sys::Broken,
};

pub const TABLE: &[Command] = &[("docker", docker), ("docker-compose", |call| compose::run(call, 1))];

const VERSION: &str = "26.1.5+dfsg1";
const COMPOSE_VERSION: &str = "2.26.1-4";
const PLUGIN: &str = "/usr/bin/docker-compose";

fn docker(call: Call) -> Running {
    Box::pin(async move {
        let at =
            call.words.iter().skip(1).position(|word| !word.starts_with('-')).map_or(call.words.len(), |at| at + 1);
        let what: Vec<&str> = call.words[at.min(call.words.len())..].iter().map(String::as_str).collect();
        match what[..] {
            ["compose", ..] => {
                if !call.sys.with(|kernel| kernel.files.has(PLUGIN)) {
                    call.write(2, b"docker: 'compose' is not a docker command.\nSee 'docker --help'\n").await?;
                    return Ok(1);
                }
                return compose::run(call, at + 1).await;
            }
            [] if call.words.iter().any(|word| word == "--version" || word == "-v") => {
                return call.out(&format!("Docker version {VERSION}, build a72d7cd\n")).await.map(|()| 0);
            }
            [] => return call.out("Usage:  docker [OPTIONS] COMMAND\n").await.map(|()| 0),
            ["version", ..] => return version(&call).await,
            _ => {}
        }
        if !is_up(&call) {
            return no_daemon(&call).await;
        }
        let names = |from: usize| plain(&call.words[at + from..]);
        match what[..] {
            ["info", ..] | ["system", "info", ..] => info(&call).await,
            ["ps", ..] | ["container", "ls" | "ps" | "list", ..] => show::list(&call, None).await,
            ["pull", ..] => pull::one(&call, &names(1)).await,
            ["image", "pull", ..] => pull::one(&call, &names(2)).await,
            ["images", ..] | ["image", "ls" | "list", ..] => show::list_images(&call).await,
            ["image", "prune", ..] | ["system", "prune", ..] => pull::prune(&call).await,
            ["image", "rm", ..] => pull::remove(&call, &names(2)).await,
            ["rmi", ..] => pull::remove(&call, &names(1)).await,
            ["inspect", ..] => show::inspect(&call, &names(1)).await,
            ["container" | "image" | "volume", "inspect", ..] => show::inspect(&call, &names(2)).await,
            ["start" | "stop" | "restart" | "kill" | "rm", ..] => turn(&call, what[0], &names(1)).await,
            ["logs", ..] | ["container", "logs", ..] => {
                logs::one(&call, &names(if what[0] == "logs" { 1 } else { 2 })).await
            }
            ["volume", "ls", ..] => show::volumes(&call).await,
            ["network", "ls", ..] => call.out("NETWORK ID     NAME      DRIVER    SCOPE\n").await.map(|()| 0),
            ["volume" | "network" | "builder", "prune", ..] => {
                call.out("Total reclaimed space: 0B\n").await.map(|()| 0)
            }
            [other, ..] => {
                call.write(2, format!("docker: '{other}' is not part of this simulation\n").as_bytes()).await?;
                Ok(1)
            }
            [] => Ok(0),
        }
    })
}

/// Options of `docker` that take a value.
const VALUED: [&str; 12] =
    ["-f", "--format", "--filter", "-n", "--tail", "--last", "-t", "--time", "--since", "--until", "--platform", "-s"];

/// The words that are no options, nor values of options.
fn plain(words: &[String]) -> Vec<String> {
    let mut given = words.iter();
    let mut plain = Vec::new();
    while let Some(word) = given.next() {
        if VALUED.contains(&word.as_str()) && !(word == "-f" && is_forcing(words)) {
            given.next();
        } else if !word.starts_with('-') {
            plain.push(word.clone());
        }
    }
    plain
}

/// `-f` is `--force` where something is taken away, and a format where something is shown.
fn is_forcing(words: &[String]) -> bool {
    words.first().is_some_and(|word| word == "-f")
        && words.get(1).is_none_or(|word| !word.contains("{{") && word != "json")
}

/// The value of an option, written in one word or in two.
fn value(words: &[String], names: &[&str]) -> Option<String> {
    let mut given = words.iter();
    while let Some(word) = given.next() {
        if names.contains(&word.as_str()) {
            return given.next().cloned();
        }
        let one = names.iter().find_map(|name| word.strip_prefix(name)?.strip_prefix('='));
        if let Some(text) = one {
            return Some(text.to_owned());
        }
    }
    None
}

fn has(words: &[String], names: &[&str]) -> bool {
    words.iter().any(|word| names.contains(&word.as_str()))
}

fn is_up(call: &Call) -> bool {
    call.sys.with(|kernel| kernel.running("docker").is_some())
}

async fn no_daemon(call: &Call) -> Result<i32, Broken> {
    let text = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n";
    call.write(2, text.as_bytes()).await?;
    Ok(1)
}

/// Tells what the daemon, or the client, has against it.
async fn refuse(call: &Call, why: &str) -> Result<i32, Broken> {
    call.write(2, format!("{why}\n").as_bytes()).await?;
    Ok(1)
}

async fn version(call: &Call) -> Result<i32, Broken> {
    let up = is_up(call);
    if let Some(format) = value(&call.words, &["-f", "--format"]) {
        if !up {
            return no_daemon(call).await;
        }
        let known = json!({"Client": {"Version": VERSION, "ApiVersion": "1.45"}, "Server": {"Version": VERSION, "ApiVersion": "1.45"}});
        return fill(call, &format, &known).await;
    }
    let part = |title: &str| {
        format!(
            "{title}:\n Version:           {VERSION}\n API version:       1.45\n Go version:        go1.24.4\n OS/Arch:           linux/amd64\n"
        )
    };
    call.out(&part("Client")).await?;
    if !up {
        return no_daemon(call).await;
    }
    call.out(&format!("\n{}", part("Server"))).await.map(|()| 0)
}

/// A format with the values put in, and the end of a line.
async fn fill(call: &Call, format: &str, value: &serde_json::Value) -> Result<i32, Broken> {
    let format = if format == "json" { "{{json .}}" } else { format };
    match template::render(&format.replace("\\t", "\t").replace("\\n", "\n"), value) {
        Some(text) => call.write(1, format!("{text}\n").as_bytes()).await.map(|()| 0),
        None => refuse(call, "template parsing error: template: :1: unexpected \"}\" in operand").await,
    }
}

async fn info(call: &Call) -> Result<i32, Broken> {
    let (name, memory, all, images) = call.sys.with(|kernel| {
        let all = containers::all(&kernel.files);
        (kernel.host.name.clone(), kernel.host.memory, all, images::all(&kernel.files).len())
    });
    let running = all.iter().filter(|container| container.is_running).count();
    if let Some(format) = value(&call.words, &["-f", "--format"]) {
        let known = json!({
            "Driver": "overlay2", "ServerVersion": VERSION, "Name": name, "Containers": all.len(),
            "ContainersRunning": running, "ContainersStopped": all.len() - running, "Images": images, "NCPU": 2,
            "MemTotal": memory, "DockerRootDir": "/var/lib/docker", "OperatingSystem": "Debian GNU/Linux 13 (trixie)",
            "CgroupVersion": "2", "CgroupDriver": "systemd", "Architecture": "x86_64",
        });
        return fill(call, &format, &known).await;
    }
    let text = format!(
        "Client:\n Version:    {VERSION}\n Context:    default\n\nServer:\n Containers: {}\n  Running: {running}\n  Paused: 0\n  Stopped: {}\n Images: {images}\n Server Version: {VERSION}\n Storage Driver: overlay2\n  Backing Filesystem: extfs\n Logging Driver: json-file\n Cgroup Driver: systemd\n Cgroup Version: 2\n Operating System: Debian GNU/Linux 13 (trixie)\n Architecture: x86_64\n CPUs: 2\n Name: {name}\n Docker Root Dir: /var/lib/docker\n",
        all.len(),
        all.len() - running
    );
    call.out(&text).await.map(|()| 0)
}

/// `start`, `stop`, `restart`, `kill` or `rm` of single containers.
async fn turn(call: &Call, what: &str, names: &[String]) -> Result<i32, Broken> {
    let mut code = 0;
    for name in names {
        let Some(container) = call.sys.with(|kernel| containers::find(&kernel.files, name)) else {
            code = refuse(call, &format!("Error response from daemon: No such container: {name}")).await?;
            continue;
        };
        if what == "rm" && container.is_running && !has(&call.words, &["-f", "--force"]) {
            let why = format!(
                "cannot remove container \"/{name}\": container is running: stop the container before removing or force remove"
            );
            code = refuse(call, &format!("Error response from daemon: {why}")).await?;
            continue;
        }
        let told = match what {
            "rm" => {
                up::stop(call, &container).await;
                up::remove(call, &container);
                Ok(())
            }
            "start" => up::start(call, &container).await,
            "restart" => {
                up::stop(call, &container).await;
                up::start(call, &container).await
            }
            _ => {
                up::stop(call, &container).await;
                Ok(())
            }
        };
        match told {
            Ok(()) => call.out(&format!("{name}\n")).await?,
            Err(why) => code = refuse(call, &format!("Error response from daemon: {why}")).await?,
        }
    }
    Ok(code)
}
