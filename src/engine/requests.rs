//! Wishes that change the world: each becomes a plan, is written to the journal, and runs here.

use std::{
    collections::{HashMap, HashSet},
    sync::{MutexGuard, PoisonError},
    time::Duration,
};

use tokio_util::sync::CancellationToken;

use super::{Engine, Request, elsewhere::TakenIn};
use crate::{
    domain::{
        app::App,
        fault::{Fault, FaultCode},
        fleet::Reach,
        ids::{GuestKey, HostId, OperationId},
        operation::Operation,
        plan::{
            Plan, PlanKind, Step,
            journal::{Choice, Entry, Outcome},
            power::{self, PowerWish},
        },
    },
    operations::{clock::now, runner, secrets},
    services::{apps, resume},
    store::BeginError,
};

impl Engine {
    pub(super) fn plan_power(&self, key: &GuestKey, wish: PowerWish) -> Result<Plan, Fault> {
        let guest = self.0.world.guest(key)?;
        let fleet = self.0.world.fleet();
        let app = fleet.app_of(key);
        app.map_or(Ok(()), |app| self.at_home(app))?;
        power::plan(wish, &guest, app)
    }

    /// A wish becomes a plan, is written to the journal, and runs here.
    pub(super) async fn begin(&self, request: &Request) -> Result<OperationId, Fault> {
        loop {
            let plan = self.plan(request).await?.plan;
            if let Some(host) = plan.subject.host().filter(|_| !plan.is_of_the_books()) {
                // Refused before anything is written: a host we cannot reach at all gets no operation.
                self.0.world.line(host)?;
            }
            let typed = self.keep_typed(request, &plan).await?;
            let began = now();
            match self.0.world.store.begin_operation(plan.clone(), began, &self.0.holder).await {
                Ok(id) => {
                    self.run(Operation::begin(id, plan, began)).await;
                    return Ok(id);
                }
                Err(refusal) => {
                    self.drop_typed(&typed).await;
                    match refusal {
                        BeginError::Busy(running) => self.end_abandoned(running, &plan.name).await?,
                        BeginError::Store(error) => return Err(error.into()),
                    }
                }
            }
        }
    }

    /// Secrets that were typed wait in the vault until the operation takes them: they stand in no plan and no journal.
    async fn keep_typed(&self, request: &Request, plan: &Plan) -> Result<Vec<String>, Fault> {
        let typed = match request {
            Request::Deploy(wish) => &wish.secrets,
            Request::Edit { secrets, .. } => secrets,
            _ => return Ok(Vec::new()),
        };
        let needs_vault =
            plan.steps.iter().any(|step| matches!(step, Step::MakeSecrets { .. } | Step::TakeSecrets { .. }));
        if needs_vault {
            self.writable_vault()?;
        }
        let Some(app) = plan.subject.app() else { return Ok(Vec::new()) };
        let mut kept = Vec::new();
        for (name, secret) in typed {
            let key = secrets::typed_name_of(app, name);
            self.0.vault.put(&key, secret).await?;
            kept.push(key);
        }
        Ok(kept)
    }

    async fn drop_typed(&self, keys: &[String]) {
        for key in keys {
            // Nobody finds it there any more; the next one of its name overwrites it.
            drop(self.0.vault.remove(key).await);
        }
    }

    /// A guest is not busy for ever because a Proximity died: what it left is brought to its end first.
    async fn end_abandoned(&self, id: OperationId, name: &str) -> Result<(), Fault> {
        if !self.take_up().await?.contains(&id) {
            return Err(busy(name, id));
        }
        let mut fleet = self.fleet();
        while fleet.borrow_and_update().operation(id).is_some_and(Operation::is_running) {
            if let Some(fault) = self.left(id) {
                return Err(fault);
            }
            if fleet.changed().await.is_err() {
                return Err(busy(name, id));
            }
        }
        Ok(())
    }

    /// Also where another Proximity runs it: that one hears of it.
    pub(super) async fn cancel(&self, id: OperationId) -> Result<OperationId, Fault> {
        if let Some(running) = self.0.running.lock().await.get(&id) {
            running.cancel();
            return Ok(id);
        }
        if self.0.world.fleet().operation(id).is_some_and(Operation::asks) {
            return self.answer(id, Choice::Undo).await;
        }
        match self.0.world.store.wish_cancelled(id).await? {
            true => Ok(id),
            false => Err(Fault::lasting(
                FaultCode::NotFound,
                format!("operation {id} was not cancelled"),
                "it does not run any more",
                "look at its result in the list of operations",
            )),
        }
    }

    /// What is to become of what a failed operation made.
    pub(super) async fn answer(&self, id: OperationId, choice: Choice) -> Result<OperationId, Fault> {
        if !self.0.world.store.answer_operation(id, choice, now(), &self.0.holder).await? {
            return Err(Fault::lasting(
                FaultCode::Refused,
                format!("operation {id} was left as it is"),
                "it asks nothing",
                "look at how it stands in the list of operations",
            ));
        }
        let operation = self.operation(id).await?;
        self.run(operation).await;
        Ok(id)
    }

    pub(super) async fn retry(&self, id: OperationId) -> Result<OperationId, Fault> {
        let mut operation = self.operation(id).await?;
        let name = &operation.plan.name;
        match operation.outcome() {
            None if operation.asks() => {}
            // One that nobody runs any more goes on where it was.
            None if self.take_up().await?.contains(&id) => return Ok(id),
            None => return Err(busy(name, id)),
            Some(Outcome::Done) => return Err(done_already(name)),
            Some(_) => {}
        }
        if let Some(host) = operation.plan.subject.host() {
            self.0.world.line(host)?;
        }
        let at = now();
        match self.0.world.store.retry_operation(id, at, &self.0.holder).await {
            Ok(()) => {}
            Err(BeginError::Busy(running)) => return Err(busy(name, running)),
            Err(BeginError::Store(error)) => return Err(error.into()),
        }
        operation.journal.push(Entry::Retried);
        operation.ended = None;
        operation.log.clear();
        self.run(operation).await;
        Ok(id)
    }

    /// What another process holds is busy, and stays with it.
    pub(super) async fn resume(&self, id: OperationId) -> Result<OperationId, Fault> {
        let _turn = self.0.taking.lock().await;
        let store = &self.0.world.store;
        let left = store.unfinished().await?.into_iter().find(|left| left.operation.id == id);
        let left = left.ok_or_else(|| ended_already(id))?;
        let (at, name) = (now(), &left.operation.plan.name);
        if left.lease.is_some_and(|until| at < until) || self.here().await.contains(&id) {
            return Err(busy(name, id));
        }
        if let Some(host) = left.operation.plan.subject.host() {
            self.answering(host)?;
        }
        if !store.claim(id, &self.0.holder, at, at + runner::LEASE).await? {
            return Err(busy(name, id));
        }
        // Read again: its last holder may have written to it until this very moment.
        let operation = self.operation(id).await?;
        self.run(operation).await;
        Ok(id)
    }

    /// Nothing goes on at a host that does not answer: its operation would fail for that alone.
    fn answering(&self, host: &HostId) -> Result<(), Fault> {
        self.0.world.line(host)?;
        match self.0.world.fleet().host(host).map(|known| known.reach.clone()) {
            Some(Reach::Lost(fault)) => Err(fault),
            _ => Ok(()),
        }
    }

    /// As the books have it; as it is shown where it runs here.
    pub(super) async fn operation(&self, id: OperationId) -> Result<Operation, Fault> {
        let shown = self.0.world.fleet().operation(id).cloned();
        match self.0.world.store.operation(id).await? {
            Some(kept) => {
                // What has ended in the books has ended, also where that is not shown yet.
                let is_newer = |shown: &Operation| kept.is_running() && shown.journal.len() >= kept.journal.len();
                let shown = shown.filter(|shown| shown.is_running() && is_newer(shown));
                Ok(shown.unwrap_or(kept))
            }
            None => Err(no_such_operation(id)),
        }
    }

    pub(super) async fn run(&self, operation: Operation) {
        let (id, cancel) = (operation.id, CancellationToken::new());
        self.left_now().remove(&id);
        self.0.running.lock().await.insert(id, cancel.clone());
        // Shown before the first step, so that the LED answers the key at once.
        self.0.world.show(&operation);
        let engine = self.clone();
        self.0.tasks.spawn(async move {
            let inner = &engine.0;
            let result = tokio::select! {
                result = runner::run(&inner.world, &engine, operation, &inner.holder, cancel) => result,
                // The journal says where it stands; the next start goes on from there.
                () = inner.end.cancelled() => inner.world.store.release(id, &inner.holder).await.map(drop).map_err(Fault::from),
            };
            inner.running.lock().await.remove(&id);
            if let Err(fault) = result {
                // It is taken up again when this hold runs out, and no sooner: what went wrong may last.
                drop(inner.world.store.renew(id, &inner.holder, now() + runner::LEASE).await);
                engine.leave(id, fault);
            }
        });
    }

    fn leave(&self, id: OperationId, fault: Fault) {
        self.tell(&fault);
        self.left_now().insert(id, fault);
        // Whoever waits for its end looks again.
        self.0.world.change(|_| {});
    }

    /// Why an operation that has no end does not run here any more. Its journal is kept, and it goes on where that ends.
    pub fn left(&self, id: OperationId) -> Option<Fault> {
        self.left_now().get(&id).cloned()
    }

    fn left_now(&self) -> MutexGuard<'_, HashMap<OperationId, Fault>> {
        self.0.left.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Goes on with what a Proximity that is gone left unfinished, and shows what others do.
    pub(super) async fn look_after_operations(&self) {
        let (mut taken, mut seen) = (TakenIn::default(), None);
        loop {
            // A store that cannot be read is told by whoever writes to it next.
            drop(self.take_in_hosts(&mut taken).await);
            drop(apps::take_in(&self.0.world, &mut seen).await);
            drop(self.take_up().await);
            self.empty_the_bin().await;
            tokio::select! {
                () = tokio::time::sleep(self.until_next_look().await) => {}
                () = self.0.end.cancelled() => return,
            }
        }
    }

    /// Destroys what has been in the recycle bin for its time. Where that failed, the operator looks.
    async fn empty_the_bin(&self) {
        let (fleet, now) = (self.0.world.fleet(), now());
        // What was adopted is destroyed by nobody but who made it.
        let is_due = |app: &&App| !app.is_adopted() && app.binned_until().is_some_and(|until| until <= now);
        let is_untried =
            |app: &&App| fleet.last_operation_on(&app.guest).is_none_or(|last| last.plan.kind != PlanKind::Destroy);
        // Of one that is away it is known already, and only the operator can say what becomes of it.
        let is_at_home = |app: &&App| !fleet.care.away.contains_key(&app.id);
        for app in fleet.apps.iter().filter(is_due).filter(is_untried).filter(is_at_home) {
            if let Err(fault) = self.begin(&Request::Destroy(app.id.clone())).await {
                self.tell(&fault);
            }
        }
    }

    /// What was taken up, and runs here now.
    pub(super) async fn take_up(&self) -> Result<Vec<OperationId>, Fault> {
        let _turn = self.0.taking.lock().await;
        let taken = resume::take_up(&self.0.world, &self.0.holder, &self.here().await).await?;
        let ids = taken.iter().map(|operation| operation.id).collect();
        for operation in taken {
            self.run(operation).await;
        }
        Ok(ids)
    }

    async fn until_next_look(&self) -> Duration {
        let here = self.here().await;
        let runs_elsewhere = |operation: &Operation| operation.is_running() && !here.contains(&operation.id);
        if self.0.world.fleet().operations.iter().any(runs_elsewhere) {
            self.0.world.tempo.soon()
        } else {
            runner::LEASE
        }
    }

    async fn here(&self) -> HashSet<OperationId> {
        self.0.running.lock().await.keys().copied().collect()
    }
}

fn no_such_operation(id: OperationId) -> Fault {
    Fault::lasting(
        FaultCode::NotFound,
        format!("there is no operation {id}"),
        "the journal does not have it",
        "look at the list of operations",
    )
}

fn ended_already(id: OperationId) -> Fault {
    Fault::lasting(
        FaultCode::NotFound,
        format!("operation {id} was not gone on with"),
        "it does not run any more",
        "look at its result in the list of operations",
    )
}

fn done_already(name: &str) -> Fault {
    Fault::lasting(
        FaultCode::Refused,
        format!("{name} was left as it is"),
        "the operation was done; only one that failed can be tried again",
        "begin a new one if you want it once more",
    )
}

fn busy(name: &str, running: OperationId) -> Fault {
    Fault::passing(
        FaultCode::Busy,
        format!("{name} is busy"),
        format!("operation {running} still runs on it, and only one at a time may"),
        "wait for its end, or cancel it",
    )
}
