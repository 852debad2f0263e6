//! `app deploy`: a recipe and what the operator says to it, as a wish. What must hold: a secret comes from a file, never
//! from an argument, which every process can read.

use std::{collections::BTreeMap, path::Path};

use super::{
    arguments::{Answers, Deploying, OnFailure, Pair, Way},
    ask, catalog,
    face::Face,
    named::fleet_known,
    wishes::{Wish, address},
};
use crate::{
    domain::{
        app::Method,
        catalog::Recipe,
        fault::{Fault, FaultCode},
        ids::{HostId, NodeName},
        plan::{self, PlanKind},
        secret::Secret,
    },
    engine::{DeployWish, Nights, Request},
};

pub async fn wish(deploying: &Deploying, face: Face<'_>) -> Result<Wish, Fault> {
    let recipe = catalog::recipe(&deploying.recipe, face).await?;
    let (settings, secrets) = answers(&deploying.settings, Some(&recipe))?;
    // Where it goes is decided by what the hosts have now.
    fleet_known(face).await;
    let wish = DeployWish {
        name: deploying.name.clone(),
        method: deploying.method.map(method),
        host: deploying.host.as_deref().map(HostId::new),
        node: deploying.node.as_deref().map(NodeName::new),
        storage: deploying.storage.clone(),
        bridge: deploying.bridge.clone(),
        vlan: deploying.vlan,
        address: deploying.address.ip.is_some().then(|| address(&deploying.address)),
        nameserver: deploying.nameserver.map(|address| address.to_string()),
        search_domain: deploying.search_domain.clone(),
        cores: deploying.cores,
        memory: deploying.memory,
        disk: deploying.disk,
        pool: deploying.pool.clone(),
        settings,
        secrets,
        on_failure: on_failure(deploying.on_failure),
        nights: if deploying.no_backup { Nights::Left } else { Nights::Covered },
        ..DeployWish::of(recipe.id.clone())
    };
    let name = wish.name.clone().unwrap_or_else(|| recipe.id.to_string());
    Ok(Wish { request: Request::Deploy(Box::new(wish)), kind: PlanKind::Deploy, name })
}

pub fn method(way: Way) -> Method {
    match way {
        Way::Compose => Method::Compose,
        Way::Oci => Method::Oci,
        Way::Script => Method::Script,
    }
}

fn on_failure(choice: OnFailure) -> plan::OnFailure {
    match choice {
        OnFailure::Undo => plan::OnFailure::Undo,
        OnFailure::Ask => plan::OnFailure::Ask,
        OnFailure::Keep => plan::OnFailure::Keep,
    }
}

type Said = (BTreeMap<String, String>, BTreeMap<String, Secret>);

/// Settings, and secrets read from their files.
pub fn answers(answers: &Answers, recipe: Option<&Recipe>) -> Result<Said, Fault> {
    let is_secret = |pair: &&Pair| {
        let setting = recipe.and_then(|recipe| recipe.settings.iter().find(|setting| setting.name == pair.name));
        setting.map(|setting| setting.kind.is_secret())
    };
    if let Some(pair) = answers.set.iter().find(|pair| is_secret(pair) == Some(true)) {
        return Err(other_flag(
            &pair.name,
            "it is a secret, and every process can read an argument",
            "--secret-file NAME=FILE",
        ));
    }
    if let Some(pair) = answers.secret_file.iter().find(|pair| is_secret(pair) == Some(false)) {
        return Err(other_flag(&pair.name, "it is no secret", "--set NAME=VALUE"));
    }
    let settings = answers.set.iter().map(|pair| (pair.name.clone(), pair.value.clone())).collect();
    let secrets = answers.secret_file.iter().map(|pair| read(pair).map(|secret| (pair.name.clone(), secret)));
    Ok((settings, secrets.collect::<Result<_, _>>()?))
}

fn read(pair: &Pair) -> Result<Secret, Fault> {
    let name = &pair.name;
    ask::secret(Some(Path::new(&pair.value)), name, "--secret-file").map_err(|fault| Fault {
        remedy: format!("name its file with --secret-file {name}=FILE, or - for standard input"),
        ..fault
    })
}

fn other_flag(name: &str, why: &str, form: &str) -> Fault {
    let remedy = format!("say it with {}", form.replace("NAME", name));
    Fault::lasting(FaultCode::Usage, format!("{name} was not taken"), why, remedy)
}
