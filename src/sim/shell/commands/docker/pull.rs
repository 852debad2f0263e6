//! Images are pulled and thrown away.

use super::{Call, refuse};
use crate::sim::{
    hash::mix,
    outside,
    shell::{
        software::{
            docker::{compose::Service, containers, images},
            ills::Denial,
        },
        sys::Broken,
    },
};

/// Bytes that come in a second.
const SPEED: u64 = 60 << 20;

/// How long an image takes, or why there is none.
fn ask(call: &Call, reference: &str) -> Result<i64, String> {
    let whole = images::whole(reference);
    let size = outside::ask_registry(&whole)?;
    match call.sys.with(|kernel| kernel.ills.meet_denial()) {
        Some(Denial::TooManyRequests) => Err("toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit".into()),
        Some(Denial::ManifestUnknown) => Err(format!("manifest for {} not found: manifest unknown: manifest unknown", images::short(reference))),
        None => Ok((600 + mix(outside::number_of(&whole), 7) % 400 + size * 1_000 / SPEED) as i64),
    }
}

fn keep(call: &Call, reference: &str) {
    call.sys.with(|kernel| {
        let now = kernel.seconds();
        images::keep(&mut kernel.files, reference, now);
        kernel.changes += 1;
    });
}

/// Those of these services, all at the same time; says whether all came.
pub async fn all(call: &Call, services: &[&Service]) -> Result<bool, Broken> {
    let mut coming = Vec::new();
    for service in services {
        call.write(2, format!(" {} Pulling \n", service.name).as_bytes()).await?;
        coming.push((*service, ask(call, &service.image)));
    }
    call.sys.sleep(400).await;
    let failed = coming.iter().find_map(|(service, asked)| Some((*service, asked.as_ref().err()?.clone())));
    if let Some((service, why)) = failed {
        for (other, _) in coming.iter().filter(|(other, _)| other.name != service.name) {
            call.write(2, format!(" {} Interrupted\n", other.name).as_bytes()).await?;
        }
        call.write(2, format!(" {} Error {why}\n", service.name).as_bytes()).await?;
        return refuse(call, &format!("Error response from daemon: {why}")).await.map(|_| false);
    }
    coming.sort_by_key(|(_, asked)| asked.clone().unwrap_or_default());
    let mut passed = 0;
    for (service, asked) in coming {
        let is_here = call.sys.with(|kernel| images::has(&kernel.files, &service.image));
        let lasts = if is_here { 0 } else { asked.unwrap_or_default() };
        call.sys.sleep((lasts - passed).max(0)).await;
        passed = passed.max(lasts);
        keep(call, &service.image);
        call.write(2, format!(" {} Pulled \n", service.name).as_bytes()).await?;
    }
    Ok(true)
}

pub async fn one(call: &Call, names: &[String]) -> Result<i32, Broken> {
    let [reference] = names else { return refuse(call, "\"docker pull\" requires exactly 1 argument.").await };
    let (name, tag) = images::name_and_tag(reference);
    let whole = images::whole(reference);
    let asked = ask(call, reference);
    let lasts = match asked {
        Ok(lasts) => lasts,
        Err(why) => {
            call.sys.sleep(400).await;
            return refuse(call, &format!("Error response from daemon: {why}")).await;
        }
    };
    let path = whole.split_once('/').map_or(whole.as_str(), |(_, path)| path);
    let path = path.rsplit_once(':').map_or(path, |(path, _)| path);
    call.out(&format!("{tag}: Pulling from {path}\n")).await?;
    let is_new = call.sys.with(|kernel| !images::has(&kernel.files, reference));
    call.sys.sleep(if is_new { lasts } else { 300 }).await;
    keep(call, reference);
    let layer = &images::id(reference)[7..19];
    if is_new {
        call.out(&format!("{layer}: Pulling fs layer\n{layer}: Download complete\n{layer}: Pull complete\n")).await?;
    }
    let status = if is_new { "Downloaded newer image for" } else { "Image is up to date for" };
    call.out(&format!("Digest: {}\nStatus: {status} {name}:{tag}\n{whole}\n", images::digest(reference))).await?;
    Ok(0)
}

/// With `-a` every image that no container has; else only those without a name, of which there are none.
pub async fn prune(call: &Call) -> Result<i32, Broken> {
    let is_all = super::has(&call.words, &["-a", "--all", "-af", "-fa"]);
    let gone = call.sys.with(|kernel| {
        let used: Vec<String> =
            containers::all(&kernel.files).iter().map(|container| images::whole(&container.image)).collect();
        let known = images::all(&kernel.files).into_keys();
        let gone: Vec<String> = known.filter(|reference| is_all && !used.contains(reference)).collect();
        let now = kernel.seconds();
        images::forget(&mut kernel.files, &gone, now);
        kernel.changes += 1;
        gone
    });
    let lines: String = gone.iter().map(|reference| format!("untagged: {}\n", images::short(reference))).collect();
    if !gone.is_empty() {
        call.out(&format!("Deleted Images:\n{lines}\n")).await?;
    }
    let bytes: u64 = gone.iter().filter_map(|reference| outside::ask_registry(reference).ok()).sum();
    call.out(&format!("Total reclaimed space: {}\n", megabytes(bytes))).await.map(|()| 0)
}

pub fn megabytes(bytes: u64) -> String {
    if bytes == 0 { "0B".into() } else { format!("{}MB", bytes / 1_000_000) }
}

pub async fn remove(call: &Call, names: &[String]) -> Result<i32, Broken> {
    for name in names {
        let used = call.sys.with(|kernel| {
            let all = containers::all(&kernel.files);
            all.into_iter().find(|container| images::whole(&container.image) == images::whole(name))
        });
        if let Some(container) = used.filter(|_| !super::has(&call.words, &["-f", "--force"])) {
            let id = &container.id[..12];
            return refuse(call, &format!("Error response from daemon: conflict: unable to remove repository reference \"{name}\" (must force) - container {id} is using its referenced image")).await;
        }
        if !call.sys.with(|kernel| images::has(&kernel.files, name)) {
            return refuse(call, &format!("Error response from daemon: No such image: {}", images::short(name))).await;
        }
        call.sys.with(|kernel| {
            let now = kernel.seconds();
            images::forget(&mut kernel.files, &[images::whole(name)], now);
        });
        call.out(&format!("Untagged: {}\n", images::short(name))).await?;
    }
    Ok(0)
}
