//! The configuration that a guest had when it was backed up, out of the archive.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

use crate::{
    domain::ids::NodeName,
    proxmox::{
        Client, ClientError,
        call::Asked,
        guest::ContainerConfig,
        storage::VolumeId,
        wire::{lenient::Text, list::Pairs},
    },
};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ArchivedConfig {
    /// As it is in the archive.
    pub text: String,
    entries: BTreeMap<String, String>,
    /// The operator's own words about the guest, and ours.
    pub description: String,
    /// The `lxc.…` keys, of which there may be several with one name.
    pub raw: Vec<(String, String)>,
}

impl ArchivedConfig {
    pub fn get(&self, key: &str) -> Option<&str> {
        self.entries.get(key).map(String::as_str)
    }

    /// The same, read like the configuration of a container that is there.
    pub fn config(&self) -> ContainerConfig {
        let is_raw = |name: &str| name.starts_with("lxc.");
        let plain = self.entries.iter().filter(|(name, _)| !is_raw(name));
        let mut pairs: Vec<_> = plain.map(|(name, value)| (name.clone(), value.clone())).collect();
        pairs.push(("description".to_owned(), self.description.clone()));
        ContainerConfig::read(Pairs(pairs), self.raw.clone())
    }

    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    pub(in crate::proxmox) fn read(text: String) -> Self {
        let mut config = Self::default();
        // What follows in brackets are snapshots.
        for line in text.lines().take_while(|line| !line.starts_with('[')) {
            if let Some(said) = line.strip_prefix('#') {
                config.description += &percent_decode_str(said).decode_utf8_lossy();
                config.description.push('\n');
            } else if let Some((key, value)) = line.split_once(':') {
                let (key, value) = (key.trim().to_owned(), value.trim().to_owned());
                if key.starts_with("lxc.") {
                    config.raw.push((key.clone(), value.clone()));
                }
                config.entries.insert(key, value);
            }
        }
        config.text = text;
        config
    }
}

impl Client {
    pub async fn archived_config(&self, node: &NodeName, backup: &VolumeId) -> Result<ArchivedConfig, ClientError> {
        let asked = Asked::get(&["nodes", node.as_str(), "vzdump", "extractconfig"]).with("volume", backup);
        let answer = self.call(&asked).await?;
        let said: Text<'_> = answer.read(&asked.call)?;
        Ok(ArchivedConfig::read(said.into_text().unwrap_or_default()))
    }
}
