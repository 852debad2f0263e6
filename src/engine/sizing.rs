//! What apps were given and do not need, by a week of what they used. What must hold: nothing is changed here, and each app
//! costs one question.

use futures_util::future::join_all;

use super::{Answer, Engine};
use crate::{
    domain::{
        app::App,
        care::RightSize,
        fault::{Fault, FaultCode},
        fleet::{Fleet, Guest, GuestKind, Power},
        ids::{AppId, HostId, NodeKey},
        plan::{Plan, app::Ours, change::Sizes, reclaim},
        sizing::{self, Bounds, Given, Used},
    },
    proxmox::{HistoryOf, Reading, Timeframe},
};

/// So many questions are asked at a time.
const AT_ONCE: usize = 6;
const MIB: u64 = 1 << 20;

impl Engine {
    pub(super) async fn right_sizes(&self, host: Option<&HostId>) -> Result<Answer, Fault> {
        let fleet = self.0.world.fleet();
        let is_asked = |app: &&App| {
            app.binned_until().is_none() && !app.id.is_scratch() && host.is_none_or(|host| app.guest.host == *host)
        };
        let apps: Vec<&App> = fleet.apps.iter().filter(is_asked).collect();
        let mut sizes = Vec::new();
        for some in apps.chunks(AT_ONCE) {
            let asked = some.iter().map(|app| self.right_size(&fleet, app));
            for answered in join_all(asked).await {
                sizes.extend(answered?);
            }
        }
        Ok(Answer::RightSizes(sizes))
    }

    /// Nothing where what it has fits, or no week of it is known.
    async fn right_size(&self, fleet: &Fleet, app: &App) -> Result<Option<RightSize>, Fault> {
        let fits = |guest: &&std::sync::Arc<Guest>| {
            guest.kind == GuestKind::Container && !guest.is_template && guest.power == Power::Running
        };
        let Some(guest) = fleet.guest(&app.guest).filter(fits) else { return Ok(None) };
        let Some(given) = given(guest) else { return Ok(None) };
        let client = self.0.world.client(&app.guest.host)?;
        let of = HistoryOf::Guest { node: guest.node.clone(), kind: guest.kind, vmid: guest.key.vmid };
        let (week, bounds) = tokio::join!(client.history(&of, Timeframe::Week), self.bounds(fleet, app, guest));
        let week: Vec<_> = week?.iter().map(used).collect();
        let verdict = sizing::judge(given, &week, &bounds?).filter(|verdict| verdict.to != Sizes::default());
        Ok(verdict.map(|verdict| RightSize {
            app: app.id.clone(),
            name: app.name.clone(),
            cores: given.cores,
            memory: given.memory,
            cpu_used: verdict.cpu,
            memory_used: verdict.memory,
            to: verdict.to,
        }))
    }

    async fn bounds(&self, fleet: &Fleet, app: &App, guest: &Guest) -> Result<Bounds, Fault> {
        let recipe = self.recipe_of(app).await?;
        let least = recipe.map_or(Given { cores: 1, memory: 0 }, |recipe| Given {
            cores: recipe.resources.cores.min,
            memory: recipe.resources.memory.min.into(),
        });
        let key = NodeKey { host: guest.key.host.clone(), node: guest.node.clone() };
        let node = fleet.nodes.iter().find(|node| node.key == key);
        Ok(Bounds {
            least,
            most_cores: node.and_then(|node| node.cores),
            room: node.and_then(|node| node.memory).map(|memory| memory.total.saturating_sub(memory.used) / MIB),
            now: guest.memory.map_or(0, |memory| memory.used / MIB),
        })
    }

    /// One operation works on one host.
    pub(super) async fn plan_reclaim(&self, sizes: &[(AppId, Sizes)]) -> Result<Plan, Fault> {
        let found: Vec<_> =
            sizes.iter().map(|(app, sizes)| Ok((self.found(app)?, sizes))).collect::<Result<_, Fault>>()?;
        let Some((first, _)) = found.first() else {
            return reclaim::reclaim(&HostId::new("--"), &[]);
        };
        let host = first.guest.key.host.clone();
        if let Some((other, _)) = found.iter().find(|(found, _)| found.guest.key.host != host) {
            return Err(Fault::lasting(
                FaultCode::Usage,
                "nothing was reclaimed",
                format!("{} lives on {host}, and {} on {}", first.app.name, other.app.name, other.guest.key.host),
                "ask for each host by itself",
            ));
        }
        let all: Vec<(Ours<'_>, Sizes)> = found.iter().map(|(found, sizes)| (found.ours(), (*sizes).clone())).collect();
        reclaim::reclaim(&host, &all)
    }
}

fn given(guest: &Guest) -> Option<Given> {
    let cores = guest.cores.filter(|cores| *cores >= 1.0)? as u32;
    Some(Given { cores, memory: guest.memory?.total / MIB })
}

fn used(reading: &Reading) -> Used {
    Used { at: reading.at, cpu: reading.cpu, memory: reading.memory.map(|memory| memory.used / MIB) }
}
