//! What is worth an alert, and who is told. What must hold: one process looks at a time, and what the operator says of an
//! alert holds for all of them; one that was held up while another one led begins anew.

use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use tokio::sync::watch;

use super::{Answer, Engine, deliver::Deliveries, schedules::Wall};
use crate::{
    domain::{
        alerting::{Message, Rule, stir},
        backup::Clock,
        care::{Alert, AlertId, AlertRules, Lead},
        fault::{Fault, FaultCode},
        fleet::Fleet,
        ids::AppId,
        moment::Moment,
    },
    operations::clock::now,
    services::alerts::{Hour, Lookout},
    settings,
};

const UNREAD: &str = "the settings could not be read";
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// Recipes are compared with their apps so often.
const SHELF_EVERY: Duration = Duration::from_secs(600);

/// What waits for its apps, and when that was looked up.
#[derive(Default)]
struct Updates {
    at: Option<Instant>,
    waiting: Vec<(AppId, String)>,
}

impl Engine {
    pub(super) async fn keep_alert(&self) {
        let (wall, deliveries) = (Wall::of_this_machine(), Arc::new(Deliveries::default()));
        let mut stamp = self.stamp_of_settings().await;
        while self.leads().await {
            let mut lead = self.0.lead.subscribe();
            if *lead.borrow_and_update() != Lead::Ours {
                continue;
            }
            match Lookout::take_up(&self.0.world, &self.alert_rules(), now()).await {
                Ok(lookout) => self.look_out(lookout, &lead, &wall, &deliveries, &mut stamp).await,
                Err(fault) => {
                    self.tell(&fault);
                    self.rest_for(LOOK_EVERY).await;
                }
            }
        }
    }

    /// As long as it is ours to look.
    async fn look_out(
        &self,
        mut lookout: Lookout,
        lead: &watch::Receiver<Lead>,
        wall: &Wall,
        deliveries: &Arc<Deliveries>,
        stamp: &mut Option<SystemTime>,
    ) {
        let (mut updates, mut is_told) = (Updates::default(), false);
        while is_still(lead) && !self.0.end.is_cancelled() {
            self.take_in_settings(stamp).await;
            let (at, seen) = (now(), stir(&self.0.world.fleet()));
            match self.look_once(&mut lookout, at, wall, &mut updates).await {
                Ok(Some(messages)) => {
                    is_told = false;
                    self.deliver(messages, deliveries);
                }
                Ok(None) => return self.rest_for(self.0.world.tempo.soon()).await,
                Err(fault) => {
                    if !std::mem::replace(&mut is_told, true) {
                        self.tell(&fault);
                    }
                }
            }
            self.until_it_matters(&mut lookout, lead, at, seen).await;
        }
    }

    async fn look_once(
        &self,
        lookout: &mut Lookout,
        at: Moment,
        wall: &Wall,
        updates: &mut Updates,
    ) -> Result<Option<Vec<Message>>, Fault> {
        let rules = self.alert_rules();
        if updates.at.is_none_or(|looked| looked.elapsed() >= SHELF_EVERY) {
            // What waited before waits still where the shelf cannot be read.
            if let Some(waiting) = self.waiting_updates().await {
                *updates = Updates { at: Some(Instant::now()), waiting };
            }
        }
        lookout.go_blind_to(updates.at.is_none().then_some(Rule::Update));
        let hour = Hour { at, offset: wall.offset(at) };
        lookout.look(&self.0.world, &rules, hour, updates.waiting.clone()).await
    }

    /// When something has changed that may matter, or its time is over; what the operator says meanwhile is shown.
    /// It is over by a clock that cannot be set back, and also by the other one, which goes on while the machine sleeps.
    async fn until_it_matters(&self, lookout: &mut Lookout, lead: &watch::Receiver<Lead>, looked: Moment, seen: u64) {
        let (soonest, mut rules) = (self.0.world.tempo.soon() * 5, self.0.rules.subscribe());
        let began = Instant::now();
        let mut version = self.0.world.store.foreign_version().await.ok();
        while !self.0.end.is_cancelled() {
            tokio::select! {
                () = tokio::time::sleep(soonest) => {}
                _ = rules.changed() => return,
                () = self.0.end.cancelled() => return,
            }
            let is_time = began.elapsed() >= LOOK_EVERY || now().since(looked) >= LOOK_EVERY;
            if is_time || !is_still(lead) || stir(&self.0.world.fleet()) != seen {
                return;
            }
            let written = self.0.world.store.foreign_version().await.ok();
            if written != version {
                version = written;
                // A store that cannot be read is told by the next look.
                drop(lookout.take_marks(&self.0.world).await);
            }
        }
    }

    /// What the operator wrote into his settings meanwhile, in whichever process, holds from now on. What makes no sense is told
    /// and changes nothing.
    async fn take_in_settings(&self, stamp: &mut Option<SystemTime>) {
        let written = self.stamp_of_settings().await;
        let Some(sources) = self.0.sources.clone().filter(|_| written.is_some() && written != *stamp) else { return };
        *stamp = written;
        let Ok((settings, fault)) = Self::aside(UNREAD, move || Ok(settings::load(&sources.settings))).await else {
            return;
        };
        match fault {
            Some(fault) => self.tell(&fault),
            None => {
                let rules = Arc::new(settings.rules());
                if *self.0.rules.borrow() != rules {
                    self.0.rules.send_replace(rules);
                }
            }
        }
    }

    async fn stamp_of_settings(&self) -> Option<SystemTime> {
        let path = self.0.sources.as_ref()?.settings.clone();
        let modified = move || Ok(std::fs::metadata(path).and_then(|file| file.modified()).ok());
        Self::aside(UNREAD, modified).await.ok().flatten()
    }

    async fn rest_for(&self, time: Duration) {
        tokio::select! {
            () = tokio::time::sleep(time) => {}
            () = self.0.end.cancelled() => {}
        }
    }

    /// What is worth an alert, as it holds now.
    pub fn alert_rules(&self) -> AlertRules {
        self.0.rules.borrow().alerts.clone()
    }

    /// Apps that are older than their recipes, with what waits for them; nothing where nobody can tell.
    async fn waiting_updates(&self) -> Option<Vec<(AppId, String)>> {
        let shelf = self.shelf().await.ok()?;
        let fleet = self.0.world.fleet();
        Some(fleet.apps.iter().filter_map(|app| Some((app.id.clone(), shelf.newer_than(app)?))).collect())
    }

    pub(super) async fn acknowledge(&self, alert: AlertId) -> Result<(), Fault> {
        let at = now();
        if !self.0.world.store.acknowledge_alert(alert, at).await? {
            return Err(no_such_alert(alert));
        }
        self.show_mark(alert, |alert| alert.acknowledged = alert.acknowledged.or(Some(at)));
        Ok(())
    }

    pub(super) async fn snooze(&self, alert: AlertId, until: Moment) -> Result<(), Fault> {
        if !self.0.world.store.snooze_alert(alert, until).await? {
            return Err(no_such_alert(alert));
        }
        self.show_mark(alert, |alert| alert.snoozed = Some(until));
        Ok(())
    }

    /// At once, also where another one looks.
    fn show_mark(&self, id: AlertId, mark: impl FnOnce(&mut Alert)) {
        let is_it = |fleet: &Fleet| fleet.care.alerts.iter().position(|alert| alert.id == id);
        if let Some(place) = is_it(&self.0.world.fleet()) {
            self.0.world.change_care(|care| care.alerts.get_mut(place).filter(|alert| alert.id == id).map_or((), mark));
        }
    }

    pub(super) async fn past_alerts(&self, most: u32) -> Result<Answer, Fault> {
        Ok(Answer::Alerts(self.0.world.store.past_alerts(most).await?))
    }
}

/// Whether it is ours without a break since this began to listen.
fn is_still(lead: &watch::Receiver<Lead>) -> bool {
    *lead.borrow() == Lead::Ours && lead.has_changed().is_ok_and(|has| !has)
}

fn no_such_alert(id: AlertId) -> Fault {
    Fault::lasting(
        FaultCode::NotFound,
        format!("there is no alert {id}"),
        "it is over, or there never was one of this number",
        "look at `proximity alert list`",
    )
}
