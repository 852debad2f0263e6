//! Wishes that change the world: each becomes a plan, is written to the journal, and runs here.

use tokio_util::sync::CancellationToken;

use super::{Engine, Request};
use crate::{
    domain::{
        fault::{Fault, FaultCode},
        ids::{GuestKey, OperationId},
        operation::Operation,
        plan::{
            Plan,
            journal::Entry,
            power::{self, PowerWish},
        },
    },
    operations::{clock::now, runner},
    services::resume,
    store::BeginError,
};

impl Engine {
    pub(super) fn preview(&self, request: &Request) -> Result<Plan, Fault> {
        match request {
            Request::Power { guest, wish } => self.plan_power(guest, *wish),
            Request::Cancel(id) | Request::Retry(id) => self.operation(*id).map(|found| (*found.plan).clone()),
        }
    }

    fn plan_power(&self, key: &GuestKey, wish: PowerWish) -> Result<Plan, Fault> {
        let guest = self.0.world.guest(key)?;
        power::plan(wish, &guest, self.0.world.fleet().app_of(key))
    }

    pub(super) async fn power(&self, key: &GuestKey, wish: PowerWish) -> Result<OperationId, Fault> {
        let plan = self.plan_power(key, wish)?;
        // Refused before anything is written: a host we cannot reach at all gets no operation.
        self.0.world.line(&key.host)?;
        let began = now();
        let id = match self.0.world.store.begin_operation(plan.clone(), began, &self.0.holder).await {
            Ok(id) => id,
            Err(BeginError::Busy(running)) => return Err(busy(&plan.name, running)),
            Err(BeginError::Store(error)) => return Err(error.into()),
        };
        let operation =
            Operation { id, plan: plan.into(), began, ended: None, journal: Vec::new(), task: None, log: Vec::new() };
        self.run(operation).await;
        Ok(id)
    }

    pub(super) async fn cancel(&self, id: OperationId) -> Result<OperationId, Fault> {
        match self.0.running.lock().await.get(&id) {
            Some(running) => {
                running.cancel();
                Ok(id)
            }
            None => Err(Fault::lasting(
                FaultCode::NotFound,
                format!("operation {id} was not cancelled"),
                "it does not run here",
                "look at its result in the list of operations",
            )),
        }
    }

    pub(super) async fn retry(&self, id: OperationId) -> Result<OperationId, Fault> {
        let mut operation = self.operation(id)?;
        if operation.is_running() {
            return Err(busy(&operation.plan.name, id));
        }
        let at = now();
        match self.0.world.store.retry_operation(id, at, &self.0.holder).await {
            Ok(()) => {}
            Err(BeginError::Busy(running)) => return Err(busy(&operation.plan.name, running)),
            Err(BeginError::Store(error)) => return Err(error.into()),
        }
        operation.journal.push(Entry::Retried);
        operation.ended = None;
        operation.log.clear();
        self.run(operation).await;
        Ok(id)
    }

    fn operation(&self, id: OperationId) -> Result<Operation, Fault> {
        self.0.world.fleet().operation(id).cloned().ok_or_else(|| {
            Fault::lasting(
                FaultCode::NotFound,
                format!("there is no operation {id}"),
                "the journal does not have it among its last ones",
                "look at the list of operations",
            )
        })
    }

    pub(super) async fn run(&self, operation: Operation) {
        let (id, cancel) = (operation.id, CancellationToken::new());
        self.0.running.lock().await.insert(id, cancel.clone());
        // Shown before the first step, so that the LED answers the key at once.
        self.0.world.show(&operation);
        let engine = self.clone();
        self.0.tasks.spawn(async move {
            let inner = &engine.0;
            tokio::select! {
                () = runner::run(&inner.world, operation, &inner.holder, cancel) => {}
                // The journal says where it stands; the next start goes on from there.
                () = inner.end.cancelled() => drop(inner.world.store.release(id, &inner.holder).await),
            }
            inner.running.lock().await.remove(&id);
        });
    }

    /// Goes on with what a Proximity that is gone left unfinished, now and whenever a hold runs out.
    pub(super) async fn take_up_abandoned(&self) {
        let mut round = tokio::time::interval(runner::LEASE);
        loop {
            tokio::select! {
                _ = round.tick() => {}
                () = self.0.end.cancelled() => return,
            }
            // A store that cannot be read is told by whoever writes to it next.
            for operation in resume::claim_abandoned(&self.0.world, &self.0.holder).await.unwrap_or_default() {
                if !self.0.running.lock().await.contains_key(&operation.id) {
                    self.run(operation).await;
                }
            }
        }
    }
}

fn busy(name: &str, running: OperationId) -> Fault {
    Fault::passing(
        FaultCode::Busy,
        format!("{name} is busy"),
        format!("operation {running} still runs on it, and only one at a time may"),
        "wait for its end, or cancel it",
    )
}
