//! Compares the books with the hosts: hourly, after each listing as far as that shows, and when somebody wants it now. What
//! must hold: whoever leads looks by himself, and nothing is done about what he finds.

use std::{collections::HashMap, time::Duration};

use futures_util::future::join_all;

use super::{Answer, Engine, now};
use crate::{
    domain::{
        app::App,
        care::{Away, Drift, Finding, FindingId, Lead},
        drift::{Baseline, Freshness},
        fault::{Fault, FaultCode},
        fleet::{Fleet, Host, Listing, Reach},
        host::no_such_host,
        ids::HostId,
        moment::Moment,
    },
    proxmox::guest::Presence,
    services::{
        apps, listing,
        reconciler::{self, Depth, Memory},
    },
    store::{Note, Word},
};

/// So often all is compared.
const WHOLE_EVERY: Duration = Duration::from_secs(3600);

/// When a host was looked at, by the listings that were.
#[derive(Debug, Clone, Copy)]
struct LookedAt {
    listing: Moment,
    whole: Option<Moment>,
}

impl Engine {
    pub(super) async fn keep_reconciling(&self) {
        while self.leads().await {
            self.reconcile_while_it_leads().await;
        }
    }

    async fn reconcile_while_it_leads(&self) {
        let (mut memory, mut looked) = (Memory::default(), HashMap::new());
        let (mut fleet, mut lead) = (self.fleet(), self.0.lead.subscribe());
        loop {
            if *lead.borrow_and_update() != Lead::Ours || self.0.end.is_cancelled() {
                return;
            }
            let seen = fleet.borrow_and_update().clone();
            for host in listed_anew(&seen, &looked) {
                self.look_at_host(host, &mut memory, &mut looked).await;
            }
            tokio::select! {
                Ok(()) = fleet.changed() => {}
                Ok(()) = lead.changed() => {}
                () = self.0.end.cancelled() => return,
            }
        }
    }

    async fn look_at_host(&self, host: &Host, memory: &mut Memory, looked: &mut HashMap<HostId, LookedAt>) {
        let Some(listing) = host.as_of else { return };
        let at = now();
        let before = looked.get(&host.id).and_then(|known| known.whole);
        let is_due = before.is_none_or(|last| at.since(last) >= WHOLE_EVERY) && host.listing == Listing::Complete;
        let depth = if is_due { Depth::Whole } else { Depth::Listing };
        let done = reconciler::look(&self.0.world, &host.id, depth, memory, at).await;
        // Books that cannot be read are told by whoever reads them for the operator; the next listing is another try.
        let whole = if is_due && done.is_ok() { Some(at) } else { before };
        looked.insert(host.id.clone(), LookedAt { listing, whole });
    }

    /// All of a host, or of all hosts, as they are now.
    pub(super) async fn reconcile(&self, host: Option<&HostId>) -> Result<(), Fault> {
        let hosts = self.hosts_asked(host)?;
        // Side by side: a silent host keeps nobody waiting for the others.
        join_all(hosts.iter().map(|host| self.compare_now(host))).await.into_iter().collect()
    }

    /// That one; or all that are not switched off.
    pub(super) fn hosts_asked(&self, host: Option<&HostId>) -> Result<Vec<HostId>, Fault> {
        let fleet = self.0.world.fleet();
        match host {
            Some(host) => {
                fleet.host(host).ok_or_else(|| no_such_host(host.as_str()))?;
                self.0.world.line(host)?;
                Ok(vec![host.clone()])
            }
            None => Ok(fleet.hosts.iter().filter(|host| !host.is_off()).map(|host| host.id.clone()).collect()),
        }
    }

    async fn compare_now(&self, host: &HostId) -> Result<(), Fault> {
        let world = &self.0.world;
        listing::list(world, host).await?;
        apps::discover(world, host).await;
        reconciler::look(world, host, Depth::Whole, &mut Memory::default(), now()).await
    }

    pub(super) async fn dismiss(&self, finding: FindingId) -> Result<(), Fault> {
        self.say(finding, Word::Dismissed).await
    }

    async fn say(&self, finding: FindingId, word: Word) -> Result<(), Fault> {
        if !self.0.world.store.say_of_finding(finding, word, now()).await? {
            return Err(no_such_finding(finding));
        }
        reconciler::note::show(&self.0.world).await
    }

    /// As it is now it is to be.
    pub(super) async fn accept(&self, id: FindingId) -> Result<(), Fault> {
        let finding = self.finding(id).await?;
        match &finding.drift {
            Drift::Changed(_) => self.take_as_it_is(&finding).await?,
            Drift::New => {}
            Drift::Missing | Drift::Reused | Drift::Moved { .. } => {
                return Err(Fault::lasting(
                    FaultCode::Refused,
                    format!("{} was left as it is", finding.name),
                    "an app without a container of its own is nothing that could be accepted",
                    format!(
                        "`proximity inbox mend {id}` restores or forgets it; `proximity inbox dismiss {id}` is quiet"
                    ),
                ));
            }
        }
        self.say(id, Word::Accepted).await
    }

    /// A finding that is not over.
    pub(super) async fn finding(&self, id: FindingId) -> Result<Finding, Fault> {
        let found = self.0.world.store.finding(id).await?;
        found
            .filter(|found| !matches!(found.standing, crate::domain::care::Standing::Over(_)))
            .ok_or_else(|| no_such_finding(id))
    }

    async fn take_as_it_is(&self, finding: &Finding) -> Result<(), Fault> {
        let guest = self.0.world.guest(&finding.guest)?;
        let Some(app) = &finding.app else { return Ok(()) };
        let client = self.0.world.client(&finding.guest.host)?;
        let Presence::There(options) = client.container_options(&guest.node, guest.key.vmid).await? else {
            return Err(crate::operations::world::not_listed(&finding.guest));
        };
        let base = Baseline { app: app.clone(), node: guest.node.clone(), state: Freshness::Fresh, at: now() };
        let note = Note::Base(finding.guest.clone(), Box::new((base, *options)));
        self.0.world.store.note_drift(vec![note]).await?;
        Ok(())
    }

    pub(super) async fn past_findings(&self, most: u32) -> Result<Answer, Fault> {
        Ok(Answer::Findings(self.0.world.store.past_findings(most).await?))
    }

    /// Nothing is done to a guest that is not the app which our books have there.
    pub(super) fn at_home(&self, app: &App) -> Result<(), Fault> {
        let why = match self.0.world.fleet().care.away.get(&app.id) {
            None => return Ok(()),
            Some(Away::Missing) => format!("its host has no guest {} any more", app.guest.vmid),
            Some(Away::Reused) => format!("{} is somebody else's guest now", app.guest),
        };
        Err(Fault::lasting(
            FaultCode::Refused,
            format!("nothing was done to {}", app.name),
            why,
            "restore its newest backup, or forget it: `proximity inbox list`",
        ))
    }
}

/// Hosts that were listed since they were looked at.
fn listed_anew<'a>(fleet: &'a Fleet, looked: &HashMap<HostId, LookedAt>) -> Vec<&'a Host> {
    let is_new =
        |host: &&Host| host.reach == Reach::Online && looked.get(&host.id).map(|known| known.listing) != host.as_of;
    fleet.hosts.iter().filter(is_new).collect()
}

fn no_such_finding(id: FindingId) -> Fault {
    Fault::lasting(
        FaultCode::NotFound,
        format!("there is no finding {id}"),
        "it is over, or there never was one",
        "look at `proximity inbox list`",
    )
}
