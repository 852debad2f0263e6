//! HA groups, up to version 8: the nodes a guest may run on. Version 9 turns them into rules by itself.

use crate::{
    domain::ids::NodeName,
    proxmox::{
        Ability, Client, ClientError,
        call::Asked,
        wire::{ha::GroupRow, list::List},
    },
};

/// A node, and how much it is preferred over those with less.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodePriority {
    pub node: NodeName,
    pub priority: Option<u32>,
}

/// Whether a guest may run elsewhere when none of its nodes is there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum NodeStrictness {
    #[default]
    MayGoElsewhere,
    OnlyThere,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HaGroup {
    pub name: String,
    pub nodes: Vec<NodePriority>,
    pub strictness: NodeStrictness,
    /// It goes back to a preferred node when that one is there again.
    pub fails_back: bool,
    pub comment: Option<String>,
}

impl NodePriority {
    /// Of a list such as `pve1:2,pve2`.
    pub(super) fn read_all(list: &str) -> Vec<Self> {
        let one = |text: &str| {
            let (node, priority) = text.split_once(':').map_or((text, None), |(node, much)| (node, much.parse().ok()));
            Self { node: NodeName::new(node), priority }
        };
        list.split([',', ';', ' ']).filter(|text| !text.is_empty()).map(one).collect()
    }

    pub(super) fn joined(nodes: &[Self]) -> String {
        let one = |node: &Self| match node.priority {
            Some(priority) => format!("{}:{priority}", node.node),
            None => node.node.to_string(),
        };
        nodes.iter().map(one).collect::<Vec<_>>().join(",")
    }
}

impl NodeStrictness {
    pub(super) fn read(flag: Option<bool>) -> Self {
        if flag == Some(true) { Self::OnlyThere } else { Self::MayGoElsewhere }
    }

    pub(super) fn flag(self) -> u8 {
        u8::from(self == Self::OnlyThere)
    }
}

impl HaGroup {
    fn read(row: &GroupRow<'_>) -> Option<Self> {
        Some(Self {
            name: row.group.as_deref()?.to_owned(),
            nodes: NodePriority::read_all(row.nodes.as_deref().unwrap_or_default()),
            strictness: NodeStrictness::read(row.restricted.0),
            fails_back: !row.nofailback.is_set(),
            comment: row.comment.as_deref().map(str::to_owned),
        })
    }
}

impl Client {
    /// By name. From version 9 on there are none.
    pub async fn ha_groups(&self) -> Result<Vec<HaGroup>, ClientError> {
        if self.can_here(Ability::HaRules).await? {
            return Ok(Vec::new());
        }
        let asked = Asked::get(&["cluster", "ha", "groups"]);
        let answer = self.call(&asked).await?;
        let rows: List<GroupRow<'_>> = answer.read(&asked.call)?;
        let mut groups: Vec<_> = rows.0.iter().filter_map(HaGroup::read).collect();
        groups.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(groups)
    }

    pub async fn create_ha_group(&self, group: &HaGroup) -> Result<(), ClientError> {
        self.refuse_groups_here().await?;
        let asked = Asked::post(&["cluster", "ha", "groups"])
            .with("group", &group.name)
            .with("nodes", NodePriority::joined(&group.nodes))
            .with("restricted", group.strictness.flag())
            .with("nofailback", u8::from(!group.fails_back))
            .with_some("comment", group.comment.as_ref());
        self.call(&asked).await.map(drop)
    }

    pub async fn delete_ha_group(&self, name: &str) -> Result<(), ClientError> {
        self.refuse_groups_here().await?;
        self.call(&Asked::delete(&["cluster", "ha", "groups", name])).await.map(drop)
    }

    /// Version 9 still knows the words and refuses what they ask for.
    pub(super) async fn refuse_groups_here(&self) -> Result<(), ClientError> {
        match self.can_here(Ability::HaRules).await? {
            false => Ok(()),
            true => Err(ClientError::NotSent {
                what: "this host has no HA groups".to_owned(),
                why: "Proxmox VE 9 replaced them by HA rules".to_owned(),
                remedy: "make a rule of the kind node affinity instead",
            }),
        }
    }
}
