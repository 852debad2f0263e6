//! Alerts leave the house: to a webhook as JSON, and to a topic of ntfy. What must hold: no secret is in a message or a
//! fault, what fails is tried again a few times, and that it failed is told once; so it is where the vault cannot be read.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use serde::Serialize;

use super::{Answer, Engine, door::Delivered, now};
use crate::{
    domain::{
        alerting::{Message, Tone},
        care::{Alert, Level},
        fault::{Fault, FaultCode},
        secret::Secret,
    },
    secrets::VaultError,
    web::{self, Plain, Post, WebError},
};

/// Where messages go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Carrier {
    Webhook,
    Ntfy,
}

impl Carrier {
    pub const ALL: [Self; 2] = [Self::Webhook, Self::Ntfy];

    pub fn slug(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Ntfy => "ntfy",
        }
    }

    /// What the vault keeps for it: the whole address of a webhook, the token of ntfy.
    fn secret_name(self) -> &'static str {
        match self {
            Self::Webhook => "alert/webhook",
            Self::Ntfy => "alert/ntfy-token",
        }
    }
}

/// What was not delivered, and was told.
#[derive(Debug, Default)]
pub(super) struct Deliveries {
    failing: Mutex<BTreeSet<Carrier>>,
    /// One message after the other, in their order.
    turn: tokio::sync::Mutex<()>,
}

impl Deliveries {
    /// Whether that is news.
    fn fails(&self, carrier: Carrier) -> bool {
        self.failing.lock().unwrap_or_else(PoisonError::into_inner).insert(carrier)
    }

    fn arrives(&self, carrier: Carrier) {
        self.failing.lock().unwrap_or_else(PoisonError::into_inner).remove(&carrier);
    }
}

impl Engine {
    /// Beside everything else: a slow address holds up no look.
    pub(super) fn deliver(&self, messages: Vec<Message>, deliveries: &Arc<Deliveries>) {
        if messages.is_empty() {
            return;
        }
        let (engine, deliveries) = (self.clone(), deliveries.clone());
        self.0.tasks.spawn(async move {
            let delivering = engine.deliver_each(&messages, &deliveries);
            tokio::select! {
                () = delivering => {}
                () = engine.0.end.cancelled() => {}
            }
        });
    }

    async fn deliver_each(&self, messages: &[Message], deliveries: &Deliveries) {
        let _turn = deliveries.turn.lock().await;
        for carrier in Carrier::ALL {
            for message in messages {
                match self.carry(carrier, message).await {
                    Ok(None) => break,
                    Ok(Some(())) => deliveries.arrives(carrier),
                    Err(fault) => {
                        if deliveries.fails(carrier) {
                            self.tell(&fault);
                        }
                    }
                }
            }
        }
    }

    /// Sends a test wherever something is set up.
    pub(super) async fn test_deliveries(&self) -> Result<Answer, Fault> {
        let mut all = Vec::new();
        for carrier in Carrier::ALL {
            match self.carry(carrier, &Message::test()).await {
                Ok(None) => {}
                Ok(Some(())) => all.push(Delivered { carrier, fault: None }),
                Err(fault) => all.push(Delivered { carrier, fault: Some(fault) }),
            }
        }
        Ok(Answer::Deliveries(all))
    }

    /// Nothing where the operator has set up none.
    async fn carry(&self, carrier: Carrier, message: &Message) -> Result<Option<()>, Fault> {
        let rules = self.alert_rules();
        let secret = match self.0.vault.get(carrier.secret_name()).await {
            // A vault that was never made keeps nothing.
            Err(VaultError::Missing) => Ok(None),
            read => read.map_err(|error| unread(carrier, error)),
        };
        let post = match carrier {
            Carrier::Webhook => {
                let Some(address) = secret?.or_else(|| written(&rules.webhook)) else { return Ok(None) };
                webhook(address, message)
            }
            Carrier::Ntfy => {
                let Some(address) = written(&rules.ntfy) else { return Ok(None) };
                ntfy(address, secret?, message)
            }
        };
        let plain = if rules.plain_at_home.is_on() { Plain::AtHome } else { Plain::Never };
        self.post(&Post { plain, ..post }).await.map(Some).map_err(|error| undelivered(carrier, error))
    }

    async fn post(&self, post: &Post) -> Result<(), WebError> {
        let web = match &self.0.sources {
            Some(sources) => sources.web.clone(),
            None => web::Client::new(web::Roots::Platform, web::Limits::default()),
        };
        let tempo = self.0.world.tempo;
        for tried in 0.. {
            match web.post(post).await {
                Err(error) if error.is_passing() && tried + 1 < tempo.tries => {
                    tokio::time::sleep(tempo.wait(tried, now())).await;
                }
                other => return other,
            }
        }
        Ok(())
    }

    /// Keeps what a delivery has to prove itself with, or forgets it.
    pub(super) async fn keep_delivery_secret(&self, carrier: Carrier, secret: Option<Secret>) -> Result<(), Fault> {
        self.writable_vault()?;
        match secret {
            Some(secret) => self.0.vault.put(carrier.secret_name(), &secret).await?,
            None => self.0.vault.remove(carrier.secret_name()).await?,
        }
        Ok(())
    }
}

fn written(address: &str) -> Option<Secret> {
    (!address.is_empty()).then(|| Secret::new(address))
}

/// What a webhook is sent.
#[derive(Serialize)]
struct Posted<'a> {
    v: u8,
    /// `warning`, `danger`, `over`, `summary` or `test`
    kind: &'static str,
    title: &'a str,
    text: &'a str,
    /// The same as one text, under the names that chat programs read.
    content: String,
    alerts: Vec<PostedAlert<'a>>,
}

#[derive(Serialize)]
struct PostedAlert<'a> {
    id: i64,
    rule: &'a str,
    name: &'a str,
    level: &'static str,
    what: &'a str,
    since: i64,
    raised: i64,
    over: Option<i64>,
    mend: Option<String>,
    /// What the operator can do where there is no mend.
    remedy: Option<&'a str>,
}

impl<'a> PostedAlert<'a> {
    fn of(alert: &'a Alert) -> Self {
        Self {
            id: alert.id.0,
            rule: &alert.rule,
            name: &alert.name,
            level: if alert.level == Level::Danger { "danger" } else { "warning" },
            what: &alert.what,
            since: alert.since.as_secs(),
            raised: alert.raised.as_secs(),
            over: alert.over.map(crate::domain::moment::Moment::as_secs),
            mend: alert.mend.as_ref().map(crate::domain::care::Mend::title),
            remedy: alert.remedy.as_deref(),
        }
    }
}

fn webhook(address: Secret, message: &Message) -> Post {
    let posted = Posted {
        v: 1,
        kind: message.tone.slug(),
        title: &message.title,
        text: &message.body,
        content: format!("{}\n{}", message.title, message.body),
        alerts: message.alerts.iter().map(PostedAlert::of).collect(),
    };
    // It is made of texts and numbers alone: there is nothing in it that could not be written.
    let body = serde_json::to_vec(&posted).unwrap_or_default();
    let headers = vec![("content-type", Secret::new("application/json"))];
    Post { address, headers, body, plain: Plain::Never }
}

/// ntfy takes the message as the body and the rest as headers.
fn ntfy(address: Secret, token: Option<Secret>, message: &Message) -> Post {
    let (priority, tag) = match message.tone {
        Tone::Danger => ("5", "rotating_light"),
        Tone::Warning => ("4", "warning"),
        Tone::Summary => ("3", "sunrise"),
        Tone::Good => ("2", "white_check_mark"),
        Tone::Test => ("3", "wave"),
    };
    let mut headers = vec![
        ("title", Secret::new(header(&message.title))),
        ("priority", Secret::new(priority)),
        ("tags", Secret::new(tag)),
    ];
    headers.extend(token.map(|token| ("authorization", Secret::new(format!("Bearer {}", token.reveal())))));
    Post { address, headers, body: message.body.clone().into_bytes(), plain: Plain::Never }
}

/// Headers are one line of ASCII; ntfy understands the encoding of mails for the rest.
fn header(text: &str) -> String {
    use base64::{Engine as _, prelude::BASE64_STANDARD};
    match text.chars().all(|c| (' '..='~').contains(&c)) {
        true => text.to_owned(),
        false => format!("=?UTF-8?B?{}?=", BASE64_STANDARD.encode(text)),
    }
}

/// Whether anything is set up is not known then.
fn unread(carrier: Carrier, error: VaultError) -> Fault {
    let fault = Fault::from(error);
    Fault { what: format!("alerts do not leave by {}: {}", carrier.slug(), fault.what), ..fault }
}

fn undelivered(carrier: Carrier, error: WebError) -> Fault {
    let remedy = match &error {
        WebError::NotHttps => {
            "name an address that is https://; in your own network plain http goes with plain-at-home = \"on\" in [alerts]"
        }
        WebError::Status(401 | 403) => "check its token: `proximity alert deliver --ntfy … --token-stdin`",
        _ => "check the address, then try it with `proximity alert test`",
    };
    let code = if error.is_passing() { FaultCode::Unreachable } else { FaultCode::Failed };
    let what = format!("alerts do not arrive by {}", carrier.slug());
    Fault::lasting(code, what, error.to_string(), remedy)
}
