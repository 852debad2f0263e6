//! What the deck remembers from one time to the next, beside the settings. What must hold: what cannot be read any more is
//! as if it had never been.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// A thing that is kept under a name of its own.
pub trait Remembered: Serialize + DeserializeOwned + Default {
    const NAME: &'static str;
}

/// All of it, as it was kept.
#[derive(Debug, Clone, Default)]
pub struct Memory(pub BTreeMap<String, String>);

impl Memory {
    pub fn recall<T: Remembered>(&self) -> T {
        self.0.get(T::NAME).and_then(|value| serde_json::from_str(value).ok()).unwrap_or_default()
    }
}

/// The day on which the deck was last looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Seen {
    pub day: String,
}

impl Remembered for Seen {
    const NAME: &'static str = "seen";
}
