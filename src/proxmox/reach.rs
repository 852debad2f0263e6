//! One address of a host: the connection to it, with its limits, and what it means when there is none.

use std::{error::Error, io, time::Duration};

use reqwest::{
    dns::{Addrs, Name, Resolve, Resolving},
    header::{CONTENT_LENGTH, CONTENT_TYPE},
};

use super::{
    Call, ClientError, Fingerprint, Method,
    call::Asked,
    normalise_address,
    pin::{Mismatch, Whom, tls_config},
};

/// How long a host may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Until the encrypted connection stands. Where pveproxy is down, the port answers and TLS never does.
    pub connect: Duration,
    /// Proxmox delays a refused log-in by 3 s and gives up on its own daemons after 30 s; longer is silence.
    pub whole_call: Duration,
    /// How long an open connection is kept for the next call.
    pub idle: Duration,
    /// How long a later address is used before the first one gets another chance.
    pub back: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            whole_call: Duration::from_secs(35),
            // Proxmox closes an idle connection after 5 s; we let go of it first.
            idle: Duration::from_secs(4),
            back: Duration::from_secs(60),
        }
    }
}

pub(super) struct Door {
    pub address: String,
    pub http: reqwest::Client,
    whom: Whom,
}

impl Door {
    pub fn new(address: &str, whom: Whom, limits: Limits) -> Result<Self, ClientError> {
        let address = normalise_address(address)?;
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls_config(whom.clone())?)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .dns_resolver(System)
            .connect_timeout(limits.connect)
            .timeout(limits.whole_call)
            .pool_idle_timeout(limits.idle)
            .user_agent(concat!("proximity/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| ClientError::Setup(innermost(&error)))?;
        Ok(Self { address, http, whom })
    }

    /// Whether the host told us of it, and not the operator.
    pub fn is_learnt(&self) -> bool {
        matches!(self.whom, Whom::Node(..))
    }

    /// The call as it goes to this address.
    pub fn request(&self, asked: &Asked) -> reqwest::RequestBuilder {
        let Call { method, path } = &asked.call;
        let mut url = format!("{}/api2/json{path}", self.address);
        let encoded = asked.encoded();
        if !method.has_body() && !encoded.is_empty() {
            url = format!("{url}?{encoded}");
        }
        let request = match method {
            Method::Get => self.http.get(url),
            Method::Post => self.http.post(url),
            Method::Put => self.http.put(url),
            Method::Delete => self.http.delete(url),
        };
        if !method.has_body() {
            return request;
        }
        if let Some(file) = &asked.file {
            return file.onto(request, &asked.params);
        }
        request
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            // An empty body would go without its length, and Proxmox does not take it on trust.
            .header(CONTENT_LENGTH, encoded.len())
            .body(encoded)
    }

    /// What a failed exchange means.
    pub fn explain(&self, error: &reqwest::Error, call: &Call) -> ClientError {
        let address = self.address.clone();
        if let Some(Mismatch { seen, why }) = refused_certificate(error) {
            let expected = match &self.whom {
                Whom::Host(keys) | Whom::Node(keys, _) => keys.now().pin,
                Whom::Nobody => *seen,
            };
            return ClientError::Untrusted { address, expected, seen: *seen, why: *why };
        }
        if let Some(NoSuchName(host)) = find(error) {
            return ClientError::NoSuchName { host: host.clone() };
        }
        if error.is_connect() {
            return no_connection(address, error);
        }
        if error.is_timeout() {
            return ClientError::Silent { call: call.clone() };
        }
        match find::<hyper::Error>(error) {
            Some(http) if http.is_parse() => ClientError::NotProxmox { address, why: "its answer is not HTTP".into() },
            // Without one the transfer was whole, and what it carried was not.
            None if error.is_decode() => ClientError::Rubbish { call: call.clone(), why: innermost(error) },
            _ => ClientError::Cut { call: call.clone() },
        }
    }
}

/// The certificate that was refused, if that is why the connection failed.
pub(super) fn shown_certificate(error: &reqwest::Error) -> Option<Fingerprint> {
    refused_certificate(error).map(|mismatch| mismatch.seen)
}

fn refused_certificate(error: &reqwest::Error) -> Option<&Mismatch> {
    use rustls::{CertificateError, Error, OtherError};
    match find::<Error>(error)? {
        Error::InvalidCertificate(CertificateError::Other(OtherError(inner))) => inner.downcast_ref(),
        _ => None,
    }
}

fn no_connection(address: String, error: &reqwest::Error) -> ClientError {
    if error.is_timeout() {
        return ClientError::NoHandshake { address, why: "nothing came back in time".into() };
    }
    match find::<rustls::Error>(error) {
        Some(rustls::Error::InvalidMessage(_)) => return ClientError::NotTls { address },
        Some(tls) => return ClientError::NoHandshake { address, why: tls.to_string() },
        None => {}
    }
    let Some(io) = deepest_io(error) else {
        return ClientError::NoRoute { address, why: innermost(error) };
    };
    match io.kind() {
        io::ErrorKind::ConnectionRefused => ClientError::PortClosed { address },
        io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe => {
            ClientError::NoHandshake { address, why: "it hung up at once".into() }
        }
        _ => ClientError::NoRoute { address, why: plain_reason(io) },
    }
}

/// Without the number that the operating system adds.
fn plain_reason(io: &io::Error) -> String {
    let text = io.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}

/// An error and its causes.
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

/// The layers above wrap it in one of their own, whose kind says nothing.
fn deepest_io(error: &reqwest::Error) -> Option<&io::Error> {
    causes(error).filter_map(|cause| cause.downcast_ref()).last()
}

fn innermost(error: &reqwest::Error) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}

/// The names as the system knows them. It has its own error, so that an unknown name is told from a dead network.
struct System;

#[derive(Debug, thiserror::Error)]
#[error("the name {0} is not known")]
struct NoSuchName(String);

impl Resolve for System {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let found = tokio::net::lookup_host((host.as_str(), 0)).await.map(Iterator::collect::<Vec<_>>);
            match found {
                Ok(found) => Ok(Box::new(found.into_iter()) as Addrs),
                Err(_) => Err(NoSuchName(host).into()),
            }
        })
    }
}
