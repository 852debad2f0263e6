//! Containers are made, started, stopped and removed, alone or as a project. What must hold: a container whose port is
//! taken does not run.

use super::{Call, has, pull, refuse, value};
use crate::sim::shell::{
    files::Node,
    software::{
        docker::{
            ROOT,
            compose::{Project, Service, Until},
            containers::{self, Container, new_id},
            images,
        },
        installed,
        listening::{Listener, Reach},
    },
    sys::Broken,
};

const START_MS: i64 = 350;
const STOP_MS: i64 = 600;
/// After so many seconds a container with a health check is found healthy.
pub const HEALTHY_SECS: i64 = 3;

/// Starts one that is there; or why it cannot be.
pub async fn start(call: &Call, container: &Container) -> Result<(), String> {
    if container.is_running {
        return Ok(());
    }
    call.sys.sleep(START_MS).await;
    call.sys.with(|kernel| {
        if let Some(path) = container.lacks(&kernel.files) {
            return Err(format!("invalid mount config for type \"bind\": bind source path does not exist: {path}"));
        }
        let taken = kernel.all_listeners();
        let is_taken = |mine: &Listener| {
            let meets = |one: &&Listener| {
                one.port == mine.port && (one.reach == Reach::Everybody || mine.reach == Reach::Everybody)
            };
            taken.iter().find(meets).cloned()
        };
        if let Some((mine, other)) = container.listeners().iter().find_map(|mine| Some((mine.clone(), is_taken(mine)?)))
        {
            let is_ours = containers::all(&kernel.files).iter().any(|one| one.name == other.name);
            let (name, id, port) = (&container.name, &container.id, mine.port);
            let why = match is_ours {
                true => format!("Bind for 0.0.0.0:{port} failed: port is already allocated"),
                false => {
                    format!("Error starting userland proxy: listen tcp4 0.0.0.0:{port}: bind: address already in use")
                }
            };
            return Err(format!("driver failed programming external connectivity on endpoint {name} ({id}): {why}"));
        }
        let now = kernel.seconds();
        container.clone().start(&mut kernel.files, now);
        kernel.services.turn += 1;
        kernel.changes += 1;
        Ok(())
    })
}

/// Stops one because somebody wants it so, which is remembered.
pub async fn stop(call: &Call, container: &Container) {
    if container.is_running {
        call.sys.sleep(STOP_MS).await;
    }
    call.sys.with(|kernel| {
        let (mut container, now) = (container.clone(), kernel.seconds());
        container.is_put_aside = true;
        if container.is_running {
            container.end(&mut kernel.files, now, 0);
        } else {
            container.keep(&mut kernel.files, now);
        }
        kernel.services.turn += 1;
        kernel.changes += 1;
    });
}

pub fn remove(call: &Call, container: &Container) {
    call.sys.with(|kernel| {
        container.remove(&mut kernel.files);
        kernel.services.turn += 1;
        kernel.changes += 1;
    });
}

pub fn of_project(call: &Call, project: &Project) -> Vec<Container> {
    let all = call.sys.with(|kernel| containers::all(&kernel.files));
    all.into_iter().filter(|container| container.project == project.name).collect()
}

/// A line of progress, which goes where errors go.
pub async fn say(call: &Call, text: &str) -> Result<(), Broken> {
    call.write(2, format!(" {text}\n").as_bytes()).await
}

pub async fn up(call: &Call, project: &Project, services: &[Service], words: &[String]) -> Result<i32, Broken> {
    let policy = value(words, &["--pull"]).unwrap_or_default();
    let is_here = |service: &&Service| call.sys.with(|kernel| images::has(&kernel.files, &service.image));
    let missing: Vec<&Service> = services.iter().filter(|service| policy == "always" || !is_here(service)).collect();
    if policy == "never" && !missing.is_empty() {
        return refuse(
            call,
            &format!("Error response from daemon: No such image: {}", images::short(&missing[0].image)),
        )
        .await;
    }
    if !missing.is_empty() && !pull::all(call, &missing).await? {
        return Ok(1);
    }
    make_ground(call, project).await?;
    if !clear_orphans(call, project, words).await? {
        return Ok(1);
    }
    let mut made = Vec::new();
    for service in services {
        match make(call, project, service, words).await? {
            Ok(container) => made.push(container),
            Err(why) => return refuse(call, &format!("Error response from daemon: {why}")).await,
        }
    }
    for (service, container) in services.iter().zip(&made) {
        if !wait_for_needs(call, project, service).await? {
            return Ok(1);
        }
        if container.is_running {
            say(call, &format!("Container {}  Running", container.name)).await?;
            continue;
        }
        say(call, &format!("Container {}  Starting", container.name)).await?;
        if let Err(why) = start(call, container).await {
            return refuse(call, &format!("Error response from daemon: {why}")).await;
        }
        say(call, &format!("Container {}  Started", container.name)).await?;
    }
    if has(words, &["--wait"]) {
        for container in &made {
            if !wait_until_healthy(call, container).await? {
                return Ok(1);
            }
        }
    }
    Ok(0)
}

/// Networks and volumes.
async fn make_ground(call: &Call, project: &Project) -> Result<(), Broken> {
    for name in &project.networks {
        let path = format!("{ROOT}/network/files/{name}");
        if call.sys.with(|kernel| kernel.files.has(&path)) {
            continue;
        }
        say(call, &format!("Network {name}  Creating")).await?;
        call.sys.sleep(120).await;
        call.sys.with(|kernel| {
            let now = kernel.seconds();
            kernel.files.write(&path, "bridge\n", 0o600, now);
        });
        say(call, &format!("Network {name}  Created")).await?;
    }
    for name in &project.volumes {
        let path = containers::volume_folder(name);
        if call.sys.with(|kernel| kernel.files.has(&path)) {
            continue;
        }
        say(call, &format!("Volume \"{name}\"  Creating")).await?;
        call.sys.with(|kernel| kernel.files.plant(&path, Node::Folder { mode: 0o755 }));
        say(call, &format!("Volume \"{name}\"  Created")).await?;
    }
    Ok(())
}

/// Containers of services that the file does not name any more.
async fn clear_orphans(call: &Call, project: &Project, words: &[String]) -> Result<bool, Broken> {
    let names = project.text["services"].as_object();
    let is_known = |container: &Container| names.is_some_and(|names| names.contains_key(&container.service));
    let orphans: Vec<_> = of_project(call, project).into_iter().filter(|container| !is_known(container)).collect();
    if orphans.is_empty() {
        return Ok(true);
    }
    if !has(words, &["--remove-orphans"]) {
        let list: Vec<_> = orphans.iter().map(|container| container.name.as_str()).collect();
        let text = format!(
            "Found orphan containers ([{}]) for this project. If you removed or renamed this service in your compose file, you can run this command with the --remove-orphans flag to clean it up.",
            list.join(" ")
        );
        super::compose::warn(call, &text).await?;
        return Ok(true);
    }
    for container in &orphans {
        take_down(call, container).await?;
    }
    Ok(true)
}

async fn take_down(call: &Call, container: &Container) -> Result<(), Broken> {
    let name = &container.name;
    say(call, &format!("Container {name}  Stopping")).await?;
    stop(call, container).await;
    say(call, &format!("Container {name}  Stopped")).await?;
    say(call, &format!("Container {name}  Removing")).await?;
    remove(call, container);
    say(call, &format!("Container {name}  Removed")).await
}

/// The container of a service: the one that is there where nothing about it changed.
async fn make(
    call: &Call,
    project: &Project,
    service: &Service,
    words: &[String],
) -> Result<Result<Container, String>, Broken> {
    let name = &service.container;
    let known = of_project(call, project).into_iter().find(|container| container.service == service.name);
    let is_forced = has(words, &["--force-recreate"]);
    if let Some(known) = known.clone().filter(|known| known.sum == service.sum && !is_forced) {
        return Ok(Ok(known));
    }
    if !call.sys.with(|kernel| installed::is_there(&kernel.files, "apparmor")) {
        return Ok(Err("AppArmor enabled on system but the docker-default profile could not be loaded: running '/usr/sbin/apparmor_parser apparmor_parser -Kr /var/lib/docker/tmp/docker-default' failed with output: error: exec: \"apparmor_parser\": executable file not found in $PATH".into()));
    }
    let foreign = call.sys.with(|kernel| containers::find(&kernel.files, name));
    if let Some(other) = foreign.filter(|other| other.project != project.name || other.service != service.name) {
        return Ok(Err(format!(
            "Conflict. The container name \"/{name}\" is already in use by container \"{}\". You have to remove (or rename) that container to be able to reuse that name.",
            other.id
        )));
    }
    let (begins, done) = if known.is_some() { ("Recreate", "Recreated") } else { ("Creating", "Created") };
    say(call, &format!("Container {name}  {begins}")).await?;
    if let Some(known) = &known {
        stop(call, known).await;
        remove(call, known);
    }
    call.sys.sleep(150).await;
    let container = call.sys.with(|kernel| {
        let now = kernel.seconds();
        let container = new(project, service, kernel.now.0);
        container.keep(&mut kernel.files, now);
        container
    });
    say(call, &format!("Container {name}  {done}")).await?;
    Ok(Ok(container))
}

fn new(project: &Project, service: &Service, now_ms: i64) -> Container {
    let labels = [
        ("com.docker.compose.project", project.name.clone()),
        ("com.docker.compose.service", service.name.clone()),
        ("com.docker.compose.project.working_dir", project.folder.clone()),
        ("com.docker.compose.project.config_files", project.file.clone()),
        ("com.docker.compose.config-hash", service.sum.clone()),
    ];
    Container {
        id: new_id(&service.container, now_ms),
        name: service.container.clone(),
        image: service.image.clone(),
        project: project.name.clone(),
        service: service.name.clone(),
        sum: service.sum.clone(),
        folder: project.folder.clone(),
        file: project.file.clone(),
        restart: service.restart.clone(),
        command: service.command.clone(),
        created: now_ms / 1_000,
        started: 0,
        ended: 0,
        is_running: false,
        is_put_aside: false,
        exit: 0,
        has_health: service.has_health,
        ports: service.ports.clone(),
        mounts: service.mounts.clone(),
        is_at_host: service.is_at_host,
        labels: labels.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        environment: service.environment.clone(),
    }
}

async fn wait_for_needs(call: &Call, project: &Project, service: &Service) -> Result<bool, Broken> {
    for need in service.needs.iter().filter(|need| need.until == Until::Healthy) {
        let other = of_project(call, project).into_iter().find(|container| container.service == need.service);
        let Some(other) = other else { continue };
        if !wait_until_healthy(call, &other).await? {
            return refuse(call, &format!("dependency failed to start: container {} is unhealthy", other.name))
                .await
                .map(|_| false);
        }
    }
    Ok(true)
}

/// One without a health check is healthy as soon as it runs.
async fn wait_until_healthy(call: &Call, container: &Container) -> Result<bool, Broken> {
    say(call, &format!("Container {}  Waiting", container.name)).await?;
    let current = call.sys.with(|kernel| containers::find(&kernel.files, &container.name));
    let begun = current.map_or(0, |container| container.started);
    if container.has_health {
        let left = begun + HEALTHY_SECS - call.sys.now().as_secs();
        call.sys.sleep(left.max(0) * 1_000).await;
    }
    if container.has_health && call.sys.with(|kernel| kernel.ills.sickness().is_some()) {
        say(call, &format!("Container {}  Error", container.name)).await?;
        return refuse(call, &format!("container {} is unhealthy", container.name)).await.map(|_| false);
    }
    say(call, &format!("Container {}  Healthy", container.name)).await?;
    Ok(true)
}

/// Everything of a project goes; its volumes only where that is wanted.
pub async fn down(call: &Call, project: &Project, words: &[String]) -> Result<i32, Broken> {
    let names = project.text["services"].as_object();
    let is_known = |container: &Container| names.is_some_and(|names| names.contains_key(&container.service));
    let takes_orphans = has(words, &["--remove-orphans"]);
    let mut all = of_project(call, project);
    all.reverse();
    for container in all.iter().filter(|container| takes_orphans || is_known(container)) {
        take_down(call, container).await?;
    }
    if has(words, &["-v", "--volumes"]) {
        for name in &project.volumes {
            let path = format!("{ROOT}/volumes/{name}");
            if call.sys.with(|kernel| kernel.files.has(&path)) {
                say(call, &format!("Volume {name}  Removing")).await?;
                call.sys.with(|kernel| kernel.files.remove(&path));
                say(call, &format!("Volume {name}  Removed")).await?;
            }
        }
    }
    for name in &project.networks {
        let path = format!("{ROOT}/network/files/{name}");
        if call.sys.with(|kernel| kernel.files.has(&path)) {
            say(call, &format!("Network {name}  Removing")).await?;
            call.sys.sleep(120).await;
            call.sys.with(|kernel| kernel.files.remove(&path));
            say(call, &format!("Network {name}  Removed")).await?;
        }
    }
    Ok(0)
}
