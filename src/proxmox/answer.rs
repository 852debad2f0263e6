//! An answer as it came, and the judgement over it: good, or which error. Proxmox tells its reasons in the body, in a
//! map of parameters, or, where the body is empty, only in the first line of the answer.

use serde::Deserialize;

use super::{
    Call, ClientError,
    wire::{Envelope, Refusal},
};

#[derive(Debug, Clone, Default)]
pub(super) struct Answer {
    pub status: u16,
    pub reason: String,
    /// Always valid UTF-8.
    pub body: String,
    /// The `Server` line says that it is Proxmox's own.
    pub is_from_proxmox: bool,
    pub is_html: bool,
    pub location: Option<String>,
    /// Which of the host's addresses answered.
    pub door: usize,
}

impl Answer {
    /// Passes a good answer on; says what a bad one means.
    pub fn judged(self, call: &Call, address: &str, who: &str) -> Result<Self, ClientError> {
        let call = call.clone();
        let stranger = |why: String| Err(ClientError::NotProxmox { address: address.to_owned(), why });
        match self.status {
            200..=299 if self.is_html => stranger("it serves a web page where the API should be".into()),
            200..=299 => Ok(self),
            300..=399 => stranger(format!("it sends us on to {}", self.location.as_deref().unwrap_or("elsewhere"))),
            502..=504 | 595..=599 => {
                Err(ClientError::Behind { call, status: self.status, reason: self.refusal().text })
            }
            _ if self.is_html && !self.is_from_proxmox => {
                stranger(format!("it answers {} {} as a web page", self.status, self.reason))
            }
            404 if !self.is_from_proxmox => stranger("it has no Proxmox API".into()),
            403 => Err(ClientError::Forbidden { call, who: who.to_owned(), text: self.refusal().text }),
            501 => Err(ClientError::NotOffered { call, text: self.refusal().text }),
            status => {
                let Refusal { text, errors } = self.refusal();
                Err(ClientError::Refused { call, status, text, errors })
            }
        }
    }

    /// Why it was refused, in Proxmox's own words.
    pub fn refusal(&self) -> Refusal {
        let mut refusal: Refusal = serde_json::from_str(&self.body).unwrap_or_default();
        if refusal.text.is_empty() {
            refusal.text = self.reason.trim().to_owned();
        }
        refusal
    }

    /// The `data` of the answer.
    pub fn read<'a, T: Deserialize<'a> + Default>(&'a self, call: &Call) -> Result<T, ClientError> {
        Ok(self.read_whole::<T>(call)?.data)
    }

    /// `data` and what stands beside it.
    pub fn read_whole<'a, T: Deserialize<'a> + Default>(&'a self, call: &Call) -> Result<Envelope<T>, ClientError> {
        serde_json::from_str(&self.body)
            .map_err(|error| ClientError::Rubbish { call: call.clone(), why: error.to_string() })
    }
}
