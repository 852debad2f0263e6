//! `nodes` and `nodes/{node}/certificates/info`.

use serde::Deserialize;

use super::lenient::{Int, Text};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct NodeRow<'a> {
    #[serde(borrow)]
    pub node: Text<'a>,
    #[serde(borrow)]
    pub status: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CertificateRow<'a> {
    #[serde(borrow)]
    pub filename: Text<'a>,
    /// SHA-256 of the DER form.
    #[serde(borrow)]
    pub fingerprint: Text<'a>,
    #[serde(borrow)]
    pub pem: Text<'a>,
    #[serde(borrow)]
    pub subject: Text<'a>,
    #[serde(borrow)]
    pub issuer: Text<'a>,
    /// Seconds since 1970
    pub notafter: Int,
}
