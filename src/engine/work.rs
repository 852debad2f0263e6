//! The hands of operations inside guests: the same roads that the operator's own commands take.

use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use super::{
    Engine,
    inside::{attend, give_up, left},
};
use crate::{
    domain::{
        fault::{Fault, FaultCode},
        ids::GuestKey,
    },
    exec::{self, Arrival, ExecError, Link, Written},
    operations::hands::{Deed, Hands, Work},
};

async fn carry_out_all(deeds: Vec<Deed>, link: &mut Link, cancel: &CancellationToken) -> Result<i32, ExecError> {
    for deed in deeds {
        let code = carry_out(deed, link, cancel).await?;
        if code != 0 {
            return Ok(code);
        }
    }
    Ok(0)
}

async fn carry_out(deed: Deed, link: &mut Link, cancel: &CancellationToken) -> Result<i32, ExecError> {
    match deed {
        Deed::Run { job, script, hear } => {
            // A plain function: what an async one lends out cannot cross threads.
            let write = move |written: Written| {
                let (Written::Out(bytes) | Written::Err(bytes)) = written;
                hear(&String::from_utf8_lossy(&bytes));
                std::future::ready(())
            };
            exec::run(link, &job, Some(&script), write, cancel).await
        }
        Deed::Clear(job) => {
            // What stays behind goes by itself after two days.
            drop(exec::forget(link, &job).await);
            Ok(0)
        }
        Deed::Put { file, bytes } => exec::put(link, &*bytes, &file, |_| {}, cancel).await.map(|_| 0),
    }
}

impl Engine {
    async fn work_inside(
        &self,
        guest: GuestKey,
        deeds: Vec<Deed>,
        arrival: Arrival,
        cancel: CancellationToken,
    ) -> Result<i32, Fault> {
        let (link, presence) = self.link(&guest).await?;
        let mut link = link.arriving(arrival);
        let (condition, sending) = (link.condition(), link.sending());
        let working = async {
            self.arrive(&guest, &mut link).await?;
            let end = carry_out_all(deeds, &mut link, &cancel).await;
            self.depart(&guest, &mut link).await;
            Ok(end?)
        };
        tokio::select! {
            end = working => end,
            never = attend(condition, sending, &presence, drop) => match never {},
            () = give_up(&cancel) => Err(left(&guest)),
        }
    }
}

impl Hands for Engine {
    fn work(&self, guest: GuestKey, deeds: Vec<Deed>, cancel: CancellationToken) -> Work {
        self.work_as(guest, deeds, Arrival::First, cancel)
    }
}

impl Engine {
    /// On a thread of its own: the closures that exec works with stay on the thread where they began. Whoever stops
    /// waiting ends it there as well.
    pub(super) fn work_as(
        &self,
        guest: GuestKey,
        deeds: Vec<Deed>,
        arrival: Arrival,
        cancel: CancellationToken,
    ) -> Work {
        let (engine, unwanted) = (self.clone(), CancellationToken::new());
        let until = unwanted.clone();
        Box::pin(async move {
            let _wanted = unwanted.drop_guard();
            let runtime = Handle::current();
            let working = tokio::task::spawn_blocking(move || {
                runtime.block_on(async {
                    tokio::select! {
                        end = engine.work_inside(guest, deeds, arrival, cancel) => end,
                        () = until.cancelled() => Err(nobody_waits()),
                    }
                })
            });
            working.await.unwrap_or_else(|_| Err(nobody_waits()))
        })
    }
}

fn nobody_waits() -> Fault {
    Fault::passing(
        FaultCode::Failed,
        "work inside a guest was left",
        "this program is ending",
        "start it again: it goes on where it was",
    )
}
