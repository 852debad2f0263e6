//! TLS with whoever is there, to see that he answers. What must hold: nobody is believed by it, so nothing may be sent over
//! it that is not known to everybody.

use std::{io, net::IpAddr, sync::Arc};

use rustls::{
    ClientConfig, DigitallySignedStruct, Error, SignatureScheme,
    client::{
        Resumption,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};

/// Whoever was met before needs no whole handshake again; more than this are not remembered.
const REMEMBERED: usize = 512;

/// Shakes hands at an address. An app in a home has made its certificate itself: nobody vouches for it, and nobody asks.
pub async fn speak_tls(stream: TcpStream, address: &str) -> io::Result<TlsStream<TcpStream>> {
    let name = match address.parse::<IpAddr>() {
        Ok(address) => ServerName::IpAddress(address.into()),
        Err(_) => ServerName::try_from(address.to_owned()).map_err(io::Error::other)?,
    };
    TlsConnector::from(config()?).connect(name, stream).await
}

fn config() -> io::Result<Arc<ClientConfig>> {
    static CONFIG: std::sync::OnceLock<Option<Arc<ClientConfig>>> = std::sync::OnceLock::new();
    let made = CONFIG.get_or_init(|| make().ok().map(Arc::new));
    made.clone().ok_or_else(|| io::Error::other("TLS is not to be had"))
}

fn make() -> Result<ClientConfig, Error> {
    let provider = Arc::new(ring::default_provider());
    let anyone = Arc::new(Anyone(provider.clone()));
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(anyone)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.resumption = Resumption::in_memory_sessions(REMEMBERED);
    Ok(config)
}

/// Takes every certificate, also one that is no good at all.
#[derive(Debug)]
struct Anyone(Arc<CryptoProvider>);

impl ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
