//! Log-ins that are lent for a moment, to look or to make something, and are not kept. What must hold: a one-time code that
//! was used to look serves for what is made right after it, and nothing of a log-in outlives its use: not in a file, not
//! for longer than some minutes in memory.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::{Engine, HostDraft, queries};
use crate::{
    domain::{fault::Fault, secret::Secret},
    proxmox::{Client, Login, Target, Ticket},
};

/// As long as an operator reads what would be made.
const LENT: Duration = Duration::from_secs(600);

/// The last one that took a code: a code counts once, the session it opened for longer.
#[derive(Default)]
pub(super) struct Lent(Mutex<Option<Session>>);

struct Session {
    of: Key,
    ticket: Ticket,
    at: Instant,
}

/// Another word in any of these is another log-in.
#[derive(PartialEq, Eq)]
struct Key {
    address: String,
    fingerprint: String,
    user: String,
    password: Secret,
    code: Secret,
}

impl Key {
    /// Nothing where no code was used.
    fn of(target: &Target) -> Option<Self> {
        let Login::Password { user, password, totp: Some(code) } = &target.login else { return None };
        Some(Self {
            address: target.addresses.join(","),
            fingerprint: target.trust.pin.to_string(),
            user: user.clone(),
            password: password.clone(),
            code: code.clone(),
        })
    }
}

impl Lent {
    pub(super) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn forget_old(&self) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.take_if(|session| session.at.elapsed() >= LENT);
    }

    fn ticket(&self, key: &Key) -> Option<Ticket> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.take_if(|session| session.at.elapsed() > LENT);
        held.as_ref().filter(|session| session.of == *key).map(|session| session.ticket.clone())
    }

    fn keep(&self, of: Key, ticket: Ticket) {
        let session = Session { of, ticket, at: Instant::now() };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(session);
    }
}

impl Engine {
    /// A client for a draft, which has proved that it is let in.
    pub(super) async fn client_of(&self, draft: &HostDraft) -> Result<Client, Fault> {
        self.client_to(queries::target(draft)?).await
    }

    /// By itself, whether or not anybody asks for it again.
    fn forget_in_time(&self) {
        let (inner, end) = (std::sync::Arc::downgrade(&self.0), self.0.end.clone());
        self.0.tasks.spawn(async move {
            tokio::select! {
                () = tokio::time::sleep(LENT) => {}
                () = end.cancelled() => {}
            }
            if let Some(inner) = inner.upgrade() {
                inner.lent.forget_old();
            }
        });
    }

    /// The same for any log-in that is not kept, or not yet.
    pub(super) async fn client_to(&self, mut target: Target) -> Result<Client, Fault> {
        let key = Key::of(&target);
        if let Some(key) = &key
            && let Some(ticket) = self.0.lent.ticket(key)
        {
            target.login = Login::Ticket { ticket, password: Some(key.password.clone()) };
        }
        let client = Client::new(target, self.0.request_log.clone())?;
        client.log_in().await?;
        if let (Some(key), Some(ticket)) = (key, client.ticket()) {
            self.0.lent.keep(key, ticket);
            self.forget_in_time();
        }
        Ok(client)
    }
}
