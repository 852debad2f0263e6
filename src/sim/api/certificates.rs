//! The certificates of the nodes, as the web interface shows them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

#[derive(Debug, Clone, Default)]
pub struct Certificates {
    pub root: Certificate,
    /// Of the first node, and of all that have none of their own.
    pub leaf: Certificate,
    pub nodes: BTreeMap<String, Certificate>,
}

impl Certificates {
    pub fn leaf_of(&self, node: &str) -> &Certificate {
        self.nodes.get(node).unwrap_or(&self.leaf)
    }
}

#[derive(Debug, Clone, Default)]
pub struct Certificate {
    pub file: &'static str,
    /// SHA-256 of the DER form, in pairs with colons.
    pub fingerprint: String,
    pub subject: String,
    pub issuer: String,
    pub names: Vec<String>,
    /// Seconds since 1970
    pub from: i64,
    pub until: i64,
    pub pem: String,
}

impl Certificate {
    pub fn row(&self) -> Value {
        json!({
            "filename": self.file,
            "fingerprint": self.fingerprint,
            "subject": self.subject,
            "issuer": self.issuer,
            "san": self.names,
            "notbefore": self.from,
            "notafter": self.until,
            "public-key-type": "id-ecPublicKey",
            "public-key-bits": 256,
            "pem": self.pem,
        })
    }
}
