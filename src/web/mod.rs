//! HTTPS to the public world: sources of recipes, webhooks; and TLS for a look at an app, where nobody is trusted and nothing
//! told. What must hold: no answer takes longer or grows larger than the caller allowed, and nothing is sent over plain HTTP,
//! also after a redirect; a message may be, where the operator wants that and the address is of his own network.

mod client;
mod error;
mod tls;
mod unproven;

pub use client::{Client, Limits, Plain, Post};
pub use error::WebError;
pub use tls::Roots;
pub use unproven::speak_tls;
