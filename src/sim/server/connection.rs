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
    sync::Notify,
    time::timeout,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use super::{Doors, answer, redirect, websocket::Visit};
use crate::sim::{faults::Fault, handle::Handle, world::node::Node};

/// The first byte of a TLS handshake.
const TLS: u8 = 22;
const HANDSHAKE: Duration = Duration::from_secs(10);
/// The answer with this number closes its connection.
const LAST_ANSWER: u32 = 100;

/// One connection, as its requests see it.
pub struct Connection {
    pub handle: Handle,
    answered: AtomicU32,
    /// Told when it is to be cut without another byte.
    cut: Notify,
    visit: Mutex<Option<Visit>>,
}

impl Connection {
    /// Cuts it without another byte; nobody is left to hear an answer.
    pub async fn end_now(&self) -> ! {
        self.cut.notify_one();
        std::future::pending().await
    }

    /// What the connection goes on with once its last answer is out; or takes it.
    pub fn go_on_with(&self, visit: Option<Visit>) -> Option<Visit> {
        std::mem::replace(&mut *self.visit.lock().unwrap_or_else(PoisonError::into_inner), visit)
    }

    /// Counts one more answer, and says whether it is the last.
    pub fn is_last_answer(&self) -> bool {
        self.answered.fetch_add(1, Ordering::Relaxed) + 1 >= LAST_ANSWER
    }
}

/// Takes connections; `node` is the one whose own address this is.
pub async fn accept(listener: TcpListener, node: Option<String>, handle: Handle, doors: Arc<Doors>) {
    loop {
        let seat = doors.seats.clone().acquire_owned();
        let (stream, seat) = tokio::select! {
            () = doors.closing.cancelled() => return,
            taken = async { (listener.accept().await, seat.await) } => taken,
        };
        // A connection that broke while it was taken is no reason to stop.
        let (Ok((stream, _)), Ok(seat)) = (stream, seat) else { continue };
        let (handle, inner, node) = (handle.clone(), doors.clone(), node.clone());
        doors.tasks.spawn(async move {
            let (closing, world) = (inner.closing.clone(), handle.clone());
            tokio::select! {
                // A dead machine shakes no hands.
                biased;
                () = closing.cancelled() => {}
                () = until_dead(&world, node.as_deref()) => {}
                () = serve(stream, node.as_deref(), handle, inner) => {}
            }
            drop(seat);
        });
    }
}

/// Waits until the node has no power.
async fn until_dead(handle: &Handle, node: Option<&str>) {
    let Some(node) = node else { return std::future::pending().await };
    handle.until(|datacenter| !datacenter.node(node).is_some_and(Node::is_online)).await;
}

async fn serve(stream: TcpStream, node: Option<&str>, handle: Handle, doors: Arc<Doors>) {
    handle.until(|datacenter| !datacenter.faults.stands(&Fault::Mute)).await;
    let mut first = [0];
    let Ok(Ok(1)) = timeout(HANDSHAKE, stream.peek(&mut first)).await else { return };
    if first[0] != TLS {
        return redirect::to_https(stream).await;
    }
    let shown = handle.look(|datacenter| datacenter.faults.shown());
    let tls = doors.wardrobe.tls(shown, node);
    let Ok(Ok(stream)) = timeout(HANDSHAKE, TlsAcceptor::from(tls).accept(stream)).await else { return };
    let answers = serve_https(stream, handle.clone(), doors);
    tokio::select! {
        () = handle.until(|datacenter| datacenter.faults.shown() != shown) => {}
        () = answers => {}
    }
}

async fn serve_https(stream: TlsStream<TcpStream>, handle: Handle, doors: Arc<Doors>) {
    let idle = doors.idle;
    let (answered, cut, visit) = (AtomicU32::new(0), Notify::new(), Mutex::new(None));
    let connection = Arc::new(Connection { handle, answered, cut, visit });
    let router = Router::new().fallback(answer::answer).with_state(connection.clone());
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(idle).keep_alive(true);
    let served = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    // How a connection ended is of no interest: the other side may go whenever it likes.
    let served = served.with_upgrades();
    tokio::select! {
        _ = served => {}
        () = connection.cut.notified() => {}
    }
    if let Some(visit) = connection.go_on_with(None) {
        visit.serve(connection.handle.clone()).await;
    }
}
