//! Looks at the certificate a host shows. Trusted is a leaf that is pinned; one that the pinned authority signed for the
//! name we asked for; and, where the operator chose that for this host, one of a public authority. The signatures of
//! the handshake are verified whatever it was: the certificate says whose key it is, they prove it is there.

use std::sync::Arc;

use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, RootCertStore, SignatureScheme,
    client::{
        Resumption, WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime},
};

use super::{
    ClientError, Fingerprint,
    keys::Keys,
    trust::{Distrust, Trust},
};
use crate::domain::{fleet::PublicCa, ids::NodeName};

/// Who may be behind an address.
#[derive(Debug, Clone)]
pub(super) enum Whom {
    /// Only looks which certificate is there; the handshake always fails.
    Nobody,
    /// The operator gave the address.
    Host(Keys),
    /// The host told the address of this node: only the node itself, or whom the authority vouches for.
    Node(Keys, NodeName),
}

/// Carried through the layers of the connection, so that the caller can tell both fingerprints.
#[derive(Debug, Clone, thiserror::Error)]
#[error("certificate {seen} is not trusted")]
pub(super) struct Mismatch {
    pub seen: Fingerprint,
    pub why: Distrust,
}

#[derive(Debug)]
struct Verifier {
    whom: Whom,
    provider: Arc<CryptoProvider>,
}

/// What was shown, and to whom it should belong.
struct Shown<'a> {
    leaf: &'a CertificateDer<'a>,
    chain: &'a [CertificateDer<'a>],
    name: &'a ServerName<'a>,
    now: UnixTime,
}

pub(super) fn tls_config(whom: Whom) -> Result<ClientConfig, ClientError> {
    let provider = Arc::new(ring::default_provider());
    let verifier = Arc::new(Verifier { whom, provider: provider.clone() });
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| ClientError::Setup(error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    // A resumed session never shows its certificate, so it would pass unchecked.
    config.resumption = Resumption::disabled();
    Ok(config)
}

impl Verifier {
    fn judge(&self, shown: &Shown<'_>) -> Result<(), Distrust> {
        let seen = Fingerprint::of(shown.leaf);
        let (keys, trust) = match &self.whom {
            Whom::Nobody => return Err(Distrust::NotPinned),
            Whom::Host(keys) => (keys, keys.now()),
            Whom::Node(keys, _) => (keys, keys.now()),
        };
        let is_known = match &self.whom {
            Whom::Node(_, node) => trust.nodes.get(node).is_some_and(|node| node.leaf == Some(seen)),
            _ => trust.knows(seen),
        };
        if is_known {
            return Ok(());
        }
        self.vouched_for(&trust, shown)?;
        if !trust.knows(seen) {
            keys.note_new_leaf();
        }
        Ok(())
    }

    fn vouched_for(&self, trust: &Trust, shown: &Shown<'_>) -> Result<(), Distrust> {
        let by_cluster = match trust.authority.as_ref().and_then(|authority| authority.roots()) {
            Some(roots) => self.chains_to(roots, shown),
            None => Err(Distrust::NotPinned),
        };
        let may_be_public = trust.public == PublicCa::Accepted && matches!(self.whom, Whom::Host(_));
        match by_cluster {
            // What the cluster's own authority made and is unfit stays so; a public one never signs with its key.
            Err(Distrust::NotPinned | Distrust::Foreign) if may_be_public => self.chains_to(public_roots(), shown),
            judged => judged,
        }
    }

    fn chains_to(&self, roots: RootCertStore, shown: &Shown<'_>) -> Result<(), Distrust> {
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), self.provider.clone()).build();
        let Ok(verifier) = verifier else { return Err(Distrust::Foreign) };
        let verified = verifier.verify_server_cert(shown.leaf, shown.chain, shown.name, &[], shown.now);
        verified.map(drop).map_err(|error| match error {
            Error::InvalidCertificate(CertificateError::Expired | CertificateError::ExpiredContext { .. }) => {
                Distrust::Expired
            }
            Error::InvalidCertificate(CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. }) => {
                Distrust::NotYetValid
            }
            Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            ) => Distrust::OtherName,
            _ => Distrust::Foreign,
        })
    }
}

/// What this machine trusts; empty where it has no such list.
fn public_roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.judge(&Shown { leaf, chain, name, now }).map(|()| ServerCertVerified::assertion()).map_err(|why| {
            let mismatch = Mismatch { seen: Fingerprint::of(leaf), why };
            Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(mismatch))))
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
