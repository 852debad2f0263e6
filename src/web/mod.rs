//! HTTPS to the public world: sources of recipes, webhooks. What must hold: no answer takes longer or grows larger
//! than the caller allowed, and nothing is sent over plain HTTP, also after a redirect; a message may be, where the operator
//! wants that and the address is of his own network.

mod client;
mod error;
mod tls;

pub use client::{Client, Limits, Plain, Post};
pub use error::WebError;
pub use tls::Roots;
