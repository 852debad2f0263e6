//! Whom the public world's certificates are checked against. What must hold: without a single authority nobody is
//! trusted.

use std::sync::Arc;

use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject},
};

use super::WebError;

/// The authorities that are believed.
#[derive(Debug, Clone)]
pub enum Roots {
    /// Those of this machine, or of the file that `SSL_CERT_FILE` names.
    Platform,
    /// Only those of this text in PEM.
    Pem(Arc<str>),
}

impl Roots {
    /// Reads them anew: the list of a machine changes with its updates.
    pub(super) fn config(&self) -> Result<ClientConfig, WebError> {
        let mut roots = RootCertStore::empty();
        match self {
            Self::Platform => roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs),
            Self::Pem(text) => {
                roots.add_parsable_certificates(CertificateDer::pem_slice_iter(text.as_bytes()).flatten())
            }
        };
        if roots.is_empty() {
            return Err(WebError::NoAuthorities);
        }
        let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| WebError::Setup(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}
