//! Plans for gateways. What must hold: a host has one at most.

use super::Planned;
use crate::{
    domain::{
        catalog::RecipeId,
        fault::{Fault, FaultCode},
        gateway::{self, Domain, Gateway},
        ids::{AppId, HostId},
        plan::{self, Plan},
    },
    engine::{Engine, GatewayWish},
    operations::clock::now,
};

impl Engine {
    pub(super) async fn plan_gateway(&self, wish: &GatewayWish) -> Result<Planned, Fault> {
        // Told before the hosts are asked for anything.
        self.refuse_second_gateway(&RecipeId::new(gateway::RECIPE), &wish.host)?;
        if let Err(why) = Domain::new(&wish.domain) {
            return Err(Fault::lasting(
                FaultCode::Usage,
                "no gateway was made",
                format!("`{}` is no domain: {why}", wish.domain),
                "take a name such as home.arpa, or a domain of your own",
            ));
        }
        self.plan_deploy(&wish.deployed()).await
    }

    pub(super) fn refuse_second_gateway(&self, recipe: &RecipeId, host: &HostId) -> Result<(), Fault> {
        if recipe.as_str() != gateway::RECIPE {
            return Ok(());
        }
        let fleet = self.0.world.fleet();
        let Some(first) = fleet.apps.iter().find(|app| app.guest.host == *host && Gateway::is(app)) else {
            return Ok(());
        };
        let is_binned = first.binned_until().is_some();
        Err(Fault::lasting(
            FaultCode::Refused,
            format!("{host} got no second gateway"),
            format!("{} is its gateway{}", first.name, if is_binned { ", and waits in the recycle bin" } else { "" }),
            if is_binned {
                "take it out of the recycle bin, or destroy it"
            } else {
                "change its settings, or remove it"
            },
        ))
    }

    pub(super) fn plan_publishing(&self, app: &AppId) -> Result<Plan, Fault> {
        let found = self.found(app)?;
        let gateway = Gateway::of(&found.app).ok_or_else(|| {
            Fault::lasting(
                FaultCode::Refused,
                format!("{} was given no routes", found.app.name),
                "it is no gateway, or waits in the recycle bin",
                "look at `proximity gateway list`",
            )
        })?;
        let table = gateway::wanted(&self.0.world.fleet(), &gateway).table;
        plan::gateway::publish(found.ours(), table, now())
    }
}
