//! HA rules, from version 9 on: where guests may run, and which stay together or apart.

use super::{HaSid, NodePriority, NodeStrictness, sid};
use crate::proxmox::{
    Ability, Client, ClientError,
    call::Asked,
    wire::{ha::RuleRow, list::List},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Affinity {
    Together,
    Apart,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HaRuleKind {
    Nodes { nodes: Vec<NodePriority>, strictness: NodeStrictness },
    Guests(Affinity),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RuleState {
    #[default]
    Enabled,
    Disabled,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HaRule {
    pub name: String,
    pub kind: HaRuleKind,
    pub guests: Vec<HaSid>,
    pub state: RuleState,
    pub comment: Option<String>,
}

impl HaRuleKind {
    fn slug(&self) -> &'static str {
        match self {
            Self::Nodes { .. } => "node-affinity",
            Self::Guests(_) => "resource-affinity",
        }
    }
}

impl HaRule {
    fn read(row: &RuleRow<'_>) -> Option<Self> {
        let kind = match row.kind.as_deref()? {
            "node-affinity" => HaRuleKind::Nodes {
                nodes: NodePriority::read_all(&row.nodes.0.join(",")),
                strictness: NodeStrictness::read(row.strict.0),
            },
            "resource-affinity" => HaRuleKind::Guests(match row.affinity.as_deref()? {
                "positive" => Affinity::Together,
                "negative" => Affinity::Apart,
                _ => return None,
            }),
            _ => return None,
        };
        Some(Self {
            name: row.rule.as_deref()?.to_owned(),
            kind,
            guests: sid::read_all(&row.resources.0.join(",")),
            state: if row.disable.is_set() { RuleState::Disabled } else { RuleState::Enabled },
            comment: row.comment.as_deref().map(str::to_owned),
        })
    }

    fn on(&self, asked: Asked) -> Asked {
        let asked = asked.with("type", self.kind.slug()).with("resources", sid::joined(&self.guests));
        let asked = match &self.kind {
            HaRuleKind::Nodes { nodes, strictness } => {
                asked.with("nodes", NodePriority::joined(nodes)).with("strict", strictness.flag())
            }
            HaRuleKind::Guests(Affinity::Together) => asked.with("affinity", "positive"),
            HaRuleKind::Guests(Affinity::Apart) => asked.with("affinity", "negative"),
        };
        asked.with("disable", u8::from(self.state == RuleState::Disabled)).with_some("comment", self.comment.as_ref())
    }
}

impl Client {
    /// By name.
    pub async fn ha_rules(&self) -> Result<Vec<HaRule>, ClientError> {
        self.require_here(Ability::HaRules).await?;
        let asked = Asked::get(&["cluster", "ha", "rules"]);
        let answer = self.call(&asked).await?;
        let rows: List<RuleRow<'_>> = answer.read(&asked.call)?;
        let mut rules: Vec<_> = rows.0.iter().filter_map(HaRule::read).collect();
        rules.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(rules)
    }

    pub async fn create_ha_rule(&self, rule: &HaRule) -> Result<(), ClientError> {
        self.require_here(Ability::HaRules).await?;
        let asked = rule.on(Asked::post(&["cluster", "ha", "rules"]).with("rule", &rule.name));
        self.call(&asked).await.map(drop)
    }

    /// Makes the rule of this name what `rule` says.
    pub async fn change_ha_rule(&self, rule: &HaRule) -> Result<(), ClientError> {
        self.require_here(Ability::HaRules).await?;
        let asked = rule.on(Asked::put(&["cluster", "ha", "rules", &rule.name]));
        self.call(&asked).await.map(drop)
    }

    pub async fn delete_ha_rule(&self, name: &str) -> Result<(), ClientError> {
        self.require_here(Ability::HaRules).await?;
        self.call(&Asked::delete(&["cluster", "ha", "rules", name])).await.map(drop)
    }
}
