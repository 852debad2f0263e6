//! Lists one host again and again: one request a round, however many guests it has. What must hold: a host that refuses
//! us is not asked in a loop, and nobody's refresh waits for the next round.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{apps, backups, expiry, history, listing, roads};
use crate::{
    domain::{fault::Fault, ids::HostId},
    operations::{
        clock,
        world::{Line, World},
    },
};

/// Whether somebody looks at the deck.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    Present,
    Away,
}

/// Proxmox refreshes its own picture every ten seconds.
const PERIOD: Duration = Duration::from_secs(10);
const QUICK: Duration = Duration::from_secs(2);
const UNWATCHED: Duration = Duration::from_secs(60);
/// A silent host is asked less and less often, up to this.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// What is known is written down this often, for the first frame of the next start.
const KEEP_EVERY: Duration = Duration::from_secs(30);

pub async fn poll(
    world: Arc<World>,
    host: HostId,
    line: Line,
    audience: watch::Receiver<Audience>,
    end: CancellationToken,
) {
    // Beside each other: however long backups are looked at, the next listing waits for nobody.
    let looking = backups::keep_looking(world.clone(), host.clone(), line.clone(), end.clone());
    let expiring = expiry::keep_looking(world.clone(), host.clone(), end.clone());
    tokio::join!(list_again_and_again(world, host, line, audience, end), looking, expiring);
}

async fn list_again_and_again(
    world: Arc<World>,
    host: HostId,
    line: Line,
    mut audience: watch::Receiver<Audience>,
    end: CancellationToken,
) {
    let (mut failures, mut kept, mut surveyed, mut is_first) = (0_u32, None, None, true);
    // The first rounds are quick ones: rates need two readings.
    line.bell.hurry();
    loop {
        let pause = match listing::list(&world, &host).await {
            Ok(()) => {
                failures = 0;
                apps::discover(&world, &host).await;
                roads::survey(&world, &host, &mut surveyed).await;
                if std::mem::take(&mut is_first) {
                    history::recall(&world, &host).await;
                }
                keep_now_and_then(&world, &mut kept).await;
                Some(period(&line, *audience.borrow_and_update()))
            }
            Err(fault) => {
                failures = failures.saturating_add(1);
                pause_after(&fault, failures)
            }
        };
        let next = async {
            match pause {
                Some(pause) => tokio::time::sleep(pause).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = next => {}
            () = line.bell.rung() => {}
            Ok(()) = audience.changed() => {}
            () = end.cancelled() => return,
        }
    }
}

fn period(line: &Line, audience: Audience) -> Duration {
    match audience {
        _ if line.bell.is_quick(clock::now()) => QUICK,
        Audience::Present => PERIOD,
        Audience::Away => UNWATCHED,
    }
}

/// Nothing means: wait until somebody does something about it.
fn pause_after(fault: &Fault, failures: u32) -> Option<Duration> {
    listing::may_ask_again(fault).then(|| (QUICK * 2_u32.saturating_pow(failures.min(6))).min(LONGEST_PAUSE))
}

async fn keep_now_and_then(world: &World, kept: &mut Option<tokio::time::Instant>) {
    if kept.is_some_and(|at| at.elapsed() < KEEP_EVERY) {
        return;
    }
    *kept = Some(tokio::time::Instant::now());
    if let Err(fault) = world.store.save_fleet(world.fleet()).await {
        world.tell(crate::operations::world::News::Trouble(fault.into()));
    }
}
