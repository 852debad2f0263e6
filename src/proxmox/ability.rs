//! What not every version of Proxmox VE can do, since when it can, and how that is told.

use super::Version;

/// What not every version of Proxmox VE can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ability {
    /// `/interfaces`: the addresses of a running container.
    Interfaces,
    /// The right `SDN.Use` decides who may hang a guest on a bridge.
    BridgeRights,
    /// Pulling OCI images, and containers made of them; network managed by the host.
    Oci,
    /// `env` and `entrypoint` of a container.
    EnvAndEntrypoint,
    /// Opening a container's console with an API token.
    TokenConsole,
    /// Opening a node's console with an API token.
    TokenNodeConsole,
    /// A container's network card whose address the node sets.
    HostManagedNet,
    /// `keepattrs` and `idmap` of a container's disks.
    MountOwners,
    /// Pressure stall readings, and with them the longer rrd history.
    Psi,
    /// `GET migrate` of a container: where it may go, and what stands in the way.
    MigratePreconditions,
    /// HA rules; before that there are HA groups.
    HaRules,
    /// `cluster/metrics/export`.
    MetricsExport,
    /// `overrule-shutdown` when a guest is stopped.
    OverruleShutdown,
    /// `notification-mode` of vzdump and of backup jobs.
    NotificationMode,
    /// `pbs-change-detection-mode` of vzdump.
    PbsChangeDetection,
    /// `devN` of a container.
    DevicePassthrough,
    /// Templates that are a plain `.tar`.
    PlainTarTemplates,
    /// Templates packed with bzip2.
    BzipTemplates,
    /// Making a container of the template of Debian 13.
    DebianThirteen,
    /// The privilege `Sys.AccessNetwork` suffices for fetching from the network.
    NetworkRight,
    /// The raw log of a task, `download=1`.
    WholeTaskLog,
    /// `cluster/bulk-action`.
    BulkActions,
    /// Pools within pools, whose names stand beside the path; taking guests from another pool.
    NestedPools,
    /// Software-defined networks without further packages.
    Sdn,
    /// Whether an unprivileged container is what one gets without asking.
    UnprivilegedByDefault,
}

/// Since when, and what it is called in a sentence: `{what} needs Proxmox VE 9.1`.
struct Fact {
    /// The first version of each line that has it; a later line than the last one has it as well.
    since: &'static [(u16, u16, u16)],
    what: &'static str,
}

const fn fact(since: &'static [(u16, u16, u16)], what: &'static str) -> Fact {
    Fact { since, what }
}

impl Ability {
    pub const ALL: [Self; 25] = [
        Self::Interfaces,
        Self::BridgeRights,
        Self::Oci,
        Self::EnvAndEntrypoint,
        Self::TokenConsole,
        Self::TokenNodeConsole,
        Self::HostManagedNet,
        Self::MountOwners,
        Self::Psi,
        Self::MigratePreconditions,
        Self::HaRules,
        Self::MetricsExport,
        Self::OverruleShutdown,
        Self::NotificationMode,
        Self::PbsChangeDetection,
        Self::DevicePassthrough,
        Self::PlainTarTemplates,
        Self::BzipTemplates,
        Self::DebianThirteen,
        Self::NetworkRight,
        Self::WholeTaskLog,
        Self::BulkActions,
        Self::NestedPools,
        Self::Sdn,
        Self::UnprivilegedByDefault,
    ];

    fn fact(self) -> Fact {
        match self {
            Self::Interfaces => fact(&[(8, 1, 0)], "seeing the addresses of a container"),
            Self::BridgeRights => fact(&[(8, 0, 0)], "granting single bridges"),
            Self::Oci => fact(&[(9, 1, 0)], "making containers of OCI images"),
            Self::EnvAndEntrypoint => fact(&[(9, 1, 0)], "setting the environment or the entry point of a container"),
            // By its packages 9.1 may have it too; the version alone does not tell, so it is not counted on.
            Self::TokenConsole => fact(&[(8, 4, 19), (9, 2, 0)], "opening a container's console with an API token"),
            Self::TokenNodeConsole => fact(&[(9, 0, 13)], "opening a node's console with an API token"),
            Self::HostManagedNet => fact(&[(9, 1, 0)], "a network card whose address the node sets"),
            // Some of 9.1 have it by their packages; the version alone does not tell.
            Self::MountOwners => fact(&[(9, 2, 0)], "choosing the owners on a mount point"),
            Self::Psi => fact(&[(9, 0, 0)], "seeing the pressure on a guest"),
            Self::MigratePreconditions => fact(&[(9, 0, 0)], "asking where a container may go"),
            Self::HaRules => fact(&[(9, 0, 0)], "HA rules"),
            Self::MetricsExport => fact(&[(8, 2, 5)], "exporting metrics"),
            Self::OverruleShutdown => fact(&[(8, 2, 0)], "stopping a guest over a shutdown that is under way"),
            Self::NotificationMode => fact(&[(8, 2, 0)], "choosing how a backup notifies"),
            Self::PbsChangeDetection => fact(&[(8, 2, 0)], "backing up changes by metadata"),
            Self::DevicePassthrough => fact(&[(8, 2, 0)], "passing devices into a container"),
            Self::PlainTarTemplates => fact(&[(9, 0, 0)], "templates that are a plain .tar"),
            Self::BzipTemplates => fact(&[(8, 0, 0)], "templates packed with bzip2"),
            Self::DebianThirteen => fact(&[(8, 4, 19), (9, 0, 0)], "containers of Debian 13"),
            Self::NetworkRight => fact(&[(8, 2, 0)], "fetching from the network with Sys.AccessNetwork"),
            Self::WholeTaskLog => fact(&[(8, 0, 0)], "downloading the log of a task"),
            Self::BulkActions => fact(&[(9, 1, 0)], "acting on many guests in one call"),
            // Version 8.1 brought it in the course of its updates; from 8.2 on every node has it.
            Self::NestedPools => fact(&[(8, 2, 0)], "a pool within a pool"),
            Self::Sdn => fact(&[(8, 1, 0)], "software-defined networks"),
            Self::UnprivilegedByDefault => fact(&[(9, 0, 0)], "unprivileged containers without asking for them"),
        }
    }

    pub(super) fn is_in(self, version: &Version) -> bool {
        let own = (version.major, version.minor, version.patch);
        let last = self.fact().since.last();
        self.fact().since.iter().any(|from| own >= *from && (from.0 == own.0 || Some(from) == last))
    }

    /// What it is about, to stand before `needs Proxmox VE …`.
    pub fn what(self) -> &'static str {
        self.fact().what
    }

    /// The version that has it, for a sentence: `9.1`, or `8.4.19 or 9.2`.
    pub fn needs(self) -> String {
        let names = self.fact().since.iter().map(|(major, minor, patch)| match patch {
            0 => format!("{major}.{minor}"),
            _ => format!("{major}.{minor}.{patch}"),
        });
        names.collect::<Vec<_>>().join(" or ")
    }
}
