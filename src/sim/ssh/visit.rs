//! One connection: who comes in, and by what. What must hold: only root comes in, with a key that is known there or, at a
//! node, with the password of root@pam; and a connection ends when its door is closed.

use std::{
    borrow::Cow,
    net::{Shutdown, SocketAddr},
    sync::Arc,
    time::Duration,
};

use russh::{
    Channel, ChannelId, MethodKind, MethodSet, Pty, SshId,
    server::{self, Auth, ChannelOpenHandle, Config, Msg, PublicKeyOffer, Session, VerifiedPublicKey},
};
use tokio::{net::TcpStream, task::JoinSet};
use tokio_util::sync::CancellationToken;

use super::{channel, doors::SshDoors, talks::Home};
use crate::sim::handle::Handle;

/// So long the real one lets a wrong password wait.
const WRONG: Duration = Duration::from_secs(2);
const MOST_ATTEMPTS: usize = 6;

/// What all channels of a connection share.
#[derive(Clone)]
pub struct Line {
    pub handle: Handle,
    pub home: Home,
    pub from: SocketAddr,
    pub to: SocketAddr,
    /// Cuts the connection without a word.
    pub cut: CancellationToken,
}

pub async fn serve(stream: TcpStream, home: Home, handle: Handle, settings: Arc<SshDoors>, closing: CancellationToken) {
    let Ok((stream, socket)) = doubled(stream) else { return };
    let (Ok(from), Ok(to)) = (stream.peer_addr(), stream.local_addr()) else { return };
    if let Some(fault) = handle.with(|datacenter| datacenter.faults.hit_hanging_ssh(&home)) {
        tokio::select! {
            () = closing.cancelled() => return,
            () = handle.until(|datacenter| !datacenter.faults.has(fault)) => {}
        }
    }
    let config = Arc::new(config(&handle, &home));
    let line = Line { handle, home, from, to, cut: CancellationToken::new() };
    let visitor = Visitor { line: line.clone(), settings, channels: JoinSet::new() };
    let Ok(session) = server::run_stream(config, stream, visitor).await else { return };
    let mut session = std::pin::pin!(session);
    tokio::select! {
        _ = &mut session => return,
        () = closing.cancelled() => {}
        () = line.cut.cancelled() => {}
    }
    // It may be closed already.
    let _ = socket.shutdown(Shutdown::Both);
    // How it ended is no news.
    let _ = session.await;
}

/// The stream, and the same socket once more: by it the connection is cut, whatever goes on inside.
fn doubled(stream: TcpStream) -> std::io::Result<(TcpStream, std::net::TcpStream)> {
    let stream = stream.into_std()?;
    let socket = stream.try_clone()?;
    Ok((TcpStream::from_std(stream)?, socket))
}

fn config(handle: &Handle, home: &Home) -> Config {
    let methods: &[MethodKind] = match home {
        Home::Node(_) => &[MethodKind::PublicKey, MethodKind::Password],
        Home::Guest(_) => &[MethodKind::PublicKey],
    };
    Config {
        server_id: SshId::Standard(Cow::Borrowed("SSH-2.0-OpenSSH_10.0p2 Debian-7")),
        methods: MethodSet::from(methods),
        auth_rejection_time: Duration::ZERO,
        auth_rejection_time_initial: Some(Duration::ZERO),
        keys: vec![handle.look(|datacenter| datacenter.host_key(home))],
        max_auth_attempts: MOST_ATTEMPTS,
        inactivity_timeout: None,
        nodelay: true,
        ..Config::default()
    }
}

struct Visitor {
    line: Line,
    settings: Arc<SshDoors>,
    channels: JoinSet<()>,
}

impl Visitor {
    fn takes(&self, user: &str, key: &russh::keys::PublicKey) -> bool {
        let Line { handle, home, .. } = &self.line;
        user == "root" && handle.look(|datacenter| datacenter.takes_key(home, key, &self.settings.keys))
    }
}

fn verdict(is_fine: bool) -> Auth {
    if is_fine { Auth::Accept } else { Auth::reject() }
}

impl server::Handler for Visitor {
    type Error = russh::Error;

    async fn auth_password(&mut self, user: &str, password: &str) -> Result<Auth, Self::Error> {
        let Line { handle, home, .. } = &self.line;
        let is_fine = user == "root" && handle.look(|datacenter| datacenter.takes_password(home, password));
        if !is_fine {
            handle.pause(WRONG).await;
        }
        Ok(verdict(is_fine))
    }

    async fn auth_publickey_offered(&mut self, user: &str, offer: PublicKeyOffer<'_>) -> Result<Auth, Self::Error> {
        Ok(verdict(self.takes(user, offer.public_key)))
    }

    async fn auth_publickey(&mut self, user: &str, key: VerifiedPublicKey<'_>) -> Result<Auth, Self::Error> {
        Ok(verdict(self.takes(user, key.public_key)))
    }

    async fn channel_open_session(
        &mut self,
        channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Self::Error> {
        reply.accept().await;
        while self.channels.try_join_next().is_some() {}
        self.channels.spawn(channel::serve(channel, self.line.clone()));
        Ok(())
    }

    async fn pty_request(
        &mut self,
        channel: ChannelId,
        _: &str,
        _: u32,
        _: u32,
        _: u32,
        _: u32,
        _: &[(Pty, u32)],
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        session.channel_success(channel)
    }

    async fn env_request(
        &mut self,
        channel: ChannelId,
        name: &str,
        _: &str,
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        if channel::is_taken(name) { session.channel_success(channel) } else { session.channel_failure(channel) }
    }

    async fn shell_request(&mut self, channel: ChannelId, session: &mut Session) -> Result<(), Self::Error> {
        session.channel_success(channel)
    }

    async fn exec_request(&mut self, channel: ChannelId, _: &[u8], session: &mut Session) -> Result<(), Self::Error> {
        session.channel_success(channel)
    }

    /// There is no file transfer here: files go through `cat` and `pct push`.
    async fn subsystem_request(
        &mut self,
        channel: ChannelId,
        _: &str,
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        session.channel_failure(channel)
    }
}
