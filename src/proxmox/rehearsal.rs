//! A client that looks but does not act: what it would order is written down instead of sent. What must hold: nothing that
//! changes anything leaves this program, and no secret is in what is written down.

use std::sync::{Arc, Mutex, PoisonError};

use super::{
    Client, ClientError,
    call::{Asked, Method},
    request_log::masked,
};
use crate::domain::quote::{command_line, quoted};

/// An order that was not given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rehearsed {
    pub method: &'static str,
    /// Below `/api2/json`.
    pub path: String,
    /// Secrets are stars.
    pub parameters: Vec<(String, String)>,
}

#[derive(Clone, Default)]
pub(super) struct Stage(Arc<Mutex<Vec<Rehearsed>>>);

impl Stage {
    /// Why it was not sent, where it changes something.
    pub fn keep(&self, asked: &Asked) -> Result<(), ClientError> {
        if asked.call.method == Method::Get {
            return Ok(());
        }
        let parameters = asked.params.iter().map(|(name, value)| (name.to_string(), masked(name, value)));
        let order = Rehearsed {
            method: asked.call.method.as_str(),
            path: asked.call.path.clone(),
            parameters: parameters.collect(),
        };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(order);
        Err(ClientError::NotSent {
            what: format!("{} was not sent", asked.call),
            why: "this is a rehearsal".into(),
            remedy: "do it in earnest",
        })
    }
}

impl Client {
    /// The same client, acting for nobody.
    pub fn rehearsing(&self) -> Self {
        Self(self.0.clone(), Some(Stage::default()))
    }

    /// The orders that were rehearsed since this was asked last.
    pub fn rehearsed(&self) -> Vec<Rehearsed> {
        let Some(stage) = &self.1 else { return Vec::new() };
        std::mem::take(&mut *stage.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Rehearsed {
    /// A line for a shell of the host.
    pub fn as_pvesh(&self) -> String {
        let verb = match self.method {
            "POST" => "create",
            "PUT" => "set",
            "DELETE" => "delete",
            _ => "get",
        };
        let mut words = vec!["pvesh".to_owned(), verb.to_owned(), self.path.clone()];
        for (name, value) in &self.parameters {
            words.extend([format!("--{name}"), value.clone()]);
        }
        command_line(&words)
    }

    /// A line for any shell; `$TOKEN` is `USER@REALM!NAME=SECRET`.
    pub fn as_curl(&self, address: &str) -> String {
        let url = quoted(&format!("{address}/api2/json{}", self.path));
        let mut line = format!("curl -H \"Authorization: PVEAPIToken=$TOKEN\" -X {} {url}", self.method);
        if self.method == "DELETE" {
            line.push_str(" -G");
        }
        for (name, value) in &self.parameters {
            line.push_str(" --data-urlencode ");
            line.push_str(&quoted(&format!("{name}={value}")));
        }
        line
    }
}
