//! Every identity the server may be asked to show: the one it began with, a renewed one of the same authority, and one of
//! an authority that nobody knows. They are made at the start, so that a change of certificates is only a choice.

use std::sync::Arc;

use rustls::ServerConfig;

use super::{
    SimError,
    certificate::{Face, Identity},
};
use crate::sim::{api::Identities, faults::Shown};

pub struct Wardrobe {
    first: Identity,
    renewed: Identity,
    foreign: Identity,
}

impl Wardrobe {
    pub fn make(faces: &[Face]) -> Result<Self, SimError> {
        let first = Identity::make(faces)?;
        Ok(Self { renewed: first.renewed(faces)?, foreign: Identity::make(faces)?, first })
    }

    /// What a node shows; without one, what the only door shows.
    pub fn tls(&self, shown: Shown, node: Option<&str>) -> Arc<ServerConfig> {
        match shown {
            Shown::First => self.first.tls(node),
            Shown::Renewed => self.renewed.tls(node),
            Shown::Foreign => self.foreign.tls(node),
        }
    }

    pub fn identities(&self) -> Identities {
        Identities {
            first: self.first.certificates.clone(),
            renewed: self.renewed.certificates.clone(),
            foreign: self.foreign.certificates.clone(),
        }
    }
}
