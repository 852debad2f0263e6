//! One case: a play with a disturbance. What must hold: in the end the world is whole or empty, and nothing was ordered
//! twice.

use std::collections::{BTreeMap, BTreeSet};

use proximity::{
    domain::{
        app::App,
        ids::OperationId,
        operation::Operation,
        plan::{Plan, journal::Outcome},
        secret::Secret,
    },
    engine::{Request, now},
    operations::probe,
};

use super::{
    super::lab::ended,
    disturb::{Disturbance, Kind},
    picture::{self, Picture, difference},
    plays::Play,
    stage::{House, Shared, Stage},
};

/// A play as it goes when nobody disturbs it.
pub struct Rehearsal {
    pub play: Play,
    pub plan: Plan,
    scene: Shared,
    typed: BTreeMap<String, Secret>,
    empty: Picture,
    whole: Picture,
    orders: BTreeMap<&'static str, usize>,
}

/// Those who only look.
const VISITS: [&str; 2] = ["vncproxy", "vncshell"];

impl Rehearsal {
    pub async fn of(stage: &Stage, scene: Shared, play: Play) -> Self {
        let house = stage.put_back(&scene).await;
        let empty = picture::of(stage, &house).await;
        let engine = house.listed().await;
        let request = (play.request)(&scene.cast, &engine);
        let secrets = match &request {
            Request::Deploy(wish) => wish.secrets.clone(),
            Request::Edit { secrets, .. } => secrets.clone(),
            _ => BTreeMap::new(),
        };
        let id = engine.ask(request).await.unwrap_or_else(|fault| panic!("{}: {fault:?}", play.name));
        let operation = ended(&engine, id).await;
        engine.close().await;
        assert_eq!(operation.outcome(), Some(Outcome::Done), "{}: {:#?}", play.name, operation.journal);
        let whole = picture::of(stage, &house).await;
        let plan = (*operation.plan).clone();
        let name = |name: &str| format!("app/{}/{name}/next", plan.subject.app().unwrap());
        let typed = secrets.iter().map(|(secret, text)| (name(secret), text.clone())).collect();
        let orders = orders(stage, &scene);
        Self { play, plan, scene, typed, empty, whole, orders }
    }

    pub fn disturbances(&self) -> Vec<Disturbance> {
        Disturbance::of(&self.plan)
    }

    /// What is wrong, if anything is.
    pub async fn try_with(&self, stage: &Stage, disturbance: Disturbance) -> Vec<String> {
        let house = stage.put_back(&self.scene).await;
        for (name, secret) in &self.typed {
            house.vault.put(name, secret).await.unwrap();
        }
        let id = house.enter(&self.plan).await;
        let mut operation = disturbance.perform(stage, &house, id, &self.plan).await;
        stage.simulator.datacenter().mend_all();
        if matches!(operation.outcome(), Some(Outcome::Stuck { .. }))
            || self.is_between(stage, &house, &operation).await
        {
            operation = try_again(stage, &house, id).await;
        }
        let mut wrong = Vec::new();
        let is_part = operation.outcome() == Some(Outcome::Partly);
        if is_part {
            wrong.extend(self.mixed(stage, &house).await);
            operation = try_again(stage, &house, id).await;
        }
        let by = if is_part { None } else { Some(disturbance) };
        wrong.extend(self.judge(stage, &house, &operation, by).await);
        wrong.extend(silent(&house, stage).await);
        if !wrong.is_empty() {
            wrong.push(format!("outcome {:?}, journal {:#?}", operation.outcome(), operation.journal));
        }
        wrong
    }

    /// It failed, nothing could be taken back, and it is neither so nor so: another try must make it whole.
    async fn is_between(&self, stage: &Stage, house: &House, operation: &Operation) -> bool {
        let found = picture::of(stage, house).await;
        let is = |wanted: &Picture| difference(wanted, &found, self.play.either).is_empty();
        operation.outcome() == Some(Outcome::Failed) && !is(&self.empty) && !is(&self.whole)
    }

    /// Part of it is done for good: every guest is as it was or as it was to be, and nothing is in between.
    async fn mixed(&self, stage: &Stage, house: &House) -> Vec<String> {
        let found = picture::of(stage, house).await;
        let guest = |key: &str| {
            key.strip_prefix("guest ").and_then(|rest| rest.rsplit_once(' ')).map(|(name, _)| name.to_owned())
        };
        let names: BTreeSet<Option<String>> = found.keys().map(|key| guest(key)).collect();
        let part = |picture: &Picture, name: &Option<String>| -> Picture {
            picture
                .iter()
                .filter(|(key, _)| guest(key) == *name)
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect()
        };
        let wrong = names.iter().filter_map(|name| {
            let found = part(&found, name);
            let from = |wanted: &Picture| difference(&part(wanted, name), &found, self.play.either);
            let (empty, whole) = (from(&self.empty), from(&self.whole));
            (!empty.is_empty() && !whole.is_empty()).then_some(empty)
        });
        wrong.flatten().collect()
    }

    /// What came of it; who was tried again may have ordered things twice.
    async fn judge(&self, stage: &Stage, house: &House, operation: &Operation, by: Option<Disturbance>) -> Vec<String> {
        let found = picture::of(stage, house).await;
        let from = |wanted: &Picture| difference(wanted, &found, self.play.either);
        match operation.outcome() {
            Some(Outcome::Done) => {
                let mut wrong = difference(&self.whole, &found, self.play.chance);
                wrong.extend(by.and_then(|by| self.doubled(stage, by)));
                wrong
            }
            Some(Outcome::Undone) => from(&self.empty),
            // Nothing was owed: it happened, or it did not.
            Some(Outcome::Failed) if from(&self.whole).is_empty() => Vec::new(),
            Some(Outcome::Failed) => from(&self.empty),
            other => vec![format!("it ended as {other:?}")],
        }
    }

    /// A task that failed is begun anew; any other is begun once.
    fn doubled(&self, stage: &Stage, by: Disturbance) -> Option<String> {
        let found = orders(stage, &self.scene);
        let differs = found != self.orders && !matches!(by.kind, Kind::TaskFails | Kind::Fails);
        differs.then(|| format!("ordered {found:?} instead of {:?}", self.orders))
    }
}

/// After what a person has to do by hand: Proxmox itself gives back no lock of a task that failed.
async fn try_again(stage: &Stage, house: &House, id: OperationId) -> Operation {
    stage.simulator.datacenter().settle();
    stage.simulator.datacenter().with(|datacenter| {
        let all: Vec<u32> = datacenter.guests.keys().copied().collect();
        all.into_iter().for_each(|vmid| datacenter.unlock(vmid));
    });
    let engine = house.listed().await;
    engine.ask(Request::Retry(id)).await.unwrap();
    let operation = ended(&engine, id).await;
    engine.close().await;
    operation
}

/// How many tasks of each kind were begun since the scene.
fn orders(stage: &Stage, scene: &Shared) -> BTreeMap<&'static str, usize> {
    let before: BTreeSet<String> = scene.look(|kept| kept.tasks.newest_first().map(|task| task.upid.clone()).collect());
    stage.simulator.datacenter().with(|datacenter| {
        let mut orders = BTreeMap::new();
        let is_new = |upid: &str| !before.contains(upid);
        for task in datacenter.tasks.newest_first().filter(|task| is_new(&task.upid) && !VISITS.contains(&task.kind)) {
            *orders.entry(task.kind).or_default() += 1;
        }
        orders
    })
}

/// Apps that should answer and do not.
async fn silent(house: &House, stage: &Stage) -> Vec<String> {
    let apps: Vec<App> = house.store().apps().await.unwrap();
    let mut silent = Vec::new();
    for app in apps {
        let runs = stage
            .simulator
            .datacenter()
            .with(|datacenter| datacenter.guests.get(&app.guest.vmid.0).is_some_and(|guest| guest.is_running()));
        let (Some(address), Some(book)) = (app.address.as_deref().filter(|_| runs), &app.book) else { continue };
        let Some(wanted) = book.probe.as_ref() else { continue };
        let end = now() + PATIENCE;
        while let Err(why) = probe::answers(&wanted.what, address).await {
            if now() > end {
                silent.push(format!("{} does not answer at {address}: {why}", app.name));
                break;
            }
            tokio::task::yield_now().await;
        }
    }
    silent
}

const PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);
