//! `proximity sim`: a datacenter on its own, for other clients. It says on one line how to get in and runs until it is
//! told to stop.

use std::io::Write;

use super::server::{Options, SimError, Simulator};

/// Serves until SIGTERM or Ctrl-C. The ready line goes to `out`, everything else to `log`.
pub async fn serve(options: Options, mut out: impl Write, mut log: impl Write) -> Result<(), SimError> {
    let simulator = Simulator::start(options).await?;
    let line = serde_json::to_string(simulator.ready()).map_err(|why| SimError::Write(why.into()))?;
    writeln!(out, "{line}").and_then(|()| out.flush()).map_err(SimError::Write)?;
    let told = writeln!(log, "the simulated datacenter answers at {}; Ctrl-C ends it", simulator.ready().url);
    told.map_err(SimError::Write)?;
    until_told().await?;
    simulator.shutdown().await;
    writeln!(log, "the simulated datacenter has ended").map_err(SimError::Write)
}

#[cfg(unix)]
async fn until_told() -> Result<(), SimError> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut term = signal(SignalKind::terminate()).map_err(SimError::Signal)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(SimError::Signal)?;
    tokio::select! {
        _ = term.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn until_told() -> Result<(), SimError> {
    tokio::signal::ctrl_c().await.map_err(SimError::Signal)
}
