//! Sends a call to the first address that answers and reads what comes back, within limits: so many calls at a time, so
//! long, so much. What must hold: only a GET is ever sent twice, and only when its connection broke.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use reqwest::header::{DATE, HeaderMap, HeaderValue};
use tokio::sync::Semaphore;

use super::{
    Call, ClientError, Method, RequestLog, Sent,
    answer::Answer,
    call::Asked,
    doors::Doors,
    keys::Keys,
    reach::{Door, Limits},
    request_log::Recent,
    trust::Trust,
};
use crate::domain::moment::Moment;

/// Proxmox's proxy works in one thread a worker; more at a time only queue there.
const AT_A_TIME: usize = 6;
/// A listing of 5,000 guests is 2 MB; nothing that is ours comes near this.
const LARGEST: usize = 32 << 20;

pub(super) struct Transport {
    pub keys: Keys,
    doors: Doors,
    slots: Semaphore,
    log: Option<RequestLog>,
    recent: Mutex<Recent>,
    /// How far the host's clock runs before ours, in milliseconds.
    ahead: AtomicI64,
}

/// What proves who we are; goes with every call.
pub(super) type Proof = HeaderMap<HeaderValue>;

impl Transport {
    pub fn new(
        addresses: &[String],
        trust: Trust,
        limits: Limits,
        log: Option<RequestLog>,
    ) -> Result<Self, ClientError> {
        let keys = Keys::new(trust);
        Ok(Self {
            doors: Doors::new(addresses, &keys, limits)?,
            keys,
            slots: Semaphore::new(AT_A_TIME),
            log,
            recent: Mutex::default(),
            ahead: AtomicI64::new(0),
        })
    }

    /// The address that is in use.
    pub fn address(&self) -> String {
        self.doors.in_use()
    }

    /// Takes over what the host tells of itself now.
    pub fn learn(&self, learn: impl FnOnce(&mut Trust)) -> Arc<Trust> {
        let trust = self.keys.change(learn);
        self.doors.learn(&self.keys);
        trust
    }

    /// What the clock of the host shows when ours shows `ours`.
    pub fn on_their_clock(&self, ours: Moment) -> Moment {
        Moment(ours.0.saturating_add(self.ahead.load(Ordering::Relaxed)))
    }

    /// What ours shows when theirs shows `theirs`.
    pub fn on_our_clock(&self, theirs: Moment) -> Moment {
        Moment(theirs.0.saturating_sub(self.ahead.load(Ordering::Relaxed)))
    }

    pub fn recent(&self) -> Vec<Sent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner).newest_last()
    }

    pub async fn send(&self, asked: &Asked, proof: &Proof) -> Result<Answer, ClientError> {
        let _slot = self.slots.acquire().await.map_err(|error| ClientError::Setup(error.to_string()))?;
        let mut failure = None;
        for (at, door) in self.doors.in_turn(asked.call.method) {
            match self.through(&door, asked, proof).await {
                Err(error) if error.is_unreached() => {
                    failure.get_or_insert(error);
                }
                // Nothing was sent. That another machine has a node's address now must not hide that the host is away.
                Err(error @ ClientError::Untrusted { .. }) if door.is_learnt() => {
                    failure.get_or_insert(error);
                }
                outcome => {
                    self.doors.stay_at(at);
                    return outcome.map(|answer| Answer { door: at, ..answer });
                }
            }
        }
        Err(failure.unwrap_or_else(|| ClientError::Setup("the host has no address".into())))
    }

    async fn through(&self, door: &Door, asked: &Asked, proof: &Proof) -> Result<Answer, ClientError> {
        match self.exchange(door, asked, proof).await {
            // Proxmox closes connections as it pleases; what only looks may look again.
            Err(ClientError::Cut { call }) if call.method == Method::Get => self.exchange(door, asked, proof).await,
            outcome => outcome,
        }
    }

    async fn exchange(&self, door: &Door, asked: &Asked, proof: &Proof) -> Result<Answer, ClientError> {
        let (at, clock) = (now(), Instant::now());
        let outcome = self.ask(door, asked, proof).await;
        self.note(at, asked, clock.elapsed(), &outcome);
        outcome
    }

    /// Writes a call into the log.
    pub fn note(&self, at: Moment, asked: &Asked, took: Duration, outcome: &Result<Answer, ClientError>) {
        let sent = Sent::new(at, asked, took, outcome);
        if let Some(log) = &self.log {
            log.write(&sent);
        }
        self.recent.lock().unwrap_or_else(PoisonError::into_inner).push(sent);
    }

    /// The one with this number.
    pub fn door(&self, number: usize) -> Result<Arc<Door>, ClientError> {
        self.doors.at(number).ok_or_else(|| ClientError::Setup("the host has no address".into()))
    }

    async fn ask(&self, door: &Door, asked: &Asked, proof: &Proof) -> Result<Answer, ClientError> {
        let request = door.request(asked).headers(proof.clone());
        let mut response = request.send().await.map_err(|error| door.explain(&error, &asked.call))?;
        self.compare_clocks(response.headers());
        let mut answer = head_of(&response);
        let body = swallow(door, &mut response, &asked.call).await?;
        answer.body =
            String::from_utf8(body).unwrap_or_else(|bad| String::from_utf8_lossy(bad.as_bytes()).into_owned());
        answer.is_html |= answer.body.trim_start().starts_with('<');
        Ok(answer)
    }

    pub fn clock_ahead(&self) -> i64 {
        self.ahead.load(Ordering::Relaxed)
    }

    fn compare_clocks(&self, headers: &HeaderMap) {
        let date = headers.get(DATE).and_then(|date| date.to_str().ok());
        if let Some(theirs) = date.and_then(|date| jiff::fmt::rfc2822::parse(date).ok()) {
            let ahead = theirs.timestamp().as_millisecond() - now().0;
            // Their line counts whole seconds: less than two of them is no difference.
            self.ahead.store(if ahead.abs() < 2000 { 0 } else { ahead }, Ordering::Relaxed);
        }
    }
}

pub(super) fn head_of(response: &reqwest::Response) -> Answer {
    let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
    // hyper keeps the phrase only where it is not the usual one of the status.
    let spoken = response.extensions().get::<hyper::ext::ReasonPhrase>();
    let usual = response.status().canonical_reason().unwrap_or_default();
    Answer {
        status: response.status().as_u16(),
        reason: spoken.map_or(usual.into(), |reason| String::from_utf8_lossy(reason.as_bytes()).into_owned()),
        body: String::new(),
        is_from_proxmox: header("server").is_some_and(|server| server.starts_with("pve-api-daemon")),
        is_html: header("content-type").is_some_and(|kind| kind.starts_with("text/html")),
        location: header("location").map(str::to_owned),
        door: 0,
    }
}

async fn swallow(door: &Door, response: &mut reqwest::Response, call: &Call) -> Result<Vec<u8>, ClientError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| door.explain(&error, call))? {
        if body.len() + chunk.len() > LARGEST {
            return Err(ClientError::TooLarge { call: call.clone() });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

pub(super) fn now() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Moment(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
