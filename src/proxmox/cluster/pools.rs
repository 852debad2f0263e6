//! Pools: guests and storages that belong together, and get their rights together. What must hold: a pool within a pool
//! has a slash in its name, so its name goes where no path is made of it, in every version that has such pools.

use crate::{
    domain::{
        fleet::GuestKind,
        ids::{NodeName, StorageName, Vmid},
    },
    proxmox::{
        Ability, Client, ClientError, Method,
        call::Asked,
        wire::{
            list::List,
            pool::{MemberRow, PoolRow},
        },
    },
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    pub name: String,
    pub comment: Option<String>,
    /// Only where one pool is asked for.
    pub members: Vec<PoolMember>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PoolMember {
    Guest { vmid: Vmid, kind: GuestKind, node: NodeName },
    Storage { name: StorageName, node: NodeName },
}

/// What joins or leaves a pool.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PoolMembers {
    pub guests: Vec<Vmid>,
    pub storages: Vec<StorageName>,
}

/// What happens to a guest that is in another pool already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stealing {
    /// It is refused.
    No,
    /// It leaves that one; from version 8.2 on.
    Yes,
}

impl Pool {
    fn read(row: &PoolRow<'_>, name: Option<&str>) -> Option<Self> {
        Some(Self {
            name: row.poolid.as_deref().or(name)?.to_owned(),
            comment: row.comment.as_deref().map(str::to_owned),
            members: row.members.0.iter().filter_map(PoolMember::read).collect(),
        })
    }
}

impl PoolMember {
    fn read(row: &MemberRow<'_>) -> Option<Self> {
        let node = NodeName::new(row.node.as_deref()?);
        let guest = |kind| Some(Self::Guest { vmid: Vmid(row.vmid.fits()?), kind, node: node.clone() });
        match row.kind.as_deref()? {
            "lxc" => guest(GuestKind::Container),
            "qemu" => guest(GuestKind::Machine),
            "storage" => Some(Self::Storage { name: StorageName::new(row.storage.as_deref()?), node }),
            _ => None,
        }
    }
}

impl Client {
    /// By name, without their members.
    pub async fn pools(&self) -> Result<Vec<Pool>, ClientError> {
        let asked = Asked::get(&["pools"]);
        let answer = self.call(&asked).await?;
        let rows: List<PoolRow<'_>> = answer.read(&asked.call)?;
        let mut pools: Vec<_> = rows.0.iter().filter_map(|row| Pool::read(row, None)).collect();
        pools.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(pools)
    }

    /// One with its members.
    pub async fn pool(&self, name: &str) -> Result<Pool, ClientError> {
        let asked = self.at_pool(Method::Get, name).await?;
        let answer = self.call(&asked).await?;
        let read = match asked.params.is_empty() {
            // Asked for by its path it comes alone, and without its name.
            true => Pool::read(&answer.read(&asked.call)?, Some(name)),
            false => {
                answer.read::<List<PoolRow<'_>>>(&asked.call)?.0.first().and_then(|row| Pool::read(row, Some(name)))
            }
        };
        read.ok_or(ClientError::Rubbish { call: asked.call, why: "it is no pool".into() })
    }

    pub async fn create_pool(&self, name: &str, comment: Option<&str>) -> Result<(), ClientError> {
        if name.contains('/') {
            self.require_here(Ability::NestedPools).await?;
        }
        let asked = Asked::post(&["pools"]).with("poolid", name).with_some("comment", comment);
        self.call(&asked).await.map(drop)
    }

    pub async fn comment_pool(&self, name: &str, comment: &str) -> Result<(), ClientError> {
        let asked = self.at_pool(Method::Put, name).await?.with("comment", comment);
        self.call(&asked).await.map(drop)
    }

    pub async fn add_to_pool(&self, name: &str, members: &PoolMembers, stealing: Stealing) -> Result<(), ClientError> {
        if stealing == Stealing::Yes {
            self.require_here(Ability::NestedPools).await?;
        }
        let moving = (stealing == Stealing::Yes).then_some(1);
        let asked = self.at_pool(Method::Put, name).await?.with_some("allow-move", moving);
        self.change_members(asked, members).await
    }

    pub async fn remove_from_pool(&self, name: &str, members: &PoolMembers) -> Result<(), ClientError> {
        let asked = self.at_pool(Method::Put, name).await?.with("delete", 1);
        self.change_members(asked, members).await
    }

    /// Only an empty one can go.
    pub async fn delete_pool(&self, name: &str) -> Result<(), ClientError> {
        let asked = self.at_pool(Method::Delete, name).await?;
        self.call(&asked).await.map(drop)
    }

    async fn change_members(&self, asked: Asked, members: &PoolMembers) -> Result<(), ClientError> {
        if members.guests.is_empty() && members.storages.is_empty() {
            return Ok(());
        }
        let joined = |names: Vec<String>| (!names.is_empty()).then(|| names.join(","));
        let asked = asked
            .with_some("vms", joined(members.guests.iter().map(Vmid::to_string).collect()))
            .with_some("storage", joined(members.storages.iter().map(StorageName::to_string).collect()));
        self.call(&asked).await.map(drop)
    }

    /// The newer way names the pool beside the path, the older one in it.
    async fn at_pool(&self, method: Method, name: &str) -> Result<Asked, ClientError> {
        let is_beside = self.can_here(Ability::NestedPools).await?;
        if !is_beside && name.contains('/') {
            self.require_here(Ability::NestedPools).await?;
        }
        let path: &[&str] = if is_beside { &["pools"] } else { &["pools", name] };
        let asked = match method {
            Method::Get => Asked::get(path),
            Method::Post => Asked::post(path),
            Method::Put => Asked::put(path),
            Method::Delete => Asked::delete(path),
        };
        Ok(asked.with_some("poolid", is_beside.then_some(name)))
    }
}
