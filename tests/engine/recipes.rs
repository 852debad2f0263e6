//! Every built-in recipe becomes a healthy app, by each method it offers. What an image is and where a package listens
//! is known to the simulator from a table of its own, so a recipe that names a wrong port, leaves out a variable that its
//! image wants, or forgets to open its service to others does not get there.

use std::{sync::Arc, time::Duration};

use futures_util::{StreamExt, stream};
use proximity::{
    catalog::{Places, Shelves},
    domain::{
        app::Method,
        catalog::Recipe,
        fleet::Fleet,
        plan::journal::{Entry, Outcome},
        secret::Secret,
    },
    engine::{Change, DeployWish, Duty, Engine, Request},
    sim::{Apps, Options, Pace, Seed},
};

use super::{
    lab::{Lab, until},
    life::lan,
};
use crate::catalog::answers;

/// Parts that the recipes are dealt into, so that they are tried beside each other.
const PARTS: usize = 6;
/// A healthy app is there long before.
const PATIENCE: Duration = Duration::from_secs(30);
/// Deploys at a time on one datacenter.
const AT_ONCE: usize = 4;

fn of_part(part: usize) -> Vec<(Arc<Recipe>, Method)> {
    let shelf = Shelves::default().look(&Places::default());
    let all = shelf.recipes.iter().flat_map(|shelved| {
        shelved.recipe.methods_offered().into_iter().map(|method| (shelved.recipe.clone(), method))
    });
    all.enumerate().filter(|(at, _)| at % PARTS == part).map(|(_, one)| one).collect()
}

async fn lab() -> (Lab, Engine) {
    let pace = Pace::Hasty { step: Duration::from_secs(1) };
    let options = Options { apps: Apps::Answer, ..Options::local(Seed::plain(2, 8), pace) };
    let lab = Lab::of(options).await;
    lab.simulator.datacenter().with(|datacenter| datacenter.lan = lan());
    let engine = lab.engine(Duty::Watch).await;
    engine.change(Change::AddHost(lab.draft())).await.unwrap();
    until(&engine, |fleet| !fleet.nodes.is_empty()).await;
    (lab, engine)
}

/// What went wrong, if anything did.
async fn try_it(engine: &Engine, recipe: &Recipe, method: Method) -> Option<String> {
    let name = format!("{}-{}", recipe.id, method.slug());
    let asked = answers(recipe);
    let (secrets, settings) = asked.into_iter().partition::<std::collections::BTreeMap<_, _>, _>(|(name, _)| {
        recipe.settings.iter().any(|setting| setting.name == *name && setting.kind.is_secret())
    });
    let wish = DeployWish {
        method: Some(method),
        name: Some(name.clone()),
        settings,
        secrets: secrets.into_iter().map(|(name, value)| (name, Secret::new(value))).collect(),
        // The nodes of the simulation are small, and many apps stand on them at once.
        memory: Some(64),
        ..DeployWish::of(recipe.id.clone())
    };
    let id = match engine.ask(Request::Deploy(Box::new(wish))).await {
        Ok(id) => id,
        Err(fault) => return Some(format!("{name}: {fault:?}")),
    };
    let has_ended = |fleet: &Fleet| fleet.operation(id).is_some_and(|operation| operation.ended.is_some());
    let mut fleet = engine.fleet();
    let seen = tokio::time::timeout(PATIENCE, fleet.wait_for(|fleet| has_ended(fleet))).await.map(drop);
    let operation = engine.fleet().borrow().operation(id)?.clone();
    if seen.is_err() {
        return Some(format!("{name}: does not get well: {:?}", operation.journal.last()));
    }
    if operation.outcome() != Some(Outcome::Done) {
        let fault = operation.journal.iter().find_map(|entry| match entry {
            Entry::Failed(step, fault) => Some(format!("step {step}: {fault:?}")),
            _ => None,
        });
        return Some(format!("{name}: {}", fault.unwrap_or_default()));
    }
    let app = operation.plan.subject.app().cloned()?;
    let fleet = engine.fleet().borrow().clone();
    match fleet.app(&app) {
        Some(app) if app.address.is_some() => None,
        other => Some(format!("{name}: {other:?}")),
    }
}

async fn all_of(part: usize) {
    let (_lab, engine) = lab().await;
    let recipes = of_part(part);
    assert!(!recipes.is_empty());
    let tried = stream::iter(&recipes).map(|(recipe, method)| try_it(&engine, recipe, *method));
    let wrong: Vec<_> = tried.buffer_unordered(AT_ONCE).filter_map(|wrong| async { wrong }).collect().await;
    engine.close().await;
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), recipes.len(), wrong.join("\n"));
}

macro_rules! parts {
    ($($name:ident $part:literal),* $(,)?) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            all_of($part).await;
        })*

        #[test]
        fn no_recipe_is_left_out() {
            assert_eq!([$($part),*], std::array::from_fn::<_, PARTS, _>(|part| part));
        }
    };
}

parts! {
    each_becomes_a_healthy_app_1 0,
    each_becomes_a_healthy_app_2 1,
    each_becomes_a_healthy_app_3 2,
    each_becomes_a_healthy_app_4 3,
    each_becomes_a_healthy_app_5 4,
    each_becomes_a_healthy_app_6 5,
}
