//! How fast the disks fill. What must hold: only apps whose disk is rather full are asked for, each once an hour at most, and
//! a few at a time.

use std::{collections::BTreeMap, time::Duration};

use futures_util::future::join_all;

use crate::{
    domain::{
        alerting::Trend,
        care::AlertRules,
        fleet::{Guest, GuestKind, Power},
        ids::{AppId, StorageName},
        moment::Moment,
    },
    operations::world::World,
    proxmox::{HistoryOf, Timeframe, guest::ConfigView},
};

const AGAIN: Duration = Duration::from_secs(3_600);
const AT_ONCE: usize = 6;
/// So many percent below its limit a disk is worth a look.
const BEFORE: u8 = 10;

#[derive(Debug, Default)]
pub(super) struct Trends {
    known: BTreeMap<AppId, (Moment, Trend)>,
}

impl Trends {
    pub fn known(&self) -> BTreeMap<AppId, Trend> {
        self.known.iter().map(|(app, (_, trend))| (app.clone(), trend.clone())).collect()
    }

    pub async fn look(&mut self, world: &World, rules: &AlertRules, at: Moment) {
        let Some(limit) = rules.disk.warning.or(rules.disk.danger) else { return };
        let least = f32::from(limit.saturating_sub(BEFORE)) / 100.0;
        let fleet = world.fleet();
        self.known.retain(|app, _| fleet.app(app).is_some());
        let mut full: Vec<_> = fleet
            .apps
            .iter()
            .filter(|app| app.binned_until().is_none() && self.is_old(&app.id, at))
            .filter_map(|app| Some((app, fleet.guest(&app.guest)?.clone())))
            .filter_map(|(app, guest)| Some((full(&guest).filter(|share| *share >= least)?, app, guest)))
            .collect();
        full.sort_by(|one, other| other.0.total_cmp(&one.0));
        full.truncate(AT_ONCE);
        let asked = full.iter().map(|(_, app, guest)| async { (app.id.clone(), trend_of(world, guest).await) });
        for (app, trend) in join_all(asked).await {
            // One that does not answer is asked again in an hour, too.
            self.known.insert(app, (at, trend));
        }
    }

    fn is_old(&self, app: &AppId, at: Moment) -> bool {
        self.known.get(app).is_none_or(|(asked, _)| at.since(*asked) >= AGAIN)
    }
}

fn full(guest: &Guest) -> Option<f32> {
    let is_asked = guest.kind == GuestKind::Container && guest.power == Power::Running;
    guest.disk.filter(|_| is_asked)?.fraction()
}

async fn trend_of(world: &World, guest: &Guest) -> Trend {
    let Ok(client) = world.client(&guest.key.host) else { return Trend::default() };
    let of = HistoryOf::Guest { node: guest.node.clone(), kind: guest.kind, vmid: guest.key.vmid };
    let (week, config) = tokio::join!(
        client.history(&of, Timeframe::Week),
        client.container_config(&guest.node, guest.key.vmid, &ConfigView::Current)
    );
    let readings = week.unwrap_or_default();
    let used: Vec<_> = readings.iter().filter_map(|reading| Some((reading.at, reading.disk?.used))).collect();
    let root = config.ok().and_then(|config| config.root);
    let storage = root.and_then(|root| Some(StorageName::new(root.source.storage()?.to_string())));
    Trend { a_day: Trend::a_day(&used), storage }
}
