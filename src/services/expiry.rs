//! What of a host runs out one day: our token, the certificates of its nodes. What must hold: it is told in time and once a
//! day, whichever process tells it, and what a host does not tell is as it was known.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;

use crate::{
    domain::{
        backup::Fill,
        fault::Fault,
        fleet::{NodeStatus, Reach},
        host::{Expiring, Expiry},
        ids::HostId,
    },
    operations::{
        clock,
        world::{News, World},
    },
    proxmox::{Client, TokenName},
};

const TWICE_A_DAY: Duration = Duration::from_secs(43_200);

/// Looks once the host has told its nodes, and then twice a day.
pub async fn keep_looking(world: Arc<World>, host: HostId, end: CancellationToken) {
    let mut fleet = world.watch();
    loop {
        let answers = fleet.wait_for(|fleet| {
            let is_online = fleet.host(&host).is_some_and(|known| known.reach == Reach::Online);
            is_online && fleet.nodes_of(&host).next().is_some()
        });
        tokio::select! {
            Ok(_) = answers => {}
            () = end.cancelled() => return,
            else => return,
        }
        // A host that does not answer is told of elsewhere.
        if look(&world, &host).await.is_ok() {
            tell(&world, &host).await;
        }
        tokio::select! {
            () = tokio::time::sleep(TWICE_A_DAY) => {}
            () = end.cancelled() => return,
        }
    }
}

/// Looks now; the fleet tells what was found.
pub async fn look(world: &World, host: &HostId) -> Result<(), Fault> {
    let client = world.client(host)?;
    let fleet = world.fleet();
    let online = fleet.nodes_of(host).filter(|node| node.status == NodeStatus::Online);
    let nodes: Vec<_> = online.map(|node| node.key.node.clone()).collect();
    let ends = join_all(nodes.iter().map(|node| client.certificate_end(node)));
    let (token, ends) = tokio::join!(token_of(&client), ends);
    let mut seen = Vec::new();
    for (node, end) in nodes.into_iter().zip(ends) {
        let at = end.ok().flatten();
        seen.extend(at.map(|at| Expiry { what: Expiring::Certificate(node), at }));
    }
    if let Some(told) = token {
        world.store.put_token_expiry(host.clone(), told.as_ref().map(|token| token.at)).await?;
        take_in(world, host, seen, told);
    } else {
        let known = fleet.host(host).and_then(|known| known.expiring.iter().find(|one| one.what == Expiring::Token));
        take_in(world, host, seen, known.cloned());
    }
    Ok(())
}

/// Nothing where the host does not tell; nothing in it where the token does not run out.
async fn token_of(client: &Client) -> Option<Option<Expiry>> {
    let state = client.token(&TokenName::read(client.name())?).await.ok()??;
    Some(state.expires.map(|at| Expiry { what: Expiring::Token, at }))
}

fn take_in(world: &World, host: &HostId, seen: Vec<Expiry>, token: Option<Expiry>) {
    world.change(|fleet| {
        let Some(known) = fleet.hosts.iter_mut().find(|known| known.id == *host) else { return };
        let is_seen = |old: &Expiry| seen.iter().any(|new| new.what == old.what);
        let kept = known.expiring.iter().filter(|old| old.what != Expiring::Token && !is_seen(old)).cloned();
        let kept: Vec<_> = kept.collect();
        known.expiring = token.into_iter().chain(seen).chain(kept).collect();
        known.expiring.sort_by_key(|expiry| expiry.at);
    });
}

async fn tell(world: &World, host: &HostId) {
    let now = clock::now();
    let fleet = world.fleet();
    let Some(known) = fleet.host(host) else { return };
    let soon: Vec<_> = known.expiring.iter().filter(|expiry| expiry.is_soon(now)).cloned().collect();
    if soon.is_empty() {
        return;
    }
    // Books that cannot be written tell nothing twice.
    if world.store.tells_expiry(host.clone(), Fill::day_of(now)).await.unwrap_or(false) {
        world.tell(News::RunsOut(host.clone(), soon));
    }
}
