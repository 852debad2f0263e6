//! Taking connections and serving each to its end: TLS, or a pointer to it for somebody who speaks plain HTTP.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use axum::Router;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    time::timeout,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use super::{Doors, answer, redirect, websocket::Visit};
use crate::sim::handle::{Handle, Trouble};

/// The first byte of a TLS handshake.
const TLS: u8 = 22;
const HANDSHAKE: Duration = Duration::from_secs(10);
/// The answer with this number closes its connection.
const LAST_ANSWER: u32 = 100;

/// One connection, as its requests see it.
pub struct Connection {
    pub handle: Handle,
    pub doors: Arc<Doors>,
    answered: AtomicU32,
    visit: Mutex<Option<Visit>>,
}

impl Connection {
    /// What the connection goes on with once its last answer is out; or takes it.
    pub fn go_on_with(&self, visit: Option<Visit>) -> Option<Visit> {
        std::mem::replace(&mut *self.visit.lock().unwrap_or_else(PoisonError::into_inner), visit)
    }

    /// Counts one more answer, and says whether it is the last.
    pub fn is_last_answer(&self) -> bool {
        self.answered.fetch_add(1, Ordering::Relaxed) + 1 >= LAST_ANSWER
    }
}

pub async fn accept(listener: TcpListener, handle: Handle, doors: Arc<Doors>) {
    loop {
        let seat = doors.seats.clone().acquire_owned();
        let (stream, seat) = tokio::select! {
            () = doors.closing.cancelled() => return,
            taken = async { (listener.accept().await, seat.await) } => taken,
        };
        // A connection that broke while it was taken is no reason to stop.
        let (Ok((stream, _)), Ok(seat)) = (stream, seat) else { continue };
        let (handle, inner) = (handle.clone(), doors.clone());
        doors.tasks.spawn(async move {
            let closing = inner.closing.clone();
            tokio::select! {
                () = closing.cancelled() => {}
                () = serve(stream, handle, inner) => {}
            }
            drop(seat);
        });
    }
}

async fn serve(stream: TcpStream, handle: Handle, doors: Arc<Doors>) {
    until_not(&handle, Trouble::Mute).await;
    let mut first = [0];
    let Ok(Ok(1)) = timeout(HANDSHAKE, stream.peek(&mut first)).await else { return };
    if first[0] != TLS {
        return redirect::to_https(stream).await;
    }
    let mut identity = doors.identity.subscribe();
    let tls = identity.borrow_and_update().tls.clone();
    let Ok(Ok(stream)) = timeout(HANDSHAKE, TlsAcceptor::from(tls).accept(stream)).await else { return };
    let answers = serve_https(stream, handle, doors);
    tokio::select! {
        _ = identity.changed() => {}
        () = answers => {}
    }
}

/// Waits while this trouble lasts.
pub async fn until_not(handle: &Handle, trouble: Trouble) {
    let mut watched = handle.0.trouble.subscribe();
    // The sender lives as long as the handle, so this cannot fail.
    let _ = watched.wait_for(|now| *now != trouble).await;
}

async fn serve_https(stream: TlsStream<TcpStream>, handle: Handle, doors: Arc<Doors>) {
    let idle = doors.idle;
    let (answered, visit) = (AtomicU32::new(0), Mutex::new(None));
    let connection = Arc::new(Connection { handle, doors, answered, visit });
    let router = Router::new().fallback(answer::answer).with_state(connection.clone());
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(idle).keep_alive(true);
    // How a connection ended is of no interest: the other side may go whenever it likes.
    let _ = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router)).with_upgrades().await;
    if let Some(visit) = connection.go_on_with(None) {
        visit.serve(connection.handle.clone()).await;
    }
}
