//! Who else is at a guest's console: all who open it share one terminal, in this process, in others, and in Proxmox's web
//! interface, of which we learn nothing. What must hold: a script makes way for a person, and the person learns that it
//! waits.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::{
    domain::ids::GuestKey,
    operations::{clock::now, world::World},
    store::SeatRole,
};

/// How often one says that one is still there.
const EVERY: Duration = Duration::from_secs(1);
/// One that is silent for so long is gone.
const LAST: Duration = Duration::from_secs(5);

/// What the others do there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Others {
    pub is_person_there: bool,
    /// A script would go on if nobody were there.
    pub is_script_waiting: bool,
}

impl Others {
    fn of(roles: &[SeatRole]) -> Self {
        Self {
            is_person_there: roles.contains(&SeatRole::Person),
            is_script_waiting: roles.contains(&SeatRole::Waiting),
        }
    }
}

/// We are at a console until this is dropped.
pub(super) struct Presence {
    pub others: watch::Receiver<Others>,
    person: watch::Receiver<bool>,
    role: watch::Sender<SeatRole>,
    end: CancellationToken,
}

impl Presence {
    /// Says at once that we are there, and then again and again.
    pub async fn begin(world: &Arc<World>, guest: &GuestKey, holder: String, role: SeatRole) -> Self {
        let ((tell, others), (tell_person, person)) = (watch::channel(Others::default()), watch::channel(false));
        let (role, roles) = watch::channel(role);
        let end = CancellationToken::new();
        let seat = Seat { world: world.clone(), guest: guest.clone(), holder, roles, tell, tell_person };
        seat.say().await;
        tokio::spawn(seat.stay(end.clone()));
        Self { others, person, role, end }
    }

    /// Whether a person is there besides us.
    pub fn person(&self) -> watch::Receiver<bool> {
        self.person.clone()
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
    tell: watch::Sender<Others>,
    tell_person: watch::Sender<bool>,
}

impl Seat {
    async fn say(&self) {
        let (role, at) = (*self.roles.borrow(), now());
        // Books that cannot be written must not keep anybody from a console.
        if let Ok(roles) = self.world.store.sit_at_console(&self.guest, &self.holder, role, at, at + LAST).await {
            let others = Others::of(&roles);
            self.tell.send_if_modified(|known| std::mem::replace(known, others) != others);
            let is_there = others.is_person_there;
            self.tell_person.send_if_modified(|known| std::mem::replace(known, is_there) != is_there);
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
