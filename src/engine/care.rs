//! Who looks after what runs by itself. What must hold: of several processes one does at a time, another one takes over
//! when it dies, and whoever follows shows what the one that leads has found.

use std::sync::Arc;

use super::Engine;
use crate::{
    domain::care::{Care, Lead, Looked},
    operations::clock::now,
};

impl Engine {
    /// Leads as long as nobody else does, and shows what who leads has found.
    pub(super) async fn keep_the_lead(&self) {
        let mut seen = None;
        loop {
            let at = now();
            let leads = self.0.world.store.take_lead(&self.0.holder, at, at + self.0.world.tempo.term).await;
            // A store that cannot be written is told by whoever writes to it next; nobody leads with it.
            let lead = if leads.unwrap_or(false) { Lead::Ours } else { Lead::Another };
            self.show_lead(lead);
            self.0.lead.send_if_modified(|known| std::mem::replace(known, lead) != lead);
            if lead == Lead::Another {
                self.take_in_care(&mut seen).await;
            }
            tokio::select! {
                () = tokio::time::sleep(self.0.world.tempo.term / 3) => {}
                () = self.0.end.cancelled() => break,
            }
        }
        self.0.lead.send_replace(Lead::Another);
        // Nobody waits for a term to end that nobody serves.
        drop(self.0.world.store.leave_lead(&self.0.holder).await);
    }

    fn show_lead(&self, lead: Lead) {
        if self.0.world.fleet().care.lead != lead {
            // Before anybody begins to lead: what was looked at is of an earlier time.
            self.0.world.change_care(|care| (care.lead, care.stuck_looked) = (lead, Looked::NotYet));
        }
    }

    async fn take_in_care(&self, seen: &mut Option<i64>) {
        let Ok(Some((version, care))) = self.0.world.store.care_written_elsewhere(*seen).await else { return };
        *seen = Some(version);
        let care = Care { lead: Lead::Another, ..care };
        if *self.0.world.fleet().care != care {
            self.0.world.change(|fleet| fleet.care = Arc::new(care));
        }
    }

    /// Returns once it is ours to look after things; false at the end.
    pub(super) async fn leads(&self) -> bool {
        let mut lead = self.0.lead.subscribe();
        tokio::select! {
            led = lead.wait_for(|lead| *lead == Lead::Ours) => led.is_ok(),
            () = self.0.end.cancelled() => false,
        }
    }
}
