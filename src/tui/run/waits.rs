//! What the loop waits for, as futures that never end where there is nothing to wait for.

use std::{future::poll_fn, task::Poll};

use futures_util::{Stream, StreamExt};
use tokio::{
    sync::{
        broadcast::{self, error::RecvError},
        watch,
    },
    time::{Instant, sleep_until},
};

use crate::{
    engine::Notice,
    tui::{
        event::Ticket,
        term::{Attached, Parting},
    },
};

/// What a stream has to give at once. It is asked in this task's own name: crossterm's stream wakes whoever asked it
/// first, and somebody who does not wait would never be woken.
pub async fn ready<S: Stream + Unpin>(stream: &mut S) -> Option<Option<S::Item>> {
    poll_fn(|context| match stream.poll_next_unpin(context) {
        Poll::Ready(item) => Poll::Ready(Some(item)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

pub async fn until(next: Option<Instant>) {
    match next {
        Some(at) => sleep_until(at).await,
        None => std::future::pending().await,
    }
}

pub async fn parted(visiting: &mut Option<(Ticket, Attached)>) -> Parting {
    match visiting {
        Some((_, attached)) => attached.serve().await,
        None => std::future::pending().await,
    }
}

pub async fn changed<T>(watched: &mut Option<watch::Receiver<T>>) -> bool {
    match watched {
        Some(watched) => watched.changed().await.is_ok(),
        None => std::future::pending().await,
    }
}

pub async fn heard(notices: &mut Option<broadcast::Receiver<Notice>>) -> Result<Notice, RecvError> {
    match notices {
        Some(notices) => notices.recv().await,
        None => std::future::pending().await,
    }
}
