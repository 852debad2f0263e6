//! Gets one address, or posts to one. What must hold: it ends within its time, its bytes are counted while they come, and a redirect never
//! leads out of HTTPS.

use std::{net::IpAddr, time::Duration};

use reqwest::{Url, redirect};

use super::{
    Roots, WebError,
    error::{Downgrade, explain},
};
use crate::domain::secret::Secret;

/// How many times an address may send us on.
const REDIRECTS: usize = 5;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub bytes: usize,
    pub connect: Duration,
    /// Until all of it is here.
    pub whole: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 16 << 20, connect: Duration::from_secs(10), whole: Duration::from_secs(60) }
    }
}

/// What is sent, and where to.
#[derive(Debug, Clone)]
pub struct Post {
    /// Who knows it may send there, too.
    pub address: Secret,
    pub headers: Vec<(&'static str, Secret)>,
    pub body: Vec<u8>,
    pub plain: Plain,
}

/// Whether plain HTTP will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plain {
    Never,
    /// To an address of the operator's own network, because he said so.
    AtHome,
}

/// It keeps nothing between two calls: they are rare.
#[derive(Debug, Clone)]
pub struct Client {
    roots: Roots,
    limits: Limits,
}

impl Client {
    pub fn new(roots: Roots, limits: Limits) -> Self {
        Self { roots, limits }
    }

    /// The body of an answer that is good. Dropping it ends the connection.
    pub async fn get(&self, url: &str) -> Result<Vec<u8>, WebError> {
        let url = Url::parse(url).map_err(|error| WebError::Setup(error.to_string()))?;
        if url.scheme() != "https" {
            return Err(WebError::NotHttps);
        }
        let http = self.http()?;
        let host = url.host_str().unwrap_or_default().to_owned();
        let explain = |error: reqwest::Error| explain(&error, &host);
        let mut response = http.get(url).send().await.map_err(explain)?;
        if !response.status().is_success() {
            return Err(WebError::Status(response.status().as_u16()));
        }
        let too_large = || WebError::TooLarge { most: self.limits.bytes };
        if response.content_length().is_some_and(|length| length > self.limits.bytes as u64) {
            return Err(too_large());
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(explain)? {
            if body.len() + chunk.len() > self.limits.bytes {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    /// Sends something once. Whoever answers is not read, only heard; nobody is sent on to anywhere.
    pub async fn post(&self, post: &Post) -> Result<(), WebError> {
        // What is wrong with an address that is a secret is told without it.
        let url = Url::parse(post.address.reveal()).map_err(|error| WebError::Setup(error.to_string()))?;
        let is_plain = url.scheme() == "http" && post.plain == Plain::AtHome && is_at_home(&url);
        if url.scheme() != "https" && !is_plain {
            return Err(WebError::NotHttps);
        }
        let http = self.builder()?.redirect(redirect::Policy::none()).build();
        let http = http.map_err(|error| WebError::Setup(error.to_string()))?;
        let host = url.host_str().unwrap_or_default().to_owned();
        let mut request = http.post(url).body(post.body.clone());
        for (name, value) in &post.headers {
            request = request.header(*name, value.reveal());
        }
        // The address may be a secret, and an error would name it.
        let response = request.send().await.map_err(|error| explain(&error.without_url(), &host))?;
        let status = response.status();
        if status.is_success() { Ok(()) } else { Err(WebError::Status(status.as_u16())) }
    }

    fn http(&self) -> Result<reqwest::Client, WebError> {
        let built = self.builder()?.redirect(redirect::Policy::custom(sent_on)).build();
        built.map_err(|error| WebError::Setup(error.to_string()))
    }

    fn builder(&self) -> Result<reqwest::ClientBuilder, WebError> {
        Ok(reqwest::Client::builder()
            .tls_backend_preconfigured(self.roots.config()?)
            .retry(reqwest::retry::never())
            .referer(false)
            .connect_timeout(self.limits.connect)
            .timeout(self.limits.whole)
            .user_agent(concat!("proximity/", env!("CARGO_PKG_VERSION"))))
    }
}

/// Only what is written as a number, or this machine: a name may lead anywhere tomorrow.
fn is_at_home(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => address.is_loopback() || address.is_private() || address.is_link_local(),
        Ok(IpAddr::V6(address)) => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
        Err(_) => host == "localhost",
    }
}

fn sent_on(attempt: redirect::Attempt<'_>) -> redirect::Action {
    let carries_name = !attempt.url().username().is_empty() || attempt.url().password().is_some();
    if attempt.url().scheme() != "https" || carries_name {
        let to = format!("{}://{}", attempt.url().scheme(), attempt.url().host_str().unwrap_or_default());
        return attempt.error(Downgrade(to));
    }
    match attempt.previous().len() > REDIRECTS {
        true => attempt.error(std::io::Error::other("it sends us on and on")),
        false => attempt.follow(),
    }
}
