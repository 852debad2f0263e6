//! `proximity sim`: a datacenter on its own, for other clients. It says on one line how to get in and runs until it is
//! told to stop.

use std::{io::Write, pin::pin};

use super::server::{Options, SimError, Simulator};

/// Serves until SIGTERM or Ctrl-C. The ready line goes to `out`, everything else to `log`.
pub async fn serve(options: Options, mut out: impl Write, mut log: impl Write) -> Result<(), SimError> {
    // Before anybody is told that it is there, and may tell it to go.
    let orders = Orders::listen()?;
    let mut simulator = Simulator::start(options).await?;
    let line = serde_json::to_string(simulator.ready()).map_err(|why| SimError::Write(why.into()))?;
    writeln!(out, "{line}").and_then(|()| out.flush()).map_err(SimError::Write)?;
    let told = writeln!(log, "the simulated datacenter answers at {}; Ctrl-C ends it", simulator.ready().url);
    told.map_err(SimError::Write)?;
    let mut arrived = pin!(orders.arrive());
    loop {
        tokio::select! {
            () = &mut arrived => break,
            Some(remark) = simulator.remark() => writeln!(log, "{remark}").map_err(SimError::Write)?,
        }
    }
    simulator.shutdown().await;
    writeln!(log, "the simulated datacenter has ended").map_err(SimError::Write)
}

#[cfg(unix)]
struct Orders(tokio::signal::unix::Signal, tokio::signal::unix::Signal);

#[cfg(unix)]
impl Orders {
    fn listen() -> Result<Self, SimError> {
        use tokio::signal::unix::{SignalKind, signal};
        let to = |kind| signal(kind).map_err(SimError::Signal);
        Ok(Self(to(SignalKind::terminate())?, to(SignalKind::interrupt())?))
    }

    async fn arrive(mut self) {
        tokio::select! {
            _ = self.0.recv() => {}
            _ = self.1.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Orders;

#[cfg(not(unix))]
impl Orders {
    fn listen() -> Result<Self, SimError> {
        Ok(Self)
    }

    async fn arrive(self) {
        drop(tokio::signal::ctrl_c().await);
    }
}
