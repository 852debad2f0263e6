//! Templates and images that are fetched into a storage. What must hold: nothing is fetched twice at the same time, and
//! what is there already is not fetched.

use crate::{
    domain::{
        fault::{Fault, FaultCode},
        ids::{NodeKey, StorageName, Upid},
        plan::{journal::Output, step::Fetched},
    },
    operations::{clock, desk::Desk, task::Broken},
    proxmox::{
        Client, ClientError, TaskName, TaskStatus,
        storage::{ContentKind, ImageReference, VolumeId},
    },
};

/// A fetch that goes on for longer than this is not looked for.
const LOOK_BACK: std::time::Duration = std::time::Duration::from_secs(6 * 3600);

pub async fn begin(desk: &mut Desk<'_>, node: &NodeKey, storage: &str, what: &Fetched) -> Result<Output, Broken> {
    let (client, rhythm) = (desk.client(&node.host)?, desk.world.tempo.rhythm());
    loop {
        if is_there(&client, node, storage, what).await? {
            return Ok(Output::AlreadySo);
        }
        // Whoever else fetches it does it for us as well; it is not ours to cancel.
        let Some(running) = running(&client, node, what).await? else { break };
        desk.note("somebody else is fetching it");
        tokio::select! {
            end = client.await_task(&running, rhythm) => drop(end?),
            () = desk.cancel.cancelled() => return Err(Broken::Cancelled),
        }
    }
    Ok(Output::Task(order(&client, node, storage, what).await?))
}

pub async fn order(client: &Client, node: &NodeKey, storage: &str, what: &Fetched) -> Result<Upid, Broken> {
    let storage = StorageName::new(storage);
    match what {
        Fetched::Image(image) => {
            let (task, _) = client.begin_pull(&node.node, &storage, &reference(image)?).await?;
            Ok(task)
        }
        Fetched::Template(file) => {
            let known = client.templates(&node.node).await?;
            let template = known.iter().find(|template| *template.file == **file).ok_or_else(|| unknown(file))?;
            Ok(client.begin_template_download(&node.node, &storage, template).await?)
        }
    }
}

pub async fn is_there(client: &Client, node: &NodeKey, storage: &str, what: &Fetched) -> Result<bool, Broken> {
    let storage = StorageName::new(storage);
    let wanted = volume(&storage, what)?;
    let found = client.content(&node.node, &storage, Some(ContentKind::Templates), None).await?;
    Ok(found.iter().any(|volume| volume.id == wanted))
}

fn volume(storage: &StorageName, what: &Fetched) -> Result<VolumeId, Broken> {
    let file = match what {
        Fetched::Template(file) => file.clone(),
        Fetched::Image(image) => format!("{}.tar", reference(image)?.file_stem()),
    };
    Ok(VolumeId::template(storage.clone(), &file))
}

fn reference(image: &str) -> Result<ImageReference, Broken> {
    image.parse().map_err(|_| {
        Broken::Failed(Fault::lasting(
            FaultCode::Usage,
            format!("{image} cannot be pulled"),
            "it is no name of an image with its tag",
            "mend the recipe: it names the registry, the image and a tag",
        ))
    })
}

/// The task of whoever fetches the same right now.
pub async fn running(client: &Client, node: &NodeKey, what: &Fetched) -> Result<Option<Upid>, ClientError> {
    let (kind, name) = match what {
        Fetched::Template(file) => ("download", file.clone()),
        Fetched::Image(image) => match image.parse::<ImageReference>() {
            Ok(image) => ("ociregistrypull", image.file_stem()),
            Err(_) => return Ok(None),
        },
    };
    let found = client.find_tasks_of_kind(&node.node, kind, clock::now() - LOOK_BACK).await?;
    let is_of_it = |upid: &Upid| TaskName::read(upid).is_some_and(|task| task.id.starts_with(&name));
    let mut running = found.into_iter().filter(|task| task.status == TaskStatus::Running && is_of_it(&task.upid));
    Ok(running.next().map(|task| task.upid))
}

fn unknown(file: &str) -> Fault {
    Fault::lasting(
        FaultCode::NotFound,
        format!("the template {file} was not fetched"),
        "its node does not know it any more: Proxmox renews its list of templates every day",
        "begin anew: the newest template is chosen then",
    )
}
