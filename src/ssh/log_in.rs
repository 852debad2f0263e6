//! Shows who we are, one proof after the other. What must hold: after a success nothing more is tried, and whatever
//! keeps us out is told for each proof.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use russh::{
    MethodKind, MethodSet,
    client::{AuthResult, Handle, KeyboardInteractiveAuthResponse},
    keys::{
        self, Algorithm, HashAlg, PrivateKey, PrivateKeyWithHashAlg,
        agent::{AgentIdentity, client::AgentClient},
    },
};
use tokio::{net::UnixStream, task::spawn_blocking};

use super::{Proof, Refusal, SshError, Target, door::Doorman};
use crate::domain::secret::Secret;

/// Whether a proof was taken, and if not, why.
type Shown = Result<(), Refusal>;

pub(super) async fn log_in(handle: &mut Handle<Doorman>, target: &Target, address: &str) -> Result<(), SshError> {
    let mut refusals = Vec::new();
    for proof in &target.proofs {
        match show(handle, &target.user, proof).await {
            Ok(()) => return Ok(()),
            Err(refusal) => refusals.push(refusal),
        }
        if handle.is_closed() {
            break;
        }
    }
    Err(SshError::NotLetIn { address: address.into(), user: target.user.clone(), refusals })
}

async fn show(handle: &mut Handle<Doorman>, user: &str, proof: &Proof) -> Shown {
    match proof {
        Proof::Agent => match std::env::var_os("SSH_AUTH_SOCK") {
            Some(socket) => show_agent(handle, user, socket.as_ref()).await,
            None => Err(Refusal::NoAgent { why: "SSH_AUTH_SOCK is not set".into() }),
        },
        Proof::AgentAt(socket) => show_agent(handle, user, socket).await,
        Proof::KeyFile { path, passphrase } => show_key(handle, user, path, passphrase.clone()).await,
        Proof::Password(password) => show_password(handle, user, password).await,
    }
}

async fn show_agent(handle: &mut Handle<Doorman>, user: &str, socket: &Path) -> Shown {
    let no_agent = |why: String| Refusal::NoAgent { why: format!("{} ({why})", socket.display()) };
    let mut agent = AgentClient::connect_uds(socket).await.map_err(|error| no_agent(error.to_string()))?;
    if let Some(binding) = handle.agent_session_binding() {
        // An agent that does not know this has no keys that want it.
        let _ = agent.bind_session(binding, false).await;
    }
    let identities = agent.request_identities().await.map_err(|error| no_agent(error.to_string()))?;
    if identities.is_empty() {
        return Err(Refusal::AgentEmpty);
    }
    let (keys, mut failed) = (identities.len(), None);
    for identity in identities {
        match show_identity(handle, user, identity, &mut agent).await {
            Ok(AuthResult::Success) => return Ok(()),
            Ok(AuthResult::Failure { partial_success: true, .. }) => return Err(Refusal::WantsMore),
            Ok(AuthResult::Failure { .. }) => {}
            Err(why) => failed = Some(Refusal::AgentFailed { why }),
        }
        if handle.is_closed() {
            return Err(hung_up());
        }
    }
    Err(failed.unwrap_or(Refusal::AgentKeysRefused { keys }))
}

async fn show_identity(
    handle: &mut Handle<Doorman>,
    user: &str,
    identity: AgentIdentity,
    agent: &mut AgentClient<UnixStream>,
) -> Result<AuthResult, String> {
    let hash = rsa_hash(handle, &identity.public_key().algorithm()).await;
    let shown = match identity {
        AgentIdentity::PublicKey { key, .. } => handle.authenticate_publickey_with(user, key, hash, agent).await,
        AgentIdentity::Certificate { certificate, .. } => {
            handle.authenticate_certificate_with(user, certificate, hash, agent).await
        }
    };
    shown.map_err(|error| error.to_string())
}

async fn show_key(handle: &mut Handle<Doorman>, user: &str, path: &Path, passphrase: Option<Secret>) -> Shown {
    let key = Arc::new(read_key(path.to_owned(), passphrase).await?);
    let hash = rsa_hash(handle, &key.algorithm()).await;
    let fingerprint = key.fingerprint(HashAlg::Sha256).to_string();
    let shown = handle.authenticate_publickey(user, PrivateKeyWithHashAlg::new(key, hash)).await;
    judged(shown, handle, |_| Refusal::KeyRefused { path: path.into(), fingerprint })
}

/// To open an encrypted key costs a good part of a second, by design.
async fn read_key(path: PathBuf, passphrase: Option<Secret>) -> Result<PrivateKey, Refusal> {
    let unreadable = Refusal::UnreadableKey { path: path.clone(), why: "it is no private key".into() };
    spawn_blocking(move || open_key(&path, passphrase.as_ref())).await.unwrap_or(Err(unreadable))
}

fn open_key(path: &Path, passphrase: Option<&Secret>) -> Result<PrivateKey, Refusal> {
    let path = path.to_owned();
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => Secret::new(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(Refusal::NoKeyFile { path }),
        Err(error) => return Err(Refusal::UnreadableKey { path, why: error.to_string() }),
    };
    let unreadable = |path, error: keys::Error| match error {
        keys::Error::CouldNotReadKey => Refusal::UnreadableKey { path, why: "it is no private key".into() },
        error => Refusal::UnreadableKey { path, why: error.to_string() },
    };
    match keys::decode_secret_key(text.reveal(), None) {
        Ok(key) => Ok(key),
        Err(error) if !is_encrypted(&error, text.reveal()) => Err(unreadable(path, error)),
        Err(_) => match passphrase {
            None => Err(Refusal::NoPassphrase { path }),
            Some(passphrase) => keys::decode_secret_key(text.reveal(), Some(passphrase.reveal()))
                .map_err(|_| Refusal::WrongPassphrase { path }),
        },
    }
}

fn is_encrypted(error: &keys::Error, text: &str) -> bool {
    matches!(error, keys::Error::KeyIsEncrypted) || text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----")
}

/// Never SHA-1: where the server does not say what it takes, today's is offered.
async fn rsa_hash(handle: &Handle<Doorman>, key: &Algorithm) -> Option<HashAlg> {
    if !matches!(key, Algorithm::Rsa { .. }) {
        return None;
    }
    let best = handle.best_supported_rsa_hash().await.ok().flatten().flatten();
    Some(best.unwrap_or(HashAlg::Sha512))
}

async fn show_password(handle: &mut Handle<Doorman>, user: &str, password: &Secret) -> Shown {
    let shown = handle.authenticate_password(user, password.reveal()).await;
    if let Ok(AuthResult::Failure { remaining_methods, .. }) = &shown
        && !remaining_methods.contains(&MethodKind::Password)
        && remaining_methods.contains(&MethodKind::KeyboardInteractive)
    {
        return answer_questions(handle, user, password).await;
    }
    judged(shown, handle, |methods| match methods.contains(&MethodKind::Password) {
        true => Refusal::PasswordRefused,
        false => Refusal::NoPasswords,
    })
}

/// Some servers do not take a password but ask for it. Whatever else they ask for is not ours to guess.
async fn answer_questions(handle: &mut Handle<Doorman>, user: &str, password: &Secret) -> Shown {
    use KeyboardInteractiveAuthResponse::{Failure, InfoRequest, Success};
    let mut said = handle.authenticate_keyboard_interactive_start(user, None).await;
    let mut answered = false;
    loop {
        let answers = match said {
            Ok(Success) => return Ok(()),
            Ok(InfoRequest { prompts, .. }) if prompts.is_empty() => Vec::new(),
            Ok(InfoRequest { prompts, .. }) if prompts.len() == 1 && !prompts[0].echo && !answered => {
                answered = true;
                vec![password.reveal().to_owned()]
            }
            Ok(InfoRequest { .. } | Failure { partial_success: true, .. }) => return Err(Refusal::WantsMore),
            Ok(Failure { .. }) => return Err(Refusal::PasswordRefused),
            Err(_) => return Err(hung_up()),
        };
        said = handle.authenticate_keyboard_interactive_respond(answers).await;
    }
}

fn judged(
    shown: Result<AuthResult, russh::Error>,
    handle: &Handle<Doorman>,
    refused: impl FnOnce(&MethodSet) -> Refusal,
) -> Shown {
    match shown {
        Ok(AuthResult::Success) => Ok(()),
        Ok(AuthResult::Failure { partial_success: true, .. }) => Err(Refusal::WantsMore),
        // What a connection that broke says about the proof is nothing.
        Ok(AuthResult::Failure { .. }) | Err(_) if handle.is_closed() => Err(hung_up()),
        Ok(AuthResult::Failure { remaining_methods, .. }) => Err(refused(&remaining_methods)),
        Err(_) => Err(hung_up()),
    }
}

fn hung_up() -> Refusal {
    Refusal::HungUp { why: "too many tries, or it keeps this address out".into() }
}
