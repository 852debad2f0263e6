//! Log-in, permissions and version; users, tokens, roles and who was given which.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use serde::Deserialize;

use super::{
    lenient::{Flag, Int, Text},
    list::Pairs,
};
use crate::domain::secret::Secret;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct VersionSaid<'a> {
    #[serde(borrow)]
    pub version: Text<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Issued<'a> {
    #[serde(borrow)]
    pub ticket: Text<'a>,
    #[serde(borrow, rename = "CSRFPreventionToken")]
    pub csrf: Text<'a>,
    #[serde(rename = "NeedTFA")]
    pub wants_second_factor: Flag,
}

/// Path, privilege, whether it is inherited by what lies below.
pub type PermissionsSaid = BTreeMap<String, Pairs>;

/// What a ticket that still lacks its second factor says of the factors it takes.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct HalfTicket {
    names: Vec<String>,
}

impl HalfTicket {
    /// Reads `PVE:!tfa!<escaped JSON>:<time>::<signature>`.
    pub fn read(ticket: &str) -> Self {
        let inner = ticket.split(':').nth(1).unwrap_or_default();
        let decoded = percent_decode_str(inner).decode_utf8_lossy();
        let json = decoded.strip_prefix("!tfa!").unwrap_or_default();
        let factors: BTreeMap<String, serde_json::Value> = serde_json::from_str(json).unwrap_or_default();
        let usable = |value: &serde_json::Value| match value {
            serde_json::Value::Null => false,
            serde_json::Value::Bool(is) => *is,
            serde_json::Value::Array(list) => !list.is_empty(),
            _ => true,
        };
        Self { names: factors.into_iter().filter(|(_, value)| usable(value)).map(|(name, _)| name).collect() }
    }

    /// Where the ticket cannot be read, a code is worth a try.
    pub fn takes_code(&self) -> bool {
        self.names.is_empty() || self.names.iter().any(|name| name == "totp" || name == "recovery")
    }

    pub fn names(&self) -> String {
        self.names.join(", ")
    }

    /// A one-time code is all digits; anything else is one of the recovery keys.
    pub fn response(&self, code: &Secret) -> Secret {
        let code = code.reveal().trim().replace(' ', "");
        let is_digits = !code.is_empty() && code.bytes().all(|digit| digit.is_ascii_digit());
        let is_recovery = !is_digits && self.names.iter().any(|name| name == "recovery");
        Secret::new(if is_recovery { format!("recovery:{code}") } else { format!("totp:{code}") })
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RoleRow<'a> {
    #[serde(borrow)]
    pub roleid: Text<'a>,
    /// With commas between them.
    #[serde(borrow)]
    pub privs: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct UserRow<'a> {
    #[serde(borrow)]
    pub userid: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TokenRow<'a> {
    #[serde(borrow)]
    pub tokenid: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TokenSaid {
    /// Seconds since 1970; 0 is never.
    pub expire: Int,
    pub privsep: Flag,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TokenMade<'a> {
    #[serde(borrow)]
    pub value: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AclRow<'a> {
    #[serde(borrow)]
    pub path: Text<'a>,
    #[serde(borrow)]
    pub ugid: Text<'a>,
    #[serde(borrow)]
    pub roleid: Text<'a>,
    pub propagate: Flag,
}
