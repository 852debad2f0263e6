//! Consoles, through a real websocket to the simulated datacenter.

use std::time::Duration;

use proximity::{
    domain::{
        ids::{HostId, NodeName, Vmid},
        road::TerminalSize,
        secret::Secret,
    },
    proxmox::{
        Client, ClientError, Fingerprint, Limits, Login, Target,
        console::{Console, Ended, Terminal},
    },
    sim::{Options, Pace, Seed, Simulator},
};
use serde_json::json;

const GUEST: u32 = 101;
const SIZE: TerminalSize = TerminalSize { columns: 200, rows: 50 };
/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(30);

struct House {
    simulator: Simulator,
    client: Client,
}

impl House {
    async fn open() -> Self {
        Self::within(Limits::default()).await
    }

    /// A house whose guest gives a shell to whoever opens its console.
    async fn within(limits: Limits) -> Self {
        let simulator = Simulator::start(Options::local(Seed::demo(), Pace::live())).await.unwrap();
        simulator.datacenter().with(|datacenter| {
            let guest = datacenter.guests.get_mut(&GUEST).unwrap();
            guest.config.insert("cmode".into(), json!("shell"));
        });
        let ready = simulator.ready();
        let login = Login::Token { id: ready.token_id.clone(), secret: Secret::new(ready.token_secret.as_str()) };
        let client = Self::client(&simulator, login, limits);
        Self { simulator, client }
    }

    fn client(simulator: &Simulator, login: Login, limits: Limits) -> Client {
        let ready = simulator.ready();
        let trust = ready.fingerprint.parse::<Fingerprint>().unwrap().into();
        let target = Target { host: HostId::new("home"), addresses: vec![ready.url.clone()], trust, login };
        Client::with_limits(target, crate::sent::log(), limits).unwrap()
    }

    async fn console(&self) -> Console {
        self.client.open_console(&terminal(), SIZE).await.unwrap()
    }
}

fn terminal() -> Terminal {
    Terminal::Guest(NodeName::new("pve1"), Vmid(GUEST))
}

async fn until(console: &mut Console, wanted: &str) -> String {
    let mut seen = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&seen).into_owned();
        if text.contains(wanted) {
            return text;
        }
        let heard = tokio::time::timeout(PATIENCE, console.heard()).await;
        let heard = heard.unwrap_or_else(|_| panic!("{wanted:?} did not come: {text:?}"));
        seen.extend_from_slice(&heard.unwrap_or_else(|ended| panic!("{ended} before {wanted:?}: {text:?}")));
    }
}

async fn until_the_end(console: &mut Console) -> Ended {
    loop {
        match tokio::time::timeout(PATIENCE, console.heard()).await.unwrap() {
            Ok(_) => {}
            Err(ended) => return ended,
        }
    }
}

#[tokio::test]
async fn a_token_alone_opens_a_shell_of_root() {
    let house = House::open().await;
    let mut console = house.console().await;
    until(&mut console, ":/# ").await;
    console.type_in(b"echo $((6 * 7)) $(id -u)\n").await.unwrap();
    assert!(until(&mut console, "42 0\r\r\n").await.contains("echo"));
    console.leave().await;
    let tickets: Vec<_> = house.client.recent_calls().into_iter().flat_map(|call| call.params).collect();
    let tickets: Vec<_> = tickets.iter().filter(|(name, _)| name == "vncticket").collect();
    assert_eq!(tickets.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>(), ["********"]);
    house.simulator.shutdown().await;
}

#[tokio::test]
async fn so_does_a_password() {
    let house = House::open().await;
    let ready = house.simulator.ready();
    let login =
        Login::Password { user: ready.user.clone(), password: Secret::new(ready.password.as_str()), totp: None };
    let client = House::client(&house.simulator, login, Limits::default());
    let mut console = client.open_console(&terminal(), SIZE).await.unwrap();
    until(&mut console, ":/# ").await;
    // Root himself is let into a node without another question.
    let mut node = client.open_console(&Terminal::Node(NodeName::new("pve1")), SIZE).await.unwrap();
    until(&mut node, "#").await;
    house.simulator.shutdown().await;
}

#[tokio::test]
async fn the_patience_for_a_call_does_not_end_a_console() {
    let limits = Limits { whole_call: Duration::from_millis(1500), ..Limits::default() };
    let house = House::within(limits).await;
    let mut console = house.console().await;
    until(&mut console, ":/# ").await;
    console.type_in(b"sleep 3; echo up $((1 + 1))\n").await.unwrap();
    until(&mut console, "up 2\r\r\n").await;
    house.simulator.shutdown().await;
}

#[tokio::test]
async fn the_end_of_the_shell_is_told_whether_the_line_stays_open_or_not() {
    let house = House::open().await;
    for _ in 0..2 {
        let mut console = house.console().await;
        until(&mut console, ":/# ").await;
        console.type_in(b"exit\n").await.unwrap();
        let ended = until_the_end(&mut console).await;
        assert!(matches!(ended, Ended::Program | Ended::Closed), "{ended}");
    }
    house.simulator.shutdown().await;
}

#[tokio::test]
async fn what_cannot_be_opened_says_why() {
    let house = House::open().await;
    let nowhere = Terminal::Guest(NodeName::new("pve1"), Vmid(99_999));
    let error = house.client.open_console(&nowhere, SIZE).await.err().unwrap();
    assert!(matches!(error, ClientError::Refused { .. }), "{error}");
    house.simulator.shutdown().await;
}
