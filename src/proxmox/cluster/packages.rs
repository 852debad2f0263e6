//! Which of Proxmox's packages a node has; what a fix in one of them decides, its version tells.

use crate::{
    domain::ids::NodeName,
    proxmox::{
        Client, ClientError,
        call::Asked,
        wire::{list::List, node::PackageRow},
    },
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    pub name: String,
    /// What is installed; nothing where it is not.
    pub installed: Option<String>,
    /// What could be installed.
    pub offered: Option<String>,
    /// The kernel that runs, where the package is that of the kernels.
    pub running_kernel: Option<String>,
}

impl Package {
    fn read(row: PackageRow<'_>) -> Option<Self> {
        let is_installed = row.current_state.as_deref() == Some("Installed");
        // What is offered is told as the version, what is there as the old one; a package that is up to date has both.
        let installed = row.old_version.into_text().filter(|version| is_installed && !version.is_empty());
        let offered = row.version.into_text();
        Some(Self {
            name: row.package.as_deref()?.to_owned(),
            installed: installed.or_else(|| offered.clone().filter(|_| is_installed)),
            offered,
            running_kernel: row.running_kernel.into_text(),
        })
    }
}

impl Client {
    /// Needs `Sys.Audit` on the node.
    pub async fn packages(&self, node: &NodeName) -> Result<Vec<Package>, ClientError> {
        let asked = Asked::get(&["nodes", node.as_str(), "apt", "versions"]);
        let answer = self.call(&asked).await?;
        let rows: List<PackageRow<'_>> = answer.read(&asked.call)?;
        Ok(rows.0.into_iter().filter_map(Package::read).collect())
    }
}
