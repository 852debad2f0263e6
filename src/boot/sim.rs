//! `proximity sim`: the simulated datacenter for other clients.

use std::net::{SocketAddr, ToSocketAddrs};

use crate::{
    cli::SimArguments,
    domain::fault::{Fault, FaultCode},
    sim::{self, Options, Pace, Seed},
};

pub async fn serve(arguments: &SimArguments) -> Result<(), Fault> {
    let seed = Seed::plain(arguments.nodes, arguments.guests);
    let options = Options::new(address(&arguments.listen)?, seed, Pace::Live { speed: arguments.speed });
    sim::serve(options, std::io::stdout(), std::io::stderr()).await.map_err(|error| {
        Fault::lasting(
            FaultCode::Failed,
            "the simulated datacenter does not run",
            error.to_string(),
            "choose another address with --listen; 127.0.0.1:0 takes any free port",
        )
    })
}

fn address(text: &str) -> Result<SocketAddr, Fault> {
    text.to_socket_addrs().ok().and_then(|mut found| found.next()).ok_or_else(|| {
        Fault::lasting(
            FaultCode::Usage,
            format!("\"{text}\" is no address to listen on"),
            "it must be an address of this machine and a port",
            "write it like 127.0.0.1:8006",
        )
    })
}
