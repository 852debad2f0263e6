//! What a wish would do, told before it is done: the calls as they would be sent, the rights, what nobody can take back.

use super::{Answer, CallPreview, Engine, Held, Preview, Request, StepPreview};
use crate::{
    domain::{
        fault::Fault,
        ids::HostId,
        plan::{Plan, PlanKind, Step, place::Right, rights},
    },
    operations::rehearse,
    proxmox::Rehearsed,
};

impl Engine {
    pub(super) async fn preview(&self, request: &Request) -> Result<Answer, Fault> {
        let planned = self.plan(request).await?;
        let calls = rehearse::calls(&self.0.world, &planned.plan).await;
        let host = planned.plan.subject.host().cloned();
        let address = host.as_ref().and_then(|host| {
            let fleet = self.0.world.fleet();
            fleet.host(host)?.addresses.first().cloned()
        });
        let steps = planned.plan.visible().map(|(i, step)| StepPreview {
            step: i,
            title: step.title(),
            calls: calls.get(i).into_iter().flatten().map(|call| told(call, address.as_deref())).collect(),
            warning: step.warning().filter(|_| !is_only_passing(&planned.plan, step)),
        });
        let steps = steps.collect();
        let rights = self.rights(&planned.plan, host.as_ref()).await;
        Ok(Answer::Preview(Box::new(Preview { steps, rights, places: planned.places, plan: planned.plan })))
    }

    async fn rights(&self, plan: &Plan, host: Option<&HostId>) -> Vec<(Right, Held)> {
        let wanted = plan.steps.iter().find_map(|step| match step {
            Step::Check(footing) => Some(footing.rights.clone()),
            _ => None,
        });
        let wanted = wanted.unwrap_or_else(|| rights::of(&plan.steps, None));
        let client = host.and_then(|host| self.0.world.client(host).ok());
        let held = match client {
            Some(client) => client.permissions().await.ok(),
            None => None,
        };
        let judge = |right: Right| {
            let is_held = held.as_ref().map(|held| held.allows_at_one(&right.privilege, &right.paths));
            let held = is_held.map_or(Held::Unknown, |is_held| if is_held { Held::Yes } else { Held::No });
            (right, held)
        };
        wanted.into_iter().map(judge).collect()
    }
}

/// A snapshot that was only taken for this operation, or for the update before, is missed by nobody.
fn is_only_passing(plan: &Plan, step: &Step) -> bool {
    matches!(step, Step::BeginSnapshotRemoval { .. }) && plan.kind != PlanKind::RemoveSnapshot
}

fn told(call: &Rehearsed, address: Option<&str>) -> CallPreview {
    CallPreview {
        method: call.method,
        path: call.path.clone(),
        parameters: call.parameters.clone(),
        pvesh: call.as_pvesh(),
        curl: call.as_curl(address.unwrap_or("https://HOST:8006")),
    }
}
