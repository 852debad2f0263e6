//! How one app is watched, where that is otherwise than the rules have it. What must hold: only what was said for it is
//! said here; all else follows the rules when they change.

use serde::{Deserialize, Serialize};

use super::rules::{Amiss, Bound, SelfRestart};
use crate::domain::probe::ProbeKind;

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Watch {
    /// Seconds
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<u64>,
    /// Seconds
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fall: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rise: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_restart: Option<SelfRestart>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probe: Option<Gaze>,
}

/// At what it is looked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gaze {
    /// At nothing.
    Off,
    At(ProbeKind),
}

impl Watch {
    pub fn check(&self) -> Result<(), Amiss> {
        let bound = |bound: Bound, value: Option<u64>| value.map_or(Ok(()), |value| bound.check(value));
        bound(Bound::INTERVAL, self.interval)?;
        bound(Bound::TIMEOUT, self.timeout)?;
        bound(Bound::FALL, self.fall.map(u64::from))?;
        bound(Bound::RISE, self.rise.map(u64::from))
    }

    /// Nothing is said.
    pub fn is_silent(&self) -> bool {
        *self == Self::default()
    }
}

/// The answers that are good where nobody says otherwise: pages, and pointers to pages.
const GOOD: (u16, u16) = (100, 399);
const LONGEST_PATH: usize = 256;

/// `http://:8080/health`, `https://:8443/`, `tcp:5432`: always at the app's own address.
pub fn read_probe(text: &str) -> Result<ProbeKind, Amiss> {
    if let Some(port) = text.strip_prefix("tcp:") {
        return Ok(ProbeKind::Tcp { port: read_port(text, port)? });
    }
    let Some((scheme @ ("http" | "https"), rest)) = text.split_once("://") else { return Err(unread(text)) };
    let (place, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    let port = match place.strip_prefix(':') {
        Some(port) => read_port(text, port)?,
        None if place.is_empty() => {
            if scheme == "https" {
                443
            } else {
                80
            }
        }
        None => {
            return Err(Amiss {
                why: format!("`{text}` names a machine, and only the app's own address is asked"),
                remedy: format!("leave `{place}` out: `{scheme}://:PORT{path}`"),
            });
        }
    };
    if path.len() > LONGEST_PATH || !path.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Amiss {
            why: format!("`{text}` has a path that cannot be asked for"),
            remedy: format!("write it in at most {LONGEST_PATH} plain letters, others as %XX"),
        });
    }
    Ok(ProbeKind::Http { scheme: scheme.into(), port, path: path.into(), status: GOOD })
}

/// The same as it is typed.
pub fn write_probe(probe: &ProbeKind) -> String {
    match probe {
        ProbeKind::Tcp { port } => format!("tcp:{port}"),
        ProbeKind::Http { scheme, port, path, .. } => format!("{scheme}://:{port}{path}"),
        ProbeKind::Command { run } => run.join(" "),
    }
}

fn read_port(text: &str, port: &str) -> Result<u16, Amiss> {
    port.parse().ok().filter(|port| *port > 0).ok_or_else(|| Amiss {
        why: format!("`{text}` names no port"),
        remedy: "write a number from 1 to 65535 behind the colon".into(),
    })
}

fn unread(text: &str) -> Amiss {
    Amiss {
        why: format!("`{text}` is nothing to look at"),
        remedy: "write `http://:8080/health`, `https://:8443/`, `tcp:5432`, `off` or `default`".into(),
    }
}
