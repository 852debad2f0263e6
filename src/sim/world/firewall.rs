//! The firewall of one guest: its options and its rules, the first of which that fits decides.

use std::collections::BTreeMap;

use serde_json::Value;

pub type Rule = BTreeMap<String, Value>;

#[derive(Debug, Clone, Default)]
pub struct Firewall {
    pub options: BTreeMap<String, Value>,
    pub rules: Vec<Rule>,
}
