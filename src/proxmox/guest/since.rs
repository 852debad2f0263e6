//! What of a container's options not every version of Proxmox VE knows. What must hold: a node is never sent what its
//! own version lacks, because it would refuse the whole call.

use crate::{
    domain::ids::NodeName,
    proxmox::{Ability, Client, ClientError, call::Asked},
};

/// The parameter without its number, the property in it (none: the parameter itself), and what it takes.
const YOUNGER: [(&str, Option<&str>, Ability); 8] = [
    ("env", None, Ability::EnvAndEntrypoint),
    ("entrypoint", None, Ability::EnvAndEntrypoint),
    ("dev", None, Ability::DevicePassthrough),
    ("overrule-shutdown", None, Ability::OverruleShutdown),
    ("net", Some("host-managed"), Ability::HostManagedNet),
    ("mp", Some("keepattrs"), Ability::MountOwners),
    ("mp", Some("idmap"), Ability::MountOwners),
    ("rootfs", Some("idmap"), Ability::MountOwners),
];

/// What a node must be able to do so that it takes these parameters.
pub(super) fn needed(asked: &Asked) -> Vec<Ability> {
    let all = asked.params.iter().flat_map(|(name, value)| {
        let plain = name.trim_end_matches(|c: char| c.is_ascii_digit());
        YOUNGER.iter().filter(move |(known, property, _)| *known == plain && says(value, *property))
    });
    let mut needed: Vec<_> = all.map(|(.., ability)| *ability).collect();
    needed.dedup();
    needed
}

fn says(value: &str, property: Option<&str>) -> bool {
    property.is_none_or(|property| value.split(',').any(|part| part.split('=').next() == Some(property)))
}

impl Client {
    /// Passes on what `node` knows all parameters of; its version is asked for only where one of them is young.
    pub(super) async fn known_to(&self, node: &NodeName, asked: Asked) -> Result<Asked, ClientError> {
        for ability in needed(&asked) {
            self.require(node, ability).await?;
        }
        Ok(asked)
    }
}
