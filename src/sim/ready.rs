//! What somebody must know to talk to a datacenter that has just begun: where it is and how to get in. Printed as one
//! line of JSON.

use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ready {
    pub url: String,
    /// SHA-256 of the certificate, in pairs with colons.
    pub fingerprint: String,
    pub user: String,
    pub password: String,
    /// `user@realm!name`
    pub token_id: String,
    pub token_secret: String,
    /// Where SSH answers, once it does.
    pub ssh: Option<String>,
    pub nodes: Vec<String>,
    pub storages: Vec<String>,
    /// A container template that is there.
    pub template: String,
    pub totp: SecondFactor,
}

/// A user whose log-in wants a code of a second factor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SecondFactor {
    pub user: String,
    pub password: String,
    /// In base 32, as an authenticator app takes it.
    pub secret: String,
}
