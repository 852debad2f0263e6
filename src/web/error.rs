//! What can go wrong with the public world, and how it is told.

use std::{error::Error, io};

use crate::domain::fault::{Fault, FaultCode};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WebError {
    #[error("only https:// is spoken")]
    NotHttps,
    #[error("it redirects to {0}")]
    SentOn(String),
    #[error("this machine knows no authority that could vouch for a certificate")]
    NoAuthorities,
    #[error("the certificate of {host} is not trusted: {why}")]
    Untrusted { host: String, why: String },
    #[error("{host} does not answer: {why}")]
    NoAnswer { host: String, why: String },
    #[error("{host} took too long")]
    Slow { host: String },
    #[error("it answers with status {0}")]
    Status(u16),
    #[error("it sends more than {} MiB", most >> 20)]
    TooLarge { most: usize },
    #[error("{0}")]
    Setup(String),
}

impl WebError {
    /// Whether it may go well in a while.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::NoAnswer { .. } | Self::Slow { .. } | Self::Status(408 | 425 | 429 | 500..=599))
    }
}

/// A redirect out of HTTPS, on its way through the client.
#[derive(Debug, thiserror::Error)]
#[error("it redirects to {0}")]
pub(super) struct Downgrade(pub String);

pub(super) fn explain(error: &reqwest::Error, host: &str) -> WebError {
    let host = host.to_owned();
    if let Some(Downgrade(to)) = find(error) {
        return WebError::SentOn(to.clone());
    }
    if let Some(tls) = find::<rustls::Error>(error) {
        return match tls {
            rustls::Error::InvalidCertificate(why) => WebError::Untrusted { host, why: plainly(why) },
            other => WebError::NoAnswer { host, why: other.to_string() },
        };
    }
    if error.is_timeout() {
        return WebError::Slow { host };
    }
    WebError::NoAnswer { host, why: causes(error).last().map(ToString::to_string).unwrap_or_default() }
}

fn plainly(why: &rustls::CertificateError) -> String {
    use rustls::CertificateError as Cert;
    match why {
        Cert::Expired | Cert::ExpiredContext { .. } => "it has expired".into(),
        Cert::NotValidForName | Cert::NotValidForNameContext { .. } => "it is made out to another name".into(),
        Cert::UnknownIssuer => "no authority that this machine knows vouches for it".into(),
        other => format!("{other:?}").chars().take(80).collect(),
    }
}

fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    let first: &(dyn Error + 'static) = error;
    std::iter::successors(Some(first), |error| cause_of(*error))
}

/// An I/O error hides its own cause from `source`, so it is opened.
fn cause_of<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(inner) => Some(inner),
        None => error.source(),
    }
}

fn find<T: Error + 'static>(error: &reqwest::Error) -> Option<&T> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

impl From<WebError> for Fault {
    fn from(error: WebError) -> Self {
        let why = error.to_string();
        let what = "the address was not read";
        let lasting = |code, remedy: &str| Self::lasting(code, what, why.clone(), remedy);
        match error {
            WebError::NotHttps | WebError::SentOn(_) => lasting(
                FaultCode::Refused,
                "find out where it lies now and name an address that is https:// all the way",
            ),
            WebError::NoAuthorities => lasting(
                FaultCode::Trust,
                "install the package ca-certificates, or name a file of authorities in SSL_CERT_FILE",
            ),
            WebError::Untrusted { .. } => lasting(
                FaultCode::Trust,
                "check the address and this machine's clock; where a company's own authority signs, name its file in SSL_CERT_FILE",
            ),
            WebError::NoAnswer { .. } | WebError::Slow { .. } => {
                Self::passing(FaultCode::Unreachable, what, why, "check the address and the network, then try again")
            }
            WebError::Status(404 | 410) => lasting(FaultCode::NotFound, "check the address in a browser"),
            WebError::Status(_) => lasting(FaultCode::Failed, "check the address in a browser, then try again"),
            WebError::TooLarge { .. } => {
                lasting(FaultCode::Refused, "name an address that holds a list of apps and nothing else")
            }
            WebError::Setup(_) => lasting(FaultCode::Usage, "check the address"),
        }
    }
}
