//! What Proxmox says, as it says it. What must hold: nothing is taken for granted here. A number may come as text, a
//! list as nothing, a switch as 0 or 1, and whatever is missing is missing, never zero.

pub mod access;
pub mod backup;
pub mod cluster;
pub mod config;
pub mod firewall;
pub mod ha;
pub mod interfaces;
pub mod lenient;
pub mod list;
pub mod log;
pub mod metrics;
pub mod network;
pub mod node;
pub mod nodes;
pub mod options;
pub mod pool;
pub mod property;
pub mod resources;
pub mod rrd;
pub mod storage;
pub mod task;
pub mod template;

use serde::{Deserialize, Deserializer};

use lenient::{Int, Text};
use list::Pairs;

/// Every answer has its content under `data`; `null` means that there is none.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de> + Default"), default)]
pub struct Envelope<T> {
    #[serde(deserialize_with = "or_nothing")]
    pub data: T,
    pub total: Int,
}

fn or_nothing<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(from: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// Why something was refused.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "RefusalSaid")]
pub struct Refusal {
    pub text: String,
    /// Parameter and complaint.
    pub errors: Vec<(String, String)>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RefusalSaid<'a> {
    #[serde(borrow)]
    message: Text<'a>,
    errors: Pairs,
}

impl From<RefusalSaid<'_>> for Refusal {
    fn from(said: RefusalSaid<'_>) -> Self {
        let text = said.message.as_deref().unwrap_or_default().trim().to_owned();
        let mut errors = said.errors.0;
        // Proxmox writes its maps in random order.
        errors.sort();
        Self { text, errors }
    }
}
