//! Gets one address. What must hold: it ends within its time, its bytes are counted while they come, and a redirect never
//! leads out of HTTPS.

use std::time::Duration;

use reqwest::{Url, redirect};

use super::{
    Roots, WebError,
    error::{Downgrade, explain},
};

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

    fn http(&self) -> Result<reqwest::Client, WebError> {
        reqwest::Client::builder()
            .tls_backend_preconfigured(self.roots.config()?)
            .redirect(redirect::Policy::custom(sent_on))
            .retry(reqwest::retry::never())
            .referer(false)
            .connect_timeout(self.limits.connect)
            .timeout(self.limits.whole)
            .user_agent(concat!("proximity/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| WebError::Setup(error.to_string()))
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
