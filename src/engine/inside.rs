//! What is done inside guests: scripts, files, and somebody at the terminal. Which road is taken is decided here, by what
//! is open now; the faces do not know it.

use std::{convert::Infallible, future::pending, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::watch,
};
use tokio_util::sync::CancellationToken;

use super::{Engine, presence::Presence};
use crate::{
    domain::{
        fault::{Fault, FaultCode},
        fleet::{Guest, GuestKind, Power},
        ids::GuestKey,
        road::{Condition, Road, Way},
    },
    exec::{self, Entrance, ExecError, Found, Ground, JobId, Link, Met, NewFile, Patience, Script, Written, survey},
    proxmox::Client,
    ssh,
    store::{KeyOwner, SeatRole},
};

impl Engine {
    /// Runs a script inside a guest, or takes up again what was begun under this id, and tells what it writes. The code is
    /// the script's own.
    pub async fn exec(
        &self,
        guest: &GuestKey,
        script: Option<&Script>,
        job: &JobId,
        write: impl AsyncFnMut(Written),
        tell: impl FnMut(Condition),
        cancel: &CancellationToken,
    ) -> Result<i32, Fault> {
        let (mut link, presence) = self.link(guest).await?;
        let condition = link.condition();
        let running = async {
            self.set_out(guest, &mut link).await?;
            let end = exec::run(&mut link, job, script, write, cancel).await;
            if end.is_ok() {
                // Its end is known; what is left of it lies in nobody's way.
                drop(exec::forget(&mut link, job).await);
            }
            self.come_back(guest, link).await?;
            end.map_err(Fault::from)
        };
        tokio::select! {
            end = running => end,
            never = attend(condition, &presence, tell) => match never {},
            () = give_up(cancel) => Err(left(guest)),
        }
    }

    /// Carries a file into a guest; how much of it is there is told as it goes.
    pub async fn put(
        &self,
        guest: &GuestKey,
        source: impl AsyncRead + Unpin,
        file: &NewFile,
        progress: impl FnMut(u64),
    ) -> Result<u64, Fault> {
        let (mut link, _presence) = self.link(guest).await?;
        self.set_out(guest, &mut link).await?;
        let put = exec::put(&mut link, source, file, progress).await;
        self.come_back(guest, link).await?;
        Ok(put?)
    }

    /// Carries a file out of a guest.
    pub async fn get(
        &self,
        guest: &GuestKey,
        path: &str,
        sink: impl AsyncWrite + Unpin,
        progress: impl FnMut(u64, Found),
    ) -> Result<Found, Fault> {
        let (mut link, _presence) = self.link(guest).await?;
        self.set_out(guest, &mut link).await?;
        let got = exec::get(&mut link, path, sink, progress).await;
        self.come_back(guest, link).await?;
        Ok(got?)
    }

    /// The roads into a guest, the best one first, each open or with what would open it.
    pub async fn roads(&self, key: &GuestKey) -> Result<Vec<Way>, Fault> {
        let guest = self.0.world.guest(key)?;
        Ok(self.look_for_roads(&guest).await?.into_iter().map(|(way, _)| way).collect())
    }

    async fn link(&self, key: &GuestKey) -> Result<(Link, Presence), Fault> {
        let guest = self.0.world.guest(key)?;
        if guest.kind == GuestKind::Container && guest.power == Power::Stopped {
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
        Ok((link.yielding_to(presence.person()), presence))
    }

    /// A machine that is met for the first time is remembered before anything is done there.
    async fn set_out(&self, guest: &GuestKey, link: &mut Link) -> Result<(), Fault> {
        link.open().await?;
        self.remember(guest, link).await
    }

    /// On the way it may have come to others.
    async fn come_back(&self, guest: &GuestKey, mut link: Link) -> Result<(), Fault> {
        link.leave().await;
        self.remember(guest, &mut link).await
    }

    async fn remember(&self, key: &GuestKey, link: &mut Link) -> Result<(), Fault> {
        for Met { road, key: seen } in link.met.drain(..) {
            let owner = match road {
                Road::HostSsh => KeyOwner::Node(self.0.world.guest(key)?.node.clone()),
                Road::Console | Road::GuestSsh => KeyOwner::Guest(key.vmid),
            };
            self.remember_key(&key.host, &owner, &seen).await?;
        }
        Ok(())
    }

    async fn look_for_roads(&self, guest: &Guest) -> Result<Vec<(Way, Option<Entrance>)>, Fault> {
        if guest.kind == GuestKind::Machine {
            return Err(not_a_container(&guest.key));
        }
        let client = self.0.world.client(&guest.key.host)?;
        let (console, inside, node) = tokio::join!(
            survey::console(&client, &guest.node, guest.key.vmid),
            self.target_inside(guest, &client),
            self.ssh_to_node(&guest.key.host, &guest.node),
        );
        let console = console?;
        let entrance = console.is_open().then(|| Entrance::Console {
            client: client.clone(),
            key: guest.key.clone(),
            node: guest.node.clone(),
        });
        let vmid = guest.key.vmid;
        Ok(vec![
            (console, entrance),
            (survey::prepared(Road::GuestSsh, &inside, whom), inside.ok().map(Entrance::Guest)),
            (survey::prepared(Road::HostSsh, &node, whom), node.ok().map(|target| Entrance::Node(target, vmid))),
        ])
    }

    async fn target_inside(&self, guest: &Guest, client: &Client) -> Result<ssh::Target, Fault> {
        // Where it was not set up there is no need to ask for an address.
        self.ssh_of(&guest.key.host).await?;
        let addresses = client.addresses(&guest.node, guest.key.vmid).await?;
        let Some(address) = addresses.first() else {
            return Err(Fault::passing(
                FaultCode::Unreachable,
                format!("there is no way to {} by SSH", guest.key),
                "its address is not known",
                "look whether it has one: a guest that just starts gets it in some seconds",
            ));
        };
        let bare = address.split('/').next().unwrap_or(address);
        self.ssh_to_guest(&guest.key, bare).await
    }
}

/// As whom, and with what.
fn whom(target: &ssh::Target) -> String {
    let proof = match target.proofs.first() {
        Some(ssh::Proof::KeyFile { path, .. }) => format!("key file {}", path.display()),
        Some(ssh::Proof::Password(_)) => "password".into(),
        Some(ssh::Proof::Agent | ssh::Proof::AgentAt(_)) | None => "the SSH agent".into(),
    };
    format!("{}, {proof}", target.user)
}

/// Tells how it stands with the road, and those at the console that we would go on.
async fn attend(
    mut condition: watch::Receiver<Condition>,
    presence: &Presence,
    mut tell: impl FnMut(Condition),
) -> Infallible {
    while condition.changed().await.is_ok() {
        let now = condition.borrow_and_update().clone();
        presence.plays(if now == Condition::MakesWay { SeatRole::Waiting } else { SeatRole::Script });
        tell(now);
    }
    pending().await
}

/// What is cancelled is asked to end; where nobody can be asked it is left.
async fn give_up(cancel: &CancellationToken) {
    cancel.cancelled().await;
    tokio::time::sleep(LAST_WORDS).await;
}

const LAST_WORDS: Duration = Duration::from_secs(10);

fn left(guest: &GuestKey) -> Fault {
    Fault::passing(
        FaultCode::Unreachable,
        format!("the script on {guest} was not stopped"),
        "no road led to it in time",
        "what was begun goes on inside the guest",
    )
}

pub(super) fn not_a_container(key: &GuestKey) -> Fault {
    Fault::lasting(
        FaultCode::Refused,
        format!("{key} is a virtual machine"),
        "roads lead into containers only",
        "use its own SSH, or the console in Proxmox's web interface",
    )
}
