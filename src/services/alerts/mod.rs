//! Looks what is worth an alert, writes it down, and shows it. What must hold: what is told was written before, so that
//! whoever leads next tells nothing twice; and a steady fleet is asked nothing for it.

mod trends;

use std::collections::BTreeSet;

use self::trends::Trends;
use crate::{
    domain::{
        alerting::{self, Alarms, Message, Past, Rule, Saying},
        care::AlertRules,
        fault::Fault,
        ids::{AppId, HostId},
        moment::Moment,
    },
    operations::world::{News, World},
};

/// A host that is lost or back, and what of it runs out.
const OF_HOSTS: [&str; 3] = ["host", "token", "certificate"];

/// What whoever leads keeps between two looks.
#[derive(Debug, Default)]
pub struct Lookout {
    alarms: Alarms,
    trends: Trends,
    /// Whose alerts these are: one that is renamed has its name changed in the books alone.
    hosts: BTreeSet<HostId>,
    blind: BTreeSet<Rule>,
}

/// A moment with the clock on the wall: what it is ahead of UTC, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hour {
    pub at: Moment,
    pub offset: i64,
}

impl Lookout {
    /// As another one left it.
    pub async fn take_up(world: &World, rules: &AlertRules, at: Moment) -> Result<Self, Fault> {
        let (hosts, (cases, last)) = (hosts(world), world.store.alarms(at - rules.cool_down()).await?);
        Ok(Self { alarms: Alarms::take_up(cases, last), trends: Trends::default(), hosts, blind: BTreeSet::new() })
    }

    /// Nobody could look at what these rules go by: until it is said otherwise, what is open of them stays so.
    pub fn go_blind_to(&mut self, rules: impl IntoIterator<Item = Rule>) {
        self.blind = rules.into_iter().collect();
    }

    /// Looks once; gives what is to be delivered, or nothing where another one has led meanwhile: what is known here is not
    /// how things are then, and nothing of it was told. `updates` are the versions that wait.
    pub async fn look(
        &mut self,
        world: &World,
        rules: &AlertRules,
        hour: Hour,
        updates: Vec<(AppId, String)>,
    ) -> Result<Option<Vec<Message>>, Fault> {
        if self.hosts != hosts(world) {
            let anew = Self::take_up(world, rules, hour.at).await?;
            (self.alarms, self.hosts) = (anew.alarms, anew.hosts);
        }
        self.trends.look(world, rules, hour.at).await;
        let updates = updates.into_iter().collect();
        let past = Past { trends: self.trends.known(), updates, blind: self.blind.clone() };
        let seen = alerting::look(&world.fleet(), &past, rules, hour.at);
        // Nothing counts before it is written: where that fails, the next look begins where this one did.
        let mut alarms = self.alarms.clone();
        alarms.mark(&world.store.alert_marks().await?);
        let turn = alarms.step(&seen, rules, hour.at, hour.offset);
        if !turn.changed.is_empty() && !world.store.put_alarms(turn.changed, hour.at).await? {
            return Ok(None);
        }
        self.alarms = alarms;
        self.show(world);
        // Of these the deck is told by who found them.
        let is_news = |saying: &Saying| !OF_HOSTS.contains(&&*saying.alert().rule);
        for saying in turn.sayings.into_iter().filter(is_news) {
            world.tell(match saying {
                Saying::Raised(alert) => News::Raised(Box::new(alert)),
                Saying::Over(alert) => News::Over(Box::new(alert)),
            });
        }
        Ok(Some(turn.messages))
    }

    /// Shows what the operator said of an alert, whoever he said it to.
    pub async fn take_marks(&mut self, world: &World) -> Result<(), Fault> {
        self.alarms.mark(&world.store.alert_marks().await?);
        self.show(world);
        Ok(())
    }

    fn show(&self, world: &World) {
        let open = self.alarms.open();
        if world.fleet().care.alerts != open {
            world.change_care(|care| care.alerts = open);
        }
    }
}

fn hosts(world: &World) -> BTreeSet<HostId> {
    world.fleet().hosts.iter().map(|host| host.id.clone()).collect()
}
