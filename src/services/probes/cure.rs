//! Which apps are to be restarted because they do not answer. What must hold: a restart is written down before it is begun,
//! so that nobody begins more of them than the rules allow, whoever dies in between.

use super::Rounds;
use crate::{
    domain::{
        app::App,
        care::{Cure, HealthRules, Terms},
        fleet::{Fleet, Power, Reach},
        ids::GuestKey,
        moment::Moment,
        operation::Operation,
    },
    operations::world::World,
    store::StoreError,
};

impl Rounds {
    /// Those that are to be restarted now; each is told once.
    pub async fn cures(
        &mut self,
        world: &World,
        rules: &HealthRules,
        now: Moment,
    ) -> Result<Vec<GuestKey>, StoreError> {
        let (fleet, mut guests) = (world.fleet(), Vec::new());
        for (id, ward) in &mut self.wards {
            let Some(app) = fleet.app(id).filter(|_| ward.health.is_failing()) else { continue };
            match ward.health.cure(&Terms::of(rules, app), now) {
                Cure::Restart if may_be_touched(&fleet, app) => {
                    ward.health.restarted(now);
                    guests.push(app.guest.clone());
                }
                Cure::Spent if ward.health.gave_up.is_none() => ward.health.gave_up = Some(now),
                Cure::Restart | Cure::Spent | Cure::None => continue,
            }
            (ward.is_unshown, ward.has_turned) = (true, true);
        }
        self.show(world, now);
        self.keep(world, now).await?;
        Ok(guests)
    }
}

/// It runs, its host answers, and nobody else does anything to it.
fn may_be_touched(fleet: &Fleet, app: &App) -> bool {
    let answers = fleet.host(&app.guest.host).is_some_and(|host| host.reach == Reach::Online);
    let is_free = !fleet.last_operation_on(&app.guest).is_some_and(Operation::is_running);
    let guest = fleet.guest(&app.guest);
    answers && is_free && guest.is_some_and(|guest| guest.power == Power::Running && guest.lock.is_none())
}
