//! What a container is made of: a template or an image, and where it lies or would be fetched to.

use crate::{
    domain::{
        catalog::Recipe,
        fault::Fault,
        ids::NodeKey,
        plan::{deploy::Source, step::Fetched},
    },
    proxmox::{
        Ability, Client,
        storage::{self, ContentKind, ImageReference, StorageNow, StorageSelection, VolumeId, best_template},
    },
};

/// Kinds that hold files, as an image of a registry needs.
const FILES: [&str; 6] = ["dir", "nfs", "cifs", "btrfs", "cephfs", "glusterfs"];

/// The newest Debian that lies on the node already, or the newest that it can fetch.
pub(super) async fn template(
    client: &Client,
    node: &NodeKey,
    arch: Option<&str>,
    first: Option<&str>,
) -> Result<Option<Source>, Fault> {
    let storages = storages(client, node, first).await?;
    let (version, known) = tokio::join!(client.version_of(&node.node), client.templates(&node.node));
    let (version, known) = (version?, known.unwrap_or_default());
    let best = best_template(&known, &version, &storage::Architecture::new(arch.unwrap_or("amd64")));
    let mut there = None;
    for storage in storages.iter().filter(|storage| storage.takes(ContentKind::Templates)) {
        let lies = client.content(&node.node, &storage.name, Some(ContentKind::Templates), None).await?;
        for volume in lies {
            let file = volume.id.file_name().to_owned();
            let is_best = best.is_some_and(|best| *best.file == *file);
            let rank = (is_best, file.starts_with("debian-13-standard"), file.clone());
            if usable(&file, version.can(Ability::DebianThirteen))
                && there.as_ref().is_none_or(|(known, _)| *known < rank)
            {
                let source = Source {
                    storage: storage.name.to_string(),
                    what: Fetched::Template(file.clone()),
                    volume: volume.id.to_string(),
                    is_there: true,
                };
                there = Some((rank, source));
            }
        }
    }
    let to_fetch = best.and_then(|best| {
        let storage = storages.iter().find(|storage| storage.takes(ContentKind::Templates))?;
        Some(Source {
            storage: storage.name.to_string(),
            what: Fetched::Template(best.file.to_string()),
            volume: VolumeId::template(storage.name.clone(), &best.file).to_string(),
            is_there: false,
        })
    });
    Ok(there.map(|(_, source)| source).or(to_fetch))
}

/// Those for templates, the one that the operator wants before the others: what is to be fetched goes there.
async fn storages(client: &Client, node: &NodeKey, first: Option<&str>) -> Result<Vec<StorageNow>, Fault> {
    let mut storages = client.storages(&node.node, StorageSelection::EnabledFor(ContentKind::Templates)).await?;
    storages.sort_by_key(|storage| Some(storage.name.as_str()) != first);
    Ok(storages)
}

fn usable(file: &str, takes_thirteen: bool) -> bool {
    (takes_thirteen && file.starts_with("debian-13-standard")) || file.starts_with("debian-12-standard")
}

/// Where the recipe's image lies, or would be pulled to.
pub(super) async fn image(
    client: &Client,
    node: &NodeKey,
    recipe: &Recipe,
    first: Option<&str>,
) -> Result<Option<Source>, Fault> {
    let Some(oci) = &recipe.methods.oci else { return Ok(None) };
    let reference: ImageReference = oci.image.parse()?;
    let file = format!("{}.tar", reference.file_stem());
    let storages = storages(client, node, first).await?;
    let mut found = None;
    for storage in
        storages.iter().filter(|storage| storage.takes(ContentKind::Templates) && FILES.contains(&&*storage.kind))
    {
        let wanted = VolumeId::template(storage.name.clone(), &file);
        let lies = client.content(&node.node, &storage.name, Some(ContentKind::Templates), None).await?;
        let source = Source {
            storage: storage.name.to_string(),
            what: Fetched::Image(oci.image.clone()),
            volume: wanted.to_string(),
            is_there: lies.iter().any(|volume| volume.id == wanted),
        };
        if source.is_there {
            return Ok(Some(source));
        }
        found.get_or_insert(source);
    }
    Ok(found)
}
