//! What is done inside guests: scripts, files, and somebody at the terminal. Which road is taken is decided here, by what
//! is open now; the faces do not know it.

use std::{convert::Infallible, future::pending, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::watch,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{Engine, presence::Presence};
use crate::{
    domain::{
        fault::{Fault, FaultCode},
        fleet::{Guest, GuestKind, Power},
        ids::GuestKey,
        road::Condition,
    },
    exec::{self, ExecError, Found, Ground, JobId, Link, Met, NewFile, Patience, Script, Written},
    store::{KeyOwner, SeatRole},
};

/// The end of a script is known; that its traces go is not waited for longer.
const CLEARING: Duration = Duration::from_secs(5);
/// After this, what was cancelled is left.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// How work inside a guest is watched, and broken off.
pub struct Attention<'a, T> {
    /// Hears how it stands with the road.
    pub tell: T,
    pub cancel: &'a CancellationToken,
}

impl Engine {
    /// Runs a script inside a guest, or takes up again what was begun under this id, and tells what it writes. The code is
    /// the script's own.
    pub async fn exec(
        &self,
        guest: &GuestKey,
        script: Option<&Script>,
        job: &JobId,
        write: impl AsyncFnMut(Written),
        attention: Attention<'_, impl FnMut(Condition)>,
    ) -> Result<i32, Fault> {
        let cancel = attention.cancel;
        self.inside(guest, attention, async |link: &mut Link| {
            let code = exec::run(link, job, script, write, cancel).await?;
            drop(timeout(CLEARING, exec::forget(link, job)).await);
            Ok(code)
        })
        .await
    }

    /// Carries a file into a guest; how much of it is there is told as it goes.
    pub async fn put(
        &self,
        guest: &GuestKey,
        source: impl AsyncRead + Unpin,
        file: &NewFile,
        progress: impl FnMut(u64),
        attention: Attention<'_, impl FnMut(Condition)>,
    ) -> Result<u64, Fault> {
        let cancel = attention.cancel;
        self.inside(guest, attention, async |link: &mut Link| exec::put(link, source, file, progress, cancel).await)
            .await
    }

    /// Carries a file out of a guest.
    pub async fn get(
        &self,
        guest: &GuestKey,
        path: &str,
        sink: impl AsyncWrite + Unpin,
        progress: impl FnMut(u64, Found),
        attention: Attention<'_, impl FnMut(Condition)>,
    ) -> Result<Found, Fault> {
        let cancel = attention.cancel;
        self.inside(guest, attention, async |link: &mut Link| exec::get(link, path, sink, progress, cancel).await).await
    }

    async fn inside<T>(
        &self,
        guest: &GuestKey,
        attention: Attention<'_, impl FnMut(Condition)>,
        work: impl AsyncFnOnce(&mut Link) -> Result<T, ExecError>,
    ) -> Result<T, Fault> {
        let (mut link, presence) = self.link(guest).await?;
        let (condition, sending) = (link.condition(), link.sending());
        let working = async {
            self.arrive(guest, &mut link).await?;
            let end = work(&mut link).await;
            self.depart(guest, &mut link).await;
            Ok(end?)
        };
        tokio::select! {
            end = working => end,
            never = attend(condition, sending, &presence, attention.tell) => match never {},
            () = give_up(attention.cancel) => Err(left(guest)),
        }
    }

    /// A machine that is met for the first time is remembered before anything is done there.
    pub(super) async fn arrive(&self, guest: &GuestKey, link: &mut Link) -> Result<(), Fault> {
        link.open().await?;
        self.remember(guest, link).await
    }

    /// On the way it may have come to others. How the work ended counts for more than that.
    pub(super) async fn depart(&self, guest: &GuestKey, link: &mut Link) {
        link.leave().await;
        if let Err(fault) = self.remember(guest, link).await {
            self.tell(&fault);
        }
    }

    /// A listing is some seconds old: one that was started a moment ago may not run in it yet.
    async fn runs_by_now(&self, guest: &Guest) -> bool {
        let Ok(client) = self.0.world.client(&guest.key.host) else { return false };
        let now = client.guest_now(&guest.node, guest.kind, guest.vmid()).await;
        now.is_ok_and(|now| now.power == Power::Running)
    }

    pub(super) async fn link(&self, key: &GuestKey) -> Result<(Link, Presence), Fault> {
        let guest = self.0.world.guest(key)?;
        if guest.kind == GuestKind::Container && guest.power == Power::Stopped && !self.runs_by_now(&guest).await {
            return Err(ExecError::Stopped { guest: key.to_string() }.into());
        }
        let (mut ways, mut entrances) = (Vec::new(), Vec::new());
        for (way, entrance) in self.look_for_roads(&guest).await? {
            ways.push(way);
            entrances.extend(entrance);
        }
        if entrances.is_empty() {
            return Err(ExecError::NoRoad { guest: key.to_string(), ways }.into());
        }
        let presence = Presence::begin(&self.0.world, key, self.seat_name(), SeatRole::Script).await;
        let link = Link::new(&key.to_string(), Ground::default(), entrances, Patience::default());
        Ok((link.in_company(presence.company.clone()), presence))
    }

    async fn remember(&self, key: &GuestKey, link: &mut Link) -> Result<(), Fault> {
        for Met { node, key: seen } in link.met.drain(..) {
            let owner = node.map_or(KeyOwner::Guest(key.vmid), KeyOwner::Node);
            self.remember_key(&key.host, &owner, &seen).await?;
        }
        Ok(())
    }
}

/// Tells how it stands with the road, and those at the console what we do there.
pub(super) async fn attend(
    mut condition: watch::Receiver<Condition>,
    mut sending: watch::Receiver<bool>,
    presence: &Presence,
    mut tell: impl FnMut(Condition),
) -> Infallible {
    loop {
        tokio::select! {
            Ok(()) = condition.changed() => tell(condition.borrow().clone()),
            Ok(()) = sending.changed() => {}
            else => return pending().await,
        }
        let is_waiting = *condition.borrow_and_update() == Condition::MakesWay;
        presence.plays(match (is_waiting, *sending.borrow_and_update()) {
            (true, _) => SeatRole::Waiting,
            (false, true) => SeatRole::Sending,
            (false, false) => SeatRole::Script,
        });
    }
}

/// What is cancelled is asked to end; where nobody can be asked it is left.
pub(super) async fn give_up(cancel: &CancellationToken) {
    cancel.cancelled().await;
    sleep(LAST_WORDS).await;
}

pub(super) fn left(guest: &GuestKey) -> Fault {
    Fault::passing(
        FaultCode::Unreachable,
        format!("the script on {guest} was not stopped"),
        "no road led to it in time",
        "what was begun goes on inside the guest",
    )
}
