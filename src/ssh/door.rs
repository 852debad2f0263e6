//! From an address to a machine whose key was accepted. What must hold: until then nothing is sent but what the exchange
//! of keys needs, no user's name and no proof.

use std::{
    io,
    sync::{Arc, OnceLock},
    time::Duration,
};

use russh::{
    client::{Config, DisconnectReason, Handle, Handler, connect_stream},
    keys::PublicKeyOrCertificate,
};
use tokio::{net::TcpStream, time::timeout};

use super::{HostKey, Limits, Pins, SshError};

/// Which key answers. Nothing is trusted, and nothing is sent.
pub async fn look(address: &str, port: u16, limits: Limits) -> Result<HostKey, SshError> {
    let doorman = Doorman::new(address, port, Pins::FirstUse, Errand::Look);
    let seen = doorman.seen.clone();
    let looked = knock(address, port, doorman, limits).await;
    match (seen.get(), looked) {
        (Some(key), _) => Ok(key.clone()),
        (None, Err(error)) => Err(error),
        (None, Ok(_)) => Err(not_ssh(&written(address, port), "it showed no key")),
    }
}

/// What stands between the wire and us.
pub(super) struct Doorman {
    pub(super) address: Arc<str>,
    pins: Pins,
    errand: Errand,
    pub(super) seen: Arc<OnceLock<HostKey>>,
    pub(super) end: End,
}

/// How a connection ended, once it has.
pub(super) type End = Arc<OnceLock<String>>;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Errand {
    Look,
    Enter,
}

impl Doorman {
    pub(super) fn new(address: &str, port: u16, pins: Pins, errand: Errand) -> Self {
        Self { address: written(address, port).into(), pins, errand, seen: Arc::default(), end: Arc::default() }
    }
}

/// Why a connection ended, as the library tells it or as we decided.
#[derive(Debug)]
pub(super) enum Cut {
    Wire(russh::Error),
    Key(Box<SshError>),
    SeenEnough,
}

impl From<russh::Error> for Cut {
    fn from(error: russh::Error) -> Self {
        Self::Wire(error)
    }
}

impl Handler for Doorman {
    type Error = Cut;

    async fn check_server_key(&mut self, shown: &PublicKeyOrCertificate) -> Result<bool, Cut> {
        let seen = HostKey::of(&shown.public_key());
        let _ = self.seen.set(seen.clone());
        if let Some(pinned) = self.pins.missed_by(&seen) {
            let address = self.address.to_string();
            return Err(Cut::Key(Box::new(SshError::KeyChanged { address, pinned, seen })));
        }
        if self.errand == Errand::Look { Err(Cut::SeenEnough) } else { Ok(true) }
    }

    async fn disconnected(&mut self, reason: DisconnectReason<Cut>) -> Result<(), Cut> {
        let why = match reason {
            DisconnectReason::ReceivedDisconnect(said) => format!("it said: {}", plain(&said.message)),
            DisconnectReason::Error(Cut::Wire(error)) => why_cut(&error),
            DisconnectReason::Error(_) => "it was closed".into(),
        };
        let _ = self.end.set(why);
        Ok(())
    }
}

/// Connects and exchanges keys.
pub(super) async fn knock(
    address: &str,
    port: u16,
    doorman: Doorman,
    limits: Limits,
) -> Result<Handle<Doorman>, SshError> {
    let place = doorman.address.to_string();
    let config = Arc::new(config(&doorman.pins, limits));
    let silent = |step| SshError::Silent { address: place.clone(), step };
    // An address of the new kind is written in brackets where a port may follow.
    let bare = address.trim_start_matches('[').trim_end_matches(']');
    let connecting = timeout(limits.connect, TcpStream::connect((bare, port))).await;
    let stream = connecting.map_err(|_| silent("answer"))?.map_err(|error| unconnected(&place, &error))?;
    // A small packet must not wait for the answer to the last one.
    let _ = stream.set_nodelay(true);
    let (stream, latch) = latched(stream).map_err(|error| unconnected(&place, &error))?;
    let exchanged = timeout(limits.exchange, connect_stream(config, stream, doorman)).await;
    let entered = exchanged.map_err(|_| silent("show its key"))?.map_err(|cut| unexchanged(&place, cut))?;
    latch.lift();
    Ok(entered)
}

/// Shuts a connection whose exchange of keys was given up: the library's own task would wait on with it.
struct Latch(Option<std::net::TcpStream>);

fn latched(stream: TcpStream) -> io::Result<(TcpStream, Latch)> {
    let stream = stream.into_std()?;
    let latch = Latch(Some(stream.try_clone()?));
    Ok((TcpStream::from_std(stream)?, latch))
}

impl Latch {
    fn lift(mut self) {
        self.0 = None;
    }
}

impl Drop for Latch {
    fn drop(&mut self) {
        if let Some(stream) = &self.0 {
            // One that is shut already needs nothing more.
            let _ = stream.shutdown(std::net::Shutdown::Both);
        }
    }
}

fn config(pins: &Pins, limits: Limits) -> Config {
    let mut config = Config::default();
    config.preferred.key = pins.preferred().into();
    config.keepalive_interval = Some(limits.keep_alive);
    config.keepalive_max = limits.missed;
    // Signs of life stop where a write hangs; this does not.
    let signs = u32::try_from(limits.missed).unwrap_or(u32::MAX).saturating_add(2);
    config.inactivity_timeout = Some(limits.keep_alive.saturating_mul(signs).max(Duration::from_millis(1)));
    config
}

/// `pve.example.org:22`, `[fd00::1]:22`
pub(super) fn written(address: &str, port: u16) -> String {
    match address.contains(':') && !address.starts_with('[') {
        true => format!("[{address}]:{port}"),
        false => format!("{address}:{port}"),
    }
}

fn unconnected(address: &str, error: &io::Error) -> SshError {
    let address = address.to_owned();
    match error.kind() {
        io::ErrorKind::ConnectionRefused => SshError::PortClosed { address },
        // The resolver's own errors have no kind of their own.
        _ if error.raw_os_error().is_none() => SshError::NoSuchName { address },
        _ => SshError::NoRoute { address, why: error.to_string() },
    }
}

fn unexchanged(address: &str, cut: Cut) -> SshError {
    match cut {
        Cut::Key(changed) => *changed,
        Cut::SeenEnough => SshError::Lost { address: address.into(), why: "it was closed".into() },
        Cut::Wire(russh::Error::NoCommonAlgo { kind, theirs, .. }) => {
            let why = format!("of {kind:?} it offers {} only", plain(&theirs.join(", ")));
            SshError::NothingInCommon { address: address.into(), why }
        }
        Cut::Wire(error) => not_ssh(address, &why_cut(&error)),
    }
}

/// What broke a connection, as far as it is known.
pub(super) fn lost(address: &str, end: &End) -> SshError {
    let why = end.get().cloned().unwrap_or_else(|| "the other side hung up".into());
    SshError::Lost { address: address.into(), why }
}

fn not_ssh(address: &str, why: &str) -> SshError {
    SshError::NotSsh { address: address.into(), why: why.into() }
}

fn why_cut(error: &russh::Error) -> String {
    match error {
        russh::Error::HUP | russh::Error::Disconnect => "the other side hung up".into(),
        russh::Error::KeepaliveTimeout | russh::Error::InactivityTimeout => "the other side fell silent".into(),
        russh::Error::IO(error) if error.kind() == io::ErrorKind::UnexpectedEof => "the other side hung up".into(),
        error => plain(&error.to_string()),
    }
}

/// What a stranger says goes to a terminal: no control characters, and not much of it.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}
