//! Shows and keeps what came of the looks. What must hold: a state that turned is told at once; all else waits, so that
//! neither the deck nor the disk has work for each look.

use std::{sync::Arc, time::Duration};

use super::Rounds;
use crate::{
    domain::{care::Hour, moment::Moment},
    operations::world::World,
    store::{Seen, StoreError},
};

const SHOW_EVERY: Duration = Duration::from_secs(10);
const KEEP_EVERY: Duration = Duration::from_secs(60);

impl Rounds {
    pub(super) fn show(&mut self, world: &World, now: Moment) {
        let has_turned = self.wards.values().any(|ward| ward.has_turned && ward.is_unshown);
        let fleet = world.fleet();
        let has_more = fleet.care.health.keys().any(|app| !self.wards.contains_key(app));
        let is_time = now.since(self.shown) >= SHOW_EVERY && self.wards.values().any(|ward| ward.is_unshown);
        if !has_turned && !has_more && !is_time {
            return;
        }
        self.shown = now;
        let wards = &mut self.wards;
        world.change(|fleet| {
            let care = Arc::make_mut(&mut fleet.care);
            care.health.retain(|app, _| wards.contains_key(app));
            for (app, ward) in wards.iter_mut().filter(|(_, ward)| ward.is_unshown) {
                ward.is_unshown = false;
                care.health.insert(app.clone(), ward.health.clone());
            }
        });
    }

    pub(super) async fn keep(&mut self, world: &World, now: Moment) -> Result<(), StoreError> {
        let has_turned = self.wards.values().any(|ward| ward.has_turned);
        let is_new_hour = Hour::of(now) != self.hour;
        if is_new_hour || now.since(self.kept) >= KEEP_EVERY {
            self.write_down(world, now).await?;
        } else if has_turned {
            self.write_turns(world).await?;
        }
        if is_new_hour {
            self.hour = Hour::of(now);
            let mut counted = world.store.counted_until(self.hour).await?;
            for (app, ward) in &mut self.wards {
                ward.recount(counted.remove(app).unwrap_or_default());
            }
        }
        Ok(())
    }

    /// All of it, in one go.
    pub async fn write_down(&mut self, world: &World, now: Moment) -> Result<(), StoreError> {
        self.kept = now;
        let mut seen = Seen::default();
        for (app, ward) in &self.wards {
            if ward.is_unkept || ward.has_turned {
                seen.health.push((app.clone(), ward.health.clone()));
            }
            if ward.unwritten.looks > 0 {
                seen.hours.push((app.clone(), self.hour, ward.unwritten));
            }
        }
        if seen != Seen::default() {
            world.store.write_health(seen).await?;
        }
        for ward in self.wards.values_mut() {
            ward.unwritten = Default::default();
            (ward.is_unkept, ward.has_turned) = (false, false);
        }
        Ok(())
    }

    /// What was counted, after somebody else took over: how the apps are is his to say.
    pub async fn hand_over(&mut self, world: &World) -> Result<(), StoreError> {
        for ward in self.wards.values_mut() {
            (ward.is_unkept, ward.has_turned) = (false, false);
        }
        self.write_down(world, self.kept).await
    }

    async fn write_turns(&mut self, world: &World) -> Result<(), StoreError> {
        let turned = self.wards.iter().filter(|(_, ward)| ward.has_turned);
        let health = turned.map(|(app, ward)| (app.clone(), ward.health.clone())).collect();
        world.store.write_health(Seen { health, hours: Vec::new() }).await?;
        for ward in self.wards.values_mut().filter(|ward| ward.has_turned) {
            (ward.is_unkept, ward.has_turned) = (false, false);
        }
        Ok(())
    }
}
