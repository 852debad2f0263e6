//! `proximity sim`: the simulated datacenter for other clients. What must hold: a value it cannot take is told with what
//! it may be, before anything listens.

use std::{
    net::{SocketAddr, ToSocketAddrs},
    ops::RangeInclusive,
    path::Path,
};

use crate::{
    cli::SimArguments,
    domain::fault::{Fault, FaultCode},
    sim::{self, Apps, Options, Pace, Seed, SimError, Ssh, SshDoors, Trouble},
};

const NODES: RangeInclusive<u32> = 1..=50;
const PORTS: RangeInclusive<u32> = 0..=65_535;
const GUESTS: RangeInclusive<u32> = 0..=5_000;
const SPEEDS: RangeInclusive<f64> = 0.01..=10_000.0;

pub async fn serve(arguments: &SimArguments) -> Result<(), Fault> {
    let (nodes, guests) = (count("--nodes", &arguments.nodes, &NODES)?, count("--guests", &arguments.guests, &GUESTS)?);
    let pace = pace(&arguments.pace)?;
    let faults = arguments.faults.as_deref().map(faults).transpose()?.unwrap_or_default();
    let plain = Options::new(address(&arguments.listen)?, Seed::plain(nodes, guests), pace);
    let options = Options { faults, apps: Apps::Answer, ssh: Ssh::Answers(ssh(arguments)?), ..plain };
    sim::serve(options, std::io::stdout(), std::io::stderr()).await.map_err(|error| match error {
        SimError::Fault(why) => {
            unfit("one of the faults cannot happen", why, "name what is there, or take that fault out")
        }
        error => Fault::lasting(
            FaultCode::Failed,
            "the simulated datacenter does not run",
            error.to_string(),
            "choose another address with --listen; 127.0.0.1:0 takes any free port",
        ),
    })
}

fn ssh(arguments: &SimArguments) -> Result<SshDoors, Fault> {
    Ok(SshDoors {
        port: count("--ssh-port", &arguments.ssh_port, &PORTS)? as u16,
        guest_port: count("--guest-ssh-port", &arguments.guest_ssh_port, &PORTS)? as u16,
        keys: arguments.ssh_key.iter().map(|path| keys(path)).collect::<Result<_, _>>()?,
    })
}

fn keys(path: &Path) -> Result<String, Fault> {
    let what = || format!("the keys in {} were not taken", path.display());
    let text = std::fs::read_to_string(path)
        .map_err(|error| unfit(what(), error.to_string(), "check the path and its permissions"))?;
    match text.lines().any(|line| line.split_whitespace().any(|word| word.starts_with("AAAA"))) {
        true => Ok(text),
        false => Err(unfit(what(), "it holds no public key", "name the file that ends in .pub")),
    }
}

fn unfit(what: impl Into<String>, why: impl Into<String>, remedy: impl Into<String>) -> Fault {
    Fault::lasting(FaultCode::Usage, what, why, remedy)
}

fn count(name: &str, text: &str, range: &RangeInclusive<u32>) -> Result<u32, Fault> {
    text.parse().ok().filter(|count| range.contains(count)).ok_or_else(|| {
        let (least, most) = (range.start(), range.end());
        unfit(
            format!("\"{text}\" is no value for {name}"),
            format!("it must be a number from {least} to {most}"),
            format!("write it like {name} {}", most / 10),
        )
    })
}

fn pace(text: &str) -> Result<Pace, Fault> {
    let factor = if text == "live" { Some(1.0) } else { text.strip_prefix('x').and_then(|factor| factor.parse().ok()) };
    factor.filter(|factor| SPEEDS.contains(factor)).map(|speed| Pace::Live { speed }).ok_or_else(|| {
        unfit(
            format!("\"{text}\" is no pace"),
            format!("it is live, or x and a factor from {} to {}", SPEEDS.start(), SPEEDS.end()),
            "write it like --pace live or --pace x60",
        )
    })
}

fn faults(path: &Path) -> Result<Vec<Trouble>, Fault> {
    let what = || format!("the faults in {} were not taken", path.display());
    let text = std::fs::read_to_string(path)
        .map_err(|error| unfit(what(), error.to_string(), "check the path and its permissions"))?;
    sim::read_faults(&text).map_err(|error| unfit(what(), error.to_string(), error.remedy))
}

fn address(text: &str) -> Result<SocketAddr, Fault> {
    text.to_socket_addrs().ok().and_then(|mut found| found.next()).ok_or_else(|| {
        unfit(
            format!("\"{text}\" is no address to listen on"),
            "it must be an address of this machine and a port",
            "write it like 127.0.0.1:8006",
        )
    })
}
