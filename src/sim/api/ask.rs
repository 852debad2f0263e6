//! A call as it comes in, what an endpoint sees of it once it was judged, and what goes out.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::sim::{
    check::{
        formats,
        given::{Params, Upload},
        patterns,
        rule::{Rule, integer, text},
    },
    datacenter::Datacenter,
    refusal::Refusal,
    world::{
        access::Who,
        guest::{Guest, Kind},
    },
};

/// Who a call says it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credentials {
    None,
    Ticket {
        ticket: String,
        csrf: Option<String>,
    },
    /// `user@realm!id=secret`
    Token(String),
}

#[derive(Debug, Clone)]
pub struct Call {
    pub method: String,
    /// Below `/api2/json`, decoded, with a leading slash.
    pub path: String,
    pub params: Params,
    pub credentials: Credentials,
}

/// A call that was found good.
pub struct Ask {
    pub who: Who,
    pub values: BTreeMap<String, String>,
    pub upload: Option<Upload>,
}

impl Ask {
    pub fn text(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    pub fn given(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    pub fn number(&self, name: &str) -> Option<i64> {
        self.given(name)?.parse().ok()
    }

    pub fn is_set(&self, name: &str) -> bool {
        self.given(name) == Some("1")
    }

    pub fn vmid(&self) -> u32 {
        self.text("vmid").parse().unwrap_or(0)
    }

    pub fn node(&self) -> &str {
        self.text("node")
    }

    /// The container or machine the path names, or the refusal that says there is none.
    pub fn guest<'a>(&self, datacenter: &'a Datacenter, kind: Kind) -> Result<&'a Guest, Refusal> {
        let vmid = self.vmid();
        datacenter.guest_on(self.node(), kind, vmid).ok_or_else(|| Refusal::no_config(self.node(), kind.folder(), vmid))
    }
}

/// The `data` of a good answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    Json(Value),
    /// JSON that is already written, for long lists.
    Written(String),
    /// A list with the count of all there are beside it.
    Counted(Value, usize),
}

impl From<Value> for Data {
    fn from(value: Value) -> Self {
        Self::Json(value)
    }
}

pub type Outcome = Result<Data, Refusal>;

#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    Good(Data),
    Refused(Refusal),
}

/// What the variables of paths may be.
pub fn variable_rule(name: &'static str) -> Rule {
    match name {
        "node" => text(name).format(formats::node).needed(),
        "vmid" => VMID.needed(),
        "storage" => text(name).format(formats::storage_id).needed(),
        "userid" => text(name).format(formats::user_id).longest(64).needed(),
        "poolid" => text(name).format(formats::pool_id).needed(),
        "group" | "rule" => text(name).format(formats::config_id).needed(),
        "snapname" => text(name).format(formats::config_id).longest(40).needed(),
        "tokenid" => text(name).pattern(patterns::is_word).needed(),
        _ => text(name).needed(),
    }
}

pub const VMID: Rule = integer("vmid").format(formats::vmid).least(100).most(999_999_999);
