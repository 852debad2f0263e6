//! HTTPS to the public world: sources of recipes, later webhooks and probes. What must hold: no answer takes longer or
//! grows larger than the caller allowed, and nothing is sent over plain HTTP, also after a redirect.

mod client;
mod error;
mod tls;

pub use client::{Client, Limits};
pub use error::WebError;
pub use tls::Roots;
