//! The client of one host. Cheap to clone; connects when it is first asked something.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use super::{
    ClientError, Fingerprint, Login, RequestLog, Sent, Ticket, Trust, Version,
    answer::Answer,
    book::explain_task_of,
    call::{Asked, Method},
    observe::Memory,
    pin::Whom,
    reach::{Door, Limits, shown_certificate},
    rehearsal::Stage,
    session::Session,
    transport::Transport,
    version::NodeVersions,
    wire::access::VersionSaid,
};
use crate::domain::{fault::Fault, ids::HostId, moment::Moment, secret::Secret};

/// Where a host is, whom we trust there, and who we are to it.
#[derive(Debug, Clone)]
pub struct Target {
    pub host: HostId,
    /// The first one that answers is used.
    pub addresses: Vec<String>,
    pub trust: Trust,
    pub login: Login,
}

#[derive(Clone)]
pub struct Client(pub(super) Arc<Inner>, pub(super) Option<Stage>);

pub(super) struct Inner {
    pub host: HostId,
    pub wire: Transport,
    pub session: Session,
    /// The credential was accepted before.
    is_proven: AtomicBool,
    version: Mutex<Option<Version>>,
    pub(super) node_versions: NodeVersions,
    pub memory: Mutex<Memory>,
}

impl Client {
    pub fn new(target: Target, log: Option<RequestLog>) -> Result<Self, ClientError> {
        Self::with_limits(target, log, Limits::default())
    }

    /// With another patience than the usual one.
    pub fn with_limits(target: Target, log: Option<RequestLog>, limits: Limits) -> Result<Self, ClientError> {
        let inner = Inner {
            host: target.host,
            wire: Transport::new(&target.addresses, target.trust, limits, log)?,
            session: Session::new(target.login)?,
            is_proven: AtomicBool::new(false),
            version: Mutex::default(),
            node_versions: NodeVersions::default(),
            memory: Mutex::default(),
        };
        Ok(Self(Arc::new(inner), None))
    }

    /// Proves the credential by asking for the version. Needed by nobody: every call logs in by itself. It does so even
    /// right after a refusal, when other calls rest for a minute.
    pub async fn log_in(&self) -> Result<Version, ClientError> {
        self.0.session.try_anew(None).await;
        self.version().await
    }

    /// The same with a one-time code of this moment.
    pub async fn log_in_with(&self, totp: Secret) -> Result<Version, ClientError> {
        self.0.session.try_anew(Some(totp)).await;
        self.version().await
    }

    /// The open session, to be kept for later; a token has none.
    pub fn ticket(&self) -> Option<Ticket> {
        self.0.session.ticket()
    }

    /// A moment that the host told, by our own clock; theirs may be far from it.
    pub fn on_our_clock(&self, theirs: Moment) -> Moment {
        self.0.wire.on_our_clock(theirs)
    }

    /// How far its clock was ahead of ours at its last answer, in milliseconds; whole seconds, and 0 below two of them.
    pub fn clock_ahead(&self) -> i64 {
        self.0.wire.clock_ahead()
    }

    /// Who Proxmox knows us as.
    pub fn name(&self) -> &str {
        &self.0.session.name
    }

    pub async fn version(&self) -> Result<Version, ClientError> {
        let version = self.read_version(&Asked::get(&["version"])).await?;
        *self.0.version.lock().unwrap_or_else(PoisonError::into_inner) = Some(version.clone());
        Ok(version)
    }

    pub(super) async fn read_version(&self, asked: &Asked) -> Result<Version, ClientError> {
        let answer = self.call(asked).await?;
        let said: VersionSaid<'_> = answer.read(&asked.call)?;
        said.version.as_deref().and_then(Version::read).ok_or_else(|| {
            let why = "its answer names no version".into();
            ClientError::NotProxmox { address: self.0.wire.address(), why }
        })
    }

    /// The version as it was last told; asks for it the first time.
    pub(super) async fn known_version(&self) -> Option<Version> {
        let known = self.0.version.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match known {
            Some(version) => Some(version),
            None => self.version().await.ok(),
        }
    }

    /// What the failure of a task of ours means; `name` is what the operator calls the guest.
    pub fn explain_task(&self, exit: &str, log: &[impl AsRef<str>], name: &str) -> Fault {
        explain_task_of(self.name(), exit, log, name)
    }

    /// The last calls that were sent, newest last.
    pub fn recent_calls(&self) -> Vec<Sent> {
        self.0.wire.recent()
    }

    pub(super) async fn call(&self, asked: &Asked) -> Result<Answer, ClientError> {
        if let Some(stage) = &self.1 {
            stage.keep(asked)?;
        }
        let Inner { session, is_proven, .. } = &*self.0;
        let mut outcome = self.call_once(asked).await;
        // A host whose cluster file system restarts turns everybody away for a moment. A credential that was good until
        // now gets a second chance, but only one.
        let is_turned_away = matches!(
            outcome,
            Err(ClientError::TokenRefused { .. }
                | ClientError::WrongLogin { .. }
                | ClientError::TotpNeeded { .. }
                | ClientError::SessionEnded { .. })
        );
        if is_turned_away && is_proven.swap(false, Ordering::Relaxed) {
            session.try_anew(None).await;
            outcome = self.call_once(asked).await;
        }
        if matches!(outcome, Err(ClientError::Forbidden { .. })) && asked.call.method != Method::Get {
            self.doubt_rights();
        }
        if outcome.is_ok() {
            is_proven.store(true, Ordering::Relaxed);
        }
        outcome
    }

    async fn call_once(&self, asked: &Asked) -> Result<Answer, ClientError> {
        let Inner { wire, session, .. } = &*self.0;
        let method = asked.call.method;
        let pass = session.pass(wire, method).await?;
        let mut answer = wire.send(asked, pass.proof()).await?;
        // A refused ticket means that nothing was done, so even an order may be given again.
        if answer.status == 401
            && let Some(pass) = session.pass_after(wire, method, &pass).await?
        {
            answer = wire.send(asked, pass.proof()).await?;
        }
        if answer.status == 401 {
            return Err(self.turned_away(&answer));
        }
        answer.judged(&asked.call, &wire.address(), &session.name)
    }

    fn turned_away(&self, answer: &Answer) -> ClientError {
        let name = self.name().to_owned();
        match self.ticket() {
            Some(_) => ClientError::SessionEnded { user: name },
            None => ClientError::TokenRefused { id: name, why: answer.refusal().text },
        }
    }
}

/// Which certificate answers at an address. Nothing is trusted and nothing is sent: the handshake ends there.
pub async fn fingerprint_of(address: &str) -> Result<Fingerprint, ClientError> {
    let door = Door::new(address, Whom::Nobody, Limits::default())?;
    let asked = Asked::get(&["version"]);
    match door.http.get(&door.address).send().await {
        Ok(_) => Err(ClientError::NotTls { address: door.address }),
        Err(error) => shown_certificate(&error).ok_or_else(|| door.explain(&error, &asked.call)),
    }
}
