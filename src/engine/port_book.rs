//! The port book, with a look inside the apps where one is wanted. What must hold: whoever waits for it does not wait for
//! ever, and where nobody could look the reason is told.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use tokio::time::{Instant, timeout_at};

use super::{Answer, Engine};
use crate::domain::{
    app::App,
    fault::{Fault, FaultCode},
    fleet::Power,
    ids::HostId,
    port_book::{Leased, Look, Seen, port_book},
};

/// Guests that are looked into at a time.
const AT_ONCE: usize = 4;
/// For all of them together.
const PATIENCE: Duration = Duration::from_secs(90);

impl Engine {
    pub(super) async fn port_book(&self, look: Look) -> Result<Answer, Fault> {
        let leases = self.0.world.store.port_leases().await?.into_iter();
        let leases: Vec<Leased> = leases
            .map(|lease| Leased { host: lease.host, port: lease.port, app: lease.app, name: lease.name })
            .collect();
        let seen = match look {
            Look::Books => Seen::new(),
            Look::Inside => self.look_into_apps().await,
        };
        Ok(Answer::PortBook(Box::new(port_book(&self.0.world.fleet(), &leases, &seen))))
    }

    async fn look_into_apps(&self) -> Seen {
        let (fleet, until) = (self.0.world.fleet(), Instant::now() + PATIENCE);
        let runs = |app: &&App| fleet.guest(&app.guest).is_some_and(|guest| guest.power == Power::Running);
        let apps: Vec<App> = fleet.apps.iter().filter(runs).cloned().collect();
        let looks = apps.into_iter().map(|app| async move {
            let seen = timeout_at(until, self.listening(&app.guest)).await;
            let name = app.name.clone();
            (app.id, seen.unwrap_or_else(|_| Err(no_time(&name))))
        });
        stream::iter(looks).buffer_unordered(AT_ONCE).collect().await
    }

    /// A port that was kept for an app that is not there any more.
    pub(super) async fn release_port(&self, host: &HostId, port: u16) -> Result<(), Fault> {
        if self.0.world.store.release_port(host.clone(), port).await? {
            return Ok(());
        }
        Err(Fault::lasting(
            FaultCode::Refused,
            format!("port {port} of {host} was not given back"),
            "it is kept for nobody, or for an app that is there",
            "look at `proximity port list`; the ports of an app go with it",
        ))
    }
}

fn no_time(name: &str) -> Fault {
    Fault::passing(
        FaultCode::Unreachable,
        format!("nobody looked into {name}"),
        format!("{} seconds were over before it was its turn", PATIENCE.as_secs()),
        "look once more, or look into it alone",
    )
}
