//! Looks how the apps are, each at its interval. What must hold: looks are spread over the interval and never come in bursts,
//! a look costs the store nothing by itself, and only what an app said itself is held against it.

mod cure;
mod due;
mod keep;
mod sight;
mod ward;

use std::{collections::HashMap, future::Future, pin::Pin, sync::Arc, time::Duration};

use tokio::task::{Id, JoinError, JoinSet};

use self::{due::Pace, ward::Ward};
use crate::{
    domain::{
        care::{HealthRules, Hour, Probed, Terms},
        ids::{AppId, GuestKey},
        moment::Moment,
        probe::ProbeKind,
    },
    operations::{
        probe::{self, Heard},
        world::World,
    },
    store::StoreError,
};

pub use self::sight::{Subject, subject};

/// So many looks are on their way at a time.
const AT_ONCE: usize = 128;

/// A look inside a guest; nothing where none could be made.
pub type Peek = Pin<Box<dyn Future<Output = Option<Heard>> + Send>>;
/// Whoever looks inside: the guest, what is run there, and how long that may take.
pub type Inside = Arc<dyn Fn(GuestKey, Vec<String>, Duration) -> Peek + Send + Sync>;

/// One look, now; nothing where none could be made.
pub async fn look(subject: &Subject, inside: &Inside, now: Moment) -> Option<Probed> {
    let (what, patience) = (subject.what.as_ref()?, subject.timeout);
    let heard = match what {
        ProbeKind::Command { run } => inside(subject.guest.clone(), run.clone(), patience).await?,
        what => probe::look(what, subject.address.as_deref()?, patience).await,
    };
    let took_ms = u32::try_from(heard.took.as_millis()).unwrap_or(u32::MAX);
    Some(Probed { at: now, took_ms, said: heard.said })
}

type Done = Result<(Id, (AppId, Option<Probed>)), JoinError>;

/// All apps that are looked at, and the looks that are on their way.
pub struct Rounds {
    wards: HashMap<AppId, Ward>,
    looks: JoinSet<(AppId, Option<Probed>)>,
    looked_at: HashMap<Id, AppId>,
    inside: Inside,
    pace: Pace,
    hour: Hour,
    shown: Moment,
    kept: Moment,
}

impl Rounds {
    /// As the store has it: whoever looked before, this one goes on.
    pub async fn open(world: &World, inside: Inside, now: Moment) -> Result<Self, StoreError> {
        let hour = Hour::of(now);
        let (known, mut counted) = (world.store.health().await?, world.store.counted_until(hour).await?);
        let ward = |(app, health)| {
            let spans = counted.remove(&app).unwrap_or_default();
            (app, Ward::new(health, spans, now))
        };
        let wards = known.into_iter().map(ward).collect();
        let (looks, looked_at, pace) = (JoinSet::new(), HashMap::new(), Pace::from(now));
        Ok(Self { wards, looks, looked_at, inside, pace, hour, shown: now, kept: now })
    }

    /// Begins the looks that are due, takes in those that are over, and shows and keeps what came of them.
    pub async fn turn(&mut self, world: &World, rules: &HealthRules, now: Moment) -> Result<(), StoreError> {
        self.enrol(world, now);
        self.gather(world, rules, now);
        self.weigh(world, rules, now);
        self.begin(world, rules, now);
        self.show(world, now);
        self.keep(world, now).await
    }

    /// Waits for the looks that are on their way, and takes them in.
    pub async fn settle(&mut self, world: &World, rules: &HealthRules, now: Moment) -> Result<(), StoreError> {
        while let Some(done) = self.looks.join_next_with_id().await {
            self.take(world, rules, now, done);
        }
        self.show(world, now);
        self.keep(world, now).await
    }

    fn gather(&mut self, world: &World, rules: &HealthRules, now: Moment) {
        while let Some(done) = self.looks.try_join_next_with_id() {
            self.take(world, rules, now, done);
        }
    }

    fn take(&mut self, world: &World, rules: &HealthRules, now: Moment, done: Done) {
        // A look that broke off is one that could not be made.
        let (id, probed) = match done {
            Ok((id, (_, probed))) => (id, probed),
            Err(broken) => (broken.id(), None),
        };
        let Some(app) = self.looked_at.remove(&id) else { return };
        let Some(ward) = self.wards.get_mut(&app) else { return };
        ward.is_looked_at = false;
        let fleet = world.fleet();
        if let (Some(probed), Some(known)) = (probed, fleet.app(&app)) {
            ward.hear(&fleet, known, probed, now, &Terms::of(rules, known));
        }
    }

    /// What was heard a while ago, and waited for its host to be heard of.
    fn weigh(&mut self, world: &World, rules: &HealthRules, now: Moment) {
        let fleet = world.fleet();
        for (app, ward) in self.wards.iter_mut().filter(|(_, ward)| ward.has_doubts()) {
            if let Some(known) = fleet.app(app) {
                ward.weigh(&fleet, known, now, &Terms::of(rules, known));
            }
        }
    }

    fn begin(&mut self, world: &World, rules: &HealthRules, now: Moment) {
        let fleet = world.fleet();
        for app in self.pace.due(&self.wards, AT_ONCE.saturating_sub(self.looks.len()), now) {
            let (Some(ward), Some(known)) = (self.wards.get_mut(&app), fleet.app(&app)) else { continue };
            let terms = Terms::of(rules, known);
            ward.wait(terms.interval, now);
            match sight::glance(&fleet, known, &terms) {
                sight::Glance::Seen(sight) => ward.take(sight, now, &terms),
                sight::Glance::Hidden => {}
                sight::Glance::ToBeAsked => {
                    ward.is_looked_at = true;
                    let (subject, inside) = (subject(known, &terms), self.inside.clone());
                    let whose = app.clone();
                    let look = self.looks.spawn(async move {
                        let probed = look(&subject, &inside, now).await;
                        (whose, probed)
                    });
                    self.looked_at.insert(look.id(), app);
                }
            }
        }
    }

    /// Those that are there now, and no others.
    fn enrol(&mut self, world: &World, now: Moment) {
        let fleet = world.fleet();
        let is_watched = |app: &&crate::domain::app::App| app.binned_until().is_none();
        let there: HashMap<&AppId, _> = fleet.apps.iter().filter(is_watched).map(|app| (&app.id, ())).collect();
        self.wards.retain(|app, _| there.contains_key(app));
        for app in there.into_keys() {
            if !self.wards.contains_key(app) {
                self.wards.insert(app.clone(), Ward::new(Default::default(), Default::default(), now));
            }
        }
    }

    /// Until then nothing is due; nothing where looks are on their way.
    pub fn rests_until(&self) -> Option<Moment> {
        if self.looks.is_empty() { self.wards.values().map(|ward| ward.due).min() } else { None }
    }
}
