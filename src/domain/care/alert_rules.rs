//! What is worth an alert, as the operator's settings have it: the section `[alerts]`, one key for each. What must hold:
//! no secret stands here; a token or an address that is one is in the vault.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Switch;
use crate::domain::alerting::{Limits, QuietHours, Rule};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct AlertRules {
    pub disk: Limits,
    /// It is told once it has been so for this many seconds; so it is with the others.
    pub disk_for: u64,
    pub memory: Limits,
    pub memory_for: u64,
    pub cpu: Limits,
    pub cpu_for: u64,
    pub backup: Switch,
    pub probe: Switch,
    pub probe_for: u64,
    pub update: Switch,
    pub host: Switch,
    pub host_for: u64,
    pub node: Switch,
    pub node_for: u64,
    pub node_disk: Limits,
    pub node_memory: Limits,
    pub storage: Limits,
    /// Also told where it will be full within so many days; 0 is never.
    pub storage_days: u64,
    pub token: Switch,
    pub certificate: Switch,
    pub drift: Switch,
    pub stuck: Switch,
    /// What was told is over when it is so many percent below its limit.
    pub margin: u8,
    /// What is over and comes back within so many seconds is the same, and is not told anew.
    pub again: u64,
    /// More than so many at once are told as one.
    pub storm: u64,
    /// Nothing is delivered then.
    pub quiet: QuietHours,
    /// Danger is delivered also in quiet hours.
    pub quiet_danger: Switch,
    /// Where alerts are posted as JSON.
    pub webhook: String,
    /// A topic of ntfy, as `https://ntfy.sh/topic`.
    pub ntfy: String,
    /// Plain http to an address of the operator's own network is spoken all the same.
    pub plain_at_home: Switch,
}

impl Default for AlertRules {
    fn default() -> Self {
        Self {
            disk: Limits::new(85, 95),
            disk_for: 60,
            memory: Limits::new(90, 97),
            memory_for: 600,
            cpu: Limits::warning(90),
            cpu_for: 1_800,
            backup: Switch::On,
            probe: Switch::On,
            probe_for: 60,
            update: Switch::On,
            host: Switch::On,
            host_for: 30,
            node: Switch::On,
            node_for: 60,
            node_disk: Limits::new(85, 95),
            node_memory: Limits::new(92, 98),
            storage: Limits::new(85, 95),
            storage_days: 7,
            token: Switch::On,
            certificate: Switch::On,
            drift: Switch::On,
            stuck: Switch::On,
            margin: 4,
            again: 900,
            storm: 8,
            quiet: QuietHours::default(),
            quiet_danger: Switch::On,
            webhook: String::new(),
            ntfy: String::new(),
            plain_at_home: Switch::Off,
        }
    }
}

impl AlertRules {
    /// The limits of a rule that has some.
    pub fn limits(&self, rule: Rule) -> Option<Limits> {
        match rule {
            Rule::Disk => Some(self.disk),
            Rule::Memory => Some(self.memory),
            Rule::Cpu => Some(self.cpu),
            Rule::NodeDisk => Some(self.node_disk),
            Rule::NodeMemory => Some(self.node_memory),
            Rule::Storage => Some(self.storage),
            _ => None,
        }
    }

    pub fn is_on(&self, rule: Rule) -> bool {
        match rule {
            Rule::Backup => self.backup.is_on(),
            Rule::Probe => self.probe.is_on(),
            Rule::Update => self.update.is_on(),
            Rule::Host => self.host.is_on(),
            Rule::Node => self.node.is_on(),
            Rule::Token => self.token.is_on(),
            Rule::Certificate => self.certificate.is_on(),
            Rule::Drift => self.drift.is_on(),
            Rule::Stuck => self.stuck.is_on(),
            Rule::Storage => !self.storage.is_off() || self.storage_days > 0,
            Rule::Disk | Rule::Memory | Rule::Cpu | Rule::NodeDisk | Rule::NodeMemory => {
                self.limits(rule).is_some_and(|limits| !limits.is_off())
            }
        }
    }

    /// It is told once it has been so for this long.
    pub fn lasts(&self, rule: Rule) -> Duration {
        Duration::from_secs(match rule {
            Rule::Disk | Rule::NodeDisk => self.disk_for,
            Rule::Memory | Rule::NodeMemory => self.memory_for,
            Rule::Cpu => self.cpu_for,
            Rule::Probe => self.probe_for,
            Rule::Host => self.host_for,
            Rule::Node => self.node_for,
            Rule::Backup | Rule::Update | Rule::Storage | Rule::Token | Rule::Certificate => 0,
            Rule::Drift | Rule::Stuck => 0,
        })
    }

    pub fn cool_down(&self) -> Duration {
        Duration::from_secs(self.again)
    }

    /// What the types cannot say.
    pub fn check(&self) -> Result<(), String> {
        const LONG: u64 = 30 * 86_400;
        let times = [self.disk_for, self.memory_for, self.cpu_for, self.probe_for, self.host_for, self.node_for];
        if times.iter().any(|time| *time > LONG) || self.again > LONG {
            return Err("no alert waits longer than 30 days".into());
        }
        if self.margin > 50 {
            return Err("a margin is 50 percent at most".into());
        }
        if self.storm == 0 {
            return Err("one alert is no storm: write 1 or more".into());
        }
        for address in [&self.webhook, &self.ntfy] {
            check_address(address)?;
        }
        Ok(())
    }
}

/// An address with a name or a password in it is a secret, and these are written into no file.
fn check_address(address: &str) -> Result<(), String> {
    if address.is_empty() {
        return Ok(());
    }
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    let rest = rest.ok_or("an address begins with https://")?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.is_empty() || address.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err("this is no address".into());
    }
    match authority.contains('@') {
        true => Err("it carries a login: keep it with `proximity alert deliver`".into()),
        false => Ok(()),
    }
}
