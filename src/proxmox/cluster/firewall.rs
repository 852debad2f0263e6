//! The firewall of a container. It does nothing while the firewall of the datacenter is off, and that one is never
//! switched on from here: it can lock everybody out.

use crate::{
    domain::ids::{NodeName, Vmid},
    proxmox::{
        Client, ClientError,
        call::Asked,
        wire::{
            firewall::{OptionsSaid, RuleRow},
            lenient::Text,
            list::List,
        },
    },
};

/// What becomes of what no rule names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirewallPolicy {
    Accept,
    Reject,
    Drop,
}

/// What is nothing is left to Proxmox's own default, or stays as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FirewallOptions {
    pub is_on: Option<bool>,
    pub inward: Option<FirewallPolicy>,
    pub outward: Option<FirewallPolicy>,
    pub lets_dhcp: Option<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleDirection {
    In,
    Out,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleVerdict {
    Plain(FirewallPolicy),
    /// The rules of a group.
    Group(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirewallRule {
    /// Nothing where it stands for a group.
    pub direction: Option<RuleDirection>,
    pub verdict: RuleVerdict,
    pub is_on: bool,
    /// A service that Proxmox knows, such as `SSH`.
    pub service: Option<String>,
    pub protocol: Option<String>,
    pub source: Option<String>,
    pub destination: Option<String>,
    pub port: Option<String>,
    pub comment: Option<String>,
}

impl FirewallPolicy {
    fn slug(self) -> &'static str {
        match self {
            Self::Accept => "ACCEPT",
            Self::Reject => "REJECT",
            Self::Drop => "DROP",
        }
    }

    fn read(word: &str) -> Option<Self> {
        [Self::Accept, Self::Reject, Self::Drop].into_iter().find(|policy| policy.slug() == word)
    }
}

impl FirewallRule {
    /// Lets a port in.
    pub fn allow(protocol: &str, port: &str) -> Self {
        Self {
            direction: Some(RuleDirection::In),
            verdict: RuleVerdict::Plain(FirewallPolicy::Accept),
            is_on: true,
            service: None,
            protocol: Some(protocol.to_owned()),
            source: None,
            destination: None,
            port: Some(port.to_owned()),
            comment: None,
        }
    }

    fn read(row: &RuleRow<'_>) -> Option<Self> {
        let text = |text: &Text<'_>| text.as_deref().map(str::to_owned);
        let action = row.action.as_deref()?;
        let (direction, verdict) = match row.kind.as_deref()? {
            "in" => (Some(RuleDirection::In), RuleVerdict::Plain(FirewallPolicy::read(action)?)),
            "out" => (Some(RuleDirection::Out), RuleVerdict::Plain(FirewallPolicy::read(action)?)),
            "group" => (None, RuleVerdict::Group(action.to_owned())),
            _ => return None,
        };
        Some(Self {
            direction,
            verdict,
            is_on: row.enable.0.unwrap_or(1) != 0,
            service: text(&row.macro_),
            protocol: text(&row.proto),
            source: text(&row.source),
            destination: text(&row.dest),
            port: text(&row.dport),
            comment: text(&row.comment),
        })
    }
}

fn at(node: &NodeName, vmid: Vmid) -> [String; 5] {
    ["nodes".into(), node.to_string(), "lxc".into(), vmid.to_string(), "firewall".into()]
}

fn path<'p>(start: &'p [String; 5], end: &'p str) -> Vec<&'p str> {
    start.iter().map(String::as_str).chain([end]).collect()
}

impl Client {
    pub async fn firewall(&self, node: &NodeName, vmid: Vmid) -> Result<FirewallOptions, ClientError> {
        let asked = Asked::get(&path(&at(node, vmid), "options"));
        let answer = self.call(&asked).await?;
        let said: OptionsSaid<'_> = answer.read(&asked.call)?;
        Ok(FirewallOptions {
            is_on: said.enable.0,
            inward: said.policy_in.as_deref().and_then(FirewallPolicy::read),
            outward: said.policy_out.as_deref().and_then(FirewallPolicy::read),
            lets_dhcp: said.dhcp.0,
        })
    }

    /// A change of nothing is not sent.
    pub async fn change_firewall(
        &self,
        node: &NodeName,
        vmid: Vmid,
        change: FirewallOptions,
    ) -> Result<(), ClientError> {
        let asked = Asked::put(&path(&at(node, vmid), "options"))
            .with_some("enable", change.is_on.map(u8::from))
            .with_some("policy_in", change.inward.map(FirewallPolicy::slug))
            .with_some("policy_out", change.outward.map(FirewallPolicy::slug))
            .with_some("dhcp", change.lets_dhcp.map(u8::from));
        if asked.params.is_empty() {
            return Ok(());
        }
        self.call(&asked).await.map(drop)
    }

    /// In the order they are looked at.
    pub async fn firewall_rules(&self, node: &NodeName, vmid: Vmid) -> Result<Vec<FirewallRule>, ClientError> {
        let asked = Asked::get(&path(&at(node, vmid), "rules"));
        let answer = self.call(&asked).await?;
        let mut rows: List<RuleRow<'_>> = answer.read(&asked.call)?;
        rows.0.sort_by_key(|row| row.pos.0);
        Ok(rows.0.iter().filter_map(FirewallRule::read).collect())
    }

    /// Puts it before all others.
    pub async fn add_firewall_rule(&self, node: &NodeName, vmid: Vmid, rule: &FirewallRule) -> Result<(), ClientError> {
        let kind = match rule.direction {
            Some(RuleDirection::In) => "in",
            Some(RuleDirection::Out) => "out",
            None => "group",
        };
        let action = match &rule.verdict {
            RuleVerdict::Plain(policy) => policy.slug(),
            RuleVerdict::Group(group) => group,
        };
        let asked = Asked::post(&path(&at(node, vmid), "rules"))
            .with("type", kind)
            .with("action", action)
            .with("enable", u8::from(rule.is_on))
            .with_some("macro", rule.service.as_ref())
            .with_some("proto", rule.protocol.as_ref())
            .with_some("source", rule.source.as_ref())
            .with_some("dest", rule.destination.as_ref())
            .with_some("dport", rule.port.as_ref())
            .with_some("comment", rule.comment.as_ref());
        self.call(&asked).await.map(drop)
    }
}
