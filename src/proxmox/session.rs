//! Keeps us logged in. A token is sent as it is; a ticket is renewed long before it ends. What must hold: callers that
//! find the session gone at the same time share one log-in, and a refused credential is not tried again in a loop,
//! which would lock the account.

use std::{
    sync::{Arc, Mutex as Slot, PoisonError},
    time::{Duration, Instant},
};

use reqwest::header::{AUTHORIZATION, COOKIE, HeaderValue};
use tokio::sync::Mutex;

use super::{
    ClientError, Login, Method, Ticket,
    answer::Answer,
    call::{Asked, escape},
    transport::{Proof, Transport, now},
    wire::access::{HalfTicket, Issued},
};
use crate::domain::secret::Secret;

/// A ticket lives two hours.
const RENEW_AFTER: Duration = Duration::from_secs(45 * 60);
/// After this it is worth nothing, whatever the host says.
const LIFE: Duration = Duration::from_secs(2 * 60 * 60);
/// How long a refused credential rests unless somebody asks for another try.
const REST: Duration = Duration::from_secs(60);

pub(super) struct Session {
    /// `user@realm` or `user@realm!token`.
    pub name: String,
    token: Option<Proof>,
    gate: Mutex<Gate>,
    /// The same as in the gate, for those who only look.
    shown: Slot<Option<Arc<Open>>>,
}

/// What a log-in needs; one at a time passes.
struct Gate {
    open: Option<Arc<Open>>,
    password: Option<Secret>,
    totp: Option<Secret>,
    failed: Option<(Instant, ClientError)>,
    /// When a renewal was refused.
    not_renewed: Option<Instant>,
}

struct Open {
    ticket: Ticket,
    reading: Proof,
    writing: Proof,
}

/// A proof, and which session it belongs to.
#[derive(Clone)]
pub(super) struct Pass(Option<Arc<Open>>, Proof);

impl Pass {
    pub fn proof(&self) -> &Proof {
        &self.1
    }
}

impl Session {
    pub fn new(login: Login) -> Result<Self, ClientError> {
        let name = login.name().to_owned();
        let mut gate = Gate { open: None, password: None, totp: None, failed: None, not_renewed: None };
        let mut token = None;
        match login {
            Login::Token { id, secret } => {
                let mut proof = Proof::new();
                proof.insert(AUTHORIZATION, header(&format!("PVEAPIToken={id}={}", secret.reveal()))?);
                token = Some(proof);
            }
            Login::Password { password, totp, .. } => {
                gate.password = Some(password);
                gate.totp = totp;
            }
            Login::Ticket { ticket, password } => {
                gate.open = Some(Arc::new(Open::new(ticket)?));
                gate.password = password;
            }
        }
        let shown = Slot::new(gate.open.clone());
        Ok(Self { name, token, gate: Mutex::new(gate), shown })
    }

    /// The session as it is now, to be kept for later.
    pub fn ticket(&self) -> Option<Ticket> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|open| open.ticket.clone())
    }

    /// Forgets earlier refusals, and takes a fresh one-time code if there is one.
    pub async fn try_anew(&self, totp: Option<Secret>) {
        let mut gate = self.gate.lock().await;
        gate.failed = None;
        if totp.is_some() {
            gate.totp = totp;
            gate.open = None;
        }
    }

    /// What to send along; logs in or renews where that is due.
    pub async fn pass(&self, wire: &Transport, method: Method) -> Result<Pass, ClientError> {
        if let Some(token) = &self.token {
            return Ok(Pass(None, token.clone()));
        }
        let came = Instant::now();
        let mut gate = self.gate.lock().await;
        let open = match gate.open.clone() {
            Some(open) if now().since(open.ticket.issued) < RENEW_AFTER => open,
            Some(open) => self.renew(&mut gate, wire, open, came).await?,
            None => self.log_in(&mut gate, wire, came).await?,
        };
        Ok(open.pass(method))
    }

    /// A new pass after `refused` was turned away, or nothing where there is no other to be had.
    pub async fn pass_after(
        &self,
        wire: &Transport,
        method: Method,
        refused: &Pass,
    ) -> Result<Option<Pass>, ClientError> {
        let Pass(Some(old), _) = refused else { return Ok(None) };
        let came = Instant::now();
        let mut gate = self.gate.lock().await;
        if let Some(open) = gate.open.clone().filter(|open| !Arc::ptr_eq(open, old)) {
            return Ok(Some(open.pass(method)));
        }
        // A host whose cluster file system restarts turns good tickets away for a moment. One that cannot be replaced
        // without a person is not thrown away for that.
        if !old.may_live() {
            self.put(&mut gate, None);
        }
        Ok(Some(self.log_in(&mut gate, wire, came).await?.pass(method)))
    }

    fn put(&self, gate: &mut Gate, open: Option<Arc<Open>>) {
        gate.open.clone_from(&open);
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = open;
    }

    /// The old ticket is the password of the new one; no one-time code is asked for. One that is not renewed is used to
    /// its end.
    async fn renew(
        &self,
        gate: &mut Gate,
        wire: &Transport,
        old: Arc<Open>,
        came: Instant,
    ) -> Result<Arc<Open>, ClientError> {
        if old.may_live() && gate.not_renewed.is_some_and(|at| at.elapsed() < REST) {
            return Ok(old);
        }
        match self.ask(wire, &old.ticket.ticket, None).await {
            Ok(Reply::Issued(ticket)) => {
                let open = Arc::new(Open::new(ticket)?);
                gate.not_renewed = None;
                self.put(gate, Some(open.clone()));
                Ok(open)
            }
            Ok(_) if old.may_live() => {
                gate.not_renewed = Some(Instant::now());
                Ok(old)
            }
            Ok(_) => {
                self.put(gate, None);
                self.log_in(gate, wire, came).await
            }
            // It may still be good; whether the host answers at all shows in the call itself.
            Err(_) => Ok(old),
        }
    }

    async fn log_in(&self, gate: &mut Gate, wire: &Transport, came: Instant) -> Result<Arc<Open>, ClientError> {
        if let Some((at, error)) = &gate.failed {
            let rests = error.is_about_the_credential() && at.elapsed() < REST;
            // Whoever waited while another one tried shares what that one learnt.
            if rests || *at > came {
                return Err(error.clone());
            }
        }
        match self.new_ticket(gate, wire).await.and_then(Open::new) {
            Ok(open) => {
                let open = Arc::new(open);
                gate.failed = None;
                self.put(gate, Some(open.clone()));
                Ok(open)
            }
            Err(error) => {
                gate.failed = Some((Instant::now(), error.clone()));
                Err(error)
            }
        }
    }

    async fn new_ticket(&self, gate: &mut Gate, wire: &Transport) -> Result<Ticket, ClientError> {
        let user = self.name.clone();
        let Some(password) = gate.password.clone() else {
            return Err(ClientError::SessionEnded { user });
        };
        let challenge = match self.ask(wire, &password, None).await? {
            Reply::Issued(ticket) => return Ok(ticket),
            Reply::Refused => return Err(ClientError::WrongLogin { user }),
            Reply::Challenged(challenge) => challenge,
        };
        let factors = HalfTicket::read(challenge.reveal());
        if !factors.takes_code() {
            return Err(ClientError::OtherFactor { user, offered: factors.names() });
        }
        // A code counts once, so it is used up here whatever comes of it.
        let Some(code) = gate.totp.take() else {
            return Err(ClientError::TotpNeeded { user });
        };
        match self.ask(wire, &factors.response(&code), Some(&challenge)).await? {
            Reply::Issued(ticket) => Ok(ticket),
            Reply::Refused | Reply::Challenged(_) => Err(ClientError::WrongTotp { user }),
        }
    }

    async fn ask(&self, wire: &Transport, password: &Secret, challenge: Option<&Secret>) -> Result<Reply, ClientError> {
        let mut asked = Asked::post(&["access", "ticket"])
            .with("username", &self.name)
            .with("password", password.reveal())
            // Proxmox VE 7 needs it for the challenge we read; later ones know it and do not care.
            .with("new-format", 1);
        if let Some(challenge) = challenge {
            asked = asked.with("tfa-challenge", challenge.reveal());
        }
        let issued = now();
        let answer = wire.send(&asked, &Proof::new()).await?;
        if answer.status == 401 {
            return Ok(Reply::Refused);
        }
        let answer: Answer = answer.judged(&asked.call, &wire.address(), &self.name)?;
        let Issued { ticket, csrf, wants_second_factor } = answer.read(&asked.call)?;
        let Some(ticket) = ticket.into_text().filter(|ticket| !ticket.is_empty()).map(Secret::new) else {
            let why = "the answer to the log-in holds no ticket".into();
            return Err(ClientError::NotProxmox { address: wire.address(), why });
        };
        if wants_second_factor.is_set() {
            return Ok(Reply::Challenged(ticket));
        }
        let csrf = Secret::new(csrf.into_text().unwrap_or_default());
        Ok(Reply::Issued(Ticket { user: self.name.clone(), ticket, csrf, issued }))
    }
}

enum Reply {
    Issued(Ticket),
    Challenged(Secret),
    Refused,
}

impl Open {
    fn new(ticket: Ticket) -> Result<Self, ClientError> {
        let mut reading = Proof::new();
        reading.insert(COOKIE, header(&format!("PVEAuthCookie={}", escape(ticket.ticket.reveal())))?);
        let mut writing = reading.clone();
        writing.insert("CSRFPreventionToken", header(ticket.csrf.reveal())?);
        Ok(Self { ticket, reading, writing })
    }

    fn may_live(&self) -> bool {
        now().since(self.ticket.issued) < LIFE
    }

    fn pass(self: Arc<Self>, method: Method) -> Pass {
        let proof = if method == Method::Get { self.reading.clone() } else { self.writing.clone() };
        Pass(Some(self), proof)
    }
}

fn header(text: &str) -> Result<HeaderValue, ClientError> {
    let mut value = HeaderValue::from_str(text)
        .map_err(|_| ClientError::Setup("the credential holds a character that cannot be sent".into()))?;
    value.set_sensitive(true);
    Ok(value)
}
