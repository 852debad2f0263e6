//! Who else is at a guest's console: all who open it share one terminal, in this process, in others, and in Proxmox's web
//! interface, of which we learn nothing. What must hold: a script makes way for a person, and the person learns that it
//! waits.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::{
    domain::ids::GuestKey,
    exec::Company,
    operations::{clock::now, world::World},
    store::SeatRole,
};

/// How often one says that one is still there.
const EVERY: Duration = Duration::from_secs(1);
/// One that is silent for so long is gone.
const LAST: Duration = Duration::from_secs(5);

/// What it means for a script that these others are there.
fn company(seats: &[(String, SeatRole)], holder: &str, ours: SeatRole) -> Company {
    // Of two that carry a file the first name goes first.
    let goes_first = |(name, role): &(String, SeatRole)| match role {
        SeatRole::Person => true,
        SeatRole::Sending => ours != SeatRole::Sending || name.as_str() < holder,
        SeatRole::Script | SeatRole::Waiting => false,
    };
    Company {
        goes_first: seats.iter().any(goes_first),
        is_script_there: seats.iter().any(|(_, role)| *role != SeatRole::Person),
        is_script_waiting: seats.iter().any(|(_, role)| *role == SeatRole::Waiting),
    }
}

/// We are at a console until this is dropped.
pub(super) struct Presence {
    /// What the others are to us.
    pub company: watch::Receiver<Company>,
    role: watch::Sender<SeatRole>,
    end: CancellationToken,
}

impl Presence {
    /// Says at once that we are there, and then again and again.
    pub async fn begin(world: &Arc<World>, guest: &GuestKey, holder: String, role: SeatRole) -> Self {
        let (tell, company) = watch::channel(Company::default());
        let (role, roles) = watch::channel(role);
        let end = CancellationToken::new();
        let seat = Seat { world: world.clone(), guest: guest.clone(), holder, roles, tell };
        seat.say().await;
        tokio::spawn(seat.stay(end.clone()));
        Self { company, role, end }
    }

    pub fn plays(&self, role: SeatRole) {
        self.role.send_if_modified(|now| std::mem::replace(now, role) != role);
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        self.end.cancel();
    }
}

struct Seat {
    world: Arc<World>,
    guest: GuestKey,
    holder: String,
    roles: watch::Receiver<SeatRole>,
    tell: watch::Sender<Company>,
}

impl Seat {
    async fn say(&self) {
        let (role, at) = (*self.roles.borrow(), now());
        // Books that cannot be written must not keep anybody from a console.
        if let Ok(seats) = self.world.store.sit_at_console(&self.guest, &self.holder, role, at, at + LAST).await {
            let company = company(&seats, &self.holder, role);
            self.tell.send_if_modified(|known| std::mem::replace(known, company) != company);
        }
    }

    async fn stay(mut self, end: CancellationToken) {
        loop {
            tokio::select! {
                () = end.cancelled() => break,
                changed = self.roles.changed() => if changed.is_err() { break },
                () = tokio::time::sleep(EVERY) => {}
            }
            self.say().await;
        }
        drop(self.world.store.leave_console(&self.guest, &self.holder).await);
    }
}
