//! How a console is opened: the order for a door, the websocket, and the ticket shown inside. What must hold: a console
//! that does not let us in says why, and no ticket is ever written anywhere.

use std::time::Duration;

use serde::Deserialize;

use super::{end::Ended, line::Console};
use crate::{
    domain::{
        ids::{NodeName, Vmid},
        road::TerminalSize,
    },
    proxmox::{Ability, Call, Client, ClientError, Method, call::Asked, wire::lenient::Text},
};

/// Proxmox itself waits ten seconds for the ticket.
const LET_IN: Duration = Duration::from_secs(10);

/// Whose terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Terminal {
    Guest(NodeName, Vmid),
    Node(NodeName),
}

impl Terminal {
    fn node(&self) -> &NodeName {
        match self {
            Self::Guest(node, _) | Self::Node(node) => node,
        }
    }

    fn path(&self, end: &str, build: fn(&[&str]) -> Asked) -> Asked {
        match self {
            Self::Guest(node, vmid) => build(&["nodes", node.as_str(), "lxc", &vmid.to_string(), end]),
            Self::Node(node) => build(&["nodes", node.as_str(), end]),
        }
    }
}

/// A door, as `termproxy` tells it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Opened<'a> {
    #[serde(borrow)]
    user: Text<'a>,
    #[serde(borrow)]
    ticket: Text<'a>,
    #[serde(borrow)]
    port: Text<'a>,
}

impl Client {
    /// Sits down at a terminal. It is shared with all others who sit there, and nothing of what was shown before is shown
    /// again.
    pub async fn open_console(&self, terminal: &Terminal, size: TerminalSize) -> Result<Console, ClientError> {
        let asked = terminal.path("termproxy", Asked::post);
        let answer = self.call(&asked).await?;
        let Opened { user, ticket, port } = answer.read(&asked.call)?;
        let (Some(user), Some(ticket), Some(port)) = (user.into_text(), ticket.into_text(), port.into_text()) else {
            let why = "the answer names no port or no ticket".into();
            return Err(ClientError::Rubbish { call: asked.call, why });
        };
        let entrance = terminal.path("vncwebsocket", Asked::get).with("port", port).with("vncticket", &ticket);
        let pass = self.0.session.pass(&self.0.wire, Method::Get).await?;
        let mut console = Console::over(self.0.wire.enter(answer.door, &entrance, pass.proof()).await?).await;
        let greeting = format!("{user}:{ticket}\n").into_bytes();
        match tokio::time::timeout(LET_IN, greet(&mut console, greeting)).await {
            Ok(Ok(())) => {}
            Ok(Err(Ended::Broken(_))) => return Err(ClientError::Cut { call: entrance.call }),
            Ok(Err(_)) => return Err(self.kept_out(terminal, entrance.call).await),
            Err(_) => return Err(ClientError::Silent { call: entrance.call }),
        }
        // Whoever is gone by now is missed by the next one who listens.
        drop(console.resize(size).await);
        Ok(console)
    }

    /// Before the fix of April 2026 a token is kept out here, after everything else went well.
    async fn kept_out(&self, terminal: &Terminal, call: Call) -> ClientError {
        match self.version_of(terminal.node()).await {
            // It would have let us in, so this was a bad moment.
            Ok(version) if version.can(Ability::TokenConsole) => ClientError::Cut { call },
            version => {
                let version = version.map(|version| version.text).ok();
                ClientError::KeptOut { call, is_token: self.ticket().is_none(), version }
            }
        }
    }
}

/// Shows the ticket. What says something else than that it knows us is as good as closed.
async fn greet(console: &mut Console, greeting: Vec<u8>) -> Result<(), Ended> {
    console.say(greeting).await?;
    let mut said = Vec::new();
    while said.len() < 2 {
        said.extend_from_slice(&console.heard().await?);
    }
    let rest = said.strip_prefix(b"OK").ok_or(Ended::Closed)?.to_vec();
    console.unread(rest.into());
    Ok(())
}
