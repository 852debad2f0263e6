//! What is told of containers and images: lists, and single ones in full.

use serde_json::{Value, json};

use super::{Call, fill, has, refuse, up, value};
use crate::sim::{
    outside,
    shell::{
        kernel::Kernel,
        software::docker::{
            compose::Project,
            containers::{self, Container, Port},
            images, template,
        },
        sys::Broken,
    },
};

/// `3 minutes`, as Docker says how long ago something was.
fn ago(seconds: i64) -> String {
    match seconds {
        0 => "Less than a second".into(),
        1 => "1 second".into(),
        2..60 => format!("{seconds} seconds"),
        60..120 => "About a minute".into(),
        120..3_600 => format!("{} minutes", seconds / 60),
        3_600..7_200 => "About an hour".into(),
        7_200..172_800 => format!("{} hours", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

fn health(kernel: &Kernel, container: &Container) -> &'static str {
    match container.has_health && container.is_running {
        false => "",
        true if kernel.seconds() < container.started + up::HEALTHY_SECS => "starting",
        true if kernel.ills.sickness().is_some() => "unhealthy",
        true => "healthy",
    }
}

fn status(kernel: &Kernel, container: &Container) -> String {
    let now = kernel.seconds();
    if !container.is_running {
        return match container.started {
            0 => "Created".into(),
            _ => format!("Exited ({}) {} ago", container.exit, ago(now - container.ended)),
        };
    }
    let up = format!("Up {}", ago(now - container.started));
    match health(kernel, container) {
        "" => up,
        "starting" => format!("{up} (health: starting)"),
        health => format!("{up} ({health})"),
    }
}

fn state(container: &Container) -> &'static str {
    match (container.is_running, container.started) {
        (true, _) => "running",
        (false, 0) => "created",
        (false, _) => "exited",
    }
}

fn port(port: &Port) -> String {
    let Port { address, published, target, protocol } = port;
    published.map_or(format!("{target}/{protocol}"), |published| format!("{address}:{published}->{target}/{protocol}"))
}

fn row(kernel: &Kernel, container: &Container) -> Value {
    let ports: Vec<String> = container.ports.iter().map(port).collect();
    let labels: Vec<String> = container.labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let publish = |port: &Port| json!({"URL": port.address, "TargetPort": port.target, "PublishedPort": port.published.unwrap_or(0), "Protocol": port.protocol});
    let created = jiff::Timestamp::from_second(container.created).unwrap_or_default();
    let sources: Vec<&str> = container.mounts.iter().map(|mount| mount.source.as_str()).collect();
    json!({
        "ID": &container.id[..12],
        "Name": container.name,
        "Names": container.name,
        "Image": container.image,
        "Command": format!("\"{}\"", container.command),
        "Project": container.project,
        "Service": container.service,
        "CreatedAt": created.strftime("%Y-%m-%d %H:%M:%S +0000 UTC").to_string(),
        "RunningFor": format!("{} ago", ago(kernel.seconds() - container.created)),
        "State": state(container),
        "Status": status(kernel, container),
        "Health": health(kernel, container),
        "ExitCode": container.exit,
        "Ports": ports.join(", "),
        "Publishers": container.ports.iter().map(publish).collect::<Vec<_>>(),
        "Labels": labels.join(","),
        "Mounts": sources.join(","),
        "Networks": format!("{}_default", container.project),
        "Size": "0B",
        "LocalVolumes": container.mounts.iter().filter(|mount| mount.kind == "volume").count().to_string(),
    })
}

/// `docker ps`, or `docker compose ps` of a project.
pub async fn list(call: &Call, of: Option<(&Project, &[String])>) -> Result<i32, Broken> {
    let words = of.map_or(&call.words[1..], |(_, words)| words);
    let all = has(words, &["-a", "--all", "-aq", "-qa"]);
    let status = value(words, &["--status"]);
    let filters = filters(words);
    let found: Vec<(Container, Value)> = call.sys.with(|kernel| {
        let all = containers::all(&kernel.files).into_iter();
        all.map(|container| (container.clone(), row(kernel, &container))).collect()
    });
    let is_shown = |container: &Container| {
        of.is_none_or(|(project, _)| container.project == project.name)
            && (all || container.is_running || status.is_some())
            && status.as_ref().is_none_or(|status| status == state(container))
            && filters.iter().all(|(kind, wanted)| fits(container, kind, wanted))
    };
    let rows: Vec<Value> = found.into_iter().filter(|(one, _)| is_shown(one)).map(|(_, row)| row).collect();
    if has(words, &["-q", "--quiet", "-aq", "-qa"]) {
        return each(call, &rows, "{{.ID}}").await;
    }
    if has(words, &["--services"]) {
        return each(call, &rows, "{{.Service}}").await;
    }
    match (value(words, &["--format"]), of) {
        (Some(format), _) if format != "table" => each(call, &rows, &format).await,
        (_, Some(_)) => {
            table(call, &rows, &["Name", "Image", "Command", "Service", "RunningFor", "Status", "Ports"]).await
        }
        (_, None) => table(call, &rows, &["ID", "Image", "Command", "RunningFor", "Status", "Ports", "Names"]).await,
    }
}

/// `--filter kind=wanted`, each of them.
fn filters(words: &[String]) -> Vec<(String, String)> {
    let pairs = words.windows(2).filter(|pair| pair[0] == "--filter" || (pair[0] == "-f" && pair[1].contains('=')));
    let joined = words.iter().filter_map(|word| word.strip_prefix("--filter=").map(str::to_owned));
    let texts = pairs.map(|pair| pair[1].clone()).chain(joined);
    texts.filter_map(|text| text.split_once('=').map(|(kind, wanted)| (kind.to_owned(), wanted.to_owned()))).collect()
}

fn fits(container: &Container, kind: &str, wanted: &str) -> bool {
    match kind {
        "name" => container.name.contains(wanted.trim_matches(['^', '$', '/'])),
        "status" => state(container) == wanted,
        "label" => match wanted.split_once('=') {
            Some((name, value)) => container.labels.get(name).is_some_and(|one| one == value),
            None => container.labels.contains_key(wanted),
        },
        "id" => container.id.starts_with(wanted),
        _ => true,
    }
}

async fn each(call: &Call, rows: &[Value], format: &str) -> Result<i32, Broken> {
    for row in rows {
        let code = fill(call, format, row).await?;
        if code != 0 {
            return Ok(code);
        }
    }
    Ok(0)
}

async fn table(call: &Call, rows: &[Value], columns: &[&str]) -> Result<i32, Broken> {
    let title = |column: &str| match column {
        "ID" => "CONTAINER ID".to_owned(),
        "RunningFor" => "CREATED".to_owned(),
        other => other.to_uppercase(),
    };
    let mut lines = vec![columns.iter().map(|column| title(column)).collect::<Vec<_>>()];
    let text = |row: &Value, column: &str| row[column].as_str().unwrap_or_default().to_owned();
    lines.extend(rows.iter().map(|row| columns.iter().map(|column| text(row, column)).collect()));
    let width = |at: usize| lines.iter().map(|line| line[at].len()).max().unwrap_or_default() + 3;
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    for line in &lines {
        let cells: String = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        call.write(1, format!("{}\n", cells.trim_end()).as_bytes()).await?;
    }
    Ok(0)
}

fn image_row(reference: &str, pulled: i64, now: i64) -> Value {
    let (name, tag) = images::name_and_tag(reference);
    let bytes = outside::ask_registry(reference).unwrap_or_default();
    json!({
        "Repository": name, "Tag": tag, "ID": &images::id(reference)[7..19],
        "CreatedSince": format!("{} ago", ago(now - pulled)), "Size": super::pull::megabytes(bytes),
    })
}

pub async fn list_images(call: &Call) -> Result<i32, Broken> {
    let rows: Vec<Value> = call.sys.with(|kernel| {
        let now = kernel.seconds();
        images::all(&kernel.files).into_iter().map(|(reference, pulled)| image_row(&reference, pulled, now)).collect()
    });
    if has(&call.words, &["-q", "--quiet"]) {
        return each(call, &rows, "{{.ID}}").await;
    }
    match value(&call.words, &["--format"]) {
        Some(format) => each(call, &rows, &format).await,
        None => table(call, &rows, &["Repository", "Tag", "ID", "CreatedSince", "Size"]).await,
    }
}

pub async fn project_images(call: &Call, mine: &[Container]) -> Result<i32, Broken> {
    let row = |container: &Container| {
        let mut row = image_row(&images::whole(&container.image), container.created, container.created);
        row["Container"] = json!(container.name);
        row
    };
    let rows: Vec<Value> = mine.iter().map(row).collect();
    table(call, &rows, &["Container", "Repository", "Tag", "ID", "Size"]).await
}

pub async fn volumes(call: &Call) -> Result<i32, Broken> {
    let names = call.sys.with(|kernel| kernel.files.list("/var/lib/docker/volumes"));
    let rows: Vec<Value> = names.into_iter().map(|name| json!({"Driver": "local", "Name": name})).collect();
    if has(&call.words, &["-q", "--quiet"]) {
        return each(call, &rows, "{{.Name}}").await;
    }
    table(call, &rows, &["Driver", "Name"]).await
}

fn whole(kernel: &Kernel, container: &Container) -> Value {
    let time = |second: i64| jiff::Timestamp::from_second(second).unwrap_or_default().to_string();
    let mounts: Vec<Value> = container
        .mounts
        .iter()
        .map(|mount| json!({"Type": mount.kind, "Name": mount.name, "Source": mount.source, "Destination": mount.target, "RW": true}))
        .collect();
    let mut state = json!({
        "Status": state(container), "Running": container.is_running, "Paused": false, "Restarting": false,
        "OOMKilled": false, "ExitCode": container.exit, "Error": "", "StartedAt": time(container.started),
        "FinishedAt": time(container.ended),
    });
    if container.has_health {
        state["Health"] = json!({"Status": health(kernel, container), "FailingStreak": 0});
    }
    json!({
        "Id": container.id, "Name": format!("/{}", container.name), "Created": time(container.created),
        "Image": images::id(&container.image), "State": state, "RestartCount": 0, "Mounts": mounts,
        "Config": {"Image": container.image, "Labels": container.labels, "Env": container.environment},
        "HostConfig": {"RestartPolicy": {"Name": container.restart}},
        "NetworkSettings": {"Ports": {}},
    })
}

fn whole_image(reference: &str) -> Value {
    let (name, tag) = images::name_and_tag(reference);
    json!({
        "Id": images::id(reference), "RepoTags": [format!("{name}:{tag}")],
        "RepoDigests": [format!("{name}@{}", images::digest(reference))], "Architecture": "amd64", "Os": "linux",
        "Size": outside::ask_registry(reference).unwrap_or_default(), "Config": {"Labels": {}},
    })
}

pub async fn inspect(call: &Call, names: &[String]) -> Result<i32, Broken> {
    let (mut found, mut code) = (Vec::new(), 0);
    for name in names {
        let one = call.sys.with(|kernel| match containers::find(&kernel.files, name) {
            Some(container) => Some(whole(kernel, &container)),
            None if images::has(&kernel.files, name) => Some(whole_image(&images::whole(name))),
            None => None,
        });
        match one {
            Some(one) => found.push(one),
            None => code = refuse(call, &format!("Error: No such object: {name}")).await?,
        }
    }
    match value(&call.words, &["-f", "--format"]) {
        Some(format) => {
            for one in &found {
                // A format is one for each.
                match template::render(&format, one) {
                    Some(text) => call.write(1, format!("{text}\n").as_bytes()).await?,
                    None => {
                        return refuse(call, "template parsing error: template: :1: unexpected \"}\" in operand").await;
                    }
                }
            }
        }
        None => call.write(1, format!("{:#}\n", Value::from(found)).as_bytes()).await?,
    }
    Ok(code)
}
